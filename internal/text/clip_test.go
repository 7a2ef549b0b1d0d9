package text

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestClip(t *testing.T) {
	for _, tt := range []struct {
		in   string
		n    int
		want string
	}{{"", 0, ""}, {"", 3, ""}, {"abc", 3, "abc"}, {"abcd", 3, "abc…"}, {"äöü§", 3, "äöü…"}, {"漢字", 2, "漢字"}, {"a", 0, "…"}} {
		require.Equal(t, tt.want, Clip(tt.in, tt.n), tt.in)
	}
}
