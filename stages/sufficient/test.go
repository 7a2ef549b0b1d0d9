package sufficient

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/fit"
	"github.com/ragdiag/ragdiag/internal/match"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// Passage is one text that may hold what a right answer needs.
type Passage struct {
	Title, Date, Text string
	Truncated         bool      // it is known to have been cut
	Prepared          *text.Doc // of Text, if the caller has it already
}

// Passages converts the context of a record; docs are its prepared texts or nil.
func Passages(in []trace.Passage, docs []*text.Doc) []Passage {
	out := make([]Passage, len(in))
	for i, p := range in {
		out[i] = Passage{Title: p.Title, Date: p.Date, Text: p.Text, Truncated: p.Truncated}
		if i < len(docs) {
			out[i].Prepared = docs[i]
		}
	}
	return out
}

// Hits converts the candidates of a record.
func Hits(in []trace.Hit) []Passage {
	out := make([]Passage, len(in))
	for i, h := range in {
		out[i] = Passage{Title: h.Title, Date: h.Date, Text: h.Text}
	}
	return out
}

// Test is a question with what is known of its right answer, to be asked of
// several lists of passages. It is not safe for concurrent use.
type Test struct {
	texts      *claim.Context // of the record: what others have analysed
	question   string
	answers    []string
	claims     []string
	answerable trace.Truth
	cue        string // by which the question asks for something to be worked out
	byLang     map[string]*prepared
}

// New prepares a test; gold may be nil. What the texts of the record have been
// analysed for already is taken from texts.
func New(texts *claim.Context, question string, gold *trace.Gold) *Test {
	t := &Test{texts: texts, question: text.Clip(question, maxReference), byLang: map[string]*prepared{}, cue: computes(question)}
	if gold != nil {
		t.answers, t.claims, t.answerable = accepted(gold), gold.Claims, gold.Answerable
	}
	return t
}

// Features are what was measured, for the model and for those who fit it. All
// lie in [0,1].
type Features struct {
	Mean   float64 // share of what the reference says beyond the question that is together somewhere, mean over its parts
	Least  float64 // the same for the part that is held least
	Place  float64 // how far what is held is where the question's words stand, mean over the parts
	Values float64 // share of the reference's numbers and dates that are in place; Mean where it has none
	Asked  float64 // share of the question's words in the best passage
	Whole  float64 // share of what the reference says beyond the question that is anywhere

	Short    float64 // 1 where a value or a name is all that is asked for and is there, 0 where it is not, .5 for all else
	Stated   float64 // share of the question's words in the best passage, without sentences that only ask
	Operands float64 // share of the question's words in sentences with numbers, over all passages, where the answer may have to be worked out
	Foreign  bool    // question or reference is in another language than the passages
	Cut      bool    // a passage was cut
}

// Part is one thing that the reference says, and where the passages hold it.
type Part struct {
	Text    string
	Held    float64 // share of it that is together in the best place
	Place   float64 // share of the question's words in that place
	P       float64 // probability that the passages say it
	Passage int     // index of the best passage; -1: none
	Span    text.Span
}

// Result says whether passages hold what a right answer needs.
type Result struct {
	Predicate  trace.Predicate // where it is unknown, P still is the probability
	P          float64         // probability that they suffice, decided or not
	Parts      []Part          // of the accepted answer that they hold best
	textless   bool            // there are passages, and none has a text
	settled    string          // "yes" or "no": what a passage answers to a question of yes or no, as the reference does
	byOperands bool            // P rests on values that the answer is worked out from
	Computed   trace.Predicate // the answer has to be worked out from values that are in the passages
	Best       int             // index of the passage that holds most of it; -1: none
	Features   Features

	Kind Kind
}

// Kind says what the result rests on.
type Kind uint8

// The kinds.
const (
	ByNothing  Kind = iota // no reference that says anything
	ByContent              // what the reference says was looked for
	ByQuestion             // only the question's words could be looked for
	ByDecline              // the reference says that the question cannot be answered
)

// list is a list of passages, read once.
type list struct {
	in    []Passage
	docs  []*text.Doc
	head  []*text.Doc // title and date
	lang  string
	cut   bool // the passage that holds most of the question may go on behind its end
	texts bool // some passage has a text
}

