package faults

import (
	"context"

	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/trace"
)

// System is the generator of a broken system, its citation writer included, so
// that an experiment can put the question to it again with another context.
type System struct{ s *system }

// Name returns the reader's.
func (s System) Name() string { return s.s.reader.Name() }

// Generate answers as the system would have. The replay is Decoding.Seed.
func (s System) Generate(ctx context.Context, req llm.Request) (llm.Reply, error) {
	req.ID = s.s.item.id // its chances hang on the item, not on the name of the case
	reply, err := s.s.reader.Generate(ctx, req)
	if err != nil || s.s.recite == nil {
		return reply, err
	}
	replay := int64(0)
	if req.Seed != nil {
		replay = *req.Seed
	}
	rec := &trace.Record{ID: req.ID, Question: req.Question, Context: req.Passages}
	reply.Text = s.s.recite(reply.Text, rec, dice(s.s.seed, "cite", req.ID, replay))
	return reply, nil
}

// Right is the oracle: whether an answer says what was accepted.
func (s System) Right(answer string) bool { return s.s.item.right(answer) }
