package faults

import "slices"

// tree is a decision tree of yes-no questions about numbers.
type tree struct {
	feature   int
	threshold float64 // values above it go to more
	less      *tree
	more      *tree
	class     int // of a leaf
}

// grow fits a tree of at most depth questions that minimise Gini impurity
// (Breiman et al. 1984). Ties go to the first feature and the lowest threshold.
func grow(x [][]float64, y []int, classes, depth int) *tree {
	counts := make([]int, classes)
	for _, c := range y {
		counts[c]++
	}
	t := &tree{class: slices.Index(counts, slices.Max(counts))}
	if depth == 0 || counts[t.class] == len(y) {
		return t
	}
	best := impurity(counts, len(y))
	order := make([]int, len(y))
	found := false
	for f := range x[0] {
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int {
			switch {
			case x[a][f] < x[b][f]:
				return -1
			case x[a][f] > x[b][f]:
				return 1
			}
			return 0
		})
		left, right := make([]int, classes), slices.Clone(counts)
		for i, at := range order[:len(order)-1] {
			left[y[at]]++
			right[y[at]]--
			v, next := x[at][f], x[order[i+1]][f]
			if v == next {
				continue
			}
			if g := impurity(left, i+1) + impurity(right, len(y)-i-1); g < best-1e-9 {
				best, found = g, true
				t.feature, t.threshold = f, (v+next)/2
			}
		}
	}
	if !found {
		return t
	}
	var xs [2][][]float64
	var ys [2][]int
	for i := range x {
		side := 0
		if x[i][t.feature] > t.threshold {
			side = 1
		}
		xs[side], ys[side] = append(xs[side], x[i]), append(ys[side], y[i])
	}
	t.less, t.more = grow(xs[0], ys[0], classes, depth-1), grow(xs[1], ys[1], classes, depth-1)
	return t
}

// impurity is n times the Gini impurity.
func impurity(counts []int, n int) float64 {
	sum := 0
	for _, c := range counts {
		sum += c * c
	}
	return float64(n) - float64(sum)/float64(n)
}

func (t *tree) predict(x []float64) int {
	for t.less != nil {
		if x[t.feature] > t.threshold {
			t = t.more
		} else {
			t = t.less
		}
	}
	return t.class
}

// questions lists the features that the tree asks about, the first one first.
func (t *tree) questions() []int {
	if t.less == nil {
		return nil
	}
	return slices.Concat([]int{t.feature}, t.less.questions(), t.more.questions())
}
