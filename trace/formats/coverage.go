package formats

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/trace"
)

// Coverage says what an input turned out to be: per file the format, why, and
// which columns went where; over all files how many records carry each part of
// a record. Its size does not depend on the number of records. The zero
// Coverage has met nothing.
type Coverage struct {
	Sources []*Source
	Records int // read and sound
	Skipped int // elements that are no sound record
	Unnamed int // records without an ID, which were given one

	Repaired      int // records that held bytes that are no UTF-8
	FirstRepaired Pos // the first of them

	firstSkip error
	counts    [len(parts)]int
}

// Source is what is known of one input.
type Source struct {
	Name    string            `json:"name"`
	Format  Format            `json:"format"`
	Title   string            `json:"title"`
	Shape   string            `json:"shape"`            // "JSON lines", "CSV" …
	Why     string            `json:"why"`              // how format and shape were recognised
	Columns map[string]string `json:"columns,omitzero"` // field of the input → part of the record
	Kept    []string          `json:"kept,omitzero"`    // fields of no known meaning, kept as they are; the first 50
	Notes   map[string]int    `json:"notes,omitzero"`   // what was read with less than it says → in how many records

	wanted   []string          // mapped fields of JSON; the columns of a table are checked at its header
	mapped   Mapping           // that the user gave
	warnings map[string]int    // what was not read → in how many records
	seem     map[string]string // unused field → the target that it seems to be for; "": none
	lacked   map[string]bool   // such a field → a record lacks what its target stands for
	plain    struct{ records, answers, gold, context, verbatim int }
}

// part is something that a record may carry.
type part struct {
	name    string
	has     func(*trace.Record) bool
	without string // what a diagnosis cannot tell without it; "": it needs no mention
}

// parts is the table of what coverage and conversions count.
var parts = [...]part{
	{"question", func(r *trace.Record) bool { return r.Question != "" }, ""},
	{"history", func(r *trace.Record) bool { return r.History != nil }, ""},
	{"queries", func(r *trace.Record) bool { return r.Queries != nil }, "a bad query cannot be told from a bad retrieval"},
	{"candidates", func(r *trace.Record) bool { return r.Candidates != nil }, "evidence lost in selection cannot be told from evidence never retrieved"},
	{"candidate scores", hasScores, ""},
	{"context", func(r *trace.Record) bool { return r.Context != nil }, "nothing can be said about retrieval, selection, or whether the answer rests on its passages"},
	{"passage IDs", func(r *trace.Record) bool {
		return slices.ContainsFunc(r.Context, func(p trace.Passage) bool { return p.ID != "" || p.Doc != "" })
	}, "gold evidence is matched by text alone"},
	{"passage texts", func(r *trace.Record) bool {
		return slices.ContainsFunc(r.Context, func(p trace.Passage) bool { return p.Text != "" })
	}, "claims of the answer cannot be checked"},
	{"answer", func(r *trace.Record) bool { return r.Answer != nil }, "nothing can be said about the generator"},
	{"structured citations", func(r *trace.Record) bool { return r.Answer != nil && r.Answer.Citations != nil }, ""},
	{"gold answers", func(r *trace.Record) bool { return r.Gold != nil && len(r.Gold.Answers)+len(r.Gold.Claims) > 0 }, "nothing says whether the answer is bad, unless a person or a judge does"},
	{"gold evidence", func(r *trace.Record) bool { return r.Gold != nil && r.Gold.Evidence != nil }, "whether the needed passage was retrieved is guessed from the gold answer"},
	{"answerable flag", func(r *trace.Record) bool { return r.Gold != nil && r.Gold.Answerable != trace.TruthUnknown }, "a right refusal cannot be told from a wrong one"},
	{"labels", func(r *trace.Record) bool { return r.Labels != nil }, ""},
	{"tags", func(r *trace.Record) bool { return r.Tags != nil }, ""},
	{"run", func(r *trace.Record) bool { return !reflect.ValueOf(r.Run).IsZero() }, ""},
	{"evidence", func(r *trace.Record) bool { return !reflect.ValueOf(r.Evidence).IsZero() }, ""},
}

// add counts what rec carries.
func (c *Coverage) add(rec *trace.Record) {
	c.Records++
	for i, p := range parts {
		if p.has(rec) {
			c.counts[i]++
		}
	}
}

