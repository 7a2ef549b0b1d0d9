package claim

import (
	"fmt"
	"math/bits"
	"slices"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// The windows of a claim are ranked by an equal-weight score, in [0,1] and below.
const (
	holdsWell       = .72 // a window with this score says the claim, whatever another one says
	missingPenalty  = .1  // for each value of the claim that is in no passage
	conflictPenalty = .3  // for the one spot that disagrees

	verbatimWords = .9 // share of words that a sentence or three hold, if the pairs do too: the claim is there
	verbatimPairs = .5

	withoutValue = .05 // how far P is below the even chance where a claim is not found because a number or date of it is nowhere

	nothingP = .02 // at most, where the passages share no word with the claim
)

// window is a run of sentences of one passage with what it holds of a claim.
type window struct {
	first, last int // indexes into Context.sents, inclusive
	masks
	cover float64 // share of the claim's mass
}

// Check asks all passages together about a claim. An empty context or a claim
// without content words yields abstain, with the reason in Why.
func (c *Context) Check(claim string) Verdict { return c.check(claim, nil) }

// CheckIn asks the named passages together about a claim. Indexes out of range
// are ignored.
func (c *Context) CheckIn(claim string, passages ...int) Verdict {
	allowed := make([]int, 0, len(passages))
	for _, i := range passages {
		if i >= 0 && i < len(c.docs) {
			allowed = append(allowed, i)
		}
	}
	slices.Sort(allowed)
	return c.check(claim, slices.Compact(allowed))
}

// Within returns a share of the claim's word mass that no Overlap of CheckIn with
// that one passage exceeds: what of it is there at all. It costs much less.
func (c *Context) Within(claim string, passage int) float64 {
	s := c.statement(claim)
	var set uint64
	for k, t := range s.terms {
		at := c.last(t.Hash)
		for at >= c.first[passage+1] {
			at = c.prev[at]
		}
		if at >= c.first[passage] {
			set |= 1 << k
		}
	}
	for _, f := range s.facts {
		if f.kind == "unit" { // it may be there in another unit
			set |= s.termsIn(f.span)
		}
	}
	return s.coverage(set)
}

// asking is a claim and where it is looked for: in one passage, or in all; -1.
type asking struct {
	claim   string
	passage int
}

// check asks the allowed passages, which ascend; nil means all. What was asked of
// all or of one is remembered: the stages ask for the same in turn.
func (c *Context) check(claim string, allowed []int) Verdict {
	key := asking{claim, -1}
	switch {
	case len(allowed) == 1:
		key.passage = allowed[0]
	case allowed != nil:
		return c.examine(claim, allowed)
	}
	v, ok := c.verdicts[key]
	if !ok {
		v = c.examine(claim, allowed)
		if c.verdicts == nil {
			c.verdicts = map[asking]Verdict{}
		}
		c.verdicts[key] = v
	}
	if v.Against != nil { // whoever asks may write into it
		against := *v.Against
		v.Against = &against
	}
	v.By = slices.Clone(v.By)
	return v
}

// examine is check, worked out.
func (c *Context) examine(claim string, allowed []int) Verdict {
	s := c.statement(claim)
	v := Verdict{P: .5, Weight: s.mass, Language: s.doc.Lang, Untested: GradeOf(s.doc.Lang).Grade == trace.GradeD}
	switch {
	case len(c.sents) == 0 || allowed != nil && len(allowed) == 0:
		v.Why = "there is no passage to check against"
		return v
	case s.mass == 0:
		v.Why = "the claim has no content words"
		return v
	}
	whole := c.mark(s, allowed)
	if s.doc.Lang != "" && c.lang != "" && s.doc.Lang != c.lang {
		return c.foreign(s, v, whole, allowed)
	}
	best := c.windows(s)
	if len(best) == 0 {
		if c.computable(s, allowed) {
			v.Why = "its values may be worked out from those of a passage"
			return v
		}
		v.X, v.Measured = s.nothing(), true
		v.Support, v.P, v.Why = trace.NotFound, min(nothingP, c.v.model.probability(&v.X)), "none of its words are in the passages"
		return v
	}
	c.stands = append(c.stands[:0], make([]standing, len(s.facts))...)
	var few [maxWindows]scored
	all := few[:len(best)]
	for i, w := range best {
		all[i] = c.score(s, w, whole, allowed)
	}
	top := c.top(s, all)
	v.Overlap = top.cover
	v.X, v.Measured = c.features(s, whole, top), true
	v.P = c.v.model.probability(&v.X)
	bands := c.v.model.bands
	if top.verbatim(s) {
		v.P = max(v.P, bands.Supported)
	}
	if got, ok := c.compare(s); ok {
		return c.byComparison(v, s, got)
	}
	against := c.against(s, all, top)
	switch {
	case against.conflict != nil:
		v.Support, v.Against, v.Overlap = trace.Contradicted, against.conflict, against.cover
		v.P = min(v.P, .2)
		v.Why = fmt.Sprintf("%s differs: %q against %q", against.conflict.Kind, against.conflict.Claim, against.conflict.Passage)
	case top.computed > 0:
		v.Why = "a value of it may be worked out from those of a passage"
	case v.P >= bands.Supported && top.missing == 0 && top.away == 0 && c.doubt(s, top) != "":
		v.P, v.Why = min(v.P, doubtedP), c.doubt(s, top)
	case v.P >= bands.Supported && top.missing == 0 && top.away == 0:
		v.Support = trace.Supported
		v.By = c.support(s, top, best)
		v.Why = fmt.Sprintf("%.0f %% of its words stand together", 100*top.cover)
	case v.P <= bands.NotFound, v.P < c.v.model.even-withoutValue && top.missing > top.nameless:
		v.Support = trace.NotFound
		v.Why = fmt.Sprintf("at most %.0f %% of its words stand together", 100*top.cover)
	default:
		v.Why = fmt.Sprintf("%.0f %% of its words stand together: neither enough nor too few", 100*top.cover)
		switch {
		case top.away > 0:
			v.Why = fmt.Sprintf("%d of its numbers and dates stand elsewhere in the passages", top.away)
		case top.missing > 0:
			v.Why = fmt.Sprintf("%d of its numbers, dates and names are in no passage", top.missing)
		}
	}
	return v
}

// top returns the window with the highest score, the first of equal ones. A
// conflict only lowers a score and costs more than the rest of it, so it is looked
// for only where the score without it is the highest.
func (c *Context) top(s *statement, all []scored) scored {
	for {
		top := &all[0]
		for i := range all {
			if all[i].score > top.score {
				top = &all[i]
			}
		}
		if top.settled {
			return *top
		}
		c.settle(s, top)
	}
}

// against returns the window that contradicts the claim: of those that hold about
// as much of it as the top one or, where that one disagrees, of all, the one that
// holds most. Its conflict is nil if there is none. The windows are in that order.
func (c *Context) against(s *statement, all []scored, top scored) scored {
	for i := range all {
		w := &all[i]
		if top.conflict == nil && (top.score >= holdsWell || w.cover < top.cover-.05) {
			break
		}
		if c.settle(s, w); w.conflict != nil {
			return *w
		}
	}
	return scored{}
}

// settle looks for what in a window disagrees with the claim, once.
func (c *Context) settle(s *statement, w *scored) {
	if w.settled {
		return
	}
	w.settled = true
	if w.conflict = c.conflict(s, w.window, c.docs[c.sents[w.first].doc], w.miss); w.conflict != nil {
		w.score -= conflictPenalty
	}
}

// computable reports whether a claim that shares no word with the passages has
// nothing but values that can be worked out from those of one of them.
func (c *Context) computable(s *statement, allowed []int) bool {
	facts := s.facts
	if len(facts) == 0 {
		return false
	}
	gives := func(d *text.Doc) bool {
		if len(d.Sentences) > maxStretchs {
			return false
		}
		var o operands
		o.add(d, text.Span{End: len(d.Text)})
		return !slices.ContainsFunc(facts, func(f fact) bool { return !o.give(f, s.doc) })
	}
	if allowed == nil {
		return slices.ContainsFunc(c.docs, gives)
	}
	return slices.ContainsFunc(allowed, func(i int) bool { return gives(c.docs[i]) })
}

// What is said of a claim whose comparison was worked out, and of one whose
// words are there without a word that decides.
const (
	comparedP = .85
	doubtedP  = .6
)

// byComparison is the verdict on a claim that compares two values which the
// passages give.
func (c *Context) byComparison(v Verdict, s *statement, got compared) Verdict {
	if got.holds {
		v.Support, v.P, v.By = trace.Supported, max(v.P, comparedP), got.at[:]
		v.Why = fmt.Sprintf("%q and %q compare so", got.text[0], got.text[1])
		return v
	}
	v.Support, v.P = trace.Contradicted, min(v.P, 1-comparedP)
	v.Against = &trace.Conflict{Kind: "number", Claim: s.doc.Text, Passage: got.text[0], Span: got.at[0]}
	v.Why = fmt.Sprintf("%q and %q compare the other way", got.text[0], got.text[1])
	return v
}

// doubt says why a claim whose words are in a window may still say more than
// it: with "only", with "always" where the window has a condition, with a value
// that may belong to something else; "": nothing speaks against it.
func (c *Context) doubt(s *statement, top scored) string {
	d := c.docs[c.sents[top.first].doc]
	from, to := d.Sentences[c.sents[top.first].index].Token, d.Sentences[c.sents[top.last].index].TokenEnd
	n := len(s.doc.Tokens)
	switch {
	case onlyIn(s.doc, 0, n) && !onlyIn(d, from, to) && d.Excepted(from, to) < 0:
		return "the passage does not say that it is the only one"
	case anyOf(s.doc, 0, n, totals) && !anyOf(s.doc, 0, n, ifs) && (anyOf(d, from, to, ifs) || d.Excepted(from, to) >= 0):
		return "the passage names a condition or an exception"
	}
	if _, unsure := c.misplaced(s, top.window, d); unsure {
		return "a value of it may belong to something else"
	}
	return ""
}

// verbatim reports whether the window says the claim nearly word for word, with
// all its values.
func (w scored) verbatim(s *statement) bool {
	return w.cover >= verbatimWords && w.missing == 0 && w.away == 0 && w.conflict == nil &&
		float64(bits.OnesCount64(w.pairs)) >= verbatimPairs*float64(len(s.pairs))
}

// maxWindows is the number of windows that are looked at closely.
const maxWindows = 4

// windows returns the best windows of one to three sentences, at most one per
// starting sentence, best first. A longer window must hold more than a shorter
// one to be preferred.
func (c *Context) windows(s *statement) []window {
	var best []window
	for _, at := range c.hit {
		i := int(at)
		if c.masks[i].terms == 0 {
			continue
		}
		var top window
		w := window{first: i, last: i}
		for n := range 3 {
			j := i + n
			if j >= len(c.sents) || c.sents[j].doc != c.sents[i].doc {
				break
			}
			if n > 0 && c.masks[j].terms&^w.terms == 0 {
				w.pairs |= c.masks[j].pairs
				w.like |= c.masks[j].like
				continue
			}
			w.last = j
			w.terms |= c.masks[j].terms
			w.like |= c.masks[j].like
			w.pairs |= c.masks[j].pairs
			w.cover = s.coverage(w.terms)
			if w.cover > top.cover+.02*float64(n) {
				top = w
			}
		}
		best = insert(best, top)
	}
	return best
}

// insert keeps best sorted and short; of equal windows the earlier one stays
// in front.
func insert(best []window, w window) []window {
	i := len(best)
	for i > 0 && w.cover > best[i-1].cover {
		i--
	}
	if i >= maxWindows {
		return best
	}
	if len(best) < maxWindows {
		best = append(best, window{})
	}
	copy(best[i+1:], best[i:])
	best[i] = w
	return best
}

// scored is a window with its score.
type scored struct {
	window
	score    float64
	missing  int // values of the claim that are nowhere in the allowed passages
	nameless int // of these, names
	away     int // numbers and dates that are in them, but not in the window
	computed int // values of the claim that can be worked out from others of the passage
	miss     []fact
	conflict *trace.Conflict // nil unless settled
	settled  bool            // the conflict was looked for, and lowers the score
}

// score is the equal-weight mean of what the claim has: words in the window,
// words anywhere, word pairs in the window, values. A value counts whole in
// the window, half elsewhere in the passages, and lowers the score where it is
// nowhere. See settle for what lowers it besides.
func (c *Context) score(s *statement, w window, whole masks, allowed []int) scored {
	out := scored{window: w}
	sum, n := w.cover+s.coverage(whole.terms), 2.
	if len(s.pairs) > 0 {
		sum += float64(bits.OnesCount64(w.pairs)) / float64(len(s.pairs))
		n++
	}
	d := c.docs[c.sents[w.first].doc]
	span := c.span(w)
	if numbers := s.doc.Numbers(); len(numbers)+len(s.doc.Dates()) > 0 {
		held, all := 0., 0.
		var from *operands
		for i, f := range s.facts {
			all++
			switch {
			case f.in(d, span):
				held++
			case c.standsAnywhere(i, f, allowed):
				held += .5
				out.away++
			default:
				if from == nil {
					o := c.operandsOf(s, w)
					from = &o
				}
				out.missing++
				if from.give(f, s.doc) {
					out.computed++
				} else {
					out.miss = append(out.miss, f)
				}
			}
		}
		sum += held / all
		n++
	}
	for k, t := range s.terms { // codes such as mpeg-4: no number, but as telling
		if bit := uint64(1) << k; s.codes&^s.values&^whole.terms&bit != 0 {
			out.missing++
			out.miss = append(out.miss, fact{kind: "entity", text: t.Stem})
		}
	}
	if names := s.doc.Entities(); len(names) > 0 {
		held := 0.
		for _, e := range names {
			set := s.termsIn(text.Span{Start: e.Start, End: e.End})
			switch {
			case set == 0 || w.terms&set == set:
				held++
			case w.terms&set != 0:
				held += .75
			case whole.terms&set != 0:
				held += .5
			default:
				out.missing++
				out.nameless++
				out.miss = append(out.miss, fact{kind: "entity", text: e.Text, span: e.Span})
			}
		}
		sum += held / float64(len(names))
		n++
	}
	out.score = sum/n - missingPenalty*float64(out.missing)
	return out
}

// termsIn returns the set of the claim's terms that are in span.
func (s *statement) termsIn(sp text.Span) uint64 {
	var set uint64
	for k, t := range s.terms {
		tok := s.doc.Tokens[t.Token]
		if tok.Start >= sp.Start && tok.End <= sp.End {
			set |= 1 << k
		}
	}
	return set
}

// span returns the bytes of a window in its passage.
func (c *Context) span(w window) text.Span {
	d := c.docs[c.sents[w.first].doc]
	return text.Span{Start: d.Sentences[c.sents[w.first].index].Start, End: d.Sentences[c.sents[w.last].index].End}
}

// support returns the spans that hold the claim: the deciding window and, of
// other passages, windows that hold about as much.
func (c *Context) support(s *statement, top scored, best []window) []trace.Span {
	var out []trace.Span
	add := func(w window) {
		doc := c.sents[w.first].doc
		for _, sp := range out {
			if sp.Passage == doc {
				return
			}
		}
		sp := c.span(w)
		out = append(out, trace.Span{Passage: doc, Start: sp.Start, End: sp.End})
	}
	add(top.window)
	for _, w := range best {
		if w.cover >= top.cover-.1 && w.terms&s.values == top.terms&s.values {
			add(w)
		}
	}
	return out
}

// foreignValues is the number of values that decide about a claim in another
// language if they all agree.
const foreignValues = 3

// foreign judges a claim in another language than the passages: words cannot
// match, so only numbers, dates and names speak, and never with a verdict. P
// stays within [.3, .7] unless several of them all say the same.
func (c *Context) foreign(s *statement, v Verdict, whole masks, allowed []int) Verdict {
	v.Untested = true
	held, all := 0, 0
	for _, e := range s.doc.Entities() { // one that is missing may be translated
		if set := s.termsIn(e.Span); set != 0 && whole.terms&set == set {
			all++
			held++
		}
	}
	for _, f := range s.facts {
		all++
		if c.anywhere(f, allowed) {
			held++
		}
	}
	v.Why = fmt.Sprintf("claim (%s) and passages (%s) are in different languages; %d of %d values found", s.doc.Lang, c.lang, held, all)
	if all > 0 {
		v.P = .3 + .4*float64(held)/float64(all)
	}
	if all >= foreignValues && (held == 0 || held == all) {
		v.P = .15 + .7*float64(held)/float64(all)
	}
	return v
}
