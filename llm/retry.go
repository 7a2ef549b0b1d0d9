package llm

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// RetryOptions says how often and how patiently to repeat a failed call.
type RetryOptions struct {
	Attempts int           `yaml:"attempts"` // calls in all; 0 means 6
	Base     time.Duration `yaml:"base"`     // bound of the first wait, doubled each time; 0 means 500 ms
	Cap      time.Duration `yaml:"cap"`      // longest wait, also at the server's wish; 0 means 60 s
	Seed     uint64        `yaml:"-"`        // of the jitter; it never reaches a result
}

// Retry returns g with temporary failures repeated. The wait before attempt
// n+1 is drawn uniformly from [0, min(Cap, Base·2ⁿ⁻¹)] ("full jitter"), so that
// clients that failed together do not come back together; a Retry-After of the
// server is added below it. A server that asks for more than Cap is not waited
// for: the error says so.
//
// Until the first reply, a connection that fails and a web page in its place
// are repeated fewer times: most likely the address is wrong.
func Retry(g Generator, o RetryOptions) Generator {
	return &retrier{g, NewRetrier(o)}
}

// Retrier repeats calls of any kind, as Retry does those of a Generator. It is
// safe for concurrent use.
type Retrier struct {
	opt     RetryOptions
	replied atomic.Bool

	mu   sync.Mutex // guards rand
	rand *rand.Rand
}

// NewRetrier returns a retrier for the calls to one server.
func NewRetrier(o RetryOptions) *Retrier {
	if o.Attempts <= 0 {
		o.Attempts = 6
	}
	if o.Base <= 0 {
		o.Base = 500 * time.Millisecond
	}
	if o.Cap <= 0 {
		o.Cap = time.Minute
	}
	return &Retrier{opt: o, rand: rand.New(rand.NewPCG(o.Seed, 0))}
}

type retrier struct {
	Generator
	r *Retrier
}

// Generate repeats the call.
func (r *retrier) Generate(ctx context.Context, req Request) (reply Reply, err error) {
	err = r.r.Do(ctx, func() error {
		reply, err = r.Generator.Generate(ctx, req)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return reply, nil
}

// Do calls f until it succeeds, fails for good, ctx ends or the attempts are
// used up. An error of f that is no *Error is not repeated.
func (r *Retrier) Do(ctx context.Context, f func() error) error {
	for attempt := 1; ; attempt++ {
		err := f()
		if err == nil {
			r.replied.Store(true)
		}
		if err == nil || ctx.Err() != nil {
			return err
		}
		e, ok := errors.AsType[*Error](err)
		if !ok {
			return err
		}
		e.Attempts = attempt
		if !e.Kind.Temporary() || attempt >= r.attempts(e.Kind) {
			return e
		}
		if e.RetryAfter > r.opt.Cap {
			e.Message = fmt.Sprintf("the server asks to wait %v: %s", e.RetryAfter, e.Message)
			return e
		}
		if wait(ctx, e.RetryAfter+r.jitter(attempt)) != nil {
			return fmt.Errorf("%w while waiting to repeat the call: %w", context.Cause(ctx), e)
		}
	}
}

// earlyAttempts is how often a call is made whose address may be wrong.
const earlyAttempts = 3

// attempts returns how many calls a failure of this kind allows in all.
func (r *Retrier) attempts(k Kind) int {
	if (k == KindUnreachable || k == KindNotJSON) && !r.replied.Load() {
		return min(earlyAttempts, r.opt.Attempts)
	}
	return r.opt.Attempts
}

// jitter draws the wait after the given attempt, which counts from 1.
func (r *Retrier) jitter(attempt int) time.Duration {
	bound := r.opt.Cap
	if shift := attempt - 1; shift < 32 && r.opt.Base < r.opt.Cap>>shift {
		bound = r.opt.Base << shift
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return time.Duration(r.rand.Int64N(int64(bound) + 1))
}

// wait returns after d, or at once with ctx's error when ctx ends first.
func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// longest is a wait that nobody will wait for.
const longest = 100 * 365 * 24 * time.Hour

// RetryAfter reads the header of this name: seconds or an HTTP date, by the
// server's clock; 0: none, or in the past. It is never more than 100 years.
func RetryAfter(header string, now time.Time) time.Duration {
	if s, err := strconv.ParseFloat(header, 64); s > 0 { // one that is out of range is infinite
		return time.Duration(min(s, longest.Seconds()) * float64(time.Second))
	} else if err == nil {
		return 0
	}
	if at, err := http.ParseTime(header); err == nil {
		return min(max(0, at.Sub(now)), longest)
	}
	return 0
}
