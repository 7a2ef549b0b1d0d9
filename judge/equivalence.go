package judge

import (
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
)

// The verdicts of Equivalence.
const (
	Equivalent    = "equivalent"
	NotEquivalent = "not_equivalent"
)

// answerUnit is the ID of the unit that holds the answer.
const answerUnit = "a"

// Equivalence decides whether an answer says the same as an accepted one. Units
// are the references r1, r2 … and the answer "a", which is the item too.
var Equivalence = &Task{
	Name: "answer.equivalence", Version: 1,
	item: "answer", own: true,
	rule: `You compare the answer of a system (unit a) with reference answers (units r1, r2 …) to the same question. One matching reference is enough.
Only the content counts, not its length, style or politeness. More detail than the reference is fine if it does not contradict it. Less exact than the question asks for is not equivalent. An answer that leaves the choice between several values open is not equivalent, nor is one that declines.`,
	verdicts: []verdict{
		{Equivalent, "it gives what a reference gives, in whatever words; quote the words of unit a that do", true},
		{NotEquivalent, "it gives something else, only a part, or nothing", false},
	},
	check: checkEquivalent,
}

// checkEquivalent keeps to the values: where every reference has a number or a
// date, a quote of the answer that has none of them cannot be equivalent. Such
// values are compared offline without error in their wording.
func checkEquivalent(q *Query, _ Item, verdict string, quotes []string) string {
	if verdict != Equivalent {
		return ""
	}
	said := text.Analyze(strings.Join(quotes, "\n"), "")
	for _, u := range q.Units {
		if u.ID == answerUnit {
			continue
		}
		ref := text.Analyze(u.Text, said.Lang)
		if len(ref.Numbers())+len(ref.Dates()) == 0 {
			return ""
		}
		for _, n := range ref.Numbers() {
			for _, m := range said.Numbers() {
				if n.Equal(m) {
					return ""
				}
			}
		}
		for _, d := range ref.Dates() {
			for _, e := range said.Dates() {
				if d.Compatible(e) {
					return ""
				}
			}
		}
	}
	return "the quote has none of the references' numbers or dates"
}
