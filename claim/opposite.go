package claim

import (
	_ "embed"
	"math/bits"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// negation looks for a word that both say, one of them under a negation. A
// sentence turns round for what it excepts: who says that smoking is not allowed
// except on the terrace says that it is allowed there.
func (c *Context) negation(s *statement, i int, d *text.Doc) *trace.Conflict {
	if !d.HasNegations() || len(s.terms) < 2 {
		return nil
	}
	sent := d.Sentences[c.sents[i].index]
	if s.coverage(c.masks[i].terms) < alignNegation && !c.saysAll(s, i, d) {
		return nil
	}
	claimNegated, passageNegated := anyNegated(s.doc, 0, len(s.doc.Tokens)), anyNegated(d, sent.Token, sent.TokenEnd)
	if at := s.inException(d, sent); at >= 0 {
		if claimNegated != (passageNegated || d.FromNone(at)) {
			return nil
		}
		if own := s.doc.Excepted(0, len(s.doc.Tokens)); own >= 0 {
			return nil // both name an exception
		}
		whole := text.Span{Start: 0, End: len(s.doc.Text)}
		return c.clash("negation", whole.Of(s.doc.Text), d, i, phraseAt(d, at))
	}
	if claimNegated == passageNegated {
		return nil // both turn something round, or neither does
	}
	if own := s.doc.Excepted(0, len(s.doc.Tokens)); own >= 0 && onlyIn(d, sent.Token, sent.TokenEnd) || onlyIn(s.doc, 0, len(s.doc.Tokens)) && d.Excepted(sent.Token, sent.TokenEnd) >= 0 {
		return nil // "only X" is "nothing except X"
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

// The claim may have words of its own around a sentence that it repeats whole.
const (
	repeatedShare = .85 // of the words of the sentence that the claim has
	repeatedWords = 4
	repeatedCover = .6 // of the claim that the sentence has
)

// saysAll reports whether the claim holds nearly all words of sentence i.
func (c *Context) saysAll(s *statement, i int, d *text.Doc) bool {
	sent := d.Sentences[c.sents[i].index]
	if bits.OnesCount64(c.masks[i].terms) < repeatedWords || s.coverage(c.masks[i].terms) < repeatedCover {
		return false
	}
	has, all := 0., 0.
	for _, t := range d.Terms[sent.Term:min(sent.TermEnd, sent.Term+maxTerms)] {
		w := c.v.Weight(t.Stem)
		all += w
		if s.has(t.Hash) {
			has += w
		}
	}
	return has >= repeatedShare*all
}

// has reports whether the claim holds a term.
func (s *statement) has(hash uint64) bool {
	return slices.ContainsFunc(s.terms, func(t text.Term) bool { return t.Hash == hash })
}

// inException returns the first token of what a sentence excepts, if the claim
// speaks of that and does not deny it; else -1.
func (s *statement) inException(d *text.Doc, sent text.Sentence) int {
	first := d.Excepted(sent.Token, sent.TokenEnd)
	if first < 0 {
		return -1
	}
	all, named := 0, 0
	for _, t := range d.Terms[sent.Term:sent.TermEnd] {
		if t.Token < first || !d.IsExcepted(t.Token) {
			continue
		}
		all++
		if slices.ContainsFunc(s.doc.Terms, func(u text.Term) bool {
			return u.Hash == t.Hash && !s.withoutAt(u.Token)
		}) {
			named++
		}
	}
	if all == 0 || 2*named < all {
		return -1
	}
	return first
}

// withoutAt reports whether a word for "without" is within three tokens in
// front of token i of the claim.
func (s *statement) withoutAt(i int) bool {
	for _, t := range s.doc.Tokens[max(0, i-3):i] {
		if lacking.Has(t.Text) {
			return true
		}
	}
	return false
}

var (
	lacking = text.NewWordSet(strings.Fields("without lacking outside ohne außer außerhalb sans hors sin fuera senza fuori sem fora zonder buiten utan utanför bez poza без вне")...)
	onlys   = wordsOf("onlys")
	totals  = text.NewWordSet(strings.Fields("always everywhere everyone everybody anytime regardless unconditionally immer überall jeder toujours partout siempre sempre altijd overal alltid överallt zawsze wszędzie всегда везде")...)
	ifs     = text.NewWordSet(strings.Fields("if unless provided wenn falls sofern si sauf se als indien mits om ifall jeśli jeżeli если")...)
)

// onlyIn reports whether one of the tokens [from, to) means "only".
func onlyIn(d *text.Doc, from, to int) bool { return anyOf(d, from, to, onlys) }

func anyOf(d *text.Doc, from, to int, words *text.WordSet) bool {
	return slices.ContainsFunc(d.Tokens[from:to], func(t text.Token) bool { return words.Has(t.Text) })
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
	for from > 0 && i-from < 3 && !strings.ContainsAny(d.Gap(from-1), ".;:!?\n") {
		from--
	}
	return d.TokenSpan(from, i+1)
}

// opposite looks in a window for the opposite of a word or phrase of the claim,
// in its place.
func (c *Context) opposite(s *statement, w window, d *text.Doc) *trace.Conflict {
	for i := w.first; i <= w.last; i++ {
		if c.masks[i].terms == 0 {
			continue
		}
		if found := c.prefixed(s, i, d); found != nil {
			return found
		}
	}
	for _, m := range s.opposable() {
		if found := c.oppositeBy(m, s, w, d); found != nil {
			return found
		}
	}
	return nil
}

// opposable is what a claim holds of the opposites of one language.
type opposable struct {
	rules *opposites
	mine  []oppositeAt
}

// opposable looks for words of the claim that have opposites, once per claim.
func (s *statement) opposable() []opposable {
	if !s.opposed {
		s.opposed = true
		for _, lang := range ruledIn(s.doc) {
			o := oppositesByLanguage[lang]
			if mine := o.find(s.doc, 0, min(len(s.doc.Tokens), maxClaimTokens)); len(mine) > 0 {
				s.opposables = append(s.opposables, opposable{o, mine})
			}
		}
	}
	return s.opposables
}

// ruled are the languages that have lists of opposites and comparatives.
var ruled = [...]string{"en", "de", "fr", "es", "it", "pt", "nl", "sv", "pl", "ru"}

// ruledIn lists the languages whose lists are tried on a claim: its own or, where
// that is none of them or a guess from a few words, all that use its script.
func ruledIn(d *text.Doc) []string {
	if slices.Contains(ruled[:], d.Lang) && (len(d.Text) >= shortClaim || slices.ContainsFunc(d.Tokens, func(t text.Token) bool { return text.IsStop(d.Lang, t.Text) })) {
		return []string{d.Lang}
	}
	var out []string
	for _, lang := range ruled {
		if d.Lang == "" || text.SameScript(lang, d.Lang) {
			out = append(out, lang)
		}
	}
	return out
}

// oppositeBy is opposite with the words of one language.
func (c *Context) oppositeBy(m opposable, s *statement, w window, d *text.Doc) *trace.Conflict {
	rules, mine := m.rules, m.mine
	for i := w.first; i <= w.last; i++ {
		if c.masks[i].terms == 0 {
			continue
		}
		sent := d.Sentences[c.sents[i].index]
		var theirs []oppositeAt
		found := false
		for _, a := range mine {
			own := s.termsIn(s.doc.TokenSpan(a.from, a.to)) &^ c.masks[i].terms
			floor := alignAntonym
			if own == 0 { // a function word, which may be in many places
				floor = alignFunction
			}
			if !c.alignedBut(s, i, own, floor) {
				continue
			}
			if !found {
				theirs, found = rules.find(d, sent.Token, sent.TokenEnd), true
			}
			for _, b := range theirs {
				if b.set == a.set && b.side != a.side && !(rules.sets[a.set].scale && a.side > b.side) &&
					!holdsSide(theirs, a) && !holdsSide(mine, b) &&
					s.doc.Negated(a.from) == d.Negated(b.from) &&
					(!rules.sets[a.set].amount || beforeNumber(s.doc, a.to) && beforeNumber(d, b.to)) &&
					samePlace(s.doc, s.doc.TokenSpan(a.from, a.to), d, d.TokenSpan(b.from, b.to)) {
					return c.clash("antonym", s.doc.TokenSpan(a.from, a.to).Of(s.doc.Text), d, i, d.TokenSpan(b.from, b.to))
				}
			}
		}
	}
	return nil
}

// maxClaimTokens bounds the words of a claim among which opposites and roles
// are looked for.
const maxClaimTokens = 256

// alignedBut reports whether sentence i holds enough of the claim beside some
// of its terms for an opposite to mean something.
func (c *Context) alignedBut(s *statement, i int, but uint64, floor float64) bool {
	rest := s.mass - s.weigh(but)
	return rest > 0 && s.weigh(c.masks[i].like&^but) >= floor*rest
}

// holdsSide reports whether one of the finds means the same as f.
func holdsSide(in []oppositeAt, f oppositeAt) bool {
	return slices.ContainsFunc(in, func(g oppositeAt) bool { return g.set == f.set && g.side == f.side })
}

// beforeNumber reports whether a number is at token i or right behind it.
func beforeNumber(d *text.Doc, i int) bool {
	if i >= len(d.Tokens) {
		return false
	}
	at := d.Tokens[i].Start
	near := func(sp text.Span) bool { return sp.End > at && sp.Start <= at+2 }
	stretch := text.Span{Start: at - 4, End: at + 64}
	return slices.ContainsFunc(numbersIn(d, stretch), func(n text.Number) bool { return near(n.Span) }) ||
		slices.ContainsFunc(datesIn(d, stretch), func(t text.Date) bool { return near(t.Span) })
}

// prefixed looks for a word of the claim that sentence i has with a prefix that
// turns it round, or the other way round: opened, unopened.
func (c *Context) prefixed(s *statement, i int, d *text.Doc) *trace.Conflict {
	prefixes := reversing[s.doc.Lang]
	if prefixes == nil {
		return nil
	}
	sent := d.Sentences[c.sents[i].index]
	for k, t := range s.terms {
		if c.masks[i].terms&(1<<k) != 0 || len(t.Stem) < minPrefix || !c.alignedBut(s, i, 1<<k, alignAntonym) {
			continue
		}
		for _, u := range d.Terms[sent.Term:sent.TermEnd] {
			long, short := t.Stem, u.Stem
			if len(long) < len(short) {
				long, short = short, long
			}
			if len(short) < minPrefix || !strings.HasSuffix(long, short) || !slices.Contains(prefixes, long[:len(long)-len(short)]) || s.has(u.Hash) {
				continue
			}
			a, b := s.doc.TokenSpan(t.Token, t.Token+1), d.TokenSpan(u.Token, u.Token+1)
			if d.Negated(u.Token) == s.doc.Negated(t.Token) && samePlace(s.doc, a, d, b) {
				return c.clash("antonym", a.Of(s.doc.Text), d, i, b)
			}
		}
	}
	return nil
}

// reversing has the prefixes that turn a word round, by language, as stems have
// them.
var reversing = map[string][]string{
	"en": {"un", "in", "im", "ir", "il", "dis", "non"},
	"de": {"un", "nicht"},
	"fr": {"in", "im", "ir", "il", "non", "mal", "des"},
	"es": {"in", "im", "ir", "des"},
	"it": {"in", "im", "ir", "dis", "s"},
	"pt": {"in", "im", "ir", "des"},
	"nl": {"on"},
	"sv": {"o"},
	"pl": {"nie"},
	"ru": {"не"},
}

// oppositeAt is an occurrence of one side of a set of opposites: tokens [from, to).
type oppositeAt struct{ set, side, from, to int }

// opposites are the sets of words of a language that exclude each other.
type opposites struct {
	sets []oppositeSet
	by   map[string][]phrasing // by the first word
	lang string
}

type oppositeSet struct {
	scale  bool // an earlier side implies the later ones
	amount bool // only in front of numbers
}

// phrasing is a word or several that stand for a side.
type phrasing struct {
	words     []string
	set, side int
}

//go:embed opposites.txt
var oppositeLists string

var oppositesByLanguage = func() map[string]*opposites {
	out := map[string]*opposites{}
	for line := range strings.Lines(oppositeLists) {
		head, rest, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || head == "#" {
			continue
		}
		lang := strings.TrimRight(head, ":#>")
		o := out[lang]
		if o == nil {
			o = &opposites{by: map[string][]phrasing{}, lang: lang}
			out[lang] = o
		}
		set := len(o.sets)
		o.sets = append(o.sets, oppositeSet{scale: strings.Contains(head, ">"), amount: strings.Contains(head, "#")})
		side := 0
		for words := range strings.SplitSeq(rest, "|") {
			for p := range strings.SplitSeq(words, ",") {
				var keys []string
				for _, t := range text.Tokens(p) {
					keys = append(keys, wordKey(lang, t.Text))
				}
				if len(keys) > 0 {
					o.by[keys[0]] = append(o.by[keys[0]], phrasing{keys, set, side})
				}
			}
			side++
		}
	}
	return out
}()

// wordKey is the stem of a content word and a function word as it is.
func wordKey(lang, word string) string {
	if text.IsStop(lang, word) {
		return word
	}
	return text.Stem(lang, word)
}

// find lists the phrasings among the tokens [from, to) of d, the longest one
// where several of a set begin at the same token.
func (o *opposites) find(d *text.Doc, from, to int) []oppositeAt {
	var few [64]string
	keys := few[:0]
	k, _ := slices.BinarySearchFunc(d.Terms, from, func(t text.Term, i int) int { return t.Token - i })
	for i := from; i < to; i++ {
		for k < len(d.Terms) && d.Terms[k].Token < i {
			k++
		}
		switch {
		case d.Lang != o.lang:
			keys = append(keys, wordKey(o.lang, d.Tokens[i].Text))
		case k < len(d.Terms) && d.Terms[k].Token == i:
			keys = append(keys, d.Terms[k].Stem)
		default:
			keys = append(keys, d.Tokens[i].Text)
		}
	}
	key := func(i int) string { return keys[i-from] }
	var out []oppositeAt
	for i := from; i < to; i++ {
		longest := 0
		at := len(out)
		for _, p := range o.by[key(i)] {
			if i+len(p.words) > to {
				continue
			}
			match := true
			for j := 1; j < len(p.words) && match; j++ {
				match = key(i+j) == p.words[j]
			}
			if match {
				longest = max(longest, len(p.words))
				out = append(out, oppositeAt{p.set, p.side, i, i + len(p.words)})
			}
		}
		out = out[:at+len(slices.DeleteFunc(out[at:], func(f oppositeAt) bool { return f.to-f.from < longest }))]
		i += max(0, longest-1)
	}
	return out
}

// termAt returns the index of the term at token i, or -1.
func termAt(d *text.Doc, i int) int {
	k, ok := slices.BinarySearchFunc(d.Terms, i, func(t text.Term, i int) int { return t.Token - i })
	if !ok {
		return -1
	}
	return k
}

// Opposed reports whether two sentences hold words that exclude each other, such
// as until and since, beside a stretch of each.
func Opposed(a *text.Doc, sa text.Sentence, va text.Span, b *text.Doc, sb text.Sentence, vb text.Span) bool {
	outside := func(d *text.Doc, sp text.Span) func(oppositeAt) bool {
		return func(f oppositeAt) bool {
			at := d.TokenSpan(f.from, f.to)
			return at.Start < sp.End && sp.Start < at.End
		}
	}
	limit := func(s text.Sentence) int { return min(s.TokenEnd, s.Token+maxClaimTokens) }
	for _, lang := range ruledIn(a) {
		rules := oppositesByLanguage[lang]
		mine := slices.DeleteFunc(rules.find(a, sa.Token, limit(sa)), outside(a, va))
		if len(mine) == 0 {
			continue
		}
		theirs := slices.DeleteFunc(rules.find(b, sb.Token, limit(sb)), outside(b, vb))
		for _, f := range mine {
			for _, g := range theirs {
				if f.set == g.set && f.side != g.side && !rules.sets[f.set].scale && !rules.sets[f.set].amount && !holdsSide(theirs, f) && !holdsSide(mine, g) {
					return true
				}
			}
		}
	}
	return false
}
