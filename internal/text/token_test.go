package text

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func words(s string) []string {
	return forms(Tokens(s))
}

func TestTokens(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     string // joined by spaces
	}{
		{"case", "The CAT", "the cat"},
		{"possessive", "Ann's and Ann’s hat", "ann and ann hat"},
		{"negation", "don't DON’T won't", "don't don't won't"},
		{"split negation", "ca n't", "ca n't"},
		{"thousands", "1,200 and 1,200,000", "1200 and 1200000"},
		{"list of digits", "1,2,3", "1 2 3"},
		{"decimal", "3.5%", "3.5"},
		{"initials", "the U.S.A. and e.g. this", "the usa and eg this"},
		{"hyphen", "KX-7 well-known", "kx 7 well known"},
		{"accents stay", "Café Zürich", "café zürich"},
		{"decomposed accent", "Cafe\u0301", "café"},
		{"ligature and full width", "ﬁne ＡＢＣ１２", "fine abc12"},
		{"sharp s", "Straße", "strasse"},
		{"Han pairs", "东京都", "东京 京都"},
		{"lone character", "是 A", "是 a"},
		{"mixed scripts", "東京Tower", "東京 tower"},
		{"Hangul", "서울은", "서울 울은"},
		{"half-width kana", "ｶﾅ", "カナ"},
		{"Arabic marks and alef", "أَحْمَد", "احمد"},
		{"Arabic digits", "٣٥", "35"},
		{"Hebrew points", "שָׁלוֹם", "שלום"},
		{"Hindi keeps its vowel signs", "दिल्ली में", "दिल्ली में"},
		{"Greek final sigma", "ΛΟΓΟΣ λόγος", "λογοσ λόγοσ"},
		{"soft hyphen", "co\u00adop", "coop"},
		{"nothing", "… — !", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, strings.Join(words(tt.in), " "))
		})
	}
}

// A text means the same whether its letters are composed or not.
func TestTokensIgnoreComposition(t *testing.T) {
	require.Equal(t, words("Übergröße naïve"), words("U\u0308bergro\u0308ße nai\u0308ve"))
}

// Letters that skip the tables of NFKC are as it leaves them, and join with
// nothing before them.
func TestUnifiedLettersAreNormal(t *testing.T) {
	for r := range rune(utf8.MaxRune + 1) {
		s := string(r)
		if !unified(s) || s == "\ufffd" {
			continue
		}
		p := norm.NFKC.PropertiesString(s)
		require.Equal(t, s, norm.NFKC.String(s))
		require.True(t, norm.NFKC.IsNormalString(s) && p.BoundaryBefore() && p.CCC() == 0, "%x", r)
	}
}

func TestTokenPositions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom([]rune("aB1.,'’n t東京서ไก-é\n“"))).Draw(t, "s")
		for _, tok := range Tokens(s) {
			if got := words(s[tok.Start:tok.End]); len(got) == 0 || got[0] != tok.Text {
				t.Fatalf("token %+v read alone gives %q", tok, got)
			}
		}
	})
}

func TestTerms(t *testing.T) {
	require.Equal(t, []string{"window", "return", "dai"}, Terms("The windows for returning are days", "en"))
	require.Equal(t, []string{"frist", "ruckgab"}, Terms("die Frist für die Rückgabe", "de"))
	require.Equal(t, Terms("الكتاب", "ar"), Terms("كتاب", "ar"), "the article is no part of the word")
	require.Equal(t, Terms("fenêtres", "fr"), Terms("fenetre", "fr"), "accents do not matter to terms")
}

func TestLanguage(t *testing.T) {
	for in, want := range map[string]string{
		"Who wrote the first book about the mill?":  "en",
		"what is the deductible":                    "en",
		"Wie lang ist die Rückgabefrist?":           "de",
		"Quel est le délai de retour ?":             "fr",
		"¿Cuál es el plazo de devolución?":          "es",
		"Qual è il termine per la restituzione?":    "it",
		"Qual é o prazo para a devolução?":          "pt",
		"Wat is de termijn voor het retourneren?":   "nl",
		"Hur lång är tiden för att lämna tillbaka?": "sv",
		"Jaki jest termin zwrotu i kto go ustala?":  "pl",
		"İade süresi ne kadar ve kim belirler?":     "tr",
		"退货期限是多久？":                                  "zh",
		"返品期限はいつですか":                                "ja",
		"반품 기한은 언제입니까":                              "ko",
		"ระยะเวลาคืนสินค้าคือเท่าไร":                "th",
		"ما هي مدة الإرجاع؟":                        "ar",
		"מהי תקופת ההחזרה?":                         "he",
		"वापसी की अवधि क्या है?":                    "hi",
		"Какой срок возврата?":                      "ru",
		"Який термін повернення?":                   "uk",
		"Ποια είναι η προθεσμία επιστροφής;":        "el",
		"12345": "",
		"":      "",
		"東京タワーはTokyo TowerやTV Towerと呼ばれる":               "ja",
		"The word 東京 means eastern capital in English.": "en",
	} {
		if got := Language(in); got != want {
			t.Errorf("Language(%q) = %q; want %q", in, got, want)
		}
	}
}

// A text's own tokens give the language that its head alone gives.
func TestLanguageOfTokens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.SampledFrom([]string{"the ", "le ", "und ", "don't ", "Ann's ", "1,200 ", "1,23456789012345678", "3.5", "U.S.A.", "’s", "'", "é", "не ", "是的", "カ", "\u200d", "\xff", ", ", "word", "\n"})
		s := strings.Join(rapid.SliceOfN(part, 100, 260).Draw(t, "parts"), "")
		s = s[rapid.IntRange(0, 20).Draw(t, "from"):]
		want := appendTokens(nil, head(s, languageTokens))
		got := headTokens(Tokens(s), s)
		require.Equal(t, forms(want[:min(len(want), voters)]), forms(got[:min(len(got), voters)]))
	})
}

func forms(toks []Token) []string {
	var out []string
	for _, t := range toks {
		out = append(out, t.Text)
	}
	return out
}

func TestWeights(t *testing.T) {
	w := NewWeights(func(term string) int { return map[string]int{"common": 90, "rare": 1}[term] }, 100)
	require.Equal(t, 1., w.Weight("unseen"))
	require.Greater(t, w.Weight("rare"), w.Weight("common"))
	require.Greater(t, w.Weight("common"), 0.)
	var zero *Weights
	require.Greater(t, zero.Weight("1998"), zero.Weight("year"))
}
