package metrics

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ParseMeasures reads measures that are separated by spaces or commas.
func ParseMeasures(list string) ([]Measure, error) {
	var out []Measure
	depth, start := 0, 0
	flush := func(end int) error {
		if word := list[start:end]; word != "" {
			m, err := ParseMeasure(word)
			if err != nil {
				return err
			}
			if slices.Contains(out, m) {
				return fmt.Errorf("measure %s is asked for twice", m)
			}
			out = append(out, m)
		}
		start = end + 1
		return nil
	}
	for i := 0; i < len(list); i++ {
		switch c := list[i]; {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case depth <= 0 && strings.IndexByte(" ,\t\r\n", c) >= 0:
			if err := flush(i); err != nil {
				return nil, err
			}
		}
	}
	if err := flush(len(list)); err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no measure is named: write for example 'P@5 R@100 RR AP nDCG@10'")
	}
	return out, nil
}

// ParseMeasure reads one measure:
//
//	measure   = name [ "(" parameter { "," parameter } ")" ] [ "@" cutoff ]
//	parameter = "rel=" n | "dcg='log2'" | "dcg='exp-log2'" | "judged_only=" bool | "max_rel=" n
//
// Other spellings of a name are read too, trec_eval's among them (map,
// ndcg_cut_10, recall.100). What String prints reads back as the same value.
func ParseMeasure(s string) (Measure, error) {
	m, err := parseMeasure(s)
	if err == nil {
		err = m.check()
	}
	if err != nil {
		return Measure{}, fmt.Errorf("measure %q: %w", s, err)
	}
	return m, nil
}

func parseMeasure(s string) (Measure, error) {
	name, cutoff, hasCutoff := strings.Cut(strings.TrimSpace(s), "@")
	name, params, hasParams := strings.Cut(name, "(")
	name = strings.TrimSpace(name)
	if i := strings.LastIndexAny(name, "._"); !hasCutoff && !hasParams && i > 0 && i+1 < len(name) && isDigits(name[i+1:]) {
		name, cutoff, hasCutoff = name[:i], name[i+1:], true // trec_eval's P_5 and P.5
	}
	var m Measure
	for _, k := range kinds {
		if name == k.name || slices.Contains(k.aliases, name) {
			m.Kind = k.kind
		}
	}
	if m.Kind == NoMeasure {
		return m, fmt.Errorf("unknown name: want one of %s", kindNames())
	}
	if strings.HasSuffix(name, "_cut") && !hasCutoff {
		return m, fmt.Errorf("%w: write %s_10", ErrCutoff, name)
	}
	if hasParams {
		params = strings.TrimSpace(params)
		if !strings.HasSuffix(params, ")") {
			return m, fmt.Errorf("the parenthesis is not closed before the cutoff")
		}
		for p := range strings.SplitSeq(strings.TrimSuffix(params, ")"), ",") {
			if err := m.setParam(p); err != nil {
				return m, err
			}
		}
	}
	if hasCutoff {
		k, err := positive(cutoff)
		if err != nil {
			return m, fmt.Errorf("%w, not %q", ErrCutoff, cutoff)
		}
		m.Cutoff = k
	}
	return m, nil
}

func (m *Measure) setParam(p string) error {
	key, value, _ := strings.Cut(p, "=")
	key, value = strings.TrimSpace(key), strings.TrimSpace(value)
	if !m.Kind.info().takes(key) {
		takes := strings.Join(m.Kind.info().params, ", ")
		return fmt.Errorf("no parameter %q: %s takes %s", key, m.Kind, cmp.Or(takes, "none"))
	}
	var err error
	switch key {
	case "rel":
		m.Rel, err = positive(value)
	case "max_rel":
		m.MaxGrade, err = positive(value)
	case "dcg":
		switch strings.Trim(value, `'"`) {
		case "log2":
			m.ExpGain = false
		case "exp-log2":
			m.ExpGain = true
		default:
			err = fmt.Errorf("want 'log2' or 'exp-log2', not %s", value)
		}
	case "judged_only":
		switch value {
		case "True", "true":
			m.JudgedOnly = true
		case "False", "false":
			m.JudgedOnly = false
		default:
			err = fmt.Errorf("want True or False, not %q", value)
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	return nil
}

// positive reads a whole number from 1 that is written in plain digits.
func positive(s string) (int, error) {
	s = strings.TrimSpace(s)
	if n, err := strconv.Atoi(s); err == nil && n >= 1 && isDigits(s) {
		return n, nil
	}
	return 0, fmt.Errorf("want a whole number of at least 1, not %q", s)
}

func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }
