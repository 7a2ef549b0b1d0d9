package text

// facts are the parts of a Doc that can be compared by value.
type facts struct {
	numbers  []Number
	dates    []Date
	entities []Entity
}

// known works out the facts at the first call.
func (d *Doc) known() *facts {
	if d.facts == nil {
		f := &facts{dates: findDates(d)}
		f.numbers = findNumbers(d, f.dates)
		f.entities = findEntities(d, f.dates)
		d.facts = f
	}
	return d.facts
}

// Numbers returns the numbers of the text in order, without those that are
// part of a date.
func (d *Doc) Numbers() []Number { return d.known().numbers }

// Dates returns the dates of the text in order. A lone year is a date.
func (d *Doc) Dates() []Date { return d.known().dates }

// Entities returns the names of the text in order.
func (d *Doc) Entities() []Entity { return d.known().entities }

// Numbers returns the numbers of s in order, without those that are part of a
// date. Analyze first if the dates are needed too.
func Numbers(s string) []Number { return Analyze(s, "").Numbers() }

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
