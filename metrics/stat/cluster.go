package stat

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// fewClusters is the number of clusters below which the normal form of a cluster-robust interval is not to be trusted.
const fewClusters = 20

// ClusterEstimate is a mean whose items come in clusters (same document, conversation, paraphrase family).
type ClusterEstimate struct {
	Estimate
	Clusters     int     `json:"clusters"`
	DesignEffect float64 `json:"design_effect"` // Var of the clustered mean over Var for independent items; 1: clusters cost nothing
}

// ClusterMean is the mean of xs with the cluster-robust standard error √(C/(C−1)·Σ_c(Σ_{i∈c}(xᵢ−x̄))²)/n, C clusters;
// cluster[i] names the cluster of item i. Normal interval; under 20 clusters Student's with C−1 degrees of freedom and a
// warning. statsmodels OLS(xs, ones).fit(cov_type="cluster", cov_kwds={"groups": cluster}): bse and, from 20 clusters on,
// conf_int. Interval.N is the number of clusters.
func ClusterMean(xs []float64, cluster []int, level float64) (ClusterEstimate, error) {
	if err := checkLevel(level); err != nil {
		return ClusterEstimate{}, err
	}
	groups, err := groupSums(xs, cluster)
	if err != nil {
		return ClusterEstimate{}, err
	}
	mean, sd, err := meanSD(xs)
	if err != nil {
		return ClusterEstimate{}, err
	}
	n, c := float64(len(xs)), float64(len(groups))
	sum := 0.0
	for _, g := range groups {
		d := g.sum - float64(g.size)*(mean-groups[0].origin)
		sum += d * d
	}
	se := math.Sqrt(c/(c-1)*sum) / n
	if sd == 0 || se == 0 {
		return ClusterEstimate{}, fmt.Errorf("no cluster-robust interval: between clusters %w", ErrNoSpread)
	}
	factor, method := twoSidedZ(level), "cluster-robust, normal"
	if len(groups) < fewClusters {
		factor, method = studentQuantile((1-level)/2, c-1), "cluster-robust, t"
	}
	iv := symmetric(mean, se, factor, level, len(groups), method)
	iv.Warnings = clusterWarnings(len(groups))
	return ClusterEstimate{Estimate{mean, se, iv}, len(groups), se * se / (sd * sd / n)}, nil
}

// ClusterBootstrap is the bootstrap interval of the mean of xs where whole clusters are resampled. Interval.N is the
// number of clusters; clusters that all have the same mean give an error. More than LargeN clusters: [ClusterMean]'s normal
// form, with a warning.
func ClusterBootstrap(xs []float64, cluster []int, opt BootstrapOptions) (Interval, error) {
	groups, err := groupSums(xs, cluster)
	if err != nil {
		return Interval{}, err
	}
	if opt, err = opt.withDefaults(); err != nil {
		return Interval{}, err
	}
	if len(groups) > LargeN {
		est, err := ClusterMean(xs, cluster, opt.Level)
		est.Interval.Warnings = append(est.Interval.Warnings, largeWarning)
		return est.Interval, err
	}
	mean := func(draw []uint32) (float64, error) {
		sum, size := 0.0, 0
		for _, i := range draw {
			sum += groups[i].sum
			size += groups[i].size
		}
		return sum / float64(size), nil
	}
	iv, err := bootstrap(len(groups), mean, func() ([]float64, error) { return withoutEach(groups), nil }, opt)
	if err != nil {
		return Interval{}, err
	}
	if iv.Lo == iv.Hi {
		return Interval{}, fmt.Errorf("no cluster bootstrap interval: between clusters %w", ErrNoSpread)
	}
	origin := groups[0].origin
	iv.Lo, iv.Hi, iv.Method = iv.Lo+origin, iv.Hi+origin, "cluster "+iv.Method
	iv.Warnings = clusterWarnings(len(groups)) // no resample is undefined, and few clusters say more than few items
	return iv, nil
}

// withoutEach gives the mean without each cluster in turn.
func withoutEach(groups []group) []float64 {
	sum, size := 0.0, 0
	for _, g := range groups {
		sum += g.sum
		size += g.size
	}
	out := make([]float64, len(groups))
	for i, g := range groups {
		out[i] = (sum - g.sum) / float64(size-g.size)
	}
	return out
}

// group is one cluster: the sum of its items' distances from origin, which is the same for all clusters.
type group struct {
	sum, origin float64
	size        int
}

// groupSums collects the clusters in order of first appearance. It needs two.
func groupSums(xs []float64, cluster []int) ([]group, error) {
	if len(xs) != len(cluster) {
		return nil, fmt.Errorf("%d values but %d cluster names", len(xs), len(cluster))
	}
	if err := checkValues(xs); err != nil {
		return nil, err
	}
	at, groups := map[int]int{}, []group(nil)
	for i, c := range cluster {
		g, seen := at[c]
		if !seen {
			g = len(groups)
			at[c], groups = g, append(groups, group{origin: xs[0]})
		}
		groups[g].sum += xs[i] - xs[0]
		groups[g].size++
	}
	if len(groups) < 2 {
		return nil, tooFew("clusters", len(groups), 2)
	}
	return groups, nil
}

func clusterWarnings(clusters int) []string {
	if clusters >= fewClusters {
		return nil
	}
	return []string{fmt.Sprintf("only %d clusters: the interval is rough, need ≥ %d", clusters, fewClusters)}
}

// RepeatsEstimate is a mean over items that were each run several times.
type RepeatsEstimate struct {
	Estimate
	Between float64 `json:"between"` // variance of the items' true means, 0 when the runs' noise explains it all
	Within  float64 `json:"within"`  // mean variance among the runs of one item
}

