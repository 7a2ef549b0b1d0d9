package faults

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestOtherDate rewrites dates: each form must come up, and nothing else of the
// answer may change.
func TestOtherDate(t *testing.T) {
	for _, tt := range []struct {
		lang, in string
		want     []string
	}{
		{"en", "born 2 December 1716 in Hull", []string{"born December 2, 1716 in Hull", "born 2 Dec 1716 in Hull", "born December 2nd, 1716 in Hull", "born the 2nd of December 1716 in Hull", "born 1716-12-02 in Hull"}},
		{"en", "May 21st", []string{"21 May", "May 21", "the 21st of May"}},
		{"en", "March 11, 2020", []string{"11 March 2020", "11 Mar 2020", "March 11th, 2020", "the 11th of March 2020", "2020-03-11"}},
		{"de", "am 2. März 1716", []string{"am 2.3.1716", "am 02.03.1716", "am 1716-03-02"}},
	} {
		seen := map[string]bool{}
		rng := rand.New(rand.NewPCG(1, 2))
		for range 200 {
			got, ok := otherDate(tt.in, tt.lang, rng)
			require.True(t, ok, tt.in)
			require.Contains(t, tt.want, got)
			seen[got] = true
		}
		require.Len(t, seen, len(tt.want), tt.in)
	}
	for _, in := range []string{"1716", "December", "two cars", "am 2. März"} {
		_, ok := otherDate(in, "de", rand.New(rand.NewPCG(1, 2)))
		require.False(t, ok, in)
	}
}
