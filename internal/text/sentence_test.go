package text

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestSentences(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   string
		want []string
	}{
		{"two", "It rained. It stopped.", []string{"It rained.", "It stopped."}},
		{"title", "Dr. Ott met Mr. Lund. They left.", []string{"Dr. Ott met Mr. Lund.", "They left."}},
		{"initials", "J. K. Lund wrote it. He left.", []string{"J. K. Lund wrote it.", "He left."}},
		{"initial at the end", "It holds vitamin C. The dose is small.", []string{"It holds vitamin C.", "The dose is small."}},
		{"decimal", "It costs 3.50 euros. It is cheap.", []string{"It costs 3.50 euros.", "It is cheap."}},
		{"year at the end", "It opened in 1998. Then it closed.", []string{"It opened in 1998.", "Then it closed."}},
		{"address", "See www.example.com/a.b for more. It is free.", []string{"See www.example.com/a.b for more.", "It is free."}},
		{"e.g.", "Fruit, e.g. Apples from Halden, is sold. It is good.", []string{"Fruit, e.g. Apples from Halden, is sold.", "It is good."}},
		{"U.S. within", "The U.S. Senate met. It voted.", []string{"The U.S. Senate met.", "It voted."}},
		{"U.S. at the end", "He lives in the U.S. The house is red.", []string{"He lives in the U.S.", "The house is red."}},
		{"company", "Halden Inc. Announced nothing. The end.", []string{"Halden Inc. Announced nothing.", "The end."}},
		{"a.m.", "It opens at 9 a.m. The shop is small.", []string{"It opens at 9 a.m.", "The shop is small."}},
		{"ellipsis", "He waited... and left. Good.", []string{"He waited... and left.", "Good."}},
		{"question and call", "Really? Yes! It is.", []string{"Really?", "Yes!", "It is."}},
		{"quote after the stop", `He said "go." Then he left.`, []string{`He said "go."`, "Then he left."}},
		{"citation after the stop", "It is red.[1] It is big. [2] It is old [3].", []string{"It is red.[1]", "It is big.", "[2] It is old [3]."}},
		{"list", "Steps:\n- Open the box\n- Read the note\n\nDone.", []string{"Steps:", "- Open the box", "- Read the note", "Done."}},
		{"numbered list", "1. Open it.\n2. Close it.", []string{"1. Open it.", "2. Close it."}},
		{"wrapped line", "This line goes\non here. End.", []string{"This line goes\non here.", "End."}},
		{"table", "| a | b |\n| 1 | 2 |", []string{"| a | b |", "| 1 | 2 |"}},
		{"heading", "# Title\nText here.", []string{"# Title", "Text here."}},
		{"German date", "Am 5. Mai 1998 kam er. Er blieb.", []string{"Am 5. Mai 1998 kam er.", "Er blieb."}},
		{"German abbreviation", "Es gibt z.B. Äpfel. Sie sind rot.", []string{"Es gibt z.B. Äpfel.", "Sie sind rot."}},
		{"Spanish", "¿Dónde está? Está aquí.", []string{"¿Dónde está?", "Está aquí."}},
		{"Japanese", "雨が降った。「止んだ。」晴れた！", []string{"雨が降った。", "「止んだ。」", "晴れた！"}},
		{"Chinese", "下雨了。停了吗？停了", []string{"下雨了。", "停了吗？", "停了"}},
		{"Hindi", "वह आया। वह गया।", []string{"वह आया।", "वह गया।"}},
		{"Arabic", "هل وصل؟ نعم وصل. ثم غادر.", []string{"هل وصل؟", "نعم وصل.", "ثم غادر."}},
		{"empty", " \n ", nil},
		{"no mark", "just words", []string{"just words"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, sp := range Sentences(tt.in) {
				got = append(got, sp.Of(tt.in))
			}
			require.Equal(t, tt.want, got)
		})
	}
}

func TestThaiIsCutAtWideSpaces(t *testing.T) {
	s := "กรุงเทพมหานครเป็นเมืองหลวงและนครที่มีประชากรมากที่สุดของประเทศไทย เป็นศูนย์กลางการปกครองและการศึกษา"
	require.Len(t, Sentences(s), 2)
}

// checkSpans asserts the law of all positions: in range, ascending, apart.
func checkSpans(t *testing.T, s string, spans []Span) {
	t.Helper()
	at := 0
	for _, sp := range spans {
		if sp.Start < at || sp.End <= sp.Start || sp.End > len(s) {
			t.Fatalf("span %v after byte %d in %q", sp, at, s)
		}
		at = sp.End
	}
}

func FuzzAnalyze(f *testing.F) {
	for _, s := range []string{"Dr. Ott paid $3.5 million on 5 March 2020.", "don't 1,200", "東京は2019年3月5日。", "a.b.c. KX-7 U.S.A.", "３ｋｍ ﷺ", "5 ft 11 in", "\xff\xfe.", "İstanbul'da", "ไม่มี ก", "1.2.3.4/5/2020-", "twenty and hundred", "٣٫٥", "\xf3¼"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 1<<14 {
			t.Skip()
		}
		d := Analyze(s, "")
		at := 0
		for _, tok := range d.Tokens {
			if tok.Text == "" || tok.Start < at || tok.End <= tok.Start || tok.End > len(s) {
				t.Fatalf("token %+v after byte %d in %q", tok, at, s)
			}
			at = tok.Start
		}
		var sentences, numbers, dates, names []Span
		tokens := 0
		for _, x := range d.Sentences {
			sentences = append(sentences, x.Span)
			if x.Token != tokens {
				t.Fatalf("sentence %+v leaves out tokens before %d", x, tokens)
			}
			tokens = x.TokenEnd
		}
		if len(d.Sentences) > 0 && tokens != len(d.Tokens) {
			t.Fatalf("%d of %d tokens lie in sentences of %q", tokens, len(d.Tokens), s)
		}
		for _, x := range d.Numbers() {
			numbers = append(numbers, x.Span)
			if x.Of(s) != x.Text {
				t.Fatalf("number %+v is not what stands in %q", x, s)
			}
		}
		for _, x := range d.Dates() {
			dates = append(dates, x.Span)
		}
		for _, x := range d.Entities() {
			names = append(names, x.Span)
		}
		checkSpans(t, s, sentences)
		at = 0
		for _, sp := range append(sentences, Span{len(s), len(s)}) { // nothing but white space is left out
			if left := strings.TrimSpace(s[at:sp.Start]); left != "" {
				t.Fatalf("%q of %q lies in no sentence", left, s)
			}
			if utf8.ValidString(s) && !utf8.ValidString(sp.Of(s)) {
				t.Fatalf("sentence %v cuts a character of %q", sp, s)
			}
			at = sp.End
		}
		checkSpans(t, s, numbers)
		checkSpans(t, s, dates)
		checkSpans(t, s, names)
		for i := range d.Tokens {
			d.Negated(i)
		}
		if n := Normalize(s); Normalize(n) != n {
			t.Fatalf("Normalize(%q) = %q is not stable", s, n)
		}
	})
}
