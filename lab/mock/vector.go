package mock

import (
	"cmp"
	"encoding/json"
	"math"
	"net/http"
	"slices"

	"github.com/ragdiag/ragdiag/internal/text"
)

// dimensions of an embedding.
const dimensions = 64

// embed answers with vectors in which each word adds to the place of its hash.
// They come back in another order than they were asked for, as servers may send
// them: the index tells.
func (s *Server) embed(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Model string          `json:"model"`
		Input json.RawMessage `json:"input"`
	}
	var texts []string
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<20)).Decode(&in)
	if err == nil && json.Unmarshal(in.Input, &texts) != nil {
		texts = make([]string, 1)
		err = json.Unmarshal(in.Input, &texts[0])
	}
	if err != nil {
		fail(w, http.StatusBadRequest, "", "We could not parse the JSON body of your request.")
		return
	}
	data, tokens := []any{}, 0
	for i := len(texts) - 1; i >= 0; i-- {
		data = append(data, map[string]any{"object": "embedding", "index": i, "embedding": vector(texts[i])})
		tokens += Tokens(texts[i])
	}
	send(w, http.StatusOK, map[string]any{"object": "list", "model": in.Model, "data": data,
		"usage": map[string]any{"prompt_tokens": tokens, "total_tokens": tokens}})
}

// vector has length 1, or is zero for a text without words.
func vector(s string) []float64 {
	v := make([]float64, dimensions)
	for _, t := range text.Terms(s, "") {
		v[text.Hash64(t)%dimensions]++
	}
	sum := 0.0
	for _, x := range v {
		sum += x * x
	}
	for i := range v {
		if sum > 0 {
			v[i] /= math.Sqrt(sum)
		}
	}
	return v
}

// rerank scores each document by the share of the query's words that it holds;
// the best comes first, as servers send it.
func (s *Server) rerank(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Model     string   `json:"model"`
		Query     string   `json:"query"`
		Documents []string `json:"documents"`
	}
	if json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<20)).Decode(&in) != nil {
		fail(w, http.StatusBadRequest, "", "We could not parse the JSON body of your request.")
		return
	}
	send(w, http.StatusOK, map[string]any{"model": in.Model, "results": ranked(in.Query, in.Documents)})
}

// result is one document of a rerank reply.
type result struct {
	Index int     `json:"index"`
	Score float64 `json:"relevance_score"`
}

func ranked(query string, docs []string) []result {
	asked := text.Terms(query, "")
	out := []result{}
	for i, d := range docs {
		has := map[string]bool{}
		for _, t := range text.Terms(d, "") {
			has[t] = true
		}
		held := 0
		for _, t := range asked {
			if has[t] {
				held++
			}
		}
		out = append(out, result{i, float64(held) / float64(max(1, len(asked)))})
	}
	slices.SortStableFunc(out, func(a, b result) int { return cmp.Compare(b.Score, a.Score) })
	return out
}
