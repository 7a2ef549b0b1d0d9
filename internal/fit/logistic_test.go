package fit

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func ExampleLogistic() {
	// The first column speaks for yes; the second would get a negative weight.
	x := [][]float64{{0, 1}, {0, 1}, {1, 0}, {1, 1}, {0, 0}, {1, 0}}
	l, _ := Logistic(Problem{X: x, Y: []float64{0, 0, 1, 0, 1, 1}, Lambda: .1})
	fmt.Printf("%.1f %.1f\n", l.Beta[0], l.Beta[1])
	// Output: 0.9 0.0
}

func ExamplePlatt() {
	slope, bias, _ := Platt([]float64{1, 2, 3, 4}, []bool{false, false, true, true}, nil)
	fmt.Printf("%.1f %.1f: %.2f at 2.5\n", slope, bias, Sigmoid(slope*2.5+bias))
	// Output: 0.9 -2.3: 0.50 at 2.5
}

// draw makes rows of a known line.
func draw(rng *rand.Rand, n int, truth Line) (x [][]float64, y []float64) {
	for range n {
		row := make([]float64, len(truth.Beta))
		for j := range row {
			row[j] = rng.NormFloat64()
		}
		label := 0.
		if rng.Float64() < Sigmoid(truth.At(row)) {
			label = 1
		}
		x, y = append(x, row), append(y, label)
	}
	return x, y
}

func TestLogisticRecovers(t *testing.T) {
	truth := Line{Bias: -.5, Beta: []float64{1, 0, 2, -1}}
	x, y := draw(rand.New(rand.NewPCG(1, 1)), 40000, truth)
	l, err := Logistic(Problem{X: x, Y: y, Free: []bool{false, false, false, true}})
	require.NoError(t, err)
	for j := range truth.Beta {
		require.InDelta(t, truth.Beta[j], l.Beta[j], .06, j)
	}
	require.InDelta(t, truth.Bias, l.Bias, .05)
}

// At the optimum no allowed small move lowers the loss: the condition that
// defines it, checked on random problems.
func TestLogisticIsOptimal(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for trial := range 30 {
		m := 1 + rng.IntN(6)
		truth := Line{Bias: rng.NormFloat64(), Beta: make([]float64, m)}
		p := Problem{Lambda: .01 + rng.Float64(), Prior: make([]float64, m), Free: make([]bool, m)}
		for j := range m {
			truth.Beta[j] = 2 * rng.NormFloat64()
			p.Prior[j] = rng.Float64()
			p.Free[j] = rng.IntN(3) == 0
		}
		p.X, p.Y = draw(rng, 60, truth)
		for range p.X {
			p.W = append(p.W, rng.Float64())
		}
		l, err := Logistic(p)
		require.NoError(t, err, trial)
		at := append(append([]float64{}, l.Beta...), l.Bias)
		best := p.loss(at)
		for j := range at {
			for _, d := range []float64{-1e-3, 1e-3} {
				moved := append([]float64{}, at...)
				moved[j] += d
				if j < m && moved[j] < 0 && !p.Free[j] {
					continue
				}
				require.GreaterOrEqual(t, p.loss(moved), best-1e-9, "trial %d column %d", trial, j)
			}
			if j < m && !p.Free[j] {
				require.GreaterOrEqual(t, at[j], 0.)
			}
		}
	}
}

