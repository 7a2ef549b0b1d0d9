package match

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/internal/fit"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/lab/realdata"
	"github.com/ragdiag/ragdiag/trace"
)

// tally counts how verdicts compare with what people say.
type tally struct{ n, right, open, wrong, sureWrong, bad, badRight int }

func (t *tally) add(res Result, bad bool) (verdict string) {
	t.n++
	saysBad := res.Agreement == trace.Different || res.Agreement == trace.Missing
	switch {
	case res.Agreement == trace.CannotTell:
		t.open++
		return "open"
	case saysBad == bad:
		t.right++
	default:
		t.wrong++
		if res.P <= .1 || res.P >= .9 {
			t.sureWrong++
		}
	}
	if saysBad {
		t.bad++
		if bad {
			t.badRight++
		}
	}
	if saysBad == bad {
		return "right"
	}
	return "WRONG"
}

func (t tally) String() string {
	share := func(a, b int) float64 { return float64(a) / float64(max(1, b)) }
	return fmt.Sprintf("n %d, right %.3f, open %.3f, judged right %.3f, wrong with P≥.9 %.3f, precision of bad %.3f (%d)", t.n, share(t.right, t.n), share(t.open, t.n), share(t.right, t.n-t.open), share(t.sureWrong, t.n), share(t.badRight, t.bad), t.bad)
}

type answerCase struct {
	ID       string
	Question string
	Context  []struct{ Text string }
	Answer   struct{ Text string }
	Gold     struct{ Answers, Claims []string }
	Expect   struct{ Bad bool }
	Kind     string
}

func answerCases(t testing.TB) []answerCase {
	path := filepath.Join(realdata.Dir(), "..", "cases", "answers.jsonl")
	f, err := os.Open(path)
	if err != nil {
		t.Skipf("SKIPPED, no data at hand: %v", err)
	}
	defer f.Close()
	var out []answerCase
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c answerCase
		require.NoError(t, json.Unmarshal(lines.Bytes(), &c))
		out = append(out, c)
	}
	return out
}

// comparedCase holds a case's answer against its reference.
func comparedCase(c answerCase) (Result, []*Reference) {
	q := text.Analyze(c.Question, "")
	var passages []*text.Doc
	for _, p := range c.Context {
		passages = append(passages, text.Analyze(p.Text, ""))
	}
	lang := q.Lang
	refs := ReadReferences(q, append(append([]string{}, c.Gold.Answers...), c.Gold.Claims...), lang, nil)
	d := text.Analyze(c.Answer.Text, "")
	res, _ := compareBest(refs, d, Setting{Passages: passages})
	return res, refs
}

// TestAnswerCases measures the comparison on invented cases, by kind.
func TestAnswerCases(t *testing.T) {
	var all tally
	kinds := map[string]*tally{}
	for _, c := range answerCases(t) {
		switch c.Kind {
		case "values", "aliases", "one-word", "languages", "tables", "paraphrase":
		default:
			continue
		}
		res, refs := comparedCase(c)
		if kinds[c.Kind] == nil {
			kinds[c.Kind] = &tally{}
		}
		v := all.add(res, c.Expect.Bad)
		kinds[c.Kind].add(res, c.Expect.Bad)
		if v != "right" && testing.Verbose() {
			t.Logf("%s %-22s bad=%v p=%.2f %s | %s | R %s %q | A %q | %s", v, c.ID, c.Expect.Bad, res.P, res.Agreement, c.Question, refs[0].Kind, refs[0].Text, c.Answer.Text, res.Why)
		}
	}
	for _, kind := range []string{"values", "aliases", "one-word", "languages", "tables", "paraphrase"} {
		t.Logf("%s: %v", kind, kinds[kind])
	}
	t.Logf("all: %v", all)
	require.GreaterOrEqual(t, float64(all.right), .92*float64(all.n))
	require.LessOrEqual(t, float64(all.sureWrong), .03*float64(all.n))
}

type graded struct {
	Question string
	Golden   string `json:"golden_answer"`
	Improper bool
	answers  map[string]string
	judged   map[string]bool
}

func (g *graded) UnmarshalJSON(b []byte) error {
	var m map[string]any
	if err := json.Unmarshal(b, &m); err != nil {
		return err
	}
	g.Question, _ = m["question"].(string)
	g.Golden, _ = m["golden_answer"].(string)
	g.Improper, _ = m["improper"].(bool)
	g.answers, g.judged = map[string]string{}, map[string]bool{}
	for k, v := range m {
		if s, ok := strings.CutPrefix(k, "answer_"); ok {
			g.answers[s], _ = v.(string)
		}
		if s, ok := strings.CutPrefix(k, "judge_"); ok {
			g.judged[s], _ = v.(bool)
		}
	}
	return nil
}

var gradedSystems = []string{"fid", "gpt35", "chatgpt", "gpt4", "newbing"}

