package claim

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/ragdiag/ragdiag/internal/text"
)

// The values of a passage from which another one may be worked out.
const (
	maxOperands  = 6
	operandShare = .25 // of the claim that a sentence holds whose values are taken
	minItems     = 2   // of a list that is counted
	maxItems     = 30
)

// operands are the values of the sentences that speak of a claim.
type operands struct {
	numbers []text.Number
	dates   []text.Date
	items   []int // lengths of lists
}

// operandsOf gathers the values of the window and of the other sentences of its
// passage that hold a share of the claim.
func (c *Context) operandsOf(s *statement, w window) operands {
	var o operands
	d := c.docs[c.sents[w.first].doc]
	o.add(d, c.span(w))
	for _, at := range c.hit {
		i := int(at)
		if c.sents[i].doc == c.sents[w.first].doc && (i < w.first || i > w.last) && s.coverage(c.masks[i].like) >= operandShare {
			o.add(d, d.Sentences[c.sents[i].index].Span)
		}
	}
	return o
}

func (o *operands) add(d *text.Doc, sp text.Span) {
	if len(o.numbers) < maxOperands {
		o.addNumbers(d, sp)
	}
	if len(o.dates) < maxOperands {
		dates := datesIn(d, sp)
		o.dates = append(o.dates, dates[:min(len(dates), maxOperands-len(o.dates))]...)
	}
	if len(o.items) < maxOperands {
		if n := listed(sp.Of(d.Text)); n >= minItems && n <= maxItems {
			o.items = append(o.items, n)
		}
	}
}

func (o *operands) addNumbers(d *text.Doc, sp text.Span) {
	for _, n := range numbersIn(d, sp) {
		if len(o.numbers) < maxOperands && n.Unit != "th" {
			o.numbers = append(o.numbers, n)
		}
	}
	if len(o.numbers) > 0 { // a lone one is an article as often as a number
		from, _ := slices.BinarySearchFunc(d.Tokens, sp.Start, func(t text.Token, at int) int { return t.Start - at })
		for _, t := range d.Tokens[from:] {
			if t.Start >= sp.End || len(o.numbers) >= maxOperands {
				break
			}
			if ones.Has(t.Text) && !slices.ContainsFunc(o.numbers, func(n text.Number) bool { return n.Start <= t.Start && t.End <= n.End }) {
				o.numbers = append(o.numbers, text.Number{Value: 1, Text: t.Text, Span: text.Span{Start: t.Start, End: t.End}})
			}
		}
	}
}

var ones = text.NewWordSet("one", "ein", "eine", "einen", "un", "une", "uno", "una", "um", "uma", "een", "ett", "jeden", "jedna", "один", "одна")

// joiningWords stand before the last item of a list.
var joiningWords = [...]string{" and ", " und ", " et ", " y ", " e ", " en ", " och ", " i ", " и ", " or "}

// joiningHeads are the bytes that joiningWords go on with behind their blank.
var joiningHeads = func() (heads [256]bool) {
	for _, w := range joiningWords {
		heads[w[1]] = true
	}
	return heads
}()

// listed counts the items of a list within a sentence: A, B and C; 0: none.
func listed(s string) int {
	ands := strings.Count(s, "和")
	var next [len(joiningWords)]int // where each may stand again
	for i := range len(s) - 2 {
		if s[i] != ' ' || !joiningHeads[s[i+1]] {
			continue
		}
		for k, w := range joiningWords {
			if i >= next[k] && strings.HasPrefix(s[i:], w) {
				ands++
				next[k] = i + len(w)
			}
		}
	}
	if ands == 0 {
		return 0
	}
	commas := strings.Count(s, ",") + strings.Count(s, "、") + strings.Count(s, "，")
	oxford := strings.Count(s, ", and ") + strings.Count(s, ", or ")
	return commas + ands - oxford + 1
}

