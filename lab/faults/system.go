package faults

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/corpus"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/stages/ground"
	"github.com/ragdiag/ragdiag/stages/query"
	"github.com/ragdiag/ragdiag/stages/rerank"
	"github.com/ragdiag/ragdiag/stages/retrieve"
	"github.com/ragdiag/ragdiag/trace"
)

// item is one question that the sound system answers right each time.
type item struct {
	id, cluster, corpus string
	family              string       // of questions, that the eval set names; empty: none
	question            trace.Record // ID, question, history and gold
	meant               string       // the question without references to the conversation; empty: it has none
	answers             []string     // what a right answer says; nil: unanswerable
	long                *reference   // what a person answered; nil: answers[0] is that
	units               []string     // documents that may answer, gold's among them
	gold                corpus.Passage
	sentence            string // of gold: what answers the question
	depth, k            int    // of the system that is asked; drawn, so that counts tell nothing
	sound               *outcome
	chatty              bool    // its reader is
	rights              float64 // share of the other documents that its user may not see
	byText              bool    // the gold evidence is named by its sentence, not only by its document
	trims               bool    // its token budget ends within the last passage
	unit                float64 // in which its retriever gives scores
	origin              float64 // of its reranker's scores
	jitter              float64 // of its reranker's scores, which lie between 0 and 1
	keywords            bool    // its query former strips the question to its content words
}

// system is our own pipeline, put together from the stages, with a place to
// disturb each of them. The zero places disturb nothing.
type system struct {
	w         *world
	item      *item
	record    trace.Record // what is asked; a fault of the conversation or the gold changes it
	rewrite   func(string) string
	plain     bool // the query is sent as asked, references and all
	retriever retrieve.Retriever
	filtered  bool // what is wrong with the retriever comes from the query
	depth     int
	rescore   func([]trace.Hit)
	selection rerank.Options
	reader    Reader
	recite    func(answer string, rec *trace.Record, rng *rand.Rand) string
	seed      uint64
}

func (w *world) system(it *item, seed uint64) *system {
	weights := w.weights
	s := &system{
		w: w, item: it, record: it.question, retriever: w.sound, depth: it.depth, seed: seed,
		selection: rerank.Options{K: it.k, Weights: weights},
		reader:    Reader{Weights: weights, Seed: seed, Chatty: it.chatty},
	}
	if it.meant != "" {
		s.rewrite = func(q string) string { return q } // as a person rewrote it
		s.reader.Asked = it.meant
	}
	if it.long != nil {
		s.reader.Around = 2
	}
	if it.keywords {
		s.rewrite = func(q string) string {
			d := text.Analyze(q, "")
			var words []string
			for _, t := range d.Terms {
				words = append(words, q[d.Tokens[t.Token].Start:d.Tokens[t.Token].End])
			}
			return strings.Join(words, " ")
		}
	}
	return s
}

// prompt runs the stages up to the prompt and returns the record that such a
// system would log of them. No chance is in it.
func (s *system) prompt(ctx context.Context) (*trace.Record, error) {
	rec := s.record
	rec.Gold = cloneGold(s.record.Gold)
	rec.Run = trace.RunInfo{Retriever: "bm25", Model: s.reader.Name(), K: s.depth}
	o := query.Options{Weights: s.reader.Weights}
	switch {
	case s.rewrite != nil:
		o.Kinds = []string{trace.QueryRewritten}
		o.Rewrite = func(_ context.Context, rec *trace.Record) (string, error) {
			q, _ := query.Resolve(rec.Question, rec.History)
			return s.rewrite(cmp.Or(s.item.meant, q)), nil
		}
	case s.plain:
		o.Kinds = []string{trace.QueryAsAsked}
	}
	var err error
	if rec.Queries, err = query.Form(ctx, &rec, o); err != nil {
		return nil, err
	}
	hits, err := s.allowed(s.retriever).Retrieve(ctx, rec.Queries[0].Text, s.depth)
	if err != nil {
		return nil, err
	}
	for i := range hits {
		v, _ := hits[i].Score.Get()
		hits[i].Score = trace.Known(v * s.item.unit)
	}
	rec.Context, rec.Candidates = s.choose(rec.Queries[0].Text, hits)
	return &rec, nil
}

// answer lets the reader answer a prompt. The replay decides what its chances
// come to.
func (s *system) answer(ctx context.Context, prompt *trace.Record, replay int64) (*trace.Record, error) {
	rec := *prompt
	var err error
	if rec.Answer, err = ground.Generate(ctx, &rec, &s.reader, ground.DefaultPrompt(), llm.Decoding{Seed: &replay}); err != nil {
		return nil, err
	}
	if s.recite != nil {
		rec.Answer.Text = s.recite(rec.Answer.Text, &rec, dice(s.seed, "cite", rec.ID, replay))
	}
	return &rec, nil
}

