package metrics

import (
	"bytes"
	"fmt"
	"slices"
	"unicode/utf8"
)

// Convention says how answers are normalised and how empty ones are scored.
type Convention int

const (
	// SQuAD2 is the script of SQuAD v2.0: references that normalise to nothing
	// are dropped, none left means that no answer is right, and two empty
	// answers agree (F1 is 1).
	SQuAD2 Convention = iota
	// SQuAD1 is the script of SQuAD v1.1: the same normal form, every reference
	// counts, and F1 with an empty side is 0.
	SQuAD1
	// Chars is for scripts without spaces between words: each character is a
	// token. Lower case, full-width forms folded to ASCII, white space and
	// Unicode punctuation deleted, no articles; empty answers as in SQuAD2.
	Chars
)

var conventionNames = []string{"squad2", "squad1", "chars"}

// String is the name used in commands and files.
func (c Convention) String() string {
	if c < 0 || int(c) >= len(conventionNames) {
		return fmt.Sprintf("convention %d", int(c))
	}
	return conventionNames[c]
}

// ParseConvention reads what String prints.
func ParseConvention(name string) (Convention, error) {
	for i, n := range conventionNames {
		if n == name {
			return Convention(i), nil
		}
	}
	return 0, fmt.Errorf("unknown convention %q: want squad2, squad1 or chars", name)
}

// ExactMatch is 1 if the prediction and some reference have the same normal
// form, else 0. Without references: ErrNoReference under SQuAD1; otherwise the
// empty answer is the right one.
func (c Convention) ExactMatch(prediction string, references []string) (float64, error) {
	return c.best(prediction, references, func(pred, ref []byte) float64 {
		if bytes.Equal(pred, ref) {
			return 1
		}
		return 0
	})
}

// F1 is the harmonic mean of precision and recall over the tokens' multisets,
// for the best reference. Range [0, 1]. Without references: as in ExactMatch.
func (c Convention) F1(prediction string, references []string) (float64, error) {
	return c.best(prediction, references, c.f1)
}

// Contains is 1 if the tokens of some reference are in the prediction side by
// side, else 0. Long predictions win easily: report their length with it.
// Without a reference that has tokens: ErrNoReference.
func (c Convention) Contains(prediction string, references []string) (float64, error) {
	pred := c.appendNormal(nil, prediction)
	var ref []byte
	some := false
	for _, r := range references {
		if ref = c.appendNormal(ref[:0], r); len(ref) == 0 {
			continue
		}
		some = true
		if c.holds(pred, ref) {
			return 1, nil
		}
	}
	if !some {
		return 0, ErrNoReference
	}
	return 0, nil
}

func (c Convention) appendNormal(buf []byte, s string) []byte {
	if c == Chars {
		return appendChars(buf, s)
	}
	return appendSQuAD(buf, s)
}

// best is the highest score over the references, in normal form.
func (c Convention) best(prediction string, references []string, score func(pred, ref []byte) float64) (float64, error) {
	pred := c.appendNormal(make([]byte, 0, len(prediction)), prediction)
	var ref []byte
	best, some := 0.0, false
	for _, r := range references {
		if ref = c.appendNormal(slices.Grow(ref[:0], len(r)), r); len(ref) == 0 && c != SQuAD1 {
			continue
		}
		best, some = max(best, score(pred, ref)), true
	}
	if some {
		return best, nil
	}
	if c == SQuAD1 {
		return 0, ErrNoReference
	}
	return score(pred, nil), nil
}

func (c Convention) f1(pred, ref []byte) float64 {
	if len(pred) == 0 || len(ref) == 0 {
		if len(pred) == len(ref) && c != SQuAD1 {
			return 1
		}
		return 0
	}
	var predBuf, refBuf [64][]byte
	p, r := c.tokens(predBuf[:0], pred), c.tokens(refBuf[:0], ref)
	np, nr := len(p), len(r)
	same := common(p, r)
	if same == 0 {
		return 0
	}
	precision, recall := float64(same)/float64(np), float64(same)/float64(nr)
	return 2 * precision * recall / (precision + recall)
}

// tokens appends the tokens of a normal form.
func (c Convention) tokens(out [][]byte, normal []byte) [][]byte {
	for len(normal) > 0 {
		end, next := 0, 0
		if c == Chars {
			_, end = utf8.DecodeRune(normal)
			next = end
		} else if end = bytes.IndexByte(normal, ' '); end >= 0 {
			next = end + 1
		} else {
			end, next = len(normal), len(normal)
		}
		out = append(out, normal[:end])
		normal = normal[next:]
	}
	return out
}

// common is the size of the intersection of two multisets. It reorders b.
func common(a, b [][]byte) int {
	n := 0
	if len(a)*len(b) > 4096 { // beyond this a map is faster
		left := make(map[string]int, len(b))
		for _, t := range b {
			left[string(t)]++
		}
		for _, t := range a {
			if left[string(t)] > 0 {
				left[string(t)]--
				n++
			}
		}
		return n
	}
	for _, t := range a {
		for i, u := range b {
			if bytes.Equal(t, u) {
				n++
				b[i] = b[len(b)-1]
				b = b[:len(b)-1]
				break
			}
		}
	}
	return n
}

// holds reports whether ref's tokens are side by side in pred.
func (c Convention) holds(pred, ref []byte) bool {
	if c == Chars {
		return bytes.Contains(pred, ref)
	}
	padded := func(b []byte) []byte { return slices.Concat([]byte{' '}, b, []byte{' '}) }
	return bytes.Contains(padded(pred), padded(ref))
}
