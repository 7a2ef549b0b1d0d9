package formats

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ragdiag/ragdiag/trace"
)

// check says what makes rec unfit to be examined, with the path of the field:
// "context[3]: text is empty". It returns nil for a record that is merely
// poor: what is absent is for the diagnosis to weigh.
func check(rec *trace.Record) error {
	if rec.ID == "" {
		return errors.New("id: is empty")
	}
	if blank(rec.Question) {
		return errors.New("question: is empty")
	}
	if n := max(len(rec.Context), len(rec.Candidates)); n > maxPassages {
		return fmt.Errorf("has %d passages: more than %d are not read", n, maxPassages)
	}
	if err := checkContext(rec.Context); err != nil {
		return err
	}
	for i, h := range rec.Candidates {
		switch {
		case h.ID == "" && h.Doc == "" && blank(h.Text):
			return fmt.Errorf("candidates[%d]: has no id, doc or text", i)
		case h.Query < 0 || rec.Queries != nil && h.Query > 0 && h.Query >= len(rec.Queries):
			return fmt.Errorf("candidates[%d].query: %d points past the %d recorded queries", i, h.Query, len(rec.Queries))
		}
	}
	if rec.Answer != nil {
		for i, c := range rec.Answer.Citations {
			if c.Start < 0 || c.End < c.Start || c.End > len(rec.Answer.Text) {
				return fmt.Errorf("answer.citations[%d]: bytes %d to %d lie outside the answer, which has %d", i, c.Start, c.End, len(rec.Answer.Text))
			}
		}
	}
	return checkGold(rec.Gold)
}

// checkContext accepts a context of IDs alone, as some tools record it, but no
// gap between texts: a passage that is empty there was lost on the way.
func checkContext(context []trace.Passage) error {
	texts := 0
	for _, p := range context {
		if !blank(p.Text) {
			texts++
		}
	}
	for i, p := range context {
		if blank(p.Text) && (texts > 0 || p.ID == "" && p.Doc == "") {
			return fmt.Errorf("context[%d]: text is empty", i)
		}
	}
	return nil
}

func checkGold(g *trace.Gold) error {
	if g == nil {
		return nil
	}
	for i, a := range g.Answers {
		if blank(a) {
			return fmt.Errorf("gold.answers[%d]: is empty", i)
		}
	}
	for i, set := range g.Evidence {
		if len(set) == 0 {
			return fmt.Errorf("gold.evidence[%d]: names no passage", i)
		}
		for j, u := range set {
			if u.ID == "" && u.Doc == "" && blank(u.Text) {
				return fmt.Errorf("gold.evidence[%d][%d]: has no id, doc or text", i, j)
			}
		}
	}
	return nil
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }
