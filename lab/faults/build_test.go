package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/ragdiag/ragdiag/corpus"
	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/fixtures"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/stages/retrieve/bleve"
	"github.com/ragdiag/ragdiag/trace"
)

func TestMain(m *testing.M) {
	code := m.Run()
	for _, x := range opened {
		x.Close()
	}
	if code == 0 {
		if err := goleak.Find(goleak.IgnoreTopFunction("github.com/blevesearch/bleve_index_api.AnalysisWorker")); err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			code = 1
		}
	}
	os.Exit(code)
}

var opened []*bleve.Index

// sources are the fictional worlds, indexed once.
var sources = sync.OnceValues(func() ([]Source, error) {
	var out []Source
	for _, name := range fixtures.Names() {
		docs, _, err := corpus.Open(context.Background(), filepath.Join("..", "..", "fixtures", "corpora", name+".jsonl"))
		if err != nil {
			return nil, err
		}
		dir, err := os.MkdirTemp("", "ragdiag-faults-test-")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(dir)
		if _, err := bleve.Build(context.Background(), docs, dir, bleve.Options{}); err != nil {
			return nil, err
		}
		x, err := bleve.Open(dir, bleve.RankExact)
		if err != nil {
			return nil, err
		}
		opened = append(opened, x)
		out = append(out, Source{Name: name, Records: fixtures.EvalSet(name), Index: x})
	}
	return out, nil
})

// full are the sets of the fixtures that the tests share, with seeds 1 to 3.
var full = sync.OnceValues(func() (sets [3]*Set, err error) {
	src, err := sources()
	for i := range sets {
		if err == nil {
			sets[i], err = Build(context.Background(), src, Options{Seed: uint64(i) + 1})
		}
	}
	return sets, err
})

// shared returns it. Under the race detector, where the gate runs -short, it
// would take minutes; the building itself is raced on a small set.
func shared(t *testing.T) *Set {
	t.Helper()
	return seeds(t)[0]
}

func seeds(t *testing.T) [3]*Set {
	t.Helper()
	if testing.Short() {
		t.Skip("builds whole sets: run without -short")
	}
	sets, err := full()
	require.NoError(t, err)
	return sets
}

func TestEveryOperatorKeepsACase(t *testing.T) {
	kept := map[string]int{}
	for _, set := range seeds(t) {
		require.Greater(t, len(set.Records), 300)
		for _, k := range set.Keys {
			kept[k.Operator]++
		}
	}
	for _, op := range operators {
		if op.name == "depth-cut" || op.name == "budget" || op.name == "k-cut" {
			continue // these corpora are so small that evidence hardly ever is below a whole prompt; real ones hold the last two (lab/bench/faults)
		}
		require.NotZero(t, kept[op.name], "%s keeps no case on the fixtures", op.name)
	}
}

// A fault counts only if it did harm; what did none is counted apart.
func TestOnlyHarmIsKept(t *testing.T) {
	set := shared(t)
	robust := 0
	for _, k := range set.Keys {
		if k.Root == diagnose.None {
			require.Zero(t, k.Bad, "%s: a sound case is bad in %d replays", k.ID, k.Bad)
			continue
		}
		require.GreaterOrEqual(t, k.Bad, enough, "%s by %s", k.ID, k.Operator)
	}
	for _, y := range set.Tallies {
		robust += y.Robust
	}
	require.NotZero(t, robust, "no system ever withstood a fault: the rule keeps everything")
}

func TestAFifthIsAmbiguous(t *testing.T) {
	set := shared(t)
	n := 0
	for i, k := range set.Keys {
		if !k.Ambiguous {
			continue
		}
		n++
		require.NotEmpty(t, k.Hidden)
		require.Contains(t, coarseSet(k.Set), k.Root.Group(), "%s: the causes left do not hold the truth", k.ID)
		if slices.Contains(k.Hidden, hideCandidates) {
			require.Nil(t, set.Records[i].Candidates)
		}
	}
	require.GreaterOrEqual(t, 5*n, len(set.Keys))
}

func coarseSet(set []diagnose.Cause) []diagnose.Cause {
	var out []diagnose.Cause
	for _, c := range set {
		out = append(out, c.Group())
	}
	return out
}

