package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/trace"
)

// hardCases prints how many of the invented hard cases are judged rightly.
func (b *bench) hardCases() error {
	b.printf("\n## Hard cases\n\n| cases | figure | value |\n|---|---|---|\n")
	for _, t := range []func() error{b.caseAnswers, b.caseClaims, b.caseCitations, b.caseConflicts, b.caseRecords} {
		if err := t(); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) casePath(name string) string { return filepath.Join(b.cases, name) }

type expectation struct {
	Expect struct {
		Bad      trace.Truth `json:"bad"`
		Refusal  trace.Truth `json:"refusal"`
		Root     string      `json:"root"`
		Sub      string      `json:"sub"`
		Fault    *string     `json:"fault"`
		Cites    []int       `json:"cites"`
		Conflict bool        `json:"conflict"`
	} `json:"expect"`
	Kind       string   `json:"kind"`
	Acceptable []string `json:"acceptable"`
	Difficulty string   `json:"difficulty"`
}

// expected reads what a native record of a case file expects.
func expected(rec *trace.Record) (e expectation, err error) {
	for key, into := range map[string]any{"expect": &e.Expect, "kind": &e.Kind, "acceptable": &e.Acceptable} {
		if raw, ok := rec.Extra[key]; ok {
			if err := json.Unmarshal(raw, into); err != nil {
				return e, fmt.Errorf("%s: %w", rec.ID, err)
			}
		}
	}
	return e, nil
}

func (b *bench) caseAnswers() error {
	recs, err := records(b.casePath("answers.jsonl"))
	if err != nil {
		return err
	}
	said, err := examine(recs)
	if err != nil {
		return err
	}
	right, sure := 0, 0
	n, ok := map[string]int{}, map[string]int{}
	for _, v := range said {
		e, err := expected(v.rec)
		if err != nil {
			return err
		}
		bad := v.rec.Evidence.Outcome.Bad
		n[e.Kind]++
		if bad.Truth == e.Expect.Bad {
			right++
			ok[e.Kind]++
			continue
		}
		if p, has := bad.Chance(); has && max(p, 1-p) >= .9 && !bad.IsUnknown() {
			sure++
		}
		if b.list {
			b.printf("- answers %s: expected bad %v; P(bad) %.2f %v %s | q %q r %q a %q\n", v.rec.ID, e.Expect.Bad, bad.P, bad.Truth, bad.Why, v.rec.Question, v.rec.Gold.Answers, v.rec.Answer.Text)
		}
	}
	b.printf("| answers | right | %s |\n| answers | wrong with P ≥ .9 | %s |\n", share(float64(right), len(said)), share(float64(sure), len(said)))
	for _, k := range slices.Sorted(maps.Keys(n)) {
		b.printf("| answers, %s | right | %d of %d |\n", k, ok[k], n[k])
	}
	return nil
}

func (b *bench) caseClaims() error {
	rows, err := readLines[struct{ ID, Passage, Claim, Expect string }](b.casePath("claims.jsonl"))
	if err != nil {
		return err
	}
	v := claim.New(claim.Options{})
	decided, right, wrong := 0, 0, 0
	for _, r := range rows {
		got := v.Prepare([]string{r.Passage}).Check(r.Claim)
		if got.Support == trace.Abstain {
			continue
		}
		decided++
		if (got.Support == trace.Supported) == (r.Expect == "supported") {
			right++
			continue
		}
		wrong++
		if b.list {
			b.printf("- claims %s: expected %s, said %s (%s) | %q | %q\n", r.ID, r.Expect, got.Support, got.Why, r.Passage, r.Claim)
		}
	}
	b.printf("| claims | right where decided | %s |\n| claims | wrong, of all | %s |\n", share(float64(right), decided), share(float64(wrong), len(rows)))
	return nil
}

func (b *bench) caseCitations() error {
	recs, err := records(b.casePath("citations.jsonl"))
	if err != nil {
		return err
	}
	said, err := examine(recs)
	if err != nil {
		return err
	}
	right, faults, found, markers, read := 0, 0, 0, 0, 0
	for _, v := range said {
		e, err := expected(v.rec)
		if err != nil {
			return err
		}
		cite := v.rec.Evidence.Cite
		ok := cite.Faulty.IsYes() == (e.Expect.Fault != nil)
		if ok {
			right++
		}
		if e.Expect.Fault != nil {
			faults++
			if cite.Faulty.IsYes() {
				found++
			}
		}
		var got []int
		for _, s := range cite.Statements {
			for _, c := range s.Citations {
				if c.Passage >= 0 {
					got = append(got, c.Passage+1)
				}
			}
		}
		markers++
		if slices.Equal(got, e.Expect.Cites) {
			read++
		} else {
			ok = false
		}
		if b.list && !ok {
			b.printf("- citations %s: fault said %v %s, markers name %v, expected %v | %q\n", v.rec.ID, cite.Faulty.Truth, cite.Faulty.Why, got, e.Expect.Cites, v.rec.Answer.Text)
		}
	}
	b.printf("| citations | right verdicts | %d of %d |\n| citations | faults found | %d of %d |\n| citations | markers read | %d of %d |\n", right, len(said), found, faults, read, markers)
	return nil
}

func (b *bench) caseConflicts() error {
	recs, err := records(b.casePath("conflicts.jsonl"))
	if err != nil {
		return err
	}
	said, err := examine(recs)
	if err != nil {
		return err
	}
	right := 0
	for _, v := range said {
		e, err := expected(v.rec)
		if err != nil {
			return err
		}
		got := v.rec.Evidence.Ground.Conflicting
		if got.IsYes() == e.Expect.Conflict {
			right++
		} else if b.list {
			b.printf("- conflicts %s: expected %v, said %v %s | %q | %q\n", v.rec.ID, e.Expect.Conflict, got.Truth, got.Why, v.rec.Context[0].Text, v.rec.Context[1].Text)
		}
	}
	b.printf("| conflicts | right | %d of %d |\n", right, len(said))
	return nil
}

// caseRecords reads records as RAGAS rows: most users have those.
func (b *bench) caseRecords() error {
	type row struct {
		ID         string          `json:"id"`
		Question   string          `json:"user_input"`
		Contexts   []string        `json:"retrieved_contexts"`
		Answer     string          `json:"response"`
		Reference  string          `json:"reference"`
		Candidates json.RawMessage `json:"candidates"`
		expectation
	}
	rows, err := readLines[row](b.casePath("records.jsonl"))
	if err != nil {
		return err
	}
	var recs []*trace.Record
	for _, r := range rows {
		rec := &trace.Record{ID: r.ID, Question: r.Question, Answer: &trace.Answer{Text: r.Answer}, Context: []trace.Passage{}}
		if r.Reference != "" {
			rec.Gold = &trace.Gold{Answers: []string{r.Reference}}
		}
		for _, c := range r.Contexts {
			rec.Context = append(rec.Context, trace.Passage{Text: c})
		}
		var texts []string
		if json.Unmarshal(r.Candidates, &texts) == nil && texts != nil {
			rec.Candidates = []trace.Hit{}
			for _, c := range texts {
				rec.Candidates = append(rec.Candidates, trace.Hit{Text: c})
			}
		}
		recs = append(recs, rec)
	}
	said, err := examine(recs)
	if err != nil {
		return err
	}
	right := 0
	for i, v := range said {
		e := rows[i].expectation
		acc := append([]string{e.Expect.Root}, e.Acceptable...)
		got := ""
		switch {
		case v.d.Status == diagnose.StatusDiagnosed:
			got = string(v.d.Root.Cause)
		case v.d.Status == diagnose.StatusNotFailure:
			got = isRight
		}
		ok := slices.ContainsFunc(acc, func(a string) bool {
			a, _, _ = strings.Cut(a, ".")
			return got != "" && (a == got || coarse3(a) == coarse3(got) && a == "retrieval")
		})
		if ok {
			right++
		} else if b.list {
			g, o := v.rec.Evidence.Ground, v.rec.Evidence.Outcome
			b.printf("- records %s: expected %s.%s; said %s %s; P(bad) %.2f %s; prompt suffices %.2f %s; refusal %v | %s\n", v.rec.ID, e.Expect.Root, e.Expect.Sub, v.d.Status, v.d.Root.Slug(), o.Bad.P, o.Bad.Why, g.Sufficient.P, g.Sufficient.Why, o.Refusal.Truth, e.Difficulty)
		}
	}
	b.printf("| records | root right | %s |\n", share(float64(right), len(said)))
	return nil
}
