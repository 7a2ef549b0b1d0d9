package diagnose

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/trace"
)

// An attribution says its family and part to programs, and reads back as it was.
func TestAttributionJSON(t *testing.T) {
	for _, tt := range []struct {
		a    Attribution
		want string
	}{
		{Attribution{Retrieve, "depth", trace.GradeB}, `{"cause":"retrieval-miss","sub":"depth","grade":"B","family":"missing-context","part":"retrieval-miss"}`},
		{Attribution{Missing, Unsplit, trace.GradeC}, `{"cause":"missing-context","sub":"unsplit","grade":"C","family":"missing-context","part":"unsplit"}`},
		{Attribution{Ignore, "misread", trace.GradeC}, `{"cause":"ignored-context","sub":"misread","grade":"C","family":"ignored-context","part":"misread"}`},
		{Attribution{Cite, "", trace.GradeC}, `{"cause":"citation-fault","grade":"C","family":"citation-fault"}`},
	} {
		got, err := json.Marshal(tt.a)
		require.NoError(t, err)
		require.Equal(t, tt.want, string(got))
		var again Attribution
		require.NoError(t, json.Unmarshal(got, &again))
		require.Equal(t, tt.a, again)
	}
}
