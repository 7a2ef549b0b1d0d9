package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/corpus"
	"github.com/ragdiag/ragdiag/stages/retrieve"
	"github.com/ragdiag/ragdiag/stages/retrieve/bleve"
	"github.com/ragdiag/ragdiag/trace"
)

// openMTRAG reads the conversations in the folder of the data sets and indexes
// their passages. The caller closes the index.
func openMTRAG(ctx context.Context, data, tmp string) (*mtrag, *bleve.Index, error) {
	m, err := readMTRAG(filepath.Join(data, "mtrag"))
	if err != nil {
		return nil, nil, err
	}
	x, err := m.index(ctx, tmp)
	return m, x, err
}

// index indexes every passage of the data set.
func (m *mtrag) index(ctx context.Context, tmp string) (*bleve.Index, error) {
	var docs []corpus.Document
	for _, id := range sorted(m.passages) {
		docs = append(docs, m.passages[id])
	}
	return index(ctx, docs, filepath.Join(tmp, "mtrag-all"))
}

// fitHalf says of which half a conversation is: weights are fitted on one and
// measured on the other.
func fitHalf(task string) bool {
	h := fnv.New64a()
	io.WriteString(h, conversation(task))
	return h.Sum64()%2 == 0
}

// seen is a passage that the reference answer of a turn may rest on.
type seen struct {
	s     retrieve.Support
	right bool
	fit   bool // of the half that is fitted
}

// evidence fits the weights by which evidence is inferred from a reference
// answer, prints them, and what they come to on the other half.
func evidence(ctx context.Context, w io.Writer, data, tmp string) error {
	m, x, err := openMTRAG(ctx, data, tmp)
	if err != nil {
		return err
	}
	defer x.Close()
	var all []seen
	turns, gold, met := 0, 0, 0
	for _, task := range sorted(m.queries) {
		rec := &trace.Record{Question: m.queries[task]["lastturn"], Gold: &trace.Gold{Answers: []string{m.answers[task]}}}
		if !retrieve.Inferable(rec) {
			continue
		}
		hits, supports, err := retrieve.Supports(ctx, rec, x, x.Weights())
		if err != nil {
			return err
		}
		turns++
		for _, id := range m.qrels[task] {
			if _, ok := m.passages[id]; ok {
				gold++
			}
		}
		for i, h := range hits {
			right := slices.Contains(m.qrels[task], h.ID)
			if right {
				met++
			}
			all = append(all, seen{supports[i], right, fitHalf(task)})
		}
	}
	fmt.Fprintf(w, "%d turns; of %d passages called relevant, %d are looked at.\n\n", turns, gold, met)
	b := fit(all)
	var said []string
	for _, v := range b {
		said = append(said, fmt.Sprintf("%.3f", v))
	}
	fmt.Fprintf(w, "fitted: {%s}\n\nshipped, on the half that was not fitted:\n\n| probability | n | relevant |\n|---|---|---|\n", strings.Join(said, ", "))
	var n, right [10]int
	for _, s := range all {
		if !s.fit {
			at := min(9, int(10*s.s.P()))
			n[at]++
			if s.right {
				right[at]++
			}
		}
	}
	for i := range n {
		if n[i] > 0 {
			fmt.Fprintf(w, "| %.1f–%.1f | %d | %.3f |\n", float64(i)/10, float64(i+1)/10, n[i], float64(right[i])/float64(n[i]))
		}
	}
	return nil
}

// fit is a logistic regression with a small ridge, by gradient descent on
// standardised features.
func fit(all []seen) []float64 {
	const steps, rate, ridge = 400, 1.5, .002
	d := len(retrieve.Support{})
	mean, spread := make([]float64, d), make([]float64, d)
	n := 0.
	for _, s := range all {
		if s.fit {
			n++
			for j, v := range s.s {
				mean[j] += v
				spread[j] += v * v
			}
		}
	}
	for j := range mean {
		mean[j] /= n
		spread[j] = math.Sqrt(max(1e-9, spread[j]/n-mean[j]*mean[j]))
	}
	b := make([]float64, d+1)
	for range steps {
		g := make([]float64, d+1)
		for _, s := range all {
			if !s.fit {
				continue
			}
			z := b[0]
			for j, v := range s.s {
				z += b[j+1] * (v - mean[j]) / spread[j]
			}
			e := 1 / (1 + math.Exp(-z))
			if s.right {
				e--
			}
			g[0] += e
			for j, v := range s.s {
				g[j+1] += e * (v - mean[j]) / spread[j]
			}
		}
		for j := range b {
			decay := ridge * b[j]
			if j == 0 {
				decay = 0
			}
			b[j] -= rate * (g[j]/n + decay)
		}
	}
	for j := range d { // back to the features as they are
		b[j+1] /= spread[j]
		b[0] -= b[j+1] * mean[j]
	}
	return b
}
