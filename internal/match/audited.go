package match

import (
	"math"

	"github.com/ragdiag/ragdiag/metrics/stat"
)

// Audited is what people's answers say about the matcher.
type Audited struct {
	Judged, Asked int
	Bands         []AuditedBand
	False         AuditedRate // share of "found" that is wrong
	Missed        AuditedRate // share of "not found" that is there, by the nearest passage
}

// AuditedBand is one band: how many of its pairs a person says hold the unit.
type AuditedBand struct {
	Band   string
	Found  bool // what the matcher says of the whole band
	Units  int  // in the run
	Judged int
	There  int
	Share  stat.Interval // of There, Wilson; unset if nothing is judged
}

// AuditedRate is a rate over all units of a run, each band weighted by its
// number of units.
type AuditedRate struct {
	Rate, Lo, Hi float64 // 95 %
	Units        int     // of the bands that were judged
	Unjudged     int     // of bands of which no pair was judged
	Known        bool    // false: nothing was judged
}

// Audit counts answers: yes (true) or no by the ID of a pair. Rates are
// weighted by the inverse of the probability that a pair came into the sample;
// their intervals combine the Wilson intervals of the bands (MOVER, Zou and
// Donner 2008).
func Audit(s Sample, answers map[string]bool) Audited {
	out := Audited{Asked: len(s.Pairs)}
	for _, name := range Bands() {
		b := AuditedBand{Band: name, Units: s.Count[name]}
		switch name {
		case BandBelow, BandSome, BandFar:
		default:
			b.Found = true
		}
		for _, p := range s.Pairs {
			if there, ok := answers[p.ID]; ok && p.Band == name {
				b.Judged++
				if there {
					b.There++
				}
			}
		}
		if b.Units == 0 {
			continue
		}
		if iv, err := stat.Wilson(b.There, b.Judged, stat.DefaultLevel); err == nil {
			b.Share = iv
		}
		out.Judged += b.Judged
		out.Bands = append(out.Bands, b)
	}
	out.False = rate(out.Bands, true)
	out.Missed = rate(out.Bands, false)
	return out
}

// rate combines the bands that say "found", or the others.
func rate(bands []AuditedBand, found bool) AuditedRate {
	var r AuditedRate
	for _, b := range bands {
		switch {
		case b.Found != found:
		case b.Judged == 0:
			r.Unjudged += b.Units
		default:
			r.Units += b.Units
		}
	}
	if r.Units == 0 {
		return r
	}
	r.Known = true
	var down, up float64
	for _, b := range bands {
		if b.Found != found || b.Judged == 0 {
			continue
		}
		w := float64(b.Units) / float64(r.Units)
		p, lo, hi := float64(b.There)/float64(b.Judged), b.Share.Lo, b.Share.Hi
		if found { // wrong is what is not there
			p, lo, hi = 1-p, 1-hi, 1-lo
		}
		r.Rate += w * p
		down += w * w * (p - lo) * (p - lo)
		up += w * w * (hi - p) * (hi - p)
	}
	r.Lo, r.Hi = max(0, r.Rate-math.Sqrt(down)), min(1, r.Rate+math.Sqrt(up))
	return r
}
