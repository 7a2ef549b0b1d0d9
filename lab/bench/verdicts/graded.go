package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/metrics"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/trace"
)

// graded counts how a verdict about the answer compares with a person's.
type graded struct {
	n, notJudged   int
	right          float64 // verdicts that agree; not judged counts half
	judged, agreed int
	saidBad, badOK int
}

func (g *graded) add(right bool, bad trace.Predicate) {
	g.n++
	if bad.IsUnknown() {
		g.notJudged++
		g.right += .5
		return
	}
	g.judged++
	agree := right == bad.IsNo()
	if agree {
		g.right++
		g.agreed++
	}
	if bad.IsYes() {
		g.saidBad++
		if !right {
			g.badOK++
		}
	}
}

func (g *graded) row(name string) string {
	return fmt.Sprintf("| %s | %s | %s | %s | %s |\n", name, share(g.right, g.n), share(float64(g.agreed), g.judged), share(float64(g.notJudged), g.n), share(float64(g.badOK), g.saidBad))
}

const gradedHead = "| answers | accuracy, not judged counts half | where judged | not judged | precision of “bad” |\n|---|---|---|---|---|\n"

type financeAnswer struct {
	ID       string `json:"id"`
	Question string `json:"question"`
	QID      string `json:"question_id"`
	Arm      string `json:"arm"`
	Gold     string `json:"gold"`
	Answer   string `json:"answer"`
	Label    string `json:"label"`
}

// financeBench prints how answers to questions about financial filings are
// graded, and what is said of failures whose prompt was the evidence itself.
func (b *bench) financeBench() error {
	rows, err := readLines[financeAnswer](b.path("financebench/answers.jsonl"))
	if err != nil {
		return err
	}
	pages, err := readLines[struct {
		QID   string   `json:"question_id"`
		Pages []string `json:"pages"`
	}](b.path("financebench/evidence.jsonl"))
	if err != nil {
		return err
	}
	of := map[string][]string{}
	for _, p := range pages {
		of[p.QID] = p.Pages
	}
	var recs, oracle []*trace.Record
	label := map[string]string{}
	for _, r := range rows {
		label[r.ID] = r.Label
		recs = append(recs, &trace.Record{ID: r.ID, Question: r.Question, Answer: &trace.Answer{Text: r.Answer}, Gold: &trace.Gold{Answers: []string{r.Gold}}})
		if strings.Contains(r.Arm, "oracle") && len(of[r.QID]) > 0 {
			rec := &trace.Record{ID: r.ID, Question: r.Question, Answer: &trace.Answer{Text: r.Answer}, Gold: &trace.Gold{Answers: []string{r.Gold}}, Context: []trace.Passage{}}
			var set trace.EvidenceSet
			for i, p := range of[r.QID] {
				rec.Context = append(rec.Context, trace.Passage{ID: fmt.Sprintf("%s#%d", r.QID, i), Text: p})
				set = append(set, trace.Unit{ID: fmt.Sprintf("%s#%d", r.QID, i), Text: p})
			}
			rec.Gold.Evidence = []trace.EvidenceSet{set}
			oracle = append(oracle, rec)
		}
	}
	said, err := examine(recs)
	if err != nil {
		return err
	}
	var all, numbers graded
	var tp, fp, fn float64
	for _, v := range said {
		o, l := v.rec.Evidence.Outcome, label[v.rec.ID]
		right := l == "Correct Answer"
		all.add(right, o.Bad)
		if oneNumber(v.rec.Gold.Answers[0]) && l != "Refusal" {
			numbers.add(right, o.Bad)
		}
		switch refused := o.Refusal.IsYes(); {
		case refused && l == "Refusal":
			tp++
		case refused:
			fp++
		case l == "Refusal":
			fn++
		}
		if b.list && (o.Bad.IsUnknown() || right != o.Bad.IsNo()) {
			b.printf("- %s: %s; P(bad) %.2f %s | reference %.80q | answer %.300q\n", v.rec.ID, l, o.Bad.P, o.Bad.Why, v.rec.Gold.Answers[0], v.rec.Answer.Text)
		}
	}
	b.filings.accuracy, b.filings.numbers, b.filings.refusals = all.right/float64(all.n), numbers.right/float64(numbers.n), 2*tp/(2*tp+fp+fn)
	b.printf("\n## financebench\n\n%s%s%s", gradedHead, all.row("all"), numbers.row("answered, the reference is one number"))
	b.printf("\nRefusals: F1 %s, precision %s, recall %s.\n", short(2*tp/(2*tp+fp+fn)), share(tp, int(tp+fp)), share(tp, int(tp+fn)))
	return b.oracle(oracle, label)
}

