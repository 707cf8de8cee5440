package operator

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/test/adversarial"
)

// TestTheOperatorIsNotFooledEither applies a sample of the adversarial corpus, all of it to one cluster, and waits until the
// operator says of each case what the command line says. Extensions that the API server lacks are left out, and so are pods:
// nothing here runs them.
func TestTheOperatorIsNotFooledEither(t *testing.T) {
	objects, cases, err := adversarial.Load()
	if err != nil {
		t.Fatal(err)
	}
	cases = slices.DeleteFunc(cases, func(c *adversarial.Case) bool { return !c.Operator })
	if len(cases) < 10 {
		t.Fatalf("the sample has %d cases", len(cases))
	}
	var controls []v1alpha1.ControlID
	for _, c := range cases {
		if objects, err = c.Over(objects); err != nil {
			t.Fatalf("%s: %v", c.Path, err)
		}
		if !slices.Contains(controls, c.Control) {
			controls = append(controls, c.Control)
		}
	}
	c := newCluster(t)
	for _, o := range append(objects, adversarial.Profile(controls...)) {
		c.submit(o)
	}
	c.run(settings{clock: clocktesting.NewFakeClock(time.Now().Add(48 * time.Hour))}) // past the grace of new namespaces
	for _, k := range cases {
		c.eventually(k.Path+": "+k.Attempt, func() (bool, string) {
			found := c.found()
			want := fmt.Sprintf("%s %s %s %s", k.Control, k.Expect.Verdict, k.Expect.Reason, k.Expect.Subject)
			return slices.Contains(found, want), "want " + want + ", got\n" + strings.Join(found, "\n")
		})
	}
}

// submit applies an object as somebody without a past would: what the API server sets is left to it.
func (c *cluster) submit(o *unstructured.Unstructured) {
	c.t.Helper()
	gvk := o.GroupVersionKind()
	if _, err := c.RESTMapper().RESTMapping(gvk.GroupKind(), gvk.Version); meta.IsNoMatchError(err) || gvk.Kind == "Pod" {
		return
	}
	o = o.DeepCopy()
	for _, field := range []string{"uid", "creationTimestamp", "generation", "ownerReferences"} {
		unstructured.RemoveNestedField(o.Object, "metadata", field)
	}
	raw, err := json.Marshal(o.Object)
	if err != nil {
		c.t.Fatal(err)
	}
	if ns := o.GetNamespace(); ns != "" {
		c.apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: %s}\n", ns)
	}
	c.apply(string(raw))
}

// found lists what stands in the status of everything that is judged.
func (c *cluster) found() []string {
	c.t.Helper()
	var out []string
	for _, kind := range []string{"SolutionEnvironment", "HostedSolution", "Platform", "Institution"} {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(kind + "List"))
		if err := c.List(c.t.Context(), list, &client.ListOptions{}); err != nil {
			c.t.Fatal(err)
		}
		for _, o := range list.Items {
			raw, err := json.Marshal(o.Object["status"])
			if err != nil {
				c.t.Fatal(err)
			}
			var status struct {
				Findings []v1alpha1.Finding `json:"findings"`
			}
			if err := json.Unmarshal(raw, &status); err != nil {
				c.t.Fatal(err)
			}
			for _, f := range status.Findings {
				subject := f.Subject.Kind + " " + f.Subject.Name
				if f.Subject.Namespace != "" {
					subject = f.Subject.Kind + " " + f.Subject.Namespace + "/" + f.Subject.Name
				}
				out = append(out, fmt.Sprintf("%s %s %s %s", f.Control, f.Verdict, f.Reason, subject))
			}
		}
	}
	return out
}
