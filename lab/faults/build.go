package faults

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/stages/retrieve/bleve"
	"github.com/ragdiag/ragdiag/trace"
)

// How a case earns its place.
const (
	replays      = 5 // runs of one system on one question
	enough       = 3 // of them that must be bad
	soundContext = 3 // passages in a sound prompt: the evidence and two distractors
	triesPerCase = 15
	itemsPerCase = 20 // sound questions of a source, for each case that an operator may keep
)

// Options say how large a set is made. The zero value is the recommended one.
type Options struct {
	Seed        uint64
	PerOperator int // cases kept for each operator at most; 0: 12
	Ambiguous   int // of a hundred cases that can be made undecidable, how many are; 0: 45

	// Experiments keeps the broken systems' generators in Set.Systems, and adds
	// cases whose failure is chance: those need replays to be told.
	Experiments bool `json:",omitzero"`
}

// Source is an eval set with the index that answers it.
type Source struct {
	Name    string // of the corpus, for the key
	Records iter.Seq2[*trace.Record, error]
	Index   *bleve.Index
}

// Key is what is true about a case, by construction. It is kept apart from the
// records.
type Key struct {
	ID        string           `json:"id"`
	Operator  string           `json:"operator"` // two names with a plus for a pair
	Stage     string           `json:"stage"`    // query, retrieve, rerank, ground, cite, labels or none
	Severity  int              `json:"severity"` // 1 to 3
	Root      diagnose.Cause   `json:"root"`     // empty: not a failure
	Proximate diagnose.Cause   `json:"proximate"`
	Set       []diagnose.Cause `json:"set,omitzero"`    // what the record leaves, if it does not decide
	Joint     []diagnose.Cause `json:"joint,omitzero"`  // both need repair, as runs with one repaired showed
	Hidden    []string         `json:"hidden,omitzero"` // inputs that the record lacks
	Ambiguous bool             `json:"ambiguous"`       // undetermined is the right verdict
	Corpus    string           `json:"corpus"`
	Source    string           `json:"source"`  // ID in the eval set
	Cluster   string           `json:"cluster"` // document: cases of one are not independent
	Bad       int              `json:"bad"`     // of five replays
}

// Tally is what became of an operator's attempts.
type Tally struct {
	Operator      string `json:"operator"`
	Stage         string `json:"stage"`
	Kept          int    `json:"kept"`
	Robust        int    `json:"robust"`     // the answer stayed good: a success of the system
	OffTarget     int    `json:"off_target"` // bad, but not where the operator aimed
	NotApplicable int    `json:"not_applicable"`
}

// Set is a benchmark: records, and the key that tells what is true about them.
type Set struct {
	Records []*trace.Record
	Keys    []Key           // one for each record, in the same order
	Probes  [][]trace.Probe // of the system's own retriever, in the same order; nil: not at hand
	Systems []System        // that gave the answers, in the same order; nil unless asked for
	Tallies []Tally
	Items   int // sound questions that the cases come from
	Asked   int // questions in the eval sets
}

// outcome is what a system did in its replays.
type outcome struct {
	rec *trace.Record // the one to log: of the first bad replay, else of the first
	bad int
}

// run replays a system. The question counts as bad where bad says so. It stops
// where the replays that are left cannot change what the case is: a sound one is
// bad in none, a broken one in at least so many.
func (s *system) run(ctx context.Context, bad func(*trace.Record) bool, settled func(bad, left int) bool) (*outcome, error) {
	prompt, err := s.prompt(ctx)
	if err != nil {
		return nil, err
	}
	o := &outcome{}
	for replay := range int64(replays) {
		if settled(o.bad, replays-int(replay)) {
			break
		}
		rec, err := s.answer(ctx, prompt, replay)
		if err != nil {
			return nil, err
		}
		wrong := bad(rec)
		if wrong {
			o.bad++
		}
		if o.rec == nil || wrong && o.bad == 1 {
			o.rec = rec
		}
	}
	return o, nil
}

func faultless(bad, _ int) bool { return bad > 0 }
func broken(bad, left int) bool { return bad+left < enough }
func unsettled(int, int) bool   { return false }

// wrong is the oracle for content.
func (s *system) wrong(rec *trace.Record) bool { return s.item.wrong(rec.Answer.Text) }

