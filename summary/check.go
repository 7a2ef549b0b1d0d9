package summary

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/trace"
)

// What a gate compares: the whole interval, or the estimate alone.
const (
	OnInterval = "interval"
	OnPoint    = "point"
)

// Outcome is what a gate came to.
type Outcome string

// The outcomes of a gate. There is none for "not measured": that is CannotTell.
const (
	Pass       Outcome = "pass"
	Fail       Outcome = "fail"
	CannotTell Outcome = "cannot tell"
)

// Result is a gate with its outcome and the reason, ready to print.
type Result struct {
	Gate     Gate           `json:"gate"`
	On       string         `json:"on"` // OnInterval or OnPoint
	Outcome  Outcome        `json:"outcome"`
	Estimate trace.Value    `json:"estimate"`
	Interval *stat.Interval `json:"interval,omitzero"` // the gate's own, marginal 95 %
	N        int            `json:"n"`
	Why      string         `json:"why"`
}

// reading is what a gate's measure came to.
type reading struct {
	value    trace.Value
	interval *stat.Interval
	// high is the interval if every undetermined record that may count does; it
	// differs from interval for causes only.
	high     *stat.Interval
	possible int
	n        int
	of       string // what n counts
	none     string // why there is no interval
}

// Check compares the summary with the gate. On the interval, a gate passes or
// fails only if the whole 95 % interval lies on one side of the limit. A cause
// passes only if it would still do so with the undetermined failures that may
// be of that cause. Check never passes on something unmeasured.
func (g Gate) Check(s Summary, on string) Result {
	r := g.read(&s)
	res := Result{Gate: g, On: OnInterval, Outcome: CannotTell, Estimate: r.value, Interval: r.interval, N: r.n}
	if on == OnPoint {
		res.On = OnPoint
	}
	v, ok := r.value.Get()
	switch {
	case !ok:
		res.Why = r.value.Reason()
		return res
	case res.On == OnPoint:
		res.Outcome = Pass
		if g.breaks(v) {
			res.Outcome = Fail
		}
		res.Why = fmt.Sprintf("%s over %d %s, the estimate alone", g.show(v), r.n, r.of)
		return res
	case r.interval == nil:
		res.Why = fmt.Sprintf("%s over %d %s, but no interval: %s", g.show(v), r.n, r.of, r.none)
		return res
	}
	iv := *r.interval
	seen := fmt.Sprintf("%s [%s, %s] over %d %s, marginal 95 %%", g.show(v), g.show(iv.Lo), g.show(iv.Hi), r.n, r.of)
	// A condition is monotone: if both ends agree, so does all between them.
	switch lo, hi := g.breaks(iv.Lo), g.breaks(r.high.Hi); {
	case lo && hi:
		res.Outcome, res.Why = Fail, seen
	case lo == hi:
		res.Outcome, res.Why = Pass, seen
	case lo == g.breaks(iv.Hi):
		res.Why = fmt.Sprintf("%s; %d failures whose cause is open may be of this one too, up to %s", seen, r.possible, g.show(r.high.Hi))
	default:
		res.Why = seen + ": the interval holds the limit, n is too small to tell"
	}
	return res
}

// CheckAll checks several gates.
func CheckAll(gates []Gate, s Summary, on string) []Result {
	var out []Result
	for _, g := range gates {
		out = append(out, g.Check(s, on))
	}
	return out
}

// breaks reports whether a value fulfils the failing condition.
func (g Gate) breaks(v float64) bool {
	switch g.Op {
	case "<":
		return v < g.Limit
	case "<=":
		return v <= g.Limit
	case ">":
		return v > g.Limit
	default:
		return v >= g.Limit
	}
}

// show prints a value the way the limit was written.
func (g Gate) show(v float64) string {
	if n := len(g.limit); n > 0 && g.limit[n-1] == '%' {
		return strconv.FormatFloat(100*v, 'g', 3, 64) + " %"
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}

func (g Gate) read(s *Summary) reading {
	switch g.Measure {
	case "skipped":
		return share(s.Count(diagnose.StatusSkipped), 0, s.Read, "records read", "no record was read")
	case "not-judged":
		return share(s.Count(diagnose.StatusNotJudged), 0, s.Read, "records read", "no record was read")
	}
	for _, m := range s.Metrics {
		if m.Name == g.Measure {
			return reading{value: m.Mean, interval: m.Interval, high: m.Interval, n: m.Scored,
				of: fmt.Sprintf("of %d records", m.Of), none: m.Note}
		}
	}
	if slices.ContainsFunc(measures, func(m measure) bool { return m.name == g.Measure }) {
		return reading{value: trace.Unknown("no record has this measurement"), of: "records"}
	}
	if g.Tag == "" {
		return g.count(s.Quality, s.Undetermined.OfJudged.Count, s.Counts, "no record was judged")
	}
	for _, sl := range s.Slices {
		if sl.Tag == g.Tag && sl.Value == g.Value {
			return g.count(sl.Quality, sl.Undetermined, sl.Causes, "no record of this slice was judged")
		}
	}
	return reading{value: trace.Unknown(fmt.Sprintf("no record has the tag %s=%s", g.Tag, g.Value))}
}

// count reads quality, undetermined or a cause off a set of judged records.
func (g Gate) count(quality Ratio, undetermined int, causes []CauseCount, none string) reading {
	switch g.Measure {
	case "quality":
		return share(quality.Count, 0, quality.Of, "judged", none)
	case "undetermined":
		return share(undetermined, 0, quality.Of, "judged", none)
	}
	at := func(slug string) CauseCount {
		for _, c := range causes {
			if c.Slug == slug {
				return c
			}
		}
		return CauseCount{}
	}
	found := at(g.Measure)
	// Undetermined records name causes, not kinds: a kind is as possible as its cause.
	return share(found.Count, at(string(split(g.Measure).Cause)).Possible, quality.Of, "judged", none)
}

func share(k, possible, n int, of, none string) reading {
	if n == 0 {
		return reading{value: trace.Unknown(none), of: of}
	}
	low, high := ratio(k, n), ratio(k+possible, n)
	return reading{value: low.Share, interval: low.Interval, high: high.Interval, possible: possible, n: n, of: of}
}
