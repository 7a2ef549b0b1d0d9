package text

import (
	"math"
	"strings"
)

// pair is two numbers to be compared, each in one of its readings, with what is
// said about them.
type pair struct {
	a, b      value // of want and of got
	want, got *Quantity
	s         *Setting
}

// compare compares the numbers by their units; ok is false where they measure
// different things.
func (p pair) compare() (a Agreement, ok bool) {
	p.a.u, p.b.u = p.s.each(p.a.u, p.b.u), p.s.each(p.b.u, p.a.u)
	ua, ub := p.a.u, p.b.u
	switch {
	case ua.name == "" && ub.name == "":
		return p.bareNumbers(), true
	case ua.name == "" || ub.name == "":
		return p.bareAndUnit()
	case isCurrency(ua.name) && isCurrency(ub.name):
		return p.money()
	case ua.dimension == ub.dimension && ua.factor == ub.factor && ua.offset == ub.offset:
		return p.settle(true), true
	case ua.dimension == ub.dimension:
		return p.convert(), true
	case p.dimensions("points", "share"), p.dimensions("time", "workdays"), ua.dimension == "times" && ub.dimension == "share":
		return CannotTell, true
	case p.dimensions("time", "months"):
		return longSpans(p.a, p.b), true
	case p.oneWord():
		return p.settle(true), true
	case strings.HasPrefix(ua.dimension, "length") && strings.HasPrefix(ub.dimension, "length") && p.settle(false) == Equal:
		return Different, true // metres for square metres
	}
	return p.rateAndAmount()
}

// dimensions reports whether one number has the dimension x and the other y.
func (p pair) dimensions(x, y string) bool {
	a, b := p.a.u.dimension, p.b.u.dimension
	return a == x && b == y || a == y && b == x
}

// oneWord reports whether the two units can be meant by one word: pounds of money
// and of mass, tons, degrees.
func (p pair) oneWord() bool {
	ua, ub := p.a.u, p.b.u
	switch {
	case ua.name == "lb":
		return sameCurrency(ub.name, "gbp") && strings.Contains(p.want.Text, "pound")
	case ub.name == "lb":
		return sameCurrency(ua.name, "gbp") && strings.Contains(p.got.Text, "pound")
	}
	return ua.dimension == "ton" && ub.name == "t" || ub.dimension == "ton" && ua.name == "t" ||
		ua.name == "°" && ub.dimension == "temperature" || ub.name == "°" && ua.dimension == "temperature"
}

// bareNumbers compares numbers without units. Where shares are spoken of, 0.165
// says 16.5.
func (p pair) bareNumbers() Agreement {
	c := p.settle(false)
	if c != Different || !p.s.Share {
		return c
	}
	smallA, smallB := math.Abs(p.a.low) <= 1.5, math.Abs(p.b.low) <= 1.5
	switch {
	case smallA && !smallB || p.want.lit.fraction:
		p.a = p.a.times(100)
	case smallB && !smallA || p.got.lit.fraction:
		p.b = p.b.times(100)
	default:
		return c
	}
	return p.settle(false)
}

// bare is the one of the numbers that has no unit.
func (p *pair) bare() *value {
	if p.a.u.name == "" {
		return &p.a
	}
	return &p.b
}

// hundredfold compares with a hundred times the bare number: 0.85 and 85 cents.
func (p pair) hundredfold() Agreement {
	*p.bare() = p.bare().times(100)
	return p.settle(false)
}

// bareAndUnit compares a bare number with one that has a unit: the bare one has
// the unit that is asked for, or that of the other.
func (p pair) bareAndUnit() (a Agreement, ok bool) {
	said, full, s := p.want, p.b.u, p.s
	if full.name == "" {
		said, full = p.got, p.a.u
	}
	plain := p.settle(false)
	if full.dimension == "share" {
		return p.bareAndShare(said, full, plain)
	}
	if s.Unit != "" && s.Unit != full.name {
		asked, ok := lexiconUnit(s.Unit)
		switch {
		case ok && asked.dimension == full.dimension:
			return p.bareIn(asked, plain)
		case ok && asked.dimension != "times":
			return CannotTell, plain == Equal
		}
	}
	switch {
	case s.Currency != "" && isCurrency(full.name) && !sameCurrency(s.Currency, full.name):
		return CannotTell, true
	case s.Currency != "" && !isCurrency(full.name) && full.dimension != "times": // an amount of money is asked for
		return CannotTell, false
	case plain != Equal && (full.name == "cent" || full.name == "penny"):
		return p.hundredfold(), true
	}
	return plain, true
}

// bareIn compares where the bare number has the unit that is asked for; plain is
// how the numbers compare without units.
func (p pair) bareIn(asked unit, plain Agreement) (a Agreement, ok bool) {
	p.bare().u = asked
	p.s = &Setting{Share: p.s.Share}
	a, ok = p.compare()
	if a == Different && plain == Equal {
		return CannotTell, ok
	}
	return a, ok
}

