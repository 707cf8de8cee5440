// Package adversarial tries to look compliant without being so: every file under cases/ is what a supplier could hand in,
// and the verdict that it must get all the same. README.md says how a case is written.
package adversarial

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control/controltest"
)

//go:embed base cases
var texts embed.FS

// Now is when a case is judged that names no other instant.
var Now = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)

// Submission is the form in which a case is handed in.
type Submission string

// Submissions.
const (
	// Snapshot is a cluster as `tilsyn snapshot` writes it; all sources can be read.
	Snapshot Submission = "Snapshot"
	// Manifests are files of a repository.
	Manifests Submission = "Manifests"
	// Text is Manifests with the documents of the case kept letter by letter, for tricks with YAML itself.
	Text Submission = "Text"
)

// Case is one file.
type Case struct {
	Path string
	Header
	Objects []*unstructured.Unstructured
	// Text is what stands after the header.
	Text string
}

// Header is the first document of a case.
type Header struct {
	Kind    string             `json:"kind"`
	Control v1alpha1.ControlID `json:"control"`
	// Attempt says in one sentence how the case tries to look compliant.
	Attempt string      `json:"attempt"`
	Expect  Expectation `json:"expect"`
	// Submitted as: Snapshot unless it says otherwise.
	Submitted Submission `json:"submitted,omitempty"`
	// Without lists objects of the base that are not handed in, as Kind namespace/name.
	Without []string `json:"without,omitempty"`
	// Unreadable lists sources that the judge has no right to read.
	Unreadable []string  `json:"unreadable,omitempty"`
	Now        time.Time `json:"now,omitzero"`
	// Operator is true for a case of the sample that is judged by the operator too.
	Operator bool `json:"operator,omitempty"`
	// Open says why the case is not caught yet. Such a case is counted as missed and asserts nothing else.
	Open string `json:"open,omitempty"`
}

// Expectation is what must come out: a result, or a fault of the input that keeps everything from being judged.
type Expectation struct {
	Verdict v1alpha1.Verdict    `json:"verdict,omitempty"`
	Reason  v1alpha1.ReasonCode `json:"reason,omitempty"`
	// Subject as people write it: Kind namespace/name, or Kind name.
	Subject string `json:"subject,omitempty"`
	// Fault is a part of the message by which the input is refused.
	Fault string `json:"fault,omitempty"`
}

// Load reads the base and the cases, in the order of their paths.
func Load() (base []*unstructured.Unstructured, cases []*Case, err error) {
	err = fs.WalkDir(texts, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		raw, err := texts.ReadFile(file)
		if err != nil {
			return err
		}
		if strings.HasPrefix(file, "base/") {
			objects, err := controltest.Decode(controltest.Split(raw), 1)
			base = append(base, objects...)
			return wrap(file, err)
		}
		c, err := read(file, raw)
		cases = append(cases, c)
		return wrap(file, err)
	})
	return base, cases, err
}

func wrap(file string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", file, err)
}

func read(file string, raw []byte) (*Case, error) {
	c := &Case{Path: file}
	header, rest, _ := bytes.Cut(raw, []byte("\n---\n"))
	if err := yaml.UnmarshalStrict(header, &c.Header); err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	c.Text = string(rest)
	if c.Submitted == "" {
		c.Submitted = Snapshot
	}
	if c.Now.IsZero() {
		c.Now = Now
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.Submitted == Text {
		return c, nil
	}
	var err error
	c.Objects, err = controltest.Decode(controltest.Split(rest), 1)
	return c, err
}

func (c *Case) check() error {
	id, _, _ := strings.Cut(path.Base(c.Path), "_")
	e := c.Expect
	switch {
	case c.Kind != "Case":
		return fmt.Errorf("the first document is of kind %q, not Case", c.Kind)
	case string(c.Control) != id:
		return fmt.Errorf("the file is named after %s and tries %s", id, c.Control)
	case !strings.HasSuffix(c.Attempt, "."):
		return errors.New("attempt is not a sentence with a full stop")
	case !slices.Contains([]Submission{Snapshot, Manifests, Text}, c.Submitted):
		return fmt.Errorf("submitted: %q is none of Snapshot, Manifests, Text", c.Submitted)
	case e.Fault != "" && e != Expectation{Fault: e.Fault}:
		return errors.New("a fault of the input leaves no result")
	case e.Fault == "" && (e.Verdict != v1alpha1.VerdictFail && e.Verdict != v1alpha1.VerdictUnknown):
		return fmt.Errorf("verdict %q: who is caught gets Fail or Unknown", e.Verdict)
	case e.Fault == "" && (e.Reason == "" || e.Subject == ""):
		return errors.New("reason or subject is missing")
	}
	return nil
}

// Name of an object as people write it.
func Name(o *unstructured.Unstructured) string {
	if o.GetNamespace() == "" {
		return o.GetKind() + " " + o.GetName()
	}
	return o.GetKind() + " " + o.GetNamespace() + "/" + o.GetName()
}

// Profile that requires controls, under the name of the default.
func Profile(required ...v1alpha1.ControlID) *unstructured.Unstructured {
	var controls []any
	for _, id := range required {
		controls = append(controls, map[string]any{"control": string(id), "mode": string(v1alpha1.ModeRequired)})
	}
	return &unstructured.Unstructured{Object: map[string]any{"apiVersion": v1alpha1.GroupVersion.String(), "kind": "ControlProfile",
		"metadata": map[string]any{"name": v1alpha1.DefaultProfileName}, "spec": map[string]any{"controls": controls}}}
}

// Over gives the objects that are handed in: those of the base, changed by those of the case. An object that the base has
// too is merged over it as JSON merge patches are (RFC 7386: null takes a field away).
func (c *Case) Over(base []*unstructured.Unstructured) ([]*unstructured.Unstructured, error) {
	left := slices.Clone(c.Without)
	var out []*unstructured.Unstructured
	for _, o := range base {
		if i := slices.Index(left, Name(o)); i >= 0 {
			left = slices.Delete(left, i, i+1)
			continue
		}
		out = append(out, o)
	}
	if len(left) > 0 {
		return nil, fmt.Errorf("without: the base has no %s", strings.Join(left, ", "))
	}
	for _, o := range c.Objects {
		i := slices.IndexFunc(out, func(b *unstructured.Unstructured) bool {
			return b.GroupVersionKind().GroupKind() == o.GroupVersionKind().GroupKind() && b.GetNamespace() == o.GetNamespace() && b.GetName() == o.GetName()
		})
		if i < 0 {
			out = append(out, withoutNulls(o))
			continue
		}
		out[i] = &unstructured.Unstructured{Object: merge(out[i].DeepCopy().Object, o.Object)}
	}
	return out, nil
}

func withoutNulls(o *unstructured.Unstructured) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: merge(map[string]any{}, o.Object)}
}

func merge(into, from map[string]any) map[string]any {
	for key, value := range from {
		switch v := value.(type) {
		case nil:
			delete(into, key)
		case map[string]any:
			below, ok := into[key].(map[string]any)
			if !ok {
				below = map[string]any{}
			}
			into[key] = merge(below, v)
		default:
			into[key] = v
		}
	}
	return into
}

// lines writes objects as JSON, one document each, which YAML is too.
func lines(objects []*unstructured.Unstructured) ([]byte, error) {
	var b bytes.Buffer
	for _, o := range objects {
		raw, err := json.Marshal(o.Object)
		if err != nil {
			return nil, err
		}
		b.WriteString("---\n")
		b.Write(raw)
		b.WriteByte('\n')
	}
	return b.Bytes(), nil
}
