package match

import (
	"fmt"
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// doubt looks at a text that says all items for what still turns them round:
// pairs of a name and a value that were exchanged, and values in another order
// where the order says something.
func (r *Reference) doubt(res *Result, c *comparison) {
	if r.whole != nil && len(r.whole.tokens) >= statementWords {
		if where := r.find(r.whole.tokens, c, false); where.share >= verbatim {
			if _, p, why, ok := r.turned(r.whole, where, c); ok {
				res.Agreement, res.P, res.Why = trace.Different, p, why
				return
			}
		}
	}
	if w, g, ok := r.contentOpposed(res, c); ok {
		res.Agreement, res.P, res.Why = trace.Different, .1, fmt.Sprintf("it says %q for %q", g.Of(c.v.d.Text), w.Of(r.Text))
		return
	}
	if sp, ok := r.exchanged(res, c); ok {
		res.Agreement, res.P = trace.Different, .1
		res.Why = fmt.Sprintf("%q belongs to another name in the reference", sp.Of(c.v.d.Text))
	}
}

// contentOpposed compares words such as "weekdays" in a short text that says the
// values beside them.
func (r *Reference) contentOpposed(res *Result, c *comparison) (want, got text.Span, ok bool) {
	if r.whole == nil || len(c.v.d.Tokens) > shortText {
		return want, got, false
	}
	lang := r.operatorLang(c.v)
	places := map[int]int{}
	for i, it := range res.Items {
		if it.GotEnd > it.GotStart && it.Asked {
			places[r.Items[i].from], _ = c.v.tokensOf(text.Span{Start: it.GotStart, End: it.GotEnd})
		}
	}
	mine, theirs := r.v.operators(lang), c.v.operators(lang)
	for _, op := range mine {
		if !op.label.content || op.from < r.whole.from || op.to > r.whole.to {
			continue
		}
		if hit := inSentences(op, mine, theirs, c.v, places); hit != nil && !strings.Contains(relations, " "+op.label.set+" ") {
			return r.Doc.TokenSpan(op.from, op.to), c.v.d.TokenSpan(hit.from, hit.to), true
		}
	}
	return want, got, false
}

// statementWords is the number of content words from which a reference is a
// statement rather than a name.
const statementWords = 5

// exchanged compares which name each value belongs to.
func (r *Reference) exchanged(res *Result, c *comparison) (text.Span, bool) {
	values := 0
	for _, it := range res.Items {
		if it.Kind == "number" && it.Agreement == trace.Equal {
			values++
		}
	}
	if values < 2 {
		return text.Span{}, false
	}
	type pair struct{ want, got int }
	var order []pair
	for _, it := range res.Items {
		if it.Kind == "number" && it.Agreement == trace.Equal {
			order = append(order, pair{it.WantStart, it.GotStart})
		}
	}
	if r.v.fromTo() && c.v.fromTo() || r.ratio() { // "from 20 to 30", "3:1"
		for i := 1; i < len(order); i++ {
			if order[i].want > order[i-1].want && order[i].got < order[i-1].got && c.v.sameSentence(order[i].got, order[i-1].got) {
				return text.Span{Start: order[i].got, End: min(len(c.v.d.Text), order[i].got+4)}, true
			}
		}
	}
	names := map[string]bool{}
	for _, p := range order {
		name, ok := nearestName(r.v, p.want, r.v)
		if !ok || names[name] {
			return text.Span{}, false
		}
		names[name] = true
	}
	for _, p := range order {
		mine, _ := nearestName(r.v, p.want, r.v)
		if theirs, ok := nearestName(c.v, p.got, r.v); ok && mine != theirs && names[theirs] {
			return text.Span{Start: p.got, End: p.got + wordEnd(c.v.d.Text[p.got:])}, true
		}
	}
	return text.Span{}, false
}

// sameSentence reports whether two places of a text lie in one sentence: only
// there their order says which came first.
func (v *view) sameSentence(a, b int) bool {
	i, _ := v.tokensOf(text.Span{Start: a, End: a + 1})
	j, _ := v.tokensOf(text.Span{Start: b, End: b + 1})
	return i < len(v.sentence) && j < len(v.sentence) && v.sentence[i] == v.sentence[j]
}

func wordEnd(s string) int {
	if i := strings.IndexByte(s, ' '); i >= 0 {
		return i
	}
	return len(s)
}

// fromTo reports whether a text goes from one value to another.
func (v *view) fromTo() bool {
	from := false
	for _, t := range v.d.Tokens {
		switch {
		case strings.Contains(" from von de da desde från od от van ", " "+t.Text+" "):
			from = true
		case from && strings.Contains(" to auf nach bis à a até para till do до naar tot ", " "+t.Text+" "):
			return true
		}
	}
	return false
}

// ratio reports whether two numbers of the reference are in a ratio.
func (r *Reference) ratio() bool {
	v := r.v.quantities()
	return len(v) == 2 && v[0].End <= v[1].Start && strings.TrimSpace(r.Text[v[0].End:v[1].Start]) == ":"
}

// nearestName is the key of the last name of the reference before a place, in
// its clause or the one before.
func nearestName(v *view, at int, ref *view) (string, bool) {
	name := ""
	for i, t := range v.d.Tokens {
		if t.Start >= at {
			break
		}
		if i > 0 && v.sentence[i] != v.sentence[i-1] {
			name = ""
		}
		w := v.words[i]
		if c := t.Text[len(t.Text)-1]; w.cap && !w.stop && (c < '0' || c > '9') {
			if l := ref.at[w.key]; len(l) == 1 && ref.words[l[0]].cap {
				name = w.key
			}
		}
	}
	return name, name != ""
}

// alternatives are the other ways to say a short reference that itself gives
// several, any of which is right: "Alice or Louise".
func (r *Reference) alternatives() []*Reference {
	if r.others != nil || r.Kind != trace.ReferenceValue || len(r.Doc.Tokens) > 10 {
		return r.others
	}
	r.others = []*Reference{}
	if open := strings.IndexByte(r.Text, '('); open > 0 { // "(accept …)", or another name
		inside, _, _ := strings.Cut(r.Text[open+1:], ")")
		for _, word := range [...]string{"accept ", "or ", "also ", "aka ", "oder ", "ou "} {
			if rest, ok := strings.CutPrefix(inside, word); ok {
				r.others = append(r.others, readReference(r.q, r.ask, rest, r.Doc.Lang, false))
			}
		}
		if o := text.Analyze(inside, r.Doc.Lang); len(r.others) == 0 && len(o.Tokens) > 1 && len(o.Numbers())+len(o.Dates()) == 0 {
			if ref := readReference(r.q, r.ask, inside, r.Doc.Lang, false); len(ref.Items) == 1 && ref.Items[0].Kind == itemName {
				r.others = append(r.others, ref)
			}
		}
	}
	for i := 1; i+1 < len(r.Doc.Tokens); i++ {
		if !orWord(r.Doc.Tokens[i].Text, r.Doc.Lang) || !r.v.words[i+1].cap || !r.v.words[i-1].cap {
			continue
		}
		for _, part := range [...]string{r.Text[:r.Doc.Tokens[i-1].End], r.Text[r.Doc.Tokens[i+1].Start:]} {
			r.others = append(r.others, readReference(r.q, r.ask, part, r.Doc.Lang, false))
		}
		break
	}
	return r.others
}
