package bleve

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/corpus"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// A closed index says so; reading its unmapped files would end the process.
func TestClosed(t *testing.T) {
	x := build(t, []corpus.Document{{ID: "a", Text: "Bread and salt."}, {ID: "b", Text: "Salt alone."}}, Options{}, RankExact)
	weights := x.Weights()
	require.Less(t, weights.Weight("salt"), weights.Weight("bread"))
	require.NoError(t, x.Close())
	require.NoError(t, x.Close(), "twice is once")
	_, err := x.Retrieve(t.Context(), "bread", 3)
	require.ErrorIs(t, err, ErrClosed)
	_, err = x.Explain(t.Context(), "bread", "a#0")
	require.ErrorIs(t, err, ErrClosed)
	require.Equal(t, trace.TruthUnknown, x.Has("a"))
	require.True(t, x.Holds(t.Context(), trace.Unit{ID: "a"}).IsUnknown())
	var none *text.Weights
	require.Equal(t, none.Weight("bread"), weights.Weight("bread"), "the weight of a word without a corpus")
}

// Close waits for those that are reading, and the others get an error.
func TestCloseWhileReading(t *testing.T) {
	x := build(t, []corpus.Document{{ID: "a", Text: "Bread and salt."}, {ID: "b", Text: "Salt alone."}}, Options{}, RankExact)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for {
				if _, err := x.Retrieve(t.Context(), "bread", 3); err != nil {
					assert.ErrorIs(t, err, ErrClosed)
					return
				}
			}
		})
	}
	require.NoError(t, x.Close())
	group.Wait()
}
