// Command images makes, fetches and serves the container images that the platforms run, without an engine.
package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
)

func main() {
	command := &cobra.Command{
		Use:           "images",
		Short:         "Makes, fetches and serves the container images that the platforms run, without an engine",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	command.CompletionOptions.DisableDefaultCmd = true
	command.AddCommand(buildCommand(), listCommand(), serveCommand(), archiveCommand(), unpackCommand())
	if err := command.Execute(); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}
