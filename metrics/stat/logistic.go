package stat

import (
	"errors"
	"fmt"
	"math"
)

// Logistic fits P(y) = 1/(1+exp(−(β₀ + Σ βⱼ·xⱼ))) by Firth's penalised likelihood (1993), which stays finite where the rows
// separate, and returns β₀ and then one estimate for each column. Rows of the same cluster may depend on each other; a nil
// cluster makes each row its own. The interval is Student's with C−1 degrees of freedom for C clusters; its standard error
// is the larger of the model's and the clustered sandwich (CR1), because the sandwich shrinks to nothing under separation.
// It needs both outcomes, five clusters, and columns that are not sums of each other.
func Logistic(x [][]float64, y []bool, cluster []int, level float64) ([]Estimate, error) {
	if !(level > 0 && level < 1) {
		return nil, fmt.Errorf("level %v: it lies between 0 and 1", level)
	}
	if len(x) != len(y) || cluster != nil && len(cluster) != len(y) {
		return nil, fmt.Errorf("%d rows, %d outcomes, %d clusters: they do not fit together", len(x), len(y), len(cluster))
	}
	if len(y) == 0 {
		return nil, tooFew("rows", 0, 5)
	}
	k := len(x[0]) + 1
	rows, yes := make([][]float64, len(x)), 0
	for i, r := range x {
		if len(r) != k-1 {
			return nil, fmt.Errorf("row %d has %d columns, row 0 has %d", i, len(r), k-1)
		}
		if err := checkValues(r); err != nil {
			return nil, fmt.Errorf("row %d: %w", i, err)
		}
		rows[i] = append([]float64{1}, r...)
		if y[i] {
			yes++
		}
	}
	if yes == 0 || yes == len(y) {
		return nil, fmt.Errorf("all outcomes are the same: %w", ErrNoSpread)
	}
	groups := map[int][]float64{}
	of := func(i int) int {
		if cluster == nil {
			return i
		}
		return cluster[i]
	}
	for i := range y {
		groups[of(i)] = make([]float64, k)
	}
	c := len(groups)
	if c < 5 {
		return nil, tooFew("clusters", c, 5)
	}
	f := &firth{rows: rows, y: y, k: k}
	beta, err := f.fit()
	if err != nil {
		return nil, err
	}
	score, inverse, _, err := f.at(beta)
	if err != nil {
		return nil, err
	}
	order := []int{} // sums in the order of the rows, so that they are the same each time
	seen := map[int]bool{}
	for i := range rows {
		g := of(i)
		if !seen[g] {
			seen[g] = true
			order = append(order, g)
		}
		for a := range k {
			groups[g][a] += score[i] * rows[i][a]
		}
	}
	meat := square(k)
	for _, g := range order {
		for a := range k {
			for b := range k {
				meat[a][b] += groups[g][a] * groups[g][b]
			}
		}
	}
	n := float64(len(rows))
	small := float64(c) / float64(c-1) * (n - 1) / max(1, n-float64(k))
	sandwich := product(product(inverse, meat), inverse)
	t := studentQuantile((1-level)/2, float64(c-1))
	out := make([]Estimate, k)
	for a := range k {
		se := math.Sqrt(max(inverse[a][a], small*sandwich[a][a]))
		out[a] = Estimate{Value: beta[a], SE: se, Interval: symmetric(beta[a], se, t, level, c, "Firth's logistic regression, clustered")}
	}
	return out, nil
}

// firth is a penalised likelihood to be maximised.
type firth struct {
	rows [][]float64
	y    []bool
	k    int
}

// at returns the factor of each row in the modified score, the inverse information, and the penalised log likelihood.
func (f *firth) at(beta []float64) (score []float64, inverse [][]float64, like float64, err error) {
	p := make([]float64, len(f.rows))
	info := square(f.k)
	for i, r := range f.rows {
		z := 0.0
		for a, b := range beta {
			z += b * r[a]
		}
		p[i] = 1 / (1 + math.Exp(-z))
		if f.y[i] {
			like -= math.Log1p(math.Exp(-z))
		} else {
			like -= math.Log1p(math.Exp(z))
		}
		w := p[i] * (1 - p[i])
		for a := range f.k {
			for b := range f.k {
				info[a][b] += w * r[a] * r[b]
			}
		}
	}
	inverse, det := inverted(info)
	if inverse == nil || math.IsInf(like, 0) || math.IsNaN(like) {
		return nil, nil, 0, errors.New("no fit: a column is constant, or the sum of others")
	}
	like += math.Log(det) / 2
	score = make([]float64, len(f.rows))
	for i, r := range f.rows {
		h := 0.0
		for a := range f.k {
			for b := range f.k {
				h += r[a] * inverse[a][b] * r[b]
			}
		}
		h *= p[i] * (1 - p[i])
		y := 0.0
		if f.y[i] {
			y = 1
		}
		score[i] = y - p[i] + h*(.5-p[i])
	}
	return score, inverse, like, nil
}

// fit takes Newton steps, halved until they gain.
func (f *firth) fit() ([]float64, error) {
	beta := make([]float64, f.k)
	score, inverse, like, err := f.at(beta)
	if err != nil {
		return nil, err
	}
	for range 200 {
		step, most := make([]float64, f.k), 0.0
		for a := range f.k {
			for b := range f.k {
				u := 0.0
				for i, r := range f.rows {
					u += score[i] * r[b]
				}
				step[a] += inverse[a][b] * u
			}
			most = max(most, math.Abs(step[a]))
		}
		if most < 1e-9 {
			return beta, nil
		}
		size := min(1, 5/most)
		for range 30 {
			next := make([]float64, f.k)
			for a := range next {
				next[a] = beta[a] + size*step[a]
			}
			s, inv, l, err := f.at(next)
			if err == nil && l >= like-1e-12 {
				beta, score, inverse, like = next, s, inv, l
				break
			}
			size /= 2
		}
		if size < 1e-8 {
			return beta, nil // no step gains any more
		}
	}
	return nil, errors.New("no fit: the likelihood has no top that can be found")
}

func square(k int) [][]float64 {
	m := make([][]float64, k)
	for i := range m {
		m[i] = make([]float64, k)
	}
	return m
}

func product(a, b [][]float64) [][]float64 {
	out := square(len(a))
	for i := range a {
		for j := range b {
			for l := range b {
				out[i][j] += a[i][l] * b[l][j]
			}
		}
	}
	return out
}

// inverted returns the inverse of a positive definite matrix and its determinant, by Gauss and Jordan with pivots; nil if
// it is singular.
func inverted(m [][]float64) ([][]float64, float64) {
	k := len(m)
	a, inv, det := square(k), square(k), 1.0
	scale := 0.0
	for i := range m {
		copy(a[i], m[i])
		inv[i][i] = 1
		scale = max(scale, math.Abs(m[i][i]))
	}
	for col := range k {
		at := col
		for i := col + 1; i < k; i++ {
			if math.Abs(a[i][col]) > math.Abs(a[at][col]) {
				at = i
			}
		}
		if !(math.Abs(a[at][col]) > 1e-12*scale) {
			return nil, 0
		}
		if at != col {
			a[at], a[col], inv[at], inv[col], det = a[col], a[at], inv[col], inv[at], -det
		}
		pivot := a[col][col]
		det *= pivot
		for j := range k {
			a[col][j] /= pivot
			inv[col][j] /= pivot
		}
		for i := range k {
			if i == col {
				continue
			}
			by := a[i][col]
			for j := range k {
				a[i][j] -= by * a[col][j]
				inv[i][j] -= by * inv[col][j]
			}
		}
	}
	return inv, math.Abs(det)
}
