package metrics

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/internal/porter"
)

// RougeKind is a variant of ROUGE (Lin 2004).
type RougeKind int

const (
	Rouge1    RougeKind = iota // single tokens
	Rouge2                     // pairs of neighbouring tokens
	RougeL                     // longest common subsequence of the whole texts
	RougeLsum                  // union of longest common subsequences, sentence by sentence; a newline ends a sentence
)

// RougeOptions says what a token is. The zero value is rouge_score's default:
// runs of a to z and 0 to 9 after lower-casing, not stemmed.
type RougeOptions struct {
	Stem  bool // stem tokens longer than three letters with NLTK's extended Porter stemmer
	Chars bool // tokens are the characters of the Chars convention; Stem is ignored
}

// Overlap is how much of a prediction and a reference is shared.
// Each value is in [0, 1].
type Overlap struct {
	Precision, Recall, F1 float64
}

// ErrTooLong: the longest common subsequence takes steps in proportion to the
// product of the lengths, and there are more than 2^32 of them; or, for
// ROUGE-Lsum, the table of two sentences has more than 2^26 cells.
var ErrTooLong = errors.New("the texts are too long for ROUGE-L")

const (
	maxLCSSteps = 1 << 32
	maxLCSCells = 1 << 26
)

// Rouge compares the prediction with the reference that gives the highest F1,
// as rouge_score's score_multi does. A text without letters and digits scores
// 0. A text that has some, but no token of the kind asked for (Chinese without
// Chars), is ErrNoTokens if it is the prediction and passed over if it is a
// reference; if no reference is left: ErrNoTokens. No references: ErrNoReference.
func Rouge(kind RougeKind, prediction string, references []string, opt RougeOptions) (Overlap, error) {
	if len(references) == 0 {
		return Overlap{}, ErrNoReference
	}
	ids := make(map[string]int32)
	pred, ok := opt.sentences(kind, prediction, ids)
	if !ok {
		return Overlap{}, ErrNoTokens
	}
	var best Overlap
	found := false
	for _, reference := range references {
		ref, ok := opt.sentences(kind, reference, ids)
		if !ok {
			continue
		}
		o, err := rouge(kind, pred, ref)
		if err != nil {
			return Overlap{}, err
		}
		if !found || o.F1 > best.F1 {
			best, found = o, true
		}
	}
	if !found {
		return Overlap{}, ErrNoTokens
	}
	return best, nil
}

func rouge(kind RougeKind, pred, ref [][]int32) (Overlap, error) {
	n, m := total(pred), total(ref)
	switch {
	case kind == Rouge2:
		n, m = max(n-1, 0), max(m-1, 0)
		return overlap(sharedNgrams(2, pred[0], ref[0]), n, m), nil
	case kind == Rouge1:
		return overlap(sharedNgrams(1, pred[0], ref[0]), n, m), nil
	case (n+len(pred))*(m+len(ref)) > maxLCSSteps:
		return Overlap{}, ErrTooLong
	case kind == RougeL:
		return overlap(lcsLength(pred[0], ref[0]), n, m), nil
	}
	hits, err := unionLCS(pred, ref)
	return overlap(hits, n, m), err
}

func overlap(shared, n, m int) Overlap {
	o := Overlap{Precision: float64(shared) / float64(max(n, 1)), Recall: float64(shared) / float64(max(m, 1))}
	if o.Precision+o.Recall > 0 {
		o.F1 = 2 * o.Precision * o.Recall / (o.Precision + o.Recall)
	}
	return o
}

// sentences are the texts that the kind compares, each as the numbers of its
// tokens: the sentences for RougeLsum, else the whole text as one. It is false
// for a text that has letters or digits but no token.
func (opt RougeOptions) sentences(kind RougeKind, text string, ids map[string]int32) ([][]int32, bool) {
	parts := []string{text}
	if kind == RougeLsum {
		parts = strings.Split(text, "\n")
	}
	out := make([][]int32, len(parts))
	for i, p := range parts {
		for _, t := range opt.tokens(p) {
			id, ok := ids[t]
			if !ok {
				id = int32(len(ids))
				ids[t] = id
			}
			out[i] = append(out[i], id)
		}
	}
	return out, total(out) > 0 || strings.IndexFunc(text, pyWord) < 0
}

