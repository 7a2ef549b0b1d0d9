package ground

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
	"github.com/ragdiag/ragdiag/trace/formats"
)

// labelled reads a RAGChecker file of one result: an answer of which the
// verifier can tell nothing, with ready-made labels.
func labelled(t *testing.T, inContext, byGold string) *trace.Record {
	t.Helper()
	file := `{"results": [{"query_id": "1", "query": "Who minds the lamp?", "gt_answer": "Mara Quill minds it.",
		"response": "The lamp of the old tower is tended nightly by Mara Quill.",
		"retrieved_context": [{"doc_id": "a", "text": "Mara Quill climbs up to the old light and looks after it from dusk."}],
		"response_claims": [["lamp of the old tower", "tended nightly by", "Mara Quill"]],
		"retrieved2response": [["` + inContext + `"]], "answer2response": ["` + byGold + `"]}]}`
	for rec, err := range formats.Records(strings.NewReader(file), "x.json", formats.Options{Format: formats.RAGChecker}) {
		require.NoError(t, err)
		require.NotNil(t, rec.Evidence.Ground, "labels are evidence")
		return rec
	}
	t.Fatal("no record")
	return nil
}

func TestImportedLabels(t *testing.T) {
	for _, tt := range []struct {
		inContext, byGold string
		support           trace.Support
		right             trace.Truth
	}{
		{"Entailment", "Entailment", trace.Supported, trace.Yes},
		{"Contradiction", "Contradiction", trace.Contradicted, trace.No},
		{"Neutral", "Neutral", trace.Abstain, trace.TruthUnknown},
	} {
		got := Examine(prepared.New(labelled(t, tt.inContext, tt.byGold), nil))
		require.Len(t, got.Claims, 1)
		require.Equal(t, tt.support, got.Claims[0].Support, tt.inContext)
		require.Equal(t, tt.right, got.Claims[0].Right.Truth, got.Claims[0].Right.Why)
		require.Contains(t, got.Version, trace.ImportedLabels)
		if tt.right != trace.TruthUnknown {
			require.Contains(t, got.Claims[0].Right.Why, "RAGChecker")
			require.Equal(t, trace.GradeC, got.Claims[0].Right.Grade)
		}
	}
}

// What the verifier can tell is not for others to say.
func TestImportedLabelsDoNotOverrule(t *testing.T) {
	rec := record("Refunds are paid by the Marmot store within 45 days.", nil, thirty)
	own := Examine(prepared.New(rec, nil))
	require.Equal(t, trace.Contradicted, own.Claims[0].Support)
	rec.Evidence.Ground = &trace.GroundEvidence{Version: trace.ImportedLabels, Claims: []trace.ClaimVerdict{{Text: rec.Answer.Text, Support: trace.Supported, P: .9}}}
	require.Equal(t, own.Claims, Examine(prepared.New(rec, nil)).Claims)
	rec.Evidence.Ground.Version = "ground/1" // our own, of an earlier run: not an opinion of someone else
	require.Equal(t, own, Examine(prepared.New(rec, nil)))
}

func TestClauses(t *testing.T) {
	support := func(answer string) trace.Support {
		return Examine(prepared.New(record(answer, nil, thirty, shipping), nil)).Claims[0].Support
	}
	require.Equal(t, trace.NotFound, support("Refunds are paid by the Marmot store within 30 days, and elephants swim across the Nile."))
	require.NotEqual(t, trace.NotFound, support("Refunds are paid by the Marmot store within 30 days, and 40 euros."), "too short for a clause")
}
