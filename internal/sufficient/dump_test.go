package sufficient

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/realdata"
	"github.com/ragdiag/ragdiag/trace"
)

func TestDump(t *testing.T) {
	out, _ := os.Create("/tmp/suff_nat.jsonl")
	defer out.Close()
	enc := json.NewEncoder(out)
	v := claim.New(claim.Options{})
	for rec := range realdata.Values[trace.Record](t, "natural/records.jsonl") {
		ts := New(v, rec.Question, rec.Gold)
		r := ts.In(Passages(rec.Context, nil))
		row := map[string]any{"id": rec.ID, "ctx": r}
		if rec.Candidates != nil {
			row["cand"] = ts.In(Hits(rec.Candidates))
		}
		// claim P
		if rec.Gold != nil && len(rec.Gold.Answers) > 0 {
			c := v.Record(&rec)
			var sum, n, mn float64
			mn = 1
			for _, cl := range claim.Split(rec.Gold.Answers[0]) {
				p := c.Check(cl.Text).P
				sum += p
				n++
				mn = min(mn, p)
			}
			if n > 0 {
				row["claimP"] = sum / n
				row["claimMin"] = mn
			}
		}
		if err := enc.Encode(row); err != nil {
			fmt.Println(err)
		}
	}
}
