package text

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRecent(t *testing.T) {
	r := NewRecent[int](4)
	read := 0
	length := func(s string) int { read++; return len(s) }
	require.Equal(t, 3, r.Of("abc", length))
	require.Equal(t, 3, r.Of("abc", length))
	require.Equal(t, 1, read, "it is kept")
	for i := range 50 { // more texts than slots
		require.Equal(t, i, r.Of(strings.Repeat("x", i), length))
		require.Equal(t, i+1, r.Of(strings.Repeat("y", i+1), length))
	}
	read = 0
	long := strings.Repeat("x", longestRecent+1)
	require.Equal(t, len(long), r.Of(long, length))
	require.Equal(t, len(long), r.Of(long, length))
	require.Equal(t, 2, read, "a long text is not kept")
}
