package rerank

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ragdiag/ragdiag/trace"
)

// hits makes candidates with IDs a, b, c … and falling scores.
func hits(texts ...string) []trace.Hit {
	out := make([]trace.Hit, len(texts))
	for i, s := range texts {
		out[i] = trace.Hit{ID: string(rune('a' + i)), Text: s, Score: trace.Known(float64(len(texts) - i))}
	}
	return out
}

// ids lists the passages of a context, a * behind those that were cut.
func ids(ps []trace.Passage) string {
	var s strings.Builder
	for _, p := range ps {
		s.WriteString(p.ID)
		if p.Truncated {
			s.WriteString("*")
		}
	}
	return s.String()
}

// drops lists why each hit was dropped.
func drops(hs []trace.Hit) (all []trace.Drop) {
	for _, h := range hs {
		all = append(all, h.Dropped)
	}
	return all
}

func TestSelect(t *testing.T) {
	const question = "When are refunds paid to customers?"
	shop := hits(
		"Shipping is free above forty euros.",
		"Parcels leave on weekdays.",
		"Refunds are paid to customers within thirty days.",
		"Shipping is free above forty euros today.",
	)
	for _, tt := range []struct {
		name  string
		hits  []trace.Hit
		opt   Options
		want  string
		drops []trace.Drop
	}{
		{"order kept", shop, Options{K: 2}, "ab", []trace.Drop{"", "", trace.DropCut, trace.DropCut}},
		{"fewer than k", shop, Options{}, "abcd", []trace.Drop{"", "", "", ""}},
		{"no candidates", nil, Options{}, "", nil},
		{"close words rise", shop, Options{K: 2, Method: MethodProximity}, "ca", []trace.Drop{"", trace.DropDemoted, "", trace.DropCut}},
		{"fusion lets them rise too", shop, Options{K: 3, Method: MethodRRF}, "acb", []trace.Drop{"", "", "", trace.DropCut}},
		{"what repeats falls", hits("Shipping is free above forty euros.", "Shipping is free above forty euros now.", "Parcels leave on weekdays."), Options{K: 2, Method: MethodMMR}, "ac", []trace.Drop{"", trace.DropDuplicate, ""}},
		{"the same text twice", hits("One.", "One.", "Two."), Options{}, "ac", []trace.Drop{"", trace.DropDuplicate, ""}},
		{"no text", hits("One.", "", "Two."), Options{K: 3}, "ac", []trace.Drop{"", trace.DropDemoted, ""}},
		{"budget ends between passages", shop, Options{Budget: 8 + 6}, "ab", []trace.Drop{"", "", trace.DropBudget, trace.DropBudget}},
		{"budget ends in a passage", hits("One two three. Four five six. Seven.", "Eight."), Options{Budget: 9}, "a*", []trace.Drop{trace.DropTruncated, trace.DropBudget}},
		{"not even one sentence fits", hits("One two three four.", "Eight."), Options{Budget: 3}, "", []trace.Drop{trace.DropBudget, trace.DropBudget}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			context, out := Select(question, tt.hits, tt.opt)
			require.Equal(t, tt.want, ids(context))
			require.Equal(t, tt.drops, drops(out))
			require.NotNil(t, context, "an empty context is recorded as empty")
			for i, h := range out {
				_, scored := h.RerankScore.Get()
				require.Equal(t, tt.opt.Method != MethodNone, scored)
				require.Equal(t, tt.hits[i].ID, h.ID, "the order of the candidates stays")
			}
		})
	}
	context, _ := Select(question, hits("One two three. Four five six. Seven."), Options{Budget: 9})
	require.Equal(t, "One two three. Four five six.", context[0].Text, "cut behind a whole sentence")
}

func TestSelectFusesQueries(t *testing.T) {
	in := hits("Apples are red.", "Pears are green.", "Plums are blue.", "Pears are green.")
	in[2].Query, in[3].Query = 1, 1
	in[3].ID = "b" // both queries found it
	context, out := Select("fruit", in, Options{K: 1, Method: MethodRRF})
	require.Equal(t, "b", ids(context))
	require.Equal(t, trace.DropDuplicate, out[3].Dropped)
}

