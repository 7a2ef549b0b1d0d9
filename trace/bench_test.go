package trace

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// line is a record of 10 passages of 100 words, as it is in a file.
func line(b *testing.B) []byte {
	rec := Record{ID: "q1", Question: strings.Repeat("word ", 10), Answer: &Answer{Text: strings.Repeat("word ", 40)}}
	for i := range 10 {
		rec.Context = append(rec.Context, Passage{ID: fmt.Sprint("p", i), Text: strings.Repeat("sixish ", 100)})
	}
	out, err := rec.MarshalJSON()
	require.NoError(b, err)
	return out
}

// BenchmarkUnmarshal reads a record; BenchmarkUnmarshalFieldsOnly is the same
// without unknown fields and version, to see what these cost.
func BenchmarkUnmarshal(b *testing.B) {
	in := line(b)
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		var rec Record
		if err := rec.UnmarshalJSON(in); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

func BenchmarkUnmarshalFieldsOnly(b *testing.B) {
	in := line(b)
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		var p plain
		if err := json.Unmarshal(in, &p); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
}
