package ground

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/match"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/stages/sufficient"
	"github.com/ragdiag/ragdiag/trace"
)

// version names this examiner and the verifier behind it in evidence.
func version(texts *claim.Context) string { return "ground/2 " + texts.Verifier().Version() }

// Examine says whether the context of a record sufficed and what the answer made
// of it. It changes nothing in the record.
func Examine(r *prepared.Record) *trace.GroundEvidence {
	rec, texts := r.Assumed(), r.Context()
	x := &examination{rec: rec, texts: texts, ev: &trace.GroundEvidence{Version: version(texts)}}
	x.prepare(r)
	x.empty()
	x.cut()
	x.goldClaims()
	x.sufficiency()
	x.conflicts()
	if rec.Answer == nil {
		x.ev.Injected = trace.NotKnown("the answer was not recorded")
		x.ev.Faithfulness = trace.Unknown("the answer was not recorded")
		x.ev.Undecided, x.ev.Support = x.ev.Faithfulness, x.ev.Faithfulness
		return x.ev
	}
	x.claims()
	x.wrongHeld()
	x.injection()
	x.ev.Verbatim = x.verbatim()
	return x.ev
}

// examination is the work on one record.
type examination struct {
	rec    *trace.Record
	texts  *claim.Context
	ev     *trace.GroundEvidence
	query  *text.Doc
	lang   string         // of the answer or, where it is too short to tell, of the context
	answer *claim.Context // the answer as the one passage; nil: no answer

	units   []trace.UnitMatch // where gold evidence is in the context
	goldAt  map[int]bool      // the passages that hold some; nil: not worked out yet
	whole   trace.Predicate   // some gold set lies whole in the context
	aliases []string          // accepted answers that are short enough to be found as they are
	long    []string          // the others

	accepted map[string]match.Accepted // aliases, prepared by language
	stands   []stand                   // by passage, where an alias is in it
	asks     []weighted                // the distinct words of the question

	saidTerms  map[uint64]bool   // of the answer; nil: not needed yet
	needed     sufficient.Result // what the reference says, as far as the context holds it
	imported   imported          // labels of another judge; mostly none
	stated     []value           // what the question names
	given      *holdings         // the same, to compare specifics with; nil: not needed yet
	rivals     []rival           // pairs of passages that disagree
	uncompared bool              // there were more passages with a value than are compared
	dates      map[int]dated     // of passages, as far as they were asked for
}

// longAnswer is the number of words from which an accepted answer is a text of
// claims rather than a value to look for.
const longAnswer = 12

func (x *examination) prepare(r *prepared.Record) {
	rec := x.rec
	x.query = x.texts.Analyze(rec.Question, x.texts.Language())
	x.lang = x.texts.Language()
	for _, t := range x.query.Terms {
		if len(x.asks) < maxTerms && !slices.ContainsFunc(x.asks, func(q weighted) bool { return q.Hash == t.Hash }) {
			x.asks = append(x.asks, weighted{t, x.texts.Verifier().Weight(t.Stem)})
		}
	}
	if rec.Answer != nil {
		body := claim.Read(rec.Answer.Text).Body
		if !speaks(x.texts.Analyze(body, x.lang), x.lang) {
			x.lang = cmp.Or(text.Language(body), x.lang)
		}
		x.answer = x.said(body)
	}
	x.imported = x.importedLabels()
	x.needed = r.HeldByContext()
	x.whole = trace.NotKnown("no gold evidence")
	if rec.Gold == nil {
		return
	}
	for _, a := range rec.Gold.Answers {
		switch n := len(x.texts.Analyze(a, x.lang).Tokens); {
		case n == 0: // nothing to look for
		case n < longAnswer && !isSentence(a, n):
			x.aliases = append(x.aliases, a)
		default:
			x.long = append(x.long, a)
		}
	}
	x.stands = make([]stand, x.texts.Len())
	for i, d := range x.texts.Docs() {
		x.stands[i] = x.find(d)
	}
	if rec.Context == nil || len(rec.Gold.Evidence) == 0 {
		return
	}
	found := r.GoldInContext()
	x.units, x.whole = found.Units, found.Whole
}

