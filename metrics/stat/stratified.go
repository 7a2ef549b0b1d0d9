package stat

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Stratum is a part of a finite population, of which items were drawn at random without replacement.
type Stratum struct {
	Size    int         // items that the population has of it
	Items   [][]float64 // those drawn: a row for each item, a column for each quantity
	Cluster []int       // of each row, from 0; nil: every item is a cluster of its own
	// Noise is the variance that each value has because its item was measured a few times only; nil: none.
	Noise [][]float64
	// Members counts all items of the population by cluster; nil: every item is a cluster of its own.
	Members map[int]int
}

// StratifiedOptions sets up StratifiedMeans.
type StratifiedOptions struct {
	BootstrapOptions // the method is always the studentised one
	// Unit is the largest magnitude that a value can have; 0: no bound is known. With it, half an item of that distance
	// from the mean counts in the spread of each stratum, as half an item of each kind does in Jeffreys' interval of a
	// share: else a column in which nothing was seen would pass for certain.
	Unit float64
}

// StratifiedEstimate is a mean over a population with two intervals.
type StratifiedEstimate struct {
	// Estimate is about what the population was itself drawn from: more clusters of the same kind. Its interval is
	// cluster-robust, and allows for the sizes of the strata being drawn too. Interval.N is the number of clusters.
	Estimate
	// Here is about this very population: its items that were not drawn, and the noise of those that were.
	Here Estimate `json:"here"`
}

// StratifiedMeans estimates the mean of each column over a population of strata, Σ_h (N_h/N)·mean_h, with intervals that
// hold together over all columns. For this population the variance is Σ w_h²/n_h·((1−f_h)·s_h² + f_h·σ_h²), f_h = n_h/N_h,
// where σ_h² is the mean Noise: what is measured again would come out differently even if every item was drawn. Beyond it,
// the variance is that of leaving out clusters, Σ_c z_c², z_c = Σ_h w_h·√((C_h−1)/C_h)·Σ_{i∈c}(x_i−mean_h)/(n_h−n_ch) +
// Σ_h N_ch·(mean_h−mean)/N, without finite-population factors; with one item a cluster, and sizes taken for given, it is
// Σ w_h²·s_h²/n_h. Leaving out, unlike linearising, keeps the coverage where some clusters are large. The half-width is SE
// times the quantile of max_j |t_j| over resamples of clusters within strata, each studentised with its own SE. Strata of size 0 are left out; one with fewer than two clusters drawn is an error.
func StratifiedMeans(strata []Stratum, opt StratifiedOptions) ([]StratifiedEstimate, error) {
	var err error
	if opt.BootstrapOptions, err = opt.withDefaults(); err != nil {
		return nil, err
	}
	var all, single []drawnStratum
	total, columns, rows, clustered := 0, -1, 0, false
	for i, s := range strata {
		if s.Size == 0 && len(s.Items) == 0 {
			continue
		}
		if s.Size < len(s.Items) {
			return nil, fmt.Errorf("stratum %d: %d items were drawn of %d", i, len(s.Items), s.Size)
		}
		if len(s.Items) == 0 {
			return nil, fmt.Errorf("stratum %d: %w", i, tooFew("items", 0, 2))
		}
		if columns < 0 {
			columns = len(s.Items[0])
		}
		for r, row := range s.Items {
			if len(row) != columns || s.Noise != nil && len(s.Noise[r]) != columns {
				return nil, fmt.Errorf("stratum %d: row %d has %d columns, others have %d", i, r, len(row), columns)
			}
			if err := checkValues(row); err != nil {
				return nil, fmt.Errorf("stratum %d: row %d: %w", i, r, err)
			}
		}
		d := newDrawn(s, columns, s.Cluster, rows)
		if len(d.groups) < 2 {
			return nil, fmt.Errorf("stratum %d: %w", i, tooFew("clusters", len(d.groups), 2))
		}
		clustered = clustered || len(d.groups) < len(s.Items)
		all, single = append(all, d), append(single, newDrawn(s, columns, nil, rows))
		rows += len(s.Items)
		total += s.Size
	}
	if columns < 1 {
		return nil, tooFew("strata", 0, 1)
	}
	for i := range all {
		all[i].weight = float64(all[i].Size) / float64(total)
		single[i].weight = all[i].weight
	}
	every, unsure := make([]bool, columns), make([]bool, columns)
	sure := false // a column is known for this population
	for j := range columns {
		every[j] = true
		for i := range single {
			unsure[j] = unsure[j] || single[i].here(j, opt.Unit) > 0
		}
		sure = sure || !unsure[j]
	}
	here := maxT(single, unsure, opt)
	beyond := here
	if clustered || sure {
		beyond = maxT(all, every, opt)
	}
	out := make([]StratifiedEstimate, columns)
	for j := range out {
		mean := 0.0
		for _, s := range all {
			mean += s.weight * s.mean[j]
		}
		n, clusters := 0, map[int]float64{}
		variance, own := 0.0, 0.0
		for _, s := range all {
			n += len(s.Items)
			variance += s.extra(opt.Unit)
			own += s.here(j, opt.Unit)
		}
		for _, s := range all {
			k := float64(len(s.groups))
			for _, g := range s.groups {
				clusters[g.name] += s.weight * math.Sqrt((k-1)/k) * (g.sum[j] - g.n*s.mean[j]) / (float64(len(s.Items)) - g.n)
			}
		}
		for _, s := range all {
			step := (s.mean[j] - mean) / float64(total)
			if s.Members == nil {
				variance += float64(s.Size) * step * step
			}
			for c, m := range s.Members {
				clusters[c] += float64(m) * step
			}
		}
		names := make([]int, 0, len(clusters))
		for c := range clusters {
			names = append(names, c)
		}
		slices.Sort(names) // float sums depend on the order
		for _, c := range names {
			variance += clusters[c] * clusters[c]
		}
		e := StratifiedEstimate{}
		e.Value, e.Here.Value = mean, mean
		e.SE, e.Here.SE = math.Sqrt(variance), math.Sqrt(own)
		count := 0
		for _, s := range all {
			count += len(s.groups)
		}
		e.Interval = symmetric(mean, e.SE, beyond, opt.Level, count, "stratified cluster bootstrap, max-t")
		e.Here.Interval = symmetric(mean, e.Here.SE, here, opt.Level, n, "stratified bootstrap, max-t, finite population")
		out[j] = e
	}
	least := len(all[0].groups)
	for _, s := range all {
		least = min(least, len(s.groups))
	}
	for j := range out {
		out[j].Interval.Warnings = clusterWarnings(least)
	}
	return out, nil
}

