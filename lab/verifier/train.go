package verifier

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"hash/fnv"
	"maps"
	"math"
	"slices"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/fit"
)

// The labels that each part of a model needs before it is fitted again: fewer
// would move it by chance.
const (
	minThreshold = 50   // the place of the even chance
	minPlatt     = 150  // slope and place
	minWeights   = 1000 // everything
	minEach      = 15   // of the rarer answer, for any of them
)

// How weights are fitted. They were chosen by cross-validation within WiCE and
// mtrag.
const (
	pull        = 10. // towards the prior, in units of one label's log loss
	equalWeight = 1.  // of each feature in the equal-weight prior
	folds       = 5
	setColumn   = 3.  // of the column that stands for a set: large, so that the pull does not reach its bias
	accurateYes = .85 // share of verdicts "supported" on held-out labels that must be right
	accurateNo  = .78 // the same of "not found"
	minBand     = .05
)

// Row is a label reduced to what fitting needs.
type Row struct {
	X         claim.Vector
	Supported bool
	Set       string
	Group     string // rows of a group stay together
}

// Rows collects labels for fitting and testing.
type Rows struct {
	v    *claim.Verifier
	list []Row
	hash hash.Hash
}

// NewRows returns an empty collection, whose features v measures.
func NewRows(v *claim.Verifier) *Rows { return &Rows{v: v, hash: sha256.New()} }

// Add measures a label. The row is false where the verifier has nothing to
// measure: the claim has no content words, or it is in another language than
// the passages.
func (r *Rows) Add(l Label) (Row, bool) {
	got := r.v.Prepare(l.Passages).Check(l.Claim)
	if !got.Measured || l.Supported == nil {
		return Row{}, false
	}
	line, err := json.Marshal(l)
	if err != nil {
		panic(err) // strings and bools
	}
	r.hash.Write(append(line, '\n'))
	row := Row{X: got.X, Supported: *l.Supported, Set: l.Set, Group: cmp.Or(l.Group, l.Claim)}
	r.list = append(r.list, row)
	return row, true
}

// List returns the rows in the order in which they were added.
func (r *Rows) List() []Row { return r.list }

// Hash is the SHA-256 of the labels that were added.
func (r *Rows) Hash() string { return hex.EncodeToString(r.hash.Sum(nil)) }

// ErrFewLabels says that there are too few labels to fit anything.
var ErrFewLabels = errors.New("too few labels")

// Train is the function Train on all rows; the model says which labels it saw
// and the command that made it.
func (r *Rows) Train(base *claim.Model, command string) (m *claim.Model, whyNot string, err error) {
	m, whyNot, err = Train(base, r.list)
	if err == nil {
		m.Training.Command, m.Training.Hash = command, r.Hash()
	}
	return m, whyNot, err
}

// Train fits a model on labelled rows: from 50 the place of the even chance,
// from 150 Platt's two parameters, from 1,000 every weight, pulled to those of
// base. A nil base stands for the equal-weight prior and needs 1,000. The rest
// stays as in base. The model's Training says what was fitted; why not more is
// returned beside it, empty where all was.
//
// Rows of several sets count so that each set and each answer in it weighs the
// same, and the probability presumes that a claim is supported as often as not.
// Rows of one set keep their share of supported claims in the probability.
func Train(base *claim.Model, rows []Row) (m *claim.Model, whyNot string, err error) {
	yes := 0
	for _, r := range rows {
		if r.Supported {
			yes++
		}
	}
	rare := min(yes, len(rows)-yes)
	switch {
	case len(rows) < minThreshold:
		return nil, "", fmt.Errorf("%w: %d, and fitting the threshold takes %d", ErrFewLabels, len(rows), minThreshold)
	case rare < minEach:
		return nil, "", fmt.Errorf("%w: %d supported and %d not, and it takes %d of each", ErrFewLabels, yes, len(rows)-yes, minEach)
	case base == nil && len(rows) < minWeights:
		return nil, "", fmt.Errorf("%w: %d, and fitting all weights takes %d", ErrFewLabels, len(rows), minWeights)
	}
	if len(rows) >= minWeights {
		m, err = Fit(base, rows)
		return m, "", err
	}
	t := trainer{rows: rows, base: base, byRow: balance(rows)}
	m = t.model()
	m.Weights, m.Bias, m.Platt, m.Bands = maps.Clone(base.Weights), base.Bias, base.Platt, base.Bands
	z := make([]float64, len(rows))
	for i := range rows {
		z[i] = Odds(base, &rows[i].X)
	}
	if len(rows) < minPlatt {
		whyNot = fmt.Sprintf("Platt scaling takes %d labels, all weights %d", minPlatt, minWeights)
		m.Training.Refitted = []string{"threshold"}
		m.Platt.Bias, err = t.shift(z, base.Platt)
	} else {
		whyNot = fmt.Sprintf("all weights take %d labels", minWeights)
		m.Training.Refitted = []string{"platt"}
		m.Platt, err = t.platt(z)
	}
	if err != nil {
		return nil, "", err
	}
	roundPlatt(&m.Platt)
	return m, whyNot, check(m)
}

