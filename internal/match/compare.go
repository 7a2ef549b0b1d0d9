package match

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

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

// comparison is one text held against references.
type comparison struct {
	v       *view
	s       Setting
	defined map[string]string // abbreviations that the passages define
	tri     trigramSet        // of the text; nil: not worked out
}

func newComparison(d *text.Doc, s Setting) *comparison {
	return &comparison{v: newView(d), s: s, defined: definitions(append(slices.Clone(s.Passages), d))}
}

func (c *comparison) trigrams() trigramSet {
	if c.tri == nil {
		c.tri = trigramsOf(c.v.compactText())
	}
	return c.tri
}

// CompareEach holds the items of each of several reference answers against a text.
// The verdict on one counts the items that the question asks for: all of them must
// be there. References that decline are left out.
func CompareEach(refs []*Reference, d *text.Doc, s Setting) []Result {
	out := make([]Result, len(refs))
	var c *comparison
	for i, r := range refs {
		if r.Kind == trace.ReferenceDeclines {
			continue
		}
		if c == nil {
			c = newComparison(d, s)
		}
		out[i] = r.compare(c)
	}
	return out
}

// better prefers the reference that agrees more; one that differs by a hard sign
// gives way to one that merely is not found.
func (a Result) better(b Result) bool { return a.P > b.P }

// The bands of a probability: from sure on the texts agree, up to unsure they
// do not, between them it cannot be told.
const (
	sure   = .75
	unsure = .2
)

func (r *Reference) compare(c *comparison) Result {
	switch {
	case r.Kind == trace.ReferenceDeclines:
		return Result{P: .5, Why: "the reference declines to answer"}
	case len(r.Items) == 0:
		return r.compareBare(c)
	}
	res := Result{Items: make([]trace.Comparison, len(r.Items))}
	for i := range r.Items {
		res.Items[i] = r.compareItem(&r.Items[i], c)
	}
	r.easeReason(&res, c)
	res.sum(r)
	if res.Agreement == trace.Equal {
		r.doubt(&res, c)
	}
	if res.Agreement == trace.Equal && r.Kind == trace.ReferenceProse {
		for _, it := range res.Items {
			if it.Agreement != trace.Equal { // said beyond what was asked, as far as can be told
				res.P = min(res.P, .8)
			}
		}
	}
	for _, o := range r.alternatives() {
		if other := o.compare(c); other.better(res) {
			other.Items = append(other.Items, res.Items...)
			res = other
		}
	}
	return res
}

// shortReason is the number of tokens up to which a yes or no and its reason name
// one value: "Yes, the fee is 30 euros".
const shortReason = 24

// easeReason leaves open the values in the reason of a yes or no that agrees where
// a text that reasons at some length has others: they may be of something else. One
// of the same thing stays different.
func (r *Reference) easeReason(res *Result, c *comparison) {
	if r.polar == NotPolar || res.Items[0].Agreement != trace.Equal || len(c.v.d.Tokens) <= shortReason {
		return
	}
	for i := range res.Items[1:] {
		it, item := &res.Items[1+i], &r.Items[1+i]
		if it.Agreement != trace.Different || item.value == nil {
			continue
		}
		if _, same := r.valueOfSame(item, c); !same {
			it.Agreement, it.P = trace.CannotTell, .5
			it.Why = fmt.Sprintf("whether %q stands for %q cannot be told", it.Got, it.Want)
		}
	}
}

// compareBare compares a reference without words: marks, pictograms.
func (r *Reference) compareBare(c *comparison) Result {
	want, got := strings.TrimSpace(r.Text), strings.TrimSpace(c.v.d.Text)
	item := trace.Comparison{Kind: itemWords, Want: want, Asked: true, P: .5}
	if want == "" {
		return Result{P: .5, Why: "the reference is empty"}
	}
	switch at := strings.Index(c.v.d.Text, want); {
	case at >= 0:
		item.Agreement, item.P, item.Got, item.GotStart, item.GotEnd = trace.Equal, .95, want, at, at+len(want)
	case len(c.v.d.Tokens) == 0:
		item.Agreement, item.P, item.Got, item.GotEnd = trace.Different, .05, got, len(c.v.d.Text)
	default:
		item.P = .4
	}
	return Result{Agreement: item.Agreement, P: item.P, Items: []trace.Comparison{item}, Why: item.Why}
}

