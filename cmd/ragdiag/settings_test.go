package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHarmlessKeysAreFlagsAndDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/settings.md")
	require.NoError(t, err)
	_, table, _ := strings.Cut(string(page), "| what | keys |")
	var listed []string
	for _, m := range regexp.MustCompile("`([a-z-]+)`").FindAllStringSubmatch(table, -1) {
		listed = append(listed, m[1])
	}
	slices.Sort(listed)
	require.Equal(t, harmless, listed)
	require.Subset(t, allFlags(newRootCmd()), harmless)
}
