package formats

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Format names a file format. The zero Format means "find out".
type Format string

// The formats.
const (
	Detect     Format = ""
	Native     Format = "native"
	RAGAS      Format = "ragas"      // 0.2 and later
	RAGAS01    Format = "ragas-0.1"  // before 0.2
	RAGChecker Format = "ragchecker" // input and output files
	DeepEval   Format = "deepeval"   // test cases, run files
	LangChain  Format = "langchain"  // outputs of retrieval chains
	LlamaIndex Format = "llamaindex" // responses with source nodes
	Table      Format = "table"      // CSV, TSV or JSON with columns named by a Mapping
)

// spec is one row of the table of formats: all that the reader knows of it.
type spec struct {
	format Format
	title  string
	// recognise returns why a record with these fields is of the format, or "".
	recognise func(fields) string
	// from fills r.rec from a foreign record; nil: the native format.
	from func(r *foreign)
}

// specs are in the order in which they are tried.
var specs = []spec{
	{Native, "ragdiag's own JSON lines", byFields("ragdiag"), nil},
	{LangChain, "LangChain chain output", isLangChain, fromLangChain},
	{LlamaIndex, "LlamaIndex response", byFields("source_nodes"), fromLlamaIndex},
	{RAGChecker, "RAGChecker", byFields("query", "gt_answer"), fromRAGChecker},
	{RAGAS, "RAGAS 0.2 or later", byFields("user_input"), fromRAGAS},
	{RAGAS01, "RAGAS before 0.2", byFields("question", "contexts", "answer|ground_truth|ground_truths"), fromRAGAS01},
	{DeepEval, "DeepEval test cases", byFields("input", "actual_output|actualOutput|retrieval_context|retrievalContext"), fromDeepEval},
	{Table, "table with named columns", nil, nil},
}

// Formats lists the names of the formats that can be read.
func Formats() []Format {
	out := make([]Format, len(specs))
	for i, s := range specs {
		out[i] = s.format
	}
	return out
}

// ParseFormat reads the name of a format; "" is Detect.
func ParseFormat(s string) (Format, error) {
	if s == "" || slices.Contains(Formats(), Format(s)) {
		return Format(s), nil
	}
	return Detect, fmt.Errorf("unknown format %q: the formats are %s", s, names(Formats()))
}

// Title returns the name for people: "RAGAS 0.2 or later".
func (f Format) Title() string { return f.spec().title }

func (f Format) spec() spec {
	for _, s := range specs {
		if s.format == f {
			return s
		}
	}
	return spec{}
}

func names(fs []Format) string {
	var s []string
	for _, f := range fs {
		s = append(s, string(f))
	}
	return strings.Join(s, ", ")
}

// byFields recognises a record by the names of its fields; "a|b" is met by
// either name. A field that is null counts: it is there by name.
func byFields(all ...string) func(fields) string {
	return func(f fields) string {
		var found []string
		for _, either := range all {
			i := slices.IndexFunc(strings.Split(either, "|"), func(name string) bool { _, ok := f[name]; return ok })
			if i < 0 {
				return ""
			}
			found = append(found, fmt.Sprintf("%q", strings.Split(either, "|")[i]))
		}
		if len(found) == 1 {
			return "it has the field " + found[0]
		}
		return "it has the fields " + strings.Join(found, ", ")
	}
}

// recognise finds the format of a record by its fields and says why. Fields
// that no tool uses are read as a table if their names leave no doubt.
func recognise(f fields) (s spec, m Mapping, why string, err error) {
	for _, s := range specs {
		if s.recognise == nil {
			continue
		}
		if why := s.recognise(f); why != "" {
			return s, Mapping{}, why, nil
		}
	}
	columns := sorted(f)
	if m, ok := guess(f); ok {
		return Table.spec(), m, "no tool's fields, but columns named " + m.String(), nil
	}
	if len(columns) == 0 {
		return spec{}, Mapping{}, "", errors.New("unknown format: it has no fields")
	}
	return spec{}, Mapping{}, "", fmt.Errorf("unknown format: the fields %s are of no tool that is known: name them with --map question=FIELD,answer=FIELD,context=FIELD, or the format with --input-format", strings.Join(quoted(columns), ", "))
}

// maxNamed bounds how many names an error lists.
const maxNamed = 12

// quoted quotes names for an error, the first ones of many.
func quoted(names []string) []string {
	var out []string
	for i, n := range names {
		if i == maxNamed {
			return append(out, fmt.Sprintf("and %d more", len(names)-i))
		}
		out = append(out, fmt.Sprintf("%.40q", n))
	}
	return out
}
