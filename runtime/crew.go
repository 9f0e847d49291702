package runtime

// crew is goroutines that take rows along, one after the other: a new goroutine for each row would begin with a small stack, and
// grow it on its way down to the network.
type crew struct {
	waiting chan func()
	over    <-chan struct{}
}

func newCrew(over <-chan struct{}) crew { return crew{make(chan func()), over} }

// do runs f in a goroutine of its own.
func (c crew) do(f func()) {
	select {
	case c.waiting <- f:
	default:
		go c.work(f)
	}
}

func (c crew) work(f func()) {
	for {
		f()
		select {
		case f = <-c.waiting:
		case <-c.over:
			return
		}
	}
}