// skip counts an element that is no sound record.
func (c *Coverage) skip(why error) {
	if c.Skipped == 0 {
		c.firstSkip = why
	}
	c.Skipped++
}

func (c *Coverage) repaired(pos Pos) {
	if c.Repaired == 0 {
		c.FirstRepaired = pos
	}
	c.Repaired++
}

// source notes a file whose format has been found out.
func (c *Coverage) source(name string, d *detected) *Source {
	s := &Source{
		Name: name, Format: d.format, Title: d.title, Shape: d.name,
		Why:     d.shape.why + "; " + d.reason,
		Columns: map[string]string{}, Notes: map[string]int{},
		warnings: map[string]int{}, seem: map[string]string{}, lacked: map[string]bool{},
	}
	if strings.HasSuffix(d.reason, byMap) {
		s.mapped = d.mapping
	}
	if d.columns == nil {
		for _, p := range d.mapping.pairs {
			s.wanted = append(s.wanted, p.column)
		}
	}
	c.Sources = append(c.Sources, s)
	return s
}

// maxKept bounds how many names of unknown fields, and notes, a Source lists.
const maxKept = 50

func (s *Source) kept(name string) {
	if i, found := slices.BinarySearch(s.Kept, name); !found && len(s.Kept) < maxKept {
		s.Kept = slices.Insert(s.Kept, i, name)
	}
}

func (s *Source) note(what string) {
	if _, known := s.Notes[what]; !known && len(s.Notes) >= maxKept {
		what = "something else was read with less than it says"
	}
	s.Notes[what]++
}

// warn notes something that was not read.
func (s *Source) warn(what string) {
	if _, known := s.warnings[what]; known || len(s.warnings) < maxKept {
		s.warnings[what]++
	}
}

// look notes what an unused field seems to be for, unless the record has that.
func (s *Source) look(name string, raw json.RawMessage, rec *trace.Record) {
	if _, read := s.Columns[name]; read || absent(raw) { // read in other records
		return
	}
	target, known := s.seem[name]
	if !known {
		if len(s.seem) >= maxKept {
			return
		}
		target = looksLike(name, raw)
		s.seem[name] = target
	}
	if target != "" && !s.lacked[name] && !filled(rec, target) {
		s.lacked[name] = true
	}
}

// count counts what tells a data set from the log of a system.
func (s *Source) count(rec *trace.Record) {
	s.plain.records++
	if rec.Answer == nil {
		return
	}
	s.plain.answers++
	if filled(rec, "gold") {
		s.plain.gold++
	}
	text := strings.TrimSpace(rec.Answer.Text)
	if len(rec.Context) == 0 || text == "" {
		return
	}
	s.plain.context++
	if slices.ContainsFunc(rec.Context, func(p trace.Passage) bool { return strings.Contains(p.Text, text) }) {
		s.plain.verbatim++
	}
}

// Hints says what a user should know before believing a diagnosis of the
// source: what could not be read, which unused fields look like evidence, with
// the --map that uses them, and whether the answers look like references.
func (s *Source) Hints() []string {
	var out []string
	for _, what := range sorted(s.warnings) {
		out = append(out, fmt.Sprintf("in %s: %s", records(s.warnings[what]), what))
	}
	if len(s.lacked) > 0 {
		m := Mapping{pairs: slices.Clone(s.mapped.pairs)}
		var look []string
		for _, name := range sorted(s.lacked) {
			target := s.seem[name]
			look = append(look, fmt.Sprintf("%q looks like %s", name, helpOf(target)))
			if !m.names(target) {
				m.pairs = append(m.pairs, pair{target: target, column: name})
			}
		}
		out = append(out, fmt.Sprintf("fields that are not used: %s; to use them: --map %s", strings.Join(look, ", "), shellQuoted(m.String())))
	}
	if hint := s.references(); hint != "" {
		out = append(out, hint)
	}
	return out
}

