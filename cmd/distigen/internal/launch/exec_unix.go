//go:build unix

package launch

import (
	"fmt"
	"os"
	"syscall"
)

// Run has the program take the place of this process, so that input, output, signals and the exit code are its own. It
// returns only if that fails.
func Run(binary string, args []string) (code int, err error) {
	err = syscall.Exec(binary, append([]string{binary}, args...), os.Environ())
	return 0, fmt.Errorf("the program %s does not start: %w", binary, err)
}
