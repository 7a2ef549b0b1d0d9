package faults

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// The leakage audit.
const (
	auditDepth  = 3        // questions that the tree may ask
	auditFolds  = 5        // of clusters
	auditMargin = .05      // that the tree may be better than the largest class
	templates   = 30       // most frequent word pairs of answers that count as features
	frequent    = 1.0 / 50 // share of answers that a pair must stand in
)

// Audit says whether the cause can be read off what has nothing to do with it.
type Audit struct {
	N         int      `json:"n"`
	Features  int      `json:"features"`
	Majority  float64  `json:"majority"` // share of the largest class
	Tree      float64  `json:"tree"`     // accuracy of the tree, cross-validated over clusters
	Limit     float64  `json:"limit"`
	Passed    bool     `json:"passed"`
	Questions []string `json:"questions"` // what the tree on all cases asks
}

// AuditOf tries to guess the root cause of each case from shallow fields:
// counts, lengths, score values, what is missing, the form of IDs, and frequent
// word pairs of the answers. A set on which that works measures its own making.
func AuditOf(set *Set) Audit {
	names, x := features(set.Records)
	var classes []string
	y := make([]int, len(set.Keys))
	folds := make([]int, len(set.Keys))
	for i, k := range set.Keys {
		root := coarse(name(k.Root))
		if !slices.Contains(classes, root) {
			classes = append(classes, root)
		}
		y[i] = slices.Index(classes, root)
		folds[i] = dice(0, "fold", k.Cluster).IntN(auditFolds)
	}
	a := Audit{N: len(y), Features: len(names)}
	counts := make([]int, len(classes))
	for _, c := range y {
		counts[c]++
	}
	right := 0
	for f := range auditFolds {
		var xs [][]float64
		var ys []int
		for i := range y {
			if folds[i] != f {
				xs, ys = append(xs, x[i]), append(ys, y[i])
			}
		}
		if len(ys) == 0 {
			continue
		}
		t := grow(xs, ys, len(classes), auditDepth)
		for i := range y {
			if folds[i] == f && t.predict(x[i]) == y[i] {
				right++
			}
		}
	}
	a.Majority = float64(slices.Max(counts)) / float64(len(y))
	a.Tree = float64(right) / float64(len(y))
	a.Limit = a.Majority + auditMargin
	a.Passed = a.Tree <= a.Limit
	for _, q := range grow(x, y, len(classes), auditDepth).questions() {
		if !slices.Contains(a.Questions, names[q]) {
			a.Questions = append(a.Questions, names[q])
		}
	}
	return a
}

// features measures the shallow fields of each record.
func features(records []*trace.Record) (names []string, x [][]float64) {
	pairs := frequentPairs(records)
	for i, rec := range records {
		var row []float64
		add := func(name string, v float64) {
			if i == 0 {
				names = append(names, name)
			}
			row = append(row, v)
		}
		gold := cmp.Or(rec.Gold, &trace.Gold{})
		shape := [3]float64{1, 1, 1}
		add("candidates recorded", truth(rec.Candidates != nil))
		add("context recorded", truth(rec.Context != nil))
		add("gold recorded", truth(rec.Gold != nil))
		if gold.Answerable != trace.No { // that nothing can be said is evidence, not form
			shape = [3]float64{truth(gold.Evidence != nil), truth(len(gold.Evidence) > 0 && len(gold.Evidence[0]) > 0 && gold.Evidence[0][0].Text != ""), float64(len(gold.Answers))}
		}
		add("gold passages recorded", shape[0])
		add("gold passages have text", shape[1])
		add("gold answers", shape[2])
		add("gold rewrite recorded", truth(gold.Rewrite != ""))
		add("labels", float64(len(rec.Labels)))
		add("tags", float64(len(rec.Tags)))
		add("other fields", float64(len(rec.Extra)))
		add("turns of history", float64(len(rec.History)))
		add("queries", float64(len(rec.Queries)))
		add("candidates", float64(len(rec.Candidates)))
		add("passages", float64(len(rec.Context)))
		add("k", float64(rec.Run.K))
		add("length of ID", float64(len(rec.ID)))
		add("length of question", float64(len(rec.Question)))
		query := ""
		if len(rec.Queries) > 0 {
			query = rec.Queries[0].Text
			add("query as asked", truth(rec.Queries[0].Kind == trace.QueryAsAsked))
			add("query rewritten", truth(rec.Queries[0].Kind == trace.QueryRewritten))
		} else {
			add("query as asked", -1)
			add("query rewritten", -1)
		}
		add("length of query", float64(len(query)))
		answer := ""
		if rec.Answer != nil {
			answer = rec.Answer.Text
		}
		add("length of answer", float64(len(answer)))
		add("citations", float64(len(marker.FindAllString(answer, -1))))
		add("first score", scoreAt(rec.Candidates, 0, false))
		add("last score", scoreAt(rec.Candidates, len(rec.Candidates)-1, false))
		add("first rerank score", scoreAt(rec.Candidates, 0, true))
		add("last rerank score", scoreAt(rec.Candidates, len(rec.Candidates)-1, true))
		first, dated, cut := "", 0, 0
		for i, p := range rec.Context {
			if i == 0 {
				first = p.ID
			}
			if p.Date != "" {
				dated++
			}
			if p.Truncated {
				cut++
			}
		}
		add("length of first passage ID", float64(len(first)))
		add("digits in first passage ID", float64(len(digits(first))))
		add("marks in first passage ID", float64(strings.Count(first, "-")+strings.Count(first, "#")))
		add("dated passages", float64(dated))
		add("cut passages", float64(cut))
		has := wordPairs(answer)
		for _, p := range pairs {
			add("answer has "+p, truth(slices.Contains(has, p)))
		}
		x = append(x, row)
	}
	return names, x
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func scoreAt(hits []trace.Hit, i int, reranked bool) float64 {
	if i < 0 || i >= len(hits) {
		return -1
	}
	s := hits[i].Score
	if reranked {
		s = hits[i].RerankScore
	}
	v, ok := s.Get()
	if !ok {
		return -1
	}
	return v
}

func wordPairs(s string) []string {
	tokens := text.Tokens(s)
	var out []string
	for i := 1; i < len(tokens); i++ {
		out = append(out, tokens[i-1].Text+" "+tokens[i].Text)
	}
	return out
}

// frequentPairs are the word pairs that stand in most answers, as those of a
// template would.
func frequentPairs(records []*trace.Record) []string {
	in := map[string]int{}
	for _, rec := range records {
		if rec.Answer == nil {
			continue
		}
		all := wordPairs(rec.Answer.Text)
		slices.Sort(all)
		for _, p := range slices.Compact(all) {
			in[p]++
		}
	}
	all := sortedKeys(in)
	all = slices.DeleteFunc(all, func(p string) bool { return float64(in[p]) < frequent*float64(len(records)) })
	slices.SortStableFunc(all, func(a, b string) int { return in[b] - in[a] })
	return all[:min(len(all), templates)]
}
