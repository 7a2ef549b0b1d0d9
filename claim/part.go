package claim

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/internal/text"
)

// Parts cuts a claim of a text into the statements that it joins: with "and",
// "but", "while", "whereas", and with a relative clause between commas. Each
// part has a verb and at least four content words, and reads on its own: a part
// without a subject gets that of the first one in Text, while Start and End
// name its bytes in the text that the claim was cut from. The parts ascend and
// do not overlap. nil: the claim is one statement, is not checkable, is a row
// of a table, or is not in English. A wrong cut does more harm than none, so
// what is doubtful stays whole.
func Parts(answer string, c Claim) []Claim {
	if !c.Checkable || c.Start < 0 || c.End > len(answer) || c.Start >= c.End {
		return nil
	}
	raw := answer[c.Start:c.End]
	if len(raw) > maxJoined || tableCells(raw) != nil || !strings.ContainsAny(raw, " ") {
		return nil
	}
	j := joined{raw: raw, toks: text.Tokens(raw)}
	if len(j.toks) < 2*minPart || subordinates.Has(j.toks[0].Text) || !english(j.toks) {
		return nil
	}
	if !j.cut() {
		return nil
	}
	out := make([]Claim, len(j.pieces))
	for i, p := range j.pieces {
		out[i] = Claim{Text: p.text, Start: c.Start + p.Start, End: c.Start + p.End, Checkable: true}
	}
	return out
}

// maxJoined bounds in bytes the sentences that are looked at.
const maxJoined = 2000

// joined is a sentence that is cut into statements.
type joined struct {
	raw    string
	toks   []text.Token
	pieces []statementPiece
}

// statementPiece is one statement with what it says on its own.
type statementPiece struct {
	text.Span
	text string
}

var (
	subordinates = text.NewWordSet("if", "when", "although", "though", "because", "while", "since", "unless", "until", "whether", "whereas", "neither", "both", "either", "not")
	beOrHave     = text.NewWordSet("is", "are", "was", "were", "be", "been", "has", "have", "had")
	adverbs      = text.NewWordSet("also", "later", "then", "now", "subsequently", "eventually", "still", "never", "often", "soon", "finally", "usually", "currently", "thus", "therefore")
	openings     = text.NewWordSet("the", "a", "an", "he", "she", "it", "they", "this", "these", "its", "his", "her", "their", "there", "some", "many", "most", "each", "all")
	behindVerb   = text.NewWordSet("in", "by", "at", "on", "to", "from", "as", "for", "with", "into", "until", "between", "during", "after", "before")
	// finites are verb forms that are rarely anything else.
	finites = text.NewWordSet(strings.Fields("is are was were has have had does did can could will would may might must shall should cannot isn't aren't wasn't weren't hasn't haven't hadn't doesn't didn't can't couldn't won't wouldn't " +
		"became becomes began begins brought built came comes contains consists costs covers died dies fell gave gives goes went grew grows held holds includes involves kept keeps knew knows led left lies lost lives made makes makes means met occurs paid plays produces provides ran received refers remains replaces requires resulted rose said sat says saw sent serves sold spent spoke stands stood takes taught tells tends thought told took uses varies wants won wrote writes works allows appears applies belongs causes creates depends describes features follows helps hosts increases indicates needs offers operates owns pays reaches reduces runs sells seems shows starts states suggests supports turns understood broke chose drew drove fought forgot found lay lent rode sang shot shut slept split spread struck swam threw wore")...)
	// notVerbs end as verbs of the past do.
	notVerbs = text.NewWordSet("united", "limited", "related", "advanced", "red", "bed", "need", "seed", "speed", "hundred", "indeed", "breed", "feed", "unlimited", "mixed", "sacred", "naked", "detailed", "increased", "reduced", "so-called", "exceed", "proceed", "succeed", "shed", "skilled", "armed", "combined", "given")
)

// finite reports whether w looks like a verb that a statement can rest on.
func finite(w string) bool {
	if w == "" {
		return false
	}
	return finites.Has(w) || len(w) >= 5 && strings.HasSuffix(w, "ed") && !notVerbs.Has(w)
}

