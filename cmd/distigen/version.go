package main

import (
	"fmt"
	goruntime "runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/distigen/distigen/runtime"
)

func newVersion() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "version", Short: "Print the versions", Args: cobra.NoArgs,
		Example: `  distigen version
  distigen version --json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			v := map[string]string{"distigen": version(), "runtime": runtime.V1, "go": goruntime.Version(),
				"platform": goruntime.GOOS + "/" + goruntime.GOARCH}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), v)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "distigen %s (runtime %s, %s, %s)\n", v["distigen"], v["runtime"], v["go"], v["platform"])
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return cmd
}

// version is the version of the module that this binary was built of, or the runtime's where it was built in a checkout.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return runtime.V1
}