func TestOptionsValidate(t *testing.T) {
	for _, m := range Methods() {
		require.NoError(t, Options{Method: m}.Validate())
	}
	require.ErrorContains(t, Options{Method: "magic"}.Validate(), `"mmr" "proximity" "rrf"`)
	require.Error(t, Options{K: -1}.Validate())
	require.Error(t, Options{Budget: -1}.Validate())
}

// The laws of Select: every candidate is in the context or says why not; the
// limits hold; nothing is written to the input; equal input, equal output.
func TestSelectLaws(t *testing.T) {
	words := strings.Fields("refund day paid ship free euro parcel week gift card never always")
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 12).Draw(t, "n")
		texts := make([]string, n)
		for i := range texts {
			w := rapid.SliceOfN(rapid.SampledFrom(words), 0, 12).Draw(t, "text")
			texts[i] = strings.TrimSpace(strings.Join(w, " ") + ".")
		}
		in := hits(texts...)
		before := slices.Clone(in)
		o := Options{
			Method: rapid.SampledFrom(Methods()).Draw(t, "method"),
			K:      rapid.IntRange(0, 6).Draw(t, "k"),
			Budget: rapid.IntRange(0, 30).Draw(t, "budget"),
		}
		context, out := Select("refund paid day", in, o)
		again, outAgain := Select("refund paid day", in, o)
		require.Equal(t, context, again)
		require.Equal(t, out, outAgain)
		require.Equal(t, before, in)
		k := o.K
		if k == 0 {
			k = 5
		}
		require.LessOrEqual(t, len(context), k)
		total := 0
		kept := map[string]trace.Passage{}
		for _, p := range context {
			total += Tokens(p.Text)
			kept[p.ID] = p
		}
		if o.Budget > 0 {
			require.LessOrEqual(t, total, o.Budget)
		}
		for _, h := range out {
			p, in := kept[h.ID]
			require.Equal(t, in, h.Dropped == trace.DropNone || h.Dropped == trace.DropTruncated, "%+v", h)
			require.Equal(t, h.Dropped == trace.DropTruncated, in && p.Truncated)
		}
	})
}

func TestTokens(t *testing.T) {
	for in, want := range map[string]int{"": 0, " \n": 0, "one two": 2, "One, two.": 4, "international": 2, "退款期限": 4, "a1 b": 2} {
		require.Equal(t, want, Tokens(in), in)
	}
}

func ExampleSelect() {
	candidates := []trace.Hit{
		{ID: "s", Text: "Shipping is free above 40 euros."},
		{ID: "r", Text: "Refunds are paid within 30 days. Gift cards are final."},
		{ID: "p", Text: "Parcels leave on weekdays."},
	}
	context, candidates := Select("When are refunds paid?", candidates, Options{Method: MethodProximity, K: 2, Budget: 20})
	for _, p := range context {
		fmt.Println(p.ID, p.Text)
	}
	for _, h := range candidates {
		fmt.Printf("%s %q\n", h.ID, h.Dropped)
	}
	// Output:
	// r Refunds are paid within 30 days. Gift cards are final.
	// s Shipping is free above 40 euros.
	// s ""
	// r ""
	// p "cut"
}

func BenchmarkSelect(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	vocabulary := strings.Fields("refund day paid ship free euro parcel week gift card never always customer order form return the of and to is was")
	texts := make([]string, 50)
	for i := range texts {
		var w []string
		for range 100 {
			w = append(w, vocabulary[r.IntN(len(vocabulary))])
		}
		texts[i] = strings.Join(w, " ") + "."
	}
	in := hits(texts...)
	for _, m := range Methods() {
		b.Run("method="+string(m), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Select("When are refunds paid to customers?", in, Options{Method: m, K: 10})
			}
		})
	}
}