// english reports whether enough of the words are English function words.
func english(toks []text.Token) bool {
	n := 0
	for _, t := range toks {
		if text.IsStop("en", t.Text) {
			n++
		}
		if r, _ := utf8.DecodeRuneInString(t.Text); r >= 0x250 {
			return false
		}
	}
	return 5*n >= len(toks)
}

// verb returns the first verb among tokens [from, to), or -1.
func (j *joined) verb(from, to int) int {
	for i := from; i < min(to, len(j.toks)); i++ {
		if finite(j.toks[i].Text) {
			return i
		}
	}
	return -1
}

// gap returns what stands before token i.
func (j *joined) gap(i int) string {
	if i == 0 {
		return ""
	}
	return j.raw[min(j.toks[i-1].End, j.toks[i].Start):j.toks[i].Start]
}

// between returns the text of tokens [from, to).
func (j *joined) between(from, to int) string { return j.raw[j.toks[from].Start:j.toks[to-1].End] }

// enough reports whether tokens [from, to) have a verb and the content words
// of a statement.
func (j *joined) enough(from, to int) bool {
	return to > from && j.verb(from, to) >= 0 && len(text.Terms(j.between(from, to), "en")) >= minPart
}

// cut fills pieces; false: the sentence is one statement.
func (j *joined) cut() bool {
	n := len(j.toks)
	v := j.verb(0, n)
	sub := subject(j.raw, j.toks)
	if v < 0 || sub == "" {
		return false
	}
	start, lead := 0, "" // of the piece being read, and what stands before it in its Text
	add := func(end int) {
		j.pieces = append(j.pieces, statementPiece{text: lead + clean(j.raw[j.toks[start].Start:j.bytesTo(end)])})
		p := &j.pieces[len(j.pieces)-1]
		p.Start, p.End = j.toks[start].Start, j.bytesTo(end)
		if len(j.pieces) == 1 {
			p.Start = 0
			p.text = clean(j.raw[:p.End])
		}
		p.text = written(p.text)
	}
	for i := v + 1; i < n-minPart; i++ {
		next, carry := j.joint(i, start, v, sub)
		if next <= 0 || !j.enough(start, i) {
			continue
		}
		if j.verb(next, n) < 0 || len(text.Terms(j.between(next, n), "en")) < minPart {
			continue
		}
		add(i)
		start, lead = next, carry
		if v2 := j.verb(next, n); v2 >= 0 {
			v = v2
			i = max(i, v2)
		}
	}
	if start == 0 {
		return false
	}
	add(n)
	j.pieces[len(j.pieces)-1].End = len(j.raw)
	return true
}

// bytesTo returns the end of the bytes before token i, without the comma and
// space behind them.
func (j *joined) bytesTo(i int) int {
	if i == len(j.toks) {
		return len(j.raw)
	}
	return max(j.toks[i-1].End, len(strings.TrimRight(j.raw[:j.toks[i].Start], " ,;\n")))
}