// sum draws the verdict from the items that are asked for.
func (res *Result) sum(r *Reference) {
	p, asked := 1., 0
	worst := trace.Equal
	rank := map[trace.Agreement]int{trace.Equal: 0, trace.CannotTell: 1, trace.Missing: 2, trace.Different: 3}
	open := 1.
	agrees := r.polar != NotPolar && len(res.Items) > 1 && res.Items[0].Agreement == trace.Equal
	for i, it := range res.Items {
		if !it.Asked || agrees && i > 0 && it.Agreement != trace.Different && it.Agreement != trace.Equal {
			continue // what follows a yes or no that agrees gives its reason, if in other words
		}
		asked++
		if it.Agreement == trace.Equal {
			p = min(p, it.P)
		} else {
			open = min(open, it.P)
		}
		if rank[it.Agreement] > rank[worst] {
			worst = it.Agreement
			res.Why = it.Why
		}
	}
	if asked == 0 {
		res.P, res.Why = .5, "the reference says nothing that could be compared"
		return
	}
	res.Agreement, res.P = worst, min(p, open)
	switch worst {
	case trace.CannotTell:
		res.P = max(res.P, unsure+.01)
	case trace.Equal:
		res.Why = cmp.Or(res.Why, "it says all that the reference says and the question asks for")
	}
}

func (r *Reference) compareItem(it *Item, c *comparison) trace.Comparison {
	out := trace.Comparison{Kind: it.Kind, Want: it.Text, WantStart: it.Span.Start, WantEnd: it.Span.End, Asked: it.Asked, P: .5}
	var got text.Span
	switch {
	case it.value != nil:
		out.Agreement, got, out.P, out.Why = r.compareValue(it, c)
	case it.choice != nil:
		out.Agreement, got, out.P, out.Why = compareChoice(it, c.v)
	case it.Kind == itemPolar:
		out.Agreement, got, out.P, out.Why = comparePolar(it, c.v, r.q)
	case it.Kind == itemCode:
		out.Agreement, got, out.P, out.Why = compareCode(it.Text, c.v.d.Text)
	case it.Kind == itemClaim:
		out.Agreement, got, out.P, out.Why = r.compareClaim(it, c)
	default:
		out.Agreement, got, out.P, out.Why = r.compareWords(it, c)
	}
	if got.End > got.Start {
		out.Got, out.GotStart, out.GotEnd = got.Of(c.v.d.Text), got.Start, got.End
	}
	return out
}

