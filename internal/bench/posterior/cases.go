package main

import (
	"context"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/internal/faults"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/trace"
)

// causes are those that the tables weigh. The others are decided by the gates
// alone: a failed step, a broken form, a faulty citation need no odds.
var causes = []diagnose.Cause{diagnose.Query, diagnose.Retrieve, diagnose.Select, diagnose.Ignore, diagnose.Unsupported, diagnose.GoldLabel}

// goldless is the view of a record that nothing says the answer of.
const goldless = "no gold"

// views are the ways in which every case is looked at.
func views() []faults.View {
	var out []faults.View
	for _, gold := range []struct {
		name   string
		hidden []string
	}{{"gold passages and answer", nil}, {"gold answer", []string{"gold passages"}}, {"gold passages", []string{"gold answer"}}, {goldless, []string{"gold passages", "gold answer"}}} {
		out = append(out, faults.View{Name: gold.name, Hidden: gold.hidden},
			faults.View{Name: gold.name + ", no candidates", Hidden: append(slices.Clone(gold.hidden), "candidates")})
		if !slices.Contains(gold.hidden, "gold passages") {
			out = append(out, faults.View{Name: gold.name + ", its retriever", Hidden: gold.hidden, Own: true})
		}
	}
	return out
}

// recorded is the name of the view of a case as it lies in the set, with what
// the set itself hides.
const recorded = "as recorded"

// one is a case as one view shows it.
type one struct {
	key   *faults.Key
	view  string
	rec   *trace.Record // examined
	seen  diagnose.Observation
	bare  diagnose.Diagnosis // by the gates alone
	truth int                // index into causes; -1: not one of them, or not a failure
}

// observe examines every case through every view. A case from which the set
// hides something is only taken as it is.
func observe(ctx context.Context, set *faults.Set) ([]one, error) {
	p, err := pipeline.New(pipeline.Options{})
	if err != nil {
		return nil, err
	}
	byCase := make([][]one, len(set.Keys))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range set.Keys {
		g.Go(func() (err error) {
			byCase[i], err = looks(ctx, p, set, i)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return slices.Concat(byCase...), nil
}

// looks examines one case through every view.
func looks(ctx context.Context, p *pipeline.Pipeline, set *faults.Set, i int) ([]one, error) {
	params, gates := diagnose.DefaultParams(), &diagnose.Tables{}
	key := &set.Keys[i]
	ways := []faults.View{{Name: recorded}}
	if key.Hidden == nil {
		ways = append(ways, views()...)
	}
	var all []one
	for _, v := range ways {
		if !shows(key, v.Hidden) {
			continue
		}
		rec := set.Records[i]
		if v.Name == recorded {
			copied := *rec
			copied.Evidence = trace.Evidence{}
			rec = &copied
		} else {
			rec = faults.Hide(rec, v.Hidden, key.Root == diagnose.None || key.Root == diagnose.Cite)
		}
		if v.Own {
			rec.Evidence.Probes = set.Probes[i]
		}
		if err := p.Examine(ctx, rec); err != nil {
			return nil, fmt.Errorf("case %q: %w", key.ID, err)
		}
		all = append(all, one{key, v.Name, rec, diagnose.Observe(rec, params), gates.Classify(rec, params), slices.Index(causes, key.Root)})
	}
	return all, nil
}

// shows reports whether a case is one at all without some inputs: a doubtful
// reference must be there.
func shows(key *faults.Key, hidden []string) bool {
	return key.Root != diagnose.GoldLabel || !slices.Contains(hidden, "gold answer")
}

// failures keeps the looks at bad answers whose cause the tables weigh. Views
// that show the same inputs of a case, because it never had what they hide, are
// one look.
func failures(cases []one) []one {
	type look struct {
		id    string
		level diagnose.Level
	}
	var out []one
	had := map[look]bool{}
	for _, c := range cases {
		l := look{c.key.ID, c.seen.Level}
		if c.truth >= 0 && weighed(&c) && !had[l] {
			out, had[l] = append(out, c), true
		}
	}
	return out
}

// weighed reports whether the tables have a say in the verdict about a case.
func weighed(c *one) bool {
	if c.bare.Status == diagnose.StatusNotFailure || c.bare.Right == trace.Yes || c.rec.Evidence.Outcome.Answerable.IsNo() || c.rec.Evidence.Retrieve.InCorpus.IsNo() {
		return false
	}
	return c.bare.Root.Cause == diagnose.None || slices.Contains(causes, c.bare.Root.Cause)
}

// first is the operator that comes first in the flow, of a pair.
func first(key *faults.Key) string {
	name, _, _ := strings.Cut(key.Operator, "+")
	return name
}

// split deals cases out so that those of one operator lie together.
type split struct {
	op map[string]int
	n  int // parts
}

// byOperator deals the operators of each cause out to n parts in turn, so that
// each part knows each cause; n = 0: every operator is a part of its own. A cause
// with a single operator is dealt out by document.
func byOperator(cases []one, n int) split {
	byRoot := map[diagnose.Cause][]string{}
	for _, c := range cases {
		if op := first(c.key); !slices.Contains(byRoot[c.key.Root], op) {
			byRoot[c.key.Root] = append(byRoot[c.key.Root], op)
		}
	}
	s := split{map[string]int{}, n}
	for _, root := range slices.Sorted(maps.Keys(byRoot)) {
		ops := byRoot[root]
		if len(ops) == 1 {
			continue
		}
		slices.Sort(ops)
		for i, op := range ops {
			if n == 0 {
				s.op[op] = s.n
				s.n++
			} else {
				s.op[op] = i % n
			}
		}
	}
	s.n = max(s.n, 2)
	return s
}

// part is the part of a case.
func (s split) part(c *one) int {
	if i, ok := s.op[first(c.key)]; ok {
		return i
	}
	sum := 0
	for _, b := range []byte(c.key.Cluster) {
		sum = (sum*31 + int(b)) % 1_000_003
	}
	return sum % s.n
}
