package pipeline_test

import (
	"bytes"
	"io"
	"os"
	"testing"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/lab/realdata"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/trace"
	"github.com/ragdiag/ragdiag/trace/formats"
)

// BenchmarkNatural holds the diagnosis of real records against the work that no
// program can spare: to decode each, to analyse each of its texts once, and to
// encode it. Run with -cpu 1, the time is processor time.
func BenchmarkNatural(b *testing.B) {
	data, err := os.ReadFile(realdata.Path(b, "natural/records.jsonl"))
	if err != nil {
		b.Fatal(err)
	}
	p, err := pipeline.New(pipeline.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for _, bb := range []struct {
		name string
		work func(*trace.Record)
	}{
		{"bound", analyse},
		{"diagnose", func(rec *trace.Record) {
			if res := p.One(b.Context(), rec); res.Err != nil {
				b.Fatal(res.Err)
			}
		}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				out, err := formats.NewWriter(io.Discard, formats.Native)
				if err != nil {
					b.Fatal(err)
				}
				for rec, err := range formats.Records(bytes.NewReader(data), "natural", formats.Options{}) {
					if err != nil {
						b.Fatal(err)
					}
					bb.work(rec)
					if err := out.Write(rec); err != nil {
						b.Fatal(err)
					}
					n++
				}
			}
			b.ReportMetric(1000*b.Elapsed().Seconds()/float64(n), "s/1000")
		})
	}
}

// analyse analyses each distinct text of a record once.
func analyse(rec *trace.Record) {
	seen := map[string]bool{}
	add := func(s string) {
		if s != "" && !seen[s] {
			seen[s] = true
			text.Analyze(s, "")
		}
	}
	add(rec.Question)
	for _, h := range rec.Candidates {
		add(h.Text)
	}
	for _, p := range rec.Context {
		add(p.Text)
	}
	if rec.Answer != nil {
		add(rec.Answer.Text)
	}
	if rec.Gold != nil {
		for _, a := range rec.Gold.Answers {
			add(a)
		}
	}
}
