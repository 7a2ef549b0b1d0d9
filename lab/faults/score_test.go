package faults

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/trace"
)

func TestMacroF1(t *testing.T) {
	for _, tt := range []struct {
		name  string
		pairs []Pair
		want  float64
	}{
		{"all right", []Pair{{Truth: "a", Said: "a"}, {Truth: "b", Said: "b"}}, 1},
		{"one class missed: its mate pays too", []Pair{{Truth: "a", Said: "a"}, {Truth: "b", Said: "a"}}, (2.0 / 3) / 2},
		{"a class that is no truth is no row", []Pair{{Truth: "a", Said: "z"}, {Truth: "a", Said: "a"}}, 2.0 / 3},
		{"undetermined is a miss", []Pair{{Truth: "a", Said: Undetermined}}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := MacroF1(tt.pairs)
			require.NoError(t, err)
			require.InDelta(t, tt.want, got, 1e-12)
		})
	}
	_, err := MacroF1(nil)
	require.Error(t, err)
}

func TestScoreAll(t *testing.T) {
	keys := []Key{
		{ID: "1", Operator: "x", Root: diagnose.Query, Proximate: diagnose.Query, Corpus: "c", Cluster: "a"},
		{ID: "2", Operator: "x", Root: diagnose.Retrieve, Proximate: diagnose.Unsupported, Corpus: "c", Cluster: "b"},
		{ID: "3", Operator: "y", Root: diagnose.None, Corpus: "c", Cluster: "c"},
		{ID: "4", Operator: "y", Root: diagnose.Select, Ambiguous: true, Corpus: "c", Cluster: "c"},
	}
	said := map[string]Prediction{
		"1": {ID: "1", Root: EitherMiss, Proximate: EitherMiss},
		"2": {ID: "2", Root: string(diagnose.Retrieve), Proximate: string(diagnose.Unsupported)},
		"3": {ID: "3", Root: NotFailure},
	}
	s, err := ScoreAll(keys, said, 1)
	require.NoError(t, err)
	require.Equal(t, trace.Known(2.0/3), s.Root.Accuracy, "the query is not told from the retriever")
	require.Equal(t, trace.Known(1), s.Coarse.Accuracy)
	require.Equal(t, trace.Known(1), s.Proximate.Accuracy)
	require.Equal(t, 1, s.Ambiguous.Hits, "no prediction leaves it open")

	_, err = ScoreAll(keys, map[string]Prediction{"9": {}}, 1)
	require.ErrorContains(t, err, "no case")
}

func TestReadPredictions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.jsonl")
	require.NoError(t, os.WriteFile(path, []byte(`{"id":"1","root":"undetermined"}`+"\n"+`{"id":"2","root":"retriever"}`), 0o644))
	_, err := ReadPredictions(path)
	require.ErrorContains(t, err, `prediction "2"`)
}

func TestValidate(t *testing.T) {
	set := shared(t)
	v, err := Validate(t.Context(), set, ValidateOptions{})
	require.NoError(t, err)
	require.Len(t, v.Grid, len(Views()))
	f1 := map[string]float64{}
	for _, r := range v.Grid {
		f, ok := r.Score.MacroF1.Get()
		require.True(t, ok, r.View)
		f1[r.View] = f
	}
	require.Greater(t, f1["all"], f1["no gold at all"], "less evidence cannot decide more")

	for _, format := range Formats() {
		var b bytes.Buffer
		require.NoError(t, Render(&b, v, format))
		require.NotEmpty(t, b.String())
		if format == "json" {
			require.NoError(t, json.Unmarshal(b.Bytes(), &Validation{}))
		}
	}
	require.Error(t, Render(&bytes.Buffer{}, v, "html"))

	perfect := map[string]Prediction{}
	for _, k := range set.Keys {
		p := Prediction{ID: k.ID, Root: name(k.Root), Proximate: name(k.Proximate)}
		if k.Ambiguous {
			p = Prediction{ID: k.ID, Root: Undetermined, Set: k.Set}
		}
		perfect[k.ID] = p
	}
	v, err = Validate(t.Context(), set, ValidateOptions{Predictions: perfect})
	require.NoError(t, err)
	require.Equal(t, trace.Known(1), v.Scores.Root.MacroF1)
	require.Equal(t, v.Scores.Ambiguous.N, v.Scores.Ambiguous.Covered)
	require.Empty(t, v.Grid)
}

// Each stage that was broken is named: most of its cases with all that the
// system knows, none of those upstream of the answer without any gold.
func TestStagesAreNamed(t *testing.T) {
	set := shared(t)
	least := map[string]float64{
		partQuery: .8, partRetrieve: .85, partRerank: .8, partGround: .85, partCite: .85, partLabels: .7, partNone: .95,
	}
	for _, view := range Views() {
		said, err := diagnoseAll(t.Context(), set, view, ValidateOptions{})
		require.NoError(t, err)
		n, right := map[string]int{}, map[string]int{}
		for i := range set.Keys {
			k := &set.Keys[i]
			p := said[k.ID]
			if slices.Contains(view.Hidden, hideEvidence) && slices.Contains(view.Hidden, hideAnswer) {
				require.False(t, diagnose.Missing.Includes(diagnose.Cause(coarse(p.Root))), "%s by %s is called %s without any gold", k.ID, k.Operator, p.Root)
			}
			if k.Ambiguous {
				continue
			}
			n[k.Stage]++
			if truth, verdict := rootCoarse(k, &p); truth == verdict {
				right[k.Stage]++
			}
		}
		for _, stage := range sortedKeys(least) {
			share := float64(right[stage]) / float64(n[stage])
			t.Logf("%s: %s %d of %d", view.Name, stage, right[stage], n[stage])
			if view.Own {
				require.GreaterOrEqual(t, share, least[stage], "%s: %s", view.Name, stage)
			}
		}
	}
}

func ExampleMacroF1() {
	f, err := MacroF1([]Pair{
		{Truth: "retrieval-miss", Said: "retrieval-miss"},
		{Truth: "context-selection", Said: Undetermined},
	})
	fmt.Println(f, err)
	// Output: 0.5 <nil>
}
