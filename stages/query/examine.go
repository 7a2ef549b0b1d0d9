package query

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

// version names this examiner in evidence.
const version = "query/1"

// driftMass is the share of the question's weight that a rewriting may lose
// before it counts as drifted.
const driftMass = .3

// Examine compares the queries of a record with its question. It changes nothing
// in the record.
func Examine(r *prepared.Record) *trace.QueryEvidence {
	rec, asked := r.Record, r.Question()
	ev := &trace.QueryEvidence{Version: version, Language: asked.Lang}
	if len(rec.Queries) == 0 {
		why := "the queries sent were not recorded"
		if rec.Queries != nil {
			why = "no query was sent"
		}
		unknown := trace.NotKnown(why)
		ev.Rewritten, ev.Drifted, ev.Unresolved, ev.Empty, ev.Foreign = unknown, unknown, unknown, unknown, unknown
		ev.MassLost, ev.MassGained = trace.Unknown(why), trace.Unknown(why)
		return ev
	}
	c := &comparison{ev: ev, asked: asked, weight: r.Verifier().Weight}
	for _, q := range rec.Queries {
		c.sent = append(c.sent, text.Analyze(q.Text, asked.Lang))
	}
	for _, t := range rec.History {
		c.said = append(c.said, text.Analyze(t.Text, asked.Lang))
	}
	for _, t := range c.sent[0].Terms {
		ev.Tokens = append(ev.Tokens, t.Stem)
	}
	c.rewritten()
	c.masses()
	c.facts()
	c.drifted()
	c.unresolved(rec)
	c.empty()
	c.foreign(rec.Queries)
	return ev
}

// comparison is the work on one record.
type comparison struct {
	ev     *trace.QueryEvidence
	asked  *text.Doc
	sent   []*text.Doc
	said   []*text.Doc // the history
	weight func(stem string) float64
}

// rewritten compares words, so case and punctuation do not count.
func (c *comparison) rewritten() {
	for _, q := range c.sent {
		if slices.EqualFunc(q.Tokens, c.asked.Tokens, func(a, b text.Token) bool { return a.Text == b.Text }) {
			c.ev.Rewritten = trace.Holds(false, 1, trace.GradeB, "the question was sent as it stands")
			return
		}
	}
	c.ev.Rewritten = trace.Holds(true, 1, trace.GradeB, "no query has the words of the question")
}

// masses weighs the words lost and gained.
func (c *comparison) masses() {
	c.ev.MassLost = c.missing([]*text.Doc{c.asked}, c.sent, "the question has no content word")
	c.ev.MassGained = c.missing(c.sent, append([]*text.Doc{c.asked}, c.said...), "no query has a content word")
}

// missing is the share of the weight of the terms of docs that are in none of
// others, spelling slips forgiven.
func (c *comparison) missing(docs, others []*text.Doc, none string) trace.Value {
	have := stems(others)
	lost, all := 0.0, 0.0
	seen := map[string]bool{}
	for _, d := range docs {
		for _, t := range d.Terms {
			if seen[t.Stem] {
				continue
			}
			seen[t.Stem] = true
			weight := c.weight(t.Stem)
			all += weight
			if !have.holds(t.Stem) {
				lost += weight
			}
		}
	}
	if all == 0 {
		return trace.Unknown(none)
	}
	return trace.Known(lost / all)
}

// facts lists the names, numbers and dates that were dropped or invented.
func (c *comparison) facts() {
	c.ev.Dropped = absent([]*text.Doc{c.asked}, c.sent)
	c.ev.Invented = absent(c.sent, append([]*text.Doc{c.asked}, c.said...))
}

// drifted weighs what masses and facts found.
func (c *comparison) drifted() {
	if c.ev.Rewritten.IsNo() {
		c.ev.Drifted = trace.Holds(false, 1, trace.GradeB, "the question was sent as it stands")
		return
	}
	lost, known := c.ev.MassLost.Get()
	switch {
	case len(c.ev.Dropped) > 0:
		c.ev.Drifted = trace.Holds(true, .85, trace.GradeD, "the rewriting dropped "+quoted(c.ev.Dropped))
	case len(c.ev.Invented) > 0:
		c.ev.Drifted = trace.Holds(true, .8, trace.GradeD, "the rewriting brought in "+quoted(c.ev.Invented))
	case known && lost >= driftMass:
		c.ev.Drifted = trace.Holds(true, .7, trace.GradeD, fmt.Sprintf("the rewriting lost %.0f %% of the question's weight", 100*lost))
	case !known:
		c.ev.Drifted = trace.NotKnown(c.ev.MassLost.Reason())
	default:
		c.ev.Drifted = trace.Holds(false, .8, trace.GradeD, fmt.Sprintf("the rewriting kept every name and number and lost %.0f %% of the weight", 100*lost))
	}
}

func quoted(list []string) string { return fmt.Sprintf("%q", list) }

