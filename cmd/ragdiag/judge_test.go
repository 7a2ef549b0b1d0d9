package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/judge"
	"github.com/ragdiag/ragdiag/lab/judging"
	"github.com/ragdiag/ragdiag/lab/mock"
	"github.com/ragdiag/ragdiag/trace"
)

var shown = regexp.MustCompile(`(?s)<<<([a-z]+) ([a-z]+[0-9]*) [0-9a-f]{12}>>>\n(?:\(Title: [^\n]*\)\n)?(.*?)\n<<<end [0-9a-f]{12}>>>`)

// judgeModel is a model that judges by the offline verifier, and may obey orders.
func judgeModel(obeys bool) map[string]mock.Handler {
	verify := func(c mock.Call) string {
		var passages, ids, claims, names []string
		for _, m := range shown.FindAllStringSubmatch(c.User, -1) {
			if m[1] == "unit" {
				names, passages = append(names, m[2]), append(passages, m[3])
			} else {
				ids, claims = append(ids, m[2]), append(claims, m[3])
			}
		}
		type quote struct {
			Unit  string `json:"unit"`
			Quote string `json:"quote"`
		}
		type item struct {
			ID         string  `json:"id"`
			Evidence   []quote `json:"evidence"`
			Reason     string  `json:"reason"`
			Verdict    string  `json:"verdict"`
			Confidence int     `json:"confidence"`
		}
		var out []item
		for i, s := range claims {
			it := item{ID: ids[i], Verdict: judge.NotFound, Confidence: 80, Reason: "checked", Evidence: []quote{}}
			if got := claim.New(claim.Options{}).Prepare(passages).Check(s); got.Support == trace.Supported {
				it.Verdict, it.Confidence = judge.Supported, 95
				by := got.By[0]
				it.Evidence = append(it.Evidence, quote{names[by.Passage], passages[by.Passage][by.Start:by.End]})
			}
			if obeys && strings.Contains(strings.ToLower(strings.Join(passages, " ")), "tea is served") {
				it = item{ID: ids[i], Verdict: judge.Partial}
			}
			out = append(out, it)
		}
		b, _ := json.Marshal(map[string]any{"items": out})
		return string(b)
	}
	other := func(verdict string) mock.Handler {
		return func(c mock.Call) string {
			id := "q"
			if strings.Contains(c.User, "that id: a") {
				id = "a"
			}
			return `{"items":[{"id":"` + id + `","evidence":[],"reason":"","verdict":"` + verdict + `","confidence":50}]}`
		}
	}
	return map[string]mock.Handler{"claims_verify": verify, "context_sufficiency": other("cannot_tell"), "answer_equivalence": other("cannot_tell"), "refusal": other("cannot_tell")}
}

const cases = "../../fixtures/cases/ground.jsonl"

