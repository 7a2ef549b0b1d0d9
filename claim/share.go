package claim

import (
	"slices"

	"github.com/ragdiag/ragdiag/internal/text"
)

// known is what the contexts of one record have worked out together.
type known struct {
	docs   text.Memo
	claims map[string]map[string]*statement // by language of the context, then by text
	splits map[string][]Claim

	contexts []*Context // the first that were made
}

// maxContexts bounds the contexts of a record that are looked through for one of
// the same texts.
const maxContexts = 8

// PrepareDocs makes a context of other texts, which are analysed already and do
// not speak with those of c; lang is their language or "". Claims are prepared
// once for both, and of the same texts the context is the same.
func (c *Context) PrepareDocs(docs []*text.Doc, lang string) *Context {
	known := c.shared()
	for _, o := range known.contexts {
		if o.lang == lang && slices.Equal(o.docs, docs) {
			return o
		}
	}
	out := newContext(c.v, docs, lang)
	out.known = known
	if len(known.contexts) < maxContexts {
		known.contexts = append(known.contexts, out)
	}
	out.known.docs.Keep(docs...)
	if claims := out.known.claims[lang]; claims != nil {
		out.claims = claims
	} else {
		out.known.claims[lang] = out.claims
	}
	out.splits = out.known.splits
	return out
}

// shared returns what c and the contexts made of it have worked out.
func (c *Context) shared() *known {
	if c.known == nil {
		c.known = &known{claims: map[string]map[string]*statement{}, splits: map[string][]Claim{}}
		if c.claims != nil {
			c.known.claims[c.lang], c.known.splits = c.claims, c.splits
		}
		c.known.docs.Keep(c.docs...)
	}
	return c.known
}

// Analyze is text.Analyze, which runs once for each text and language in all
// contexts of a record. The result must not be changed.
func (c *Context) Analyze(s, lang string) *text.Doc { return c.shared().docs.Analyze(s, lang) }
