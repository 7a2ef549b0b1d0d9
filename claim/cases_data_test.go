package claim

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/ragdiag/ragdiag/lab/realdata"
	"github.com/ragdiag/ragdiag/trace"
)

// TestHardClaimsData holds the share of verdicts that are right where one is
// given, and the share of all claims with a wrong one.
func TestHardClaimsData(t *testing.T) {
	f, err := os.Open(filepath.Join(realdata.Dir(), "..", "cases", "claims.jsonl"))
	if err != nil {
		t.Skip("no hard claims: ", err)
	}
	defer f.Close()
	v := New(Options{})
	n, decided, wrong := 0, 0, 0
	for sc := bufio.NewScanner(f); sc.Scan(); {
		var c struct{ ID, Passage, Claim, Expect string }
		if err := json.Unmarshal(sc.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		n++
		got := v.Prepare([]string{c.Passage}).Check(c.Claim)
		if got.Support == trace.Abstain {
			t.Logf("open  %-8s %.2f %q / %q: %s", c.ID, got.P, c.Passage, c.Claim, got.Why)
			continue
		}
		decided++
		if (got.Support == trace.Supported) != (c.Expect == "supported") {
			wrong++
			t.Logf("WRONG %-8s %.2f %v %q / %q: %s", c.ID, got.P, got.Support, c.Passage, c.Claim, got.Why)
		}
	}
	right := float64(decided-wrong) / float64(decided)
	t.Logf("n %d, decided %d, right where decided %.2f, wrong of all %.2f", n, decided, right, float64(wrong)/float64(n))
	if right < .85 || float64(wrong) > .12*float64(n) {
		t.Errorf("right where decided %.2f, want .85; wrong %d of %d, want .12", right, wrong, n)
	}
}
