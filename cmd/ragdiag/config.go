package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const configLong = `Print the settings that the other commands would use, and where each value
comes from: the command line, an environment variable, the configuration file,
or the default. A configuration file is YAML with the same names as the flags:

  k: 5
  rerank: mmr
  fail-on: ["retrieval-miss>5%", "quality<0.8"]

A ` + defaultConfig + ` in the current folder is read without being named, and may then
set only harmless keys (docs/settings.md); named by --config it may set all.`

func newConfigCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config [COMMAND]",
		Short: "Print the resolved settings and where each comes from",
		Long:  configLong,
		Example: `  ragdiag config diagnose
  RAGDIAG_K=3 ragdiag config run --config ci.yaml`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			tw := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 8, 2, ' ', 0)
			fmt.Fprintln(tw, "command\tsetting\tvalue\tfrom")
			found := false
			for _, sub := range cmd.Root().Commands() {
				if !sub.HasLocalFlags() || sub.Name() == "config" || len(args) == 1 && sub.Name() != args[0] {
					continue
				}
				found = true
				sub.InheritedFlags() // merges the root's flags in
				if f := cmd.Flags().Lookup("config"); f.Changed {
					if err := sub.Flags().Set("config", f.Value.String()); err != nil {
						return err
					}
				}
				origin, err := applySettings(sub)
				if err != nil {
					return err
				}
				sub.Flags().VisitAll(func(f *pflag.Flag) {
					if from, ok := origin[f.Name]; ok {
						fmt.Fprintf(tw, "%s\t%s\t%s\t%s\n", sub.Name(), f.Name, f.Value, from)
					}
				})
			}
			if !found {
				return usageErrorf("no command %q has settings", args[0])
			}
			return tw.Flush()
		},
	}
	return cmd
}
