package cite

import (
	"fmt"
	"slices"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/prepared"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/metrics"
	"github.com/ragdiag/ragdiag/trace"
)

// version names this examiner and the verifier behind it in evidence.
func version(texts *claim.Context) string { return "cite/1 " + texts.Verifier().Version() }

// Examine says of each citation of the answer whether it holds, and which
// statements lack one. It changes nothing in the record.
//
// Recall and precision follow ALCE over the statements that can be checked;
// fabricated citations count as imprecise, and statements about which the
// verifier abstains are left out.
func Examine(r *prepared.Record) *trace.CiteEvidence {
	rec, texts := r.Record, r.Context()
	ev := &trace.CiteEvidence{Version: version(texts)}
	if rec.Answer == nil {
		unknown := trace.NotKnown("the answer was not recorded")
		ev.HasCitations, ev.Faulty, ev.Missing = unknown, unknown, unknown
		ev.Recall, ev.Precision = trace.Unknown(unknown.Why), trace.Unknown(unknown.Why)
		return ev
	}
	x := &examination{rec: rec, texts: texts, ev: ev}
	p := parse(rec.Answer.Text, rec.Context, rec.Answer.Citations)
	marks := p.marks
	ev.Numbering = p.numbering
	ev.HasCitations = trace.Holds(len(marks) > 0, .97, trace.GradeB, fmt.Sprintf("%d citations in the answer", len(marks)))
	x.cut(p)
	x.cover()
	x.exempt()
	for i := range x.statements {
		if s := &x.statements[i]; s.listed {
			x.judgeList(i)
		} else {
			x.judge(s)
		}
	}
	x.verdicts(len(marks))
	x.count(len(marks))
	for _, s := range x.statements {
		if s.Text != "" || len(s.Citations) > 0 {
			ev.Statements = append(ev.Statements, s.CitedStatement)
		}
	}
	return ev
}

// examination is the work on one record.
type examination struct {
	rec        *trace.Record
	texts      *claim.Context
	ev         *trace.CiteEvidence
	statements []statement
	lines      []int        // where the lines of the answer begin
	holds      map[int]bool // passages that hold what a list of sources covers
	elsewhere  bool         // all that it covers stands in passages that it does not name
	leading    bool         // the answer puts its markers in front of what they are for
}

// surely is the probability of support up to which a citation is called
// unsupported: free paraphrases share few words with what they rest on, and a
// right citation that is called wrong does more harm than one left undecided.
// data_test.go measures both sides.
const surely = .3

// support asks the named passages together about a statement: it holds if they
// support every claim, and fails with the first that they do not. What is not
// surely absent is undecided.
func (x *examination) support(s *statement, passages []int) trace.Support {
	if len(s.claims) == 0 || len(passages) == 0 {
		return trace.Abstain
	}
	worst := trace.Supported
	for _, c := range s.claims {
		switch got := x.texts.CheckIn(c, passages...); {
		case got.Support == trace.Contradicted:
			return got.Support
		case got.Support == trace.NotFound && got.P <= surely:
			worst = trace.NotFound
		case got.Support != trace.Supported && worst == trace.Supported:
			worst = trace.Abstain
		}
	}
	return worst
}

// supportsOne reports whether the passages support at least one claim of s.
func (x *examination) supportsOne(s *statement, passages []int) bool {
	return len(s.claims) > 1 && slices.ContainsFunc(s.claims, func(c string) bool {
		return x.texts.CheckIn(c, passages...).Support == trace.Supported
	})
}

// judge decides the support of a statement and the status of its citations.
func (x *examination) judge(s *statement) {
	if len(s.Citations) == 0 || x.rec.Context == nil {
		return
	}
	s.Support = x.support(s, slices.Concat(s.cited...))
	s.alone = make([]trace.Support, len(s.Citations))
	s.rest = make([]trace.Support, len(s.Citations))
	whole := s.Support
	if whole != trace.Supported && s.Needs {
		whole = x.support(s, x.everything())
		s.Better = x.better(s)
	}
	for i := range s.Citations {
		s.alone[i] = s.Support
		if len(s.Citations) > 1 {
			s.alone[i] = x.support(s, s.cited[i])
			if s.Support == trace.Supported && s.alone[i] != trace.Supported {
				s.rest[i] = x.support(s, slices.Concat(slices.Delete(slices.Clone(s.cited), i, i+1)...))
			}
		}
		s.Citations[i].Status = x.status(s, i, whole)
	}
}

