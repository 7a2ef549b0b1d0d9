package mock

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ragdiag/ragdiag/llm"
)

// DefaultModel is the name of the model that is there without Options.Models.
const DefaultModel = "mock"

// Options sets up a server. The zero value answers at once and never fails.
type Options struct {
	Seed   uint64
	Models map[string]llm.Generator // by name; nil: llm.Stub as DefaultModel
	Key    string                   // that clients must send; "": none is asked for

	Latency    time.Duration     // of each chat reply
	Slots      int               // chat requests in flight, above which it is busy; 0: no limit
	Faults     map[Fault]float64 // probability of each, per call; they add up to 1 at most
	RetryAfter time.Duration     // that a busy server asks for, in whole seconds; 0: it does not say

	Window int  // tokens of a prompt at most; 0: no limit
	Cut    bool // what is beyond Window is cut off the beginning of the prompt in silence; false: refused

	NoSchema   bool // response_format is refused, as by servers that do not know it
	NoTools    bool // tools are ignored
	NoLogprobs bool // log-probabilities are not reported
	NoEcho     bool // /v1/completions is not there, so that no text can be scored

	Obey    float64 // probability that it follows an order it finds in a prompt
	Miscite float64 // probability that a citation names another passage

	Handlers map[string]Handler // by name of the schema
}

// Handler answers a request that asks for JSON of a schema. It returns the
// content of the reply, which need not fit the schema.
type Handler func(Call) string

// Call is a chat request as a Handler sees it.
type Call struct {
	llm.Request            // System, User, Schema, Seed …; Question and Passages if the prompt is of our template
	Model       string     // that was asked for
	Obeys       string     // what an order in the prompt says to answer, if this call follows it; "" otherwise
	Dice        *rand.Rand // depends on the server's seed and the request alone
}

// Stats counts what a server did.
type Stats struct {
	Calls       int           // chat requests that came in
	Replies     int           // … that were answered with a reply: what a real server charges for
	Distinct    int           // different requests among the replies
	Faults      map[Fault]int // … that failed on purpose
	InFlight    int           // at once, at most
	PromptToken int           // read, of all replies
}

// Server is an http.Handler. It is safe for concurrent use.
type Server struct {
	opt Options
	mux *http.ServeMux

	mu      sync.Mutex // guards what follows
	seen    map[[16]byte]int
	replied map[[16]byte]bool
	flying  int
	stats   Stats
}

// New returns a server. It panics if a probability is not in [0, 1], or the
// faults add up to more than 1: that is a mistake in the program.
func New(o Options) *Server {
	if o.Models == nil {
		o.Models = map[string]llm.Generator{DefaultModel: &llm.Stub{}}
	}
	sum := 0.0
	for _, p := range o.Faults {
		sum += p
	}
	for _, p := range append(slices.Collect(maps.Values(o.Faults)), sum, o.Obey, o.Miscite) {
		if p < 0 || p > 1+1e-9 {
			panic(fmt.Sprintf("mock: probability %v", p))
		}
	}
	s := &Server{opt: o, mux: http.NewServeMux(), seen: map[[16]byte]int{}, replied: map[[16]byte]bool{}}
	s.stats.Faults = map[Fault]int{}
	for path, h := range map[string]http.HandlerFunc{
		"POST /v1/chat/completions": s.chat,
		"POST /v1/completions":      s.complete,
		"POST /v1/embeddings":       s.embed,
		"POST /v1/rerank":           s.rerank,
		"GET /v1/models":            s.models,
	} {
		s.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			if o.Key != "" && r.Header.Get("Authorization") != "Bearer "+o.Key {
				fail(w, http.StatusUnauthorized, "invalid_api_key", "Incorrect API key provided.")
				return
			}
			h(w, r)
		})
	}
	return s
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Stats returns what has been counted until now.
func (s *Server) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.stats
	out.Faults = maps.Clone(s.stats.Faults)
	out.Distinct = len(s.replied)
	return out
}