// compareValue looks for a typed value.
func (r *Reference) compareValue(it *Item, c *comparison) (trace.Agreement, text.Span, float64, string) {
	v, want := c.v, *it.value
	var other, open, near *text.Quantity
	denied := false
	values := v.quantities()
	for i := range values {
		got := &values[i]
		agreement := want.Compare(*got, r.setting)
		if want.Kind == text.Identifier && got.Kind == want.Kind && simplify(want.Text) == simplify(got.Text) {
			agreement = text.Equal // invisible marks aside
		}
		switch agreement {
		case text.Equal:
			if at, _ := v.tokensOf(got.Span); !v.denies(at) || r.v.denies(it.from) {
				return r.compareAround(it, got, at, c)
			}
			denied, other = true, got
		case text.Different:
			if (other == nil || other.Unit != want.Unit && got.Unit == want.Unit) && !denied && !r.inQuestion(*got) {
				other = got
			}
		default:
			if want.Near(*got) {
				near = got
			}
			if open == nil && got.Kind == want.Kind && !r.inQuestion(*got) && !r.otherMeasure(want, values[i:i+1]) {
				open = got
			}
		}
	}
	switch {
	case denied:
		return trace.Different, other.Span, .1, "it denies the value"
	case near != nil:
		return trace.CannotTell, near.Span, .5, fmt.Sprintf("%q and %q are nearly the same", want.Text, near.Text)
	case open != nil && (other == nil || ratherOpen(want, open, other)):
		p := .4
		if open.Low == want.Low && open.High == want.High { // the number is the same, what stands beside it is not
			p = .5
		}
		return trace.CannotTell, open.Span, p, fmt.Sprintf("%q and %q cannot be compared", want.Text, open.Text)
	case r.endsStated(want, values):
		return trace.Equal, text.Span{}, .88, "both ends of the range"
	case other != nil:
		return trace.Different, other.Span, .06, fmt.Sprintf("it says %q for %q", other.Text, want.Text)
	}
	if sp, ok := c.written(want.Text); ok {
		return trace.Equal, sp, .9, "as written"
	}
	return trace.Missing, text.Span{}, .08, fmt.Sprintf("%q is not in it", want.Text)
}

// compareAround compares what stands around a value that is the same, at token at
// of the text: an alternative, a bound, an operator.
func (r *Reference) compareAround(it *Item, got *text.Quantity, at int, c *comparison) (trace.Agreement, text.Span, float64, string) {
	v := c.v
	if c.leftOpen(at, r) || c.eitherValue(got, r) {
		return trace.Different, got.Span, .15, fmt.Sprintf("it leaves open whether it is %q", got.Text)
	}
	if sp, bounded := v.bounded(at, got.TimeSpan(), r.q, v.d.Lang); bounded && !r.setting.Limit && !r.boundedToo(it) {
		return trace.CannotTell, got.Span, .5, fmt.Sprintf("it says %q before the value", sp.Of(v.d.Text))
	}
	if w, g, differs := opposed(r.v, 0, len(r.Doc.Tokens), v, map[int]int{it.from: at}, r.operatorLang(v), false); differs && w.Start <= it.Span.Start && w.End > it.Span.Start-40 {
		return trace.Different, g, .08, fmt.Sprintf("it says %q for %q", g.Of(v.d.Text), w.Of(r.Text))
	}
	return trace.Equal, got.Span, .96, "the same value"
}

// ratherOpen reports whether a value that cannot be compared stands for what is
// wanted rather than one that differs: by its unit. A bare number counts something
// else.
func ratherOpen(want text.Quantity, open, other *text.Quantity) bool {
	return open.Unit == want.Unit && other.Unit != want.Unit || want.Unit != "" && open.Unit != "" && other.Unit == ""
}

// otherMeasure reports whether a value measures something else than what is
// wanted, days for money, so that it says nothing about it.
func (r *Reference) otherMeasure(want text.Quantity, got []text.Quantity) bool {
	if want.Unit == "" || got[0].Unit == "" {
		return false
	}
	_, at := want.Find(got, r.setting)
	return at < 0
}

// endsStated reports whether the two ends of a range stand among the values of a
// text as values of their own.
func (r *Reference) endsStated(want text.Quantity, values []text.Quantity) bool {
	if want.Low == want.High || want.Kind != text.Measure {
		return false
	}
	low, high := false, false
	for _, got := range values {
		if got.Kind == want.Kind && got.Low == got.High && (got.Unit == want.Unit || got.Unit == "") {
			low = low || got.Low == want.Low
			high = high || got.Low == want.High
		}
	}
	return low && high
}

// written finds a text word for word.
func (c *comparison) written(s string) (text.Span, bool) {
	a := text.Analyze(s, c.v.d.Lang)
	return sequence(a, c.v.d)
}

// boundedToo reports whether the value of the reference is bounded as well.
func (r *Reference) boundedToo(it *Item) bool {
	_, ok := r.v.bounded(it.from, it.value.TimeSpan(), r.q, r.Doc.Lang)
	return ok
}

