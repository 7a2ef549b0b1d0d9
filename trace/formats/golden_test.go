package formats

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite golden files")

// TestGolden reads one file per shape of each format. The golden file holds
// the records in the native format, the errors, and what was detected.
func TestGolden(t *testing.T) {
	for _, tt := range []struct {
		file   string
		format Format // detected
		o      Options
	}{
		{file: "native/good.jsonl", format: Native},
		{file: "old/v1.jsonl", format: Native},
		{file: "ragas/rows.jsonl", format: RAGAS},
		{file: "ragas/python_lists.csv", format: RAGAS},
		{file: "ragas/testset.jsonl", format: RAGAS},
		{file: "ragas-0.1/rows.json", format: RAGAS01},
		{file: "ragchecker/results.json", format: RAGChecker},
		{file: "deepeval/test_run.json", format: DeepEval},
		{file: "deepeval/saved.jsonl", format: DeepEval},
		{file: "langchain/outputs.jsonl", format: LangChain},
		{file: "llamaindex/response.json", format: LlamaIndex},
		{file: "table/guessed.tsv", format: Table},
		{file: "table/mapped.csv", format: Table, o: Options{Map: mapping(t, "id=nr,question=frage,answer=antwort,context=fundstelle[|],tag.lang=sprache")}},
	} {
		t.Run(tt.file, func(t *testing.T) {
			path := filepath.Join("testdata", filepath.FromSlash(tt.file))
			in, err := Open(t.Context(), []string{path}, tt.o)
			require.NoError(t, err)
			require.Equal(t, tt.format, in.Coverage().Sources[0].Format, "known before the first record")
			in.names = []string{tt.file} // the same on every system
			var out strings.Builder
			for rec, err := range in.Records() {
				if err != nil {
					fmt.Fprintf(&out, "! %v\n", err)
					continue
				}
				line, err := rec.MarshalJSON()
				require.NoError(t, err)
				fmt.Fprintf(&out, "%s\n", line)
			}
			out.WriteString("\n")
			require.NoError(t, in.Coverage().Text(&out))
			require.Equal(t, tt.format, in.Coverage().Sources[0].Format)
			golden(t, path+".golden", out.String())
		})
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func mapping(t *testing.T, flags ...string) Mapping {
	t.Helper()
	m, err := ParseMapping(flags...)
	require.NoError(t, err)
	return m
}

// readAll returns the records and the errors of a text.
func readAll(t *testing.T, text string, o Options) (ids, errs []string) {
	t.Helper()
	for rec, err := range Records(strings.NewReader(text), "in", o) {
		if err != nil {
			errs = append(errs, err.Error())
			continue
		}
		ids = append(ids, rec.ID)
	}
	return ids, errs
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	for _, tt := range []struct{ name, path, want string }{
		{"missing", filepath.Join(dir, "none"), "there is no such file"},
		{"a folder", dir, "is a folder"},
		{"empty", write("empty", ""), "is empty"},
		{"white space", write("white", "\ufeff \n\n"), "is empty"},
		{"binary", write("binary", "\x7fELF\x02\x00\x00\x01"), "is a binary file"},
		{"parquet", write("parquet", "PAR1\x15\x04"), "is a Parquet file"},
		{"UTF-16", write("utf16", "\xff\xfe{\x00\"\x00"), "is UTF-16: save it as UTF-8"},
		{"UTF-16, no mark", write("utf16le", "{\x00\"\x00i\x00d\x00"), "is UTF-16: save it as UTF-8"},
		{"broken gzip", write("gz", "\x1f\x8b\x08"), "EOF"},
		{"unknown fields", write("fields", `{"alpha":1,"beta":2}`), `unknown format: the fields "alpha", "beta"`},
		{"unknown columns", write("columns", "a,b\n1,2\n"), `unknown format: the fields "a", "b"`},
		{"header alone", write("header", "question,answer\n"), "a header and no row"},
		{"twice the same column", write("twice", "question,answer,answer\n1,2,3\n"), `names column "answer" twice`},
		{"no JSON at all", write("broken", "{\n\"a\" 1}\n"), "broken JSON at byte 7"},
		{"an object of nothing", write("nothing", "{}"), "unknown format: it has no fields"},
		{"a table without a question", write("noquestion", `{"answer":"a"}`), "unknown format"},
		{"numbers", write("numbers", "[1,2]"), "is a number, not a JSON object"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Open(t.Context(), []string{tt.path}, Options{})
			var input *InputError
			require.ErrorAs(t, err, &input)
			require.Equal(t, tt.path, input.File)
			require.ErrorContains(t, err, tt.want)
		})
	}
	_, err := Open(t.Context(), []string{write("table", "q,a\n1,2\n")}, Options{Map: mapping(t, "question=q,answer=reply")})
	require.ErrorContains(t, err, `there is no column "reply" for answer: the columns are "q", "a"`)
}

func TestOneBadRecordCostsItself(t *testing.T) {
	row := func(id string) string {
		return fmt.Sprintf(`{"ragdiag":1,"id":%q,"question":"q?","context":[{"text":"t"}]}`, id)
	}
	long := `{"ragdiag":1,"id":"long","question":"` + strings.Repeat("x", 50<<20) + `"}`
	for _, tt := range []struct {
		name, text string
		ids, errs  []string
	}{
		{"a 50 MB line in the middle", row("a") + "\n" + long + "\n" + row("b") + "\n", []string{"a", "b"}, []string{"in:2: is longer than 16 MiB"}},
		{"a 50 MB line first", long + "\r\n" + row("b"), []string{"b"}, []string{"in:1: is longer than 16 MiB"}},
		{"a 50 MB line last", row("a") + "\n" + long, []string{"a"}, []string{"in:2: is longer than 16 MiB"}},
		{"a 50 MB list element", "[" + row("a") + ",\n" + long + ",\n" + row("b") + "]", []string{"a", "b"}, []string{"in:2: is longer than 16 MiB"}},
		{"cut off", row("a") + "\n" + row("b")[:20], []string{"a"}, []string{"in:2: the file ends in the middle of it"}},
		{"a list cut off", "[" + row("a") + "," + row("b")[:20], []string{"a"}, []string{"in:1: the file ends in the middle of it"}},
		{"a list without end", "[" + row("a") + ",", []string{"a"}, []string{"in:1: the file ends in the middle of it"}},
		{"a broken line", row("a") + "\n{\"ragdiag\":1,}\n" + row("b"), []string{"a", "b"}, []string{"in:2: "}},
		{"a broken first line", "{\"ragdiag\":1,}\n" + row("b"), []string{"b"}, []string{"in:1: broken JSON"}},
		{"a broken list element", "[" + row("a") + `,{"ragdiag":1,},` + row("b") + "]", []string{"a", "b"}, []string{"in:1: "}},
		{"junk between list elements", "[" + row("a") + ` x ` + row("b") + "]", []string{"a"}, []string{"in:1: broken JSON, and what follows it is lost"}},
		{"a duplicate", row("a") + "\n\n" + row("b") + "\n" + row("a"), []string{"a", "b"}, []string{`in:4: record "a": the same ID stands on line 1`}},
		{"a newer version", row("a") + "\n" + `{"ragdiag":99,"id":"b","question":{"new":"type"}}`, []string{"a"}, []string{"in:2: schema version 99 is not supported"}},
		{"a wrong type", row("a") + "\n" + `{"ragdiag":1,"id":"b","question":"q","answer":{"text":[1]}}`, []string{"a"}, []string{"in:2: answer.text: a JSON array has no place there"}},
		{"no question", row("a") + "\n" + `{"ragdiag":1,"id":"b","question":" "}`, []string{"a"}, []string{`in:2: record "b": question: is empty`}},
		{"an empty passage", row("a") + "\n" + `{"ragdiag":1,"id":"b","question":"q","context":[{"text":"t"},{"id":"x","text":""}]}`, []string{"a"}, []string{`in:2: record "b": context[1]: text is empty`}},
		{"CRLF", row("a") + "\r\n" + row("b") + "\r\n", []string{"a", "b"}, nil},
		{"a byte order mark", "\xef\xbb\xbf" + row("a"), []string{"a"}, nil},
		{"wrong UTF-8 is repaired", strings.Replace(row("a"), `"a"`, "\"a\xff\"", 1), []string{"a\uFFFD"}, nil},
		{"a CSV row too short", "id,question,answer\n1,q,a\n2,q\n3,q,a\n", []string{"1", "3"}, []string{"in:3: has 2 cells, the header has 3"}},
		{"an open quote", "id,question,answer\n1,q,a\n2,q,\"a\n3,q,a\n", []string{"1", "3"}, []string{"in:3: a quote stays open"}},
		{"an open quote before good rows", "id,question,answer\n1,q,\"a\n2,q,\"a\nb\"\n", []string{"2"}, []string{"in:2: column"}},
		{"an open quote at the end", "id,question,answer\n1,q,a\n2,q,\"a", []string{"1"}, []string{"in:3: a quote stays open"}},
		{"quoted line breaks", "id,question,answer\n1,q,\"a\n\nb\"\n2,q,a\n", []string{"1", "2"}, nil},
		{"no IDs", `{"user_input":"q"}` + "\n{}\n" + `{"user_input":"p"}`, []string{"r000001", "r000003"}, []string{`in:2: record "r000002": question: is empty`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ids, errs := readAll(t, tt.text, Options{})
			require.Equal(t, tt.ids, ids)
			require.Len(t, errs, len(tt.errs), "%q", errs)
			for i, want := range tt.errs {
				require.Contains(t, errs[i], want)
			}
		})
	}
}

// TestManyOpenQuotes goes back very often, which must cost neither memory nor
// more than a second look at each line.
func TestManyOpenQuotes(t *testing.T) {
	const n = 20_000
	var b strings.Builder
	b.WriteString("id,question,answer\n")
	for i := range n {
		fmt.Fprintf(&b, "a%d,q,\"a\nb%d,q,a\nc%d,q,\"a\n", i, i, i)
	}
	ids, errs := readAll(t, b.String(), Options{})
	require.Len(t, ids, n, "the rows between the broken ones")
	require.Len(t, errs, 2*n)
	require.Equal(t, fmt.Sprintf("b%d", n-1), ids[n-1])
	require.Contains(t, errs[2*n-1], fmt.Sprintf("in:%d: a quote stays open", 3*n+1))
}

func TestForcedFormats(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		f          Format
		ids        int
		err        string // of the last element
	}{
		{"an old name in a new file", `{"question":"q","contexts":["t"],"answer":"a","user_input":"other"}`, RAGAS01, 1, ""},
		{"a table whose first cell is empty", "answer,question\n,why?\n", Table, 1, ""},
		{"a table without question", `{"answer":"a"}`, Table, 0, "a table needs --map"},
		{"native, but it is not", `{"question":"q"}`, Native, 0, "not a native record"},
		{"native in a table", "id,question\n1,q\n", Native, 0, "a table row is no native record"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ids, errs := readAll(t, tt.text, Options{Format: tt.f})
			require.Len(t, ids, tt.ids)
			if tt.err == "" {
				require.Empty(t, errs)
				return
			}
			require.Contains(t, errs[len(errs)-1], tt.err)
		})
	}
}

