package faults

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/trace"
)

// Reader is a generator whose weaknesses can be set. It reads the few passages
// that seem most relevant to it and answers with sentences of them, through
// llm.Stub. The zero weaknesses make a sound reader.
type Reader struct {
	Weights *text.Weights
	Seed    uint64

	Span     int     // passages it reads; 0: 4
	Noise    float64 // spread of its mistakes about relevance, in shares of the question
	Position float64 // how much less it sees of the middle: 0 nothing, 1 everything
	Strict   float64 // declines if its best passage covers less of the question than this share
	Prior    float64 // probability that it answers from Memory without looking
	Eager    bool    // answers from Memory where it would have declined

	// Chatty readers give the nearest sentence that they read where a careful one
	// would decline.
	Chatty bool

	// Around is the number of sentences before and behind that it gives too, for
	// those who like long answers.
	Around int

	// Asked is what it takes the question to mean; empty: as it stands.
	Asked string

	// Memory is what it believes without context. It says as much of it as it
	// would of the passages, and cites what it reads all the same, as models do.
	Memory []trace.Passage
	// Slip is the probability that it gives another value of the same kind from
	// the passage it reads.
	Slip float64
}

// Name returns "scripted".
func (*Reader) Name() string { return "scripted" }

// Generate answers a request. The replay is Decoding.Seed: same request, same
// seed, same answer.
func (r *Reader) Generate(ctx context.Context, req llm.Request) (llm.Reply, error) {
	replay := int64(0)
	if req.Seed != nil {
		replay = *req.Seed
	}
	rng := dice(r.Seed, "reader", replay, req.ID)
	req.Question = cmp.Or(r.Asked, req.Question)
	asked := text.Analyze(req.Question, "")
	seen := make([]int, len(req.Passages))
	relevance := make([]float64, len(req.Passages))
	clear := make([]float64, len(req.Passages)) // without mistakes
	for i, p := range req.Passages {
		seen[i] = i
		clear[i] = covers(asked, p.Title+"\n"+p.Text, r.Weights)
		middle := 0.0
		if n := len(req.Passages); n > 2 {
			middle = 1 - math.Abs(2*float64(i)/float64(n-1)-1)
		}
		relevance[i] = clear[i]*(1-r.Position*middle) + (r.Noise+.02)*rng.NormFloat64()
	}
	slices.SortStableFunc(seen, func(a, b int) int { return cmp.Compare(relevance[b], relevance[a]) })
	seen = seen[:min(len(seen), cmp.Or(r.Span, 4))]
	slices.Sort(seen)
	read := req
	read.Passages = nil
	best := 0.0
	for _, i := range seen {
		read.Passages = append(read.Passages, req.Passages[i])
		best = max(best, clear[i])
	}
	stub := llm.Stub{Weights: r.Weights}
	reply, err := stub.Generate(ctx, read)
	if err != nil {
		return llm.Reply{}, err
	}
	said, declined := renumber(reply.Text, seen), reply.Text == llm.Refusal
	if declined && r.Chatty && len(read.Passages) > 0 {
		said, declined = r.nearest(asked, read.Passages, seen), false
	}
	if !declined {
		said = r.around(said, req.Passages)
	}
	switch {
	case len(r.Memory) > 0 && (rng.Float64() < r.Prior || r.Eager && declined):
		if declined {
			said = r.around(r.nearest(asked, read.Passages, seen), req.Passages)
		}
		said = r.recall(asked, said)
	case !declined && best < r.Strict:
		said = llm.Refusal
	case !declined && rng.Float64() < r.Slip:
		said = slip(said, read.Passages, asked, rng)
	}
	return llm.Reply{Text: said, FinishReason: "stop", Model: r.Name()}, nil
}

