package sufficient

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/trace"
)

func TestCases(t *testing.T) {
	f, err := os.Open("/work/shared/cases/records.jsonl")
	if err != nil {
		t.Skip()
	}
	v := claim.New(claim.Options{})
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<24)
	var right, wrong, unk int
	for sc.Scan() {
		var r struct {
			ID         string
			Q          string   `json:"user_input"`
			C          []string `json:"retrieved_contexts"`
			Ref        string   `json:"reference"`
			Candidates []string
			Expect     struct{ Root, Sub string }
		}
		if err := json.Unmarshal(sc.Bytes(), &r); err != nil {
			fmt.Println(err)
			continue
		}
		want := -1
		switch r.Expect.Root {
		case "retrieval", "context-selection":
			want = 0
		case "right", "ignored-context", "citation-fault":
			want = 1
		case "unsupported-generation":
			want = 0
		}
		if r.Ref == "" {
			continue
		}
		var ps []Passage
		for _, c := range r.C {
			ps = append(ps, Passage{Text: c})
		}
		x := New(v, r.Q, &trace.Gold{Answers: []string{r.Ref}}).In(ps)
		if x.Kind == ByDecline {
			want = 0
		}
		ok := "?"
		switch {
		case x.Predicate.IsUnknown():
			unk++
		case x.Predicate.IsYes() == (want == 1):
			ok = "+"
			right++
		default:
			ok = "WRONG"
			wrong++
		}
		if ok != "+" {
			fmt.Printf("%s %s %s want %d P %.2f side %v kind %d %+v comp %v | %s | REF %s | CTX %.300s\n", ok, r.ID, r.Expect.Root, want, x.P, (x.P >= .5) == (want == 1), x.Kind, x.Features, x.Computed.Why, r.Q, r.Ref, r.C)
		}
	}
	fmt.Println(right, wrong, unk)
}
