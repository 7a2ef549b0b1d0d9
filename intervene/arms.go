package intervene

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/internal/match"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/stages/rerank"
	"github.com/ragdiag/ragdiag/trace"
)

// wording is what an arm does to the words around the passages.
type wording uint8

const (
	asIs       wording = iota
	fromMemory         // the neutral template: the question alone
	strictly           // one more instruction
)

// The words of the two arms that change the template.
const (
	memoryWords = "Answer the question from memory, as briefly as you can. If you are not sure, give your best guess."
	strictWords = "Use nothing but the passages. If they do not answer the question, say that you cannot answer it."
)

// arm is one experiment, ready to be run.
type arm struct {
	name       string
	context    []trace.Passage
	wording    wording
	confounded string
	expects    string // what the answer must state; empty: what is right
	key        string // of its prompt: arms with one key are one arm
}

// request is what the generator is asked: the record with the arm's context.
func (a *arm) request(rec *trace.Record) *trace.Record {
	r := *rec
	r.Context = a.context
	r.Evidence = trace.Evidence{}
	return &r
}

// draw asks a generator once, as replicate n of a prompt.
type draw struct {
	llm.Generator
	wording   wording
	replicate int
	seed      int64
}

// Generate asks with the words of the arm, a seed of its own and the replicate
// index, so that no cache answers with an earlier draw.
func (d draw) Generate(ctx context.Context, req llm.Request) (llm.Reply, error) {
	switch d.wording {
	case fromMemory:
		req.System, req.User = memoryWords, req.Question
	case strictly:
		req.System = strings.TrimSpace(req.System + "\n\n" + strictWords)
	}
	seed := d.seed + int64(d.replicate)
	req.Seed, req.Replicate = &seed, d.replicate
	return d.Generator.Generate(ctx, req)
}

// planner builds the arms of one record.
type planner struct {
	rec      *trace.Record
	gold     []trace.Passage // one whole set of evidence; nil: none is known
	note     string          // how it came about, if it was not labelled
	k        int             // passages in the prompt
	byPrompt bool            // the generator reads a prompt, whose words can be changed
	around   func(p trace.Passage) []trace.Passage
	arms     []arm
}

// plan lists every arm that the record allows, replay first. Without a recorded
// context there is none.
func (p *planner) plan() []arm {
	if p.rec.Context == nil {
		return nil
	}
	s := p.rec.Context
	p.k = len(s)
	p.add(arm{name: trace.ArmReplay, context: s})
	if len(p.gold) > 0 {
		p.insertGold()
		p.oracleSelect()
		p.add(arm{name: trace.ArmGoldOnly, context: p.gold})
		p.clean()
		p.order()
	}
	p.edit()
	if p.byPrompt {
		p.add(arm{name: trace.ArmClosedBook, context: []trace.Passage{}, wording: fromMemory})
		p.add(arm{name: trace.ArmStrict, context: s, wording: strictly})
	} else {
		p.add(arm{name: trace.ArmClosedBook, context: []trace.Passage{}, confounded: "the system's own template was kept: it may decline without passages"})
	}
	p.neighbours()
	return p.arms
}

func (p *planner) add(a arm) {
	h := sha256.New()
	fmt.Fprintf(h, "%d", a.wording)
	for _, c := range a.context {
		fmt.Fprintf(h, "%q%q%q", c.Title, c.Date, c.Text)
	}
	a.key = hex.EncodeToString(h.Sum(nil)[:8])
	p.arms = append(p.arms, a)
}

// holds reports whether a list has a passage, by its text: what the matcher
// thinks of it does not matter here.
func holds(list []trace.Passage, g trace.Passage) int {
	want := flat(g.Text)
	return slices.IndexFunc(list, func(c trace.Passage) bool { return want != "" && strings.Contains(flat(c.Text), want) })
}

func flat(s string) string { return strings.Join(strings.Fields(strings.ToLower(s)), " ") }

// relevant reports whether a passage is gold, or holds an accepted answer.
func (p *planner) relevant(c trace.Passage) bool {
	if slices.ContainsFunc(p.gold, func(g trace.Passage) bool { return holds([]trace.Passage{c}, g) == 0 }) {
		return true
	}
	if p.rec.Gold == nil || len(p.rec.Gold.Answers) == 0 {
		return false
	}
	_, _, ok := match.Answer(p.rec.Gold.Answers, c.Text)
	return ok
}

