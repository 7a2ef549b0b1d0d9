package faults

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/corpus"
	"github.com/ragdiag/ragdiag/trace"
)

// What a long reference asks of a sentence. A reader that copies cannot say a
// person's answer in her words: what it says is right if it gives the sentence
// that the reference rests on, and bad if it gives neither that nor much else
// of it. Between the two nothing is claimed, and no case is made.
const (
	restsOn  = .2 // share of the reference's words that its evidence sentence must hold
	soundSay = .5 // share of them that a sound answer must hold
	farBelow = .6 // of the share of the sound answer: less is another answer
	asGood   = .7 // of the share of the gold passage: more makes the truth arguable
)

// reference is an answer that no passage holds word by word.
type reference struct {
	text  string
	words []string // that say something, each once
	key   []string // values that are in the evidence sentence too
}

func newReference(s string) *reference {
	r := &reference{text: s}
	for _, w := range strings.Fields(plain(s)) {
		if utf8.RuneCountInString(w) > 3 || strings.ContainsAny(w, "0123456789") {
			r.words = append(r.words, w)
		}
	}
	slices.Sort(r.words)
	r.words = slices.Compact(r.words)
	return r
}

// share returns the share of the reference's words that s holds, in [0,1].
func (r *reference) share(s string) float64 {
	if len(r.words) == 0 {
		return 0
	}
	has := map[string]bool{}
	for _, w := range strings.Fields(plain(s)) {
		has[w] = true
	}
	n := 0
	for _, w := range r.words {
		if has[w] {
			n++
		}
	}
	return float64(n) / float64(len(r.words))
}

// restOn fixes the sentence that the reference rests on, and with it the values
// that a right answer gives.
func (r *reference) restOn(sentence, question string) {
	for _, v := range values(sentence) {
		if holds(r.text, v.Text) && !holds(question, v.Text) {
			r.key = append(r.key, v.Text)
		}
	}
}

// lacksKey reports whether an answer lacks a value that it must give.
func (r *reference) lacksKey(answer string) bool {
	return slices.ContainsFunc(r.key, func(v string) bool { return !holds(answer, v) })
}

// restsOnSentence finds the sentence of the units' passages that a long
// reference rests on: the one that a unit names by its text, or else the one
// that shares most words with the reference.
func (w *world) restsOnSentence(units []trace.Unit, r *reference) (p corpus.Passage, sentence string, ok bool) {
	best := restsOn
	for _, u := range units {
		for _, i := range w.byDoc[w.document(cmp.Or(u.Doc, u.ID))] {
			for _, s := range sentences(w.passages[i].Text) {
				named := u.Text != "" && (holds(s, u.Text) || holds(u.Text, s))
				if share := r.share(s); share > best || named && share == best {
					best, p, sentence, ok = share, w.passages[i], s, true
				}
			}
		}
		if ok && u.Text != "" {
			return p, sentence, true // the first unit that names its sentence decides
		}
	}
	return p, sentence, ok
}
