package metrics_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/metrics"
)

func TestParseMeasure(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"P@5", "P@5"},
		{"nDCG@10", "nDCG@10"},
		{"NDCG@10", "nDCG@10"},
		{"MAP", "AP"},
		{"AP(rel=2)", "AP(rel=2)"},
		{"AP( rel = 2 , judged_only=True )@100", "AP(rel=2,judged_only=True)@100"},
		{`nDCG(dcg="exp-log2")@10`, "nDCG(dcg='exp-log2')@10"},
		{"nDCG(dcg='log2')", "nDCG"},
		{"ERR(max_rel=3)@20", "ERR(max_rel=3)@20"},
		{"BPref", "Bpref"},
		{"NumRet(rel=1)", "NumRet(rel=1)"},
		{"map", "AP"}, {"map_cut_10", "AP@10"}, {"ndcg_cut.20", "nDCG@20"}, {"P_30", "P@30"}, {"recall_1000", "R@1000"},
		{"recip_rank", "RR"}, {"success_5", "Success@5"}, {"set_recall", "SetR"}, {"num_rel_ret", "NumRelRet"},
	} {
		m, err := metrics.ParseMeasure(tt.in)
		require.NoError(t, err, tt.in)
		require.Equal(t, tt.want, m.String(), tt.in)
	}
	for _, tt := range []struct{ in, says string }{
		{"P", "P@10"}, {"P@0", "at least 1"}, {"P@-1", "at least 1"}, {"P@5x", "at least 1"}, {"P@+5", "at least 1"},
		{"foo@3", "unknown name"}, {"", "unknown name"}, {"Rprec@5", "takes no cutoff"}, {"nDCG(rel=2)@3", "no parameter"},
		{"ERR(rel=2)@3", "no parameter"}, {"P(rel=0)@5", "at least 1"}, {"P(rel=2@5", "not closed"}, {"nDCG(dcg='x')", "exp-log2"},
		{"P()@5", "no parameter"}, {"ndcg_cut", "ndcg_cut_10"}, {"AP(judged_only=maybe)", "True or False"}, {"P@5@6", "at least 1"},
	} {
		_, err := metrics.ParseMeasure(tt.in)
		require.ErrorContains(t, err, tt.says, tt.in)
	}
}

func TestParseMeasures(t *testing.T) {
	ms, err := metrics.ParseMeasures("P@5, AP(rel=2, judged_only=True)\n nDCG@10")
	require.NoError(t, err)
	var got []string
	for _, m := range ms {
		got = append(got, m.String())
	}
	require.Equal(t, []string{"P@5", "AP(rel=2,judged_only=True)", "nDCG@10"}, got)
	_, err = metrics.ParseMeasures(" , ")
	require.ErrorContains(t, err, "no measure")
	_, err = metrics.ParseMeasures("AP map")
	require.ErrorContains(t, err, "twice")
}

func TestMeasureMayNotBeUnknown(t *testing.T) {
	_, err := metrics.Measure{}.Of(metrics.Topic{})
	require.ErrorContains(t, err, "unknown measure")
	_, err = metrics.Measure{Kind: metrics.KindP}.Of(metrics.Topic{})
	require.ErrorIs(t, err, metrics.ErrCutoff)
}

func FuzzParseMeasure(f *testing.F) {
	for _, s := range []string{"P@5", "AP(rel=2)", "nDCG(dcg='exp-log2',judged_only=True)@10", "map_cut_10", "ERR(max_rel=3)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := metrics.ParseMeasure(s)
		if err != nil {
			return
		}
		again, err := metrics.ParseMeasure(m.String())
		if err != nil || again != m {
			t.Errorf("%q reads as %v, which reads as %v, %v", s, m, again, err)
		}
	})
}
