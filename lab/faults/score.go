package faults

import (
	"errors"
	"fmt"
	"slices"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/trace"
)

// Pair is one case as it is scored: the truth, what was said, and the cluster
// within which cases are not independent.
type Pair struct {
	Truth, Said string
	Cluster     string
}

// Confusion counts what was said for each truth.
type Confusion struct {
	Truths []string `json:"truths"` // rows
	Said   []string `json:"said"`   // columns: the truths, and what else was said
	Counts [][]int  `json:"counts"`
}

// Confuse counts the pairs. Rows and columns are in the order of the flow.
func Confuse(pairs []Pair) Confusion {
	var c Confusion
	for _, p := range pairs {
		if !slices.Contains(c.Truths, p.Truth) {
			c.Truths = append(c.Truths, p.Truth)
		}
		if !slices.Contains(c.Said, p.Said) {
			c.Said = append(c.Said, p.Said)
		}
	}
	for _, names := range [][]string{c.Truths, c.Said} {
		slices.SortFunc(names, byFlow)
	}
	c.Counts = make([][]int, len(c.Truths))
	for i := range c.Counts {
		c.Counts[i] = make([]int, len(c.Said))
	}
	for _, p := range pairs {
		c.Counts[slices.Index(c.Truths, p.Truth)][slices.Index(c.Said, p.Said)]++
	}
	return c
}

