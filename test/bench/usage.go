package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// usage of a process that has ended.
type usage struct {
	Wall, CPU time.Duration
	Peak      int64 // bytes of resident memory, at most
	Exit      int
}

// measured is the hidden first argument with which this program runs another one and reports what it used.
const measured = "run-measured"

// measure runs a command to its end. It is run by a fresh process of this program: Linux counts into the memory of a child
// what its parent had when it started it, and this one is large.
func measure(ctx context.Context, command ...string) (usage, error) {
	self, err := os.Executable()
	if err != nil {
		return usage{}, err
	}
	cmd := exec.CommandContext(ctx, self, append([]string{measured}, command...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return usage{}, fmt.Errorf("%v: %w: %s", command, err, stderr.String())
	}
	var u usage
	if err := json.Unmarshal(out, &u); err != nil {
		return u, err
	}
	if u.Exit != 0 && u.Exit != 1 { // 1: something required failed, as it should
		return u, fmt.Errorf("%v ends with %d: %s", command, u.Exit, stderr.String())
	}
	return u, nil
}

// runMeasured is what the fresh process does.
func runMeasured(command []string) error {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stderr = os.Stderr
	began := time.Now()
	err := cmd.Run()
	if cmd.ProcessState == nil {
		return err
	}
	u := usage{Wall: time.Since(began), CPU: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), Exit: cmd.ProcessState.ExitCode()}
	if r, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		u.Peak = r.Maxrss * 1024 // Linux counts in KiB
	}
	return json.NewEncoder(os.Stdout).Encode(u)
}

// ownCPU is what this process has used so far.
func ownCPU() (time.Duration, error) {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0, err
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano()), nil
}

// resident reads how much memory a running process has now and had at most, in bytes.
func resident(pid int) (now, peak int64, err error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(data)) {
		fields := strings.Fields(line)
		if len(fields) != 3 || fields[2] != "kB" {
			continue
		}
		n, err := strconv.ParseInt(fields[1], 10, 64)
		if err != nil {
			return 0, 0, err
		}
		switch fields[0] {
		case "VmRSS:":
			now = n * 1024
		case "VmHWM:":
			peak = n * 1024
		}
	}
	return now, peak, nil
}

// processCPU is what a running process has used so far.
func processCPU(pid int) (time.Duration, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	// The name, in brackets, may hold blanks; utime and stime are the 12th and 13th field after it, in hundredths of a second.
	_, rest, _ := strings.Cut(string(data), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0, fmt.Errorf("/proc/%d/stat has %d fields", pid, len(fields))
	}
	user, err1 := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	if err1 != nil || err2 != nil {
		return 0, fmt.Errorf("/proc/%d/stat: %w", pid, errors.Join(err1, err2))
	}
	return time.Duration(user+system) * 10 * time.Millisecond, nil
}

// cost is what the processors of this process spent on something, which does not depend on what else the machine does, and
// how long it took.
type cost struct{ cpu, wall time.Duration }

func costOf(do func() error) (c cost, err error) {
	before, err := ownCPU()
	if err != nil {
		return cost{}, err
	}
	began := time.Now()
	if err := do(); err != nil {
		return cost{}, err
	}
	c.wall = time.Since(began)
	after, err := ownCPU()
	c.cpu = after - before
	return c, err
}
