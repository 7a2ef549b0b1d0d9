package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/ragdiag/ragdiag/summary"
	"github.com/ragdiag/ragdiag/trace"
)

// twoColumns is the width from which the short table of metrics is in two
// halves: retrieval at the left, the answer at the right.
const twoColumns = 96

// metrics shows the mean of each metric with its interval and the number of
// records that it was scored on.
func (p *page) metrics(s *summary.Summary) {
	if len(s.Metrics) == 0 {
		return
	}
	switch {
	case p.all:
		p.everyMetric(s)
		p.refusals(s)
		return
	case !slices.ContainsFunc(s.Metrics, func(m summary.Metric) bool { return m.Scored > 0 }):
		p.title("By stage", fmt.Sprintf("nothing could be measured on %s examined; --all says why", count(s.Metrics[0].Of, "record")))
		return
	}
	var left, right []table.Row
	stage := "–"
	for _, m := range s.Metrics {
		if !m.Headline {
			continue
		}
		row := table.Row{m.Name, value(m.Mean), within(m.Interval), m.Scored}
		early := m.Stage == trace.StageQuery || m.Stage == trace.StageRetrieve || m.Stage == trace.StageRerank
		switch {
		case p.width < twoColumns:
			name := ""
			if stageName(m) != stage {
				stage = stageName(m)
				name = stage
			}
			left = append(left, append(table.Row{p.paint(dim, name)}, row...))
		case early:
			left = append(left, row)
		default:
			right = append(right, row)
		}
	}
	p.title("By stage", fmt.Sprintf("mean, 95 %% interval, records scored of %d examined", s.Metrics[0].Of))
	if p.width < twoColumns {
		p.grid(left, 3, 5)
	} else {
		p.grid(beside(left, right), 2, 4, 7, 9)
	}
	p.refusals(s)
}

// beside joins two lists of rows of four cells line by line.
func beside(left, right []table.Row) []table.Row {
	empty := table.Row{"", "", "", ""}
	rows := make([]table.Row, max(len(left), len(right)))
	for i := range rows {
		l, r := empty, empty
		if i < len(left) {
			l = left[i]
		}
		if i < len(right) {
			r = right[i]
		}
		rows[i] = slices.Concat(l, table.Row{""}, r)
	}
	return rows
}

// everyMetric lists all metrics with the reasons why records were not scored.
func (p *page) everyMetric(s *summary.Summary) {
	p.title("By stage", "mean, 95 % interval, scored of examined records")
	stage := "–"
	var rows []table.Row
	var reasons []string
	for _, m := range s.Metrics {
		name := ""
		if stageName(m) != stage {
			stage = stageName(m)
			name = stage
		}
		rows = append(rows, table.Row{p.paint(dim, name), m.Name, value(m.Mean), within(m.Interval), fmt.Sprintf("%d of %d", m.Scored, m.Of)})
		reasons = append(reasons, unscored(m))
	}
	for i, l := range aligned(rows, 3, 5) {
		p.para(0, 12, strings.TrimRight(l+"  "+p.paint(dim, reasons[i]), " "))
	}
}

// refusals prints the two ways of declining wrongly.
func (p *page) refusals(s *summary.Summary) {
	r := s.Refusals
	if r.OverRefusal.Of+r.UnderRefusal.Of == 0 {
		return
	}
	parts := []string{fmt.Sprintf("declined %d of %d answerable", r.OverRefusal.Count, r.OverRefusal.Of)}
	if r.UnderRefusal.Of > 0 {
		parts = append(parts, fmt.Sprintf("answered %d of %d unanswerable", r.UnderRefusal.Count, r.UnderRefusal.Of))
	}
	if r.Unknown > 0 {
		parts = append(parts, fmt.Sprintf("%d not known", r.Unknown))
	}
	p.para(2, 2, strings.Join(parts, ", "))
}

func stageName(m summary.Metric) string {
	if m.Stage == "" {
		return "answer"
	}
	return string(m.Stage)
}

// unscored names the reasons why records were not scored.
func unscored(m summary.Metric) string {
	if len(m.Unscored) == 0 {
		return clean(m.Note)
	}
	var out []string
	for _, g := range m.Unscored {
		out = append(out, fmt.Sprintf("%s (%d)", clean(g.Name), g.Count))
	}
	return strings.Join(out, "; ")
}

// slices shows the quality of the parts of the set, in a short report those
// that differ most from the rest.
func (p *page) slices(s *summary.Summary) {
	shown := s.Slices
	note := "quality, judged, of failures, top cause"
	if !p.all {
		shown = telling(shown)
		if len(shown) < len(s.Slices) {
			note = fmt.Sprintf("%d of %d, most unlike the rest: %s", len(shown), len(s.Slices), note)
		}
	}
	if len(shown) == 0 {
		return
	}
	if slices.ContainsFunc(shown, func(sl summary.Slice) bool { return sl.Small }) {
		note += fmt.Sprintf("; ~ fewer than %d", summary.SmallSlice)
	}
	p.title("Slices", p.fit(note, 8))
	label := min(40, p.width-62)
	room := p.width - 44 - label
	var rows []table.Row
	for _, sl := range shown {
		mark, top := "", ""
		if sl.Small {
			mark = "~"
		}
		if sl.TopCause != "" {
			top = cut(fmt.Sprintf("%d %s", sl.TopCount, words(clean(sl.TopCause))), room)
		}
		rows = append(rows, table.Row{cut(clean(sl.Tag+"="+sl.Value), label), mark, value(sl.Quality.Share), within(sl.Quality.Interval),
			sl.Quality.Of, percent(sl.Bad.Share), p.paint(dim, top)})
	}
	p.grid(rows, 3, 5, 6)
}

// telling picks the slices whose quality lies farthest from that of all other
// records, large ones before small ones. Of two tags that single out the same
// records one is enough.
func telling(all []summary.Slice) []summary.Slice {
	some := slices.DeleteFunc(slices.Clone(all), func(sl summary.Slice) bool { return sl.Gap == 0 })
	slices.SortStableFunc(some, func(a, b summary.Slice) int {
		switch {
		case a.Small && !b.Small:
			return 1
		case b.Small && !a.Small:
			return -1
		}
		return cmp.Compare(math.Abs(b.Gap), math.Abs(a.Gap))
	})
	some = slices.CompactFunc(some, func(a, b summary.Slice) bool {
		return a.Tag != b.Tag && a.Read == b.Read && a.Quality.Count == b.Quality.Count && a.Quality.Of == b.Quality.Of && a.Bad.Count == b.Bad.Count
	})
	return some[:min(topSlices, len(some))]
}
