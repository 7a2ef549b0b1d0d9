package main

import (
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

const rootLong = `ragdiag finds out why a RAG system gave a bad answer.

It reads traces of any RAG system, or runs its own pipeline over your corpus,
and names for each bad answer the stage that broke, the evidence for it, how
sure that is, and what to fix first. Offline and deterministic by default.

  ragdiag demo                         see it work, in seconds, without a network
  ragdiag diagnose traces.jsonl        diagnose what your system has logged
  ragdiag index docs/ --out my-index   index a corpus
  ragdiag run questions.jsonl --index my-index

Exit codes: 0 done · 1 could not · 2 wrong usage or unreadable input · 3 a gate
failed · 4 incomplete, or a gate cannot tell · 130 interrupted.`

func newRootCmd() *cobra.Command {
	root := &cobra.Command{
		Use:           "ragdiag",
		Short:         "Find out why a RAG system gave a bad answer",
		Long:          rootLong,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return cmd.Help()
		},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("config") && hasDefaultConfig() {
				fmt.Fprintf(cmd.ErrOrStderr(), "settings are read from %s in the current folder\n", defaultConfig)
			}
			_, err := applySettings(cmd)
			return err
		},
	}
	root.PersistentFlags().String("config", "", "YAML file with the same names as the flags (default: "+defaultConfig+" in the current folder, if it exists and sets only harmless keys)")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageErrorf("%w; see '%s --help'", err, cmd.CommandPath())
	})
	root.AddCommand( // in the order of commandGroups
		newDemoCmd(), newDiagnoseCmd(), newReportCmd(), newShowCmd(),
		newIndexCmd(), newRunCmd(), newConnectCmd(), newExplainCmd(),
		newInterveneCmd(),
		newMetricsCmd(), newAuditCmd(), newLabelCmd(), newJudgeCmd(), newVerifyCmd(), newInjectCmd(), newValidateCmd(),
		newConvertCmd(), newConfigCmd(), newMockEndpointCmd(), newVersionCmd(),
	)
	root.SetHelpCommand(newHelpCmd(root))
	groupHelp(root)
	completeAll(root)
	return root
}

// atLeastOne asks for one argument or more.
func atLeastOne(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usageErrorf("name at least one %s; see '%s --help'", what, cmd.CommandPath())
		}
		return nil
	}
}

// version is set by the release build; otherwise the module's version is used.
var version = ""

// programVersion says what produced a run.
func programVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}

func newVersionCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), "ragdiag", programVersion())
			return err
		},
	}
}

// screen tells how to draw on w: in colour only on a terminal and without
// NO_COLOR, and in its width or 80 columns.
func screen(w io.Writer) (color bool, width int) {
	width = 80
	f, ok := terminal(w)
	if !ok {
		return false, width
	}
	if cols, _, err := term.GetSize(int(f.Fd())); err == nil && cols > 0 {
		width = cols
	}
	_, off := os.LookupEnv("NO_COLOR")
	color = !off && os.Getenv("TERM") != "dumb"
	if c, ok := w.(*cleaned); ok {
		c.mu.Lock()
		c.color = color
		c.mu.Unlock()
	}
	return color, width
}
