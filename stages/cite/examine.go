package cite

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/metrics"
	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

// version names this examiner and the verifier behind it in evidence.
func version(texts *claim.Context) string { return "cite/2 " + texts.Verifier().Version() }

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
	x.answer = claim.Read(rec.Answer.Text).Body
	p := parse(x.answer, rec.Context, rec.Answer.Citations)
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
	answer     string // as recorded, what was only thought blanked out
	texts      *claim.Context
	ev         *trace.CiteEvidence
	statements []statement
	plain      string       // the answer without its markers
	lines      []int        // where the lines of the answer begin
	topics     []float64    // by passage; see topicShares
	holds      map[int]bool // passages that hold what a list of sources covers
	elsewhere  bool         // all that it covers is in passages that it does not name
	held       float64      // sum over the measured statements of the probability that what they cite holds them
	measured   int          // statements with citations that could be compared with what they cite
	leading    bool         // the answer puts its markers in front of what they are for
}

// surely is the probability of support up to which a citation is called
// unsupported: free paraphrases share few words with what they rest on, and a
// right citation that is called wrong does more harm than one left undecided.
// data_test.go measures both sides.
const surely = .3

// strictly is the probability up to which a passage shares nothing with the
// statement but a word or two.
const strictly = .1

// enough is the share of the cited statements that must lack their support
// where none lacks it strictly: a paraphrase may share few words with its source.
const enough = .25

// even is the probability up to which a statement is not in a passage that is
// on another topic than the question: such a passage shares chance words.
const even = .5

// A passage is on another topic if it holds at most offTopic of what the question
// asks about, by the weight of the words, and half of what the best passage
// does; and that holds at least onTopic of it, or the question speaks in words
// of its own.
const (
	offTopic = .25
	onTopic  = .4
)

// offTopic reports whether all of the passages are on another topic than the
// question.
func (x *examination) offTopic(passages []int) bool {
	if x.topics == nil {
		x.topics = x.topicShares()
	}
	best := 0.
	for _, t := range x.topics {
		best = max(best, t)
	}
	return best >= onTopic && !slices.ContainsFunc(passages, func(p int) bool {
		return x.topics[p] > offTopic || x.topics[p] > best/2
	})
}

// topicShares returns for each passage the share of the question's words, by
// weight, that it holds.
func (x *examination) topicShares() []float64 {
	shares := make([]float64, x.texts.Len())
	asked, sum := map[string]float64{}, 0.
	for _, t := range text.Terms(x.rec.Question, x.texts.Language()) {
		if _, ok := asked[t]; !ok {
			asked[t] = x.texts.Verifier().Weight(t)
			sum += asked[t]
		}
	}
	if sum == 0 {
		return shares
	}
	for i, d := range x.texts.Docs() {
		seen := map[string]bool{}
		for _, t := range d.Terms {
			if w := asked[t.Stem]; w > 0 && !seen[t.Stem] {
				seen[t.Stem] = true
				shares[i] += w / sum
			}
		}
	}
	return shares
}

// support asks the named passages together about a statement: it holds if they
// support every claim, and fails with the first that they do not. What is not
// surely absent is undecided.
func (x *examination) support(s *statement, passages []int) trace.Support {
	return x.ask(s, passages).support
}

// asked is what passages say of a statement.
type asked struct {
	support trace.Support
	strict  bool    // they share next to nothing with a claim or speak against it
	p       float64 // mean probability that they support a claim of it
	n       int     // claims that could be compared with them
}

// ask is support that also says how sure it is.
func (x *examination) ask(s *statement, passages []int) asked {
	a := asked{support: trace.Abstain}
	if len(s.claims) == 0 || len(passages) == 0 {
		return a
	}
	a.support = trace.Supported
	sum := 0.
	for i, c := range s.claims {
		got := x.texts.CheckIn(c, passages...)
		if s.cells[i] != "" && got.Support != trace.Supported { // the headers may be the answer's own words
			if bare := x.texts.CheckIn(s.cells[i], passages...); bare.P > got.P || bare.Support == trace.Supported {
				got = bare
			}
		}
		if got.Measured {
			sum += got.P
			a.n++
		}
		switch {
		case got.Support == trace.Contradicted:
			a.support, a.strict = got.Support, true
		case a.support == trace.Contradicted:
		case got.Support == trace.NotFound && got.P <= surely, got.Support != trace.Supported && got.P <= even && x.offTopic(passages):
			a.support = trace.NotFound
			a.strict = a.strict || got.P <= strictly
		case got.Support != trace.Supported && a.support == trace.Supported:
			a.support = trace.Abstain
		}
	}
	if a.n > 0 {
		a.p = sum / float64(a.n)
	}
	return a
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
	got := x.ask(s, slices.Concat(s.cited...))
	s.Support, s.strict = got.support, got.strict
	if s.Needs && got.n > 0 {
		x.held += got.p
		x.measured++
	}
	s.alone = make([]trace.Support, len(s.Citations))
	s.rest = make([]trace.Support, len(s.Citations))
	whole := s.Support
	if whole != trace.Supported && s.Needs {
		whole = x.support(s, x.everything())
		s.Better = x.better(s)
	}
	byPassage := map[int]trace.Support{} // markers are often repeated
	for i := range s.Citations {
		s.alone[i] = s.Support
		if len(s.Citations) > 1 {
			s.alone[i] = x.aloneIn(s, s.cited[i], byPassage)
			if s.Support == trace.Supported && s.alone[i] != trace.Supported {
				s.rest[i] = trace.Supported
				if i < mostRest {
					s.rest[i] = x.support(s, slices.Concat(slices.Delete(slices.Clone(s.cited), i, i+1)...))
				}
			}
		}
		s.Citations[i].Status = x.status(s, i, whole)
	}
	x.clauses(s)
}