func TestDiagnoseWithAJudge(t *testing.T) {
	impatient(t)
	dir := t.TempDir()
	srv, url := endpoint(t, mock.Options{Handlers: judgeModel(false)})
	in := filepath.Join(dir, "in.jsonl")
	require.NoError(t, os.WriteFile(in, []byte(`{"ragdiag":1,"id":"h1","question":"Why was the harbour of Venn closed in winter?","context":[{"text":"Drifting ice made the harbour of Venn unusable from December until March."}],"answer":{"text":"The harbour of Venn was blocked for shipping by frozen water."},"run":{"model":"mock-large"}}`+"\n"), 0o600))
	args := func(out string, more ...string) []string {
		return append([]string{"diagnose", in, "--judge-model", mock.DefaultModel, "--judge-base-url", url, "--cache", filepath.Join(dir, "cache"), "--out", filepath.Join(dir, out)}, more...)
	}

	code, stdout, stderr := ragdiag(t.Context(), args("dry", "--dry-run")...)
	require.Equal(t, exitOK, code, stderr)
	require.Contains(t, stdout, "calls      2")
	require.Zero(t, srv.Stats().Replies)

	code, _, stderr = ragdiag(t.Context(), args("one")...)
	require.Equal(t, exitOK, code, stderr)
	require.Contains(t, stderr, "its own family")
	require.Positive(t, srv.Stats().Replies)
	require.Contains(t, stderr, "judge: ")
	one := read(t, filepath.Join(dir, "one"), "records.jsonl")
	require.Contains(t, one, `"judge":{"model":"mock"`)

	// The same once more: from the cache alone, byte by byte.
	calls := srv.Stats().Calls
	code, _, stderr = ragdiag(t.Context(), args("two", "--replay-only")...)
	require.Equal(t, exitOK, code, stderr)
	require.Equal(t, calls, srv.Stats().Calls)
	for _, name := range []string{"records.jsonl", "diagnoses.jsonl"} {
		require.Equal(t, read(t, filepath.Join(dir, "one"), name), read(t, filepath.Join(dir, "two"), name))
	}
	// And from the saved records without any judge.
	code, _, stderr = ragdiag(t.Context(), "diagnose", filepath.Join(dir, "one", "records.jsonl"), "--out", filepath.Join(dir, "three"))
	require.Equal(t, exitOK, code, stderr)
	require.Equal(t, calls, srv.Stats().Calls)
	require.Equal(t, one, read(t, filepath.Join(dir, "three"), "records.jsonl"))

	for _, tt := range []struct {
		args []string
		code int
		want string
	}{
		{args("x", "--judge-model", "gone"), exitFailed, "unknown model"},
		{[]string{"diagnose", in, "--judge-base-url", url}, exitUsage, "--judge-model"},
		{[]string{"diagnose", in, "--dry-run"}, exitUsage, "--judge-model"},
		{[]string{"diagnose", in, "--judge-model", "m"}, exitUsage, "no key"},
		{args("y", "--cache", filepath.Join(dir, "fresh"), "--max-calls", "1"), exitIncomplete, "budget"},
	} {
		code, _, stderr := ragdiag(t.Context(), tt.args...)
		require.Equal(t, tt.code, code, stderr)
		require.Contains(t, stderr, tt.want)
	}
}

// 30 % of the calls fail: every record has its verdict, the same one.
func TestJudgeOverABadLine(t *testing.T) {
	impatient(t)
	dir := t.TempDir()
	results := map[string]string{}
	for name, faults := range map[string]map[mock.Fault]float64{"clean": nil, "bad": mock.Mixed(.3, false)} {
		_, url := endpoint(t, mock.Options{Handlers: judgeModel(false), Faults: faults, Seed: 4})
		code, _, stderr := ragdiag(t.Context(), "diagnose", cases, "--judge-model", mock.DefaultModel, "--judge-base-url", url, "--cache", filepath.Join(dir, "cache-"+name), "--out", filepath.Join(dir, name))
		require.Equal(t, exitOK, code, stderr)
		results[name] = read(t, filepath.Join(dir, name), "diagnoses.jsonl")
	}
	require.Equal(t, results["clean"], results["bad"])
}

func TestJudgeAudit(t *testing.T) {
	impatient(t)
	dir := t.TempDir()
	audit := func(obeys bool, more ...string) (int, string, string) {
		_, url := endpoint(t, mock.Options{Handlers: judgeModel(obeys)})
		return ragdiag(t.Context(), append([]string{"judge", "audit", cases, "--model", mock.DefaultModel, "--base-url", url, "--cache", filepath.Join(dir, "c"+url[len(url)-8:len(url)-3])}, more...)...)
	}
	code, stdout, stderr := audit(false, "--n", "12")
	require.Equal(t, exitOK, code, stdout+stderr)
	require.Contains(t, stdout, "verdict   safe")
	require.Contains(t, stdout, "base64")

	code, stdout, stderr = audit(false, "--n", "1")
	require.Equal(t, exitIncomplete, code, stdout+stderr)
	require.Contains(t, stderr, "--n")

	code, stdout, _ = audit(false, "--n", "12", "--format", "json")
	require.Equal(t, exitOK, code)
	var r judging.AuditReport
	require.NoError(t, json.Unmarshal([]byte(stdout), &r))
	require.Equal(t, judging.Safe, r.Verdict)
	require.Len(t, r.Attacks, len(judging.Attacks()))

	code, _, stderr = ragdiag(t.Context(), "judge", "audit", cases)
	require.Equal(t, exitUsage, code)
	require.Contains(t, stderr, "--model")
}

