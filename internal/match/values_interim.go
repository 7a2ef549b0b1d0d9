package match

import (
	"slices"

	"github.com/ragdiag/ragdiag/internal/text"
)

func quantitiesOf(d *text.Doc) []text.Quantity {
	if q := d.Quantities(); q != nil {
		return q
	}
	var out []text.Quantity
	for _, n := range d.Numbers() {
		k := text.Measure
		if n.Unit == "th" {
			k = text.Ordinal
		}
		out = append(out, text.Quantity{Span: n.Span, Kind: k, Text: n.Text, Low: n.Value, High: n.Value, Unit: n.Unit})
	}
	for _, t := range d.Dates() {
		out = append(out, text.Quantity{Span: t.Span, Kind: text.Calendar, Text: t.Text, Low: float64(t.Year*10000 + t.Month*100 + t.Day)})
	}
	slices.SortFunc(out, func(a, b text.Quantity) int { return a.Start - b.Start })
	return out
}

func agree(want, got text.Quantity, s text.Setting) text.Agreement {
	if a := want.Compare(got, s); a != "" {
		return a
	}
	if want.Kind != got.Kind {
		return ""
	}
	if want.Kind == text.Calendar {
		x, y := int(want.Low), int(got.Low)
		a, b := text.Date{Year: x / 10000, Month: x / 100 % 100, Day: x % 100}, text.Date{Year: y / 10000, Month: y / 100 % 100, Day: y % 100}
		switch {
		case b.Says(a):
			return text.Equal
		case a.Compatible(b):
			return ""
		}
		return text.Different
	}
	a, b := text.Number{Value: want.Low, Unit: want.Unit}, text.Number{Value: got.Low, Unit: got.Unit}
	switch {
	case a.Equal(b):
		return text.Equal
	case a.Comparable(b) || a.Unit == "" || b.Unit == "":
		return text.Different
	}
	return ""
}
