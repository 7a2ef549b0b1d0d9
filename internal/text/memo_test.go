package text

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMemo(t *testing.T) {
	const s = "The houses of the town were built in 1911."
	var m Memo
	d := m.Analyze(s, "en")
	require.Equal(t, Analyze(s, "en"), d)
	require.Same(t, d, m.Analyze(s, "en"))
	require.Same(t, d, m.Analyze(s, ""), "the language that is guessed is the same")
	require.Same(t, d, m.Analyze(s, ""))

	german := m.Analyze(s, "de")
	require.NotSame(t, d, german)
	require.Equal(t, Analyze(s, "de"), german)

	known := Analyze("A barn.", "en")
	m.Keep(known, Analyze("A barn.", "en"))
	require.Same(t, known, m.Analyze("A barn.", "en"))
	require.Empty(t, m.Analyze("", "").Tokens)
}
