package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/internal/match"
)

func newAuditCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Let people check what the evidence rests on",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newAuditMatchCmd(), newAuditAgreeCmd())
	return cmd
}

const auditMatchLong = `Measure how often ragdiag finds gold evidence where it is not, and misses it
where it is. Every verdict about retrieval rests on that.

Pairs of a gold unit and the passage that comes nearest to it are drawn from the
records of a run, as many of each kind of match as of any other. You say for each
whether the passage holds the evidence:

  y  yes   n  no   s  skip   u  undo the last one   q  stop, go on later

Answers are appended to --out after each key; the same command goes on where you
stopped. With --export-blind the pairs are written without the matcher's opinion,
for a second person to fill in "answer": see 'ragdiag audit agree'.

The dialogue is on stderr, the summary on stdout. Exit code 4: pairs are left.`

type auditFlags struct {
	pairs  int
	seed   uint64
	out    string
	blind  string
	format string
}

func newAuditMatchCmd() *cobra.Command {
	var f auditFlags
	cmd := &cobra.Command{
		Use:   "match [RUN]",
		Short: "Judge by hand whether passages hold the gold evidence",
		Long:  auditMatchLong,
		Example: `  ragdiag audit match my-run
  ragdiag audit match my-run --pairs 100 --out audit.jsonl
  ragdiag audit match my-run --export-blind second.jsonl
  ragdiag audit match my-run --out audit.jsonl --format json < /dev/null   # only count`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) },
	}
	fl := cmd.Flags()
	fl.IntVar(&f.pairs, "pairs", 50, "pairs to draw")
	fl.Uint64Var(&f.seed, "seed", 1, "seed of the sample")
	fl.StringVar(&f.out, "out", "match-audit.jsonl", "file of the answers, which is continued")
	fl.StringVar(&f.blind, "export-blind", "", "only write the pairs to this file, without what the matcher says")
	fl.StringVar(&f.format, "format", "text", "of the summary: text or json")
	return cmd
}

func (f *auditFlags) run(cmd *cobra.Command, args []string) error {
	switch {
	case f.format != "text" && f.format != "json":
		return usageErrorf("unknown format %q: use text or json", f.format)
	case f.pairs < 1:
		return usageErrorf("--pairs %d: draw at least one", f.pairs)
	}
	saved, err := openRun(cmd, args)
	if err != nil {
		return err
	}
	a := match.NewAuditor(f.pairs, f.seed)
	for p, err := range saved.Pairs() {
		if cmd.Context().Err() != nil {
			return cmd.Context().Err()
		}
		if err != nil {
			return failErrorf("%w", err)
		}
		a.Add(p.Record)
	}
	s := a.Sample()
	if len(s.Pairs) == 0 {
		return usageErrorf("%s has no pair to judge (%d gold units without a text, or with passages without one): records need gold evidence and passages with their texts", saved.Dir, s.Blind)
	}
	if f.blind != "" {
		return exportBlind(f.blind, s)
	}
	answers, order, err := readAnswers(f.out)
	if err != nil {
		return usageErrorf("--out: %w", err)
	}
	file, err := os.OpenFile(f.out, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return failErrorf("--out: %w", err)
	}
	d := dialogue{in: bufio.NewReader(cmd.InOrStdin()), show: cmd.ErrOrStderr(), log: file, answers: answers, order: order}
	err = d.ask(s.Pairs)
	if err = errors.Join(err, file.Close()); err != nil {
		return failErrorf("%w", err)
	}
	judged := map[string]bool{}
	left := 0
	for _, p := range s.Pairs {
		switch d.answers[p.ID] {
		case answerYes:
			judged[p.ID] = true
		case answerNo:
			judged[p.ID] = false
		case "":
			left++
		}
	}
	if err := printAudit(cmd.OutOrStdout(), match.Audit(s, judged), f.format); err != nil {
		return failErrorf("output: %w", err)
	}
	if left > 0 {
		return &exitError{exitIncomplete, fmt.Errorf("%d of %d pairs are left: the same command goes on with them", left, len(s.Pairs))}
	}
	return nil
}

// Answers in the file.
const (
	answerYes  = "yes"
	answerNo   = "no"
	answerSkip = "skip"
	answerUndo = "undo" // the answer to this pair before is void
)

// auditLine is a line of the file of answers. The last one of a pair counts.
type auditLine struct {
	Pair    string  `json:"pair"`
	Record  string  `json:"record,omitzero"`
	Rank    int     `json:"rank,omitzero"`
	Band    string  `json:"band,omitzero"`
	Found   bool    `json:"found,omitzero"`
	P       float64 `json:"p,omitzero"`
	Weight  float64 `json:"weight,omitzero"`
	Unit    string  `json:"unit,omitzero"`     // of a blind pair
	Asked   string  `json:"question,omitzero"` // of a blind pair
	Passage string  `json:"passage,omitzero"`  // of a blind pair
	Answer  string  `json:"answer"`
}