// Fit fits every part of a model, however few the rows; see Train.
func Fit(base *claim.Model, rows []Row) (*claim.Model, error) {
	t := trainer{rows: rows, base: base, byRow: balance(rows)}
	line, err := t.line(rows, t.byRow)
	if err != nil {
		return nil, err
	}
	held, err := t.heldOut()
	if err != nil {
		return nil, err
	}
	m := t.model()
	if m.Platt, err = t.platt(held); err != nil {
		return nil, err
	}
	roundPlatt(&m.Platt)
	m.Bias, m.Weights = round(line.Bias), map[string]float64{}
	for j, f := range claim.Features() {
		m.Weights[f.Name] = round(line.Beta[j] * orientation(f))
	}
	m.Bands = t.bands(held, m.Platt)
	m.Training.Refitted = []string{"weights", "platt", "bands"}
	return m, check(m)
}

// model is an empty model that knows its labels.
func (t *trainer) model() *claim.Model {
	m := &claim.Model{Format: claim.Shipped().Format, Training: claim.Training{Labels: map[string]int{}}}
	for _, r := range t.rows {
		m.Training.Labels[cmp.Or(r.Set, "labels")]++
	}
	if t.base != nil {
		m.Training.Base = t.base.Hash()
	}
	return m
}

// round keeps four decimals: more than the labels tell, and the same on
// machines that add in another way.
func round(x float64) float64 { return math.Round(x*1e4)/1e4 + 0 }

// check says what is wrong with a model, if anything is.
func check(m *claim.Model) error {
	_, err := claim.ParseModel(m.JSON())
	return errors.Unwrap(err)
}

func roundPlatt(p *claim.Platt) { p.Slope, p.Bias = round(p.Slope), round(p.Bias) }

// trainer is one fit.
type trainer struct {
	rows  []Row
	base  *claim.Model
	byRow []float64 // weights that give each set, and each answer in it, the same mass
}

// balance returns weights of rows under which each set, and within it each
// answer, has the same mass; in sum the number of rows.
func balance(rows []Row) []float64 {
	type cell struct {
		set string
		yes bool
	}
	n, sets := map[cell]int{}, map[string]bool{}
	for _, r := range rows {
		n[cell{r.Set, r.Supported}]++
		sets[r.Set] = true
	}
	out := make([]float64, len(rows))
	for i, r := range rows {
		out[i] = float64(len(rows)) / float64(2*len(sets)*n[cell{r.Set, r.Supported}])
	}
	return out
}

