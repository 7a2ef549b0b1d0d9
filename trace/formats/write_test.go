package formats

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ragdiag/ragdiag/trace"
)

// full returns a record with every field that a foreign format may carry.
func full() *trace.Record {
	return &trace.Record{
		ID: "q1", Question: "When was it built?",
		Context: []trace.Passage{{ID: "varn#2", Text: "Built in 1874."}, {ID: "varn#7", Text: "Fishing <b>&</b> salt."}},
		Answer:  &trace.Answer{Text: "In 1874 [1]."},
		Gold: &trace.Gold{
			Answers:  []string{"1874", "eighteen seventy-four"},
			Evidence: []trace.EvidenceSet{{{ID: "varn#2", Text: "Built in 1874."}}},
		},
	}
}

// convert writes records in a format and reads them back.
func convert(t *testing.T, f Format, recs ...*trace.Record) ([]*trace.Record, []Lost) {
	t.Helper()
	var b bytes.Buffer
	w, err := NewWriter(&b, f)
	require.NoError(t, err)
	for _, rec := range recs {
		require.NoError(t, w.Write(rec))
	}
	require.NoError(t, w.Close())
	var out []*trace.Record
	for rec, err := range Records(&b, "out", Options{}) {
		require.NoError(t, err)
		out = append(out, rec)
	}
	return out, w.Lost()
}

func TestConvertKeepsWhatTheFormatCarries(t *testing.T) {
	empty := &trace.Record{ID: "q2", Question: "Who?", Context: []trace.Passage{}, Answer: &trace.Answer{}}
	for _, f := range []Format{Native, RAGAS} {
		got, lost := convert(t, f, full(), empty)
		require.Equal(t, []*trace.Record{full(), empty}, got, f)
		require.Empty(t, lost, f)
	}
	got, lost := convert(t, RAGChecker, full(), empty)
	want := full()
	want.Gold.Evidence = nil
	require.Equal(t, []*trace.Record{want, empty}, got)
	require.Equal(t, []Lost{{"gold evidence", 1}}, lost)
}

// TestBareResultsAreRecognised reads a RAGChecker file whose results lack what
// RAGChecker itself demands, beside a field that a table would use.
func TestBareResultsAreRecognised(t *testing.T) {
	rec := &trace.Record{ID: "1", Question: "why?", Extra: fields{"output": []byte(`[1]`)}}
	got, _ := convert(t, RAGChecker, rec)
	require.Equal(t, []*trace.Record{rec}, got)
}

// TestNothingIsLostInSilence sets one field of a record after the other, and
// demands that a conversion either carries it or counts it as lost.
func TestNothingIsLostInSilence(t *testing.T) {
	for name, set := range map[string]func(*trace.Record){
		"history":      func(r *trace.Record) { r.History = []trace.Turn{{Role: "user", Text: "Hi"}} },
		"queries":      func(r *trace.Record) { r.Queries = []trace.Query{{Text: "q"}} },
		"candidates":   func(r *trace.Record) { r.Candidates = []trace.Hit{{ID: "a"}} },
		"some IDs":     func(r *trace.Record) { r.Context[1].ID = "" },
		"doc":          func(r *trace.Record) { r.Context[0].Doc = "varn" },
		"truncated":    func(r *trace.Record) { r.Context[0].Truncated = true },
		"score":        func(r *trace.Record) { r.Context[0].Score = trace.Known(0) },
		"citations":    func(r *trace.Record) { r.Answer.Citations = []trace.Citation{{End: 2, Targets: []string{"a"}}} },
		"finish":       func(r *trace.Record) { r.Answer.FinishReason = "length" },
		"likelihood":   func(r *trace.Record) { r.Answer.Likelihood = &trace.Likelihood{Why: "not scored"} },
		"claims":       func(r *trace.Record) { r.Gold.Claims = []string{"c"} },
		"two sets":     func(r *trace.Record) { r.Gold.Evidence = append(r.Gold.Evidence, trace.EvidenceSet{{ID: "z"}}) },
		"gold doc":     func(r *trace.Record) { r.Gold.Evidence[0][0].Doc = "varn" },
		"uneven units": func(r *trace.Record) { r.Gold.Evidence[0] = append(r.Gold.Evidence[0], trace.Unit{ID: "z"}) },
		"answerable":   func(r *trace.Record) { r.Gold.Answerable = trace.No },
		"rewrite":      func(r *trace.Record) { r.Gold.Rewrite = "w" },
		"labels":       func(r *trace.Record) { r.Labels = []trace.Label{{What: "bad", Value: "yes"}} },
		"tags":         func(r *trace.Record) { r.Tags = map[string]string{"a": "b"} },
		"run":          func(r *trace.Record) { r.Run.Model = "m" },
		"evidence":     func(r *trace.Record) { r.Evidence.PeerAnswers = []trace.PeerAnswer{{System: "s"}} },
		"extra":        func(r *trace.Record) { r.Extra = fields{"note": []byte(`{"a":[1]}`)} },
		"no answer":    func(r *trace.Record) { r.Answer = nil },
		"no context":   func(r *trace.Record) { r.Context = nil },
		"no gold":      func(r *trace.Record) { r.Gold = nil },
	} {
		for _, f := range Writable() {
			rec, plain := full(), full()
			set(rec)
			set(plain)
			got, lost := convert(t, f, rec)
			_, before := convert(t, f, full())
			carried := string(marshal(t, got[0])) == string(marshal(t, plain))
			if !carried && len(lost) <= len(before) && f != RAGChecker {
				t.Errorf("%s to %s: lost in silence; counted %v", name, f, lost)
			}
			if f == RAGChecker { // it never carries gold evidence, which hides nothing else
				plain.Gold, got[0].Gold = nil, nil
				if string(marshal(t, got[0])) != string(marshal(t, plain)) && len(lost) <= len(before) {
					t.Errorf("%s to %s: lost in silence; counted %v", name, f, lost)
				}
			}
		}
	}
	// A field added to the record must be thought of here.
	require.Equal(t, 13, reflect.TypeFor[trace.Record]().NumField())
	require.Equal(t, 7, reflect.TypeFor[trace.Answer]().NumField())
	require.Equal(t, 7, reflect.TypeFor[trace.Gold]().NumField())
	require.Equal(t, 7, reflect.TypeFor[trace.Passage]().NumField())
}

