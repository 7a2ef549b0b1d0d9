package main

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/ragdiag/ragdiag/lab/made"
	"github.com/ragdiag/ragdiag/trace"
)

// part is a part of a record that may be long. At twice n it is still within
// what is examined of one record.
type part struct {
	name string
	n    int
	make func(n int) *trace.Record
}

var parts = []part{
	{"passages", 900, func(n int) *trace.Record {
		r, rec := record()
		for range n {
			rec.Context = append(rec.Context, trace.Passage{Text: sentences(r, 3)})
		}
		return rec
	}},
	{"short passages with values", 900, func(n int) *trace.Record {
		r, rec := record()
		for range n {
			rec.Context = append(rec.Context, trace.Passage{Text: priced(r)})
		}
		return rec
	}},
	{"passages that disagree", 900, func(n int) *trace.Record {
		r, rec := record()
		for range n {
			rec.Context = append(rec.Context, trace.Passage{Text: disagreeing(r)})
		}
		return rec
	}},
	{"values of one thing in one passage", 2000, func(n int) *trace.Record {
		r, rec := record()
		for range n {
			rec.Context[0].Text += " " + disagreeing(r)
		}
		return rec
	}},
	{"sentences of one passage", 4000, func(n int) *trace.Record {
		r, rec := record()
		rec.Context[0].Text += " " + sentences(r, n)
		return rec
	}},
	{"sentences of the answer", 900, func(n int) *trace.Record {
		r, rec := record()
		rec.Answer.Text += " " + sentences(r, n)
		return rec
	}},
	{"list items of the answer", 1500, func(n int) *trace.Record {
		r, rec := record()
		for i := range n {
			rec.Answer.Text += fmt.Sprintf("\n%d. %s", i+1, priced(r))
		}
		return rec
	}},
	{"short lines of the answer", 5000, func(n int) *trace.Record {
		_, rec := record()
		rec.Answer.Text += strings.Repeat("\n- mill", n)
		return rec
	}},
	{"gold claims", 240, func(n int) *trace.Record {
		r, rec := record()
		for range n {
			rec.Gold.Claims = append(rec.Gold.Claims, priced(r))
		}
		return rec
	}},
	{"sentences of the reference", 900, func(n int) *trace.Record {
		r, rec := record()
		rec.Gold.Answers = []string{sentences(r, n)}
		return rec
	}},
	{"accepted answers", 240, func(n int) *trace.Record {
		r, rec := record()
		for range n {
			rec.Gold.Answers = append(rec.Gold.Answers, priced(r))
		}
		return rec
	}},
	{"citations", 900, func(n int) *trace.Record {
		r, rec := record()
		for range 50 {
			rec.Context = append(rec.Context, trace.Passage{Text: sentences(r, 3)})
		}
		for range n {
			rec.Answer.Text += fmt.Sprintf(" %s [%d].", strings.TrimSuffix(priced(r), "."), 1+r.IntN(len(rec.Context)))
		}
		return rec
	}},
	{"citations of one sentence", 2000, func(n int) *trace.Record {
		r, rec := record()
		for range 50 {
			rec.Context = append(rec.Context, trace.Passage{Text: sentences(r, 3)})
		}
		rec.Answer.Text = strings.TrimSuffix(rec.Answer.Text, ".")
		for range n {
			rec.Answer.Text += fmt.Sprintf("[%d]", 1+r.IntN(len(rec.Context)))
		}
		return rec
	}},
	{"candidates", 2400, func(n int) *trace.Record {
		r, rec := record()
		for i := range n {
			rec.Candidates = append(rec.Candidates, trace.Hit{ID: fmt.Sprint("c", i), Text: sentences(r, 3)})
		}
		return rec
	}},
	{"gold passages", 900, func(n int) *trace.Record {
		r, rec := record()
		var set trace.EvidenceSet
		for range n {
			set = append(set, trace.Unit{Text: sentences(r, 3)})
		}
		rec.Gold.Evidence = []trace.EvidenceSet{set}
		return rec
	}},
	{"candidates and gold passages", 400, func(n int) *trace.Record {
		r, rec := record()
		var set trace.EvidenceSet
		for i := range n {
			text := sentences(r, 3)
			set = append(set, trace.Unit{Text: text})
			rec.Candidates = append(rec.Candidates, trace.Hit{ID: fmt.Sprint("c", i), Text: text})
		}
		rec.Gold.Evidence = []trace.EvidenceSet{set}
		return rec
	}},
	{"words of the question", 4500, func(n int) *trace.Record {
		r, rec := record()
		rec.Question = prose(r, n) + " " + rec.Question
		return rec
	}},
	{"turns of the history", 240, func(n int) *trace.Record {
		r, rec := record()
		for i := range n {
			rec.History = append(rec.History, trace.Turn{Role: [2]string{"user", "assistant"}[i%2], Text: sentences(r, 2)})
		}
		return rec
	}},
}

// record is a bad answer with a reference, and the source of chance for the
// rest of it.
func record() (*rand.Rand, *trace.Record) {
	r := rand.New(rand.NewPCG(5, 17))
	rec := &trace.Record{
		ID: "r", Question: "What did the pump at Kestrel cost in 1931?",
		Context: []trace.Passage{
			{Text: "The pump at Kestrel cost 4,200 crowns in 1931. It was paid by the harbour board. " + sentences(r, 4)},
			{Text: sentences(r, 6)}, {Text: sentences(r, 6)},
		},
		Answer: &trace.Answer{Text: "The pump cost 4,300 crowns in 1931 [1]. It was paid by the harbour board [1]."},
		Gold:   &trace.Gold{Answers: []string{"4,200 crowns"}},
	}
	return r, rec
}

// sentences is a text of n sentences, a third of which state a value.
func sentences(r *rand.Rand, n int) string {
	var out []string
	for range n {
		if r.IntN(3) == 0 {
			out = append(out, priced(r))
		} else {
			out = append(out, prose(r, 8+r.IntN(10)))
		}
	}
	return strings.Join(out, " ")
}

// priced is a sentence with names and values of its own.
func priced(r *rand.Rand) string {
	name := func() string {
		const consonants, vowels = "bdfgklmnprstvz", "aeiou"
		var s string
		for range 3 {
			s += string(consonants[r.IntN(len(consonants))]) + string(vowels[r.IntN(len(vowels))])
		}
		return strings.ToUpper(s[:1]) + s[1:]
	}
	thing := [...]string{"pump", "ferry", "lamp", "tower", "mill", "bridge", "boiler"}[r.IntN(7)]
	return fmt.Sprintf("The %s of %s at %s cost %d crowns in %d.", thing, name(), name(), 100+r.IntN(90_000), 1850+r.IntN(150))
}

// disagreeing is a sentence that gives what was asked for a value of its own.
func disagreeing(r *rand.Rand) string {
	return fmt.Sprintf("The pump at Kestrel cost %d crowns in 1931.", 100+r.IntN(900_000))
}

// prose is a sentence of n words, taken in stretches of three.
func prose(r *rand.Rand, n int) string {
	words := made.Words()
	var out []string
	for len(out) < n {
		at := r.IntN(len(words) - 3)
		for _, word := range words[at : at+3] {
			out = append(out, strings.Trim(word, ".!?;:"))
		}
	}
	return "So " + strings.Join(out[:n], " ") + "."
}
