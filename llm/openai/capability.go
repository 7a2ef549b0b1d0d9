package openai

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/ragdiag/ragdiag/llm"
)

// Mode is a way to make a server answer in JSON of a schema.
type Mode string

// The modes, from the surest to the last resort.
const (
	ModeSchema Mode = "json-schema" // response_format: the server lets nothing else through
	ModeTool   Mode = "tool"        // the arguments of a tool that it is made to call
	ModePlain  Mode = "plain"       // it is asked to in words
)

var modes = []Mode{ModeSchema, ModeTool, ModePlain}

// probe is a request that any model can answer.
var probe = llm.Request{
	User:     `Reply with this JSON object and nothing else: {"ok": true}`,
	Schema:   &llm.Schema{Name: "probe", JSON: json.RawMessage(`{"type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"],"additionalProperties":false}`)},
	Decoding: llm.Decoding{MaxTokens: 200},
}

// modeOf returns how this server is asked for JSON. It is found out by up to two
// small calls, once for each address and model: it is remembered in the process,
// and on disk if Options.Remember names a folder. A server that only fails for
// now, or for another reason, decides nothing.
func (c *Client) modeOf(ctx context.Context) (Mode, error) {
	c.probing.Lock()
	defer c.probing.Unlock()
	if c.mode == "" {
		c.mode = c.recall()
	}
	if c.mode != "" {
		return c.mode, nil
	}
	for _, m := range modes {
		if m != ModePlain {
			reply, err := c.once(ctx, probe, m)
			if err != nil && !refuses(err) {
				return "", err
			}
			var said struct {
				OK *bool `json:"ok"`
			}
			if err != nil || json.Unmarshal([]byte(reply.Text), &said) != nil || said.OK == nil {
				continue
			}
		}
		c.mode = m
		break
	}
	return c.mode, c.remember()
}

// refuses reports whether an error says that the server does not know what it
// was asked for. Some say so under status 500.
func refuses(err error) bool {
	e, ok := errors.AsType[*llm.Error](err)
	if !ok {
		return false
	}
	switch e.Kind {
	case llm.KindRequest, llm.KindEmpty:
		return true
	case llm.KindServer:
		said := strings.ToLower(e.Message)
		for _, word := range []string{"response_format", "json_schema", "grammar", "tool", "not supported", "unsupported", "not implemented"} {
			if strings.Contains(said, word) {
				return true
			}
		}
	}
	return false
}

// path is the file in which the mode is remembered; "": nowhere.
func (c *Client) path() string {
	if c.opt.Remember == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(c.opt.BaseURL + "\n" + c.opt.Model))
	return filepath.Join(c.opt.Remember, "server-"+hex.EncodeToString(sum[:8])+".json")
}

// remembered is the content of that file.
type remembered struct {
	BaseURL string `json:"base_url"`
	Model   string `json:"model"`
	Mode    Mode   `json:"mode"`
}

// recall returns the remembered mode, or "".
func (c *Client) recall() Mode {
	b, err := os.ReadFile(c.path())
	var r remembered
	if err != nil || json.Unmarshal(b, &r) != nil || r.BaseURL != c.opt.BaseURL || r.Model != c.opt.Model {
		return ""
	}
	for _, m := range modes {
		if r.Mode == m {
			return m
		}
	}
	return ""
}

func (c *Client) remember() error {
	path := c.path()
	if path == "" {
		return nil
	}
	b, err := json.Marshal(remembered{c.opt.BaseURL, c.opt.Model, c.mode})
	if err == nil {
		err = os.MkdirAll(c.opt.Remember, 0o700)
	}
	var f *os.File
	if err == nil {
		f, err = os.CreateTemp(c.opt.Remember, ".new-*")
	}
	if err == nil {
		_, err = f.Write(append(b, '\n'))
		if err = errors.Join(err, f.Close()); err == nil {
			err = os.Rename(f.Name(), path)
		}
	}
	if err != nil {
		return &llm.Error{Kind: llm.KindCache, Err: err}
	}
	return nil
}

// ask puts the schema of a request into it, in the way of the mode.
func (m Mode) ask(req *llm.Request, body map[string]any) {
	switch s := req.Schema; m {
	case ModeSchema:
		body["response_format"] = map[string]any{"type": "json_schema",
			"json_schema": map[string]any{"name": s.Name, "strict": true, "schema": s.JSON}}
	case ModeTool:
		body["tools"] = []any{map[string]any{"type": "function",
			"function": map[string]any{"name": s.Name, "description": "Give the answer.", "parameters": s.JSON}}}
		body["tool_choice"] = map[string]any{"type": "function", "function": map[string]any{"name": s.Name}}
	case ModePlain:
		req.User += "\n\nReply with one JSON value that fits this JSON Schema, without any other text:\n" + string(s.JSON)
	}
}
