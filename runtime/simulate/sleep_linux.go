package simulate

import (
	"syscall"
	"time"
)

// timersLate is by how much the timers of Go come late, at most: they count in milliseconds while nothing else goes on. A
// latency that is asked for is to be that, so its end is slept by the system's clock.
const timersLate = 1500 * time.Microsecond

func sleepUntil(t time.Time) {
	if d := time.Until(t); d > 0 {
		ts := syscall.NsecToTimespec(int64(d))
		syscall.Nanosleep(&ts, nil) // a signal may end it early, which matters less than a loop
	}
}
