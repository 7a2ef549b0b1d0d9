package judging

import (
	"context"

	"github.com/ragdiag/ragdiag/judge"
	"github.com/ragdiag/ragdiag/trace"
)

// Preference is the outcome of Compare.
type Preference struct {
	Winner     int    // 0: the first answer, 1: the second; -1: neither
	Consistent bool   // the same answer won in both orders, or neither did
	Slot       string // First or Second where the verdict followed the position; "" otherwise
	Error      string // why there is no outcome; Winner is -1
}

// Compare asks for both orders of two answers. The same winner twice wins;
// everything else is a tie (Zheng et al. 2023). An order without a verdict leaves
// no outcome.
func Compare(ctx context.Context, j *judge.Judge, id, question string, passages []judge.Unit, a, b string) (Preference, error) {
	var said [2]trace.Judgement
	for i, pair := range [2][2]string{{a, b}, {b, a}} {
		units := append(passages[:len(passages):len(passages)], judge.Unit{ID: judge.First, Text: pair[0]}, judge.Unit{ID: judge.Second, Text: pair[1]})
		got, _, err := j.Ask(ctx, judge.Query{Record: id, Task: judge.Pairwise, Question: question, Units: units, Items: []judge.Item{{ID: "pair", Text: question}}})
		if err != nil {
			return Preference{Winner: -1}, err
		}
		said[i] = got[0]
	}
	return prefer(said[0], said[1]), nil
}

// prefer combines the verdicts about both orders.
func prefer(one, two trace.Judgement) Preference {
	p := Preference{Winner: -1}
	switch {
	case one.Error != "":
		p.Error = one.Error
	case two.Error != "":
		p.Error = two.Error
	case one.Verdict == judge.CannotTell || two.Verdict == judge.CannotTell:
		p.Error = "the judge cannot tell"
	case one.Verdict == judge.First && two.Verdict == judge.Second:
		p.Winner, p.Consistent = 0, true
	case one.Verdict == judge.Second && two.Verdict == judge.First:
		p.Winner, p.Consistent = 1, true
	case one.Verdict == two.Verdict && one.Verdict == judge.Tie:
		p.Consistent = true
	case one.Verdict == two.Verdict:
		p.Slot = one.Verdict
	}
	return p
}
