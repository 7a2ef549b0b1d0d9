package ground

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/ragdiag/ragdiag/lab/realdata"
	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

// TestHardConflictsData holds how often two passages are rightly said to
// disagree, or not to.
func TestHardConflictsData(t *testing.T) {
	f, err := os.Open(filepath.Join(realdata.Dir(), "..", "cases", "conflicts.jsonl"))
	if err != nil {
		t.Skip("no hard conflicts: ", err)
	}
	defer f.Close()
	n, right := 0, 0
	for sc := bufio.NewScanner(f); sc.Scan(); {
		var c struct {
			Expect struct{ Conflict bool }
		}
		var rec trace.Record
		if err := json.Unmarshal(sc.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(sc.Bytes(), &rec); err != nil {
			t.Fatal(err)
		}
		n++
		got := Examine(prepared.New(&rec, nil)).Conflicting
		if got.IsYes() == c.Expect.Conflict {
			right++
		} else {
			t.Logf("%s want %v: %q %q / %q: %s", rec.ID, c.Expect.Conflict, rec.Question, rec.Context[0].Text, rec.Context[1].Text, got.Why)
		}
	}
	t.Logf("%d of %d right", right, n)
	if right < 16 {
		t.Errorf("%d of %d right, want 16", right, n)
	}
}
