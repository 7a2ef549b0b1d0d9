package trec

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/ragdiag/ragdiag/metrics"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func opened(text string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
}

var judged = Qrels{"q1": {"a": 1, "b": 0, "z": 2}, "q2": {"c": 1}, "q3": {"c": 1}}

func TestReadRun(t *testing.T) {
	want := Run{
		Topics: []metrics.Topic{
			{ID: "q1", Retrieved: 3, Hits: []metrics.Hit{{Rank: 2, Grade: 0}, {Rank: 3, Grade: 1}}, Grades: []int{2, 1, 0}},
			{ID: "q2", Retrieved: 1, Hits: []metrics.Hit{{Rank: 1, Grade: 1}}, Grades: []int{1}},
		},
		Missing: []string{"q3"}, Ties: []int{0, 1, 0}, Ignored: 1, Lines: 5,
	}
	for name, text := range map[string]string{
		"plain":                 "q1 Q0 x 1 3 t\nq1 Q0 a 9 1e0 t\nq1 Q0 b 2 1.0 t\nq2 Q0 c 1 0 t\nq9 Q0 c 1 0 t\n",
		"tabs, CRLF, BOM":       "\xef\xbb\xbfq1\tQ0\tx\t1\t3\tt\r\nq1 Q0 a 9 1 t \r\n\tq1 Q0 b 2 1 t\r\nq2 Q0 c 1 0 t\r\nq9 Q0 c 1 0 t",
		"comments, blanks":      "# head\nq1 Q0 x 1 3 t\n\nq1 Q0 a 9 1 t\n#q1 Q0 b 9 1 t\nq1 Q0 b 2 1 t\n  \nq2 Q0 c 1 0 t\nq9 Q0 c 1 0 t\n#",
		"queries the other way": "q9 Q0 c 1 0 t\nq2 Q0 c 1 0 t\nq1 Q0 b 2 1 t\nq1 Q0 x 1 3 t\nq1 Q0 a 9 1 t\n",
		"interleaved":           "q1 Q0 x 1 3 t\nq2 Q0 c 1 0 t\nq1 Q0 a 9 1 t\nq9 Q0 c 1 0 t\nq1 Q0 b 2 1 t\n",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ReadRun(t.Context(), "run", opened(text), judged, Options{Cuts: []int{1, 2, 3}})
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
}

func TestFloat32Ties(t *testing.T) {
	text := "q2 Q0 b 1 1.00000001 t\nq2 Q0 c 1 1 t\n"
	for narrow, rank := range map[bool]int{false: 2, true: 1} {
		got, err := ReadRun(t.Context(), "run", opened(text), judged, Options{Float32: narrow, Cuts: []int{1}})
		require.NoError(t, err)
		require.Equal(t, narrow, got.Ties[0] == 1)
		require.Equal(t, rank, got.Topics[0].Hits[0].Rank)
	}
}

func TestWithMissing(t *testing.T) {
	run, err := ReadRun(t.Context(), "run", opened("q2 Q0 c 1 1 t\n"), judged, Options{})
	require.NoError(t, err)
	topics := WithMissing(run, judged)
	require.Len(t, topics, 3)
	require.Equal(t, metrics.Topic{ID: "q1", Grades: []int{2, 1, 0}}, topics[0])
	require.Len(t, run.Topics, 1, "the run itself is not changed")
}

func TestBadRuns(t *testing.T) {
	const good = "q1 Q0 a 1 2 t\n"
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", "run:1: the file holds no retrieved document"},
		{"only comments", "#\n\n#\n", "run:3: the file holds no retrieved document"},
		{"five columns", good + "q1 Q0 b 1 2\n", "run:2: 5 fields, want 6: query Q0 document rank score tag"},
		{"seven columns", good + "q1 Q0 b c 1 2 t\n", "run:2: more than 6 fields: query Q0 document rank score tag"},
		{"NaN", "\r\n" + good + "q1 Q0 b 1 NaN t\n", `run:3: the score "NaN" is not finite`},
		{"infinite", good + "q1 Q0 b 1 -inf t\n", `run:2: the score "-inf" is not finite`},
		{"out of range", good + "q1 Q0 b 1 1e999 t\n", `run:2: the score "1e999" is not finite`},
		{"hexadecimal", good + "q1 Q0 b 1 0x1p3 t\n", `run:2: the score "0x1p3" is not a number`},
		{"decimal comma", good + "q1 Q0 b 1 1,5 t\n", `run:2: the score "1,5" is not a number`},
		{"no digits", good + "q1 Q0 b 1 . t\n", `run:2: the score "." is not a number`},
		{"a number and more", good + "q1 Q0 b 1 12abc t\n", `run:2: the score "12abc" is not a number`},
		{"duplicate", good + "q1 Q0 b 1 2 t\nq1 Q0 a 1 2 t\n", `run:3: query "q1" retrieves document "a" a second time`},
		{"duplicate, interleaved", good + "q2 Q0 b 1 2 t\nq1 Q0 a 1 2 t\n", `run:3: query "q1" retrieves document "a" a second time`},
		{"the first of two, interleaved", good + "q2 Q0 b 1 2 t\nq1 Q0 a 1 2 t\nq2 Q0 c 1 x t\n", `run:3: query "q1" retrieves document "a" a second time`},
		{"UTF-16", "\xff\xfeq\x00", "run:1: the file is UTF-16: convert it to UTF-8"},
		{"NUL", good + "q1 Q0 b\x00 1 2 t\n", "run:2: the line holds a NUL byte: is the file UTF-16?"},
		{"endless token", good + "q1 Q0 " + strings.Repeat("x", 10<<20) + " 1 2 t\n" + good, "run:2: the line has more than 1048576 bytes"},
		{"endless file", strings.Repeat("x", 10<<20), "run:1: the line has more than 1048576 bytes"},
		{"long ID", good + strings.Repeat("q", 100) + " Q0 b 1 x t\n", `run:2: the score "x" is not a number`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ReadRun(t.Context(), "run", opened(tt.text), judged, Options{})
			require.EqualError(t, err, tt.want)
			var line *Error
			require.ErrorAs(t, err, &line)
		})
	}
}

