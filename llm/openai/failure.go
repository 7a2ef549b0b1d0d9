package openai

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/llm"
)

// failure is what an error body says. Servers differ: {"error":{"message",
// "type","code"}}, {"error":"text"}, {"message"}, {"detail"}, or plain text.
type failure struct {
	Message string
	Type    string
	Code    string
}

// failureOf reads any of these shapes; it never fails, because the body itself
// is then the message.
func failureOf(body []byte) failure {
	type fields struct {
		Error   json.RawMessage `json:"error"`
		Message json.RawMessage `json:"message"`
		Detail  json.RawMessage `json:"detail"`
		Type    string          `json:"type"`
		Code    json.RawMessage `json:"code"`
	}
	var top fields
	_ = json.Unmarshal(body, &top) // what could be read counts
	inner := top
	if len(top.Error) > 0 {
		inner = fields{Message: top.Error}
		var object fields
		if json.Unmarshal(top.Error, &object) == nil {
			inner = object
		}
	}
	f := failure{Type: inner.Type, Code: plain(inner.Code)}
	for _, raw := range []json.RawMessage{inner.Message, inner.Detail, body} {
		if f.Message = excerpt(plain(raw)); f.Message != "" {
			break
		}
	}
	return f
}

// plain returns a JSON string without its quotes, and anything else as it stands.
func plain(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}

// status returns the HTTP status that the error stands for: gateways put it
// into the code and answer with 200.
func (f failure) status(http int) int {
	if n, err := strconv.Atoi(f.Code); err == nil && n >= 400 && n < 600 && http < 300 {
		return n
	}
	return http
}

// kindOf tells the kind of a failure by its words first, because servers
// disagree about the status, and then by the status.
func kindOf(status int, f failure) llm.Kind {
	said := strings.ToLower(f.Code + " " + f.Type + " " + f.Message)
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(said, w) {
				return true
			}
		}
		return false
	}
	switch {
	case has("insufficient_quota", "exceeded your current quota", "billing"), status == http.StatusPaymentRequired:
		return llm.KindQuota
	case has("context_length_exceeded", "maximum context", "context length", "context size", "context window", "exceed_context_size"), status == http.StatusRequestEntityTooLarge:
		return llm.KindTooLong
	case status == http.StatusUnauthorized, status == http.StatusForbidden, has("invalid_api_key"):
		return llm.KindAuth
	case has("model_not_found"), has("model") && has("not found", "does not exist", "not exist"):
		return llm.KindModel
	case has("http request to an https server"):
		return llm.KindTLS
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed:
		return llm.KindURL
	case status == http.StatusTooManyRequests, has("rate_limit"):
		return llm.KindRate
	case status == http.StatusRequestTimeout, status == http.StatusGatewayTimeout:
		return llm.KindTimeout
	case status >= 500, status < 300:
		return llm.KindServer
	}
	return llm.KindRequest
}

// excerpt shortens untrusted text to one line of at most 300 characters.
func excerpt(s string) string {
	return text.Clip(strings.Join(strings.Fields(strings.ToValidUTF8(s, "�")), " "), 300)
}

var looksLikeKey = regexp.MustCompile(`(?i)\b(sk|pk|key|hf|gsk|xai)[-_][a-z0-9_\-*]{6,}|\bbearer\s+[^\s"]+`)

// redactor returns a function that hides the secrets, and whatever looks like
// one: servers like to repeat the key they refuse, with some letters starred
// out. A secret of three characters or fewer hides nothing: it would hide half
// of every message.
func redactor(secrets ...Secret) func(string) string {
	return func(s string) string {
		for _, secret := range secrets {
			if len(secret) > 3 {
				s = strings.ReplaceAll(s, string(secret), secret.String())
			}
		}
		return looksLikeKey.ReplaceAllString(s, Secret("").String())
	}
}

var (
	saysLimit = regexp.MustCompile(`(?i)(?:context (?:length|size|window)(?: is| of)?|n_ctx\D{0,4}|limit of)\D{0,20}(\d{2,})`)
	saysSent  = regexp.MustCompile(`(?i)(?:resulted in|requested|contains|prompt_tokens\D{0,4}|prompt of|has) (?:about |at least )?\D{0,12}(\d{2,})`)
)

// tooLong adds by how many tokens a request is too long, as the server said or
// as we count.
func tooLong(message string, req llm.Request) string {
	limit, sent := saysLimit.FindStringSubmatch(message), saysSent.FindStringSubmatch(message)
	if limit != nil && sent != nil {
		l, errL := strconv.Atoi(limit[1])
		n, errN := strconv.Atoi(sent[1])
		if errL == nil && errN == nil && n > l {
			return fmt.Sprintf("%d tokens too many: %s", n-l, message)
		}
	}
	about := llm.AboutTokens(req.System, req.User)
	if limit != nil {
		if l, err := strconv.Atoi(limit[1]); err == nil && about+req.MaxTokens > l {
			return fmt.Sprintf("about %d tokens too many: %s", about+req.MaxTokens-l, message)
		}
	}
	return fmt.Sprintf("the prompt has about %d tokens: %s", about, message)
}
