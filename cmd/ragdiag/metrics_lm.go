package main

import (
	"errors"
	"math"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/metrics"
)

const lmLong = `Measure how well a language model predicts texts.

Each line of FILE is {"id": …, "logprobs": [natural log-probability of each
token], "bytes": length of the text in UTF-8}; bytes may be missing. With
"logprobs_without_context" of the same tokens there is a context gain. A record
with "answer": {"text", "logprobs"} will do as well, so FILE can be the
records.jsonl of 'ragdiag run --logprobs', and with --context-gain the gain is of
"answer": {"likelihood": {"with", "without"}}. Fields:

  tokens         number of tokens
  nll            mean loss of a token in nats
  perplexity     exp(nll); no proxy for the quality of answers
  bits_per_byte  loss in bits for each byte: compares models with different tokens
  context_gain   nll without the context minus nll with it

The line of all records weighs by tokens (perplexity) and bytes (bits_per_byte),
and takes the mean of the records' context gains.

  $ echo '{"id":"1","logprobs":[-0.5,-1.5],"bytes":8}' | ragdiag metrics lm - --format jsonl
  {"id":"1","tokens":2,"nll":1,"perplexity":2.718281828459045,"bits_per_byte":0.36067376022224085,"context_gain":null,"context_gain_reason":"no \"logprobs_without_context\""}
  {"id":"all","tokens":2,"nll":1,"perplexity":2.718281828459045,"bits_per_byte":0.36067376022224085,"context_gain":null,"context_gain_reason":"undefined for every record","records":1,"undefined":{"context_gain":1}}`

func newMetricsLMCmd() *cobra.Command {
	return recordCommand("lm", "Perplexity, bits per byte and context gain from log-probabilities", lmLong, languageModel)
}

func languageModel(cmd *cobra.Command, file string, s *sheet) error {
	type record struct {
		ID       recordID         `json:"id"`
		LogProbs []given[float64] `json:"logprobs"`
		Bytes    *int             `json:"bytes"`
		Without  []given[float64] `json:"logprobs_without_context"`
		Answer   *struct {
			Text     string           `json:"text"`
			LogProbs []given[float64] `json:"logprobs"`
			Scored   *struct {
				With    []given[float64] `json:"with"`
				Without []given[float64] `json:"without"`
				Why     string           `json:"why"`
			} `json:"likelihood"`
		} `json:"answer"`
	}
	m := newMeans("nll", "perplexity", "bits_per_byte", "context_gain")
	tokens, nats := 0, 0.0       // of all records
	bytes, natsOfBytes := 0, 0.0 // of the records whose bytes are known
	err := eachRecord(cmd, file, func(r *record) recordID { return r.ID }, func(r *record) error {
		why := `no "logprobs_without_context"`
		var with []float64
		if r.LogProbs == nil && r.Answer != nil { // a record of a run
			n := len(r.Answer.Text)
			r.LogProbs, r.Bytes = append([]given[float64]{}, r.Answer.LogProbs...), &n
			if len(r.LogProbs) == 0 {
				r.Bytes = nil // nothing to share among them
			}
			if l := r.Answer.Scored; l != nil { // the gain takes both from one server, in one form
				with, r.Without = values(l.With), l.Without
				if r.Without == nil {
					why = l.Why
				}
			}
		}
		if r.LogProbs == nil {
			return errors.New(`no "logprobs"`)
		}
		logProbs := values(r.LogProbs)
		if with == nil {
			with = logProbs
		}
		nll, err := metrics.NLL(logProbs)
		if err != nil && !errors.Is(err, metrics.ErrNoTokens) {
			return err
		}
		n := len(logProbs)
		bpb, gain := any(undefined{`no "bytes"`}), any(undefined{why})
		if r.Bytes != nil {
			v, err := metrics.BitsPerByte(logProbs, *r.Bytes)
			if err != nil && !errors.Is(err, metrics.ErrNoTokens) {
				return err
			}
			bpb = measured(v, err)
			bytes += *r.Bytes
			natsOfBytes += nll * float64(n)
		}
		if r.Without != nil {
			v, err := metrics.ContextGain(values(r.Without), with)
			if err != nil && !errors.Is(err, metrics.ErrNoTokens) {
				return err
			}
			gain = measured(v, err)
		}
		tokens += n
		nats += nll * float64(n)
		scores := []any{measured(nll, err), measured(metrics.Perplexity(logProbs)), bpb, gain}
		s.record(withTokens(m.add(r.ID, scores), n), nil)
		return nil
	})
	if err != nil {
		return err
	}
	r, notes := m.total()
	if tokens > 0 {
		r[1].value, r[2].value = nats/float64(tokens), measured(metrics.Perplexity([]float64{-nats / float64(tokens)}))
	}
	if bytes > 0 {
		r[3].value = natsOfBytes / (math.Ln2 * float64(bytes))
	}
	s.total(withTokens(r, tokens), notes)
	return nil
}

// withTokens puts the number of tokens behind the id.
func withTokens(r row, n int) row {
	return append(row{r[0], {"tokens", n}}, r[1:]...)
}
