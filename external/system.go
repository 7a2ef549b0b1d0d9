package external

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/trace"
)

// Version of the contract; it is in every request as the field "ragdiag".
const Version = 1

// The limits of a call.
const (
	DefaultTimeout = 60 * time.Second
	maxReply       = 8 << 20 // bytes
)

// Passage is one unit of context in a request, and of a hit in a reply.
type Passage struct {
	ID    string `json:"id,omitempty"`
	Doc   string `json:"doc,omitempty"`
	Title string `json:"title,omitempty"`
	Date  string `json:"date,omitempty"`
	Text  string `json:"text"`
}

// answerRequest asks for an answer.
type answerRequest struct {
	Ragdiag   int          `json:"ragdiag"`
	Op        string       `json:"op"`
	ID        string       `json:"id"`
	Question  string       `json:"question"`
	History   []trace.Turn `json:"history,omitempty"`
	Contexts  []Passage    `json:"contexts"` // never null
	Seed      *int64       `json:"seed,omitempty"`
	Replicate int          `json:"replicate"`
}

type answerReply struct {
	ID     string  `json:"id"`
	Answer *string `json:"answer"`
	Finish string  `json:"finish_reason"`
	Usage  usage   `json:"usage"`
	Model  string  `json:"model"`
	Error  string  `json:"error"`
}

// usage is a count of tokens; one that cannot be read is none, since the answer
// beside it is paid for.
type usage struct{ *trace.Usage }

// UnmarshalJSON reads what can be read.
func (u *usage) UnmarshalJSON(b []byte) error {
	if json.Unmarshal(b, &u.Usage) != nil {
		u.Usage = nil
	}
	return nil
}

// retrieveRequest asks for hits.
type retrieveRequest struct {
	Ragdiag int    `json:"ragdiag"`
	Op      string `json:"op"`
	Query   string `json:"query"`
	Depth   int    `json:"depth"`
}

type retrieveReply struct {
	Hits  *[]hit `json:"hits"`
	Error string `json:"error"`
}

type hit struct {
	Passage
	Score *float64 `json:"score"`
}

// transport sends one object and returns the one that comes back. Both of them
// are safe for concurrent use. An error is an *llm.Error, or that of ctx.
type transport interface {
	exchange(ctx context.Context, request []byte) ([]byte, error)
	name() string
	close() error
}

// System is a RAG system that is asked over HTTP or as a command. It is an
// llm.Generator and a retrieve.Retriever; a system needs to be only one of them.
type System struct{ t transport }

// Name identifies the system in reports: the address or the command's name.
func (s *System) Name() string { return s.t.name() }

// Close ends the command, if it is one.
func (s *System) Close() error { return s.t.close() }

// Generate asks for the answer to a question from the passages given.
func (s *System) Generate(ctx context.Context, req llm.Request) (llm.Reply, error) {
	a := answerRequest{Ragdiag: Version, Op: "answer", ID: req.ID, Question: req.Question, History: req.History, Contexts: []Passage{}, Seed: req.Seed, Replicate: req.Replicate}
	for _, p := range req.Passages {
		a.Contexts = append(a.Contexts, Passage{p.ID, p.Doc, p.Title, p.Date, p.Text})
	}
	var r answerReply
	if err := s.call(ctx, req.ID, a, &r); err != nil {
		return llm.Reply{}, err
	}
	switch {
	case r.Error != "":
		return llm.Reply{}, s.fail(req.ID, llm.KindServer, "the system says: "+clip(r.Error))
	case r.Answer == nil:
		return llm.Reply{}, s.fail(req.ID, llm.KindMalformed, `the reply has no "answer"; send {"answer": "…"}, or {"error": "…"}`)
	case r.ID != "" && r.ID != req.ID:
		return llm.Reply{}, s.fail(req.ID, llm.KindMalformed, fmt.Sprintf("the reply is to %q, not to %q: answer requests one by one, in their order", clip(r.ID), req.ID))
	}
	return llm.Reply{Text: *r.Answer, FinishReason: r.Finish, Usage: r.Usage.Usage, Model: r.Model}, nil
}

// Retrieve asks for the depth best passages for a query, best first.
func (s *System) Retrieve(ctx context.Context, query string, depth int) ([]trace.Hit, error) {
	var r retrieveReply
	if err := s.call(ctx, "", retrieveRequest{Version, "retrieve", query, depth}, &r); err != nil {
		return nil, err
	}
	switch {
	case r.Error != "":
		return nil, s.fail("", llm.KindServer, "the retriever says: "+clip(r.Error))
	case r.Hits == nil:
		return nil, s.fail("", llm.KindMalformed, `the reply has no "hits"; send {"hits": [{"id": "…", "text": "…"}]}, or {"error": "…"}`)
	}
	out := []trace.Hit{}
	for i, h := range (*r.Hits)[:min(depth, len(*r.Hits))] {
		if h.ID == "" && h.Text == "" {
			return nil, s.fail("", llm.KindMalformed, fmt.Sprintf("hits[%d] has neither an id nor a text", i))
		}
		t := trace.Hit{ID: h.ID, Doc: h.Doc, Title: h.Title, Text: h.Text, Date: h.Date}
		if h.Score != nil {
			t.Score = trace.Known(*h.Score)
		}
		out = append(out, t)
	}
	return out, nil
}

// call sends a request and decodes the reply.
func (s *System) call(ctx context.Context, record string, request, reply any) error {
	b, err := json.Marshal(request)
	if err != nil {
		return fmt.Errorf("record %q: %w", record, err)
	}
	got, err := s.t.exchange(ctx, b)
	if err != nil {
		if e, ok := errors.AsType[*llm.Error](err); ok {
			e.Record = record
		}
		return err
	}
	if err := json.Unmarshal(got, reply); err != nil {
		if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return s.fail(record, llm.KindMalformed, fmt.Sprintf("%q is a JSON %s, not a %s", t.Field, t.Value, t.Type))
		}
		kind := llm.KindMalformed
		if head := strings.TrimSpace(string(got[:min(len(got), 64)])); head == "" || head[0] != '{' {
			kind = llm.KindNotJSON
		}
		return s.fail(record, kind, fmt.Sprintf("not one JSON object but %q", clip(string(got))))
	}
	return nil
}

func (s *System) fail(record string, k llm.Kind, message string) error {
	return &llm.Error{Kind: k, Record: record, Message: s.t.name() + ": " + message}
}

// clip shortens what a system said for a message.
func clip(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "?")), " ")
	if r := []rune(s); len(r) > 160 {
		return string(r[:160]) + "…"
	}
	return s
}
