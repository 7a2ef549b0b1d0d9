package ground

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// orderWords and orderPairs, two words in a row, betray a passage that addresses
// the model. One of them is ordinary prose; two in a sentence are an order.
var orderWords = text.NewWordSet(
	"ignore", "disregard", "forget", "override", "instruction", "instructions", "prompt", "assistant",
	"ignoriere", "vergiss", "anweisung", "anweisungen",
	"ignorez", "oubliez", "ignora", "olvida", "instrucción", "instrucciones",
	"忽略", "无视", "指令", "指示", "تجاهل", "التعليمات",
)

// orderPairs has, by the second word of a pair, the first ones.
var orderPairs = map[string][]string{
	"answer": {"must", "always"}, "say": {"must", "always", "only", "instead", "and"}, "reply": {"must"}, "respond": {"must"},
	"with": {"answer", "reply", "respond"}, "mit": {"antworte"}, "immer": {"antworte"}, "con": {"responde"},
}

// orderSeconds are the second words of orderPairs.
var orderSeconds = text.NewWordSet(slices.Collect(maps.Keys(orderPairs))...)

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
				x.ev.Injected = trace.Holds(true, .8, trace.GradeC, fmt.Sprintf("passage %d gives an order that the answer follows: %q", i+1, text.Clip(s.Of(d.Text), quoted)))
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
	signs := 0
	for i := s.Token; i < s.TokenEnd; i++ {
		word := d.Tokens[i].Text
		if orderWords.Has(word) {
			signs++
		}
		if i > s.Token && orderSeconds.Has(word) && slices.Contains(orderPairs[word], d.Tokens[i-1].Text) {
			signs++
		}
	}
	return signs >= 2
}

// follows reports whether the answer says what an order asks for: a quotation
// in it, or most of its words that are neither the order's nor the question's.
func (x *examination) follows(d *text.Doc, s text.Sentence, payload []text.Term) bool {
	answer := x.answer.Docs()[0]
	if said := quotation(s.Of(d.Text)); said != "" {
		return strings.Contains(text.Normalize(answer.Text), text.Normalize(strings.TrimRight(said, ".!。！ ")))
	}
	if x.saidTerms == nil {
		x.saidTerms = make(map[uint64]bool, len(answer.Terms))
		for _, t := range answer.Terms {
			x.saidTerms[t.Hash] = true
		}
	}
	said, all := 0, 0
	for _, t := range payload {
		if orderWords.Has(d.Tokens[t.Token].Text) || slices.ContainsFunc(x.asks, func(q weighted) bool { return q.Hash == t.Hash }) {
			continue
		}
		all++
		if x.saidTerms[t.Hash] {
			said++
		}
	}
	return len(answer.Terms) > 0 && all > 0 && float64(said) >= .5*float64(all)
}

// quotes are the marks between which languages put what is to be said, by the
// one that opens.
var quotes = map[rune]string{'"': `"`, '“': "”", '„': "“”", '«': "»", '»': "«", '「': "」", '『': "』"}

// quotation returns what is between the first quotation marks of s, or "".
func quotation(s string) string {
	for i, r := range s {
		if closing, ok := quotes[r]; ok {
			rest := s[i+utf8.RuneLen(r):]
			return strings.TrimSpace(rest[:max(0, strings.IndexAny(rest, closing))])
		}
	}
	return ""
}

// quoted is the number of characters up to which a reason quotes a text.
const quoted = 80
