package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	someQrels = "q1 0 a 1\nq1 0 b 0\nq2 0 c 2\nq3 0 a 0\n"
	someRun   = "q1 Q0 b 1 3.0 t\nq1 Q0 a 2 2.0 t\nq2 Q0 c 1 1.5 t\nq3 Q0 d 2 1.5 t\nq9 Q0 d 2 1.5 t\n"
)

func TestMetricsRetrieval(t *testing.T) {
	inFolder(t, map[string]string{
		"q": someQrels, "r": someRun, "better": strings.Replace(someRun, "q1 Q0 a 2 2.0", "q1 Q0 a 2 4", 1), "part": "q1 Q0 a 1 1 t\n",
	})
	t.Run("rows", func(t *testing.T) {
		require.Equal(t, "P@5\tq1\t0.2000\nNumRet\tq1\t2\nP@5\tq2\t0.2000\nNumRet\tq2\t1\nP@5\tq3\t0.0000\nNumRet\tq3\t1\nP@5\tall\t0.1333\nNumRet\tall\t4\n",
			mustRunMetrics(t, "", "retrieval", "--qrels", "q", "--run", "r", "--measures", "P@5 NumRet", "--per-query", "--format", "tsv"))
	})
	t.Run("full precision", func(t *testing.T) {
		require.Equal(t, "nDCG\tall\t0.54364325119048573\n",
			mustRunMetrics(t, "", "retrieval", "--qrels", "q", "--run", "r", "--measures", "nDCG", "--format", "tsv", "--precision", "full"))
	})
	t.Run("undefined is null with a reason", func(t *testing.T) {
		require.Equal(t, `{"measure":"AP","query":"q3","value":null,"value_reason":"no relevant document is known"}`+"\n"+
			`{"measure":"AP","query":"all","value":0.75,"n":2,"undefined":1,"missing":0,"ignored":1}`+"\n",
			afterLine(mustRunMetrics(t, "", "retrieval", "--qrels", "q", "--run", "r", "--measures", "AP", "--per-query", "--no-relevant", "skip", "--format", "jsonl"), 2))
	})
	t.Run("ties at the cutoff", func(t *testing.T) {
		inFolder(t, map[string]string{"q": someQrels, "r": "q1 Q0 a 1 1 t\nq1 Q0 b 2 1 t\nq2 Q0 a 1 2 t\nq2 Q0 b 2 1 t\nq3 Q0 a 1 1 t\n"})
		require.Contains(t, mustRunMetrics(t, "", "retrieval", "--qrels", "q", "--run", "r", "--measures", "P@1", "--format", "jsonl", "--precision", "4"),
			`"ignored":0,"ties_at_cut":0.3333}`)
		text := mustRunMetrics(t, "", "retrieval", "--qrels", "q", "--run", "r", "--measures", "P@1 P@2 AP")
		require.Contains(t, text, "share of queries with a tie at rank 1: 0.3333\n")
		require.NotContains(t, text, "at rank 2")
	})
	t.Run("relevance level", func(t *testing.T) {
		require.Equal(t, "P@1\tall\t0.3333\nP(rel=1)@1\tall\t0.3333\nnDCG@1\tall\t0.3333\n",
			mustRunMetrics(t, "", "retrieval", "--qrels", "q", "--run", "r", "--rel", "2", "--measures", "P@1 P(rel=1)@1 nDCG@1", "--format", "tsv"))
	})
	t.Run("missing queries", func(t *testing.T) {
		_, err := runMetrics(t, "", "retrieval", "--qrels", "q", "--run", "part")
		require.EqualError(t, err, "part: judged queries that the run does not name (2): q2, q3; --missing zero counts them as 0, --missing skip leaves them out")
		require.Equal(t, exitUsage, exitCode(err))
		for _, tt := range [][]string{{"--missing", "zero", "0.3333"}, {"--missing", "skip", "1.0000"}, {"--convention", "trec_eval", "1.0000"}, {"--convention", "trec_eval9", "1.0000"}} {
			require.Equal(t, "AP\tall\t"+tt[2]+"\n", mustRunMetrics(t, "", "retrieval", "--qrels", "q", "--run", "part", "--measures", "AP", "--format", "tsv", tt[0], tt[1]))
		}
	})
	t.Run("standard input, interleaved", func(t *testing.T) {
		require.Equal(t, "RR\tall\t0.5000\n", mustRunMetrics(t, "q1 Q0 b 1 3 t\nq2 Q0 c 1 1 t\nq1 Q0 a 1 2 t\nq3 Q0 c 1 1 t\n",
			"retrieval", "--qrels", "q", "--run", "-", "--measures", "RR", "--format", "tsv"))
	})
	t.Run("several runs are compared with the first", func(t *testing.T) {
		var rows []map[string]any
		for line := range strings.Lines(mustRunMetrics(t, "", "retrieval", "--qrels", "q", "--run", "r", "--run", "better", "--measures", "AP NumRet", "--format", "jsonl")) {
			row := map[string]any{}
			require.NoError(t, json.Unmarshal([]byte(line), &row))
			rows = append(rows, row)
		}
		require.Len(t, rows, 5, "two values of two runs and one comparison")
		last := rows[4]
		require.Equal(t, "better", last["run"])
		require.Equal(t, "r", last["against"])
		require.InDelta(t, .5/3, last["delta"], 1e-15)
		require.Equal(t, 1., last["p"])
		require.Equal(t, 1., last["p_holm"])
		require.Contains(t, last["method"], "sign-flip")
	})
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"--qrels", "q"}, "give --qrels FILE"},
		{[]string{"--qrels", "none", "--run", "r"}, "none: no such file"},
		{[]string{"--qrels", "q", "--run", "none"}, "none: no such file"},
		{[]string{"--qrels", "q", "--run", "r", "--measures", "P"}, "P@10"},
		{[]string{"--qrels", "q", "--run", "r", "--missing", "x"}, "error, zero or skip"},
		{[]string{"--qrels", "q", "--run", "r", "--no-relevant", "x"}, "zero or skip"},
		{[]string{"--qrels", "q", "--run", "r", "--convention", "x"}, "trec_eval"},
		{[]string{"--qrels", "q", "--run", "r", "--rel", "-1"}, "at least 1"},
		{[]string{"--qrels", "q", "--run", "r", "--format", "xml"}, "jsonl"},
		{[]string{"--qrels", "q", "--run", "r", "--precision", "x"}, "full"},
		{[]string{"--qrels", "r", "--run", "q"}, "r:1: more than 4 fields"},
		{[]string{"--qrels", "q", "--run", "q"}, "q:1: 4 fields, want 6"},
	} {
		_, err := runMetrics(t, "", append([]string{"retrieval"}, tt.args...)...)
		require.ErrorContains(t, err, tt.want, "%v", tt.args)
		require.Equal(t, exitUsage, exitCode(err), "%v", tt.args)
	}
}
