package retrieve

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/metrics"
	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

// version names this examiner in evidence.
const version = "retrieve/1"

// depths returns the counts at which recall is measured: the usual ones and the
// length of the list. A shorter list returned nothing further, so its recall
// holds for larger counts too.
func depths(list int) []int {
	ks := []int{1, 3, 5, 10, 20, max(1, list)}
	slices.Sort(ks)
	return slices.Compact(ks)
}

// Examine says from the record alone whether the gold evidence is among the
// candidates, and at which ranks. It changes nothing in the record. What only an index
// can tell (the corpus, the analyser) is unknown; Inspect fills it in.
func Examine(r *prepared.Record) *trace.RetrieveEvidence {
	rec := r.Assumed()
	ev := &trace.RetrieveEvidence{Version: version, Depth: len(rec.Candidates), Language: language(rec)}
	noIndex := trace.NotKnown("no index is at hand")
	ev.InCorpus, ev.Misfit, ev.Stale = noIndex, noIndex, noIndex
	if rec.Candidates == nil {
		fromContext(ev, r)
		return ev
	}
	found := r.GoldInCandidates()
	ev.Units, ev.InCandidates, ev.Partial, ev.BestRank = found.Units, found.Whole, found.Partial, found.BestRank
	if ev.InCandidates.IsYes() {
		ev.InCorpus = trace.Holds(true, ev.InCandidates.P, ev.InCandidates.Grade, "it was retrieved")
	}
	if n := beyond(rec); n > 0 && ev.InCandidates.IsNo() {
		ev.InCandidates = trace.NotKnown(fmt.Sprintf("the recorded candidates are not all: %d passages that selection saw have no place in the retriever's ranking", n))
	}
	ev.Split = split(r, ev.Units)
	measure(ev, rec)
	return ev
}

// beyond counts the passages that selection saw although the recorded ranking
// does not reach them: candidates that only the reranker scored among others
// that the retriever did, and passages of the prompt that are no candidates.
// Some systems log fewer candidates than they rerank, and what is missing from
// such a list may have been retrieved all the same.
func beyond(rec *trace.Record) int {
	scored, reranked, ids := 0, 0, map[string]bool{}
	for _, h := range rec.Candidates {
		_, retrieved := h.Score.Get()
		_, ranked := h.RerankScore.Get()
		switch {
		case retrieved:
			scored++
		case ranked:
			reranked++
		}
		if h.ID != "" {
			ids[h.ID] = true
		}
	}
	n := 0
	if scored > 0 {
		n = reranked
	}
	if len(ids) < len(rec.Candidates) || len(ids) == 0 {
		return n // some cannot be told by their IDs
	}
	for _, p := range rec.Context {
		if p.ID != "" && !ids[p.ID] {
			n++
		}
	}
	return n
}

// fromContext makes the best of a record without candidates: what is in the
// prompt was retrieved, and for what does not nobody can tell.
func fromContext(ev *trace.RetrieveEvidence, r *prepared.Record) {
	p := trace.NotKnown("the candidates were not recorded")
	ev.InCandidates, ev.Partial, ev.Split = p, p, p
	ev.RR, ev.NDCG = trace.Unknown(p.Why), trace.Unknown(p.Why)
	if r.Record.Context == nil {
		return
	}
	if whole := r.GoldInContext().Whole; whole.IsYes() {
		ev.InCandidates = trace.Holds(true, whole.P, whole.Grade, "it is in the context, so it was retrieved")
		ev.Partial = trace.Holds(false, whole.P, whole.Grade, ev.InCandidates.Why)
		ev.InCorpus = ev.InCandidates
	}
}

// measure fills in recall, reciprocal rank and nDCG, over the units of the
// gold set that was found best.
func measure(ev *trace.RetrieveEvidence, rec *trace.Record) {
	if ev.InCandidates.IsUnknown() || len(ev.Units) == 0 {
		why := trace.Unknown("no gold evidence is recorded")
		switch {
		case rec.Gold == nil:
			why = trace.Unknown("no gold is recorded")
		case len(ev.Units) > 0: // without units, what InCandidates says may quote this record
			why = trace.Unknown(ev.InCandidates.Why)
		}
		ev.RR, ev.NDCG = why, why
		return
	}
	ranks := bestSet(ev.Units, rec.Gold.Evidence)
	ranked, grades, relevant := asRanking(ranks, len(rec.Candidates))
	ev.RR = trace.Of(metrics.RR(ranked, relevant))
	ev.NDCG = trace.Of(metrics.NDCGAt(10, ranked, grades))
	for _, k := range depths(len(rec.Candidates)) {
		found := 0
		for _, r := range ranks {
			if r > 0 && r <= k {
				found++
			}
		}
		ev.Recall = append(ev.Recall, trace.Depth{K: k, Value: trace.Known(float64(found) / float64(len(ranks)))})
	}
}

// bestSet returns the ranks of the units of the set that is most complete, and
// among equals the one that is complete first; 0 is not found.
func bestSet(units []trace.UnitMatch, sets []trace.EvidenceSet) []int {
	var best []int
	score := func(ranks []int) (share float64, last int) {
		found := 0
		for _, r := range ranks {
			if r > 0 {
				found++
				last = max(last, r)
			}
		}
		return float64(found) / float64(len(ranks)), last
	}
	all := make([][]int, len(sets))
	for i, set := range sets {
		all[i] = make([]int, len(set))
	}
	for _, u := range units {
		all[u.Set][u.Unit] = u.Rank
	}
	for _, ranks := range all {
		if len(ranks) == 0 {
			continue
		}
		if best == nil {
			best = ranks
			continue
		}
		share, last := score(ranks)
		if most, first := score(best); share > most || share == most && last < first {
			best = ranks
		}
	}
	return best
}

// asRanking turns the ranks of units into a ranking with grades: a passage has
// as its grade the number of units it holds, a unit not found is a passage that
// was not retrieved.
func asRanking(ranks []int, n int) (ranked []string, grades map[string]int, relevant map[string]bool) {
	ranked, grades, relevant = make([]string, n), map[string]int{}, map[string]bool{}
	for i := range ranked {
		ranked[i] = strconv.Itoa(i + 1)
	}
	for i, r := range ranks {
		name := strconv.Itoa(r)
		if r == 0 {
			name = fmt.Sprintf("missing-%d", i)
		}
		grades[name]++
		relevant[name] = true
	}
	return ranked, grades, relevant
}

// languageSample is how much text decides on the language of the passages.
const languageSample = 600

// language guesses the language of the passages, candidates or else context.
func language(rec *trace.Record) string {
	var b strings.Builder
	add := func(s string) bool {
		if len(s) > languageSample/2 {
			s = s[:languageSample/2]
		}
		b.WriteString(s)
		b.WriteByte('\n')
		return b.Len() < languageSample
	}
	for _, h := range rec.Candidates {
		if !add(h.Text) {
			return text.Language(b.String())
		}
	}
	for _, p := range rec.Context {
		if !add(p.Text) {
			break
		}
	}
	return text.Language(b.String())
}