// operatorLang is the language whose opposites two texts share. That of a short
// text is easily mistaken, so the question's goes before it.
func (r *Reference) operatorLang(v *view) string {
	if len(v.d.Tokens) >= 8 && v.d.Lang != "" {
		return v.d.Lang
	}
	return cmp.Or(r.Question.Lang, r.Doc.Lang, v.d.Lang)
}

// denies reports whether token i is negated: in the reach of a negation, or
// anywhere behind one in its clause.
func (v *view) denies(i int) bool {
	if i >= len(v.d.Tokens) {
		return false
	}
	if v.d.Negated(i) {
		return true
	}
	cl := v.clauseOf(i)
	n := 0
	for t := max(cl.from, i-mostTokens); t < i; t++ {
		if t+1 < len(v.d.Tokens) && v.d.Negated(t+1) && !v.d.Negated(t) && (t == 0 || !v.d.Negated(t-1)) {
			n++
			for u := t + 1; u < i; u++ { // "not … but", "not until"
				if strings.Contains(" but until before till sondern sino mais ma mas bis hasta jusqu ", " "+v.d.Tokens[u].Text+" ") {
					n--
					break
				}
			}
		}
	}
	return n%2 == 1
}

// compareWords looks for a name or a phrase.
func (r *Reference) compareWords(it *Item, c *comparison) (trace.Agreement, text.Span, float64, string) {
	v := c.v
	if len(v.d.Tokens) == 0 {
		return trace.Missing, text.Span{}, .05, "it says nothing"
	}
	if a, sp, p, why, ok := r.compareSpecial(it, c); ok {
		return a, sp, p, why
	}
	name := it.Kind == itemName
	where := r.find(it.tokens, c, name)
	if where.share < .99 && len(it.tokens) > 1 {
		if sp, ok := r.abbreviated(it, c); ok {
			return trace.Equal, sp, .88, "its abbreviation"
		}
	}
	var got text.Span
	if len(where.at) > 0 {
		got = where.span(v)
	}
	if sp, p, why := r.contradicted(it, where, got, c); why != "" {
		return trace.Different, sp, p, why
	}
	p := r.wordP(it, where, c, name)
	if p >= sure && !name && where.share < .99 && len(where.at) < len(it.tokens) && len(v.d.Tokens) <= 12 && where.sentence >= 0 && r.addedBeyond(where, v) > 0 {
		p = sure - .05 // another word in place of one
	}
	switch {
	case p >= sure:
		return trace.Equal, got, p, "it says so in the same words"
	case !r.comparable(it, c):
		return trace.CannotTell, got, max(unsure+.05, min(p, .45)), "words of another language cannot be compared"
	case it.beside, r.ask.reason && !name:
		return trace.CannotTell, got, max(p, .3), fmt.Sprintf("%q may be said in other words", it.Text)
	case p > unsure:
		return trace.CannotTell, got, p, fmt.Sprintf("%.0f %% of %q is in it", 100*where.share, it.Text)
	}
	if sp, ok := rivalName(v, r.v, r.q, r.ask.person); ok {
		return trace.Different, sp, p, fmt.Sprintf("it says %q for %q", sp.Of(v.d.Text), it.Text)
	}
	if len(v.d.Tokens) <= 4 {
		return trace.Different, v.d.TokenSpan(0, len(v.d.Tokens)), p, fmt.Sprintf("it says something else than %q", it.Text)
	}
	return trace.Missing, text.Span{}, p, fmt.Sprintf("%q is not in it", it.Text)
}

// compareSpecial compares where another rule than that of words holds: an option
// or its letter, "none", a formula, a name that is known by another.
func (r *Reference) compareSpecial(it *Item, c *comparison) (a trace.Agreement, sp text.Span, p float64, why string, ok bool) {
	if a, sp, p, why, ok = r.compareOption(it, c); ok {
		return
	}
	if a, sp, p, why, ok = r.compareLetter(it, c); ok {
		return
	}
	if a, sp, p, why, ok = r.compareNone(it, c); ok {
		return
	}
	if sp, ok = sameFormula(it.Text, c.v.d.Text); ok {
		return trace.Equal, sp, .92, "the same formula", true
	}
	return r.compareKnown(it, c)
}

