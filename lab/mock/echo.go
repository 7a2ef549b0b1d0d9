package mock

import (
	"math"
	"net/http"
	"strings"
	"unicode/utf8"
)

// complete scores a prompt: it writes nothing, and answers with the prompt's
// tokens and their log-probabilities. It is what a client needs to know how likely
// a given text is; a request to write is refused.
func (s *Server) complete(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Model     string `json:"model"`
		Prompt    string `json:"prompt"`
		Echo      bool   `json:"echo"`
		MaxTokens int    `json:"max_tokens"`
		Logprobs  *int   `json:"logprobs"`
	}
	key, err := receive(w, r, &in)
	attempt, busy := s.enter(key)
	defer s.leave()
	fault := draw(s.opt.Faults, s.dice("call", key, attempt))
	switch {
	case s.opt.NoEcho:
		fail(w, http.StatusNotFound, "", "Not Found")
	case err != nil:
		fail(w, http.StatusBadRequest, "", "We could not parse the JSON body of your request.")
	case s.opt.Models[in.Model] == nil:
		fail(w, http.StatusNotFound, "model_not_found", "The model '"+in.Model+"' does not exist.")
	case !in.Echo || in.MaxTokens != 0:
		fail(w, http.StatusBadRequest, "", "This server only scores prompts: set echo to true and max_tokens to 0.")
	case busy:
		s.busy(w)
	case s.before(w, r, fault):
	case pause(r.Context(), s.opt.Latency) != nil:
	default:
		s.mu.Lock()
		s.stats.Replies++
		s.stats.PromptToken += Tokens(in.Prompt)
		s.replied[key] = true
		s.mu.Unlock()
		choice := map[string]any{"index": 0, "text": in.Prompt, "finish_reason": "length", "logprobs": nil}
		if in.Logprobs != nil && !s.opt.NoLogprobs {
			choice["logprobs"] = scored(in.Prompt)
		}
		n := Tokens(in.Prompt)
		s.after(w, "", map[string]any{"id": "cmpl-1", "object": "text_completion", "created": 0, "model": in.Model, "choices": []any{choice},
			"usage": map[string]any{"prompt_tokens": n, "completion_tokens": 0, "total_tokens": n}})
	}
}

// The probabilities of a token, by what is before it.
const (
	copied  = .9  // it followed the same token before
	met     = .3  // it was there before
	unheard = .02 // neither
)

// scored gives each token of a text its log-probability: a caricature of a model
// that copies. The first one has none.
func scored(prompt string) map[string]any {
	tokens := pieces(prompt)
	values, offsets := make([]*float64, len(tokens)), make([]int, len(tokens))
	seen, pairs, at, last := map[string]bool{}, map[[2]string]bool{}, 0, ""
	for i, t := range tokens {
		plain := strings.ToLower(strings.TrimSpace(t))
		p := unheard
		switch {
		case pairs[[2]string{last, plain}]:
			p = copied
		case seen[plain]:
			p = met
		}
		if i > 0 {
			v := math.Log(p)
			values[i] = &v
		}
		offsets[i] = at
		at += utf8.RuneCountInString(t)
		seen[plain], pairs[[2]string{last, plain}] = true, true
		last = plain
	}
	return map[string]any{"tokens": tokens, "token_logprobs": values, "text_offset": offsets, "top_logprobs": nil}
}
