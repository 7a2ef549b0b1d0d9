// Command endpoint measures how well the model client uses an endpoint: it
// serves a simulated one that takes its time and allows so many calls at once,
// asks it over HTTP, and prints how near the time came to the bound:
// `go run ./lab/bench/endpoint`.
//
// In: the number of calls. Out: a Markdown table. With the limit known the
// client is told how many calls the server allows; unknown, it may send four
// times as many and must find out from the refusals. The last rows are of a server
// that refuses some calls whoever asks, which must not close the window.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/ragdiag/ragdiag/lab/mock"
	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/llm/openai"
)

func main() {
	calls := flag.Int("n", 10_000, "calls")
	slots := flag.Int("slots", 64, "calls that the server allows in flight")
	latency := flag.Duration("latency", 200*time.Millisecond, "time of a reply")
	refuse := flag.Float64("refuse", .1, "share of calls refused at random in the last rows")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, *calls, *slots, *latency, *refuse); err != nil {
		fmt.Fprintln(os.Stderr, "endpoint:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer, calls, slots int, latency time.Duration, refuse float64) error {
	fmt.Fprintf(w, "%d calls, %v each, %d at once.\n\n", calls, latency, slots)
	fmt.Fprintln(w, "| limit | time | bound | over | calls sent | replies paid twice | heap at a tenth, at the end |\n|---|---|---|---|---|---|---|")
	bound := time.Duration(float64(calls) / float64(slots) * float64(latency))
	random := fmt.Sprintf(", %.0f %% refused at random", 100*refuse)
	for _, tt := range []struct {
		name   string
		most   int
		refuse float64
	}{{"known", slots, 0}, {"unknown", 4 * slots, 0}, {"known" + random, slots, refuse}, {"unknown" + random, 4 * slots, refuse}} {
		o := mock.Options{Latency: latency, Slots: slots}
		if tt.refuse > 0 {
			o.Faults = map[mock.Fault]float64{mock.Busy: tt.refuse}
		}
		r, err := measure(ctx, o, calls, tt.most)
		if err != nil {
			return fmt.Errorf("%s: %w", tt.name, err)
		}
		fmt.Fprintf(w, "| %s | %.2f s | %.2f s | %+.1f %% | %d | %d | %.1f, %.1f MB |\n", tt.name, r.took.Seconds(), bound.Seconds(),
			100*(r.took.Seconds()/bound.Seconds()-1), r.stats.Calls, r.stats.Replies-r.stats.Distinct, r.early, r.late)
	}
	return nil
}

type result struct {
	took        time.Duration
	stats       mock.Stats
	early, late float64 // MB of the heap after a tenth of the calls, and at the end
}

// measure asks a new server over HTTP, through the whole chain, with a cache.
func measure(ctx context.Context, o mock.Options, calls, most int) (r result, err error) {
	server := mock.New(o)
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return r, err
	}
	srv := &http.Server{Handler: server, ReadHeaderTimeout: time.Minute}
	go srv.Serve(l) //nolint:errcheck // it ends with Close
	defer srv.Close()
	dir, err := os.MkdirTemp("", "ragdiag-endpoint-")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	client, err := openai.New(openai.Options{BaseURL: "http://" + l.Addr().String() + "/v1", Model: mock.DefaultModel})
	if err != nil {
		return r, err
	}
	defer client.Close()
	g, err := llm.NewCache(llm.Retry(llm.NewBudget(llm.Adaptive(client, most), 0, 0, llm.Price{}), llm.RetryOptions{Attempts: 1000}), dir, false)
	if err != nil {
		return r, err
	}
	jobs, failed := make(chan int), make(chan error, 1)
	var asking sync.WaitGroup
	began := time.Now()
	for range 2 * most {
		asking.Go(func() {
			for i := range jobs {
				if _, err := g.Generate(ctx, llm.Request{User: fmt.Sprintf("[1] The light of tower %d has %d steps.\nQuestion: How many steps has tower %d?", i, 3*i, i)}); err != nil {
					select {
					case failed <- err:
					default:
					}
				}
			}
		})
	}
	for i := range calls {
		jobs <- i
		if i == calls/10 {
			r.early = heap()
		}
	}
	close(jobs)
	asking.Wait()
	r.took, r.late, r.stats = time.Since(began), heap(), server.Stats()
	select {
	case err := <-failed:
		return r, err
	default:
		return r, nil
	}
}

func heap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}
