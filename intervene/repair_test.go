package intervene

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/trace"
)

// lostAt is a record that says where its evidence was, with arms beside three failed replays.
func lostAt(candidates, context, sufficient trace.Truth, arms ...trace.Arm) *trace.Record {
	p := func(t trace.Truth) trace.Predicate { return trace.Predicate{Truth: t, P: .95, Grade: trace.GradeB} }
	return &trace.Record{ID: "q", Evidence: trace.Evidence{
		Retrieve: &trace.RetrieveEvidence{InCandidates: p(candidates)},
		Rerank:   &trace.RerankEvidence{InContext: p(context)},
		Ground:   &trace.GroundEvidence{Sufficient: p(sufficient)},
		Arms:     append([]trace.Arm{{Name: trace.ArmReplay, N: 3}}, arms...),
	}}
}

func TestRepair(t *testing.T) {
	yes, no, open := trace.Yes, trace.No, trace.TruthUnknown
	right := func(name string) trace.Arm { return trace.Arm{Name: name, N: 3, K: 3} }
	wrong := func(name string) trace.Arm { return trace.Arm{Name: name, N: 9} }
	probed := lostAt(no, no, no, right(trace.ArmInsertGold))
	probed.Evidence.Probes = []trace.Probe{{Kind: trace.QueryAsAsked, Rank: 2}}
	deeper := lostAt(no, no, no, right(trace.ArmInsertGold))
	deeper.Evidence.Probes = []trace.Probe{{Kind: trace.ProbeDepth, Rank: 60}}
	doubted := lostAt(no, no, no, right(trace.ArmInsertGold))
	doubted.Evidence.Retrieve.InCandidates.Grade = trace.GradeD
	shared := lostAt(yes, no, no, right(trace.ArmInsertGold), trace.Arm{Name: trace.ArmOracleSelect, N: 3, K: 3, Same: trace.ArmInsertGold})
	flaky := lostAt(no, no, no, right(trace.ArmInsertGold))
	flaky.Evidence.Arms[0].K = 2

	q, r, k, g := trace.StageQuery, trace.StageRetrieve, trace.StageRerank, trace.StageGround
	for _, tt := range []struct {
		name   string
		rec    *trace.Record
		first  []trace.Stage
		degree map[trace.Stage]float64
		either bool
	}{
		{"lost before the candidates, and put in it repairs", lostAt(no, no, no, right(trace.ArmInsertGold)), []trace.Stage{r}, map[trace.Stage]float64{r: 1}, false},
		{"lost in selection", lostAt(yes, no, no, right(trace.ArmOracleSelect)), []trace.Stage{k}, map[trace.Stage]float64{k: 1}, false},
		{"the same prompt tried under another name", shared, []trace.Stage{k}, map[trace.Stage]float64{k: 1}, false},
		{"it was in the prompt: no call is needed", lostAt(yes, yes, yes), []trace.Stage{g}, map[trace.Stage]float64{g: 1}, false},
		{"put in, it is not used: both", lostAt(no, no, no, wrong(trace.ArmInsertGold)), []trace.Stage{r, g}, map[trace.Stage]float64{r: .5, g: .5}, false},
		{"it suffices without gold: either", lostAt(no, no, yes, right(trace.ArmInsertGold)), []trace.Stage{r}, map[trace.Stage]float64{r: 1, g: 1}, true},
		{"another query finds it: that comes first", probed, []trace.Stage{q}, map[trace.Stage]float64{q: 1, r: 1}, true},
		{"the same query finds it deeper", deeper, []trace.Stage{r}, map[trace.Stage]float64{r: 1}, false},

		{"not run", lostAt(no, no, no), nil, nil, false},
		{"too few runs to tell", lostAt(no, no, no, trace.Arm{Name: trace.ArmInsertGold, N: 3, K: 1}), nil, nil, false},
		{"another thing changed too", lostAt(no, no, no, trace.Arm{Name: trace.ArmInsertGold, N: 3, K: 3, Confounded: "longer"}), nil, nil, false},
		{"where it was lost is not known", lostAt(open, open, open, right(trace.ArmInsertGold)), nil, nil, false},
		{"where it was lost is a guess", doubted, nil, nil, false},
		{"chance repairs it as well", flaky, nil, nil, false},
	} {
		replays := countsOf(tt.rec)[trace.ArmReplay]
		got := repair(tt.rec, &diagnose.Diagnosis{Status: diagnose.StatusUndetermined}, Effects(tt.rec), replays)
		if tt.first == nil {
			require.Nil(t, got, tt.name)
			continue
		}
		require.NotNil(t, got, tt.name)
		require.Equal(t, tt.first, got.First, tt.name)
		require.Equal(t, tt.either, got.Either, tt.name)
		have := map[trace.Stage]float64{}
		for _, x := range got.Responsible {
			have[x.Stage] = x.Degree
		}
		require.Equal(t, tt.degree, have, tt.name)
		require.Equal(t, len(tt.degree) > 1, strings.Contains(got.Text, "responsibility"), got.Text)
	}

	// It never is beside a root that it contradicts.
	rec := lostAt(no, no, no, right(trace.ArmInsertGold))
	d := &diagnose.Diagnosis{Status: diagnose.StatusDiagnosed, Root: diagnose.Attribution{Cause: diagnose.Ignore}}
	require.Nil(t, repair(rec, d, Effects(rec), Count{N: 3}))
	d.Root.Cause = diagnose.Query
	require.Equal(t, []trace.Stage{r}, repair(rec, d, Effects(rec), Count{N: 3}).First)
}
