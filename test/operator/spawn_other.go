//go:build !linux

package operator

import "syscall"

// childAttributes keeps a child out of the terminal's process group. Only Linux can tie its life to its parent's.
func childAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
