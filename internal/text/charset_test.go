package text

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A set finds what strings.IndexAny finds, in texts that are no UTF-8 too.
func TestCharSet(t *testing.T) {
	for _, chars := range []string{"[【(<^", ",，", "0123456789", "◁"} {
		set := NewCharSet(chars)
		for _, s := range []string{"", "plain", "a [1]", "甲【乙】", "甲，乙", "\xe3\x80", "\xe3\x80\x90", "\xff◁", "x9", "ключ ◁"} {
			require.Equal(t, strings.IndexAny(s, chars), set.Index(s), "%q in %q", chars, s)
			require.Equal(t, strings.ContainsAny(s, chars), set.In(s))
		}
	}
}

// The scale alone is that of the whole setting.
func TestScaleOf(t *testing.T) {
	for _, s := range []string{
		"Revenue (in millions of USD): 12.5", "3 million people", "in thousands", "Angaben in Mio. €", "$ millions", "hundreds of people", "", "million", "en millones de euros",
	} {
		d := Analyze(s, "")
		require.Equal(t, settingOf(d).Scale, ScaleOf(d), s)
	}
	require.Equal(t, 1e6, ScaleOf(Analyze("Revenue (in millions of USD): 12.5", "en")))
}

// Tokens at hand change neither the language nor the analysis.
func TestTokensAtHand(t *testing.T) {
	var m Memo
	for _, s := range []string{"", "The bridge was opened in 1911 by the engineer.", "Die Brücke wurde 1911 eröffnet.", strings.Repeat("Where is the old mill of the town? ", 30)} {
		require.Equal(t, Language(s), LanguageOfTokens(Tokens(s), s))
		require.Equal(t, Analyze(s, "en"), m.AnalyzeTokens(s, Tokens(s), "en"))
	}
}