// bareAndShare compares a bare number with a share: 0.165 and 16.5 can both say
// 16.5 %. Said is the bare number, full the unit of the share.
func (p pair) bareAndShare(said *Quantity, full unit, plain Agreement) (a Agreement, ok bool) {
	if full.factor != 1 {
		return CannotTell, true
	}
	ratio := p.hundredfold()
	switch s := p.s; {
	case said.lit.fraction && said.lit.low == 0, math.Abs(p.bare().low) <= 1.5 && ratio == Equal:
		return ratio, true
	case plain == Equal && !s.Share && (s.Count || s.Unit != "" && s.Unit != "%"):
		return CannotTell, true
	case plain == Equal:
		return Equal, true
	case ratio != Different || plain != Different:
		return CannotTell, true
	case !s.Share && s.Unit != "%":
		return CannotTell, false // a count beside a share
	}
	return Different, true
}

// money compares amounts of money. The right amount in the wrong currency is
// wrong; other amounts in two currencies may be worth the same.
func (p pair) money() (a Agreement, ok bool) {
	ua, ub := p.a.u, p.b.u
	if !sameCurrency(ua.name, ub.name) {
		switch {
		case ua.name == "cent" || ub.name == "cent":
			return CannotTell, false
		case p.settle(false) == Equal:
			return Different, true
		}
		return CannotTell, true
	}
	p.a, p.b = p.a.times(ua.factorOr(1)), p.b.times(ub.factorOr(1))
	switch {
	case ua.name == ub.name:
	case ua.name == "cent":
		p.a = p.a.times(.01)
	case ub.name == "cent":
		p.b = p.b.times(.01)
	}
	return p.settle(true), true
}

// rateAndAmount compares a rate with an amount: 0.40 euros per kilometre says
// 0.40 euros, but 80 km leaves open whether it is 80 km/h.
func (p pair) rateAndAmount() (a Agreement, ok bool) {
	if v, ok := p.a.u.numerator(); ok && !strings.Contains(p.b.u.name, "/") {
		p.a.u = v
		if c, ok := p.compare(); ok && c == Different {
			return Different, true
		}
		return CannotTell, true
	}
	if v, ok := p.b.u.numerator(); ok && !strings.Contains(p.a.u.name, "/") {
		p.b.u = v
		return p.compare()
	}
	return CannotTell, false
}

// each takes from a rate what is asked for each of, where the other side leaves
// it out: "0.38 euros a kilometre" beside "0.38 euros".
func (s *Setting) each(u, other unit) unit {
	name, of, rate := strings.Cut(u.name, "/")
	if !rate || of != s.per.name || strings.Contains(other.name, "/") {
		return u
	}
	dimension, _, _ := strings.Cut(u.dimension, "/")
	return unit{name, dimension, u.factor * s.per.factorOr(1), u.offset}
}

func (u unit) factorOr(f float64) float64 {
	if u.factor == 0 || u.name == "cent" {
		return f
	}
	return u.factor
}

// numerator returns the unit before the "per" of a compound one.
func (u unit) numerator() (unit, bool) {
	name, _, ok := strings.Cut(u.name, "/")
	if !ok {
		return unit{}, false
	}
	if isCurrency(name) {
		dimension, _, _ := strings.Cut(u.dimension, "/")
		return unit{name, dimension, 1, 0}, true
	}
	return lexiconUnit(name)
}

func lexiconUnit(name string) (unit, bool) {
	u, ok := unitsByName()[name]
	return u, ok
}

// sameCurrency reports whether two names can be the same currency.
func sameCurrency(a, b string) bool {
	if a == b || a == "penny" && b == "gbp" || a == "gbp" && b == "penny" {
		return true
	}
	return strings.Contains(currencyOf[a], " "+b+" ") || strings.Contains(currencyOf[b], " "+a+" ")
}

// longSpans compares spans in months or years with ones in days or weeks: only far
// apart they differ.
func longSpans(a, b value) Agreement {
	day := func(v value) float64 {
		if v.u.dimension == "months" {
			return v.low * v.u.factor * 30.4375
		}
		return v.low * v.u.factor / 86400
	}
	x, y := day(a), day(b)
	if math.Abs(x-y) > .05*max(math.Abs(x), math.Abs(y)) {
		return Different
	}
	return CannotTell
}

// convert compares values in different units of one dimension.
func (p pair) convert() Agreement {
	a, b := p.a, p.b
	approx := p.want.approx || p.got.approx
	x, y := a.low*a.u.factor+a.u.offset, b.low*b.u.factor+b.u.offset
	x2, y2 := a.high*a.u.factor+a.u.offset, b.high*b.u.factor+b.u.offset
	close := func(x, y, tolerance float64) bool {
		return math.Abs(x-y) <= tolerance
	}
	scale := max(math.Abs(x), math.Abs(y), 1e-300)
	if close(x, y, 1e-9*scale) && close(x2, y2, 1e-9*max(scale, math.Abs(x2))) {
		return Equal
	}
	ratio := max(a.u.factor, b.u.factor) / min(a.u.factor, b.u.factor)
	sa, sb := a.step*a.u.factor, b.step*b.u.factor
	if a.u.offset == b.u.offset && exactRatio(ratio) {
		if approx {
			if close(x, y, .05*scale) {
				return Equal
			}
			return Different
		}
		if !powerOfTen(ratio) {
			// hours and minutes: only decimals are rounded
			if a.step < 1 && close(x, y, sa/2) || b.step < 1 && close(x, y, sb/2) {
				if sb > sa {
					return CannotTell
				}
				return Equal
			}
			return Different
		}
		c := rounded(x, y, sa, sb)
		if c == Equal && !close(x2, y2, max(sa, sb)) {
			return Different
		}
		return c
	}
	tolerance := max(sa, sb)/2*1.0001 + 1e-9*scale
	if a.u.offset == b.u.offset {
		tolerance = max(min(tolerance, .05*scale), .005*scale)
	}
	if approx {
		tolerance = max(tolerance, .05*scale)
	}
	if close(x, y, tolerance) && close(x2, y2, max(tolerance, .005*max(math.Abs(x2), math.Abs(y2)))) {
		return Equal
	}
	return Different
}

