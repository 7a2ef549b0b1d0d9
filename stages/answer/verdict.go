package answer

import (
	"fmt"
	"strings"
	"time"

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

// labelled reads what people said about the answer as a whole. The newest label
// named "bad" with a clear value decides; where labels of one time contradict
// each other, people disagree and nothing is judged. ok is false without any.
func labelled(labels []trace.Label) (p trace.Predicate, ok bool) {
	var newest trace.Label
	var last time.Time
	var bad, contrary bool
	for _, l := range labels {
		value, clear := badValue(l)
		if !clear {
			continue
		}
		at, _ := time.Parse(time.RFC3339, l.At) // no time, or none that can be read, is the oldest
		switch {
		case !ok || at.After(last):
			newest, last, bad, contrary, ok = l, at, value, false, true
		case at.Equal(last) && value != bad:
			contrary = true
		}
	}
	switch {
	case !ok:
		return trace.Predicate{}, false
	case contrary:
		return trace.NotKnown("people disagree: their labels contradict each other"), true
	}
	why := "labelled by a person"
	if newest.By != "" {
		why = "labelled by " + newest.By
	}
	if newest.Why != "" {
		why += ": " + newest.Why
	}
	return trace.Holds(bad, .97, trace.GradeB, why), true
}

// badValue reads a label about the answer as a whole; clear is false for any
// other.
func badValue(l trace.Label) (bad, clear bool) {
	if l.What != "bad" {
		return false, false
	}
	switch strings.ToLower(l.Value) {
	case "yes", "true", "1", "bad":
		return true, true
	case "no", "false", "0", "good", "ok":
		return false, true
	}
	return false, false
}
