package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"math/rand/v2"
	"os"
	"os/user"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/judge"
	"github.com/ragdiag/ragdiag/lab/judging"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/report"
	"github.com/ragdiag/ragdiag/rundir"
)

const labelLong = `Make labels by hand, in the terminal: is each claim supported by the passages, is
the answer right, and where did it go wrong? They measure a judge ('ragdiag judge
eval') and the diagnosis itself.

The records are drawn at random in proportion to what the tool says about them, so
that every kind is there and the labels still stand for the whole; --seed draws the
same ones again, for a second person. What the tool says is not shown unless
--show-verdict asks for it: who has seen it is no independent witness.

Every answer is written at once. The same command goes on where it stopped. Answers
are read line by line, from a pipe too. In addition to the letters that are shown:
u takes back the last label, k skips, q stops.

With --agreement the labels of two people are compared.`

type labelFlags struct {
	input     inputFlags
	out       string
	by        string
	tasks     []string
	n         int
	seed      uint64
	show      bool
	agreement bool
	format    string
}

func newLabelCmd() *cobra.Command {
	var f labelFlags
	cmd := &cobra.Command{
		Use:   "label FILE|RUN --out LABELS",
		Short: "Make labels by hand, or compare two people's",
		Long:  labelLong,
		Example: `  ragdiag label traces.jsonl --out labels.jsonl --n 100
  ragdiag label my-run --out labels-bo.jsonl --by bo --tasks claims,answer
  ragdiag label --agreement labels-ann.jsonl labels-bo.jsonl`,
		Args: atLeastOne("FILE or RUN"),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) },
	}
	f.input.register(cmd)
	fl := cmd.Flags()
	fl.StringVarP(&f.out, "out", "o", "", "file to add labels to")
	fl.StringVar(&f.by, "by", "", "who labels (default: the name of the user)")
	fl.StringSliceVar(&f.tasks, "tasks", []string{"claims", "answer", "root"}, "what to ask about: claims, answer, sufficiency, refusal, relevance, root")
	fl.IntVar(&f.n, "n", 100, "records to label")
	fl.Uint64Var(&f.seed, "seed", 1, "seed of the sample and of its order")
	fl.BoolVar(&f.show, "show-verdict", false, "show what the tool says, before it is asked")
	fl.BoolVar(&f.agreement, "agreement", false, "compare two label files")
	fl.StringVar(&f.format, "format", "text", "with --agreement: text or json")
	return cmd
}

// kinds of questions, by the name that --tasks takes.
var labelTasks = map[string]*judge.Task{
	"claims": judge.Verify, "answer": judge.Equivalence, "sufficiency": judge.Sufficiency, "refusal": judge.Refusal, "relevance": judge.Relevance, "root": nil,
}

func (f *labelFlags) run(cmd *cobra.Command, args []string) error {
	if f.agreement {
		return f.compare(cmd, args)
	}
	switch {
	case f.out == "":
		return usageErrorf("--out: name the file to add labels to")
	case f.n < 1:
		return usageErrorf("--n %d: it must be at least 1", f.n)
	case slices.Contains(args, "-"):
		return usageErrorf("records cannot come from standard input: the answers do")
	}
	for _, t := range f.tasks {
		if _, ok := labelTasks[t]; !ok {
			return usageErrorf("--tasks %q: it is claims, answer, sufficiency, refusal, relevance or root", t)
		}
	}
	if f.by == "" {
		f.by = "anonymous"
		if u, err := user.Current(); err == nil && u.Username != "" {
			f.by = u.Username
		}
	}
	done, err := f.done()
	if err != nil {
		return err
	}
	picked, err := f.sample(cmd, args)
	if err != nil {
		return err
	}
	todo := f.questions(picked)
	if len(todo) == 0 {
		return usageErrorf("nothing to label: no record has what --tasks %s asks about", strings.Join(f.tasks, ","))
	}
	file, err := os.OpenFile(f.out, os.O_APPEND|os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return usageErrorf("--out: %w", err)
	}
	defer file.Close()
	if err := endLine(file); err != nil {
		return failErrorf("--out: %w", err)
	}
	s := &session{flags: f, in: bufio.NewReader(cmd.InOrStdin()), out: cmd.OutOrStdout(), file: file, todo: todo, done: done}
	if err := s.ask(cmd); err != nil {
		return failErrorf("%w", err)
	}
	if err := ctxErr(cmd); err != nil {
		return err
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "%s: %d labels by %s, of %d questions\n", f.out, s.count(), report.Visible(f.by), len(todo))
	return nil
}

