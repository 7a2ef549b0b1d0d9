package llm

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// answering replies when it is told to, unless its context ends first.
type answering struct {
	asked chan struct{}
	reply chan Reply
}

func (answering) Name() string { return "answering" }

func (a answering) Generate(ctx context.Context, _ Request) (Reply, error) {
	a.asked <- struct{}{}
	select {
	case r := <-a.reply:
		return r, nil
	case <-ctx.Done():
		return Reply{}, context.Cause(ctx)
	}
}

// TestInterruptedCallsAreKept interrupts a call that is under way: its reply
// still comes and is kept, and no other call is begun.
func TestInterruptedCallsAreKept(t *testing.T) {
	a := answering{make(chan struct{}, 1), make(chan Reply)}
	cache, err := NewCache(Retry(Finish(a), RetryOptions{}), t.TempDir(), false)
	require.NoError(t, err)
	ctx, interrupt := context.WithCancelCause(t.Context())
	before := UnderWay()
	done := make(chan error, 1)
	go func() {
		reply, err := cache.Generate(ctx, Request{User: "Why?"})
		if err == nil && reply.Text != "Because." {
			err = ErrInterrupted
		}
		done <- err
	}()
	<-a.asked
	require.Equal(t, before+1, UnderWay())
	interrupt(ErrInterrupted)
	a.reply <- Reply{Text: "Because."}
	require.NoError(t, <-done)
	require.Equal(t, before, UnderWay())
	_, kept, err := cache.Lookup(Request{User: "Why?"})
	require.NoError(t, err)
	require.True(t, kept)
	_, err = cache.Generate(ctx, Request{User: "What else?"})
	require.ErrorIs(t, err, ErrInterrupted)
	require.ErrorIs(t, err, context.Canceled)
}

// TestOtherEndsCutCalls: a call is not awaited where nobody interrupted.
func TestOtherEndsCutCalls(t *testing.T) {
	a := answering{make(chan struct{}, 1), make(chan Reply)}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := Finish(a).Generate(ctx, Request{})
		done <- err
	}()
	<-a.asked
	cancel()
	require.ErrorIs(t, <-done, context.Canceled)
}
