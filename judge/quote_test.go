package judge

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestLocate(t *testing.T) {
	const unit = "The Merrow light was built by Ada Finch in 1871, and it’s 31 metres tall. Its lamp — a “first-order” Fresnel lens — was lit on 4\u00a0March 1872. Ｆｕｌｌ width. Cafe\u0301 Zoë; 高さは31メートルです。"
	for _, tt := range []struct {
		name, quote, want string
	}{
		{"letter by letter", "built by Ada Finch in 1871", "built by Ada Finch in 1871"},
		{"other case and spacing", "BUILT  by\nAda Finch", "built by Ada Finch"},
		{"other quotation marks and dashes", `it's 31 metres tall. Its lamp - a "first-order"`, "it’s 31 metres tall. Its lamp — a “first-order"},
		{"in quotation marks", `"built by Ada Finch"`, "built by Ada Finch"},
		{"markdown", "**built** by _Ada Finch_", "built by Ada Finch"},
		{"no-break space", "lit on 4 March 1872", "lit on 4\u00a0March 1872"},
		{"full width and composed accents", "full width. café zoe", "Ｆｕｌｌ width. Cafe\u0301 Zoë"},
		{"a typing mistake in a long quote", "The Merow light was built by Ada Finch in 1871", "The Merrow light was built by Ada Finch in 1871"},
		{"an ellipsis", "Merrow light was built … 31 metres tall", "Merrow light was built by Ada Finch in 1871, and it’s 31 metres tall"},
		{"Chinese signs", "31メートル", "31メートル"},
		{"a short word in a wide script", "高さ", "高さ"},
		{"a number alone", "1871", "1871"},
		{"ellipsis in the wrong order", "31 metres tall ... Merrow light was built", ""},
		{"made up", "built by Bob Stone in 1917", ""},
		{"one word too many changed", "built by Ada Stone in 1917", ""},
		{"too short", "the", ""},
		{"empty", "", ""},
		{"an ellipsis alone", "...", ""},
		{"only signs", "***", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sp, ok := locate(tt.quote, fold(unit))
			require.Equal(t, tt.want != "", ok)
			if ok {
				require.Equal(t, tt.want, unit[sp.Start:sp.End])
			}
		})
	}
	sp, ok := locate("No.", fold(" No. "))
	require.True(t, ok, "the whole unit may be short")
	require.Equal(t, "No.", " No. "[sp.Start:sp.End])
}

// The search agrees with the definition: the least edit distance to any stretch.
func FuzzApproximate(f *testing.F) {
	f.Add("abcde", "xxabxdexx", 2)
	f.Add("aaaa", "aabaab", 1)
	f.Add("é日", "日é日", 1)
	f.Fuzz(func(t *testing.T, p, s string, k int) {
		a, b := []rune(p), []rune(s)
		if len(a) == 0 || len(a) > 12 || len(b) > 20 || k < 0 || k >= len(a) {
			return
		}
		least := len(a)
		for i := range b {
			for j := i + 1; j <= len(b); j++ {
				least = min(least, levenshtein(a, b[i:j]))
			}
		}
		start, end, ok := approximate(a, b, k)
		require.Equal(t, least <= k, ok)
		if ok {
			require.Equal(t, least, levenshtein(a, b[start:end]))
		}
	})
}

func levenshtein(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}

// A quote that was copied is found where it stands, whatever the text.
func FuzzLocate(f *testing.F) {
	f.Add("The light was built in 1871.", 4, 9)
	f.Add("高さは31メートルです", 3, 12)
	f.Add("a\u200bb\u202ecdef ghi\x00jkl", 0, 20)
	f.Fuzz(func(t *testing.T, s string, from, to int) {
		if from < 0 || to > len(s) || from >= to || !utf8.ValidString(s) || !utf8.ValidString(s[from:to]) || strings.Contains(s, "…") || strings.Contains(s, "..") {
			return
		}
		quote := s[from:to]
		folded := fold(quote).runes
		sp, ok := locate(quote, fold(s))
		if ok {
			require.LessOrEqual(t, 0, sp.Start)
			require.LessOrEqual(t, sp.End, len(s))
			require.Less(t, sp.Start, sp.End)
		}
		if len(folded) >= 40 && len(folded) < 1000 { // long enough not to depend on its ends
			require.True(t, ok)
		}
	})
}
