package bleve

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/ragdiag/ragdiag/corpus"
	"github.com/ragdiag/ragdiag/trace"
)

func TestMain(m *testing.M) {
	// bleve starts its analysis workers when it is imported and never stops them.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/blevesearch/bleve_index_api.AnalysisWorker"))
}

// stream makes a document stream of a list.
func stream(docs []corpus.Document) iter.Seq2[corpus.Document, error] {
	return func(yield func(corpus.Document, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	}
}

// made returns n documents of words drawn with a long tail, many of them alike.
func made(n int) []corpus.Document {
	r := rand.New(rand.NewPCG(1, 2))
	docs := make([]corpus.Document, n)
	for i := range docs {
		words := make([]string, 5+r.IntN(40))
		for j := range words {
			words[j] = word(r)
		}
		docs[i] = corpus.Document{ID: fmt.Sprintf("doc-%d", i), Text: strings.Join(words, " ")}
		if i%7 == 0 {
			docs[i].Title = word(r)
		}
		if i%11 == 10 {
			docs[i].Text = docs[i-1].Text // ties
		}
	}
	return docs
}

func word(r *rand.Rand) string {
	n := int(math.Exp(r.Float64() * 6)) // 1 to 403, small ones often
	return fmt.Sprintf("w%c%c%c", 'a'+n%26, 'a'+n/26, 'a'+n%7)
}

// build makes an index and opens it.
func build(t testing.TB, docs []corpus.Document, o Options, ranker Ranker) *Index {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "index")
	_, err := Build(t.Context(), stream(docs), dir, o)
	require.NoError(t, err)
	return open(t, dir, ranker)
}

func open(t testing.TB, dir string, ranker Ranker) *Index {
	t.Helper()
	x, err := Open(dir, ranker)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, x.Close()) })
	return x
}

// results writes down the hits of all queries in full precision.
func results(t testing.TB, x *Index, queries []string, depth int) []string {
	t.Helper()
	var out []string
	for _, q := range queries {
		hits, err := x.Retrieve(t.Context(), q, depth)
		require.NoError(t, err)
		for _, h := range hits {
			score, _ := h.Score.Get()
			out = append(out, fmt.Sprintf("%s %s %x", q, h.ID, score))
		}
	}
	return out
}

func queriesFor(n int) []string {
	r := rand.New(rand.NewPCG(3, 4))
	out := make([]string, n)
	for i := range out {
		words := make([]string, 1+r.IntN(8))
		for j := range words {
			words[j] = word(r)
		}
		out[i] = strings.Join(words, " ")
	}
	return out
}

// TestSameResultWhateverTheLayout: batch size, writers and merges change the
// segments, never a score or an order.
func TestSameResultWhateverTheLayout(t *testing.T) {
	docs, queries := made(600), queriesFor(40)
	var want []string
	for _, o := range []Options{{BatchSize: 1000, Writers: 1}, {BatchSize: 7, Writers: 2}, {BatchSize: 50, Writers: 4}, {}} {
		o.Analyzer = AnalyzerStandard
		got := results(t, build(t, docs, o, RankExact), queries, 20)
		if want == nil {
			want = got
			require.NotEmpty(t, want)
			continue
		}
		require.Equal(t, want, got, "batch %d, writers %d", o.BatchSize, o.Writers)
	}
}

