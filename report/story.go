package report

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/trace"
)

// story is one record made ready to be shown: texts cut into segments where
// claims, citations and their passages meet. The terminal and the page show
// the same story; it measures nothing and only arranges what was recorded.
type story struct {
	ID       string   `json:"id"`
	Status   string   `json:"status"` // in words
	Cause    string   `json:"cause"`  // coarse slug, "undetermined", "right" or "not-judged": the page filters by it
	Verdict  string   `json:"verdict"`
	Sentence string   `json:"sentence"`
	Question string   `json:"question"`
	History  []turn   `json:"history,omitempty"`
	Tags     []string `json:"tags,omitempty"`
	Run      []string `json:"run,omitempty"`
	Gold     []string `json:"gold,omitempty"`

	Queries    []query     `json:"queries"`    // null: not recorded
	Candidates []candidate `json:"candidates"` // null: not recorded
	More       int         `json:"more,omitempty"`
	Context    []passage   `json:"context"` // null: not recorded
	Answer     []segment   `json:"answer"`  // null: not recorded
	Against    *against    `json:"against,omitempty"`
	Closed     string      `json:"closed,omitempty"`
	Claims     []claimLine `json:"claims,omitempty"`
	Citations  []citation  `json:"citations,omitempty"`
	Tried      []line      `json:"tried,omitempty"` // probes and arms

	Sure         string   `json:"sure,omitempty"` // what the verdict rests on, and how probable it is
	Why          []line   `json:"why,omitempty"`
	TooStrong    string   `json:"too_strong,omitempty"`
	Proximate    string   `json:"proximate,omitempty"`
	Contributing []string `json:"contributing,omitempty"`
	Modifiers    []string `json:"modifiers,omitempty"`
	Left         []string `json:"left,omitempty"`
	Missing      []string `json:"missing,omitempty"`
	Next         string   `json:"next,omitempty"`
	Repair       string   `json:"repair,omitempty"` // what experiments say about the first stage to repair
	Fix          string   `json:"fix,omitempty"`
	Notes        []string `json:"notes,omitempty"`
	Errors       []string `json:"errors,omitempty"`
}

type turn struct {
	Role string `json:"role"`
	Text string `json:"text"`
}

type query struct {
	Text string `json:"text"`
	Kind string `json:"kind,omitempty"`
}

type candidate struct {
	Rank    int    `json:"rank"`
	ID      string `json:"id,omitempty"`
	Title   string `json:"title,omitempty"`
	Text    string `json:"text,omitempty"`
	Score   string `json:"score,omitempty"`
	Rerank  string `json:"rerank,omitempty"`
	Gold    string `json:"gold,omitempty"` // how it matched; empty: no gold
	Kept    int    `json:"kept,omitempty"` // 1-based position in the context; 0: not there
	Dropped string `json:"dropped,omitempty"`
}

type passage struct {
	N         int       `json:"n"`
	ID        string    `json:"id,omitempty"`
	Title     string    `json:"title,omitempty"`
	Date      string    `json:"date,omitempty"`
	Truncated bool      `json:"truncated,omitempty"`
	Gold      string    `json:"gold,omitempty"`
	Text      []segment `json:"text"`
}

type claimLine struct {
	N       int    `json:"n"`
	Text    string `json:"text"`
	Mark    string `json:"mark"`
	Where   string `json:"where,omitempty"` // "passage 1", or what contradicts it
	Passage int    `json:"passage,omitempty"`
}

type citation struct {
	N       int    `json:"n"`
	Marker  string `json:"marker"`
	Passage int    `json:"passage,omitempty"` // 1-based; 0: resolves to nothing
	Status  string `json:"status"`
	Better  string `json:"better,omitempty"`
}

type line struct {
	Name  string `json:"name"`
	Truth string `json:"truth,omitempty"`
	Grade string `json:"grade,omitempty"`
	Text  string `json:"text,omitempty"`
	Aside bool   `json:"aside,omitempty"` // a fault that is not there: said in short
}

// limits bounds the texts of a story; zero: no limit.
type limits struct{ candidates, candidateText, passageText int }

