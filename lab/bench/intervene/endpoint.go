package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/ragdiag/ragdiag/lab/faults"
	"github.com/ragdiag/ragdiag/lab/mock"
	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/llm/openai"
)

// served are broken systems behind one simulated endpoint, each a model of its
// own, asked over HTTP through the whole chain: cache, retries, limits.
type served struct {
	server  *http.Server
	stats   func() mock.Stats
	clients map[string]*openai.Client
	models  map[string]llm.Generator
}

// serve starts the endpoint with the systems of a set. dir keeps the replies.
func serve(ctx context.Context, set *faults.Set, dir string) (*served, error) {
	systems := map[string]llm.Generator{}
	for i, rec := range set.Records {
		systems[rec.ID] = set.Systems[i]
	}
	handler := mock.New(mock.Options{Models: systems})
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &served{
		server: &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}, stats: handler.Stats,
		clients: map[string]*openai.Client{}, models: map[string]llm.Generator{},
	}
	go s.server.Serve(l) //nolint:errcheck // it ends with Close
	for id := range systems {
		c, err := openai.New(openai.Options{BaseURL: "http://" + l.Addr().String() + "/v1", Model: id})
		if err != nil {
			return nil, err
		}
		s.clients[id] = c
		if s.models[id], err = llm.NewCache(llm.Retry(llm.NewBudget(llm.Adaptive(c, 16), 0, 0, llm.Price{}), llm.RetryOptions{}), dir, false); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Name returns "simulated endpoint".
func (*served) Name() string { return "simulated endpoint" }

// Generate asks the system that gave the recorded answer.
func (s *served) Generate(ctx context.Context, req llm.Request) (llm.Reply, error) {
	g, ok := s.models[req.ID]
	if !ok {
		return llm.Reply{}, fmt.Errorf("no system for %q", req.ID)
	}
	reply, err := g.Generate(ctx, req)
	s.clients[req.ID].Close() // an idle connection for each of some hundred models would be too many
	return reply, err
}

func (s *served) close() { s.server.Close() }