// TestExactIsBM25 compares with a twin that knows nothing of bleve's postings.
func TestExactIsBM25(t *testing.T) {
	docs := made(300)
	x := build(t, docs, Options{Analyzer: "en"}, RankExact)
	analyse := func(s string) map[string]int {
		counts := map[string]int{}
		for _, tok := range x.analyzer.Analyze([]byte(s)) {
			counts[string(tok.Term)]++
		}
		return counts
	}
	bags := map[string]map[string]int{}
	df, total := map[string]int{}, 0
	for _, d := range docs {
		bags[d.ID] = analyse(d.Title + "\n" + d.Text)
		for term, n := range bags[d.ID] {
			df[term]++
			total += n
		}
	}
	mean := float64(total) / float64(len(docs))
	for _, q := range queriesFor(30) {
		type hit struct {
			id    string
			score float64
		}
		var want []hit
		for _, d := range docs {
			bag, length, score := bags[d.ID], 0, 0.0
			for _, n := range bag {
				length += n
			}
			query := analyse(q)
			for _, term := range slices.Sorted(maps.Keys(query)) {
				tf, n := float64(bag[term]), float64(len(docs))
				if tf == 0 {
					continue
				}
				score += float64(query[term]) * math.Log1p((n-float64(df[term])+.5)/(float64(df[term])+.5)) *
					(tf * 2.2 / (tf + 1.2*(1-.75+.75*float64(length)/mean)))
			}
			if score > 0 {
				want = append(want, hit{d.ID, score})
			}
		}
		slices.SortFunc(want, func(a, b hit) int {
			if a.score != b.score && math.Abs(a.score-b.score) > 1e-12 {
				return map[bool]int{true: -1, false: 1}[a.score > b.score]
			}
			return strings.Compare(a.id, b.id)
		})
		got, err := x.Retrieve(t.Context(), q, 15)
		require.NoError(t, err)
		require.Len(t, got, min(15, len(want)))
		for i, h := range got {
			score, ok := h.Score.Get()
			require.True(t, ok)
			require.Equal(t, want[i].id, h.ID, "query %q rank %d", q, i+1)
			require.InEpsilon(t, want[i].score, score, 1e-12)
		}
	}
}

// TestExplain: the tree adds up to the score that Retrieve gives.
func TestExplain(t *testing.T) {
	x := build(t, made(200), Options{Analyzer: AnalyzerStandard}, RankExact)
	for _, q := range queriesFor(10) {
		hits, err := x.Retrieve(t.Context(), q+" "+q+" unheardof", 5)
		require.NoError(t, err)
		require.NotEmpty(t, hits)
		for _, h := range hits {
			e, err := x.Explain(t.Context(), q+" "+q+" unheardof", h.ID)
			require.NoError(t, err)
			score, _ := h.Score.Get()
			require.Equal(t, score, e.Value)
			require.Contains(t, e.String(), `"unheardof": not in this passage; it is in 0 of 200`)
			for _, p := range e.Parts {
				if len(p.Parts) > 0 {
					require.InEpsilon(t, p.Value, p.Parts[0].Value*p.Parts[1].Value*p.Parts[2].Value, 1e-12)
				}
			}
		}
	}
	_, err := x.Explain(t.Context(), "word", "nowhere")
	require.ErrorContains(t, err, `holds no passage "nowhere"`)
}

// TestResume stops a build after each number of documents; what comes out in
// the end is the same index.
func TestResume(t *testing.T) {
	docs, queries := made(400), queriesFor(20)
	o := Options{Analyzer: AnalyzerStandard, Language: "en", BatchSize: 50}
	want := results(t, build(t, docs, o, RankExact), queries, 10)
	for _, after := range []int{0, 1, 60, 199, 399} {
		t.Run(fmt.Sprint(after), func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "index")
			ctx, cancel := context.WithCancel(t.Context())
			_, err := Build(ctx, func(yield func(corpus.Document, error) bool) {
				for i, d := range docs {
					if i == after {
						cancel()
					}
					if !yield(d, nil) {
						return
					}
				}
			}, dir, o)
			require.ErrorIs(t, err, context.Canceled)
			require.ErrorContains(t, err, "the same command continues it")

			_, err = Open(dir, RankExact)
			require.ErrorContains(t, err, "unfinished")

			other := o
			other.Analyzer = "en"
			_, err = Build(t.Context(), stream(docs), dir, other)
			require.ErrorContains(t, err, "other options")

			if after >= 60 {
				changed := slices.Clone(docs)
				changed[3].Text += " and more"
				_, err = Build(t.Context(), stream(changed), dir, o)
				require.ErrorContains(t, err, "the corpus has changed")
			}

			stats, err := Build(t.Context(), stream(docs), dir, o)
			require.NoError(t, err)
			require.Equal(t, len(docs), stats.Passages)
			if after >= 60 {
				require.GreaterOrEqual(t, stats.Resumed, 50)
			}
			require.Equal(t, want, results(t, open(t, dir, RankExact), queries, 10))
		})
	}
}

