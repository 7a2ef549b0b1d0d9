package claim

import (
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

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
	for from > 0 && i-from < 3 && !strings.ContainsAny(d.Gap(from-1), ".;:!?\n") {
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
