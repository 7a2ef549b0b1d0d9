package external

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ragdiag/ragdiag/llm"
)

// HTTPOptions says where a system listens.
type HTTPOptions struct {
	URL     string
	Token   string        // sent as a bearer token; empty: none. It is never logged
	Plain   bool          // send the token unencrypted to another machine too
	Timeout time.Duration // of a call; 0: DefaultTimeout
}

// HTTP returns the system behind an address. It sends nothing yet.
func HTTP(o HTTPOptions) (*System, error) {
	u, err := url.Parse(o.URL)
	shown, _, _ := strings.Cut(o.URL, "?") // the query may hold a key
	switch {
	case err != nil:
		return nil, fmt.Errorf("address %q: it is no URL: one looks like http://127.0.0.1:8080/answer", shown) // err repeats the address
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return nil, fmt.Errorf("address %q: it looks like http://127.0.0.1:8080/answer", shown)
	case u.User != nil:
		return nil, errors.New("the address holds a password: give a token by an environment variable instead")
	case o.Token != "" && !o.Plain && llm.Exposes(u):
		return nil, fmt.Errorf("address %s: a token is not sent unencrypted to another machine: use https, or add --plain-keys if you trust the network", u.Host)
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	return &System{&overHTTP{url: u, token: o.Token, client: &http.Client{
		Timeout: o.Timeout,
		// A redirect would take question, contexts and token elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 64, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}},
	}}}, nil
}

type overHTTP struct {
	url    *url.URL
	token  string
	client *http.Client
}

func (h *overHTTP) name() string { return h.url.Scheme + "://" + h.url.Host + h.url.Path }

func (h *overHTTP) close() error {
	h.client.CloseIdleConnections()
	return nil
}

func (h *overHTTP) exchange(ctx context.Context, request []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url.String(), bytes.NewReader(request))
	if err != nil {
		return nil, h.fail(llm.KindURL, 0, err.Error(), err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	if h.token != "" {
		req.Header.Set("Authorization", "Bearer "+h.token)
	}
	res, err := h.client.Do(req)
	if err != nil {
		return nil, h.broken(ctx, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxReply+1))
	switch {
	case err != nil:
		return nil, h.broken(ctx, err)
	case len(body) > maxReply:
		return nil, h.fail(llm.KindTooLarge, res.StatusCode, fmt.Sprintf("the reply is longer than %d MiB", maxReply>>20), nil)
	case res.StatusCode >= 300 && res.StatusCode < 400:
		return nil, h.fail(llm.KindURL, res.StatusCode, "it redirects to another address, which is not followed: name that one", nil)
	case res.StatusCode != http.StatusOK:
		e := h.fail(kindOf(res.StatusCode), res.StatusCode, clip(string(body)), nil)
		e.RetryAfter = llm.RetryAfter(res.Header.Get("Retry-After"), time.Now())
		return nil, e
	}
	return body, nil
}

func kindOf(status int) llm.Kind {
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return llm.KindAuth
	case status == http.StatusNotFound || status == http.StatusMethodNotAllowed:
		return llm.KindURL
	case status == http.StatusRequestEntityTooLarge:
		return llm.KindTooLong
	case status == http.StatusTooManyRequests:
		return llm.KindRate
	case status == http.StatusRequestTimeout || status == http.StatusGatewayTimeout:
		return llm.KindTimeout
	case status >= 500:
		return llm.KindServer
	}
	return llm.KindRequest
}

// broken says what a call without a whole reply died of.
func (h *overHTTP) broken(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var timeout net.Error
	var cert *tls.CertificateVerificationError
	var header tls.RecordHeaderError
	kind, message := llm.KindUnreachable, ""
	switch {
	case errors.As(err, &timeout) && timeout.Timeout():
		kind, message = llm.KindTimeout, fmt.Sprintf("no whole reply within %v", h.client.Timeout)
	case errors.As(err, &cert), errors.As(err, &header):
		kind = llm.KindTLS
	case errors.Is(err, io.ErrUnexpectedEOF):
		kind, message = llm.KindMalformed, "the connection broke in the middle of the reply"
	}
	return h.fail(kind, 0, message, err)
}

func (h *overHTTP) fail(k llm.Kind, status int, message string, err error) *llm.Error {
	e := &llm.Error{Kind: k, Status: status, Err: err, Message: h.name()}
	switch {
	case message != "":
		e.Message += ": " + message
	case err != nil:
		var u *url.Error // its text repeats the address with its query
		if errors.As(err, &u) {
			err = u.Err
		}
		e.Message += ": " + err.Error()
	}
	return e
}
