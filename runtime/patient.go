package runtime

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/distigen/distigen/runtime/component"
)

// patient tries again what a sink could not do and may do later.
type patient struct {
	step     string
	patience time.Duration // with failures when nothing else is left to do
	first    time.Duration // pause before the second try, which doubles
	engine   *engine
	tell     func(string)
	over     chan struct{} // closed when nothing else is left to do
}

const (
	firstRetry = time.Second
	longRetry  = 30 * time.Second
	tellAfter  = 3 // tries
)

func (p *patient) ended() bool {
	select {
	case <-p.over:
		return true
	default:
		return false
	}
}

// persist does something again for as long as its failure may pass. While rows are being made that is without end; after the
// last one, for as long as there is patience.
func (p *patient) persist(ctx context.Context, do func(context.Context) error) error {
	var vain time.Time // when it began to be tried with nothing else to do
	for try := 1; ; try++ {
		err := do(ctx)
		later := (*component.Later)(nil)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case !errors.As(err, &later):
			if try > tellAfter && err == nil {
				p.engine.log.Info("sink is there again", "step", p.step)
				p.tell(fmt.Sprintf("Step %s sends again.", p.step))
			}
			return err
		}
		p.engine.stats.retried(p.step)
		p.engine.log.Warn("sink failed, to be tried again", "step", p.step, "try", try, "error", err)
		if try == tellAfter {
			p.tell(fmt.Sprintf("Step %s waits: %s It is tried again.", p.step, sentence(err.Error())))
		}
		pause := max(min(p.first<<min(try-1, 10), longRetry), later.After)
		ended := p.ended()
		if ended {
			if vain.IsZero() {
				vain = time.Now()
			}
			left := p.patience - time.Since(vain)
			if left <= 0 || later.After > left {
				return err
			}
			pause = min(pause, left)
		}
		if err := p.pause(ctx, pause, ended); err != nil {
			return err
		}
	}
}

// pause waits. When the last row has come since ended was looked at, the next try is at once.
func (p *patient) pause(ctx context.Context, d time.Duration, ended bool) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	over := p.over
	if ended {
		over = nil
	}
	select {
	case <-timer.C:
	case <-over:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}
