package ground

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// rival is a pair of passages that say different things about the same.
type rival struct {
	one, other int // indexes into the context
	conflict   trace.Conflict
}

// The sentences of the context that are compared: the best one of each passage
// by the question's words, if it has enough of them, and so many in all.
const (
	rivalMass = .4
	maxRivals = 6
	sameTalk  = .6 // share of the sentence's words that the other passage must have around its value
)

// conflicts looks for two passages that answer the question with different
// values: the sentence of one that is nearest to the question is contradicted
// by the other.
func (x *examination) conflicts() {
	if x.rec.Context == nil {
		x.ev.Conflicting = trace.NotKnown("the context was not recorded")
		return
	}
	type spokesman struct {
		passage  int
		sentence string
		mass     float64
	}
	var all []spokesman
	for i, d := range x.texts.Docs() {
		best := spokesman{passage: i}
		for _, s := range d.Sentences {
			if m := x.asked(d.Terms[s.Term:s.TermEnd]); m > best.mass {
				best.mass, best.sentence = m, s.Of(d.Text)
			}
		}
		if best.mass >= rivalMass {
			all = append(all, best)
		}
	}
	slices.SortStableFunc(all, func(a, b spokesman) int { return cmp.Compare(b.mass, a.mass) })
	all = all[:min(len(all), maxRivals)]
	for i, a := range all {
		for _, b := range all[i+1:] {
			if a.sentence == b.sentence {
				continue
			}
			if v := x.texts.CheckIn(a.sentence, b.passage); v.Support == trace.Contradicted && v.Against != nil && v.Overlap >= sameTalk {
				x.rivals = append(x.rivals, rival{a.passage, b.passage, *v.Against})
			}
		}
	}
	if len(x.rivals) == 0 {
		x.ev.Conflicting = trace.Holds(false, .8, trace.GradeC, "no two passages give different values in the same words")
		return
	}
	r := x.rivals[0]
	x.ev.Conflicting = trace.Holds(true, .75, trace.GradeC, fmt.Sprintf("passage %d says %q, passage %d says %q",
		r.one+1, r.conflict.Claim, r.other+1, r.conflict.Passage))
}

// stale says whether the passage that supports a claim is superseded: a newer
// one in the context contradicts the claim, or it is older than the gold
// answer's validity and the claim is wrong.
func (x *examination) stale(v trace.ClaimVerdict) trace.Predicate {
	if v.Support != trace.Supported || len(v.By) == 0 {
		return trace.Predicate{}
	}
	by := v.By[0].Passage
	own, grade := x.dated(by)
	if own == (text.Date{}) {
		return trace.NotKnown("the supporting passage has no date")
	}
	if g := x.rec.Gold; g != nil && g.ValidFrom != "" {
		if from := text.Dates(g.ValidFrom); len(from) > 0 && before(own, from[0]) && v.Right.IsNo() {
			return trace.Holds(true, .85, grade, fmt.Sprintf("passage %d is of %s, the right answer holds since %s", by+1, written(own), g.ValidFrom))
		}
	}
	for i := range x.rec.Context {
		if i == by || !slices.ContainsFunc(x.rivals, func(r rival) bool { return r.one == i || r.other == i }) {
			continue
		}
		date, g := x.dated(i)
		if date == (text.Date{}) || !before(own, date) {
			continue
		}
		if x.texts.CheckIn(v.Text, i).Support == trace.Contradicted {
			return trace.Holds(true, .8, min(grade, g, trace.GradeC), fmt.Sprintf("passage %d of %s is contradicted by passage %d of %s", by+1, written(own), i+1, written(date)))
		}
	}
	return trace.Holds(false, .8, min(grade, trace.GradeC), "no newer passage says otherwise")
}

// dated returns the date of a passage: the recorded one or, as weak evidence,
// the latest one that its text names. The zero Date: neither.
func (x *examination) dated(i int) (text.Date, trace.Grade) {
	if d := text.Dates(x.rec.Context[i].Date); len(d) > 0 {
		return d[0], trace.GradeB
	}
	var latest text.Date
	for _, d := range x.texts.Docs()[i].Dates() {
		if d.Year > 0 && (latest == (text.Date{}) || before(latest, d)) {
			latest = d
		}
	}
	return latest, trace.GradeD
}

