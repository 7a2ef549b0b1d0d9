package llm

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// flaky fails with its errors in turn and then answers.
type flaky struct {
	fails []error
	calls int
}

func (f *flaky) Name() string { return "flaky" }

func (f *flaky) Generate(context.Context, Request) (Reply, error) {
	f.calls++
	if f.calls <= len(f.fails) {
		return Reply{}, f.fails[f.calls-1]
	}
	return Reply{Text: "ok"}, nil
}

func TestRetry(t *testing.T) {
	busy := func() error { return &Error{Kind: KindRate, Status: 429} }
	other := errors.New("no model error")
	for _, tt := range []struct {
		name  string
		opt   RetryOptions
		fails []error
		calls int
		min   time.Duration // waited at least
		max   time.Duration // and at most
		kind  Kind          // KindUnknown: success, or err
		err   error
	}{
		{"no failure", RetryOptions{}, nil, 1, 0, 0, KindUnknown, nil},
		{"recovers", RetryOptions{}, []error{busy(), busy()}, 3, 0, 1500 * time.Millisecond, KindUnknown, nil},
		{"gives up", RetryOptions{Attempts: 2}, []error{busy(), busy()}, 2, 0, 500 * time.Millisecond, KindRate, nil},
		{"never repeats what cannot change", RetryOptions{}, []error{&Error{Kind: KindAuth}}, 1, 0, 0, KindAuth, nil},
		{"waits as long as the server asks", RetryOptions{}, []error{&Error{Kind: KindRate, RetryAfter: 30 * time.Second}}, 2, 30 * time.Second, 30500 * time.Millisecond, KindUnknown, nil},
		{"but not for ever", RetryOptions{}, []error{&Error{Kind: KindRate, RetryAfter: time.Hour}}, 1, 0, 0, KindRate, nil},
		{"an error of another kind", RetryOptions{}, []error{other}, 1, 0, 0, KindUnknown, other},
		{"the cap bounds the wait", RetryOptions{Attempts: 50, Base: time.Second, Cap: time.Second}, many(busy, 49), 50, 0, 49 * time.Second, KindUnknown, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g, start := &flaky{fails: tt.fails}, time.Now()
				got, err := Retry(g, tt.opt).Generate(t.Context(), Request{})
				require.Equal(t, tt.calls, g.calls)
				require.GreaterOrEqual(t, time.Since(start), tt.min)
				require.LessOrEqual(t, time.Since(start), tt.max)
				switch {
				case tt.err != nil:
					require.ErrorIs(t, err, tt.err)
				case tt.kind != KindUnknown:
					e, ok := errors.AsType[*Error](err)
					require.True(t, ok)
					require.Equal(t, tt.kind, e.Kind)
					require.Equal(t, tt.calls, e.Attempts)
				default:
					require.NoError(t, err)
					require.Equal(t, "ok", got.Text)
				}
			})
		})
	}
}

func many(f func() error, n int) []error {
	out := make([]error, n)
	for i := range out {
		out[i] = f()
	}
	return out
}

func TestRetryStopsWithContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		g := &flaky{fails: []error{&Error{Kind: KindRate, RetryAfter: 30 * time.Second}}}
		_, err := Retry(g, RetryOptions{}).Generate(ctx, Request{})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, 1, g.calls)
	})
}

func TestJitterIsSpreadAndSeeded(t *testing.T) {
	draw := func(seed uint64) (out []time.Duration) {
		r := NewRetrier(RetryOptions{Seed: seed, Base: time.Second, Cap: 10 * time.Second})
		for i := range 100 {
			d := r.jitter(i + 1)
			require.LessOrEqual(t, d, min(time.Second<<min(i, 20), 10*time.Second))
			out = append(out, d)
		}
		return out
	}
	require.Equal(t, draw(1), draw(1))
	require.NotEqual(t, draw(1), draw(2))
}

func TestScript(t *testing.T) {
	s := Script{"q-1": {Text: "by ID"}, "Why?": {Text: "by question"}}
	for _, tt := range []struct{ id, question, want string }{
		{"q-1", "Why?", "by ID"}, {"q-2", "Why?", "by question"}, {"", "Why?", "by question"},
	} {
		got, err := s.Generate(t.Context(), Request{ID: tt.id, Question: tt.question})
		require.NoError(t, err)
		require.Equal(t, tt.want, got.Text)
	}
	_, err := s.Generate(t.Context(), Request{ID: "q-3", Question: "Who?"})
	require.EqualError(t, err, `record "q-3": no scripted reply; add an entry for the record`)
	_, err = Script{"": {Text: "x"}}.Generate(t.Context(), Request{})
	require.Error(t, err, "an empty key answers nothing")
}

func TestKinds(t *testing.T) {
	seen := map[string]bool{}
	for k := range Kind(len(kinds)) {
		require.NotEmpty(t, k.String())
		require.False(t, seen[k.String()], k)
		seen[k.String()] = true
		require.Equal(t, k != KindUnknown, k.Advice() != "", k)
	}
	require.Equal(t, "unknown failure", Kind(200).String())
	require.False(t, Kind(200).Temporary())
	require.Empty(t, Kind(200).Advice())
}

func ExampleError() {
	err := error(&Error{Kind: KindModel, Record: "q-7", Status: 404, Message: "model 'x' not found"})
	fmt.Println(err)
	// Output: record "q-7": unknown model (HTTP 404): model 'x' not found; check --model against the list of models of the server
}
