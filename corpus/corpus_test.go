package corpus

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// put writes a file into a new folder and returns its path.
func put(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// read opens path and writes down what comes, one line per element; positions
// lose the folder.
func read(t testing.TB, path string) (lines []string, info Info) {
	t.Helper()
	docs, info, err := Open(t.Context(), path)
	require.NoError(t, err)
	for d, err := range docs {
		if err != nil {
			lines = append(lines, "! "+strings.ReplaceAll(err.Error(), filepath.Dir(path)+string(filepath.Separator), ""))
			continue
		}
		line := fmt.Sprintf("%s|%s|%s", d.ID, d.Title, d.Text)
		if d.Date != "" {
			line += "|" + d.Date
		}
		lines = append(lines, line)
	}
	return lines, info
}

func TestFormats(t *testing.T) {
	for _, tt := range []struct {
		name, file, content string
		format              Format
		want                []string
	}{
		{"BEIR", "corpus.jsonl", `{"_id":"d1","title":"Keld","text":"An island.","metadata":{"date":"2021-04"}}` + "\n\n" + `{"_id":"d2","title":"","text":"A ferry."}`, FormatBEIR,
			[]string{"d1|Keld|An island.|2021-04", "d2||A ferry."}},
		{"other names, a number for an ID, no last line end", "x.json", `{"doc_id":7,"contents":"one"}` + "\r\n" + `{"id":"b","passage":"two","date":"2020"}` + "\n" + `{"page_content":"three","metadata":{"title":"T"}}`, FormatJSONL,
			[]string{"7||one", "b||two|2020", "line-3|T|three"}},
		{"a byte order mark", "c.jsonl", "\ufeff" + `{"_id":"a","text":"x"}`, FormatBEIR, []string{"a||x"}},
		{"bad lines do not end it", "c.jsonl", `{"_id":"a","text":"x"}` + "\n{broken\n" + `{"_id":"b","text":"` + "\xff" + `"}` + "\n" + `{"_id":"c"}` + "\n[1]\n" + `{"_id":{},"text":"x"}` + "\n" + `{"_id":"d","text":"y"}` + "\n" + `{"_id":"e","text":"cut of`, FormatBEIR,
			[]string{"a||x", "! c.jsonl:2: not a JSON document: invalid character 'b' looking for beginning of object key string",
				"! c.jsonl:3: not valid UTF-8: convert the file to UTF-8",
				`! c.jsonl:4: document "c": no text: a document needs "text", "contents", "content", "passage" or "page_content"`,
				"! c.jsonl:5: the line must be a JSON object, it is array",
				"! c.jsonl:6: not a JSON document: must be a string or a number", "d||y",
				"! c.jsonl:8: not a JSON document: unexpected end of JSON input"}},
		{"SQuAD", "x.json", `{"version":"1.1","data":[{"title":"Old_Port","paragraphs":[{"context":"One.","qas":[]},{"context":" "}]},{"paragraphs":[{"context":"Two."}]},{"title":7},{"title":"Z","paragraphs":[{"context":"Three."}]}]}`, FormatSQuAD,
			[]string{"Old_Port/0|Old Port|One.", `! x.json: document "Old_Port/1": the paragraph has no context`, "article-1/0||Two.",
				`! x.json: document "article-2/0": the article has a title of the wrong type: it is number`, "Z/0|Z|Three."}},
		{"SQuAD, cut off", "x.json", `{"data":[{"title":"A","paragraphs":[{"context":"One."}]},` + "\n" + `{"title":"B","paragr`, FormatSQuAD,
			[]string{"A/0|A|One.", "! x.json:2: the file is cut off: fetch or compress it again"}},
		{"TREC", "x.trec", "<DOC>\n<DOCNO> A-1 </DOCNO>\n<HEADLINE>The\n ferry</HEADLINE>\n<TEXT>\nleaves at <b>six</b>, if 1 < 2\n</TEXT>\n</DOC>\nbetween\n<doc><docno>A-2</docno> one line </doc>", FormatTREC,
			[]string{"A-1|The ferry|leaves at  six , if 1 < 2", "A-2||one line"}},
		{"TREC with faults", "x.trec", "<DOC>\n<DOCNO>1</DOCNO>\nfirst\n<DOC>\nnameless\n</DOC>\n<DOC>\n<DOCNO>2</DOCNO>\n</DOC>\n<DOC>\n<DOCNO>3</DOCNO>\n\xff\n</DOC>\n<DOC>\n<DOCNO>4</DOCNO>\ncut", FormatTREC,
			[]string{`! x.trec:1: document "1": no </DOC> before the next <DOC>`, "! x.trec:4: no <DOCNO>", `! x.trec:7: document "2": no text`,
				`! x.trec:10: document "3": not valid UTF-8: convert the file to UTF-8`, `! x.trec:14: document "4": no </DOC>: the file is cut off`}},
		{"one file", "a.md", "# Ferries\n\nThey leave.", FormatFile, []string{"a.md|Ferries|# Ferries\n\nThey leave."}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, info := read(t, put(t, tt.file, tt.content))
			require.Equal(t, tt.want, got)
			require.Equal(t, tt.format, info.Format)
			require.Equal(t, info.Bytes, info.Read())
		})
	}
}

