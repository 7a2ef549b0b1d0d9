// Package stat puts honest uncertainty beside a number: intervals, paired tests, corrections, power, agreement, bootstrap.
//
// In: counts and float64 slices, one element per item (or per cluster, per run). Out: an [Interval], an [Estimate] or a
// [Test] that carries the n it rests on, the method that was really used and warnings to print beside it; or an error that
// is the reason why there is no such number.
//
// Place in the flow: the package imports nothing of ragdiag. Commands, summary and intervene hand it numbers;
// reports print what it returns.
//
// What it never does: it reads no file, keeps no state, takes no clock, uses no global random source, changes no argument,
// and never returns NaN for "undefined". All randomness comes from the seed in an options struct, one generator per chunk
// of work, so a result is the same bits with one worker and with sixteen.
//
// Conventions: each function names the call of scipy, statsmodels, R or scikit-learn that it reproduces; where two programs
// differ the name or the comment says which is followed. Levels are confidence levels (0.95), tests are two-sided.
//
// Measured coverage of 95 % intervals (coverage_test.go, which also holds the bands): [Proportion] 0.95 on average, 0.87 at
// the worst share; [MeanT] 0.95 on normal, 0.89 on log-normal data at n = 30; [MeanBootstrap] 0.90 at ten normal items,
// 0.89 on log-normal data at n = 30, 0.94 on graded scores at n = 100; [ClusterMean] 0.93 to 0.94 where ignoring the clusters
// covers 0.70; [Shares] 0.95 for all shares at once.
//
// Limits: up to about 10⁷ items; a bootstrap of more than [LargeN] items uses the normal form and says so. The exact
// sign-flip test counts on an integer grid; off the grid it enumerates up to 20 items and samples above.
//
// Kept for a coming comparison of two runs, reached by no command yet: McNemarMidP, SignFlipClusters, ClusterBootstrap,
// RepeatedRuns, TwoLevel, Cochran, Shrink, LeaveOneSliceOut, Simpson, and of Design all but MDEMean.
//
// Start reading in interval.go, then proportion.go; the numerical core is in beta.go.
package stat
