//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ragdiag/ragdiag/lab/mock"
	"github.com/ragdiag/ragdiag/trace"
)

// The times of a trial with an endpoint.
const (
	callTime = 700 * time.Millisecond // for one call
	runTime  = 4 * time.Second        // for all calls
	graceEnd = 5 * time.Second        // until the program has ended after that
)

// The secrets that the program is given and must keep.
const (
	secretKey   = "sk-chaos-3f1b9d52c7e84a60"
	secretToken = "chaos-token-81d0e6f3a94b"
)

// tryEndpoint has questions answered by an endpoint that misbehaves.
func tryEndpoint(t *trial) error {
	questions, n, err := t.someQuestions(4 + t.dice.IntN(5))
	if err != nil {
		return err
	}
	server := httptest.NewServer(t.unruly())
	defer server.Close()
	defer server.CloseClientConnections() // what hangs is let go
	c := t.command(t.ctx, t.dir, []string{"OPENAI_API_KEY=" + secretKey, "CHAOS_TOKEN=" + secretToken},
		"run", questions, "--index", t.index, "--out", t.path("run"), "--cache", t.path("cache"),
		"--model", mock.DefaultModel, "--base-url", server.URL+"/v1", "--header", "X-Token: $CHAOS_TOKEN",
		"--timeout", callTime.String(), "--deadline", runTime.String())
	e, err := c.run()
	if err != nil {
		return err
	}
	if e.took > runTime+callTime+graceEnd {
		return fmt.Errorf("it ended only after %v", e.took)
	}
	if err := t.keptSecrets(e); err != nil {
		return err
	}
	answered, err := countAnswered(t.path("run/records.jsonl"))
	if err != nil {
		return err
	}
	if !truthful(e, answered, n) {
		return fmt.Errorf("%d of %d questions were answered: %v", answered, n, e)
	}
	return nil
}

// truthful reports whether the exit code says what became of n questions.
func truthful(e ended, answered, n int) bool {
	limit := strings.Contains(e.stderr, "budget reached")
	// An address or a key that is wrong ends the run; what was done before stays.
	brokeOff := strings.Contains(e.stderr, "what was done is kept in")
	switch e.code {
	case 0:
		return answered == n
	case 1:
		return answered == 0 || answered < n && brokeOff
	case 4: // that nothing was done before a limit was reached is no failure
		return answered < n && (answered > 0 || limit)
	}
	return false
}

// someQuestions writes a file with some of the questions.
func (t *trial) someQuestions(most int) (path string, n int, err error) {
	b, err := os.ReadFile(t.questions)
	if err != nil {
		return "", 0, err
	}
	lines := slices.Collect(bytes.Lines(b))
	t.dice.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	lines = lines[:min(most, len(lines))]
	path = t.path("questions.jsonl")
	return path, len(lines), os.WriteFile(path, bytes.Join(lines, nil), 0o644)
}

// countAnswered counts the records that carry an answer, and no error of a stage.
func countAnswered(path string) (n int, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	for line := range bytes.Lines(b) {
		var rec trace.Record
		if err := rec.UnmarshalJSON(line); err != nil {
			return 0, fmt.Errorf("records.jsonl: %w", err)
		}
		if rec.Answer != nil && len(rec.Run.Errors) == 0 {
			n++
		}
	}
	return n, nil
}

// keptSecrets says where a secret was written to.
func (t *trial) keptSecrets(e ended) error {
	leaks := func(s string) bool { return strings.Contains(s, secretKey) || strings.Contains(s, secretToken) }
	if leaks(e.stdout) || leaks(e.stderr) {
		return fmt.Errorf("a secret was printed: %v", e)
	}
	return filepath.WalkDir(t.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err == nil && leaks(path+string(b)) {
			return fmt.Errorf("a secret stands in %s", strings.TrimPrefix(path, t.dir))
		}
		return err
	})
}

// unruly is a simulated endpoint. It never answers a share of the requests, and of
// the calls with others a share fails: half of them as the endpoint itself can
// fail, half beneath it.
func (t *trial) unruly() *unruly {
	seed := t.dice.Uint64()
	lost, share := []float64{0, 0, .3, .7, 1}[t.dice.IntN(5)], []float64{0, .1, .3, .6, 1}[t.dice.IntN(5)]
	finals := []int{http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusBadRequest, http.StatusNotFound} // the last one ends the run
	return &unruly{
		final: finals[t.dice.IntN(len(finals))], lost: lost, share: share / 2, seed: seed, seen: map[uint64]uint64{},
		inner: mock.New(mock.Options{Seed: seed, Faults: mock.Mixed(share/(2-share), true)}),
	}
}

type unruly struct {
	inner http.Handler
	lost  float64 // share of the requests that are never answered
	final int     // the status that they get
	share float64 // of the calls that fail here
	seed  uint64

	mu   sync.Mutex // guards seen
	seen map[uint64]uint64
}

// ServeHTTP fails a call or passes it on. What it does depends on the seed, the
// request, and how often that came before.
func (u *unruly) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	h := fnv.New64a()
	_, _ = h.Write(body) // never fails
	if fate := rand.New(rand.NewPCG(u.seed^h.Sum64(), 0)); fate.Float64() < u.lost {
		tellTale(w, r, []int{u.final}, fate)
		return
	}
	u.mu.Lock()
	u.seen[h.Sum64()]++
	attempt := u.seen[h.Sum64()]
	u.mu.Unlock()
	dice := rand.New(rand.NewPCG(u.seed^h.Sum64(), attempt))
	if dice.Float64() >= u.share {
		u.inner.ServeHTTP(w, r)
		return
	}
	manners[dice.IntN(len(manners))](w, r, u.inner, dice)
}