// filings are the figures of FinanceBench that a test holds: shares of answers.
type filings struct {
	accuracy, numbers, refusals float64 // all; those with a reference of one number; F1 of refusals
	generation, rightNamed      float64 // prompts of evidence: failures named generation, right answers given a cause
}

// oneNumber reports whether a reference is a single number.
func oneNumber(s string) bool {
	letters := strings.IndexFunc(strings.NewReplacer("million", "", "billion", "", "USD", "", "%", "", "$", "").Replace(s), unicode.IsLetter)
	return letters < 0 && strings.ContainsAny(s, "0123456789") && len(s) < 24
}

// oracle prints the verdicts where the prompt held the evidence pages, so that a
// failure is the generator's.
func (b *bench) oracle(recs []*trace.Record, label map[string]string) error {
	said, err := examine(recs)
	if err != nil {
		return err
	}
	failures, generation, rights, named := 0, 0, 0, 0
	var p []stated
	for _, v := range said {
		cause := v.d.Root.Cause
		ofGenerator := cause.Stage() == trace.StageGround
		if label[v.rec.ID] == "Correct Answer" {
			rights++
			if v.d.Status == "diagnosed" && cause != "citation-fault" && cause != "gold-label" {
				named++
				if b.list {
					o := v.rec.Evidence.Outcome
					b.printf("- oracle right %s: %s kind %s P(bad) %.2f %s; refusal %v | %q | %.400q\n", v.rec.ID, v.d.Root.Slug(), o.Reference, o.Bad.P, o.Bad.Why, o.Refusal.Truth, v.rec.Gold.Answers[0], v.rec.Answer.Text)
				}
			}
		} else {
			failures++
			if v.d.Status == "diagnosed" && ofGenerator {
				generation++
			} else if b.list {
				b.printf("- oracle %s: %s; said %s %s; prompt suffices %v %.2f %s\n", v.rec.ID, label[v.rec.ID], v.d.Status, v.d.Root.Slug(), v.rec.Evidence.Ground.Sufficient.Truth, v.rec.Evidence.Ground.Sufficient.P, v.rec.Evidence.Ground.Sufficient.Why)
			}
		}
		if v.d.Status == "diagnosed" && v.d.P > 0 {
			p = append(p, stated{v.d.P, label[v.rec.ID] != "Correct Answer" && ofGenerator})
		}
	}
	b.printf("\nOracle arms: failures named generation %s; right answers given a cause %s; stated probability − share right %s.\n", share(float64(generation), failures), share(float64(named), rights), excess(p))
	b.filings.generation, b.filings.rightNamed = float64(generation)/float64(max(1, failures)), float64(named)/float64(max(1, rights))
	return nil
}

// evouna prints how short answers to trivia questions are graded.
func (b *bench) evouna() error {
	rows, err := readLines[map[string]any](b.path("evouna/triviaqa.jsonl"))
	if err != nil {
		return err
	}
	var recs []*trace.Record
	right := map[string]bool{}
	system := map[string]string{}
	for i, r := range rows {
		if r["improper"] == true {
			continue
		}
		q, _ := r["question"].(string)
		gold, _ := r["golden_answer"].(string)
		for _, s := range []string{"fid", "gpt35", "chatgpt", "gpt4", "newbing"} {
			a, ok1 := r["answer_"+s].(string)
			ok, ok2 := r["judge_"+s].(bool)
			if !ok1 || !ok2 {
				continue
			}
			id := fmt.Sprintf("%d/%s", i, s)
			right[id], system[id] = ok, s
			recs = append(recs, &trace.Record{ID: id, Question: q, Answer: &trace.Answer{Text: a}, Gold: &trace.Gold{Answers: strings.Split(gold, "/")}})
		}
	}
	said, err := examine(recs)
	if err != nil {
		return err
	}
	var all graded
	by := map[string]*graded{}
	for _, v := range said {
		s := system[v.rec.ID]
		if by[s] == nil {
			by[s] = &graded{}
		}
		o := v.rec.Evidence.Outcome
		all.add(right[v.rec.ID], o.Bad)
		by[s].add(right[v.rec.ID], o.Bad)
		if b.list && !o.Bad.IsUnknown() && right[v.rec.ID] != o.Bad.IsNo() {
			b.printf("- %s: people right %v; P(bad) %.2f %s | %q reference %q answer %.200q\n", v.rec.ID, right[v.rec.ID], o.Bad.P, o.Bad.Why, v.rec.Question, v.rec.Gold.Answers, v.rec.Answer.Text)
		}
	}
	b.printf("\n## evouna\n\n%s%s", gradedHead, all.row("all"))
	for _, s := range slices.Sorted(maps.Keys(by)) {
		b.printf("%s", by[s].row(s))
	}
	return nil
}

