package main

import (
	"fmt"
	"io"
	"runtime"
	"sync"

	"github.com/ragdiag/ragdiag/intervene"
	"github.com/ragdiag/ragdiag/lab/simulated"
	"github.com/ragdiag/ragdiag/metrics/stat"
)

// ceilingWorld is a kind of run whose gains are known.
type ceilingWorld struct {
	name string
	simulated.CeilingSimulation
}

// ceilingWorlds are runs as users may have them: the usual one, its parts, and
// what is hard for intervals.
func ceilingWorlds() []ceilingWorld {
	usual := simulated.CeilingSimulation{
		Records: 600, PerDoc: 4, Spread: .7, Mix: intervene.Mix{Retrieval: .18, Selection: .10}, Generator: .12,
		World: intervene.DefaultLikelihoods(), Failures: 200, Successes: 100, Repeats: 2, Resamples: 10_000,
	}
	of := func(name string, change func(*simulated.CeilingSimulation)) ceilingWorld {
		s := usual
		change(&s)
		return ceilingWorld{name, s}
	}
	return []ceilingWorld{
		{"usual: 600 records, 1 to 4 a document", usual},
		of("no clusters", func(s *simulated.CeilingSimulation) { s.PerDoc, s.Spread = 1, 0 }),
		of("120 records, all of them tried", func(s *simulated.CeilingSimulation) { s.Records = 120 }),
		of("one draw of each prompt", func(s *simulated.CeilingSimulation) { s.Repeats = 1 }),
		of("about 30 documents of 1 to 40", func(s *simulated.CeilingSimulation) { s.PerDoc = 40 }),
		of("about 13 documents of 1 to 90", func(s *simulated.CeilingSimulation) { s.PerDoc = 90 }),
		of("faults are rare", func(s *simulated.CeilingSimulation) {
			s.Mix, s.Generator = intervene.Mix{Retrieval: .05, Selection: .01}, .05
		}),
		of("selection almost never fails", func(s *simulated.CeilingSimulation) { s.Mix = intervene.Mix{Retrieval: .1, Selection: .003} }),
	}
}

// coverage is how often the intervals of a world hold what is true.
type coverage struct {
	runs              int
	together, here    int // runs in which every interval of the table does
	rows              []int
	bias, half, truth []float64 // sums of error and half-width, and the truth, of each column
}

// cover draws runs with the seeds from first on. Rounding is forgiven: what was
// drawn whole has no error at all.
func cover(s simulated.CeilingSimulation, first uint64, runs int) coverage {
	truth := s.Truth(1)
	c := coverage{rows: make([]int, len(truth)), bias: make([]float64, len(truth)), half: make([]float64, len(truth)), truth: truth}
	all := make([][]simulated.CoveredGain, runs)
	var wg sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range runs {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			all[i], _ = s.Run(truth, first+uint64(i))
		})
	}
	wg.Wait()
	holds := func(iv stat.Interval, x float64) bool { return iv.Lo-1e-9 <= x && x <= iv.Hi+1e-9 }
	for _, gains := range all {
		if gains == nil {
			continue
		}
		c.runs++
		together, here := 1, 1
		for j, g := range gains {
			c.bias[j] += g.Value - g.Truth
			c.half[j] += (g.Interval.Hi - g.Interval.Lo) / 2
			if holds(g.Interval, g.Truth) {
				c.rows[j]++
			} else {
				together = 0
			}
			if !holds(g.Here.Interval, g.HereTruth) {
				here = 0
			}
		}
		c.together += together
		c.here += here
	}
	return c
}

// ceilingTables prints how often ceiling tables hold what is true.
func ceilingTables(w io.Writer, runs int) error {
	fmt.Fprintf(w, "| runs | whole table covers the truth [95 %%] | … of these records alone | least of a row | runs used |\n|---|---|---|---|---|\n")
	var usual coverage
	for i, world := range ceilingWorlds() {
		c := cover(world.CeilingSimulation, 100_001, runs)
		if i == 0 {
			usual = c
		}
		least := c.runs
		for _, k := range c.rows {
			least = min(least, k)
		}
		together, err := stat.Wilson(c.together, c.runs, .95)
		if err != nil {
			return err
		}
		here, err := stat.Wilson(c.here, c.runs, .95)
		if err != nil {
			return err
		}
		share := func(k int, iv stat.Interval) string {
			return fmt.Sprintf("%.3f [%.3f, %.3f]", float64(k)/float64(c.runs), iv.Lo, iv.Hi)
		}
		fmt.Fprintf(w, "| %s | %s | %s | %.3f | %d |\n", world.name, share(c.together, together), share(c.here, here), float64(least)/float64(c.runs), c.runs)
	}
	fmt.Fprintf(w, "\nThe usual runs, gain by gain, in points of quality:\n\n| made perfect | true gain | mean error | mean half-width | covers |\n|---|---|---|---|---|\n")
	n := float64(usual.runs)
	for j, name := range (simulated.CeilingSimulation{}).Columns() {
		fmt.Fprintf(w, "| %s | %.2f | %+.2f | %.2f | %.3f |\n", name, 100*usual.truth[j], 100*usual.bias[j]/n, 100*usual.half[j]/n, float64(usual.rows[j])/n)
	}
	return nil
}