// A strong pull leaves the prior; a weight of 2 is the row twice; the order of
// columns does not matter.
func TestLogisticProperties(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	x, y := draw(rng, 200, Line{Beta: []float64{1, -1}})
	l, err := Logistic(Problem{X: x, Y: y, Prior: []float64{.3, .7}, Lambda: 1e9})
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{.3, .7}, l.Beta, 1e-5)

	w := make([]float64, len(x))
	var xx [][]float64
	var yy []float64
	for i := range x {
		w[i] = float64(1 + i%2)
		for range 1 + i%2 {
			xx, yy = append(xx, x[i]), append(yy, y[i])
		}
	}
	weighed, err := Logistic(Problem{X: x, Y: y, W: w, Lambda: 1})
	require.NoError(t, err)
	repeated, err := Logistic(Problem{X: xx, Y: yy, Lambda: 1})
	require.NoError(t, err)
	require.InDeltaSlice(t, repeated.Beta, weighed.Beta, 1e-6)

	var turned [][]float64
	for _, row := range x {
		turned = append(turned, []float64{row[1], row[0]})
	}
	a, err := Logistic(Problem{X: x, Y: y, Lambda: 1})
	require.NoError(t, err)
	b, err := Logistic(Problem{X: turned, Y: y, Lambda: 1})
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{a.Beta[1], a.Beta[0]}, b.Beta, 1e-6)
	again, err := Logistic(Problem{X: x, Y: y, Lambda: 1})
	require.NoError(t, err)
	require.Equal(t, a, again)
}

// Columns that repeat each other share the weight and do not blow up.
func TestLogisticOfEqualColumns(t *testing.T) {
	x, y := draw(rand.New(rand.NewPCG(4, 4)), 300, Line{Beta: []float64{2}})
	var twice [][]float64
	for _, row := range x {
		twice = append(twice, []float64{row[0], row[0], 0})
	}
	l, err := Logistic(Problem{X: twice, Y: y, Lambda: .01})
	require.NoError(t, err)
	require.InDelta(t, l.Beta[0], l.Beta[1], 1e-4)
	require.Zero(t, l.Beta[2])
}

func TestLogisticErrors(t *testing.T) {
	nan := math.NaN()
	for want, p := range map[string]Problem{
		"no rows":                         {},
		"2 rows but 1 labels":             {X: [][]float64{{1}, {2}}, Y: []float64{1}},
		"row 1 has 2 columns":             {X: [][]float64{{1}, {1, 2}}, Y: []float64{0, 1}},
		"row 0, column 0 is NaN":          {X: [][]float64{{nan}, {1}}, Y: []float64{0, 1}},
		"label 1 is 2":                    {X: [][]float64{{1}, {1}}, Y: []float64{0, 2}},
		"all rows have the same label":    {X: [][]float64{{1}, {1}}, Y: []float64{1, 1}},
		"weight 0 is -1":                  {X: [][]float64{{1}, {1}}, Y: []float64{0, 1}, W: []float64{-1, 1}},
		"2 rows but 1 row weights":        {X: [][]float64{{1}, {1}}, Y: []float64{0, 1}, W: []float64{1}},
		"1 columns but a prior of 2":      {X: [][]float64{{1}, {1}}, Y: []float64{0, 1}, Prior: []float64{1, 2}},
		"prior 0 is -1":                   {X: [][]float64{{1}, {1}}, Y: []float64{0, 1}, Prior: []float64{-1}},
		"1 columns but 2 are said":        {X: [][]float64{{1}, {1}}, Y: []float64{0, 1}, Free: []bool{true, true}},
		"lambda is -1: it is at least 0":  {X: [][]float64{{1}, {1}}, Y: []float64{0, 1}, Lambda: -1},
		"lambda is NaN: it is at least 0": {X: [][]float64{{1}, {1}}, Y: []float64{0, 1}, Lambda: nan},
	} {
		_, err := Logistic(p)
		require.ErrorContains(t, err, want)
	}
}

func TestPlatt(t *testing.T) {
	slope, _, err := Platt([]float64{4, 3, 2, 1}, []bool{false, false, true, true}, nil)
	require.NoError(t, err)
	require.Zero(t, slope, "a score that is upside down says nothing")
	_, _, err = Platt([]float64{1, 2}, []bool{true, true}, nil)
	require.ErrorIs(t, err, ErrOneClass)
	_, _, err = Platt([]float64{1}, []bool{true, false}, nil)
	require.Error(t, err)
	_, _, err = Platt(nil, nil, nil)
	require.ErrorIs(t, err, ErrEmpty)
}
