package intervene

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/internal/match"
	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/stages/ground"
	"github.com/ragdiag/ragdiag/trace"
)

// The stop rules.
const (
	defaultBudget   = 2.  // mean generator calls per failure
	defaultMaxCalls = 6   // for one failure
	defaultTau      = .9  // a probability from which a failure waits for the others
	sure            = .98 // and from which nothing more is spent on it
	screening       = .02 // nats that a call must promise once the failure is at tau
	windowSize      = 256 // failures that share their budget
	forReplays      = 4.  // budget from which a failure blamed on the generator gets …
	leastReplays    = 3   // so many replays, whatever they promise: chance is not told with fewer
)

// Options configures a Runner. Generator is required; the zero of every other
// field is the recommended setting.
type Options struct {
	Generator llm.Generator
	Prompt    *ground.Prompt // nil: the generator is a system that words its own prompt
	Decoding  llm.Decoding
	Library   Library

	Budget   float64      // mean generator calls per failure; 0: 2
	MaxCalls int          // for one failure; 0: 6, or three times the budget if that is more
	Tau      float64      // 0: .9
	Match    MatchErrors  // of the evidence matcher
	Mix      *Mix         // nil: DefaultMix
	Start    *Likelihoods // nil: DefaultLikelihoods; refitted window by window

	// Extra arms are run Repeats times on every failure, beside as many replays,
	// whatever the budget is. They are what "repairs" is said of.
	Extra   []string
	Repeats int // 0: 2

	Workers int     // calls in flight; 0: one per processor
	Ledger  *Ledger // nil: replies are kept in memory
}

// Totals is what an experiment cost.
type Totals struct {
	Failures int `json:"failures"` // that experiments could help
	Calls    int `json:"calls"`    // used by the choice of arms, those from the ledger counted
	Extra    int `json:"extra"`    // beyond them, for Options.Extra
	Paid     int `json:"paid"`     // made in this process
	Failed   int `json:"failed"`   // that gave no answer
	Starved  int `json:"starved"`  // failures left below tau when the budget was used up
	Unasked  int `json:"unasked"`  // failures that were not asked about, or not to the end, when Run stopped early
	Prompt   int `json:"prompt_tokens"`
	Output   int `json:"completion_tokens"`

	Likelihoods Likelihoods `json:"likelihoods"` // as refitted at the end
}

// Stable returns the totals without what a resumed run counts otherwise, so that
// the same run gives the same bytes.
func (t Totals) Stable() Totals {
	t.Paid, t.Prompt, t.Output = 0, 0, 0
	return t
}

// PerFailure returns the mean calls per failure; 0 without a failure.
func (t Totals) PerFailure() float64 {
	if t.Failures == 0 {
		return 0
	}
	return float64(t.Calls) / float64(t.Failures)
}

// Runner runs experiments over diagnosed records. It serves one Run, and one
// Ceiling after it.
type Runner struct {
	o        Options
	mix      Mix
	lik      Likelihoods
	verifier *claim.Verifier
	cases    []Case

	mu      sync.Mutex // guards what follows, which workers change
	totals  Totals
	replied bool       // the generator has answered once
	stopped *llm.Error // why no more is asked; what is done stands
	fatal   error      // why nothing can be done at all
}