// give reports whether a value of the claim can be worked out from the
// operands, with the other values of the claim as factors: as a sum, a
// difference, a product, a ratio, a share, a time between two dates, a count.
func (o operands) give(f fact, claim *text.Doc) bool {
	if f.kind == "date" {
		return o.giveDate(f.date)
	}
	n := f.number
	if n.Unit == "th" {
		return false
	}
	return n.Unit == "" && (o.factor(n, claim) || slices.Contains(o.items, int(n.Value))) ||
		o.giveByTwo(n) || o.giveByOne(n, claim) || o.giveTotal(n) || o.giveSpan(n)
}

// giveByTwo reports whether two of the operands give n.
func (o operands) giveByTwo(n text.Number) bool {
	for i, a := range o.numbers {
		for j, b := range o.numbers {
			if i < j && isSum(a, b, n) || i != j && (isDifference(a, b, n) || isShare(a, b, n) || isRatio(a, b, n) || isProduct(a, b, n)) {
				return true
			}
		}
	}
	return false
}

// takesUnit reports whether n can be counted in the unit of a, as a bare number
// can in any.
func takesUnit(n, a text.Number) bool { return n.Unit == "" || a.Comparable(n) }

func isSum(a, b, n text.Number) bool {
	return a.Comparable(b) && takesUnit(n, a) && about(a.Value+rescale(b, a), rescale(n, a), n)
}

func isDifference(a, b, n text.Number) bool {
	return a.Comparable(b) && takesUnit(n, a) && about(a.Value-rescale(b, a), rescale(n, a), n)
}

// isShare reports whether n is b in per cent of a, or by how many it is more or
// less.
func isShare(a, b, n text.Number) bool {
	if n.Unit != "%" || !a.Comparable(b) || a.Value == 0 {
		return false
	}
	y, of, share := rescale(b, a), math.Abs(a.Value), math.Abs(n.Value)
	return about(100*(y-a.Value)/of, share, n) || about(100*(a.Value-y)/of, share, n) || about(100*y/a.Value, n.Value, n)
}

func isRatio(a, b, n text.Number) bool {
	return n.Unit == "" && a.Comparable(b) && a.Value != 0 && about(rescale(b, a)/a.Value, n.Value, n)
}

// isProduct reports whether n is a taken b times, or divided by it; b is a bare
// number or per cent.
func isProduct(a, b, n text.Number) bool {
	by := b.Value
	switch b.Unit {
	case "":
	case "%":
		by /= 100
	default:
		return false
	}
	if !takesUnit(n, a) {
		return false
	}
	x := rescale(n, a)
	return about(a.Value*by, x, n) || by != 0 && about(a.Value/by, x, n)
}

// giveByOne reports whether one operand gives n: in another unit, or taken as
// often as the claim says itself.
func (o operands) giveByOne(n text.Number, claim *text.Doc) bool {
	for _, a := range o.numbers {
		if !a.Comparable(n) {
			continue
		}
		if a.Unit != n.Unit && about(rescale(a, n), n.Value, n) { // 1,609 m, 1.6 km
			return true
		}
		for _, k := range claim.Numbers()[:min(len(claim.Numbers()), maxOperands)] {
			switch k.Unit {
			case "", "h", "d", "wk", "yr":
				if k.Span != n.Span && about(a.Value*k.Value, rescale(n, a), n) {
					return true
				}
			}
		}
	}
	return false
}

// giveTotal reports whether n is the sum of all operands, of which there are more
// than two.
func (o operands) giveTotal(n text.Number) bool {
	if len(o.numbers) <= 2 || !takesUnit(n, o.numbers[0]) {
		return false
	}
	first, sum := o.numbers[0], 0.
	for _, a := range o.numbers {
		if !a.Comparable(first) {
			return false
		}
		sum += rescale(a, first)
	}
	return about(sum, rescale(n, first), n)
}

// factor reports whether a bare number of the claim, taken times an operand,
// gives another value of it: two tickets, 24 euros.
func (o operands) factor(k text.Number, claim *text.Doc) bool {
	for _, n := range claim.Numbers()[:min(len(claim.Numbers()), maxOperands)] {
		for _, a := range o.numbers {
			if n.Span != k.Span && n.Unit != "" && a.Comparable(n) && about(a.Value*k.Value, rescale(n, a), n) {
				return true
			}
		}
	}
	return false
}