func (opt RougeOptions) tokens(text string) []string {
	if opt.Chars {
		return strings.Split(string(appendChars(nil, text)), "")
	}
	var out []string
	start := -1
	lower := make([]byte, 0, len(text))
	end := func() {
		if start >= 0 {
			t := string(lower[start:])
			if opt.Stem && len(t) > 3 {
				t = porter.StemNLTK(t)
			}
			out = append(out, t)
			start = -1
		}
	}
	for i, r := range text {
		lowered := r
		switch {
		case 'A' <= r && r <= 'Z':
			lowered += 'a' - 'A'
		case r >= utf8.RuneSelf:
			lowered = pyLower(text, i, r) // the Kelvin sign becomes k, İ an i with a mark
		}
		if 'a' <= lowered && lowered <= 'z' || '0' <= lowered && lowered <= '9' {
			if start < 0 {
				start = len(lower)
			}
			lower = append(lower, byte(lowered))
		} else {
			end()
		}
		if r == 'İ' {
			end()
		}
	}
	end()
	return out
}

func total(sentences [][]int32) int {
	n := 0
	for _, s := range sentences {
		n += len(s)
	}
	return n
}

// sharedNgrams is the size of the intersection of the multisets of n-grams, n ≤ 2.
func sharedNgrams(n int, pred, ref []int32) int {
	gram := func(s []int32, i int) [2]int32 {
		if n == 1 {
			return [2]int32{s[i]}
		}
		return [2]int32{s[i], s[i+1]}
	}
	left := make(map[[2]int32]int)
	for i := range max(len(ref)-n+1, 0) {
		left[gram(ref, i)]++
	}
	shared := 0
	for i := range max(len(pred)-n+1, 0) {
		if g := gram(pred, i); left[g] > 0 {
			left[g]--
			shared++
		}
	}
	return shared
}

// lcsLength is the length of the longest common subsequence, with one row of the table.
func lcsLength(a, b []int32) int {
	if len(b) > len(a) {
		a, b = b, a
	}
	row := make([]int32, len(b)+1)
	for _, x := range a {
		diagonal := int32(0)
		for j, y := range b {
			above := row[j+1]
			if x == y {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(above, row[j])
			}
			diagonal = above
		}
	}
	return int(row[len(b)])
}

// unionLCS counts, for each reference sentence, the tokens that are in its
// longest common subsequence with any sentence of the prediction; no token is
// counted more often than it occurs on either side. Of several longest
// subsequences the one that rouge_score reads out is taken.
func unionLCS(pred, ref [][]int32) (int, error) {
	predLeft, refLeft := counts(pred), counts(ref)
	hits := 0
	for _, r := range ref {
		inUnion := make([]bool, len(r))
		for _, p := range pred {
			if len(r)*len(p) > maxLCSCells {
				return 0, ErrTooLong
			}
			markLCS(inUnion, r, p)
		}
		for i, t := range r {
			if inUnion[i] && predLeft[t] > 0 && refLeft[t] > 0 {
				predLeft[t]--
				refLeft[t]--
				hits++
			}
		}
	}
	return hits, nil
}

func counts(sentences [][]int32) map[int32]int {
	n := make(map[int32]int)
	for _, s := range sentences {
		for _, t := range s {
			n[t]++
		}
	}
	return n
}

// markLCS sets in[i] for the tokens of ref that are in its longest common
// subsequence with can.
func markLCS(in []bool, ref, can []int32) {
	width := len(can) + 1
	table := make([]uint16, (len(ref)+1)*width) // a sequence is at most √maxLCSCells long
	for i, x := range ref {
		for j, y := range can {
			cell := &table[(i+1)*width+j+1]
			if x == y {
				*cell = table[i*width+j] + 1
			} else {
				*cell = max(table[i*width+j+1], table[(i+1)*width+j])
			}
		}
	}
	for i, j := len(ref), len(can); i > 0 && j > 0; {
		switch {
		case ref[i-1] == can[j-1]:
			in[i-1] = true
			i, j = i-1, j-1
		case table[i*width+j-1] > table[(i-1)*width+j]:
			j--
		default:
			i--
		}
	}
}
