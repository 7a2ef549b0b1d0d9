// Package realdata finds the public data sets that tests and floors are
// measured on. They are not part of the project: a test that needs one skips
// where it is absent.
//
// In: the environment. Out: a path, or the values of a file. RAGDIAG_DATA names
// the folder (default: the folder shared/data beside the checkout); with
// RAGDIAG_REQUIRE_DATA=1 an absent set fails the test instead of skipping it.
// Only tests and the programs that measure import this package.
package realdata

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Dir returns the folder of the data sets, which need not exist.
func Dir() string {
	if dir := os.Getenv("RAGDIAG_DATA"); dir != "" {
		return dir
	}
	_, here, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(here), "..", "..", "..", "shared", "data")
}

// Path returns the path of a file or folder of the data, such as
// "clapnq/dev.jsonl". It skips the test if that is absent, or fails it where
// the data is required.
func Path(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(Dir(), filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("RAGDIAG_REQUIRE_DATA") == "1" {
			t.Fatalf("RAGDIAG_REQUIRE_DATA is set: %v", err)
		}
		t.Skipf("SKIPPED, no data at hand: set RAGDIAG_DATA (%v)", err)
	}
	return path
}
