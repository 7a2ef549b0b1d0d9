package main

import (
	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/fixtures"
	"github.com/ragdiag/ragdiag/pipeline"
)

const demoLong = `Diagnose the fixtures that ship with ragdiag: recorded answers of three
fictional RAG systems, one of them German, with every kind of fault and some
without any. No network, no model, a few seconds.`

func newDemoCmd() *cobra.Command {
	var flags jobFlags
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Diagnose the built-in examples",
		Long:  demoLong,
		Example: `  ragdiag demo
  ragdiag demo --out /tmp/demo && ragdiag show /tmp/demo acc-04-k-cut`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			po, err := flags.pipelineOptions()
			if err != nil {
				return err
			}
			p, err := pipeline.New(po)
			if err != nil {
				return usageErrorf("%w", err)
			}
			config, err := flags.config(po, nil)
			if err != nil {
				return err
			}
			return (&job{
				jobFlags: &flags,
				command:  "demo",
				title:    "the built-in examples",
				config:   config,
				records:  fixtures.Cases(),
				pipeline: p,
			}).run(cmd)
		},
	}
	flags.register(cmd)
	return cmd
}
