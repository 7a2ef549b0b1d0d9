package openai

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	openai "github.com/sashabaranov/go-openai"

	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/trace"
)

// Embed returns a vector for each text, in their order, all of one length.
// Without texts there is no call. A call that fails for now is repeated. An error is as of Generate.
func (c *Client) Embed(ctx context.Context, texts []string) (vectors [][]float32, err error) {
	if len(texts) == 0 {
		return nil, nil
	}
	err = c.retry.Do(ctx, func() error {
		vectors, err = c.embed(ctx, texts)
		return err
	})
	return vectors, err
}

func (c *Client) embed(ctx context.Context, texts []string) ([][]float32, error) {
	callCtx, cancel := context.WithTimeout(ctx, c.opt.Timeout)
	defer cancel()
	resp, err := c.api.CreateEmbeddings(withBody(callCtx, c.opt.Body), openai.EmbeddingRequest{
		Model: openai.EmbeddingModel(c.opt.Model), Input: texts, EncodingFormat: openai.EmbeddingEncodingFormatFloat,
	})
	if err != nil {
		return nil, c.explain(ctx, err, "")
	}
	out := make([][]float32, len(texts))
	for _, e := range resp.Data { // in the order of the server: the index tells
		if e.Index < 0 || e.Index >= len(texts) || out[e.Index] != nil || len(e.Embedding) == 0 {
			return nil, malformed("embedding %d of %d texts is empty, double or unasked", e.Index, len(texts))
		}
		out[e.Index] = e.Embedding
	}
	for i, v := range out {
		if len(v) == 0 || len(v) != len(out[0]) {
			return nil, malformed("text %d of %d has a vector of %d numbers, text 0 one of %d", i, len(texts), len(v), len(out[0]))
		}
	}
	return out, nil
}

// Rerank returns the relevance of each document for the query, in their order,
// in the server's own unit: higher is better. It asks /rerank as Jina, Cohere,
// vLLM and llama.cpp define it. A call that fails for now is repeated. An error
// is as of Generate.
func (c *Client) Rerank(ctx context.Context, query string, docs []string) (scores []float64, err error) {
	if len(docs) == 0 {
		return nil, nil
	}
	err = c.retry.Do(ctx, func() error {
		scores, err = c.rerank(ctx, query, docs)
		return err
	})
	return scores, err
}

func (c *Client) rerank(ctx context.Context, query string, docs []string) ([]float64, error) {
	var reply struct {
		Results []struct {
			Index int      `json:"index"`
			Score *float64 `json:"relevance_score"`
			Plain *float64 `json:"score"` // of servers that shorten the name
		} `json:"results"`
	}
	body := map[string]any{"model": c.opt.Model, "query": query, "documents": docs, "top_n": len(docs)}
	if err := c.post(ctx, "/rerank", body, &reply); err != nil {
		return nil, err
	}
	out, seen := make([]float64, len(docs)), make([]bool, len(docs))
	for _, r := range reply.Results {
		score := r.Score
		if score == nil {
			score = r.Plain
		}
		if r.Index < 0 || r.Index >= len(docs) || seen[r.Index] || score == nil {
			return nil, malformed("result %d of %d documents is double, unasked or without a score", r.Index, len(docs))
		}
		out[r.Index], seen[r.Index] = *score, true
	}
	if len(reply.Results) != len(docs) {
		return nil, malformed("%d results for %d documents", len(reply.Results), len(docs))
	}
	return out, nil
}

// Score returns the natural log-probability of each token of a text that comes
// after another one. Tokens that began before the text do not count. The very
// first token of all has no log-probability: servers report it as null or 0, which
// would read as certain, and it is left out. Only servers with /completions and
// "echo" can do this; others are a KindURL, KindRequest or KindMalformed error. A
// call that fails for now is repeated.
func (c *Client) Score(ctx context.Context, before, text string) (logprobs []float64, err error) {
	err = c.retry.Do(ctx, func() error {
		logprobs, _, err = c.score(ctx, before, text)
		return err
	})
	return logprobs, err
}

