package main

import (
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/internal/faults"
	"github.com/ragdiag/ragdiag/metrics/stat"
)

// choose says which tables judge a case.
type choose func(*one) *diagnose.Tables

func always(t *diagnose.Tables) choose { return func(*one) *diagnose.Tables { return t } }

// unseen are tables that have not seen some operators.
type unseen struct {
	split  split
	tables []*diagnose.Tables // by part
}

// without learns tables without each part of the operators in turn, of n parts;
// n = 0: without each operator.
func without(cases []one, n int) (*unseen, error) {
	u := &unseen{split: byOperator(failures(cases), n)}
	u.tables = make([]*diagnose.Tables, u.split.n)
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range u.tables {
		g.Go(func() (err error) {
			u.tables[i], err = learn(slices.DeleteFunc(slices.Clone(cases), func(c one) bool { return u.split.part(&c) == i }))
			return err
		})
	}
	return u, g.Wait()
}

// of returns the tables that have not seen the operator of a case.
func (u *unseen) of(c *one) *diagnose.Tables { return u.tables[u.split.part(c)] }

// described prints what the tables hold.
func described(w io.Writer, t *diagnose.Tables) {
	fmt.Fprintln(w, "\n| feature / measured against | weight | values |\n|---|---|---|")
	for _, name := range slices.Sorted(maps.Keys(t.Features)) {
		fmt.Fprintf(w, "| %s | %.1f | %d |\n", name, t.Features[name].Weight, len(t.Features[name].P))
	}
	fmt.Fprintln(w, "\n| gold | temperature | conformal quantile |\n|---|---|---|")
	for _, gold := range slices.Sorted(maps.Keys(t.Temperature)) {
		fmt.Fprintf(w, "| %s | %.2f | %.3f |\n", gold, t.Temperature[gold], t.Quantile[gold])
	}
}

const seed = 1

// report prints, for each view, what gates and posterior make of the cases.
func report(w io.Writer, title string, cases []one, tables choose) error {
	fmt.Fprintf(w, "\n# %s\n\n", title)
	fmt.Fprintln(w, "| the record has | n | gates alone: macro-F1 | macro-F1 [95 %] | coverage | right if decided [95 %] | named by posterior, right | withdrawn, wrong | calibration error | 90 % sets hold the cause | mean size |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|---|---|---|")
	params := diagnose.DefaultParams()
	names := []string{recorded}
	for _, v := range views() {
		names = append(names, v.Name)
	}
	var confusions []faults.Slice
	var open, ambiguous, held int
	ops := map[string]*fate{}
	for _, name := range names {
		var bare, pairs []faults.Pair
		var v verdicts
		for i := range cases {
			c := &cases[i]
			if c.view != name {
				continue
			}
			d := tables(c).Classify(c.rec, params)
			v.sets(c, &d)
			if c.key.Ambiguous {
				ambiguous++
				if d.Status != diagnose.StatusDiagnosed {
					open++
				}
				if slices.Contains(d.Conformal, c.key.Root) {
					held++
				}
				continue
			}
			before, after := pair(c, &c.bare), pair(c, &d)
			bare, pairs = append(bare, before), append(pairs, after)
			v.add(before, after, &d)
			if name == goldless {
				op := string(c.key.Root.Coarse()) + " | " + first(c.key)
				if ops[op] == nil {
					ops[op] = &fate{}
				}
				ops[op].add(after)
			}
		}
		score, alone := faults.ScoreOf(pairs, seed), faults.ScoreOf(bare, seed)
		ece, err := v.calibration()
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "| %s | %d | %s | %s | %s | %s | %d, %d | %d, %d | %s | %s | %.2f |\n", name, score.N, faults.Number(alone.MacroF1), faults.Within(score.MacroF1, score.Interval),
			faults.Number(score.Coverage), proportion(v.right, v.decided), v.named, v.namedRight, v.withdrawn, v.withdrawnWrong, ece,
			proportion(v.covered, v.weighed), float64(v.size)/float64(max(1, v.weighed)))
		if name == recorded || name == goldless || name == "gold answer" {
			confusions = append(confusions, faults.Slice{Name: name, Score: score})
		}
	}
	fmt.Fprintf(w, "\nUndecidable cases left undetermined: %s; their 90 %% sets hold the cause in %d.\n\n", proportion(open, ambiguous), held)
	if err := faults.ScoreTable(w, "the record has", confusions); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%s, by operator:\n\n| true cause | operator | n | right | wrong | left open |\n|---|---|---|---|---|---|\n", goldless)
	for _, op := range slices.Sorted(maps.Keys(ops)) {
		f := ops[op]
		fmt.Fprintf(w, "| %s | %d | %d | %d | %d |\n", op, f.right+f.wrong+f.open, f.right, f.wrong, f.open)
	}
	return nil
}

// fate is what became of the cases of one operator.
type fate struct{ right, wrong, open int }

func (f *fate) add(p faults.Pair) {
	switch p.Said {
	case faults.Undetermined:
		f.open++
	case p.Truth:
		f.right++
	default:
		f.wrong++
	}
}

// verdicts adds up what became of the cases of a view.
type verdicts struct {
	p       []float64
	true    []bool
	decided int
	right   int
	named   int // by the posterior alone
	namedRight,
	withdrawn, // decided by the gates, left open for the posterior's sake
	withdrawnWrong, // of these, the gates were wrong
	weighed, covered, size int
}

func (v *verdicts) add(before, after faults.Pair, d *diagnose.Diagnosis) {
	right := after.Truth == after.Said
	if before.Said != faults.Undetermined && after.Said == faults.Undetermined {
		v.withdrawn++
		if before.Truth != before.Said {
			v.withdrawnWrong++
		}
	}
	if after.Said == faults.Undetermined {
		return
	}
	v.decided++
	if right {
		v.right++
	}
	if d.Basis == diagnose.ByPosterior {
		v.named++
		if right {
			v.namedRight++
		}
	}
	if d.P > 0 {
		v.p, v.true = append(v.p, d.P), append(v.true, right)
	}
}

// sets looks at the conformal set of a bad answer whose cause the tables weigh.
func (v *verdicts) sets(c *one, d *diagnose.Diagnosis) {
	if c.truth < 0 || len(d.Posterior) < 2 {
		return
	}
	v.weighed++
	v.size += len(d.Conformal)
	if slices.Contains(d.Conformal, c.key.Root) {
		v.covered++
	}
}

func (v *verdicts) calibration() (string, error) {
	if len(v.p) == 0 {
		return "n/a", nil
	}
	c, err := stat.ExpectedCalibrationError(v.p, v.true, 10)
	return fmt.Sprintf("%.3f", c.ECE), err
}

func pair(c *one, d *diagnose.Diagnosis) faults.Pair {
	p := faults.Predicted(d)
	return faults.Pair{Truth: named(c.key.Root), Said: coarse(p.Root), Cluster: c.key.Corpus + " " + c.key.Cluster, Confidence: p.Confidence}
}

func proportion(k, n int) string {
	iv, err := stat.Proportion(k, n)
	if err != nil {
		return "n/a"
	}
	return fmt.Sprintf("%.3f [%.3f, %.3f]", float64(k)/float64(n), iv.Lo, iv.Hi)
}
