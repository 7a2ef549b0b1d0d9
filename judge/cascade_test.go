package judge_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http/httptest"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/fixtures"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/judge"
	"github.com/ragdiag/ragdiag/lab/mock"
	"github.com/ragdiag/ragdiag/lab/realdata"
	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/llm/openai"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/trace"
)

// serve is a model behind HTTP, and its server.
func serve(t *testing.T, handlers map[string]mock.Handler) (llm.Generator, *mock.Server) {
	t.Helper()
	server := mock.New(mock.Options{Handlers: handlers})
	srv := httptest.NewServer(server)
	t.Cleanup(srv.Close)
	c, err := openai.New(openai.Options{BaseURL: srv.URL + "/v1", Model: mock.DefaultModel, Timeout: 10 * time.Second})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c, server
}

var putClaim = regexp.MustCompile(`(?s)<<<claim c\d+ ([0-9a-f]{12})>>>\n(.*?)\n<<<end [0-9a-f]{12}>>>`)

// isOpen reports whether the verifier leaves a claim to the judge.
func isOpen(c trace.ClaimVerdict) bool {
	return c.Checkable && (c.Support == trace.Abstain || c.Weakened)
}

// Only the band in which the verifier abstains is paid for, and what it decided
// stays as it is, however often the judge is wrong.
func TestCascadeOverHTTP(t *testing.T) {
	for _, wrong := range []float64{0, .3, 1} {
		var mu sync.Mutex
		asked := map[string]bool{}
		handlers := mock.Judge{Seed: 1, Wrong: wrong}.Handlers()
		verify := handlers["claims_verify"]
		handlers["claims_verify"] = func(c mock.Call) string {
			mu.Lock()
			defer mu.Unlock()
			for _, m := range putClaim.FindAllStringSubmatch(c.User, -1) {
				asked[m[2]] = true
			}
			return verify(c)
		}
		g, server := serve(t, handlers)
		decided, open, before := 0, 0, 0
		for rec, err := range fixtures.Cases() {
			require.NoError(t, err)
			raw, err := json.Marshal(rec)
			require.NoError(t, err)
			var plain trace.Record
			require.NoError(t, json.Unmarshal(raw, &plain))
			_, err = examined(t, &plain, nil)
			require.NoError(t, err)
			clear(asked)
			_, err = examined(t, rec, g)
			require.NoError(t, err)
			calls := server.Stats().Calls - before
			before = server.Stats().Calls
			if plain.Evidence.Ground == nil {
				require.Empty(t, asked)
				continue
			}
			band := map[string]bool{}
			for i, c := range plain.Evidence.Ground.Claims {
				if isOpen(c) && len(plain.Context) > 0 {
					band[c.Text] = true
					open++
				} else if c.Checkable {
					decided++
					got := rec.Evidence.Ground.Claims[i]
					require.Equal(t, c, got, "%s: what the verifier decided stays", rec.ID)
				}
			}
			for claim := range asked {
				require.True(t, band[claim], "%s: asked about %q, which was decided", rec.ID, claim)
			}
			if rec.Evidence.Judge == nil {
				require.Zero(t, calls, "%s: nothing was open", rec.ID)
			}
			// One batch of claims and three other tasks at most, each asked again at most
			// twice for what was missing and as often to confirm.
			require.LessOrEqual(t, calls, 4*2*3+1, rec.ID)
		}
		st := server.Stats()
		t.Logf("judge wrong at %.1f: %d claims decided offline and unchanged, %d put to the judge; %d calls", wrong, decided, open, st.Calls)
		require.Greater(t, decided, open)
	}
}

