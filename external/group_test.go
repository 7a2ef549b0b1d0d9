//go:build unix

package external

import (
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestChildrenAreEnded has a program start another one, which holds a pipe open:
// the pipe ends only when that one is gone too.
func TestChildrenAreEnded(t *testing.T) {
	for name, end := range map[string]func(*System){
		"closed":            func(s *System) { require.NoError(t, s.Close()) },
		"left by a program": func(*System) { EndAll() },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "held")
			require.NoError(t, syscall.Mkfifo(path, 0o600))
			s, err := Command(CommandOptions{Args: []string{"sh", "-c", `sleep 100000 > "$0" & while read line; do echo '{"answer":"x"}'; done`, path}})
			require.NoError(t, err)
			defer s.Close()
			opened := make(chan *os.File, 1)
			go func() {
				f, err := os.Open(path)
				if err == nil {
					opened <- f
				}
			}()
			_, err = s.Generate(t.Context(), ask)
			require.NoError(t, err)
			held := <-opened
			defer held.Close()
			end(s)
			rest, err := io.ReadAll(held)
			require.NoError(t, err)
			require.Empty(t, rest)
		})
	}
}
