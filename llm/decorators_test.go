package llm

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/ragdiag/ragdiag/trace"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// server is a generator with a function for a heart.
type server func(ctx context.Context, req Request) (Reply, error)

func (server) Name() string { return "server" }
func (s server) Generate(ctx context.Context, req Request) (Reply, error) {
	return s(ctx, req)
}

// counts answers with the prompt and how often it was asked.
func counts(n *atomic.Int32) Generator {
	return server(func(_ context.Context, req Request) (Reply, error) {
		return Reply{Text: fmt.Sprint(req.User, n.Add(1)), Usage: &trace.Usage{Prompt: 1000, Completion: 10}, Logprobs: []float64{-1}}, nil
	})
}

func kindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return KindUnknown
}

func TestCache(t *testing.T) {
	var n atomic.Int32
	dir := t.TempDir()
	c, err := NewCache(counts(&n), dir, false)
	require.NoError(t, err)
	seed := int64(7)
	requests := []Request{
		{User: "a"}, {User: "b"}, {User: "a", System: "s"}, {User: "a", Replicate: 1},
		{User: "a", Schema: &Schema{Name: "x", JSON: []byte(`{}`)}}, {User: "a", Schema: &Schema{Name: "x", JSON: []byte(`{"type":"object"}`)}},
		{User: "a", Decoding: Decoding{Seed: &seed}}, {User: "a", Decoding: Decoding{Temperature: .5}}, {User: "a", Decoding: Decoding{MaxTokens: 5}},
		{User: "a", Schema: &Schema{Name: "x", JSON: []byte(`{`)}},
	}
	var first []Reply
	for _, req := range requests {
		r, err := c.Generate(t.Context(), req)
		require.NoError(t, err)
		first = append(first, r)
	}
	require.EqualValues(t, len(requests), n.Load(), "each of them is another request")
	replay, err := NewCache(server(nil), dir, true)
	require.NoError(t, err)
	for i, req := range requests {
		req.ID = "another record"
		r, err := replay.Generate(t.Context(), req)
		require.NoError(t, err)
		require.Equal(t, first[i], r)
		r.Logprobs[0] = 9 // a caller may do with it what it likes
	}
	require.Equal(t, len(requests), replay.Hits())
	_, err = replay.Generate(t.Context(), Request{ID: "q9", User: "new"})
	require.Equal(t, KindReplay, kindOf(err))
	require.ErrorContains(t, err, "--replay-only")
	require.ErrorContains(t, err, "q9")
}

// What a kill may leave in the folder never counts as a reply.
func TestCacheSurvivesTornFiles(t *testing.T) {
	var n atomic.Int32
	c, err := NewCache(counts(&n), t.TempDir(), false)
	require.NoError(t, err)
	req := Request{User: "a"}
	_, err = c.Generate(t.Context(), req)
	require.NoError(t, err)
	path := c.path(c.key(req))
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	for i := range whole {
		require.NoError(t, os.WriteFile(path, whole[:i], 0o600))
		_, ok, err := c.Lookup(req)
		require.NoError(t, err)
		require.False(t, ok, "%d bytes", i)
	}
	_, err = c.Generate(t.Context(), req)
	require.NoError(t, err)
	require.EqualValues(t, 2, n.Load())
	_, ok, err := c.Lookup(req)
	require.NoError(t, err)
	require.True(t, ok, "mended")
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".new-*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestCacheMakesOneCallOfEqualRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n atomic.Int32
		slow := server(func(ctx context.Context, req Request) (Reply, error) {
			n.Add(1)
			return Reply{Text: "x"}, wait(ctx, time.Second)
		})
		c, err := NewCache(slow, t.TempDir(), false)
		require.NoError(t, err)
		// The first caller goes while the others wait for its call: they ask anew.
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := c.Generate(ctx, Request{User: "a"})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%v", err)
			}
		})
		synctest.Wait()
		for range 5 {
			wg.Go(func() {
				if _, err := c.Generate(t.Context(), Request{User: "a"}); err != nil {
					t.Errorf("%v", err)
				}
			})
		}
		synctest.Wait()
		cancel()
		wg.Wait()
		require.LessOrEqual(t, n.Load(), int32(2))
	})
}

