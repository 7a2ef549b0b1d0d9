package fit

import (
	"errors"
	"fmt"
	"math"
)

// Problem is what a logistic regression is fitted on.
type Problem struct {
	X      [][]float64 // one row per item, all of the same length, finite
	Y      []float64   // what is to be said of each row, a probability: 1 is yes, 0 is no
	W      []float64   // weight of each row, not negative; nil: all 1
	Prior  []float64   // the weights that Lambda pulls to, one per column; nil: 0
	Free   []bool      // columns whose weight may be negative; nil: none
	Lambda float64     // strength of the pull, in units of one row's log loss; not negative
}

// Line is a logistic regression: P(yes) = Sigmoid(Bias + Σ Beta·x).
type Line struct {
	Bias float64
	Beta []float64
}

// At returns the log odds of a row.
func (l Line) At(x []float64) float64 {
	z := l.Bias
	for j, b := range l.Beta {
		z += b * x[j]
	}
	return z
}

// Sigmoid turns log odds into a probability.
func Sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// ErrEmpty says that there is nothing to fit on.
var ErrEmpty = errors.New("no rows")

// ErrOneClass says that all rows have the same label, so no line has a best place.
var ErrOneClass = errors.New("all rows have the same label")

const (
	maxSteps   = 200
	converged  = 1e-8
	smallRidge = 1e-6 // keeps the curvature positive where columns repeat each other
)

// Logistic minimises Σ W·log loss + Lambda·‖Beta − Prior‖² with Beta ≥ 0 but in
// free columns; the bias is free and not pulled. Columns must be oriented so
// that more of each speaks for yes: a weight that would turn negative stays 0,
// which is what makes the line carry over to data that it has not seen. It
// takes Newton steps, each solved under the constraint by coordinate descent.
func Logistic(p Problem) (Line, error) {
	if err := p.check(); err != nil {
		return Line{}, err
	}
	m := len(p.X[0])
	beta := make([]float64, m+1) // the bias is last
	for j := range m {
		if p.Prior != nil {
			beta[j] = p.Prior[j]
		}
	}
	loss := p.loss(beta)
	for range maxSteps {
		gradient, curvature := p.slopes(beta)
		step := p.step(beta, gradient, curvature)
		along, size := 0.0, 0.0
		for j, d := range step {
			along += gradient[j] * d
			size = max(size, math.Abs(d))
		}
		if size < converged {
			break
		}
		next, t := make([]float64, m+1), 1.0
		for ; t > 1e-10; t /= 2 {
			for j := range next {
				next[j] = beta[j] + t*step[j]
			}
			if l := p.loss(next); l <= loss+1e-4*t*along {
				loss = l
				break
			}
		}
		if t <= 1e-10 {
			break
		}
		beta = next
	}
	return Line{Bias: beta[m], Beta: beta[:m:m]}, nil
}

func (p *Problem) check() error {
	switch {
	case len(p.X) == 0:
		return ErrEmpty
	case len(p.Y) != len(p.X):
		return fmt.Errorf("%d rows but %d labels", len(p.X), len(p.Y))
	case p.W != nil && len(p.W) != len(p.X):
		return fmt.Errorf("%d rows but %d row weights", len(p.X), len(p.W))
	case p.Prior != nil && len(p.Prior) != len(p.X[0]):
		return fmt.Errorf("%d columns but a prior of %d", len(p.X[0]), len(p.Prior))
	case p.Free != nil && len(p.Free) != len(p.X[0]):
		return fmt.Errorf("%d columns but %d are said to be free or not", len(p.X[0]), len(p.Free))
	case !(p.Lambda >= 0) || math.IsInf(p.Lambda, 0):
		return fmt.Errorf("lambda is %v: it is at least 0", p.Lambda)
	}
	yes, no := 0.0, 0.0
	for i, row := range p.X {
		if len(row) != len(p.X[0]) {
			return fmt.Errorf("row %d has %d columns, the first has %d", i, len(row), len(p.X[0]))
		}
		for j, x := range row {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return fmt.Errorf("row %d, column %d is %v", i, j, x)
			}
		}
		if !(p.Y[i] >= 0 && p.Y[i] <= 1) {
			return fmt.Errorf("label %d is %v, not between 0 and 1", i, p.Y[i])
		}
		if w := p.weight(i); !(w >= 0) || math.IsInf(w, 0) {
			return fmt.Errorf("weight %d is %v", i, w)
		}
		yes += p.weight(i) * p.Y[i]
		no += p.weight(i) * (1 - p.Y[i])
	}
	if yes == 0 || no == 0 {
		return ErrOneClass
	}
	for j, b := range p.Prior {
		if math.IsNaN(b) || math.IsInf(b, 0) || b < 0 && !p.free(j) {
			return fmt.Errorf("prior %d is %v", j, b)
		}
	}
	return nil
}

func (p *Problem) weight(i int) float64 {
	if p.W == nil {
		return 1
	}
	return p.W[i]
}

func (p *Problem) free(j int) bool { return j == len(p.X[0]) || p.Free != nil && p.Free[j] }

func (p *Problem) prior(j int) float64 {
	if p.Prior == nil {
		return 0
	}
	return p.Prior[j]
}

func (p *Problem) loss(beta []float64) float64 {
	m := len(beta) - 1
	sum := 0.0
	for i, row := range p.X {
		z := Line{beta[m], beta[:m]}.At(row)
		// log(1+e^z) − y·z, without overflow
		sum += p.weight(i) * (max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) - p.Y[i]*z)
	}
	for j := range m {
		d := beta[j] - p.prior(j)
		sum += p.Lambda * d * d
	}
	return sum
}

// slopes returns the gradient and the Hessian of the loss.
func (p *Problem) slopes(beta []float64) (g []float64, h [][]float64) {
	m := len(beta) - 1
	g, h = make([]float64, m+1), make([][]float64, m+1)
	for j := range h {
		h[j] = make([]float64, m+1)
	}
	x := make([]float64, m+1)
	x[m] = 1
	for i, row := range p.X {
		copy(x, row)
		q := Sigmoid(Line{beta[m], beta[:m]}.At(row))
		r, c := p.weight(i)*(q-p.Y[i]), p.weight(i)*q*(1-q)
		for j, xj := range x {
			g[j] += r * xj
			if xj == 0 {
				continue
			}
			for k := range j + 1 {
				h[j][k] += c * xj * x[k]
			}
		}
	}
	for j := range h {
		for k := range j {
			h[k][j] = h[j][k]
		}
		h[j][j] += smallRidge
		if j < m {
			g[j] += 2 * p.Lambda * (beta[j] - p.prior(j))
			h[j][j] += 2 * p.Lambda
		}
	}
	return g, h
}

// step minimises the parabola g·d + ½ d·H·d with beta + d ≥ 0 where it must.
func (p *Problem) step(beta, g []float64, h [][]float64) []float64 {
	d := make([]float64, len(beta))
	slope := append([]float64(nil), g...) // g + H·d
	for range 1000 {
		moved := 0.0
		for j := range d {
			by := -slope[j] / h[j][j]
			if !p.free(j) {
				by = max(by, -beta[j]-d[j])
			}
			if by == 0 {
				continue
			}
			d[j] += by
			for k := range slope {
				slope[k] += by * h[j][k]
			}
			moved = max(moved, math.Abs(by))
		}
		if moved < converged/10 {
			break
		}
	}
	return d
}
