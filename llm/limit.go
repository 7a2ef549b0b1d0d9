package llm

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Rate lets at most perSecond calls start in a second, by a token bucket that
// holds one second's worth, and at least one.
func Rate(g Generator, perSecond float64) Generator {
	return &rated{g, rate.NewLimiter(rate.Limit(perSecond), max(1, int(perSecond)))}
}

type rated struct {
	Generator
	bucket *rate.Limiter
}

func (r *rated) Generate(ctx context.Context, req Request) (Reply, error) {
	if err := r.bucket.Wait(ctx); err != nil {
		if ctx.Err() != nil {
			return Reply{}, context.Cause(ctx)
		}
		// The bucket does not even wait for what would come too late.
		<-ctx.Done()
		return Reply{}, fmt.Errorf("waiting for the rate limit: %w", context.Cause(ctx))
	}
	return r.Generator.Generate(ctx, req)
}

// The settings of Adaptive.
const (
	startLimit = 8   // calls in flight at first
	easeOff    = 0.9 // what a busy server leaves of the limit: close to it, so that its capacity is used
	backOff    = 0.5 // what a server that does not answer in time leaves
)

// Adaptive lets as many calls be in flight as the server can take, up to most.
// It begins with a few and doubles them every round until the server first says
// that it is busy or does not answer in time; from then on it adds one a round
// and takes away a share each time the server is busy (AIMD). Calls that were
// under way when the limit fell do not lower it again.
func Adaptive(g Generator, most int) Generator {
	return &adaptive{Generator: g, most: float64(most), limit: float64(min(startLimit, most)), opening: true}
}

type adaptive struct {
	Generator
	most float64

	mu      sync.Mutex // guards what follows
	limit   float64
	opening bool // no failure yet
	flying  int
	queue   []chan struct{} // waiting, in order of arrival
	fell    time.Time       // when the limit fell last
}

func (a *adaptive) Generate(ctx context.Context, req Request) (Reply, error) {
	if err := a.enter(ctx); err != nil {
		return Reply{}, err
	}
	began := time.Now()
	reply, err := a.Generator.Generate(ctx, req)
	a.leave(began, err)
	return reply, err
}

// enter waits for a free place.
func (a *adaptive) enter(ctx context.Context) error {
	a.mu.Lock()
	if float64(a.flying+1) <= a.limit && len(a.queue) == 0 {
		a.flying++
		a.mu.Unlock()
		return nil
	}
	turn := make(chan struct{})
	a.queue = append(a.queue, turn)
	a.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for i, q := range a.queue {
		if q == turn {
			a.queue = append(a.queue[:i], a.queue[i+1:]...)
			return context.Cause(ctx)
		}
	}
	a.flying-- // the turn came at the same moment
	a.admit()
	return context.Cause(ctx)
}

// leave frees a place and learns from how the call ended.
func (a *adaptive) leave(began time.Time, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	full := float64(a.flying+1) > a.limit
	a.flying--
	switch share := congestion(err); {
	case share < 1:
		if began.After(a.fell) || a.fell.IsZero() {
			a.limit, a.opening, a.fell = max(1, a.limit*share), false, time.Now()
		}
	case err == nil && full && a.opening:
		a.limit = min(a.most, a.limit+1)
	case err == nil && full:
		a.limit = min(a.most, a.limit+1/a.limit)
	}
	a.admit()
}

// admit lets those in who wait, as far as there is room.
func (a *adaptive) admit() {
	for len(a.queue) > 0 && float64(a.flying+1) <= a.limit {
		a.flying++
		close(a.queue[0])
		a.queue = a.queue[1:]
	}
}

// congestion returns which share of the limit an outcome leaves; 1: all of it.
func congestion(err error) float64 {
	e, ok := errors.AsType[*Error](err)
	switch {
	case !ok:
		return 1
	case e.Kind == KindTimeout:
		return backOff
	case e.Kind == KindRate, e.Status == http.StatusServiceUnavailable, e.Status == 529: // 529: overloaded, of Anthropic's gateways
		return easeOff
	}
	return 1
}

// Fit refuses a request that cannot fit into window tokens, before it is sent:
// a server may cut it in silence. It counts by LeastTokens, so that it refuses
// nothing that fits.
func Fit(g Generator, window int) Generator { return &fit{g, window} }

type fit struct {
	Generator
	window int
}

func (f *fit) Generate(ctx context.Context, req Request) (Reply, error) {
	least, _ := promptTokens(req)
	if over := least + req.MaxTokens - f.window; over > 0 {
		return Reply{}, &Error{Kind: KindTooLong, Record: req.ID, Message: fmt.Sprintf(
			"the prompt has %d tokens or more and the answer up to %d, at least %d more than the window of %d", least, req.MaxTokens, over, f.window)}
	}
	return f.Generator.Generate(ctx, req)
}
