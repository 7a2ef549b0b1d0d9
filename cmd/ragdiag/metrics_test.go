package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/metrics"
)

// runMetrics runs `ragdiag metrics args…` in memory and gives the exit code.
func runMetrics(t *testing.T, stdin string, args ...string) (stdout string, err error) {
	t.Helper()
	var out bytes.Buffer
	cmd := newMetricsCmd()
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetArgs(args)
	cmd.SetIn(strings.NewReader(stdin))
	cmd.SetOut(&out)
	err = cmd.ExecuteContext(t.Context())
	return out.String(), err
}

func mustRunMetrics(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	out, err := runMetrics(t, stdin, args...)
	require.NoError(t, err, "ragdiag metrics %v", args)
	return out
}

func exitCode(err error) int {
	var e *exitError
	if errors.As(err, &e) {
		return e.code
	}
	if err != nil {
		return exitFailed
	}
	return exitOK
}

// inFolder writes files into a folder of their own and makes it the current one.
func inFolder(t *testing.T, files map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	t.Chdir(dir)
}

// votes are comparisons of a with b.
func votes(a, b string, wins, losses, ties int) string {
	var out strings.Builder
	for i := range wins + losses + ties {
		winner := "a"
		if i >= wins {
			winner = "b"
		}
		if i >= wins+losses {
			winner = "tie"
		}
		fmt.Fprintf(&out, `{"id":"%s%s%d","a":%q,"b":%q,"winner":%q}`+"\n", a, b, i, a, b, winner)
	}
	return out.String()
}

// TestHelpExamples runs every example of the help texts and compares what it
// prints. An … in an example stands for anything.
func TestHelpExamples(t *testing.T) {
	inFolder(t, map[string]string{
		"qrels.txt":   "q1 0 a 1\nq1 0 b 1\nq2 0 c 2\n",
		"run.txt":     "q1 Q0 x 1 3 t\nq1 Q0 a 2 2 t\nq2 Q0 x 1 3 t\nq2 Q0 y 2 2 t\nq2 Q0 c 3 1 t\n",
		"votes.jsonl": votes("x", "y", 12, 5, 3),
	})
	examples := 0
	for _, cmd := range newMetricsCmd().Commands() {
		lines := strings.Split(cmd.Long, "\n")
		for i := 0; i < len(lines); i++ {
			command, ok := strings.CutPrefix(lines[i], "  $ ")
			if !ok {
				continue
			}
			for strings.HasSuffix(command, "|") {
				i++
				command += " " + strings.TrimSpace(lines[i])
			}
			var want strings.Builder
			for ; i+1 < len(lines) && strings.HasPrefix(lines[i+1], "  ") && !strings.HasPrefix(lines[i+1], "  $ "); i++ {
				want.WriteString(lines[i+1][2:] + "\n")
			}
			stdin := ""
			if echo, rest, ok := strings.Cut(command, "|"); ok {
				stdin = strings.TrimSuffix(strings.TrimPrefix(echo, "echo '"), "' ")
				command = strings.TrimSpace(rest)
			}
			args, ok := strings.CutPrefix(command, "ragdiag metrics ")
			require.True(t, ok, command)
			examples++
			got := strings.SplitAfter(mustRunMetrics(t, stdin, split(args)...), "\n")
			for j, line := range strings.SplitAfter(want.String(), "\n") {
				require.Greater(t, len(got), j, command)
				begin, end, ok := strings.Cut(line, "…")
				if !ok {
					require.Equal(t, line, got[j], command)
				}
				require.True(t, strings.HasPrefix(got[j], begin) && strings.HasSuffix(got[j], end), "%s\n%s\n%s", command, line, got[j])
			}
		}
	}
	require.GreaterOrEqual(t, examples, 8)
}

// split cuts a command line at spaces outside of quotes.
func split(line string) []string {
	var args []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			args = append(args, part)
			continue
		}
		args = append(args, strings.Fields(part)...)
	}
	return args
}

// afterLine drops the first n lines.
func afterLine(text string, n int) string {
	for range n {
		_, text, _ = strings.Cut(text, "\n")
	}
	return text
}

