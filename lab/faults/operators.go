package faults

import (
	"context"
	"math/rand/v2"

	"github.com/ragdiag/ragdiag/diagnose"
)

// The parts of a system that an operator disturbs. Labels are the gold, None is
// a sound system whose answer only looks bad, or is right.
const (
	partQuery    = "query"
	partRetrieve = "retrieve"
	partRerank   = "rerank"
	partGround   = "ground"
	partCite     = "cite"
	partLabels   = "labels"
	partNone     = "none"
)

// Levels is how many severities each operator has: 1 is the mildest.
const Levels = 3

// attempt is one try to break a system.
type attempt struct {
	ctx   context.Context
	s     *system
	sound *outcome // what the sound system did
	level int      // 1 to Levels
	rng   *rand.Rand
	items []*item // of the same corpus, for words and values to borrow
}

// operator disturbs one part of a system. It reports false where it does not
// apply to the item.
type operator struct {
	name  string
	part  string
	root  diagnose.Cause // None: the answer is fine, whatever it looks like
	apply func(*attempt) (bool, error)
}

// operators is the table of faults.
var operators = []operator{
	{"drop-entity", partQuery, diagnose.Query, dropEntity},
	{"swap-entity", partQuery, diagnose.Query, swapEntity},
	{"generalise", partQuery, diagnose.Query, generalise},
	{"unresolved-pronoun", partQuery, diagnose.Query, unresolved},
	{"wrong-filter", partQuery, diagnose.Query, wrongFilter},

	{"noisy-scores", partRetrieve, diagnose.Retrieve, noisyScores},
	{"unknown-words", partRetrieve, diagnose.Retrieve, unknownWords},
	{"field-off", partRetrieve, diagnose.Retrieve, fieldOff},
	{"access", partRetrieve, diagnose.Retrieve, access},
	{"stale-index", partRetrieve, diagnose.Retrieve, staleIndex},
	{"chunk-boundary", partRetrieve, diagnose.Retrieve, chunkBoundary},
	{"depth-cut", partRetrieve, diagnose.Retrieve, depthCut},

	{"permuted-scores", partRerank, diagnose.Select, permutedScores},
	{"k-cut", partRerank, diagnose.Select, kCut},
	{"budget", partRerank, diagnose.Select, budget},
	{"over-dedupe", partRerank, diagnose.Select, overDedupe},

	{"old-edition", partGround, diagnose.Ignore, oldEdition},
	{"noise", partGround, diagnose.Ignore, noise},
	{"position", partGround, diagnose.Ignore, position},
	{"prior", partGround, diagnose.Ignore, prior},
	{"misread", partGround, diagnose.Ignore, misread},
	{"over-refusal", partGround, diagnose.Ignore, overRefusal},
	{"fabrication", partGround, diagnose.Unsupported, fabrication},
	{"no-abstention", partGround, diagnose.Unsupported, noAbstention},

	{"shuffled-ids", partCite, diagnose.Cite, shuffledIDs},
	{"neighbour", partCite, diagnose.Cite, neighbour},
	{"fabricated-id", partCite, diagnose.Cite, fabricatedID},
	{"missing", partCite, diagnose.Cite, missingMarks},

	{"wrong-gold", partLabels, diagnose.GoldLabel, wrongGold},
	{"missing-alternative", partLabels, diagnose.Ignore, missingAlternative},
	{"alias", partLabels, diagnose.None, alias},
	{"unanswerable", partNone, diagnose.None, unanswerable},
	{"sound", partNone, diagnose.None, func(*attempt) (bool, error) { return true, nil }},
}

// flaky: now and then the reader believes another value, or takes one from
// beside the right one. A case is kept if most replays are right, and the one
// that is logged is not.
var flaky = operator{"flaky", partGround, diagnose.Flaky, func(a *attempt) (bool, error) {
	if s, _, ok := a.s.w.edited(a.s.item, a.rng); ok {
		a.s.reader.Memory = a.s.item.remembering(s)
	}
	a.s.reader.Prior = by(a, [Levels]float64{.15, .25, .35})
	a.s.reader.Slip = by(a, [Levels]float64{.1, .15, .2})
	return true, nil
}}

func operatorNamed(name string) operator {
	for _, o := range operators {
		if o.name == name {
			return o
		}
	}
	return operator{}
}

// late are the operators that a pair takes for its second fault.
var late = []string{"prior", "fabrication"}

// by returns the value for the attempt's level.
func by[T any](a *attempt, values [Levels]T) T { return values[a.level-1] }
