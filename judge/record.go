package judge

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ragdiag/ragdiag/trace"
)

// surely is the probability of being right from which an offline verdict is not
// put to a judge.
const surely = .8

// trust is the probability that a decided predicate is right; 0 if it is unknown.
func trust(p trace.Predicate) float64 {
	if p.IsUnknown() {
		return 0
	}
	return max(p.P, 1-p.P)
}

// Record asks about all that the offline examiners left open in a record: claims
// on which the verifier abstained or knows too little of the language, a context
// whose sufficiency nothing shows, an answer that only its wording fails, a refusal
// that its words leave in doubt. What the same model has said before about the same
// texts is taken from rec.Evidence.Judge. It changes nothing in rec; see Apply.
// The result is nil if nothing was asked. Errors are those of Ask.
func (j *Judge) Record(ctx context.Context, rec *trace.Record) (*trace.JudgeEvidence, error) {
	queries := open(rec)
	if len(queries) == 0 {
		return rec.Evidence.Judge, nil
	}
	ev := &trace.JudgeEvidence{Model: j.Model(), Calibration: j.opt.Calibration}
	seen := map[string]bool{}
	for _, q := range queries {
		for _, u := range q.Units {
			if !seen[u.Text] {
				seen[u.Text] = true
				c := clean(u.Text)
				ev.Stripped += c.stripped
				ev.Withheld += len(c.withheld)
			}
		}
		known, rest := recall(rec.Evidence.Judge, j.Model(), q)
		if q.Items = rest; len(rest) > 0 {
			got, _, err := j.Ask(ctx, q)
			if err == nil {
				err = j.escalate(ctx, q, got)
			}
			if err != nil {
				return nil, err
			}
			j.count(got)
			known = append(known, got...)
		}
		slices.SortStableFunc(known, func(a, b trace.Judgement) int { return number(a.Item) - number(b.Item) })
		ev.Judgements = append(ev.Judgements, known...)
	}
	return ev, nil
}

// doubtful is the model's own confidence below which a verdict is put to the vote.
const doubtful = .7

// escalate asks twice more about items of which the model is not sure itself. A
// verdict stays if two of the three draws have it, which is
// two thirds; otherwise the judge cannot tell. A draw that failed has no vote.
func (j *Judge) escalate(ctx context.Context, q Query, judged []trace.Judgement) error {
	if j.opt.NoRepair {
		return nil
	}
	var at []int
	vote := q
	vote.Items = nil
	for i, g := range judged {
		if c, ok := g.Confidence.Get(); ok && g.Error == "" && g.Verdict != CannotTell && c < doubtful {
			at, vote.Items = append(at, i), append(vote.Items, q.Items[i])
		}
	}
	if len(at) == 0 {
		return nil
	}
	agree := make([]int, len(at))
	for r := range 2 {
		vote.Replicate = r + 1
		got, _, err := j.Ask(ctx, vote)
		if err != nil {
			return err
		}
		for k, i := range at {
			if got[k].Error == "" && got[k].Verdict == judged[i].Verdict {
				agree[k]++
			}
		}
	}
	for k, i := range at {
		if g := &judged[i]; agree[k] == 0 {
			g.Reason = fmt.Sprintf("it said %s, was not sure of it, and did not say so again", g.Verdict)
			g.Verdict, g.Quotes = CannotTell, nil
		}
	}
	return nil
}

// Tally counts what became of the items that a judge was asked about for records.
type Tally struct {
	Decided   int64
	Undecided int64 // "cannot tell"
	Errors    int64 // no verdict: see Judgement.Error
}

// Tally returns the counts so far.
func (j *Judge) Tally() Tally {
	return Tally{j.decided.Load(), j.undecided.Load(), j.failed.Load()}
}

func (j *Judge) count(judged []trace.Judgement) {
	for _, g := range judged {
		switch {
		case g.Error != "":
			j.failed.Add(1)
		case g.Verdict == CannotTell:
			j.undecided.Add(1)
		default:
			j.decided.Add(1)
		}
	}
}

// recall splits the items of a query into those that the same model has judged
// before, and the rest.
func recall(ev *trace.JudgeEvidence, model string, q Query) (known []trace.Judgement, rest []Item) {
	for _, it := range q.Items {
		about := About(q.Task, q.Question, q.Units, it)
		i := -1
		if ev != nil && ev.Model == model {
			i = slices.IndexFunc(ev.Judgements, func(g trace.Judgement) bool {
				return g.Task == q.Task.Name && g.Version == q.Task.Version && g.Item == it.ID && g.About == about && g.Error == ""
			})
		}
		if i >= 0 {
			known = append(known, ev.Judgements[i])
		} else {
			rest = append(rest, it)
		}
	}
	return known, rest
}

// number is the number in an ID such as "c12"; 0 if there is none.
func number(id string) int {
	n, _ := strconv.Atoi(strings.TrimLeft(id, "abcdefghijklmnopqrstuvwxyz"))
	return n
}