// contradicted says how a text that may hold the words at got makes something else
// of them; "": it does not.
func (r *Reference) contradicted(it *Item, where placed, got text.Span, c *comparison) (text.Span, float64, string) {
	v := c.v
	if w, g, differs := opposed(r.v, it.from, it.to, v, r.anchors(it, where, v), r.operatorLang(v), true); differs && (where.share >= .3 || onlyOperators(r, it)) {
		return g, .08, fmt.Sprintf("it says %q for %q", g.Of(v.d.Text), w.Of(r.Text))
	}
	if len(where.at) > 0 && where.share >= .5 {
		switch {
		case r.negates(it) != v.negates(where) && where.share >= .6 && !r.deniesAlike(it, where, v):
			return got, .08, "one of them denies it"
		case c.leftOpen(where.first(), r):
			return got, .12, "it leaves open which"
		}
	}
	if where.share >= .7 && r.swapped(it, where, c) {
		return got, .1, "it says it the other way round"
	}
	if sp, ok := r.otherMark(it, c); ok {
		return sp, .06, fmt.Sprintf("it says %q", sp.Of(v.d.Text))
	}
	if sp, ok := r.otherBearer(it, where, c); ok {
		return sp, .1, fmt.Sprintf("it says %q for %q", sp.Of(v.d.Text), it.Text)
	}
	return text.Span{}, 0, ""
}

// compareNone compares a reference that says that there is none: any denial says
// it too.
func (r *Reference) compareNone(it *Item, c *comparison) (trace.Agreement, text.Span, float64, string, bool) {
	if len(it.tokens) != 1 || !strings.Contains(" none nobody nothing zero never nowhere no keine keiner niemand nichts null aucun aucune personne rien ninguno ninguna nadie nada nessuno niente nenhum ninguém geen niemand niets ingen inget ingenting żaden nikt nic никто ничего нет нисколько ", " "+r.Doc.Tokens[it.tokens[0]].Text+" ") {
		return "", text.Span{}, 0, "", false
	}
	d := c.v.d
	for i, t := range d.Tokens {
		if t.Text == r.Doc.Tokens[it.tokens[0]].Text || t.Text == "0" || d.Negated(i) {
			return trace.Equal, text.Span{Start: t.Start, End: t.End}, .8, "it denies it too", true
		}
	}
	for _, q := range c.v.quantities() {
		if q.Kind == text.Measure && !r.inQuestion(q) && r.ask.number {
			return trace.Different, q.Span, .08, fmt.Sprintf("it says %q for %q", q.Text, it.Text), true
		}
	}
	return trace.CannotTell, text.Span{}, .4, "whether it denies it cannot be told", true
}

// anchors are the places of an item's words, and of the words beside them that
// the question has too.
func (r *Reference) anchors(it *Item, w placed, v *view) map[int]int {
	if w.sentence < 0 {
		return w.at
	}
	out := maps.Clone(w.at)
	s := v.d.Sentences[w.sentence]
	for t := it.from; t < it.to; t++ {
		if _, ok := out[t]; !ok && !r.v.words[t].stop && !slices.Contains(it.tokens, t) {
			if at, ok := within(v.look(r.v.words[t]), s.Token, s.TokenEnd); ok {
				out[t] = at
			}
		}
	}
	return out
}

func (p placed) first() int {
	first := math.MaxInt
	for _, at := range p.at {
		first = min(first, at)
	}
	return first
}

// span is the stretch of the text that holds the words.
func (p placed) span(v *view) text.Span {
	last := 0
	for _, at := range p.at {
		last = max(last, at)
	}
	return v.span(p.first(), last)
}