// TestGradedAnswers measures the comparison on answers of five systems that
// people judged, on the half of the questions on which nothing was fitted.
func TestGradedAnswers(t *testing.T) {
	by := map[string]*tally{}
	var all tally
	i := 0
	for g := range realdata.Values[graded](t, "evouna/triviaqa.jsonl") {
		i++
		if g.Improper || i%2 == half() {
			continue
		}
		q := text.Analyze(g.Question, "en")
		refs := ReadReferences(q, strings.Split(g.Golden, "/"), "en", nil)
		for _, s := range gradedSystems {
			res, at := compareBest(refs, text.Analyze(g.answers[s], "en"), Setting{})
			if by[s] == nil {
				by[s] = &tally{}
			}
			by[s].add(res, !g.judged[s])
			if v := all.add(res, !g.judged[s]); v != "right" && os.Getenv("SHOW") != "" {
				t.Logf("%s bad=%v p=%.2f %s | %.150s | %s %.150s (%s %+v)| %.250s | %s", v, !g.judged[s], res.P, res.Agreement, g.Question, refs[at].Kind, g.Golden, refs[at].Text, res.Items, g.answers[s], res.Why)
			}
		}
	}
	for _, s := range gradedSystems {
		t.Logf("%s: %v", s, by[s])
	}
	t.Logf("all: %v", all)
	if half() == 0 {
		require.GreaterOrEqual(t, float64(all.right), .97*float64(all.n-all.open))
		require.LessOrEqual(t, float64(all.open), .06*float64(all.n))
		require.GreaterOrEqual(t, float64(all.badRight), .88*float64(all.bad))
	}
}

// TestReaderFaults measures the comparison on readers' answers whose faults
// follow from agreement with other systems.
func TestReaderFaults(t *testing.T) {
	type row struct{ Question, Gold, Answer, Label, System string }
	var all tally
	for g := range realdata.Values[row](t, "reader_faults/answers.jsonl") {
		_, res := compareOne(text.Analyze(g.Question, "en"), g.Gold, "en", text.Analyze(g.Answer, "en"), Setting{})
		v := all.add(res, g.Label != "OK")
		if v != "right" && os.Getenv("SHOW") != "" {
			t.Logf("%s %s p=%.2f %s| %.120s | %s | %s | %s", v, g.Label, res.P, res.Agreement, g.Question, g.Gold, g.Answer, res.Why)
		}
	}
	t.Logf("all: %v", all)
}

// half is the half of the questions left out: the even ones, on which the
// probability of words was fitted, unless FIT asks for those.
func half() int {
	if os.Getenv("FIT") != "" {
		return 1
	}
	return 0
}

// TestFitWords fits the probability of words on the even questions, if asked to
// with FIT, and prints it.
func TestFitWords(t *testing.T) {
	if os.Getenv("FIT") == "" {
		t.Skip("set FIT to fit the probability of words again")
	}
	var p fit.Problem
	i := 0
	for g := range realdata.Values[graded](t, "evouna/triviaqa.jsonl") {
		if i++; g.Improper || i%2 == 1 {
			continue
		}
		refs := ReadReferences(text.Analyze(g.Question, "en"), strings.Split(g.Golden, "/"), "en", nil)
		for _, s := range gradedSystems {
			c := newComparison(text.Analyze(g.answers[s], "en"), Setting{})
			res, at := compareBest(refs, c.v.d, Setting{})
			r := refs[at]
			if len(res.Items) != 1 || len(r.Items) != 1 || r.Items[0].tokens == nil || r.Items[0].Kind == itemClaim {
				continue
			}
			it := &r.Items[0]
			name := it.Kind == itemName
			w := r.find(it.tokens, c, name)
			if w.share >= .99 || strings.Contains(res.Why, "it says \"") && !strings.Contains(res.Why, "for \""+it.Text) || len(it.tokens) == 0 {
				continue
			}
			x := r.features(it, w, c, name)
			p.X = append(p.X, x[:])
			y := 0.
			if g.judged[s] {
				y = 1
			}
			p.Y = append(p.Y, y)
		}
	}
	p.Lambda = 1
	p.Free = []bool{false, false, false, false, true, true, true}
	line, err := fit.Logistic(p)
	require.NoError(t, err)
	t.Logf("%d rows: %.2f", len(p.X), line)
}

// TestNaturalAnswers measures the comparison on answers of real systems, read by
// two people. Most references are prose, of which strings tell little.
func TestNaturalAnswers(t *testing.T) {
	type label struct {
		ID   string
		Bad  *bool
		Root string
	}
	labels := map[string]label{}
	for l := range realdata.Values[label](t, "natural/labels.jsonl") {
		labels[l.ID] = l
	}
	var all tally
	kinds := map[string]*tally{}
	for rec := range realdata.Values[answerCase](t, "natural/records.jsonl") {
		l := labels[rec.ID]
		if l.Bad == nil || len(rec.Gold.Answers) == 0 {
			continue
		}
		q := text.Analyze(rec.Question, "")
		refs := ReadReferences(q, rec.Gold.Answers, q.Lang, nil)
		res, at := compareBest(refs, text.Analyze(rec.Answer.Text, ""), Setting{})
		kind := refs[at].Kind
		if kinds[kind] == nil {
			kinds[kind] = &tally{}
		}
		kinds[kind].add(res, *l.Bad)
		if v := all.add(res, *l.Bad); os.Getenv("SHOW") != "" {
			t.Logf("%s bad=%v(%s) p=%.2f %s | Q %.200s | %s R %.300q | A %.400q | %s", v, *l.Bad, l.Root, res.P, res.Agreement, rec.Question, kind, refs[at].Text, rec.Answer.Text, res.Why)
		}
	}
	for _, kind := range []string{trace.ReferencePolar, trace.ReferenceValue, trace.ReferenceList, trace.ReferenceProse, trace.ReferenceInstruction, trace.ReferenceCode} {
		if kinds[kind] != nil {
			t.Logf("%s: %v", kind, kinds[kind])
		}
	}
	t.Logf("all: %v", all)
}
