package retrieve

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// minShared is the number of words that the evidence and a passage must share
// at the edge of both: fewer may be chance.
const minShared = 5

// split says whether evidence spans the boundary of two chunks: a unit was
// found only across two passages; or a unit was not found, and one candidate
// ends with its beginning or begins with its end; or a set names neighbouring
// chunks of which only one was retrieved.
func split(rec *trace.Record, units []trace.UnitMatch) trace.Predicate {
	lost := len(units) == 0
	for _, u := range units {
		if u.How == "split" {
			return trace.Holds(true, u.P, u.Grade, fmt.Sprintf("the evidence spans two passages, from rank %d on", u.Rank))
		}
		if u.Rank > 0 {
			continue
		}
		lost = true
		gold := rec.Gold.Evidence[u.Set]
		if i, ok := cutBy(gold[u.Unit].Text, rec.Candidates); ok {
			return trace.Holds(true, .9, trace.GradeB, fmt.Sprintf("the evidence begins or ends at the edge of candidate %d, and the rest of it was not retrieved", i+1))
		}
		for _, v := range units {
			if v.Set == u.Set && v.Rank > 0 && neighbours(gold[u.Unit].ID, gold[v.Unit].ID) {
				return trace.Holds(true, .8, trace.GradeB, fmt.Sprintf("of the neighbouring chunks %s and %s only one was retrieved", gold[u.Unit].ID, gold[v.Unit].ID))
			}
		}
	}
	if lost {
		return trace.NotKnown("evidence that was not found cannot be seen to be split")
	}
	return trace.Holds(false, .95, trace.GradeB, "each unit lies in one passage")
}

// cutBy returns the first hit that ends with the beginning of a text or begins
// with its end, while the text goes on beyond it.
func cutBy(gold string, hits []trace.Hit) (int, bool) {
	want := words(gold)
	cut := func(shared int) bool { return shared >= minShared && shared < len(want) }
	for i, h := range hits {
		if has := words(h.Text); cut(overlap(has, want)) || cut(overlap(want, has)) {
			return i, true
		}
	}
	return 0, false
}

func words(s string) []string {
	tokens := text.Tokens(s)
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

// neighbours reports whether two IDs name chunks next to each other: doc#3 and
// doc#4.
func neighbours(a, b string) bool {
	docA, m, okA := strings.Cut(a, "#")
	docB, n, okB := strings.Cut(b, "#")
	i, errA := strconv.Atoi(m)
	j, errB := strconv.Atoi(n)
	return okA && okB && errA == nil && errB == nil && docA == docB && (i-j == 1 || j-i == 1)
}