// done reads the labels that are there already.
func (f *labelFlags) done() ([]judging.Label, error) {
	file, err := os.Open(f.out)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, usageErrorf("--out: %w", err)
	}
	defer file.Close()
	all, err := judging.ReadLabels(file, f.out)
	if err != nil {
		return nil, usageErrorf("--out: %w: it holds something else than labels; name another file", err)
	}
	return slices.DeleteFunc(all, func(l judging.Label) bool { return l.By != f.by }), nil
}

// endLine makes sure that the next label begins a line: a kill may have torn the
// last one.
func endLine(file *os.File) error {
	info, err := file.Stat()
	if err != nil || info.Size() == 0 {
		return err
	}
	last := make([]byte, 1)
	if _, err := file.ReadAt(last, info.Size()-1); err != nil || last[0] == '\n' {
		return err
	}
	b, err := os.ReadFile(file.Name())
	if err != nil {
		return err
	}
	return file.Truncate(int64(strings.LastIndexByte(string(b), '\n') + 1))
}

// examinedRecords yields records with their diagnosis: a run's own, or made here.
func (f *labelFlags) examinedRecords(cmd *cobra.Command, args []string) (iter.Seq2[rundir.Pair, error], error) {
	if len(args) == 1 {
		if info, err := os.Stat(args[0]); err == nil && info.IsDir() {
			saved, err := rundir.Open(args[0])
			if err != nil {
				return nil, usageErrorf("%w", err)
			}
			return saved.Pairs(), nil
		}
	}
	records, err := source(cmd, &f.input, args)
	if err != nil {
		return nil, err
	}
	p, err := pipeline.New(pipeline.Options{})
	if err != nil {
		return nil, failErrorf("%w", err)
	}
	return func(yield func(rundir.Pair, error) bool) {
		for res := range p.Diagnose(cmd.Context(), records) {
			if res.Err != nil {
				fmt.Fprintf(cmd.ErrOrStderr(), "skipped: %v\n", res.Err)
				continue
			}
			if !yield(rundir.Pair{Record: res.Record, Diagnosis: res.Diagnosis}, nil) {
				return
			}
		}
	}, nil
}

// picked is a record to label.
type picked struct {
	rundir.Pair
	stratum string
}

// stratum is what the tool says about a record, coarsely.
func stratum(d *diagnose.Diagnosis) string {
	if d.Status == diagnose.StatusDiagnosed {
		return string(d.Root.Cause.Coarse())
	}
	return string(d.Status)
}

// sample draws f.n records, of each stratum its share, in a random order. The
// records are read twice, so that only those drawn are kept.
func (f *labelFlags) sample(cmd *cobra.Command, args []string) ([]picked, error) {
	pass := func(each func(n int, p rundir.Pair)) error {
		records, err := f.examinedRecords(cmd, args)
		if err != nil {
			return err
		}
		n := 0
		for p, err := range records {
			if cmd.Context().Err() != nil {
				return ctxErr(cmd)
			}
			if err != nil {
				return failErrorf("%w", err)
			}
			each(n, p)
			n++
		}
		return nil
	}
	strata, all := map[string][]int{}, 0
	if err := pass(func(n int, p rundir.Pair) {
		s := stratum(&p.Diagnosis)
		strata[s] = append(strata[s], n)
		all++
	}); err != nil {
		return nil, err
	}
	dice := rand.New(rand.NewPCG(f.seed, 41))
	wanted := map[int]bool{}
	sizes := map[string]int{}
	for s, list := range strata {
		sizes[s] = len(list)
	}
	quota := quotas(sizes, min(f.n, all))
	for _, s := range slices.Sorted(maps.Keys(strata)) {
		list := strata[s]
		dice.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		for _, n := range list[:quota[s]] {
			wanted[n] = true
		}
	}
	var out []picked
	if err := pass(func(n int, p rundir.Pair) {
		if wanted[n] {
			out = append(out, picked{p, stratum(&p.Diagnosis)})
		}
	}); err != nil {
		return nil, err
	}
	dice.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out, nil
}

