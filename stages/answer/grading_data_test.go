package answer

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/lab/realdata"
	"github.com/ragdiag/ragdiag/stages/prepared"
)

// TestGradingAgainstPeople compares Bad with the yes or no of a person on
// answers of five systems to TriviaQA questions (EVOUNA). No
// threshold was fitted to it, but wrong verdicts and refusals in it were read
// while the rules were written, so the figures are not those of unseen data.
// Plain containment reaches an accuracy of .86 to .92 by system.
func TestGradingAgainstPeople(t *testing.T) {
	right, total := map[string]int{}, map[string]int{}
	var wrongYes, wrongNo int
	for row := range realdata.Values[map[string]any](t, "evouna/triviaqa.jsonl") {
		if row["improper"] == true {
			continue
		}
		refs := strings.Split(row["golden_answer"].(string), "/")
		for key, v := range row {
			system, ok := strings.CutPrefix(key, "answer_")
			said, isText := v.(string)
			judged, isBool := row["judge_"+system].(bool)
			if !ok || !isText || !isBool {
				continue
			}
			e := Examine(prepared.New(record(row["question"].(string), said, refs...), nil))
			total[system]++
			switch {
			case e.Bad.IsNo() == judged:
				right[system]++
			case judged:
				wrongYes++
			default:
				wrongNo++
			}
		}
	}
	n, hits := 0, 0
	for system, k := range total {
		t.Logf("%-12s n=%d accuracy %.3f", system, k, float64(right[system])/float64(k))
		n += k
		hits += right[system]
	}
	t.Logf("all n=%d accuracy %.3f; called bad, right for people: %d; called right, wrong for people: %d", n, float64(hits)/float64(n), wrongYes, wrongNo)
	require.GreaterOrEqual(t, float64(hits)/float64(n), .92)
}
