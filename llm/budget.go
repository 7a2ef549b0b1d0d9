package llm

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ragdiag/ragdiag/trace"
)

// Price is what a model costs, in USD per million tokens.
type Price struct {
	Input  float64
	Cached float64 // of prompt tokens that the server had in its own cache
	Output float64
}

// Cost returns the price of a call in USD.
func (p Price) Cost(u trace.Usage) float64 {
	cached := min(u.Cached, u.Prompt)
	return (float64(u.Prompt-cached)*p.Input + float64(cached)*p.Cached + float64(u.Completion)*p.Output) / 1e6
}

// AnswerTokens is how long a reply is taken to be where the request sets no
// limit, before it has come.
const AnswerTokens = 500

// expected is what a call will use, as far as can be told before it.
func expected(req Request) trace.Usage {
	_, about := promptTokens(req)
	u := trace.Usage{Prompt: about, Completion: AnswerTokens}
	switch {
	case req.Given != "":
		u.Completion = 0
	case req.MaxTokens > 0:
		u.Completion = req.MaxTokens
	}
	return u
}

// Spent is what has been used up.
type Spent struct {
	Calls   int         // sent, those that failed included
	Replies int         // … that came back
	Tokens  trace.Usage // of the replies
	USD     float64     // by the price table; a call that may have been charged without a reply counts as expected
}

// Budget is a Generator that sends no call beyond a limit. It is below
// Retry, so that each attempt counts. Once it has refused a call it refuses all,
// with a KindBudget error: what is done is done, and the rest is left whole.
type Budget struct {
	Generator
	calls int     // 0: no limit
	usd   float64 // 0: no limit
	price Price

	mu       sync.Mutex // guards what follows
	spent    Spent
	reserved float64 // USD expected of the calls in flight
	refused  string
}

// NewBudget limits the calls to g, and what they cost. A limit of 0 is none:
// then it only counts.
func NewBudget(g Generator, calls int, usd float64, price Price) *Budget {
	return &Budget{Generator: g, calls: calls, usd: usd, price: price}
}

// Spent returns what has been used up until now.
func (b *Budget) Spent() Spent {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.spent
}

// Generate passes the call on if the budget allows it.
func (b *Budget) Generate(ctx context.Context, req Request) (Reply, error) {
	cost := b.price.Cost(expected(req))
	if why := b.reserve(cost); why != "" {
		return Reply{}, &Error{Kind: KindBudget, Record: req.ID, Message: why}
	}
	reply, err := b.Generator.Generate(ctx, req)
	if !plausible(reply.Usage) {
		reply.Usage = nil
	}
	b.settle(cost, reply, err)
	return reply, err
}

// plausible reports whether a call can have used so many tokens: a server that
// counts wrongly must not end, or lift, the budget.
func plausible(u *trace.Usage) bool {
	const most = 1 << 32
	within := func(n int) bool { return n >= 0 && n <= most }
	return u == nil || within(u.Prompt) && within(u.Completion) && within(u.Cached)
}

// reserve says why a call of this cost must not be made, or books it.
func (b *Budget) reserve(cost float64) (why string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.refused != "":
	case b.calls > 0 && b.spent.Calls >= b.calls:
		b.refused = fmt.Sprintf("%d calls were made", b.spent.Calls)
	case b.usd > 0 && b.spent.USD+b.reserved+cost > b.usd:
		b.refused = fmt.Sprintf("$%.4f of $%.4f is spent or under way, and the next call may cost $%.4f", b.spent.USD+b.reserved, b.usd, cost)
	}
	if b.refused == "" {
		b.spent.Calls++
		b.reserved += cost
	}
	return b.refused
}

// settle replaces what was expected of a call by what it cost.
func (b *Budget) settle(cost float64, reply Reply, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reserved -= cost
	switch {
	case err != nil && !charged(err):
		return
	case err != nil, reply.Usage == nil:
		b.spent.USD += cost
	default:
		b.spent.USD += b.price.Cost(*reply.Usage)
		b.spent.Tokens.Prompt += reply.Usage.Prompt
		b.spent.Tokens.Cached += reply.Usage.Cached
		b.spent.Tokens.Completion += reply.Usage.Completion
	}
	if err == nil {
		b.spent.Replies++
	}
}

// charged reports whether a server may charge for a call that failed so: the
// model has answered, or may have.
func charged(err error) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return true // interrupted while it waited for the reply
	}
	switch e.Kind {
	case KindTimeout, KindMalformed, KindEmpty, KindTooLarge:
		return true
	}
	return false
}

// Until ends every call to g at a time, with a KindBudget error. It is above
// Retry, so that waiting ends too.
func Until(g Generator, at time.Time) Generator { return &until{g, at} }

type until struct {
	Generator
	at time.Time
}

var errTimeUp = errors.New("the time is used up")

func (u *until) Generate(ctx context.Context, req Request) (Reply, error) {
	up := &Error{Kind: KindBudget, Record: req.ID, Message: errTimeUp.Error()}
	if !time.Now().Before(u.at) {
		return Reply{}, up
	}
	ctx, cancel := context.WithDeadlineCause(ctx, u.at, errTimeUp)
	defer cancel()
	reply, err := u.Generator.Generate(ctx, req)
	if err != nil && context.Cause(ctx) == errTimeUp {
		return Reply{}, up
	}
	return reply, err
}
