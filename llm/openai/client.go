package openai

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	openai "github.com/sashabaranov/go-openai"

	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/trace"
)

// KeyVariable is the environment variable that holds the key. Keys come from
// there and nowhere else: flags and files end up in histories and repositories.
const KeyVariable = "OPENAI_API_KEY"

// DefaultBaseURL is the address of OpenAI itself.
const DefaultBaseURL = "https://api.openai.com/v1"

// Secret is a key that does not print.
type Secret string

// String hides the key.
func (Secret) String() string { return "[key]" }

// GoString hides the key.
func (Secret) GoString() string { return "[key]" }

// MarshalText hides the key.
func (Secret) MarshalText() ([]byte, error) { return []byte("[key]"), nil }

// Options says whom to ask.
type Options struct {
	BaseURL  string        `yaml:"baseURL"`  // ends in /v1 on most servers; "" means DefaultBaseURL
	Model    string        `yaml:"model"`    // required
	Key      Secret        `yaml:"-"`        // "": no Authorization header is sent
	Timeout  time.Duration `yaml:"timeout"`  // of one call; 0 means 2 minutes
	MaxReply int64         `yaml:"maxReply"` // bytes of a reply; 0 means 8 MiB

	Plain    bool              `yaml:"-"` // send key and headers unencrypted to another machine too
	Headers  map[string]Secret `yaml:"-"` // sent with every request, as gateways want them
	Body     map[string]any    `yaml:"-"` // fields added to every request, such as top_k; they win over ours
	Retry    llm.RetryOptions  `yaml:"-"` // of Embed, Rerank and Score; Generate is repeated by llm.Retry, below the limits that stand around it
	Remember string            `yaml:"-"` // folder that remembers what servers can do; "": the process does
}

// Client is an llm.Generator over one endpoint and model.
type Client struct {
	opt       Options
	api       *openai.Client
	http      *http.Client
	transport *transport
	retry     *llm.Retrier

	probing sync.Mutex // guards mode, and lets one call find it out for all
	mode    Mode
}

// New returns a client. It checks the options and connects to nothing.
func New(o Options) (*Client, error) {
	o.BaseURL = strings.TrimRight(cmp.Or(o.BaseURL, DefaultBaseURL), "/")
	o.Timeout = cmp.Or(o.Timeout, 2*time.Minute)
	o.MaxReply = cmp.Or(o.MaxReply, 8<<20)
	u, err := url.Parse(o.BaseURL)
	switch {
	case err != nil:
		return nil, fmt.Errorf("base URL is not a URL: give one such as %s", DefaultBaseURL) // err may quote a password
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return nil, fmt.Errorf("base URL %q: give scheme and host, such as http://localhost:8000/v1", u.Redacted())
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("base URL %s://%s%s: leave out user, password, query and fragment; a key belongs into %s", u.Scheme, u.Host, u.Path, KeyVariable)
	case strings.HasSuffix(u.Path, "/chat/completions"):
		return nil, fmt.Errorf("base URL %q: leave out /chat/completions", o.BaseURL)
	case !o.Plain && llm.Exposes(u) && (o.Key != "" || len(o.Headers) > 0):
		return nil, fmt.Errorf("base URL %q: the key and headers would be sent unencrypted to another machine: use https, unset %s and leave out --header, or add --plain-keys if you trust the network", u.Redacted(), KeyVariable)
	case o.Model == "":
		return nil, errors.New("no model: name one that the server has")
	case checkHeaders(o.Headers) != nil:
		return nil, checkHeaders(o.Headers)
	case o.Timeout < 0 || o.MaxReply < 0:
		return nil, errors.New("timeout and reply limit must not be negative")
	}
	wire := http.DefaultTransport.(*http.Transport).Clone()
	wire.MaxIdleConnsPerHost = wire.MaxIdleConns                                          // all calls go to one host: with 2, most would connect anew
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // texts and headers go to no other host
	c := &Client{opt: o, retry: llm.NewRetrier(o.Retry), http: &http.Client{Transport: wire, CheckRedirect: stay}}
	cfg := openai.DefaultConfig(string(o.Key))
	cfg.BaseURL = o.BaseURL
	c.transport = &transport{client: c.http, headers: o.Headers, maxReply: o.MaxReply, redact: redactor(o.secrets()...)}
	cfg.HTTPClient = c.transport
	c.api = openai.NewClientWithConfig(cfg)
	return c, nil
}

// Name returns the model's name, and behind it the fields of Options.Body, which
// make it another model.
func (c *Client) Name() string {
	if len(c.opt.Body) == 0 {
		return c.opt.Model
	}
	b, err := json.Marshal(c.opt.Body) // with sorted keys
	if err != nil {
		b = fmt.Append(nil, c.opt.Body)
	}
	return c.opt.Model + " " + string(b)
}

// Close drops idle connections. A Client can be used again after it.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// secrets lists what must appear in no error.
func (o *Options) secrets() []Secret {
	out := []Secret{o.Key}
	for _, v := range o.Headers {
		out = append(out, v)
	}
	return out
}