func TestCompressed(t *testing.T) {
	var lines strings.Builder
	for i := range 30000 {
		fmt.Fprintf(&lines, `{"_id":"%d","text":"number %x"}`+"\n", i, i*2654435761)
	}
	content := lines.String()
	var gz, zs bytes.Buffer
	g := gzip.NewWriter(&gz)
	_, err := g.Write([]byte(content))
	require.NoError(t, err)
	require.NoError(t, g.Close())
	z, err := zstd.NewWriter(&zs)
	require.NoError(t, err)
	_, err = z.Write([]byte(content))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	for name, raw := range map[string]string{"c.jsonl.gz": gz.String(), "c.jsonl.zst": zs.String()} {
		got, info := read(t, put(t, name, raw))
		require.Len(t, got, 30000, name)
		require.Equal(t, FormatBEIR, info.Format)

		// Cut off: what came before stands, and the last element says so.
		got, _ = read(t, put(t, name, raw[:len(raw)-9]))
		require.NotEmpty(t, got)
		require.Contains(t, got[len(got)-1], "the file is cut off", name)
	}
}

func TestFolder(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"b.txt": "plain", "sub/a.md": "# Head\nbody", ".hidden/x.txt": "no", "sub/.y.txt": "no", "notes.pdf": "no", "bin.txt": "a\x00b", "bad.txt": "\xff", "empty.txt": " ",
		"page.html": "<html><head><title>A &amp; B</title><style>x{}</style></head><body><script>var a='<p>no</p>';</script><h1>Head</h1><p>One\n<b>bold</b> line &lt;3</p><table><tr><td>c1</td><td>c2</td></tr></table><!-- no --></body></html>",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	}
	secret := put(t, "secret.txt", "outside")
	require.NoError(t, os.Symlink(secret, filepath.Join(dir, "link-out.txt")))
	require.NoError(t, os.Symlink(filepath.Dir(secret), filepath.Join(dir, "dir-out")))
	require.NoError(t, os.Symlink("b.txt", filepath.Join(dir, "link-in.txt")))
	require.NoError(t, os.Symlink("b.txt/../../../../etc/passwd", filepath.Join(dir, "up.txt")))

	var got []string
	docs, info, err := Open(t.Context(), dir)
	require.NoError(t, err)
	require.Equal(t, FormatFolder, info.Format)
	for d, err := range docs {
		if err != nil {
			var one *Error
			require.ErrorAs(t, err, &one)
			got = append(got, "! "+one.ID)
			continue
		}
		got = append(got, fmt.Sprintf("%s|%s|%s", d.ID, d.Title, d.Text))
	}
	require.Equal(t, []string{
		"b.txt||plain", "! bad.txt", "! bin.txt", "! empty.txt", "link-in.txt||plain", "! link-out.txt",
		"page.html|A & B|Head\nOne bold line <3\nc1 c2", "sub/a.md|Head|# Head\nbody", "! up.txt",
	}, got)

	beir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(beir, "corpus.jsonl"), []byte(`{"_id":"a","text":"x"}`), 0o600))
	_, info, err = Open(t.Context(), beir)
	require.NoError(t, err)
	require.Equal(t, FormatBEIR, info.Format)
}

