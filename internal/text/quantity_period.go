package text

// period is a calendar date or a longer stretch: a quarter, a decade, a century.
type period struct {
	Date
	last    int  // the last year of a range, a decade or a century; 0: as Year
	quarter int  // 1 to 4; 11 and 12 are half-years
	decade  int  // 80 for "the eighties" whose century is not said
	loose   bool // a decade without its century
	bc      bool
	bare    bool // four digits that could be a count
}

// years returns the first and last year, negative before the common era.
func (p period) years() (int, int) {
	a, b := p.Year, max(p.last, p.Year)
	if p.bc {
		return -b, -a
	}
	return a, b
}

func centuryOf(n int, bc bool) period {
	return period{Date: Date{Year: (n - 1) * 100}, last: n*100 - 1, bc: bc}
}

// compare compares two dates; a part that is said by one only is no difference,
// and one that is missing in e leaves it open.
func (p period) compare(e period, approx bool) Agreement {
	if p.loose || e.loose {
		return p.compareDecade(e)
	}
	years, quarters := p.compareYears(e), p.compareQuarter(e)
	switch {
	case approx && p.yearsNear(e):
		return CannotTell
	case years == Different || quarters == Different || !p.Date.noYear().Compatible(e.Date.noYear()):
		return Different
	case p.Either && e.Either && (p.Month != e.Month || p.Day != e.Day):
		return CannotTell
	case p.Year != 0 && e.Year == 0 || p.Month != 0 && e.Month == 0 || p.Day != 0 && e.Day == 0:
		return CannotTell
	case years == CannotTell:
		return CannotTell
	}
	return quarters
}

// compareDecade compares dates of which one is a decade without its century.
func (p period) compareDecade(e period) Agreement {
	switch {
	case p.decadeOf() != e.decadeOf():
		return Different
	case !e.loose && e.last == 0 || e.loose == p.loose || p.last-p.Year == 9 || e.last-e.Year == 9:
		return Equal
	}
	return CannotTell
}

// decadeOf is the decade within its century.
func (p period) decadeOf() int {
	if p.loose {
		return p.decade
	}
	return p.Year % 100 / 10 * 10
}

// compareYears compares the years or the stretches of years; CannotTell says that
// those of e are coarser.
func (p period) compareYears(e period) Agreement {
	if p.Year == 0 || e.Year == 0 {
		return Equal
	}
	a1, a2 := p.years()
	b1, b2 := e.years()
	switch {
	case a1 == b1 && a2 == b2:
		return Equal
	case b2 < a1 || a2 < b1:
		return Different
	case a1 <= b1 && b2 <= a2: // a year of the decade or century that is asked for, of no other stretch
		d := p.last - p.Year
		return equalIf(p.last <= 0 || d == 9 || d == 99)
	case p.last > 0 && e.last > 0 && e.last-e.Year < 9:
		return Different
	case b1 <= a1 && a2 <= b2:
		return CannotTell
	}
	return Different
}

// yearsNear reports whether the years differ by so little that "about" covers it.
func (p period) yearsNear(e period) bool {
	a1, a2 := p.years()
	b1, b2 := e.years()
	return p.Year != 0 && e.Year != 0 && (b2 < a1 || a2 < b1) && abs(a1-b1) <= 5
}

// compareQuarter compares the quarters or half-years; CannotTell says that e has
// none, or is coarser than a month.
func (p period) compareQuarter(e period) Agreement {
	q, r := p.quarter, e.quarter
	switch {
	case q == r, q == 0 && p.Month == 0:
		return Equal
	case q != 0 && r != 0, r == 0 && e.Month != 0 && q <= 4 && (e.Month-1)/3+1 != q:
		return Different
	}
	return CannotTell
}

func (d Date) noYear() Date { d.Year = 0; return d }

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
