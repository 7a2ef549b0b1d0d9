package openai

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	openai "github.com/sashabaranov/go-openai"

	"github.com/ragdiag/ragdiag/llm"
)

// transport is between go-openai and the network. On the way out it merges
// fields into the JSON body; on the way in it lets pass nothing but a whole
// JSON object of bounded size under a good status.
type transport struct {
	client   *http.Client
	headers  map[string]Secret
	maxReply int64
	redact   func(string) string
}

type bodyKey struct{}

// withBody hands the fields of the request body to the transport.
func withBody(ctx context.Context, fields map[string]any) context.Context {
	return context.WithValue(ctx, bodyKey{}, fields)
}

// Do implements go-openai's HTTPDoer. Every error is an *llm.Error.
func (t *transport) Do(req *http.Request) (*http.Response, error) {
	if fields, ok := req.Context().Value(bodyKey{}).(map[string]any); ok {
		if err := merge(req, fields); err != nil {
			return nil, &llm.Error{Kind: llm.KindRequest, Err: err}
		}
	}
	for name, value := range t.headers {
		req.Header.Set(name, string(value))
	}
	resp, err := t.client.Do(req)
	if err != nil {
		return nil, t.broken(0, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, t.maxReply+1))
	switch {
	case err != nil:
		return nil, t.broken(resp.StatusCode, err)
	case int64(len(body)) > t.maxReply:
		return nil, &llm.Error{Kind: llm.KindTooLarge, Status: resp.StatusCode, Message: fmt.Sprintf("more than %d bytes", t.maxReply)}
	}
	if e := t.vet(resp, body); e != nil {
		return nil, e
	}
	resp.Body = io.NopCloser(bytes.NewReader(readableUsage(asStrings(body))))
	return resp, nil
}

// readableUsage leaves out a count of tokens that cannot be read, such as one
// that no integer holds: the reply beside it is paid for.
func readableUsage(body []byte) []byte {
	var all map[string]json.RawMessage
	if json.Unmarshal(body, &all) != nil || json.Unmarshal(all["usage"], new(openai.Usage)) == nil {
		return body
	}
	delete(all, "usage")
	if out, err := json.Marshal(all); err == nil {
		return out
	}
	return body
}

// objectArguments is a field of arguments that is no string.
var objectArguments = regexp.MustCompile(`"arguments"\s*:\s*[{\[]`)

// asStrings turns the arguments of tool calls into strings where a server sent
// them as objects: go-openai knows them as strings only. Whatever it cannot read
// stays as it is.
func asStrings(body []byte) []byte {
	if !objectArguments.Match(body) {
		return body
	}
	// into opens one field, hands it to change, and puts back what comes of it.
	into := func(raw json.RawMessage, field string, change func(json.RawMessage) json.RawMessage) json.RawMessage {
		all := map[string]json.RawMessage{}
		if json.Unmarshal(raw, &all) != nil || all[field] == nil {
			return raw
		}
		all[field] = change(all[field])
		if out, err := json.Marshal(all); err == nil {
			return out
		}
		return raw
	}
	each := func(raw json.RawMessage, change func(json.RawMessage) json.RawMessage) json.RawMessage {
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) != nil {
			return raw
		}
		for i := range list {
			list[i] = change(list[i])
		}
		if out, err := json.Marshal(list); err == nil {
			return out
		}
		return raw
	}
	return into(body, "choices", func(choices json.RawMessage) json.RawMessage {
		return each(choices, func(choice json.RawMessage) json.RawMessage {
			return into(choice, "message", func(message json.RawMessage) json.RawMessage {
				return into(message, "tool_calls", func(calls json.RawMessage) json.RawMessage {
					return each(calls, func(call json.RawMessage) json.RawMessage {
						return into(call, "function", func(function json.RawMessage) json.RawMessage {
							return into(function, "arguments", func(arguments json.RawMessage) json.RawMessage {
								if len(arguments) == 0 || arguments[0] == '"' {
									return arguments
								}
								if out, err := json.Marshal(string(arguments)); err == nil {
									return out
								}
								return arguments
							})
						})
					})
				})
			})
		})
	})
}