// rescale returns the value of n in the unit of m.
func rescale(n, m text.Number) float64 {
	if n.Unit == m.Unit || n.Unit == "" || m.Unit == "" {
		return n.Value
	}
	return n.In(m.Unit)
}

// about reports whether a result is the value of n, rounded as n is written.
func about(result, value float64, n text.Number) bool {
	step := math.Abs(value) * .005
	if i := strings.IndexAny(n.Text, ".,"); i >= 0 && n.Value != math.Trunc(n.Value) {
		step = max(step, .05)
	} else if math.Abs(value) < 1000 {
		step = .5
		if math.Abs(value) < 10 {
			step = .05
		}
	}
	return math.Abs(result-value) <= step
}

// giveSpan reports whether n is the time between two dates, or an age.
func (o operands) giveSpan(n text.Number) bool {
	for i, a := range o.dates {
		for _, b := range o.dates[i+1:] {
			if a.Year == 0 || b.Year == 0 {
				continue
			}
			years := math.Abs(float64(b.Year - a.Year))
			exact := years
			if a.Month != 0 && b.Month != 0 {
				days := math.Abs(day(b).Sub(day(a)).Hours() / 24)
				exact = days / 365.25
				switch n.Unit {
				case "d":
					if math.Abs(days-n.Value) <= 1 {
						return true
					}
				case "wk":
					if math.Abs(days/7-n.Value) < .5 {
						return true
					}
				case "mo":
					if math.Abs(exact*12-n.Value) < .5 {
						return true
					}
				}
			}
			switch n.Unit {
			case "yr", "":
				if n.Value == math.Floor(exact) || math.Abs(n.Value-exact) < .02 || a.Month*b.Month == 0 && (n.Value == years || n.Value == years-1 || n.Value == years+1 && n.Unit == "yr") {
					return true
				}
			}
		}
	}
	return false
}

func day(t text.Date) time.Time {
	return time.Date(t.Year, time.Month(t.Month), max(1, t.Day), 0, 0, 0, 0, time.UTC)
}

// giveDate reports whether a date lies a stated time after or before another
// one.
func (o operands) giveDate(t text.Date) bool {
	for _, a := range o.dates {
		for _, n := range o.numbers {
			switch years := int(n.Value); n.Unit {
			case "yr", "":
				if t.Year != 0 && a.Year != 0 && (t.Year == a.Year+years || t.Year == a.Year-years) {
					return true
				}
			case "d", "wk", "mo":
				if a.Month == 0 || t.Month == 0 || n.Value > 10000 {
					continue
				}
				from, k := day(a), int(n.Value)
				for _, sign := range [...]int{1, -1} {
					to := from.AddDate(0, 0, sign*k)
					switch n.Unit {
					case "wk":
						to = from.AddDate(0, 0, 7*sign*k)
					case "mo":
						to = from.AddDate(0, sign*k, 0)
					}
					if t.Compatible(text.Date{Year: to.Year(), Month: int(to.Month()), Day: to.Day()}) {
						return true
					}
				}
			}
		}
	}
	return false
}

// fractions are said behind an amount: two hours and a quarter.
var fractions = wordRuns(section("fractions"))

// withFraction adds to a number the part of its unit that follows it.
func withFraction(d *text.Doc, n text.Number) text.Number {
	i, _ := slices.BinarySearchFunc(d.Tokens, n.End, func(t text.Token, at int) int { return t.Start - at })
	if i >= len(d.Tokens) {
		return n
	}
	k := runAt(fractions, d.Tokens, i)
	if k == 0 {
		return n
	}
	switch d.Tokens[i+k-1].Text {
	case "quarter", "viertel", "quart", "cuarto", "quarto", "kwart", "kvart", "kwadrans", "четвертью":
		n.Value += .25
	case "quarters", "dreiviertel":
		n.Value += .75
	default:
		n.Value += .5
	}
	n.End = d.Tokens[i+k-1].End
	n.Text = n.Span.Of(d.Text)
	return n
}