// byFlow orders causes as the flow does, and what is none behind them.
func byFlow(a, b string) int {
	rank := func(s string) int {
		switch i := slices.Index(diagnose.Causes(), diagnose.Cause(s)); {
		case i >= 0:
			return i
		case s == NotFailure:
			return 100
		case s == Undetermined:
			return 102
		}
		return 101
	}
	if d := rank(a) - rank(b); d != 0 {
		return d
	}
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// MacroF1 is the mean over the classes that are the truth of some pair of
// 2·tp/(2·tp+fp+fn). A class never named, or named only wrongly, scores 0. No
// pairs is an error.
func MacroF1(pairs []Pair) (float64, error) {
	type count struct{ tp, fp, fn int }
	counts := map[string]*count{}
	at := func(name string) *count {
		if counts[name] == nil {
			counts[name] = &count{}
		}
		return counts[name]
	}
	for _, p := range pairs {
		if p.Truth == p.Said {
			at(p.Truth).tp++
			continue
		}
		at(p.Truth).fn++
		at(p.Said).fp++
	}
	sum, n := 0.0, 0
	for _, name := range sortedKeys(counts) { // a fixed order: float sums depend on it
		if c := counts[name]; c.tp+c.fn > 0 {
			sum += 2 * float64(c.tp) / float64(2*c.tp+c.fp+c.fn)
			n++
		}
	}
	if n == 0 {
		return 0, errors.New("no case to score")
	}
	return sum / float64(n), nil
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// resamples of a bootstrap over clusters.
const resamples = 2000

// Score is how well one slot was filled in.
type Score struct {
	N        int            `json:"n"`
	Clusters int            `json:"clusters"`
	MacroF1  trace.Value    `json:"macro_f1"`
	Interval *stat.Interval `json:"interval,omitzero"` // bootstrap over clusters
	Accuracy trace.Value    `json:"accuracy"`          // undetermined counts as wrong
	Coverage trace.Value    `json:"coverage"`          // share that was decided
	Decided  trace.Value    `json:"decided_accuracy"`  // of those
	Matrix   Confusion      `json:"confusion"`
}

// ScoreOf scores pairs; the seed is that of the bootstrap.
func ScoreOf(pairs []Pair, seed uint64) Score {
	s := Score{N: len(pairs), Matrix: Confuse(pairs), MacroF1: trace.Of(MacroF1(pairs))}
	groups := map[string][]Pair{}
	right, decided := 0, 0
	for _, p := range pairs {
		groups[p.Cluster] = append(groups[p.Cluster], p)
		if p.Truth == p.Said {
			right++
		}
		if !open(p.Said) && !family(p.Said, diagnose.Cause(p.Truth)) {
			decided++
		}
	}
	s.Clusters = len(groups)
	s.Accuracy, s.Coverage = share(right, len(pairs)), share(decided, len(pairs))
	s.Decided = share(right, decided)
	names := sortedKeys(groups)
	if len(names) < 2 {
		return s
	}
	var draw []Pair
	iv, err := stat.Bootstrap(len(names), func(at []uint32) (float64, error) {
		draw = nil
		for _, i := range at {
			draw = append(draw, groups[names[i]]...)
		}
		return MacroF1(draw)
	}, stat.BootstrapOptions{Resamples: resamples, Seed: seed, Method: stat.Percentile, Workers: 1})
	if err == nil {
		s.Interval = &iv
	}
	return s
}

// open reports whether a verdict commits itself to nothing.
func open(said string) bool { return said == Undetermined || said == EitherMiss }

// family reports whether a verdict names missing context for one of its parts:
// right, and open which.
func family(said string, truth diagnose.Cause) bool {
	return said == string(diagnose.Missing) && diagnose.Missing.Includes(truth)
}

func share(k, n int) trace.Value {
	if n == 0 {
		return trace.Unknown("no case")
	}
	return trace.Known(float64(k) / float64(n))
}

// coarse turns a fine name into the one that users see first.
func coarse(name string) string {
	if name == EitherMiss {
		return string(diagnose.Retrieve)
	}
	if c := diagnose.Cause(name).Group(); c != diagnose.None {
		return string(c)
	}
	return name
}

// name is a cause as it is scored.
func name(c diagnose.Cause) string {
	if c == diagnose.None {
		return NotFailure
	}
	return string(c)
}

// pairsOf joins keys and predictions in one slot. A case without a prediction
// is left undetermined.
func pairsOf(keys []Key, said map[string]Prediction, of func(*Key, *Prediction) (truth, said string)) []Pair {
	var out []Pair
	for i := range keys {
		p, ok := said[keys[i].ID]
		if !ok {
			p = Prediction{ID: keys[i].ID, Root: Undetermined, Proximate: Undetermined}
		}
		t, s := of(&keys[i], &p)
		out = append(out, Pair{t, s, keys[i].Cluster})
	}
	return out
}

func rootFine(k *Key, p *Prediction) (string, string) { return name(k.Root), p.Root }
func rootCoarse(k *Key, p *Prediction) (string, string) {
	return coarse(name(k.Root)), coarse(p.Root)
}
func proximate(k *Key, p *Prediction) (string, string) {
	said := p.Proximate
	if said == "" {
		said = p.Root
	}
	return coarse(name(k.Proximate)), coarse(said)
}

// Recall is how many of the undecidable cases were left open: undetermined, or
// missing context of which it is not said where the evidence was lost.
type Recall struct {
	N        int            `json:"n"`
	Hits     int            `json:"hits"`
	Share    trace.Value    `json:"share"`
	Interval *stat.Interval `json:"interval,omitzero"`
	Covered  int            `json:"set_holds_truth"` // of the hits: the causes left hold the truth
}

func recallOf(keys []Key, said map[string]Prediction) Recall {
	var r Recall
	for i := range keys {
		r.N++
		p, ok := said[keys[i].ID]
		if ok && p.Root != Undetermined && !family(p.Root, keys[i].Root) {
			continue
		}
		r.Hits++
		if slices.ContainsFunc(p.Set, func(c diagnose.Cause) bool { return c.Includes(keys[i].Root) || keys[i].Root.Includes(c) }) {
			r.Covered++
		}
	}
	r.Share = share(r.Hits, r.N)
	if iv, err := stat.Proportion(r.Hits, r.N); err == nil {
		r.Interval = &iv
	}
	return r
}

// OperatorScore is the accuracy on the decidable cases of an operator.
type OperatorScore struct {
	Operator string         `json:"operator"`
	N        int            `json:"n"`
	Right    int            `json:"right"`
	Interval *stat.Interval `json:"interval,omitzero"`
	Said     string         `json:"mostly_said"` // what was said most often where it was wrong
}

// Slice is the score on a part of the cases.
type Slice struct {
	Name  string `json:"name"`
	Score Score  `json:"score"`
}

// Scores is everything that is measured about one set of predictions.
type Scores struct {
	Root      Score           `json:"root"`        // fine: query formation apart from retrieval
	Coarse    Score           `json:"root_coarse"` // as users see it
	Proximate Score           `json:"proximate"`   // coarse
	Ambiguous Recall          `json:"ambiguous"`
	Operators []OperatorScore `json:"operators"` // worst first
	Corpora   []Slice         `json:"corpora"`
}

// ScoreAll scores predictions against the keys: the undecidable cases by how
// many are left open, all others by their causes.
func ScoreAll(keys []Key, said map[string]Prediction, seed uint64) (Scores, error) {
	for id := range said {
		if !slices.ContainsFunc(keys, func(k Key) bool { return k.ID == id }) {
			return Scores{}, fmt.Errorf("prediction %q is about no case of the set", id)
		}
	}
	var clear, ambiguous []Key
	for _, k := range keys {
		if k.Ambiguous {
			ambiguous = append(ambiguous, k)
		} else {
			clear = append(clear, k)
		}
	}
	s := Scores{
		Root:      ScoreOf(pairsOf(clear, said, rootFine), seed),
		Coarse:    ScoreOf(pairsOf(clear, said, rootCoarse), seed),
		Proximate: ScoreOf(pairsOf(clear, said, proximate), seed),
		Ambiguous: recallOf(ambiguous, said),
	}
	byOperator, byCorpus := map[string][]Key{}, map[string][]Key{}
	for _, k := range clear {
		byOperator[k.Operator] = append(byOperator[k.Operator], k)
		byCorpus[k.Corpus] = append(byCorpus[k.Corpus], k)
	}
	for _, name := range sortedKeys(byOperator) {
		s.Operators = append(s.Operators, operatorScore(name, pairsOf(byOperator[name], said, rootCoarse)))
	}
	slices.SortStableFunc(s.Operators, func(a, b OperatorScore) int { return a.Right*b.N - b.Right*a.N })
	for _, name := range sortedKeys(byCorpus) {
		s.Corpora = append(s.Corpora, Slice{name, ScoreOf(pairsOf(byCorpus[name], said, rootCoarse), seed)})
	}
	return s, nil
}

func operatorScore(name string, pairs []Pair) OperatorScore {
	o := OperatorScore{Operator: name, N: len(pairs)}
	wrong := map[string]int{}
	for _, p := range pairs {
		if p.Truth == p.Said {
			o.Right++
		} else {
			wrong[p.Said]++
		}
	}
	for _, said := range sortedKeys(wrong) {
		if wrong[said] > wrong[o.Said] {
			o.Said = said
		}
	}
	if iv, err := stat.Proportion(o.Right, o.N); err == nil {
		o.Interval = &iv
	}
	return o
}