// TestResumeAfterKill loses what a kill loses: the end of both files, but not
// what bleve already holds.
func TestResumeAfterKill(t *testing.T) {
	docs, queries := made(300), queriesFor(20)
	o := Options{Analyzer: AnalyzerStandard, BatchSize: 50}
	dir := filepath.Join(t.TempDir(), "index")
	whole, err := Build(t.Context(), stream(docs), dir, o)
	require.NoError(t, err)
	want := results(t, open(t, dir, RankExact), queries, 10)

	killed := filepath.Join(t.TempDir(), "index")
	_, err = Build(t.Context(), stream(docs), killed, o)
	require.NoError(t, err)
	m, err := readManifest(killed)
	require.NoError(t, err)
	m.State = StateBuilding
	require.NoError(t, m.write(killed))
	require.NoError(t, os.Truncate(filepath.Join(killed, entriesFile), 120*entrySize+5)) // a torn entry

	stats, err := Build(t.Context(), stream(docs), killed, o)
	require.NoError(t, err)
	require.Equal(t, 120, stats.Resumed)
	require.Equal(t, whole.Manifest, stats.Manifest)
	require.Equal(t, want, results(t, open(t, killed, RankExact), queries, 10))
}

func TestRefusals(t *testing.T) {
	docs := made(20)
	dir := filepath.Join(t.TempDir(), "index")
	_, err := Build(t.Context(), stream(docs), dir, Options{})
	require.NoError(t, err)

	_, err = Build(t.Context(), stream(docs), dir, Options{})
	require.ErrorContains(t, err, "--force")
	var refused *RefusedError
	require.ErrorAs(t, err, &refused)
	_, err = Build(t.Context(), stream(docs), dir, Options{Force: true})
	require.NoError(t, err)

	full := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(full, "thesis.txt"), nil, 0o600))
	_, err = Build(t.Context(), stream(docs), full, Options{Force: true})
	require.ErrorContains(t, err, "holds no index")
	require.FileExists(t, filepath.Join(full, "thesis.txt"))

	_, err = Build(t.Context(), stream(docs), filepath.Join(t.TempDir(), "x"), Options{Analyzer: "klingon"})
	require.ErrorContains(t, err, "unknown analyser")
	_, err = Build(t.Context(), stream(docs), filepath.Join(t.TempDir(), "x"), Options{Chunk: corpus.ChunkOptions{Words: 10, Overlap: 9}})
	require.ErrorContains(t, err, "overlap")

	_, err = Open(t.TempDir(), "")
	require.ErrorContains(t, err, "holds no index")
	_, err = Open(dir, "magic")
	require.ErrorContains(t, err, "unknown ranker")
	require.NoError(t, os.Truncate(filepath.Join(dir, entriesFile), entrySize))
	_, err = Open(dir, "")
	require.ErrorContains(t, err, "damaged")
	require.NoError(t, os.RemoveAll(filepath.Join(dir, postingsDir)))
	require.NoError(t, os.WriteFile(filepath.Join(dir, manifestFile), []byte("{"), 0o600))
	_, err = Open(dir, "")
	require.ErrorContains(t, err, "is damaged")
}

// TestInUse: a second process, here a second opener, is told to wait.
func TestInUse(t *testing.T) {
	docs := made(200)
	dir := filepath.Join(t.TempDir(), "index")
	var inner error
	_, err := Build(t.Context(), func(yield func(corpus.Document, error) bool) {
		for i, d := range docs {
			if i == 150 {
				_, inner = Build(t.Context(), stream(docs), dir, Options{Analyzer: "en", BatchSize: 10})
			}
			if !yield(d, nil) {
				return
			}
		}
	}, dir, Options{Analyzer: "en", Language: "en", BatchSize: 10})
	require.NoError(t, err)
	require.ErrorContains(t, inner, "another process is writing there")
}

// TestFolderRemoved: the index folder vanishes during the build.
func TestFolderRemoved(t *testing.T) {
	dir, gone := filepath.Join(t.TempDir(), "index"), filepath.Join(t.TempDir(), "gone")
	var moved error
	_, err := Build(t.Context(), func(yield func(corpus.Document, error) bool) {
		for i, d := range made(400) {
			if i == 100 {
				moved = os.Rename(dir, gone)
			}
			if !yield(d, nil) {
				return
			}
		}
	}, dir, Options{Analyzer: "en", Language: "en", BatchSize: 20})
	require.NoError(t, moved)
	require.ErrorContains(t, err, "build the index anew")
}

