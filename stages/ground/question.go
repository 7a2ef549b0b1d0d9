package ground

import (
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
)

// wanted is the kind of value that a question asks for.
type wanted uint8

const (
	wantAny    wanted = iota // the question does not tell
	wantNumber               // how many, how long, the population
	wantDate                 // when, which year
	wantPerson               // who
	wantPlace                // where, which country
	wantName                 // which band: some name
)

// openers say what a question asks for by one word or two in a row, as
// text.Token has them; the first that is in the question decides.
var openers = map[string]wanted{
	"who": wantPerson, "whom": wantPerson, "whose": wantPerson, "when": wantDate, "where": wantPlace,
	"how many": wantNumber, "how much": wantNumber, "how long": wantNumber, "how tall": wantNumber, "how old": wantNumber,
	"how far": wantNumber, "how high": wantNumber, "how large": wantNumber, "how big": wantNumber, "how often": wantNumber, "how deep": wantNumber,
	"wer": wantPerson, "wem": wantPerson, "wen": wantPerson, "wann": wantDate, "wo": wantPlace, "woher": wantPlace,
	"wie viele": wantNumber, "wie viel": wantNumber, "wieviele": wantNumber, "wieviel": wantNumber, "wie lange": wantNumber, "wie hoch": wantNumber, "wie groß": wantNumber, "wie alt": wantNumber,
	"qui": wantPerson, "quand": wantDate, "où": wantPlace, "combien": wantNumber,
	"quién": wantPerson, "quiénes": wantPerson, "cuándo": wantDate, "dónde": wantPlace, "cuántos": wantNumber, "cuántas": wantNumber, "cuánto": wantNumber, "cuánta": wantNumber,
	"chi": wantPerson, "quando": wantDate, "dove": wantPlace, "quanti": wantNumber, "quante": wantNumber, "quanto": wantNumber,
	"quem": wantPerson, "onde": wantPlace, "quantos": wantNumber, "quantas": wantNumber,
	"wie": wantAny, "wanneer": wantDate, "waar": wantPlace, "hoeveel": wantNumber,
	"кто": wantPerson, "когда": wantDate, "где": wantPlace, "сколько": wantNumber,
}

// heads say by the noun what a question of "what" or "which" asks for.
var heads = map[string]wanted{
	"year": wantDate, "date": wantDate, "month": wantDate, "day": wantDate, "century": wantDate, "birthday": wantDate, "birthdate": wantDate,
	"année": wantDate, "jahr": wantDate, "datum": wantDate, "año": wantDate, "fecha": wantDate, "anno": wantDate, "ano": wantDate,
	"population": wantNumber, "number": wantNumber, "length": wantNumber, "height": wantNumber, "area": wantNumber, "elevation": wantNumber,
	"size": wantNumber, "age": wantNumber, "percentage": wantNumber, "percent": wantNumber, "cost": wantNumber, "price": wantNumber, "distance": wantNumber,
	"depth": wantNumber, "width": wantNumber, "weight": wantNumber, "speed": wantNumber, "temperature": wantNumber, "amount": wantNumber, "rate": wantNumber,
	"altitude": wantNumber, "capacity": wantNumber, "nombre": wantNumber, "taille": wantNumber, "superficie": wantNumber, "einwohnerzahl": wantNumber, "höhe": wantNumber, "länge": wantNumber,
	"country": wantPlace, "city": wantPlace, "town": wantPlace, "state": wantPlace, "county": wantPlace, "place": wantPlace, "location": wantPlace, "capital": wantPlace, "region": wantPlace, "province": wantPlace, "continent": wantPlace, "district": wantPlace, "birthplace": wantPlace,
	"pays": wantPlace, "ville": wantPlace, "capitale": wantPlace, "land": wantPlace, "stadt": wantPlace, "hauptstadt": wantPlace, "país": wantPlace, "ciudad": wantPlace,
	"author": wantPerson, "director": wantPerson, "president": wantPerson, "actor": wantPerson, "actress": wantPerson, "singer": wantPerson, "writer": wantPerson, "composer": wantPerson, "founder": wantPerson, "father": wantPerson, "mother": wantPerson, "wife": wantPerson, "husband": wantPerson, "king": wantPerson, "queen": wantPerson,
	"name": wantName, "team": wantName, "band": wantName, "company": wantName, "party": wantName, "school": wantName, "university": wantName, "league": wantName, "river": wantName, "language": wantName, "film": wantName, "movie": wantName, "song": wantName, "book": wantName, "artist": wantName,
}

// dense are the same in scripts without spaces.
var dense = []struct {
	mark string
	want wanted
}{
	{"哪一年", wantDate}, {"哪年", wantDate}, {"几年", wantDate}, {"何時", wantDate}, {"何时", wantDate}, {"什么时候", wantDate}, {"什麼時候", wantDate}, {"年份", wantDate}, {"时间", wantDate}, {"几月", wantDate}, {"日期", wantDate},
	{"多少", wantNumber}, {"几", wantNumber}, {"幾", wantNumber}, {"多大", wantNumber}, {"多高", wantNumber}, {"多长", wantNumber}, {"多远", wantNumber}, {"人口", wantNumber}, {"面积", wantNumber},
	{"谁", wantPerson}, {"誰", wantPerson}, {"哪里", wantPlace}, {"哪裡", wantPlace}, {"哪儿", wantPlace}, {"在哪", wantPlace}, {"何地", wantPlace}, {"哪个国家", wantPlace}, {"什么地方", wantPlace},
	{"いつ", wantDate}, {"どこ", wantPlace}, {"だれ", wantPerson}, {"いくつ", wantNumber}, {"何人", wantNumber}, {"何年", wantDate},
}

// headAfter is the number of words behind "what" among which its noun is looked for.
const headAfter = 4

// asksFor reads what a question asks for. It decides nothing about questions
// that it cannot read.
func asksFor(q *text.Doc) wanted {
	for i, t := range q.Tokens {
		if i+1 < len(q.Tokens) {
			if w, ok := openers[t.Text+" "+q.Tokens[i+1].Text]; ok {
				return w
			}
		}
		if w, ok := openers[t.Text]; ok && !(t.Text == "wie" && q.Lang != "nl") && !(t.Text == "who" && i > 0 && q.Tokens[i-1].Text == "the") {
			if t.Text == "wie" {
				return wantPerson
			}
			return w
		}
		switch t.Text {
		case "what", "which", "quel", "quelle", "quels", "quelles", "welche", "welcher", "welches", "welchem", "welchen", "qué", "cuál", "quale", "qual", "was":
			if t.Text == "was" && q.Lang != "de" {
				continue
			}
			for _, u := range q.Tokens[i+1 : min(len(q.Tokens), i+1+headAfter)] {
				if w, ok := heads[u.Text]; ok {
					return w
				}
			}
			return wantAny
		}
	}
	for _, m := range dense {
		if strings.Contains(q.Text, m.mark) {
			return m.want
		}
	}
	return wantAny
}