// typed runs a command with a text as standard input.
func typed(ctx context.Context, input string, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(ctx, args, strings.NewReader(input), &out, &errs)
	return code, out.String(), errs.String()
}

func labelsOf(t *testing.T, path string) []judging.Label {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	l, err := judging.ReadLabels(f, path)
	require.NoError(t, err)
	return l
}

func TestLabel(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "labels.jsonl")
	args := []string{"label", cases, "--out", out, "--by", "ann", "--tasks", "claims", "--n", "8"}
	code, stdout, stderr := typed(t.Context(), "s\nx\nn\nu\nc\nq\n", args...)
	require.Equal(t, exitOK, code, stderr)
	require.Contains(t, stdout, `"x" is none of the answers`)
	require.Contains(t, stdout, "s supported · p partial · c contradicted · n not found · ? cannot tell")
	require.NotContains(t, stdout, "The tool says")
	got := labelsOf(t, out)
	require.Len(t, got, 2)
	require.Equal(t, []string{"supported", "contradicted"}, []string{got[0].Value, got[1].Value})
	require.Equal(t, "ann", got[0].By)
	require.NotEmpty(t, got[0].About)
	require.NotEmpty(t, got[0].Stratum)
	require.Equal(t, 4, strings.Count(read(t, dir, "labels.jsonl"), "\n"), "what was taken back stands in the file")

	// Going on: the first two are not asked again; the same sample in the same order.
	// A line that a kill tore is removed.
	f, err := os.OpenFile(out, os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = f.WriteString(`{"ragdiag_label":1,"rec`)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	code, again, stderr := typed(t.Context(), strings.Repeat("n\n", 100), args...)
	require.Equal(t, exitOK, code, stderr)
	require.Contains(t, again, "[3 of ")
	require.NotContains(t, again, "[1 of ")
	all := labelsOf(t, out)
	require.Greater(t, len(all), 4)
	require.Equal(t, got, all[:2])
	code, nothing, stderr := typed(t.Context(), "", args...)
	require.Equal(t, exitOK, code)
	require.Empty(t, nothing)
	require.Contains(t, stderr, "labels by ann")

	// A second person on the same sample, and how far the two agree.
	second := filepath.Join(dir, "bo.jsonl")
	args = []string{"label", cases, "--out", second, "--by", "bo", "--tasks", "claims", "--n", "8", "--show-verdict"}
	code, stdout, _ = typed(t.Context(), strings.Repeat("not_found\n", 100), args...)
	require.Equal(t, exitOK, code)
	require.Contains(t, stdout, "The tool says")
	require.Len(t, labelsOf(t, second), len(all))
	code, stdout, _ = ragdiag(t.Context(), "label", "--agreement", out, second)
	require.Equal(t, exitOK, code)
	require.Contains(t, stdout, "claims.verify")
	require.Contains(t, stdout, "kappa 0.000")
	code, stdout, _ = ragdiag(t.Context(), "label", "--agreement", out, second, "--format", "json")
	require.Equal(t, exitOK, code)
	require.Contains(t, stdout, `"alpha"`)

	// All the other questions.
	third := filepath.Join(dir, "more.jsonl")
	code, stdout, stderr = typed(t.Context(), "k\nu\ne\n1\ny\ns\na\nr\n?\n", "label", cases, "--out", third, "--tasks", "answer,root,sufficiency,refusal,relevance", "--n", "1", "--by", "x")
	require.Equal(t, exitOK, code, stderr)
	require.Contains(t, stdout, "retrieval")
	require.NotEmpty(t, labelsOf(t, third))

	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"label", cases}, "--out"},
		{[]string{"label", cases, "--out", out, "--tasks", "style"}, "style"},
		{[]string{"label", "-", "--out", out}, "standard input"},
		{[]string{"label", cases, "--out", out, "--n", "0"}, "--n"},
		{[]string{"label", cases, "--out", cases}, "another file"},
		{[]string{"label", "--agreement", out}, "two"},
		{[]string{"label", filepath.Join(dir, "none.jsonl"), "--out", out}, "none.jsonl"},
	} {
		code, _, stderr := ragdiag(t.Context(), tt.args...)
		require.Equal(t, exitUsage, code, stderr)
		require.Contains(t, stderr, tt.want)
	}
	require.NotContains(t, read(t, "../../fixtures/cases", "ground.jsonl"), "ragdiag_label")
}

