package rerank

import (
	"cmp"
	"fmt"
	"slices"
	"unicode"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// Method names a way to reorder candidates. The zero Method keeps their order.
type Method string

// The methods.
const (
	MethodNone      Method = ""
	MethodMMR       Method = "mmr"       // relevance against likeness to what is chosen already
	MethodProximity Method = "proximity" // question words close together and in their order
	MethodRRF       Method = "rrf"       // fuses the rankings of all queries and of MethodProximity
)

// Methods lists all methods.
func Methods() []Method { return []Method{MethodNone, MethodMMR, MethodProximity, MethodRRF} }

// Options says how to select. The zero value keeps the retriever's order and
// takes its first five passages.
type Options struct {
	Method  Method        `yaml:"method"`
	K       int           `yaml:"k"`      // passages to keep at most; 0 means 5
	Budget  int           `yaml:"budget"` // tokens of the context, estimated from its words; 0: no limit
	Weights *text.Weights `yaml:"-"`      // of words in the corpus; nil: by the form of the word
}

// Validate says what is wrong with the options.
func (o Options) Validate() error {
	switch {
	case !slices.Contains(Methods(), o.Method):
		return fmt.Errorf("rerank method %q is unknown: leave it empty or use one of %q", o.Method, Methods()[1:])
	case o.K < 0 || o.Budget < 0:
		return fmt.Errorf("rerank: k %d and budget %d must not be negative", o.K, o.Budget)
	}
	return nil
}

// Select chooses from hits, which are in the retriever's order, the passages
// of the prompt in prompt order. The returned hits are a copy in the same order
// with RerankScore, unless the method is none, and Dropped set. Hits without a
// text cannot be chosen; an unknown method keeps the order, see Validate.
//
// A passage that overruns the budget is cut at the end of its last sentence
// that fits; if none does, it is dropped, like all that come after it.
func Select(query string, hits []trace.Hit, o Options) (context []trace.Passage, out []trace.Hit) {
	out = slices.Clone(hits)
	c := candidates(query, out, o.Weights)
	order := c.order(o.Method)
	for i := range out {
		out[i].Dropped = trace.DropNone
		if s, ok := c.score(i); ok {
			out[i].RerankScore = trace.Known(s)
		}
	}
	k := cmp.Or(o.K, 5)
	context = []trace.Passage{}
	left, full := o.Budget, false
	for _, i := range order {
		switch {
		case c.same[i] >= 0:
			out[i].Dropped = trace.DropDuplicate
		case out[i].Text == "" || len(context) == k:
			out[i].Dropped = lostTo(o.Method, i, k)
		case full:
			out[i].Dropped = trace.DropBudget
		default:
			p := passage(out[i])
			if o.Budget > 0 {
				full = !fit(&p, &left)
			}
			switch {
			case p.Text == "":
				out[i].Dropped = trace.DropBudget
				continue
			case p.Truncated:
				out[i].Dropped = trace.DropTruncated
			}
			context = append(context, p)
		}
	}
	return context, out
}

// lostTo says why the candidate at the 0-based position i is not among the k
// kept ones.
func lostTo(m Method, i, k int) trace.Drop {
	switch {
	case i >= k:
		return trace.DropCut
	case m == MethodMMR:
		return trace.DropDuplicate // only its likeness to others moved it down
	}
	return trace.DropDemoted
}

func passage(h trace.Hit) trace.Passage {
	score := h.RerankScore
	if _, ok := score.Get(); !ok {
		score = h.Score
	}
	return trace.Passage{ID: h.ID, Doc: h.Doc, Title: h.Title, Text: h.Text, Score: score, Date: h.Date}
}

// fit takes the tokens of p from those left. It reports false if p had to be
// cut, possibly to nothing.
func fit(p *trace.Passage, left *int) bool {
	title := Tokens(p.Title)
	if n := title + Tokens(p.Text); n <= *left {
		*left -= n
		return true
	}
	end := 0
	for _, s := range text.Sentences(p.Text) {
		if title+Tokens(p.Text[:s.End]) > *left {
			break
		}
		end = s.End
	}
	p.Text, p.Truncated = p.Text[:end], true
	*left = 0
	return false
}

// Tokens estimates how many tokens a model makes of s: one for each mark, for
// each character of a script without spaces, and for each begun seven letters
// of a word. That is within a quarter of byte-pair vocabularies on prose. It is for
// packing, word by word; llm.AboutTokens guesses what whole requests cost.
func Tokens(s string) int {
	n, run := 0, 0 // run: the letters of a word, seven by seven
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z', r < 0x2E80 && isWordRune(r): // Chinese, Japanese, Korean and beyond have none
			if run == 0 {
				n++
			}
			if run++; run == 7 {
				run = 0
			}
		case r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == 0xA0:
			run = 0
		default:
			n, run = n+1, 0
		}
	}
	return n
}

// isWordRune tells letters, digits and marks; those of ASCII without a table.
func isWordRune(r rune) bool {
	if r < 0x80 {
		return 'a' <= r|0x20 && r|0x20 <= 'z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}
