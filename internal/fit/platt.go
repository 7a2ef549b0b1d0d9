package fit

// Platt fits P(yes) = Sigmoid(Slope·score + Bias) to scores (Platt 1999) with
// his targets (n+1)/(n+2) and 1/(n+2), so that perfect separation stays
// finite. The slope is never negative: more of a score never means less. W
// weighs the rows; nil: all 1.
func Platt(scores []float64, yes []bool, w []float64) (slope, bias float64, err error) {
	p := Problem{W: w}
	n := [2]float64{}
	for i, y := range yes {
		weight := 1.
		if w != nil && i < len(w) {
			weight = w[i]
		}
		n[index(y)] += weight
	}
	if len(yes) > 0 && (n[0] == 0 || n[1] == 0) {
		return 0, 0, ErrOneClass
	}
	for _, y := range yes {
		target := 1 / (n[0] + 2)
		if y {
			target = (n[1] + 1) / (n[1] + 2)
		}
		p.Y = append(p.Y, target)
	}
	for _, s := range scores {
		p.X = append(p.X, []float64{s})
	}
	l, err := Logistic(p)
	if err != nil {
		return 0, 0, err
	}
	return l.Beta[0], l.Bias, nil
}

func index(b bool) int {
	if b {
		return 1
	}
	return 0
}
