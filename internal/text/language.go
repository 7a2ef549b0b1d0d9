package text

import (
	"iter"
	"math/bits"
	"slices"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/abadojack/whatlanggo"
)

// Language returns the ISO 639-1 code of the language of s, or "" where
// nothing decides it. The script decides alone where only one language of ours
// uses it; elsewhere function words vote, and trigrams have the last word on
// texts long enough for them.
func Language(s string) string { return languagesRead.Of(head(s, languageHead), guessLanguage) }

// languageHead is the number of bytes that a language is guessed from, at most.
const languageHead = 1600

var languagesRead = NewRecent[string](256)

// languageTokens is the number of bytes whose tokens vote for the language.
const languageTokens = 500

func guessLanguage(s string) string {
	script, lang := scriptOf(s)
	if lang != "" || script == nil {
		return lang
	}
	var few [voters + 28]Token
	return languageIn(script, appendTokens(few[:0], head(s, languageTokens)), s)
}

// LanguageOfTokens is Language for a text whose tokens are at hand.
func LanguageOfTokens(toks []Token, s string) string {
	return languagesRead.Of(head(s, languageHead), func(s string) string { return languageOfTokens(headTokens(toks, s), s) })
}

// headTokens returns the tokens of the head of s that vote, given those of s. Where
// the head ends may part a word, so what stands close to it is cut anew.
func headTokens(toks []Token, s string) []Token {
	h := head(s, languageTokens)
	if len(h) == len(s) {
		return toks
	}
	const lookahead = 16 // bytes behind a token, more than decide where it ends
	n := 0
	for n < len(toks) && n < voters && toks[n].End+lookahead <= len(h) {
		n++
	}
	if n == len(toks) || n == voters || toks[n].Start >= len(h) {
		return toks[:n]
	}
	return appendTokens(slices.Clone(toks[:n]), h[toks[n].Start:])
}

// LanguageOf returns the language of most samples, weighed by their length, or
// "". It is for a corpus or a conversation, where single texts are too short.
func LanguageOf(samples iter.Seq[string]) string {
	return languageOfMost(func(yield func(string, string) bool) {
		for s := range samples {
			if !yield(s, Language(s)) {
				return
			}
		}
	})
}

// LanguageOfAll is LanguageOf for texts whose tokens are at hand.
func LanguageOfAll(samples []string, toks [][]Token) string {
	return languageOfMost(func(yield func(string, string) bool) {
		for i, s := range samples {
			if !yield(s, LanguageOfTokens(toks[i], s)) {
				return
			}
		}
	})
}

// languageOfMost weighs texts, each with its language, by their length.
func languageOfMost(samples iter.Seq2[string, string]) string {
	votes := map[string]int{}
	for s, l := range samples {
		if l != "" {
			votes[l] += min(len(s), 500)
		}
	}
	best, n := "", 0
	for l, v := range votes {
		if v > n || v == n && l < best {
			best, n = l, v
		}
	}
	return best
}

// voters is the number of words of a text that vote for its language.
const voters = 100

// trigramMin is the length in bytes from which trigrams are worth asking.
const trigramMin = 24

func languageOfTokens(toks []Token, s string) string {
	script, lang := scriptOf(s)
	if lang != "" || script == nil {
		return lang
	}
	return languageIn(script, toks, s)
}

// languageIn is languageOfTokens for a script that several languages use.
func languageIn(script *unicode.RangeTable, toks []Token, s string) string {
	var votes [64]int
	table := stops()
	var seen int
	for _, t := range toks[:min(len(toks), voters)] {
		set := table[t.Text]
		if set == 0 {
			continue
		}
		seen++
		// A word of few languages says more than one of many.
		v := 12 / bits.OnesCount64(set)
		for ; set != 0; set &= set - 1 {
			votes[bits.TrailingZeros64(set)] += v
		}
	}
	best, second := -1, -1
	for i := range languages {
		switch {
		case votes[i] == 0:
		case best < 0 || votes[i] > votes[best]:
			best, second = i, best
		case second < 0 || votes[i] > votes[second]:
			second = i
		}
	}
	switch {
	case best >= 0 && seen >= 2 && (second < 0 || votes[best]*4 >= votes[second]*5):
		return languages[best].code
	case len(s) >= trigramMin:
		return trigrams(s, script)
	case best >= 0 && (second < 0 || votes[best] >= 2*votes[second]):
		return languages[best].code
	}
	return ""
}

