package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// commandGroups is the short list of 'ragdiag --help': what a person wants to do,
// and the commands for it, in the order in which they are needed.
var commandGroups = []struct {
	id, title string
	commands  []string
}{
	{"start", "Start here:", []string{"demo", "diagnose", "report", "show"}},
	{"system", "Your system:", []string{"index", "run", "connect", "explain"}},
	{"prove", "Prove a cause:", []string{"intervene"}},
	{"measure", "Measure:", []string{"metrics", "audit", "label", "judge", "verify", "inject", "validate"}},
	{"maintain", "Maintain:", []string{"convert", "config", "mock-endpoint", "completion", "help", "version"}},
}

// flagGroups orders the flags of a command by what they are about. A group that a
// command has no flag of is not shown; flags that are in none come last. A flag
// that means something else in one command has that command before its name.
var flagGroups = []struct {
	title string
	flags []string
}{
	{"What is read", []string{"input-format", "map", "lang", "index", "corpus", "strict", "explain-input"}},
	{"How your corpus is searched", []string{"k", "depth", "query", "retriever", "ranker", "rerank", "run/budget"}},
	{"What counts as what", []string{"bad-above", "right-below", "missing-citation", "corpus-policy", "match-false", "match-missed", "verifier-weights"}},
	{"Gates", []string{"fail-on", "gate-on", "allow-incomplete"}},
	{"What is written", []string{"out", "format", "quiet", "seed", "workers"}},
	{"Who answers", []string{"generator", "model", "base-url", "prompt", "temperature", "max-tokens", "window", "model-seed", "logprobs", "extra-body", "header", "plain-keys", "token-env", "pass-env", "processes"}},
	{"Who judges", []string{"judge-model", "judge-base-url", "judge-calibration"}},
	{"Experiments", []string{"intervene", "budget", "arms", "repeats", "max-calls-per-failure", "ceiling", "ceiling-failures", "ceiling-successes", "citations", "citation-labels", "profile", "context-gain", "sample"}},
	{"What calls may cost", []string{"dry-run", "cache", "replay-only", "concurrency", "rate", "timeout", "deadline", "max-calls", "max-cost", "price"}},
}

// manyFlags is the number of flags from which they are shown in groups.
const manyFlags = 40

// groupHelp gives the commands below root their groups, and those with many flags a
// help text that shows the flags in groups.
func groupHelp(root *cobra.Command) {
	of := map[string]string{}
	for _, g := range commandGroups {
		root.AddGroup(&cobra.Group{ID: g.id, Title: g.title})
		for _, name := range g.commands {
			of[name] = g.id
		}
	}
	for _, cmd := range root.Commands() {
		cmd.GroupID = of[cmd.Name()]
		n := 0
		cmd.LocalFlags().VisitAll(func(*pflag.Flag) { n++ })
		if n >= manyFlags {
			cmd.SetUsageFunc(groupedUsage)
		}
	}
	root.SetHelpCommandGroupID(of["help"])
	root.SetCompletionCommandGroupID(of["completion"])
}

// Commands are shown in the order in which they are added, which is that of the
// groups.
func init() { cobra.EnableCommandSorting = false }

// groupedUsage is what cobra prints of the use of a command, with the flags in
// groups.
func groupedUsage(cmd *cobra.Command) error {
	_, err := fmt.Fprintf(cmd.OutOrStderr(), "Usage:\n  %s\n\nExamples:\n%s\n\n%s\n\nGlobal Flags:\n%s",
		cmd.UseLine(), cmd.Example, groupedFlags(cmd), cmd.InheritedFlags().FlagUsages())
	return err
}

// groupedFlags renders the flags of a command under the titles of their groups.
func groupedFlags(cmd *cobra.Command) string {
	of := map[string]int{} // group of each flag
	for i, g := range flagGroups {
		for _, entry := range g.flags {
			at, name, only := strings.Cut(entry, "/")
			if !only {
				name = entry
			}
			if _, taken := of[name]; !taken && !only || only && at == cmd.Name() {
				of[name] = i
			}
		}
	}
	in := make([]*pflag.FlagSet, len(flagGroups)+1)
	for i := range in {
		in[i] = pflag.NewFlagSet("", pflag.ContinueOnError)
		in[i].SortFlags = false
	}
	flags := cmd.LocalFlags()
	for i, g := range flagGroups { // in the order of the group
		for _, entry := range g.flags {
			if f := flags.Lookup(entry[strings.Index(entry, "/")+1:]); f != nil && of[f.Name] == i {
				in[i].AddFlag(f)
			}
		}
	}
	flags.VisitAll(func(f *pflag.Flag) {
		if _, ok := of[f.Name]; !ok {
			in[len(flagGroups)].AddFlag(f)
		}
	})
	var parts []string
	for i, set := range in {
		title := "Other"
		if i < len(flagGroups) {
			title = flagGroups[i].title
		}
		if set.HasAvailableFlags() {
			parts = append(parts, title+":\n"+strings.TrimRight(set.FlagUsages(), " \n"))
		}
	}
	return strings.Join(parts, "\n\n")
}

// unknownCommand returns an error if the arguments name a command that does not
// exist. Cobra itself answers --help before it looks.
func unknownCommand(root *cobra.Command, args []string) error {
	for i, arg := range args {
		switch {
		case arg == "--", strings.HasPrefix(arg, "__complete"):
			return nil
		case strings.HasPrefix(arg, "-"), i > 0 && args[i-1] == "--config":
			continue
		}
		var names []string
		for _, cmd := range root.Commands() {
			if cmd.Name() == arg || cmd.HasAlias(arg) {
				return nil
			}
			if !cmd.Hidden {
				names = append(names, cmd.Name())
			}
		}
		if arg == "completion" || arg == "help" {
			return nil
		}
		return usageErrorf("unknown command %q%s; see 'ragdiag --help'", arg, didYouMean(arg, names))
	}
	return nil
}
