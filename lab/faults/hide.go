package faults

import (
	"math/rand/v2"
	"slices"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/trace"
)

// View is what of a record a tool gets to see.
type View struct {
	Name   string
	Hidden []string // inputs taken away
	Own    bool     // the system's own retriever is at hand, whatever is wrong with it
}

// The inputs that a view may take away. Where all gold is hidden, a user's flag
// says whether the answer is bad.
const (
	hideEvidence   = "gold passages"
	hideAnswer     = "gold answer"
	hideCandidates = "candidates"
	hideContext    = "context"
)

// Views are what records of real systems have, richest first.
func Views() []View {
	return []View{
		{Name: "all, its own retriever at hand", Own: true},
		{Name: "all"},
		{Name: "no gold passages", Hidden: []string{hideEvidence}},
		{Name: "no candidates", Hidden: []string{hideCandidates}},
		{Name: "no gold at all", Hidden: []string{hideEvidence, hideAnswer}},
	}
}

// Hide returns a copy of the record without some inputs. good is what a user
// would say of the answer, asked when no reference is left.
func Hide(rec *trace.Record, hidden []string, good bool) *trace.Record {
	r := *rec
	r.Gold = cloneGold(rec.Gold)
	r.Candidates, r.Context = slices.Clone(rec.Candidates), slices.Clone(rec.Context)
	r.Evidence = trace.Evidence{}
	for _, what := range hidden {
		switch what {
		case hideEvidence:
			if r.Gold != nil {
				r.Gold.Evidence, r.Gold.Rewrite = nil, ""
			}
		case hideAnswer:
			if r.Gold != nil {
				r.Gold.Answers, r.Gold.Claims = nil, nil
				r.Gold.Answerable = trace.TruthUnknown
			}
			value := "yes"
			if good {
				value = "no"
			}
			r.Labels = []trace.Label{{What: "bad", Value: value, By: "user"}}
		case hideCandidates:
			r.Candidates = nil
		case hideContext:
			r.Context = nil
		}
	}
	if r.Gold != nil && len(r.Gold.Answers)+len(r.Gold.Evidence) == 0 && r.Gold.Answerable == trace.TruthUnknown {
		r.Gold = nil
	}
	return &r
}

// identifiable reports whether a record that lacks some inputs still decides
// between the causes, and the causes left if not. It follows from what the
// stages are: without candidates, a miss of the retriever and a loss in
// selection look alike; without gold, an answer that follows a poor prompt and
// one that goes past a good prompt do.
func identifiable(key *Key, hidden []string) (bool, []diagnose.Cause) {
	lacks := func(what string) bool { return slices.Contains(hidden, what) }
	upstream := key.Root == diagnose.Query || key.Root == diagnose.Retrieve || key.Root == diagnose.Select
	misses := []diagnose.Cause{diagnose.Query, diagnose.Retrieve, diagnose.Select}
	suspects := slices.Concat(misses, []diagnose.Cause{diagnose.Ignore, diagnose.Unsupported})
	if key.Operator == "no-abstention" && !lacks(hideAnswer) {
		return true, nil // gold says that there is no answer, and one was given
	}
	failure := key.Root != diagnose.None && key.Root != diagnose.Cite && key.Root != diagnose.GoldLabel
	switch {
	case failure && lacks(hideContext):
		return false, suspects
	case failure && lacks(hideEvidence) && lacks(hideAnswer):
		return false, suspects // nothing says whether the prompt sufficed
	case upstream && lacks(hideCandidates):
		return false, misses
	}
	return true, nil
}

// applies reports whether a case is still one without some inputs: a doubtful
// reference must be there, and so must what a citation points to.
func applies(key *Key, hidden []string) bool {
	switch key.Root {
	case diagnose.GoldLabel:
		return !slices.Contains(hidden, hideAnswer)
	case diagnose.Cite:
		return !slices.Contains(hidden, hideContext)
	}
	return true
}

// content reports whether a user would call the answer of a case right.
func content(key *Key) bool { return key.Root == diagnose.None || key.Root == diagnose.Cite }

// obscure makes some of the cases undecidable by hiding inputs, and hides the
// same inputs from some that stay decidable, so that what is missing does not
// give the verdict away.
func obscure(rec *trace.Record, key *Key, rng *rand.Rand, share int) *trace.Record {
	recipes := [][]string{
		{hideCandidates},
		{hideEvidence, hideAnswer},
		{hideEvidence, hideContext, hideCandidates},
	}
	hidden := pick(rng, recipes)
	decides, set := identifiable(key, hidden)
	odds := share
	if decides {
		odds = share / 3
	}
	if rng.IntN(100) >= odds || !applies(key, hidden) {
		return rec
	}
	key.Hidden = hidden
	if !decides {
		key.Ambiguous, key.Set = true, set
	}
	return Hide(rec, hidden, content(key))
}