func TestOpenRefuses(t *testing.T) {
	for _, tt := range []struct{ name, file, content, want string }{
		{"empty", "a.jsonl", "", "the file is empty"},
		{"white space", "a.jsonl", " \n ", "the file is empty"},
		{"binary", "a.jsonl", "\x7fELF\x00\x01", "the file is binary"},
		{"UTF-16", "a.jsonl", "\xff\xfe{\x00", "convert it to UTF-8"},
		{"unknown", "a.csv", "id,text\n1,x", "not a format that is known"},
		{"broken gzip", "a.gz", "\x1f\x8bxx", "gzip"},
	} {
		_, _, err := Open(t.Context(), put(t, tt.file, tt.content))
		require.ErrorContains(t, err, tt.want, tt.name)
	}
	_, _, err := Open(t.Context(), filepath.Join(t.TempDir(), "nowhere"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

// TestLongLine: a line above the limit is skipped, counted, and the next is read.
func TestLongLine(t *testing.T) {
	path := put(t, "c.jsonl", `{"_id":"a","text":"x"}`+"\n"+`{"_id":"big","text":"`+strings.Repeat("y", 50<<20)+`"}`+"\n"+`{"_id":"b","text":"z"}`+"\n")
	got, _ := read(t, path)
	require.Equal(t, []string{"a||x", "! c.jsonl:2: longer than 16 MiB: split it or leave it out", "b||z"}, got)
}

func TestCancelled(t *testing.T) {
	for _, path := range []string{put(t, "c.jsonl", `{"_id":"a","text":"x"}`), put(t, "x.trec", "<DOC>\n"), put(t, "s.json", `{"data":[{}]}`), t.TempDir()} {
		ctx, cancel := context.WithCancel(t.Context())
		docs, _, err := Open(ctx, path)
		require.NoError(t, err)
		cancel()
		var last error
		for _, err := range docs {
			last = err
		}
		require.ErrorIs(t, last, context.Canceled, path)
	}
}

func TestHash(t *testing.T) {
	sum := func(docs ...Document) string {
		var h Hash
		for _, d := range docs {
			h.Add(d)
		}
		return h.Sum()
	}
	a, b := Document{ID: "a", Text: "x"}, Document{ID: "b", Text: "y"}
	require.Len(t, sum(), 16)
	require.Equal(t, sum(a, b), sum(a, b))
	seen := map[string]bool{sum(): true}
	for _, s := range []string{sum(a), sum(a, b), sum(b, a), sum(Document{ID: "ax"}), sum(Document{ID: "a", Title: "x"})} {
		require.False(t, seen[s])
		seen[s] = true
	}
	a.Pos = Pos{"elsewhere", 3}
	require.Equal(t, sum(Document{ID: "a", Text: "x"}), sum(a), "where it was read does not count")
}

func TestChunk(t *testing.T) {
	d := Document{ID: "d", Title: "T", Text: "One two three. Four five six. Seven eight nine. Ten eleven twelve."}
	o, err := ChunkOptions{Words: 6, Overlap: 3}.Resolve()
	require.NoError(t, err)
	var got []string
	for _, p := range Chunk(d, o) {
		got = append(got, p.ID+": "+strings.TrimSpace(p.Text))
	}
	require.Equal(t, []string{"d#0: One two three. Four five six.", "d#1: Four five six. Seven eight nine.", "d#2: Seven eight nine. Ten eleven twelve."}, got)

	o.Words = -1
	require.Equal(t, []Passage{{ID: "d", Doc: "d", Title: "T", Text: d.Text, End: len(d.Text)}}, Chunk(d, o))
	_, err = ChunkOptions{Words: 10, Overlap: 6}.Resolve()
	require.Error(t, err)
	o, err = ChunkOptions{}.Resolve()
	require.NoError(t, err)
	require.Equal(t, ChunkOptions{Words: 300, Overlap: 50}, o)
}

// TestChunkLaws: passages are stretches of the text in order, keep to the
// limit, and leave out white space only.
func TestChunkLaws(t *testing.T) {
	words := rapid.SampledFrom([]string{"ferry", "Keld", "3.5", "Dr.", "渡轮每天开", "ท่าเรือ", "a", "\n\n", "—", "end.", "Why?", "\xff"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(words, 0, 200).Draw(t, "words"), " ")
		limit := rapid.IntRange(1, 40).Draw(t, "limit")
		o, err := ChunkOptions{Words: limit, Overlap: rapid.IntRange(-1, limit/2).Draw(t, "overlap")}.Resolve()
		require.NoError(t, err)
		passages := Chunk(Document{ID: "d", Text: text}, o)
		require.Equal(t, passages, Chunk(Document{ID: "d", Text: text}, o))
		end := 0
		for i, p := range passages {
			require.Equal(t, text[p.Start:p.End], p.Text)
			require.LessOrEqual(t, countWords(p.Text), limit+1, "a character of a script without spaces may be counted up")
			if p.Start > end {
				require.Empty(t, strings.TrimSpace(text[end:p.Start]))
			}
			if i > 0 {
				require.Greater(t, p.Start, passages[i-1].Start)
				require.Greater(t, p.End, end)
			}
			end = p.End
		}
		require.Empty(t, strings.TrimSpace(text[end:]))
	})
}

// FuzzReaders: no content of a file crashes a reader, every document that
// comes out is whole, and the stream says the same twice.
func FuzzReaders(f *testing.F) {
	f.Add([]byte(`{"_id":"a","text":"x"}`+"\n{"), "c.jsonl")
	f.Add([]byte(`{"data":[{"title":"A","paragraphs":[{"context":"One."}]}]}`), "s.json")
	f.Add([]byte("<DOC>\n<DOCNO>1</DOCNO>\n<TITLE>t</TITLE>x\n</DOC>"), "x.trec")
	f.Add([]byte("<html><script>a</script><p>b"), "p.html")
	f.Add([]byte("# Head\nbody"), "m.md")
	f.Add([]byte("\x1f\x8b\x08\x00"), "c.gz")
	f.Fuzz(func(t *testing.T, content []byte, name string) {
		name = filepath.Base(filepath.Clean("/" + strings.ReplaceAll(name, "\x00", "")))
		if name == "/" || name == "." || len(name) > 100 {
			name = "c.jsonl"
		}
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(path, content, 0o600))
		docs, _, err := Open(t.Context(), path)
		if err != nil {
			return
		}
		first := collect(docs)
		require.Equal(t, first, collect(docs))
		for _, e := range first {
			if e.err == "" {
				require.NotEmpty(t, e.d.ID)
				require.NotEmpty(t, e.d.Title+e.d.Text)
				require.True(t, utf8.ValidString(e.d.Text))
			}
		}
	})
}

// element is one of a stream, comparable.
type element struct {
	d   Document
	err string
}

func collect(docs iter.Seq2[Document, error]) []element {
	var out []element
	for d, err := range docs {
		e := element{d: d}
		if err != nil {
			e.err = err.Error()
		}
		out = append(out, e)
	}
	return out
}

func BenchmarkChunk(b *testing.B) {
	d := Document{ID: "d", Text: strings.Repeat("The ferry from Keld to Norrby leaves every forty minutes in summer. ", 200)}
	o, err := ChunkOptions{}.Resolve()
	require.NoError(b, err)
	b.SetBytes(int64(len(d.Text)))
	b.ReportAllocs()
	for b.Loop() {
		Chunk(d, o)
	}
}
