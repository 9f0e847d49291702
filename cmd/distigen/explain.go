package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/distigen/distigen/hclspec/diag"
)

func newExplain() *cobra.Command {
	return &cobra.Command{
		Use: "explain [CODE]", Short: "Explain the code of a mistake", Args: cobra.MaximumNArgs(1),
		Long: `Says what a code means, with a pipeline that has the mistake and one that is right. Without a code, all are listed. A test
of distigen checks that every example gives its code.`,
		Example: `  distigen explain
  distigen explain DG401`,
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			var all []string
			for _, code := range diag.Codes() {
				all = append(all, cobra.CompletionWithDesc(string(code), title(code)))
			}
			return all, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				for _, code := range diag.Codes() {
					fmt.Fprintf(cmd.OutOrStdout(), "%s  %s\n", code, title(code))
				}
				return nil
			}
			e, ok := diag.Explain(diag.Code(args[0]))
			if !ok {
				return unknown("code", args[0], codeNames(), "distigen explain lists all codes")
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s: %s", e.Code, strings.TrimPrefix(e.Text, "# "))
			return nil
		},
	}
}

func title(code diag.Code) string {
	e, _ := diag.Explain(code)
	return e.Title
}

func codeNames() (names []string) {
	for _, code := range diag.Codes() {
		names = append(names, string(code))
	}
	return names
}

// unknown is the failure of a name that there is not, with the nearest one.
func unknown(kind, name string, names []string, way string) error {
	err := fmt.Errorf("there is no %s %s.%s %s", kind, name, diag.DidYouMean(name, names), sentence(way))
	if i := slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(n, name) }); i >= 0 {
		err = fmt.Errorf("there is no %s %s; it is written %s", kind, name, names[i])
	}
	return failure{exitUsage, err}
}
