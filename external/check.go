package external

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/stages/retrieve"
	"github.com/ragdiag/ragdiag/trace"
)

// Level says how bad a finding is.
type Level uint8

// The levels.
const (
	Fine  Level = iota
	Doubt       // experiments work, and may say less
	Wrong       // they would mislead
)

// Finding is what one check of the contract found.
type Finding struct {
	Level Level
	What  string // that was tried
	Text  string // what came of it, and what to do
}

// The sample questions are about things that do not exist, so that an answer
// can only come from the passages.
var (
	sampleRight = trace.Passage{ID: "s1", Title: "Harbour office of Velsund", Text: "The harbour office of Velsund opened in 1834. Its clock shows 17 minutes past four."}
	sampleOther = trace.Passage{ID: "s1", Title: "Harbour office of Velsund", Text: "The harbour office of Velsund opened in 1862. Its clock shows 17 minutes past four."}
	sampleNoise = trace.Passage{ID: "s2", Title: "Bakery of Velsund", Text: "The bakery of Velsund sells rye bread, and is closed on Mondays."}
)

const sampleQuestion = "When did the harbour office of Velsund open?"

// CheckGenerator asks a generator sample questions and says whether it keeps to
// the contract: it answers, from the passages that it is given and not from
// others, with none of them too, and it lives through odd text.
func CheckGenerator(ctx context.Context, g llm.Generator) []Finding {
	ask := func(replicate int, q string, ps ...trace.Passage) (string, error) {
		seed := int64(1 + replicate)
		if ps == nil {
			ps = []trace.Passage{}
		}
		r, err := g.Generate(ctx, llm.Request{ID: "sample", Question: q, Passages: ps, Replicate: replicate, Decoding: llm.Decoding{Seed: &seed}})
		return r.Text, err
	}
	var out []Finding
	add := func(l Level, what, format string, args ...any) {
		out = append(out, Finding{l, what, fmt.Sprintf(format, args...)})
	}
	first, err := ask(0, sampleQuestion, sampleRight, sampleNoise)
	switch {
	case err != nil:
		add(Wrong, "a first question", "%v", err)
		return out // all others would fail alike
	case strings.Contains(first, "1834"):
		add(Fine, "a first question", "it answers from the passage: %q", clip(first))
	default:
		add(Wrong, "a first question", "the passage says 1834, the answer is %q: does the system use the contexts of the request?", clip(first))
	}
	switch other, err := ask(0, sampleQuestion, sampleOther, sampleNoise); {
	case err != nil:
		add(Wrong, "another passage", "%v", err)
	case strings.Contains(other, "1862"):
		add(Fine, "another passage", "the answer follows it: %q", clip(other))
	case strings.Contains(other, "1834"):
		add(Wrong, "another passage", "the answer is still %q: the system retrieves for itself or caches by question; it must use the contexts of each request", clip(other))
	default:
		add(Doubt, "another passage", "the passage says 1862, the answer is %q", clip(other))
	}
	switch none, err := ask(0, sampleQuestion); {
	case err != nil:
		add(Doubt, "no passage", "%v: closed-book runs will be left out", err)
	case strings.Contains(none, "1834") || strings.Contains(none, "1862"):
		add(Wrong, "no passage", "it answers %q, which it can only know from an earlier request: it must keep nothing between requests", clip(none))
	default:
		add(Fine, "no passage", "%q", clip(none))
	}
	odd := trace.Passage{ID: "s\"3", Title: "Řád \u202e𝔘 \"quoted\"", Text: "Line one.\nLine two, with \\ and \t and \u2028 and an emoji 🦊."}
	if _, err := ask(0, "What does «línea» 2 say?\nIn one word.", odd); err != nil {
		add(Wrong, "odd text", "%v: decode requests as UTF-8 JSON", err)
	} else {
		add(Fine, "odd text", "quotes, line ends and other scripts arrive")
	}
	long := make([]trace.Passage, 20)
	for i := range long {
		long[i] = trace.Passage{ID: fmt.Sprint("l", i), Text: strings.Repeat("The bakery of Velsund sells rye bread. ", 50)}
	}
	long[10] = sampleRight
	switch got, err := ask(0, sampleQuestion, long...); {
	case err != nil:
		add(Doubt, "a long prompt", "%v", err)
	case strings.Contains(got, "1834"):
		add(Fine, "a long prompt", "the middle of 20 passages is read")
	default:
		add(Doubt, "a long prompt", "with 20 passages the answer is %q: is the context cut?", clip(got))
	}
	same := true
	for n := 1; n <= 2; n++ {
		again, err := ask(n, sampleQuestion, sampleRight, sampleNoise)
		if err != nil {
			add(Wrong, "a second draw", "%v", err)
			return out
		}
		same = same && again == first
	}
	if same {
		add(Doubt, "a second draw", "three draws are the same words: fine if your system runs at temperature 0; if not, do not cache over seed and replicate")
	} else {
		add(Fine, "a second draw", "draws differ")
	}
	return out
}

