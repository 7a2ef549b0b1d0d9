package main

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"
)

// Every command belongs to a group, and every flag of a command with many.
func TestHelpIsInGroups(t *testing.T) {
	root := newRootCmd()
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		require.NotEmpty(t, cmd.GroupID, cmd.Name())
		cmd.InitDefaultHelpFlag()
		flags := 0
		cmd.LocalFlags().VisitAll(func(*pflag.Flag) { flags++ })
		if flags < manyFlags {
			continue
		}
		help := cmd.UsageString()
		_, other, found := strings.Cut(help, "\nOther:\n")
		require.True(t, found, "%s: --help itself is in no group", cmd.Name())
		other, _, _ = strings.Cut(other, "\n\n")
		require.NotContains(t, other, "\n", "%s: flags in no group:\n%s", cmd.Name(), other)
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.Hidden {
				return
			}
			line := regexp.MustCompile("(?m)^ +(-., )?--" + f.Name + "[ \n]")
			require.Len(t, line.FindAllString(help, -1), 1, "%s --%s", cmd.Name(), f.Name)
		})
	}
}

// A flag that asks for help does not make an unknown command a known one.
func TestUnknownCommand(t *testing.T) {
	for _, args := range [][]string{{"nosuch"}, {"nosuch", "--help"}, {"--config", "x.yaml", "nosuch", "-h"}, {"diagnos", "--help"}} {
		var stdout, stderr bytes.Buffer
		require.Equal(t, exitUsage, run(context.Background(), args, strings.NewReader(""), &stdout, &stderr), args)
		require.Empty(t, stdout.String(), args)
		require.Contains(t, stderr.String(), "unknown command", args)
	}
	for _, args := range [][]string{{}, {"--help"}, {"help", "diagnose"}, {"diagnose", "--help"}, {"completion", "bash"}, {"__complete", "di"}} {
		var stdout, stderr bytes.Buffer
		require.Equal(t, exitOK, run(context.Background(), args, strings.NewReader(""), &stdout, &stderr), args)
	}
}