// grown is how much longer than before a prompt may get until the arm counts as
// confounded.
const grown = 1.25

// insertGold is I1: the lowest-ranked passages that are not gold make room for
// the gold that is missing. It is not "gold only": that would take noise away.
func (p *planner) insertGold() {
	p.add(p.insert(trace.ArmInsertGold, p.gold))
}

func (p *planner) insert(name string, gold []trace.Passage) arm {
	s := slices.Clone(p.rec.Context)
	var missing []trace.Passage
	for _, g := range gold {
		if holds(s, g) < 0 {
			missing = append(missing, g)
		}
	}
	a := arm{name: name}
	before := tokens(s)
	for _, g := range missing {
		at := len(s) / 2 // where a reranker would put it is not known
		if rank, ok := p.rank(g); ok {
			at = min(rank, max(0, len(s)-1))
		}
		last := -1
		for i := len(s) - 1; i >= 0; i-- {
			if !slices.ContainsFunc(gold, func(g trace.Passage) bool { return holds(s[i:i+1], g) == 0 }) {
				last = i
				break
			}
		}
		if last < 0 {
			a.confounded = "no passage could make room, so the prompt got longer"
		} else {
			s = slices.Delete(s, last, last+1)
			at = min(at, len(s))
		}
		s = slices.Insert(s, at, g)
	}
	if after := tokens(s); len(missing) > 0 && a.confounded == "" && float64(after) > grown*float64(max(before, 1)) {
		a.confounded = fmt.Sprintf("the prompt grew from %d to %d tokens", before, after)
	}
	a.context = s
	return a
}

// rank is the 0-based place at which the reranker's scores would put a passage
// among those of the prompt.
func (p *planner) rank(g trace.Passage) (int, bool) {
	for _, h := range p.rec.Candidates {
		score, ok := h.RerankScore.Get()
		if !ok || h.ID == "" || h.ID != g.ID {
			continue
		}
		at := 0
		for _, c := range p.rec.Context {
			if v, ok := c.Score.Get(); ok && v > score {
				at++
			}
		}
		return at, true
	}
	return 0, false
}

// oracleSelect is I2: the best that could have been made of the candidates. If
// they do not hold the evidence, it is what was done.
func (p *planner) oracleSelect() {
	if p.rec.Candidates == nil {
		return
	}
	var had []trace.Passage
	for _, g := range p.gold {
		i := slices.IndexFunc(p.rec.Candidates, func(h trace.Hit) bool {
			return h.Text == "" && h.ID != "" && h.ID == g.ID || holds([]trace.Passage{{Text: h.Text}}, g) == 0
		})
		if i >= 0 {
			had = append(had, g)
		}
	}
	p.add(p.insert(trace.ArmOracleSelect, had))
}

// clean is I3: only what is gold or holds an accepted answer. Without gold in
// the prompt nothing would be left that matters, so there is no such arm.
func (p *planner) clean() {
	if !p.goldIn() {
		return
	}
	kept := []trace.Passage{}
	for _, c := range p.rec.Context {
		if p.relevant(c) {
			kept = append(kept, c)
		}
	}
	p.add(arm{name: trace.ArmClean, context: kept})
}

func (p *planner) goldIn() bool {
	return !slices.ContainsFunc(p.gold, func(g trace.Passage) bool { return holds(p.rec.Context, g) < 0 })
}

// order is I4: gold first, all else as it was.
func (p *planner) order() {
	if !p.goldIn() {
		return
	}
	var first, rest []trace.Passage
	for _, c := range p.rec.Context {
		if slices.ContainsFunc(p.gold, func(g trace.Passage) bool { return holds([]trace.Passage{c}, g) == 0 }) {
			first = append(first, c)
		} else {
			rest = append(rest, c)
		}
	}
	p.add(arm{name: trace.ArmOrder, context: append(first, rest...)})
}