// stand says where an accepted answer is in a text.
type stand struct {
	alias string
	at    text.Span
	ok    bool
}

// find looks for an accepted answer in a text.
func (x *examination) find(d *text.Doc) stand {
	if len(x.aliases) == 0 {
		return stand{}
	}
	if x.accepted == nil {
		x.accepted = map[string]match.Accepted{}
	}
	list, ok := x.accepted[d.Lang]
	if !ok {
		list = match.Accept(x.aliases, d.Lang)
		x.accepted[d.Lang] = list
	}
	alias, at, ok := list.In(d)
	return stand{alias, at, ok}
}

// maxTerms bounds how much of a question or a sentence is compared, so that
// hostile texts cost no more than linear time.
const maxTerms = 64

// weighted is a word of the question with its weight.
type weighted struct {
	text.Term
	weight float64
}

// isSentence reports whether an accepted answer of n words is written as a
// sentence: then it can be said in other words.
func isSentence(s string, n int) bool {
	s = strings.TrimSpace(s)
	return n >= 4 && (strings.HasSuffix(s, ".") || strings.HasSuffix(s, "。"))
}

// speaks reports whether a text is too short to tell its language, or has the share
// of function words that texts of lang have. It spares most records the search
// for a language, which costs more than checking a claim.
func speaks(d *text.Doc, lang string) bool {
	tokens := d.Tokens
	if lang == "" || len(tokens) < 8 {
		return lang != ""
	}
	stops := 0
	for _, t := range tokens {
		if text.IsStop(lang, t.Text) {
			stops++
		}
	}
	return 5*stops >= len(tokens)
}

// said prepares texts in the language of the answer.
func (x *examination) said(texts ...string) *claim.Context {
	docs := make([]*text.Doc, len(texts))
	for i, s := range texts {
		docs[i] = x.texts.Analyze(s, x.lang)
	}
	return x.texts.PrepareDocs(docs, x.lang)
}

// empty says whether a recorded context holds no text at all.
func (x *examination) empty() {
	if x.rec.Context == nil {
		x.ev.Empty = trace.NotKnown("the context was not recorded")
		return
	}
	text := slices.ContainsFunc(x.rec.Context, func(p trace.Passage) bool { return strings.TrimSpace(p.Text) != "" })
	x.ev.Empty = trace.Holds(!text, 1, trace.GradeB, fmt.Sprintf("%d passages in the prompt", len(x.rec.Context)))
	if !text && len(x.rec.Context) > 0 {
		x.ev.Empty.Why = "the passages in the prompt have no text"
	}
}

// cut says whether the server stopped the answer before its end.
func (x *examination) cut() {
	if x.rec.Answer == nil {
		x.ev.Cut = trace.NotKnown("the answer was not recorded")
		return
	}
	reason := x.rec.Answer.FinishReason
	switch strings.ToLower(reason) {
	case "":
		x.ev.Cut = trace.NotKnown("the finish reason was not recorded")
	case "length", "max_tokens", "max_output_tokens", "model_length", "incomplete":
		x.ev.Cut = trace.Holds(true, .99, trace.GradeB, fmt.Sprintf("the server stopped at its limit: %q", reason))
	default:
		x.ev.Cut = trace.Holds(false, .98, trace.GradeB, fmt.Sprintf("finish reason %q", reason))
	}
}

