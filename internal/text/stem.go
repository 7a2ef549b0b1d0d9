package text

import (
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"github.com/kljensen/snowball"

	"github.com/ragdiag/ragdiag/internal/porter"
)

// Stem cuts the inflection off a normalised word and drops the accents of
// Latin letters. Stems are for comparison, not for people. Words with digits
// and words of unknown languages stay as they are, but for the accents.
func Stem(lang, word string) string { return stemmerOf(lang).stem(word) }

// stemmer says how one language is stemmed: by a function, or by cutting the
// longest prefix and suffix that leave at least keep characters.
type stemmer struct {
	full     func(string) string
	prefixes []string
	suffixes []string
	keep     int
}

func stemmerOf(lang string) stemmer {
	if lang == "en" { // mostly
		return stemmer{full: porter.Stem}
	}
	return stemmers[lang]
}

func (st stemmer) stem(word string) string {
	if len(word) < 3 || word[0] <= '9' {
		return word
	}
	if st.full != nil {
		word = st.full(word)
	} else if st.keep > 0 {
		word = st.strip(word)
	}
	return unaccent(word)
}

func (st stemmer) strip(word string) string {
	for _, p := range st.prefixes {
		if rest, ok := strings.CutPrefix(word, p); ok && utf8.RuneCountInString(rest) >= st.keep {
			word = rest
			break
		}
	}
	for _, s := range st.suffixes {
		if rest, ok := strings.CutSuffix(word, s); ok && utf8.RuneCountInString(rest) >= st.keep {
			return rest
		}
	}
	return word
}

// light returns a stemmer of suffixes, which must stand longest first.
func light(keep int, suffixes string) stemmer {
	return stemmer{keep: keep, suffixes: strings.Fields(suffixes)}
}

func library(name string) stemmer {
	known := new(stems)
	return stemmer{full: func(w string) string {
		if len(w) > longestKept {
			return snowballStem(w, name)
		}
		slot := &known[Hash64(w)>>(64-stemBits)]
		if kept := slot.Load(); kept != nil && kept.word == w {
			return kept.stem
		}
		w = strings.Clone(w) // it may be a part of a long text
		kept := &stemmed{w, snowballStem(w, name)}
		slot.Store(kept)
		return kept.stem
	}}
}

func snowballStem(w, name string) string {
	out, err := snowball.Stem(w, name, false)
	if err != nil || out == "" {
		return w
	}
	return out
}

// Stems that the library made are kept, because it is slow and texts repeat
// their words: one slot for each value of the upper bits of a word's hash.
const (
	stemBits    = 13
	longestKept = 40 // bytes
)

type stems [1 << stemBits]atomic.Pointer[stemmed]

type stemmed struct{ word, stem string }

// English has a stemmer of its own, because the library's is ten times slower
// and English is the common case; the rest is the library where it has the
// language, and light suffix stripping where it has not.
var stemmers = map[string]stemmer{
	"en": {full: porter.Stem},
	"":   {full: porter.Stem},
	"fr": library("french"),
	"es": library("spanish"),
	"ru": library("russian"),
	"sv": library("swedish"),
	"no": library("norwegian"),
	"hu": library("hungarian"),
	"de": light(4, "erinnen innen heiten keiten ungen isch lich heit keit ung ern est ies en er em es st in e s n"),
	"it": light(4, "azioni azione amente mente ando endo are ere ire ato ata ati ate uto uta i e o a"),
	"pt": light(4, "amente mente ações ação ando endo indo ados adas ado ada ões ção ais eis ar er ir es as os a o e s"),
	"nl": light(4, "heden ingen heid ing lijk eren en er es je e s t"),
	"da": light(4, "erne eren ende ene ers er en et es e s"),
	"fi": light(4, "issa issä ista istä iden ien ssa ssä sta stä lla llä lta ltä lle ksi tta ttä na nä ta tä in en an än on n t a ä"),
	"pl": light(4, "owie ami ach owi ego emu ych ymi ów om em ie ia ą ę y i e a u o"),
	"cs": light(4, "ách ami ích ého ému ými ova ové ům em ou ech y i e a u o í é á"),
	"ro": light(4, "ului elor ilor ele ile lor ul ea ei ii le a e i u"),
	"tr": light(4, "larının lerinin larında lerinde ların lerin ları leri ında inde dan den tan ten nın nin nun nün lar ler da de ta te ın in un ün ı i u ü"),
	"id": light(4, "kannya nya kan lah kah an i"),
	"uk": light(4, "ами ями ого ому ими ові ів ах ях ої ій ою ям ам а я у ю і и о е"),
	"el": light(4, "ους ων ου ες ας ης ος οι ει α η ο ι ε"),
	"hi": light(2, "ियों ाओं ियाँ ों ें ीं ियां ी ा े ि ु ो"),
	"he": {keep: 3, prefixes: []string{"וה", "ה", "ו", "ב", "ל", "כ", "מ", "ש"}, suffixes: []string{"ים", "ות"}},
	"ar": {keep: 3, prefixes: []string{"وال", "بال", "كال", "فال", "لل", "ال", "و"}, suffixes: []string{"ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي"}},
	"fa": {keep: 3, suffixes: []string{"هاي", "ها", "ان", "ي"}},
}

// unaccent writes Latin letters with diacritics as their base letters.
func unaccent(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return strings.Map(baseLetter, s)
		}
	}
	return s
}

// bases maps each accented Latin letter to the letter without accent.
var bases = func() map[rune]rune {
	m := map[rune]rune{}
	for _, row := range strings.Fields("aàáâãäåāăą cçćĉċč dďđð eèéêëēĕėęě gĝğġģ iìíîïĩīĭįı lĺļľł nñńņň oòóôõöøōŏő rŕŗř sśŝşšș tţťț uùúûüũūŭůűų yýÿ zźżž") {
		for _, r := range row[1:] {
			m[r] = rune(row[0])
		}
	}
	return m
}()

func baseLetter(r rune) rune {
	if r >= 0xe0 && r <= 0x21b {
		if b, ok := bases[r]; ok {
			return b
		}
	}
	return r
}