// littleText is the length of passages in bytes below which their language is
// easily mistaken.
const littleText = 200

func read(in []Passage, question string) *list {
	l := &list{in: in, docs: make([]*text.Doc, len(in)), head: make([]*text.Doc, len(in))}
	for _, p := range in {
		if p.Prepared != nil {
			l.lang = cmp.Or(l.lang, p.Prepared.Lang)
		}
	}
	if l.lang == "" {
		l.lang = text.LanguageOf(func(yield func(string) bool) {
			for _, p := range in[:min(3, len(in))] {
				if !yield(p.Text) {
					return
				}
			}
		})
	}
	size := 0
	for _, p := range in {
		size += len(p.Text)
	}
	if size < littleText {
		all := ""
		for _, p := range in {
			all += p.Text + "\n"
		}
		l.lang = languageIn(all, cmp.Or(text.Language(question), l.lang))
	}
	for i, p := range in {
		if l.docs[i] = p.Prepared; l.docs[i] == nil || l.docs[i].Lang != l.lang && size < littleText {
			l.docs[i] = text.Analyze(p.Text, l.lang)
		}
		l.head[i] = text.Analyze(strings.TrimSpace(p.Title+" "+p.Date), l.lang)
		l.cut = l.cut || p.Truncated || isCut(p.Text)
		l.texts = l.texts || len(l.docs[i].Tokens) > 0
	}
	return l
}

// isCut reports whether a text stops with an ellipsis, or is as long as running
// text and stops within a sentence.
func isCut(s string) bool {
	s = strings.TrimRightFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("\"'”»)]", r) })
	if strings.HasSuffix(s, "…") || strings.HasSuffix(s, "...") {
		return true
	}
	last, _ := utf8.DecodeLastRuneInString(s)
	return len(s) > 200 && (unicode.IsLetter(last) || last == ',' || last == '-')
}

// In says whether passages hold what a right answer needs.
func (t *Test) In(passages []Passage) Result {
	l := read(passages, t.question)
	p := t.prepare(l.lang)
	r := Result{Best: -1, Computed: trace.NotKnown("no reference")}
	r.Features.Cut = l.cut
	best := -1.
	declines := 0
	said := max(0, slices.IndexFunc(p.alts, func(a alternative) bool { return !a.declines && !a.polar }))
	for i := range p.alts {
		a := &p.alts[i]
		if a.declines {
			declines++
			continue
		}
		if a.polar && !p.alts[said].polar {
			continue // what else is accepted says more
		}
		got := t.one(l, p, a)
		if got.P > best {
			best, r = got.P, got
		}
	}
	switch {
	case t.answerable == trace.No || declines > 0 && declines == len(p.alts):
		r = t.one(l, p, nil)
		r.Kind = ByDecline
	case len(p.alts) == 0:
		r = t.one(l, p, nil)
		r.Kind = ByNothing
	}
	if r.Kind == ByQuestion && said < len(p.alts) && p.alts[said].polar && !r.Features.Foreign {
		t.settle(l, &r, p.alts[said].yes)
	}
	r.Features.Cut = l.cut
	r.textless = len(l.in) > 0 && !l.texts
	t.conclude(l, &r)
	return r
}

// settled is the probability that passages suffice of which one answers a question
// of yes or no as the reference does.
const settled = .8

// settle looks for a passage that answers a question of yes or no as the reference
// does.
func (t *Test) settle(l *list, r *Result, yes bool) {
	q := t.texts.Analyze(t.question, l.lang)
	want := match.No
	if yes {
		want = match.Yes
	}
	if i := match.Settles(q, want, l.docs); i >= 0 {
		r.P, r.Best, r.settled = max(r.P, settled), i, want.String()
	}
}

