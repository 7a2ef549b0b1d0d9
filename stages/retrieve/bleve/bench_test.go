package bleve

import (
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	blevesearch "github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/corpus"
)

// prose returns n documents of 60 to 140 words with a natural spread of word
// frequencies, made from syllables.
func prose(n int) []corpus.Document {
	r := rand.New(rand.NewPCG(5, 6))
	vocabulary := make([]string, 20000)
	syllables := strings.Fields("ka lo mi ren tus var bel dor fin gan hes jol pra qui sto")
	for i := range vocabulary {
		for range 1 + r.IntN(4) {
			vocabulary[i] += syllables[r.IntN(len(syllables))]
		}
	}
	docs := make([]corpus.Document, n)
	for i := range docs {
		words := make([]string, 60+r.IntN(80))
		for j := range words {
			words[j] = vocabulary[int(math.Pow(float64(len(vocabulary)), r.Float64()))-1]
		}
		docs[i] = corpus.Document{ID: fmt.Sprint(i), Text: strings.Join(words, " ")}
	}
	return docs
}

const benchDocs = 40000

// BenchmarkBuild and BenchmarkBareBleve are a pair: ours must stay within 15 %
// of a loop that does nothing but hand batches to bleve, two at a time.
func BenchmarkBuild(b *testing.B) {
	docs := prose(benchDocs)
	b.ReportAllocs()
	for b.Loop() {
		_, err := Build(b.Context(), stream(docs), filepath.Join(b.TempDir(), "index"), Options{Language: "en"})
		require.NoError(b, err)
	}
	b.ReportMetric(float64(benchDocs*b.N)/b.Elapsed().Seconds(), "docs/s")
}

func BenchmarkBareBleve(b *testing.B) {
	docs := prose(benchDocs)
	b.ReportAllocs()
	for b.Loop() {
		m, err := newMapping("en")
		require.NoError(b, err)
		idx, err := blevesearch.NewUsing(filepath.Join(b.TempDir(), "index"), m, scorch.Name, scorch.Name, nil)
		require.NoError(b, err)
		work := make(chan *blevesearch.Batch)
		var writers sync.WaitGroup
		for range 2 {
			writers.Go(func() {
				for w := range work {
					if err := idx.Batch(w); err != nil {
						b.Error(err)
					}
				}
			})
		}
		batch := idx.NewBatch()
		for _, d := range docs {
			require.NoError(b, batch.Index(d.ID, map[string]string{"text": d.Text}))
			if batch.Size() == 1000 {
				work <- batch
				batch = idx.NewBatch()
			}
		}
		work <- batch
		close(work)
		writers.Wait()
		require.NoError(b, idx.Close())
	}
	b.ReportMetric(float64(benchDocs*b.N)/b.Elapsed().Seconds(), "docs/s")
}

// BenchmarkRetrieve asks ten words drawn as the documents were.
func BenchmarkRetrieve(b *testing.B) {
	docs := prose(benchDocs)
	dir := filepath.Join(b.TempDir(), "index")
	_, err := Build(b.Context(), stream(docs), dir, Options{Language: "en"})
	require.NoError(b, err)
	for _, r := range Rankers() {
		b.Run(string(r), func(b *testing.B) {
			x := open(b, dir, r)
			i := 0
			b.ReportAllocs()
			for b.Loop() {
				_, err := x.Retrieve(b.Context(), strings.Join(strings.Fields(docs[i%len(docs)].Text)[:10], " "), 10)
				require.NoError(b, err)
				i++
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "queries/s")
		})
	}
}