func TestCacheKeepsNoFailure(t *testing.T) {
	fails := server(func(_ context.Context, req Request) (Reply, error) {
		return Reply{}, &Error{Kind: KindServer, Record: req.ID}
	})
	c, err := NewCache(fails, t.TempDir(), false)
	require.NoError(t, err)
	_, err = c.Generate(t.Context(), Request{ID: "q1", User: "a"})
	require.Equal(t, KindServer, kindOf(err))
	_, ok, err := c.Lookup(Request{User: "a"})
	require.NoError(t, err)
	require.False(t, ok)

	// A reply that cannot be kept is not used either: it would be paid for again.
	var n atomic.Int32
	dir := t.TempDir()
	c, err = NewCache(counts(&n), dir, false)
	require.NoError(t, err)
	key := c.key(Request{User: "a"})
	require.NoError(t, os.WriteFile(filepath.Join(dir, key[:2]), nil, 0o600)) // a file where a folder belongs
	_, err = c.Generate(t.Context(), Request{User: "a"})
	require.Equal(t, KindCache, kindOf(err))
}

func TestBudgetOfCalls(t *testing.T) {
	var n atomic.Int32
	b := NewBudget(counts(&n), 3, 0, Price{})
	var refused atomic.Int32
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if _, err := b.Generate(t.Context(), Request{}); kindOf(err) == KindBudget {
				refused.Add(1)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 3, n.Load())
	require.EqualValues(t, 17, refused.Load())
	require.Equal(t, Spent{Calls: 3, Replies: 3, Tokens: trace.Usage{Prompt: 3000, Completion: 30}}, b.Spent())
}

// Calls in flight count with what they are expected to cost, so that many at
// once cannot overrun the limit together.
func TestBudgetOfMoney(t *testing.T) {
	price := Price{Input: 1, Cached: .5, Output: 10}
	require.InDelta(t, (600*1+400*.5+100*10)/1e6, price.Cost(trace.Usage{Prompt: 1000, Cached: 400, Completion: 100}), 1e-12)
	synctest.Test(t, func(t *testing.T) {
		slow := server(func(ctx context.Context, req Request) (Reply, error) {
			return Reply{Usage: &trace.Usage{Prompt: 0, Completion: AnswerTokens}}, wait(ctx, time.Second)
		})
		each := price.Cost(trace.Usage{Completion: AnswerTokens})
		b := NewBudget(slow, 0, 4.5*each, price)
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() { b.Generate(t.Context(), Request{}) })
		}
		wg.Wait()
		require.Equal(t, 4, b.Spent().Replies)
		require.InDelta(t, 4*each, b.Spent().USD, 1e-9)
		_, err := b.Generate(t.Context(), Request{})
		require.Equal(t, KindBudget, kindOf(err))
		require.ErrorContains(t, err, "--max-cost")
	})
}

func TestBudgetCountsWhatMayHaveBeenCharged(t *testing.T) {
	for kind, charged := range map[Kind]bool{KindTimeout: true, KindMalformed: true, KindEmpty: true, KindRate: false, KindServer: false, KindUnreachable: false} {
		b := NewBudget(&flaky{fails: []error{&Error{Kind: kind}}}, 0, 0, Price{Output: 1})
		_, err := b.Generate(t.Context(), Request{})
		require.Error(t, err)
		require.Equal(t, charged, b.Spent().USD > 0, kind)
		require.Equal(t, 1, b.Spent().Calls)
		require.Zero(t, b.Spent().Replies)
		require.InDelta(t, 0, b.reserved, 1e-15)
	}
}

