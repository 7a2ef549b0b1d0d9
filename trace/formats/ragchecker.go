package formats

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/ragdiag/ragdiag/trace"
)

// fromRAGChecker reads one result of a RAGChecker file. Claims and labels that
// an earlier run of RAGChecker left in it become evidence, see ragVerdicts.
func fromRAGChecker(r *foreign) {
	r.rec.ID, _ = r.text("id", idNames...)
	r.rec.Question, _ = r.text("question", "query")
	if ps, ok := r.passages("context", "retrieved_context"); ok {
		r.rec.Context = ps
	}
	if text, ok := r.text("answer", "response"); ok {
		r.rec.Answer = &trace.Answer{Text: text}
	}
	var g trace.Gold
	if text, ok := r.text("gold answers", "gt_answer"); ok && !blank(text) {
		g.Answers = []string{text}
	}
	if list, ok := r.texts("gold answers", "gt_answers"); ok { // our own addition, see toRAGChecker
		g.Answers = list
	}
	claims, err := claimsOf(r.fields["gt_answer_claims"])
	if err != nil {
		r.fail("gt_answer_claims", err)
	}
	g.Claims = claims
	r.gold(g)
	if err := r.ragVerdicts(); err != nil {
		r.note("the labels of an earlier RAGChecker run are kept, but not used: " + err.Error())
	}
}

// claimsOf reads a list of claims: triplets of subject, predicate and object,
// or sentences. nil means that there are none recorded.
func claimsOf(raw json.RawMessage) ([]string, error) {
	if isNull(raw) {
		return nil, nil
	}
	items, err := listOf(raw)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(items))
	for i, item := range items {
		parts, err := listOf(item)
		if err != nil {
			return nil, fmt.Errorf("claim %d: %w", i, err)
		}
		var words []string
		for _, part := range parts {
			s, err := textOf(part)
			if err != nil {
				return nil, fmt.Errorf("claim %d: %w", i, err)
			}
			words = append(words, s)
		}
		out[i] = strings.Join(words, " ")
	}
	return out, nil
}

// The probabilities that we give to a foreign judge's labels. They are not
// measured: a label is a judge's word, and says so by its source.
const (
	pEntailed     = 0.9
	pContradicted = 0.05
	pUndecided    = 0.5
)

// labelSupport reads a label. A Neutral may be a judge's reply that could not
// be read, because RAGChecker fills such gaps with it: it decides nothing.
func labelSupport(label string) (trace.Support, float64) {
	switch label {
	case "Entailment":
		return trace.Supported, pEntailed
	case "Contradiction":
		return trace.Contradicted, pContradicted
	}
	return trace.Abstain, pUndecided
}

