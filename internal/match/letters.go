package match

import (
	_ "embed"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"
)

//go:embed han.txt
var hanList string

// simplifiedHan maps traditional Chinese characters to the simplified ones.
var simplifiedHan = sync.OnceValue(func() map[rune]rune {
	m := make(map[rune]rune, 4096)
	lines(hanList, func(_, rest string) {
		for pair := range strings.FieldsSeq(rest) {
			if r := []rune(pair); len(r) == 2 {
				m[r[0]] = r[1]
			}
		}
	})
	return m
})

// baseOf is a precomposed letter without its marks.
func baseOf(r rune) rune {
	for _, b := range norm.NFD.String(string(r)) {
		return b
	}
	return r
}

// trigrams counts how many distinct triples of neighbouring characters of a
// are in b, as a share of those of a. Both are compact texts.
type trigramSet map[[3]rune]bool

func trigramsOf(s string) trigramSet {
	runes := []rune(s)
	set := make(trigramSet, len(runes))
	for i := 0; i+3 <= len(runes); i++ {
		set[[3]rune{runes[i], runes[i+1], runes[i+2]}] = true
	}
	return set
}

// share is the share of the triples of a that are in b; 0 without any.
func (b trigramSet) share(a string) float64 {
	want := trigramsOf(a)
	if len(want) == 0 {
		return 0
	}
	n := 0
	for t := range want {
		if b[t] {
			n++
		}
	}
	return float64(n) / float64(len(want))
}

// near reports whether two words differ by one letter, or by two neighbours that
// changed places. Short words and words with digits are never near.
func near(a, b string) bool {
	if len(a) < 5 || len(b) < 5 || a[0] != b[0] {
		return false
	}
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) < 5 || len(y)-len(x) > 1 || len(y) > 64 || x[0] != y[0] {
		return false
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	j := 0
	for j < len(x)-i && x[len(x)-1-j] == y[len(y)-1-j] {
		j++
	}
	restX, restY := len(x)-i-j, len(y)-i-j
	for _, r := range y[i : i+restY] {
		if r >= '0' && r <= '9' {
			return false
		}
	}
	return restX <= 1 && restY <= 1 || restX == 2 && restY == 2 && x[i] == y[i+1] && x[i+1] == y[i]
}
