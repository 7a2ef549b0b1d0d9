// Command judge simulates judges that are wrong in known ways, and prints how
// often the PPI++ interval of 'ragdiag judge eval' covers the truth, and how wide
// it is beside that of the labels alone: `go run ./lab/bench/judge`.
//
// In: the number of runs of each setting. Out: a Markdown table.
package main

import (
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"

	"github.com/ragdiag/ragdiag/judge"
	"github.com/ragdiag/ragdiag/lab/judging"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/trace"
)

func main() {
	runs := flag.Int("runs", 1000, "runs of each setting; a tenth where few labels call for the bootstrap")
	flag.Parse()
	if err := run(os.Stdout, *runs); err != nil {
		fmt.Fprintln(os.Stderr, "judge:", err)
		os.Exit(1)
	}
}

// setting is a judge and the labels that there are.
type setting struct {
	name       string
	labels     int
	others     int
	share      float64 // of the positive verdict in truth
	sens, spec float64 // of the judge
	open       float64 // probability that the judge leaves an item open
	record     int     // items of one record; they agree with probability tied
	tied       float64
}

var settings = []setting{
	{"good judge", 100, 1000, .7, .9, .8, 0, 1, 0},
	{"middling judge", 100, 1000, .7, .8, .7, 0, 1, 0},
	{"judge that tosses a coin", 100, 1000, .7, .5, .5, 0, 1, 0},
	{"judge that is wrong more often than right", 100, 1000, .7, .3, .3, 0, 1, 0},
	{"good judge that leaves a fifth open", 100, 1000, .7, .9, .8, .2, 1, 0},
	{"few labels", 30, 1000, .7, .9, .8, 0, 1, 0},
	{"few labels, rare verdict", 40, 1000, .9, .9, .8, 0, 1, 0},
	{"few other items", 100, 50, .7, .9, .8, 0, 1, 0},
	{"three items a record that tend to agree", 99, 999, .7, .9, .8, 0, 3, .5},
}

// outcome is what the runs of a setting came to.
type outcome struct {
	covered, naive, wider int     // runs in which the interval covers, that of the judge alone does, PPI++ is more than a twentieth wider
	width, humans         float64 // mean half widths
}

func run(w io.Writer, runs int) error {
	fmt.Fprintf(w, "%d runs each, a tenth with fewer than 50 labels; 95 %% intervals; the judge alone: a binomial interval of its verdicts.\n\n", runs)
	fmt.Fprintln(w, "| setting | labels, others | covered by PPI++ | by the judge alone | half width: PPI++, labels alone | wider by over 5 % |\n|---|---|---|---|---|---|")
	all := runs
	for i, s := range settings {
		if runs = all; s.labels < 50 { // the interval resamples each time
			runs = max(1, all/10)
		}
		o, err := simulate(s, runs, uint64(i))
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		iv, err := stat.Wilson(o.covered, runs, stat.DefaultLevel)
		if err != nil {
			return err
		}
		n := float64(runs)
		fmt.Fprintf(w, "| %s | %d, %d | %.3f (%.3f to %.3f) | %.3f | %.3f, %.3f | %.3f |\n", s.name, s.labels, s.others,
			float64(o.covered)/n, iv.Lo, iv.Hi, float64(o.naive)/n, o.width/n, o.humans/n, float64(o.wider)/n)
	}
	return nil
}

// simulate draws labels and judgements and estimates the share, again and again.
func simulate(s setting, runs int, id uint64) (outcome, error) {
	var o outcome
	for r := range runs {
		dice := rand.New(rand.NewPCG(id, uint64(r)*0x9e3779b97f4a7c15))
		pairs := s.draw(dice, s.labels)
		var others [][]trace.Judgement
		for i, p := range s.draw(dice, s.others) {
			if i%s.record == 0 {
				others = append(others, nil)
			}
			last := &others[len(others)-1]
			*last = append(*last, p.Judge)
		}
		a, err := judging.Agree(judge.Verify, pairs, others, uint64(r))
		if err != nil {
			return o, err
		}
		if a.PPIInterval == nil { // labels and judge without any variation
			continue
		}
		if a.PPIInterval.Contains(s.share) {
			o.covered++
		}
		says := 0
		for _, o := range others {
			for _, g := range o {
				if g.Verdict == judge.Supported {
					says++
				}
			}
		}
		if iv, err := stat.Proportion(says, s.others); err == nil && iv.Contains(s.share) {
			o.naive++
		}
		ppi, humans := (a.PPIInterval.Hi-a.PPIInterval.Lo)/2, (a.HumansInterval.Hi-a.HumansInterval.Lo)/2
		o.width, o.humans = o.width+ppi, o.humans+humans
		if ppi > 1.05*humans {
			o.wider++
		}
	}
	return o, nil
}

// draw draws items with a label and a judgement.
func (s setting) draw(dice *rand.Rand, n int) (out []judging.Labelled) {
	shared := false
	for i := range n {
		if i%s.record == 0 {
			shared = dice.Float64() < s.share
		}
		holds := shared
		if s.record == 1 || dice.Float64() >= s.tied {
			holds = dice.Float64() < s.share
		}
		human, hit := judge.NotFound, s.spec
		if holds {
			human, hit = judge.Supported, s.sens
		}
		said := human
		if dice.Float64() >= hit {
			said = map[string]string{judge.Supported: judge.NotFound, judge.NotFound: judge.Supported}[human]
		}
		if dice.Float64() < s.open {
			said = judge.CannotTell
		}
		out = append(out, judging.Labelled{Record: fmt.Sprint(i / s.record), Human: human, Judge: trace.Judgement{Verdict: said}})
	}
	return out
}
