package llm

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
)

// Refusal is what Stub says when no passage fits the question.
const Refusal = "I cannot answer this from the given context."

// Stub is a reader that costs nothing: it answers with the sentences of the
// passages that fit the question best, cites their passages as [n], counted
// from 1, and declines when none fits. Same request, same answer. It knows the
// words of a question and what kind of thing it asks for (a person, a time, a
// number), not what it means. It reads Question and Passages, never the prompt,
// so it follows no orders that a passage gives.
type Stub struct {
	Weights *text.Weights // of words in the corpus; nil: by the form of the word
}

// Name returns "stub".
func (*Stub) Name() string { return "stub" }

// The settings of the reader, chosen on the first half of the sets that
// stub_data_test.go measures on, by ID.
const (
	minCoverage = 0.4  // of the question's weight, by a passage: below it Stub declines
	minPairs    = 0.3  // the same for questions cut into pairs of characters, of which many hold no word
	minScore    = 0.3  // of the best sentence: below it Stub declines
	alsoScore   = 0.75 // a further sentence is said if it has this share of the best score …
	maxSaid     = 3    // … up to so many in all
)

// Generate answers req.Question from req.Passages.
func (s *Stub) Generate(ctx context.Context, req Request) (Reply, error) {
	if err := ctx.Err(); err != nil {
		return Reply{}, err
	}
	r := newReading(req, s.Weights)
	return Reply{Text: r.answer(), FinishReason: "stop", Model: "stub"}, nil
}

// reading is the work on one request.
type reading struct {
	docs   []*text.Doc
	titles []*text.Doc
	asked  map[uint64]float64 // weight of each term of the question
	mass   float64            // their sum
	least  float64            // share of it that a passage must hold
	kind   answerKind
	query  *text.Doc
}

func newReading(req Request, w *text.Weights) *reading {
	r := &reading{asked: map[uint64]float64{}}
	lang := text.LanguageOf(func(yield func(string) bool) {
		for _, p := range req.Passages {
			if !yield(p.Text) {
				return
			}
		}
	})
	sentences, df := 0, map[uint64]int{}
	for _, p := range req.Passages {
		d := text.Analyze(p.Text, lang)
		r.docs = append(r.docs, d)
		r.titles = append(r.titles, text.Analyze(p.Title, lang))
		for _, st := range d.Sentences {
			sentences++
			seen := map[uint64]bool{}
			for _, t := range d.Terms[st.Term:st.TermEnd] {
				if !seen[t.Hash] {
					seen[t.Hash] = true
					df[t.Hash]++
				}
			}
		}
	}
	r.query = text.Analyze(req.Question, lang)
	r.least = minCoverage
	if slices.Contains([]string{"zh", "ja", "th", "lo", "km", "my"}, r.query.Lang) {
		r.least = minPairs
	}
	r.kind = kindOfQuestion(r.query)
	for _, t := range r.query.Terms {
		if _, ok := r.asked[t.Hash]; ok {
			continue
		}
		rare := 1 - float64(df[t.Hash])/float64(sentences+1) // a word of every sentence tells none apart
		r.asked[t.Hash] = w.Weight(t.Stem) * (.5 + .5*rare)
		r.mass += r.asked[t.Hash]
	}
	return r
}

// candidate is a sentence that may be the answer.
type candidate struct {
	passage, sentence int
	score             float64
}

// answer returns the best sentences in the order in which they stand, or Refusal.
func (r *reading) answer() string {
	if r.mass == 0 {
		return Refusal
	}
	var all []candidate
	for p, d := range r.docs {
		whole := r.covered(r.titles[p].Terms, d.Terms)
		if whole < r.least {
			continue
		}
		for s := range d.Sentences {
			all = append(all, candidate{p, s, r.score(p, s, whole)})
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	if len(all) == 0 || all[0].score < minScore {
		return Refusal
	}
	best := all[0]
	said := slices.DeleteFunc(all, func(c candidate) bool {
		return c.passage != best.passage || c.score < alsoScore*best.score || c.sentence-best.sentence > 2 || best.sentence-c.sentence > 2
	})
	said = said[:min(len(said), maxSaid)]
	slices.SortFunc(said, func(a, b candidate) int { return cmp.Compare(a.sentence, b.sentence) })
	var out []string
	for _, c := range said {
		d := r.docs[c.passage]
		out = append(out, cited(d.Sentences[c.sentence].Of(d.Text), c.passage+1))
	}
	return strings.Join(out, " ")
}

// score rates a sentence: what it shares with the question, what its
// neighbourhood and its passage add, and whether it has the kind of thing that
// is asked for.
func (r *reading) score(p, s int, whole float64) float64 {
	d := r.docs[p]
	st := d.Sentences[s]
	own := r.covered(d.Terms[st.Term:st.TermEnd])
	from, to := d.Sentences[max(0, s-1)].Term, d.Sentences[min(len(d.Sentences)-1, s+1)].TermEnd
	score := .55*own + .2*r.covered(r.titles[p].Terms, d.Terms[from:to]) + .1*whole
	if r.kind == kindAny {
		return score + .075
	}
	if r.offers(d, st) {
		return score + .15
	}
	return score
}

// covered returns the share of the question's weight that the terms hold.
func (r *reading) covered(parts ...[]text.Term) float64 {
	seen := make(map[uint64]bool, len(r.asked))
	for _, terms := range parts {
		for _, t := range terms {
			if _, ok := r.asked[t.Hash]; ok {
				seen[t.Hash] = true
			}
		}
	}
	var sum float64
	for _, t := range r.query.Terms { // in this order, so that the sum is the same each time
		if seen[t.Hash] {
			sum += r.asked[t.Hash]
			seen[t.Hash] = false
		}
	}
	return sum / r.mass
}

// cited puts the marker before the final mark of a sentence.
func cited(sentence string, n int) string {
	for _, mark := range []string{".", "。"} {
		if body, ok := strings.CutSuffix(sentence, mark); ok {
			return fmt.Sprintf("%s [%d]%s", strings.TrimRight(body, " "), n, mark)
		}
	}
	return fmt.Sprintf("%s [%d]", sentence, n)
}
