package claim

import (
	_ "embed"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

//go:embed testdata/refusals.txt
var refusalExamples string

func TestReadRefusalByLanguage(t *testing.T) {
	lang, n := "", 0
	for line := range strings.Lines(refusalExamples) {
		line = strings.TrimSpace(line)
		mark, s, ok := strings.Cut(line, " ")
		switch {
		case line == "" || line[0] == '#':
			continue
		case !ok:
			lang = line
			continue
		}
		n++
		got := ReadRefusal("", s)
		assert.Equal(t, mark == "-", got.P >= .5, "%s: %s: %+v", lang, s, got)
		assert.Equal(t, mark == "-", got.Whole, "%s: %s: %+v", lang, s, got)
	}
	require.Greater(t, n, 200)
}
