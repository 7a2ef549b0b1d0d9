package match

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/lab/realdata"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/trace"
)

type mtragPassage struct{ ID, Text string }

// place is the document and the bytes that a passage ID of mtrag names.
var place = regexp.MustCompile(`^(.*)-(\d+)-(\d+)$`)

// TestMatchOnMTRAG hides the IDs of passages that have a neighbour in their
// document and looks for each one by text: in a list that has it, in one that
// has only its neighbours (which repeat a part of it), and in one where it is
// cut in two. True is what the IDs say.
func TestMatchOnMTRAG(t *testing.T) {
	byDoc := map[string][]mtragPassage{}
	var docs []string
	var all []mtragPassage
	for p := range realdata.Values[mtragPassage](t, "mtrag/passages.jsonl") {
		if m := place.FindStringSubmatch(p.ID); m != nil && len(text.Tokens(p.Text)) >= 20 {
			if byDoc[m[1]] == nil {
				docs = append(docs, m[1])
			}
			byDoc[m[1]] = append(byDoc[m[1]], p)
			all = append(all, p)
		}
	}
	var n, found, wrong, split, splitHalf int
	for i, d := range docs {
		ps := byDoc[d]
		if len(ps) < 2 || n >= 1500 {
			continue
		}
		slices.SortFunc(ps, func(a, b mtragPassage) int { return start(a) - start(b) })
		for k, p := range ps {
			var near []Passage
			for j := max(0, k-2); j < min(len(ps), k+3); j++ {
				if j != k && normal(ps[j].Text) != normal(p.Text) && !strings.Contains(normal(ps[j].Text), normal(p.Text)) {
					near = append(near, Passage{Text: ps[j].Text})
				}
			}
			if len(near) == 0 {
				continue
			}
			for j := range 5 { // and passages of other documents
				near = append(near, Passage{Text: all[(i*31+k*7+j*977)%len(all)].Text})
			}
			n++
			u := trace.Unit{Text: p.Text}
			if m := Find(u, append(near[:len(near):len(near)], Passage{Text: p.Text})); m.Rank == len(near)+1 {
				found++
			}
			if m := Find(u, near); m.Rank > 0 {
				wrong++
			}
			words := strings.Fields(p.Text)
			a, b := strings.Join(words[:len(words)/2], " "), strings.Join(words[len(words)/2:], " ")
			cut := append(near[:len(near):len(near)], Passage{ID: "x#1", Text: a}, Passage{ID: "x#2", Text: b})
			if m := Find(u, cut); m.How == "split" {
				split++
			}
			if m := Find(u, cut[:len(cut)-1]); m.Rank > 0 {
				splitHalf++
			}
		}
	}
	recall, falsely, both, half := interval(t, found, n), interval(t, wrong, n), interval(t, split, n), interval(t, splitHalf, n)
	t.Logf("n=%d: found where it is %s; found among its neighbours only %s; found when cut in two %s; first half alone called found %s", n, recall, falsely, both, half)
	require.GreaterOrEqual(t, share(found, n), .96)
	require.LessOrEqual(t, share(wrong, n), .07)
	require.GreaterOrEqual(t, share(split, n), .9)
}

func start(p mtragPassage) int {
	n, err := strconv.Atoi(place.FindStringSubmatch(p.ID)[2])
	if err != nil {
		return 0
	}
	return n
}

func normal(s string) string { return strings.Join(strings.Fields(strings.ToLower(s)), " ") }

func share(k, n int) float64 { return float64(k) / float64(n) }

func interval(t *testing.T, k, n int) string {
	iv, err := stat.Wilson(k, n, stat.DefaultLevel)
	require.NoError(t, err)
	return strconv.FormatFloat(share(k, n), 'f', 3, 64) + " [" + strconv.FormatFloat(iv.Lo, 'f', 3, 64) + ", " + strconv.FormatFloat(iv.Hi, 'f', 3, 64) + "]"
}

// stretch is a part of a gold passage: how much of its words it has, and
// whether the evidence for the human answer is in it.
type stretch struct {
	cover, p float64
	holds    bool
	half     int // of the conversations
}

// TestProbabilityOfAPart asks how probable it is that a stretch of a gold
// passage of mtrag has the evidence. It has it if it covers nine tenths of what
// the whole passage covers of the answer that a person wrote. The mapping was
// fitted on one half of the conversations; the other half is reported.
func TestProbabilityOfAPart(t *testing.T) {
	texts := map[string]string{}
	for p := range realdata.Values[mtragPassage](t, "mtrag/passages.jsonl") {
		texts[p.ID] = p.Text
	}
	type task struct {
		Conversation string
		Answer       string `json:"final_answer"`
		Contexts     []struct {
			ID       string
			Relevant []string
		}
	}
	var rows []stretch
	for r := range realdata.Values[task](t, "mtrag/tasks.jsonl") {
		half := int(text.Hash64(r.Conversation) >> 63)
		a := newNeedle(text.Analyze(r.Answer, "en"))
		for _, c := range r.Contexts {
			if texts[c.ID] == "" || len(c.Relevant) == 0 || slices.Contains(c.Relevant, "no") || a.mass == 0 {
				continue
			}
			whole := text.Analyze(texts[c.ID], "en")
			n, all := newNeedle(whole), hashes(whole)
			most := a.cover(all)
			if len(all) < 30 || most < .3 {
				continue
			}
			for _, part := range []float64{.4, .5, .6, .7, .8, .9} {
				size := int(part * float64(len(all)))
				for _, from := range []int{0, (len(all) - size) / 2, len(all) - size} {
					hay := all[from : from+size]
					rows = append(rows, stretch{n.cover(hay), n.in(hay).P, a.cover(hay) >= .9*most, half})
				}
			}
		}
	}
	for half := range 2 {
		var brier, before, count float64
		var bins [10]struct{ n, holds, p float64 }
		for _, r := range rows {
			if r.half != half || r.cover < partCover || r.cover >= wholeCover {
				continue
			}
			y := 0.
			if r.holds {
				y = 1
			}
			old := .2 + .5*(r.cover-partCover)/(wholeCover-partCover)
			count++
			brier += (r.p - y) * (r.p - y)
			before += (old - y) * (old - y)
			b := &bins[int((r.cover-partCover)/(wholeCover-partCover)*6)]
			b.n++
			b.holds += y
			b.p += r.p
		}
		ece := 0.
		for i, b := range bins {
			if b.n > 0 {
				t.Logf("half %c, words %.2f to %.2f: n=%.0f, holds the evidence %.3f, said %.3f", 'A'+half, partCover+.05*float64(i), partCover+.05*float64(i+1), b.n, b.holds/b.n, b.p/b.n)
				ece += math.Abs(b.holds-b.p) / count
			}
		}
		t.Logf("half %c: n=%.0f, Brier %.4f (linear mapping of before %.4f), calibration error %.3f", 'A'+half, count, brier/count, before/count, ece)
		if half == 1 {
			require.LessOrEqual(t, ece, .08)
			require.LessOrEqual(t, brier, before+1e-9)
		}
	}
}
