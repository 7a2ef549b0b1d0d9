package llm

import (
	"context"
	"encoding/json"

	"github.com/ragdiag/ragdiag/trace"
)

// Generator answers requests. Implementations are safe for concurrent use.
type Generator interface {
	// Generate returns the reply to one request. An error is an *Error where
	// the generator or its server failed, and otherwise that of ctx.
	Generate(ctx context.Context, req Request) (Reply, error)
	// Name identifies the generator and its model in reports and manifests.
	Name() string
}

// Request is one call. System and User are what a model reads; Question and
// Passages are the same content as data, for generators that read no prompt.
type Request struct {
	ID       string // of the record, for error messages and Script
	System   string // may be empty: no system message is sent
	User     string
	Question string
	History  []trace.Turn // earlier turns, oldest first
	Passages []trace.Passage
	Schema   *Schema // nil: the reply is free text

	// Given, if not empty, is an answer that stands fixed: the model writes nothing,
	// and the reply is this text with the log-probability of each of its tokens
	// after System and User. Only endpoints that score texts can do it.
	Given string

	// Replicate tells apart calls that are equal otherwise: the second draw of
	// the same prompt is replicate 1. It is part of a cache's key and never sent.
	Replicate int
	Decoding
}

// Schema asks for a reply that is one JSON value of a given shape. A server that
// cannot be made to keep to it may answer otherwise: the caller checks.
type Schema struct {
	Name string          // letters, digits, "_" and "-"
	JSON json.RawMessage // JSON Schema
}

// Decoding says how to sample. The zero value is greedy, unseeded, of the
// length that the server chooses.
type Decoding struct {
	Temperature float64 `json:"temperature" yaml:"temperature"`       // 0 is sent as 0, not left out
	Seed        *int64  `json:"seed,omitzero" yaml:"seed"`            // nil: not sent
	MaxTokens   int     `json:"max_tokens,omitzero" yaml:"maxTokens"` // 0: not sent
	Logprobs    bool    `json:"logprobs,omitzero" yaml:"logprobs"`    // ask for token log-probabilities
}

// Reply is the answer to one request.
type Reply struct {
	Text         string
	FinishReason string       // as the server said it: "stop", "length" …
	Usage        *trace.Usage // nil: not reported
	Logprobs     []float64    // natural log-probability per token; nil: not reported
	Model        string       // as the server named it; may differ from the one asked for
}
