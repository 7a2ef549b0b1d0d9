package stat_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/metrics/stat"
)

var judged = stat.Judged{
	Human:     []float64{1, 0, 1, 1, 0, 1, 0, 1},
	Judge:     []float64{0.9, 0.2, 0.8, 0.6, 0.4, 0.7, 0.5, 0.9},
	JudgeOnly: []float64{0.8, 0.1, 0.6, 0.7, 0.3, 0.9, 0.5, 0.4, 0.95, 0.2, 0.65, 0.55},
}

// λ and θ̂ as exact fractions, the rest in decimal arithmetic.
func TestPPIMean(t *testing.T) {
	normal, err := stat.PPIMean(judged, stat.PPIOptions{Form: stat.PPINormal})
	require.NoError(t, err)
	near(t, 8.82529217860353654e-01, normal.Lambda)
	near(t, 5.62487513734891587e-01, normal.Value)
	near(t, 1.32295938382718775e-01, normal.SE)
	near(t, 3.03192239203832647e-01, normal.Interval.Lo)
	near(t, 8.21782788265950637e-01, normal.Interval.Hi)

	student, err := stat.PPIMean(judged, stat.PPIOptions{Form: stat.PPIStudent})
	require.NoError(t, err)
	near(t, 1.40641100071910941e-01, student.SE)
	near(t, 2.29924157734163165e-01, student.Interval.Lo)
	near(t, 8.95050869735620092e-01, student.Interval.Hi)

	auto, err := stat.PPIMean(judged, stat.PPIOptions{})
	require.NoError(t, err)
	require.Equal(t, "ppi++, outer ends of t and studentised bootstrap", auto.Interval.Method, "fewer than 50 labels")
	boot, err := stat.PPIMean(judged, stat.PPIOptions{Form: stat.PPIBootstrap})
	require.NoError(t, err)
	require.Equal(t, min(boot.Interval.Lo, student.Interval.Lo), auto.Interval.Lo)
	require.Equal(t, max(boot.Interval.Hi, student.Interval.Hi), auto.Interval.Hi)
	require.Equal(t, 8, auto.Interval.N)
	require.Equal(t, student.Value, auto.Value)
}

// A judge that says the same of everything, or the opposite of the truth, gets no weight: humans only.
func TestPPIMeanIgnoresUselessJudge(t *testing.T) {
	for name, judge := range map[string][]float64{"constant": {1, 1, 1, 1, 1, 1, 1, 1}, "opposite": {0, 1, 0, 0, 1, 0, 1, 0}} {
		data := judged
		data.Judge = judge
		if name == "constant" {
			data.JudgeOnly = []float64{1, 1, 1}
		}
		got, err := stat.PPIMean(data, stat.PPIOptions{Form: stat.PPIStudent})
		require.NoError(t, err)
		require.Zero(t, got.Lambda, name)
		humans, err := stat.MeanT(data.Human, 0.95)
		require.NoError(t, err)
		near(t, humans.Interval.Lo, got.Interval.Lo, name)
		near(t, humans.Interval.Hi, got.Interval.Hi, name)
	}
}
