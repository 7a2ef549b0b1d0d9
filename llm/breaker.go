package llm

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// Breaker asks g no more once n calls in a row have failed as a server fails
// that is down or overloaded: each of them may be paid for. It then refuses every
// call with a KindBroken error. It is above Retry, so that repeated calls
// count once.
func Breaker(g Generator, n int) Generator { return &breaker{Generator: g, most: n} }

type breaker struct {
	Generator
	most int

	mu     sync.Mutex // guards what follows
	failed int        // in a row
	why    string     // it is broken; "": it is not
}

// Generate passes the call on, unless the breaker is open.
func (b *breaker) Generate(ctx context.Context, req Request) (Reply, error) {
	b.mu.Lock()
	why := b.why
	b.mu.Unlock()
	if why != "" {
		return Reply{}, &Error{Kind: KindBroken, Record: req.ID, Message: why}
	}
	reply, err := b.Generator.Generate(ctx, req)
	b.mu.Lock()
	defer b.mu.Unlock()
	e, ok := errors.AsType[*Error](err)
	switch {
	case err == nil:
		b.failed = 0
	case ok && e.Kind.Temporary() && ctx.Err() == nil:
		if b.failed++; b.failed >= b.most && b.why == "" {
			last := *e
			last.Record = "" // it is not to blame
			b.why = fmt.Sprintf("%d calls in a row failed, the last one so: %v", b.failed, &last)
		}
	}
	return reply, err
}
