package controlplane

import (
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
)

// process is one running child. Its exit is seen through done; err is valid once done is closed.
type process struct {
	name string
	cmd  *exec.Cmd
	out  *tail
	done chan struct{}
	err  error
}

// spawner starts processes from one OS thread that lives as long as they do: on Linux the signal that a child gets at
// its parent's death is in truth sent at the death of the thread that made it.
type spawner struct {
	work chan func()
	log  io.Writer
}

func newSpawner(log io.Writer) *spawner {
	s := &spawner{work: make(chan func()), log: log}
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		for f := range s.work {
			f()
		}
	}()
	return s
}

// close ends the thread; every process must have ended before.
func (s *spawner) close() { close(s.work) }

func (s *spawner) start(path string, args []string) (*process, error) {
	p := &process{name: filepath.Base(path), cmd: exec.Command(path, args...), out: &tail{next: s.log}, done: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr, p.cmd.SysProcAttr = p.out, p.out, childAttributes()
	started := make(chan error)
	s.work <- func() { started <- p.cmd.Start() }
	if err := <-started; err != nil {
		return nil, fmt.Errorf("control plane: starting %s: %w", p.name, err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	return p, nil
}

// kill ends the process at once and waits for it. All state is thrown away, so there is nothing to end gently for; a
// terminated API server would drain its watches for up to a minute first.
func (p *process) kill() error {
	err := p.cmd.Process.Kill()
	<-p.done
	if err != nil && p.cmd.ProcessState == nil {
		return fmt.Errorf("control plane: killing %s: %w", p.name, err)
	}
	return nil
}

// died describes an exit that nobody asked for, with the last lines that the process wrote.
func (p *process) died() error {
	return fmt.Errorf("control plane: %s ended by itself (%v), its last lines:\n%s", p.name, p.cmd.ProcessState, p.out.lines(15))
}

// tail keeps the end of what is written to it and hands everything on to next, if there is one.
type tail struct {
	mu   sync.Mutex
	kept []byte
	next io.Writer
}

const tailBytes = 16 << 10

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, b...)
	if extra := len(t.kept) - tailBytes; extra > tailBytes {
		t.kept = append(t.kept[:0], t.kept[extra:]...)
	}
	if t.next != nil {
		return t.next.Write(b)
	}
	return len(b), nil
}

// lines returns the last n lines.
func (t *tail) lines(n int) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := strings.Split(strings.TrimRight(string(t.kept), "\n"), "\n")
	return strings.Join(all[max(0, len(all)-n):], "\n")
}

// lock serialises the writes of several processes.
type lock struct {
	mu   sync.Mutex
	next io.Writer
}

func (l *lock) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.next.Write(b)
}

// janitor removes dir when this process has gone without doing so itself (a test that ran into its timeout, a kill):
// its standard input ends at our death. It is a process group of its own, so that Ctrl-C reaches only us.
func startJanitor(dir string) (stop func() error, err error) {
	cmd := exec.Command("sh", "-c", `cat >/dev/null; rm -rf -- "$1" || { sleep 1; rm -rf -- "$1"; }`, "sh", dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("control plane: starting its janitor: %w", err)
	}
	return func() error {
		if err := stdin.Close(); err != nil {
			return err
		}
		return cmd.Wait()
	}, nil
}