// unsound is the stricter test that a sound system must pass.
func (s *system) unsound(rec *trace.Record) bool { return !s.item.right(rec.Answer.Text) }

// Build makes a set. The same sources and options give the same set.
func Build(ctx context.Context, sources []Source, o Options) (*Set, error) {
	o.PerOperator = cmp.Or(o.PerOperator, 12)
	o.Ambiguous = cmp.Or(o.Ambiguous, 45)
	b := &builder{ctx: ctx, o: o, set: &Set{}, tallies: map[string]*Tally{}}
	for _, src := range sources {
		if err := b.source(src); err != nil {
			return nil, err
		}
	}
	b.finish()
	return b.set, nil
}

type builder struct {
	ctx     context.Context
	o       Options
	set     *Set
	tallies map[string]*Tally
	order   []string // of tallies
}

func (b *builder) source(src Source) (err error) {
	w, err := newWorld(src.Index)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, w.close()) }()
	items, open, err := b.items(w, src)
	if err != nil {
		return err
	}
	all := operators
	if b.o.Experiments {
		all = append(slices.Clone(all), flaky)
	}
	for _, op := range all {
		from := items
		if op.name == "unanswerable" || op.name == "no-abstention" {
			from = append(slices.Clone(items), open...)
		}
		if err := b.operate(w, from, items, op, operator{}); err != nil {
			return err
		}
	}
	for _, op := range operators {
		if op.part != partQuery && op.part != partRetrieve && op.part != partRerank {
			continue
		}
		for _, name := range late {
			if err := b.operate(w, items, items, op, operatorNamed(name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// items reads the questions, in an order drawn by the seed, and keeps those that the sound system answers
// right in every replay with the evidence and two distractors in the prompt.
// Those that cannot be answered, and are declined each time, are kept apart.
func (b *builder) items(w *world, src Source) (sound, open []*item, err error) {
	var all []*trace.Record
	for rec, err := range src.Records {
		if err != nil {
			return nil, nil, err
		}
		all = append(all, rec)
	}
	b.set.Asked += len(all)
	dice(b.o.Seed, "questions", src.Name).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for _, rec := range all {
		if len(sound) >= itemsPerCase*b.o.PerOperator {
			break
		}
		it := b.item(w, src.Name, rec)
		if it == nil {
			continue
		}
		s := w.system(it, b.o.Seed)
		o, err := s.run(b.ctx, s.unsound, faultless)
		if err == nil && o.bad > 0 && it.restsElsewhere(w, o.rec) {
			s = w.system(it, b.o.Seed)
			o, err = s.run(b.ctx, s.unsound, faultless)
		}
		switch {
		case err != nil:
			return nil, nil, fmt.Errorf("%s: %w", it.id, err)
		case o.bad > 0:
			continue
		}
		switch it.sound = o; {
		case it.answers == nil:
			open = append(open, it)
		case it.long != nil && it.long.share(o.rec.Answer.Text) < soundSay:
			// the reader gives one point of many
		case len(o.rec.Context) >= soundContext && present(it.sentence, contextTexts(o.rec.Context)):
			sound = append(sound, it)
		}
	}
	b.set.Items += len(sound) + len(open)
	return sound, open, nil
}

// item reads a question, and draws the system that it is put to.
func (b *builder) item(w *world, corpusName string, rec *trace.Record) *item {
	rng := dice(b.o.Seed, "item", corpusName, rec.ID)
	it := &item{
		id: rec.ID, cluster: corpusName + "/" + rec.ID, corpus: corpusName,
		question: trace.Record{ID: rec.ID, Question: rec.Question, History: rec.History, Gold: cloneGold(rec.Gold)},
		depth:    pick(rng, []int{4, 5, 6, 8, 12}), k: 3 + rng.IntN(3), keywords: rng.Float64() < stripping,
		chatty: rng.Float64() < chatting, rights: pick(rng, []float64{0, 0, .3, .6}), jitter: pick(rng, []float64{0, .2, .5}), unit: math.Exp(10 * (rng.Float64() - .5)), origin: 3*rng.Float64() - 1, byText: rng.Float64() < named, trims: rng.Float64() < trimming,
	}
	it.depth = it.k + rng.IntN(it.k)
	talks := rng.Float64() < talking
	switch g := rec.Gold; {
	case g == nil:
		return nil
	case g.Answerable == trace.No:
		it.question.Gold, it.chatty = &trace.Gold{Answerable: trace.No}, false
		if it.question.History != nil {
			it.question.Gold.Rewrite = cmp.Or(g.Rewrite, rec.Question)
		}
		return it
	case len(g.Answers) == 0 || len(g.Claims) > 0 || !it.rests(w, g):
		return nil // nothing to look for, or the oracle cannot tell
	}
	if rec.Tags[ClusterTag] != "" {
		it.family = corpusName + "/" + rec.Tags[ClusterTag]
	}
	it.cluster = cmp.Or(it.family, corpusName+"/"+it.gold.Doc)
	it.meant = rec.Gold.Rewrite
	if talks && it.question.History == nil {
		it.question.History = talk(it)
	}
	if it.question.History != nil { // whoever labels a conversation says what each turn means
		it.question.Gold.Rewrite = cmp.Or(it.meant, it.question.Question)
	}
	return it
}

// What the systems and the labels of some questions have, so that a fault that
// needs it does not stand out.
const (
	talking   = .6  // a conversation before the question
	named     = .5  // gold evidence that is named by its sentence, not only by its document
	stripping = .7  // a query former that keeps the content words only
	trimming  = .4  // a budget that cuts the last passage
	chatting  = .35 // a reader that says something where a careful one would decline
)

// ClusterTag is the tag of a question that names the family within which cases
// are not independent. Without it that is the gold document.
const ClusterTag = "cluster"

// rests finds the passage and the sentence that answer the question, and states
// the gold in one form for all: one answer, and each passage that may answer as
// a set of its own. An answer that is in a gold passage word by word is
// checked by itself, a long one by the sentence that it rests on.
func (it *item) rests(w *world, g *trace.Gold) bool {
	var units []trace.Unit
	for _, set := range g.Evidence {
		if len(set) != 1 {
			continue // each must answer alone
		}
		doc := w.document(cmp.Or(set[0].Doc, set[0].ID))
		if doc == "" || slices.Contains(it.units, doc) {
			continue
		}
		units = append(units, set[0])
		it.units = append(it.units, doc)
	}
	for _, answer := range g.Answers { // one alias for all, so that their number tells nothing
		for _, doc := range it.units {
			if p, sentence, ok := w.evidence(doc, []string{answer}); ok {
				it.gold, it.sentence, it.answers = p, sentence, []string{answer}
				it.label([]string{answer})
				return true
			}
		}
	}
	if len(units) == 0 {
		return false
	}
	r := newReference(g.Answers[0])
	p, sentence, ok := w.restsOnSentence(units, r)
	if !ok {
		return false
	}
	r.restOn(sentence, it.asked())
	it.k += 3 // a long answer draws on more
	it.depth = 2 * it.k
	it.gold, it.sentence, it.answers, it.long = p, sentence, []string{sentence}, r
	it.label([]string{r.text})
	return true
}

// restsElsewhere takes another passage that a person called relevant for the
// one that answers, if the answer was drawn from it and says enough of the
// reference.
func (it *item) restsElsewhere(w *world, rec *trace.Record) bool {
	if it.long == nil || it.long.share(rec.Answer.Text) < soundSay {
		return false
	}
	for _, doc := range it.units {
		r := newReference(it.long.text)
		p, sentence, ok := w.restsOnSentence([]trace.Unit{{Doc: doc}}, r)
		if ok && holds(said(rec), sentence) {
			r.restOn(sentence, it.asked())
			it.gold, it.sentence, it.answers, it.long = p, sentence, []string{sentence}, r
			it.cluster = cmp.Or(it.family, it.corpus+"/"+p.Doc)
			it.label([]string{r.text})
			return true
		}
	}
	return false
}

// label writes the gold: the passage that answers first.
func (it *item) label(answers []string) {
	it.question.Gold.Answers = answers
	unit := trace.Unit{Doc: it.gold.Doc}
	if it.byText {
		unit.Text = it.sentence
	}
	it.question.Gold.Evidence = []trace.EvidenceSet{{unit}}
	for _, doc := range it.units {
		if doc != it.gold.Doc {
			it.question.Gold.Evidence = append(it.question.Gold.Evidence, trace.EvidenceSet{{Doc: doc}})
		}
	}
}

// asked is the question as a person who knows the conversation takes it.
func (it *item) asked() string { return cmp.Or(it.meant, it.question.Question) }

// document returns the document of a document's or a passage's ID; empty if
// there is none.
func (w *world) document(id string) string {
	if len(w.byDoc[id]) > 0 {
		return id
	}
	if i, ok := w.byID[id]; ok {
		return w.passages[i].Doc
	}
	return ""
}

// operate tries an operator, or a pair, on the items until enough cases are
// kept.
func (b *builder) operate(w *world, from, items []*item, op, second operator) error {
	name, most := op.name, b.o.PerOperator
	if second.name != "" {
		name, most = op.name+"+"+second.name, max(1, b.o.PerOperator/6)
	}
	if op.name == "sound" {
		most *= 2
	}
	t := b.tallies[name]
	if t == nil {
		t = &Tally{Operator: name, Stage: op.part}
		b.tallies[name] = t
		b.order = append(b.order, name)
	}
	from = slices.Clone(from)
	dice(b.o.Seed, "order", name).Shuffle(len(from), func(i, j int) { from[i], from[j] = from[j], from[i] })
	kept := 0
	for _, it := range from[:min(len(from), most*triesPerCase)] {
		if kept == most {
			break
		}
		levels := dice(b.o.Seed, "level", name, it.id).Perm(Levels)
		for _, l := range levels {
			ok, err := b.try(w, it, items, op, second, l+1, t)
			if err != nil {
				return fmt.Errorf("%s on %s: %w", name, it.id, err)
			}
			if ok {
				kept++
				break
			}
		}
	}
	return nil
}

// try breaks one system at one severity, and keeps the case if it earned it.
func (b *builder) try(w *world, it *item, items []*item, op, second operator, level int, t *Tally) (bool, error) {
	attempted := func(ops ...operator) (*system, *outcome, error) {
		s := w.system(it, b.o.Seed)
		for _, op := range ops {
			a := &attempt{ctx: b.ctx, s: s, sound: it.sound, level: level, rng: dice(b.o.Seed, op.name, level, it.id), items: items}
			if ok, err := op.apply(a); err != nil || !ok {
				return nil, nil, err
			}
		}
		o, err := s.run(b.ctx, ops[0].bad(s), ops[0].settled())
		return s, o, err
	}
	ops := []operator{op}
	if second.name != "" {
		ops = append(ops, second)
	}
	s, after, err := attempted(ops...)
	switch {
	case err != nil:
		return false, err
	case s == nil:
		t.NotApplicable++
		return false, nil
	case op.root == diagnose.Flaky && (after.bad == 0 || after.bad >= enough):
		t.OffTarget++
		return false, nil
	case op.root != diagnose.None && op.root != diagnose.Flaky && after.bad < enough:
		t.Robust++
		return false, nil
	case op.root == diagnose.None && after.bad > 0:
		t.OffTarget++
		return false, nil
	case !onTarget(op, it, after.rec):
		t.OffTarget++
		return false, nil
	}
	key := Key{
		Operator: t.Operator, Stage: op.part, Severity: level, Root: op.root, Proximate: op.root,
		Corpus: it.corpus, Source: it.id, Cluster: it.cluster, Bad: after.bad,
	}
	if second.name != "" {
		if present(said(after.rec), contextTexts(after.rec.Context)) {
			t.OffTarget++
			return false, nil
		}
		key.Proximate = diagnose.Unsupported // nothing in the prompt says it any more
		_, first, err := attempted(op)
		if err != nil {
			return false, err
		}
		_, last, err := attempted(second)
		if err != nil {
			return false, err
		}
		if first.bad >= enough && last != nil && last.bad >= enough {
			key.Joint = []diagnose.Cause{op.root, second.root}
		}
	}
	probes, err := s.probes(b.ctx, after.rec)
	if err != nil {
		return false, err
	}
	t.Kept++
	b.set.Probes = append(b.set.Probes, probes)
	b.set.Records = append(b.set.Records, after.rec)
	b.set.Keys = append(b.set.Keys, key)
	b.set.Systems = append(b.set.Systems, System{s})
	return true, nil
}

// settled says when a case of the operator is lost.
func (op operator) settled() func(bad, left int) bool {
	switch op.root {
	case diagnose.None:
		return faultless
	case diagnose.Flaky:
		return unsettled
	}
	return broken
}

// bad says when a case of the operator has gone wrong.
func (op operator) bad(s *system) func(*trace.Record) bool {
	switch {
	case op.part == partCite:
		return func(rec *trace.Record) bool { return !s.unsound(rec) && citesBadly(rec) }
	case op.root == diagnose.GoldLabel: // right, and the reference says otherwise
		return func(rec *trace.Record) bool {
			return !s.unsound(rec) && !slices.ContainsFunc(rec.Gold.Answers, func(a string) bool { return holds(rec.Answer.Text, a) })
		}
	}
	return s.wrong
}

// said is an answer without its citations.
func said(rec *trace.Record) string { return marker.ReplaceAllString(rec.Answer.Text, "") }

// onTarget reports whether a disturbance hit the stage that it was aimed at, by
// strings: where the sentence that answers is lost.
func onTarget(op operator, it *item, rec *trace.Record) bool {
	context := contextTexts(rec.Context)
	inContext := present(it.sentence, context)
	// A passage that holds the answer as if by chance makes the truth arguable.
	contested := slices.ContainsFunc(it.answers, func(a string) bool { return present(a, context) }) || it.nearly(rec.Context)
	if len(context) < soundContext {
		return false // a prompt that is shorter than any sound one would tell
	}
	switch op.name {
	case "no-abstention", "unanswerable":
		return !contested && (op.root == diagnose.None || !present(said(rec), context))
	case "prior", "fabrication", "misread":
		return inContext && !present(said(rec), context)
	}
	switch op.part {
	case partQuery, partRetrieve:
		return it.rank(rec.Candidates) == 0 && !contested && !slices.ContainsFunc(rec.Candidates, func(h trace.Hit) bool { return it.mayAnswer(h.ID) && !sameDoc(h.ID, it.gold.Doc) })
	case partRerank:
		return it.rank(rec.Candidates) > 0 && !inContext && !contested
	}
	return inContext
}

// mayAnswer reports whether a passage is one of those that may answer.
func (it *item) mayAnswer(id string) bool {
	return slices.ContainsFunc(it.units, func(doc string) bool { return sameDoc(id, doc) })
}

// nearly reports whether the prompt holds something that could be taken for an
// answer, though it is not the sentence: another passage that a person called
// relevant, or one that says about as much of a long reference.
func (it *item) nearly(context []trace.Passage) bool {
	return slices.ContainsFunc(context, func(p trace.Passage) bool {
		return it.mayAnswer(p.ID) && !sameDoc(p.ID, it.gold.Doc) || it.long != nil && !sameDoc(p.ID, it.gold.Doc) && it.long.share(p.Text) >= asGood*it.long.share(it.gold.Text)
	})
}

// finish hides inputs, gives the cases names that tell nothing, and sorts them.
func (b *builder) finish() {
	type pair struct {
		rec    *trace.Record
		key    Key
		probes []trace.Probe
		system System
	}
	var all []pair
	for i, rec := range b.set.Records {
		key := b.set.Keys[i]
		rng := dice(b.o.Seed, "name", key.Operator, key.Corpus, key.Source, key.Severity)
		var id [6]byte
		for i := range id {
			id[i] = byte(rng.UintN(256))
		}
		rec.ID = "c" + hex.EncodeToString(id[:])
		key.ID = rec.ID
		rec = obscure(rec, &key, rng, b.o.Ambiguous)
		all = append(all, pair{rec, key, b.set.Probes[i], b.set.Systems[i]})
	}
	slices.SortFunc(all, func(x, y pair) int { return cmp.Compare(x.key.ID, y.key.ID) })
	for i, p := range all {
		b.set.Records[i], b.set.Keys[i], b.set.Probes[i], b.set.Systems[i] = p.rec, p.key, p.probes, p.system
	}
	if !b.o.Experiments {
		b.set.Systems = nil
	}
	for _, name := range b.order {
		b.set.Tallies = append(b.set.Tallies, *b.tallies[name])
	}
}