// one holds the passages against one accepted answer; nil: the question alone.
func (t *Test) one(l *list, p *prepared, a *alternative) Result {
	s := newScan(l, p, a)
	s.reckoned = a != nil && (a.arithmetic || len(s.wanted) > 0 || t.cueFor(a) != "")
	for i := range l.docs {
		s.passage(i)
	}
	r := Result{Best: s.bestPassage, Kind: ByQuestion}
	f := &r.Features
	f.Asked, f.Stated, f.Foreign = s.asked, s.stated, p.foreign || a != nil && a.foreign
	f.Operands = share(p.asks, p.mass, s.operands)
	r.Computed = t.computed(s, a)
	if a != nil && len(a.parts) > 0 {
		r.Kind = ByContent
		f.Least = 1
		var mass, values, held, shorts float64
		short := 1.
		for k := range a.parts {
			x, got := &a.parts[k], &s.parts[k]
			h := got.held
			least := h
			f.Mean += x.weight * h
			f.Place += x.weight * got.place
			f.Whole += x.weight * got.whole(x)
			mass += x.weight
			f.Least = min(f.Least, least)
			for j := range x.values {
				values++
				held += got.values[j]
				if len(x.values) <= fewValues {
					least = min(least, inPlaceShare(got.values[j]))
				}
			}
			if x.short() {
				shorts++
				short = min(short, least)
			}
			r.Parts = append(r.Parts, Part{Text: x.text, Held: h, Place: got.place, P: fit.Sigmoid(partBias + partSlope*h), Passage: got.passage, Span: got.span})
		}
		f.Mean /= mass
		f.Place /= mass
		f.Whole /= mass
		f.Values = f.Mean
		if values > 0 {
			f.Values = held / values
		}
		f.Short = .5
		if int(shorts) == len(a.parts) {
			f.Short = short
		}
	}
	r.P, r.byOperands = probability(&r)
	return r
}

// cueFor returns the words of the question that ask for something to be worked
// out, or, where a yes or no is accepted, to be compared; "" without any.
func (t *Test) cueFor(a *alternative) string {
	if a != nil && (a.polar || a.headed) {
		return cmp.Or(t.cue, compares(t.question))
	}
	return t.cue
}

// computed says whether a right answer has to be worked out from values that
// are in the passages, so that it is nowhere itself.
func (t *Test) computed(s *scan, a *alternative) trace.Predicate {
	cue := t.cueFor(a)
	switch {
	case a != nil && a.arithmetic:
		return trace.Holds(true, .9, trace.GradeC, "the reference shows how it is worked out")
	case a != nil && s.result(cue != "") != "":
		return trace.Holds(true, .85, trace.GradeC, s.result(cue != ""))
	case cue == "" || a == nil:
		return trace.Holds(false, .8, trace.GradeD, "the question does not ask for something to be worked out")
	case !a.polar && !a.headed && !slices.ContainsFunc(a.parts, func(x part) bool { return len(x.values) > 0 }):
		return trace.Holds(false, .8, trace.GradeD, "the reference gives no value that could have been worked out")
	}
	for k, got := range s.parts {
		for j := range a.parts[k].values {
			if got.values[j] <= coincidence {
				return trace.Holds(true, .8, trace.GradeD, fmt.Sprintf("the question asks for something to be worked out (%q), and %q stands in no passage", cue, a.parts[k].values[j].text))
			}
		}
	}
	if a.polar || a.headed {
		return trace.Holds(true, .65, trace.GradeD, fmt.Sprintf("the question asks for something to be worked out (%q)", cue))
	}
	return trace.Holds(false, .7, trace.GradeD, "every value of the reference stands in the passages")
}

// result says from which numbers a value of the reference that is nowhere in
// place can be worked out; "" if from none.
func (s *scan) result(asked bool) string {
	if len(s.parts) != 1 || len(s.a.parts[0].terms) > shortPart+1 {
		return "" // among statements a number that two others give is chance too often
	}
	for k := range s.parts {
		for j, v := range s.a.parts[k].values {
			if s.parts[k].values[j] > coincidence+inPlaceFully/2 {
				continue
			}
			if a, b, ok := s.worked(v, asked); ok {
				return fmt.Sprintf("%q can be worked out from %g and %g, which stand in the passages", v.text, a, b)
			}
		}
	}
	return ""
}

// fewValues is the number of values of one part up to which each counts.
const fewValues = 4