func TestTheKeyStaysOutOfTheRecords(t *testing.T) {
	set := shared(t)
	for i, rec := range set.Records {
		b, err := json.Marshal(rec)
		require.NoError(t, err)
		k := set.Keys[i]
		require.Equal(t, k.ID, rec.ID)
		for _, secret := range []string{`"operator"`, `"severity"`, k.Operator + `"`, `"` + k.Source + `"`, `"root":`, `"proximate":`, `"arms":`} {
			if secret == `sound"` || secret == `alias"` || secret == `position"` || secret == `noise"` { // words
				continue
			}
			require.NotContains(t, string(b), secret)
		}
		require.Nil(t, rec.Tags)
		require.Equal(t, trace.Evidence{}, rec.Evidence)
		for _, h := range rec.Candidates {
			require.Empty(t, h.Dropped)
		}
	}
	require.True(t, slices.IsSortedFunc(set.Keys, func(a, b Key) int { return strings.Compare(a.ID, b.ID) }))
}

func TestTheSameSeedGivesTheSameBytes(t *testing.T) {
	src, err := sources()
	require.NoError(t, err)
	write := func(seed uint64) string {
		set, err := Build(t.Context(), src[:1], Options{Seed: seed, PerOperator: 2})
		require.NoError(t, err)
		dir := t.TempDir()
		require.NoError(t, set.Write(dir, About{}))
		var all bytes.Buffer
		for _, name := range []string{RecordsFile, KeyFile, AboutFile} {
			b, err := os.ReadFile(filepath.Join(dir, name))
			require.NoError(t, err)
			all.Write(b)
		}
		return all.String()
	}
	first := write(7)
	require.Equal(t, first, write(7))
	require.NotEqual(t, first, write(8))
}

func TestASetSurvivesTheDisk(t *testing.T) {
	set := shared(t)
	dir := t.TempDir()
	require.NoError(t, set.Write(dir, About{}))
	back, err := Read(dir, "")
	require.NoError(t, err)
	require.Equal(t, set.Keys, back.Keys)
	require.Equal(t, set.Tallies, back.Tallies)
	require.Len(t, back.Records, len(set.Records))

	lines, err := os.ReadFile(filepath.Join(dir, KeyFile))
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(lines), "\n")
	require.NoError(t, os.WriteFile(filepath.Join(dir, KeyFile), []byte(rest), 0o644))
	_, err = Read(dir, "")
	require.ErrorContains(t, err, "has no key")
}

func TestReader(t *testing.T) {
	src, err := sources()
	require.NoError(t, err)
	w, err := newWorld(src[0].Index)
	require.NoError(t, err)
	defer w.close()
	b := &builder{ctx: t.Context(), o: Options{Seed: 1, PerOperator: 12}, set: &Set{}}
	items, _, err := b.items(w, src[0])
	require.NoError(t, err)
	require.NotEmpty(t, items)
	for _, it := range items {
		s := w.system(it, 1)
		s.reader.Strict = 1.01
		o, err := s.run(t.Context(), s.wrong, unsettled)
		require.NoError(t, err)
		require.Equal(t, replays, o.bad, "a reader that wants more than everything declines")
	}
}

// An answer from memory has as many sentences as the one from the passages, with
// the same citations.
func TestMemoryTakesTheFormOfWhatIsRead(t *testing.T) {
	r := &Reader{Prior: 1, Memory: []trace.Passage{
		{Text: "The mill closed in 1911. It had burned twice. Its owner left the valley."},
		{Text: "A mill stood in another town."},
	}}
	asked := text.Analyze("When did the mill close?", "en")
	for like, want := range map[string]string{
		"The mill closed in 1902 [2].":                     "The mill closed in 1911 [2].",
		"It was sold [3]. The mill closed in 1902 [3].":    "The mill closed in 1911 [3]. It had burned twice [3].",
		"I cannot answer this from the given context.":     "The mill closed in 1911 [1].",
		"One [1]. Two [2]. Three [2]. Four [1]. Five [4].": "The mill closed in 1911 [1]. It had burned twice [2]. Its owner left the valley [2]. A mill stood in another town [1].",
	} {
		require.Equal(t, want, r.recall(asked, like), like)
	}
}

// A second edition is named like the first: by a free ID on the side asked for.
func TestAnotherName(t *testing.T) {
	w := &world{byID: map[string]int{"nq-0103": 0, "nq-1214": 1, "nq-2325#4": 2, "plain": 3}, byDoc: map[string][]int{"nq-2325": {2}}}
	require.Equal(t, "nq-3436", w.another("nq-0103", false), "1214 and 2325 are taken")
	require.Less(t, w.another("nq-9214", true), "nq-9214")
	require.Equal(t, "nq-4547#1", w.another("nq-3436#1", false), "the chunk's number stays")
	require.Equal(t, "plain-b", w.another("plain", false))
	require.Equal(t, "a-plain", w.another("plain", true))
}
