package retrieve

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/ragdiag/ragdiag/internal/fit"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// How evidence is inferred from a reference answer.
const (
	inferDepth = 40  // passages that are looked at
	inferLeast = .02 // probability below which one is left out
	inferMost  = 10  // passages that are kept
	longTokens = 12  // of a reference that can be looked for by what it says
)

// inferWeights is a logistic regression on the features of support, fitted on
// the conversations of one half of mtrag (`go run ./lab/bench/faults -only
// evidence` fits it and measures it on the other half). The first is the
// constant.
var inferWeights = [numSupport + 1]float64{-2.774, -3.930, 1.689, 2.011, 0.981, 0.832, 2.560, 0.761, -1.055}

// numSupport is the number of features of a passage that may support a reference.
const numSupport = 8

// Support describes how a passage stands to a reference answer; see
// SupportOf for its parts. It is exported for the program that fits them.
type Support [numSupport]float64

// P is the probability that a person would call the passage relevant.
func (s Support) P() float64 {
	z := inferWeights[0]
	for i, x := range s {
		z += inferWeights[i+1] * x
	}
	return fit.Sigmoid(z)
}

// Inferable reports whether a record's evidence can be inferred: it has a
// reference answer of some length and no gold evidence. A short answer is
// looked for as it stands, which needs no inference.
func Inferable(rec *trace.Record) bool {
	g := rec.Gold
	return g != nil && len(g.Evidence) == 0 && g.Answerable != trace.No && len(g.Answers) > 0 &&
		!slices.ContainsFunc(g.Answers, func(a string) bool { return len(text.Tokens(a)) < longTokens })
}

// Infer finds the passages of a corpus that the reference answer was most
// likely written from: gold evidence that nobody named. Each is a unit with its
// probability, most likely first; none is likely where the list is empty. r
// searches the corpus, whichever system answered. It is right about one corpus
// of conversations and not tested on languages other than English.
func Infer(ctx context.Context, rec *trace.Record, r Retriever, w *text.Weights) ([]trace.Unit, error) {
	hits, all, err := Supports(ctx, rec, r, w)
	if err != nil {
		return nil, err
	}
	var out []trace.Unit
	for i, s := range all {
		if p := s.P(); p >= inferLeast && hits[i].ID != "" {
			out = append(out, trace.Unit{ID: hits[i].ID, P: math.Round(p*1e4) / 1e4})
		}
	}
	slices.SortStableFunc(out, func(a, b trace.Unit) int { return cmp.Compare(b.P, a.P) })
	return out[:min(len(out), inferMost)], nil
}

// Supports searches the corpus with the question and the reference answer and
// describes what it finds.
func Supports(ctx context.Context, rec *trace.Record, r Retriever, w *text.Weights) ([]trace.Hit, []Support, error) {
	answer := rec.Gold.Answers[0]
	hits, err := r.Retrieve(ctx, answer+"\n"+rec.Question, inferDepth)
	if err != nil {
		return nil, nil, fmt.Errorf("looking for what supports the reference answer: %w", err)
	}
	return hits, supports(rec.Question, answer, hits, w), nil
}

// supports describes each hit: the share of the reference's weight beyond the
// question that it holds, that of the reference's best held sentence, the share
// of the reference's word pairs, the first three as shares of the best hit's,
// and the rank.
func supports(question, answer string, hits []trace.Hit, w *text.Weights) []Support {
	d := text.Analyze(answer, "")
	asked := text.StemSet(question, d.Lang)
	var stems []string
	var fresh []text.Term
	for _, t := range d.Terms {
		stems = append(stems, t.Stem)
		if !asked[t.Stem] {
			fresh = append(fresh, t)
		}
	}
	pairs := pairsOf(stems)
	out := make([]Support, len(hits))
	var most [3]float64
	for i, h := range hits {
		terms := text.Terms(h.Title+"\n"+h.Text, d.Lang)
		has := setOf(terms)
		s := &out[i]
		s[0] = w.Held(fresh, has)
		for _, st := range d.Sentences {
			s[1] = max(s[1], w.Held(d.Terms[st.Term:st.TermEnd], has))
		}
		theirs := pairsOf(terms)
		for p := range pairs {
			if theirs[p] {
				s[2] += 1 / float64(len(pairs))
			}
		}
		for j := range most {
			most[j] = max(most[j], s[j])
		}
		s[6], s[7] = 1/float64(1+i), math.Log(float64(1+i))
	}
	for i := range out {
		for j, m := range most {
			if m > 0 {
				out[i][3+j] = out[i][j] / m
			}
		}
	}
	return out
}

func setOf(terms []string) map[string]bool {
	set := make(map[string]bool, len(terms))
	for _, t := range terms {
		set[t] = true
	}
	return set
}

func pairsOf(terms []string) map[[2]string]bool {
	set := map[[2]string]bool{}
	for i := 1; i < len(terms); i++ {
		set[[2]string{terms[i-1], terms[i]}] = true
	}
	return set
}

// inferredInCorpus says whether the corpus holds evidence that was inferred
// from it: as likely as some unit is evidence, and never no.
func inferredInCorpus(g *trace.Gold) (trace.Predicate, bool) {
	none, inferred := 1., false
	for _, set := range g.Evidence {
		for _, u := range set {
			if u.P > 0 {
				inferred = true
				none *= 1 - u.P
			}
		}
	}
	switch {
	case !inferred:
		return trace.Predicate{}, false
	case 1-none < trace.InferredYes:
		return trace.NotKnown("no passage of the index clearly supports the reference answer"), true
	}
	return trace.Holds(true, 1-none, trace.GradeC, "passages of the index support the reference answer"), true
}
