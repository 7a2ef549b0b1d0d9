package answer

import (
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// malformed checks an answer against the form that gold asks for. Why names
// the first rule that is broken. A rule that cannot be checked, such as a
// pattern that does not compile, leaves the predicate unknown.
func malformed(s string, f *trace.Format) trace.Predicate {
	if f == nil {
		return trace.NotKnown("gold asks for no format")
	}
	problem, err := breaks(s, f)
	switch {
	case err != nil:
		return trace.NotKnown(err.Error())
	case problem != "":
		return trace.Holds(true, .99, trace.GradeB, problem)
	}
	return trace.Holds(false, .99, trace.GradeB, "it keeps the format")
}

// breaks returns the first rule of f that s breaks, or "".
func breaks(s string, f *trace.Format) (problem string, err error) {
	if f.JSON || len(f.Schema) > 0 {
		v, err := decode(s)
		if err != nil {
			return "it is not one JSON value: " + err.Error(), nil
		}
		if len(f.Schema) > 0 {
			problem, err := violates(v, f.Schema)
			if problem != "" || err != nil {
				return problem, err
			}
		}
	}
	if f.Pattern != "" {
		re, err := regexp.Compile(f.Pattern)
		if err != nil {
			return "", fmt.Errorf("the format's pattern is no RE2 expression: %w", err)
		}
		if !re.MatchString(s) {
			return "it does not match " + f.Pattern, nil
		}
	}
	if words := len(strings.Fields(s)); f.MaxWords > 0 && words > f.MaxWords {
		return fmt.Sprintf("it has %d words, %d are allowed", words, f.MaxWords), nil
	}
	if f.Language != "" {
		if lang := text.Language(claim.Uncite(s)); lang != "" && lang != f.Language {
			return fmt.Sprintf("its language is %s, asked for is %s", lang, f.Language), nil
		}
	}
	return "", nil
}

// decode reads exactly one JSON value.
func decode(s string) (any, error) {
	dec := json.NewDecoder(strings.NewReader(s))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fmt.Errorf("text follows the value")
	}
	return v, nil
}

// content strips an answer of its form: code fences, citations, emphasis, and
// of a JSON value everything but the values at its leaves.
func content(s string, f *trace.Format) string {
	s = strings.TrimSpace(s)
	if body, ok := fenced(s); ok {
		s = body
	}
	if strings.HasPrefix(s, "{") || strings.HasPrefix(s, "[") && f != nil {
		if v, err := decode(s); err == nil {
			return strings.Join(leaves(nil, v), "\n\n")
		}
	}
	return strings.TrimSpace(emphasis.Replace(claim.Uncite(s)))
}

var emphasis = strings.NewReplacer("**", "", "__", "")

// fenced returns the body of a text that is one code block.
func fenced(s string) (string, bool) {
	rest, ok := strings.CutPrefix(s, "```")
	if !ok {
		return s, false
	}
	body, ok := strings.CutSuffix(rest, "```")
	if !ok {
		return s, false
	}
	_, body, ok = strings.Cut(body, "\n") // the language of the block
	return strings.TrimSpace(body), ok
}

// leaves lists the scalar values of v in the order of their sorted keys.
func leaves(out []string, v any) []string {
	switch v := v.(type) {
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			switch yes, flag := v[k].(bool); {
			case flag && len(v) > 1: // beside other fields its name says what holds
				if !yes {
					k = "not " + k
				}
				out = append(out, k)
			default:
				out = leaves(out, v[k])
			}
		}
	case []any:
		for _, e := range v {
			out = leaves(out, e)
		}
	case string:
		out = append(out, v)
	case json.Number:
		out = append(out, v.String())
	case bool:
		if v {
			return append(out, "yes")
		}
		return append(out, "no")
	}
	return out
}