// Generate asks once; for a request with a schema the first call also finds out
// how this server is made to answer in JSON. An error is an *llm.Error unless
// ctx ended.
func (c *Client) Generate(ctx context.Context, req llm.Request) (llm.Reply, error) {
	if req.Given != "" {
		return c.given(ctx, req)
	}
	mode := Mode("")
	if req.Schema != nil {
		var err error
		if mode, err = c.modeOf(ctx); err != nil {
			if e, ok := errors.AsType[*llm.Error](err); ok {
				e.Record = req.ID
			}
			return llm.Reply{}, err
		}
	}
	return c.once(ctx, req, mode)
}

// once makes one request in the given mode; "": free text.
func (c *Client) once(ctx context.Context, req llm.Request, mode Mode) (llm.Reply, error) {
	callCtx, cancel := context.WithTimeout(ctx, c.opt.Timeout)
	defer cancel()
	body := c.body(req.Decoding)
	mode.ask(&req, body)
	maps.Copy(body, c.opt.Body)
	resp, err := c.api.CreateChatCompletion(withBody(callCtx, body), openai.ChatCompletionRequest{
		Model:    c.opt.Model,
		Messages: messages(req),
	})
	if err == nil {
		var reply llm.Reply
		if reply, err = replyOf(resp); err == nil {
			if reply.Usage != nil {
				reply.Usage.Least = llm.LeastTokens(req.System, req.User)
			}
			return reply, nil
		}
	}
	err = c.explain(ctx, err, req.ID)
	if e, ok := errors.AsType[*llm.Error](err); ok && e.Kind == llm.KindTooLong {
		e.Message = tooLong(e.Message, req)
	}
	return llm.Reply{}, err
}

// explain turns what a call failed with into an *llm.Error, or into the reason
// why ctx ended.
func (c *Client) explain(ctx context.Context, err error, record string) error {
	if ctx.Err() != nil {
		return fmt.Errorf("asking %s: %w", c.opt.Model, context.Cause(ctx))
	}
	e, ok := errors.AsType[*llm.Error](err)
	if !ok { // a reply that go-openai could not decode
		e = &llm.Error{Kind: llm.KindMalformed, Err: err}
	}
	if e.Kind == llm.KindTimeout {
		e.Message = fmt.Sprintf("no reply within %v", c.opt.Timeout)
	}
	e.Record = record
	return e
}

func messages(req llm.Request) []openai.ChatCompletionMessage {
	user := openai.ChatCompletionMessage{Role: openai.ChatMessageRoleUser, Content: req.User}
	if req.System == "" {
		return []openai.ChatCompletionMessage{user}
	}
	return []openai.ChatCompletionMessage{{Role: openai.ChatMessageRoleSystem, Content: req.System}, user}
}

// body returns the decoding parameters as fields of the request.
func (c *Client) body(d llm.Decoding) map[string]any {
	b := map[string]any{"temperature": d.Temperature}
	if d.Seed != nil {
		b["seed"] = *d.Seed
	}
	if d.Logprobs {
		b["logprobs"] = true
	}
	if d.MaxTokens > 0 {
		field := "max_tokens"
		if strings.HasPrefix(c.opt.BaseURL, "https://api.openai.com/") {
			field = "max_completion_tokens" // its newer models refuse the old name, few other servers know the new one
		}
		b[field] = d.MaxTokens
	}
	return b
}

// replyOf takes the first choice. A reply without any text is an error, unless
// the model declined in words or was cut off: that is an answer.
func replyOf(resp openai.ChatCompletionResponse) (llm.Reply, error) {
	if len(resp.Choices) == 0 {
		return llm.Reply{}, &llm.Error{Kind: llm.KindEmpty, Status: http.StatusOK, Message: "no choices"}
	}
	choice := resp.Choices[0]
	reply := llm.Reply{Text: choice.Message.Content, FinishReason: string(choice.FinishReason), Model: resp.Model}
	for _, part := range choice.Message.MultiContent {
		reply.Text += part.Text
	}
	if calls := choice.Message.ToolCalls; len(calls) > 0 && calls[0].Function.Arguments != "" {
		reply.Text = calls[0].Function.Arguments
	}
	if call := choice.Message.FunctionCall; call != nil && reply.Text == "" { // as tools were called before there were several
		reply.Text = call.Arguments
	}
	if reply.Text == "" {
		reply.Text = choice.Message.Refusal
	}
	if reply.Text == "" && reply.FinishReason != string(openai.FinishReasonLength) {
		return llm.Reply{}, &llm.Error{Kind: llm.KindEmpty, Status: http.StatusOK,
			Message: fmt.Sprintf("no content, finish reason %q", reply.FinishReason)}
	}
	if u := resp.Usage; u.PromptTokens > 0 || u.CompletionTokens > 0 {
		reply.Usage = &trace.Usage{Prompt: u.PromptTokens, Completion: u.CompletionTokens}
		if d := u.PromptTokensDetails; d != nil {
			reply.Usage.Cached = d.CachedTokens
		}
	}
	if choice.LogProbs != nil {
		for _, t := range choice.LogProbs.Content {
			reply.Logprobs = append(reply.Logprobs, t.LogProb)
		}
	}
	return reply, nil
}
