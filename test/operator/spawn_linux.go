package operator

import "syscall"

// childAttributes makes a child die with its parent, and keeps it out of the terminal's process group, so that Ctrl-C
// reaches only the parent, which then stops its children in order.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
