package report

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/summary"
	"github.com/ragdiag/ragdiag/trace"
)

func TestRedact(t *testing.T) {
	for _, c := range few() {
		before, err := json.Marshal(c.rec)
		require.NoError(t, err)
		rec, d := Redact(c.rec, c.diag)
		after, err := json.Marshal(rec)
		require.NoError(t, err)
		verdict, err := json.Marshal(d)
		require.NoError(t, err)
		for _, secret := range []string{"crown", "carnet", "Havörn", "Hunde", "21:40", "nur Blindenhunde", "ferry leaves", "cars fit", "Fares"} {
			require.NotContains(t, string(after), secret)
			require.NotContains(t, string(verdict), secret)
		}
		unchanged, err := json.Marshal(c.rec)
		require.NoError(t, err)
		require.Equal(t, string(before), string(unchanged), "the original stays")

		// What the diagnosis rests on stays.
		require.Equal(t, c.diag.Root, d.Root)
		require.Equal(t, c.diag.Set, d.Set)
		require.Equal(t, c.rec.Tags, rec.Tags)
		require.Equal(t, len(c.rec.Context), len(rec.Context))
		require.Equal(t, c.rec.Candidates == nil, rec.Candidates == nil, "not recorded stays not recorded")
		for i := range rec.Context {
			require.Equal(t, c.rec.Context[i].ID, rec.Context[i].ID)
		}
		if g := rec.Evidence.Ground; g != nil {
			require.Equal(t, c.rec.Evidence.Ground.Faithfulness, g.Faithfulness)
			for i := range g.Claims {
				require.Equal(t, c.rec.Evidence.Ground.Claims[i].Support, g.Claims[i].Support)
			}
		}
		var again trace.Record
		require.NoError(t, json.Unmarshal(after, &again), "it is still a native record")
		var b bytes.Buffer
		require.NoError(t, Story(&b, rec, d, TextOptions{}))
	}
}

// What is in the summary because a stage quoted a text goes too; the plain
// reasons stay, and so does the original.
func TestRedactSummary(t *testing.T) {
	rec := fine().rec
	rec.Evidence.Retrieve.RR = trace.Unknown(`31 % of it stands there, least of "The carnet …"`)
	b := summary.New(summary.Options{})
	d := fine().diag
	b.Add(rec, &d)
	s := b.Summary()
	text, err := json.Marshal(RedactSummary(s))
	require.NoError(t, err)
	require.NotContains(t, string(text), "carnet")
	require.Contains(t, string(text), Redacted)
	text, err = json.Marshal(s)
	require.NoError(t, err)
	require.Contains(t, string(text), "carnet")
}
