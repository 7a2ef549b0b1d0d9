package metrics_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/metrics"
)

func TestGoldSets(t *testing.T) {
	ranked := []string{"a", "x", "b", "c"}
	sets := [][]string{{"a", "b"}, {"c", "d", "e"}, {}}
	near(t, "half of the first set", .5)(metrics.SetRecallAt(2, ranked, sets))
	near(t, "not full", 0)(metrics.FullAt(2, ranked, sets))
	near(t, "full", 1)(metrics.FullAt(3, ranked, sets))
	near(t, "a document named twice in a set is one", 1)(metrics.SetRecallAt(1, ranked, [][]string{{"a", "a"}}))
	_, err := metrics.FullAt(3, ranked, [][]string{{}})
	require.ErrorIs(t, err, metrics.ErrNoRelevant)
	_, err = metrics.SetRecallAt(0, ranked, sets)
	require.ErrorIs(t, err, metrics.ErrCutoff)
	_, err = metrics.SetRecallAt(2, []string{"a", "a"}, sets)
	require.ErrorIs(t, err, metrics.ErrDuplicate)
}
