package judge

import (
	"context"
	"fmt"
	"sync"

	"github.com/ragdiag/ragdiag/trace"
)

// AskAll asks several queries, at most workers at a time, and returns the
// judgements query by query. The first error ends it; nothing runs on after it
// returns.
func (j *Judge) AskAll(ctx context.Context, queries []Query, workers int) ([][]trace.Judgement, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	out := make([][]trace.Judgement, len(queries))
	jobs := make(chan int)
	var running sync.WaitGroup
	for range max(1, min(workers, len(queries))) {
		running.Go(func() {
			for i := range jobs {
				got, err := j.askSafely(ctx, queries[i])
				if err != nil {
					cancel(err)
					continue
				}
				out[i] = got
			}
		})
	}
	for i := range queries {
		if ctx.Err() != nil {
			break
		}
		jobs <- i
	}
	close(jobs)
	running.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return out, nil
}

// askSafely is Ask with a panic as an error, for a goroutine in which it would
// end the program.
func (j *Judge) askSafely(ctx context.Context, q Query) (got []trace.Judgement, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("judge: a fault of ragdiag, please report it: %v", fault)
		}
	}()
	got, _, err = j.Ask(ctx, q)
	return got, err
}
