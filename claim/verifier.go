package claim

import (
	"sync"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// Version names the verifier with the shipped weights in evidence.
func Version() string { return shippedScorer().version }

// Options configures a Verifier. The zero value is the recommended setting.
type Options struct {
	Weights  *text.Weights // of the user's corpus; nil: by the form of the word
	Language string        // ISO 639-1 of all texts; empty: guessed per record
	Model    *Model        // nil: the shipped one
}

// Verifier checks claims against passages. It has no state beyond its options
// and may be shared between goroutines; a Context may not.
type Verifier struct {
	opt   Options
	model *scorer
}

// New returns a verifier.
func New(o Options) *Verifier {
	if o.Model == nil {
		return &Verifier{o, shippedScorer()}
	}
	return &Verifier{o, o.Model.scorer()}
}

var shippedScorer = sync.OnceValue(func() *scorer { return Shipped().scorer() })

// Version names the verifier in evidence.
func (v *Verifier) Version() string { return v.model.version }

// Weight returns the weight of a content term, as the verifier uses it.
func (v *Verifier) Weight(term string) float64 { return v.opt.Weights.Weight(term) }

// Even is the P at which the weights are even: that of a model fitted on one set
// keeps that set's share of supported claims.
func (v *Verifier) Even() float64 { return v.model.even }

// Coverage is the share of a claim's word mass that is anywhere in the
// passages.
func (c *Context) Coverage(claim string) float64 {
	if len(c.sents) == 0 {
		return 0
	}
	s := c.statement(claim)
	return s.coverage(c.mark(s, nil).terms)
}

// Verdict is how the passages stand to one claim.
type Verdict struct {
	Support  trace.Support
	P        float64         // probability that the claim is supported
	By       []trace.Span    // what supports it, best first; empty unless supported
	Against  *trace.Conflict // where a passage disagrees; set if contradicted
	Overlap  float64         // share of the claim's word mass in the window that decided, [0,1]
	Weight   float64         // IDF mass of the claim's content words
	Language string          // of the claim, ISO 639-1, or ""
	Untested bool            // no measurement exists for this language: take Support for grade D
	Why      string          // one clause: what decided
	X        Vector          // what was measured, if Measured
	Measured bool            // the features decided P: there were words to compare
}

// Prepare analyses passages. Indexes into passages are the Passage of every
// span in a Verdict.
func (v *Verifier) Prepare(passages []string) *Context {
	return (&Context{v: v}).Prepare(passages)
}

// Prepare analyses other passages than those of c, which do not speak with the
// new ones; what is in both is analysed once.
func (c *Context) Prepare(passages []string) *Context {
	toks := make([][]text.Token, len(passages))
	for i, p := range passages {
		toks[i] = text.Tokens(p)
	}
	lang := c.v.language(passages, toks)
	docs := make([]*text.Doc, len(passages))
	for i, p := range passages {
		docs[i] = c.shared().docs.AnalyzeTokens(p, toks[i], lang)
	}
	return c.PrepareDocs(docs, lang)
}

// language is the language of passages: the one that was set, or that of the
// first few.
func (v *Verifier) language(passages []string, toks [][]text.Token) string {
	if v.opt.Language != "" {
		return v.opt.Language
	}
	sample := passages[:min(len(passages), languageSample)]
	lang := text.LanguageOfAll(sample, toks)
	n := 0
	for _, p := range sample {
		n += len(p)
	}
	if n < shortSample && text.SameScript(lang, "en") {
		return likelyLanguage(lang, sample)
	}
	return lang
}

// shortSample is the number of bytes below which a guess of the language in
// Latin script is no better than a count of function words.
const shortSample = 120

// likelyLanguage returns the language that has most of the words of a few short
// texts as function words; of equal ones English, then the one guessed.
func likelyLanguage(guess string, texts []string) string {
	count := func(lang string) int {
		n := 0
		for _, s := range texts {
			for _, t := range text.Tokens(s) {
				if text.IsStop(lang, t.Text) {
					n++
				}
			}
		}
		return n
	}
	best, most := "en", count("en")
	for _, lang := range append([]string{guess}, ruled[:]...) {
		if n := count(lang); lang != "" && n > most && text.SameScript(lang, "en") {
			best, most = lang, n
		}
	}
	return best
}

// languageSample is the number of passages that vote for the language of a
// context.
const languageSample = 3

// Record prepares the context of a record.
func (v *Verifier) Record(rec *trace.Record) *Context {
	passages := make([]string, len(rec.Context))
	for i, p := range rec.Context {
		passages[i] = p.Text
	}
	return v.Prepare(passages)
}