// clauses judges the parts of a sentence that have markers of their own, where
// the sentence as a whole says nothing against them: "A [2], and B [1]". A part
// that its markers do not hold but another passage does is cited amiss.
func (x *examination) clauses(s *statement) {
	if len(s.Citations) < 2 || len(s.Citations) > mostRest || s.Support != trace.Supported && s.Support != trace.Abstain || s.marks[0].start <= s.Start {
		return
	}
	from := s.Start
	for i := 0; i < len(s.marks); {
		j := i + 1
		for j < len(s.marks) && len(strings.Fields(x.plain[max(s.marks[j-1].end, s.Start):max(s.marks[j].start, s.marks[j-1].end, s.Start)])) == 0 {
			j++
		}
		if i == 0 && j == len(s.marks) || s.marks[i].start >= s.End {
			return // one group
		}
		said := strings.Trim(joined.Replace(strings.Join(strings.Fields(x.plain[from:max(from, s.marks[i].start)]), " ")), " ,;.")
		part := statement{claims: []string{said}, cells: []string{""}}
		if cited := slices.Concat(s.cited[i:j]...); len(strings.Fields(said)) >= leastClause && len(cited) > 0 {
			got := x.support(&part, cited)
			for k := i; k < j && got != trace.Abstain; k++ {
				c := &s.Citations[k]
				switch {
				case s.unsure[k] || c.Status == trace.CiteFabricated:
				case got == trace.Supported && c.Status == trace.CiteUndecided && x.support(&part, s.cited[k]) == trace.Supported:
					c.Status = trace.CiteSupported
				case got != trace.Supported && x.support(&part, x.everything()) == trace.Supported:
					c.Status = trace.CiteMisplaced
				}
			}
		}
		from = s.marks[j-1].end
		i = j
	}
}

// leastClause is the number of words of a part of a sentence that can be
// checked by itself.
const leastClause = 4

// mostRest is the number of citations of one statement of which it is asked
// whether the others suffice.
const mostRest = 16

// aloneIn is support by what one citation names, remembered by passage.
func (x *examination) aloneIn(s *statement, passages []int, known map[int]trace.Support) trace.Support {
	if len(passages) != 1 {
		return x.support(s, passages)
	}
	got, ok := known[passages[0]]
	if !ok {
		got = x.support(s, passages)
		if got != trace.Supported && x.supportsOne(s, passages) {
			got = partly
		}
		known[passages[0]] = got
	}
	return got
}

// partly: a passage supports one claim of a statement, not all.
const partly trace.Support = "partly"

func (x *examination) status(s *statement, i int, whole trace.Support) trace.CiteStatus {
	alone := s.alone[i]
	switch {
	case len(s.cited[i]) == 0 && !s.unsure[i]:
		return trace.CiteFabricated
	case !s.Needs || len(s.cited[i]) == 0:
		return trace.CiteUndecided
	case alone == trace.Supported, alone == partly, len(s.cited[i]) > 1 && i < mostRest && x.supportsOne(s, s.cited[i]), len(s.Citations) == 1 && x.supportsOne(s, s.cited[i]):
		return trace.CiteSupported
	case s.Support == trace.Supported && s.rest[i] != trace.Supported:
		return trace.CiteSupported // only together, and needed
	case s.Support == trace.Supported, s.Support == trace.Abstain, s.unsure[i]:
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

// severalStatements is the number of statements from which they are judged
// together: one that the verifier leaves open says nothing, several that it all
// holds for less probable than not do.
const severalStatements = 2

// doubtfulBelow is the mean probability of support below which several statements
// are not all held by what they cite. Chosen on answers that people have read;
// data_test.go measures what it does to answers as they were written.
const doubtfulBelow = .42

// doubtful reports whether the citations are more probably wrong than right taken
// together, though none is surely so.
func (x *examination) doubtful() bool {
	return x.measured >= severalStatements && x.held < doubtfulBelow*float64(x.measured)
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
	decided, cited, faulty := 0, 0, 0
	var first *trace.CiteMark
	strict := false // what is faulty is so beyond doubt
	for k := range x.statements {
		s := &x.statements[k]
		wrong := false
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
			if c.Status != trace.CiteUndecided && c.Status != trace.CiteSupported {
				wrong = true
				strict = strict || s.strict || c.Status == trace.CiteMisplaced
				if first == nil {
					first = &s.Citations[i]
				}
			}
		}
		if len(s.Citations) > 0 {
			cited++
		}
		if wrong {
			faulty++
		}
	}
	switch {
	case ev.Fabricated > 0:
		ev.Faulty = trace.Holds(true, .97, trace.GradeB, fmt.Sprintf("%d citations point to nothing in the context", ev.Fabricated))
	case strict:
		ev.Faulty = trace.Holds(true, .8, trace.GradeC, fmt.Sprintf("%s is %s", first.Marker, first.Status))
	case faulty > 0 && float64(faulty) >= enough*float64(cited):
		ev.Faulty = trace.Holds(true, .7, trace.GradeC, fmt.Sprintf("%s is %s, one of %d such statements of %d", first.Marker, first.Status, faulty, cited))
	case x.doubtful():
		ev.Faulty = trace.Holds(true, .7, trace.GradeC, fmt.Sprintf("what is cited holds the %d statements that cite it with a mean probability of %.2f: some are not in it", x.measured, x.held/float64(x.measured)))
	case faulty > 0:
		ev.Faulty = trace.NotKnown(fmt.Sprintf("%s seems %s, but it is one of %d such statements of %d: the words of the passages may differ", first.Marker, first.Status, faulty, cited))
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
// is before it. It is wrong only if every statement rests on other passages.
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
// and whether all of these statements are in passages that no list names.
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
