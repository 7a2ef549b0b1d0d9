package query

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// Options say which queries are formed. The zero value forms one: the question
// made self-contained if it refers to the history, else the question as asked.
type Options struct {
	// Kinds are trace.Query kinds, in the order in which they are wanted. A kind
	// that does not apply to a record yields no query for it.
	Kinds []string

	// Search is needed by trace.QueryExpanded: the passages a query finds.
	Search func(ctx context.Context, query string, depth int) ([]trace.Hit, error)
	// Weights say which of their words matter; nil judges by form.
	Weights *text.Weights
	// Rewrite is needed by trace.QueryRewritten.
	Rewrite func(ctx context.Context, rec *trace.Record) (string, error)
}

// Form returns the queries for a record, at least one, no text twice. It fails
// if a kind is unknown, lacks the function it needs, or that function fails.
func Form(ctx context.Context, rec *trace.Record, o Options) ([]trace.Query, error) {
	kinds := o.Kinds
	if kinds == nil {
		kinds = []string{trace.QueryHistoryResolved}
	}
	var out []trace.Query
	add := func(kind, q string) {
		if q = strings.TrimSpace(q); q != "" && !slices.ContainsFunc(out, func(e trace.Query) bool { return e.Text == q }) {
			out = append(out, trace.Query{Text: q, Kind: kind})
		}
	}
	for _, kind := range kinds {
		switch kind {
		case trace.QueryAsAsked:
			add(kind, rec.Question)
		case trace.QueryHistoryResolved:
			if q, changed := Resolve(rec.Question, rec.History); changed {
				add(kind, q)
			}
		case trace.QueryExpanded:
			if o.Search == nil {
				return nil, fmt.Errorf("queries of kind %q need a retriever", kind)
			}
			q, _ := Resolve(rec.Question, rec.History)
			hits, err := o.Search(ctx, q, feedbackPassages)
			if err != nil {
				return nil, fmt.Errorf("expanding the query: %w", err)
			}
			if e := expand(q, hits, o.Weights); e != q {
				add(kind, e)
			}
		case trace.QueryRewritten:
			if o.Rewrite == nil {
				return nil, fmt.Errorf("queries of kind %q need a rewriter", kind)
			}
			q, err := o.Rewrite(ctx, rec)
			if err != nil {
				return nil, fmt.Errorf("rewriting the query: %w", err)
			}
			add(kind, q)
		default:
			return nil, fmt.Errorf("unknown query kind %q: there are %s, %s, %s and %s", kind,
				trace.QueryAsAsked, trace.QueryHistoryResolved, trace.QueryExpanded, trace.QueryRewritten)
		}
	}
	if len(out) == 0 {
		out = []trace.Query{{Text: rec.Question, Kind: trace.QueryAsAsked}}
	}
	return out, nil
}

// How much feedback an expansion takes, near the usual settings of RM3.
const (
	feedbackPassages = 5
	feedbackWords    = 10
	ownWeight        = 2 // how often the question's own words are repeated
)

// expand adds to q the words that stand out in the passages it finds: those
// with the largest sum over passages of P(passage|q)·tf/length·weight, where
// P falls off with the rank. Nothing found leaves q as it is.
func expand(q string, hits []trace.Hit, w *text.Weights) string {
	type word struct {
		stem, form string
		weight     float64
	}
	own := map[string]bool{}
	lang := text.Language(q)
	for _, t := range text.Terms(q, lang) {
		own[t] = true
	}
	words := map[string]*word{}
	for rank, h := range hits {
		d := text.Analyze(h.Title+"\n"+h.Text, "")
		share := 1 / (math.Log2(float64(rank)+2) * float64(max(1, len(d.Terms))))
		for _, t := range d.Terms {
			if own[t.Stem] {
				continue
			}
			if words[t.Stem] == nil {
				words[t.Stem] = &word{stem: t.Stem, form: d.Tokens[t.Token].Text}
			}
			words[t.Stem].weight += share * w.Weight(t.Stem)
		}
	}
	best := make([]*word, 0, len(words))
	for _, c := range words {
		best = append(best, c)
	}
	slices.SortFunc(best, func(a, b *word) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.stem, b.stem))
	})
	if len(best) == 0 {
		return q
	}
	parts := slices.Repeat([]string{q}, ownWeight)
	for _, c := range best[:min(feedbackWords, len(best))] {
		parts = append(parts, c.form)
	}
	return strings.Join(parts, " ")
}