// pseudo is the squared distance, in squares of Unit, that each stratum's spread has more than was seen.
const pseudo = 0.5

// drawnStratum is a stratum with its clusters summed up.
type drawnStratum struct {
	Stratum
	weight float64
	mean   []float64
	groups []clusterSum
	kinds  []clusterSum // the different ones among groups: graded answers make few
	kind   []uint32     // of each group
	spread []float64    // s_h² of single items
	noise  []float64    // mean variance by measurement
}

// clusterSum is what a cluster adds to the columns.
type clusterSum struct {
	name int
	n    float64
	sum  []float64
}

// newDrawn sums a stratum up; cluster nil takes each item for a cluster, and names it by its number among all rows.
func newDrawn(s Stratum, columns int, cluster []int, before int) drawnStratum {
	d := drawnStratum{Stratum: s, mean: make([]float64, columns), spread: make([]float64, columns), noise: make([]float64, columns)}
	at := map[int]int{}
	n := float64(len(s.Items))
	for i, row := range s.Items {
		name := -1 - before - i
		if cluster != nil {
			name = cluster[i]
		}
		g, ok := at[name]
		if !ok {
			g = len(d.groups)
			at[name] = g
			d.groups = append(d.groups, clusterSum{name: name, sum: make([]float64, columns)})
		}
		d.groups[g].n++
		for j, x := range row {
			d.groups[g].sum[j] += x
			d.mean[j] += x / n
			if s.Noise != nil {
				d.noise[j] += s.Noise[i][j] / n
			}
		}
	}
	kinds := map[string]uint32{}
	for _, g := range d.groups {
		key := binary.LittleEndian.AppendUint64(nil, math.Float64bits(g.n))
		for _, x := range g.sum {
			key = binary.LittleEndian.AppendUint64(key, math.Float64bits(x))
		}
		k, ok := kinds[string(key)]
		if !ok {
			k = uint32(len(d.kinds))
			kinds[string(key)] = k
			d.kinds = append(d.kinds, g)
		}
		d.kind = append(d.kind, k)
	}
	for _, row := range s.Items {
		for j, x := range row {
			d.spread[j] += (x - d.mean[j]) * (x - d.mean[j]) / (n - 1)
		}
	}
	return d
}

