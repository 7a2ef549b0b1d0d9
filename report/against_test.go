package report

import (
	"bufio"
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/trace"
)

// compared is a record whose answer is held against a reference item by item.
func compared(answer, reference string, items ...trace.Comparison) *trace.Record {
	return &trace.Record{ID: "x", Question: "How high, how wide, and who built it?", Answer: &trace.Answer{Text: answer}, Gold: &trace.Gold{Answers: []string{"Other", reference}},
		Evidence: trace.Evidence{Outcome: &trace.OutcomeEvidence{Reference: trace.ReferenceValue, ReferenceAt: 1, Compared: items}}}
}

func TestAgainst(t *testing.T) {
	rec := compared("It is 30 m high. Berg built it.", "35 m high, 4 m wide, by Bergh (1931)",
		trace.Comparison{Kind: "date", Want: "1931", WantStart: 31, WantEnd: 35, Agreement: trace.Missing},
		trace.Comparison{Kind: "number", Want: "35 m", WantEnd: 4, Got: "30 m", GotStart: 6, GotEnd: 10, Asked: true, Agreement: trace.Different},
		trace.Comparison{Kind: "number", Want: "4 m", WantStart: 11, WantEnd: 14, Asked: true, Agreement: trace.Missing},
		trace.Comparison{Kind: "name", Want: "Bergh", WantStart: 24, WantEnd: 29, Got: "Berg", GotStart: 17, GotEnd: 21, Asked: true, Agreement: trace.Equal},
		trace.Comparison{Kind: "words", Want: "high", WantStart: 5, WantEnd: 9, Asked: true, Why: "in other words"},
	)
	a := newAgainst(rec, limits{})
	require.Equal(t, []item{
		{Mark: "different", Text: "says “30 m” for “35 m”"},
		{Mark: "missing", Text: "4 m"},
		{Mark: "equal", Text: "Bergh, as “Berg”"},
		{Mark: "open", Text: "high", Why: "in other words"},
		{Mark: "missing", Text: "1931", Beyond: true},
	}, a.Items, "what is asked for comes first")
	require.Equal(t, []string{"Other"}, a.Others)
	marksOf := func(segs []segment) string {
		var out []string
		for _, s := range segs {
			if s.Mark != "" {
				out = append(out, s.Mark+" "+s.Text)
			}
		}
		return strings.Join(out, "; ")
	}
	require.Equal(t, "different 30 m; equal Berg", marksOf(a.Said))
	require.Equal(t, "different 35 m; open high; missing 4 m; equal Bergh; missing 1931", marksOf(a.Wanted))

	d := diagnose.Diagnosis{ID: "x", Status: diagnose.StatusDiagnosed, Root: diagnose.Attribution{Cause: diagnose.Ignore, Sub: "misread"}, P: .94}
	out := tell(t, sampleCase{rec, d}, TextOptions{})
	for _, line := range []string{"✗ says “30 m” for “35 m”", "– missing: 4 m", "✓ Bergh, as “Berg”", "? high  (cannot tell: in other words)", "beyond what was asked:\n           – missing: 1931"} {
		require.Contains(t, out, line, "legible without colour")
	}
	require.NotContains(t, out, "–4 m", "a dash before a number would be its sign")
	require.Contains(t, out, "Confidence 94 %")

	var b bytes.Buffer
	m := &markdown{bufio.NewWriter(&b)}
	m.beside(drill([]sampleCase{{rec, d}}))
	require.NoError(t, m.Flush())
	require.Contains(t, b.String(), "| x | Ignored context · misread<br>Confidence 94 % | It is **✗ 30 m** high. **✓ Berg** built it. |")
	require.Contains(t, b.String(), "*– missing: 1931*")
}

// Where the reference declines, or is a list of claims, that is what is shown.
func TestAgainstOtherReferences(t *testing.T) {
	rec := compared("It costs 5 crowns.", "The documents do not say.")
	rec.Evidence.Outcome.Reference, rec.Evidence.Outcome.Refusal = trace.ReferenceDeclines, known(false, trace.GradeC, "")
	require.Equal(t, []item{{Mark: "different", Text: "answers what the reference declines to answer"}}, newAgainst(rec, limits{}).Items)
	rec.Evidence.Outcome.Refusal = trace.NotKnown("mixed")
	require.Equal(t, "open", newAgainst(rec, limits{}).Items[0].Mark)

	rec = compared("It costs 5 crowns.", "", trace.Comparison{Kind: "claim", Want: "It is free.", WantEnd: 11, Asked: true, Agreement: trace.Different})
	rec.Gold = &trace.Gold{Claims: []string{"It is open.", "It is free."}}
	rec.Evidence.Outcome.Reference = trace.ReferenceClaims
	require.Equal(t, []segment{{Text: "It is open."}, {Text: "\n"}, {Text: "It is free.", Mark: "different"}}, newAgainst(rec, limits{}).Wanted)

	rec.Gold = nil
	require.Nil(t, newAgainst(rec, limits{}), "no reference, nothing beside it")
}

// TestAgainstLosesNothing: whatever the offsets, both texts are shown whole.
func TestAgainstLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		offset := rapid.IntRange(-5, 60)
		var items []trace.Comparison
		for range rapid.IntRange(0, 5).Draw(t, "n") {
			items = append(items, trace.Comparison{WantStart: offset.Draw(t, "ws"), WantEnd: offset.Draw(t, "we"), GotStart: offset.Draw(t, "gs"), GotEnd: offset.Draw(t, "ge"),
				Asked: rapid.Bool().Draw(t, "asked"), Agreement: rapid.SampledFrom([]trace.Agreement{trace.CannotTell, trace.Equal, trace.Different, trace.Missing}).Draw(t, "agreement")})
		}
		rec := compared("Der Turm ist 35 m hoch, çà et là.", "35 m hoch – ça", items...)
		a := newAgainst(rec, limits{})
		require.Equal(t, rec.Answer.Text, joined(a.Said))
		require.Equal(t, rec.Gold.Answers[1], joined(a.Wanted))
		tell(t, sampleCase{rec, diagnose.Diagnosis{ID: "x", Status: diagnose.StatusUndetermined}}, TextOptions{})
	})
}
