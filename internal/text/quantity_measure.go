package text

import "math"

// value is one way in which a number can be read.
type value struct {
	low, high, step float64
	u               unit
	scaled          bool
	weak            bool // the reading rests on nothing that is said
}

func (v value) times(f float64) value {
	v.low, v.high, v.step = v.low*f, v.high*f, v.step*f
	return v
}

func (want Quantity) compareMeasure(got Quantity, s Setting) (Agreement, bool) {
	switch {
	case s.Version && want.Unit == "" && got.Unit == "" && !want.scaled && !got.scaled:
		return equalIf(code(want.Text) == code(got.Text)), true
	case want.isRange && !got.isRange:
		return want.compareWithin(got)
	case got.isRange && !want.isRange:
		return want.compareToRange(got, s)
	case want.lit.low > 0 && want.lit.low == got.lit.low && want.Unit == got.Unit: // 3/4 and 1/4
		return equalIf(want.lit.top == got.lit.top), true
	}
	out, comparable := Different, false
	bs := got.readings(want, s, false)
	for _, a := range want.readings(got, s, true) {
		for _, b := range bs {
			c, ok := pair{a, b, &want, &got, &s}.compare()
			switch {
			case !ok:
				continue
			case c == Equal && !a.weak && !b.weak:
				return Equal, true
			case c != Different:
				out = CannotTell
			}
			comparable = true
		}
	}
	if !comparable {
		return CannotTell, false
	}
	return out, true
}

// compareWithin compares a range with a single value: one that lies in the range
// agrees with it and says less.
func (want Quantity) compareWithin(got Quantity) (Agreement, bool) {
	if want.dim != got.dim {
		return CannotTell, want.dim == "" || got.dim == ""
	}
	if want.Unit == got.Unit && got.Low >= want.Low && got.Low <= want.High {
		return CannotTell, true
	}
	return Different, true
}

// compareToRange compares a single value with a range: "3 to 5" holds 4 and
// settles nothing; a range without it differs.
func (want Quantity) compareToRange(got Quantity, s Setting) (Agreement, bool) {
	lo, hi := got, got
	lo.isRange, hi.isRange = false, false
	lo.High, hi.Low = lo.Low, hi.High
	a, ok := want.compareMeasure(lo, s)
	if !ok {
		return CannotTell, false
	}
	b, _ := want.compareMeasure(hi, s)
	if want.Low >= got.Low && want.Low <= got.High || a != Different || b != Different {
		return CannotTell, true
	}
	return Different, true
}

// readings lists the ways in which q can be read beside other.
func (q Quantity) readings(other Quantity, s Setting, want bool) []value {
	if q.lit.hasAlt && q.lang == "" && s.Lang != "" && (q.lit.dec == 0) != (commaLanguage(s.Lang) == (q.lit.sep == '.')) && q.scaleBy > 0 {
		// the language of the question says how a short text is to be read
		q = q.otherSeparator()
		s.Lang = ""
	}
	base := value{low: q.Low, high: q.High, step: q.step, u: q.u, scaled: q.scaled}
	out := []value{base}
	if q.lit.hasAlt && q.scaleBy > 0 {
		otherWay := func(lang string) bool { return lang != "" && commaLanguage(lang) != commaLanguage(q.lang) }
		v := base
		v.low = q.lit.alt * q.scaleBy
		if q.Low < 0 {
			v.low = -v.low
		}
		v.high = v.low
		if q.isRange {
			v.high = q.altHigh * q.scaleBy
		}
		v.step = q.scaleBy * math.Pow(10, -float64(q.lit.altDec))
		v.weak = q.lang != "" && !otherWay(s.Lang) && (q.lang == "?" || !otherWay(other.lang))
		out = append(out, v)
	}
	if q.scaled || q.Unit != "" && !isCurrency(q.Unit) || q.lit.words {
		return out
	}
	return q.scaledElsewhere(out, &other, &s, want)
}

// otherSeparator is q with its separator read the other way: 1.234 as 1,234.
func (q Quantity) otherSeparator() Quantity {
	low := math.Copysign(q.lit.alt*q.scaleBy, q.Low)
	high := low
	if q.isRange {
		high, q.altHigh = q.altHigh*q.scaleBy, q.High/q.scaleBy
	}
	alt := math.Abs(q.Low) / q.scaleBy
	q.Low, q.High, q.lit.alt = low, high, alt
	q.lit.dec, q.lit.altDec = q.lit.altDec, q.lit.dec
	q.step = q.scaleBy * math.Pow(10, -float64(q.lit.dec))
	q.lang = "?"
	return q
}

// scaledElsewhere adds the readings to which a scale word belongs that stands in
// a heading or with the other value.
func (q *Quantity) scaledElsewhere(out []value, other *Quantity, s *Setting, want bool) []value {
	plain := out
	scaleTo := func(f float64, weak bool) {
		for _, v := range plain {
			v = v.times(f)
			v.scaled, v.weak = true, v.weak || weak
			out = append(out, v)
		}
	}
	if s.Scale > 1 {
		scaleTo(s.Scale, false)
	}
	if other.scaled && other.scaleBy != s.Scale && other.scaleBy > 12 {
		long := q.lit.digits+min(q.lit.zeros, 0) >= 4 || q.lit.dec > 0 && q.lit.digits >= 3
		if want && (long || s.Scale == 0 && q.lit.digits >= 3) {
			scaleTo(other.scaleBy, !long)
		} else if want || long {
			scaleTo(other.scaleBy, true)
		}
	}
	return out
}

// SameNumber reports whether two numbers are the same in the same unit, whatever
// bounds are said with them: "under $35" and "$35 or more".
func (q Quantity) SameNumber(other Quantity) bool {
	return q.Kind == Measure && other.Kind == Measure && q.Unit == other.Unit && q.Low == other.Low && q.High == other.High
}

// nearSteps is by how many units of the last place that is written results may
// differ whose intermediate results were rounded in another way.
const nearSteps = 2.001

// nearShare bounds the same by the size of the number: 0.004 and 0.005 differ by
// a quarter.
const nearShare = .02

// Near reports whether two numbers with decimals differ by so little that they may
// be one result, rounded in another way on the way to it. One of them may be a
// share and the other per cent; other units are not looked at.
func (q Quantity) Near(other Quantity) bool {
	if q.Kind != Measure || other.Kind != Measure || q.lit.dec == 0 || other.lit.dec == 0 {
		return false
	}
	for _, f := range [...]float64{1, 100, .01} {
		if math.Abs(q.Low-f*other.Low) <= min(nearSteps*max(q.step, f*other.step), nearShare*math.Abs(q.Low)) {
			return true
		}
	}
	return false
}
