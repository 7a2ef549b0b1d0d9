package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Entity is a name, an acronym or a code, as written.
type Entity struct {
	Text string
	Span
}

// findEntities reads the names of d. A capital that may owe itself to the
// start of a sentence counts only within a longer name, in an acronym or code,
// or if the same word has a capital elsewhere. A month within a date is no
// name.
func findEntities(d *Doc, dates []Date) []Entity {
	var out []Entity
	for _, s := range d.Sentences {
		for i := s.Token; i < s.TokenEnd; {
			for len(dates) > 0 && dates[0].End <= d.Tokens[i].Start {
				dates = dates[1:]
			}
			end := d.nameEnd(i, s.TokenEnd)
			if end == i || len(dates) > 0 && d.Tokens[i].Start >= dates[0].Start {
				i++
				continue
			}
			from := i
			for from < end && (IsStop(d.Lang, d.Tokens[from].Text) && !d.acronym(from) || strings.Contains(honorifics, " "+d.Tokens[from].Text+" ")) {
				from++
			}
			if from < end && d.isName(from, end, s.Token) {
				sp := d.TokenSpan(from, end)
				out = append(out, Entity{sp.Of(d.Text), sp})
			}
			i = end
		}
	}
	return out
}

const honorifics = " mr mrs ms dr prof professor sir dame lord lady president king queen captain herr frau monsieur madame señor señora "

// nameEnd returns the end of the run of capitalised words and codes at token i.
func (d *Doc) nameEnd(i, end int) int {
	j := i
	for j < end && (d.capital(j) || d.codePart(j)) {
		j++
		if j >= end {
			break
		}
		gap := d.between(j - 1)
		if gap == " " || gap == "-" || gap == ". " || gap == "" || gap == " & " {
			// "University of Leeds": small words join when a capital follows.
			if !d.capital(j) && gap == " " && j+1 < end && d.between(j) == " " && d.capital(j+1) && strings.Contains(" of de du des von van der la le el al bin ", " "+d.Tokens[j].Text+" ") {
				j++
			}
			continue
		}
		break
	}
	return j
}

// codePart reports whether token i holds digits glued by a hyphen to a capital
// or to letters: the 7 of KX-7.
func (d *Doc) codePart(i int) bool {
	t := d.Tokens[i]
	if classOf(t.Text[0]) != digit {
		return false
	}
	if i > 0 && d.between(i-1) == "-" && d.capital(i-1) {
		return true
	}
	return i > 0 && d.between(i-1) == " " && d.acronym(i-1) && len(t.Text) <= 4 && yearOf(t.Text) == 0
}

// isName decides whether tokens [from, to) are a name; first is the first token
// of the sentence.
func (d *Doc) isName(from, to, first int) bool {
	if to-from > 1 || d.acronym(from) {
		return true
	}
	t := d.Tokens[from]
	if utf8.RuneCountInString(t.Text) < 2 || d.Lang == "de" { // German writes every noun with a capital
		return false
	}
	if from > first && !d.opensQuote(from) {
		return true
	}
	return d.capitalised()[t.Text]
}

// capitalised returns the words that have a capital where no sentence starts.
func (d *Doc) capitalised() map[string]bool {
	if d.capitals == nil {
		d.capitals = map[string]bool{}
		for _, s := range d.Sentences {
			for i := s.Token + 1; i < s.TokenEnd; i++ {
				if d.capital(i) && d.between(i-1) == " " {
					d.capitals[d.Tokens[i].Text] = true
				}
			}
		}
	}
	return d.capitals
}

// opensQuote reports whether token i follows a mark that starts a new sentence
// within the sentence: a quote, a colon, a bullet.
func (d *Doc) opensQuote(i int) bool {
	gap := d.between(i - 1)
	return strings.ContainsAny(gap, "\":“„«*|•`\n") || strings.HasPrefix(gap, "- ")
}

// acronym reports whether token i is written in capitals (two at least), or
// mixes capitals and digits.
func (d *Doc) acronym(i int) bool {
	upper, digits, lower := 0, 0, 0
	for _, r := range d.Text[d.Tokens[i].Start:d.Tokens[i].End] {
		switch {
		case unicode.IsUpper(r):
			upper++
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLower(r):
			lower++
		}
	}
	return lower == 0 && (upper >= 2 || upper >= 1 && digits >= 1)
}

func upperFirst(s string) bool {
	if s == "" {
		return false
	}
	if s[0] < utf8.RuneSelf {
		return s[0] >= 'A' && s[0] <= 'Z'
	}
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r)
}
