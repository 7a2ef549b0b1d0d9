package llm

import (
	"context"
	"errors"
	"fmt"
	"math"
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
	easeOff    = 0.9 // share of what was served that a busy server gets: close to it, so that its capacity is used
	backOff    = 0.5 // what a server that does not answer in time leaves
	leastCalls = 40  // calls that a share of refusals is measured on, or a window of them if that is more
	mostBase   = 0.5 // share of refusals above which the server has its way, whatever they depend on
	smoothing  = 8.  // measurements that the usual share of refusals is averaged over
)

// Adaptive lets as many calls be in flight as the server can take, up to most:
// the window. It begins with a few and doubles them every round until the server
// first says that it is busy or does not answer in time; from then on it adds one
// a round.
//
// Refusals that come with the window are told from those that come anyway, as
// from a gateway that refuses one call of ten whoever asks. The former end when
// the window shrinks, the latter do not. So when more calls are refused than
// usual, the window is held for a round trip and measured: the share refused, and
// how many calls were served at once (their rate times their time). Then it
// shrinks to nine tenths of those served, and the share is measured again. If it
// has not fallen by half of what it was above the usual, the refusals have
// nothing to do with the window: it is restored and opens on, and their share is
// the usual one from then on. There is one decrease for each such experiment, however many
// calls it refused. A server that refuses most calls always gets the smaller
// window. Retry waits as long as a refusal asks, call by call.
func Adaptive(g Generator, most int) Generator {
	return &adaptive{Generator: g, most: float64(most), limit: float64(min(startLimit, most)), opening: true}
}

// phase is what an adaptive window is at.
type phase uint8

const (
	growing   phase = iota
	measuring       // held where more calls than usual were refused
	trying          // held at what was served there
)

type adaptive struct {
	Generator
	most float64

	mu      sync.Mutex // guards what follows
	limit   float64
	opening bool // no failure yet that has to do with the window
	flying  int
	queue   []chan struct{} // waiting, in order of arrival
	fell    time.Time       // when a late reply last made the limit fall

	phase  phase
	since  time.Time     // when the phase began; calls from before it do not count
	round  time.Duration // mean time of a served call; 0: none yet
	usual  float64       // share of calls refused whatever the window is
	ended  int           // calls that began in the phase and were served or refused …
	busy   int           // … and were refused
	served int           // calls served after the first round of the phase, whenever they began
	before float64       // the window that is measured
	share  float64       // of calls refused there
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
	now := time.Now()
	full := float64(a.flying+1) > a.limit
	// While the window is measured a refused call keeps its place for as long as a
	// served one would: else the places beyond what the server takes would be
	// refused again and again meanwhile.
	if rest := a.round - now.Sub(began); a.phase == measuring && rest > 0 && refused(err) {
		a.count(began, now, true)
		time.AfterFunc(rest, func() {
			a.mu.Lock()
			defer a.mu.Unlock()
			a.flying--
			a.admit()
		})
		return
	}
	a.flying--
	switch {
	case late(err):
		if began.After(a.fell) || a.fell.IsZero() {
			a.limit, a.opening, a.fell = max(1, a.limit*backOff), false, now
			a.enterPhase(growing, now)
		}
	case refused(err):
		a.count(began, now, true)
	case err == nil:
		took := now.Sub(began)
		if a.round == 0 {
			a.round = took
		}
		a.round += (took - a.round) / smoothing
		if full && a.phase == growing {
			a.grow()
		}
		a.count(began, now, false)
	}
	a.admit()
}

// grow adds one call a round, or doubles them.
func (a *adaptive) grow() {
	step := 1.
	if !a.opening {
		step /= a.limit
	}
	a.limit = min(a.most, a.limit+step)
}

func (a *adaptive) enterPhase(p phase, now time.Time) {
	a.phase, a.since, a.ended, a.busy, a.served = p, now, 0, 0, 0
}

// count adds an outcome to what the phase has seen, and ends the phase when it
// has seen enough.
func (a *adaptive) count(began, now time.Time, busy bool) {
	settled := now.Sub(a.since) >= a.round // what the phase before had sent is answered
	if !busy && settled {
		a.served++
	}
	if began.Before(a.since) {
		return
	}
	a.ended++
	if busy {
		a.busy++
	}
	n := max(leastCalls, int(a.limit))
	if a.phase == growing {
		switch share := float64(a.busy) / float64(a.ended); {
		case a.unusual(a.busy, n): // more in part of n calls than all of them would have
			a.before = a.limit
			a.enterPhase(measuring, now)
		case a.ended >= n:
			a.usual += (share - a.usual) / smoothing
			a.enterPhase(growing, now)
		}
		return
	}
	elapsed := now.Sub(a.since)
	if a.ended < n || elapsed < 2*a.round {
		return
	}
	share := float64(a.busy) / float64(a.ended)
	if a.phase == trying {
		if share > (a.usual+a.share)/2 && share <= mostBase { // it does not hang on the window
			a.usual, a.limit, a.opening = (a.share+share)/2, a.before, true
		} else {
			a.opening = false
		}
		a.enterPhase(growing, now)
		return
	}
	if !a.unusual(a.busy, a.ended) {
		a.enterPhase(growing, now)
		return
	}
	a.share = share
	if measured := elapsed - a.round; measured > 0 {
		at := float64(a.served) * float64(a.round) / float64(measured) // Little's law
		a.limit = max(1, easeOff*min(a.limit, at))
	} else {
		a.limit = max(1, easeOff*a.limit)
	}
	a.enterPhase(trying, now)
}

// unusual reports whether so many refusals of n calls are more than chance makes
// of the usual share: two standard deviations above it.
func (a *adaptive) unusual(busy, n int) bool {
	p := max(a.usual, 1/float64(n))
	return float64(busy) > a.usual*float64(n)+2*math.Sqrt(float64(n)*p*(1-p))
}

// admit lets those in who wait, as far as there is room.
func (a *adaptive) admit() {
	for len(a.queue) > 0 && float64(a.flying+1) <= a.limit {
		a.flying++
		close(a.queue[0])
		a.queue = a.queue[1:]
	}
}

// late reports whether the server did not answer in time.
func late(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Kind == KindTimeout
}

// refused reports whether the server said that it is busy.
func refused(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && (e.Kind == KindRate || e.Status == http.StatusServiceUnavailable || e.Status == 529) // 529: overloaded, of Anthropic's gateways
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
