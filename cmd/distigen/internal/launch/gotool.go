package launch

import (
	"bytes"
	"context"
	"fmt"
	goversion "go/version"
	"os"
	"os/exec"
	"strings"
	"time"
)

// needed is the version of Go that generated programs need.
const needed = "1.26"

// checkGo reports a Go that is missing, or too old to compile or to fetch a newer one.
func checkGo() error {
	path, err := exec.LookPath("go")
	if err != nil {
		return errNoGo
	}
	cmd := exec.Command(path, "env", "GOVERSION", "GOTOOLCHAIN")
	cmd.Dir = os.TempDir() // not of a module, whose go line may want a newer Go
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("the command %s does not work: %w\n%s", path, err, out)
	}
	version, toolchain, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	version, _, _ = strings.Cut(version, " ")
	if goversion.IsValid(version) && goversion.Compare(version, "go"+needed) < 0 &&
		(strings.HasPrefix(toolchain, "local") || goversion.Compare(version, "go1.21") < 0) {
		return fmt.Errorf("%s is %s, and generated programs need Go %s. Install a newer one from https://go.dev/dl%s", path, version, needed,
			toolchainAdvice(version))
	}
	return nil
}

func toolchainAdvice(version string) string {
	if goversion.Compare(version, "go1.21") < 0 {
		return ""
	}
	return ", or let Go fetch it: go env -w GOTOOLCHAIN=auto"
}

// compile builds the program in dir. Packages are compiled with the flags of the Go tool's own, so that what other builds have compiled
// counts; the program is linked without what a debugger needs, which takes a third of the time.
func compile(ctx context.Context, dir, binary string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-ldflags=-s -w", "-o", binary, ".")
	cmd.Cancel = func() error {
		if err := cmd.Process.Signal(os.Interrupt); err != nil { // which not every system knows
			return cmd.Process.Kill()
		}
		return nil
	}
	cmd.WaitDelay = 5 * time.Second
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GO111MODULE=on", "GOOS=", "GOARCH=", "GOFLAGS=")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("the program in %s does not compile: %w\n%s%s", dir, err, out.String(), offline(out.String()))
	}
	return nil
}

// offline is advice for those without a network.
func offline(output string) string {
	for _, sign := range []string{"dial tcp", "no such host", "module lookup disabled", "connection refused", "i/o timeout"} {
		if strings.Contains(output, sign) {
			return "Go could not fetch a module. The first time it needs a network, or a proxy in GOPROXY; " +
				"distigen build --vendor on a machine with one makes a folder that needs none"
		}
	}
	return ""
}