func TestBadQrels(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", "qrels:1: the file holds no judgement"},
		{"three columns", "q1 0 a 1\nq1 0 b\n", "qrels:2: 3 fields, want 4: query iteration document grade"},
		{"five columns", "q1 0 a 1 x\n", "qrels:1: more than 4 fields: query iteration document grade"},
		{"not whole", "q1 0 a 1.0\n", `qrels:1: the grade "1.0" is not a whole number of 32 bits`},
		{"too large", "q1 0 a 99999999999\n", `qrels:1: the grade "99999999999" is not a whole number of 32 bits`},
		{"duplicate", "q1 0 a 1\n#\nq1 0 a 0\n", `qrels:3: query "q1" judges document "a" a second time`},
		{"duplicate, interleaved", "q1 0 a 1\nq2 0 a 1\nq1 0 a 1\n", `qrels:3: query "q1" judges document "a" a second time`},
		{"endless token", "q1 0 " + strings.Repeat("x", 10<<20) + " 1\n", "qrels:1: the line has more than 1048576 bytes"},
		{"UTF-16", "\xfe\xff", "qrels:1: the file is UTF-16: convert it to UTF-8"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ReadQrels("qrels", strings.NewReader(tt.text))
			require.EqualError(t, err, tt.want)
		})
	}
	got, err := ReadQrels("qrels", strings.NewReader("\xef\xbb\xbfq1 0 a 1\r\nq1\t0\tb\t-2\r\n#x\r\n\r\n01 0 a +1"))
	require.NoError(t, err)
	require.Equal(t, Qrels{"q1": {"a": 1, "b": -2}, "01": {"a": 1}}, got)
}

// drawRun draws the text of a run, queries together or not.
func drawRun(t *rapid.T) string {
	var lines []string
	for q := range rapid.IntRange(1, 4).Draw(t, "queries") {
		for _, d := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c", "d", "é", "zz", "z", "A"}), 1, 8, rapid.ID).Draw(t, "documents") {
			score := rapid.SampledFrom([]string{"1", "1.0", "2", "-1", "0.5", "5e-1", "1.00000001"}).Draw(t, "score")
			lines = append(lines, fmt.Sprintf("q%d Q0 %s 1 %s t", q, d, score))
		}
	}
	if rapid.Bool().Draw(t, "interleaved") {
		lines = rapid.Permutation(lines).Draw(t, "lines")
	}
	return strings.Join(lines, "\n")
}

