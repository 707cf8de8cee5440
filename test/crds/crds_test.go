package crds_test

import (
	"slices"
	"testing"

	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/test/crds"
)

// TestDefinitionsFitWhatIsRead: a stand-in with a wrong name, version or scope would let tests pass on objects that no
// cluster has.
func TestDefinitionsFitWhatIsRead(t *testing.T) {
	definitions, err := crds.Definitions()
	if err != nil {
		t.Fatal(err)
	}
	written := []string{crds.OpenReports, crds.PolicyReports}
	found := map[string]bool{}
	for _, d := range definitions {
		name := d.Spec.Names.Plural + "." + d.Spec.Group
		found[name] = true
		if d.Name != name || len(d.Spec.Versions) != 1 {
			t.Errorf("%s is called %s and has %d versions", name, d.Name, len(d.Spec.Versions))
		}
		if slices.Contains(written, d.Spec.Group) {
			continue
		}
		fits := false
		for _, k := range gather.Kinds() {
			fits = fits || string(k.SourceID()) == name && k.GVK.Version == d.Spec.Versions[0].Name && k.GVK.Kind == d.Spec.Names.Kind && k.Namespaced == (d.Spec.Scope == "Namespaced")
		}
		if !fits {
			t.Errorf("%s %s, %s, is not a kind that is read", name, d.Spec.Versions[0].Name, d.Spec.Scope)
		}
	}
	for _, group := range []string{crds.Velero, crds.K8up, crds.CloudNativePG, crds.BarmanCloud, crds.Snapshots} {
		for _, k := range gather.Kinds() {
			if k.GVK.Group == group && !found[string(k.SourceID())] {
				t.Errorf("%s is read and has no definition here", k.SourceID())
			}
		}
	}
}

func TestGroupsAreTakenApart(t *testing.T) {
	only, err := crds.Definitions(crds.K8up)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range only {
		if d.Spec.Group != crds.K8up {
			t.Errorf("%s was not asked for", d.Name)
		}
	}
	if len(only) == 0 {
		t.Error("no definition of the group")
	}
}
