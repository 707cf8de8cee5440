package controlplane

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// envOrphan makes the test binary a program that starts a control plane, says what it started, and waits to be killed.
const envOrphan = "CONTROLPLANE_TEST_ORPHAN"

type orphan struct {
	Dir  string
	PIDs []int
}

func TestMain(m *testing.M) {
	if os.Getenv(envOrphan) == "" {
		os.Exit(m.Run())
	}
	cp, err := Start(context.Background(), Options{ControllerManager: true, Scheduler: true})
	if err != nil {
		panic(err)
	}
	o := orphan{Dir: cp.dir}
	for _, p := range cp.processes {
		o.PIDs = append(o.PIDs, p.cmd.Process.Pid)
	}
	if err := json.NewEncoder(os.Stdout).Encode(o); err != nil {
		panic(err)
	}
	<-cp.Done()
}

func TestAKilledParentTakesItsControlPlaneAlong(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	parent := exec.CommandContext(t.Context(), exe)
	parent.Env = append(os.Environ(), envOrphan+"=1")
	parent.Stderr = os.Stderr
	stdout, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	var o orphan
	if err := json.NewDecoder(stdout).Decode(&o); err != nil {
		t.Fatal(err)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait() // killed, by us
	if len(o.PIDs) != 4 || o.Dir == "" {
		t.Fatalf("the helper started %+v, want four processes and a directory", o)
	}
	eventually(t, "every process is gone", func(context.Context) (bool, error) {
		return !slices.ContainsFunc(o.PIDs, alive), nil
	})
	eventually(t, "the directory is gone", func(context.Context) (bool, error) { return gone(o.Dir), nil })
}

// alive is false for a process that has ended but that nobody has waited for: in a container its heir may never do so.
func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, state, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(state, "Z")
}
