package answer

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// lines yields the lines of a file of the data folder, or skips the test.
func lines(t *testing.T, name string, yield func([]byte)) {
	t.Helper()
	dir := os.Getenv("RAGDIAG_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil && os.Getenv("RAGDIAG_REQUIRE_DATA") != "1" {
		t.Skipf("SKIPPED: no data set %s; set RAGDIAG_DATA", name)
	}
	require.NoError(t, err)
	defer f.Close()
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<24)
	for sc.Scan() {
		yield(sc.Bytes())
	}
	require.NoError(t, sc.Err())
}

// TestGradingAgainstPeople compares Bad with the yes or no of a person on
// answers of five systems to TriviaQA questions (EVOUNA). No
// threshold was fitted to it, but wrong verdicts and refusals in it were read
// while the rules were written, so the figures are not those of unseen data.
// Plain containment reaches an accuracy of .86 to .92 by system.
func TestGradingAgainstPeople(t *testing.T) {
	right, total := map[string]int{}, map[string]int{}
	var wrongYes, wrongNo int
	lines(t, "evouna/triviaqa.jsonl", func(b []byte) {
		var row map[string]any
		require.NoError(t, json.Unmarshal(b, &row))
		if row["improper"] == true {
			return
		}
		refs := strings.Split(row["golden_answer"].(string), "/")
		for key, v := range row {
			system, ok := strings.CutPrefix(key, "answer_")
			said, isText := v.(string)
			judged, isBool := row["judge_"+system].(bool)
			if !ok || !isText || !isBool {
				continue
			}
			e := Examine(record(row["question"].(string), said, refs...), nil, Options{})
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
	})
	n, hits := 0, 0
	for system, k := range total {
		t.Logf("%-12s n=%d accuracy %.3f", system, k, float64(right[system])/float64(k))
		n += k
		hits += right[system]
	}
	t.Logf("all n=%d accuracy %.3f; called bad, right for people: %d; called right, wrong for people: %d", n, float64(hits)/float64(n), wrongYes, wrongNo)
	require.GreaterOrEqual(t, float64(hits)/float64(n), .92)
}
