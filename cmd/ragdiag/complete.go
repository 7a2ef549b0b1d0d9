package main

import (
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ragdiag/ragdiag/diagnose"
)

// choice reads the values of a flag off the end of its help text: "text, md or
// json", "may-lack: …; should-have: …", "interval, or point for …". So help and
// completion cannot part.
var choice = regexp.MustCompile(`^[a-z][a-z0-9.-]*$`)

// choices are the flags whose help text lists all their values.
var choices = []string{
	"format", "input-format", "to", "gate-on", "ranker", "rerank", "query", "corpus-policy",
	"missing-citation", "convention",
}

// folders are the flags that name a folder.
var folders = []string{"index", "out"}

// completeAll lets the shell complete the flags and arguments of every command
// below cmd.
func completeAll(cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		completeAll(sub)
	}
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		var values []string
		switch {
		case slices.Contains(folders, f.Name):
			complete(cmd, f.Name, nil, cobra.ShellCompDirectiveFilterDirs)
			return
		case f.Name == "only":
			values = verdictNames()
		case f.Name == "fail-on":
			values = gateStarts()
		case slices.Contains(choices, f.Name):
			values = listedIn(f.Usage)
		default:
			return
		}
		directive := cobra.ShellCompDirectiveNoFileComp
		if f.Name == "fail-on" {
			directive |= cobra.ShellCompDirectiveNoSpace
		}
		complete(cmd, f.Name, values, directive)
	})
	if strings.Contains(cmd.Use, "RUN") {
		cmd.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		}
	}
}

// complete registers the values of a flag. A command that completes the flag
// itself keeps its own values.
func complete(cmd *cobra.Command, flag string, values []string, directive cobra.ShellCompDirective) {
	_ = cmd.RegisterFlagCompletionFunc(flag, func(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
		var fit []string
		for _, v := range values {
			if strings.HasPrefix(v, begun) {
				fit = append(fit, v)
			}
		}
		return fit, directive
	})
}

// listedIn are the values that a help text lists: what is between its last
// colon that is followed by a list, or its beginning, and the first word that
// is no value.
func listedIn(usage string) []string {
	if values := namedChoices(usage); len(values) > 1 {
		return values
	}
	if _, after, ok := strings.Cut(usage, ": "); ok {
		if values := namedChoices(after); len(values) > 1 {
			return values
		}
	}
	return nil
}

// namedChoices reads "a, b or c", "a: why; b: why" and "[a b c]".
func namedChoices(s string) []string {
	if in, ok := strings.CutPrefix(s, "["); ok {
		in, _, _ = strings.Cut(in, "]")
		return strings.Fields(in)
	}
	s, _, _ = strings.Cut(s, " (")
	var values []string
	if parts := strings.Split(s, "; "); len(parts) > 1 {
		for _, p := range parts {
			name, _, ok := strings.Cut(p, ":")
			if !ok || !choice.MatchString(name) {
				return nil
			}
			values = append(values, name)
		}
		return values
	}
	for part := range strings.SplitSeq(strings.NewReplacer(", or ", ", ", " or ", ", ").Replace(s), ", ") {
		word, _, more := strings.Cut(strings.TrimPrefix(part, "with --model "), " ")
		if !choice.MatchString(word) {
			break
		}
		values = append(values, word)
		if more {
			break
		}
	}
	return values
}

// verdictNames are what --only understands.
func verdictNames() []string {
	names := []string{string(diagnose.StatusDiagnosed), string(diagnose.StatusUndetermined), string(diagnose.StatusNotFailure), string(diagnose.StatusNotJudged)}
	for _, c := range diagnose.Causes() {
		names = append(names, string(c))
	}
	return names
}

// gateStarts are the left sides of gates on causes and quality.
func gateStarts() []string {
	starts := []string{"quality<"}
	for _, c := range diagnose.Causes() {
		starts = append(starts, string(c)+">")
	}
	return starts
}

// newHelpCmd is cobra's help command, except that a topic that does not exist
// is wrong usage.
func newHelpCmd(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about any command",
		RunE: func(_ *cobra.Command, args []string) error {
			cmd, rest, err := root.Find(args)
			if err != nil || cmd == nil || len(rest) > 0 {
				return usageErrorf("no help on %q; see 'ragdiag --help'", strings.Join(args, " "))
			}
			cmd.InitDefaultHelpFlag()
			return cmd.Help()
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			cmd, _, err := root.Find(args)
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			var names []string
			for _, sub := range cmd.Commands() {
				if sub.IsAvailableCommand() {
					names = append(names, sub.Name()+"\t"+sub.Short)
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	}
}
