package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/fixtures"
	"github.com/ragdiag/ragdiag/lab/faults"
	"github.com/ragdiag/ragdiag/lab/mock"
	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/llm/openai"
	"github.com/ragdiag/ragdiag/stages/ground"
	"github.com/ragdiag/ragdiag/stages/retrieve/bleve"
	"github.com/ragdiag/ragdiag/summary"
	"github.com/ragdiag/ragdiag/trace"
)

// brokenTraces answers the questions of the fixtures over our own index and a
// model behind HTTP, and breaks one stage of it for every other question. The
// passages that lie in the index are left alone.
func brokenTraces(t *testing.T, dir, url, stage string) string {
	t.Helper()
	var corpora bytes.Buffer
	for _, name := range fixtures.Names() {
		b, err := fixtures.FS.ReadFile("corpora/" + name + ".jsonl")
		require.NoError(t, err)
		for line := range bytes.Lines(b) { // documents of one name may be in two worlds
			var d map[string]any
			require.NoError(t, json.Unmarshal(line, &d))
			d["_id"] = name + "-" + fmt.Sprint(d["_id"])
			out, err := json.Marshal(d)
			require.NoError(t, err)
			corpora.Write(append(out, '\n'))
		}
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "corpus.jsonl"), corpora.Bytes(), 0o600))
	code, _, stderr := ragdiag(t.Context(), "index", filepath.Join(dir, "corpus.jsonl"), "--out", filepath.Join(dir, "ix"))
	require.Equal(t, exitOK, code, stderr)
	x, err := bleve.Open(filepath.Join(dir, "ix"), bleve.RankExact)
	require.NoError(t, err)
	defer x.Close()
	client, err := openai.New(openai.Options{BaseURL: url, Model: mock.DefaultModel})
	require.NoError(t, err)

	var traces bytes.Buffer
	n := 0
	for _, name := range fixtures.Names() {
		for rec, err := range fixtures.EvalSet(name) {
			require.NoError(t, err)
			if rec.Gold.Answerable == trace.No {
				continue
			}
			n++
			for _, set := range rec.Gold.Evidence {
				for i, u := range set {
					set[i].Doc = name + "-" + u.Doc
					ps, err := x.Passages(t.Context(), set[i].Doc)
					require.NoError(t, err)
					require.NotEmpty(t, ps)
					set[i].Text = ps[0].Text // for whom no index is at hand
				}
			}
			if broken := n%2 == 0; broken {
				breakStage(t, x, rec, stage)
			} else {
				answerWith(t, x, rec, rec.Question, 0)
			}
			got, err := ground.Generate(t.Context(), rec, client, ground.DefaultPrompt(), llm.Decoding{})
			require.NoError(t, err)
			rec.Answer = got
			line, err := json.Marshal(rec)
			require.NoError(t, err)
			traces.Write(append(line, '\n'))
		}
	}
	path := filepath.Join(dir, "traces.jsonl")
	require.NoError(t, os.WriteFile(path, traces.Bytes(), 0o600))
	return path
}

// answerWith retrieves with a query and puts three passages into the prompt, the
// first skipped ones left out.
func answerWith(t *testing.T, x *bleve.Index, rec *trace.Record, query string, skip int) {
	t.Helper()
	hits, err := x.Retrieve(t.Context(), query, 10)
	require.NoError(t, err)
	rec.Queries = []trace.Query{{Text: query}}
	rec.Candidates, rec.Context = hits, []trace.Passage{}
	for _, h := range hits[min(skip, len(hits)):min(skip+3, len(hits))] {
		rec.Context = append(rec.Context, trace.Passage{ID: h.ID, Doc: h.Doc, Title: h.Title, Text: h.Text})
	}
}

func breakStage(t *testing.T, x *bleve.Index, rec *trace.Record, stage string) {
	t.Helper()
	switch stage {
	case "query": // the query drifts off
		answerWith(t, x, rec, "ticket office opening hours of the bakery", 0)
	case "retrieval": // as if the document was not indexed
		answerWith(t, x, rec, rec.Question, 0)
		gold := rec.Gold.Evidence[0][0].Doc
		rec.Candidates = slices.DeleteFunc(rec.Candidates, func(h trace.Hit) bool { return h.Doc == gold })
		rec.Context = slices.DeleteFunc(rec.Context, func(p trace.Passage) bool { return p.Doc == gold })
	case "context selection": // the wrong end of the candidates
		answerWith(t, x, rec, rec.Question, 6)
	default: // the reader is what is broken
		answerWith(t, x, rec, rec.Question, 0)
	}
}