func TestSeveralFiles(t *testing.T) {
	dir := t.TempDir()
	row := `{"ragdiag":1,"id":"%s","question":"q"}` + "\n"
	for name, id := range map[string]string{"a": "1", "b": "1", "c": "3"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), fmt.Appendf(nil, row, id), 0o600))
	}
	a, b, c := filepath.Join(dir, "a"), filepath.Join(dir, "b"), filepath.Join(dir, "c")
	in, err := Open(t.Context(), []string{a, b, "-", c}, Options{Stdin: strings.NewReader("question,answer\nwho?,she\n")})
	require.NoError(t, err)
	var got []string
	for rec, err := range in.Records() {
		if err != nil {
			got = append(got, err.Error())
			continue
		}
		got = append(got, rec.ID)
	}
	require.Equal(t, []string{"1", b + `:1: record "1": the same ID stands on ` + a + `:1: IDs must be unique, the later record is skipped`, "r000003", "3"}, got)
	require.Len(t, in.Coverage().Sources, 4)
	require.Equal(t, Pos{c, 1, "3"}, in.Where("3"))
	require.Equal(t, Pos{Record: "none"}, in.Where("none"))
}

func TestRecordsEndsWithTheContext(t *testing.T) {
	path := filepath.Join("testdata", "native", "good.jsonl")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	in, err := Open(ctx, []string{path}, Options{})
	require.NoError(t, err)
	var errs []error
	for _, err := range in.Records() {
		cancel()
		errs = append(errs, err)
	}
	require.Len(t, errs, 2)
	require.ErrorIs(t, errs[1], context.Canceled)
	var rec *RecordError
	require.False(t, errors.As(errs[1], &rec))
}

