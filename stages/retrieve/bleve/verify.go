package bleve

import (
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
)

// fileSum is what is known of a file of a complete index.
type fileSum struct {
	Size  int64  `json:"size"`
	CRC32 string `json:"crc32c"` // it finds damage, not forgery
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sumFiles reads all files of an index but its manifest and its lock.
func sumFiles(dir string) (map[string]fileSum, error) {
	out := map[string]fileSum{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil || slices.Contains([]string{manifestFile, manifestFile + ".tmp", lockFile}, name) {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		h := crc32.New(castagnoli)
		n, err := io.Copy(h, f)
		out[filepath.ToSlash(name)] = fileSum{n, fmt.Sprintf("%08x", h.Sum32())}
		return err
	})
	return out, err
}

// verify names what is damaged among the files of an index. A file that does
// not belong to it counts only among the postings, where bleve reads all.
func verify(dir string, want map[string]fileSum) error {
	got, err := sumFiles(dir)
	if err != nil {
		return remedy(dir, err)
	}
	damaged := func(name, how string) error {
		return fmt.Errorf("index %s is damaged: file %s %s: build it anew with --force", dir, name, how)
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		have, there := got[name]
		switch {
		case !there:
			return damaged(name, "is missing")
		case have.Size != want[name].Size:
			return damaged(name, fmt.Sprintf("has %d bytes of %d", have.Size, want[name].Size))
		case have != want[name]:
			return damaged(name, "has other content than when it was built")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ours := want[name]; !ours && filepath.Ext(name) == ".zap" {
			return fmt.Errorf("index %s holds file %s, which is not part of it: delete that file", dir, name)
		}
	}
	return nil
}

// guard makes an error of a panic, and of a fault in a mapped file that is shorter
// than it was: bleve takes what it reads for whole, and an index without checksums
// may not be. What it returns is to be deferred.
func guard(dir string, err *error) func() {
	before := debug.SetPanicOnFault(true)
	return func() {
		debug.SetPanicOnFault(before)
		if fault := recover(); fault != nil {
			*err = remedy(dir, fmt.Errorf("its files are damaged: %v", fault))
		}
	}
}