func newStory(rec *trace.Record, d *diagnose.Diagnosis, lim limits) story {
	s := story{
		ID: cmp.Or(d.ID, rec.ID), Status: statusWords[d.Status], Cause: filterCause(d), Verdict: verdict(d), Sentence: d.Sentence,
		Question: rec.Question, Tags: tagList(rec.Tags), Run: runList(&rec.Run),
		Why: whyLines(d), TooStrong: d.TooStrong, Modifiers: d.Modifiers, Missing: d.Missing, Next: d.Next, Fix: d.Fix, Notes: d.Notes,
	}
	s.Sure = sure(d)
	if d.Repair != nil {
		s.Repair = d.Repair.Text
	}
	if d.Proximate.Cause != diagnose.None && d.Proximate != d.Root {
		s.Proximate = attribution(d.Proximate)
	}
	for _, a := range d.Contributing {
		s.Contributing = append(s.Contributing, attribution(a))
	}
	s.Left = titles(left(d))
	for _, t := range rec.History {
		s.History = append(s.History, turn{t.Role, t.Text})
	}
	if rec.Queries != nil {
		s.Queries = []query{}
		for _, q := range rec.Queries {
			s.Queries = append(s.Queries, query{q.Text, q.Kind})
		}
	}
	for _, e := range rec.Run.Errors {
		s.Errors = append(s.Errors, fmt.Sprintf("%s: %s", cmp.Or(string(e.Stage), "pipeline"), e.Message))
	}
	s.Against = newAgainst(rec, lim)
	s.Gold = goldList(rec.Gold, s.Against != nil)
	s.Claims = claimLines(rec)
	s.Citations = citations(rec)
	s.candidates(rec, lim)
	s.context(rec, lim)
	if rec.Answer != nil {
		s.Answer = answerSegments(rec)
		s.Closed = rec.Answer.Closed
	}
	for _, p := range rec.Evidence.Probes {
		found := "not found"
		if p.Rank > 0 {
			found = fmt.Sprintf("found at rank %d", p.Rank)
		}
		s.Tried = append(s.Tried, line{Name: "probe, " + words(p.Kind), Text: fmt.Sprintf("%s: %s within %d", p.Query, found, p.Depth)})
	}
	for _, a := range rec.Evidence.Arms {
		text := fmt.Sprintf("%d of %d runs gave the expected result", a.K, a.N)
		if a.Confounded != "" {
			text += "; confounded: " + a.Confounded
		}
		s.Tried = append(s.Tried, line{Name: "re-run, " + words(a.Name), Text: text})
	}
	return s
}

// filterCause is the word by which a record is found on the page.
func filterCause(d *diagnose.Diagnosis) string {
	switch d.Status {
	case diagnose.StatusDiagnosed:
		return string(d.Root.Cause.Coarse())
	case diagnose.StatusUndetermined:
		return "undetermined"
	case diagnose.StatusNotFailure:
		return "right"
	case diagnose.StatusNotJudged:
		return "not-judged"
	default:
		return "skipped"
	}
}

// verdict is the headline: "Ignored context · misread".
func verdict(d *diagnose.Diagnosis) string {
	switch d.Status {
	case diagnose.StatusDiagnosed:
		return attribution(d.Root)
	case diagnose.StatusUndetermined:
		return "Undetermined"
	case diagnose.StatusNotFailure:
		return "Not a failure"
	case diagnose.StatusNotJudged:
		if d.Root.Cause != diagnose.None {
			return "Not judged; if bad: " + attribution(d.Root)
		}
		return "Not judged"
	default:
		return "Skipped"
	}
}

// sure says how sure a verdict is, and what it rests on.
func sure(d *diagnose.Diagnosis) string {
	switch {
	case d.P > 0 && (d.Status == diagnose.StatusDiagnosed || d.Status == diagnose.StatusNotFailure):
		return "Confidence " + wholePercent(d.P)
	case d.Status == diagnose.StatusDiagnosed:
		return "no percentage: too few labelled answers with this kind of evidence"
	case d.Status == diagnose.StatusUndetermined || d.Status == diagnose.StatusNotJudged:
		if p, ok := d.PBad.Get(); ok {
			return "Probability that the answer is bad: " + wholePercent(p)
		}
	}
	return ""
}

// wholePercent prints a probability that no evidence makes certain.
func wholePercent(p float64) string {
	switch n := math.Round(100 * p); {
	case n >= 100:
		return "over 99 %"
	case n <= 0:
		return "below 1 %"
	default:
		return fmt.Sprintf("%.0f %%", n)
	}
}

func titles(set []diagnose.Cause) (out []string) {
	for _, c := range set {
		out = append(out, c.Title())
	}
	return out
}

func attribution(a diagnose.Attribution) string {
	s := a.Cause.Title()
	if family := a.Cause.Coarse(); family != a.Cause {
		s = family.Title() + " · " + strings.ToLower(s)
	}
	if a.Sub != "" {
		s += " · " + words(a.Sub)
	}
	return s
}

func tagList(tags map[string]string) []string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(tags)) {
		out = append(out, k+"="+tags[k])
	}
	return out
}

func runList(r *trace.RunInfo) []string {
	var out []string
	for _, f := range []struct{ name, v string }{{"system", r.System}, {"model", r.Model}, {"retriever", r.Retriever}} {
		if f.v != "" {
			out = append(out, f.name+" "+f.v)
		}
	}
	if r.K > 0 {
		out = append(out, fmt.Sprintf("k %d", r.K))
	}
	return out
}

