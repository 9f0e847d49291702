package runtime

import (
	"fmt"
	"time"

	"github.com/distigen/distigen/runtime/journal"
)

// patience is how long to wait for room on a full disk.
const patience = 2 * time.Minute

// withRoom does what writes. While the disk is full it says so and waits, since what is to be written is paid for.
func (w *work) withRoom(do func() error) error {
	began := time.Now()
	for told := false; ; told = true {
		err := do()
		if err == nil || !journal.NoRoom(err) || time.Since(began) > patience {
			if told && err == nil {
				fmt.Fprintln(w.stderr, "There is room again.")
			}
			return err
		}
		if !told {
			fmt.Fprintf(w.stderr, "The results cannot be written: %s. Make room; they are written then.\n", printable(err.Error()))
		}
		time.Sleep(time.Second / 2)
	}
}
