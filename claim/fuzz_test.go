package claim

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/trace"
)

// TestOverlappingPairs: pairs of characters overlap, so that the text between
// two of them has no length.
func TestOverlappingPairs(t *testing.T) {
	got := New(Options{}).Prepare([]string{"炉内火焰亮度高，不焰温差"}).Check("炉内火焰亮度高焰温差")
	require.NotEqual(t, trace.Supported, got.Support)
}

func FuzzCheck(f *testing.F) {
	for _, s := range [][2]string{
		{"炉内火焰亮度高，不焰温差", "炉内火焰亮度高焰温差"},
		{"Smoking is not allowed anywhere except the rear terrace.", "Smoking is allowed only on the rear terrace."},
		{"The Oak tower is 88 m tall. The Elm tower is 102 m tall.", "The Oak tower is taller than the Elm tower."},
		{"According to, not", "According to the policy, not until"},
		{"100 to 150 -5 % €", "fell by 50 from 0 to 0 percent"},
	} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, passage, claim string) {
		c := New(Options{}).Prepare([]string{passage, claim, passage})
		for _, v := range []Verdict{c.Check(claim), c.CheckIn(claim, 2), c.CheckPolar(claim, false)} {
			if !(v.P >= 0 && v.P <= 1) {
				t.Fatalf("P is %v", v.P)
			}
			for _, sp := range v.By {
				if sp.Start < 0 || sp.End < sp.Start || sp.End > len(c.Docs()[sp.Passage].Text) {
					t.Fatalf("span %v", sp)
				}
			}
		}
	})
}