// open lists what the evidence of a record leaves open, as queries.
func open(rec *trace.Record) []Query {
	var out []Query
	for _, f := range []func(*trace.Record) (Query, bool){openRefusal, openEquivalence, openSufficiency, openClaims} {
		if q, ok := f(rec); ok {
			q.Record = rec.ID
			out = append(out, q)
		}
	}
	return out
}

// Passages are the context of a record as units p1, p2 …
func Passages(rec *trace.Record) []Unit {
	out := make([]Unit, len(rec.Context))
	for i, p := range rec.Context {
		out[i] = Unit{ID: fmt.Sprintf("p%d", i+1), Title: p.Title, Text: p.Text}
	}
	return out
}

// openClaims asks about claims, whatever became of the answer: how well answers
// are grounded counts for good ones too.
func openClaims(rec *trace.Record) (Query, bool) {
	q := Query{Task: Verify}
	e := rec.Evidence.Ground
	if e == nil || len(rec.Context) == 0 || e.Empty.IsYes() {
		return q, false
	}
	for i, c := range e.Claims {
		if c.Checkable && !c.Judged && (c.Support == trace.Abstain || c.Weakened) {
			q.Items = append(q.Items, ClaimItem(i, c.Text))
		}
	}
	q.Units = Passages(rec)
	return q, len(q.Items) > 0
}

// ClaimItem is the claim with that index as an item.
func ClaimItem(i int, text string) Item { return Item{ID: fmt.Sprintf("c%d", i+1), Text: text} }

// ClaimIndex is the index of the claim that an item of ClaimItem is about.
func ClaimIndex(it Item) int { return number(it.ID) - 1 }

// openSufficiency asks about a context of which nothing offline shows whether it
// suffices, unless the answer is good anyway.
func openSufficiency(rec *trace.Record) (Query, bool) {
	q := SufficiencyQuery(rec)
	e := rec.Evidence.Ground
	if e == nil || len(rec.Context) == 0 || e.Empty.IsYes() || !e.Sufficient.IsUnknown() || rec.Question == "" {
		return q, false
	}
	if o := rec.Evidence.Outcome; o != nil && o.Bad.IsNo() && trust(o.Bad) >= surely {
		return q, false
	}
	return q, true
}

// SufficiencyQuery asks whether the context of a record suffices.
func SufficiencyQuery(rec *trace.Record) Query {
	return Query{Record: rec.ID, Task: Sufficiency, Question: rec.Question, Units: Passages(rec), Items: []Item{{ID: "q", Text: rec.Question}}}
}

// openEquivalence asks about an answer that offline grading calls wrong because no
// accepted answer is in it: that shows its wording, not its content. It also
// asks where an answer is called right with little trust.
func openEquivalence(rec *trace.Record) (Query, bool) {
	e := rec.Evidence.Outcome
	if e == nil || rec.Answer == nil || rec.Gold == nil || len(rec.Gold.Answers) == 0 || strings.TrimSpace(rec.Answer.Text) == "" {
		return Query{}, false
	}
	labelled := slices.ContainsFunc(rec.Labels, func(l trace.Label) bool { return l.What == "bad" })
	refused := e.Refusal.IsYes() && trust(e.Refusal) >= surely
	_, compared := e.Bad.Chance() // between right and bad a judge is worth most
	if labelled || refused || e.Malformed.IsYes() || e.Answerable.IsNo() || !compared || e.Bad.Grade == trace.GradeC || e.Bad.IsNo() && trust(e.Bad) >= surely {
		return Query{}, false
	}
	return EquivalenceQuery(rec), true
}

// EquivalenceQuery asks whether the answer of a record says what one of its
// references says.
func EquivalenceQuery(rec *trace.Record) Query {
	q := Query{Record: rec.ID, Task: Equivalence, Question: rec.Question, Items: []Item{{ID: answerUnit}}}
	for i, a := range rec.Gold.Answers[:min(len(rec.Gold.Answers), maxReferences)] {
		q.Units = append(q.Units, Unit{ID: fmt.Sprintf("r%d", i+1), Text: a})
	}
	q.Units = append(q.Units, Unit{ID: answerUnit, Text: rec.Answer.Text})
	return q
}

// maxReferences bounds the accepted answers in a prompt: sets with many list mere
// spellings.
const maxReferences = 20

// openRefusal asks about an answer whose words leave in doubt whether it declines.
func openRefusal(rec *trace.Record) (Query, bool) {
	e := rec.Evidence.Outcome
	if e == nil || rec.Answer == nil || strings.TrimSpace(rec.Answer.Text) == "" || e.Refusal.IsUnknown() || trust(e.Refusal) >= surely || strings.HasPrefix(e.Refusal.Why, says) {
		return Query{}, false
	}
	return RefusalQuery(rec), true
}

// RefusalQuery asks whether the answer of a record declines.
func RefusalQuery(rec *trace.Record) Query {
	return Query{Record: rec.ID, Task: Refusal, Question: rec.Question, Units: []Unit{{ID: answerUnit, Text: rec.Answer.Text}}, Items: []Item{{ID: answerUnit}}}
}
