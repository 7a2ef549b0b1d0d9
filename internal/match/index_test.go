package match

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// sameName compares the IDs of one passage with a unit, without an index.
func sameName(u trace.Unit, p Passage) float64 {
	doc := p.Doc
	if doc == "" {
		doc = document(p.ID)
	}
	switch {
	case u.ID != "" && u.ID == p.ID:
		return 1
	case u.ID != "" && p.ID != "" && document(u.ID) == p.ID:
		return .95
	case u.ID != "" && (u.ID == doc || document(u.ID) == u.ID && u.ID == document(p.ID)):
		return .9
	case u.ID == "" && u.Doc != "" && (u.Doc == doc || u.Doc == p.ID):
		if u.Text != "" {
			return .6
		}
		return 1
	}
	return 0
}

// The index of names finds what a look at each passage finds.
func TestNamesAgreeWithSearch(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	ids := []string{"", "a", "b", "a#1", "a#2", "b#1", "c#x", "#1"}
	for range 5000 {
		in := make([]Passage, r.IntN(6))
		for i := range in {
			in[i] = Passage{ID: pick(ids...), Doc: pick("", "", "a", "b", "a#1")}
		}
		u := trace.Unit{ID: pick(ids...), Doc: pick("", "a", "b"), Text: pick("", "text")}
		rank, p := 0, 0.
		for i := range in {
			if q := sameName(u, in[i]); q > p {
				rank, p = i+1, q
			}
		}
		got := newNames(in).find(u)
		require.Equal(t, rank, got.Rank, "%+v in %+v", u, in)
		require.Equal(t, p, got.P, "%+v in %+v", u, in)
	}
}

// The index of words finds what a comparison with each passage finds.
func TestWordsAgreeWithSearch(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 1))
	sentence := func(n int) string {
		var b strings.Builder
		for range n {
			fmt.Fprintf(&b, "word%c ", 'a'+r.IntN(12))
		}
		return b.String()
	}
	hows := map[string]int{}
	for range 3000 {
		in := make([]Passage, 1+r.IntN(5))
		for i := range in {
			in[i] = Passage{Text: sentence(r.IntN(14)), Doc: string(rune('a' + r.IntN(2)))}
			if r.IntN(2) == 0 {
				in[i].ID = fmt.Sprintf("%s#%d", in[i].Doc, r.IntN(4))
			}
		}
		unit := sentence(1 + r.IntN(10))
		if p := in[r.IntN(len(in))].Text; r.IntN(2) == 0 && p != "" {
			unit = p + sentence(r.IntN(3))
		}
		if r.IntN(8) == 0 {
			unit = sentence(30) + in[0].Text
		}
		got := Prepare(in).findText(unit)
		require.Equal(t, search(Prepare(in), unit), got, "%q in %+v", unit, in)
		if strings.Contains(got.Detail, "piece") {
			got.How = "piece"
		}
		hows[got.How]++
	}
	for _, how := range []string{"", "text", "split", "piece"} {
		require.NotZero(t, hows[how], "no case of %q", how)
	}
}

// search compares a text with each passage and each pair of neighbours.
func search(l *List, s string) Match {
	hay := make([][]uint64, len(l.in))
	for i, p := range l.in {
		if p.Text != "" {
			hay[i] = hashes(l.Doc(i))
		}
	}
	n := newNeedle(text.Analyze(s, l.lang))
	best := Match{Grade: trace.GradeB, Detail: "no passage holds half of its words"}
	for i := range l.in {
		m := n.in(hay[i], l.Doc(i))
		m.Rank = i + 1
		switch {
		case m.How == "":
			if best.How == "" {
				best.P = max(best.P, m.P)
			}
		case m.P >= .9:
			return m
		case best.How == "" || m.P > best.P:
			best = m
		}
	}
	for i, j := range followers(l.in) {
		if j < 0 || n.cover(hay[i]) < .15 || n.cover(hay[j]) < .15 {
			continue
		}
		both := append(append([]uint64{}, hay[i]...), hay[j]...)
		if m := n.in(both, l.Doc(i), l.Doc(j)); m.How == "text" && m.P >= .9 && m.P > best.P {
			return Match{Rank: max(i, j) + 1, How: "split", P: .85, Grade: trace.GradeB, Detail: fmt.Sprintf("passages %d and %d together: %s", i+1, j+1, m.Detail)}
		}
	}
	if best.P < found {
		best.Rank, best.How = 0, ""
		for i, h := range hay {
			p := newNeedle(l.Doc(i))
			if len(h) >= leastPiece && len(n.terms) >= pieces*len(h) && p.cover(n.terms) >= wholeCover && p.order(n.terms) >= inOrder && p.alike(n.terms) > 0 {
				return Match{Detail: fmt.Sprintf("passage %d is a piece of the gold text: whether it is the piece that matters is not known", i+1)}
			}
		}
	}
	return best
}
