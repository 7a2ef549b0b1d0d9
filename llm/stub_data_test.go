package llm

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/lab/realdata"
	"github.com/ragdiag/ragdiag/trace"
)

func ask(t *testing.T, question string, passages ...trace.Passage) string {
	reply, err := (&Stub{}).Generate(t.Context(), Request{Question: question, Passages: passages})
	require.NoError(t, err)
	return reply.Text
}

// overlap returns precision and recall of tokens, without citations.
func overlap(got, want string) (p, r float64) {
	got = strings.NewReplacer("[1]", "").Replace(got)
	g, w := text.Tokens(got), text.Tokens(want)
	count := map[string]int{}
	for _, t := range w {
		count[t.Text]++
	}
	same := 0
	for _, t := range g {
		if count[t.Text] > 0 {
			count[t.Text]--
			same++
		}
	}
	return float64(same) / float64(max(1, len(g))), float64(same) / float64(max(1, len(w)))
}

// odd splits a set into the half that the settings were chosen on and the other.
func odd(id string) bool { return text.Hash64(id)%2 == 1 }

func TestStubOnClapNQ(t *testing.T) {
	type tally struct {
		n, refused int
		p, r, f    float64
	}
	var half [2]struct{ yes, no tally }
	for row := range realdata.Values[struct {
		ID, Input  string
		Answerable bool
		Passages   []struct{ Title, Text string }
		Output     []struct{ Answer string }
	}](t, "clapnq/dev.jsonl") {
		h := &half[0]
		if odd(row.ID) {
			h = &half[1]
		}
		got := ask(t, row.Input, trace.Passage{Title: row.Passages[0].Title, Text: row.Passages[0].Text})
		x := &h.no
		if row.Answerable {
			x = &h.yes
		}
		x.n++
		if got == Refusal {
			x.refused++
			continue
		}
		var bp, br, bf float64
		for _, o := range row.Output {
			if p, r := overlap(got, o.Answer); p+r > 0 && 2*p*r/(p+r) > bf {
				bp, br, bf = p, r, 2*p*r/(p+r)
			}
		}
		x.p, x.r, x.f = x.p+bp, x.r+br, x.f+bf
	}
	// The floors are below what the half measures that no setting was chosen on.
	require.GreaterOrEqual(t, half[1].yes.f/float64(half[1].yes.n), .42)
	require.LessOrEqual(t, float64(half[1].yes.refused)/float64(half[1].yes.n), .15)
	require.GreaterOrEqual(t, float64(half[1].no.refused)/float64(half[1].no.n), .40)
	for i, h := range half {
		n := float64(h.yes.n)
		t.Logf("half %d: answerable n=%d refused %.3f P %.3f R %.3f F1 %.3f; unanswerable n=%d refused %.3f", i, h.yes.n, float64(h.yes.refused)/n, h.yes.p/n, h.yes.r/n, h.yes.f/n, h.no.n, float64(h.no.refused)/float64(h.no.n))
	}
}

func TestStubOnXQuAD(t *testing.T) {
	for lang, floor := range map[string]float64{"en": .8, "de": .65, "zh": .6, "ar": .65} {
		n, refused, held, words, swapped, swappedN := 0, 0, 0, 0, 0, 0
		last := ""
		for _, d := range realdata.XQuAD(t, lang) {
			for _, p := range d.Paragraphs {
				for _, q := range p.Qas {
					got := ask(t, q.Question, trace.Passage{Text: p.Context})
					n++
					words += len(text.Tokens(got))
					if got == Refusal {
						refused++
					} else if strings.Contains(text.Normalize(got), text.Normalize(q.Answers[0].Text)) {
						held++
					}
					if last != "" {
						swappedN++
						if ask(t, q.Question, trace.Passage{Text: last}) == Refusal {
							swapped++
						}
					}
				}
				last = p.Context
			}
		}
		require.GreaterOrEqual(t, float64(held)/float64(n), floor, lang)
		require.GreaterOrEqual(t, float64(swapped)/float64(swappedN), .88, lang)
		t.Logf("%s: n=%d contains %.3f refused %.3f words %.1f; wrong paragraph n=%d refused %.3f", lang, n, float64(held)/float64(n), float64(refused)/float64(n), float64(words)/float64(n), swappedN, float64(swapped)/float64(swappedN))
	}
}
