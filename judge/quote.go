package judge

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/ragdiag/ragdiag/internal/text"
)

// The quote rule.
const (
	quoteErrors = .1   // edit distance allowed, as a share of the quote's length
	quoteLeast  = 6    // runes that a quote has at least, unless it is the whole unit
	quoteMost   = 1500 // and at most: more is no quotation
)

// folded is a text reduced to what quoting keeps: letters, digits and signs
// without case, accents, spacing, kinds of quotation mark, or emphasis.
type folded struct {
	runes []rune
	start []int // byte of the original at which each rune began
	end   []int
}

func fold(s string) folded {
	var f folded
	space := true // none at the beginning
	for i, r := range s {
		size := utf8.RuneLen(r)
		if size < 0 || r == utf8.RuneError {
			continue // not UTF-8
		}
		switch {
		case invisible(r), strings.ContainsRune("*_`<>", r):
			continue
		case unicode.IsSpace(r):
			if !space {
				f.add(' ', i, i+size)
			}
			space = true
			continue
		}
		space = false
		if r < utf8.RuneSelf {
			f.add(unicode.ToLower(r), i, i+size)
			continue
		}
		for _, d := range norm.NFKD.String(string(r)) {
			if unicode.Is(unicode.Mn, d) {
				continue
			}
			f.add(plain(unicode.ToLower(d)), i, i+size)
		}
	}
	if n := len(f.runes); n > 0 && f.runes[n-1] == ' ' {
		f.runes, f.start, f.end = f.runes[:n-1], f.start[:n-1], f.end[:n-1]
	}
	return f
}

func (f *folded) add(r rune, start, end int) {
	f.runes, f.start, f.end = append(f.runes, r), append(f.start, start), append(f.end, end)
}

// plain unifies quotation marks and dashes.
func plain(r rune) rune {
	switch r {
	case '‘', '’', 'ʼ', '‚', '′', '´':
		return '\''
	case '“', '”', '„', '«', '»', '″', '「', '」', '『', '』':
		return '"'
	case '‐', '‑', '‒', '–', '—', '―', '−':
		return '-'
	}
	return r
}

// locate finds a quote in a text, with at most a tenth of it changed, and returns
// its bytes. A quote with an ellipsis is found if its parts are, in their order.
func locate(quote string, in folded) (text.Span, bool) {
	quote = strings.Trim(quote, " \t\n\r\"'“”„«»‘’")
	var parts []string
	for _, p := range strings.Split(strings.NewReplacer("[...]", "…", "[…]", "…", "...", "…").Replace(quote), "…") {
		if p = strings.TrimSpace(p); p != "" {
			parts = append(parts, p)
		}
	}
	out, from := text.Span{Start: -1}, 0
	for _, p := range parts {
		q := fold(p).runes
		whole := len(parts) == 1 && len(q) == len(in.runes)
		if len(q) == 0 || len(q) < quoteLeast && !whole && !wide(q) && !figure(q) || len(q) > quoteMost {
			return text.Span{}, false
		}
		s, e, ok := approximate(q, in.runes[from:], int(quoteErrors*float64(len(q))))
		if !ok {
			return text.Span{}, false
		}
		if out.Start < 0 {
			out.Start = in.start[from+s]
		}
		out.End = in.end[from+e-1]
		from += e
	}
	return out, out.Start >= 0
}

// wide reports whether a short quote may still say much: its script writes a
// word in one or two signs.
func wide(q []rune) bool { return len(q) >= 2 && q[0] >= 0x2E80 }

// figure reports whether a short quote is a number of two digits or more.
func figure(q []rune) bool {
	n := 0
	for _, r := range q {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n >= 2
}

// approximate finds the stretch [start, end) of s with the least edit distance
// from p, at most k; the first of equals. It is Sellers' algorithm with Ukkonen's
// cut-off, then the same backwards for the start: O(k·len(s)) as a rule.
func approximate(p, s []rune, k int) (start, end int, ok bool) {
	end, best := bestEnd(p, s, k)
	if best > k {
		return 0, 0, false
	}
	back, _ := bestEnd(reversed(p), reversed(s[max(0, end-len(p)-k):end]), best)
	return end - back, end, back > 0
}

// bestEnd returns where the best match of p in s ends, and its distance, which is
// k+1 if there is none within k.
func bestEnd(p, s []rune, k int) (end, distance int) {
	m := len(p)
	col := make([]int, m+1)
	for i := range col {
		col[i] = i
	}
	distance = k + 1
	last := min(m, k+1) // the last row that may be within k
	for j, r := range s {
		diagonal := col[0] // 0
		for i := 1; i <= last; i++ {
			cost := diagonal
			if p[i-1] != r {
				cost++
			}
			diagonal = col[i]
			col[i] = min(cost, col[i-1]+1, diagonal+1)
		}
		for last > 0 && col[last] > k {
			last--
		}
		if last == m {
			if col[m] < distance {
				end, distance = j+1, col[m]
			}
		} else {
			last++
			col[last] = k + 1
		}
	}
	return end, distance
}

func reversed(s []rune) []rune {
	out := make([]rune, len(s))
	for i, r := range s {
		out[len(s)-1-i] = r
	}
	return out
}
