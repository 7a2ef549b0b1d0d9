//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// tryDamagedIndex damages one file of an index, and has it used.
func tryDamagedIndex(t *trial) error {
	index := t.path("index")
	if err := copyFolder(t.index, index); err != nil {
		return err
	}
	what, err := t.damage(index)
	if err != nil {
		return err
	}
	e, err := t.done([]int{0, 1, 2}, t.answer(index, t.path("run"))...)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if e.code == 0 {
		if err := sameFile(t.path("run/records.jsonl"), filepath.Join(t.answers, "records.jsonl")); err != nil {
			return fmt.Errorf("%s: it was used, and %w", what, err)
		}
		return nil
	}
	if !strings.Contains(e.stderr, "damaged") || !strings.Contains(e.stderr, index) {
		return fmt.Errorf("%s: it is not called damaged: %v", what, e)
	}
	return nil
}

// damage flips a bit of one of the files or cuts it, and says what it did.
func (t *trial) damage(dir string) (what string, err error) {
	paths, _, err := filesOf(dir)
	if err != nil {
		return "", err
	}
	path := paths[t.dice.IntN(len(paths))]
	b, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	at := t.dice.IntN(len(b))
	what = fmt.Sprintf("%s cut to %d bytes of %d", filepath.Base(path), at, len(b))
	if t.chance(.7) {
		bit := byte(1) << t.dice.IntN(8)
		what = fmt.Sprintf("byte %d of %s changed from %q to %q", at, filepath.Base(path), b[at], b[at]^bit)
		b[at] ^= bit
	} else {
		b = b[:at]
	}
	return what, os.WriteFile(path, b, 0o600)
}
