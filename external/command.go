package external

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/ragdiag/ragdiag/llm"
)

// CommandOptions says which program a system is.
type CommandOptions struct {
	Args      []string      // program and arguments, started as they are: there is no shell
	Dir       string        // to start it in; empty: the current one
	Env       []string      // names of environment variables that it may see, beside the harmless ones
	Processes int           // that run at once, each one call at a time; 0: 1
	Timeout   time.Duration // of a call; 0: DefaultTimeout
}

// harmless are the variables that a program needs to run at all.
var harmless = []string{"PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "VIRTUAL_ENV", "PYTHONPATH"}

// Command returns the system that a program is. It starts nothing yet.
func Command(o CommandOptions) (*System, error) {
	if len(o.Args) == 0 || o.Args[0] == "" {
		return nil, errors.New("the command is empty: name a program")
	}
	if _, err := exec.LookPath(o.Args[0]); err != nil {
		return nil, fmt.Errorf("command: %w", err)
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	c := &command{o: o, free: make(chan *process, max(1, o.Processes))}
	for range cap(c.free) {
		c.free <- nil
	}
	return &System{c}, nil
}

// command is a pool of processes of one program.
type command struct {
	o    CommandOptions
	free chan *process // nil: not started, or ended

	mu     sync.Mutex
	closed bool
}

// process is one running program.
type process struct {
	cmd    *exec.Cmd
	cancel context.CancelFunc
	in     io.WriteCloser
	out    <-chan outLine
	said   *tail     // of standard error
	sent   int64     // requests
	last   string    // the name of the last one
	rest   time.Time // until when a line may still belong to it; zero: its reply had its number
}

// outLine is a line of a program's output, or why there is none.
type outLine struct {
	text []byte
	more bool // another one came with it
	err  error
}

func (c *command) name() string { return "command " + filepath.Base(c.o.Args[0]) }

// exchange sends a line to a free process and waits for its line. A process
// that fails in any way is ended; the next call starts another one.
func (c *command) exchange(ctx context.Context, request []byte) ([]byte, error) {
	var p *process
	select {
	case p = <-c.free:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if c.isClosed() {
		c.free <- p
		return nil, c.fail(llm.KindUnreachable, "it was ended", nil)
	}
	line, p, err := c.with(ctx, p, request)
	c.free <- p
	return line, err
}

func (c *command) isClosed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed
}

func (c *command) with(ctx context.Context, p *process, request []byte) ([]byte, *process, error) {
	if p == nil {
		var err error
		if p, err = c.start(); err != nil {
			return nil, nil, c.fail(llm.KindUnreachable, err.Error(), err)
		}
	}
	if l, ok := p.unasked(); ok {
		p.end()
		if l.err == nil {
			return nil, nil, c.fail(llm.KindUnpaired, "it wrote more than one line for "+p.last, nil)
		}
		return nil, nil, c.fail(llm.KindServer, "it ended after "+p.last+p.said.words(), l.err)
	}
	request, id := p.number(request)
	wrote := make(chan error, 1)
	go func() {
		_, err := p.in.Write(append(request, '\n'))
		wrote <- err
	}()
	timer := time.NewTimer(c.o.Timeout)
	defer timer.Stop()
	var err error
	select {
	case err = <-wrote:
	case <-timer.C:
		p.end()
		return nil, nil, c.fail(llm.KindTimeout, fmt.Sprintf("it did not read its request within %v%s", c.o.Timeout, p.said.words()), nil)
	case <-ctx.Done():
		p.end()
		return nil, nil, context.Cause(ctx)
	}
	if err != nil {
		p.end()
		return nil, nil, c.fail(llm.KindServer, "it ended without a reply"+p.said.words(), err)
	}
	select {
	case l := <-p.out:
		if l.err == nil {
			if wrong := p.mismatch(l, id); wrong != "" {
				p.end()
				return nil, nil, c.fail(llm.KindUnpaired, wrong, nil)
			}
			return l.text, p, nil
		}
		p.end()
		if errors.Is(l.err, errTooLong) {
			return nil, nil, c.fail(llm.KindTooLarge, l.err.Error(), l.err)
		}
		return nil, nil, c.fail(llm.KindServer, "it ended without a reply"+p.said.words(), l.err)
	case <-timer.C:
		p.end()
		return nil, nil, c.fail(llm.KindTimeout, fmt.Sprintf("no line within %v: write one JSON object, a line end, and flush%s", c.o.Timeout, p.said.words()), nil)
	case <-ctx.Done():
		p.end()
		return nil, nil, context.Cause(ctx)
	}
}

// settle is how long after a reply without a number another line may still come
// that belongs to it.
const settle = 5 * time.Millisecond

// unasked returns a line, or the end of the output, that came without a request.
func (p *process) unasked() (outLine, bool) {
	if wait := time.Until(p.rest); wait > 0 {
		select {
		case l := <-p.out:
			return l, true
		case <-time.After(wait):
		}
	}
	select {
	case l := <-p.out:
		return l, true
	default:
		return outLine{}, false
	}
}

// number counts a request, adds its number to it, and returns its ID.
func (p *process) number(request []byte) (numbered []byte, id string) {
	var r struct{ ID, Query string }
	_ = json.Unmarshal(request, &r) // we made it
	p.sent++
	p.last = fmt.Sprintf("request %d", p.sent)
	switch {
	case r.ID != "":
		p.last += fmt.Sprintf(" (record %q)", r.ID)
	case r.Query != "":
		p.last += fmt.Sprintf(" (query %q)", clip(r.Query))
	}
	return fmt.Appendf(bytes.TrimSuffix(request, []byte("}")), `,"request":%d}`, p.sent), r.ID
}

// mismatch says why a line is not taken for the reply to the last request.
func (p *process) mismatch(l outLine, id string) string {
	var r struct {
		ID      string
		Request int64
	}
	if json.Unmarshal(l.text, &r) != nil { // the caller says what is wrong with it
		r.ID, r.Request = "", 0
	}
	p.rest = time.Time{}
	if r.Request == 0 {
		p.rest = time.Now().Add(settle)
	}
	switch {
	case l.more:
		return "it wrote more than one line for " + p.last
	case r.Request != 0 && r.Request != p.sent:
		return fmt.Sprintf("it wrote the reply to request %d where that to %s was due", r.Request, p.last)
	case r.ID != "" && r.ID != id:
		return fmt.Sprintf("it wrote the reply to record %q where that to %s was due", clip(r.ID), p.last)
	}
	return ""
}

// start starts the program.
func (c *command) start() (*process, error) {
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, c.o.Args[0], c.o.Args[1:]...)
	cmd.Dir = c.o.Dir
	ownGroup(cmd)
	cmd.Cancel = func() error { return endGroup(cmd.Process) }
	cmd.WaitDelay = time.Second
	cmd.Env = []string{}
	for _, name := range append(harmless, c.o.Env...) {
		if v, ok := os.LookupEnv(name); ok {
			cmd.Env = append(cmd.Env, name+"="+v)
		}
	}
	p := &process{cmd: cmd, cancel: cancel, said: &tail{}, last: "its start, before any request"}
	cmd.Stderr = p.said
	var err error
	if p.in, err = cmd.StdinPipe(); err != nil {
		cancel()
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		cancel()
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		cancel()
		return nil, err
	}
	p.out = readLines(ctx, out)
	running.Store(p, nil)
	return p, nil
}

// running holds every process that was started and not yet ended.
var running sync.Map

// EndAll kills every process that a Command has started, with those that it
// started itself. It is for a program that ends without closing its systems.
func EndAll() {
	running.Range(func(p, _ any) bool {
		_ = endGroup(p.(*process).cmd.Process)
		return true
	})
}

// end kills the process and waits until it is gone.
func (p *process) end() {
	p.cancel()
	_ = p.in.Close()
	_ = p.cmd.Wait() // that it was killed is known
	p.gone()
}

// gone ends what the process has left behind.
func (p *process) gone() {
	_ = endGroup(p.cmd.Process)
	running.Delete(p)
}

// close ends every process: standard input ends, which a program should take as
// the end; one that does not is killed.
func (c *command) close() error {
	c.mu.Lock()
	was := c.closed
	c.closed = true
	c.mu.Unlock()
	if was {
		return nil
	}
	for range cap(c.free) {
		if p := <-c.free; p != nil {
			_ = p.in.Close()
			gone := make(chan struct{})
			go func() { _ = p.cmd.Wait(); close(gone) }()
			select {
			case <-gone:
			case <-time.After(time.Second):
			}
			p.cancel()
			<-gone
			p.gone()
		}
		c.free <- nil
	}
	return nil
}

func (c *command) fail(k llm.Kind, message string, err error) error {
	return &llm.Error{Kind: k, Message: c.name() + ": " + message, Err: err}
}

var errTooLong = fmt.Errorf("a line of its output is longer than %d MiB", maxReply>>20)

// readLines reads lines until one cannot be read, or ctx ends.
func readLines(ctx context.Context, r io.Reader) <-chan outLine {
	out := make(chan outLine)
	go func() {
		br := bufio.NewReader(r)
		for {
			text, err := readLine(br)
			ahead, _ := br.Peek(br.Buffered())
			select {
			case out <- outLine{text, len(bytes.TrimSpace(ahead)) > 0, err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return out
}

// readLine reads a line of bounded length; empty lines are skipped.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		if len(line)+len(part) > maxReply {
			return nil, errTooLong
		}
		line = append(line, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil:
			return nil, err
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			return line, nil
		}
		line = nil
	}
}

// tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	last []byte
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = append(t.last, b...)
	if over := len(t.last) - 2000; over > 0 {
		t.last = append([]byte{}, t.last[over:]...)
	}
	return len(b), nil
}

// words is the last line that was written, for a message.
func (t *tail) words() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := strings.Split(strings.TrimSpace(string(t.last)), "\n")
	if last := lines[len(lines)-1]; last != "" {
		return "; its last words were: " + clip(last)
	}
	return ""
}
