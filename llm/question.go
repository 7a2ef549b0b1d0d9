package llm

import (
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
)

// answerKind is the kind of thing that a question asks for.
type answerKind uint8

const (
	kindAny answerKind = iota
	kindName
	kindTime
	kindNumber
)

// questionWords tell the kind of answer, in languages that put words apart;
// the first one found in a question decides. Several words stand for "how many".
var questionWords = map[string]answerKind{
	"who": kindName, "whom": kindName, "whose": kindName, "where": kindName,
	"when": kindTime,
	"wer":  kindName, "wem": kindName, "wen": kindName, "wessen": kindName, "wo": kindName, "wohin": kindName,
	"wann": kindTime, "wieviel": kindNumber, "wieviele": kindNumber,
	"qui": kindName, "où": kindName, "quand": kindTime, "combien": kindNumber,
	"quién": kindName, "quien": kindName, "dónde": kindName, "cuándo": kindTime, "cuántos": kindNumber, "cuántas": kindNumber, "cuánto": kindNumber,
	"chi": kindName, "dove": kindName, "quando": kindTime, "quanti": kindNumber, "quante": kindNumber,
	"quem": kindName, "onde": kindName, "quantos": kindNumber, "quantas": kindNumber,
	"متى": kindTime, "كم": kindNumber,
	"кто": kindName, "где": kindName, "когда": kindTime, "сколько": kindNumber,
}

// questionPhrases do the same where one word does not, or where a script has
// no spaces. Earlier rows win.
var questionPhrases = []struct {
	phrase string
	kind   answerKind
}{
	{"how many", kindNumber}, {"how much", kindNumber}, {"how old", kindNumber}, {"how long", kindNumber}, {"how far", kindNumber},
	{"how tall", kindNumber}, {"how large", kindNumber}, {"how big", kindNumber}, {"what percentage", kindNumber}, {"what number", kindNumber},
	{"what year", kindTime}, {"which year", kindTime}, {"what date", kindTime}, {"what day", kindTime}, {"what month", kindTime}, {"what century", kindTime},
	{"wie viele", kindNumber}, {"wie viel", kindNumber}, {"wie lange", kindNumber}, {"wie alt", kindNumber}, {"wie groß", kindNumber},
	{"welchem jahr", kindTime}, {"welches jahr", kindTime}, {"quelle année", kindTime}, {"qué año", kindTime}, {"في أي عام", kindTime}, {"ما عدد", kindNumber},
	{"什么时候", kindTime}, {"何时", kindTime}, {"哪一年", kindTime}, {"哪年", kindTime}, {"いつ", kindTime}, {"언제", kindTime},
	{"多少", kindNumber}, {"多大", kindNumber}, {"几个", kindNumber}, {"几", kindNumber}, {"いくつ", kindNumber}, {"몇", kindNumber},
}

func kindOfQuestion(q *text.Doc) answerKind {
	whole := text.Normalize(q.Text)
	for _, p := range questionPhrases {
		if strings.Contains(whole, p.phrase) {
			return p.kind
		}
	}
	for _, t := range q.Tokens {
		if k, ok := questionWords[t.Text]; ok {
			return k
		}
	}
	return kindAny
}

// offers reports whether the sentence has something of the kind asked for that
// the question does not name itself. Names are only known in scripts with
// capital letters; elsewhere every sentence offers one.
func (r *reading) offers(d *text.Doc, st text.Sentence) bool {
	inside := func(s text.Span) bool { return s.Start >= st.Start && s.End <= st.End }
	switch r.kind {
	case kindTime:
		for _, v := range d.Dates() {
			if inside(v.Span) && !strings.Contains(r.query.Text, v.Text) {
				return true
			}
		}
		return false
	case kindNumber:
		for _, v := range d.Numbers() {
			if inside(v.Span) && !strings.Contains(r.query.Text, v.Text) {
				return true
			}
		}
		return false
	case kindName:
		names := d.Entities()
		for _, v := range names {
			if inside(v.Span) && !strings.Contains(strings.ToLower(r.query.Text), strings.ToLower(v.Text)) {
				return true
			}
		}
		return len(names) == 0
	}
	return true
}
