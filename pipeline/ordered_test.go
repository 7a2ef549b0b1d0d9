package pipeline

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// bleve keeps the workers of its analysis queue for the life of the process.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/blevesearch/bleve_index_api.AnalysisWorker"))
}

func numbers(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func TestOrderedKeepsTheOrder(t *testing.T) {
	for _, workers := range []int{1, 2, 7} {
		got := slices.Collect(ordered(t.Context(), numbers(500), workers, func(_ context.Context, i int) int { return i * i }))
		require.Len(t, got, 500)
		for i, v := range got {
			require.Equal(t, i*i, v)
		}
	}
}

// The window is bounded: while the first element hangs, only so many others
// are read.
func TestOrderedIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const workers = 3
		release := make(chan struct{})
		var read atomic.Int64
		in := func(yield func(int) bool) {
			for i := range 100 {
				read.Add(1)
				if !yield(i) {
					return
				}
			}
		}
		done := make(chan []int)
		go func() {
			done <- slices.Collect(ordered(t.Context(), in, workers, func(_ context.Context, i int) int {
				if i == 0 {
					<-release
				}
				return i
			}))
		}()
		synctest.Wait() // until nothing moves any more
		require.LessOrEqual(t, read.Load(), int64(2*workers))
		close(release)
		require.Len(t, <-done, 100)
	})
}

func TestOrderedStopsEarly(t *testing.T) {
	read := 0
	in := func(yield func(int) bool) {
		for i := 0; ; i++ {
			read = i
			if !yield(i) {
				return
			}
		}
	}
	for v := range ordered(t.Context(), in, 4, func(_ context.Context, i int) int { return i }) {
		if v == 10 {
			break
		}
	}
	require.Less(t, read, 100, "an endless input must not be read on")
}

func TestOrderedStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	for range ordered(ctx, numbers(1_000_000), 4, func(_ context.Context, i int) int { return i }) {
		if n++; n == 5 {
			cancel()
		}
	}
	require.Less(t, n, 1_000_000)
}