func (x *examination) status(s *statement, i int, whole trace.Support) trace.CiteStatus {
	alone := s.alone[i]
	switch {
	case len(s.cited[i]) == 0 && !s.unsure[i]:
		return trace.CiteFabricated
	case !s.Needs || len(s.cited[i]) == 0:
		return trace.CiteUndecided
	case alone == trace.Supported, x.supportsOne(s, s.cited[i]):
		return trace.CiteSupported
	case s.Support == trace.Supported && s.rest[i] != trace.Supported:
		return trace.CiteSupported // only together, and needed
	case s.Support == trace.Supported, s.Support == trace.Abstain, whole == trace.Abstain, s.unsure[i]:
		return trace.CiteUndecided // markers of one statement are judged together: one too many is no fault
	case whole == trace.Supported:
		return trace.CiteMisplaced
	}
	return trace.CiteUnsupported
}

// everything returns the indexes of all passages.
func (x *examination) everything() []int {
	all := make([]int, x.texts.Len())
	for i := range all {
		all[i] = i
	}
	return all
}

// better returns the passages, not cited, that support the whole statement.
func (x *examination) better(s *statement) []int {
	var out []int
	for _, c := range s.claims {
		for _, by := range x.texts.Check(c).By {
			p := by.Passage
			if !slices.Contains(out, p) && !slices.Contains(slices.Concat(s.cited...), p) && x.support(s, []int{p}) == trace.Supported {
				out = append(out, p)
			}
		}
	}
	return out
}

// verdicts decides the predicates.
func (x *examination) verdicts(marks int) {
	ev := x.ev
	switch {
	case marks == 0:
		ev.Faulty = trace.Holds(false, .97, trace.GradeB, "there is no citation that could be wrong")
		ev.Missing = trace.Holds(false, .97, trace.GradeB, "the answer cites nowhere")
		return
	case x.rec.Context == nil:
		ev.Faulty = trace.NotKnown("the context was not recorded")
		ev.Missing = x.missing()
		return
	}
	decided := 0
	var first *trace.CiteMark
	for _, s := range x.statements {
		for i, c := range s.Citations {
			switch c.Status {
			case trace.CiteFabricated:
				ev.Fabricated++
			case trace.CiteMisplaced:
				ev.Misplaced++
			case trace.CiteUnsupported:
				ev.Wrong++
			}
			if c.Status != trace.CiteUndecided {
				decided++
			}
			if first == nil && c.Status != trace.CiteUndecided && c.Status != trace.CiteSupported {
				first = &s.Citations[i]
			}
		}
	}
	switch {
	case ev.Fabricated > 0:
		ev.Faulty = trace.Holds(true, .97, trace.GradeB, fmt.Sprintf("%d citations point to nothing in the context", ev.Fabricated))
	case first != nil:
		ev.Faulty = trace.Holds(true, .8, trace.GradeC, fmt.Sprintf("%s is %s", first.Marker, first.Status))
	case decided == 0:
		ev.Faulty = trace.NotKnown("the verifier could decide none of the citations")
	default:
		ev.Faulty = trace.Holds(false, .85, trace.GradeC, fmt.Sprintf("%d of %d citations support their statements, the others are undecided", decided, marks))
	}
	ev.Missing = x.missing()
}

// missing looks for a statement that needs a citation and has none.
func (x *examination) missing() trace.Predicate {
	for i := range x.statements {
		s := &x.statements[i]
		if s.Needs && len(s.Citations) == 0 && s.covered < 0 {
			return trace.Holds(true, .8, trace.GradeC, fmt.Sprintf("no citation for %q", text.Clip(s.Text, quoted)))
		}
	}
	return trace.Holds(false, .85, trace.GradeC, "each statement that needs a citation has one")
}

