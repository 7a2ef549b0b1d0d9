package text

import "sync"

// facts are the parts of a Doc that can be compared by value.
type facts struct {
	numbers  []Number
	dates    []Date
	entities []Entity
}

// known works out the facts at the first call.
func (d *Doc) known() *facts {
	if d.facts == nil {
		starts := d.valueStarts()
		f := &facts{dates: findDates(d, starts)}
		f.numbers = findNumbers(d, starts, f.dates)
		f.entities = findEntities(d, f.dates)
		d.facts = f
	}
	return d.facts
}

// valueStarts lists the tokens with which a number or date may begin: one look
// at each word of a text, most of which holds neither.
func (d *Doc) valueStarts() []int {
	var out []int
	words := valueWords()
	for i, t := range d.Tokens {
		c := t.Text[0]
		number := c >= '0' && c <= '9' || words.Has(t.Text)
		if !number && d.Lang == "de" {
			_, _, number = germanNumeral(t.Text)
		}
		if number {
			out = append(out, i)
		}
	}
	return out
}

// valueWords are the months and number words of all languages.
var valueWords = sync.OnceValue(func() *WordSet {
	m := NewWordSet()
	for w := range months {
		m.add(w)
	}
	for _, n := range numeralsOf {
		for w := range n.values {
			m.add(w)
		}
		for w := range n.ordinals {
			m.add(w)
		}
	}
	for _, words := range firsts {
		for w := range words {
			m.add(w)
		}
	}
	return m
})

// Numbers returns the numbers of the text in order, without those that are
// part of a date.
func (d *Doc) Numbers() []Number { return d.known().numbers }

// Dates returns the dates of the text in order. A lone year is a date.
func (d *Doc) Dates() []Date { return d.known().dates }

// Entities returns the names of the text in order.
func (d *Doc) Entities() []Entity { return d.known().entities }

// Dates returns the dates of s in order. A lone year is a date.
func Dates(s string) []Date { return Analyze(s, "").Dates() }

// Entities returns the names of s in order: capitalised runs that do not owe
// their capital to the start of a sentence, acronyms, codes such as "KX-7".
func Entities(s string) []Entity { return Analyze(s, "").Entities() }

// InFact reports whether token i belongs to a number, a date or a name.
func (d *Doc) InFact(i int) bool {
	f, t := d.known(), d.Tokens[i]
	for _, n := range f.numbers {
		if t.Start < n.End && n.Start < t.End {
			return true
		}
	}
	for _, n := range f.dates {
		if t.Start < n.End && n.Start < t.End {
			return true
		}
	}
	for _, n := range f.entities {
		if t.Start < n.End && n.Start < t.End {
			return true
		}
	}
	return false
}
