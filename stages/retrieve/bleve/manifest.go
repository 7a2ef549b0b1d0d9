package bleve

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/ragdiag/ragdiag/corpus"
)

// formatVersion is the layout of the folder that this package reads and writes.
const formatVersion = 1

// The states of an index.
const (
	StateBuilding = "building" // begun; Build continues it
	StateComplete = "complete"
)

// Manifest says what an index was made from. The counts are filled in when the
// index is complete.
type Manifest struct {
	Version  int                 `json:"ragdiag_index"`
	State    string              `json:"state"`
	Source   string              `json:"source,omitzero"`   // path of the corpus
	Language string              `json:"language,omitzero"` // ISO 639-1; empty: undecided
	Analyzer string              `json:"analyzer"`
	Chunk    corpus.ChunkOptions `json:"chunk"`

	Corpus    string  `json:"corpus,omitzero"` // version hash of the documents
	Documents int     `json:"documents"`
	Skipped   int     `json:"skipped"` // documents that could not be read
	Passages  int     `json:"passages"`
	Tokens    int64   `json:"tokens"`    // of all passages, as analysed
	Density   float64 `json:"density"`   // tokens per letter or digit of a sample; near 0: the analyser loses the text
	Untokened int     `json:"untokened"` // passages in which the analyser found nothing
}

// saved is a manifest as it is on disk. The checksums are no part of what an
// index was made from: two builds of one corpus may lay out their files otherwise.
type saved struct {
	Manifest
	Files map[string]fileSum `json:"files,omitzero"` // of a complete index; nil: from before there were any
	Sum   string             `json:"sum,omitzero"`   // CRC-32C of the manifest itself, with noSum in its place; empty: from before there was any
}

// noSum stands where a manifest's own checksum will be.
const noSum = "00000000"

// sumField is the field as it stands in the file.
func sumField(sum string) []byte { return fmt.Appendf(nil, `"sum": %q`, sum) }

// sumOf returns the checksum of a manifest that holds the given one.
func sumOf(b []byte, held string) string {
	return fmt.Sprintf("%08x", crc32.Checksum(bytes.Replace(b, sumField(held), sumField(noSum), 1), castagnoli))
}

// Names in the folder of an index.
const (
	lockFile     = "lock"
	manifestFile = "manifest.json"
	postingsDir  = "bleve"
	passagesFile = "passages.bin"
	entriesFile  = "passages.idx"
)

// readManifest reads the manifest of dir; a missing one is fs.ErrNotExist.
func readManifest(dir string) (saved, error) {
	var m saved
	b, err := os.ReadFile(filepath.Join(dir, manifestFile))
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return m, fmt.Errorf("%s is damaged (%w): build the index anew with --force", filepath.Join(dir, manifestFile), err)
	}
	if m.Sum != "" && m.Sum != sumOf(b, m.Sum) {
		return m, fmt.Errorf("%s is damaged, it has other content than when it was written: build the index anew with --force", filepath.Join(dir, manifestFile))
	}
	if m.Version != formatVersion {
		return m, fmt.Errorf("index %s has layout version %d, this program reads %d: build it anew with --force", dir, m.Version, formatVersion)
	}
	return m, nil
}

// write replaces the manifest of dir in one step.
func (m saved) write(dir string) error {
	m.Sum = noSum
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	b = append(b, '\n')
	b = bytes.Replace(b, sumField(noSum), sumField(sumOf(b, noSum)), 1)
	tmp := filepath.Join(dir, manifestFile+".tmp")
	if err := os.WriteFile(tmp, b, 0o644); err != nil {
		return err
	}
	return os.Rename(tmp, filepath.Join(dir, manifestFile))
}

// remedy adds to an error of the disk what the user can do about it.
func remedy(dir string, err error) error {
	var advice string
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC), strings.Contains(err.Error(), "no space left"): // bleve passes some on as text
		advice = "the disk is full: free some space and run the same command again, it continues where it stopped"
	case errors.Is(err, syscall.EFBIG), strings.Contains(err.Error(), "file too large"):
		advice = "no file may become so long there: see to it (ulimit -f) and run the same command again, it continues where it stopped"
	case errors.Is(err, fs.ErrPermission):
		advice = "no permission: choose another folder or change its owner"
	case err.Error() == "timeout":
		advice = "it is in use by another process: wait for that one, or choose another folder"
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, fs.ErrNotExist), strings.Contains(err.Error(), "no such file"):
		advice = "part of the folder is missing, it may have been removed while in use: build the index anew with --force"
	default:
		advice = "it cannot be used as it is: build it anew with --force"
	}
	return fmt.Errorf("index %s: %s (%w)", dir, advice, err)
}
