package faults

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
)

// dice returns a generator that depends on nothing but its arguments, so that
// each draw is the same whatever else is drawn.
func dice(seed uint64, parts ...any) *rand.Rand {
	h := sha256.New()
	binary.Write(h, binary.LittleEndian, seed) // a hash takes all it is given
	for _, p := range parts {
		fmt.Fprintf(h, "%v\x00", p)
	}
	sum := h.Sum(nil)
	return rand.New(rand.NewPCG(binary.LittleEndian.Uint64(sum), binary.LittleEndian.Uint64(sum[8:])))
}

// pick draws one of the items; there must be one.
func pick[T any](rng *rand.Rand, items []T) T { return items[rng.IntN(len(items))] }
