// Package realdata finds the public data sets that tests and floors are
// measured on. They are not part of the project: a test that needs one skips
// where it is absent.
//
// In: the environment. Out: a path, or the values of a file. RAGDIAG_DATA names the folder (default: the
// folder shared/data beside the checkout); with RAGDIAG_REQUIRE_DATA=1 an absent
// set fails the test instead of skipping it. Only tests import this package.
package realdata

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Path returns the path of a file or folder of the data, such as
// "clapnq/dev.jsonl". It skips the test if that is absent, or fails it where
// the data is required.
func Path(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("RAGDIAG_DATA")
	if dir == "" {
		_, here, _, _ := runtime.Caller(0)
		dir = filepath.Join(filepath.Dir(here), "..", "..", "..", "shared", "data")
	}
	path := filepath.Join(dir, filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("RAGDIAG_REQUIRE_DATA") == "1" {
			t.Fatalf("RAGDIAG_REQUIRE_DATA is set: %v", err)
		}
		t.Skipf("SKIPPED, no data at hand: set RAGDIAG_DATA (%v)", err)
	}
	return path
}
