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
