package rerank

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/lab/realdata"
	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

// TestExamineConformsOnMTRAG replays real rerankings, with human relevance as
// gold: whether it was lost, and how, must be what the ranks say, without exception.
func TestExamineConformsOnMTRAG(t *testing.T) {
	type list map[string][]string // IDs by question, in file order, which is by rank
	read := func(name string, kept func(fields []string) bool) list {
		out := list{}
		file, err := os.ReadFile(realdata.Path(t, name))
		require.NoError(t, err)
		for line := range strings.Lines(string(file)) {
			if f := strings.Fields(line); kept(f) {
				out[f[0]] = append(out[f[0]], f[2])
			}
		}
		return out
	}
	all := func([]string) bool { return true }
	relevant := read("mtrag/qrels.txt", func(f []string) bool { return f[3] != "0" })
	runs := map[string]list{}
	run := func(name string) list {
		if runs[name] == nil {
			runs[name] = read("mtrag/runs/"+name+".trec", all)
		}
		return runs[name]
	}
	seen := map[string]int{}
	for r := range realdata.Values[struct {
		Kind, Task_id, Domain, Reranker, Label string
		K                                      int
		First_gold_rank                        struct{ Candidates_top10, Reranked int }
	}](t, "mtrag/natural_faults.jsonl") {
		if r.Kind != "rerank" {
			continue
		}
		rec := &trace.Record{ID: r.Task_id, Gold: &trace.Gold{}, Context: []trace.Passage{}}
		for _, id := range run("bm25_" + r.Domain + "_rewrite")[r.Task_id] {
			rec.Candidates = append(rec.Candidates, trace.Hit{ID: id})
		}
		for _, id := range run(fmt.Sprintf("bm25_%s_rerank_%s_rewrite", r.Reranker, r.Domain))[r.Task_id] {
			if len(rec.Context) < r.K {
				rec.Context = append(rec.Context, trace.Passage{ID: id})
			}
		}
		for _, id := range relevant[r.Task_id] {
			rec.Gold.Evidence = append(rec.Gold.Evidence, trace.EvidenceSet{{ID: id}})
		}
		ev := Examine(prepared.New(rec, nil))
		what := fmt.Sprintf("%s k=%d %s: %+v", r.Task_id, r.K, r.Label, ev.Lost)
		seen[r.Label]++
		require.Equal(t, trace.TruthOf(r.Label == "OK"), ev.InContext.Truth, what)
		if r.Label != "SELECT" && r.Label != "SELECT_DEMOTED" || r.First_gold_rank.Candidates_top10 == 0 {
			continue // not lost here, or below the ten candidates that the run stores
		}
		seen[r.Label+" within the stored run"]++
		require.NotEmpty(t, ev.Lost, what)
		first := ev.Lost[0]
		for _, loss := range ev.Lost {
			if loss.Before < first.Before {
				first = loss
			}
		}
		require.Equal(t, r.First_gold_rank.Candidates_top10, first.Before, what)
		want := map[string]trace.Drop{"SELECT": trace.DropCut, "SELECT_DEMOTED": trace.DropDemoted}[r.Label]
		require.Equal(t, want, first.Drop, what)
	}
	t.Log(seen)
	require.Greater(t, seen["SELECT_DEMOTED within the stored run"], 50)
}