// references says that the answers may be the reference answers of a data set:
// they have the name that both have, and nothing else is a reference.
func (s *Source) references() string {
	n := s.plain
	if n.answers == 0 || n.gold > 0 || s.Format != RAGAS01 && s.Format != Table { // other formats write what a system said
		return ""
	}
	for _, column := range sorted(s.Columns) {
		if s.Columns[column] != "answer" || s.mapped.names("answer") || !slices.Contains([]string{"answer", "answers", "output"}, fold(column)) {
			continue
		}
		why := "no record has a reference answer beside it"
		if n.context > 0 && 2*n.verbatim > n.context {
			why += fmt.Sprintf(", and %d of %d stand word for word in their context", n.verbatim, n.context)
		}
		return fmt.Sprintf("%q may hold the reference answers of a data set and not those of a system (%s): if so, let a system answer first, and read them with --map gold=%s", column, why, column)
	}
	return ""
}

// shellQuoted quotes a text for a shell if it has to be.
func shellQuoted(s string) string {
	if strings.ContainsAny(s, " '\"$`\\&|;<>()*?!#~[]{}\t\n") {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	return s
}

// Hints returns those of all sources, see Source.Hints.
func (c *Coverage) Hints() []string {
	var out []string
	for _, s := range c.Sources {
		for _, hint := range s.Hints() {
			if len(c.Sources) > 1 {
				hint = s.Name + ": " + hint
			}
			out = append(out, hint)
		}
	}
	return out
}

// Share is how many of the records carry a part.
type Share struct {
	Part    string `json:"part"`
	N       int    `json:"n"`
	Of      int    `json:"of"`
	Without string `json:"without,omitzero"` // what is weaker where it is missing
}

// Shares lists the parts of a record in the order of the flow, with the number
// of records that carry each.
func (c *Coverage) Shares() []Share {
	out := make([]Share, len(parts))
	for i, p := range parts {
		out[i] = Share{p.name, c.counts[i], c.Records, p.without}
	}
	return out
}

// n returns how many records carry the named part.
func (c *Coverage) n(name string) int {
	i := slices.IndexFunc(parts[:], func(p part) bool { return p.name == name })
	return c.counts[i]
}

// Weaker says what a diagnosis cannot tell, because no record carries what it
// takes.
func (c *Coverage) Weaker() []string {
	var out []string
	for _, s := range c.Shares() {
		if s.N == 0 && s.Without != "" {
			out = append(out, fmt.Sprintf("no %s: %s", s.Part, s.Without))
		}
	}
	return out
}

// ErrQuestionSet is wrapped by Refusal if the input holds questions only, as a
// test set does before a system has answered it.
var ErrQuestionSet = errors.New("this is a set of questions, not of answers")

// Refusal says why nothing can be diagnosed: no record is sound, or neither
// answer nor context is in any of them. It is nil for an input that is worth
// the work, and must be asked after the last record.
func (c *Coverage) Refusal() error {
	for _, s := range c.Sources {
		for _, column := range s.wanted {
			if _, seen := s.Columns[column]; !seen && c.Records+c.Skipped > 0 {
				return &InputError{s.Name, fmt.Errorf("no record has the field %q that --map names: the fields are %s", column, strings.Join(quoted(s.fields()), ", "))}
			}
		}
	}
	switch {
	case c.Records == 0 && c.Skipped > 0:
		return fmt.Errorf("none of the %d records can be used; the first: %w", c.Skipped, c.firstSkip)
	case c.Records == 0:
		return errors.New("there is no record")
	case c.n("answer") == 0 && c.n("context") == 0 && c.n("candidates") == 0:
		return fmt.Errorf("%w: no record has an answer, none has a context: let a system answer it first, for example with ragdiag run, or name the columns with --map", ErrQuestionSet)
	}
	return nil
}

// fields lists the names that the records of the source have.
func (s *Source) fields() []string {
	all := append(sorted(s.Columns), s.Kept...)
	slices.Sort(all)
	return all
}

// coverageJSON is Coverage on paper.
type coverageJSON struct {
	Sources       []*Source `json:"sources"`
	Records       int       `json:"records"`
	Skipped       int       `json:"skipped"`
	Unnamed       int       `json:"unnamed"`
	Repaired      int       `json:"repaired"`
	FirstRepaired Pos       `json:"first_repaired,omitzero"`
	Parts         []Share   `json:"parts"`
	Weaker        []string  `json:"weaker"`
	Hints         []string  `json:"hints,omitzero"`
	Refusal       string    `json:"refusal,omitzero"`
}

// MarshalJSON writes the counts, the shares and what follows from them.
func (c *Coverage) MarshalJSON() ([]byte, error) {
	out := coverageJSON{c.Sources, c.Records, c.Skipped, c.Unnamed, c.Repaired, c.FirstRepaired, c.Shares(), c.Weaker(), c.Hints(), ""}
	if err := c.Refusal(); err != nil {
		out.Refusal = err.Error()
	}
	return json.Marshal(out)
}

// Text writes the coverage for people.
func (c *Coverage) Text(w io.Writer) error {
	var b strings.Builder
	for _, s := range c.Sources {
		s.text(&b)
	}
	fmt.Fprintf(&b, "\n%s read, %d skipped", records(c.Records), c.Skipped)
	if c.Unnamed > 0 {
		fmt.Fprintf(&b, ", %d without an ID (named by their number)", c.Unnamed)
	}
	b.WriteByte('\n')
	b.WriteString(c.Encoding())
	for _, s := range c.Shares() {
		percent := 0.0
		if s.Of > 0 {
			percent = 100 * float64(s.N) / float64(s.Of)
		}
		fmt.Fprintf(&b, "  %-22s%9d of %d  %5.1f %%\n", s.Part, s.N, s.Of, percent)
	}
	if weaker := c.Weaker(); len(weaker) > 0 && c.Records > 0 {
		b.WriteString("\nThe diagnosis will be weaker:\n")
		for _, line := range weaker {
			fmt.Fprintf(&b, "  %s\n", line)
		}
	}
	if err := c.Refusal(); err != nil {
		fmt.Fprintf(&b, "\nNothing to diagnose: %v\n", err)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Encoding says, in a line, which records were not in UTF-8, and what to do; it
// is empty if all were.
func (c *Coverage) Encoding() string {
	if c.Repaired == 0 {
		return ""
	}
	return fmt.Sprintf("%s held bytes that are no UTF-8, which were replaced by the sign \uFFFD, the first at %v: if the file is in another encoding, such as Latin-1, convert it first: iconv -f LATIN1 -t UTF-8\n", records(c.Repaired), c.FirstRepaired)
}

// Brief writes the coverage in a few lines: what was detected, which share of
// the records carries what, and what none of them carries.
func (c *Coverage) Brief(w io.Writer) error {
	var b strings.Builder
	for _, s := range c.Sources {
		fmt.Fprintf(&b, "%s: %s as %s\n", s.Name, s.Title, s.Shape)
	}
	b.WriteString(c.Encoding())
	var some, none []string
	for i, s := range c.Shares() {
		switch {
		case s.N == 0 && parts[i].without == "": // not missed
		case s.N == 0:
			none = append(none, s.Part)
		case s.N == s.Of:
			some = append(some, s.Part)
		default:
			some = append(some, fmt.Sprintf("%s in %.1f %%", s.Part, 100*float64(s.N)/float64(s.Of)))
		}
	}
	fmt.Fprintf(&b, "%s with %s\n", records(c.Records), strings.Join(some, ", "))
	if len(none) > 0 {
		fmt.Fprintf(&b, "none has %s (--explain-input says what that costs)\n", strings.Join(none, ", "))
	}
	for _, hint := range c.Hints() {
		fmt.Fprintf(&b, "note: %s\n", hint)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (s *Source) text(b *strings.Builder) {
	fmt.Fprintf(b, "%s: %s (%s) as %s\n  because %s\n", s.Name, s.Title, s.Format, s.Shape, s.Why)
	for _, column := range sorted(s.Columns) {
		fmt.Fprintf(b, "  %-26s → %s\n", column, s.Columns[column])
	}
	if len(s.Kept) > 0 {
		fmt.Fprintf(b, "  kept, not used: %s\n", strings.Join(s.Kept, ", "))
	}
	for _, note := range slices.Sorted(maps.Keys(s.Notes)) {
		fmt.Fprintf(b, "  in %s: %s\n", records(s.Notes[note]), note)
	}
	for _, hint := range s.Hints() {
		fmt.Fprintf(b, "  note: %s\n", hint)
	}
}

// records returns "1 record" or "7 records".
func records(n int) string {
	if n == 1 {
		return "1 record"
	}
	return fmt.Sprintf("%d records", n)
}

func hasScores(r *trace.Record) bool {
	return slices.ContainsFunc(r.Candidates, func(h trace.Hit) bool { _, ok := h.Score.Get(); return ok })
}
