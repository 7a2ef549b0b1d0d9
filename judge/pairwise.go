package judge

import (
	"context"

	"github.com/ragdiag/ragdiag/trace"
)

// The verdicts of Pairwise.
const (
	First  = "first"
	Second = "second"
	Tie    = "tie"
)

// Pairwise decides which of two answers is better. Units are the passages and the
// answers "first" and "second"; the one item is "pair". Ask it through Compare.
var Pairwise = &Task{
	Name: "pairwise", Version: 1,
	item: "pair",
	rule: `You compare two answers to the same question: units first and second. Only this counts: which one answers the question rightly and completely by the passages. Length, style, politeness and order do not count.`,
	verdicts: []verdict{
		{First, "the answer in unit first is better; quote from it what the other lacks or has wrong", true},
		{Second, "the answer in unit second is better; quote from it what the other lacks or has wrong", true},
		{Tie, "neither is better by content", false},
	},
}

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
func (j *Judge) Compare(ctx context.Context, id, question string, passages []Unit, a, b string) (Preference, error) {
	var said [2]trace.Judgement
	for i, pair := range [2][2]string{{a, b}, {b, a}} {
		units := append(passages[:len(passages):len(passages)], Unit{ID: First, Text: pair[0]}, Unit{ID: Second, Text: pair[1]})
		got, _, err := j.Ask(ctx, Query{Record: id, Task: Pairwise, Question: question, Units: units, Items: []Item{{ID: "pair", Text: question}}})
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
	case one.Verdict == CannotTell || two.Verdict == CannotTell:
		p.Error = "the judge cannot tell"
	case one.Verdict == First && two.Verdict == Second:
		p.Winner, p.Consistent = 0, true
	case one.Verdict == Second && two.Verdict == First:
		p.Winner, p.Consistent = 1, true
	case one.Verdict == two.Verdict && one.Verdict == Tie:
		p.Consistent = true
	case one.Verdict == two.Verdict:
		p.Slot = one.Verdict
	}
	return p
}
