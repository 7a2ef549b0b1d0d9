package claim

import (
	"cmp"
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/internal/text"
)

// Idioms with which a text declines to answer, in the form of text.Normalize; a
// gap of a few words is written as an asterisk. What is built by rule is read by
// the grammars.
//
//go:embed lexicon/declines.txt
var declinesTable string

var declines = phrases(declinesTable)

// Lead-ins that talk about the sources rather than the world. What follows the
// comma is the claim.
//
//go:embed lexicon/leads.txt
var leadsTable string

var leads = phrases(leadsTable)

// Talk that states nothing about the world.
//
//go:embed lexicon/talk.txt
var talkTable string

var talk = phrases(talkTable)

//go:embed lexicon/greetings.txt
var greetingTable string

// greetings are what a whole sentence may be.
var greetings = func() map[string]bool {
	m := map[string]bool{}
	for _, p := range phrases(greetingTable) {
		m[p[0]] = true
	}
	return m
}()

// searches reports whether a normalised sentence tells how the answer is looked
// for: "To determine which …, we look at …", "I look for … in the chunks".
func searches(norm string) bool {
	clauses := clausesOf(norm)
	if len(clauses) == 0 {
		return false
	}
	opening := purposes.Has(clauses[0].opens)
	var all role
	for i := range clauses {
		all.join(&clauses[i].all)
	}
	const near = 5 // words of a clause among which its verb stands
	for i := range clauses {
		c := &clauses[i]
		var head role
		for j := range min(near, len(c.words)) {
			head.join(c.words[j])
		}
		looks := head[roleSelf] & head[roleSearch]
		switch {
		case looks != 0 && (opening || c.opens == "i" || c.opens == "ich" || c.opens == "je"):
			return true
		case head[roleSearch]&^inEnglish&all[roleSource] != 0:
			return true
		}
	}
	return false
}

// inEnglish is the bit of the first language of the lexicon.
const inEnglish = 1

// purposes open a sentence that says what is to be found out.
var purposes = text.NewWordSet(strings.Fields("to first next then now let lets finally um zuerst dann pour d'abord para primero per prima om för aby чтобы сначала")...)

// phrase is a sequence of stretches that must follow each other, with at most
// maxGap bytes between.
type phrase []string

const maxGap = 40

func phrases(table string) []phrase {
	var out []phrase
	for line := range strings.Lines(table) {
		for p := range strings.SplitSeq(line, "|") {
			if p = text.Normalize(p); p == "" {
				continue
			}
			var ph phrase
			for s := range strings.SplitSeq(p, "*") {
				if s = strings.TrimSpace(s); s != "" {
					ph = append(ph, s)
				}
			}
			out = append(out, ph)
		}
	}
	return out
}

// opens reports whether the normalised s begins with p.
func (p phrase) opens(s string) bool {
	if !strings.HasPrefix(s, p[0]) {
		return false
	}
	s = s[len(p[0]):]
	for _, next := range p[1:] {
		i := strings.Index(s[:min(len(s), maxGap+len(next))], next)
		if i < 0 {
			return false
		}
		s = s[i+len(next):]
	}
	return true
}

// key is what phrases are looked up by: their first bytes.
type key [3]byte

func keyOf(s string) (k key) {
	copy(k[:], s)
	return k
}

// phraseIndex holds phrases by their first bytes, so that a text is read once
// rather than once per phrase.
type phraseIndex struct {
	heads [256][256 / 64]uint64 // which second byte follows which first one
	by    map[key][]phrase
}

func newPhraseIndex(phrases []phrase) *phraseIndex {
	x := &phraseIndex{by: map[key][]phrase{}}
	for _, p := range phrases {
		k := keyOf(p[0])
		x.by[k] = append(x.by[k], p)
		x.heads[k[0]][k[1]/64] |= 1 << (k[1] % 64)
	}
	return x
}

// opening returns the first phrase that the normalised s begins with, or nil.
func (x *phraseIndex) opening(s string) phrase {
	k := keyOf(s)
	if x.heads[k[0]][k[1]/64]>>(k[1]%64)&1 == 0 {
		return nil
	}
	for _, p := range x.by[k] {
		if p.opens(s) {
			return p
		}
	}
	return nil
}

var declinesByKey, talkByKey, leadsByKey = newPhraseIndex(declines), newPhraseIndex(talk), newPhraseIndex(leads)

// Declines reports whether s declines to answer: with a phrase that is only
// used for that, or with a clause that denies that a source or the speaker can
// tell. It returns what says so and what follows, both in the form of
// text.Normalize.
func Declines(s string) (said, rest string, yes bool) { return declinesIn(text.Normalize(s)) }

func declinesIn(norm string) (said, rest string, yes bool) {
	if said, rest, yes := declinesByPhrase(norm); yes {
		return said, rest, true
	}
	if sp, ok := denial(norm); ok {
		return strings.TrimSpace(sp.Of(norm)), norm[sp.End:], true
	}
	return "", "", false
}

// declinesByPhrase looks for a phrase that is only used to decline.
func declinesByPhrase(norm string) (said, rest string, yes bool) {
	inWord := false
	for i, r := range norm {
		letter := r < 0xe00 && unicode.IsLetter(r)
		if !letter || !inWord {
			if p := declinesByKey.opening(norm[i:]); p != nil {
				return strings.Join(p, " … "), norm[i+len(p[0]):], true
			}
		}
		inWord = letter
	}
	return "", "", false
}

// smallTalk reports whether a short claim, given normalised too, only keeps the
// conversation going.
func smallTalk(s, norm string) bool {
	if len(norm) > 160 {
		return false
	}
	if greetings[strings.Trim(norm, " .,!?¡¿।。！，…~-")] {
		return true
	}
	if talkByKey.opening(norm) != nil {
		return true
	}
	return len(norm) < 60 && leadsByKey.opening(norm) != nil && len(text.Terms(s, "")) < minPart
}

var commas = text.NewCharSet(",，")

// afterLead cuts a lead-in up to its comma.
func afterLead(s string) string {
	i := commas.Index(s)
	if i < 0 || i > 80 {
		return s
	}
	if leadsByKey.opening(text.Normalize(s[:i])) == nil {
		return s
	}
	_, n := utf8.DecodeRuneInString(s[i:])
	return cmp.Or(strings.TrimSpace(s[i+n:]), s)
}
