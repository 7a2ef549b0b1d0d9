package match

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/internal/realdata"
	"github.com/ragdiag/ragdiag/internal/text"
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
	require.LessOrEqual(t, share(wrong, n), .06)
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
