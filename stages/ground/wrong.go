package ground

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// wrongHeld asks where the content of the answer comes from that is not known to
// be right: from the prompt, though from another row, passage or year of it, or
// from nowhere in it. What a verifier supports or contradicts is there; of
// the rest the values and names tell, since words may be a paraphrase. Where the
// answer is to be worked out, a value that is nowhere is a result.
func (x *examination) wrongHeld() {
	switch {
	case x.rec.Context == nil:
		x.ev.WrongHeld = trace.NotKnown("the context was not recorded")
		return
	case x.ev.Empty.IsYes():
		x.ev.WrongHeld = trace.Holds(false, .97, trace.GradeB, "the context is empty")
		return
	}
	prompt := x.promptHoldings()
	var held, all float64
	absent, first := 0, ""
	walk := newSpecificWalk(x.answer.Docs()[0])
	for _, c := range trace.Suspects(x.ev.Claims) {
		said := walk.within(c.Start, c.End)
		w := max(c.Weight, .01)
		all += w
		if c.Support == trace.Supported || c.Support == trace.Contradicted {
			held += w
			continue
		}
		found, missing := 0, 0
		for _, s := range said {
			switch {
			case x.askedFor(s):
			case prompt.has(s):
				found++
			default:
				missing++
				if first == "" {
					first = s.text
				}
			}
		}
		absent += missing
		switch {
		case missing == 0:
			share := prompt.share(walk.doc.TermsIn(text.Span{Start: c.Start, End: c.End}))
			held += w * (heldByNoWord + (heldInOtherWords-heldByNoWord)*min(1, share/sameTopic))
		case x.ev.Computed.IsYes():
			held += w * heldAsResult
		case c.Support == trace.NotFound: // a verifier says so too
			held += w * heldIfAbsent
		default:
			held += w * (float64(found)*heldInOtherWords + float64(missing)*heldIfAbsent) / float64(found+missing)
		}
	}
	if all == 0 {
		x.ev.WrongHeld = trace.NotKnown("no statement of the answer is in doubt")
		return
	}
	why := "what the answer says stands in the prompt, or may in other words"
	if absent > 0 {
		why = fmt.Sprintf("%d values or names of the answer stand nowhere in the prompt, such as %q", absent, first)
	}
	p := held / all
	x.ev.WrongHeld = trace.Likely(p, .4, .6, trace.GradeC, why)
}

// How probable it is that the content of a wrong statement, of which a verifier
// cannot tell, is in the prompt.
const (
	heldInOtherWords = .85 // no value or name of it is absent, and it speaks of the same things
	heldByNoWord     = .3  // no word of it is there
	sameTopic        = .3  // the share of its words from which it speaks of the same things
	heldAsResult     = .9  // values are absent, and the question asks to work one out
	heldIfAbsent     = .2  // a value or name that is absent
)

// specific is a value or a name that a text gives.
type specific struct {
	text.Span
	text  string
	value float64 // of a number; NaN: it is a name
	high  float64
	terms []text.Term // of a name
}

// specificWalk hands out the specifics of a text in order.
type specificWalk struct {
	doc        *text.Doc
	quantities []text.Quantity
	entities   []text.Entity
}

func newSpecificWalk(d *text.Doc) *specificWalk {
	return &specificWalk{d, d.Quantities(), d.Entities()}
}

// small is the bare whole number below which numbers are mostly places in a list.
const small = 10

// within returns the specifics in the bytes [start, end). Calls must go forward.
func (w *specificWalk) within(start, end int) []specific {
	var out []specific
	for len(w.quantities) > 0 && w.quantities[0].Start < end {
		q := w.quantities[0]
		w.quantities = w.quantities[1:]
		switch terms := w.doc.TermsIn(q.Span); {
		case q.Start < start || q.Unit == "" && q.Low == q.High && q.Low == math.Trunc(q.Low) && math.Abs(q.Low) < small:
		case q.Kind == text.Measure:
			out = append(out, specific{Span: q.Span, text: q.Text, value: q.Low, high: q.High})
		case len(terms) > 0:
			out = append(out, specific{Span: q.Span, text: q.Text, value: math.NaN(), terms: terms})
		}
	}
	for len(w.entities) > 0 && w.entities[0].Start < end {
		e := w.entities[0]
		w.entities = w.entities[1:]
		if e.Start < start || strings.HasPrefix(strings.TrimLeft(w.doc.Text[e.End:], "*_ "), ":") { // a label
			continue
		}
		if terms := w.doc.TermsIn(e.Span); len(terms) > 0 {
			out = append(out, specific{Span: e.Span, text: e.Text, value: math.NaN(), terms: terms})
		}
	}
	return out
}

// holdings are the numbers and words that texts hold, in a form in which scale
// words, shares and units make no difference: whether a value is somewhere at
// all is a coarser question than whether it is the right one. Both are gathered
// when they are first asked for.
type holdings struct {
	docs    []*text.Doc
	texts   *claim.Context // of the first of them; nil: of none
	numbers map[int64]bool
	words   map[uint64]bool // of the docs that are not in texts
}

// promptHoldings are those of the passages and their titles.
func (x *examination) promptHoldings() *holdings {
	h := &holdings{texts: x.texts}
	h.docs = slices.Clone(x.texts.Docs())
	for i, d := range x.texts.Docs() {
		if i < len(x.rec.Context) && x.rec.Context[i].Title != "" {
			h.docs = append(h.docs, x.texts.Analyze(x.rec.Context[i].Title, d.Lang))
		}
	}
	return h
}

func (h *holdings) number(v float64) bool {
	if h.numbers == nil {
		h.numbers = map[int64]bool{}
		for _, d := range h.docs {
			for _, q := range d.Quantities() {
				if q.Kind == text.Measure {
					h.numbers[digits(q.Low)] = true
					h.numbers[digits(q.High)] = true
				}
			}
		}
	}
	return h.numbers[digits(v)]
}

func (h *holdings) word(hash uint64) bool {
	if h.texts != nil && h.texts.Holds(hash) {
		return true
	}
	if h.words == nil {
		h.words = map[uint64]bool{}
		rest := h.docs
		if h.texts != nil {
			rest = rest[h.texts.Len():]
		}
		for _, d := range rest {
			for _, t := range d.Terms {
				h.words[t.Hash] = true
			}
		}
	}
	return h.words[hash]
}

// has reports whether a value is somewhere, or most words of a name do.
func (h *holdings) has(s specific) bool {
	if !math.IsNaN(s.value) {
		return h.number(s.value) && h.number(s.high)
	}
	found := 0
	for _, t := range s.terms {
		if h.word(t.Hash) {
			found++
		}
	}
	return 2*found > len(s.terms)
}

// share is the share of the terms that are somewhere; 1 without any.
func (h *holdings) share(terms []text.Term) float64 {
	if len(terms) == 0 {
		return 1
	}
	found := 0
	for _, t := range terms {
		if h.word(t.Hash) {
			found++
		}
	}
	return float64(found) / float64(len(terms))
}

// digits are the first six significant digits of a number, without its sign and
// power of ten.
func digits(v float64) int64 {
	v = math.Abs(v)
	if v == 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return 0
	}
	return int64(math.Round(v / math.Pow(10, math.Floor(math.Log10(v))) * 1e5))
}

// askedFor reports whether the question itself gives a value or a name: to repeat
// it invents nothing.
func (x *examination) askedFor(s specific) bool {
	if x.given == nil {
		x.given = &holdings{docs: []*text.Doc{x.query}}
	}
	return x.given.has(s)
}
