package trace

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
)

// Value is a measurement that may be missing: a finite number, or unknown with
// a reason. The zero Value was never measured; it is unknown too, and
// `omitzero` leaves it out of the JSON. On disk a number is a number and an
// unknown is {"unknown": "reason"}.
type Value struct {
	v      float64
	known  bool
	reason string
}

// Known returns a measured value. A NaN or infinite v becomes unknown, because
// no measurement yields it.
func Known(v float64) Value {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Unknown("not a finite number")
	}
	return Value{v: v, known: true}
}

// Unknown returns a value that could not be measured, for the given reason.
func Unknown(reason string) Value { return Value{reason: reason} }

// Of turns the result of a metric into a Value: the error is the reason.
func Of(v float64, err error) Value {
	if err != nil {
		return Unknown(err.Error())
	}
	return Known(v)
}

// Get returns the number and whether there is one.
func (v Value) Get() (float64, bool) { return v.v, v.known }

// Reason says why the value is unknown; it is empty for a known one.
func (v Value) Reason() string {
	if v.known || v.reason != "" {
		return v.reason
	}
	return "not measured"
}

// String prints three decimals, or "unknown (reason)".
func (v Value) String() string {
	if v.known {
		return strconv.FormatFloat(v.v, 'f', 3, 64)
	}
	return "unknown (" + v.Reason() + ")"
}

// MarshalJSON writes a number or {"unknown": reason}.
func (v Value) MarshalJSON() ([]byte, error) {
	if v.known {
		return json.Marshal(v.v)
	}
	return json.Marshal(struct {
		Unknown string `json:"unknown"`
	}{v.Reason()})
}

// UnmarshalJSON reads what MarshalJSON writes; null is the zero Value.
func (v *Value) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	switch {
	case len(b) == 0:
		return errors.New("empty value")
	case bytes.Equal(b, []byte("null")):
		*v = Value{}
		return nil
	case b[0] == '{':
		var u struct {
			Unknown *string `json:"unknown"`
		}
		if err := json.Unmarshal(b, &u); err != nil {
			return err
		}
		if u.Unknown == nil {
			return errors.New(`a value is a number or {"unknown": "reason"}`)
		}
		*v = Unknown(*u.Unknown)
		return nil
	}
	var f float64
	if err := json.Unmarshal(b, &f); err != nil {
		return err // as it is, so that the decoder adds the name of the field
	}
	*v = Known(f)
	return nil
}

// Truth is a statement's truth where it may be unknown. The zero Truth is
// unknown, so that a forgotten field never claims anything.
type Truth uint8

// The three truths.
const (
	TruthUnknown Truth = iota
	No
	Yes
)

var truthNames = [...]string{"unknown", "no", "yes"}

// TruthOf returns Yes or No.
func TruthOf(b bool) Truth {
	if b {
		return Yes
	}
	return No
}

// String returns "unknown", "no" or "yes".
func (t Truth) String() string {
	if int(t) < len(truthNames) {
		return truthNames[t]
	}
	return truthNames[TruthUnknown]
}

// MarshalJSON writes true, false or null.
func (t Truth) MarshalJSON() ([]byte, error) {
	switch t {
	case Yes:
		return []byte("true"), nil
	case No:
		return []byte("false"), nil
	default:
		return []byte("null"), nil
	}
}

// UnmarshalJSON reads true, false, null, "yes", "no" or "unknown".
func (t *Truth) UnmarshalJSON(b []byte) error {
	switch string(bytes.TrimSpace(b)) {
	case "true", `"yes"`:
		*t = Yes
	case "false", `"no"`:
		*t = No
	case "null", `"unknown"`:
		*t = TruthUnknown
	default:
		return fmt.Errorf("truth: %.20s is not true, false or null", b)
	}
	return nil
}

// Grade says how good a piece of evidence is. The order is from worst to best,
// so that a comparison reads as it should; the zero Grade is no evidence.
type Grade uint8

// The grades.
const (
	GradeNone Grade = iota
	GradeD          // a score or a word-overlap heuristic
	GradeC          // a verifier or a judge
	GradeB          // gold IDs, spans or answers
	GradeA          // an intervention: the step was run again
)

var gradeNames = [...]string{"", "D", "C", "B", "A"}

// String returns "A" to "D", or "" for no evidence.
func (g Grade) String() string {
	if int(g) < len(gradeNames) {
		return gradeNames[g]
	}
	return ""
}

// MarshalText writes the letter.
func (g Grade) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// UnmarshalText reads the letter.
func (g *Grade) UnmarshalText(b []byte) error {
	for i, n := range gradeNames {
		if n == string(b) {
			*g = Grade(i)
			return nil
		}
	}
	return fmt.Errorf("grade %q is not A, B, C or D", b)
}

// Predicate is a statement about a record that some evidence supports: its
// truth, the probability that it holds, the grade of the evidence, and why.
// The zero Predicate is unknown.
type Predicate struct {
	Truth Truth   `json:"truth"`
	P     float64 `json:"p,omitzero"`     // probability of Yes in [0,1]; meaningless without a grade
	Grade Grade   `json:"grade,omitzero"` // of the evidence behind Truth
	Why   string  `json:"why,omitzero"`   // the observation, or why it is unknown
}

// IsYes reports whether the statement is known to hold.
func (p Predicate) IsYes() bool { return p.Truth == Yes }

// IsNo reports whether the statement is known not to hold.
func (p Predicate) IsNo() bool { return p.Truth == No }

// IsUnknown reports whether nothing decides the statement.
func (p Predicate) IsUnknown() bool { return p.Truth == TruthUnknown }

// Chance returns the probability of Yes, and whether there is one: an unknown
// predicate may have been measured and found undecided.
func (p Predicate) Chance() (float64, bool) { return p.P, p.Grade != GradeNone }

// Likely returns a predicate with the probability p of Yes that counts as known
// from yes upwards and from no downwards, and as unknown between the two.
func Likely(p, no, yes float64, g Grade, why string) Predicate {
	out := Predicate{P: p, Grade: g, Why: why}
	switch {
	case p >= yes:
		out.Truth = Yes
	case p <= no:
		out.Truth = No
	}
	return out
}

// NotKnown returns an unknown predicate with its reason.
func NotKnown(why string) Predicate { return Predicate{Why: why} }

// Holds returns a decided predicate with the probability that the verdict is
// right: p is the probability of Yes if yes, and 1-p if not.
func Holds(yes bool, right float64, g Grade, why string) Predicate {
	p := right
	if !yes {
		p = 1 - right
	}
	return Predicate{Truth: TruthOf(yes), P: p, Grade: g, Why: why}
}
