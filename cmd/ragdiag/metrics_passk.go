package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/metrics"
)

const passKLong = `Estimate how often sampled answers are right.

Each line of FILE is {"id": …, "n": samples, "c": right ones}. Fields of a
record, for each K: pass@K, the chance that at least one of K samples is right
(the unbiased estimate of HumanEval), and pass^K, the chance that all are.
K greater than n is an error, because n samples say nothing about it.

  $ echo '{"id":"1","n":10,"c":3}' | ragdiag metrics passk - --k 1,2 --format jsonl
  {"id":"1","pass@1":0.30000000000000004,"pass@2":0.5333333333333332,"pass^1":0.3,"pass^2":0.06666666666666667}
  {"id":"all","pass@1":0.30000000000000004,"pass@2":0.5333333333333332,"pass^1":0.3,"pass^2":0.06666666666666667,"records":1,"undefined":{},"ci95":{}}`

func newMetricsPassKCmd() *cobra.Command {
	var ks []int
	cmd := recordCommand("passk", "pass@k and pass^k of sampled answers", passKLong,
		func(cmd *cobra.Command, file string, s *sheet) error { return passK(cmd, file, s, ks) })
	cmd.Flags().IntSliceVar(&ks, "k", []int{1}, "numbers of samples")
	return cmd
}

func passK(cmd *cobra.Command, file string, s *sheet, ks []int) error {
	type record struct {
		ID recordID `json:"id"`
		N  *int     `json:"n"`
		C  *int     `json:"c"`
	}
	var names []string
	for _, form := range []string{"pass@%d", "pass^%d"} {
		for _, k := range ks {
			if k < 1 {
				return usageErrorf("--k %d: want at least 1", k)
			}
			names = append(names, fmt.Sprintf(form, k))
		}
	}
	m := newMeans(names...)
	err := eachRecord(cmd, file, func(r *record) recordID { return r.ID }, func(r *record) error {
		if r.N == nil || r.C == nil {
			return errors.New(`no "n" or no "c"`)
		}
		var scores []any
		for _, f := range []func(n, c, k int) (float64, error){metrics.PassAtK, metrics.PassHatK} {
			for _, k := range ks {
				v, err := f(*r.N, *r.C, k)
				if err != nil {
					return err
				}
				scores = append(scores, v)
			}
		}
		s.record(m.add(r.ID, scores), nil)
		return nil
	})
	if err != nil {
		return err
	}
	m.print(s)
	return nil
}