// judgeList decides the status of a source that a list names for all that
// stands before it. It is wrong only if every statement rests on other passages.
func (x *examination) judgeList(i int) {
	s := &x.statements[i]
	s.alone = make([]trace.Support, len(s.Citations))
	s.rest = make([]trace.Support, len(s.Citations))
	if x.holds == nil {
		x.listHolds()
	}
	for k := range s.Citations {
		c := &s.Citations[k]
		switch {
		case len(s.cited[k]) == 0 && !s.unsure[k]:
			c.Status = trace.CiteFabricated
		case slices.ContainsFunc(s.cited[k], func(p int) bool { return x.holds[p] }):
			c.Status = trace.CiteSupported
		case x.elsewhere && len(s.cited[k]) > 0 && !s.unsure[k]:
			c.Status = trace.CiteMisplaced
		}
	}
}

// listHolds notes which passages hold a statement that a list of sources covers,
// and whether all of these statements stand in passages that no list names.
func (x *examination) listHolds() {
	x.holds = map[int]bool{}
	listed := map[int]bool{}
	for _, s := range x.statements {
		if s.listed {
			for _, p := range slices.Concat(s.cited...) {
				listed[p] = true
			}
		}
	}
	x.elsewhere = true
	found := false
	for _, s := range x.statements {
		if s.covered < 0 || !x.statements[s.covered].listed || !s.Needs {
			continue
		}
		for _, c := range s.claims {
			got := x.texts.Check(c)
			found = true
			x.elsewhere = x.elsewhere && got.Support == trace.Supported
			for _, by := range got.By {
				x.holds[by.Passage] = true
				x.elsewhere = x.elsewhere && !listed[by.Passage]
			}
		}
	}
	x.elsewhere = x.elsewhere && found
}

// count fills recall and precision.
func (x *examination) count(marks int) {
	reason := ""
	switch {
	case x.rec.Context == nil:
		reason = "the context was not recorded"
	case marks == 0:
		reason = "the answer has no citations"
	}
	var all []metrics.CitedSentence
	undecided, covered, supported := 0, 0, 0
	for _, s := range x.statements {
		if !s.Needs || reason != "" {
			continue
		}
		if s.covered >= 0 {
			switch x.support(&s, slices.Concat(x.statements[s.covered].cited...)) {
			case trace.Supported:
				supported++
			case trace.Abstain:
				undecided++
				continue
			}
			covered++
			continue
		}
		if s.Support == trace.Abstain && len(slices.Concat(s.cited...)) > 0 {
			undecided++
			continue
		}
		m := metrics.CitedSentence{Joint: s.Support == trace.Supported}
		for i, c := range s.Citations {
			m.Citations = append(m.Citations, c.Passage+1) // 0: fabricated
			m.Alone = append(m.Alone, s.alone[i] == trace.Supported)
			m.Rest = append(m.Rest, s.rest[i] == trace.Supported)
		}
		all = append(all, m)
	}
	if reason == "" && len(all)+covered == 0 {
		reason = fmt.Sprintf("no statement could be decided, %d were left open", undecided)
	}
	if reason != "" {
		x.ev.Recall, x.ev.Precision = trace.Unknown(reason), trace.Unknown(reason)
		return
	}
	counts, err := metrics.CountCitations(len(x.rec.Context), all, metrics.CountFabricated)
	if err != nil {
		x.ev.Recall, x.ev.Precision = trace.Unknown(err.Error()), trace.Unknown(err.Error())
		return
	}
	counts.Sentences += covered // a citation further on stands for these too
	counts.Supported += supported
	x.ev.Recall = trace.Of(counts.Recall())
	x.ev.Precision = trace.Of(counts.Precision())
}

// quoted is the number of characters up to which a reason quotes a text.
const quoted = 80
