package claim

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"

	"github.com/ragdiag/ragdiag/internal/fit"
)

// modelFormat names the format of weights; a change of features changes it.
const modelFormat = "ragdiag-verifier/1"

// Model is the fitted part of a verifier: what each feature weighs, how the sum
// becomes a probability, and from where on that is a verdict.
type Model struct {
	Format   string             `json:"format"`
	Weights  map[string]float64 `json:"weights"` // by feature; not negative but for nuisances
	Bias     float64            `json:"bias"`
	Platt    Platt              `json:"platt"`
	Bands    Bands              `json:"bands"`
	Training Training           `json:"training"`
}

// Platt turns the weighted sum z into the probability Sigmoid(Slope·z + Bias).
type Platt struct {
	Slope float64 `json:"slope"`
	Bias  float64 `json:"bias"`
}

// Bands are the probabilities from which on the verifier speaks; between them
// it abstains.
type Bands struct {
	Supported float64 `json:"supported"` // at or above: supported
	NotFound  float64 `json:"not_found"` // at or below: not found
}

// Training says where a model comes from.
type Training struct {
	Command  string         `json:"command"`        // that made it
	Labels   map[string]int `json:"labels"`         // claims by set
	Hash     string         `json:"hash"`           // SHA-256 of the labels, in order
	Refitted []string       `json:"refitted"`       // what was fitted on them: weights, platt, bands, threshold
	Base     string         `json:"base,omitempty"` // hash of the model that gave the rest
}

//go:embed weights.json
var shippedWeights []byte

// Shipped returns the model that comes with the program. It was fitted on the
// claims of WiCE dev, ExpertQA dev and mtrag; see lab/bench/evidence. It
// must not be changed.
var Shipped = sync.OnceValue(func() *Model {
	m, err := ParseModel(shippedWeights)
	if err != nil {
		panic("weights.json: " + err.Error())
	}
	return m
})

// ParseModel reads a model as JSON. A feature that it does not name weighs
// nothing; one that does not exist, a negative weight and bands out of order
// are errors.
func ParseModel(b []byte) (*Model, error) {
	var m Model
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		return nil, fmt.Errorf("verifier weights: %w: make them with 'ragdiag verify train'", err)
	}
	if dec.More() {
		return nil, errors.New("verifier weights: something stands behind the JSON object")
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("verifier weights: %w", err)
	}
	return &m, nil
}

func (m *Model) check() error {
	if m.Format != modelFormat {
		return fmt.Errorf("format %q: this version reads %q; fit them again with 'ragdiag verify train'", m.Format, modelFormat)
	}
	known := map[string]bool{}
	for _, f := range features {
		known[f.Name] = true
		if w := m.Weights[f.Name]; math.IsInf(w, 0) || f.Sign != 0 && w < 0 {
			return fmt.Errorf("weight of %q is %v: it is finite and not negative", f.Name, w)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.Weights)) {
		if !known[name] {
			return fmt.Errorf("%q is no feature", name)
		}
	}
	if m.Platt.Slope < 0 {
		return fmt.Errorf("platt slope is %v: it is not negative", m.Platt.Slope)
	}
	if b := m.Bands; !(0 <= b.NotFound && b.NotFound < b.Supported && b.Supported <= 1) {
		return fmt.Errorf("bands are %v and %v: want 0 ≤ not_found < supported ≤ 1", b.NotFound, b.Supported)
	}
	return nil
}

// JSON returns the model as it is in a file: the same bytes for the same
// model.
func (m *Model) JSON() []byte {
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		panic(err) // a checked model holds only finite numbers
	}
	return append(b, '\n')
}

// Hash names the model in evidence and manifests: eight hex digits.
func (m *Model) Hash() string {
	sum := sha256.Sum256(m.JSON())
	return hex.EncodeToString(sum[:4])
}

// scorer is a model ready for use.
type scorer struct {
	line    fit.Line // of vectors as they are, signs included
	platt   Platt
	bands   Bands
	even    float64 // P where the weights are even
	version string
}

func (m *Model) scorer() *scorer {
	s := &scorer{line: fit.Line{Bias: m.Bias, Beta: make([]float64, featureCount)}, platt: m.Platt, bands: m.Bands, even: fit.Sigmoid(m.Platt.Bias), version: "claim/3 (weights " + m.Hash() + ")"}
	for j, f := range features {
		s.line.Beta[j] = m.Weights[f.Name] * f.orientation()
	}
	return s
}

// orientation is −1 of a feature that speaks against support, else 1.
func (f Feature) orientation() float64 {
	if f.Sign < 0 {
		return -1
	}
	return 1
}

// probability of support, within [.01, .99]: no count of words is surer.
func (s *scorer) probability(x *Vector) float64 {
	z := s.line.At(x[:])
	return min(.99, max(.01, fit.Sigmoid(s.platt.Slope*z+s.platt.Bias)))
}
