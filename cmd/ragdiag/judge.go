package main

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/judge"
	"github.com/ragdiag/ragdiag/rundir"
	"github.com/ragdiag/ragdiag/trace"
	"github.com/ragdiag/ragdiag/trace/formats"
)

const judgeLong = `Measure a model that judges, before its verdicts are trusted.

'ragdiag diagnose --judge-model NAME' asks a model about what the offline
examiners leave open. These commands say how far it agrees with people on your
data, how steady it is, and whether texts in your data can talk it round.`

func newJudgeCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "judge",
		Short: "Measure a model that judges",
		Long:  judgeLong,
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newJudgeEvalCmd(), newJudgeAuditCmd())
	return cmd
}

// judgeFlags name the model that judges, beside one that answers.
type judgeFlags struct {
	name, baseURL, calibration string

	scales map[string]trace.JudgeScale // read from calibration by open
}

func (f *judgeFlags) register(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&f.name, "judge-model", "", "model to ask about what the offline examiners leave open (default: nobody is asked)")
	fl.StringVar(&f.calibration, "judge-calibration", "", "file that 'ragdiag judge eval --calibration' wrote about this model (default: a convention)")
	fl.StringVar(&f.baseURL, "judge-base-url", "", "endpoint of the judge, up to /v1 (default: --base-url, or "+defaultBaseURL+")")
}

// open puts the judge together, with the limits of m; nil without --judge-model.
// Calls and money are counted for the judge apart.
func (f *judgeFlags) open(cmd *cobra.Command, m modelFlags) (*judge.Judge, *model, error) {
	if f.name == "" {
		if f.calibration != "" {
			return nil, nil, usageErrorf("--judge-calibration is for a judge: name its model with --judge-model")
		}
		if f.baseURL != "" {
			return nil, nil, usageErrorf("--judge-base-url is for a judge: name its model with --judge-model")
		}
		return nil, nil, nil
	}
	m.name, m.baseURL = f.name, cmp.Or(f.baseURL, m.baseURL)
	m.logprobs, m.maxTokens = false, 0
	o := judge.Options{}
	if f.calibration != "" {
		c, err := readCalibration(f.calibration)
		if err != nil {
			return nil, nil, usageErrorf("--judge-calibration: %w", err)
		}
		if c.Model != f.name {
			return nil, nil, usageErrorf("--judge-calibration %s: it was measured on %q, and the judge is %q", f.calibration, c.Model, f.name)
		}
		o.Calibration, f.scales = c.Tasks, c.Tasks
	}
	return openJudge(cmd, &m, o)
}

// calibrationFormat names the file of a calibration and its version.
const calibrationFormat = "ragdiag-judge-calibration/1"

// calibration is what of a judge's measurement later verdicts need.
type calibration struct {
	Format string                      `json:"format"`
	Model  string                      `json:"model"`
	Tasks  map[string]trace.JudgeScale `json:"tasks"`
}

// readCalibration reads and checks a file.
func readCalibration(path string) (calibration, error) {
	var c calibration
	b, err := os.ReadFile(path)
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(b, &c); err != nil {
		return c, fmt.Errorf("%s is no calibration (%w): make it with 'ragdiag judge eval --calibration'", path, err)
	}
	if c.Format != calibrationFormat {
		return c, fmt.Errorf("%s: format is %q, want %q: make it with 'ragdiag judge eval --calibration'", path, c.Format, calibrationFormat)
	}
	for task, s := range c.Tasks {
		if s.Confidence < 0 || s.Offline < 0 || s.Labels < 1 {
			return c, fmt.Errorf("%s: task %s: weights must not be negative, and rest on labels", path, task)
		}
	}
	return c, nil
}