// conclude turns the probability into a verdict with its reason.
func (t *Test) conclude(l *list, r *Result) {
	f := r.Features
	grade, why := trace.GradeD, ""
	switch {
	case r.Kind == ByDecline:
		r.P = 1 - unanswerable
		r.Predicate = trace.Holds(false, unanswerable, trace.GradeB, "the question cannot be answered, as the reference says")
		return
	case len(l.in) == 0 || !l.texts:
		r.P = .01
		r.Predicate = trace.Holds(false, .99, trace.GradeB, "there is no text in the passages")
		return
	case r.Kind == ByNothing:
		r.Predicate = trace.NotKnown("no reference answer")
		return
	case r.Kind == ByQuestion && f.Foreign:
		why = "the question is in another language than the passages, and the reference has no values or names"
	case r.settled != "":
		grade = trace.GradeC
		why = fmt.Sprintf("a passage answers %s, as the reference does", r.settled)
	case r.Kind == ByQuestion:
		why = fmt.Sprintf("the reference says nothing that could be looked for; the passages hold %.0f %% of the question", 100*f.Stated)
	case f.Foreign:
		why = fmt.Sprintf("question, reference and passages are in different languages: of values and names alone, %.0f %% stand there", 100*f.Whole)
	default:
		grade = trace.GradeC
		why = fmt.Sprintf("%.0f %% of what the reference says stands in the passages", 100*f.Whole)
		if weakest := r.weakest(); weakest != nil && f.Whole > .3 {
			why += fmt.Sprintf(", least of %q", text.Clip(weakest.Text, 60))
		}
	}
	if r.byOperands {
		grade = trace.GradeD
		why = fmt.Sprintf("%s; sentences with numbers hold %.0f %% of the question", r.Computed.Why, 100*f.Operands)
	} else if r.Kind == ByContent && !f.Foreign && r.P < unsureNo {
		// That something is nowhere is sure only where it would be there as
		// it is, the question's words are absent too, and nothing was cut off.
		if sure := f.Short < .5 && f.Asked < littleAsked && !f.Cut; !sure {
			r.P = max(r.P, surestDoubt)
			grade = trace.GradeD
		}
	}
	r.Predicate = trace.Likely(r.P, No, Yes, grade, why)
}

// Lies says whether what a right answer needs is among the passages, for those
// who look for where it was lost: of a question that cannot be answered, and of
// passages without text, nothing is known.
func (r *Result) Lies() trace.Predicate {
	switch {
	case r.Kind == ByDecline:
		return trace.NotKnown("the question cannot be answered, so there is nothing to find")
	case r.Kind == ByNothing:
		return trace.NotKnown("neither gold evidence nor a reference answer is recorded")
	case r.textless:
		return trace.NotKnown("a reference answer cannot be looked for in passages without text")
	}
	return r.Predicate
}

// weakest returns the part that is held least.
func (r *Result) weakest() *Part {
	var out *Part
	for i := range r.Parts {
		if p := &r.Parts[i]; p.Held < .5 && (out == nil || p.Held < out.Held) {
			out = p
		}
	}
	return out
}

// Rank is the place in the list from which on the best place of each part has
// been seen, counted from 1; 0 if nothing of the reference is there.
func (r *Result) Rank() int {
	last := -1
	for _, p := range r.Parts {
		last = max(last, p.Passage)
	}
	if last < 0 {
		last = r.Best
	}
	return last + 1
}

// Beside corrects the result for a prompt by that for the candidates it was
// chosen from. A candidate that holds more shows that the reference is worded
// as its source is, so that what the prompt holds less is no paraphrase.
func (r Result) Beside(candidates Result) Result {
	if r.Kind != ByContent || candidates.Kind != ByContent || r.byOperands || candidates.P <= r.P {
		return r
	}
	gap := logit(candidates.P) - logit(r.P)
	r.P = fit.Sigmoid(logit(r.P) - beside*gap)
	p := r.Predicate
	r.Predicate = trace.Likely(r.P, No, Yes, p.Grade, p.Why)
	if gap > 1 {
		r.Predicate.Why += fmt.Sprintf("; of what the candidates hold, %.0f %%", 100*candidates.Features.Whole)
	}
	return r
}

// beside is how much of the difference in log odds is taken for a lack of the
// prompt.
const beside = .5

func logit(p float64) float64 { return math.Log(p / (1 - p)) }
