package report

import (
	"cmp"
	"slices"

	"github.com/ragdiag/ragdiag/trace"
)

// segment is a stretch of text in which nothing changes. Claim and Cite are
// 1-based numbers of what it belongs to in the answer; Claims are the claims
// that a stretch of a passage supports (positive) or contradicts (negative).
type segment struct {
	Text   string `json:"t"`
	Claim  int    `json:"claim,omitempty"`
	Cite   int    `json:"cite,omitempty"`
	Claims []int  `json:"claims,omitempty"`
	Beyond bool   `json:"beyond,omitempty"` // of a reference: the question does not ask for it
	Mark   string `json:"mark,omitempty"`   // class: supported, contradicted, not-found, undecided; a citation's status; equal, different, missing or open against the reference
}

// cuts returns the text between all the offsets, in order; offsets that do not
// lie inside the text are left out, so a damaged record still shows.
func cuts(text string, offsets []int) [][2]int {
	offsets = append(offsets, 0, len(text))
	offsets = slices.DeleteFunc(offsets, func(o int) bool { return o < 0 || o > len(text) })
	slices.Sort(offsets)
	offsets = slices.Compact(offsets)
	var out [][2]int
	for i := 1; i < len(offsets); i++ {
		out = append(out, [2]int{offsets[i-1], offsets[i]})
	}
	return out
}

func answerSegments(rec *trace.Record) []segment {
	text := rec.Answer.Text
	var claims []trace.ClaimVerdict
	if g := rec.Evidence.Ground; g != nil {
		claims = g.Claims
	}
	marks, _ := citeMarks(rec)
	var at []int
	for _, c := range claims {
		at = append(at, c.Start, c.End)
	}
	for _, m := range marks {
		at = append(at, m.Start, m.End)
	}
	out := []segment{}
	for _, c := range cuts(text, at) {
		s := segment{Text: text[c[0]:c[1]]}
		for i, cl := range claims {
			if cl.Start <= c[0] && c[1] <= cl.End {
				s.Claim, s.Mark = i+1, mark(&cl)
			}
		}
		for i, m := range marks {
			if m.Start <= c[0] && c[1] <= m.End {
				s.Cite, s.Mark = i+1, "cite-"+cmp.Or(string(m.Status), "undecided")
			}
		}
		out = append(out, s)
	}
	return out
}

func passageSegments(rec *trace.Record, i, limit int) []segment {
	text := rec.Context[i].Text
	type span struct{ start, end, claim int }
	var spans []span
	if g := rec.Evidence.Ground; g != nil {
		for n, c := range g.Claims {
			for _, by := range c.By {
				if by.Passage == i {
					spans = append(spans, span{by.Start, by.End, n + 1})
				}
			}
			if c.Against != nil && c.Support == trace.Contradicted && c.Against.Span.Passage == i {
				spans = append(spans, span{c.Against.Span.Start, c.Against.Span.End, -(n + 1)})
			}
		}
	}
	var at []int
	end := 0
	for _, s := range spans {
		at = append(at, s.start, s.end)
		end = max(end, s.end)
	}
	out := []segment{}
	shown := 0
	for _, c := range cuts(text, at) {
		s := segment{Text: text[c[0]:c[1]]}
		for _, sp := range spans {
			if sp.start <= c[0] && c[1] <= sp.end && !slices.Contains(s.Claims, sp.claim) {
				s.Claims = append(s.Claims, sp.claim)
				s.Mark = "supported"
			}
		}
		if slices.ContainsFunc(s.Claims, func(n int) bool { return n < 0 }) {
			s.Mark = "contradicted"
		}
		// What no claim points to may be cut; what one does point to stays.
		if limit > 0 && len(s.Claims) == 0 && shown+len(s.Text) > limit {
			s.Text = cut(s.Text, max(80, limit-shown))
		}
		shown += len(s.Text)
		out = append(out, s)
		if limit > 0 && shown > limit && c[1] >= end {
			break
		}
	}
	return out
}