// slowly reads a run by sorting each query's documents.
func slowly(text string, qrels Qrels) []metrics.Topic {
	type doc struct {
		id    string
		score float64
	}
	queries := map[string][]doc{}
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		score, _ := strconv.ParseFloat(f[4], 64)
		queries[f[0]] = append(queries[f[0]], doc{f[2], score})
	}
	var topics []metrics.Topic
	for _, q := range slices.Sorted(maps.Keys(queries)) {
		if qrels[q] == nil {
			continue
		}
		docs := queries[q]
		slices.SortFunc(docs, func(a, b doc) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.id, a.id)) })
		var ranked []string
		for _, d := range docs {
			ranked = append(ranked, d.id)
		}
		topic, _ := metrics.NewTopic(q, ranked, qrels[q])
		topics = append(topics, topic)
	}
	return topics
}

// requireTopic compares topics; no hits and nil hits are the same.
func requireTopic(t require.TestingT, want, got metrics.Topic) {
	require.Equal(t, want.ID, got.ID)
	require.Equal(t, want.Retrieved, got.Retrieved)
	require.Equal(t, want.Grades, got.Grades)
	require.True(t, slices.Equal(want.Hits, got.Hits), "%s: %v, want %v", want.ID, got.Hits, want.Hits)
}

// TestBlocksAreWholeQueries reads with blocks of every size and any number of
// workers: the topics are those of sorting.
func TestBlocksAreWholeQueries(t *testing.T) {
	qrels := Qrels{"q0": {"a": 1, "b": 0, "é": 2}, "q1": {"zz": 1, "z": 1, "A": 1}, "q3": {"d": -1, "x": 1}}
	rapid.Check(t, func(t *rapid.T) {
		text := drawRun(t)
		want := slowly(text, qrels)
		c := collector{qrels: qrels, seen: map[string]bool{}}
		opt := Options{Workers: rapid.IntRange(1, 4).Draw(t, "workers")}
		err := inBlocks(context.Background(), opened(text), qrels, opt, rapid.IntRange(1, 200).Draw(t, "block"), &c)
		if errors.Is(err, errInterleaved) {
			c = collector{qrels: qrels, seen: map[string]bool{}}
			err = inMemory(context.Background(), opened(text), qrels, opt, &c)
		}
		require.NoError(t, err)
		got := c.finish().Topics
		require.Len(t, got, len(want))
		for i := range want {
			requireTopic(t, want[i], got[i])
		}
	})
}

// TestErrorsKeepTheirLine: wherever the blocks end, the first wrong line is named.
func TestErrorsKeepTheirLine(t *testing.T) {
	text := "q1 Q0 a 1 1 t\nq1 Q0 b 1 1 t\n\nq2 Q0 a 1 1 t\n#\nq3 Q0 a 1 1 t\nq4 Q0 b 1 x t\nq5 Q0 b 1 y t\n"
	for size := 1; size < len(text)+2; size++ {
		for workers := 1; workers <= 3; workers++ {
			c := collector{qrels: judged, seen: map[string]bool{}}
			err := inBlocks(t.Context(), opened(text), judged, Options{Workers: workers}, size, &c)
			var le *lineError
			require.ErrorAs(t, err, &le)
			require.Equal(t, lineError{7, `the score "x" is not a number`}, *le)
		}
	}
}

func TestManyDocuments(t *testing.T) {
	var b strings.Builder
	for i := range 10_000 { // more than the small table holds
		fmt.Fprintf(&b, "q1 Q0 d%d 1 %d t\n", i, -i)
	}
	run, err := ReadRun(t.Context(), "run", opened(b.String()), Qrels{"q1": {"d9999": 1}}, Options{})
	require.NoError(t, err)
	require.Equal(t, []metrics.Hit{{Rank: 10_000, Grade: 1}}, run.Topics[0].Hits)
	b.WriteString("q1 Q0 d5000 1 1 t\n")
	_, err = ReadRun(t.Context(), "run", opened(b.String()), judged, Options{})
	require.EqualError(t, err, `run:10001: query "q1" retrieves document "d5000" a second time`)
}

func TestReadRunStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := ReadRun(ctx, "run", opened("q1 Q0 a 1 1 t\n"), judged, Options{})
	require.ErrorIs(t, err, context.Canceled)

	broken := errors.New("disk on fire")
	_, err = ReadRun(t.Context(), "run", func() (io.ReadCloser, error) { return nil, broken }, judged, Options{})
	require.ErrorIs(t, err, broken)
	_, err = ReadRun(t.Context(), "run", func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader("q1 Q0 a 1 1 t\n"), failing{broken})), nil
	}, judged, Options{})
	require.ErrorIs(t, err, broken)
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func FuzzReadRun(f *testing.F) {
	f.Add([]byte("q1 Q0 a 1 2 t\nq2 Q0 b 1 1.5e3 t\nq1 Q0 c 2 -1 t\n"), uint8(7))
	f.Add([]byte("\xef\xbb\xbfq1\tQ0 a 1 2 t\r\n#\n"), uint8(1))
	f.Fuzz(func(t *testing.T, text []byte, block uint8) {
		qrels := Qrels{"q1": {"a": 1}, "q2": {"b": 0}}
		open := opened(string(text))
		want, wantErr := ReadRun(t.Context(), "f", open, qrels, Options{Workers: 1})
		c := collector{qrels: qrels, seen: map[string]bool{}}
		err := inBlocks(t.Context(), open, qrels, Options{Workers: 2}, int(block)+1, &c)
		switch {
		case errors.Is(err, errInterleaved): // ReadRun has read it the other way
		case err == nil && wantErr == nil:
			require.Equal(t, want, c.finish(), "blocks of %d bytes", int(block)+1)
		case err == nil:
			require.ErrorContains(t, wantErr, "no retrieved document")
		default:
			require.Error(t, wantErr)
			require.Contains(t, wantErr.Error(), err.Error())
		}
	})
}

func FuzzReadQrels(f *testing.F) {
	f.Add([]byte("q1 0 a 1\nq2 0 b -1\r\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		qrels, err := ReadQrels("f", bytes.NewReader(text))
		if err != nil {
			return
		}
		var again bytes.Buffer // what is accepted survives writing and reading
		for q, docs := range qrels {
			for d, g := range docs {
				fmt.Fprintf(&again, "\t%s 0 %s %d\n", q, d, g) // a # at the start of an ID would be a comment
			}
		}
		got, err := ReadQrels("f", &again)
		require.NoError(t, err)
		require.Equal(t, qrels, got)
	})
}

func FuzzParseScore(f *testing.F) {
	for _, s := range []string{"1", "-0.5", "12.345678901234567", "1e-300", ".5", "9007199254740993", "0.1234567890123456789012345", "+.e1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, msg := parseScore([]byte(s))
		want, err := strconv.ParseFloat(s, 64)
		plain := strings.Trim(s, "+-.0123456789eE") == ""
		if ok := err == nil && plain && !math.IsInf(want, 0); ok != (msg == "") {
			t.Fatalf("parseScore(%q) says %q, strconv %v, %v", s, msg, want, err)
		}
		if msg == "" && math.Float64bits(got) != math.Float64bits(want) {
			t.Errorf("parseScore(%q) = %v; strconv gives %v", s, got, want)
		}
	})
}

func BenchmarkReadRun(b *testing.B) {
	var text bytes.Buffer
	qrels := Qrels{}
	for q := range 50 {
		docs := map[string]int{}
		for d := range 1000 {
			fmt.Fprintf(&text, "%d Q0 D%07d %d %.6f bench1\n", q, d*7919%100_003, d+1, 50-float64(d)/100)
			if d%20 == 0 {
				docs[fmt.Sprintf("D%07d", d*7919%100_003)] = d % 3
			}
		}
		qrels[strconv.Itoa(q)] = docs
	}
	b.ReportAllocs()
	b.SetBytes(int64(text.Len()))
	n := 0
	for b.Loop() {
		if _, err := ReadRun(b.Context(), "run", opened(text.String()), qrels, Options{}); err != nil {
			b.Fatal(err)
		}
		n += 50_000
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "lines/s")
}