func TestCoverageAsJSON(t *testing.T) {
	var c Coverage
	b, err := json.Marshal(&c)
	require.NoError(t, err)
	require.Contains(t, string(b), `"refusal":"there is no record"`)
	in := &Input{ctx: t.Context(), paths: []string{"-"}, names: []string{"in"}}
	in.o.Stdin = strings.NewReader("{\"user_input\":\"q\",\"response\":\"a\xff\",\"id\":\"1\"}")
	for _, err := range in.Records() {
		require.NoError(t, err)
	}
	b, err = json.Marshal(in.Coverage())
	require.NoError(t, err)
	require.Contains(t, string(b), `"records":1,"skipped":0,"unnamed":0,"repaired":1,"first_repaired":{"file":"in","line":1,"record":"1"}`)
	require.Contains(t, string(b), `{"part":"answer","n":1,"of":1,`)
	require.Contains(t, string(b), `"columns":{"id":"id","response":"answer","user_input":"question"}`)
	require.NotContains(t, string(b), `"refusal":`)
}

func TestRefusal(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		o          Options
		want       string
	}{
		{"fine", `{"user_input":"q","response":"a"}`, Options{}, ""},
		{"a table of questions", "id,question\n1,why?\n", Options{}, "this is a set of questions, not of answers"},
		{"a test set", `{"user_input":"q","reference":"a"}`, Options{}, "this is a set of questions, not of answers"},
		{"nothing usable", `{"user_input":""}`, Options{}, "none of the 1 records can be used; the first: in:1: record"},
		{"a mapped field that never comes", `{"q":"q","a":"a"}`, Options{Map: mapping(t, "question=q,answer=reply")}, `no record has the field "reply"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := &Input{ctx: t.Context(), paths: []string{"-"}, names: []string{"in"}, o: tt.o}
			in.o.Stdin = strings.NewReader(tt.text)
			for range in.Records() {
			}
			if err := in.Coverage().Refusal(); tt.want == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, tt.want)
			}
		})
	}
}
