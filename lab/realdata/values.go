package realdata

import (
	"encoding/json"
	"errors"
	"io"
	"iter"
	"os"
	"testing"
)

// Values yields the JSON values of a file of the data, one after the other: the
// lines of a JSONL file, or the one value of a JSON file. Like Path it skips or
// fails the test without the file; a value that is no T fails it.
func Values[T any](t testing.TB, name string) iter.Seq[T] {
	t.Helper()
	path := Path(t, name)
	return func(yield func(T) bool) {
		t.Helper()
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		values := json.NewDecoder(f)
		for n := 1; ; n++ {
			var v T
			if err := values.Decode(&v); errors.Is(err, io.EOF) {
				return
			} else if err != nil {
				t.Fatalf("%s: value %d: %v", path, n, err)
			}
			if !yield(v) {
				return
			}
		}
	}
}