// around gives the sentences before and behind the first one that was said as
// well, each cited.
func (r *Reader) around(said string, passages []trace.Passage) string {
	m := marker.FindStringSubmatch(said)
	if r.Around == 0 || m == nil {
		return said
	}
	n, _ := strconv.Atoi(m[1])
	if n < 1 || n > len(passages) {
		return said
	}
	all := sentences(passages[n-1].Text)
	var first, last = -1, -1
	for i, s := range all {
		if holds(marker.ReplaceAllString(said, ""), s) {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 {
		return said
	}
	var out []string
	for _, s := range all[max(0, first-r.Around):min(len(all), last+r.Around+1)] {
		out = append(out, cite(s, n))
	}
	return strings.Join(out, " ")
}

// recall answers from memory in the form of an answer from the passages: as many
// sentences, each with the citation of the one in its place. How much is said
// and cited must not tell where it comes from.
func (r *Reader) recall(asked *text.Doc, like string) string {
	cited := []int{1}
	if marks := marker.FindAllStringSubmatch(like, -1); marks != nil {
		cited = nil
		for _, m := range marks { // one for each sentence
			n, _ := strconv.Atoi(m[1])
			cited = append(cited, n)
		}
	}
	var out []string
	for i, s := range r.remembered(asked, len(cited)) {
		out = append(out, cite(s, cited[i]))
	}
	return strings.Join(out, " ")
}

// remembered returns up to n sentences of the memory: the one that covers most
// of the question, those around it, and then the next best of other passages.
func (r *Reader) remembered(asked *text.Doc, n int) []string {
	type sentence struct {
		passage, at int
		covers      float64
		text        string
	}
	var all []sentence
	best := sentence{covers: -1}
	for i, p := range r.Memory {
		title := .2 * covers(asked, p.Title, r.Weights)
		for j, s := range sentences(p.Text) {
			c := sentence{i, j, covers(asked, s, r.Weights) + title, s}
			if all = append(all, c); c.covers > best.covers {
				best = c
			}
		}
	}
	away := func(s sentence) int {
		if s.passage != best.passage {
			return math.MaxInt
		}
		return max(s.at-best.at, best.at-s.at)
	}
	slices.SortStableFunc(all, func(a, b sentence) int {
		return cmp.Or(cmp.Compare(away(a), away(b)), cmp.Compare(b.covers, a.covers))
	})
	all = all[:min(n, len(all))]
	slices.SortStableFunc(all, func(a, b sentence) int {
		return cmp.Or(cmp.Compare(a.passage, b.passage), cmp.Compare(a.at, b.at))
	})
	var out []string
	for _, s := range all {
		out = append(out, s.text)
	}
	return out
}

// nearest is the sentence of the passages that covers most of the question,
// cited as number[i]+1 if it is from passage i.
func (r *Reader) nearest(asked *text.Doc, passages []trace.Passage, number []int) string {
	best, said := -1.0, llm.Refusal
	for i, p := range passages {
		for _, s := range text.Sentences(p.Text) {
			if c := covers(asked, s.Of(p.Text), r.Weights) + .2*covers(asked, p.Title, r.Weights); c > best {
				best, said = c, cite(s.Of(p.Text), number[i]+1)
			}
		}
	}
	return said
}

// cite puts a marker before the final mark of a sentence.
func cite(sentence string, n int) string {
	if last := len(sentence) - 1; last >= 0 && sentence[last] == '.' {
		return fmt.Sprintf("%s [%d].", sentence[:last], n)
	}
	return fmt.Sprintf("%s [%d]", sentence, n)
}

var marker = regexp.MustCompile(`\[(\d+)\]`)

// renumber turns the numbers of the passages that were read into their numbers
// in the prompt.
func renumber(s string, seen []int) string {
	return marker.ReplaceAllStringFunc(s, func(m string) string {
		n, err := strconv.Atoi(m[1 : len(m)-1])
		if err != nil || n < 1 || n > len(seen) {
			return m
		}
		return fmt.Sprintf("[%d]", seen[n-1]+1)
	})
}

// covers returns the share of the question's weight that s holds.
func covers(asked *text.Doc, s string, w *text.Weights) float64 {
	return w.Held(asked.Terms, text.StemSet(s, asked.Lang))
}

// slip replaces the first value of the answer that the question does not hold
// by another value of the same kind from the passages.
func slip(answer string, passages []trace.Passage, asked *text.Doc, rng interface{ IntN(int) int }) string {
	var pool []value
	for _, p := range passages {
		pool = append(pool, values(p.Text)...)
	}
	for _, v := range values(answer) {
		if holds(asked.Text, v.Text) {
			continue
		}
		if other, ok := another(v, pool, rng, answer+" "+asked.Text); ok {
			return answer[:v.Start] + other + answer[v.End:]
		}
	}
	return answer
}
