package ground

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/text"
)

// maxContrast is the number of content words of a sentence up to which its words
// are held against those of another one: in longer ones too much differs.
const maxContrast = 10

// articles are between a preposition and its noun.
var articles = text.NewWordSet(strings.Fields("the a an our your its their der die das den dem des ein eine einen einem le la les l un une des el los las una il lo gli i o os as um uma het een de den det en ett all")...)

// agents are before who did something, which is no condition.
var agents = text.NewWordSet("by", "von", "par", "por", "da", "door", "av", "przez")

// contrast reports whether two sentences speak of two things or under two
// conditions, beside the stretches in which they are said to disagree: the cabin
// bag and the checked bag, on weekdays and on weekends, until 2019 and since.
func contrast(a *text.Doc, sa text.Sentence, va text.Span, b *text.Doc, sb text.Sentence, vb text.Span) bool {
	if claim.Opposed(a, sa, va, b, sb, vb) {
		return true
	}
	if sa.TermEnd-sa.Term > maxContrast || sb.TermEnd-sb.Term > maxContrast {
		return false
	}
	mine, theirs := ownWords(a, sa, va, b, sb), ownWords(b, sb, vb, a, sa)
	for _, x := range mine {
		for _, y := range theirs {
			if px, py := preposition(a, sa, x), preposition(b, sb, y); px != "" && px == py && !agents.Has(px) {
				return true
			}
			if n, m := nextTo(a, sa, x), nextTo(b, sb, y); n != 0 && n == m {
				return true
			}
			if bothOpen(a, sa, x, b, sb, y) {
				return true
			}
			if calendar.Has(a.Tokens[a.Terms[x].Token].Text) && calendar.Has(b.Tokens[b.Terms[y].Token].Text) {
				return true
			}
		}
	}
	return false
}

// ownWords lists the terms of a sentence, as indexes into d.Terms, that are not
// in the other one and not in a stretch of it. Numbers count only as dates of
// something else.
func ownWords(d *text.Doc, s text.Sentence, without text.Span, e *text.Doc, o text.Sentence) []int {
	var out []int
	dated := slices.ContainsFunc(d.Dates(), func(t text.Date) bool { return t.Start < without.End && without.Start < t.End })
	for k := s.Term; k < s.TermEnd; k++ {
		t := d.Terms[k]
		tok := d.Tokens[t.Token]
		if c := t.Stem[0]; c >= '0' && c <= '9' && (dated || len(inside(d.Dates(), s.Span, func(t *text.Date) text.Span { return t.Span })) == 0) {
			continue // another part of the same value, as the end of a range
		}
		if tok.Start < without.End && without.Start < tok.End || within(t, e.Terms[o.Term:o.TermEnd], d.Lang) {
			continue
		}
		out = append(out, k)
	}
	return out
}

// preposition returns the function word in front of a term, articles and words
// of the same phrase aside; "": there is none.
func preposition(d *text.Doc, s text.Sentence, k int) string {
	i := d.Terms[k].Token
	for j := i - 1; j >= max(s.Token, i-3); j-- {
		w := d.Tokens[j].Text
		if strings.ContainsAny(d.Gap(j), ",;:.") || containsToken(d, k, j) {
			return ""
		}
		if !articles.Has(w) {
			if len(w) > 5 || !text.IsStop(d.Lang, w) {
				return ""
			}
			return w
		}
	}
	return ""
}

// containsToken reports whether token j is a content word.
func containsToken(d *text.Doc, k, j int) bool {
	return k > 0 && d.Terms[k-1].Token == j
}

// nextTo returns the term that is right behind a term with nothing but a
// blank between them; 0: none.
func nextTo(d *text.Doc, s text.Sentence, k int) uint64 {
	if k+1 >= s.TermEnd || d.Terms[k+1].Token != d.Terms[k].Token+1 || strings.TrimSpace(d.Gap(d.Terms[k].Token)) != "" {
		return 0
	}
	return d.Terms[k+1].Hash
}

// bothOpen reports whether two terms open their sentences and the same term
// follows both: adults take, children take.
func bothOpen(a *text.Doc, sa text.Sentence, x int, b *text.Doc, sb text.Sentence, y int) bool {
	if x != sa.Term || y != sb.Term || x+1 >= sa.TermEnd || y+1 >= sb.TermEnd {
		return false
	}
	v, w := a.Terms[x+1], b.Terms[y+1]
	number := func(t text.Term) bool { return t.Stem[0] >= '0' && t.Stem[0] <= '9' }
	return v.Hash == w.Hash || number(v) && number(w)
}

// calendar holds days and seasons: what holds on one says nothing of another.
var calendar = text.NewWordSet(strings.Fields(calendarList)...)

//go:embed calendar.txt
var calendarList string

// sentenceAt returns the sentence of d that holds a stretch.
func sentenceAt(d *text.Doc, sp text.Span) (text.Sentence, bool) {
	i, ok := slices.BinarySearchFunc(d.Sentences, sp.Start, func(s text.Sentence, at int) int {
		switch {
		case s.End <= at:
			return -1
		case s.Start > at:
			return 1
		}
		return 0
	})
	if !ok {
		return text.Sentence{}, false
	}
	return d.Sentences[i], true
}