// goldList lists what is known to be right; the answers and the claims only where
// they are not beside the answer.
func goldList(g *trace.Gold, beside bool) []string {
	if g == nil {
		return nil
	}
	var out []string
	if len(g.Answers) > 0 && !beside {
		out = append(out, "answer: "+strings.Join(g.Answers, " | "))
	}
	for _, c := range g.Claims {
		if beside && len(g.Answers) == 0 {
			break
		}
		out = append(out, "claim: "+c)
	}
	for _, set := range g.Evidence {
		var units []string
		for _, u := range set {
			units = append(units, cmp.Or(u.ID, u.Doc, cut(u.Text, 120)))
		}
		out = append(out, "evidence: "+strings.Join(units, " + "))
	}
	if g.Answerable == trace.No {
		out = append(out, "the right answer is to decline")
	}
	return out
}

func whyLines(d *diagnose.Diagnosis) []line {
	var out []line
	for _, l := range d.Evidence {
		out = append(out, line{l.Name, l.Truth.String(), l.Grade.String(), l.Text, l.Aside})
	}
	return out
}

// goldAt maps the 0-based positions of a list to how they matched gold.
func goldAt(units []trace.UnitMatch) map[int]string {
	m := make(map[int]string)
	for _, u := range units {
		if u.Rank > 0 {
			m[u.Rank-1] = cmp.Or(u.How, "match")
		}
	}
	return m
}

func (s *story) candidates(rec *trace.Record, lim limits) {
	if rec.Candidates == nil {
		return
	}
	s.Candidates = []candidate{}
	gold := map[int]string{}
	if r := rec.Evidence.Retrieve; r != nil {
		gold = goldAt(r.Units)
	}
	for i, h := range rec.Candidates {
		if lim.candidates > 0 && len(s.Candidates) >= lim.candidates && gold[i] == "" {
			s.More++
			continue
		}
		c := candidate{Rank: i + 1, ID: cmp.Or(h.ID, h.Doc), Title: h.Title, Text: h.Text, Score: known3(h.Score), Rerank: known3(h.RerankScore), Gold: gold[i], Dropped: string(h.Dropped)}
		if lim.candidateText > 0 {
			c.Text = cut(c.Text, lim.candidateText)
		}
		c.Kept = 1 + slices.IndexFunc(rec.Context, func(p trace.Passage) bool {
			return h.ID != "" && p.ID == h.ID || h.ID == "" && h.Text != "" && p.Text == h.Text
		})
		s.Candidates = append(s.Candidates, c)
	}
}

func known3(v trace.Value) string {
	if x, ok := v.Get(); ok {
		return number(x)
	}
	return ""
}

func (s *story) context(rec *trace.Record, lim limits) {
	if rec.Context == nil {
		return
	}
	s.Context = []passage{}
	gold := map[int]string{}
	if r := rec.Evidence.Rerank; r != nil {
		gold = goldAt(r.Units)
	}
	for i, p := range rec.Context {
		s.Context = append(s.Context, passage{N: i + 1, ID: cmp.Or(p.ID, p.Doc), Title: p.Title, Date: p.Date, Truncated: p.Truncated, Gold: gold[i], Text: passageSegments(rec, i, lim.passageText)})
	}
}

func mark(c *trace.ClaimVerdict) string {
	switch {
	case !c.Checkable:
		return ""
	case c.Support == trace.Abstain:
		return "undecided"
	default:
		return string(c.Support)
	}
}

func claimLines(rec *trace.Record) []claimLine {
	g := rec.Evidence.Ground
	if g == nil {
		return nil
	}
	var out []claimLine
	for i := range g.Claims {
		c := &g.Claims[i]
		l := claimLine{N: i + 1, Text: c.Text, Mark: cmp.Or(mark(c), "not checkable")}
		switch {
		case c.Against != nil && c.Support == trace.Contradicted:
			l.Passage = c.Against.Span.Passage + 1
			l.Where = fmt.Sprintf("passage %d says %s, not %s", l.Passage, c.Against.Passage, c.Against.Claim)
		case len(c.By) > 0:
			l.Passage = c.By[0].Passage + 1
			l.Where = fmt.Sprintf("passage %d", l.Passage)
		}
		if c.Judged {
			l.Where = strings.TrimPrefix(l.Where+", by a judge", ", ")
		}
		out = append(out, l)
	}
	return out
}

// citeMarks lists the citation marks of an answer in order, each with the
// passages that would have supported its statement.
func citeMarks(rec *trace.Record) (marks []trace.CiteMark, better [][]int) {
	if rec.Evidence.Cite == nil {
		return nil, nil
	}
	for _, st := range rec.Evidence.Cite.Statements {
		for _, m := range st.Citations {
			marks, better = append(marks, m), append(better, st.Better)
		}
	}
	return marks, better
}

func citations(rec *trace.Record) []citation {
	var out []citation
	marks, better := citeMarks(rec)
	for i, m := range marks {
		c := citation{N: i + 1, Marker: m.Marker, Passage: max(0, m.Passage+1), Status: cmp.Or(string(m.Status), "undecided")}
		if m.Status != trace.CiteSupported {
			var ns []string
			for _, p := range better[i] {
				ns = append(ns, fmt.Sprint(p+1))
			}
			if len(ns) > 0 {
				c.Better = "passage " + strings.Join(ns, ", ") + " would"
			}
		}
		out = append(out, c)
	}
	return out
}