// before reports whether a is surely earlier than b: parts that one of them
// does not say decide nothing.
func before(a, b text.Date) bool {
	switch {
	case a.Year != b.Year:
		return a.Year > 0 && b.Year > 0 && a.Year < b.Year
	case a.Month != b.Month:
		return a.Month > 0 && b.Month > 0 && a.Month < b.Month
	}
	return a.Day > 0 && b.Day > 0 && a.Day < b.Day
}

func written(d text.Date) string {
	s := fmt.Sprintf("%04d", d.Year)
	for _, part := range []int{d.Month, d.Day} {
		if part == 0 {
			break
		}
		s += fmt.Sprintf("-%02d", part)
	}
	return s
}

// orderWords betray a passage that addresses the model. Each stands alone; an
// order needs one of them and a verb of saying in the same sentence.
var orderWords = [...]string{
	"ignore", "disregard", "instruction", "instructions", "prompt", "assistant", "override", "forget",
	"ignoriere", "anweisung", "anweisungen", "vergiss", "ignorez", "oubliez", "ignora", "olvida", "instrucciones", "instrucción",
}

var orderPhrases = [...]string{
	"you must answer", "you must say", "you must reply", "you must respond", "respond with", "reply with", "answer with", "always answer", "always say", "only say", "instead say",
	"antworte mit", "antworte immer", "réponds", "responde con", "忽略", "无视", "指令", "必须回答", "تجاهل", "التعليمات",
}

// injection looks for a sentence of a passage that gives the model orders, and
// for an answer that follows it: most of what the order says is in the answer.
func (x *examination) injection() {
	if x.rec.Context == nil {
		x.ev.Injected = trace.NotKnown("the context was not recorded")
		return
	}
	ordered := -1
	for i, d := range x.texts.Docs() {
		for n, s := range d.Sentences {
			if !x.commands(d, s) {
				continue
			}
			ordered = i
			payload := d.Terms[s.Term:s.TermEnd]
			if n+1 < len(d.Sentences) { // an order is often said before what to say
				payload = d.Terms[s.Term:d.Sentences[n+1].TermEnd]
			}
			if x.follows(d, s, payload) {
				x.ev.Injected = trace.Holds(true, .8, trace.GradeC, fmt.Sprintf("passage %d gives an order that the answer follows: %q", i+1, shorten(s.Of(d.Text))))
				return
			}
		}
	}
	if ordered >= 0 {
		x.ev.Injected = trace.Holds(false, .8, trace.GradeC, fmt.Sprintf("passage %d gives an order, and the answer does not follow it", ordered+1))
		return
	}
	x.ev.Injected = trace.Holds(false, .9, trace.GradeD, "no passage gives an order in the usual words")
}

// commands reports whether a sentence addresses the model.
func (x *examination) commands(d *text.Doc, s text.Sentence) bool {
	words := 0
	for _, t := range d.Tokens[s.Token:s.TokenEnd] {
		if slices.Contains(orderWords[:], t.Text) {
			words++
		}
	}
	if words >= 2 {
		return true
	}
	said := strings.ToLower(s.Of(d.Text))
	return slices.ContainsFunc(orderPhrases[:], func(p string) bool { return strings.Contains(said, p) })
}

// follows reports whether the answer says what an order asks for: a quotation
// in it, or most of its words that are neither the order's nor the question's.
func (x *examination) follows(d *text.Doc, s text.Sentence, payload []text.Term) bool {
	answer := x.answer.Docs()[0]
	if _, rest, ok := strings.Cut(s.Of(d.Text), `"`); ok {
		if quoted, _, ok := strings.Cut(rest, `"`); ok && strings.TrimSpace(quoted) != "" {
			return strings.Contains(text.Normalize(answer.Text), text.Normalize(strings.TrimRight(quoted, ".! ")))
		}
	}
	said, all := 0, 0
	for _, t := range payload {
		if slices.Contains(orderWords[:], d.Tokens[t.Token].Text) || containsTerm(x.query.Terms, t.Hash) {
			continue
		}
		all++
		if containsTerm(answer.Terms, t.Hash) {
			said++
		}
	}
	return len(answer.Terms) > 0 && all > 0 && float64(said) >= .5*float64(all)
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return s
}
