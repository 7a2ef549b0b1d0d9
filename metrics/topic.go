package metrics

import (
	"fmt"
	"slices"
)

// Topic is all that the retrieval measures need to know of one query: how many
// documents were retrieved and at which ranks the judged ones stand.
//
// A grade ≥ 1 is relevant unless the measure says otherwise, 0 is judged
// non-relevant, and a negative grade is judged but unknown: it has no gain and
// is neither relevant nor non-relevant.
type Topic struct {
	ID        string
	Retrieved int   // documents retrieved, judged or not
	Hits      []Hit // retrieved documents that are judged, by rising rank
	Grades    []int // grades of all judged documents, retrieved or not, falling
}

// Hit is a judged document that was retrieved.
type Hit struct {
	Rank  int // from 1
	Grade int
}

// NewTopic brings a ranking and the grades of the judged documents into the
// form that Measure.Of takes. A document that is ranked twice is ErrDuplicate.
func NewTopic(id string, ranked []string, grades map[string]int) (Topic, error) {
	t := Topic{ID: id, Retrieved: len(ranked), Grades: make([]int, 0, len(grades))}
	for _, g := range grades {
		t.Grades = append(t.Grades, g)
	}
	slices.SortFunc(t.Grades, func(a, b int) int { return b - a })
	seen := make(map[string]bool, len(ranked))
	for i, doc := range ranked {
		if seen[doc] {
			return Topic{}, fmt.Errorf("%w: %q, again at rank %d", ErrDuplicate, doc, i+1)
		}
		seen[doc] = true
		if g, ok := grades[doc]; ok {
			t.Hits = append(t.Hits, Hit{i + 1, g})
		}
	}
	return t, nil
}

// relevant counts the judged documents of at least the given grade.
func (t Topic) relevant(min int) int {
	n := 0
	for n < len(t.Grades) && t.Grades[n] >= min {
		n++
	}
	return n
}

// found counts the retrieved documents of at least the given grade among the
// first k; k < 1 means all.
func (t Topic) found(k, min int) int {
	n := 0
	for _, h := range t.Hits {
		if k >= 1 && h.Rank > k {
			break
		}
		if h.Grade >= min {
			n++
		}
	}
	return n
}

// condensed is the topic with the documents that nobody judged taken out of
// the ranking, those of negative grade included.
func (t Topic) condensed() Topic {
	hits := make([]Hit, 0, len(t.Hits))
	for _, h := range t.Hits {
		if h.Grade >= 0 {
			hits = append(hits, Hit{len(hits) + 1, h.Grade})
		}
	}
	t.Retrieved, t.Hits = len(hits), hits
	return t
}
