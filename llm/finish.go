package llm

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// ErrInterrupted is the cause of a context that a user has interrupted. It is a
// context.Canceled to those who ask.
var ErrInterrupted error = interrupted{}

type interrupted struct{}

func (interrupted) Error() string        { return "interrupted" }
func (interrupted) Is(target error) bool { return target == context.Canceled }

// LastCalls is how long a call that is under way when a user interrupts may take
// to come to its end.
const LastCalls = 10 * time.Second

var underWay atomic.Int64

// UnderWay returns how many calls are under way in this process below Finish.
func UnderWay() int { return int(underWay.Load()) }

// Finish lets calls to g that are under way come to their end when the cause of
// their context is ErrInterrupted, for LastCalls at most: they are paid for. It
// is directly above whoever is paid.
func Finish(g Generator) Generator { return finish{g} }

type finish struct{ Generator }

// Generate passes the call on, unless ctx has ended.
func (f finish) Generate(ctx context.Context, req Request) (Reply, error) {
	if ctx.Err() != nil {
		return Reply{}, context.Cause(ctx)
	}
	call, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	stop := context.AfterFunc(ctx, func() {
		why := context.Cause(ctx)
		if !errors.Is(why, ErrInterrupted) {
			cancel(why)
			return
		}
		last := time.AfterFunc(LastCalls, func() { cancel(why) })
		context.AfterFunc(call, func() { last.Stop() })
	})
	defer stop()
	underWay.Add(1)
	defer underWay.Add(-1)
	return f.Generator.Generate(call, req)
}