// With people's labels of real claims and a judge that is wrong at a known rate: of
// the claims that the verifier decides as many are right as without it, and what
// the judge adds is right about as often as the judge is.
func TestCascadeQualityOnRealClaims(t *testing.T) {
	type row struct {
		Claim      string
		References []string
		Label      string `json:"attribution_label"`
	}
	var rows []row
	for r := range realdata.Values[row](t, "attributionbench/dev.jsonl") {
		if len(r.References) > 0 {
			rows = append(rows, r)
		}
	}
	holds := map[string]bool{}
	for _, r := range rows {
		holds[r.Claim] = r.Label == "attributable"
	}
	for _, wrong := range []float64{0, .1, .3} {
		oracle := func(c mock.Call) string {
			var items []any
			for _, m := range putClaim.FindAllStringSubmatch(c.User, -1) {
				verdict := map[bool]string{true: judge.Supported, false: judge.NotFound}
				says := holds[m[2]]
				if rand.New(rand.NewPCG(8, text.Hash64(m[2]))).Float64() < wrong {
					says = !says
				}
				it := map[string]any{"id": "c1", "evidence": []any{}, "verdict": verdict[says], "confidence": 90}
				if says {
					it["evidence"] = []any{map[string]any{"unit": "p1", "quote": nearestOf(c.User, m[2])}}
				}
				items = append(items, it)
			}
			b, _ := json.Marshal(map[string]any{"items": items})
			return string(b)
		}
		other := func(mock.Call) string { return `{"items":[]}` }
		g, _ := serve(t, map[string]mock.Handler{"claims_verify": oracle, "refusal": other, "context_sufficiency": other})
		j, err := judge.New(g, judge.Options{Key: []byte("0123456789abcdef")})
		require.NoError(t, err)
		p, err := pipeline.New(pipeline.Options{})
		require.NoError(t, err)
		var offline, offlineRight, added, addedRight, all int
		for i, r := range rows {
			rec := &trace.Record{ID: fmt.Sprint(i), Answer: &trace.Answer{Text: r.Claim}}
			for _, s := range r.References {
				rec.Context = append(rec.Context, trace.Passage{Text: s})
			}
			require.NoError(t, p.Examine(t.Context(), rec))
			claims := rec.Evidence.Ground.Claims
			if len(claims) != 1 || !claims[0].Checkable || claims[0].Text != r.Claim {
				continue // the label is of the whole text
			}
			all++
			before := claims[0]
			ev, err := j.Record(t.Context(), rec)
			require.NoError(t, err)
			rec.Evidence.Judge = ev
			rec.Evidence.Outcome, rec.Evidence.Ground = judge.Apply(rec)
			after := rec.Evidence.Ground.Claims[0]
			right := (after.Support == trace.Supported) == holds[r.Claim]
			switch {
			case !isOpen(before):
				require.Equal(t, before, after)
				offline++
				if right {
					offlineRight++
				}
			case after.Judged:
				added++
				if right {
					addedRight++
				}
			}
		}
		was, err := stat.Proportion(offlineRight, offline)
		require.NoError(t, err)
		now, err := stat.Proportion(addedRight, added)
		require.NoError(t, err)
		t.Logf("AttributionBench, judge wrong at %.1f: %d of %d decided offline, %.3f right %v; %d more by the judge, %.3f right %v; %d left open",
			wrong, offline, all, float64(offlineRight)/float64(offline), was, added, float64(addedRight)/float64(added), now, all-offline-added)
		require.Greater(t, now.Hi, 1-wrong-.05)
	}
}

var putUnit = regexp.MustCompile(`(?s)<<<unit p\d+ [0-9a-f]{12}>>>\n(.*?)\n<<<end [0-9a-f]{12}>>>`)

// nearestOf is the sentence of a prompt's passages that has most words of a claim.
func nearestOf(prompt, claim string) string {
	asked := map[string]bool{}
	for _, w := range text.Terms(claim, "en") {
		asked[w] = true
	}
	best, out := -1, ""
	for _, m := range putUnit.FindAllStringSubmatch(prompt, -1) {
		for _, sp := range text.Sentences(m[1]) {
			has := map[string]bool{}
			for _, w := range text.Terms(sp.Of(m[1]), "en") {
				if asked[w] {
					has[w] = true
				}
			}
			if n := len(slices.Collect(maps.Keys(has))); n > best {
				best, out = n, sp.Of(m[1])
			}
		}
	}
	return out
}

// A measured scale gives the verdicts their probability, on the first day and from
// disk; a verdict that is more likely wrong than right counts for nothing.
func TestCalibrationCounts(t *testing.T) {
	const quote = "Drifting ice made the harbour of Venn unusable for ships"
	with := func(scale trace.JudgeScale) *trace.Record {
		rec := harbour()
		rec.Answer.Text = "The harbour of Venn was blocked for shipping by frozen water."
		m := &model{says: map[string]string{"claims_verify": said("supported", "p1", quote), "context_sufficiency": said("cannot_tell", "", ""), "answer_equivalence": said("cannot_tell", "", "")}}
		j, err := judge.New(m, judge.Options{Key: []byte("0123456789abcdef"), Calibration: map[string]trace.JudgeScale{judge.Verify.Name: scale}})
		require.NoError(t, err)
		p, err := pipeline.New(pipeline.Options{Judge: j})
		require.NoError(t, err)
		require.NoError(t, p.Examine(t.Context(), rec))
		return rec
	}
	sure := with(trace.JudgeScale{Bias: 3, Labels: 50})
	c := sure.Evidence.Ground.Claims[0]
	require.True(t, c.Judged)
	require.InDelta(t, .9526, c.P, 1e-3)
	raw, err := json.Marshal(sure)
	require.NoError(t, err)
	var back trace.Record
	require.NoError(t, json.Unmarshal(raw, &back))
	_, err = examined(t, &back, nil)
	require.NoError(t, err)
	require.Equal(t, c, back.Evidence.Ground.Claims[0], "the same from disk without a judge")

	bad := with(trace.JudgeScale{Bias: -1, Labels: 50})
	require.False(t, bad.Evidence.Ground.Claims[0].Judged)
	require.Equal(t, trace.Abstain, bad.Evidence.Ground.Claims[0].Support)
}