func TestNoPermission(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write anywhere")
	}
	parent := t.TempDir()
	require.NoError(t, os.Chmod(parent, 0o500))
	_, err := Build(t.Context(), stream(made(3)), filepath.Join(parent, "index"), Options{})
	require.ErrorContains(t, err, "no permission")
}

// TestSkips: what cannot be indexed is told and counted, and the rest stands.
func TestSkips(t *testing.T) {
	long := strings.Repeat("One more short sentence about nothing. ", 30)
	docs := []corpus.Document{
		{ID: "a", Text: "first text"},
		{ID: "a", Text: "second text under the same name"},
		{ID: "b", Text: long},
		{ID: "b#1", Text: "claims the name of a passage"},
		{ID: "", Text: "nameless"},
		{ID: "c#0", Text: "came before the passages of c"},
		{ID: "c", Text: long},
	}
	var told []string
	dir := filepath.Join(t.TempDir(), "index")
	stats, err := Build(t.Context(), func(yield func(corpus.Document, error) bool) {
		for i, d := range docs {
			d.Pos = corpus.Pos{File: "f", Line: i + 1}
			if !yield(d, nil) {
				return
			}
		}
		yield(corpus.Document{}, &corpus.Error{Pos: corpus.Pos{File: "f", Line: 8}, Err: errors.New("broken")})
	}, dir, Options{Language: "en", Chunk: corpus.ChunkOptions{Words: 40}, OnSkip: func(err error) { told = append(told, err.Error()) }})
	require.NoError(t, err)
	require.Equal(t, []string{
		`f:2: document "a": duplicate ID: it was used before, this document is left out`,
		`f:4: document "b#1": duplicate ID: it was used before, this document is left out`,
		`f:5: the document has no ID`,
		`f:7: document "c": duplicate ID: it was used before, this document is left out`,
		`f:8: broken`,
	}, told)
	require.Equal(t, []int{3, 5}, []int{stats.Documents, stats.Skipped})

	boom := errors.New("the disk went away")
	_, err = Build(t.Context(), func(yield func(corpus.Document, error) bool) { yield(corpus.Document{}, boom) }, filepath.Join(t.TempDir(), "i"), Options{Language: "en"})
	require.ErrorIs(t, err, boom)
}

func TestHas(t *testing.T) {
	x := build(t, []corpus.Document{
		{ID: "short", Text: "The Keld ferry runs every forty minutes between Norrby and the island."},
		{ID: "long", Text: strings.Repeat("The harbour master of Norrby keeps a ledger of every boat. ", 40)},
	}, Options{Language: "en", Chunk: corpus.ChunkOptions{Words: 60}}, RankExact)
	for id, want := range map[string]trace.Truth{"short": trace.Yes, "long": trace.Yes, "long#0": trace.Yes, "long#999": trace.No, "short#0": trace.No, "other": trace.No, "": trace.No} {
		require.Equal(t, want, x.Has(id), id)
	}
	require.Equal(t, trace.Yes, x.Holds(t.Context(), trace.Unit{ID: "short"}).Truth)
	require.Equal(t, trace.No, x.Holds(t.Context(), trace.Unit{Doc: "elsewhere"}).Truth)
	require.Equal(t, trace.TruthUnknown, x.Holds(t.Context(), trace.Unit{}).Truth)
	byText := x.Holds(t.Context(), trace.Unit{ID: "renamed since", Text: "the Keld ferry runs every forty minutes between Norrby and the island"})
	require.True(t, byText.IsYes(), byText.Why)
	require.Contains(t, byText.Why, `passage "short" holds the gold text`)
	none := x.Holds(t.Context(), trace.Unit{Text: "zyzzyva qwrtz"})
	require.Equal(t, []any{trace.No, trace.GradeD}, []any{none.Truth, none.Grade})
}

func TestWeights(t *testing.T) {
	x := build(t, []corpus.Document{
		{ID: "1", Text: "the ferry leaves"}, {ID: "2", Text: "the ferry arrives"}, {ID: "3", Text: "the lighthouse"},
	}, Options{Language: "en"}, RankExact)
	w := x.Weights()
	require.Less(t, w.Weight("ferri"), w.Weight("lighthous"))
	require.Less(t, w.Weight("the"), w.Weight("ferri"), "a stop word is in no posting, yet weighs least")
	require.Equal(t, 1.0, w.Weight("zyzzyva"))
}