func TestUntil(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := server(func(ctx context.Context, _ Request) (Reply, error) {
			return Reply{Text: "x"}, wait(ctx, 10*time.Second)
		})
		u := Until(slow, time.Now().Add(15*time.Second))
		_, err := u.Generate(t.Context(), Request{})
		require.NoError(t, err)
		_, err = u.Generate(t.Context(), Request{ID: "q2"})
		require.Equal(t, KindBudget, kindOf(err), "in flight when the time was up: %v", err)
		began := time.Now()
		_, err = u.Generate(t.Context(), Request{})
		require.Equal(t, KindBudget, kindOf(err))
		require.Equal(t, began, time.Now(), "none is begun after it")

		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = Until(slow, time.Now().Add(time.Minute)).Generate(ctx, Request{})
		require.ErrorIs(t, err, context.Canceled, "the user's own stop is no budget")

		// The waits of a rate limit and of repeated calls end with it.
		u = Until(Retry(Rate(&flaky{fails: many(func() error { return &Error{Kind: KindRate, RetryAfter: 50 * time.Second} }, 9)}, 1), RetryOptions{}), time.Now().Add(15*time.Second))
		began = time.Now()
		_, err = u.Generate(t.Context(), Request{})
		require.Equal(t, KindBudget, kindOf(err))
		require.LessOrEqual(t, time.Since(began), 15*time.Second)
	})
}

func TestRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n atomic.Int32
		g := Rate(counts(&n), 5)
		began := time.Now()
		for range 25 {
			_, err := g.Generate(t.Context(), Request{})
			require.NoError(t, err)
		}
		require.InDelta(t, 4, time.Since(began).Seconds(), .01, "five at once, then five a second")
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		_, err := g.Generate(ctx, Request{})
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

// load runs calls through g from many callers at once and returns the time it took.
func load(g Generator, calls, callers int) time.Duration {
	began := time.Now()
	jobs := make(chan int)
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for i := range jobs {
				_, _ = g.Generate(context.Background(), Request{User: fmt.Sprint(i)})
			}
		})
	}
	for i := range calls {
		jobs <- i
	}
	close(jobs)
	wg.Wait()
	return time.Since(began)
}

// capacity is a server that takes 200 ms a call and so many at once; the rest
// are told that it is busy.
func capacity(slots int, most *atomic.Int32) server {
	var flying atomic.Int32
	return func(ctx context.Context, _ Request) (Reply, error) {
		now := flying.Add(1)
		defer flying.Add(-1)
		if int(now) > slots {
			return Reply{}, &Error{Kind: KindRate, Status: 429}
		}
		for old := most.Load(); now > old && !most.CompareAndSwap(old, now); old = most.Load() {
		}
		return Reply{}, wait(ctx, 200*time.Millisecond)
	}
}

// In the time of the bubble, the calls take what they must and a tenth more.
func TestAdaptiveUsesWhatTheServerCanTake(t *testing.T) {
	const calls, slots = 10_000, 64
	bound := calls * 200 * time.Millisecond / slots
	for name, most := range map[string]int{"known": slots, "unknown": 4 * slots} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var peak atomic.Int32
				g := Retry(Adaptive(capacity(slots, &peak), most), RetryOptions{Attempts: 1000})
				took := load(g, calls, 4*slots)
				require.EqualValues(t, slots, peak.Load())
				require.LessOrEqual(t, took, bound*11/10, "%v of %v", took, bound)
			})
		})
	}
}

func TestAdaptiveBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := Adaptive(server(func(ctx context.Context, req Request) (Reply, error) {
			if err := wait(ctx, time.Second); err != nil {
				return Reply{}, err
			}
			return Reply{}, &Error{Kind: KindTimeout}
		}), 64).(*adaptive)
		load(a, 8, 8)
		require.Equal(t, 4.0, a.limit, "one round of failures halves it once")
		load(a, 40, 8)
		require.Equal(t, 1.0, a.limit, "and never to nothing")
		require.Zero(t, a.flying)

		// A caller that gives up waiting leaves no hole in the queue.
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() { a.Generate(ctx, Request{}) })
		}
		synctest.Wait()
		cancel()
		wg.Wait()
		require.Zero(t, a.flying)
		require.Empty(t, a.queue)
	})
}

