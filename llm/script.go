package llm

import "context"

// Script replays fixed replies, keyed by record ID or, failing that, by the
// question. It serves fixtures and tests.
type Script map[string]Reply

// Name returns "script".
func (Script) Name() string { return "script" }

// Generate returns the reply for req, or a KindNoReply error.
func (s Script) Generate(ctx context.Context, req Request) (Reply, error) {
	if err := ctx.Err(); err != nil {
		return Reply{}, err
	}
	for _, key := range []string{req.ID, req.Question} {
		if reply, ok := s[key]; ok && key != "" {
			return reply, nil
		}
	}
	return Reply{}, &Error{Kind: KindNoReply, Record: req.ID}
}
