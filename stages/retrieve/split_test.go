package retrieve

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// overlap agrees with trying every length.
func TestOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b"}), 0, 12)
		a, b := words.Draw(t, "a"), words.Draw(t, "b")
		want := 0
		for n := range min(len(a), len(b)) + 1 {
			if strings.Join(a[len(a)-n:], "") == strings.Join(b[:n], "") {
				want = n
			}
		}
		require.Equal(t, want, overlap(a, b))
	})
}
