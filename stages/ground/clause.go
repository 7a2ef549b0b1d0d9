package ground

import (
	"strings"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/trace"
)

// joints part a sentence into main clauses; the comma tells them from lists of
// two words.
var joints = []string{", and ", ", but ", ", while ", ", und ", ", aber ", ", et ", ", mais ", ", y ", ", pero ", ", e ", ", en ", ", и ", ", а ", "，而", "，并"}

// minClause is the number of content words from which a part of a sentence is
// checked on its own.
const minClause = 4

// clauses returns the parts of a claim, or nil if it is one.
func (x *examination) clauses(s string) []string {
	at, joint := -1, ""
	for _, j := range joints {
		if i := strings.Index(s, j); i >= 0 && (at < 0 || i < at) {
			at, joint = i, j
		}
	}
	if at < 0 {
		return nil
	}
	parts := []string{s[:at], s[at+len(joint):]}
	for _, p := range parts {
		if len(x.texts.Analyze(p, x.lang).Terms) < minClause {
			return nil
		}
	}
	return parts
}

// surely is the probability of support up to which a clause counts as invented.
const surely = .2

// byClause asks about the parts of a claim that as a whole cannot be decided:
// it is supported if all parts are, and not if one surely is not.
func (x *examination) byClause(got claim.Verdict, s string) claim.Verdict {
	parts := x.clauses(s)
	if parts == nil {
		return got
	}
	all := got
	all.Support, all.P, all.By = trace.Supported, 1, nil
	for _, p := range parts {
		switch v := x.texts.Check(p); {
		case v.Support == trace.NotFound && v.P <= surely:
			got.Support, got.P, got.Why = v.Support, v.P, v.Why
			return got
		case v.Support != trace.Supported:
			all.Support = trace.Abstain
		default:
			all.P = min(all.P, v.P)
			all.By = append(all.By, v.By...)
		}
	}
	if all.Support == trace.Supported {
		return all
	}
	return got
}