// New returns a runner, or says which option is wrong.
func New(o Options) (*Runner, error) {
	switch {
	case o.Generator == nil:
		return nil, errors.New("intervene: no generator: name the system that answered")
	case o.Budget < 0 || o.MaxCalls < 0 || o.Repeats < 0 || o.Workers < 0:
		return nil, errors.New("intervene: budget, calls, repeats and workers must not be negative")
	case !o.Match.valid():
		return nil, fmt.Errorf("intervene: matching errors of %v and %v: they lie in [0, 0.5)", o.Match.False, o.Match.Missed)
	case o.Tau < 0 || o.Tau >= 1:
		return nil, fmt.Errorf("intervene: tau %v: it lies in (0, 1)", o.Tau)
	}
	for _, a := range o.Extra {
		if !slices.Contains(Arms(), a) {
			return nil, fmt.Errorf("intervene: no arm %q: the arms are %v", a, Arms())
		}
	}
	o.Budget = cmp.Or(o.Budget, defaultBudget)
	o.MaxCalls = cmp.Or(o.MaxCalls, max(defaultMaxCalls, int(3*o.Budget)))
	o.Tau = cmp.Or(o.Tau, defaultTau)
	o.Match = o.Match.orDefault()
	o.Repeats = cmp.Or(o.Repeats, 2)
	o.Workers = cmp.Or(o.Workers, runtime.GOMAXPROCS(0))
	r := &Runner{o: o, mix: DefaultMix(), lik: DefaultLikelihoods(), verifier: claim.New(claim.Options{})}
	if o.Mix != nil {
		r.mix = *o.Mix
	}
	if o.Start != nil {
		r.lik = *o.Start
	}
	if o.Ledger == nil {
		r.o.Ledger = &Ledger{have: map[entryKey]Entry{}}
	}
	return r, nil
}

// Arms lists the experiments, in the order of the design.
func Arms() []string {
	return []string{
		trace.ArmReplay, trace.ArmInsertGold, trace.ArmOracleSelect, trace.ArmClean, trace.ArmOrder,
		trace.ArmClosedBook, trace.ArmEdit, trace.ArmStrict, trace.ArmNeighbours, trace.ArmGoldOnly,
	}
}

// steering are the arms that the choice considers: those of which each
// hypothesis says what to expect.
var steering = []string{trace.ArmReplay, trace.ArmInsertGold, trace.ArmOracleSelect, trace.ArmClean, trace.ArmGoldOnly}

// Stopped returns why the run asked no more before it was done: a limit that the
// user set, or a server that was lost after it had answered. nil: it asked all.
func (r *Runner) Stopped() *llm.Error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stopped
}

// Totals returns the cost so far.
func (r *Runner) Totals() Totals {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.totals
	t.Likelihoods = r.lik
	return t
}

// subject is a failure under experiment.
type subject struct {
	res    *pipeline.Result
	arms   []arm
	belief *Belief
	prior  []float64
	note   string
	calls  int
	runs   map[string]*record // by key of the prompt
	err    error              // of its last call
	next   string             // arm chosen for this round
	gain   float64
	open   bool // the run stopped before it was done
}

// record is what came of one prompt.
type record struct {
	name    string // of the first arm with this prompt
	count   Count
	drawn   int
	answers []string
	arm     *arm
}

// Run experiments on the failures among the results and yields every result, in
// order: a failure with its arms in Record.Evidence.Arms and the diagnosis that
// they lead to, all else as it came. Failures share their budget in windows,
// within which each call goes where it tells most; so the same input gives the
// same calls whatever the parallelism.
//
// A call that fails for good is noted in the diagnosis of its failure. A fault of
// the set-up, which every other call would meet, becomes the error of a result
// until the generator has answered once; after that, and where a limit is
// reached, nothing more is asked, all records still come out, and those that
// were not asked about to the end say so (Stopped).
func (r *Runner) Run(ctx context.Context, in iter.Seq[pipeline.Result]) iter.Seq[pipeline.Result] {
	return func(yield func(pipeline.Result) bool) {
		var window []pipeline.Result
		failures, left := 0, 0.
		flush := func() bool {
			left = r.window(ctx, window, left)
			for _, res := range window {
				if !yield(res) {
					return false
				}
			}
			window, failures = window[:0], 0
			return true
		}
		for res := range in {
			window = append(window, res)
			if res.Err == nil && Promising(res.Record, &res.Diagnosis) == "" {
				failures++
			}
			if (failures == windowSize || len(window) == 16*windowSize) && !flush() {
				return
			}
		}
		flush()
	}
}

