package metrics

import "fmt"

// SetRecallAt is, of several sets of evidence each of which suffices, the best
// share that is among the first k: max over sets of |set ∩ top k| / |set|.
// Range [0, 1]. Empty sets do not count; no other set: ErrNoRelevant.
func SetRecallAt(k int, ranked []string, sets [][]string) (float64, error) {
	if k < 1 {
		return 0, fmt.Errorf("%w, not %d", ErrCutoff, k)
	}
	top := make(map[string]bool)
	for i, doc := range ranked[:min(k, len(ranked))] {
		if top[doc] {
			return 0, fmt.Errorf("%w: %q, again at rank %d", ErrDuplicate, doc, i+1)
		}
		top[doc] = true
	}
	best, some := 0.0, false
	for _, set := range sets {
		members, found := make(map[string]bool, len(set)), 0
		for _, doc := range set {
			if !members[doc] && top[doc] {
				found++
			}
			members[doc] = true
		}
		if len(members) > 0 {
			best, some = max(best, float64(found)/float64(len(members))), true
		}
	}
	if !some {
		return 0, ErrNoRelevant
	}
	return best, nil
}

// FullAt is 1 if some set of evidence is among the first k completely, else
// 0. Errors as of SetRecallAt.
func FullAt(k int, ranked []string, sets [][]string) (float64, error) {
	recall, err := SetRecallAt(k, ranked, sets)
	if err != nil || recall < 1 {
		return 0, err
	}
	return 1, nil
}
