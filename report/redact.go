package report

import (
	"reflect"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/summary"
	"github.com/ragdiag/ragdiag/trace"
)

// Redacted is where a text had to stay.
const Redacted = "[removed]"

// kept are the names of the plain string fields that hold no text of users,
// documents or models. Every other string is removed, so that a field added
// later is removed until it is listed here. Fields of a closed set (a cause, a
// stage, a verdict about a claim) have types of their own and stay.
var kept = []string{
	"ID", "Doc", "Kind", "Role", "Date", "Language", "Version", "System", "Model", "Retriever", "PromptHash", "ConfigHash", "Corpus",
	"FinishReason", "How", "Name", "Numbering", "ProbedBy", "What", "By", "At", "ValidFrom", "Pattern", "Sub", "Procedure", "Params", "Fix", "Next", "TooStrong",
	"Targets", "Modifiers", "Missing", "Task", "Item", "About", "Unit", "Reference",
}

// Redact returns copies of a record and its diagnosis without the texts of the
// trace: IDs, tags, ranks, scores, offsets and verdicts stay. The originals are
// not changed.
func Redact(rec *trace.Record, d diagnose.Diagnosis) (*trace.Record, diagnose.Diagnosis) {
	r := blank(reflect.ValueOf(*rec), "").Interface().(trace.Record)
	r.Question, r.Tags, r.Extra = Redacted, rec.Tags, nil
	out := blank(reflect.ValueOf(d), "").Interface().(diagnose.Diagnosis)
	out.Tags = d.Tags
	out.Sentence = Redacted
	for i := range out.Evidence {
		out.Evidence[i].Name = d.Evidence[i].Name
	}
	return &r, out
}

// RedactSummary returns the summary without what might quote a text: remarks,
// the wording of errors in the input, and reasons that hold a quotation.
func RedactSummary(s summary.Summary) summary.Summary {
	s.Notes = nil
	s.Metrics = slices.Clone(s.Metrics)
	for i := range s.Metrics {
		m := &s.Metrics[i]
		m.Unscored = slices.Clone(m.Unscored)
		for j := range m.Unscored {
			if strings.ContainsAny(m.Unscored[j].Name, "\"“„«") {
				m.Unscored[j].Name = Redacted
			}
		}
	}
	s.Skipped = slices.Clone(s.Skipped)
	for i := range s.Skipped {
		s.Skipped[i].Name = Redacted
	}
	return s
}

// blank copies a value deeply and empties its texts. Types with hidden fields,
// such as trace.Value, hold no text and are copied as they are.
func blank(v reflect.Value, field string) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.String:
		if v.Type() != reflect.TypeFor[string]() || slices.Contains(kept, field) {
			return v
		}
	case reflect.Struct:
		if v.NumField() > 0 && !v.Type().Field(0).IsExported() {
			return v
		}
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				out.Field(i).Set(blank(v.Field(i), f.Name))
			}
		}
	case reflect.Slice:
		if v.IsNil() || v.Type().Elem().Kind() == reflect.Uint8 {
			return out
		}
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(blank(v.Index(i), field))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(blank(v.Elem(), field))
		}
	case reflect.Map:
		return out // tags are put back by the caller, the rest may hold text
	default:
		return v
	}
	return out
}
