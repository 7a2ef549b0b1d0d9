package prepared

import (
	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/match"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/stages/sufficient"
	"github.com/ragdiag/ragdiag/trace"
)

// Record is a record with each of its texts analysed once. The fields of the
// trace.Record are what was recorded; the methods that bear the same names
// return what was worked out from it. It is not safe for concurrent use.
type Record struct {
	*trace.Record

	verifier *claim.Verifier
	assumed  *trace.Record // with inferred gold evidence; nil: none was inferred

	question   *text.Doc
	context    *claim.Context
	candidates *match.List
	passages   *match.List

	inCandidates, inContext *Found

	needed                     *sufficient.Test
	heldByCandidates, heldByIt *sufficient.Result
	texts                      map[string]string // see TextOf; nil: not worked out yet
}

// Found says where the gold evidence is in a list; see match.List.Sets.
type Found struct {
	Units          []trace.UnitMatch
	Whole, Partial trace.Predicate
	BestRank       int
}

// New returns a record to examine. With a nil verifier it is the one with the
// recommended options.
func New(rec *trace.Record, v *claim.Verifier) *Record {
	if v == nil {
		v = claim.New(claim.Options{})
	}
	return &Record{Record: rec, verifier: v}
}

// Infer lets units that were inferred from a reference answer stand in for gold
// evidence, each enough by itself; see Assumed.
func (r *Record) Infer(units []trace.Unit) {
	if len(units) == 0 {
		return
	}
	rec, gold := *r.Record, *r.Record.Gold
	for _, u := range units {
		gold.Evidence = append(gold.Evidence, trace.EvidenceSet{u})
	}
	rec.Gold = &gold
	r.assumed = &rec
	r.inCandidates, r.inContext = nil, nil
}

// Assumed returns the record with the inferred units as its gold evidence: what
// stages compare with that look for evidence. Where nothing was inferred it is
// the record.
func (r *Record) Assumed() *trace.Record {
	if r.assumed != nil {
		return r.assumed
	}
	return r.Record
}

// Verifier returns the verifier of claims.
func (r *Record) Verifier() *claim.Verifier { return r.verifier }

// Question returns the question, in the language that it is guessed to be in.
func (r *Record) Question() *text.Doc {
	if r.question == nil {
		r.question = r.Context().Analyze(r.Record.Question, "")
	}
	return r.question
}

// Context returns the passages of the prompt, to check claims against.
func (r *Record) Context() *claim.Context {
	if r.context == nil {
		r.context = r.verifier.Record(r.Record)
	}
	return r.context
}

// Candidates returns the candidates, to look for evidence in. A candidate with
// the text of a passage of the prompt shares its analysis.
func (r *Record) Candidates() *match.List {
	if r.candidates == nil {
		in := match.Hits(r.Record.Candidates)
		byText := map[string]*text.Doc{}
		for _, d := range r.Context().Docs() {
			byText[d.Text] = d
		}
		for i := range in {
			in[i].Prepared = byText[in[i].Text]
		}
		r.candidates = match.Prepare(in)
	}
	return r.candidates
}

// Passages returns the passages of the prompt, to look for evidence in.
func (r *Record) Passages() *match.List {
	if r.passages == nil {
		in := match.Passages(r.Record.Context)
		for i, d := range r.Context().Docs() {
			in[i].Prepared = d
		}
		r.passages = match.Prepare(in)
	}
	return r.passages
}

// GoldInCandidates says where the gold evidence, inferred or recorded, is in
// the candidates.
func (r *Record) GoldInCandidates() Found {
	if r.inCandidates == nil {
		r.inCandidates = r.find(r.Candidates(), r.Record.Candidates != nil, func() sufficient.Result {
			held := r.HeldByCandidates()
			if r.Record.Context == nil {
				return held
			}
			if prompt := r.HeldByContext(); prompt.P > held.P {
				return prompt // what is in the prompt was retrieved
			}
			return held
		})
	}
	return *r.inCandidates
}

// GoldInContext says where the gold evidence, inferred or recorded, is in
// the prompt.
func (r *Record) GoldInContext() Found {
	if r.inContext == nil {
		r.inContext = r.find(r.Passages(), r.Record.Context != nil, r.HeldByContext)
	}
	return *r.inContext
}

// RankIn returns the rank at which other passages, found by another search, hold
// the gold evidence or what the reference answer says; 0: they do not.
func (r *Record) RankIn(hits []trace.Hit) int {
	g := r.Assumed().Gold
	if g == nil || len(g.Evidence) > 0 {
		_, _, _, rank := match.Sets(g, match.Hits(hits))
		return rank
	}
	held := r.test().In(sufficient.Hits(hits))
	if !held.Lies().IsYes() {
		return 0
	}
	return held.Rank()
}

// HeldByContext says whether the prompt holds what a right answer needs, as far as
// the reference tells. What the candidates hold beyond it is taken into account.
func (r *Record) HeldByContext() sufficient.Result {
	if r.heldByIt == nil {
		held := r.test().In(sufficient.Passages(r.Record.Context, r.Context().Docs()))
		if r.Record.Candidates != nil {
			held = held.Beside(r.HeldByCandidates())
		}
		r.heldByIt = &held
	}
	return *r.heldByIt
}

// HeldByCandidates says the same of the candidates.
func (r *Record) HeldByCandidates() sufficient.Result {
	if r.heldByCandidates == nil {
		in := sufficient.Hits(r.Record.Candidates)
		for i := range in {
			in[i].Prepared = r.Candidates().Doc(i)
		}
		held := r.test().In(in)
		r.heldByCandidates = &held
	}
	return *r.heldByCandidates
}

func (r *Record) test() *sufficient.Test {
	if r.needed == nil {
		r.needed = sufficient.New(r.Context(), r.Record.Question, r.Record.Gold)
	}
	return r.needed
}

// TextOf returns the recorded text of the passage with an ID, of the prompt if it
// is there and else of the candidates; "": none is recorded.
func (r *Record) TextOf(id string) string {
	if r.texts == nil {
		r.texts = map[string]string{}
		add := func(id, s string) {
			if _, ok := r.texts[id]; !ok && id != "" {
				r.texts[id] = s
			}
		}
		for _, p := range r.Record.Context {
			add(p.ID, p.Text)
		}
		for _, h := range r.Record.Candidates {
			add(h.ID, h.Text)
		}
	}
	return r.texts[id]
}

// find looks for the gold evidence; where none is recorded, for what the
// reference answer says.
func (r *Record) find(l *match.List, recorded bool, held func() sufficient.Result) *Found {
	var f Found
	g := r.Assumed().Gold
	if g == nil || !recorded {
		f.Units, f.Whole, f.Partial, f.BestRank = l.Sets(g)
		return &f
	}
	f.Partial = trace.NotKnown("no gold evidence is recorded")
	if len(g.Evidence) > 0 {
		f.Units, f.Whole, f.Partial, f.BestRank = l.Sets(g)
		if _, compared := f.Whole.Chance(); compared || r.assumed != nil {
			return &f
		}
	}
	h := held()
	lies := h.Lies()
	if _, told := lies.Chance(); !told && len(g.Evidence) > 0 {
		return &f // why the evidence could not be compared says more
	}
	f.Whole = lies
	if f.Whole.IsYes() {
		f.BestRank = h.Rank()
	}
	return &f
}