// manners are the ways to misbehave beneath the simulated endpoint.
var manners = []func(w http.ResponseWriter, r *http.Request, inner http.Handler, dice *rand.Rand){
	oddWait, oddStatus, cutBody, slowReply, wrongType, reset, oddBody,
}

// oddWait asks to come back at a time that makes little sense.
func oddWait(w http.ResponseWriter, _ *http.Request, _ http.Handler, dice *rand.Rand) {
	waits := []string{"-5", "0", "1e400", "0.001", "NaN", "soon", "99999999999999999999", "Wed, 21 Oct 2099 07:28:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "1, 2", " 0.2 "}
	w.Header().Set("Retry-After", waits[dice.IntN(len(waits))])
	w.WriteHeader(http.StatusTooManyRequests)
}

// oddStatus fails with some status.
func oddStatus(w http.ResponseWriter, r *http.Request, _ http.Handler, dice *rand.Rand) {
	tellTale(w, r, []int{400, 401, 403, 408, 418, 429, 500, 500, 500, 502, 503, 504, 599}, dice)
}

// tellTale repeats the secrets of the request in its error.
func tellTale(w http.ResponseWriter, r *http.Request, statuses []int, dice *rand.Rand) {
	status := statuses[dice.IntN(len(statuses))]
	text := fmt.Sprintf("Bad request with %s and %s", r.Header.Get("Authorization"), r.Header.Get("X-Token"))
	w.Header().Set("X-Seen", text)
	if dice.IntN(2) == 0 {
		w.Header().Set("Content-Type", "application/json")
		text = fmt.Sprintf(`{"error":{"message":%q,"code":%q,"type":%q}}`, text, secretKey, secretToken)
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // the client may have gone, here and below
}

// cutBody promises more than it sends.
func cutBody(w http.ResponseWriter, r *http.Request, inner http.Handler, dice *rand.Rand) {
	reply := httptest.NewRecorder()
	inner.ServeHTTP(reply, r.WithContext(soon(r.Context())))
	b := reply.Body.Bytes()
	hijacked(w, func(c net.Conn, rw *bufio.ReadWriter) {
		fmt.Fprintf(rw, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(b)+1, b[:dice.IntN(len(b)+1)])
		_ = rw.Flush()
	})
}

// slowReply takes its time, before the reply or between its bytes.
func slowReply(w http.ResponseWriter, r *http.Request, inner http.Handler, dice *rand.Rand) {
	if dice.IntN(2) == 0 {
		time.Sleep(time.Duration(dice.Float64() * 1.5 * float64(callTime)))
		inner.ServeHTTP(w, r)
		return
	}
	for _, c := range []byte(`{"id":"slow","choices":[`) {
		if _, err := w.Write([]byte{c}); err != nil || http.NewResponseController(w).Flush() != nil || r.Context().Err() != nil {
			return
		}
		time.Sleep(callTime / 10)
	}
}

// wrongType sends a reply under a type or a coding that it does not have.
func wrongType(w http.ResponseWriter, r *http.Request, inner http.Handler, dice *rand.Rand) {
	reply := httptest.NewRecorder()
	inner.ServeHTTP(reply, r.WithContext(soon(r.Context())))
	types := []string{"text/html", "image/png", "", "application/octet-stream; charset=\xff", "text/event-stream"}
	w.Header().Set("Content-Type", types[dice.IntN(len(types))])
	if dice.IntN(3) == 0 {
		w.Header().Set("Content-Encoding", "gzip")
	}
	_, _ = w.Write(reply.Body.Bytes())
}

// reset breaks the connection.
func reset(w http.ResponseWriter, _ *http.Request, _ http.Handler, _ *rand.Rand) {
	hijacked(w, func(c net.Conn, _ *bufio.ReadWriter) {
		if tcp, ok := c.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0) // the end is then a reset
		}
	})
}

// oddBody sends what is no reply at all.
func oddBody(w http.ResponseWriter, _ *http.Request, _ http.Handler, dice *rand.Rand) {
	bodies := []string{
		"", "null", "[]", "{", "\x00\x01\xff", `{"choices":[null]}`, `{"choices":[{"message":null}]}`,
		strings.Repeat("[", 100_000), `{"choices":[{"message":{"content":123}}]}`,
		`{"choices":[{"index":-1,"message":{"role":"assistant","content":"x"},"finish_reason":7}]}`,
		`{"choices":[{"message":{"content":"x"}}],"usage":{"prompt_tokens":1e999}}`,
		"data: {\"choices\":[]}\n\ndata: [DONE]\n\n", strings.Repeat("a", 1<<20),
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, bodies[dice.IntN(len(bodies))])
}

// hijacked does something with the bare connection, and closes it.
func hijacked(w http.ResponseWriter, do func(net.Conn, *bufio.ReadWriter)) {
	c, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(errors.Join(http.ErrAbortHandler, err))
	}
	do(c, rw)
	_ = c.Close()
}

// soon is a context that ends before the client loses its patience, so that an
// endpoint which hangs does not do so for ever.
func soon(ctx context.Context) context.Context {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	context.AfterFunc(ctx, cancel)
	return ctx
}
