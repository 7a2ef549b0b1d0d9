package match

import (
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// Setting is what a comparison may draw on besides the two texts.
type Setting struct {
	Passages []*text.Doc   // that may define abbreviations: "Northern Fisheries Board (NFB)"
	Weights  *text.Weights // of words; nil: by their form
}

// Result is how a text compares with a reference as a whole.
type Result struct {
	Agreement trace.Agreement    // whether the text says all that was asked
	P         float64            // probability that it does
	Items     []trace.Comparison // one for each item of the reference
	Why       string
}

// Compare holds the items of the reference against a text.
func (r *Reference) Compare(d *text.Doc, s Setting) Result {
	return Result{P: .5, Why: "the comparison could not be made"}
}

// CompareAny holds a text against several reference answers, any of which is
// right, and returns the result of the one that agrees best and its index.
func CompareAny(refs []*Reference, d *text.Doc, s Setting) (Result, int) {
	best, at := Result{P: .5, Why: "no reference answer is recorded"}, -1
	for i, r := range refs {
		if res := r.Compare(d, s); at < 0 || better(res, best) {
			best, at = res, i
		}
	}
	return best, at
}

func better(a, b Result) bool { return a.P > b.P }