func TestMetricsBadRecords(t *testing.T) {
	const answer = `{"id":"1","prediction":"a","references":["b"]}`
	for _, tt := range []struct{ command, input, want string }{
		{"answers", "", "standard input:1: the file holds no record"},
		{"answers", "\n\n", "standard input:3: the file holds no record"},
		{"answers", answer + "\n" + answer, `standard input:2: the id "1" was given on line 1 already`},
		{"answers", `{"prediction":"a","references":["b"]}`, `no "id"`},
		{"answers", `{"id":null,"prediction":"a","references":["b"]}`, "id must be a string or a number"},
		{"answers", `{"id":[1],"prediction":"a","references":["b"]}`, "id must be a string or a number"},
		{"answers", `{"id":1,"references":["b"]}`, `no "prediction"`},
		{"answers", `{"id":1,"prediction":"a"}`, `no "references"`},
		{"answers", `{"id":1,"prediction":"a","references":[null]}`, "null stands where a value is needed"},
		{"answers", `{"id":1,"prediction":"a","references":"b"}`, `"references" cannot be: string`},
		{"answers", "\r\n" + `{"id":1,`, "standard input:2: not a record"},
		{"answers", "[]", "not a record"},
		{"answers", `{"id":1,"prediction":"\ud83d\ude00 \\ud800 \uDC00","references":[]}`, `\uDC00 is half of a surrogate pair`},
		{"answers", `{"id":1,"prediction":"\ud83d\u0041","references":[]}`, `\ud83d is half of a surrogate pair`},
		{"answers", `{"id":1,"prediction":"\ud83d`, `\ud83d is half of a surrogate pair`},
		{"answers", `{"id":"` + "\xff" + `"}`, "not UTF-8"},
		{"answers", `{"id":1,"prediction":"` + strings.Repeat("x", maxRecord) + `"}`, "standard input:1: the line has more than 16777216 bytes"},
		{"answers --convention squad3", answer, "squad2, squad1 or chars"},
		{"answers --convention chars --stem", answer, "leave one of them out"},
		{"passk --k 0", `{"id":1,"n":5,"c":1}`, "at least 1"},
		{"passk --k 6", `{"id":1,"n":5,"c":1}`, "standard input:1: k is greater than the number of samples: k is 6, n is 5"},
		{"passk", `{"id":1,"n":5,"c":6}`, "6 right of 5"},
		{"passk", `{"id":1,"n":5}`, `no "c"`},
		{"passk", `{"id":1,"n":5.5,"c":1}`, `"n" cannot be: number 5.5`},
		{"lm", `{"id":1}`, `no "logprobs"`},
		{"lm", `{"id":1,"logprobs":[-1,null]}`, "null stands"},
		{"lm", `{"id":1,"logprobs":[NaN]}`, "not a record"},
		{"lm", `{"id":1,"logprobs":[0.5]}`, "at most 0: token 1 has 0.5"},
		{"lm", `{"id":1,"logprobs":[-1],"bytes":0}`, "0 bytes"},
		{"lm", `{"id":1,"logprobs":[-1],"logprobs_without_context":[-1,-1]}`, "do not fit together"},
		{"preference", `{"id":1,"a":"x","b":"y"}`, `the winner "" is none of a, b, tie`},
		{"preference", `{"id":1,"a":"x","b":"x","winner":"a"}`, "compared with itself"},
		{"preference", `{"id":1,"a":"x","winner":"a"}`, `no "b"`},
		{"preference --resamples 0", `{"id":1,"a":"x","b":"y","winner":"a"}`, "at least 1"},
		{"citations", `{"id":1,"sentences":[]}`, `no "passages"`},
		{"citations", `{"id":1,"passages":1,"sentences":[{"citations":[1]}]}`, `sentence 1: no "joint"`},
		{"citations", `{"id":1,"passages":2,"sentences":[{"citations":[1,2],"joint":true}]}`, "2 citations, 0 verdicts on each alone"},
		{"citations", `{"id":1,"passages":2,"sentences":[{"citations":[null],"joint":true}]}`, "null stands"},
		{"citations --convention x", `{"id":1,"passages":2,"sentences":[]}`, "fabricated or alce"},
		{"grounding", `{"id":1,"answer2response":["Maybe"]}`, `the verdict "Maybe"`},
		{"grounding", `{"id":1,"answer2response":[null]}`, "the verdict null"},
		{"grounding", `{"id":1,"answer2response":[true],"retrieved2response":[]}`, "do not fit together"},
		{"grounding", `{"id":1,"retrieved2response":[[true],[]]}`, "0 verdicts for 1 passages"},
	} {
		args := strings.Fields(tt.command)
		_, err := runMetrics(t, tt.input, append([]string{args[0], "-"}, args[1:]...)...)
		require.ErrorContains(t, err, tt.want, "%s of %.100s", tt.command, tt.input)
		require.Equal(t, exitUsage, exitCode(err))
	}
}