// joint tells whether a new statement opens at token i: with which token its
// own words begin, and what is carried over to stand before them.
func (j *joined) joint(i, start, v int, sub string) (next int, carry string) {
	w, comma := j.toks[i].Text, strings.Contains(j.gap(i), ",")
	if strings.ContainsAny(j.gap(i), "(\"“‘-–—/") {
		return 0, ""
	}
	n := len(j.toks)
	switch w {
	case "which", "who":
		if !comma || i+1 >= n || !finite(j.toks[i+1].Text) {
			return 0, ""
		}
		if strings.Contains(j.raw[j.toks[i].End:], ",") { // it may end inside the sentence
			return 0, ""
		}
		if a := j.antecedent(i); a != "" {
			return i + 1, a + " "
		}
		return 0, ""
	case "and", "but", "while", "whereas":
	default:
		return 0, ""
	}
	at := i + 1
	for at < n && at < i+3 && (adverbs.Has(j.toks[at].Text)) {
		at++
	}
	if at >= n-2 {
		return 0, ""
	}
	first := j.toks[at].Text
	if finite(first) { // same subject
		if w == "while" || w == "whereas" {
			return 0, ""
		}
		if strings.HasSuffix(first, "ed") && !finites.Has(first) {
			switch {
			case behindVerb.Has(j.toks[at+1].Text) && beOrHave.Has(j.toks[v].Text):
				return i + 1, sub + " " + j.toks[v].Text + " "
			case behindVerb.Has(j.toks[at+1].Text) && !strings.HasSuffix(j.toks[v].Text, "ed") && !finites.Has(j.toks[v].Text):
				return 0, ""
			}
		}
		if ed := strings.HasSuffix(first, "ed"); !comma && ed && v+1 == i { // "located and operated in"
			return 0, ""
		} else if after := j.toks[at+1].Text; ed && !openings.Has(after) && !behindVerb.Has(after) && strings.Contains(j.raw[j.toks[v].End:j.toks[i].Start], ",") { // "paper, card and painted boxes"
			return 0, ""
		}
		return i + 1, sub + " "
	}
	r, _ := utf8.DecodeRuneInString(j.raw[j.toks[at].Start:])
	if !openings.Has(first) && !unicode.IsUpper(r) {
		return 0, ""
	}
	if !comma && (w == "and" || w == "but") {
		return 0, ""
	}
	for k := at + 1; k < min(n, at+6); k++ {
		if strings.ContainsAny(j.gap(k), ",;(") || j.toks[k].Text == "and" || j.toks[k].Text == "or" || j.toks[k].Text == "that" || j.toks[k].Text == "which" || j.toks[k].Text == "who" {
			return 0, ""
		}
		if finite(j.toks[k].Text) {
			return i + 1, ""
		}
	}
	return 0, ""
}

// antecedent returns the noun phrase in front of the comma before token i: back
// to its determiner, or a run of capitals; "": neither.
func (j *joined) antecedent(i int) string {
	if r, _ := utf8.DecodeRuneInString(j.raw[j.toks[i-1].Start:]); unicode.IsUpper(r) {
		from := i - 1
		for from > 0 && i-from < 5 {
			r, _ := utf8.DecodeRuneInString(j.raw[j.toks[from-1].Start:])
			if !unicode.IsUpper(r) || strings.TrimSpace(j.gap(from)) != "" {
				break
			}
			from--
		}
		return j.between(from, i)
	}
	for from := i - 1; from >= max(0, i-4); from-- {
		if strings.ContainsAny(j.gap(from+1), ",;") && from+1 < i {
			return ""
		}
		switch j.toks[from].Text {
		case "the", "a", "an", "its", "his", "their":
			return j.between(from, i)
		}
		if finite(j.toks[from].Text) || behindVerb.Has(j.toks[from].Text) {
			return ""
		}
	}
	return ""
}

// maxSubject bounds the words of a subject that is carried over.
const maxSubject = 7

// subject returns what stands before the first verb of a sentence, if that
// reads as its subject: it opens with a determiner, a pronoun or a capital, and
// nothing is set apart in it.
func subject(s string, toks []text.Token) string {
	for i, t := range toks {
		if i > maxSubject {
			return ""
		}
		if i > 0 && strings.ContainsAny(s[min(toks[i-1].End, t.Start):t.Start], ",;:([") {
			return ""
		}
		if finite(t.Text) {
			if i == 0 || adverbs.Has(toks[i-1].Text) && i == 1 {
				return ""
			}
			end := i
			if adverbs.Has(toks[i-1].Text) {
				end--
			}
			first := toks[0].Text
			r, _ := utf8.DecodeRuneInString(s[toks[0].Start:])
			if behindVerb.Has(first) || subordinates.Has(first) || !openings.Has(first) && !unicode.IsUpper(r) {
				return ""
			}
			return s[toks[0].Start:toks[end-1].End]
		}
		switch t.Text {
		case "that", "which", "who", "and", "or", "to":
			return ""
		}
	}
	return ""
}

// written gives a statement a capital and a full stop.
func written(s string) string {
	s = strings.TrimRight(strings.TrimSpace(s), ",; ")
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	s = string(unicode.ToUpper(r)) + s[n:]
	if last, _ := utf8.DecodeLastRuneInString(s); unicode.IsLetter(last) || unicode.IsDigit(last) || last == ')' || last == '%' {
		s += "."
	}
	return s
}
