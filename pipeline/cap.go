package pipeline

import (
	"fmt"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/trace"
)

// How much of one record is examined. The limits lie far above what fits into
// the prompt of any model; they are there so that no record, broken or hostile,
// can take the time and memory of a whole run.
const (
	maxPassages   = 2_000   // of the context
	maxCandidates = 5_000   //
	maxUnits      = 2_000   // of gold evidence, over all sets
	maxAnswers    = 500     // accepted answers, and gold claims
	maxTurns      = 500     // of the history
	maxQueries    = 200     //
	maxCitations  = 10_000  // structured ones
	maxText       = 1 << 20 // bytes of one passage, candidate or gold passage
	maxTexts      = 8 << 20 // bytes of all passages, and of all candidates
	maxAnswer     = 1 << 18 // bytes of an answer, or of one accepted answer
	maxQuestion   = 1 << 16 // bytes of a question, a query or a turn
)

// capped returns a copy of rec that is cut to the limits, with what was cut in
// Evidence.Capped; a record within them is returned as it is. Offsets into
// texts hold in both, for texts are cut at their end.
func capped(rec *trace.Record) *trace.Record {
	c := cutter{}
	out := *rec
	out.Question = c.text("question", rec.Question, maxQuestion)
	out.History = first(&c, "history", "turns", rec.History, maxTurns)
	out.History = each(out.History, func(t *trace.Turn) *string { return &t.Text }, c.texts("history", maxQuestion, maxTexts))
	out.Queries = first(&c, "queries", "queries", rec.Queries, maxQueries)
	out.Queries = each(out.Queries, func(q *trace.Query) *string { return &q.Text }, c.texts("queries", maxQuestion, maxTexts))
	out.Candidates = first(&c, "candidates", "passages", rec.Candidates, maxCandidates)
	out.Candidates = each(out.Candidates, func(h *trace.Hit) *string { return &h.Text }, c.texts("candidates", maxText, maxTexts))
	out.Context = first(&c, "context", "passages", rec.Context, maxPassages)
	out.Context = each(out.Context, func(p *trace.Passage) *string { return &p.Text }, c.texts("context", maxText, maxTexts))
	if a := rec.Answer; a != nil {
		cut := *a
		cut.Text = c.text("answer", a.Text, maxAnswer)
		cut.Closed = c.text("closed-book answer", a.Closed, maxAnswer)
		cut.Citations = first(&c, "answer", "citations", a.Citations, maxCitations)
		if len(cut.Text) < len(a.Text) && cut.Citations != nil {
			cut.Citations = []trace.Citation{}
			for _, cite := range a.Citations[:min(len(a.Citations), maxCitations)] {
				if cite.End <= len(cut.Text) {
					cut.Citations = append(cut.Citations, cite)
				}
			}
		}
		out.Answer = &cut
	}
	if rec.Gold != nil {
		out.Gold = c.gold(rec.Gold)
	}
	if c.said == nil {
		return rec
	}
	out.Evidence.Capped = c.said
	return &out
}

// gold cuts what is known to be right. A set of evidence is left out whole: cut
// short it would ask for less than it takes to answer.
func (c *cutter) gold(g *trace.Gold) *trace.Gold {
	cut := *g
	self := func(s *string) *string { return s }
	cut.Answers = each(first(c, "gold", "answers", g.Answers, maxAnswers), self, c.texts("gold answers", maxAnswer, maxTexts))
	cut.Claims = each(first(c, "gold", "claims", g.Claims, maxAnswers), self, c.texts("gold claims", maxQuestion, maxTexts))
	units, sets := 0, 0
	for _, set := range g.Evidence {
		if units += len(set); units > maxUnits {
			break
		}
		sets++
	}
	cut.Evidence = first(c, "gold", "sets of evidence", g.Evidence, sets)
	if texts := c.texts("gold evidence", maxText, maxTexts); cut.Evidence != nil {
		sets := make([]trace.EvidenceSet, len(cut.Evidence))
		for i, set := range cut.Evidence {
			sets[i] = each(set, func(u *trace.Unit) *string { return &u.Text }, texts)
		}
		cut.Evidence = sets
	}
	return &cut
}

// cutter cuts the parts of one record and notes what it cut.
type cutter struct{ said []string }

func (c *cutter) say(format string, args ...any) {
	c.said = append(c.said, fmt.Sprintf(format, args...))
}

// text cuts one text.
func (c *cutter) text(what, s string, most int) string {
	if len(s) > most {
		c.say("%s: the first %d of %d bytes were examined", what, most, len(s))
	}
	return head(s, most)
}

// texts returns a function that cuts texts, each to most bytes and all together
// to total, and notes the first of them.
func (c *cutter) texts(what string, most, total int) func(string) string {
	said := false
	return func(s string) string {
		cut := head(s, min(most, total))
		if total -= len(cut); len(cut) < len(s) && !said {
			said = true
			c.say("%s: texts were examined up to %d bytes each and %d MiB together", what, most, maxTexts>>20)
		}
		return cut
	}
}

// head returns the beginning of s of at most n bytes, without half a character.
func head(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// first returns the first n elements of list.
func first[T any](c *cutter, where, what string, list []T, n int) []T {
	if len(list) <= n {
		return list
	}
	c.say("%s: the first %d of %d %s were examined", where, n, len(list), what)
	return list[:n:n]
}

// each cuts the text of every element of list; the list that it was given stays.
func each[T any](list []T, text func(*T) *string, cut func(string) string) []T {
	var out []T
	for i := range list {
		s := cut(*text(&list[i]))
		if len(s) == len(*text(&list[i])) {
			continue
		}
		if out == nil {
			out = append(out, list...)
		}
		*text(&out[i]) = s
	}
	if out == nil {
		return list
	}
	return out
}
