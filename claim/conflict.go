package claim

import (
	"slices"
	"sort"
	"strings"
	"unicode"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// fact is a number, date or name of a claim.
type fact struct {
	kind   string // as in trace.Conflict
	text   string
	span   text.Span
	number text.Number
	date   text.Date
}

// maxFacts bounds the numbers and the dates of a claim that are looked up.
const maxFacts = 64

// factsOf lists the numbers and dates of a claim.
func factsOf(d *text.Doc) []fact {
	var out []fact
	for _, n := range d.Numbers()[:min(len(d.Numbers()), maxFacts)] {
		kind := "number"
		if n.Unit != "" && n.Unit != "th" {
			kind = "unit"
		}
		out = append(out, fact{kind: kind, text: n.Text, span: n.Span, number: n})
	}
	for _, t := range d.Dates()[:min(len(d.Dates()), maxFacts)] {
		out = append(out, fact{kind: "date", text: t.Text, span: t.Span, date: t})
	}
	return out
}

// in reports whether the fact stands in a stretch of d, by value.
func (f fact) in(d *text.Doc, sp text.Span) bool {
	if f.kind == "date" {
		for _, t := range d.Dates() {
			if t.Start >= sp.Start && t.End <= sp.End && t.Compatible(f.date) && sharesPart(t, f.date) {
				return true
			}
		}
		return false
	}
	for _, n := range d.Numbers() {
		if n.Start >= sp.Start && n.End <= sp.End && n.Equal(f.number) {
			return true
		}
	}
	return false
}

// sharesPart reports whether two dates say the same about year, month or day
// at all; "March" and "2020" are compatible, but neither states the other.
func sharesPart(a, b text.Date) bool {
	return a.Year != 0 && b.Year != 0 || a.Month != 0 && b.Month != 0
}

// anywhere reports whether the fact stands in an allowed passage.
func (c *Context) anywhere(f fact, allowed []bool) bool {
	for i, d := range c.docs {
		if (allowed == nil || allowed[i]) && f.in(d, text.Span{End: len(d.Text)}) {
			return true
		}
	}
	return false
}

// Floors below which a window is not about the same thing as the claim, so
// that a difference in it means nothing.
const (
	alignValue    = .5  // coverage of the other words, for a different value
	alignNamed    = .15 // the same, for another amount beside the names of the claim
	alignName     = .8  // coverage of all words, taking the name as read
	alignNegation = .8  // coverage of all words, for a negation
	alignAntonym  = .65 // coverage of all words, for an opposite
)

// conflict looks for the one spot where an aligned window disagrees with the
// claim. Two or more differences mean that the window is about something else.
func (c *Context) conflict(s *statement, w window, d *text.Doc, miss []fact) *trace.Conflict {
	switch {
	case len(miss) > 1 || len(miss) == 1 && len(s.terms) < 3:
		return nil
	case len(miss) == 1:
		return c.otherValue(s, w, d, miss[0])
	}
	for i := w.first; i <= w.last; i++ {
		if found := c.negation(s, i, d); found != nil {
			return found
		}
		if found := c.antonym(s, i, d); found != nil {
			return found
		}
	}
	return nil
}

// otherValue looks in the sentences of w for a value that stands in the place
// of f.
func (c *Context) otherValue(s *statement, w window, d *text.Doc, f fact) *trace.Conflict {
	for i := w.first; i <= w.last; i++ {
		sent := d.Sentences[c.sents[i].index]
		if s.aligned(c.masks[i].terms) < alignValue && !c.sameAmount(s, i, d, f) {
			continue
		}
		var found []text.Span
		kind := f.kind
		switch f.kind {
		case "date":
			for _, t := range d.Dates() {
				if within(t.Span, sent.Span) && !t.Compatible(f.date) && sharesPart(t, f.date) && !claimed(s, fact{kind: "date", date: t}) {
					found = append(found, t.Span)
				}
			}
		case "entity":
			for _, e := range d.Entities() {
				if within(e.Span, sent.Span) && c.otherName(s, f, i, d, e) {
					found = append(found, e.Span)
				}
			}
		default:
			for _, n := range d.Numbers() {
				if within(n.Span, sent.Span) && n.Comparable(f.number) && !n.Equal(f.number) && sameSlot(s.doc, f, d, n) && !claimed(s, fact{kind: f.kind, number: n}) {
					found = append(found, n.Span)
					if kind = "number"; n.Unit != f.number.Unit {
						kind = "unit"
					}
				}
			}
		}
		if len(found) > 1 { // of several, the one in the same place
			found = slices.DeleteFunc(found, func(sp text.Span) bool { return !samePlace(s.doc, f.span, d, sp) })
		}
		if len(found) == 1 {
			return c.clash(kind, f.text, d, i, found[0])
		}
	}
	return nil
}

// aligned is the share of the claim's mass beside its values that a set of
// terms holds; 0 of a claim that is nothing but values.
func (s *statement) aligned(set uint64) float64 {
	rest := s.mass - s.weigh(s.values)
	if rest <= 0 {
		return 0
	}
	return s.weigh(set&^s.values) / rest
}

// sameAmount reports whether sentence i speaks of the amount f in other words:
// it holds all names of the claim, and one amount of that unit alone.
func (c *Context) sameAmount(s *statement, i int, d *text.Doc, f fact) bool {
	names := s.doc.Entities()
	if f.kind != "unit" || f.number.Unit == "%" || len(names) == 0 || s.aligned(c.masks[i].terms) < alignNamed {
		return false
	}
	for _, e := range names {
		if set := s.termsIn(e.Span); set == 0 || c.masks[i].terms&set != set {
			return false
		}
	}
	n := 0
	for _, m := range d.Numbers() {
		if within(m.Span, d.Sentences[c.sents[i].index].Span) && m.Comparable(f.number) {
			n++
		}
	}
	return n == 1
}

// otherName reports whether the name e stands in sentence i exactly where the
// claim has the name f: the same words, or the same end, on both sides.
func (c *Context) otherName(s *statement, f fact, i int, d *text.Doc, e text.Entity) bool {
	if s.coverage(c.masks[i].terms|s.termsIn(f.span)) < alignName {
		return false
	}
	if strings.Contains(text.Normalize(s.doc.Text), text.Normalize(e.Text)) || abbreviates(f.text, e.Text) || abbreviates(e.Text, f.text) {
		return false
	}
	whole := text.Span{End: len(s.doc.Text)}
	ab, aa := around(s.doc, f.span, whole)
	bb, ba := around(d, e.Span, d.Sentences[c.sents[i].index].Span)
	return ab == bb && aa == ba && (ab != 0 || aa != 0)
}

// abbreviates reports whether short holds the initials of long: IPL.
func abbreviates(short, long string) bool {
	var initials []rune
	for w := range strings.FieldsSeq(long) {
		r := []rune(w)[0]
		if unicode.IsUpper(r) {
			initials = append(initials, r)
		}
	}
	return len(initials) > 1 && strings.EqualFold(strings.ReplaceAll(short, ".", ""), string(initials))
}

func (c *Context) clash(kind, claim string, d *text.Doc, i int, sp text.Span) *trace.Conflict {
	return &trace.Conflict{Kind: kind, Claim: claim, Passage: sp.Of(d.Text), Span: trace.Span{Passage: c.sents[i].doc, Start: sp.Start, End: sp.End}}
}

func within(in, out text.Span) bool { return in.Start >= out.Start && in.End <= out.End }

// claimed reports whether the claim says the value itself.
func claimed(s *statement, f fact) bool {
	return f.in(s.doc, text.Span{End: len(s.doc.Text)})
}

// sameSlot reports whether two numbers measure the same thing: the same unit,
// or a shared content word next to both.
func sameSlot(a *text.Doc, f fact, b *text.Doc, n text.Number) bool {
	if f.kind == "unit" && f.number.Unit != "%" {
		return true
	}
	return samePlace(a, f.span, b, n.Span)
}

// samePlace reports whether the same content word stands right before or right
// after both stretches.
func samePlace(a *text.Doc, x text.Span, b *text.Doc, y text.Span) bool {
	ab, aa := around(a, x, text.Span{End: len(a.Text)})
	bb, ba := around(b, y, text.Span{End: len(b.Text)})
	return ab != 0 && ab == bb || aa != 0 && aa == ba
}

// around returns the content words next to a stretch, within limits; 0: none.
func around(d *text.Doc, sp, limits text.Span) (before, after uint64) {
	end := func(i int) int { return d.Tokens[d.Terms[i].Token].End }
	start := func(i int) int { return d.Tokens[d.Terms[i].Token].Start }
	i := sort.Search(len(d.Terms), func(i int) bool { return end(i) > sp.Start })
	if i > 0 && start(i-1) >= limits.Start {
		before = d.Terms[i-1].Hash
	}
	for i < len(d.Terms) && start(i) < sp.End {
		i++
	}
	if i < len(d.Terms) && start(i) < limits.End {
		after = d.Terms[i].Hash
	}
	return before, after
}

// negation looks for a word that both say, one of them under a negation.
func (c *Context) negation(s *statement, i int, d *text.Doc) *trace.Conflict {
	if s.coverage(c.masks[i].terms) < alignNegation || len(s.terms) < 2 || !d.HasNegations() {
		return nil
	}
	sent := d.Sentences[c.sents[i].index]
	if anyNegated(s.doc, 0, len(s.doc.Tokens)) == anyNegated(d, sent.Token, sent.TokenEnd) {
		return nil // both turn something round, or neither does
	}
	same, differ := 0, 0
	var spot, said int
	for k, t := range s.terms {
		if c.masks[i].terms&(1<<k) == 0 {
			continue
		}
		agree := false
		at := -1
		for _, u := range d.Terms[sent.Term:sent.TermEnd] {
			if u.Hash == t.Hash {
				at = u.Token
				agree = agree || d.Negated(u.Token) == s.doc.Negated(t.Token)
			}
		}
		switch {
		case agree:
			same++
		case at >= 0:
			if differ == 0 {
				spot, said = at, t.Token
			}
			differ++
		}
	}
	if differ == 0 || differ == same+differ && differ > 3 {
		return nil
	}
	claim, passage := phraseAt(s.doc, said), phraseAt(d, spot)
	return c.clash("negation", claim.Of(s.doc.Text), d, i, passage)
}

func anyNegated(d *text.Doc, from, to int) bool {
	for i := from; i < to; i++ {
		if d.Negated(i) {
			return true
		}
	}
	return false
}

// phraseAt returns token i with up to three words before it, to show the
// negation.
func phraseAt(d *text.Doc, i int) text.Span {
	from := i
	for from > 0 && i-from < 3 && !strings.ContainsAny(d.Text[d.Tokens[from-1].End:d.Tokens[from].Start], ".;:!?\n") {
		from--
	}
	return d.TokenSpan(from, i+1)
}

// antonym looks for the opposite of a word of the claim in the place of it.
func (c *Context) antonym(s *statement, i int, d *text.Doc) *trace.Conflict {
	if s.coverage(c.masks[i].terms) < alignAntonym || s.doc.Lang != "en" {
		return nil
	}
	sent := d.Sentences[c.sents[i].index]
	for k, t := range s.terms {
		if c.masks[i].terms&(1<<k) != 0 {
			continue
		}
		word := s.doc.Tokens[t.Token]
		for _, opposite := range antonyms[t.Stem] {
			if s.says(opposite) {
				continue
			}
			for _, u := range d.Terms[sent.Term:sent.TermEnd] {
				if u.Stem != opposite || d.Negated(u.Token) != s.doc.Negated(t.Token) {
					continue
				}
				sp := d.TokenSpan(u.Token, u.Token+1)
				if samePlace(s.doc, text.Span{Start: word.Start, End: word.End}, d, sp) {
					return c.clash("antonym", s.doc.Text[word.Start:word.End], d, i, sp)
				}
			}
		}
	}
	return nil
}

// says reports whether the claim itself holds a term.
func (s *statement) says(stem string) bool {
	for _, t := range s.terms {
		if t.Stem == stem {
			return true
		}
	}
	return false
}

// antonyms maps the stem of an English word to the stems of its opposites.
var antonyms = func() map[string][]string {
	m := map[string][]string{}
	for pair := range strings.SplitSeq("increase decrease|increase reduce|increases declines|rise fall|rose fell|higher lower|high low|above below|more less|more fewer|most least|maximum minimum|max min|before after|earlier later|first last|early late|begin end|start stop|start end|open close|opened closed|open shut|win lose|won lost|win lost|accept reject|accepted refused|allow forbid|allow prohibit|permitted prohibited|allowed banned|required optional|mandatory optional|mandatory voluntary|include exclude|included excluded|enable disable|enabled disabled|buy sell|bought sold|import export|north south|east west|northern southern|eastern western|northeast southwest|left right|upper lower|top bottom|inside outside|internal external|indoor outdoor|public private|free paid|male female|men women|man woman|king queen|mother father|son daughter|husband wife|brother sister|boys girls|hot cold|warm cool|wet dry|old new|young old|large small|big small|long short|tall short|wide narrow|thick thin|deep shallow|heavy light|strong weak|fast slow|rich poor|cheap expensive|hard soft|easy difficult|simple complex|safe dangerous|true false|correct incorrect|right wrong|legal illegal|possible impossible|positive negative|success failure|succeeded failed|pass fail|passed failed|best worst|better worse|major minor|majority minority|all none|always never|everyone nobody|ancient modern|temporary permanent|single multiple|odd even|day night|summer winter|spring autumn|morning evening|dawn dusk|arrive depart|enter leave|join leave|attack defend|victory defeat|victorious defeated|ally enemy|appointed dismissed|hired fired|promoted demoted|approve disapprove|approved rejected|agree disagree|expand shrink|expand contract|grow shrink|gain lose|profit loss|credit debit|add remove|added removed|attach detach|connect disconnect|create destroy|built demolished|birth death|born died|alive dead|strengthen weaken|accelerate slow|visible invisible|solid liquid|vertical horizontal|parallel serial|horizontal vertical|input output|upload download|ascending descending|clockwise counterclockwise|domestic foreign|urban rural|present absent|full empty|encrypted unencrypted|signed unsigned|eligible ineligible|refundable nonrefundable|deductible nondeductible|taxable exempt|supported unsupported|active inactive|sync async", "|") {
		a, b, _ := strings.Cut(pair, " ")
		a, b = text.Stem("en", a), text.Stem("en", b)
		m[a] = append(m[a], b)
		m[b] = append(m[b], a)
	}
	return m
}()
