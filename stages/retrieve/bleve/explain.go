package bleve

import (
	"context"
	"errors"
	"fmt"
	"strings"

	index "github.com/blevesearch/bleve_index_api"
)

// Explanation is a score and how it came about: a tree whose parts sum up to,
// or enter, the value of the whole.
type Explanation struct {
	Value float64       `json:"value"`
	Text  string        `json:"text"`
	Parts []Explanation `json:"parts,omitzero"`
}

// String prints one line per node, parts indented below their whole.
func (e Explanation) String() string {
	var b strings.Builder
	e.print(&b, "")
	return b.String()
}

func (e Explanation) print(b *strings.Builder, indent string) {
	fmt.Fprintf(b, "%s%.4f  %s\n", indent, e.Value, e.Text)
	for _, p := range e.Parts {
		p.print(b, indent+"  ")
	}
}

// Explain says term by term how exact BM25 scores a passage for a query. The
// value is the score that Retrieve gives. Terms of the query that the passage
// does not hold are in the tree with 0. An unknown id is an error.
func (x *Index) Explain(ctx context.Context, query, id string) (found Explanation, err error) {
	defer guard(x.dir, &err)()
	if err := x.enter(); err != nil {
		return Explanation{}, err
	}
	defer x.leave()
	ordinals, err := x.find(id)
	if err != nil {
		return Explanation{}, err
	}
	switch len(ordinals) {
	case 0:
		return Explanation{}, fmt.Errorf("index %s holds no passage %q", x.dir, id)
	case 1:
	default:
		return Explanation{}, fmt.Errorf("document %q has %d passages: name one, such as %q", id, len(ordinals), id+"#0")
	}
	doc, err := x.reader.InternalID(name(ordinals[0]))
	if err != nil {
		return Explanation{}, remedy(x.dir, err)
	}
	length, mean := float64(x.store.entries[ordinals[0]].Tokens), x.meanLength()
	out := Explanation{Text: fmt.Sprintf("BM25 of passage %q, %.0f tokens long (mean %.1f), k1 %g, b %g; sum of:", id, length, mean, k1, b)}
	for _, t := range x.queryTerms(query) {
		part, err := x.explainTerm(ctx, t, doc, length, mean)
		if err != nil {
			return Explanation{}, remedy(x.dir, err)
		}
		out.Value += part.Value
		out.Parts = append(out.Parts, part)
	}
	if len(out.Parts) == 0 {
		out.Text = fmt.Sprintf("the query has no searchable word under analyser %s", x.m.Analyzer)
	}
	return out, nil
}

// explainTerm explains what one term adds.
func (x *Index) explainTerm(ctx context.Context, t queryTerm, doc index.IndexInternalID, length, mean float64) (e Explanation, err error) {
	postings, err := x.reader.TermFieldReader(ctx, []byte(t.text), field, true, true, false)
	if err != nil {
		return e, err
	}
	defer func() { err = errors.Join(err, postings.Close()) }()
	df := int(postings.Count())
	p, err := postings.Advance(doc, nil)
	if err != nil {
		return e, err
	}
	rarity := idf(x.m.Passages, df)
	if p == nil || !p.ID.Equals(doc) {
		return Explanation{Text: fmt.Sprintf("%q: not in this passage; it is in %d of %d", t.text, df, x.m.Passages)}, nil
	}
	often := saturation(float64(p.Freq), length, mean)
	return Explanation{
		Value: float64(t.count) * rarity * often,
		Text:  fmt.Sprintf("%q: product of:", t.text),
		Parts: []Explanation{
			{Value: float64(t.count), Text: "times in the query"},
			{Value: rarity, Text: fmt.Sprintf("idf: in %d of %d passages", df, x.m.Passages)},
			{Value: often, Text: fmt.Sprintf("%d times in the passage, saturated and set against its length", p.Freq)},
		},
	}, nil
}