// The table names the stage that was broken first, over real HTTP, and every
// form of the report shows it before all else.
func TestCeilingFindsThePlantedFault(t *testing.T) {
	if testing.Short() {
		t.Skip("asks a simulated endpoint some hundred times for each stage")
	}
	impatient(t)
	for stage, want := range map[string][]string{
		"query":             {"query formation", "retrieval"}, // either repair does
		"retrieval":         {"query and retrieval"},
		"context selection": {"context selection"},
		"generation":        {"generation"},
	} {
		t.Run(stage, func(t *testing.T) {
			dir := t.TempDir()
			reader := &faults.Reader{Seed: 1}
			if stage == "generation" {
				reader.Slip = .5
			}
			server, url := endpoint(t, mock.Options{Seed: 1, Models: map[string]llm.Generator{mock.DefaultModel: reader}})
			traces := brokenTraces(t, dir, url, stage)
			run, out := filepath.Join(dir, "run"), filepath.Join(dir, "out")
			code, _, stderr := ragdiag(t.Context(), "diagnose", traces, "--out", run, "--quiet")
			require.Equal(t, exitOK, code, stderr)
			args := []string{"intervene", run, "--generator", "model:" + mock.DefaultModel, "--base-url", url, "--temperature", "1",
				"--ceiling", "--out", out, "--cache", filepath.Join(dir, "cache"), "--quiet", "--allow-incomplete"}
			if stage != "retrieval" { // the index at hand would have found it
				args = append(args, "--index", filepath.Join(dir, "ix"))
			}
			asked := server.Stats().Replies
			code, text, stderr := ragdiag(t.Context(), append(slices.Clone(args), "--dry-run")...)
			require.Equal(t, exitOK, code, stderr)
			found := regexp.MustCompile(`calls +(\d+), and (\d+) answered without one[^$]*at most +(\d+) calls`).FindStringSubmatch(text)
			require.NotNil(t, found, text)
			var n [3]int
			for i := range n {
				n[i], _ = strconv.Atoi(found[i+1])
			}
			require.Greater(t, n[0]+n[1], 2*n[2], "the prompts of the table are in the estimate")
			require.Equal(t, asked, server.Stats().Replies)
			require.NoFileExists(t, filepath.Join(out, ceilingFile))

			code, text, stderr = ragdiag(t.Context(), args...)
			require.Equal(t, exitOK, code, stderr)

			var c summary.Ceiling
			require.NoError(t, json.Unmarshal([]byte(read(t, out, ceilingFile)), &c))
			require.InDelta(t, c.Perfect-c.Now, c.ShapleySum, 1e-9)
			require.Greater(t, c.Failures.N, 10)
			require.Greater(t, c.Successes.N, 10)
			best := slices.MaxFunc(c.Rows, func(a, b summary.CeilingRow) int {
				return int(1e6*a.FirstIn.Value) - int(1e6*b.FirstIn.Value)
			})
			require.Contains(t, want, best.Title, text)
			require.Greater(t, best.FirstIn.Interval.Lo, 0., text)
			for _, r := range c.Rows {
				if !slices.Contains(want, r.Title) {
					require.Less(t, r.FirstIn.Value, best.FirstIn.Value/2, "%s\n%s", r.Title, text)
				}
			}
			require.Contains(t, c.First, "Fix ")

			// It follows the table of causes in every form, now and later.
			for _, format := range []string{"text", "md", "html", "json"} {
				code, shown, stderr := ragdiag(t.Context(), "report", out, "--format", format)
				require.Equal(t, exitOK, code, stderr)
				first, then, rest := "What broke", "What a perfect stage buys", "By stage"
				if format == "json" {
					first, then, rest = `"causes"`, `"ragdiag_ceiling"`, `"metrics"`
				}
				require.Contains(t, shown, then, format)
				require.Less(t, strings.Index(shown, first), strings.Index(shown, then), format)
				require.Less(t, strings.Index(shown, then), strings.Index(shown, rest), format)
			}

			// The same again pays for nothing, and gives the same bytes.
			before, paid := read(t, out, ceilingFile), server.Stats().Replies
			code, _, stderr = ragdiag(t.Context(), append(args, "--workers", "1", "--concurrency", "1")...)
			require.Equal(t, exitOK, code, stderr)
			require.Equal(t, before, read(t, out, ceilingFile))
			require.Equal(t, paid, server.Stats().Replies)
		})
	}
}
