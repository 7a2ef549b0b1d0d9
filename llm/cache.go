package llm

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"

	"golang.org/x/sync/singleflight"

	"github.com/ragdiag/ragdiag/trace"
)

// cacheVersion is the version of the keys and files of a cache.
const cacheVersion = 1

// Cache is a Generator that keeps every reply on disk and never asks for the
// same thing twice. The key is a SHA-256 over the prompt, the schema, the
// model, the decoding and the replicate; what a request is called, and which
// record it serves, do not matter.
//
// Each reply is a file of its own, which appears whole or not at all, and
// before the caller sees the reply. So any number of processes may share a
// folder, and one that is killed has lost nothing but the calls in flight.
// Within a process, equal requests in flight become one call; two processes
// that ask the same at the same moment both pay. Failures are not kept.
type Cache struct {
	Generator
	dir        string
	replayOnly bool
	flights    singleflight.Group
	hits       atomic.Int64
}

// NewCache returns a cache in dir before g. With replayOnly g is never asked:
// what the cache does not hold is a KindReplay error.
func NewCache(g Generator, dir string, replayOnly bool) (*Cache, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("cache: %w", err)
	}
	return &Cache{Generator: g, dir: dir, replayOnly: replayOnly}, nil
}

// Hits returns how many requests were answered without a call.
func (c *Cache) Hits() int { return int(c.hits.Load()) }

// Generate returns the kept reply, or asks and keeps it.
func (c *Cache) Generate(ctx context.Context, req Request) (Reply, error) {
	if err := ctx.Err(); err != nil {
		return Reply{}, context.Cause(ctx)
	}
	key := c.key(req)
	for {
		called := false
		v, err, _ := c.flights.Do(key, func() (any, error) {
			reply, ok, err := c.read(key)
			if ok || err != nil {
				return reply, err
			}
			if c.replayOnly {
				return Reply{}, &Error{Kind: KindReplay, Record: req.ID, Message: "key " + key[:12]}
			}
			called = true
			if reply, err = c.Generator.Generate(ctx, req); err != nil {
				return Reply{}, err
			}
			return reply, c.write(key, reply)
		})
		if err == nil {
			if !called {
				c.hits.Add(1)
			}
			return v.(Reply).clone(), nil
		}
		if called || ctx.Err() != nil {
			return Reply{}, err
		}
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			if _, ok := errors.AsType[*Error](err); !ok {
				continue // the caller whose call this shared has gone; this one has not
			}
		}
		if e, ok := errors.AsType[*Error](err); ok && e.Record != req.ID {
			own := *e
			own.Record = req.ID
			err = &own
		}
		return Reply{}, err
	}
}

// Lookup returns the kept reply, if there is one.
func (c *Cache) Lookup(req Request) (reply Reply, ok bool, err error) { return c.read(c.key(req)) }

// key is the name of a request.
func (c *Cache) key(req Request) string {
	b, err := json.Marshal(struct {
		Version             int
		Model, System, User string
		Schema              *Schema
		Decoding            Decoding
		Replicate           int
		Given               string `json:",omitzero"` // left out, so that keys from before it still hold
	}{cacheVersion, c.Name(), req.System, req.User, req.Schema, req.Decoding, req.Replicate, req.Given})
	if err != nil { // a schema that is no JSON
		b = fmt.Appendf(nil, "%q %q %q %v %v %q", c.Name(), req.System, req.User, req.Schema, req.Replicate, req.Given)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// kept is the content of a file.
type kept struct {
	Version int          `json:"v"`
	Key     string       `json:"key"`
	Text    string       `json:"text"`
	Finish  string       `json:"finish_reason,omitzero"`
	Model   string       `json:"model,omitzero"`
	Usage   *trace.Usage `json:"usage,omitzero"`
	Logs    []float64    `json:"logprobs,omitzero"`
}

func (c *Cache) path(key string) string { return filepath.Join(c.dir, key[:2], key[2:]+".json") }

// read returns a kept reply. A file that is not whole does not count: it can
// only be of a disk that lost it, and the next reply replaces it.
func (c *Cache) read(key string) (Reply, bool, error) {
	b, err := os.ReadFile(c.path(key))
	if errors.Is(err, fs.ErrNotExist) {
		return Reply{}, false, nil
	}
	if err != nil {
		return Reply{}, false, &Error{Kind: KindCache, Err: err}
	}
	var k kept
	if json.Unmarshal(b, &k) != nil || k.Key != key || k.Version != cacheVersion {
		return Reply{}, false, nil
	}
	return Reply{k.Text, k.Finish, k.Usage, k.Logs, k.Model}, true, nil
}

// write keeps a reply: a file under another name first, then its own.
func (c *Cache) write(key string, r Reply) error {
	err := func() error {
		b, err := json.Marshal(kept{cacheVersion, key, r.Text, r.FinishReason, r.Model, r.Usage, r.Logprobs})
		if err != nil {
			return err
		}
		path := c.path(key)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
		if err != nil {
			return err
		}
		_, err = f.Write(b)
		if err = errors.Join(err, f.Close()); err == nil {
			err = os.Rename(f.Name(), path)
		}
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
		return err
	}()
	if err != nil {
		return &Error{Kind: KindCache, Err: err}
	}
	return nil
}

// clone keeps callers that share a reply from sharing its memory.
func (r Reply) clone() Reply {
	if r.Usage != nil {
		u := *r.Usage
		r.Usage = &u
	}
	if r.Logprobs != nil {
		r.Logprobs = append([]float64{}, r.Logprobs...)
	}
	return r
}
