package trec

import (
	"bytes"
	"hash/maphash"
	"slices"

	"github.com/ragdiag/ragdiag/metrics"
)

const runLayout = "query Q0 document rank score tag"

// retrieved is a document that a query retrieved. doc points into the block.
type retrieved struct {
	doc   []byte
	score float64
}

// better is trec_eval's order: by score, ties by the document ID, both falling.
func (a retrieved) better(b retrieved) bool {
	if a.score != b.score {
		return a.score > b.score
	}
	return bytes.Compare(a.doc, b.doc) > 0
}

// topicBuilder turns the lines of one query after the other into topics. It is
// reused, so that a line costs no allocation.
type topicBuilder struct {
	qrels   Qrels
	float32 bool
	cuts    []int
	ties    []int // for each cut, judged queries with a tie across it

	query  []byte
	docs   map[string]int // judgements of the query
	all    []retrieved
	judged []judgedDoc
	counts []int
	scores []float64

	seed   maphash.Seed
	table  []int32  // open addressing: index into all, plus 1
	hashes []uint64 // hash of each document in all
}

type judgedDoc struct {
	retrieved
	grade int
}

const smallTable = 1 << 12 // enough for a query of 2,048 documents

func newTopicBuilder(qrels Qrels, opt Options) *topicBuilder {
	return &topicBuilder{
		qrels: qrels, float32: opt.Float32, cuts: opt.Cuts, ties: make([]int, len(opt.Cuts)),
		seed: maphash.MakeSeed(), table: make([]int32, smallTable),
	}
}

// begin starts a query.
func (b *topicBuilder) begin(query []byte) {
	b.query, b.docs = query, b.qrels[string(query)]
	b.all, b.judged, b.hashes = b.all[:0], b.judged[:0], b.hashes[:0]
	b.table = b.table[:smallTable]
	clear(b.table)
}

// add takes the fields of a line of the query.
func (b *topicBuilder) add(line int, f *[6][]byte) *lineError {
	score, msg := parseScore(f[4])
	if msg != "" {
		return errorf(line, "%s", msg)
	}
	if b.float32 {
		score = float64(float32(score))
	}
	d := retrieved{f[2], score}
	if b.twice(d.doc) {
		return errorf(line, "query %s retrieves document %s a second time", quote(b.query), quote(d.doc))
	}
	b.all = append(b.all, d)
	if grade, ok := b.docs[string(d.doc)]; ok {
		b.judged = append(b.judged, judgedDoc{d, grade})
	}
	return nil
}

// twice reports whether the query has retrieved the document before, and
// remembers it. Equal hashes are confirmed by comparing the IDs.
func (b *topicBuilder) twice(doc []byte) bool {
	if 2*len(b.all) >= len(b.table) {
		b.table = slices.Grow(b.table[:0], 2*len(b.table))[:2*len(b.table)]
		clear(b.table)
		for i, h := range b.hashes {
			at := h
			for b.table[at&uint64(len(b.table)-1)] != 0 {
				at++
			}
			b.table[at&uint64(len(b.table)-1)] = int32(i + 1)
		}
	}
	h := maphash.Bytes(b.seed, doc)
	mask := uint64(len(b.table) - 1)
	at := h & mask
	for ; b.table[at] != 0; at = (at + 1) & mask {
		if i := b.table[at] - 1; b.hashes[i] == h && bytes.Equal(b.all[i].doc, doc) {
			return true
		}
	}
	b.table[at] = int32(len(b.all) + 1)
	b.hashes = append(b.hashes, h)
	return false
}

// topic ends the query. Only the ranks of judged documents are wanted, so the
// documents are not sorted: each is counted at the first judged document that
// it is above, and the counts are added up.
func (b *topicBuilder) topic() metrics.Topic {
	t := metrics.Topic{ID: string(b.query), Retrieved: len(b.all)}
	slices.SortFunc(b.judged, func(x, y judgedDoc) int {
		if x.better(y.retrieved) {
			return -1
		}
		return 1
	})
	b.counts = append(b.counts[:0], make([]int, len(b.judged)+1)...)
	if len(b.judged) > 0 {
		for _, d := range b.all {
			lo, hi := 0, len(b.judged)
			for lo < hi {
				if mid := (lo + hi) / 2; d.better(b.judged[mid].retrieved) {
					hi = mid
				} else {
					lo = mid + 1
				}
			}
			b.counts[lo]++
		}
	}
	rank := 1
	t.Hits = make([]metrics.Hit, len(b.judged))
	for i, j := range b.judged {
		rank += b.counts[i]
		t.Hits[i] = metrics.Hit{Rank: rank, Grade: j.grade}
	}
	t.Grades = grades(b.docs)
	if b.docs != nil {
		b.countTies()
	}
	return t
}

// countTies looks whether the documents on either side of each cut have the same score.
func (b *topicBuilder) countTies() {
	if len(b.cuts) == 0 {
		return
	}
	b.scores = b.scores[:0]
	for _, d := range b.all {
		b.scores = append(b.scores, -d.score)
	}
	slices.Sort(b.scores) // mostly sorted already, which costs one look
	for i, k := range b.cuts {
		if k < len(b.scores) && b.scores[k-1] == b.scores[k] {
			b.ties[i]++
		}
	}
}

// grades are the grades of a query's judged documents, falling.
func grades(docs map[string]int) []int {
	out := make([]int, 0, len(docs))
	for _, g := range docs {
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b int) int { return b - a })
	return out
}
