package judge

import (
	"context"
	"errors"

	"github.com/ragdiag/ragdiag/trace"
)

// extract finds the claims of an answer, the unit "a". It has no items and no
// verdicts: see Judge.Extract.
var extract = &Task{
	Name: "claims.extract", Version: 1,
	item: "claim", free: true,
	rule: `You split the answer in unit a into claims: statements that can each be true or false by itself. Put names in place of pronouns. Leave out greetings, questions, hedges, and talk about the answer or its sources. Add nothing and correct nothing. For each claim quote the words of unit a that make it.`,
}

// Extracted is a claim that a model found in an answer.
type Extracted struct {
	Text  string
	Quote trace.JudgeQuote // the words of the answer that make it
}

// Extract splits an answer into claims. A claim whose quote does not stand in the
// answer is left out and counted. An error says that the call failed or that no
// reply could be read.
func (j *Judge) Extract(ctx context.Context, id, answer string) (claims []Extracted, dropped int, err error) {
	q := Query{Record: id, Task: extract, Units: []Unit{{ID: answerUnit, Text: answer}}}
	p := j.prepare(&q)
	note := ""
	for range 2 {
		reply, err := j.gen.Generate(ctx, p.request(nil, note))
		if err != nil {
			return nil, 0, err
		}
		items, err := parseReply(extract, reply, nil)
		if err != nil {
			note = err.Error()
			continue
		}
		for _, it := range items {
			quotes, ok := p.locate(it.Evidence, answerUnit)
			if !ok || !related(it.Claim, p.words(quotes)) {
				dropped++
				continue
			}
			claims = append(claims, Extracted{it.Claim, quotes[0]})
		}
		return claims, dropped, nil
	}
	return nil, 0, errors.New(note)
}
