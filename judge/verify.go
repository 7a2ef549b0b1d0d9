package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// The verdicts of Verify.
const (
	Supported    = "supported"
	Partial      = "partial"
	Contradicted = "contradicted"
	NotFound     = "not_found"
)

// Verify decides for each claim how the passages stand to it. Units are
// passages, items are claims.
var Verify = &Task{
	Name: "claims.verify", Version: 1,
	item: "claim", absence: true,
	rule: `You check claims against passages. Decide each claim by the passages alone, never by what you know.
Read a claim as an attentive reader would: other words for the same thing are the same. A claim with several parts is supported only if each part is.
A number, date, name or unit that differs is a contradiction if the passage speaks of the same thing, and not found if it speaks of another.`,
	verdicts: []verdict{
		{Supported, "the passages state it or it follows from them without other knowledge", true},
		{Partial, "they support a part of it and say nothing about the rest", false},
		{Contradicted, "they say something about the same thing that cannot be true together with it", true},
		{NotFound, "they neither support nor contradict it; also if they are on the topic", false},
	},
	check: checkClaim,
}

// offline is the verifier that has a say in each verdict about a claim.
var offline = claim.New(claim.Options{})

// checkClaim holds a verdict about a claim against its quotes: they must speak of
// something that the claim speaks of, and a claim that they contradict word by
// word is not supported.
func checkClaim(q *Query, item Item, verdict string, quotes []string) string {
	if verdict != Supported && verdict != Contradicted {
		return ""
	}
	if !related(item.Text, quotes) {
		return "the quote has nothing to do with the claim"
	}
	if verdict != Supported {
		return ""
	}
	if got := offline.Prepare(quotes).Check(item.Text); got.Support == trace.Contradicted {
		return "the quote says otherwise: " + got.Why
	}
	if value := unheard(item.Text, q.Units); value != "" {
		return fmt.Sprintf("no unit has %q", value)
	}
	return ""
}

// unheard returns a number or a date of a claim that is in no unit, or "". A
// value can be worked out from others; far more often it was made up.
func unheard(claim string, units []Unit) string {
	doc := text.Analyze(claim, "")
	numbers, dates := doc.Numbers(), doc.Dates()
	if len(numbers)+len(dates) == 0 {
		return ""
	}
	docs := make([]*text.Doc, len(units))
	for i, u := range units {
		docs[i] = text.Analyze(u.Title+"\n"+u.Text, doc.Lang)
	}
	for _, d := range dates {
		if !slices.ContainsFunc(docs, func(u *text.Doc) bool {
			return slices.ContainsFunc(u.Dates(), func(e text.Date) bool { return d.Compatible(e) })
		}) {
			return d.Text
		}
	}
	for _, n := range numbers {
		if !strings.ContainsAny(n.Text, "0123456789") {
			continue // "one", "third": often no count at all
		}
		if !slices.ContainsFunc(docs, func(u *text.Doc) bool { return slices.ContainsFunc(u.Numbers(), n.Equal) }) {
			return n.Text
		}
	}
	return ""
}

// related reports whether the quotes share a content word, a number or a name
// with s. Texts in different scripts or languages share none, and pass.
func related(s string, quotes []string) bool {
	lang := text.Language(s)
	mine := map[uint64]bool{}
	doc := text.Analyze(s, lang)
	for _, t := range doc.Terms {
		mine[t.Hash] = true
	}
	for _, q := range quotes {
		other := text.Language(q)
		if lang != "" && other != "" && other != lang && len(q) >= sureOfLanguage && len(s) >= sureOfLanguage || !text.SameScript(lang, other) && lang != "" && other != "" {
			return true
		}
		d := text.Analyze(q, lang)
		for _, t := range d.Terms {
			if mine[t.Hash] {
				return true
			}
		}
		for _, n := range d.Numbers() {
			for _, m := range doc.Numbers() {
				if n.Equal(m) {
					return true
				}
			}
		}
	}
	return len(mine) == 0
}

// sureOfLanguage is the length in bytes from which the language of a text is
// taken as known.
const sureOfLanguage = 60
