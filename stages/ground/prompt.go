package ground

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"text/template"

	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/trace"
)

//go:embed prompt.tmpl
var defaultPrompt string

// Prompt is a template for the question to a generator. Its variables are
// listed in prompt.tmpl.
type Prompt struct {
	tmpl *template.Template
	hash string
}

// DefaultPrompt returns the prompt that the program ships.
func DefaultPrompt() *Prompt {
	p, err := parsePrompt("prompt.tmpl", defaultPrompt)
	if err != nil {
		panic(err) // a test renders it
	}
	return p
}

// LoadPrompt reads a prompt file.
func LoadPrompt(path string) (*Prompt, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("prompt: %w", err)
	}
	return parsePrompt(path, string(b))
}

// parsePrompt reads a prompt from its source; name is for error messages. The
// block "user" is required, "system" is not. A variable that does not exist is
// an error here, not at the first record.
func parsePrompt(name, source string) (*Prompt, error) {
	t, err := template.New(name).Parse(source)
	if err != nil {
		return nil, fmt.Errorf("prompt: %w", err)
	}
	if t.Lookup("user") == nil {
		return nil, fmt.Errorf(`prompt %s: no {{define "user"}} block`, name)
	}
	sum := sha256.Sum256([]byte(source))
	p := &Prompt{tmpl: t, hash: hex.EncodeToString(sum[:])[:16]}
	sample := &trace.Record{Question: "?", Context: []trace.Passage{{Text: "."}}, History: []trace.Turn{{Role: "user", Text: "."}}}
	if _, err := p.render(sample); err != nil {
		return nil, err
	}
	return p, nil
}

// Hash identifies the source of the prompt: 16 hexadecimal digits.
func (p *Prompt) Hash() string { return p.hash }

// Render returns req with its system and user message rendered from its
// question, history and passages.
func (p *Prompt) Render(req llm.Request) (llm.Request, error) {
	r, err := p.render(&trace.Record{ID: req.ID, Question: req.Question, History: req.History, Context: req.Passages})
	req.System, req.User = r.System, r.User
	return req, err
}

// variables is what a template sees.
type variables struct {
	Question string
	History  []trace.Turn
	Passages []passage
	Fence    string
}

type passage struct {
	Number                int
	ID, Title, Date, Text string
}

// render returns the request for a record: its question, history and context.
func (p *Prompt) render(rec *trace.Record) (llm.Request, error) {
	v := variables{Question: rec.Question, History: rec.History, Fence: fence(rec)}
	for i, c := range rec.Context {
		v.Passages = append(v.Passages, passage{i + 1, line(c.ID), line(c.Title), line(c.Date), c.Text})
	}
	req := llm.Request{ID: rec.ID, Question: rec.Question, History: rec.History, Passages: rec.Context}
	for _, block := range []struct {
		name string
		to   *string
	}{{"system", &req.System}, {"user", &req.User}} {
		if p.tmpl.Lookup(block.name) == nil {
			continue
		}
		var b strings.Builder
		if err := p.tmpl.ExecuteTemplate(&b, block.name, v); err != nil {
			return llm.Request{}, fmt.Errorf("prompt: %w", err)
		}
		*block.to = b.String()
	}
	return req, nil
}

// fence returns a word that depends on every passage, so that none can hold it,
// and that is the same for the same record, so that replies can be cached.
func fence(rec *trace.Record) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q", rec.Question)
	for _, c := range rec.Context {
		fmt.Fprintf(h, "%q%q", c.Title, c.Text)
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}

// line keeps a title or date from breaking out of its line.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }

// Generate renders the prompt for rec, asks g, and returns the answer. It
// changes nothing in rec.
func Generate(ctx context.Context, rec *trace.Record, g llm.Generator, p *Prompt, d llm.Decoding) (*trace.Answer, error) {
	req, err := p.render(rec)
	if err != nil {
		return nil, err
	}
	req.Decoding = d
	reply, err := g.Generate(ctx, req)
	if err != nil {
		return nil, fmt.Errorf("asking %s: %w", g.Name(), err)
	}
	return &trace.Answer{Text: reply.Text, FinishReason: reply.FinishReason, Logprobs: reply.Logprobs, Usage: reply.Usage}, nil
}
