package adversarial

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/catalog"
	"github.com/tilsyn-dev/tilsyn/internal/cli"
	"github.com/tilsyn-dev/tilsyn/internal/cli/program"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
)

// verdict is what the tests read of a result.
type verdict struct {
	Control   v1alpha1.ControlID  `json:"control"`
	Verdict   v1alpha1.Verdict    `json:"verdict"`
	Reason    v1alpha1.ReasonCode `json:"reason"`
	Subject   subject             `json:"subject"`
	Field     string              `json:"field"`
	Message   string              `json:"message"`
	Exception string              `json:"exception"`
}

type subject struct{ Kind, Namespace, Name string }

func (s subject) String() string {
	if s.Namespace == "" {
		return s.Kind + " " + s.Name
	}
	return s.Kind + " " + s.Namespace + "/" + s.Name
}

func (v verdict) String() string {
	return fmt.Sprintf("%s %s %s %s: %s", v.Control, v.Verdict, v.Reason, v.Subject, v.Message)
}

// outcome is the JSON that the program prints.
type outcome struct {
	Results []verdict `json:"results"`
	Errors  []struct {
		Message string `json:"message"`
	} `json:"errors"`
	Outcome struct {
		ExitCode int `json:"exitCode"`
	} `json:"outcome"`
}

func (o outcome) of(id v1alpha1.ControlID) []verdict {
	return slices.DeleteFunc(slices.Clone(o.Results), func(v verdict) bool { return v.Control != id })
}

func (e Expectation) met(o outcome, id v1alpha1.ControlID) bool {
	if e.Fault != "" {
		return slices.ContainsFunc(o.Errors, func(f struct {
			Message string `json:"message"`
		}) bool {
			return strings.Contains(f.Message, e.Fault)
		})
	}
	return slices.ContainsFunc(o.Results, func(v verdict) bool {
		return v.Control == id && v.Verdict == e.Verdict && v.Reason == e.Reason && v.Subject.String() == e.Subject && v.Exception == ""
	})
}

func allControls() (out []v1alpha1.ControlID) {
	for _, c := range catalog.All() {
		out = append(out, c.ID)
	}
	return out
}

// submission writes what is handed in to files and gives the arguments that check them.
func (c *Case) submission(dir string, base []*unstructured.Unstructured) ([]string, error) {
	objects, err := c.Over(base)
	if err != nil {
		return nil, err
	}
	if p := Profile(allControls()...); !slices.ContainsFunc(objects, func(o *unstructured.Unstructured) bool { return Name(o) == Name(p) }) {
		objects = append(objects, p)
	}
	text, err := lines(objects)
	if err != nil {
		return nil, err
	}
	path, args := filepath.Join(dir, "base.yaml"), []string{"-f"}
	switch c.Submitted {
	case Snapshot:
		args[0] = "--snapshot"
		header, err := header(c, objects)
		if err != nil {
			return nil, err
		}
		text = append(header, text...)
	case Text:
		second := filepath.Join(dir, "case.yaml")
		if err := os.WriteFile(second, []byte(c.Text), 0o600); err != nil {
			return nil, err
		}
		args = []string{"-f", second, "-f"}
	}
	return append(args, path), os.WriteFile(path, text, 0o600)
}

// header of a snapshot in which every source was read but those the case says cannot be; kinds of extensions of which the
// submission holds nothing are not installed.
func header(c *Case, objects []*unstructured.Unstructured) ([]byte, error) {
	var entries []files.SourceEntry
	for _, kind := range gather.Kinds() {
		e := files.SourceEntry{Source: kind.SourceID(), Condition: facts.SourceSynced}
		installed := !kind.Optional || kind.GVK.Group == v1alpha1.GroupVersion.Group
		for _, o := range objects {
			installed = installed || o.GroupVersionKind().Group == kind.GVK.Group
			if o.GroupVersionKind().GroupKind() == kind.GVK.GroupKind() {
				e.Objects++
			}
		}
		switch {
		case slices.Contains(c.Unreadable, string(e.Source)):
			e = files.SourceEntry{Source: e.Source, Condition: facts.SourceUnreadable, Reason: facts.ReasonForbidden, Message: "the right to list is missing"}
		case !installed:
			e.Condition = facts.SourceAbsent
		}
		entries = append(entries, e)
	}
	raw, err := json.Marshal(struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
		files.Header
	}{v1alpha1.GroupVersion.String(), "Snapshot", files.Header{TakenAt: c.Now, KubernetesVersion: "v1.35.4", Sources: entries}})
	return append(raw, '\n'), err
}

