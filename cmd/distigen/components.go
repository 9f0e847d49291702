package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/distigen/distigen/cmd/distigen/internal/reference"
	"github.com/distigen/distigen/runtime/catalog"
	"github.com/distigen/distigen/runtime/component"
)

func newComponents() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "components [NAME|KIND]", Short: "List the components, or describe one", Args: cobra.MaximumNArgs(1),
		Long: `A component is what a step does: step "COMPONENT" "NAME". Without a name all are listed, and with a kind those of
the kind. With a name, its columns, arguments and an example are shown. What distilabel calls it is understood as well. With --json, a JSON schema of the arguments is
among the rest.`,
		Example: `  distigen components
  distigen components judging         those that have a model judge
  distigen components ultra_feedback
  distigen components UltraFeedback
  distigen components task            what every task takes; model: what a model block takes
  distigen components --json self_instruct | jq .arguments`,
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			var all []string
			for _, c := range catalog.All() {
				all = append(all, cobra.CompletionWithDesc(c.Name, c.Summary))
			}
			return all, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			all := catalog.All()
			if len(args) == 0 {
				return listComponents(cmd.OutOrStdout(), all, asJSON)
			}
			if of := reference.OfKind(all, args[0]); len(of) > 0 {
				return listComponents(cmd.OutOrStdout(), of, asJSON)
			}
			c, ok := reference.Find(all, args[0])
			page, shared := reference.Pages(all)["components/"+args[0]+".md"]
			switch {
			case !ok && shared && !asJSON: // task and model
				_, text, _ := strings.Cut(page, "-->\n\n")
				_, err := fmt.Fprint(cmd.OutOrStdout(), text)
				return fatal(err)
			case !ok:
				return unknown("component", args[0], reference.Names(all), "distigen components lists all")
			case asJSON:
				return printJSON(cmd.OutOrStdout(), reference.Describe(c))
			}
			return fatal(reference.Describe(c).WriteText(cmd.OutOrStdout()))
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return cmd
}

func listComponents(w io.Writer, all []component.Component, asJSON bool) error {
	if asJSON {
		var views []reference.Component
		for _, c := range all {
			views = append(views, reference.Describe(c))
		}
		return printJSON(w, views)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "COMPONENT\tKIND\tWHAT IT MAKES")
	for _, c := range all {
		fmt.Fprintf(t, "%s\t%s\t%s\n", c.Name, c.Category, c.Summary)
	}
	return fatal(t.Flush())
}
