package summary

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/trace"
)

// Options sets up a Builder; the zero value is what reports use.
type Options struct {
	Title string // of the run; empty: none
	Seed  uint64 // of the bootstrap: same seed, same intervals
}

// Builder counts records as they come. The zero Builder is not ready: use New.
// It is not safe for concurrent use; feed it in input order, because the
// examples of each line are the first ones seen.
type Builder struct {
	opt      Options
	read     int
	statuses map[diagnose.Status]int

	setAside, artefact group
	all                part // of every judged record
	proximate          tally
	sets, next, missed tally
	fixes              fixes
	metrics            metrics
	refusals           Refusals
	slices             slicer
	bounds             bounds

	citing, citeFaulty    int // of the records that were not judged
	citeKinds, wouldJudge tally

	skipped, conditional, contributing, modifiers, joint, notes, warnings tally
	setup                                                                 setup
}

// New returns an empty Builder.
func New(o Options) *Builder {
	return &Builder{opt: o, statuses: make(map[diagnose.Status]int)}
}

// Skip counts a record that could not be read or examined, with the reason.
func (b *Builder) Skip(reason string) { b.skip(reason, "") }

func (b *Builder) skip(reason, id string) {
	b.read++
	b.statuses[diagnose.StatusSkipped]++
	b.skipped.add(reason, id)
}

// Add counts a record with its diagnosis. It reads both and keeps neither.
func (b *Builder) Add(rec *trace.Record, d *diagnose.Diagnosis) {
	switch d.Status {
	case diagnose.StatusSkipped:
		reason := "no reason recorded"
		if len(d.Notes) > 0 {
			reason = d.Notes[0]
		}
		b.skip(reason, d.ID)
		return
	case diagnose.StatusDiagnosed, diagnose.StatusUndetermined, diagnose.StatusNotFailure, diagnose.StatusNotJudged:
	default:
		b.skip(fmt.Sprintf("unknown status %q", d.Status), d.ID)
		return
	}
	b.read++
	b.statuses[d.Status]++
	b.metrics.add(rec, d)
	b.setup.add(rec, d)
	b.slices.read(d)
	b.refuse(rec.Evidence.Outcome)
	for _, a := range d.Contributing {
		b.contributing.add(a.Slug(), d.ID)
	}
	for _, m := range d.Modifiers {
		if m != string(diagnose.Metric) { // counted as artefact
			b.modifiers.add(m, d.ID)
		}
	}
	for _, n := range d.Notes {
		b.notes.add(n, d.ID)
	}
	b.warn(rec, d)

	switch {
	case d.Status == diagnose.StatusNotJudged:
		b.unjudged(rec, d)
		return
	case inDoubt(d):
		b.setAside.add(d.ID)
		return
	}
	b.all.add(d)
	b.bounds.add(rec, d)
	b.slices.judged(d)
	switch d.Status {
	case diagnose.StatusNotFailure:
		if slices.Contains(d.Modifiers, string(diagnose.Metric)) {
			b.artefact.add(d.ID)
		}
	case diagnose.StatusUndetermined:
		b.sets.add(setName(d.Set), d.ID)
		if d.Next != "" {
			b.next.add(d.Next, d.ID)
		}
		for _, m := range d.Missing {
			b.missed.add(m, d.ID)
		}
	case diagnose.StatusDiagnosed:
		if d.Proximate.Cause != diagnose.None {
			b.proximate.add(string(d.Proximate.Cause.Coarse()), d.ID)
		}
		if d.Fix != "" {
			b.fixes.add(d.Fix, d.Root.Slug(), d.ID)
		}
		if len(d.Joint) > 1 {
			b.joint.add(join(d.Joint, " and "), d.ID)
		}
	}
}

// openCause names what is not even known under the assumption that an answer is
// bad.
const openCause = "the cause is open too"

// unjudged counts a record of which it is open whether the answer is bad. A fault
// of its citations is one all the same.
func (b *Builder) unjudged(rec *trace.Record, d *diagnose.Diagnosis) {
	name := openCause
	if d.Root.Cause != diagnose.None {
		name = d.Root.Slug()
	}
	b.conditional.add(name, d.ID)
	if d.Next != "" {
		b.wouldJudge.add(d.Next, d.ID)
	}
	faulty := false
	for _, a := range append([]diagnose.Attribution{d.Root}, d.Contributing...) {
		if a.Cause == diagnose.Cite {
			b.citeKinds.add(cmp.Or(a.Sub, "of no known kind"), d.ID)
			faulty = true
			break
		}
	}
	if faulty {
		b.citeFaulty++
	}
	if e := rec.Evidence.Cite; faulty || e != nil && e.HasCitations.IsYes() {
		b.citing++
	}
}

// inDoubt says that the reference is in doubt, so that the record can show
// nothing about the system.
func inDoubt(d *diagnose.Diagnosis) bool {
	return d.Quarantined || d.Status == diagnose.StatusDiagnosed && d.Root.Cause == diagnose.GoldLabel
}

