package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/ragdiag/ragdiag/corpus"
	"github.com/ragdiag/ragdiag/metrics"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/stages/retrieve/bleve"
)

// rankDepth is how many passages are ranked per query.
const rankDepth = 1000

// collection is a corpus with queries and relevance judgements.
type collection struct {
	corpus  string // path
	queries []question
	grades  map[string]map[string]int // query, document
}

type question struct{ id, text string }

var topic = regexp.MustCompile(`(?s)<num>(.*?)</num>.*?<title>(.*?)</title>`)

// vaswani reads the collection in dir.
func vaswani(dir string) (collection, error) {
	c := collection{corpus: filepath.Join(dir, "doc-text.trec"), grades: map[string]map[string]int{}}
	topics, err := os.ReadFile(filepath.Join(dir, "query-text.trec"))
	if err != nil {
		return c, err
	}
	for _, m := range topic.FindAllSubmatch(topics, -1) {
		c.queries = append(c.queries, question{strings.TrimSpace(string(m[1])), strings.TrimSpace(string(m[2]))})
	}
	f, err := os.Open(filepath.Join(dir, "qrels"))
	if err != nil {
		return c, err
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		cols := strings.Fields(s.Text())
		if len(cols) != 4 {
			return c, fmt.Errorf("qrels: %q has not four columns", s.Text())
		}
		grade, err := strconv.Atoi(cols[3])
		if err != nil {
			return c, err
		}
		if c.grades[cols[0]] == nil {
			c.grades[cols[0]] = map[string]int{}
		}
		c.grades[cols[0]][cols[2]] = grade
	}
	return c, nil
}

// index builds and opens an index of the corpus at path.
func index(ctx context.Context, path, dir string, ranker bleve.Ranker, o bleve.Options) (*bleve.Index, error) {
	if _, err := os.Stat(dir); err != nil {
		docs, _, err := corpus.Open(ctx, path)
		if err != nil {
			return nil, err
		}
		if _, err := bleve.Build(ctx, docs, dir, o); err != nil {
			return nil, err
		}
	}
	return bleve.Open(dir, ranker)
}

// ranking is what one ranker reaches.
type ranking struct {
	ranker bleve.Ranker
	mean   [3]float64       // AP, nDCG@10, recall@100
	behind [3]stat.Estimate // exact minus this; empty for exact itself
}

// compareRankers runs the queries of c under every ranker.
func compareRankers(ctx context.Context, c collection, dir string) ([]ranking, error) {
	var out []ranking
	var exact [3][]float64
	for _, r := range bleve.Rankers() {
		scores, err := score(ctx, c, dir, r)
		if err != nil {
			return nil, err
		}
		row := ranking{ranker: r}
		for i := range scores {
			row.mean[i] = mean(scores[i])
			if r == bleve.RankExact {
				continue
			}
			if row.behind[i], err = stat.PairedBootstrap(scores[i], exact[i], stat.BootstrapOptions{Seed: 1}); err != nil {
				return nil, err
			}
		}
		if r == bleve.RankExact {
			exact = scores
		}
		out = append(out, row)
	}
	return out, nil
}

// score returns AP, nDCG@10 and recall@100 of every query.
func score(ctx context.Context, c collection, dir string, r bleve.Ranker) ([3][]float64, error) {
	var out [3][]float64
	x, err := index(ctx, c.corpus, dir, r, bleve.Options{})
	if err != nil {
		return out, err
	}
	defer x.Close()
	for _, q := range c.queries {
		hits, err := x.Retrieve(ctx, q.text, rankDepth)
		if err != nil {
			return out, err
		}
		ranked, relevant := make([]string, len(hits)), map[string]bool{}
		for i, h := range hits {
			ranked[i] = h.Doc
		}
		for doc, g := range c.grades[q.id] {
			relevant[doc] = g > 0
		}
		ap, err := metrics.AP(ranked, relevant)
		if err != nil {
			return out, fmt.Errorf("query %s: %w", q.id, err)
		}
		ndcg, err := metrics.NDCGAt(10, ranked, c.grades[q.id])
		if err != nil {
			return out, fmt.Errorf("query %s: %w", q.id, err)
		}
		recall, err := metrics.RecallAt(100, ranked, relevant)
		if err != nil {
			return out, fmt.Errorf("query %s: %w", q.id, err)
		}
		for i, v := range []float64{ap, ndcg, recall} {
			out[i] = append(out[i], v)
		}
	}
	return out, nil
}

func mean(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	return sum / float64(len(xs))
}

// success is how often a question finds its own paragraph.
type success struct {
	language, analyzer string
	paragraphs         int
	rate1, rate5       float64
	at1, at5           stat.Interval // Wilson
}

// xquad asks every question of a SQuAD file against its own paragraphs.
func xquad(ctx context.Context, path, dir string) (success, error) {
	x, err := index(ctx, path, dir, bleve.RankExact, bleve.Options{Chunk: corpus.ChunkOptions{Words: -1}})
	if err != nil {
		return success{}, err
	}
	defer x.Close()
	raw, err := os.ReadFile(path)
	if err != nil {
		return success{}, err
	}
	var file struct {
		Data []struct {
			Title      string
			Paragraphs []struct{ QAS []struct{ Question string } }
		}
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		return success{}, err
	}
	n, first, fifth := 0, 0, 0
	for a, article := range file.Data {
		for p, paragraph := range article.Paragraphs {
			gold := corpus.ParagraphID(article.Title, a, p)
			for _, qa := range paragraph.QAS {
				hits, err := x.Retrieve(ctx, qa.Question, 5)
				if err != nil {
					return success{}, err
				}
				n++
				for i, h := range hits {
					if h.Doc == gold {
						fifth++
						if i == 0 {
							first++
						}
					}
				}
			}
		}
	}
	m := x.Manifest()
	out := success{language: m.Language, analyzer: m.Analyzer, paragraphs: m.Passages, rate1: float64(first) / float64(n), rate5: float64(fifth) / float64(n)}
	if out.at1, err = stat.Wilson(first, n, .95); err != nil {
		return out, err
	}
	out.at5, err = stat.Wilson(fifth, n, .95)
	return out, err
}
