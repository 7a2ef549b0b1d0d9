package report

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/trace"
)

func tell(t require.TestingT, c sampleCase, o TextOptions) string {
	var b bytes.Buffer
	require.NoError(t, Story(&b, c.rec, c.diag, o))
	return b.String()
}

func TestStory(t *testing.T) {
	var b bytes.Buffer
	for _, c := range few() {
		b.WriteString(tell(t, c, TextOptions{}))
		b.WriteString("\n————\n\n")
	}
	golden(t, "stories.txt", b.Bytes())
}

func TestStorySaysWhatIsMissing(t *testing.T) {
	bare := sampleCase{&trace.Record{ID: "x", Question: "?"}, diagnose.Diagnosis{ID: "x", Status: diagnose.StatusNotJudged}}
	for _, part := range []string{"query", "candidates", "context", "answer"} {
		require.Regexp(t, part+" +not recorded", tell(t, bare, TextOptions{}))
	}
	bare.rec.Candidates, bare.rec.Context = []trace.Hit{}, []trace.Passage{}
	require.Regexp(t, "candidates +none", tell(t, bare, TextOptions{}))
}

func TestStoryIsSafe(t *testing.T) { requireSafe(t, tell(t, hostileCase(), TextOptions{All: true})) }

// TestSegmentsLoseNothing: whatever the offsets, the text of the segments is the answer.
func TestSegmentsLoseNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := misread()
		offset := rapid.IntRange(-5, 200)
		for i := range c.rec.Evidence.Ground.Claims {
			cl := &c.rec.Evidence.Ground.Claims[i]
			cl.Start, cl.End = offset.Draw(t, "start"), offset.Draw(t, "end")
			cl.By = []trace.Span{{Passage: rapid.IntRange(-1, 4).Draw(t, "passage"), Start: offset.Draw(t, "from"), End: offset.Draw(t, "to")}}
		}
		s := newStory(c.rec, &c.diag, limits{})
		require.Equal(t, c.rec.Answer.Text, joined(s.Answer))
		for i, p := range s.Context {
			require.Equal(t, c.rec.Context[i].Text, joined(p.Text))
		}
		tell(t, c, TextOptions{})
	})
}

func joined(segs []segment) string {
	var s string
	for _, x := range segs {
		s += x.Text
	}
	return s
}

// TestEveryCauseHasItsLook walks the closed sets.
func TestEveryCauseHasItsLook(t *testing.T) {
	for _, c := range append(diagnose.Causes(), diagnose.None) {
		require.Contains(t, looks, c.Coarse(), c)
	}
	for _, s := range diagnose.Statuses() {
		require.NotEmpty(t, statusWords[s])
		require.NotEqual(t, "", verdict(&diagnose.Diagnosis{Status: s}))
	}
	for _, s := range []string{"supported", "contradicted", "not-found", "undecided", "unsupported", "misplaced", "fabricated", "equal", "different", "missing", "open"} {
		require.Contains(t, marks, s)
	}
}

// A verdict says how sure it is, or that nobody has measured how sure.
func TestStorySaysHowSure(t *testing.T) {
	d := diagnose.Diagnosis{
		ID: "p", Status: diagnose.StatusDiagnosed, Basis: diagnose.ByEstimate, P: .83, Sentence: "So it is.",
		Root: diagnose.Attribution{Cause: diagnose.Missing, Sub: "unsplit", Grade: trace.GradeC},
	}
	var b bytes.Buffer
	require.NoError(t, Story(&b, &trace.Record{ID: "p", Question: "q"}, d, TextOptions{Width: 100}))
	require.Contains(t, b.String(), "Confidence 83 %")

	d.P, d.Basis = 0, diagnose.ByEvidence
	b.Reset()
	require.NoError(t, Story(&b, &trace.Record{ID: "p", Question: "q"}, d, TextOptions{Width: 100}))
	require.NotContains(t, b.String(), "Confidence")
	require.Contains(t, b.String(), "no percentage: too few labelled answers")
}
