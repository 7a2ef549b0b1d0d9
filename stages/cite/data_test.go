package cite

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/lab/realdata"
	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

// TestExamineOnData takes answers whose sentences people wrote and cited, from
// their gold passages. A citation as written must seldom be called wrong, and
// one that is moved to a passage of another question must never be called
// right. Sentences are free paraphrases: most stay undecided or unseen.
func TestExamineOnData(t *testing.T) {
	passages := map[string]string{}
	for p := range realdata.Values[struct{ ID, Text string }](t, "mtrag/passages.jsonl") {
		doc, _, _ := strings.Cut(p.ID, "-")
		passages[p.ID] = p.Text
		if _, ok := passages[doc]; !ok {
			passages[doc] = p.Text
		}
	}
	var records []*trace.Record
	faulty := 0
	for r := range realdata.Values[struct {
		Question  string
		Sentences []struct {
			Sentence          string
			Cited_docs        []string
			All_cited_present bool
		}
	}](t, "fiqa_cited/answers.jsonl") {
		rec := &trace.Record{Question: r.Question, Answer: &trace.Answer{}}
		var ids []string
		for _, s := range r.Sentences {
			if !s.All_cited_present || len(s.Cited_docs) != 1 || passages[s.Cited_docs[0]] == "" {
				continue
			}
			id := s.Cited_docs[0]
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
				rec.Context = append(rec.Context, trace.Passage{ID: id, Text: passages[id]})
			}
			rec.Answer.Text += fmt.Sprintf("%s [%d] ", s.Sentence, slices.Index(ids, id)+1)
		}
		if len(rec.Context) > 0 {
			records = append(records, rec)
		}
	}
	count := func(move bool) map[trace.CiteStatus]int {
		got := map[trace.CiteStatus]int{}
		for i, rec := range records {
			if move {
				c := *rec
				c.Context = slices.Concat(records[(i+1)%len(records)].Context, rec.Context)[:len(rec.Context)]
				for len(c.Context) < len(rec.Context) {
					c.Context = append(c.Context, c.Context[0])
				}
				rec = &c
			}
			ev := Examine(prepared.New(rec, nil))
			if ev.Faulty.IsYes() && !move {
				faulty++
			}
			for _, s := range ev.Statements {
				for _, c := range s.Citations {
					got[c.Status]++
				}
			}
		}
		return got
	}
	share := func(got map[trace.CiteStatus]int, of trace.CiteStatus) float64 {
		n := 0
		for _, v := range got {
			n += v
		}
		return float64(got[of]) / float64(max(1, n))
	}
	own, moved := count(false), count(true)
	t.Logf("%d answers, %d as written called faulty: as written %v, moved to another question's passage %v", len(records), faulty, own, moved)
	require.GreaterOrEqual(t, share(own, trace.CiteSupported), .22)
	require.LessOrEqual(t, share(own, trace.CiteUnsupported), .10)
	require.LessOrEqual(t, share(own, trace.CiteMisplaced), .01)
	require.LessOrEqual(t, share(moved, trace.CiteSupported), .01)
	require.GreaterOrEqual(t, share(moved, trace.CiteUnsupported)+share(moved, trace.CiteMisplaced), .88)
}
