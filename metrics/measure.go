package metrics

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Kind is a family of retrieval measures.
type Kind int

// The retrieval measures, named as ir_measures names them.
const (
	NoMeasure     Kind = iota
	KindP              // precision at a cutoff
	KindR              // recall at a cutoff
	KindSuccess        // any relevant document at a cutoff
	KindRR             // reciprocal rank
	KindAP             // average precision
	KindNDCG           // normalised discounted cumulative gain
	KindRprec          // precision at the number of relevant documents
	KindBpref          // binary preference
	KindERR            // expected reciprocal rank
	KindSetP           // precision of all that was retrieved
	KindSetR           // recall of all that was retrieved
	KindSetF           // harmonic mean of SetP and SetR
	KindJudged         // share judged at a cutoff
	KindNumQ           // number of queries
	KindNumRet         // number retrieved
	KindNumRel         // number relevant
	KindNumRelRet      // number relevant and retrieved
)

// Measure names one retrieval measure with its parameters. It is comparable;
// String gives it the syntax of ir_measures, which ParseMeasure reads.
type Measure struct {
	Kind       Kind
	Cutoff     int  // the k of @k; 0 means the whole ranking, where the measure allows that
	Rel        int  // least grade that is relevant; 0 means 1
	ExpGain    bool // nDCG: gain 2^grade − 1 instead of the grade
	JudgedOnly bool // take unjudged documents out of the ranking first
	MaxGrade   int  // ERR: highest grade of the scale; 0 means 4
}

type kindInfo struct {
	kind    Kind
	name    string
	aliases []string // names that are read, never printed; trec_eval's among them
	cutoff  byte     // 0 takes none, '?' may take one, '!' needs one
	params  []string // parameters it takes
	sums    bool     // its total over queries is a sum, not a mean
}

var kinds = []kindInfo{
	{KindP, "P", []string{"Precision"}, '!', []string{"rel", "judged_only"}, false},
	{KindR, "R", []string{"Recall", "recall"}, '!', []string{"rel", "judged_only"}, false},
	{KindSuccess, "Success", []string{"success"}, '!', []string{"rel", "judged_only"}, false},
	{KindRR, "RR", []string{"MRR", "recip_rank"}, '?', []string{"rel", "judged_only"}, false},
	{KindAP, "AP", []string{"MAP", "map", "map_cut"}, '?', []string{"rel", "judged_only"}, false},
	{KindNDCG, "nDCG", []string{"NDCG", "ndcg", "ndcg_cut"}, '?', []string{"dcg", "judged_only"}, false},
	{KindRprec, "Rprec", []string{"RPrec"}, 0, []string{"rel", "judged_only"}, false},
	{KindBpref, "Bpref", []string{"BPref", "bpref"}, 0, []string{"rel"}, false},
	{KindERR, "ERR", nil, '?', []string{"max_rel"}, false},
	{KindSetP, "SetP", []string{"set_P"}, 0, []string{"rel", "judged_only"}, false},
	{KindSetR, "SetR", []string{"set_recall"}, 0, []string{"rel"}, false},
	{KindSetF, "SetF", []string{"set_F"}, 0, []string{"rel", "judged_only"}, false},
	{KindJudged, "Judged", nil, '!', nil, false},
	{KindNumQ, "NumQ", []string{"num_q"}, 0, nil, true},
	{KindNumRet, "NumRet", []string{"num_ret"}, 0, []string{"rel"}, true},
	{KindNumRel, "NumRel", []string{"num_rel"}, 0, []string{"rel"}, true},
	{KindNumRelRet, "NumRelRet", []string{"num_rel_ret"}, 0, []string{"rel"}, true},
}

func (k Kind) info() kindInfo {
	if k < KindP || int(k) > len(kinds) {
		return kindInfo{name: "no measure"}
	}
	return kinds[k-1]
}

// String is the measure's name without parameters.
func (k Kind) String() string { return k.info().name }

// Sums reports whether the measure is a count, whose total over queries is a
// sum and not a mean.
func (m Measure) Sums() bool { return m.Kind.info().sums }

func (m Measure) rel() int { return max(m.Rel, 1) }

func (m Measure) maxGrade() int {
	if m.MaxGrade == 0 {
		return 4 // gdeval's scale
	}
	return m.MaxGrade
}

// TakesRel reports whether the measure depends on the relevance level.
func (m Measure) TakesRel() bool { return m.Kind.info().takes("rel") }

func (ki kindInfo) takes(param string) bool { return slices.Contains(ki.params, param) }

// check refuses a measure that String could not print or Of could not compute.
func (m Measure) check() error {
	ki := m.Kind.info()
	switch {
	case ki.kind == NoMeasure:
		return fmt.Errorf("unknown measure: want one of %s", kindNames())
	case m.Cutoff < 0 || m.Cutoff == 0 && ki.cutoff == '!':
		return fmt.Errorf("%s: %w: write %s@10", ki.name, ErrCutoff, ki.name)
	case m.Cutoff > 0 && ki.cutoff == 0:
		return fmt.Errorf("%s takes no cutoff", ki.name)
	case m.Rel < 0 || m.MaxGrade < 0:
		return fmt.Errorf("%s: rel and max_rel must be at least 1", ki.name)
	case m.MaxGrade > maxExpGrade:
		return fmt.Errorf("%s: max_rel must be at most %d", ki.name, maxExpGrade)
	case m.Rel > 0 && !ki.takes("rel"):
		return fmt.Errorf("%s takes no rel: it does not depend on the relevance level", ki.name)
	case m.ExpGain && !ki.takes("dcg"), m.JudgedOnly && !ki.takes("judged_only"), m.MaxGrade > 0 && !ki.takes("max_rel"):
		return fmt.Errorf("%s takes only these parameters: %s", ki.name, strings.Join(ki.params, ", "))
	}
	return nil
}

// String prints the measure in the syntax of ir_measures: nDCG@10,
// AP(rel=2), nDCG(dcg='exp-log2')@10. Parameters at their default are left out.
func (m Measure) String() string {
	var params []string
	if m.Rel > 0 {
		params = append(params, "rel="+strconv.Itoa(m.Rel))
	}
	if m.ExpGain {
		params = append(params, "dcg='exp-log2'")
	}
	if m.JudgedOnly {
		params = append(params, "judged_only=True")
	}
	if m.MaxGrade > 0 {
		params = append(params, "max_rel="+strconv.Itoa(m.MaxGrade))
	}
	s := m.Kind.String()
	if len(params) > 0 {
		s += "(" + strings.Join(params, ",") + ")"
	}
	if m.Cutoff > 0 {
		s += "@" + strconv.Itoa(m.Cutoff)
	}
	return s
}

func kindNames() string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	return strings.Join(names, ", ")
}