// What a trace holds cannot write on the terminal of who labels.
func TestLabelEscapes(t *testing.T) {
	dir := t.TempDir()
	in := filepath.Join(dir, "in.jsonl")
	require.NoError(t, os.WriteFile(in, []byte(`{"ragdiag":1,"id":"\u001b[2Jx","question":"\u001b]0;title\u0007?","context":[{"text":"a \u202e b\r c"}],"answer":{"text":"The \u001b[31mlight is red."},"gold":{"answers":["\u009bred"]}}`+"\n"), 0o600))
	code, stdout, stderr := typed(t.Context(), "s\n", "label", in, "--out", filepath.Join(dir, "l"), "--by", "\x1b[0m", "--show-verdict")
	require.Equal(t, exitOK, code, stderr)
	for _, bad := range []string{"\x1b", "\x07", "\u202e", "\u009b", "\r"} {
		require.NotContains(t, stdout+stderr, bad)
	}
}

func TestQuotas(t *testing.T) {
	for _, tt := range []struct {
		sizes map[string]int
		n     int
		want  map[string]int
	}{
		{map[string]int{"a": 50, "b": 30, "c": 20}, 10, map[string]int{"a": 5, "b": 3, "c": 2}},
		{map[string]int{"a": 1, "b": 1, "c": 1}, 2, map[string]int{"a": 1, "b": 1, "c": 0}},
		{map[string]int{"a": 97, "b": 3}, 10, map[string]int{"a": 10, "b": 0}},
		{map[string]int{"a": 3}, 3, map[string]int{"a": 3}},
		{nil, 0, map[string]int{}},
	} {
		require.Equal(t, tt.want, quotas(tt.sizes, tt.n))
	}
}

