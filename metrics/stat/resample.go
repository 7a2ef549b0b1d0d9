package stat

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
)

// chunkSize is the number of replicates that share one generator. It is part of the result: changing it changes the draws.
const chunkSize = 64

// newRand gives the generator of one stream. Seed and stream are scrambled first (splitmix64's finaliser), so that
// neighbouring streams do not start from neighbouring states.
func newRand(seed, stream uint64) *rand.PCG { return rand.NewPCG(scramble(seed), scramble(^stream)) }

func scramble(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// inChunks calls do(rng, from, to) for the replicates [from, to) of each chunk, in parallel. What a chunk computes may
// depend on its generator and its range only, which makes the result the same with any number of workers.
func inChunks(replicates int, seed uint64, workers int, do func(rng *rand.PCG, from, to int)) {
	chunks := (replicates + chunkSize - 1) / chunkSize
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(workers, chunks) {
		wg.Go(func() {
			for {
				c := int(next.Add(1)) - 1
				if c >= chunks {
					return
				}
				do(newRand(seed, uint64(c)), c*chunkSize, min((c+1)*chunkSize, replicates))
			}
		})
	}
	wg.Wait()
}

// drawIndices fills draw with uniform indices below n: two 32-bit halves of each output, multiply-shift with rejection
// (Lemire 2019), so that no index is favoured. 0 < n < 2³².
func drawIndices(rng *rand.PCG, n uint32, draw []uint32) {
	reject := -n % n // 2³² mod n
	for i := 0; i < len(draw); {
		r := rng.Uint64()
		a := uint64(uint32(r)) * uint64(n)
		b := (r >> 32) * uint64(n)
		if uint32(a) >= reject {
			draw[i] = uint32(a >> 32)
			i++
		}
		if i < len(draw) && uint32(b) >= reject {
			draw[i] = uint32(b >> 32)
			i++
		}
	}
}

// drawSum adds up len(xs) items that are drawn from xs as [drawIndices] draws them, in their order.
func drawSum(rng *rand.PCG, xs []float64) (sum float64) {
	n := uint64(len(xs))
	reject := -uint32(n) % uint32(n)
	for i := 0; i < len(xs); {
		r := rng.Uint64()
		if a := uint64(uint32(r)) * n; uint32(a) >= reject {
			sum += xs[a>>32]
			i++
		}
		if b := (r >> 32) * n; i < len(xs) && uint32(b) >= reject {
			sum += xs[b>>32]
			i++
		}
	}
	return sum
}
