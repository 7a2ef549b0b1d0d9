package judging

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/judge"
	"github.com/ragdiag/ragdiag/llm"
)

func TestCompare(t *testing.T) {
	const a, b = "Ada Finch built it in 1871.", "Somebody built it."
	better := func(req llm.Request) string { // prefers the longer answer, wherever it stands
		if strings.Index(req.User, a) < strings.Index(req.User, b) {
			return items(one("pair", "first", "first", "Ada Finch built it"))
		}
		return items(one("pair", "second", "second", "Ada Finch built it"))
	}
	for _, tt := range []struct {
		name string
		g    generator
		want Preference
	}{
		{"by content", better, Preference{Winner: 0, Consistent: true}},
		{"by position", func(req llm.Request) string {
			q := "Ada Finch built it"
			if strings.Index(req.User, a) > strings.Index(req.User, b) {
				q = "Somebody built it."
			}
			return items(one("pair", "first", "first", q))
		}, Preference{Winner: -1, Slot: judge.First}},
		{"tie", func(llm.Request) string { return items(one("pair", "tie", "", "")) }, Preference{Winner: -1, Consistent: true}},
		{"no answer", func(llm.Request) string { return "sorry" }, Preference{Winner: -1, Error: "the reply could not be read: it holds no JSON"}},
		{"cannot tell", func(llm.Request) string { return items(one("pair", "cannot_tell", "", "")) }, Preference{Winner: -1, Error: "the judge cannot tell"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Compare(t.Context(), judgeOf(t, tt.g), "q", "Who built it?", nil, a, b)
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
		})
	}
	got, err := Compare(t.Context(), judgeOf(t, generator(better)), "q", "Who built it?", nil, b, a)
	require.NoError(t, err)
	require.Equal(t, 1, got.Winner)
}