// merge sets fields in the JSON object that req carries.
func merge(req *http.Request, fields map[string]any) error {
	raw, err := io.ReadAll(req.Body)
	if err != nil {
		return err
	}
	req.Body.Close()
	all := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &all); err != nil {
		return err
	}
	for name, v := range fields {
		if all[name], err = json.Marshal(v); err != nil {
			return fmt.Errorf("field %q: %w", name, err)
		}
	}
	if raw, err = json.Marshal(all); err != nil {
		return err
	}
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(raw)), nil }
	req.Body, _ = req.GetBody()
	req.ContentLength = int64(len(raw))
	return nil
}

// vet returns an error unless the response is a JSON object without an error in it.
func (t *transport) vet(resp *http.Response, body []byte) *llm.Error {
	media, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	body = bytes.TrimSpace(body)
	e := &llm.Error{Status: resp.StatusCode, RetryAfter: llm.RetryAfter(resp.Header.Get("Retry-After"), serverTime(resp.Header))}
	if to := resp.Header.Get("Location"); to != "" && resp.StatusCode >= 300 && resp.StatusCode < 400 {
		e.Kind, e.Message = llm.KindURL, "redirected to "+excerpt(t.redact(to))
		return e
	}
	ok := resp.StatusCode >= 200 && resp.StatusCode < 300
	if bytes.HasPrefix(body, []byte("<")) || media == "text/html" && !bytes.HasPrefix(body, []byte("{")) { // some servers call their JSON a page
		e.Kind, e.Message = llm.KindNotJSON, excerpt(t.redact(string(body)))
		if k := kindOf(resp.StatusCode, failure{}); !ok && k != llm.KindRequest {
			e.Kind = k // a gateway's page about the server behind it
		}
		return e
	}
	var reply struct {
		Error   json.RawMessage `json:"error"`
		Choices json.RawMessage `json:"choices"`
	}
	err := json.Unmarshal(body, &reply)
	if ok && err != nil {
		e.Kind, e.Err, e.Message = llm.KindMalformed, err, fmt.Sprintf("%v in %q", err, excerpt(t.redact(string(body))))
		return e
	}
	hasError := len(reply.Error) > 0 && string(reply.Error) != "null"
	if ok && (!hasError || len(reply.Choices) > 0 && string(reply.Choices) != "null" && string(reply.Choices) != "[]") {
		return nil
	}
	f := failureOf([]byte(t.redact(string(body)))) // before anything is shortened: half a key would not be known
	e.Kind, e.Message = kindOf(f.status(resp.StatusCode), f), f.Message
	return e
}

// broken says why no whole response came.
func (t *transport) broken(status int, err error) *llm.Error {
	e := &llm.Error{Kind: llm.KindUnreachable, Status: status, Message: t.redact(err.Error())}
	var (
		header   tls.RecordHeaderError
		verify   *tls.CertificateVerificationError
		alert    tls.AlertError
		unknown  x509.UnknownAuthorityError
		hostname x509.HostnameError
		network  net.Error
	)
	switch {
	case errors.Is(err, context.Canceled):
		e.Err = err
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		e.Kind, e.Err = llm.KindTimeout, err
	case errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &header), errors.As(err, &verify),
		errors.As(err, &alert), errors.As(err, &unknown), errors.As(err, &hostname):
		e.Kind = llm.KindTLS
	case errors.Is(err, io.ErrUnexpectedEOF) && status != 0:
		e.Kind = llm.KindMalformed
	}
	return e
}

// serverTime is the server's clock, so that a date it gives is right whatever
// ours says.
func serverTime(h http.Header) time.Time {
	if at, err := http.ParseTime(h.Get("Date")); err == nil {
		return at
	}
	return time.Now()
}

// checkHeaders says which header cannot be sent. It quotes no value.
func checkHeaders(headers map[string]Secret) error {
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		ours := slices.Contains([]string{"Content-Type", "Content-Length", "Host"}, http.CanonicalHeaderKey(name))
		if ours || !headerName.MatchString(name) || strings.ContainsAny(string(headers[name]), "\r\n\x00") {
			return fmt.Errorf("header %q: the name or the value cannot be sent, or the client sets it itself", name)
		}
	}
	return nil
}

var headerName = regexp.MustCompile(`^[A-Za-z0-9!#$%&'*+.^_|~-]+$`)
