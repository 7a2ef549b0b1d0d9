package match

import (
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// Reference is one reference answer, read by its kind and prepared once to be
// compared with many texts. It is not safe for concurrent use.
type Reference struct {
	Kind     string    // one of the trace.Reference constants
	Text     string    // as written
	Doc      *text.Doc // of Text
	Question *text.Doc // never nil
	Items    []Item    // what it says, in order; those asked for first decide
}

// Item is one thing that a reference says.
type Item struct {
	Kind      string // "number", "date", "time", "name", "words", "yes-no", "code", "claim"
	Text      string // as the reference says it
	text.Span        // of Reference.Text
	Asked     bool   // the question asks for it; false: it is said beyond that
}

// ReadReference reads a reference answer to a question in a language, ISO 639-1
// or "". The question may be nil. Whether the reference declines to answer is
// for the caller to say.
func ReadReference(question *text.Doc, ref, lang string, declines bool) *Reference {
	if question == nil {
		question = text.Analyze("", lang)
	}
	r := &Reference{Text: ref, Doc: text.Analyze(ref, lang), Question: question, Kind: trace.ReferenceValue}
	if declines {
		r.Kind = trace.ReferenceDeclines
	}
	return r
}