// edit is I6: the accepted answer's value is changed wherever the prompt states
// it. An answer that gives the new value follows the context, one that keeps the
// old one does not.
func (p *planner) edit() {
	if p.rec.Gold == nil || len(p.rec.Gold.Answers) == 0 {
		return
	}
	for _, old := range p.rec.Gold.Answers {
		other := p.otherValue(old)
		if other == "" {
			continue
		}
		s := slices.Clone(p.rec.Context)
		changed := false
		for i := range s {
			if t := strings.ReplaceAll(s[i].Text, old, other); t != s[i].Text {
				s[i].Text, changed = t, true
			}
		}
		if changed {
			a := arm{name: trace.ArmEdit, context: s, expects: other}
			for _, c := range s {
				if _, _, still := match.Answer(p.rec.Gold.Answers, c.Title+"\n"+c.Text); still {
					a.confounded = "an accepted answer still stands in the prompt in other words"
				}
			}
			p.add(a)
			return
		}
	}
}

// otherValue returns a value of the same kind as an answer that no passage of
// the prompt holds; empty if the kind is not known.
func (p *planner) otherValue(old string) string {
	free := func(s string) bool {
		return s != old && s != "" && !slices.ContainsFunc(p.rec.Context, func(c trace.Passage) bool { return strings.Contains(c.Text, s) })
	}
	d := text.Analyze(old, "")
	if n := digits(old); n != "" {
		for step := 1; step < 20; step++ {
			if v := strings.Replace(old, n, shifted(n, step), 1); free(v) {
				return v
			}
		}
		return ""
	}
	if len(d.Entities()) == 0 {
		return ""
	}
	for _, h := range p.rec.Candidates { // a name that the retriever thinks is near
		for _, e := range text.Entities(h.Text) {
			if v := h.Text[e.Start:e.End]; free(v) && len(strings.Fields(v)) == len(strings.Fields(old)) && !strings.Contains(p.rec.Question, v) {
				return v
			}
		}
	}
	for _, v := range []string{"Tervand Olm", "Tervand", "Halmeck"} {
		if free(v) && len(strings.Fields(v)) == len(strings.Fields(old)) {
			return v
		}
	}
	return ""
}

// digits is the first run of ASCII digits of s.
func digits(s string) string {
	isDigit := func(r rune) bool { return r >= '0' && r <= '9' }
	i := strings.IndexFunc(s, isDigit)
	if i < 0 {
		return ""
	}
	rest := s[i:]
	if j := strings.IndexFunc(rest, func(r rune) bool { return !isDigit(r) }); j >= 0 {
		rest = rest[:j]
	}
	return rest
}

// shifted changes the last digit of a number, and the one before it beyond nine
// steps; the number of digits stays.
func shifted(n string, step int) string {
	b := []byte(n)
	last := len(b) - 1
	b[last] = '0' + byte((int(b[last]-'0')+step)%10)
	if step > 9 && last > 0 {
		b[last-1] = '0' + byte((int(b[last-1]-'0')+1)%10)
	}
	return string(b)
}

// neighbours is I9: each passage with the chunks before and behind it, and as
// many of the first passages as the prompt then has room for: larger chunks under
// the same budget. A chunk that is in the prompt already is not repeated.
func (p *planner) neighbours() {
	if p.around == nil {
		return
	}
	var s []trace.Passage
	changed, spent := false, 0
	before := tokens(p.rec.Context)
	room := max(before, int(grown*float64(before)))
	a := arm{name: trace.ArmNeighbours}
	for i, c := range p.rec.Context {
		var parts []string
		for _, n := range p.around(c) {
			if n.ID == c.ID || !slices.ContainsFunc(p.rec.Context, func(x trace.Passage) bool { return x.ID == n.ID }) {
				parts = append(parts, n.Text)
			}
		}
		wider := c
		if t := strings.Join(parts, "\n\n"); t != "" && t != c.Text {
			wider.Text = t
		}
		if spent += tokens([]trace.Passage{wider}); i > 0 && spent > room {
			if slices.ContainsFunc(p.rec.Context[i:], p.relevant) {
				a.confounded = "a passage that matters had to make room for the chunks around others"
			}
			break
		}
		changed = changed || wider.Text != c.Text
		s = append(s, wider)
	}
	if !changed {
		return
	}
	if after := tokens(s); after > room {
		a.confounded = fmt.Sprintf("the prompt grew from %d to %d tokens", before, after)
	}
	a.context = s
	p.add(a)
}

func tokens(ps []trace.Passage) int {
	n := 0
	for _, c := range ps {
		n += rerank.Tokens(c.Title) + rerank.Tokens(c.Text)
	}
	return n
}