// sets lists the sets of rows in order.
func sets(rows []Row) []string {
	names := map[string]bool{}
	for _, r := range rows {
		names[r.Set] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// line fits the weights of rows. Each set has a bias of its own, so that what
// tells the sets apart does not pass for evidence; the line gets their mean.
func (t *trainer) line(rows []Row, weights []float64) (fit.Line, error) {
	names, features := sets(rows), len(claim.Features())
	p := fit.Problem{W: weights, Lambda: pull}
	for _, f := range claim.Features() {
		prior := 0.
		switch {
		case t.base != nil:
			prior = t.base.Weights[f.Name]
		case f.Equal:
			prior = equalWeight
		}
		p.Prior = append(p.Prior, prior)
		p.Free = append(p.Free, f.Sign == 0)
	}
	for range names {
		p.Prior = append(p.Prior, 0)
		p.Free = append(p.Free, true)
	}
	for _, r := range rows {
		x := make([]float64, len(p.Prior))
		for j, f := range claim.Features() {
			x[j] = r.X[j] * orientation(f)
		}
		x[features+slices.Index(names, r.Set)] = setColumn
		y := 0.
		if r.Supported {
			y = 1
		}
		p.X, p.Y = append(p.X, x), append(p.Y, y)
	}
	l, err := fit.Logistic(p)
	if err != nil {
		return fit.Line{}, fmt.Errorf("fitting weights: %w", err)
	}
	mean := 0.
	for k := range names {
		mean += setColumn * l.Beta[features+k]
	}
	l.Bias += mean / float64(len(names))
	l.Beta = l.Beta[:features]
	for j, f := range claim.Features() {
		l.Beta[j] *= orientation(f)
	}
	return l, nil
}

// heldOut scores each row by weights that were fitted without its set, or where
// there is only one set without its fold.
func (t *trainer) heldOut() ([]float64, error) {
	names := sets(t.rows)
	part := func(r Row) int { return Fold(r.Group) }
	n := folds
	if len(names) > 1 {
		part, n = func(r Row) int { return slices.Index(names, r.Set) }, len(names)
	}
	z := make([]float64, len(t.rows))
	for k := range n {
		var others []Row
		for _, r := range t.rows {
			if part(r) != k {
				others = append(others, r)
			}
		}
		l, err := t.line(others, balance(others))
		if err != nil {
			return nil, err
		}
		for i, r := range t.rows {
			if part(r) == k {
				z[i] = l.At(r.X[:])
			}
		}
	}
	return z, nil
}

// Fold is the part of five that a group of rows is in.
func Fold(group string) int {
	h := fnv.New64a()
	h.Write([]byte(group))
	return int((h.Sum64() >> 20) % folds)
}

// counted is what each row counts where probabilities are fitted.
func (t *trainer) counted() []float64 {
	if len(sets(t.rows)) > 1 {
		return t.byRow
	}
	return nil
}

func (t *trainer) answers() []bool {
	yes := make([]bool, len(t.rows))
	for i, r := range t.rows {
		yes[i] = r.Supported
	}
	return yes
}

func (t *trainer) platt(z []float64) (claim.Platt, error) {
	slope, bias, err := fit.Platt(z, t.answers(), t.counted())
	if err != nil {
		return claim.Platt{}, fmt.Errorf("fitting Platt scaling: %w", err)
	}
	return claim.Platt{Slope: slope, Bias: bias}, nil
}

// shift moves the bias alone: a column with a strong pull to the old slope.
func (t *trainer) shift(z []float64, old claim.Platt) (float64, error) {
	p := fit.Problem{W: t.counted(), Prior: []float64{old.Slope}, Lambda: 1e9}
	for i, yes := range t.answers() {
		p.X = append(p.X, []float64{z[i]})
		y := 0.
		if yes {
			y = 1
		}
		p.Y = append(p.Y, y)
	}
	l, err := fit.Logistic(p)
	if err != nil {
		return 0, fmt.Errorf("fitting the threshold: %w", err)
	}
	return l.Bias, nil
}

// bands looks for the widest bands on either side whose verdicts are right
// often enough on rows that were held out.
func (t *trainer) bands(held []float64, platt claim.Platt) claim.Bands {
	type point struct{ p, yes, no float64 }
	points := make([]point, len(held))
	for i, z := range held {
		w := t.byRow[i]
		points[i].p = fit.Sigmoid(platt.Slope*z + platt.Bias)
		if t.rows[i].Supported {
			points[i].yes = w
		} else {
			points[i].no = w
		}
	}
	slices.SortStableFunc(points, func(a, b point) int {
		switch {
		case a.p < b.p:
			return -1
		case a.p > b.p:
			return 1
		}
		return 0
	})
	even := fit.Sigmoid(platt.Bias)
	out := claim.Bands{Supported: 1 - minBand, NotFound: minBand}
	var yes, no float64
	for _, q := range points {
		yes, no = yes+q.yes, no+q.no
		if q.p < even && no >= accurateNo*(yes+no) {
			out.NotFound = max(minBand, q.p)
		}
	}
	yes, no = 0, 0
	for _, q := range slices.Backward(points) {
		yes, no = yes+q.yes, no+q.no
		if q.p > even && yes >= accurateYes*(yes+no) {
			out.Supported = min(1-minBand, q.p)
		}
	}
	out.Supported, out.NotFound = math.Ceil(out.Supported*100)/100, math.Floor(out.NotFound*100)/100
	return out
}

// orientation is −1 of a feature that speaks against support, else 1.
func orientation(f claim.Feature) float64 {
	if f.Sign < 0 {
		return -1
	}
	return 1
}

// Odds returns the weighted sum of features: above 0 a claim is rather
// supported than not, if both are as frequent.
func Odds(m *claim.Model, x *claim.Vector) float64 {
	z := m.Bias
	for j, f := range claim.Features() {
		z += m.Weights[f.Name] * orientation(f) * x[j]
	}
	return z
}

// EqualWeights is a model that has seen no label: the weights to which fitting
// without a base pulls. Its bias is 0, so that its sums rank claims and say
// nothing of the chance.
func EqualWeights() *claim.Model {
	m := &claim.Model{Format: claim.Shipped().Format, Weights: map[string]float64{}, Platt: claim.Platt{Slope: 1}, Bands: claim.Bands{Supported: 1 - minBand, NotFound: minBand}}
	for _, f := range claim.Features() {
		if f.Equal {
			m.Weights[f.Name] = equalWeight
		}
	}
	return m
}
