package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/claim"
)

// A run with other weights names them, not the shipped ones.
func TestManifestNamesTheWeights(t *testing.T) {
	dir := t.TempDir()
	own := *claim.Shipped()
	own.Bias += .5
	path := filepath.Join(dir, "own.json")
	require.NoError(t, os.WriteFile(path, own.JSON(), 0o600))
	claims := func(args ...string) string {
		out := filepath.Join(t.TempDir(), "run")
		code, _, stderr := ragdiag(t.Context(), append([]string{"demo", "--quiet", "--out", out}, args...)...)
		require.Equal(t, exitOK, code, stderr)
		raw, err := os.ReadFile(filepath.Join(out, "manifest.json"))
		require.NoError(t, err)
		var m struct{ Versions map[string]string }
		require.NoError(t, json.Unmarshal(raw, &m))
		return m.Versions["claims"]
	}
	require.Contains(t, claims(), claim.Shipped().Hash())
	require.Contains(t, claims("--verifier-weights", path), own.Hash())
}
