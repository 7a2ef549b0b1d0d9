package retrieve

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

// minShared is the number of words that the evidence and a passage must share
// at the edge of both: fewer may be chance.
const minShared = 5

// split says whether evidence spans the boundary of two chunks: a unit was
// found only across two passages; or a unit was not found, and one candidate
// ends with its beginning or begins with its end; or a set names neighbouring
// chunks of which only one was retrieved.
func split(r *prepared.Record, units []trace.UnitMatch) trace.Predicate {
	rec := r.Assumed()
	lost := len(units) == 0
	var cuts map[string]int
	var found map[chunk]int
	for _, u := range units {
		if u.How == "split" {
			return trace.Holds(true, u.P, u.Grade, fmt.Sprintf("the evidence spans two passages, from rank %d on", u.Rank))
		}
		if u.Rank > 0 {
			continue
		}
		if !lost {
			lost, cuts, found = true, cutBy(r, units), chunks(rec, units)
		}
		gold := rec.Gold.Evidence[u.Set][u.Unit]
		if i, ok := cuts[gold.Text]; ok {
			return trace.Holds(true, .9, trace.GradeB, fmt.Sprintf("the evidence begins or ends at the edge of candidate %d, and the rest of it was not retrieved", i+1))
		}
		if v, ok := neighbour(found, u.Set, gold.ID); ok {
			other := rec.Gold.Evidence[u.Set][units[v].Unit]
			return trace.Holds(true, .8, trace.GradeB, fmt.Sprintf("of the neighbouring chunks %s and %s only one was retrieved", gold.ID, other.ID))
		}
	}
	if lost {
		return trace.NotKnown("evidence that was not found cannot be seen to be split")
	}
	return trace.Holds(false, .95, trace.GradeB, "each unit lies in one passage")
}

// cutBy returns, by the text of a unit that was not found, the first candidate
// that ends with the beginning of the text or begins with its end, while the text
// goes on beyond it. Each candidate is read once: only texts whose first or last
// words it holds are held against it.
func cutBy(r *prepared.Record, units []trace.UnitMatch) map[string]int {
	texts, edges := map[string][]string{}, map[uint64][]string{}
	for _, u := range units {
		s := r.Assumed().Gold.Evidence[u.Set][u.Unit].Text
		if _, known := texts[s]; known || u.Rank > 0 {
			continue
		}
		want := words(text.Tokens(s))
		if texts[s] = want; len(want) > minShared {
			first, last := edge(want[:minShared]), edge(want[len(want)-minShared:])
			edges[first], edges[last] = append(edges[first], s), append(edges[last], s)
		}
	}
	out := map[string]int{}
	if len(edges) == 0 {
		return out
	}
	for i := range r.Record.Candidates {
		has := words(r.Candidates().Doc(i).Tokens)
		compared := map[string]bool{}
		for j := minShared; j <= len(has); j++ {
			for _, s := range edges[edge(has[j-minShared:j])] {
				if _, known := out[s]; known || compared[s] {
					continue
				}
				compared[s] = true
				want := texts[s]
				n := min(len(has), len(want))
				for _, shared := range [...]int{overlap(has[len(has)-n:], want), overlap(want, has[:n])} {
					if shared >= minShared && shared < len(want) {
						out[s] = i
					}
				}
			}
		}
	}
	return out
}

// edge is a hash of the words at the edge of a text.
func edge(words []string) uint64 {
	h := uint64(0)
	for _, w := range words {
		h = h*0x9e3779b97f4a7c15 + text.Hash64(w)
	}
	return h
}

func words(tokens []text.Token) []string {
	out := make([]string, len(tokens))
	for i, t := range tokens {
		out[i] = t.Text
	}
	return out
}

// overlap returns the largest number of words with which a ends and b begins, in
// time linear in both (the prefix function of Knuth, Morris and Pratt).
func overlap(a, b []string) int {
	if len(b) == 0 {
		return 0
	}
	fall := make([]int, len(b)) // by prefix, the next shorter one that it ends with
	n := 0
	for i := 1; i < len(b); i++ {
		for n > 0 && b[i] != b[n] {
			n = fall[n-1]
		}
		if b[i] == b[n] {
			n++
		}
		fall[i] = n
	}
	n = 0
	for _, w := range a {
		for n == len(b) || n > 0 && w != b[n] {
			n = fall[n-1]
		}
		if w == b[n] {
			n++
		}
	}
	return n
}

// chunk is the place that a unit's ID names: document and number, of a gold set.
type chunk struct {
	set int
	doc string
	n   int
}

// chunks returns, by their place, the first of the units that were found.
func chunks(rec *trace.Record, units []trace.UnitMatch) map[chunk]int {
	out := map[chunk]int{}
	for i, u := range units {
		if u.Rank == 0 {
			continue
		}
		if doc, n, ok := numbered(rec.Gold.Evidence[u.Set][u.Unit].ID); ok {
			if _, is := out[chunk{u.Set, doc, n}]; !is {
				out[chunk{u.Set, doc, n}] = i
			}
		}
	}
	return out
}

// neighbour returns the first unit that was found next to an ID in a set: doc#3
// and doc#4 are neighbours.
func neighbour(found map[chunk]int, set int, id string) (unit int, ok bool) {
	doc, n, ok := numbered(id)
	if !ok {
		return 0, false
	}
	before, ok1 := found[chunk{set, doc, n - 1}]
	after, ok2 := found[chunk{set, doc, n + 1}]
	if ok1 && (!ok2 || before < after) {
		return before, true
	}
	return after, ok2
}

// numbered parts the ID of a chunk into document and number.
func numbered(id string) (doc string, n int, ok bool) {
	doc, number, ok := strings.Cut(id, "#")
	n, err := strconv.Atoi(number)
	return doc, n, ok && err == nil
}
