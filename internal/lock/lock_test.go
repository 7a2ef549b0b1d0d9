package lock

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSecondIsToldWhoHoldsIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, err := Acquire(path)
	require.NoError(t, err)
	_, err = Acquire(path)
	require.ErrorIs(t, err, ErrHeld)
	require.ErrorContains(t, err, fmt.Sprintf("process %d", os.Getpid()))
	require.NoError(t, first.Release())
	second, err := Acquire(path)
	require.NoError(t, err)
	require.NoError(t, second.Release())
}
