//go:build !unix

package launch

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
)

// Run runs the program with this process's input and output, and returns its exit code. Interrupts reach it by the
// console that both are on.
func Run(binary string, args []string) (code int, err error) {
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)
	cmd := exec.Command(binary, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	exit := (*exec.ExitError)(nil)
	if err = cmd.Run(); errors.As(err, &exit) {
		return exit.ExitCode(), nil
	}
	if err != nil {
		err = fmt.Errorf("the program %s does not start: %w", binary, err)
	}
	return 0, err
}
