package diagnose

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Params are the numbers and policies of the decision procedure. They are part
// of every run's manifest, so that a verdict can be recomputed.
type Params struct {
	BadAbove        float64 `json:"bad_above" yaml:"bad_above"`               // P(bad) from which an answer counts as bad
	RightBelow      float64 `json:"right_below" yaml:"right_below"`           // P(bad) up to which it counts as right; between the two it is not judged
	Named           float64 `json:"named" yaml:"named"`                       // least product of P(bad) and the chance of a cause with which it is named
	Odds            float64 `json:"odds" yaml:"odds"`                         // of the named cause to anything outside its family, at least
	FlakyRate       float64 `json:"flaky_rate" yaml:"flaky_rate"`             // share of right replays from which a failure counts as flaky
	FlakyRuns       int     `json:"flaky_runs" yaml:"flaky_runs"`             // replays needed before that is said
	MisreadOverlap  float64 `json:"misread_overlap" yaml:"misread_overlap"`   // share of a claim's words in the window that contradicts it, from which it counts as misread
	StatedByChance  float64 `json:"stated_by_chance" yaml:"stated_by_chance"` // posterior probability needed to call a citation unfaithful
	MatchFalse      float64 `json:"match_false" yaml:"match_false"`           // share of text matches that are none, see 'ragdiag audit match'
	MatchMissed     float64 `json:"match_missed" yaml:"match_missed"`         // share of evidence that is there and not matched
	CorpusPolicy    Policy  `json:"corpus_policy" yaml:"corpus_policy"`       // what is expected of the corpus
	MissingCitation Policy  `json:"missing_citation" yaml:"missing_citation"` // whether an uncited statement is a fault
}

// Policy is a choice that only the owner of a system can make.
type Policy string

// The policies.
const (
	MayLack    Policy = "may-lack"    // corpus: may lack an answer, then declining is right
	ShouldHave Policy = "should-have" // corpus: should hold every answer, a gap is a fault
	Fault      Policy = "fault"       // missing citation: a fault if the answer cites elsewhere
	Tolerate   Policy = "tolerate"    // missing citation: no fault
)

//go:embed params.json
var paramsJSON []byte

// DefaultParams returns the parameters that the program ships.
func DefaultParams() Params {
	var p Params
	dec := json.NewDecoder(bytes.NewReader(paramsJSON))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil {
		panic("diagnose: the embedded params.json is broken: " + err.Error()) // caught by any test
	}
	return p
}

// Validate says which parameter is out of range.
func (p Params) Validate() error {
	for _, share := range []struct {
		name string
		v    float64
	}{{"flaky_rate", p.FlakyRate}, {"misread_overlap", p.MisreadOverlap}, {"stated_by_chance", p.StatedByChance}, {"bad_above", p.BadAbove}, {"named", p.Named}} {
		if !(share.v > 0 && share.v <= 1) {
			return fmt.Errorf("diagnose: %s is %v: it must lie in (0, 1]", share.name, share.v)
		}
	}
	for _, rate := range []struct {
		name string
		v    float64
	}{{"match_false", p.MatchFalse}, {"match_missed", p.MatchMissed}} {
		if !(rate.v >= 0 && rate.v < .5) {
			return fmt.Errorf("diagnose: %s is %v: it must lie in [0, 0.5)", rate.name, rate.v)
		}
	}
	if !(p.RightBelow >= 0 && p.RightBelow <= p.BadAbove) {
		return fmt.Errorf("diagnose: right_below is %v: it must lie in [0, bad_above], and bad_above is %v", p.RightBelow, p.BadAbove)
	}
	if !(p.Odds >= 1) {
		return fmt.Errorf("diagnose: odds is %v: it must be at least 1", p.Odds)
	}
	if p.FlakyRuns < 1 {
		return fmt.Errorf("diagnose: flaky_runs is %d: it must be at least 1", p.FlakyRuns)
	}
	if p.CorpusPolicy != MayLack && p.CorpusPolicy != ShouldHave {
		return fmt.Errorf("diagnose: corpus_policy is %q: it must be %q or %q", p.CorpusPolicy, MayLack, ShouldHave)
	}
	if p.MissingCitation != Fault && p.MissingCitation != Tolerate {
		return fmt.Errorf("diagnose: missing_citation is %q: it must be %q or %q", p.MissingCitation, Fault, Tolerate)
	}
	return nil
}

// Hash names the parameters in manifests and diagnoses: equal parameters have
// equal hashes.
func (p Params) Hash() string {
	b, err := json.Marshal(p)
	if err != nil {
		panic("diagnose: params do not marshal: " + err.Error()) // floats and strings always do
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:6])
}
