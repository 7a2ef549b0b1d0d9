package text

// QuantityKind says what a Quantity measures or names.
type QuantityKind uint8

// The kinds of typed values.
const (
	Measure    QuantityKind = iota + 1 // a number, with its unit if it has one; a span of time is one too
	Ordinal                            // a place in a row: the 38th, Aldric IV
	Calendar                           // a day, month, quarter, year, decade or century
	Clock                              // a time of day
	Identifier                         // a code, a version, a telephone number: compared as written
	Link                               // a URL
)

// String names the kind as trace.Comparison does.
func (k QuantityKind) String() string {
	switch k {
	case Measure:
		return "number"
	case Ordinal:
		return "ordinal"
	case Calendar:
		return "date"
	case Clock:
		return "time"
	case Identifier:
		return "identifier"
	case Link:
		return "url"
	}
	return ""
}

// Agreement is how two values compare. The zero Agreement says that they could
// not be compared. The values are those of trace.Agreement.
type Agreement string

// The agreements.
const (
	CannotTell Agreement = ""
	Equal      Agreement = "equal"
	Different  Agreement = "different" // both are comparable, and they differ
)

// Quantity is one typed value of a text: a number with its scale, currency and
// unit, a date, a time of day, a span of time, an identifier, a URL.
type Quantity struct {
	Span
	Kind QuantityKind
	Text string  // as written
	Low  float64 // the number as said, in Unit and with its scale: "3 million" is 3e6
	High float64 // the upper end of a range; else as Low
	Unit string  // as in the table of units, "" for a bare number; currencies by their ISO code
}

// Quantities returns the typed values of the text in order.
func (d *Doc) Quantities() []Quantity { return nil }

// Setting is what the surroundings say about how a value is to be read.
type Setting struct {
	Scale    float64 // "in millions": 1e6; 0 where nothing is said
	Currency string  // ISO code; "" where none or several are named
	Unit     string  // the unit that is asked for: "How many years"; "" where none is
	Share    bool    // per cent, shares or ratios are spoken of
}

// SettingOf reads the setting from a question, a table heading such as "(in
// millions of USD)", or both. What an earlier text says wins; nil is skipped.
func SettingOf(docs ...*Doc) Setting { return Setting{} }

// Compare says whether got states want. Both are values of texts, want that of
// the reference: an answer that is coarser than it leaves the matter open.
func (want Quantity) Compare(got Quantity, s Setting) Agreement { return CannotTell }
