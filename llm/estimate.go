package llm

import (
	"context"
	"sync"

	"github.com/ragdiag/ragdiag/trace"
)

// DryRun is a Generator that asks no model and counts what would have been asked.
// What a cache holds is answered from there and costs nothing; everything else
// is answered with Refusal.
type DryRun struct {
	*Cache // nil: there is none
	name   string

	mu   sync.Mutex // guards what follows
	seen map[string]bool
	est  Estimate
}

// Estimate is what a run would take.
type Estimate struct {
	Calls  int // to be made
	Cached int // answered without one
	Least  trace.Usage
	About  trace.Usage
	Most   trace.Usage
}

// NewDryRun returns a dry run of the model with this name.
func NewDryRun(name string, c *Cache) *DryRun {
	return &DryRun{Cache: c, name: name, seen: map[string]bool{}}
}

// Name returns the name of the model.
func (d *DryRun) Name() string { return d.name }

// Generate counts the request.
func (d *DryRun) Generate(ctx context.Context, req Request) (Reply, error) {
	if err := ctx.Err(); err != nil {
		return Reply{}, context.Cause(ctx)
	}
	reply, ok, again := Reply{Text: Refusal, FinishReason: "stop", Model: d.name}, false, false
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.Cache != nil {
		kept, found, err := d.Lookup(req)
		if err != nil {
			return Reply{}, err
		}
		if ok = found; ok {
			reply = kept
		}
		key := d.key(req)
		again = d.seen[key]
		d.seen[key] = true
	}
	if ok || again {
		d.est.Cached++
		return reply, nil
	}
	least, about := promptTokens(req)
	d.est.Calls++
	d.est.Least.Prompt += least
	d.est.About.Prompt += about
	d.est.Most.Prompt += about + about/2
	short, long := AnswerTokens/10, AnswerTokens
	if req.Given != "" {
		short, long = 0, 0
	} else if req.MaxTokens > 0 {
		short, long = min(short, req.MaxTokens), req.MaxTokens
	}
	d.est.Least.Completion += short
	d.est.About.Completion += (short + long) / 2
	d.est.Most.Completion += long
	return reply, nil
}

// Estimate returns what has been counted.
func (d *DryRun) Estimate() Estimate {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.est
}
