package stat

import (
	"fmt"
	"math"
)

// KappaWeights says how far apart two categories are.
type KappaWeights int

const (
	// Unweighted counts every disagreement alike.
	Unweighted KappaWeights = iota
	// Linear counts a disagreement by the distance of the categories.
	Linear
	// Quadratic counts a disagreement by the squared distance.
	Quadratic
)

// Kappa is Cohen's κ of a square table: table[i][j] items that the first rater put in category i, the second in j (in
// order, where weights are used). SE is the large-sample standard error (Fleiss, Cohen, Everitt 1969), the interval normal.
// statsmodels cohens_kappa(table, wt=None|"linear"|"quadratic"): kappa, std_kappa; sklearn cohen_kappa_score(weights=…).
// Both raters using one and the same category throughout leave κ undefined.
func Kappa(table [][]int, weights KappaWeights, level float64) (Estimate, error) {
	if err := checkLevel(level); err != nil {
		return Estimate{}, err
	}
	k := len(table)
	if k < 2 {
		return Estimate{}, tooFew("categories", k, 2)
	}
	n := 0
	for i, row := range table {
		if len(row) != k {
			return Estimate{}, fmt.Errorf("row %d has %d columns, the table %d rows: it must be square", i, len(row), k)
		}
		for j, c := range row {
			if c < 0 {
				return Estimate{}, fmt.Errorf("cell %d,%d is %d: a count is not negative", i, j, c)
			}
			n += c
		}
	}
	if n < 2 {
		return Estimate{}, tooFew("items", n, 2)
	}
	agreement := func(i, j int) float64 {
		d := math.Abs(float64(i-j)) / float64(k-1)
		switch {
		case weights == Linear:
			return 1 - d
		case weights == Quadratic:
			return 1 - d*d
		case i == j:
			return 1
		}
		return 0
	}
	share := func(i, j int) float64 { return float64(table[i][j]) / float64(n) }
	rows, cols := make([]float64, k), make([]float64, k)
	for i := range k {
		for j := range k {
			rows[i] += share(i, j)
			cols[j] += share(i, j)
		}
	}
	// rowMean[i] is the agreement that category i of the first rater meets by chance, colMean[j] the same the other way.
	rowMean, colMean := make([]float64, k), make([]float64, k)
	var observed, chance float64
	for i := range k {
		for j := range k {
			w := agreement(i, j)
			rowMean[i] += w * cols[j]
			colMean[j] += w * rows[i]
			observed += w * share(i, j)
			chance += w * rows[i] * cols[j]
		}
	}
	for i := range k {
		if rows[i] == 1 && cols[i] == 1 { // every item in one cell of the diagonal
			return Estimate{}, fmt.Errorf("no κ: both raters used category %d only: %w", i, ErrNoSpread)
		}
	}
	kappa := (observed - chance) / (1 - chance)
	variance := 0.0
	for i := range k {
		for j := range k {
			d := agreement(i, j) - (rowMean[i]+colMean[j])*(1-kappa)
			variance += share(i, j) * d * d
		}
	}
	rest := kappa - chance*(1-kappa)
	se := math.Sqrt(max(0, variance-rest*rest)/float64(n)) / (1 - chance)
	iv := symmetric(kappa, se, twoSidedZ(level), level, n, "kappa, normal")
	iv.Hi = min(1, iv.Hi)
	if se == 0 {
		iv.Warnings = []string{"agreement is complete: the interval has no width, which is not certainty"}
	}
	return Estimate{kappa, se, iv}, nil
}

// Table counts pairs of ratings, given as categories 0…k−1, into the table that [Kappa] takes.
func Table(first, second []int, k int) ([][]int, error) {
	if len(first) != len(second) {
		return nil, fmt.Errorf("raters judged %d and %d items: pair the items by ID first", len(first), len(second))
	}
	if k < 1 {
		return nil, tooFew("categories", k, 1)
	}
	table := make([][]int, k)
	for i := range table {
		table[i] = make([]int, k)
	}
	for i, a := range first {
		b := second[i]
		if min(a, b) < 0 || max(a, b) >= k {
			return nil, fmt.Errorf("item %d has categories %d and %d, not below %d", i, a, b, k)
		}
		table[a][b]++
	}
	return table, nil
}