// trigrams asks whatlanggo among the languages that we know in this script.
// It reads the first 200 bytes only, because it is slow.
func trigrams(s string, script *unicode.RangeTable) string {
	info := whatlanggo.DetectWithOptions(head(s, 200), whatlanggo.Options{Whitelist: whitelists()[script]})
	if info.Confidence < .3 {
		return ""
	}
	return info.Lang.Iso6391()
}

// whitelists holds our languages by script as whatlanggo names them.
var whitelists = sync.OnceValue(func() map[*unicode.RangeTable]map[whatlanggo.Lang]bool {
	m := map[*unicode.RangeTable]map[whatlanggo.Lang]bool{}
	for _, l := range languages {
		if m[l.script] == nil {
			m[l.script] = map[whatlanggo.Lang]bool{}
		}
		m[l.script][whatlanggo.CodeToLang(l.iso3)] = true
	}
	return m
})

// scriptOf returns the script of most letters of s and, where the script
// decides, the language.
func scriptOf(s string) (script *unicode.RangeTable, lang string) {
	var latin, cyrillic, arabic, han, kana, hangul, persian, ukrainian int
	rest := map[string]int(nil)
	n := 0
	for _, r := range s {
		if n++; n > languageHead/utf8.UTFMax {
			break
		}
		switch {
		case r < 0x250:
			if r|0x20 >= 'a' && r|0x20 <= 'z' || r >= 0xc0 {
				latin++
			}
		case r >= 0x400 && r < 0x530:
			cyrillic++
			if r == 'і' || r == 'ї' || r == 'є' || r == 'ґ' {
				ukrainian++
			}
		case r >= 0x600 && r < 0x700:
			arabic++
			if r == 'پ' || r == 'چ' || r == 'گ' || r == 'ی' {
				persian++
			}
		case r >= 0x3041 && r <= 0x30ff:
			kana++
		case r >= 0xac00 && r <= 0xd7a3:
			hangul++
		case r >= 0x3400 && r <= 0x9fff:
			han++
		default:
			if code := soleLanguage(r); code != "" {
				if rest == nil {
					rest = map[string]int{}
				}
				rest[code]++
			}
		}
	}
	// A character of a dense script carries about as much as three Latin letters.
	most := latin
	script = unicode.Latin
	take := func(n int, t *unicode.RangeTable, code string) {
		if n > most {
			most, script, lang = n, t, code
		}
	}
	cyr, ar := "ru", "ar"
	if ukrainian > 0 {
		cyr = "uk"
	}
	if persian > 0 {
		ar = "fa"
	}
	take(cyrillic, unicode.Cyrillic, cyr)
	take(arabic, unicode.Arabic, ar)
	take(3*hangul, unicode.Hangul, "ko")
	if kana*10 > han {
		take(3*(kana+han), unicode.Hiragana, "ja")
	} else {
		take(3*han, unicode.Han, "zh")
	}
	for _, code := range [...]string{"el", "he", "hi", "th"} {
		take(2*rest[code], unicode.Common, code)
	}
	if most == 0 {
		return nil, ""
	}
	return script, lang
}

// soleLanguage names the language of a script that we know one language for.
func soleLanguage(r rune) string {
	switch {
	case r >= 0x370 && r < 0x400:
		return "el"
	case r >= 0x590 && r < 0x600:
		return "he"
	case r >= 0x900 && r < 0x980:
		return "hi"
	case r >= 0xe00 && r < 0xe80:
		return "th"
	}
	return ""
}

// head returns at most n bytes of s, cut at a character.
func head(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n]
}

// SameScript reports whether two of our languages are written in the same
// script, so that short texts in them are easily confused.
func SameScript(a, b string) bool {
	return a == b || a != "" && script(a) == script(b) && script(a) != nil
}

func script(lang string) *unicode.RangeTable {
	if lang == "zh" || lang == "ja" {
		return unicode.Han
	}
	for _, l := range languages {
		if l.code == lang {
			return l.script
		}
	}
	return nil
}
