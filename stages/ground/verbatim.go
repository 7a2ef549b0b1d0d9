package ground

import (
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// run is the number of content words in a row that counts as copied.
const run = 4

// verbatim returns the share of the answer's content words that are in runs
// of at least four which a passage has in the same order.
func (x *examination) verbatim() trace.Value {
	terms := x.answer.Docs()[0].Terms
	if len(terms) < run {
		return trace.Unknown("the answer is too short for it")
	}
	at := make(map[uint64][]int, len(terms))
	for i := run; i <= len(terms); i++ {
		h := runHash(terms[i-run : i])
		at[h] = append(at[h], i-run)
	}
	copied := make([]bool, len(terms))
	for _, d := range x.texts.Docs() {
		for i := run; i <= len(d.Terms); i++ {
			h := runHash(d.Terms[i-run : i])
			if froms := at[h]; froms != nil {
				for _, from := range froms {
					for j := from; j < from+run; j++ {
						copied[j] = true
					}
				}
				delete(at, h) // a run that both repeat is looked at once
			}
		}
	}
	n := 0
	for _, c := range copied {
		if c {
			n++
		}
	}
	return trace.Known(float64(n) / float64(len(terms)))
}

func runHash(terms []text.Term) uint64 {
	var h uint64
	for _, t := range terms {
		h = h*0x9E3779B97F4A7C15 + t.Hash
	}
	return h
}