// TestAnyRecordSurvivesWritingAndReading is the law of the writers: what they
// write is read as the same format, with the same question, answer and texts.
func TestAnyRecordSurvivesWritingAndReading(t *testing.T) {
	text := rapid.StringMatching(`[ -~éß中\n]{0,12}`)
	word := rapid.StringMatching(`[a-z"\\<é]{1,8}`)
	rapid.Check(t, func(rt *rapid.T) {
		rec := &trace.Record{ID: word.Draw(rt, "id"), Question: word.Draw(rt, "question")}
		if rapid.Bool().Draw(rt, "context") {
			rec.Context = []trace.Passage{}
			for range rapid.IntRange(0, 3).Draw(rt, "n") {
				rec.Context = append(rec.Context, trace.Passage{Text: word.Draw(rt, "text")})
			}
		}
		rec.Answer = &trace.Answer{Text: text.Draw(rt, "answer")}
		for _, f := range Writable() {
			got, _ := convert(t, f, rec)
			require.Equal(rt, []*trace.Record{rec}, got)
		}
	})
}

func TestCreateCompressesAndAppearsWhole(t *testing.T) {
	for _, name := range []string{"out.jsonl", "out.jsonl.gz", "out.jsonl.zst"} {
		path := filepath.Join(t.TempDir(), name)
		w, err := Create(path, Native)
		require.NoError(t, err)
		require.NoError(t, w.Write(full()))
		require.NoFileExists(t, path)
		require.NoError(t, w.Close())
		require.NoError(t, w.Abort())
		in, err := Open(t.Context(), []string{path}, Options{})
		require.NoError(t, err, name)
		for rec, err := range in.Records() {
			require.NoError(t, err)
			require.Equal(t, full(), rec)
		}
		require.Equal(t, 1, in.Coverage().Records)
		entries, err := os.ReadDir(filepath.Dir(path))
		require.NoError(t, err)
		require.Len(t, entries, 1)

		b, err := os.ReadFile(path)
		require.NoError(t, err)
		if strings.HasSuffix(name, "l") {
			continue
		}
		var errs []error
		for _, err := range Records(bytes.NewReader(b[:len(b)-9]), name, Options{}) {
			errs = append(errs, err)
		}
		require.Error(t, errs[len(errs)-1], "a compressed file cut off must be seen")
	}
}

func TestAbortLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	w, err := Create(filepath.Join(dir, "out.json"), RAGChecker)
	require.NoError(t, err)
	require.NoError(t, w.Write(full()))
	require.NoError(t, w.Abort())
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, entries)
	_, err = Create(filepath.Join(dir, "none", "out"), Native)
	require.Error(t, err)
	_, err = NewWriter(&bytes.Buffer{}, LangChain)
	require.ErrorContains(t, err, "cannot be written: the formats are native, ragas, ragchecker")
}

func TestDiskFull(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs /dev/full")
	}
	f, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	require.NoError(t, err)
	defer f.Close()
	w, err := NewWriter(f, RAGAS)
	require.NoError(t, err)
	require.NoError(t, w.Write(full()))
	require.ErrorContains(t, w.Close(), "the disk is full: free some space")
}

func ExampleRecords() {
	csv := "frage,antwort,quellen\nWer hütet den Turm?,Mara,\"['Mara hütet ihn.', 'Fische.']\"\n"
	columns, err := ParseMapping("question=frage,answer=antwort,context=quellen")
	if err != nil {
		fmt.Println(err)
		return
	}
	for rec, err := range Records(strings.NewReader(csv), "traces.csv", Options{Map: columns}) {
		if err != nil {
			fmt.Println("skipped:", err)
			continue
		}
		fmt.Println(rec.ID, rec.Question, len(rec.Context), rec.Context[0].Text)
	}
	// Output: r000001 Wer hütet den Turm? 2 Mara hütet ihn.
}
