package llm

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/trace"
)

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for header, want := range map[string]time.Duration{
		"": 0, "2": 2 * time.Second, "0.5": time.Second / 2, "-1": 0, "soon": 0, "nan": 0,
		"Fri, 02 Jan 2026 03:04:15 GMT": 10 * time.Second,
		"Fri, 02 Jan 2026 03:04:00 GMT": 0, // in the past
		"1000000000":                    1_000_000_000 * time.Second,
		"99999999999999999999":          longest,
		"1e999":                         longest,
		"Fri, 02 Jan 9999 03:04:15 GMT": longest,
	} {
		require.Equal(t, want, RetryAfter(header, now), header)
	}
}

// counting replies with a count of tokens that nobody can have used.
type counting struct{ usage trace.Usage }

func (counting) Name() string { return "counting" }

func (c counting) Generate(context.Context, Request) (Reply, error) {
	u := c.usage
	return Reply{Text: "x", Usage: &u}, nil
}

func TestBudgetWithImpossibleUsage(t *testing.T) {
	for _, u := range []trace.Usage{{Prompt: math.MaxInt}, {Completion: -5}, {Prompt: 1, Cached: math.MinInt}} {
		b := NewBudget(counting{u}, 0, 1, Price{Input: 1, Output: 1})
		for range 3 {
			reply, err := b.Generate(t.Context(), Request{User: "Why?"})
			require.NoError(t, err)
			require.Nil(t, reply.Usage, "nothing that can be summed up")
		}
		spent := b.Spent()
		require.Zero(t, spent.Tokens)
		require.Positive(t, spent.USD, "counted as expected")
		require.Less(t, spent.USD, 1.)
	}
}
