package summary

import (
	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/trace"
)

// intervals says once, for every renderer, what the intervals mean.
const intervals = "95 % intervals. Those of the cause shares are simultaneous: all of them cover at once (Bonferroni). Those of quality, metrics, slices and checks each stand alone."

// Summary returns what was counted so far. It may be called again after more
// records.
func (b *Builder) Summary() Summary {
	s := Summary{
		Version: Version, Title: b.opt.Title, Read: b.read,
		Judged: b.all.judged, Right: b.all.right, Bad: b.all.failures, RightBad: b.all.rightFailures, Quality: ratio(b.all.right, b.all.judged),
		SetAside:     Group{"the reference is in doubt", b.setAside.count, b.setAside.examples},
		Artefact:     Group{"right by value, wrong by string match", b.artefact.count, b.artefact.examples},
		Fixes:        b.fixes.list(b.all.failures),
		Bounds:       b.bounds.list(b.all.judged),
		Metrics:      b.metrics.list(b.opt.Seed),
		Refusals:     b.refusals,
		Slices:       b.slices.list(&b.all),
		Skipped:      b.skipped.groups(),
		NotJudged:    b.conditional.groups(),
		WouldJudge:   b.wouldJudge.groups(),
		Contributing: b.contributing.groups(),
		Modifiers:    b.modifiers.groups(),
		Joint:        b.joint.groups(),
		Notes:        b.notes.groups(),
		Setup:        b.setup.details(),
		Intervals:    intervals,
	}
	sum := 0
	for _, st := range diagnose.Statuses() {
		s.Statuses = append(s.Statuses, StatusCount{st, b.statuses[st]})
		sum += b.statuses[st]
	}
	s.SumHolds = sum == b.read
	s.QualityBounds = qualityBounds(b.all.right, b.all.judged, b.statuses[diagnose.StatusNotJudged])
	s.UnjudgedCitations = CitationFaults{Faulty: ratio(b.citeFaulty, b.citing), Kinds: b.citeKinds.groups()}
	s.Causes, s.Undetermined = b.all.rows(&b.proximate)
	s.Counts = b.all.causeCounts()
	s.Undetermined.Sets, s.Undetermined.Next, s.Undetermined.Missing = b.sets.groups(), b.next.groups(), b.missed.groups()
	r := &s.Refusals
	r.OverRefusal = ratio(r.AnswerableDeclined, r.AnswerableDeclined+r.AnswerableAnswered)
	r.UnderRefusal = ratio(r.UnanswerableAnswered, r.UnanswerableDeclined+r.UnanswerableAnswered)
	s.Warnings = b.weaknesses()
	return s
}

func qualityBounds(right, judged, open int) QualityBounds {
	q := QualityBounds{Of: judged + open, AtLeast: trace.Unknown("nothing to divide by"), AtMost: trace.Unknown("nothing to divide by")}
	if n := float64(q.Of); n > 0 {
		q.AtLeast, q.AtMost = trace.Known(float64(right)/n), trace.Known(float64(right+open)/n)
	}
	return q
}

// weaknesses lists what weakens the result, the setup's first.
func (b *Builder) weaknesses() []Group {
	out := b.setup.mixed()
	out = append(out, b.warnings.groups()...)
	if n := b.statuses[diagnose.StatusNotJudged]; n > 0 {
		out = append(out, Group{Name: "not judged: what is known does not tell whether the answer is bad", Count: n})
	}
	if n := b.all.judged; n > 0 && n < SmallSlice {
		out = append(out, Group{Name: "few records were judged: read the intervals, not the shares", Count: n})
	}
	return append(out, b.slices.warnings()...)
}

// Count returns how many records ended in a status.
func (s *Summary) Count(st diagnose.Status) int {
	for _, c := range s.Statuses {
		if c.Status == st {
			return c.Count
		}
	}
	return 0
}
