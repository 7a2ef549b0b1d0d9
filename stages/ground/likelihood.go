package ground

import (
	"context"
	"fmt"

	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/trace"
)

// Likelihood asks how likely g finds the answer of rec after the prompt with its
// context, and after the same prompt without passages. Where the server counts the
// tokens of the answer differently in the two, the result says so and holds
// nothing. It changes nothing in rec. An error is that of g.
func Likelihood(ctx context.Context, rec *trace.Record, g llm.Generator, p *Prompt) (*trace.Likelihood, error) {
	closed := *rec
	closed.Context = []trace.Passage{}
	var logs [2][]float64
	for i, r := range []*trace.Record{rec, &closed} {
		req, err := p.render(r)
		if err != nil {
			return nil, err
		}
		req.Given = rec.Answer.Text
		reply, err := g.Generate(ctx, req)
		if err != nil {
			return nil, fmt.Errorf("asking %s how likely the answer is: %w", g.Name(), err)
		}
		logs[i] = reply.Logprobs
	}
	if len(logs[0]) != len(logs[1]) || len(logs[0]) == 0 {
		return &trace.Likelihood{Why: fmt.Sprintf("the server scored %d tokens of the answer with context and %d without", len(logs[0]), len(logs[1]))}, nil
	}
	return &trace.Likelihood{With: logs[0], Without: logs[1]}, nil
}
