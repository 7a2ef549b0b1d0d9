package formats

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/trace"
)

// sample returns a record of 10 passages of 100 words, the size in which the
// speed of ragdiag is stated.
func sample(i int) *trace.Record {
	rng := rand.New(rand.NewPCG(7, uint64(i)))
	words := func(n int) string {
		var b strings.Builder
		for range n {
			for range 2 + rng.IntN(8) {
				b.WriteByte(byte('a' + rng.IntN(26)))
			}
			b.WriteByte(' ')
		}
		return b.String()
	}
	rec := &trace.Record{
		ID: fmt.Sprintf("q%d", i), Question: words(10),
		Answer: &trace.Answer{Text: words(40)}, Gold: &trace.Gold{Answers: []string{words(5)}},
	}
	for k := range 10 {
		rec.Context = append(rec.Context, trace.Passage{ID: fmt.Sprintf("d%d#%d", i, k), Text: words(100)})
	}
	return rec
}

func BenchmarkReadNative(b *testing.B) { benchmarkRead(b, Native) }
func BenchmarkReadRAGAS(b *testing.B)  { benchmarkRead(b, RAGAS) }

func benchmarkRead(b *testing.B, f Format) {
	const n = 200
	var file bytes.Buffer
	w, err := NewWriter(&file, f)
	require.NoError(b, err)
	for i := range n {
		require.NoError(b, w.Write(sample(i)))
	}
	require.NoError(b, w.Close())
	b.SetBytes(int64(file.Len()))
	b.ReportAllocs()
	for b.Loop() {
		read := 0
		for _, err := range Records(bytes.NewReader(file.Bytes()), "bench", Options{}) {
			if err != nil {
				b.Fatal(err)
			}
			read++
		}
		if read != n {
			b.Fatalf("read %d of %d", read, n)
		}
	}
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

func BenchmarkWriteNative(b *testing.B) {
	rec := sample(0)
	w, err := NewWriter(io.Discard, Native)
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if err := w.Write(rec); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

// endless yields n short records without holding them.
type endless struct {
	n, i int
	rest []byte
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.rest) == 0 {
		if e.i == e.n {
			return 0, io.EOF
		}
		e.rest = fmt.Appendf(e.rest[:0], `{"ragdiag":1,"id":"record-%d","question":"q","context":[{"text":"t"}]}`+"\n", e.i)
		e.i++
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// TestMemoryIsFlat reads a million records and looks at what is still held: a
// hash and a place for each ID, and nothing else.
func TestMemoryIsFlat(t *testing.T) {
	if testing.Short() {
		t.Skip("reads a million records")
	}
	const n = 1_000_000
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	read := 0
	for _, err := range Records(&endless{n: n}, "endless", Options{}) {
		require.NoError(t, err)
		if read++; read == n {
			runtime.GC()
			runtime.ReadMemStats(&after)
		}
	}
	require.Equal(t, n, read)
	held := float64(after.HeapAlloc) - float64(before.HeapAlloc)
	t.Logf("%.1f MB held after %d records", held/1e6, n)
	require.Less(t, held, 100e6)
}
