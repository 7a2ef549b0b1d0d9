package summary

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/metrics/stat"
)

const (
	maxTags   = 50  // tags sliced; the input's further ones are named in a warning
	maxValues = 200 // values of a tag; with more it is an identifier, not a slice
)

// slicer counts records by the values of their tags.
type slicer struct {
	tags    map[string]map[string]*slice // tag → value → counts; nil values: too many
	refused bool                         // more than maxTags tags
}

type slice struct {
	read int
	part part
}

// at returns the counts of a tag's value, or nil if the tag is not sliced.
func (s *slicer) at(tag, value string) *slice {
	if s.tags == nil {
		s.tags = make(map[string]map[string]*slice)
	}
	values, ok := s.tags[tag]
	switch {
	case !ok && len(s.tags) >= maxTags:
		s.refused = true
		return nil
	case !ok:
		values = make(map[string]*slice)
		s.tags[tag] = values
	case values == nil:
		return nil
	}
	if values[value] == nil {
		if len(values) >= maxValues {
			s.tags[tag] = nil
			return nil
		}
		values[value] = &slice{}
	}
	return values[value]
}

func (s *slicer) read(d *diagnose.Diagnosis) {
	for _, tag := range slices.Sorted(maps.Keys(d.Tags)) {
		if sl := s.at(tag, d.Tags[tag]); sl != nil {
			sl.read++
		}
	}
}

func (s *slicer) judged(d *diagnose.Diagnosis) {
	for _, tag := range slices.Sorted(maps.Keys(d.Tags)) {
		if sl := s.at(tag, d.Tags[tag]); sl != nil {
			sl.part.add(d)
		}
	}
}

// list returns the slices by tag and value, held against all records.
func (s *slicer) list(all *part) []Slice {
	var out []Slice
	for _, tag := range slices.Sorted(maps.Keys(s.tags)) {
		for _, value := range slices.Sorted(maps.Keys(s.tags[tag])) {
			sl := s.tags[tag][value]
			p := &sl.part
			one := Slice{Tag: tag, Value: value, Read: sl.read, Quality: ratio(p.right, p.judged), Bad: ratio(p.failures, all.failures),
				Gap:          gap(p, all),
				Undetermined: p.undetermined, Small: p.judged < SmallSlice, Causes: p.causeCounts()}
			for _, c := range one.Causes { // coarse ones only; sorted by slug, so ties are stable
				if isCoarse(c.Slug) && c.Count > one.TopCount {
					one.TopCause, one.TopCount = c.Slug, c.Count
				}
			}
			out = append(out, one)
		}
	}
	return out
}

// gap is how far the quality of a slice lies from that of the other records, in
// standard errors; 0 if there are no others.
func gap(p, all *part) float64 {
	t, err := stat.TwoProportions(all.right-p.right, all.judged-p.judged, p.right, p.judged)
	if err != nil {
		return 0 // one of the two is empty
	}
	return t.Statistic
}

// warnings names the tags that were left out.
func (s *slicer) warnings() []Group {
	var out []Group
	for _, tag := range slices.Sorted(maps.Keys(s.tags)) {
		if s.tags[tag] == nil {
			out = append(out, Group{Name: fmt.Sprintf("tag %q has more than %d values: not sliced", tag, maxValues)})
		}
	}
	if s.refused {
		out = append(out, Group{Name: fmt.Sprintf("more than %d tags: the others are not sliced", maxTags)})
	}
	return out
}

// causeCounts lists every slug that a gate may name, coarse, fine and finer,
// sorted by slug.
func (p *part) causeCounts() []CauseCount {
	by := make(map[string]*CauseCount)
	at := func(slug string) *CauseCount {
		if by[slug] == nil {
			by[slug] = &CauseCount{Slug: slug}
		}
		return by[slug]
	}
	for _, g := range p.causes.groups() {
		a := split(g.Name)
		if a.Sub != "" {
			at(g.Name).Count += g.Count
		}
		for _, c := range diagnose.Causes() {
			if c.Includes(a.Cause) {
				at(string(c)).Count += g.Count
			}
		}
	}
	for _, c := range diagnose.Causes() {
		if n := p.possible.count(string(c)); n > 0 {
			at(string(c)).Possible = n
		}
	}
	out := make([]CauseCount, 0, len(by))
	for _, c := range by {
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b CauseCount) int { return cmp.Compare(a.Slug, b.Slug) })
	return out
}

func isCoarse(slug string) bool {
	c := diagnose.Cause(slug)
	return c.Coarse() == c
}

// split reads a slug such as "ignored-context.over-refusal".
func split(slug string) diagnose.Attribution {
	cause, sub, _ := strings.Cut(slug, ".")
	return diagnose.Attribution{Cause: diagnose.Cause(cause), Sub: sub}
}
