package bleve

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/corpus"
)

// built makes an index and returns its folder and the names of its files.
func built(t *testing.T) (dir string, files []string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "index")
	_, err := Build(t.Context(), stream(made(200)), dir, Options{Analyzer: AnalyzerStandard, BatchSize: 50})
	require.NoError(t, err)
	sums, err := sumFiles(dir)
	require.NoError(t, err)
	return dir, slices.Sorted(maps.Keys(sums))
}

// TestDamageIsNamed cuts, changes and removes each file, and adds one.
func TestDamageIsNamed(t *testing.T) {
	dir, files := built(t)
	require.Greater(t, len(files), 3)
	refused := func(words ...string) {
		t.Helper()
		_, err := Open(dir, RankExact)
		for _, w := range words {
			require.ErrorContains(t, err, w)
		}
	}
	for _, name := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		whole, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(path, whole[:len(whole)/2], 0o600))
		refused(name, "bytes of", "--force")
		changed := bytes.Clone(whole)
		changed[len(changed)/2] ^= 1
		require.NoError(t, os.WriteFile(path, changed, 0o600))
		refused(name, "other content", "--force")
		require.NoError(t, os.Remove(path))
		refused(name, "missing", "--force")
		require.NoError(t, os.WriteFile(path, whole, 0o600))
	}
	stray := filepath.Join(dir, postingsDir, "store", "._000000000001.zap")
	require.NoError(t, os.WriteFile(stray, []byte("of another system"), 0o600))
	refused("._000000000001.zap", "delete that file")
	require.NoError(t, os.Remove(stray))
	require.True(t, open(t, dir, RankExact).Checked())
}

// TestWithoutChecksums damages an index from before there were any: it is opened
// or refused with a remedy, and never ends the process.
func TestWithoutChecksums(t *testing.T) {
	dir, files := built(t)
	m, err := readManifest(dir)
	require.NoError(t, err)
	m.Files = nil
	require.NoError(t, m.write(dir))
	whole := open(t, dir, RankExact)
	require.False(t, whole.Checked())
	require.NoError(t, whole.Close())

	damaged := func(name string, content []byte) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		old, err := os.ReadFile(path)
		require.NoError(t, err)
		defer func() { require.NoError(t, os.WriteFile(path, old, 0o600)) }()
		require.NoError(t, os.WriteFile(path, content, 0o600))
		x, err := Open(dir, RankExact)
		if err == nil {
			defer x.Close()
			for _, q := range queriesFor(5) {
				if _, e := x.Retrieve(t.Context(), q, 5); e != nil {
					err = e
				}
			}
		}
		if err != nil {
			require.ErrorContains(t, err, dir)
			require.ErrorContains(t, err, "--force", name)
		}
	}
	for _, name := range files {
		raw, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		require.NoError(t, err)
		if filepath.Ext(name) != ".zap" {
			damaged(name, raw[:len(raw)/3])
			continue
		}
		for at := range 8 {
			garbled := bytes.Clone(raw)
			part := garbled[len(garbled)*at/8 : len(garbled)*(at+1)/8]
			for i := range part {
				part[i] = byte(i * 37)
			}
			damaged(name, garbled)
		}
	}
}

// TestPostingsAreCounted: postings that lack passages are never searched.
func TestPostingsAreCounted(t *testing.T) {
	dir, _ := built(t)
	fewer := filepath.Join(t.TempDir(), "index")
	_, err := Build(t.Context(), stream(made(100)), fewer, Options{Analyzer: AnalyzerStandard})
	require.NoError(t, err)
	require.NoError(t, os.RemoveAll(filepath.Join(dir, postingsDir)))
	require.NoError(t, os.Rename(filepath.Join(fewer, postingsDir), filepath.Join(dir, postingsDir)))
	m, err := readManifest(dir)
	require.NoError(t, err)
	m.Files = nil
	require.NoError(t, m.write(dir))
	_, err = Open(dir, RankExact)
	require.ErrorContains(t, err, "the postings hold 100 passages of 200")
	require.ErrorContains(t, err, "--force")
}

// TestSecondBuildChangesNothing begins a build, with every option that could
// destroy something, while another one is under way.
func TestSecondBuildChangesNothing(t *testing.T) {
	docs := made(120)
	dir := filepath.Join(t.TempDir(), "index")
	o := Options{Analyzer: "en", Language: "en", BatchSize: 10}
	begin := func(at int) error {
		var inner error
		_, err := Build(t.Context(), func(yield func(corpus.Document, error) bool) {
			for i, d := range docs {
				if i == at {
					forced := o
					forced.Force = true
					_, inner = Build(t.Context(), stream(docs), dir, forced)
				}
				if !yield(d, nil) {
					return
				}
			}
		}, dir, o)
		require.NoError(t, err)
		return inner
	}
	for _, at := range []int{0, 100} {
		require.ErrorContains(t, begin(at), fmt.Sprintf("another process is writing there (process %d): wait", os.Getpid()))
		require.Len(t, results(t, open(t, dir, RankExact), queriesFor(1), 3), 3)
		require.NoError(t, os.RemoveAll(dir))
	}
}

// TestStoppedBeforeTheManifest continues a build that had no room for its manifest.
func TestStoppedBeforeTheManifest(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, manifestFile+".tmp"), []byte(`{"ragdiag_in`), 0o644))
	_, err := Build(t.Context(), stream(made(20)), dir, Options{Analyzer: AnalyzerStandard})
	require.NoError(t, err)
	require.NoFileExists(t, filepath.Join(dir, manifestFile+".tmp"))
}

// TestDamagedManifest changes each byte of a manifest: it is named, unless the
// byte is of the name of the checksum, without which an older index is read.
func TestDamagedManifest(t *testing.T) {
	dir, _ := built(t)
	path := filepath.Join(dir, manifestFile)
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	name := bytes.LastIndex(whole, []byte(`"sum"`))
	for at := range whole {
		if at > name && at <= name+len("sum") {
			continue
		}
		changed := bytes.Clone(whole)
		changed[at] ^= 1
		require.NoError(t, os.WriteFile(path, changed, 0o644))
		_, err := readManifest(dir)
		require.ErrorContains(t, err, "damaged", "byte %d", at)
	}
	older := bytes.Replace(whole, []byte(`"sum"`), []byte(`"mus"`), 1)
	require.NoError(t, os.WriteFile(path, older, 0o644))
	require.True(t, open(t, dir, RankExact).Checked())
}