// allowed is a retriever without what the user may not see.
func (s *system) allowed(r retrieve.Retriever) retrieve.Retriever {
	return tapped{Retriever: r, more: 20, behind: without(s.item.forbidden)}
}

// probes are what other queries, put to the system's own retriever, find. They
// are in a file of their own, for the view in which that retriever is at hand.
func (s *system) probes(ctx context.Context, rec *trace.Record) ([]trace.Probe, error) {
	own := s.retriever
	if s.filtered {
		own = s.w.sound
	}
	p, err := pipeline.New(pipeline.Options{Retriever: s.allowed(own), Weights: s.reader.Weights, Workers: 1})
	if err != nil {
		return nil, err
	}
	examined := *rec
	examined.Evidence = trace.Evidence{}
	err = p.Examine(ctx, &examined)
	return examined.Evidence.Probes, err
}

// choose reranks by proximity, lets the scores be disturbed, and selects. The
// candidates come back in the retriever's order. Why one was left out is not
// logged, as in most traces.
func (s *system) choose(q string, hits []trace.Hit) ([]trace.Passage, []trace.Hit) {
	_, scored := rerank.Select(q, hits, rerank.Options{Method: rerank.MethodProximity, K: len(hits) + 1, Weights: s.selection.Weights})
	jitter := dice(s.seed, "jitter", s.item.id, q)
	for i := range scored {
		v, _ := scored[i].RerankScore.Get()
		scored[i].RerankScore = trace.Known(v + s.item.jitter*jitter.NormFloat64())
	}
	if s.rescore != nil {
		s.rescore(scored)
	}
	order := slices.Clone(scored)
	slices.SortStableFunc(order, func(a, b trace.Hit) int {
		x, _ := a.RerankScore.Get()
		y, _ := b.RerankScore.Get()
		return cmp.Compare(y, x)
	})
	selection := s.selection
	context, _ := rerank.Select(q, order, selection)
	if s.item.trims && selection.Budget == 0 && len(context) > soundContext {
		last := context[len(context)-1]
		for _, p := range context {
			selection.Budget += rerank.Tokens(p.Title) + rerank.Tokens(p.Text)
		}
		selection.Budget -= rerank.Tokens(last.Text) / 2
		context, _ = rerank.Select(q, order, selection)
	}
	for i := range scored {
		scored[i].Dropped = trace.DropNone
		v, _ := scored[i].RerankScore.Get()
		scored[i].RerankScore = trace.Known((v - s.item.origin) * s.item.unit) // where it starts from, and in its own unit
	}
	for i := range context {
		context[i].Score = scored[slices.IndexFunc(scored, func(h trace.Hit) bool { return h.ID == context[i].ID })].RerankScore
	}
	return context, scored
}

func cloneGold(g *trace.Gold) *trace.Gold {
	if g == nil {
		return nil
	}
	c := *g
	c.Answers = slices.Clone(g.Answers)
	c.Evidence = slices.Clone(g.Evidence)
	return &c
}

// right is the oracle: whether an answer says what was accepted, or declines
// where nothing can be said.
func (it *item) right(answer string) bool {
	if it.answers == nil {
		return answer == llm.Refusal
	}
	return slices.ContainsFunc(it.answers, func(a string) bool { return holds(marker.ReplaceAllString(answer, ""), a) })
}

// wrong is the oracle for a failure: neither right, nor much of what a person
// answered.
func (it *item) wrong(answer string) bool {
	if it.right(answer) {
		return false
	}
	if it.long == nil {
		return true
	}
	answer = marker.ReplaceAllString(answer, "")
	return it.long.lacksKey(answer) || it.long.share(answer) < farBelow*it.long.share(it.sound.rec.Answer.Text)
}

// forbidden reports whether the user may not see a hit, whatever the system
// does. The gold document is always allowed.
func (it *item) forbidden(h trace.Hit) bool {
	return it.rights > 0 && !it.mayAnswer(h.ID) && !holds(h.Text, it.sentence) && dice(0, it.id, h.ID).Float64() < it.rights
}

// rank is the place of the gold passage among candidates, by what it says; 0:
// not there.
func (it *item) rank(hits []trace.Hit) int {
	return 1 + slices.IndexFunc(hits, func(h trace.Hit) bool { return holds(h.Text, it.sentence) })
}

// heavy lists the content words of q as written, the weightiest first.
func heavy(q string, w *text.Weights) []string {
	d := text.Analyze(q, "")
	terms := slices.Clone(d.Terms)
	slices.SortStableFunc(terms, func(a, b text.Term) int { return cmp.Compare(w.Weight(b.Stem), w.Weight(a.Stem)) })
	var out []string
	for _, t := range terms {
		word := q[d.Tokens[t.Token].Start:d.Tokens[t.Token].End]
		if !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return out
}