// Promising says why experiments cannot help a record; empty if they can: it is
// a failure whose cause lies in a stage that an arm can repair.
func Promising(rec *trace.Record, d *diagnose.Diagnosis) string {
	if d.Status != diagnose.StatusDiagnosed && d.Status != diagnose.StatusUndetermined {
		return "it is no judged failure"
	}
	if rec.Evidence.Outcome == nil || !rec.Evidence.Outcome.Bad.IsYes() {
		return "nothing says that the answer is bad"
	}
	if rec.Context == nil {
		return "the context that reached the prompt is not recorded, so nothing can be replayed"
	}
	if d.Root.Cause == diagnose.Flaky {
		return ""
	}
	if hyps, _ := Hypotheses(believed(d), DefaultMix(), MatchErrors{}.orDefault()); len(hyps) == 0 {
		return "no arm can repair " + string(d.Root.Cause)
	}
	return ""
}

// believed is what the diagnosis gives the causes: its probabilities, or equal
// shares of its set where it gives none. That of missing context is spread evenly
// over its parts.
func believed(d *diagnose.Diagnosis) []diagnose.Chance {
	if len(d.Chances) > 0 {
		return d.Chances
	}
	var out []diagnose.Chance
	for _, c := range d.Set {
		of := parts([]diagnose.Cause{c})
		for _, part := range of {
			out = append(out, diagnose.Chance{Cause: part, P: 1 / float64(len(d.Set)*len(of))})
		}
	}
	return out
}

// window experiments on the failures of some results, and returns the budget
// that is left over.
func (r *Runner) window(ctx context.Context, results []pipeline.Result, left float64) float64 {
	var subjects []*subject
	for i := range results {
		res := &results[i]
		if res.Err != nil || Promising(res.Record, &res.Diagnosis) != "" {
			continue
		}
		if r.halted() {
			r.totals.Failures++
			r.leave(&res.Diagnosis)
			continue
		}
		s, err := r.subject(ctx, res)
		if err != nil {
			r.lost(res, err)
			continue
		}
		if len(s.arms) > 0 {
			subjects = append(subjects, s)
		}
	}
	r.totals.Failures += len(subjects)
	left += r.o.Budget * float64(len(subjects))
	for ctx.Err() == nil && !r.halted() {
		chosen := r.choose(subjects, int(left))
		if len(chosen) == 0 {
			break
		}
		r.each(ctx, chosen, func(s *subject) { r.experiment(ctx, s, s.next) })
		asked := 0
		for _, s := range chosen {
			if !s.open {
				asked++
			}
		}
		left -= float64(asked)
		r.totals.Calls += asked
	}
	if r.halted() {
		for _, s := range r.choose(subjects, min(len(subjects), max(0, int(left)))) {
			s.open = true
		}
	}
	for _, s := range subjects {
		if _, p := s.belief.Best(); p < r.o.Tau && s.err == nil && s.calls < r.o.MaxCalls && left < 1 {
			r.totals.Starved++
		}
	}
	if len(r.o.Extra) > 0 && ctx.Err() == nil {
		r.each(ctx, subjects, func(s *subject) { r.extra(ctx, s) })
	}
	if err := r.broken(); err != nil {
		for _, s := range subjects {
			s.res.Err = err
		}
		return left
	}
	r.learn(subjects)
	for _, s := range subjects {
		r.conclude(s)
	}
	if err := context.Cause(ctx); err != nil {
		for _, s := range subjects {
			s.res.Err = err
		}
	}
	return left
}

// subject prepares a failure: its arms, and what is believed before them.
func (r *Runner) subject(ctx context.Context, res *pipeline.Result) (made *subject, err error) {
	rec := res.Record
	defer func() {
		if fault := recover(); fault != nil {
			err = pipeline.Fault(rec.ID, fault)
		}
	}()
	gold, note, err := r.o.Library.evidence(ctx, rec)
	if err != nil {
		return nil, fmt.Errorf("record %q: %w", rec.ID, err)
	}
	p := &planner{rec: rec, gold: gold, note: note, byPrompt: r.o.Prompt != nil, around: r.o.Library.around(ctx)}
	hyps, weights := Hypotheses(doubted(believed(&res.Diagnosis)), r.mix, r.o.Match)
	if len(hyps) == 0 { // called flaky by replays that the trace brought
		hyps, weights = Hypotheses([]diagnose.Chance{{Cause: diagnose.Ignore, P: 1}}, r.mix, r.o.Match)
	}
	s := &subject{res: res, arms: p.plan(), note: note, prior: weights, runs: map[string]*record{}}
	s.belief = NewBelief(hyps, weights, r.lik)
	first := map[string]string{}
	for _, a := range s.arms {
		if name, ok := first[a.key]; ok {
			s.belief.share(a.name, name)
			continue
		}
		first[a.key] = a.name
	}
	for name, c := range countsOf(rec) { // experiments that came with the record
		if slices.Contains(steering, name) {
			name = s.belief.standsFor(name)
			have := s.belief.runs[name]
			s.belief.runs[name] = Count{have.N + c.N, have.K + c.K}
		}
	}
	return s, nil
}

