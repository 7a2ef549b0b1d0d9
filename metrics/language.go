package metrics

import (
	"fmt"
	"math"
)

// NLL is the mean negative log-likelihood of a token in nats: −(1/T) Σ ln p.
// At least 0. No tokens: ErrNoTokens; a log-probability that is positive or not
// finite: ErrLogProb.
func NLL(logProbs []float64) (float64, error) {
	sum, err := nats(logProbs)
	if err != nil {
		return 0, err
	}
	if len(logProbs) == 0 {
		return 0, ErrNoTokens
	}
	return sum / float64(len(logProbs)), nil
}

// Perplexity is exp(NLL) of one text. At least 1. Errors as of NLL, and
// ErrOverflow where the value exceeds the floating-point range.
func Perplexity(logProbs []float64) (float64, error) {
	return CorpusPerplexity([][]float64{logProbs})
}

// CorpusNLL is the mean loss of a token over several texts: long texts weigh more.
func CorpusNLL(texts [][]float64) (float64, error) {
	sum, n := 0.0, 0
	for _, t := range texts {
		s, err := nats(t)
		if err != nil {
			return 0, err
		}
		sum += s
		n += len(t)
	}
	if n == 0 {
		return 0, ErrNoTokens
	}
	return sum / float64(n), nil
}

// CorpusPerplexity is exp(CorpusNLL), not the mean of the texts' perplexities.
func CorpusPerplexity(texts [][]float64) (float64, error) {
	nll, err := CorpusNLL(texts)
	if err != nil {
		return 0, err
	}
	if p := math.Exp(nll); !math.IsInf(p, 1) {
		return p, nil
	}
	return 0, ErrOverflow
}

// BitsPerByte is the loss in bits for each byte of the text, Σ nats/(ln 2 · bytes),
// which can be compared between tokenizers. Over a corpus, join the texts: give
// all log-probabilities and the sum of the bytes.
func BitsPerByte(logProbs []float64, bytes int) (float64, error) {
	sum, err := nats(logProbs)
	switch {
	case err != nil:
		return 0, err
	case len(logProbs) == 0:
		return 0, ErrNoTokens
	case bytes < 1:
		return 0, fmt.Errorf("%w: %d bytes", ErrCount, bytes)
	}
	return sum / (math.Ln2 * float64(bytes)), nil
}

// ContextGain is NLL without the context minus NLL with it, of the same answer,
// in nats a token. Zero or less suggests that the context was unused or harmful.
func ContextGain(without, with []float64) (float64, error) {
	if len(without) != len(with) {
		return 0, fmt.Errorf("%w: %d tokens without the context, %d with it", ErrShape, len(without), len(with))
	}
	a, err := NLL(without)
	if err != nil {
		return 0, err
	}
	b, err := NLL(with)
	return a - b, err
}

// nats is −Σ ln p, summed with compensation (Neumaier), because texts of a
// million tokens are summed.
func nats(logProbs []float64) (float64, error) {
	sum, carry := 0.0, 0.0
	for i, lp := range logProbs {
		if !(lp <= 0) || math.IsInf(lp, -1) {
			return 0, fmt.Errorf("%w: token %d has %v", ErrLogProb, i+1, lp)
		}
		t := sum - lp
		if sum >= -lp {
			carry += (sum - t) - lp
		} else {
			carry += (-lp - t) + sum
		}
		sum = t
	}
	return sum + carry, nil
}
