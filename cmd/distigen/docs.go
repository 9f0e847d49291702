package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/distigen/distigen/cmd/distigen/internal/reference"
	"github.com/distigen/distigen/runtime/catalog"
)

// newDocs is for those who work on distigen: it is not listed.
func newDocs() *cobra.Command {
	return &cobra.Command{
		Use: "docs [DIR]", Short: "Write the generated pages of the documentation", Args: cobra.MaximumNArgs(1), Hidden: true,
		Example: "  go run ./cmd/distigen docs        writes ./docs",
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "docs"
			if len(args) > 0 {
				dir = args[0]
			}
			pages := reference.Pages(catalog.All())
			for _, name := range slices.Sorted(maps.Keys(pages)) {
				path := filepath.Join(dir, filepath.FromSlash(name))
				if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
					return fatal(err)
				}
				if err := os.WriteFile(path, []byte(pages[name]), 0o666); err != nil {
					return fatal(err)
				}
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s in %s\n", plural(len(pages), "page"), dir)
			return nil
		},
	}
}
