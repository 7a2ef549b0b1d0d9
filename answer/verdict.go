package answer

import (
	"fmt"
	"strings"

	"github.com/ragdiag/ragdiag/trace"
)

// judge sets Bad and ContentOK. A person's label decides alone; an answer that
// breaks its format is bad however right its content is.
func (x *examination) judge() {
	e := x.out
	bad := x.badContent()
	e.ContentOK = not(bad)
	e.Bad = bad
	if e.Malformed.IsYes() {
		e.Bad = e.Malformed
		e.Bad.Why = "it breaks the format: " + e.Malformed.Why
	}
	if label, ok := labelled(x.rec.Labels); ok {
		e.Bad = label
		if e.ContentOK.IsUnknown() && !e.Malformed.IsYes() {
			e.ContentOK = not(label)
		}
	}
}

// not turns a predicate round.
func not(p trace.Predicate) trace.Predicate {
	switch p.Truth {
	case trace.Yes:
		p.Truth = trace.No
	case trace.No:
		p.Truth = trace.Yes
	}
	if p.Grade != trace.GradeNone {
		p.P = 1 - p.P
	}
	return p
}

// artefactF1 is the token F1 below which a string metric calls an answer wrong.
const artefactF1 = .6

// artefact reports whether the content is right although exact match and F1
// call it wrong.
func (x *examination) artefact() trace.Predicate {
	e := x.out
	em, ok1 := e.ExactMatch.Get()
	f1, ok2 := e.F1.Get()
	switch {
	case !ok1 || !ok2:
		return trace.NotKnown("no reference answer is recorded")
	case e.ContentOK.IsUnknown():
		return trace.NotKnown("whether the content is right is not known")
	case e.ContentOK.IsNo():
		return trace.Holds(false, e.ContentOK.P, e.ContentOK.Grade, "the content is wrong")
	case em == 1 || f1 >= trace.ArtefactF1:
		return trace.Holds(false, .97, trace.GradeB, fmt.Sprintf("exact match %.0f, F1 %.2f", em, f1))
	}
	return trace.Holds(true, e.ContentOK.P, trace.GradeB, fmt.Sprintf("right by value, while exact match is 0 and F1 %.2f", f1))
}

// labelled reads what a person said about the answer as a whole: the last
// label named "bad" with a clear value.
func labelled(labels []trace.Label) (trace.Predicate, bool) {
	for i := len(labels) - 1; i >= 0; i-- {
		l := labels[i]
		if l.What != "bad" {
			continue
		}
		var bad bool
		switch strings.ToLower(l.Value) {
		case "yes", "true", "1", "bad":
			bad = true
		case "no", "false", "0", "good", "ok":
		default:
			continue
		}
		why := "labelled by a person"
		if l.By != "" {
			why = "labelled by " + l.By
		}
		if l.Why != "" {
			why += ": " + l.Why
		}
		return trace.Holds(bad, .97, trace.GradeB, why), true
	}
	return trace.Predicate{}, false
}