// openJudge makes the model behind m a judge; key, decoding and dry run of o are
// set here. The caller closes the model.
func openJudge(cmd *cobra.Command, m *modelFlags, o judge.Options) (*judge.Judge, *model, error) {
	opened, err := m.open(cmd)
	if err != nil {
		return nil, nil, err
	}
	key, err := judgeKey(m.cache)
	if err != nil {
		return nil, nil, failErrorf("--cache: %w", err)
	}
	o.Key, o.Decoding, o.NoRepair = key, opened.decoding, m.dryRun
	j, err := judge.New(opened, o)
	if err != nil {
		return nil, nil, failErrorf("%w", err)
	}
	return j, opened, nil
}

// judgeKeyName is the file in the folder of replies with the secret from which
// the marks around judged texts are made: replies kept there are found again only
// with the same one.
const judgeKeyName = "judge.key"

// judgeKey reads the secret of a folder, or makes one.
func judgeKey(dir string) ([]byte, error) {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	if dir == "" {
		return key, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, judgeKeyName)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		_, err = io.WriteString(f, hex.EncodeToString(key)+"\n")
		return key, errors.Join(err, f.Close())
	}
	if !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	key, err = hex.DecodeString(strings.TrimSpace(string(raw)))
	if err != nil || len(key) < 16 {
		return nil, fmt.Errorf("%s is no key of a judge: remove it, and what is kept for the judge is asked for again", path)
	}
	return key, nil
}

// printJudged says what became of the items that were put to a judge.
func printJudged(w io.Writer, j *judge.Judge, quiet bool) {
	t := j.Tally()
	if quiet || t == (judge.Tally{}) {
		return
	}
	fmt.Fprintf(w, "judge: %d items decided, %d \"cannot tell\", %d without a verdict\n", t.Decided, t.Undecided, t.Errors)
}

// judgeConfig is what of a judge shapes a result.
func judgeConfig(m modelFlags, f judgeFlags) map[string]any {
	versions := map[string]int{}
	for _, t := range judge.Tasks() {
		versions[t.Name] = t.Version
	}
	c := map[string]any{"name": f.name, "base_url": cmp.Or(f.baseURL, m.baseURL), "temperature": m.temperature, "extra_body": m.body, "tasks": versions}
	if f.scales != nil {
		c["calibration"] = f.scales
	}
	return c
}

// family is the first word of a model's name: "qwen" for "Qwen/qwen2.5:7b".
func family(name string) string {
	name = strings.ToLower(name[strings.LastIndexByte(name, '/')+1:])
	if at := strings.IndexFunc(name, func(r rune) bool { return r < 'a' || r > 'z' }); at >= 0 {
		name = name[:at]
	}
	return name
}

// warnSameFamily says once if an answer is of the judge's own family: models prefer what
// they would have said themselves.
func warnSameFamily(w io.Writer, judgeName string, in iter.Seq2[*trace.Record, error]) iter.Seq2[*trace.Record, error] {
	return func(yield func(*trace.Record, error) bool) {
		warned := false
		for rec, err := range in {
			if rec != nil && !warned && rec.Run.Model != "" && family(judgeName) != "" && family(rec.Run.Model) == family(judgeName) {
				warned = true
				fmt.Fprintf(w, "warning: %q judges answers of %q, a model of its own family: it may favour them; a judge of another family is safer\n", judgeName, rec.Run.Model)
			}
			if !yield(rec, err) {
				return
			}
		}
	}
}

// source yields the records of files, or of a run directory. A run's records bring
// their evidence along.
func source(cmd *cobra.Command, input *inputFlags, args []string) (iter.Seq2[*trace.Record, error], error) {
	if len(args) == 1 {
		if info, err := os.Stat(args[0]); err == nil && info.IsDir() {
			saved, err := rundir.Open(args[0])
			if err != nil {
				return nil, usageErrorf("%w", err)
			}
			return func(yield func(*trace.Record, error) bool) {
				for p, err := range saved.Pairs() {
					if !yield(p.Record, err) || err != nil {
						return
					}
				}
			}, nil
		}
	}
	o, err := input.options(cmd)
	if err != nil {
		return nil, err
	}
	in, err := formats.Open(cmd.Context(), args, o)
	if err != nil {
		return nil, usageErrorf("%w", err)
	}
	return in.Records(), nil
}