func TestJudgeEval(t *testing.T) {
	impatient(t)
	dir := t.TempDir()
	_, url := endpoint(t, mock.Options{Handlers: judgeModel(false)})
	labels := filepath.Join(dir, "labels.jsonl")
	code, _, stderr := typed(t.Context(), strings.Repeat("s\nn\ns\n", 100), "label", "../../fixtures/cases/good.jsonl", "--out", labels, "--by", "ann", "--tasks", "claims,answer", "--n", "10")
	require.Equal(t, exitOK, code, stderr)
	args := []string{"judge", "eval", "../../fixtures/cases/good.jsonl", "--labels", labels, "--model", mock.DefaultModel, "--base-url", url, "--cache", filepath.Join(dir, "cache")}
	code, stdout, stderr := ragdiag(t.Context(), append(args, "--unlabelled", "5")...)
	require.Equal(t, exitOK, code, stderr)
	for _, want := range []string{"claims.verify", "accuracy", "kappa", "ECE", "confidence 0.9 to 1.0", "PPI++", "the same in three draws       1.000", "the same in another order"} {
		require.Contains(t, stdout, want)
	}
	code, stdout, _ = ragdiag(t.Context(), append(args, "--format", "json")...)
	require.Equal(t, exitOK, code)
	var r evalReport
	require.NoError(t, json.Unmarshal([]byte(stdout), &r))
	require.Positive(t, r.Used)
	require.NotContains(t, stdout, "NaN")

	// Two answers to each question, in both orders, by a judge that likes the first.
	_, likes := endpoint(t, mock.Options{Handlers: map[string]mock.Handler{"pairwise": func(c mock.Call) string {
		m := regexp.MustCompile(`<<<unit first [0-9a-f]{12}>>>\n(.*)`).FindStringSubmatch(c.User)
		b, _ := json.Marshal(map[string]any{"items": []any{map[string]any{"id": "pair", "verdict": "first", "evidence": []any{map[string]any{"unit": "first", "quote": m[1]}}}}})
		return string(b)
	}}})
	code, stdout, stderr = ragdiag(t.Context(), "judge", "eval", "../../fixtures/cases/good.jsonl", "--against", "../../fixtures/cases/good.jsonl", "--model", mock.DefaultModel, "--base-url", likes, "--cache", "")
	require.Equal(t, exitOK, code, stderr)
	require.Contains(t, stdout, "the same in both orders       0.000")
	require.Contains(t, stdout, "the first position, where not 1.000")
	code, _, stderr = ragdiag(t.Context(), "judge", "eval", cases, "--against", "../../fixtures/cases/good.jsonl", "--model", mock.DefaultModel, "--base-url", likes, "--cache", "")
	require.Equal(t, exitUsage, code)
	require.Contains(t, stderr, "no answer to any record")
	code, _, stderr = ragdiag(t.Context(), "judge", "eval", cases, "--model", "m")
	require.Equal(t, exitUsage, code)
	require.Contains(t, stderr, "--labels")

	// Labels of other records, of other texts, and of nothing.
	code, _, stderr = ragdiag(t.Context(), "judge", "eval", cases, "--labels", labels, "--model", mock.DefaultModel, "--base-url", url, "--cache", "")
	require.Equal(t, exitUsage, code)
	require.Contains(t, stderr, "no label fits")
	changed := filepath.Join(dir, "changed.jsonl")
	require.NoError(t, os.WriteFile(changed, []byte(strings.ReplaceAll(read(t, "../../fixtures/cases", "good.jsonl"), `"context":[{`, `"context":[{"title":"New",`)), 0o600))
	code, _, stderr = ragdiag(t.Context(), "judge", "eval", changed, "--labels", labels, "--model", mock.DefaultModel, "--base-url", url, "--cache", "")
	require.Equal(t, exitOK, code, stderr)
	empty := filepath.Join(dir, "empty")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	for file, want := range map[string]string{empty: "no labels", cases: "ragdiag_label", filepath.Join(dir, "gone"): "gone"} {
		code, _, stderr = ragdiag(t.Context(), "judge", "eval", cases, "--labels", file, "--model", "m")
		require.Equal(t, exitUsage, code)
		require.Contains(t, stderr, want)
	}
}

func TestJudgeKey(t *testing.T) {
	dir := t.TempDir()
	one, err := judgeKey(dir)
	require.NoError(t, err)
	two, err := judgeKey(dir)
	require.NoError(t, err)
	require.Equal(t, one, two)
	info, err := os.Stat(filepath.Join(dir, judgeKeyName))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	none, err := judgeKey("")
	require.NoError(t, err)
	require.NotEqual(t, one, none)
	require.NoError(t, os.WriteFile(filepath.Join(dir, judgeKeyName), []byte("short\n"), 0o600))
	_, err = judgeKey(dir)
	require.ErrorContains(t, err, "remove it")
}

func TestFamily(t *testing.T) {
	for name, want := range map[string]string{"gpt-4o-mini": "gpt", "Qwen/Qwen2.5-7B": "qwen", "qwen2.5:7b": "qwen", "claude-x": "claude", "": "", "4x": ""} {
		require.Equal(t, want, family(name))
	}
}