// addedBeyond counts the content words of the sentence of the places that
// neither the reference nor the question has.
func (r *Reference) addedBeyond(p placed, v *view) int {
	s := v.d.Sentences[p.sentence]
	n := 0
	for i := s.Token; i < s.TokenEnd; i++ {
		if w := v.words[i]; !w.stop && !isPlaced(p, i) && len(r.q.look(w)) == 0 && len(r.v.look(w)) == 0 {
			n++
		}
	}
	return n
}

// onlyOperators reports whether an item is made of words of opposite sets.
func onlyOperators(r *Reference, it *Item) bool {
	for _, t := range it.tokens {
		if !r.v.words[t].stop && len(opposites(cmp.Or(r.Question.Lang, r.Doc.Lang)).at(r.Doc, t)) == 0 {
			return false
		}
	}
	return true
}

// negates reports whether the words of an item are under a negation.
func (r *Reference) negates(it *Item) bool {
	for _, t := range it.tokens {
		if r.Doc.Negated(t) {
			return true
		}
	}
	return false
}

// deniesAlike reports whether every word of an item that is under a negation in
// the reference is so at its place too: "a door that does not open".
func (r *Reference) deniesAlike(it *Item, p placed, v *view) bool {
	denied := false
	for _, t := range it.tokens {
		if !r.Doc.Negated(t) {
			continue
		}
		at, ok := p.at[t]
		if !ok || !v.d.Negated(at) {
			return false
		}
		denied = true
	}
	return denied
}

// negates reports whether most of the places are under a negation.
func (v *view) negates(p placed) bool {
	n := 0
	for _, at := range p.at {
		if v.d.Negated(at) {
			n++
		}
	}
	return 2*n > len(p.at)
}

// abbreviated finds the initials of a name, or the name of which the reference
// is the initials.
func (r *Reference) abbreviated(it *Item, c *comparison) (text.Span, bool) {
	v := c.v
	var acronyms []string
	for _, from := range [...]int{it.tokens[0], it.from} {
		for _, last := range [...]int{it.tokens[len(it.tokens)-1] + 1, it.to} {
			short, long := acronymOf(r.v, from, last)
			acronyms = append(acronyms, short, long)
		}
	}
	for i := range v.d.Tokens {
		w := v.d.Tokens[i].Text
		if isAcronym(v.d, i) && slices.Contains(acronyms, w) && !(strings.Trim(w, "ivxlc") == "") {
			return v.span(i, i), true
		}
	}
	return text.Span{}, false
}

// otherMark finds a word of the reference with another mark: C for C++.
func (r *Reference) otherMark(it *Item, c *comparison) (text.Span, bool) {
	for _, t := range it.tokens {
		w := r.v.words[t]
		if len(c.v.at[w.key]) > 0 {
			continue
		}
		for i, x := range c.v.words {
			if x.base == w.base && x.key != w.key && (w.key != w.base || x.key != x.base) {
				return c.v.span(i, i), true
			}
		}
	}
	return text.Span{}, false
}

// comparable reports whether the words of an item could be found in the text:
// both in one script, and in one language unless they are a name.
func (r *Reference) comparable(it *Item, c *comparison) bool {
	a, b := r.Doc.Lang, c.v.d.Lang
	if scriptClass(it.Text) != scriptClass(c.v.d.Text) {
		return false
	}
	return it.Kind == itemName || a == "" || b == "" || a == b || r.v.letters() < 6 || c.v.letters() < 6
}

// letters is the number of words of a text, figures aside.
func (v *view) letters() int {
	n := 0
	for _, t := range v.d.Tokens {
		if t.Text[0] > '9' {
			n++
		}
	}
	return n
}