// CheckRetriever asks a retriever for passages and says whether it keeps to the
// contract: the depth that was asked for, no passage twice, scores that fall,
// and the same passages again for the same query.
func CheckRetriever(ctx context.Context, r retrieve.Retriever) []Finding {
	var out []Finding
	add := func(l Level, what, format string, args ...any) {
		out = append(out, Finding{l, what, fmt.Sprintf(format, args...)})
	}
	const query = "history of the office"
	hits, err := r.Retrieve(ctx, query, 5)
	switch {
	case err != nil:
		add(Wrong, "a query", "%v", err)
		return out
	case len(hits) == 0:
		add(Doubt, "a query", "nothing is found for %q: fine if the corpus has nothing like it", query)
	default:
		add(Fine, "a query", "%d passages, the first is %q", len(hits), clip(hits[0].ID))
	}
	if err := listFault(hits); err != nil {
		add(Wrong, "the list", "%v", err)
	} else {
		add(Fine, "the list", "no passage twice, scores fall, IDs and texts are there")
	}
	again, err := r.Retrieve(ctx, query, 5)
	switch {
	case err != nil:
		add(Wrong, "the same query again", "%v", err)
	case !sameIDs(hits, again):
		add(Wrong, "the same query again", "other passages come back: probes need a retriever that gives the same list for the same query")
	default:
		add(Fine, "the same query again", "the same list")
	}
	deep, err := r.Retrieve(ctx, query, 50)
	switch {
	case err != nil:
		add(Wrong, "more depth", "%v", err)
	case len(hits) == 5 && len(deep) == 5:
		add(Doubt, "more depth", "50 were asked for and 5 came: depth is ignored, or the corpus has no more")
	case !sameIDs(hits, deep[:min(len(hits), len(deep))]):
		add(Doubt, "more depth", "the first passages differ from those at depth 5")
	default:
		add(Fine, "more depth", "%d passages at depth 50, the same first ones", len(deep))
	}
	return out
}

// listFault says what is wrong with a list of hits.
func listFault(hits []trace.Hit) error {
	seen := map[string]bool{}
	last := 0.
	for i, h := range hits {
		switch v, ok := h.Score.Get(); {
		case h.ID == "":
			return fmt.Errorf("hits[%d] has no id: gold evidence is found by it", i)
		case seen[h.ID]:
			return fmt.Errorf("hits[%d]: %q stands in the list twice", i, h.ID)
		case h.Text == "":
			return fmt.Errorf("hits[%d] has no text: experiments put it into the prompt", i)
		case ok && i > 0 && v > last:
			return errors.New("scores rise: send the best passage first")
		case ok:
			last = v
		}
		seen[h.ID] = true
	}
	return nil
}

func sameIDs(a, b []trace.Hit) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].ID != b[i].ID {
			return false
		}
	}
	return true
}