// choose picks the subjects that get a call in this round, at most n: first
// those that lack replays, then those below tau, then those that promise
// something all the same, each by what the call is expected to tell.
func (r *Runner) choose(subjects []*subject, n int) []*subject {
	var urgent, due, others []*subject
	for _, s := range subjects {
		if s.err != nil || s.calls >= r.o.MaxCalls {
			continue
		}
		best, _ := s.belief.Best()
		if r.o.Budget >= forReplays && placeOf(best.Cause) == lostNever && s.belief.runs[trace.ArmReplay].N <= leastReplays {
			s.next = trace.ArmReplay
			due = append(due, s)
			continue
		}
		arm, gain, ok := s.belief.Next(s.steering())
		if !ok {
			continue
		}
		s.next, s.gain = arm, gain
		switch _, p := s.belief.Best(); {
		case p < r.o.Tau:
			urgent = append(urgent, s)
		case p < sure && gain >= screening:
			others = append(others, s)
		}
	}
	byGain := func(a, b *subject) int { return cmp.Compare(b.gain, a.gain) }
	slices.SortStableFunc(urgent, byGain)
	slices.SortStableFunc(others, byGain)
	all := slices.Concat(due, urgent, others)
	return all[:min(len(all), max(0, n))]
}

func (s *subject) steering() []string {
	var out []string
	for _, a := range s.arms {
		if slices.Contains(steering, a.name) {
			out = append(out, a.name)
		}
	}
	return out
}

func (s *subject) arm(name string) *arm {
	for i := range s.arms {
		if s.arms[i].name == name {
			return &s.arms[i]
		}
	}
	return nil
}

// each runs f on all subjects, some at a time.
func (r *Runner) each(ctx context.Context, subjects []*subject, f func(*subject)) {
	var wg sync.WaitGroup
	slots := make(chan struct{}, r.o.Workers)
	for _, s := range subjects {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			break
		}
		wg.Go(func() {
			defer func() {
				if fault := recover(); fault != nil {
					s.err = pipeline.Fault(s.res.Record.ID, fault)
				}
				<-slots
			}()
			f(s)
		})
	}
	wg.Wait()
}

// experiment draws an arm once and counts the outcome.
func (r *Runner) experiment(ctx context.Context, s *subject, name string) {
	if r.halted() {
		s.open = true
		return
	}
	a := s.arm(name)
	rec := s.runs[a.key]
	if rec == nil {
		rec = &record{name: s.belief.standsFor(a.name), arm: s.arm(s.belief.standsFor(a.name))}
		s.runs[a.key] = rec
	}
	text, err := r.ask(ctx, s.res.Record, a, rec.drawn)
	if err != nil {
		s.err, s.open = err, r.failed(ctx, err)
		return
	}
	rec.drawn++
	s.calls++
	rec.answers = append(rec.answers, text)
	right, known := r.right(s.res.Record, a, text)
	if !known {
		return
	}
	rec.count.N++
	if right {
		rec.count.K++
	}
	if slices.Contains(steering, a.name) {
		s.belief.Add(a.name, right)
	}
}