// score is Score once, with the tokens that the server read.
func (c *Client) score(ctx context.Context, before, text string) ([]float64, int, error) {
	var reply struct {
		Choices []struct {
			Logprobs struct {
				Tokens  []string   `json:"tokens"`
				Values  []*float64 `json:"token_logprobs"`
				Offsets []int      `json:"text_offset"`
			} `json:"logprobs"`
		} `json:"choices"`
		Usage struct {
			Prompt int `json:"prompt_tokens"`
		} `json:"usage"`
	}
	body := map[string]any{"model": c.opt.Model, "prompt": before + text, "echo": true, "max_tokens": 0, "logprobs": 1, "temperature": 0}
	if err := c.post(ctx, "/completions", body, &reply); err != nil {
		return nil, 0, err
	}
	if len(reply.Choices) == 0 || len(reply.Choices[0].Logprobs.Values) == 0 {
		return nil, 0, malformed("no log-probabilities of the prompt: the server does not echo")
	}
	logs := reply.Choices[0].Logprobs
	values := logs.Values
	if n := reply.Usage.Prompt; n > 0 && n < len(values) {
		values = values[:n] // it went on to write, though asked for no token
	}
	starts, err := starts(logs.Tokens, logs.Offsets, len(values), before+text, before)
	if err != nil {
		return nil, 0, err
	}
	out := []float64{}
	for i, v := range values {
		switch {
		case i == 0 || !starts[i]:
		case v == nil:
			return nil, 0, malformed("a token of the prompt has no log-probability")
		default:
			out = append(out, *v)
		}
	}
	return out, reply.Usage.Prompt, nil
}

// starts says of each of n tokens whether it begins after the text before. The
// tokens tell, if they are the whole text; otherwise the offsets, which count
// characters.
func starts(tokens []string, offsets []int, n int, whole, before string) ([]bool, error) {
	out := make([]bool, n)
	if before == "" {
		for i := range out {
			out[i] = true
		}
		return out, nil
	}
	if len(tokens) >= n && strings.HasPrefix(strings.Join(tokens[:n], ""), whole) {
		at := 0
		for i := range out {
			out[i] = at >= len(before)
			at += len(tokens[i])
		}
		return out, nil
	}
	if len(offsets) < n {
		return nil, malformed("the server does not say where the tokens of the prompt begin")
	}
	from := utf8.RuneCountInString(before)
	for i := range out {
		out[i] = offsets[i] >= from
	}
	return out, nil
}

// given answers a request whose answer stands fixed. The prompt is put as plain
// text, without the model's chat template: endpoints score no chats.
func (c *Client) given(ctx context.Context, req llm.Request) (llm.Reply, error) {
	before := req.User + "\n\nAnswer:"
	if req.System != "" {
		before = req.System + "\n\n" + before
	}
	logs, read, err := c.score(ctx, before, " "+req.Given)
	if err != nil {
		if e, ok := errors.AsType[*llm.Error](err); ok {
			e.Record = req.ID
		}
		return llm.Reply{}, err
	}
	reply := llm.Reply{Text: req.Given, FinishReason: "given", Logprobs: logs, Model: c.opt.Model}
	if read > 0 {
		reply.Usage = &trace.Usage{Prompt: read}
	}
	return reply, nil
}

// post sends what go-openai has no call for, through the same transport.
func (c *Client) post(ctx context.Context, path string, body map[string]any, reply any) error {
	callCtx, cancel := context.WithTimeout(ctx, c.opt.Timeout)
	defer cancel()
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(withBody(callCtx, c.opt.Body), http.MethodPost, c.opt.BaseURL+path, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if c.opt.Key != "" {
		req.Header.Set("Authorization", "Bearer "+string(c.opt.Key))
	}
	resp, err := c.transport.Do(req)
	if err != nil {
		return c.explain(ctx, err, "")
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(reply); err != nil {
		return malformed("%v", err)
	}
	return nil
}

func malformed(format string, args ...any) error {
	return &llm.Error{Kind: llm.KindMalformed, Status: http.StatusOK, Message: fmt.Sprintf(format, args...)}
}
