package text

import (
	_ "embed"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

//go:embed testdata/quantities.tsv
var quantityPairs string

// whole holds every value of a reference against an answer, as a caller would.
func whole(q, r, a string) (Agreement, string) {
	s := SettingOf(Analyze(q, ""))
	out, seen := Equal, ""
	got := Analyze(a, "").Quantities()
	wants := Analyze(r, "").Quantities()
	for _, w := range wants {
		c, _ := w.Find(got, s)
		seen += fmt.Sprintf("[%s %q %v–%v %s]", w.Kind, w.Text, w.Low, w.High, w.Unit)
		if c == Different || c == CannotTell && out == Equal {
			out = c
		}
	}
	for _, g := range got {
		seen += fmt.Sprintf(" (%s %q %v–%v %s)", g.Kind, g.Text, g.Low, g.High, g.Unit)
	}
	if len(wants) == 0 {
		return "none", seen
	}
	return out, seen
}

func TestQuantityPairs(t *testing.T) {
	sign := map[string]Agreement{"=": Equal, "!": Different, "?": CannotTell}
	for line := range strings.Lines(quantityPairs) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(strings.TrimSpace(line), "\t")
		require.Len(t, f, 4, line)
		t.Run(f[2]+" | "+f[3], func(t *testing.T) {
			got, seen := whole(f[1], f[2], f[3])
			require.Equal(t, sign[f[0]], got, seen)
		})
	}
}

// FuzzQuantities looks for texts on which reading panics, leaves the text or
// does not keep the order, and for values that are not equal to themselves.
func FuzzQuantities(f *testing.F) {
	for line := range strings.Lines(quantityPairs) {
		if c := strings.Split(strings.TrimSpace(line), "\t"); len(c) == 4 {
			f.Add(c[2]+" "+c[3], "en")
			f.Add(c[2], "")
		}
	}
	f.Fuzz(func(t *testing.T, s, lang string) {
		d := Analyze(s, lang)
		end := 0
		qs := d.Quantities()
		setting := SettingOf(d)
		for _, q := range qs {
			if q.Start < end || q.End <= q.Start || q.End > len(s) {
				t.Fatalf("%q: [%d, %d) after %d", s, q.Start, q.End, end)
			}
			end = q.End
			if c := q.Compare(q, Setting{}); c == Different {
				t.Fatalf("%q: %q differs from itself", s, q.Text)
			}
		}
		for _, a := range qs[:min(len(qs), 6)] {
			for _, b := range qs[:min(len(qs), 6)] {
				c, r := a.Compare(b, setting), b.Compare(a, setting)
				if c == Equal && r == Different && a.lit.dec == b.lit.dec && a.step == b.step {
					t.Fatalf("%q: %q equals %q, and the other way round they differ", s, a.Text, b.Text)
				}
			}
		}
	})
}

// TestQuantitiesLinear reads hostile texts of some size; a reading that is not
// linear does not come back.
func TestQuantitiesLinear(t *testing.T) {
	for _, part := range []string{"1", "1.", "1,", "1 ", "1-", "1/", "a/", "http://", "one ", "half ", "1 million ", "$", "1:", "万", "一", "一千", "XIV ", "A1", "+1 ", "(1)", "1 to ", "twenty-", "one hundred and ", "1990s ", "é1", "1e", "10^", "²", "ein", "einundzwanzig"} {
		n := 400000 / len(part)
		Analyze(strings.Repeat(part, n), "en").Quantities()
	}
}

func BenchmarkQuantities(b *testing.B) {
	for lang, sentence := range map[string]string{
		"en":    "The Halden mill was opened on 5 March 1911 by the engineer Ann Ott and produced 1,200 tons of paper. ",
		"de":    "Die Mühle in Halden wurde am 5. März 1911 von der Ingenieurin Ann Ott eröffnet und lieferte 1.200 Tonnen. ",
		"zh":    "哈尔登工厂于1911年3月5日由工程师开设，生产一千二百吨纸。",
		"plain": "The mill at the river was opened in the spring by an engineer from the town and made paper for the region. ",
	} {
		s := strings.Repeat(sentence, 20)
		b.Run(lang, func(b *testing.B) {
			d := Analyze(s, lang)
			b.ReportAllocs()
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				scanQuantities(d)
			}
		})
	}
}

func TestSettingOf(t *testing.T) {
	for _, tt := range []struct {
		in       string
		scale    float64
		currency string
		unit     string
		share    bool
	}{
		{"What was net income (in USD millions)?", 1e6, "usd", "", false},
		{"Answer in USD billions.", 1e9, "usd", "", false},
		{"(in millions of USD)", 1e6, "usd", "", false},
		{"($ in thousands)", 1e3, "dollar", "", false},
		{"in thousands of euros", 1e3, "eur", "", false},
		{"Angaben in Mio. EUR", 1e6, "eur", "", false},
		{"en millions d'euros", 1e6, "eur", "", false},
		{"en millones de dólares", 1e6, "dollar", "", false},
		{"How many millions live there?", 0, "", "", false},
		{"What did the 5 million dollar bridge cost?", 0, "dollar", "", false},
		{"How many years did it last?", 0, "", "yr", false},
		{"How old was she?", 0, "", "yr", false},
		{"Wie viele Tage dauert es?", 0, "", "d", false},
		{"Сколько часов длится рейс?", 0, "", "h", false},
		{"What is the height in metres?", 0, "", "m", false},
		{"What percentage voted?", 0, "", "", true},
		{"Wie hoch ist der Anteil?", 0, "", "", true},
		{"Who built the bridge?", 0, "", "", false},
	} {
		s := SettingOf(Analyze(tt.in, ""))
		require.Equal(t, tt.scale, s.Scale, tt.in)
		require.Equal(t, tt.currency, s.Currency, tt.in)
		require.Equal(t, tt.unit, s.Unit, tt.in)
		require.Equal(t, tt.share, s.Share, tt.in)
	}
}

// TestNoQuantities lists words that look like the values of some language and
// are none here.
func TestNoQuantities(t *testing.T) {
	for _, s := range []string{
		"One of them said so.", "You may march on.", "He had a half-hearted go.", "Mehrere Hundert Menschen", "She is an elf.",
		"on the on ramp", "no due date was set", "die Frau sei da", "Once upon a time", "C++ and F#", "Mix and CD and I", "Il Vaticano",
		"The quarter was strong.", "Hundreds of people", "Vitamin C", "de la media luna", "el medio ambiente", "do you", "and/or", "mil gracias",
		"a second opinion", "la fois", "un ami", "ein Mann", "een huis", "en hund", "bir adam", "один человек", "一些人", "一般来说", "十分重要",
		"千万不要", "万一下雨", "半导体", "三明治", "七夕", "八卦", "九州", "1. Open the lid.", "As shown before [3].",
	} {
		require.Empty(t, Analyze(s, "").Quantities(), s)
	}
}
