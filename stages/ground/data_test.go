package ground

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/trace"
)

// rows calls each with every line of a file of the test data. The test is
// skipped without them, unless they are required.
func rows[T any](t *testing.T, name string, each func(T)) {
	t.Helper()
	dir := os.Getenv("RAGDIAG_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		if os.Getenv("RAGDIAG_REQUIRE_DATA") == "1" {
			t.Fatal(err)
		}
		t.Skip("no test data: set RAGDIAG_DATA")
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<24)
	for s.Scan() {
		var row T
		require.NoError(t, json.Unmarshal(s.Bytes(), &row))
		each(row)
	}
	require.NoError(t, s.Err())
}

// tally counts what a predicate said.
type tally struct{ yes, no, unknown int }

func (c *tally) add(p trace.Predicate) {
	switch p.Truth {
	case trace.Yes:
		c.yes++
	case trace.No:
		c.no++
	default:
		c.unknown++
	}
}

func (c tally) share(n int) float64 { return float64(n) / float64(max(1, c.yes+c.no+c.unknown)) }

// TestSufficientOnData: the gold passage alone must mostly suffice, and the
// passage of another question must not.
func TestSufficientOnData(t *testing.T) {
	measure := func(name string, recs []*trace.Record, minYes, minNo float64) {
		var own, other tally
		for i, rec := range recs {
			own.add(Examine(rec, nil).Sufficient)
			swapped := *rec
			swapped.Context = recs[(i+1)%len(recs)].Context
			other.add(Examine(&swapped, nil).Sufficient)
		}
		t.Logf("%s n=%d: own passage yes %.3f unknown %.3f; other passage no %.3f unknown %.3f", name, len(recs),
			own.share(own.yes), own.share(own.unknown), other.share(other.no), other.share(other.unknown))
		require.GreaterOrEqual(t, own.share(own.yes), minYes, name)
		require.GreaterOrEqual(t, other.share(other.no), minNo, name)
	}
	var clapnq, nq []*trace.Record
	type passage struct{ Title, Text string }
	rows(t, "clapnq/dev.jsonl", func(r struct {
		Input      string
		Answerable bool
		Passages   []passage
		Output     []struct{ Answer string }
	}) {
		if !r.Answerable {
			return
		}
		g := &trace.Gold{}
		for _, o := range r.Output {
			g.Answers = append(g.Answers, o.Answer)
		}
		clapnq = append(clapnq, &trace.Record{Question: r.Input, Gold: g, Context: []trace.Passage{{Title: r.Passages[0].Title, Text: r.Passages[0].Text}}})
	})
	rows(t, "nq_oracle/dev.jsonl", func(r struct {
		Question string
		Answers  []string
		Ctxs     []passage
	}) {
		nq = append(nq, &trace.Record{Question: r.Question, Gold: &trace.Gold{Answers: r.Answers}, Context: []trace.Passage{{Title: r.Ctxs[0].Title, Text: r.Ctxs[0].Text}}})
	})
	measure("clapnq", clapnq, .8, .95)
	measure("nq_oracle", nq, .75, .95)
}

// TestConflictingOnData: a right passage beside a falsified copy of it must often
// be seen as a conflict, and passages that agree or talk about other things
// hardly ever. Other falsified passages differ in their words and are missed.
func TestConflictingOnData(t *testing.T) {
	for _, lang := range []struct {
		name  string
		floor float64
	}{{"en", .45}, {"zh", .15}} {
		name := lang.name
		var wrong, same, right tally
		rows(t, "rgb/"+name+"_fact.jsonl", func(r struct {
			Query                    string
			Positive, Positive_wrong []json.RawMessage
		}) {
			ask := func(ps ...string) trace.Predicate {
				rec := &trace.Record{Question: r.Query}
				for _, p := range ps {
					rec.Context = append(rec.Context, trace.Passage{Text: p})
				}
				return Examine(rec, nil).Conflicting
			}
			good, bad := flat(r.Positive), flat(r.Positive_wrong)
			if len(good) < 2 || len(bad) < 2 {
				return
			}
			same.add(ask(good[0], bad[0]))
			wrong.add(ask(good[0], bad[1]))
			right.add(ask(good[0], good[1]))
		})
		require.GreaterOrEqual(t, same.share(same.yes), lang.floor, name)
		require.LessOrEqual(t, right.share(right.yes), .03, name)
		t.Logf("rgb %s n=%d: falsified copy yes %.3f, other falsified passage yes %.3f, two right passages yes %.3f", name, same.yes+same.no, same.share(same.yes), wrong.share(wrong.yes), right.share(right.yes))
	}
	var wrong, right tally
	rows(t, "ramdocs/ramdocs.jsonl", func(r struct {
		Question  string
		Documents []struct{ Text, Type, Answer string }
	}) {
		pick := func(kind string) (out []string) {
			for _, d := range r.Documents {
				if d.Type == kind {
					out = append(out, d.Text)
				}
			}
			return out
		}
		good, bad, noise := pick("correct"), pick("misinfo"), pick("noise")
		if len(good) > 0 && len(bad) > 0 {
			wrong.add(Examine(&trace.Record{Question: r.Question, Context: []trace.Passage{{Text: good[0]}, {Text: bad[0]}}}, nil).Conflicting)
		}
		if len(good) > 0 && len(noise) > 0 {
			right.add(Examine(&trace.Record{Question: r.Question, Context: []trace.Passage{{Text: good[0]}, {Text: noise[0]}}}, nil).Conflicting)
		}
	})
	require.GreaterOrEqual(t, wrong.share(wrong.yes), .1)
	require.LessOrEqual(t, right.share(right.yes), .03)
	t.Logf("ramdocs: right and misinformed n=%d yes %.3f; right and noise n=%d yes %.3f", wrong.yes+wrong.no, wrong.share(wrong.yes), right.yes+right.no, right.share(right.yes))
}

// flat reads texts that may stand in lists of lists.
func flat(raw []json.RawMessage) (out []string) {
	for _, r := range raw {
		var s string
		var list []string
		if json.Unmarshal(r, &s) == nil {
			out = append(out, s)
		} else if json.Unmarshal(r, &list) == nil {
			out = slices.Concat(out, list)
		}
	}
	return out
}
