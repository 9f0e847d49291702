package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/distigen/distigen/runtime/models"
)

func newModels() *cobra.Command {
	var asJSON, all bool
	cmd := &cobra.Command{
		Use: "models [TEXT]", Short: "List Mistral's models, with price, context and retirement", Args: cobra.MaximumNArgs(1),
		Long: `Lists the models that distigen knows of Mistral's API, as of August 2026: the names that the API takes, context in tokens,
price in USD per million tokens, and what takes the place of a model that is retired or soon will be. Retired ones are
shown with --all, or if their name holds TEXT.`,
		Example: `  distigen models
  distigen models small
  distigen models open-mistral-7b
  distigen models --all --json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			found := chosen(strings.ToLower(strings.Join(args, "")), all, time.Now())
			switch {
			case asJSON:
				return printJSON(cmd.OutOrStdout(), found)
			case len(found) == 0:
				return failure{exitUsage, fmt.Errorf("no model's name holds %q. Run distigen models to list all. A server of your own "+
					"(provider = \"openai\") may know it all the same", args[0])}
			}
			return fatal(listModels(cmd.OutOrStdout(), found))
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	cmd.Flags().BoolVar(&all, "all", false, "list retired models, too")
	return cmd
}

// listed is a model with how it stands today.
type listed struct {
	Standing string `json:"standing"` // living, deprecated, retired
	Instead  string `json:"instead,omitempty"`
	models.Model
}

func chosen(text string, all bool, now time.Time) []listed {
	found := []listed{}
	for _, m := range models.All() {
		if m.APINames = current(m); len(m.APINames) == 0 {
			continue
		}
		l := listed{Standing: "living", Model: m}
		switch {
		case m.IsRetired(now):
			l.Standing = "retired"
		case m.Deprecated != "" || m.Retired != "":
			l.Standing = "deprecated"
		}
		if l.Standing != "living" {
			l.Instead = models.Replacement(m.APINames[0], now)
		}
		if l.Standing == "retired" && text == "" && !all {
			continue
		}
		if strings.Contains(strings.ToLower(m.Name+" "+strings.Join(m.APINames, " ")), text) {
			found = append(found, l)
		}
	}
	rank := map[string]int{"living": 0, "deprecated": 1, "retired": 2}
	slices.SortStableFunc(found, func(a, b listed) int { return rank[a.Standing] - rank[b.Standing] })
	return found
}

// current are the API names that still mean this model, and not a later version of it.
func current(m models.Model) (names []string) {
	for _, name := range m.APINames {
		if owner, _ := models.Lookup(name); owner.Name == m.Name && owner.Released == m.Released {
			names = append(names, name)
		}
	}
	return names
}

func listModels(w io.Writer, found []listed) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "API NAMES\tSTANDING\tCONTEXT\tUSD IN\tUSD OUT\tRETIRED\tINSTEAD")
	for _, m := range found {
		fmt.Fprintf(t, "%s\t%s\t%d\t%s\t%s\t%s\t%s\n", strings.Join(m.APINames, ", "), m.Standing, m.Context, price(m.USDIn), price(m.USDOut),
			dash(m.Retired), dash(m.Instead))
	}
	return t.Flush()
}

func price(p *float64) string {
	if p == nil {
		return "-"
	}
	return fmt.Sprintf("%.2f", *p)
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
