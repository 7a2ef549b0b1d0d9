package stat_test

import (
	"fmt"

	"github.com/ragdiag/ragdiag/metrics/stat"
)

func ExampleProportion() {
	iv, err := stat.Proportion(18, 120) // 18 of 120 answers failed
	fmt.Println(iv, iv.Method, err)
	// Output: [0.097, 0.225] wilson <nil>
}

func ExampleShares() {
	ivs, err := stat.Shares([]int{40, 15, 5}, 60, 0.95) // three causes of 60 failures, to be compared with each other
	fmt.Println(ivs[0], ivs[1], ivs[2], err)
	// Output: [0.512, 0.792] [0.142, 0.402] [0.0303, 0.209] <nil>
}

func ExampleMeanBootstrap() {
	_, err := stat.MeanBootstrap([]float64{1, 1, 1}, stat.BootstrapOptions{})
	fmt.Println(err)
	// Output: no bootstrap interval: all values are equal (n = 3, value 1)
}

// Two systems on the same twelve questions: effect and interval first, p second, and what so few questions could show.
func Example() {
	a := []float64{0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0}
	b := []float64{1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 0, 1}
	diff, err := stat.PairedBootstrap(a, b, stat.BootstrapOptions{Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	test, err := stat.McNemar(0, 5) // A alone was right never, B alone five times
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("B − A = %.3f %v, %s; p = %.4f, %s\n", diff.Value, diff.Interval, diff.Interval.Method, test.P, test.Method)
	_, err = stat.Design{}.MDEPaired(12, 5./12)
	fmt.Println("smallest difference to be found:", err)
	// Output:
	// B − A = 0.417 [0.167, 0.75], bca bootstrap; p = 0.0625, mcnemar exact
	// smallest difference to be found: not attainable: with 0.417 of the items discordant it takes ≥ 17 items to show any difference, not 12
}

func ExampleHolm() {
	adjusted, err := stat.Holm([]float64{0.01, 0.04, 0.03, 0.005})
	fmt.Printf("%.2f %v\n", adjusted, err)
	// Output: [0.03 0.06 0.06 0.02] <nil>
}

func ExampleSignFlip() {
	d := []float64{0.8 - 0.5, 0.6 - 0.3, 0.9 - 0.6, 0.1 - 0.2, 0.3 - 0.1}
	test, err := stat.SignFlip(d, stat.SignFlipOptions{})
	fmt.Printf("p = %g, %s, %v\n", test.P, test.Method, err)
	// Output: p = 0.125, sign-flip, exact by counting, <nil>
}

func ExamplePPIMean() {
	judged := stat.Judged{
		Human:     []float64{1, 0, 1, 1, 0, 1, 0, 1},
		Judge:     []float64{1, 0, 1, 1, 0, 1, 1, 1},
		JudgeOnly: []float64{1, 1, 0, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1, 0, 1, 1},
	}
	got, err := stat.PPIMean(judged, stat.PPIOptions{Form: stat.PPIStudent})
	fmt.Printf("%.3f %v, judge's weight %.2f, %v\n", got.Value, got.Interval, got.Lambda, err)
	// Output: 0.595 [0.248, 0.942], judge's weight 0.48, <nil>
}
