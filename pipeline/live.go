package pipeline

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/stages/ground"
	"github.com/ragdiag/ragdiag/stages/query"
	"github.com/ragdiag/ragdiag/stages/rerank"
	"github.com/ragdiag/ragdiag/stages/retrieve"
	"github.com/ragdiag/ragdiag/trace"
)

// Live is our own RAG pipeline: what it takes to answer a question.
type Live struct {
	Query     query.Options
	Retriever retrieve.Retriever
	Depth     int // candidates to fetch for each query; 0: 50
	Rerank    rerank.Options
	Prompt    *ground.Prompt // nil: the one that the program ships
	Generator llm.Generator
	Decoding  llm.Decoding
	Corpus    string // version hash of the indexed corpus, for the record

	// Likelihood also asks how likely each answer is with its context and without:
	// two calls more, to a server that scores texts. Where it cannot, the record says
	// why; that is no failure of the answer.
	Likelihood bool

	replied atomic.Bool // the generator has answered once
	mute    atomic.Bool // it cannot score given texts
}

// defaultDepth is how many candidates are fetched for the selection to choose
// from.
const defaultDepth = 50

func (l *Live) validate() error {
	switch {
	case l.Retriever == nil:
		return errors.New("pipeline: a live run needs a retriever: build an index first")
	case l.Generator == nil:
		return errors.New("pipeline: a live run needs a generator")
	case l.Depth < 0:
		return errors.New("pipeline: the depth of retrieval is negative")
	}
	if l.Depth == 0 {
		l.Depth = defaultDepth
	}
	if l.Prompt == nil {
		l.Prompt = ground.DefaultPrompt()
	}
	return l.Rerank.Validate()
}

// answer runs the stages for a question and fills the record. A stage that
// fails is noted in rec.Run.Errors, which the diagnosis names as the cause; an
// error is returned only for what would fail every other record too.
func (l *Live) answer(ctx context.Context, rec *trace.Record) error {
	rec.Run.Model = l.Generator.Name()
	rec.Run.Retriever = l.Retriever.Name()
	rec.Run.Corpus = l.Corpus
	rec.Run.K = l.Depth
	rec.Run.PromptHash = l.Prompt.Hash()
	rec.Run.Seed = l.Decoding.Seed
	failed := func(stage trace.Stage, err error) error {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if l.setup(err) {
			return fmt.Errorf("record %q: %w", rec.ID, err)
		}
		rec.Run.Errors = append(rec.Run.Errors, trace.StageError{Stage: stage, Message: err.Error()})
		if rec.Answer == nil {
			rec.Answer = &trace.Answer{}
		}
		return nil
	}
	var err error
	if rec.Queries, err = query.Form(ctx, rec, l.Query); err != nil {
		return failed(trace.StageQuery, err)
	}
	if rec.Candidates, err = l.candidates(ctx, rec.Queries); err != nil {
		return failed(trace.StageRetrieve, err)
	}
	rec.Context, rec.Candidates = rerank.Select(rec.Queries[0].Text, rec.Candidates, l.Rerank)
	answer, err := ground.Generate(ctx, rec, l.Generator, l.Prompt, l.Decoding)
	if err != nil {
		return failed(trace.StageGround, err)
	}
	l.replied.Store(true)
	rec.Answer = answer
	if l.Likelihood && answer.Text != "" {
		return l.likelihood(ctx, rec)
	}
	return nil
}

// likelihood fills rec.Answer.Likelihood. Errors are those that stop a run: a limit
// that the user set, or a server that is gone.
func (l *Live) likelihood(ctx context.Context, rec *trace.Record) error {
	if l.mute.Load() {
		rec.Answer.Likelihood = &trace.Likelihood{Why: scoresNothing}
		return nil
	}
	found, err := ground.Likelihood(ctx, rec, l.Generator, l.Prompt)
	if err == nil {
		rec.Answer.Likelihood = found
		return nil
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	why := err.Error()
	if e, ok := errors.AsType[*llm.Error](err); ok {
		switch e.Kind {
		case llm.KindURL, llm.KindRequest, llm.KindMalformed, llm.KindNotJSON, llm.KindEmpty: // of this endpoint, which has answered a chat
			why = scoresNothing
			l.mute.Store(true)
		default:
			if l.setup(err) {
				return fmt.Errorf("record %q: %w", rec.ID, err)
			}
			why = e.Kind.String()
		}
	}
	rec.Answer.Likelihood = &trace.Likelihood{Why: why}
	return nil
}

// scoresNothing says why there is no likelihood.
const scoresNothing = "the server does not score given texts: it takes /completions with echo and log-probabilities"

// candidates retrieves for each query. Several rankings are merged by their
// ranks, each passage once.
func (l *Live) candidates(ctx context.Context, queries []trace.Query) ([]trace.Hit, error) {
	rankings := make([][]trace.Hit, len(queries))
	for i, q := range queries {
		hits, err := l.Retriever.Retrieve(ctx, q.Text, l.Depth)
		if err != nil {
			return nil, err
		}
		for j := range hits {
			hits[j].Query = i
		}
		rankings[i] = hits
	}
	if len(rankings) == 1 {
		return rankings[0], nil
	}
	return merge(rankings, l.Depth), nil
}

// merge takes the best passages of several rankings in turn, each passage once,
// until there are depth of them. The order of the rankings breaks ties.
func merge(rankings [][]trace.Hit, depth int) []trace.Hit {
	merged, seen := []trace.Hit{}, map[string]bool{}
	for rank := 0; ; rank++ {
		left := false
		for _, hits := range rankings {
			if rank >= len(hits) {
				continue
			}
			left = true
			if h := hits[rank]; !seen[h.ID] && len(merged) < depth {
				seen[h.ID] = true
				merged = append(merged, h)
			}
		}
		if !left || len(merged) == depth {
			return merged
		}
	}
}

// setup reports whether a generator's error lies in how it was set up, or in a
// limit that the user set, so that every other record would meet it too. A web
// page in place of a reply does so until the first reply.
func (l *Live) setup(err error) bool {
	var e *llm.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Kind {
	case llm.KindAuth, llm.KindModel, llm.KindURL, llm.KindQuota, llm.KindUnreachable, llm.KindTLS,
		llm.KindBudget, llm.KindBroken, llm.KindReplay, llm.KindCache:
		return true
	case llm.KindNotJSON:
		return !l.replied.Load()
	}
	return false
}