func TestEmptyAndOdd(t *testing.T) {
	_, err := Build(t.Context(), stream(nil), filepath.Join(t.TempDir(), "index"), Options{})
	require.ErrorIs(t, err, ErrNoDocuments)

	for _, r := range Rankers() {
		x := build(t, []corpus.Document{{ID: "1", Text: "a text"}, {ID: "2", Text: "— … —"}}, Options{Language: "en"}, r)
		require.Equal(t, 1, x.Manifest().Untokened)
		for _, q := range []string{"", "the", "\xff\xfe", strings.Repeat("x", 40<<10), `"unterminated +-/*`} {
			hits, err := x.Retrieve(t.Context(), q, 5)
			require.NoError(t, err)
			require.Equal(t, []trace.Hit{}, hits)
		}
		_, err := x.Retrieve(t.Context(), "text", 0)
		require.Error(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = x.Retrieve(ctx, "text", 5)
		require.ErrorIs(t, err, context.Canceled)
	}
}

// TestAnalyzers builds with each of them, so that none is only a name.
func TestAnalyzers(t *testing.T) {
	require.Len(t, Analyzers(), 24)
	for _, a := range Analyzers() {
		m, err := newMapping(a)
		require.NoError(t, err, a)
		require.NotNil(t, m.AnalyzerNamed(a), a)
	}
	for lang, want := range map[string]string{"en": "en", "zh": "cjk", "ko": "cjk", "th": "ngram", "el": "ngram", "": "ngram", "nb": "no"} {
		require.Equal(t, want, AnalyzerFor(lang), lang)
	}
}

// TestMisfit: a tokenizer for words loses Thai, and the index says so.
func TestMisfit(t *testing.T) {
	thai := []corpus.Document{{ID: "1", Text: strings.Repeat("เรือข้ามฟากออกทุกสี่สิบนาทีจากท่าเรือไปยังเกาะ ", 5)}}
	bad := build(t, thai, Options{Analyzer: AnalyzerStandard, Language: "th"}, RankExact)
	require.Equal(t, trace.Yes, bad.Misfit("").Truth)
	require.Contains(t, strings.Join(bad.Manifest().warnings(), "\n"), "--analyzer ngram")
	good := build(t, thai, Options{Language: "th"}, RankExact)
	require.Equal(t, trace.No, good.Misfit("").Truth)
	require.Empty(t, good.Manifest().warnings())
	hits, err := good.Retrieve(t.Context(), "เรือข้ามฟาก", 1)
	require.NoError(t, err)
	require.Len(t, hits, 1)

	english := build(t, []corpus.Document{{ID: "1", Text: "The ferry leaves every forty minutes."}}, Options{Language: "en"}, RankExact)
	require.Equal(t, trace.Yes, english.Misfit("de").Truth)
	require.Equal(t, trace.No, english.Misfit("en").Truth)
}

// FuzzDecode: no stored bytes can crash the reader, and what is encoded comes back.
func FuzzDecode(f *testing.F) {
	f.Add([]byte{}, "id", "text", 3)
	f.Add(encode(nil, corpus.Passage{ID: "a#1", Doc: "a", Title: "t", Text: "x", Start: 5, End: 6}), "é", "\x00", 1<<40)
	f.Fuzz(func(t *testing.T, raw []byte, id, body string, start int) {
		_, _ = decode(raw)
		p := corpus.Passage{ID: id, Doc: id, Title: body, Text: body, Date: id, Start: start & math.MaxInt, End: len(body)}
		got, err := decode(encode(nil, p))
		require.NoError(t, err)
		require.Equal(t, p, got)
	})
}

// TestConcurrentRetrieve gives every goroutine the result of one alone.
func TestConcurrentRetrieve(t *testing.T) {
	x := build(t, made(300), Options{Analyzer: AnalyzerStandard}, RankExact)
	queries := queriesFor(20)
	want := results(t, x, queries, 10)
	done := make(chan []string)
	for range 4 {
		go func() { done <- results(t, x, queries, 10) }()
	}
	for range 4 {
		require.Equal(t, want, <-done)
	}
}