// TestMetricsOutput: whatever goes in, machine output is one object a line, or
// one document, and holds no NaN.
func TestMetricsOutput(t *testing.T) {
	inputs := map[string]string{
		"answers":    "\xef\xbb\xbf" + `{"id":"東\t","prediction":"東京","references":["東京"]}` + "\r\n" + `{"id":2,"prediction":"","references":[]}`,
		"passk":      `{"id":1,"n":3,"c":0}`,
		"lm":         `{"id":1,"logprobs":[],"bytes":3}` + "\n" + `{"id":2,"logprobs":[-1000]}`,
		"preference": votes("x", "y", 1, 0, 1) + `{"id":"z","a":"z","b":"x","winner":"tie"}`,
		"citations":  `{"id":1,"passages":0,"sentences":[]}`,
		"grounding":  `{"query_id":1,"answer2response":[],"retrieved2answer":[[]]}`,
	}
	for command, input := range inputs {
		for line := range strings.Lines(mustRunMetrics(t, input, command, "-", "--format", "jsonl", "--precision", "full")) {
			require.NoError(t, json.Unmarshal([]byte(line), &map[string]any{}), "%s: %s", command, line)
			require.NotContains(t, line, "NaN")
		}
		var doc struct {
			Records []map[string]any `json:"records"`
			All     []map[string]any `json:"all"`
		}
		require.NoError(t, json.Unmarshal([]byte(mustRunMetrics(t, input, command, "-", "--format", "json")), &doc), command)
		require.NotEmpty(t, doc.Records, command)
		tsv := mustRunMetrics(t, input, command, "-", "--format", "tsv")
		require.NotContains(t, tsv, "NaN")
		if command != "preference" { // which prints two tables
			lines := strings.Split(strings.TrimSuffix(tsv, "\n"), "\n")
			for _, line := range lines {
				require.Equal(t, strings.Count(lines[0], "\t"), strings.Count(line, "\t"), "%s: %q", command, line)
			}
		}
		require.NotEmpty(t, mustRunMetrics(t, input, command, "-"))
	}
}

func TestMetricsLMWeighs(t *testing.T) {
	out := mustRunMetrics(t, `{"id":1,"logprobs":[-1,-1],"bytes":4}`+"\n"+`{"id":2,"logprobs":[-4],"bytes":2}`, "lm", "-", "--format", "jsonl")
	var all map[string]any
	require.NoError(t, json.Unmarshal([]byte(afterLine(out, 2)), &all))
	require.InDelta(t, 2, all["nll"], 1e-15)
	require.InDelta(t, 7.38905609893065, all["perplexity"], 1e-14)
	require.InDelta(t, 6/(.6931471805599453*6), all["bits_per_byte"], 1e-15)
	require.Equal(t, 3., all["tokens"])
}

func TestMetricsPreferenceStrengths(t *testing.T) {
	input := votes("x", "y", 6, 3, 2) + votes("y", "z", 5, 4, 1) + votes("x", "z", 4, 2, 2)
	first := mustRunMetrics(t, input, "preference", "-", "--format", "jsonl", "--resamples", "50", "--seed", "7")
	require.Equal(t, first, mustRunMetrics(t, input, "preference", "-", "--format", "jsonl", "--resamples", "50", "--seed", "7"), "same seed, same bytes")
	require.NotEqual(t, first, mustRunMetrics(t, input, "preference", "-", "--format", "jsonl", "--resamples", "50", "--seed", "8"))
	var strongest map[string]any
	require.NoError(t, json.Unmarshal([]byte(strings.Split(first, "\n")[3]), &strongest))
	require.Equal(t, "x", strongest["system"])
	require.Equal(t, 1., strongest["rank"])
	require.Less(t, strongest["strength_low"], strongest["strength"])
	require.Greater(t, strongest["strength_high"], strongest["strength"])
}

