package claim

import (
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// Version names the verifier in evidence.
func Version() string { return "claim/1" }

// Options configures a Verifier. The zero value is the recommended setting.
type Options struct {
	Weights  *text.Weights // of the user's corpus; nil: by the form of the word
	Language string        // ISO 639-1 of all texts; empty: guessed per record
}

// Verifier checks claims against passages. It has no state beyond its options
// and may be shared between goroutines; a Context may not.
type Verifier struct {
	opt Options
}

// New returns a verifier.
func New(o Options) *Verifier { return &Verifier{opt: o} }

// Verdict is how the passages stand to one claim.
type Verdict struct {
	Support  trace.Support
	P        float64         // probability that the claim is supported
	By       []trace.Span    // what supports it, best first; empty unless supported
	Against  *trace.Conflict // where a passage disagrees
	Overlap  float64         // share of the claim's words in the window that disagrees, or in the best window
	Weight   float64         // IDF mass of the claim's content words
	Language string          // of the claim, ISO 639-1
	Untested bool            // no measurement exists for this language: grade D
	Why      string          // one clause: what decided
}

// Context is a set of passages prepared once and asked many times. It must not
// be shared between goroutines.
type Context struct {
	v    *Verifier
	lang string
	docs []*text.Doc
}

// Prepare analyses passages. Indexes into passages are the Passage of every
// span in a Verdict.
func (v *Verifier) Prepare(passages []string) *Context {
	c := &Context{v: v, lang: v.opt.Language}
	for _, p := range passages {
		c.docs = append(c.docs, text.Analyze(p, c.lang))
	}
	return c
}

// Record prepares the context of a record.
func (v *Verifier) Record(rec *trace.Record) *Context {
	passages := make([]string, len(rec.Context))
	for i, p := range rec.Context {
		passages[i] = p.Text
	}
	return v.Prepare(passages)
}

// Verifier returns the verifier that prepared the context.
func (c *Context) Verifier() *Verifier { return c.v }

// Docs returns the prepared passages in order.
func (c *Context) Docs() []*text.Doc { return c.docs }

// Len returns the number of passages.
func (c *Context) Len() int { return len(c.docs) }

// Language returns the language of most of the passages, ISO 639-1, or "".
func (c *Context) Language() string { return c.lang }

// Check asks all passages together about a claim.
func (c *Context) Check(claim string) Verdict { return Verdict{Why: "not implemented"} }

// CheckIn asks the named passages together about a claim.
func (c *Context) CheckIn(claim string, passages ...int) Verdict {
	return Verdict{Why: "not implemented"}
}
