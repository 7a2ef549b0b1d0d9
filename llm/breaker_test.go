package llm

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBreaker(t *testing.T) {
	down, odd := &Error{Kind: KindServer, Status: 500}, &Error{Kind: KindTooLong}
	f := &flaky{fails: []error{down, nil, down, odd, down, down, nil}}
	b := Breaker(f, 3)
	for i, want := range []error{down, nil, down, odd, down, down} { // a reply begins the count anew, a fault of the request does not count
		_, err := b.Generate(t.Context(), Request{})
		require.Equal(t, want, err, "call %d", i)
	}
	_, err := b.Generate(t.Context(), Request{ID: "q7"})
	require.Equal(t, KindBroken, kindOf(err))
	require.ErrorContains(t, err, "3 calls in a row failed, the last one so: server error (HTTP 500)")
	require.ErrorContains(t, err, "run the same command again")
}
