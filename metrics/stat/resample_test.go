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
