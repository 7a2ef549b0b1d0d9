package text

import (
	_ "embed"
	"sync"
)

//go:embed words/limits.txt
var limitsFile string

// limitWords are the words by which a question asks for a limit.
type limitWords struct {
	nouns, before, asking, how, degrees *WordSet
}

var limitsOnce = sync.OnceValue(func() *limitWords {
	l := &limitWords{NewWordSet(), NewWordSet(), NewWordSet(), NewWordSet(), NewWordSet()}
	sets := map[string]*WordSet{"noun": l.nouns, "before": l.before, "asking": l.asking, "how": l.how, "degree": l.degrees}
	for _, r := range rows(limitsFile) {
		for _, w := range r[1:] {
			sets[r[0]].add(fold(w))
		}
	}
	return l
})

// limitAsked reports whether a question asks for a limit at token i: "until
// when", "how low", "the maximum". The operator then belongs to the question: an
// answer that repeats it and one that leaves it out say the same.
func limitAsked(d *Doc, i int) bool {
	l := limitsOnce()
	w := d.Tokens[i].Text
	if l.nouns.Has(w) {
		return true
	}
	next := func(k int) string {
		if i+k < len(d.Tokens) {
			return d.Tokens[i+k].Text
		}
		return " " // no word
	}
	if l.how.Has(w) && l.degrees.Has(next(1)) {
		return true
	}
	if !l.before.Has(w) {
		return false
	}
	for k := 1; k <= 2; k++ { // "à partir de quel âge"
		if l.asking.Has(next(k)) {
			return true
		}
	}
	return false
}