// quotas shares n among strata in proportion to their sizes, by the largest
// remainder; ties go to the earlier name. They add up to n.
func quotas(sizes map[string]int, n int) map[string]int {
	all := 0
	for _, k := range sizes {
		all += k
	}
	out, left := map[string]int{}, n
	if all == 0 {
		return out
	}
	names := slices.Sorted(maps.Keys(sizes))
	for _, s := range names {
		out[s] = sizes[s] * n / all
		left -= out[s]
	}
	slices.SortStableFunc(names, func(a, b string) int { return sizes[b]*n%all - sizes[a]*n%all })
	for _, s := range names[:left] {
		out[s]++
	}
	return out
}

// question is one thing to ask a person.
type question struct {
	label  judging.Label // without its value
	from   *picked
	prompt string   // what is asked
	text   string   // the claim or passage; empty: the record itself
	values []string // by the keys
	keys   []string
}

// questions lists what to ask, record by record.
func (f *labelFlags) questions(records []picked) []question {
	var out []question
	for i := range records {
		p := &records[i]
		for _, name := range f.tasks {
			t := labelTasks[name]
			if t == nil {
				if p.Record.Answer != nil {
					out = append(out, rootQuestion(p, f.by))
				}
				continue
			}
			q, ok := judging.Whole(t, p.Record)
			if !ok {
				continue
			}
			for _, it := range q.Items {
				out = append(out, question{
					label:  judging.Label{Version: judging.LabelVersion, Record: p.Record.ID, Task: t.Name, Item: it.ID, About: judge.About(t, q.Question, q.Units, it), By: f.by, Stratum: p.stratum},
					from:   p,
					prompt: ask[name], text: itemText(t, it, q.Units),
					values: t.Verdicts(), keys: keysOf(t.Verdicts()),
				})
			}
		}
	}
	return out
}

// ask is how a task is put to a person.
var ask = map[string]string{
	"claims":      "Is this claim supported by the passages?",
	"answer":      "Does the answer say what the reference says?",
	"sufficiency": "Are the passages enough to answer the question?",
	"refusal":     "Does the answer decline?",
	"relevance":   "Does this passage help to answer the question?",
}

// itemText is what of an item a person must see beside the record.
func itemText(t *judge.Task, it judge.Item, units []judge.Unit) string {
	switch t {
	case judge.Verify:
		return it.Text
	case judge.Relevance:
		for _, u := range units {
			if u.ID == it.ID {
				return u.Text
			}
		}
	}
	return ""
}

// keysOf gives each verdict a letter: its first one that is free. u, k and q do
// something else.
func keysOf(verdicts []string) []string {
	taken := "ukq"
	var out []string
	for _, v := range verdicts {
		if v == judge.CannotTell {
			out = append(out, "?")
			continue
		}
		for _, r := range v {
			if unicode.IsLetter(r) && !strings.ContainsRune(taken, r) {
				taken += string(r)
				out = append(out, string(r))
				break
			}
		}
	}
	return out
}

// rootQuestion asks where an answer went wrong.
func rootQuestion(p *picked, by string) question {
	q := question{
		label:  judging.Label{Version: judging.LabelVersion, Record: p.Record.ID, Task: judging.RootTask, By: by, Stratum: p.stratum},
		from:   p,
		prompt: "Where did it go wrong first?",
		values: []string{string(diagnose.StatusNotFailure)},
		keys:   []string{"0"},
	}
	for i, c := range diagnose.Causes() {
		q.values = append(q.values, string(c))
		q.keys = append(q.keys, strconv.Itoa(i+1))
	}
	q.values, q.keys = append(q.values, judge.CannotTell), append(q.keys, "?")
	return q
}

// session is one person at work.
type session struct {
	flags *labelFlags
	in    *bufio.Reader
	out   io.Writer
	file  io.Writer
	todo  []question
	done  []judging.Label
}

func (s *session) count() int {
	n := 0
	for _, q := range s.todo {
		if s.has(q.label) {
			n++
		}
	}
	return n
}

func (s *session) has(l judging.Label) bool {
	return slices.ContainsFunc(s.done, func(m judging.Label) bool { return m.Same(l) && m.About == l.About })
}

