package intervene

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/trace"
)

// What the gates left open stays open until an arm speaks: a replay that fails
// like the recorded answer tells a retrieval miss neither from a corpus gap nor
// from a lost selection.
func TestDecideLeavesOpenWhatNoArmTells(t *testing.T) {
	open := func() *diagnose.Diagnosis {
		return &diagnose.Diagnosis{
			Status: diagnose.StatusUndetermined,
			Set:    []diagnose.Cause{diagnose.Query, diagnose.Retrieve, diagnose.CorpusGap, diagnose.Select},
			Chances: []diagnose.Chance{
				{Cause: diagnose.Retrieve, P: .8}, {Cause: diagnose.Query, P: .05}, {Cause: diagnose.Select, P: .05}, {Cause: diagnose.Ignore, P: .1},
			},
		}
	}
	arms := func(arms ...trace.Arm) *trace.Record {
		return &trace.Record{ID: "q", Evidence: trace.Evidence{Arms: arms}}
	}
	beliefs := Beliefs{Mix: DefaultMix(), Likelihoods: DefaultLikelihoods(), Match: MatchErrors{False: .02, Missed: .02}}
	replays := trace.Arm{Name: trace.ArmReplay, N: 3, K: 0}
	gold := trace.Arm{Name: trace.ArmInsertGold, N: 3, K: 3}
	chosen := trace.Arm{Name: trace.ArmOracleSelect, N: 3, K: 0}

	for _, tt := range []struct {
		name string
		rec  *trace.Record
		left []diagnose.Cause // nil: diagnosed
	}{
		{"replays alone", arms(replays), []diagnose.Cause{diagnose.Retrieve, diagnose.CorpusGap, diagnose.Select}},
		{"evidence put in: all three look the same", arms(replays, gold), []diagnose.Cause{diagnose.Retrieve, diagnose.CorpusGap, diagnose.Select}},
		{"and selection acquitted", arms(replays, gold, chosen), []diagnose.Cause{diagnose.Retrieve, diagnose.CorpusGap}},
	} {
		d := open()
		Decide(tt.rec, d, beliefs)
		require.Equal(t, diagnose.StatusUndetermined, d.Status, tt.name)
		require.Equal(t, tt.left, d.Set, tt.name)
		require.Zero(t, d.Root, tt.name)
	}

	d := open()
	d.Set = []diagnose.Cause{diagnose.Retrieve, diagnose.Select}
	Decide(arms(replays, gold, chosen), d, beliefs)
	require.Equal(t, diagnose.StatusDiagnosed, d.Status)
	require.Equal(t, diagnose.Retrieve, d.Root.Cause)
	require.Equal(t, trace.GradeA, d.Root.Grade)
	d = open()
	d.Set = []diagnose.Cause{diagnose.Retrieve, diagnose.Select}
	Decide(arms(replays), d, beliefs)
	require.Equal(t, []diagnose.Cause{diagnose.Retrieve, diagnose.Select}, d.Set)
}

// A verdict by experiment says what its probability rests on, once.
func TestDecideSaysWhatItsProbabilityRestsOn(t *testing.T) {
	rec := &trace.Record{ID: "q", Evidence: trace.Evidence{Arms: []trace.Arm{{Name: trace.ArmReplay, N: 2}, {Name: trace.ArmInsertGold, N: 2, K: 2}}}}
	d := &diagnose.Diagnosis{Status: diagnose.StatusUndetermined, Set: []diagnose.Cause{diagnose.Missing, diagnose.Ignore}}
	b := Beliefs{Mix: DefaultMix(), Likelihoods: DefaultLikelihoods()}
	Decide(rec, d, b)
	require.Equal(t, ByExperiment, d.Basis)
	require.Equal(t, []string{restsOn}, d.Notes)
	Decide(rec, d, b)
	require.Equal(t, []string{restsOn}, d.Notes)
	d = &diagnose.Diagnosis{Status: diagnose.StatusUndetermined, Set: []diagnose.Cause{diagnose.Ignore}}
	Decide(&trace.Record{ID: "q"}, d, b)
	require.Empty(t, d.Notes, "nothing was asked")
}

// Missing context is believed to lie in each of its parts alike.
func TestBelievedSpreadsTheFamily(t *testing.T) {
	d := &diagnose.Diagnosis{Set: []diagnose.Cause{diagnose.Missing, diagnose.Ignore}}
	require.Equal(t, []diagnose.Chance{
		{Cause: diagnose.Query, P: 1. / 6}, {Cause: diagnose.Retrieve, P: 1. / 6}, {Cause: diagnose.Select, P: 1. / 6}, {Cause: diagnose.Ignore, P: .5},
	}, believed(d))
	d.Chances = []diagnose.Chance{{Cause: diagnose.Select, P: 1}}
	require.Equal(t, d.Chances, believed(d))
}
