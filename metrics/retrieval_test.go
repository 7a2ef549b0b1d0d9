package metrics_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/metrics"
)

func ExampleRecallAt() {
	v, err := metrics.RecallAt(2, []string{"d7", "d2", "d9"}, map[string]bool{"d2": true, "d4": true})
	fmt.Println(v, err)
	_, err = metrics.RecallAt(2, []string{"d7"}, nil)
	fmt.Println(err)
	// Output:
	// 0.5 <nil>
	// no relevant document is known
}

// One ranking worked by hand: relevant a, c, f (never retrieved); judged
// non-relevant b; x and y unjudged.
var (
	ranked = []string{"x", "a", "b", "y", "c"}
	gold   = map[string]bool{"a": true, "b": false, "c": true, "f": true}
	grades = map[string]int{"a": 1, "b": 0, "c": 3, "f": 2}
)

func TestRetrievalByHand(t *testing.T) {
	dcg2 := 1 / math.Log2(3)
	ideal2 := 3 + 2/math.Log2(3)
	dcg5 := 1/math.Log2(3) + 3/math.Log2(6)
	ideal5 := 3 + 2/math.Log2(3) + 1/math.Log2(4)
	exp5 := 1/math.Log2(3) + 7/math.Log2(6)
	expIdeal5 := 7 + 3/math.Log2(3) + 1/math.Log2(4)
	of := func(v float64, err error) func(*testing.T, string, float64, error) {
		return func(t *testing.T, name string, want float64, wantErr error) {
			t.Helper()
			if !errors.Is(err, wantErr) || math.Abs(v-want) > 1e-15 {
				t.Errorf("%s = %v, %v; want %v, %v", name, v, err, want, wantErr)
			}
		}
	}
	as := func(name string, ranked []string, grades map[string]int) (float64, error) {
		m, err := metrics.ParseMeasure(name)
		require.NoError(t, err)
		topic, err := metrics.NewTopic("", ranked, grades)
		if err != nil {
			return 0, err
		}
		return m.Of(topic)
	}
	of(metrics.RecallAt(2, ranked, gold))(t, "RecallAt(2)", 1./3, nil)
	of(metrics.RecallAt(9, ranked, gold))(t, "RecallAt(9), fewer retrieved", 2./3, nil)
	of(as("P@3", ranked, grades))(t, "P@3", 1./3, nil)
	of(as("P@10", ranked, grades))(t, "P@10 divides by 10", .2, nil)
	of(as("Success@1", ranked, grades))(t, "Success@1", 0, nil)
	of(as("Success@2", ranked, grades))(t, "Success@2", 1, nil)
	of(metrics.RR(ranked, gold))(t, "RR", .5, nil)
	of(as("RR@1", ranked, grades))(t, "RR@1", 0, nil)
	of(metrics.AP(ranked, gold))(t, "AP", (1./2+2./5)/3, nil)
	of(as("AP@2", ranked, grades))(t, "AP@2 divides by all relevant", (1./2)/3, nil)
	of(as("Rprec", ranked, grades))(t, "Rprec", 1./3, nil)
	of(as("Bpref", ranked, grades))(t, "Bpref: a has none above, c has b above", (1+(1-1./1))/3, nil)
	of(metrics.NDCGAt(2, ranked, grades))(t, "NDCGAt(2)", dcg2/ideal2, nil)
	of(metrics.NDCGAt(5, ranked, grades))(t, "NDCGAt(5)", dcg5/ideal5, nil)
	of(as("nDCG(dcg='exp-log2')@5", ranked, grades))(t, "exponential nDCG@5", exp5/expIdeal5, nil)
	of(as("ERR(max_rel=3)@5", ranked, grades))(t, "ERR@5", 1./8/2+7./8*(7./8)/5, nil)
	of(as("Judged@3", ranked, grades))(t, "Judged@3", 2./3, nil)
	of(as("Judged@10", ranked, grades))(t, "Judged@10 divides by those retrieved", .6, nil)

	of(metrics.RecallAt(3, ranked, nil))(t, "no gold", 0, metrics.ErrNoRelevant)
	of(metrics.NDCGAt(3, ranked, map[string]int{"a": 0, "b": -1}))(t, "no gain", 0, metrics.ErrNoRelevant)
	of(metrics.RecallAt(0, ranked, gold))(t, "k = 0", 0, metrics.ErrCutoff)
	of(metrics.NDCGAt(-1, ranked, grades))(t, "nDCG k < 0", 0, metrics.ErrCutoff)
	of(metrics.RecallAt(3, []string{"a", "b", "a"}, gold))(t, "duplicate", 0, metrics.ErrDuplicate)
	of(as("Judged@3", nil, grades))(t, "nothing retrieved", 0, metrics.ErrNoneRetrieved)
	of(as("ERR(max_rel=2)@3", ranked, grades))(t, "grade above scale", 0, metrics.ErrGrade)
	of(as("nDCG(dcg='exp-log2')@3", ranked, map[string]int{"a": 2000}))(t, "gain overflows", 0, metrics.ErrGrade)
}

func TestNegativeGradeIsNeither(t *testing.T) {
	// bpref: n is judged but unknown, so it neither counts above a nor in N.
	topic, err := metrics.NewTopic("q", []string{"n", "b", "a"}, map[string]int{"n": -1, "a": 1, "b": 0, "c": 0})
	require.NoError(t, err)
	for name, want := range map[string]float64{
		"Bpref": 0, "NumRet(rel=1)": 1, "NumRel": 1, "AP": 1. / 3, "AP(judged_only=True)": 1. / 2, "Judged@2": 1, "nDCG@1": 0, "SetF": .5,
	} {
		m, err := metrics.ParseMeasure(name)
		require.NoError(t, err)
		got, err := m.Of(topic)
		require.NoError(t, err)
		require.InDelta(t, want, got, 1e-15, name)
	}
}