// ask puts the questions that are open, until they or the input end.
func (s *session) ask(cmd *cobra.Command) error {
	shown := ""
	var past []int // questions answered or skipped in this session
	for i := 0; i < len(s.todo); {
		q := s.todo[i]
		if s.has(q.label) {
			i++
			continue
		}
		if shown != q.label.Record {
			shown = q.label.Record
			s.show(q)
		}
		fmt.Fprintf(s.out, "\n[%d of %d] %s\n", i+1, len(s.todo), q.prompt)
		if q.text != "" {
			fmt.Fprintf(s.out, "    %s\n", report.Visible(q.text))
		}
		s.offer(q)
		line, err := s.in.ReadString('\n')
		if cmd.Context().Err() != nil || err != nil && line == "" {
			fmt.Fprintln(s.out)
			if err != nil && err != io.EOF {
				return err
			}
			return nil
		}
		switch word := strings.ToLower(strings.TrimSpace(line)); word {
		case "q":
			return nil
		case "k":
			past, i = append(past, i), i+1
		case "u":
			if len(past) == 0 {
				fmt.Fprintln(s.out, "nothing to take back")
				continue
			}
			i = past[len(past)-1]
			past = past[:len(past)-1]
			if s.has(s.todo[i].label) {
				if err := s.write(s.todo[i].label, ""); err != nil {
					return err
				}
			}
			shown = ""
		default:
			v := slices.Index(q.keys, word)
			if v < 0 {
				v = slices.Index(q.values, word)
			}
			if v < 0 {
				fmt.Fprintf(s.out, "%q is none of the answers\n", report.Visible(word))
				continue
			}
			if err := s.write(q.label, q.values[v]); err != nil {
				return err
			}
			past, i = append(past, i), i+1
		}
	}
	return nil
}

// write adds a label to the file, or takes it back.
func (s *session) write(l judging.Label, value string) error {
	l.Value, l.At = value, time.Now().UTC().Format(time.RFC3339)
	b, err := json.Marshal(l)
	if err != nil {
		return err
	}
	if _, err := s.file.Write(append(b, '\n')); err != nil {
		return err
	}
	s.done = slices.DeleteFunc(s.done, l.Same)
	if value != "" {
		s.done = append(s.done, l)
	}
	return nil
}

// show prints the record that is asked about.
func (s *session) show(q question) {
	rec := q.from.Record
	fmt.Fprintf(s.out, "\n%s\n%s\n", strings.Repeat("─", 70), report.Visible(rec.ID))
	for _, t := range rec.History {
		fmt.Fprintf(s.out, "%s: %s\n", report.Visible(t.Role), report.Visible(t.Text))
	}
	fmt.Fprintf(s.out, "Question: %s\n", report.Visible(rec.Question))
	if rec.Gold != nil {
		for _, a := range rec.Gold.Answers {
			fmt.Fprintf(s.out, "Reference: %s\n", report.Visible(a))
		}
	}
	for i, p := range rec.Context {
		fmt.Fprintf(s.out, "[%d] %s\n", i+1, report.Visible(strings.TrimSpace(p.Title+"\n"+p.Text)))
	}
	if rec.Answer != nil {
		fmt.Fprintf(s.out, "Answer: %s\n", report.Visible(rec.Answer.Text))
	}
	if s.flags.show {
		fmt.Fprintf(s.out, "The tool says: %s\n", report.Visible(q.from.Diagnosis.Sentence))
	}
}

// offer prints the keys.
func (s *session) offer(q question) {
	var parts []string
	for i, v := range q.values {
		parts = append(parts, q.keys[i]+" "+strings.ReplaceAll(v, "_", " "))
	}
	fmt.Fprintf(s.out, "  %s · u undo · k skip · q quit > ", strings.Join(parts, " · "))
}

// compare prints how far two people agree.
func (f *labelFlags) compare(cmd *cobra.Command, files []string) error {
	if f.format != "text" && f.format != "json" {
		return usageErrorf("unknown format %q: use text or json", f.format)
	}
	if len(files) != 2 {
		return usageErrorf("--agreement compares two label files, not %d", len(files))
	}
	a, err := readLabels(files[:1])
	if err != nil {
		return err
	}
	b, err := readLabels(files[1:])
	if err != nil {
		return err
	}
	tasks, err := judging.AgreementOf(a, b)
	if err != nil {
		return failErrorf("%w", err)
	}
	if len(tasks) == 0 {
		return usageErrorf("%s and %s have no item in common: draw both with the same --seed", files[0], files[1])
	}
	w := cmd.OutOrStdout()
	if f.format == "json" {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(tasks)
	}
	for _, t := range tasks {
		if _, err := fmt.Fprintf(w, "%-20s same %s\n%-20s kappa %s%s, alpha %s\n", report.Visible(t.Task), share(t.Same, t.Both, t.Share), "", t.Kappa, between(t.KappaInterval), t.Alpha); err != nil {
			return err
		}
	}
	return nil
}
