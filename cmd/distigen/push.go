package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/distigen/distigen/runtime"
	"github.com/distigen/distigen/runtime/hub"
	"github.com/distigen/distigen/runtime/publish"
)

// pushFlags say where a folder is pushed.
type pushFlags struct {
	repo, revision, license, dataset, config string
	private, simulated, quiet                bool
}

func newPush() *cobra.Command {
	var flags pushFlags
	cmd := &cobra.Command{
		Use: "push [FOLDER]", Short: "Push datasets to the Hugging Face Hub", Args: cobra.MaximumNArgs(1),
		Long: `Pushes the datasets of a finished run to the Hugging Face Hub. FOLDER is the output folder of the run, ./out if it is left out, or
the folder of one dataset. They go where the hub blocks of the pipeline say, or where --repo says.

The repository and the branch are made if they are not there. All files go in one commit. What the Hub has already is not sent
again: after a push that was stopped, by whatever, the same command goes on.

The token is read from HF_TOKEN, or from where hf auth login has put it; HF_ENDPOINT names another Hub.`,
		Example: `  distigen push                                where the pipeline says
  distigen push maths-1 --repo acme/maths
  distigen push out/datasets/default --repo acme/maths --private=false --license apache-2.0
  distigen push out/datasets/extra --repo acme/maths --config extra`,
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "out"
			if len(args) > 0 {
				dir = args[0]
			}
			return flags.push(cmd, dir)
		},
	}
	f := cmd.Flags()
	f.StringVar(&flags.repo, "repo", "", "the `REPOSITORY`, NAMESPACE/NAME, in the place of what the pipeline says")
	f.StringVar(&flags.revision, "revision", "", "the `BRANCH` (default: main)")
	f.StringVar(&flags.license, "license", "", "the licence on the card, by the Hub's `NAME` for it")
	f.StringVar(&flags.dataset, "dataset", "", "only the dataset of that `NAME`")
	f.StringVar(&flags.config, "config", "", "push the folder of one dataset as this `CONFIG` of the repository, beside others")
	f.BoolVar(&flags.private, "private", false, "a new repository is private unless this is false; true refuses one that is public")
	f.BoolVar(&flags.simulated, "push-simulated", false, "push them also where they are simulated")
	f.BoolVar(&flags.quiet, "quiet", false, "show no progress")
	return cmd
}

func (f pushFlags) push(cmd *cobra.Command, dir string) error {
	if f.repo == "" && (f.revision != "" || f.license != "" || f.config != "" || cmd.Flags().Changed("private")) {
		return failure{exitUsage, errors.New("--revision, --license, --config and --private are of the repository that --repo names. Add it, or change the hub block of the pipeline")}
	}
	for name, err := range map[string]error{"--repo": checkIf(f.repo, hub.CheckID), "--revision": checkIf(f.revision, hub.CheckRevision)} {
		if err != nil {
			return failure{exitUsage, fmt.Errorf("%s cannot be that: %w", name, err)}
		}
	}
	to := publish.Repo{ID: f.repo, Revision: f.revision, License: f.license}
	if cmd.Flags().Changed("private") {
		to.Private = &f.private
	}
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(interrupts)
	o := runtime.PushOptions{Simulated: f.simulated, Quiet: f.quiet, Stdout: cmd.OutOrStdout(), Stderr: cmd.ErrOrStderr(), Interrupts: interrupts}
	if _, err := os.Stat(filepath.Join(dir, "run.json")); err == nil {
		return f.pushRun(dir, to, o)
	}
	return f.pushFolder(dir, to, o)
}

func checkIf(text string, check func(string) error) error {
	if text == "" {
		return nil
	}
	return check(text)
}

// pushRun pushes the datasets of a run.
func (f pushFlags) pushRun(dir string, to publish.Repo, o runtime.PushOptions) error {
	if f.config != "" {
		return failure{exitUsage, fmt.Errorf("--config is for the folder of one dataset, such as %s", filepath.Join(dir, "datasets", "NAME"))}
	}
	code, err := runtime.PushRun(func(targets []runtime.Pushed, names []string) (runtime.Hub, error) {
		all := publish.From(targets)
		if f.repo != "" {
			all = nil
			for _, name := range names {
				one := to
				one.Dataset = name
				all = append(all, one)
			}
		}
		return f.only(all, names)
	}, dir, o)
	if err != nil || code != exitFine {
		return failure{code, err}
	}
	return nil
}

// only are the repositories of the dataset that was asked for.
func (f pushFlags) only(all publish.Repos, names []string) (runtime.Hub, error) {
	if len(all) == 0 {
		return nil, errors.New("the pipeline has no hub block that is on, and --repo is not given. Name the place: --repo NAMESPACE/NAME")
	}
	if f.dataset == "" {
		return all, nil
	}
	for _, r := range all {
		if r.Dataset == f.dataset {
			return publish.Repos{r}, nil
		}
	}
	return nil, runtime.UnknownDataset(f.dataset, names)
}

// pushFolder pushes the folder of one dataset.
func (f pushFlags) pushFolder(dir string, to publish.Repo, o runtime.PushOptions) error {
	switch info, err := os.Stat(dir); {
	case err != nil || !info.IsDir():
		return failure{exitUsage, fmt.Errorf("there is no folder %s. Name the output folder of a run, or the folder of a dataset", dir)}
	case f.repo == "":
		return failure{exitUsage, fmt.Errorf("the folder %s holds no run, and --repo is not given. Name the output folder of a run, or the place: --repo NAMESPACE/NAME", dir)}
	case f.dataset != "":
		return failure{exitUsage, errors.New("--dataset is for the output folder of a run. Name the folder of the dataset alone")}
	case strings.ContainsAny(f.config, `/\ `):
		return failure{exitUsage, fmt.Errorf("--config %q cannot be the name of a config. It is made of letters, digits, hyphens, underscores and dots", f.config)}
	}
	code, err := runtime.PushFolder(dir, o, func(ctx context.Context, from runtime.PushFrom) error {
		return publish.Folder(ctx, dir, f.config, to, from)
	})
	if err != nil || code != exitFine {
		return failure{code, err}
	}
	return nil
}