// Refusals that do not hang on the window do not close it: one call of ten is
// refused whoever asks, at once or after the time of a reply. A caller asks
// again at once, so that only the window costs time. No two things happen at one
// moment, so that every run is the same.
func TestAdaptiveLivesWithRandomRefusals(t *testing.T) {
	const calls, round = 6000, 200 * time.Millisecond
	for _, tt := range []struct {
		name        string
		slots, most int // slots 0: the server takes any number
		slow        bool
		over        float64 // the time it may take, of the bound
	}{
		{"at once", 0, 64, false, 1.25},
		{"late", 0, 64, true, 1.25},
		{"with a limit", 64, 256, true, 1.5},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var flying atomic.Int32
				var tries sync.Map
				a := Adaptive(server(func(ctx context.Context, req Request) (Reply, error) {
					over := int(flying.Add(1)) > tt.slots && tt.slots > 0
					defer flying.Add(-1)
					n, _ := tries.LoadOrStore(req.User, new(atomic.Int32))
					h := fnv.New64a()
					fmt.Fprint(h, req.User, "/", n.(*atomic.Int32).Add(1))
					unlucky := h.Sum64()%1000 < 100
					if unlucky && tt.slow || !unlucky && !over {
						if err := wait(ctx, round+apart(h.Sum64())); err != nil {
							return Reply{}, err
						}
					}
					if over || unlucky {
						return Reply{}, &Error{Kind: KindRate, Status: 429}
					}
					return Reply{}, nil
				}), tt.most).(*adaptive)
				again := server(func(ctx context.Context, req Request) (Reply, error) {
					h := fnv.New64a()
					for {
						fmt.Fprint(h, req.User)
						if err := wait(ctx, time.Millisecond+apart(h.Sum64())); err != nil {
							return Reply{}, err
						}
						if r, err := a.Generate(ctx, req); err == nil {
							return r, nil
						}
					}
				})
				took := load(again, calls, 2*tt.most)
				bound := float64(calls) * round.Seconds() / 64
				if tt.slow {
					bound /= .9
				}
				t.Logf("%.2f of the bound", took.Seconds()/bound)
				require.LessOrEqual(t, took.Seconds(), tt.over*bound, "window %.0f, usual %.2f", a.limit, a.usual)
				require.GreaterOrEqual(t, a.limit, 45.)
				require.LessOrEqual(t, a.limit, 90.)
				require.InDelta(t, .1, a.usual, .1)
			})
		})
	}
}

// apart spreads moments over a millisecond, by a hash.
func apart(h uint64) time.Duration { return time.Duration(h >> 20 % uint64(time.Millisecond)) }

// A server that refuses nearly everything gets few calls, whatever that hangs on.
func TestAdaptiveGivesWayToAServerThatIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		var mu sync.Mutex
		a := Adaptive(server(func(ctx context.Context, _ Request) (Reply, error) {
			mu.Lock()
			n++
			good := n <= 200 || n%10 == 0
			mu.Unlock()
			if err := wait(ctx, 100*time.Millisecond); err != nil || good {
				return Reply{}, err
			}
			return Reply{}, &Error{Kind: KindServer, Status: 503}
		}), 64).(*adaptive)
		load(a, 200, 64)
		require.Greater(t, a.limit, 30.)
		load(a, 2000, 64)
		require.Less(t, a.limit, 8.)
	})
}