// readAnswers reads a file of answers by pair, and the pairs in the order in
// which they were last answered. No file: no answers.
func readAnswers(path string) (map[string]string, []string, error) {
	answers := map[string]string{}
	var order []string
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return answers, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	dec := json.NewDecoder(f)
	for n := 1; ; n++ {
		var l auditLine
		if err := dec.Decode(&l); errors.Is(err, io.EOF) {
			return answers, order, nil
		} else if err != nil {
			return nil, nil, fmt.Errorf("%s:%d: no answer of an audit: %w", path, n, err)
		}
		switch l.Answer {
		case answerYes, answerNo, answerSkip:
			answers[l.Pair] = l.Answer
			order = append(order, l.Pair)
		case answerUndo:
			delete(answers, l.Pair)
		case "":
		default:
			return nil, nil, fmt.Errorf("%s:%d: answer %q: want yes, no or skip", path, n, l.Answer)
		}
	}
}

// exportBlind writes the pairs without the matcher's opinion.
func exportBlind(path string, s match.Sample) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return usageErrorf("--export-blind: %s exists, and may hold answers: give another name", path)
	}
	if err != nil {
		return failErrorf("--export-blind: %w", err)
	}
	e := json.NewEncoder(f)
	e.SetEscapeHTML(false)
	for _, p := range s.Pairs {
		err = errors.Join(err, e.Encode(auditLine{Pair: p.ID, Asked: p.Question, Unit: p.Gold, Passage: p.Passage}))
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return failErrorf("--export-blind: %w", err)
	}
	return nil
}

// dialogue asks a person about pairs.
type dialogue struct {
	in      *bufio.Reader
	show    io.Writer
	log     io.Writer
	answers map[string]string
	order   []string // pairs answered, the last one last
}

// ask goes through the pairs that have no answer. The end of the input stops
// it as q does.
func (d *dialogue) ask(pairs []match.Pair) error {
	for i := 0; i < len(pairs); i++ {
		p := pairs[i]
		if d.answers[p.ID] != "" {
			continue
		}
		d.present(p, i+1, len(pairs))
		key, err := d.key()
		switch {
		case err != nil:
			return err
		case key == "q":
			return nil
		case key == "u":
			last := -1
			for last < 0 && len(d.order) > 0 { // undo what belongs to this sample
				id := d.order[len(d.order)-1]
				d.order = d.order[:len(d.order)-1]
				for j := range pairs {
					if pairs[j].ID == id && d.answers[id] != "" {
						last = j
					}
				}
			}
			if last < 0 {
				fmt.Fprintln(d.show, "Nothing to undo.")
				i--
				continue
			}
			if err := d.write(pairs[last], answerUndo); err != nil {
				return err
			}
			delete(d.answers, pairs[last].ID)
			i = last - 1
		default:
			answer := map[string]string{"y": answerYes, "n": answerNo, "s": answerSkip}[key]
			if err := d.write(p, answer); err != nil {
				return err
			}
			d.answers[p.ID] = answer
			d.order = append(d.order, p.ID)
		}
	}
	return nil
}

// key reads one of the keys; anything else is asked again.
func (d *dialogue) key() (string, error) {
	for {
		fmt.Fprint(d.show, "Does the passage hold the evidence? [y/n/s/u/q] ")
		line, err := d.in.ReadString('\n')
		if s := strings.ToLower(strings.TrimSpace(line)); s != "" && strings.Contains("ynsuq", s[:1]) {
			return s[:1], nil
		}
		if errors.Is(err, io.EOF) {
			fmt.Fprintln(d.show)
			return "q", nil
		}
		if err != nil {
			return "", err
		}
	}
}

func (d *dialogue) present(p match.Pair, n, all int) {
	verdict := "not found"
	if p.Found {
		verdict = "found"
	}
	fmt.Fprintf(d.show, "\n%d of %d · record %s\n\nQuestion: %s\nEvidence: %s\nPassage %d: %s\nMatcher:  %s (%s), p %.2f %s\n\n",
		n, all, visible(p.Record), visible(p.Question), visible(p.Gold), p.Rank, visible(p.Passage), verdict, p.Band, p.P, visible(p.Detail))
}

func (d *dialogue) write(p match.Pair, answer string) error {
	e := json.NewEncoder(d.log)
	e.SetEscapeHTML(false)
	return e.Encode(auditLine{Pair: p.ID, Record: p.Record, Rank: p.Rank, Band: p.Band, Found: p.Found, P: p.P, Weight: p.Weight, Answer: answer})
}