// attempt asks for one draw unless the run has stopped, from when on only the
// ledger answers, and draws the consequences of a failure. open is true for a
// draw that was not made, or will be made up by the same command.
func (r *Runner) attempt(ctx context.Context, rec *trace.Record, a *arm, replicate int) (text string, open bool, err error) {
	if _, kept := r.o.Ledger.find(rec.ID, a.key, replicate); !kept && r.halted() {
		return "", true, nil
	}
	if text, err = r.ask(ctx, rec, a, replicate); err != nil {
		open = r.failed(ctx, err)
	}
	return text, open, err
}

// ask returns the answer of one draw: from the ledger if it was paid for, else
// from the generator.
func (r *Runner) ask(ctx context.Context, rec *trace.Record, a *arm, replicate int) (string, error) {
	if e, ok := r.o.Ledger.find(rec.ID, a.key, replicate); ok {
		return e.Text, whole(e)
	}
	prompt := r.o.Prompt
	if prompt == nil {
		prompt = ground.DefaultPrompt()
	}
	seed := int64(firstSeed)
	if r.o.Decoding.Seed != nil {
		seed += *r.o.Decoding.Seed
	}
	got, err := ground.Generate(ctx, a.request(rec), draw{r.o.Generator, a.wording, replicate, seed}, prompt, r.o.Decoding)
	if err != nil {
		return "", err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.replied = true
	r.totals.Paid++
	e := Entry{ID: rec.ID, Arm: a.name, Key: a.key, Replicate: replicate, Text: got.Text, Finish: got.FinishReason, Usage: got.Usage}
	if got.Usage != nil {
		r.totals.Prompt += got.Usage.Prompt
		r.totals.Output += got.Usage.Completion
	}
	if err := r.o.Ledger.keep(e); err != nil {
		return "", &ledgerError{err}
	}
	return got.Text, whole(e)
}

// whole is an error for a reply to a prompt of which the server read less than it
// must have had: what the arm changed may lie in the part that was cut off.
func whole(e Entry) error {
	if !e.Usage.Cut() {
		return nil
	}
	return &llm.Error{Kind: llm.KindTooLong, Record: e.ID, Message: fmt.Sprintf(
		"the server read %d tokens of a prompt that has %d or more, at least %d too many, and cut the rest in silence", e.Usage.Prompt, e.Usage.Least, e.Usage.Least-e.Usage.Prompt)}
}

// ledgerError says that a reply was paid for and cannot be kept.
type ledgerError struct{ err error }

func (e *ledgerError) Error() string {
	return "a paid reply cannot be written down: " + e.err.Error() + "; make room and run the same command again"
}
func (e *ledgerError) Unwrap() error { return e.err }

// failed draws the consequences of a call that failed: for this failure alone,
// for the rest of the run, or for all of it. open is true if the call was never
// made, or will be made up by the same command.
func (r *Runner) failed(ctx context.Context, err error) (open bool) {
	if ctx.Err() != nil {
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	e, ok := errors.AsType[*llm.Error](err)
	_, lost := errors.AsType[*ledgerError](err)
	switch {
	case lost:
		r.fatal = cmp.Or(r.fatal, err)
		return true
	case !ok:
	case e.Kind.Stops():
		r.stopped = cmp.Or(r.stopped, e)
		return true
	case e.Kind == llm.KindReplay || e.Kind == llm.KindCache, setup(e.Kind) && !r.replied:
		r.fatal = cmp.Or(r.fatal, err)
		return true
	case setup(e.Kind) && e.Kind != llm.KindNotJSON: // it answered once, so a web page is a passing fault
		r.stopped = cmp.Or(r.stopped, e)
		return true
	}
	r.totals.Failed++
	return false
}

// lost ends the experiments on a record whose evidence could not be looked up.
func (r *Runner) lost(res *pipeline.Result, err error) {
	e, ok := errors.AsType[*llm.Error](err)
	switch {
	case ok && e.Kind.Stops():
		r.stopped = cmp.Or(r.stopped, e)
		r.totals.Failures++
		r.leave(&res.Diagnosis)
	case !ok || setup(e.Kind):
		res.Err = err
	default:
		r.totals.Failures++
		r.totals.Failed++
		res.Diagnosis.Notes = append(res.Diagnosis.Notes, "no experiment: "+strings.TrimSpace(err.Error()))
	}
}

// leave notes that a failure was not experimented on to the end.
func (r *Runner) leave(d *diagnose.Diagnosis) {
	r.totals.Unasked++
	d.Notes = append(d.Notes, "the experiments on this failure are not done: "+r.stopped.Kind.String())
}

// halted reports whether no more is asked.
func (r *Runner) halted() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stopped != nil || r.fatal != nil
}

func (r *Runner) broken() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.fatal
}

