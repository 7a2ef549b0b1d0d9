package stat

import "testing"

// Indices must be uniform also where 2³² is no multiple of n; at ¾·2³² a plain multiply-shift would favour every third
// index twofold.
func TestDrawIndicesIsUniform(t *testing.T) {
	for _, n := range []uint32{3, 10, 1000, 3 << 30} {
		draw := make([]uint32, 200_001)
		drawIndices(newRand(1, 2), n, draw)
		bins := min(n, 12)
		seen := make([]float64, bins)
		for _, i := range draw {
			if i >= n {
				t.Fatalf("index %d is not below %d", i, n)
			}
			seen[i%bins]++
		}
		want, square := float64(len(draw))/float64(bins), 0.0
		for r, s := range seen {
			expected := want
			if n == 1000 { // 1000 = 83·12 + 4: the first four residues hold one index more
				expected = float64(len(draw)) * float64(83+b2i(r < 4)) / 1000
			}
			square += (s - expected) * (s - expected) / expected
		}
		if p := chiSquareTail(square, float64(bins-1)); p < 1e-4 {
			t.Errorf("indices below %d are not uniform: χ² = %.1f, p = %.2g", n, square, p)
		}
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// What is added up as it is drawn is what drawn indices give, bit for bit.
func TestDrawSum(t *testing.T) {
	for _, n := range []int{1, 2, 3, 7, 1000, 4097} {
		xs, draw := make([]float64, n), make([]uint32, n)
		for i := range xs {
			xs[i] = 1 / float64(i+3)
		}
		a, b := newRand(5, uint64(n)), newRand(5, uint64(n))
		for range 20 {
			drawIndices(a, uint32(n), draw)
			want := 0.
			for _, i := range draw {
				want += xs[i]
			}
			if got := drawSum(b, xs); got != want {
				t.Fatalf("%d items: %v, want %v", n, got, want)
			}
		}
	}
}