// chatRequest is what the server knows of a chat request.
type chatRequest struct {
	Model    string `json:"model"`
	Messages []struct {
		Role    string `json:"role"`
		Content string `json:"content"`
	} `json:"messages"`
	Temperature    *float64 `json:"temperature"`
	Seed           *int64   `json:"seed"`
	MaxTokens      int      `json:"max_tokens"`
	MaxCompletion  int      `json:"max_completion_tokens"`
	Logprobs       bool     `json:"logprobs"`
	Stream         bool     `json:"stream"`
	ResponseFormat *struct {
		Type   string `json:"type"`
		Schema *struct {
			Name   string          `json:"name"`
			Schema json.RawMessage `json:"schema"`
		} `json:"json_schema"`
	} `json:"response_format"`
	Tools []struct {
		Function struct {
			Name       string          `json:"name"`
			Parameters json.RawMessage `json:"parameters"`
		} `json:"function"`
	} `json:"tools"`
}

// receive decodes the body of a request, and returns the hash by which equal
// requests are known.
func receive(w http.ResponseWriter, r *http.Request, into any) (key [16]byte, err error) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<20))
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	sum := sha256.Sum256(raw)
	return [16]byte(sum[:16]), err
}

func (s *Server) chat(w http.ResponseWriter, r *http.Request) {
	var in chatRequest
	key, err := receive(w, r, &in)
	attempt, busy := s.enter(key)
	defer s.leave()
	dice := s.dice("call", key, attempt)
	fault := draw(s.opt.Faults, dice)
	switch {
	case err != nil:
		fail(w, http.StatusBadRequest, "", "We could not parse the JSON body of your request.")
	case in.Stream:
		fail(w, http.StatusBadRequest, "", "This server does not stream.")
	case s.opt.Models[in.Model] == nil:
		fail(w, http.StatusNotFound, "model_not_found", fmt.Sprintf("The model '%s' does not exist.", in.Model))
	case in.ResponseFormat != nil && s.opt.NoSchema:
		fail(w, http.StatusBadRequest, "", "Unrecognized request argument supplied: response_format")
	case busy:
		s.busy(w)
	case s.before(w, r, fault):
	case pause(r.Context(), s.opt.Latency) != nil:
	default:
		s.reply(w, r, in, key, fault)
	}
}

// enter counts a call and returns how often the same one came before.
func (s *Server) enter(key [16]byte) (attempt int, busy bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stats.Calls++
	s.flying++
	s.stats.InFlight = max(s.stats.InFlight, s.flying)
	attempt = s.seen[key]
	s.seen[key]++
	return attempt, s.opt.Slots > 0 && s.flying > s.opt.Slots
}

func (s *Server) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flying--
}

// dice returns a generator that depends on nothing but the seed and parts.
func (s *Server) dice(parts ...any) *rand.Rand {
	h := sha256.New()
	fmt.Fprintf(h, "%d\x00%v", s.opt.Seed, parts)
	sum := h.Sum(nil)
	return rand.New(rand.NewPCG(binary.LittleEndian.Uint64(sum), binary.LittleEndian.Uint64(sum[8:])))
}