// ragVerdicts reads ready-made claims and labels as evidence of the ground
// stage, whose version says where it comes from. The fields stay in Extra.
// retrieved2response[i][d] is claim i of the response against passage d;
// retrieved2answer[i][d] and response2answer[i] are about claim i of the gold
// answer, answer2response[i] about claim i of the response.
func (r *foreign) ragVerdicts() error {
	claims, err := claimsOf(r.fields["response_claims"])
	if err != nil {
		return fmt.Errorf("response_claims: %w", err)
	}
	var (
		byPassage, goldByPassage [][]string
		byGold, goldByAnswer     []string
	)
	for _, part := range []struct {
		name string
		to   any
	}{
		{"retrieved2response", &byPassage}, {"retrieved2answer", &goldByPassage},
		{"answer2response", &byGold}, {"response2answer", &goldByAnswer},
	} {
		if raw := r.fields[part.name]; !isNull(raw) {
			if err := json.Unmarshal(raw, part.to); err != nil {
				return fmt.Errorf("%s: %w", part.name, err)
			}
		}
	}
	var goldClaims []string
	if r.rec.Gold != nil {
		goldClaims = r.rec.Gold.Claims
	}
	if len(byPassage) != 0 && len(byPassage) != len(claims) || len(byGold) != 0 && len(byGold) != len(claims) {
		return fmt.Errorf("their number differs from the %d response claims", len(claims))
	}
	if len(goldByPassage) != 0 && len(goldByPassage) != len(goldClaims) || len(goldByAnswer) != 0 && len(goldByAnswer) != len(goldClaims) {
		return fmt.Errorf("their number differs from the %d claims of the gold answer", len(goldClaims))
	}
	for _, row := range append(byPassage[:len(byPassage):len(byPassage)], goldByPassage...) {
		if len(row) != len(r.rec.Context) {
			return fmt.Errorf("a row has %d labels for %d passages", len(row), len(r.rec.Context))
		}
	}
	if len(byPassage)+len(goldByPassage)+len(byGold)+len(goldByAnswer) == 0 {
		return nil
	}
	e := &trace.GroundEvidence{Version: trace.ImportedLabels}
	for i, text := range claims {
		v := trace.ClaimVerdict{Text: text, Checkable: true, Weight: 1, P: pUndecided, Weakened: true}
		if len(byPassage) > 0 {
			v.Support, v.P, v.By = r.bestLabel(byPassage[i])
		}
		if len(byGold) > 0 {
			switch s, _ := labelSupport(byGold[i]); s {
			case trace.Supported:
				v.Right = trace.Holds(true, pEntailed, trace.GradeC, "RAGChecker: the gold answer entails it")
			case trace.Contradicted:
				v.Right = trace.Holds(false, 1-pContradicted, trace.GradeC, "RAGChecker: the gold answer contradicts it")
			}
		}
		e.Claims = append(e.Claims, v)
	}
	for i, text := range goldClaims {
		c := trace.GoldClaim{Text: text, Weight: 1}
		if len(goldByPassage) > 0 {
			c.InContext, _, _ = r.bestLabel(goldByPassage[i])
		}
		if len(goldByAnswer) > 0 {
			c.InAnswer, _ = labelSupport(goldByAnswer[i])
		}
		e.GoldClaims = append(e.GoldClaims, c)
	}
	r.rec.Evidence.Ground = e
	return nil
}

// bestLabel joins one claim's labels against each passage: any passage that
// entails it supports it; else any that contradicts it does.
func (r *foreign) bestLabel(labels []string) (trace.Support, float64, []trace.Span) {
	best, p := trace.Abstain, pUndecided
	var by []trace.Span
	for d, label := range labels {
		switch s, q := labelSupport(label); {
		case s == trace.Supported:
			best, p = s, q
			by = append(by, trace.Span{Passage: d, End: len(r.rec.Context[d].Text)})
		case s == trace.Contradicted && best == trace.Abstain:
			best, p = s, q
		}
	}
	return best, p, by
}

// ragcheckerResult is one element of a RAGChecker file as we write it. The
// further accepted answers are in a field that RAGChecker passes over.
type ragcheckerResult struct {
	QueryID   string            `json:"query_id"`
	Query     string            `json:"query"`
	GTAnswer  string            `json:"gt_answer,omitzero"`
	GTAnswers []string          `json:"gt_answers,omitzero"`
	Response  *string           `json:"response,omitzero"`
	Context   []ragcheckerEntry `json:"retrieved_context,omitzero"`
}

type ragcheckerEntry struct {
	DocID string `json:"doc_id,omitzero"`
	Text  string `json:"text"`
}

// toRAGChecker returns rec as one element of a RAGChecker file.
func toRAGChecker(rec *trace.Record) ([]byte, error) {
	out := ragcheckerResult{QueryID: rec.ID, Query: rec.Question}
	if rec.Answer != nil {
		out.Response = &rec.Answer.Text
	}
	if rec.Context != nil {
		out.Context = []ragcheckerEntry{}
	}
	for _, p := range rec.Context {
		out.Context = append(out.Context, ragcheckerEntry{p.ID, p.Text})
	}
	if rec.Gold != nil && len(rec.Gold.Answers) > 0 {
		out.GTAnswer = rec.Gold.Answers[0]
		if len(rec.Gold.Answers) > 1 {
			out.GTAnswers = rec.Gold.Answers
		}
	}
	return withExtra(out, rec.Extra)
}
