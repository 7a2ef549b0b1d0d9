package match

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// Bands of an audit: how a unit was found in a list, or how near the list came.
const (
	BandID     = "id"
	BandDoc    = "doc"
	BandText   = "text, whole"    // at least .8 of its words, in order
	BandNear   = "near-duplicate" // or split over two passages
	BandAnswer = "answer"         // no gold evidence: an accepted answer is there
	BandBelow  = "text, part"     // half of its words or more, not called found
	BandSome   = "some words"     // a quarter of its words
	BandFar    = "far"
)

// Bands lists them, those that say "found" first.
func Bands() []string {
	return []string{BandID, BandDoc, BandText, BandNear, BandAnswer, BandBelow, BandSome, BandFar}
}

// Pair is a gold unit and the passage of a list that comes nearest to it, for a
// person to judge.
type Pair struct {
	ID       string // hash of record, unit and passage: the same in every sample
	Record   string
	Set      int // index of the unit's set in the gold evidence; -1: by answer
	Unit     int
	Rank     int // of the passage, 1-based
	Question string
	Gold     string // text of the unit, or the accepted answers
	Passage  string
	Band     string
	Found    bool    // what the matcher says
	P        float64 // its probability that the unit is there
	Weight   float64 // units of the run that the pair stands for
	Detail   string

	order uint64
}

// Sample is a stratified sample of the pairs of a run.
type Sample struct {
	Pairs []Pair         // in random order, the same for the same seed
	Count map[string]int // units of the run by band
	Blind int            // units that cannot be shown: a text is missing
}

// Auditor collects a Sample, record by record. The memory is that of the pairs
// kept, whatever the length of the run.
type Auditor struct {
	seed   uint64
	most   int
	byBand map[string][]Pair
	count  map[string]int
	blind  int
}

// NewAuditor returns an Auditor for samples of at most n pairs.
func NewAuditor(n int, seed uint64) *Auditor {
	return &Auditor{seed: seed, most: n, byBand: map[string][]Pair{}, count: map[string]int{}}
}

// Add looks for each gold unit of a record among its candidates, or in its
// context if those were not recorded. A list that holds nothing is left out:
// there is no passage to judge.
func (a *Auditor) Add(rec *trace.Record) {
	in := Hits(rec.Candidates)
	if in == nil {
		in = Passages(rec.Context)
	}
	if rec.Gold == nil || len(in) == 0 {
		return
	}
	l := Prepare(in)
	if len(rec.Gold.Evidence) == 0 {
		if m := l.Answer(rec.Gold.Answers); m.Rank > 0 {
			a.keep(rec, -1, 0, strings.Join(rec.Gold.Answers, " / "), in[m.Rank-1].Text, m)
		}
		return
	}
	for si, set := range rec.Gold.Evidence {
		for ui, u := range set {
			m := l.Find(u)
			if m.Grade == trace.GradeNone {
				continue
			}
			gold := u.Text
			for _, p := range in {
				if gold == "" && u.ID != "" && p.ID == u.ID {
					gold = p.Text
				}
			}
			passage := ""
			if m.Rank > 0 {
				passage = in[m.Rank-1].Text
			} else if gold != "" {
				m, passage = l.nearest(gold, m)
			}
			if m.How == "split" {
				passage = in[m.Rank-1].Text
				if i := l.before(m.Rank - 1); i >= 0 {
					passage = in[i].Text + "\n" + passage
				}
			}
			a.keep(rec, si, ui, gold, passage, m)
		}
	}
}

// before returns the passage that passage i continues, or -1.
func (l *List) before(i int) int {
	return slices.Index(followers(l.in), i)
}

// nearest returns the passage that holds most of a text, although it is not
// called found: m with its rank and probability.
func (l *List) nearest(s string, m Match) (Match, string) {
	best := ""
	m.P = -1
	for i, p := range l.in {
		if p.Text == "" {
			continue
		}
		if got := Prepare([]Passage{{Text: p.Text, Prepared: l.Doc(i)}}).findText(s); got.P > m.P {
			m.P, m.Rank, best = got.P, i+1, p.Text
		}
	}
	m.P = max(m.P, 0)
	m.How = ""
	return m, best
}

// band sorts a match into its band.
func (m Match) band() string {
	switch m.How {
	case "id":
		return BandID
	case "doc":
		return BandDoc
	case "answer":
		return BandAnswer
	case "near-duplicate", "split":
		return BandNear
	case "text":
		return BandText
	}
	switch {
	case m.P >= pHalf:
		return BandBelow
	case m.P >= pHalf/4:
		return BandSome
	}
	return BandFar
}

// pHalf is a little less than the probability of a text that has half of the
// unit's words; with a quarter of them it is a quarter.
const pHalf = .1

func (a *Auditor) keep(rec *trace.Record, set, unit int, gold, passage string, m Match) {
	if gold == "" || passage == "" {
		a.blind++
		return
	}
	p := Pair{Record: rec.ID, Set: set, Unit: unit, Rank: m.Rank, Question: rec.Question, Gold: gold, Passage: passage,
		Band: m.band(), Found: m.How != "", P: m.P, Detail: m.Detail}
	key := text.Hash64(fmt.Sprintf("%s\x00%d\x00%d\x00%d\x00%d", rec.ID, set, unit, m.Rank, text.Hash64(passage)))
	p.ID = fmt.Sprintf("%016x", key)
	p.order = text.Hash64(fmt.Sprintf("%d %s", a.seed, p.ID))
	a.count[p.Band]++
	kept := a.byBand[p.Band]
	at, _ := slices.BinarySearchFunc(kept, p.order, func(q Pair, o uint64) int { return cmp.Compare(q.order, o) })
	if at < a.most {
		kept = slices.Insert(kept, at, p)
		a.byBand[p.Band] = kept[:min(len(kept), a.most)]
	}
}

// Sample returns the pairs to judge: as many of each band as of any other, as
// far as there are.
func (a *Auditor) Sample() Sample {
	s := Sample{Count: a.count, Blind: a.blind}
	take := map[string]int{}
	for left := a.most; left > 0; {
		before := left
		for _, b := range Bands() {
			if left > 0 && take[b] < len(a.byBand[b]) {
				take[b]++
				left--
			}
		}
		if left == before {
			break
		}
	}
	for _, b := range Bands() {
		for _, p := range a.byBand[b][:take[b]] {
			p.Weight = float64(a.count[b]) / float64(take[b])
			s.Pairs = append(s.Pairs, p)
		}
	}
	slices.SortFunc(s.Pairs, func(p, q Pair) int { return cmp.Or(cmp.Compare(p.order, q.order), cmp.Compare(p.ID, q.ID)) })
	return s
}
