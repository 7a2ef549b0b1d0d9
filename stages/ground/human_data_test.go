package ground

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/lab/realdata"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

// rated is an answer that people rated for faithfulness and completeness, 1 to 4.
type rated struct {
	Question, Answer, Reference string
	Contexts                    []string
	Faithfulness, Completeness  float64
}

// TestRatedAnswersData: Support orders answers by the faithfulness that people
// saw no worse than the plain share of words, and Completeness by completeness
// no worse than token F1.
func TestRatedAnswersData(t *testing.T) {
	v := claim.New(claim.Options{})
	var support, share, words, complete, f1 []float64
	var unfaithful, incomplete []bool
	for r := range realdata.Values[rated](t, "mtrag_human/answers.jsonl") {
		rec := trace.Record{Question: r.Question, Context: []trace.Passage{}, Answer: &trace.Answer{Text: r.Answer}}
		for _, c := range r.Contexts {
			rec.Context = append(rec.Context, trace.Passage{Text: c})
		}
		said := v.Prepare([]string{r.Answer})
		c, ok := said.Completeness(r.Reference).Get()
		require.True(t, ok)
		complete, f1 = append(complete, -c), append(f1, -tokenF1(r.Answer, r.Reference))
		incomplete = append(incomplete, r.Completeness <= 2)
		ev := Examine(prepared.New(&rec, nil))
		s, ok := ev.Support.Get()
		if !ok {
			continue
		}
		decided, ok := ev.Faithfulness.Get()
		if !ok {
			decided = 1
		}
		support, share = append(support, -s), append(share, -decided)
		words = append(words, -v.Prepare([]string{strings.Join(r.Contexts, "\n")}).Covered([]claim.Claim{{Text: r.Answer}}))
		unfaithful = append(unfaithful, r.Faithfulness <= 2)
	}
	auc := func(x []float64, y []bool) float64 {
		a, err := stat.AUC(x, y)
		require.NoError(t, err)
		return a
	}
	s, w := auc(support, unfaithful), auc(words, unfaithful)
	t.Logf("low faithfulness, n=%d: support %.3f, share of decided claims %.3f, words %.3f", len(support), s, auc(share, unfaithful), w)
	require.GreaterOrEqual(t, s, w)
	c, f := auc(complete, incomplete), auc(f1, incomplete)
	t.Logf("low completeness, n=%d: completeness %.3f, token F1 %.3f", len(complete), c, f)
	require.GreaterOrEqual(t, c, f)
}

func tokenF1(a, b string) float64 {
	x, y := text.Tokens(a), text.Tokens(b)
	n := map[string]int{}
	for _, t := range y {
		n[t.Text]++
	}
	both := 0
	for _, t := range x {
		if n[t.Text] > 0 {
			n[t.Text]--
			both++
		}
	}
	return 2 * float64(both) / float64(len(x)+len(y))
}