func TestMetricsPreferenceIsBounded(t *testing.T) {
	var input strings.Builder
	for i := range maxSystems {
		input.WriteString(votes("x", fmt.Sprint("y", i), 1, 0, 0))
	}
	_, err := runMetrics(t, input.String(), "preference", "-")
	require.ErrorContains(t, err, "standard input:1000: more than 1000 systems")
}

func TestMetricsReadsGzip(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err := z.Write([]byte(`{"id":1,"n":2,"c":1}`))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	require.Contains(t, mustRunMetrics(t, packed.String(), "passk", "-", "--format", "tsv"), "1\t0.5000")
	_, err = runMetrics(t, packed.String()[:packed.Len()-6], "passk", "-")
	require.Equal(t, exitFailed, exitCode(err), "a torn archive")
}

func TestMetricsList(t *testing.T) {
	require.Equal(t, metrics.Markdown(), mustRunMetrics(t, "", "list", "--format", "markdown"))
	entries := strings.Count(mustRunMetrics(t, "", "list", "--format", "jsonl"), "\n")
	require.Len(t, metrics.Catalogue(), entries)
	text := mustRunMetrics(t, "", "list")
	for _, e := range metrics.Catalogue() {
		require.Contains(t, text, e.Not)
	}
	_, err := runMetrics(t, "", "list", "--format", "xml")
	require.Equal(t, exitUsage, exitCode(err))
}

func TestSmallNumbersAreNotZero(t *testing.T) {
	s, err := (&outputFlags{format: "text"}).sheet(&bytes.Buffer{})
	require.NoError(t, err)
	for v, want := range map[float64]string{0: "0.0000", 1e-7: "1e-07", -2.345e-6: "-2.34e-06", .25: "0.2500"} {
		require.Equal(t, want, s.number(v))
	}
}

// TestFullPrecisionReadsBack: 17 significant digits give the same number.
func TestFullPrecisionReadsBack(t *testing.T) {
	s, err := (&outputFlags{format: "tsv", precision: "full"}).sheet(&bytes.Buffer{})
	require.NoError(t, err)
	for _, v := range []float64{1. / 3, .1, 1e-300, 2.5, 0, 5000} {
		back, err := strconv.ParseFloat(s.number(v), 64)
		require.NoError(t, err)
		require.Equal(t, v, back)
	}
}

// FuzzMetricsRecords: no line makes a command panic, and what it accepts it
// prints as JSON.
func FuzzMetricsRecords(f *testing.F) {
	commands := []string{"answers", "passk", "lm", "preference", "citations", "grounding"}
	for i, line := range []string{
		`{"id":"1","prediction":"a b","references":["b","東"]}`,
		`{"id":1,"n":3,"c":2}`,
		`{"id":1,"logprobs":[-1,-0.5],"bytes":3,"logprobs_without_context":[-2,-1]}`,
		`{"id":1,"a":"x","b":"y","winner":"tie"}`,
		`{"id":1,"passages":2,"sentences":[{"citations":[1,2],"joint":true,"alone":[true,false],"rest":[false,true]}]}`,
		`{"id":1,"answer2response":["Entailment"],"response2answer":[true],"retrieved2answer":[[false,true]],"retrieved2response":[[true,true]]}`,
	} {
		f.Add(uint8(i), []byte(line))
	}
	f.Fuzz(func(t *testing.T, command uint8, input []byte) {
		out, err := runMetrics(t, string(input), commands[int(command)%len(commands)], "-", "--format", "jsonl")
		if err != nil {
			return
		}
		for line := range strings.Lines(out) {
			if !json.Valid([]byte(line)) || strings.Contains(line, "NaN") {
				t.Errorf("%q gives %q", input, line)
			}
		}
	})
}