type ratedAnswer struct {
	ID       string `json:"id"`
	Question string `json:"question"`
	History  []struct {
		Speaker string `json:"speaker"`
		Text    string `json:"text"`
	} `json:"history"`
	Contexts     []string `json:"contexts"`
	Answer       string   `json:"answer"`
	Reference    string   `json:"reference"`
	Faithfulness float64  `json:"faithfulness"`
	Completeness float64  `json:"completeness"`
}

// mtragHuman prints how well measures order answers that people rated.
func (b *bench) mtragHuman() error {
	rows, err := readLines[ratedAnswer](b.path("mtrag_human/answers.jsonl"))
	if err != nil {
		return err
	}
	var recs []*trace.Record
	for _, r := range rows {
		rec := &trace.Record{ID: r.ID, Question: r.Question, Answer: &trace.Answer{Text: r.Answer}, Gold: &trace.Gold{Answers: []string{r.Reference}}, Context: []trace.Passage{}}
		for _, t := range r.History {
			role := "assistant"
			if t.Speaker == "user" {
				role = "user"
			}
			rec.History = append(rec.History, trace.Turn{Role: role, Text: t.Text})
		}
		for _, c := range r.Contexts {
			rec.Context = append(rec.Context, trace.Passage{Text: c})
		}
		recs = append(recs, rec)
	}
	said, err := examine(recs)
	if err != nil {
		return err
	}
	b.printf("\n## mtrag_human\n\n| people rate it 2 or less | measure | AUC |\n|---|---|---|\n")
	rank := func(what, name string, low func(ratedAnswer) bool, measure func(int) float64) {
		var scores []float64
		var positive []bool
		for i, r := range rows {
			scores, positive = append(scores, -measure(i)), append(positive, low(r))
		}
		auc, err := stat.AUCDeLong(scores, positive, stat.DefaultLevel)
		if err != nil {
			b.printf("| %s | %s | %v |\n", what, name, err)
			return
		}
		b.printf("| %s | %s | %s [%s, %s] |\n", what, name, short(auc.Value), short(auc.Interval.Lo), short(auc.Interval.Hi))
	}
	unfaithful := func(r ratedAnswer) bool { return r.Faithfulness <= 2 }
	incomplete := func(r ratedAnswer) bool { return r.Completeness <= 2 }
	rank("faithfulness", "word coverage", unfaithful, func(i int) float64 {
		return wordCoverage(rows[i].Answer, strings.Join(rows[i].Contexts, "\n"))
	})
	rank("faithfulness", "mean probability of the claims", unfaithful, func(i int) float64 { return known(said[i].rec.Evidence.Ground.Support, .5) })
	rank("faithfulness", "share of decided claims", unfaithful, func(i int) float64 { return known(said[i].rec.Evidence.Ground.Faithfulness, .5) })
	rank("completeness", "token F1", incomplete, func(i int) float64 {
		f1, _ := metrics.SQuAD2.F1(rows[i].Answer, []string{rows[i].Reference})
		return f1
	})
	rank("completeness", "completeness", incomplete, func(i int) float64 { return known(said[i].rec.Evidence.Outcome.Completeness, .5) })
	rank("completeness", "claim recall", incomplete, func(i int) float64 { return known(said[i].rec.Evidence.Outcome.ClaimRecall, .5) })
	rank("completeness", "P(bad)", incomplete, func(i int) float64 { return -said[i].rec.Evidence.Outcome.Bad.P })
	return nil
}

func known(v trace.Value, otherwise float64) float64 {
	if x, ok := v.Get(); ok {
		return x
	}
	return otherwise
}

// wordCoverage is the share of the answer's content words, each counted once,
// that the passages hold.
func wordCoverage(answer, passages string) float64 {
	have := map[string]bool{}
	for _, t := range text.Terms(passages, "en") {
		have[t] = true
	}
	seen := map[string]bool{}
	held := 0
	for _, t := range text.Terms(answer, "en") {
		if seen[t] {
			continue
		}
		seen[t] = true
		if have[t] {
			held++
		}
	}
	if len(seen) == 0 {
		return 1
	}
	return float64(held) / float64(len(seen))
}
