package match

import (
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
)

// leftOpen reports whether the word at a token is one of several that a text
// leaves the choice between.
func (c *comparison) leftOpen(at int, r *Reference) bool {
	d := c.v.d
	if at >= len(d.Tokens) {
		return false
	}
	s := d.Sentences[c.v.sentence[at]]
	if s.TokenEnd-s.Token > mostTokens {
		return false
	}
	or := false
	for i := s.Token; i < s.TokenEnd; i++ {
		if orWord(d.Tokens[i].Text, d.Lang) {
			or = true
		}
	}
	if !or {
		return false
	}
	for _, t := range r.Doc.Tokens {
		if orWord(t.Text, r.Doc.Lang) {
			return false
		}
	}
	for _, h := range hedgePhrases().all(d, s.Token, s.TokenEnd) {
		if h.from <= at {
			return true
		}
	}
	return false
}

// eitherValue reports whether the text gives another value beside this one, with
// "or" between them, where the reference does not.
func (c *comparison) eitherValue(got *text.Quantity, r *Reference) bool {
	d := c.v.d
	for _, t := range r.Doc.Tokens {
		if orWord(t.Text, r.Doc.Lang) {
			return false
		}
	}
	for _, q := range c.v.quantities() {
		if q.Kind != got.Kind || q.Kind != text.Measure || q.Low == got.Low || q.Compare(*got, text.Setting{Share: true}) == text.Equal || q.Unit != "" && got.Unit != "" && q.Unit != got.Unit {
			continue
		}
		from, to := q.End, got.Start
		if q.Start > got.Start {
			from, to = got.End, q.Start
		}
		if from <= to && to-from < 16 && orWord(strings.ToLower(strings.TrimSpace(d.Text[from:to])), d.Lang) && !r.inQuestion(q) {
			return true
		}
	}
	return false
}

func orWord(w, lang string) bool {
	switch w {
	case "or", "oder", "ou", "eller", "lub", "albo", "или", "либо", "或", "veya", "atau", "hoặc", "oppure":
		return true
	case "o", "u":
		return lang == "es" || lang == "it"
	case "of":
		return lang == "nl"
	}
	return false
}