// judge runs tilsyn check on a case as a supplier's pipeline would.
func judge(t *testing.T, c *Case, base []*unstructured.Unstructured) outcome {
	t.Helper()
	args, err := c.submission(t.TempDir(), base)
	if err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	p := &program.Program{Controls: catalog.All(), Version: "v0.0.0-test", Now: func() time.Time { return c.Now }, In: strings.NewReader(""), Out: &out, Err: &errs}
	args = append([]string{"tilsyn", "check", "-o", "json", "--show", "all", "--at", c.Now.Format("2006-01-02T15:04:05Z07:00")}, args...)
	code := cli.Run(t.Context(), p, args)
	var o outcome
	if err := json.Unmarshal(out.Bytes(), &o); err != nil {
		t.Fatalf("exit code %d, %v: %s%s", code, err, out.String(), errs.String())
	}
	if c.Expect.Fault == "" {
		for _, e := range o.Errors {
			t.Errorf("input: %s", e.Message)
		}
	}
	return o
}

// TestTheBaseIsInOrder: what every case changes passes, or a case would be caught for something else.
func TestTheBaseIsInOrder(t *testing.T) {
	base, _, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range judge(t, untouched(Snapshot), base).Results {
		if v.Verdict == v1alpha1.VerdictFail || v.Verdict == v1alpha1.VerdictUnknown {
			t.Errorf("%v", v)
		}
	}
}

func untouched(s Submission) *Case { return &Case{Header: Header{Submitted: s, Now: Now}} }

// TestNobodyLooksCompliantWithoutBeingSo runs the corpus. A case is caught if the result it names comes out, and does not
// come out of the base.
func TestNobodyLooksCompliantWithoutBeingSo(t *testing.T) {
	base, cases, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	before := map[Submission]outcome{}
	for _, s := range []Submission{Snapshot, Manifests, Text} {
		before[s] = judge(t, untouched(s), base)
	}
	var mu sync.Mutex
	caught, missed := 0, []string{}
	workers := make(chan struct{}, runtime.GOMAXPROCS(0))
	t.Run("cases", func(t *testing.T) {
		for _, c := range cases {
			t.Run(strings.TrimSuffix(filepath.Base(c.Path), ".yaml"), func(t *testing.T) {
				t.Parallel()
				workers <- struct{}{}
				defer func() { <-workers }()
				if c.Expect.met(before[c.Submitted], c.Control) {
					t.Fatal("the base says the same without the trick")
				}
				after := judge(t, c, base)
				met := c.Expect.met(after, c.Control)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case met && c.Open != "":
					t.Error("the case is caught now; take its line open away")
				case met:
					caught++
				case c.Open != "":
					missed = append(missed, fmt.Sprintf("%s: %s", c.Path, c.Open))
					t.Skipf("open: %s", c.Open)
				default:
					missed = append(missed, c.Path)
					t.Errorf("%s\nwant %v, got %v %v", c.Attempt, c.Expect, after.of(c.Control), after.Errors)
				}
			})
		}
	})
	fmt.Printf("adversarial corpus: caught %d of %d\n", caught, len(cases))
	for _, m := range slices.Sorted(slices.Values(missed)) {
		fmt.Printf("  not caught: %s\n", m)
	}
}

// TestEveryControlIsTried at least three times.
func TestEveryControlIsTried(t *testing.T) {
	_, cases, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	tried := map[v1alpha1.ControlID]int{}
	for _, c := range catalog.All() {
		tried[c.ID] = 0
	}
	for _, c := range cases {
		if _, ok := tried[c.Control]; !ok {
			t.Errorf("%s tries %s, which is no control", c.Path, c.Control)
		}
		tried[c.Control]++
	}
	for _, id := range slices.Sorted(maps.Keys(tried)) {
		if tried[id] < 3 {
			t.Errorf("%s is tried %d times, want 3", id, tried[id])
		}
	}
	if len(cases) < 200 {
		t.Errorf("%d cases, want 200", len(cases))
	}
}
