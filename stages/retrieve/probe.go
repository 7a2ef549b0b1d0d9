package retrieve

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

// kindGoldRewrite is the probe with the reference's self-contained question.
const kindGoldRewrite = "gold-rewrite"

// defaultK is the depth of a probe where the record does not say how many
// passages the system asked for.
const defaultK = 10

// ProbeOptions say what is tried. The zero value tries the question as asked,
// the gold rewrite, and the queries sent at ten times the depth.
type ProbeOptions struct {
	// Queries are tried beside: the same question formed in other ways.
	Queries []trace.Query
	Deeper  int // factor of the depth probe; 0: 10
}

// Probe asks r with other queries, at the depth the system used, and with the
// queries it sent at more depth, and says at which rank the gold evidence is
// complete. No text is tried twice at one depth. The predicate says whether the
// corpus holds the evidence; it is unknown unless r is a Corpus or a probe
// finds it. Without gold evidence or an accepted answer there is nothing to look
// for: no probes, no error.
func Probe(ctx context.Context, rec *trace.Record, r Retriever, o ProbeOptions) ([]trace.Probe, trace.Predicate, error) {
	if !hasGold(rec.Gold) {
		return nil, trace.NotKnown("no gold evidence is recorded"), nil
	}
	k := cmp.Or(len(rec.Candidates), rec.Run.K, defaultK)
	p := &prober{ctx: ctx, rec: prepared.New(rec, nil), r: r, tried: map[string]bool{}}
	p.try(trace.QueryAsAsked, rec.Question, k)
	for _, q := range o.Queries {
		p.try(q.Kind, q.Text, k)
	}
	p.try(kindGoldRewrite, rec.Gold.Rewrite, k)
	p.tried = map[string]bool{}
	sent := rec.Queries
	if len(sent) == 0 {
		sent = []trace.Query{{Text: rec.Question}}
	}
	for _, q := range sent {
		p.try(trace.ProbeDepth, q.Text, k*cmp.Or(o.Deeper, 10))
	}
	if p.err != nil {
		return nil, trace.Predicate{}, p.err
	}
	return p.probes, inCorpus(ctx, rec, r, p.probes), nil
}

// hasGold reports whether gold says what to look for.
func hasGold(g *trace.Gold) bool {
	return g != nil && (len(g.Evidence) > 0 || len(g.Answers) > 0)
}

// prober tries queries until one fails.
type prober struct {
	ctx    context.Context
	rec    *prepared.Record
	r      Retriever
	tried  map[string]bool
	probes []trace.Probe
	err    error
}

func (p *prober) try(kind, query string, depth int) {
	query = strings.TrimSpace(query)
	if query == "" || p.tried[query] || p.err != nil {
		return
	}
	p.tried[query] = true
	hits, err := p.r.Retrieve(p.ctx, query, depth)
	if err != nil {
		p.err = fmt.Errorf("probe %s: %w", kind, err)
		return
	}
	p.probes = append(p.probes, trace.Probe{Kind: kind, Query: query, Depth: depth, Rank: p.rec.RankIn(hits)})
}

// inCorpus says whether some gold set lies whole in the corpus.
func inCorpus(ctx context.Context, rec *trace.Record, r Retriever, probes []trace.Probe) trace.Predicate {
	if p, ok := inferredInCorpus(rec.Gold); ok {
		return p
	}
	grade, sure := trace.GradeB, .98
	if len(rec.Gold.Evidence) == 0 {
		grade, sure = trace.GradeC, .8 // an accepted answer stood in for it
	}
	for _, p := range probes {
		if p.Rank > 0 {
			return trace.Holds(true, sure, grade, fmt.Sprintf("the %s probe finds it at rank %d", p.Kind, p.Rank))
		}
	}
	c, ok := r.(Corpus)
	if !ok {
		return trace.NotKnown("the retriever cannot say what its corpus holds")
	}
	var missing trace.Predicate // the best reason that a set is not there
	undecided := ""
	for _, set := range rec.Gold.Evidence {
		switch held := holdsAll(ctx, c, set); held.Truth {
		case trace.Yes:
			return held
		case trace.No:
			if missing.Grade == trace.GradeNone || held.Grade < missing.Grade {
				missing = held // as sure as the least sure of all sets
			}
		default:
			if len(set) > 0 {
				undecided = held.Why
			}
		}
	}
	switch {
	case len(rec.Gold.Evidence) == 0:
		return trace.Holds(false, .7, trace.GradeD, "no accepted answer stands in the passages most like the question")
	case missing.IsUnknown() || undecided != "":
		return trace.NotKnown(cmp.Or(undecided, "no gold evidence is recorded"))
	case answerAmong(ctx, rec, r):
		return trace.NotKnown("the index has no passage of the gold IDs, yet one states an accepted answer: are the IDs those of this index?")
	}
	return missing
}

// answerAmong reports whether a passage that the question itself finds states
// an accepted answer.
func answerAmong(ctx context.Context, rec *trace.Record, r Retriever) bool {
	hits, err := r.Retrieve(ctx, rec.Question, defaultK)
	if err != nil || len(rec.Gold.Answers) == 0 {
		return false
	}
	answers := &trace.Record{Question: rec.Question, Gold: &trace.Gold{Answers: rec.Gold.Answers}}
	return prepared.New(answers, nil).RankIn(hits) > 0
}

// holdsAll says whether the corpus holds every unit of a set.
func holdsAll(ctx context.Context, c Corpus, set trace.EvidenceSet) trace.Predicate {
	var all trace.Predicate
	undecided := ""
	for _, u := range set {
		held := c.Holds(ctx, u)
		switch {
		case held.IsNo():
			return held
		case held.IsUnknown():
			undecided = held.Why
		case all.IsUnknown() || held.P < all.P:
			all = held
		}
	}
	if undecided != "" || len(set) == 0 {
		return trace.NotKnown(cmp.Or(undecided, "the set has no unit"))
	}
	return all
}

// Inspect is Examine with a retriever at hand: it adds what the index knows
// and, where the evidence was not retrieved, the probes that say why. Probes
// that the record carries already are not tried again.
func Inspect(ctx context.Context, p *prepared.Record, r Retriever, o ProbeOptions) (*trace.RetrieveEvidence, []trace.Probe, error) {
	rec, ev := p.Assumed(), Examine(p)
	ev.ProbedBy = r.Name()
	if c, ok := r.(Corpus); ok {
		ev.Misfit, ev.Stale = c.Misfit(ev.Language), c.Stale(rec.Run.Corpus)
	}
	if ev.InCandidates.IsYes() || !hasGold(rec.Gold) {
		return ev, rec.Evidence.Probes, nil
	}
	if rec.Evidence.Probes != nil {
		ev.InCorpus = inCorpus(ctx, rec, r, rec.Evidence.Probes)
		return ev, rec.Evidence.Probes, nil
	}
	probes, held, err := Probe(ctx, rec, r, o)
	if err != nil {
		return nil, nil, err
	}
	ev.InCorpus = held
	return ev, probes, nil
}