// unresolved looks for a reference to the history that was sent as it stands.
func (c *comparison) unresolved(rec *trace.Record) {
	kind, at := refers(rec.Question)
	switch {
	case !english(rec.Question, rec.History):
		c.ev.Unresolved = trace.NotKnown("references are found in English only")
	case kind == selfContained:
		c.ev.Unresolved = trace.Holds(false, .9, trace.GradeD, "the question refers to nothing outside it")
	case rec.History == nil:
		c.ev.Unresolved = trace.NotKnown("the question may refer to earlier turns, which were not recorded")
	case len(rec.History) == 0:
		c.ev.Unresolved = trace.Holds(false, .8, trace.GradeD, "there are no earlier turns to refer to")
	default:
		for _, q := range rec.Queries {
			if k, _ := refers(q.Text); k == selfContained {
				c.ev.Unresolved = trace.Holds(false, .8, trace.GradeD, "a query refers to nothing outside it")
				return
			}
		}
		word := "its beginning"
		if at < len(c.asked.Tokens) {
			word = fmt.Sprintf("%q", c.asked.Tokens[at].Text)
		}
		c.ev.Unresolved = trace.Holds(true, .85, trace.GradeD, word+" refers to an earlier turn and was sent as it stands")
	}
}

// empty looks for queries that no index can answer.
func (c *comparison) empty() {
	for _, q := range c.sent {
		if len(q.Terms) > 0 {
			c.ev.Empty = trace.Holds(false, .98, trace.GradeB, "a query has content words")
			return
		}
	}
	c.ev.Empty = trace.Holds(true, .95, trace.GradeB, "no query has a content word")
}

// sureWords is how long texts of one script must be before a difference of
// guessed languages means anything.
const sureWords = 8

// foreign compares languages: by script at once, else if both texts are long.
// Guessing a language costs more than all the rest here, so it comes last.
func (c *comparison) foreign(queries []trace.Query) {
	if c.ev.Rewritten.IsNo() {
		c.ev.Foreign = trace.Holds(false, .99, trace.GradeB, "the question was sent as it stands")
		return
	}
	other := ""
	for i, q := range queries {
		if c.asked.Lang == "" || latin(q.Text) == latin(c.asked.Text) && min(len(c.sent[i].Tokens), len(c.asked.Tokens)) < sureWords {
			c.ev.Foreign = trace.NotKnown("the texts are too short to tell their language")
			return
		}
		switch lang := text.Language(q.Text); lang {
		case "":
			c.ev.Foreign = trace.NotKnown("the language of a query is not recognised")
			return
		case c.asked.Lang:
			c.ev.Foreign = trace.Holds(false, .95, trace.GradeC, "a query is in the language of the question, "+lang)
			return
		default:
			other = lang
		}
	}
	c.ev.Foreign = trace.Holds(true, .9, trace.GradeC, fmt.Sprintf("the question is in %s, the query in %s", c.asked.Lang, other))
}

// latin reports whether most letters of s are Latin ones.
func latin(s string) bool {
	letters, other := 0, 0
	for _, r := range s {
		switch {
		case r|0x20 >= 'a' && r|0x20 <= 'z' || r >= 0xc0 && r < 0x250:
			letters++
		case r >= 0x250:
			other++
		}
	}
	return letters > other
}

// vocabulary is a set of stems that forgives spelling slips.
type vocabulary map[string]bool

func stems(docs []*text.Doc) vocabulary {
	v := vocabulary{}
	for _, d := range docs {
		for _, t := range d.Terms {
			v[t.Stem] = true
		}
	}
	return v
}

// holds reports whether v has stem, or a long one that is a slip away from it.
func (v vocabulary) holds(stem string) bool {
	if v[stem] {
		return true
	}
	if len(stem) < 5 || strings.ContainsAny(stem, "0123456789") {
		return false
	}
	for other := range v {
		if slip(stem, other) {
			return true
		}
	}
	return false
}

// slip reports whether a and b differ by one letter changed, added, left out
// or swapped with its neighbour, after the first.
func slip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if a == "" || len(b)-len(a) > 1 || a[0] != b[0] {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	return i == len(a) || a[i+1:] == b[i+1:] ||
		i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// absent lists the names, numbers and dates of docs that are in none of
// others, in order, none twice. A name is there if half of its words are.
func absent(docs, others []*text.Doc) []string {
	have := vocabulary{}
	for _, d := range others {
		for _, t := range d.Tokens {
			have[t.Text] = true
		}
	}
	var out []string
	add := func(s string) {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, d := range docs {
		for _, e := range d.Entities() {
			words := text.Tokens(e.Text)
			there := 0
			for _, t := range words {
				if have.holds(t.Text) {
					there++
				}
			}
			if 2*there < len(words) {
				add(e.Text)
			}
		}
		for _, n := range d.Numbers() {
			if !slices.ContainsFunc(others, func(o *text.Doc) bool {
				return slices.ContainsFunc(o.Numbers(), func(m text.Number) bool { return m.Value == n.Value })
			}) {
				add(n.Text)
			}
		}
		for _, day := range d.Dates() {
			if !slices.ContainsFunc(others, func(o *text.Doc) bool { return slices.ContainsFunc(o.Dates(), day.Compatible) }) {
				add(day.Text)
			}
		}
	}
	return out
}