// claims checks each claim of the answer.
func (x *examination) claims() {
	right := x.newJudge()
	closed := x.closedBook()
	var probable, mass float64
	claims := x.texts.Split(claim.Read(x.rec.Answer.Text).Body)
	for _, c := range claims {
		v := trace.ClaimVerdict{Text: c.Text, Start: c.Start, End: c.End, Checkable: c.Checkable}
		if !c.Checkable {
			v.Right = trace.NotKnown("it states nothing that can be checked")
			x.ev.Claims = append(x.ev.Claims, v)
			continue
		}
		x.check(&v)
		v.Right = right.of(c)
		x.decide(&v)
		v.GoldUnit = x.byGold(v.By)
		v.Stale = x.stale(v)
		if closed != nil {
			said := closed.Check(c.Text)
			v.FromClose = trace.TruthOf(said.Support == trace.Supported)
		}
		probable += v.P * v.Weight
		mass += v.Weight
		x.ev.Claims = append(x.ev.Claims, v)
	}
	x.ev.Faithfulness, x.ev.Undecided = trace.Faithfulness(x.ev.Claims)
	switch {
	case x.rec.Context == nil:
		x.ev.Support = trace.Unknown("the context was not recorded")
	case mass == 0:
		x.ev.Support = trace.Unknown("the answer makes no checkable claim")
	default:
		x.ev.Support = trace.Known((probable/mass + x.texts.Covered(claims)) / 2)
	}
}

// checked asks the context about a statement: about a bare yes or no as the
// question with its polarity. A statement that adds nothing to the question is
// not made up.
func (x *examination) checked(s string) claim.Verdict {
	if len(s) <= longestPolar {
		if d := text.Analyze(s, x.lang); len(d.Tokens) == 1 {
			if yes, ok := match.Polarity(d); ok {
				return x.texts.CheckPolar(x.rec.Question, yes)
			}
		}
	}
	got := x.texts.Check(s)
	if got.Support == trace.Abstain {
		got = x.byClause(got, s)
	}
	if got.Support == trace.NotFound && claim.AddsNothing(x.rec.Question, s) {
		got.Support, got.P, got.Why = trace.Abstain, .5, "it adds nothing to the question"
	}
	return got
}

// longestPolar bounds in bytes what can be a bare yes or no.
const longestPolar = 24

// check asks the context about a claim. A context that was recorded as empty
// supports nothing; one that was not recorded decides nothing.
func (x *examination) check(v *trace.ClaimVerdict) {
	got := x.checked(v.Text)
	v.Support, v.P, v.By, v.Against = got.Support, got.P, got.By, got.Against
	v.Overlap, v.Weight, v.Weakened = got.Overlap, got.Weight, got.Untested
	if a := v.Against; a != nil && a.Span.Passage < len(x.stands) {
		s := x.stands[a.Span.Passage]
		a.Accepted = s.ok && a.Span.Start < s.at.End && s.at.Start < a.Span.End
	}
	if x.ev.Empty.IsYes() {
		v.Support, v.P = trace.NotFound, .01
	}
}

// byGold says whether a passage that supports a claim holds gold evidence.
func (x *examination) byGold(by []trace.Span) trace.Truth {
	if len(by) == 0 || len(x.units) == 0 || x.whole.IsUnknown() {
		return trace.TruthUnknown
	}
	return trace.TruthOf(slices.ContainsFunc(by, func(s trace.Span) bool { return x.isGold(s.Passage) }))
}

func (x *examination) isGold(passage int) bool {
	if x.goldAt == nil {
		x.goldAt = map[int]bool{}
		for _, u := range x.units {
			x.goldAt[u.Rank-1] = true
		}
	}
	return x.goldAt[passage]
}

// closedBook prepares what the generator said without context; nil: nothing is
// recorded.
func (x *examination) closedBook() *claim.Context {
	var said []string
	if x.rec.Answer.Closed != "" {
		said = append(said, x.rec.Answer.Closed)
	}
	for _, a := range x.rec.Evidence.Arms {
		if a.Name == trace.ArmClosedBook {
			said = append(said, a.Answers...)
		}
	}
	if len(said) == 0 {
		return nil
	}
	return x.said(said...)
}