func exactRatio(r float64) bool { return math.Abs(r-math.Round(r)) < 1e-9*r }

func powerOfTen(r float64) bool {
	l := math.Log10(r)
	return math.Abs(l-math.Round(l)) < 1e-9
}

// settle compares the numbers without their units; stated says that both name
// one.
func (p pair) settle(stated bool) Agreement {
	c := p.settleSigned(stated)
	if c != Different || p.want.isRange {
		return c
	}
	a, b, want, got := p.a, p.b, p.want, p.got
	if last := max(a.step, b.step); p.s.Computed && want.lit.digits >= 2 && math.Abs(a.low-b.low) < nearSteps*last && (want.lit.dec > 0 || got.lit.dec > 0 || math.Abs(a.low) >= 100*last) {
		return CannotTell // intermediate results were rounded in another way
	}
	inBrackets := got.brackets && !want.brackets && a.low < 0 || want.brackets && !got.brackets && b.low < 0
	if a.low*b.low >= 0 || !inBrackets && !p.s.Fall && !got.down && !want.down {
		return c
	}
	p.b.low, p.b.high = -b.low, -b.high // the minus is said in another way
	return p.settleSigned(stated)
}

// settleSigned compares the numbers with their signs.
func (p pair) settleSigned(stated bool) Agreement {
	x, y, want := p.a.low, p.b.low, p.want
	switch {
	case sameFloat(x, y):
		return equalIf(!want.isRange || sameFloat(p.a.high, p.b.high))
	case want.isRange, math.Signbit(x) != math.Signbit(y) && x != 0 && y != 0:
		return Different
	}
	approx := want.approx || p.got.approx
	whole := want.lit.dec == 0 && !p.a.scaled && !approx
	if want.lit.words && whole && !want.lit.fraction {
		p.a.step = 1
	}
	c := rounded(x, y, p.a.step, p.b.step)
	switch {
	case c == Equal && whole && want.lit.exp == 0 && want.lit.digits <= 2:
		// a short whole number is more often exact than rounded: 20 % is not 20.1 %
		if stated {
			return Different
		}
		return CannotTell
	case c == CannotTell && p.got.approx:
		return Equal
	case c == Different:
		return p.settleRough()
	}
	return c
}

// settleRough compares numbers that differ as they are written.
func (p pair) settleRough() Agreement {
	x, y := p.a.low, p.b.low
	switch c := rounded(x, y, p.want.roundStep(p.a), p.got.roundStep(p.b)); {
	case c == Equal && p.want.approx:
		return Equal
	case c != Different:
		return CannotTell
	case math.Abs(x-y) > .05*max(math.Abs(x), math.Abs(y)):
		return Different
	case p.want.approx:
		return Equal
	case p.got.approx:
		return CannotTell
	}
	return Different
}

// roundStep is the step of a reading whose number may be rounded: zeros that end
// a whole number are digits, unless "about" or a scale word stands by.
func (q *Quantity) roundStep(v value) float64 {
	if q.lit.zeros > 0 && (v.scaled || q.approx) {
		return v.step * math.Pow(10, float64(q.lit.zeros))
	}
	return v.step
}

func sameFloat(x, y float64) bool {
	return math.Abs(x-y) <= 1e-9*max(math.Abs(x), math.Abs(y))
}

// rounded compares x, written to steps of sx, with y, written to steps of sy:
// equal if y is finer and gives x when rounded half away from zero, open if it
// is coarser and x gives it.
func rounded(x, y, sx, sy float64) Agreement {
	if sx <= 0 || sy <= 0 || sx == sy {
		return Different
	}
	to := func(v, step float64) float64 { return math.Round(v/step*(1+1e-12)) * step }
	if sy < sx*(1-1e-9) {
		switch {
		case math.Abs(to(y, sx)-x) < sx*1e-6:
			return Equal
		case math.Abs(math.Abs(y-x)-sx/2) < sx*1e-6: // 0.45 is half way from 0.4 to 0.5
			return CannotTell
		}
		return Different
	}
	if sx < sy*(1-1e-9) && math.Abs(to(x, sy)-y) < sy*1e-6 {
		return CannotTell
	}
	return Different
}
