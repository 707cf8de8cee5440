package fleet

import (
	"testing"
	"time"
)

func synthetic(apiVersion, kind, namespace, name string) (string, error) {
	return apiVersion + "-" + kind + "-" + namespace + "-" + name, nil
}

func TestManifestsRender(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	documents, err := renderer{now: func() time.Time { return now }, uid: synthetic}.documents()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, d := range documents {
		objs, err := d.render()
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range objs {
			key := o.GetAPIVersion() + " " + o.GetKind() + " " + o.GetNamespace() + "/" + o.GetName()
			if o.GetKind() == "" || o.GetName() == "" || seen[key] {
				t.Errorf("%s: %q is not complete or stands twice", d.tmpl.Name(), key)
			}
			seen[key] = true
		}
	}
	t.Log(len(seen))
}