// firstSeed keeps the seeds of replays apart from those that answered first.
const firstSeed = 1000

// right judges an answer as the recorded one was judged; known is false where
// nothing can tell.
func (r *Runner) right(rec *trace.Record, a *arm, text string) (right, known bool) {
	if a.expects != "" {
		_, _, ok := match.Answer([]string{a.expects}, text)
		return ok, true
	}
	o := r.outcome(rec, a, text)
	return o.right == trace.Yes, o.right != trace.TruthUnknown
}

// extra runs the arms that were asked for, beside replays.
func (r *Runner) extra(ctx context.Context, s *subject) {
	for _, name := range append([]string{trace.ArmReplay}, r.o.Extra...) {
		a := s.arm(name)
		for a != nil && s.err == nil && !s.open && ctx.Err() == nil {
			if rec := s.runs[a.key]; rec != nil && rec.drawn >= r.o.Repeats {
				break
			}
			r.experiment(ctx, s, name)
			if s.err == nil && !s.open {
				r.mu.Lock()
				r.totals.Extra++
				r.mu.Unlock()
			}
		}
	}
}

// learn refits the populations on all failures so far.
func (r *Runner) learn(subjects []*subject) {
	for _, s := range subjects {
		c := Case{Hyps: s.belief.hyps, Weights: s.prior, Runs: map[string]Count{}, Same: s.belief.same}
		for arm, n := range s.belief.runs {
			if arm == trace.ArmReplay {
				n.N-- // the recorded failure
			}
			if n.N > 0 {
				c.Runs[arm] = n
			}
		}
		if len(c.Runs) > 0 {
			r.cases = append(r.cases, c)
		}
	}
	start := DefaultLikelihoods()
	if r.o.Start != nil {
		start = *r.o.Start
	}
	r.lik = Fit(r.cases, start)
}

// conclude writes the arms into the evidence and the verdict into the diagnosis.
func (r *Runner) conclude(s *subject) {
	rec, d := s.res.Record, &s.res.Diagnosis
	have := slices.Clone(rec.Evidence.Arms)
	keys := make([]string, 0, len(s.runs))
	for k := range s.runs {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int {
		return cmp.Compare(slices.Index(Arms(), s.runs[a].name), slices.Index(Arms(), s.runs[b].name))
	})
	for _, k := range keys {
		run := s.runs[k]
		have = append(have, trace.Arm{Name: run.name, N: run.count.N, K: run.count.K, Answers: run.answers, Confounded: run.arm.confounded})
		for _, a := range s.arms {
			if a.key == k && a.name != run.name {
				have = append(have, trace.Arm{Name: a.name, N: run.count.N, K: run.count.K, Confounded: a.confounded, Same: run.name})
			}
		}
	}
	if len(have) > 0 {
		rec.Evidence.Arms = have
	}
	Decide(rec, d, Beliefs{Mix: r.mix, Likelihoods: r.lik, Match: r.o.Match})
	if s.note != "" && s.calls > 0 {
		d.Notes = append(d.Notes, s.note)
	}
	switch {
	case s.open:
		if stopped := r.Stopped(); stopped != nil { // else ctx ended
			r.leave(d)
		}
	case s.err != nil:
		d.Notes = append(d.Notes, "an experiment failed: "+strings.TrimSpace(s.err.Error()))
	}
}

// setup reports whether every other call would meet a failure too.
func setup(k llm.Kind) bool {
	switch k {
	case llm.KindAuth, llm.KindModel, llm.KindURL, llm.KindQuota, llm.KindUnreachable, llm.KindTLS, llm.KindNotJSON:
		return true
	}
	return false
}
