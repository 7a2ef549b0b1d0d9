package ground

import (
	"fmt"
	"slices"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// stale says whether the passage that supports a claim is superseded: a newer
// one in the context contradicts the claim, or it is older than the gold
// answer's validity and the claim is wrong.
func (x *examination) stale(v trace.ClaimVerdict) trace.Predicate {
	if v.Support != trace.Supported || len(v.By) == 0 {
		return trace.Predicate{}
	}
	by := v.By[0].Passage
	own, grade := x.dated(by)
	if own == (text.Date{}) {
		return trace.NotKnown("the supporting passage has no date")
	}
	if g := x.rec.Gold; g != nil && g.ValidFrom != "" {
		if from := text.Dates(g.ValidFrom); len(from) > 0 && before(own, from[0]) && v.Right.IsNo() {
			return trace.Holds(true, .85, grade, fmt.Sprintf("passage %d is of %s, the right answer holds since %s", by+1, written(own), g.ValidFrom))
		}
	}
	for _, i := range x.disputed() {
		if i == by {
			continue
		}
		date, g := x.dated(i)
		if date == (text.Date{}) || !before(own, date) {
			continue
		}
		if x.texts.CheckIn(v.Text, i).Support == trace.Contradicted {
			return trace.Holds(true, .8, min(grade, g, trace.GradeC), fmt.Sprintf("passage %d of %s is contradicted by passage %d of %s", by+1, written(own), i+1, written(date)))
		}
	}
	return trace.Holds(false, .8, min(grade, trace.GradeC), "no newer passage says otherwise")
}

// disputed lists the passages that disagree with another one, in order.
func (x *examination) disputed() []int {
	var out []int
	for _, r := range x.rivals {
		out = append(out, r.one, r.other)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// dated is the date of a passage and what it rests on.
type dated struct {
	text.Date
	grade trace.Grade
}

// dated returns the date of a passage: the recorded one or, as weak evidence,
// the latest one that its text names. The zero Date: neither.
func (x *examination) dated(i int) (text.Date, trace.Grade) {
	d, ok := x.dates[i]
	if !ok {
		d.Date, d.grade = x.findDate(i)
		if x.dates == nil {
			x.dates = map[int]dated{}
		}
		x.dates[i] = d
	}
	return d.Date, d.grade
}

func (x *examination) findDate(i int) (text.Date, trace.Grade) {
	if d := text.Dates(x.rec.Context[i].Date); len(d) > 0 {
		return d[0], trace.GradeB
	}
	var latest text.Date
	for _, d := range x.texts.Docs()[i].Dates() {
		if d.Year > 0 && (latest == (text.Date{}) || before(latest, d)) {
			latest = d
		}
	}
	return latest, trace.GradeD
}

// before reports whether a is surely earlier than b: parts that one of them
// does not say decide nothing.
func before(a, b text.Date) bool {
	switch {
	case a.Year != b.Year:
		return a.Year > 0 && b.Year > 0 && a.Year < b.Year
	case a.Month != b.Month:
		return a.Month > 0 && b.Month > 0 && a.Month < b.Month
	}
	return a.Day > 0 && b.Day > 0 && a.Day < b.Day
}

func written(d text.Date) string {
	s := fmt.Sprintf("%04d", d.Year)
	for _, part := range []int{d.Month, d.Day} {
		if part == 0 {
			break
		}
		s += fmt.Sprintf("-%02d", part)
	}
	return s
}
