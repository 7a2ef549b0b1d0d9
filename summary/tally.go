package summary

import (
	"cmp"
	"maps"
	"slices"
)

const (
	maxExamples = 5   // IDs kept for each line of a report
	maxNames    = 200 // different names kept in a tally, so that hostile input cannot grow it
)

// otherNames is the name that stands for all beyond maxNames.
const otherNames = "others"

// group is the growing form of a Group; order is that of first appearance.
type group struct {
	count    int
	first    int
	examples []string
}

func (g *group) add(id string) {
	g.count++
	if id != "" && len(g.examples) < maxExamples {
		g.examples = append(g.examples, id)
	}
}

// tally counts records by name. The zero tally is ready.
type tally struct{ by map[string]*group }

func (t *tally) add(name, id string) {
	if t.by == nil {
		t.by = make(map[string]*group)
	}
	g, ok := t.by[name]
	if !ok {
		if len(t.by) >= maxNames {
			name = otherNames
		}
		if g, ok = t.by[name]; !ok {
			g = &group{first: len(t.by)}
			t.by[name] = g
		}
	}
	g.add(id)
}

func (t *tally) count(name string) int {
	if g := t.by[name]; g != nil {
		return g.count
	}
	return 0
}

// group returns the named group, empty if nothing was counted.
func (t *tally) group(name string) Group {
	if g := t.by[name]; g != nil {
		return Group{name, g.count, g.examples}
	}
	return Group{Name: name}
}

// groups lists the most frequent first, then the earliest.
func (t *tally) groups() []Group {
	names := slices.Collect(maps.Keys(t.by))
	slices.SortFunc(names, func(a, b string) int {
		x, y := t.by[a], t.by[b]
		return cmp.Or(cmp.Compare(y.count, x.count), cmp.Compare(x.first, y.first), cmp.Compare(a, b))
	})
	out := make([]Group, len(names))
	for i, n := range names {
		out[i] = t.group(n)
	}
	return out
}
