package judge

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// confirm asks again about verdicts that say that something is not there: no quote
// can vouch for them, so that an order hidden in a text would find no resistance.
// The second time the units hold only the sentences that share a content word with
// an item. An honest "not there" stays what it is if less is shown; one that came
// from elsewhere in the texts does not, and becomes "cannot tell".
func (j *Judge) confirm(ctx context.Context, q Query, usage *Usage, judged []trace.Judgement) error {
	if !q.Task.absence || j.opt.NoRepair || !j.opt.has(Confirmation) {
		return nil
	}
	var doubted []Item
	for i, it := range q.Items {
		if v := judged[i].Verdict; v != "" && v != CannotTell && !q.Task.needsQuote(v) {
			doubted = append(doubted, it)
		}
	}
	narrow := q
	narrow.Items = doubted
	var cut bool
	if narrow.Units, cut = narrowed(q.Units, doubted); !cut || len(narrow.Units) == 0 {
		return nil
	}
	p := j.prepare(&narrow)
	again := make([]trace.Judgement, len(doubted))
	at := map[string]int{}
	for i, it := range doubted {
		at[it.ID] = i
	}
	for part := range slices.Chunk(doubted, batch) {
		if err := j.decide(ctx, p, part, func(id string) *trace.Judgement { return &again[at[id]] }); err != nil {
			return err
		}
	}
	usage.Calls += p.usage.Calls
	for i, it := range q.Items {
		k, ok := at[it.ID]
		if !ok {
			continue
		}
		g, second := &judged[i], again[k]
		switch {
		case second.Error != "":
			g.Error, g.Verdict = "it could not be confirmed: "+second.Error, ""
		case second.Verdict != g.Verdict:
			g.Reason = fmt.Sprintf("it said %s, but %s when it was shown only the sentences that share a word with it", g.Verdict, second.Verdict)
			g.Verdict = CannotTell
		}
	}
	return nil
}

// ourWords are the words of the judging itself: that a sentence has them shows
// that it is about the judging, not about an item.
var ourWords = func() map[string]bool {
	out := map[string]bool{}
	add := func(s string) {
		for _, t := range text.Terms(strings.ReplaceAll(s, "_", " "), "en") {
			out[t] = true
		}
	}
	for _, t := range Tasks() {
		add(t.item)
		for _, v := range t.Verdicts() {
			add(v)
		}
	}
	add("item items claim statement verdict judge evaluator confidence instruction passage evidence answer")
	return out
}()

// narrowed returns the units with only those sentences that share a content word
// with one of the items; units without any are left out. It reports whether that
// left out anything.
func narrowed(units []Unit, items []Item) (out []Unit, cut bool) {
	if len(items) == 0 {
		return nil, false
	}
	for _, u := range units {
		lang := text.Language(u.Text)
		var asked []string
		for _, it := range items {
			asked = append(asked, text.Terms(it.Text, lang)...)
		}
		var kept []string
		for _, sp := range Pieces(u.Text) {
			s := sp.Of(u.Text)
			if strings.TrimSpace(s) == "" {
				continue
			}
			if slices.ContainsFunc(text.Terms(s, lang), func(t string) bool { return !ourWords[t] && slices.Contains(asked, t) }) {
				kept = append(kept, strings.TrimSpace(s))
			} else {
				cut = true
			}
		}
		if len(kept) > 0 {
			out = append(out, Unit{ID: u.ID, Title: u.Title, Text: strings.Join(kept, "\n")})
		}
	}
	return out, cut
}