// setName writes a set of causes in the order of the flow.
func setName(set []diagnose.Cause) string {
	if len(set) == 0 {
		return "any cause"
	}
	order := diagnose.Causes()
	set = slices.SortedFunc(slices.Values(set), func(a, b diagnose.Cause) int {
		return slices.Index(order, a) - slices.Index(order, b)
	})
	return join(set, " or ")
}

func join(cs []diagnose.Cause, sep string) string {
	names := make([]string, len(cs))
	for i, c := range cs {
		names[i] = string(c)
	}
	return strings.Join(names, sep)
}

func (b *Builder) refuse(o *trace.OutcomeEvidence) {
	r := &b.refusals
	switch {
	case o == nil || o.Answerable.IsUnknown() || o.Refusal.IsUnknown():
		r.Unknown++
	case o.Answerable.IsYes() && o.Refusal.IsYes():
		r.AnswerableDeclined++
	case o.Answerable.IsYes():
		r.AnswerableAnswered++
	case o.Refusal.IsYes():
		r.UnanswerableDeclined++
	default:
		r.UnanswerableAnswered++
	}
}

// warn collects what weakens the result of a record.
func (b *Builder) warn(rec *trace.Record, d *diagnose.Diagnosis) {
	e := &rec.Evidence
	if e.Retrieve != nil && e.Retrieve.Misfit.IsYes() {
		b.warnings.add("the index analyser does not fit the language", d.ID)
	}
	if e.Query != nil && e.Query.Foreign.IsYes() {
		b.warnings.add("a query is in another language than its question", d.ID)
	}
	if e.Ground != nil && slices.ContainsFunc(e.Ground.Claims, func(c trace.ClaimVerdict) bool { return c.Weakened }) {
		b.warnings.add("claims are in a language that the verifier was not tested on", d.ID)
	}
}

// setup collects how the answers were produced.
type setup struct {
	system, model, retriever, k, config, prompt, corpus, procedure, params tally
}

func (s *setup) add(rec *trace.Record, d *diagnose.Diagnosis) {
	k := ""
	if rec.Run.K > 0 {
		k = strconv.Itoa(rec.Run.K)
	}
	for _, f := range []struct {
		t *tally
		v string
	}{
		{&s.system, rec.Run.System}, {&s.model, rec.Run.Model}, {&s.retriever, rec.Run.Retriever}, {&s.k, k},
		{&s.config, rec.Run.ConfigHash}, {&s.prompt, rec.Run.PromptHash}, {&s.corpus, rec.Run.Corpus},
		{&s.procedure, d.Versions.Procedure}, {&s.params, d.Versions.Params},
	} {
		if f.v != "" {
			f.t.add(f.v, "")
		}
	}
}

func (s *setup) details() []Detail {
	var out []Detail
	for _, f := range []struct {
		name string
		t    *tally
	}{
		{"system", &s.system}, {"model", &s.model}, {"retriever", &s.retriever}, {"k", &s.k}, {"corpus", &s.corpus},
		{"prompt", &s.prompt}, {"configuration", &s.config}, {"procedure", &s.procedure}, {"parameters", &s.params},
	} {
		if len(f.t.by) == 0 {
			continue
		}
		d := Detail{Name: f.name}
		for _, g := range f.t.groups() {
			d.Values = append(d.Values, g.Name)
		}
		out = append(out, d)
	}
	return out
}

// mixed says which of the things that should be one are several.
func (s *setup) mixed() []Group {
	var out []Group
	for _, f := range []struct {
		name string
		t    *tally
	}{{"configurations", &s.config}, {"systems", &s.system}, {"corpus versions", &s.corpus}, {"prompts", &s.prompt}} {
		if n := len(f.t.by); n > 1 {
			out = append(out, Group{Name: fmt.Sprintf("mixed set: the records come from %d %s", n, f.name), Count: total(f.t.groups())})
		}
	}
	return out
}

// fixes counts the advice given, by its text.
type fixes struct {
	texts tally
	slugs map[string]*tally // text → causes it was given for
}

func (f *fixes) add(text, slug, id string) {
	f.texts.add(text, id)
	if f.slugs == nil {
		f.slugs = make(map[string]*tally)
	}
	if f.texts.by[text] == nil {
		text = otherNames
	}
	if f.slugs[text] == nil {
		f.slugs[text] = &tally{}
	}
	f.slugs[text].add(slug, "")
}

func (f *fixes) list(bad int) []Fix {
	var out []Fix
	for _, g := range f.texts.groups() {
		if g.Name == otherNames {
			continue
		}
		out = append(out, Fix{Text: g.Name, Slug: f.slugs[g.Name].groups()[0].Name, Addresses: ratio(g.Count, bad), Examples: g.Examples})
	}
	return out
}