// RepeatedRuns is the mean over items of each item's mean over its runs: runs[i] holds item i's results. Its variance is
// Var(μ)/n + E[σᵢ²/Kᵢ]/n, which is the variance of the item means over n, so SE and interval are [MeanT]'s on item means;
// Between and Within are the analysis of variance behind it. At least one item needs two runs.
func RepeatedRuns(runs [][]float64, level float64) (RepeatsEstimate, error) {
	means := make([]float64, len(runs))
	var within, noise float64
	repeated := 0
	for i, r := range runs {
		if len(r) == 0 {
			return RepeatsEstimate{}, fmt.Errorf("item %d has no run: leave it out and count it", i)
		}
		if err := checkValues(r); err != nil {
			return RepeatsEstimate{}, fmt.Errorf("item %d: %w", i, err)
		}
		means[i] = average(r)
		noise += 1 / float64(len(r))
		if len(r) > 1 {
			within += covariance(r, r)
			repeated++
		}
	}
	if repeated == 0 {
		return RepeatsEstimate{}, fmt.Errorf("%w: no item was run twice, so the noise between runs is unknown", ErrTooFew)
	}
	est, err := MeanT(means, level)
	if err != nil {
		return RepeatsEstimate{}, err
	}
	within /= float64(repeated)
	est.Interval.Method = "t over item means"
	between := covariance(means, means) - within*noise/float64(len(runs))
	return RepeatsEstimate{est, max(0, between), within}, nil
}

// SeedsEstimate is a mean over items and training or decoding seeds, both of which are samples.
type SeedsEstimate struct {
	Estimate
	Item  float64 `json:"item"`  // variance component of items
	Seed  float64 `json:"seed"`  // variance component of seeds
	Error float64 `json:"error"` // what is left: item × seed and noise
	// Survives: at least three seeds, the mean has the same sign in each, and the interval excludes 0.
	Survives bool `json:"survives"`
}

// TwoLevel is the mean of y[item][seed], every item under the same seeds, with the variance model
// y = μ + item + seed + ε: Var(ȳ) = σ²_item/n + σ²_seed/S + σ²_ε/(nS) (components by the two-way analysis of variance,
// negative ones set to 0). The interval is a two-level percentile bootstrap that resamples items and seeds. Give differences
// of two systems to learn whether the difference survives seeds. One seed is an error: its noise is unknown.
func TwoLevel(y [][]float64, opt BootstrapOptions) (SeedsEstimate, error) {
	opt, err := opt.withDefaults()
	if err != nil {
		return SeedsEstimate{}, err
	}
	items, seeds, err := margins(y)
	if err != nil {
		return SeedsEstimate{}, err
	}
	n, s, mean := float64(len(items)), float64(len(seeds)), average(items)
	rest := 0.0
	for i, row := range y {
		for j, v := range row {
			d := v - items[i] - seeds[j] + mean
			rest += d * d
		}
	}
	out := SeedsEstimate{Error: rest / ((n - 1) * (s - 1))}
	out.Item = max(0, covariance(items, items)-out.Error/s)
	out.Seed = max(0, covariance(seeds, seeds)-out.Error/n)
	out.Value, out.SE = mean, math.Sqrt(out.Item/n+out.Seed/s+out.Error/(n*s))
	means := make([]float64, opt.Resamples)
	inChunks(opt.Resamples, opt.Seed, opt.Workers, func(rng *rand.PCG, from, to int) {
		drawItems, drawSeeds := make([]uint32, len(items)), make([]uint32, len(seeds))
		for r := from; r < to; r++ {
			drawIndices(rng, uint32(len(items)), drawItems)
			drawIndices(rng, uint32(len(seeds)), drawSeeds)
			sum := 0.0
			for _, i := range drawItems {
				for _, j := range drawSeeds {
					sum += y[i][j]
				}
			}
			means[r] = sum / (n * s)
		}
	})
	if out.Interval, err = PercentileInterval(means, opt.Level); err != nil {
		return SeedsEstimate{}, err
	}
	if out.Interval.Lo == out.Interval.Hi {
		return SeedsEstimate{}, fmt.Errorf("no two-level interval: %w", ErrNoSpread)
	}
	out.Interval.N, out.Interval.Method = len(items), "two-level percentile bootstrap"
	out.Survives = len(seeds) >= 3 && !out.Interval.Contains(0)
	for _, m := range seeds {
		out.Survives = out.Survives && m*mean > 0
	}
	if len(seeds) < 3 {
		out.Interval.Warnings = append(out.Interval.Warnings, fmt.Sprintf("only %d seeds: need ≥ 3 to say that a result survives them", len(seeds)))
	}
	return out, nil
}

// margins gives the means of each item and of each seed of a full table with at least two of both.
func margins(y [][]float64) (items, seeds []float64, err error) {
	if len(y) < 2 {
		return nil, nil, tooFew("items", len(y), 2)
	}
	if len(y[0]) < 2 {
		return nil, nil, tooFew("seeds", len(y[0]), 2)
	}
	items, seeds = make([]float64, len(y)), make([]float64, len(y[0]))
	for i, row := range y {
		if len(row) != len(seeds) {
			return nil, nil, fmt.Errorf("item %d has %d seeds, item 0 has %d: keep the seeds that all items share", i, len(row), len(seeds))
		}
		if err := checkValues(row); err != nil {
			return nil, nil, fmt.Errorf("item %d: %w", i, err)
		}
		items[i] = average(row)
		for j, v := range row {
			seeds[j] += v / float64(len(y))
		}
	}
	return items, seeds, nil
}