// reply answers a chat request, in the broken form that fault asks for.
func (s *Server) reply(w http.ResponseWriter, r *http.Request, in chatRequest, key [16]byte, fault Fault) {
	var system, user []string
	for _, m := range in.Messages {
		if m.Role == "system" || m.Role == "developer" {
			system = append(system, m.Content)
		} else {
			user = append(user, m.Content)
		}
	}
	req := parse(strings.Join(system, "\n"), strings.Join(user, "\n"))
	read := Tokens(req.System) + Tokens(req.User)
	if s.opt.Window > 0 && read > s.opt.Window {
		if !s.opt.Cut {
			fail(w, http.StatusBadRequest, "context_length_exceeded", fmt.Sprintf(
				"This model's maximum context length is %d tokens. However, your messages resulted in %d tokens.", s.opt.Window, read))
			return
		}
		req = parse(req.System, lastTokens(req.User, max(0, s.opt.Window-Tokens(req.System))))
		read = s.opt.Window
	}
	req.ID = fmt.Sprintf("%x", key)
	req.Decoding = llm.Decoding{Seed: in.Seed, Logprobs: in.Logprobs, MaxTokens: cmp.Or(in.MaxTokens, in.MaxCompletion)}
	if in.Temperature != nil {
		req.Temperature = *in.Temperature
	}
	tool := ""
	switch {
	case in.ResponseFormat != nil && in.ResponseFormat.Schema != nil:
		req.Schema = &llm.Schema{Name: in.ResponseFormat.Schema.Name, JSON: in.ResponseFormat.Schema.Schema}
	case len(in.Tools) > 0 && !s.opt.NoTools:
		tool = in.Tools[0].Function.Name
		req.Schema = &llm.Schema{Name: tool, JSON: in.Tools[0].Function.Parameters}
	}
	text, err := s.say(r.Context(), in.Model, req)
	if err != nil {
		fail(w, http.StatusInternalServerError, "", err.Error())
		return
	}
	text = fault.spoil(text, req.Schema != nil)
	finish := "stop"
	if limit := req.MaxTokens; limit > 0 && Tokens(text) > limit {
		text, finish = firstTokens(text, limit), "length"
	}
	s.mu.Lock()
	s.stats.Replies++
	s.stats.PromptToken += read
	s.replied[key] = true
	s.mu.Unlock()
	s.after(w, fault, s.completion(in, key, text, tool, finish, read))
}

// say asks the model, or the handler of the schema.
func (s *Server) say(ctx context.Context, model string, req llm.Request) (string, error) {
	dice := s.dice("say", req.ID)
	obeys, ok := order(req.User)
	if !ok || dice.Float64() >= s.opt.Obey {
		obeys = ""
	}
	if req.Schema != nil {
		if h := s.opt.Handlers[req.Schema.Name]; h != nil {
			return h(Call{Request: req, Model: model, Obeys: obeys, Dice: dice}), nil
		}
		return sample(req.Schema.JSON), nil
	}
	if obeys != "" {
		return obeys, nil
	}
	reply, err := s.opt.Models[model].Generate(ctx, req)
	if err != nil {
		return "", err
	}
	return s.miscite(reply.Text, len(req.Passages), dice), nil
}

// completion is the JSON of a chat reply.
func (s *Server) completion(in chatRequest, key [16]byte, text, tool, finish string, read int) map[string]any {
	message := map[string]any{"role": "assistant", "content": text}
	if tool != "" {
		message["content"] = nil
		message["tool_calls"] = []any{map[string]any{"id": "call_1", "type": "function",
			"function": map[string]any{"name": tool, "arguments": text}}}
		finish = "tool_calls"
	}
	choice := map[string]any{"index": 0, "message": message, "finish_reason": finish}
	if in.Logprobs && !s.opt.NoLogprobs {
		dice, tokens := s.dice("logprobs", key), []any{}
		for _, t := range pieces(text) {
			tokens = append(tokens, map[string]any{"token": t, "logprob": -dice.ExpFloat64() / 4})
		}
		choice["logprobs"] = map[string]any{"content": tokens}
	}
	return map[string]any{
		"id": fmt.Sprintf("chatcmpl-%x", key[:6]), "object": "chat.completion", "created": 0, "model": in.Model,
		"choices": []any{choice},
		"usage":   map[string]any{"prompt_tokens": read, "completion_tokens": Tokens(text), "total_tokens": read + Tokens(text)},
	}
}

// models lists the models by name.
func (s *Server) models(w http.ResponseWriter, _ *http.Request) {
	list := []any{}
	for _, name := range slices.Sorted(maps.Keys(s.opt.Models)) {
		list = append(list, map[string]any{"id": name, "object": "model", "owned_by": "mock"})
	}
	send(w, http.StatusOK, map[string]any{"object": "list", "data": list})
}

// send writes v as JSON.
func send(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // maps of strings and numbers
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(b) // the client may have gone
}

// fail writes an error in OpenAI's shape.
func fail(w http.ResponseWriter, status int, code, message string) {
	send(w, status, map[string]any{"error": map[string]any{"message": message, "type": "mock", "code": code}})
}

// pause waits for d or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