// linear is the variance of the stratum's share of the mean of column j over its clusters.
func (d *drawnStratum) linear(j int) float64 {
	n, k := float64(len(d.Items)), float64(len(d.groups))
	sum := 0.0
	for _, g := range d.groups {
		u := (g.sum[j] - g.n*d.mean[j]) / (n - g.n)
		sum += u * u
	}
	return d.weight * d.weight * (k - 1) / k * sum
}

// extra is what the half item of Unit adds to the variance beyond the population.
func (d *drawnStratum) extra(unit float64) float64 {
	n, k := float64(len(d.Items)), float64(len(d.groups))
	return d.weight * d.weight * k / (k - 1) * pseudo * unit * unit / (n * n)
}

// here is the variance of the stratum's share of the mean of column j, for this very population.
func (d *drawnStratum) here(j int, unit float64) float64 {
	n := float64(len(d.Items))
	f := n / float64(d.Size)
	return d.weight * d.weight / n * ((1-f)*(d.spread[j]+pseudo*unit*unit/(n-1)) + f*d.noise[j])
}

// maxT is the quantile of the largest studentised distance over the columns in use, by resampling clusters within strata.
func maxT(strata []drawnStratum, use []bool, opt StratifiedOptions) float64 {
	columns := len(use)
	center := make([]float64, columns)
	widest := 0
	for _, s := range strata {
		widest = max(widest, len(s.groups))
		for j := range center {
			center[j] += s.weight * s.mean[j]
		}
	}
	// The half item widens each resample's own SE, not the resample: without this the distances would be too short.
	scale := make([]float64, columns)
	for j := range scale {
		own, more := 0.0, 0.0
		for i := range strata {
			own += strata[i].linear(j)
			more += strata[i].extra(opt.Unit)
		}
		if own > 0 {
			scale[j] = math.Sqrt((own + more) / own)
		}
	}
	largest := make([]float64, opt.Resamples)
	inChunks(opt.Resamples, opt.Seed, opt.Workers, func(rng *rand.PCG, from, to int) {
		draw, many := make([]uint32, widest), make([]float64, widest)
		mean, variance := make([]float64, columns), make([]float64, columns)
		sum := make([]float64, columns)
		for r := from; r < to; r++ {
			clear(mean)
			clear(variance)
			for i := range strata {
				s := &strata[i]
				clear(sum)
				items := 0.0
				d := draw[:len(s.groups)]
				drawIndices(rng, uint32(len(d)), d)
				times := many[:len(s.kinds)]
				clear(times)
				for _, g := range d {
					times[s.kind[g]]++
				}
				for k, m := range times {
					if m == 0 {
						continue
					}
					c := &s.kinds[k]
					items += m * c.n
					for j, x := range c.sum {
						sum[j] += m * x
					}
				}
				for j := range sum {
					sum[j] /= items
					mean[j] += s.weight * sum[j]
				}
				n := float64(len(d))
				factor := s.weight * s.weight * (n - 1) / n
				for k, m := range times {
					if m == 0 {
						continue
					}
					c := &s.kinds[k]
					rest := 1 / (items - c.n)
					for j, x := range c.sum {
						u := (x - c.n*sum[j]) * rest
						variance[j] += m * factor * u * u
					}
				}
				more := s.extra(opt.Unit)
				for j := range variance {
					variance[j] += more
				}
			}
			top := 0.0
			for j, v := range variance {
				if d := math.Abs(mean[j] - center[j]); use[j] && d > 1e-12 {
					top = max(top, d/math.Sqrt(v)*scale[j]) // +Inf where a resample has no spread
				}
			}
			largest[r] = top
		}
	})
	slices.Sort(largest)
	return quantile(largest, opt.Level)
}