func TestRetryIsShortWhereTheAddressMayBeWrong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		page := func() error { return &Error{Kind: KindNotJSON} }
		g := &flaky{fails: many(page, 9)}
		_, err := Retry(g, RetryOptions{}).Generate(t.Context(), Request{})
		require.Equal(t, KindNotJSON, kindOf(err))
		require.Equal(t, earlyAttempts, g.calls)

		// After a reply the same page is a failure like others.
		var n int
		after := server(func(context.Context, Request) (Reply, error) {
			if n++; n == 1 || n == 6 {
				return Reply{}, nil
			}
			return Reply{}, page()
		})
		r := Retry(after, RetryOptions{})
		for range 2 {
			_, err = r.Generate(t.Context(), Request{})
			require.NoError(t, err)
		}
	})
}

func TestFit(t *testing.T) {
	var n atomic.Int32
	g := Fit(counts(&n), 10)
	_, err := g.Generate(t.Context(), Request{User: "one two three", Decoding: Decoding{MaxTokens: 7}})
	require.NoError(t, err)
	_, err = g.Generate(t.Context(), Request{ID: "q3", User: "one two three", Decoding: Decoding{MaxTokens: 9}})
	require.Equal(t, KindTooLong, kindOf(err))
	require.ErrorContains(t, err, `record "q3"`)
	require.ErrorContains(t, err, "at least 2 more than the window of 10")
}

func TestTokens(t *testing.T) {
	for _, tt := range []struct {
		s           string
		least, most int // of tokens; most is a limit for the estimate
	}{
		{"", 0, 0},
		{"Hello, world", 2, 5},
		{"— … !", 0, 3},
		{"state-of-the-art don't", 2, 8},
		{"北京是中国的首都", 2, 8},
		{"Wo ist 北京?", 2, 6},
		{"Привет, мир", 2, 6},
	} {
		require.Equal(t, tt.least, LeastTokens(tt.s), tt.s)
		require.LessOrEqual(t, AboutTokens(tt.s), tt.most, tt.s)
		require.GreaterOrEqual(t, AboutTokens(tt.s), tt.least, tt.s)
	}
}

func TestDryRun(t *testing.T) {
	var n atomic.Int32
	c, err := NewCache(counts(&n), t.TempDir(), false)
	require.NoError(t, err)
	kept, err := c.Generate(t.Context(), Request{User: "known"})
	require.NoError(t, err)
	d := NewDryRun("m", c)
	got, err := d.Generate(t.Context(), Request{User: "known"})
	require.NoError(t, err)
	require.Equal(t, kept, got)
	for range 2 {
		got, err = d.Generate(t.Context(), Request{User: "new words here", Decoding: Decoding{MaxTokens: 20}})
		require.NoError(t, err)
		require.Equal(t, Refusal, got.Text)
	}
	require.EqualValues(t, 1, n.Load(), "nobody was asked")
	e := d.Estimate()
	require.Equal(t, 1, e.Calls)
	require.Equal(t, 2, e.Cached, "known, and asked before")
	require.Equal(t, trace.Usage{Prompt: 3, Completion: 20}, e.Least)
	require.LessOrEqual(t, e.Least.Prompt, e.About.Prompt)
	require.LessOrEqual(t, e.About.Prompt, e.Most.Prompt)
	_, ok, err := c.Lookup(Request{User: "new words here", Decoding: Decoding{MaxTokens: 20}})
	require.NoError(t, err)
	require.False(t, ok, "what was not asked is not kept")
}

func ExampleNewBudget() {
	script := Script{"q1": {Text: "Thirty days [1].", Usage: &trace.Usage{Prompt: 400, Completion: 20}}}
	budget := NewBudget(script, 1, 0, Price{Input: .15, Output: .6})
	for range 2 {
		_, err := budget.Generate(context.Background(), Request{ID: "q1"})
		fmt.Println(err)
	}
	fmt.Printf("%d call, $%.6f\n", budget.Spent().Calls, budget.Spent().USD)
	// Output:
	// <nil>
	// record "q1": budget reached: 1 calls were made; raise --max-calls, --max-cost or --deadline and run the same command again: what is done is not paid for twice
	// 1 call, $0.000072
}