// scriptClass is the script of most letters of a text, roughly.
func scriptClass(s string) rune {
	counts := map[rune]int{}
	for i, r := range s {
		if i > 4096 {
			break
		}
		switch {
		case r < 0x41 || r > 0x5a && r < 0x61 || r > 0x7a && r < 0xc0:
		case r < 0x370 || r >= 0x1e00 && r <= 0x1eff || r >= 0xff21 && r <= 0xff5a || r >= 0xfb00 && r <= 0xfb06:
			counts['a']++
		case r < 0x400:
			counts['α']++
		case r < 0x530:
			counts['я']++
		case r < 0x600:
			counts['א']++
		case r < 0x900:
			counts['ع']++
		case r < 0xe00:
			counts[0x900+(r-0x900)/0x80]++
		case r < 0x2e80:
			counts['ก']++
		case r >= 0xac00 && r <= 0xd7a3:
			counts['한']++
		case r >= 0x2e80 && r < 0xf000:
			counts['中']++
		}
	}
	best, most := rune(0), 0
	for _, script := range [...]rune{'a', 'α', 'я', 'א', 'ع', 'ก', '한', '中'} {
		if counts[script] > most {
			best, most = script, counts[script]
		}
	}
	for block := rune(0x900); block <= 0x900+(0xe00-0x900)/0x80; block++ {
		if counts[block] > most {
			best, most = block, counts[block]
		}
	}
	return best
}

// wordP is the probability that a text says a name or phrase.
func (r *Reference) wordP(it *Item, w placed, c *comparison, name bool) float64 {
	if r.dense(it) {
		if strings.Contains(c.v.compactText(), compact(it.Text)) {
			return .94
		}
	}
	switch {
	case w.share >= .99 && w.exact:
		return .97
	case w.share >= .99:
		return .93
	}
	x := r.features(it, w, c, name)
	z := wordModel.bias
	for i, f := range x {
		z += wordModel.weights[i] * f
	}
	return 1 / (1 + math.Exp(-z))
}

func (r *Reference) dense(it *Item) bool {
	return len(it.tokens) > 0 && r.v.words[it.tokens[0]].dense
}

func compact(s string) string {
	var b strings.Builder
	for _, r := range simplify(s) {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 0x80 && !strings.ContainsRune("、。，・·—–“”‘’«»", r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// shortText is the number of tokens up to which a text is about one thing.
const shortText = 80

// features are what the probability of a name or phrase is drawn from.
func (r *Reference) features(it *Item, w placed, c *comparison, name bool) [nFeatures]float64 {
	var words []string
	for _, t := range it.tokens {
		words = append(words, r.Doc.Tokens[t].Text)
	}
	wanted := compact(strings.Join(words, ""))
	loose, tri := w.loose, 0.
	if len(c.v.d.Tokens) <= shortText {
		tri = c.trigrams().share(wanted)
	} else { // a long text holds most triples, and many words, for other reasons
		loose = w.share
		if w.sentence >= 0 {
			tri = trigramsOf(compact(c.v.d.Sentences[w.sentence].Of(c.v.d.Text))).share(wanted)
		}
	}
	if utf8.RuneCountInString(wanted) < 4 { // the cat of "catalogue"
		tri = w.share
	}
	last := 0.
	if n := len(it.tokens); n > 1 && name {
		if _, ok := w.at[it.tokens[n-1]]; ok {
			last = 1
		}
	}
	rival := 0.
	if _, ok := rivalName(c.v, r.v, r.q, r.ask.person); ok {
		rival = 1
	}
	phrase := 0. // words that have synonyms
	if !name {
		phrase = 1
		if len(it.tokens) > 2 {
			phrase = 2
		}
	}
	reason := 0.
	if r.ask.reason || r.ask.way || r.ask.open {
		reason = 1
	}
	return [nFeatures]float64{w.share, loose, tri, last, rival, phrase, reason}
}

// wordModel turns the shares into a probability. It was fitted on half of the
// questions of a set of answers judged by people; see compare_data_test.go.
var wordModel = struct {
	weights [nFeatures]float64
	bias    float64
}{[nFeatures]float64{1.76, 1.86, 2.96, .8, -.77, .53, .51}, -2.85}

const nFeatures = 7
