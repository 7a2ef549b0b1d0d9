package claim

import "github.com/ragdiag/ragdiag/internal/text"

// Refused says which share of what was asked an answer declines.
type Refused struct {
	Share  float64     // of the asked parts that are declined, in [0,1]
	Whole  bool        // it declines, and states nothing that answers
	Phrase string      // the words that decline first, normalised; "" if none do
	Spans  []text.Span // the sentences that decline, bytes of the text read
	Stated int         // sentences that state something
	P      float64     // probability that the answer, as a whole, declines
}

// ReadRefusal reads which share of a question a text declines to answer. The
// question may be empty where it is not known.
func ReadRefusal(question, s string) Refused { return refusalOf(question, s, Split(s)) }

func refusalOf(question, s string, claims []Claim) Refused { return Refused{} }

// Talk reports whether a sentence states nothing about the world: greeting,
// thanks, offer of help, talk about the task, the documents or the search.
func Talk(s string) bool { return smallTalk(s, text.Normalize(s)) }

// AddsNothing reports whether a sentence adds no name, value or content word to
// the question beyond words for documents and knowledge: it cannot be invented.
func AddsNothing(question, s string) bool { return false }