// Library is what the arms can look up in a corpus. Any part may be nil.
type Library struct {
	// Passages returns the passage of an ID, or those of a document in order.
	Passages func(ctx context.Context, id string) ([]trace.Passage, error)
	// Retrieve searches; it finds evidence where none is labelled.
	Retrieve func(ctx context.Context, query string, depth int) ([]trace.Hit, error)
}

// searchDepth is how many passages are looked at for an accepted answer.
const searchDepth = 20

// evidence returns the passages of one whole set of gold evidence: by ID from
// the corpus, by the text of the label, or as the trace recorded them. Without
// a label it is the passage nearest to the question and an accepted answer that
// states one; note says so.
func (l Library) evidence(ctx context.Context, rec *trace.Record) (gold []trace.Passage, note string, err error) {
	g := rec.Gold
	if g == nil {
		return nil, "", nil
	}
	for _, set := range g.Evidence {
		var found []trace.Passage
		for _, u := range set {
			p, ok, err := l.unit(ctx, rec, u)
			if err != nil {
				return nil, "", err
			}
			if ok {
				found = append(found, p)
			}
		}
		if len(set) > 0 && len(found) == len(set) {
			return found, "", nil
		}
	}
	if len(g.Answers) == 0 || l.Retrieve == nil {
		return nil, "", nil
	}
	hits, err := l.Retrieve(ctx, rec.Question+" "+g.Answers[0], searchDepth)
	if err != nil {
		return nil, "", fmt.Errorf("looking for evidence: %w", err)
	}
	for _, h := range hits {
		if _, _, ok := match.Answer(g.Answers, h.Text); ok {
			return []trace.Passage{passageOf(h)}, "the evidence is the passage nearest to question and reference answer that states the answer: no label says so", nil
		}
	}
	return nil, "", nil
}

// unit returns the passage of one unit.
func (l Library) unit(ctx context.Context, rec *trace.Record, u trace.Unit) (trace.Passage, bool, error) {
	var have []trace.Passage
	if id := cmp.Or(u.ID, u.Doc); l.Passages != nil && id != "" {
		found, err := l.Passages(ctx, id)
		if err != nil {
			return trace.Passage{}, false, fmt.Errorf("looking up %q: %w", id, err)
		}
		have = found
	}
	for _, h := range rec.Candidates {
		if h.Text != "" && (u.ID != "" && h.ID == u.ID || u.ID == "" && u.Doc != "" && cmp.Or(h.Doc, h.ID) == u.Doc) {
			have = append(have, passageOf(h))
		}
	}
	for _, c := range rec.Context {
		if !c.Truncated && (u.ID != "" && c.ID == u.ID || u.ID == "" && u.Doc != "" && cmp.Or(c.Doc, c.ID) == u.Doc) {
			have = append(have, c)
		}
	}
	if u.Text != "" { // the passage around the text, else the text itself
		for _, p := range have {
			if holds([]trace.Passage{p}, trace.Passage{Text: u.Text}) == 0 {
				return p, true, nil
			}
		}
		return trace.Passage{ID: u.ID, Doc: u.Doc, Text: u.Text}, true, nil
	}
	if len(have) == 0 {
		return trace.Passage{}, false, nil
	}
	for _, p := range have { // of a document's passages, the one that answers
		if _, _, ok := match.Answer(rec.Gold.Answers, p.Text); ok {
			return p, true, nil
		}
	}
	return have[0], true, nil
}

func passageOf(h trace.Hit) trace.Passage {
	return trace.Passage{ID: h.ID, Doc: h.Doc, Title: h.Title, Text: h.Text, Date: h.Date}
}

// around returns the chunks before and behind a passage, itself between them.
func (l Library) around(ctx context.Context) func(trace.Passage) []trace.Passage {
	if l.Passages == nil {
		return nil
	}
	return func(c trace.Passage) []trace.Passage {
		if c.Doc == "" {
			return nil
		}
		all, err := l.Passages(ctx, c.Doc)
		if err != nil {
			return nil
		}
		i := slices.IndexFunc(all, func(p trace.Passage) bool { return p.ID == c.ID })
		if i < 0 {
			return nil
		}
		return all[max(0, i-1):min(len(all), i+2)]
	}
}
