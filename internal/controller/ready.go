package controller

import (
	"errors"
	"net/http"
	"sync/atomic"
)

// ready makes the manager ready when the sources are read, or known not to be readable, and the leader when it has
// evaluated besides. A standby has nothing to evaluate. Kinds that appear later do not make it unready again.
func (op *operator) ready() error {
	var settled atomic.Bool
	return op.manager.AddReadyzCheck("evaluated", func(*http.Request) error {
		if !settled.Load() && !op.gatherer.Settled() {
			return errors.New("sources of evidence are being read")
		}
		settled.Store(true)
		select {
		case <-op.manager.Elected():
			if op.loop.snapshot() == nil {
				return errors.New("nothing has been evaluated yet")
			}
		default:
		}
		return nil
	})
}
