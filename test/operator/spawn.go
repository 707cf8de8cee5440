package operator

import (
	"os/exec"
	"runtime"
)

// start starts a command from an OS thread that lives as long as the child: on Linux the signal that a child gets at its
// parent's death is in truth sent at the death of the thread that made it. done is closed after the child's end.
func start(cmd *exec.Cmd, done chan<- struct{}, result *error) error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			*result = cmd.Wait()
			close(done)
		}
	}()
	return <-started
}
