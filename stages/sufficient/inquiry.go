package sufficient

import (
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
)

// inquiry are words of sentences that ask or say what was to be found out, by
// language.
var inquiry = map[string]*text.WordSet{
	"en": text.NewWordSet("whether", "aim", "aims", "aimed", "objective", "objectives", "purpose"),
	"de": text.NewWordSet("ob", "ziel", "fragestellung"),
	"fr": text.NewWordSet("objectif", "objectifs"),
	"es": text.NewWordSet("objetivo", "objetivos"),
	"pt": text.NewWordSet("objetivo", "objetivos"),
	"it": text.NewWordSet("obiettivo", "scopo"),
	"nl": text.NewWordSet("doel", "doelstelling"),
	"pl": text.NewWordSet("celem", "czy"),
	"ru": text.NewWordSet("ли", "цель", "целью"),
	"sv": text.NewWordSet("huruvida", "syftet"),
	"tr": text.NewWordSet("amacı", "amacımız"),
}

// inquires reports whether a sentence asks, or announces what was to be found
// out, so that it states no result.
func inquires(d *text.Doc, s text.Sentence) bool {
	if strings.HasSuffix(strings.TrimRight(s.Of(d.Text), "\"'”») \n"), "?") {
		return true
	}
	set := inquiry[d.Lang]
	if set == nil {
		return false
	}
	for _, t := range d.Tokens[s.Token:s.TokenEnd] {
		if set.Has(t.Text) {
			return true
		}
	}
	return false
}
