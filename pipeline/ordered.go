package pipeline

import (
	"context"
	"iter"
	"sync"
)

// ordered applies f to the elements of in, workers at a time, and yields the
// results in the order of the input. At most 2·workers elements are in flight
// at any time, so one slow call cannot let results pile up. It stops reading
// when ctx ends; f must then return soon. Every goroutine has ended when the
// iteration is over, also when the consumer breaks off early.
func ordered[In, Out any](ctx context.Context, in iter.Seq[In], workers int, f func(context.Context, In) Out) iter.Seq[Out] {
	return func(yield func(Out) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var running sync.WaitGroup
		defer running.Wait()
		defer cancel()

		type job struct {
			in  In
			out chan<- Out
		}
		jobs := make(chan job)
		window := make(chan chan Out, workers) // results in input order

		running.Go(func() {
			defer close(window)
			defer close(jobs)
			for x := range in {
				out := make(chan Out, 1)
				select {
				case window <- out:
				case <-ctx.Done():
					return
				}
				// The slot is promised to the consumer, so the job must run.
				jobs <- job{x, out}
			}
		})
		for range workers {
			running.Go(func() {
				for j := range jobs {
					j.out <- f(ctx, j.in)
				}
			})
		}
		for out := range window {
			if !yield(<-out) {
				cancel()
				for range window { // let the reader get past a full window
				}
				return
			}
		}
	}
}
