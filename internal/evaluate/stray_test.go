package evaluate

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/placement"
)

// shape of a template that runs on nodes of a region.
func shape(region, image string) *facts.PodShape {
	return &facts.PodShape{
		Scheduling: placement.Constraints{NodeSelector: map[string]string{corev1.LabelTopologyRegion: region}},
		Containers: []facts.Container{{Name: "c", Image: image}},
	}
}

// set is the ReplicaSet web-1, which says that a Deployment made it.
func set(deployment string, uid types.UID, s *facts.PodShape) *facts.Owner {
	return &facts.Owner{
		UID: facts.UIDOf("uid-set"), Namespace: "aula", Name: "web-1", ParentName: deployment, ParentUID: facts.UIDOf(uid), Shape: s,
	}
}

func TestWhatItsOwnerWouldNotMakeIsJudgedByItself(t *testing.T) {
	pinned := shape("eu-north-1", "web:2")
	const web, worker, stray = "WRK-01 Pass Good Deployment aula/web", "WRK-01 Pass Good Deployment aula/worker", "WRK-01 Pass Good ReplicaSet aula/web-1"
	for name, test := range map[string]struct {
		owner *facts.Owner
		stray bool
	}{
		"not one with the same template":             {set("web", "uid-web", pinned), false},
		"not one with an equal template":             {set("web", "uid-web", shape("eu-north-1", "web:2")), false},
		"not one with an older image":                {set("web", "uid-web", shape("eu-north-1", "web:1")), false},
		"not an old one without pods":                {set("web", "uid-web", nil), false},
		"not one in a manifest, which has no UIDs":   {set("web", "", pinned), false},
		"one that runs elsewhere":                    {set("web", "uid-web", shape("us-east-1", "web:2")), true},
		"one that names an earlier Deployment":       {set("web", "uid-other", pinned), true},
		"one that names a Deployment that is absent": {set("gone", "uid-web", pinned), true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld().aula("WRK-01")
			deployment := workload("aula", "web")
			deployment.UID, deployment.Shape = facts.UIDOf("uid-web"), pinned
			w.put(deployment, test.owner)
			e := NewEngine([]*control.Control{labelled()}, Options{})
			judged := []string{web, worker}
			if test.stray {
				judged = append(judged, stray)
			}
			first := of(w.evaluate(e), "aula-production")
			want(t, first, judged...)
			w.put(workload("elsewhere", "x"))
			if again := of(w.evaluate(e), "aula-production"); again != first {
				t.Error("results are others although nothing changed")
			}
			w.put(workload("aula", "another"))
			want(t, of(w.evaluate(e), "aula-production"), append([]string{"WRK-01 Pass Good Deployment aula/another"}, judged...)...)
			w.Delete(facts.ObjectKey{Source: "replicasets.apps", Namespace: "aula", Name: "web-1"})
			want(t, of(w.evaluate(e), "aula-production"), "WRK-01 Pass Good Deployment aula/another", web, worker)
		})
	}
}

func TestAnOwnerIsJudgedByItselfOnceItsWorkloadChanges(t *testing.T) {
	w := newWorld().aula("WRK-01")
	deployment := workload("aula", "web")
	deployment.UID, deployment.Shape = facts.UIDOf("uid-web"), shape("us-east-1", "web:2")
	w.put(deployment, set("web", "uid-web", shape("us-east-1", "web:2")))
	e := NewEngine([]*control.Control{labelled()}, Options{})
	const web, worker = "WRK-01 Pass Good Deployment aula/web", "WRK-01 Pass Good Deployment aula/worker"
	want(t, of(w.evaluate(e), "aula-production"), web, worker)
	moved := *deployment
	moved.Shape = shape("eu-north-1", "web:2")
	w.put(&moved)
	want(t, of(w.evaluate(e), "aula-production"), web, worker, "WRK-01 Pass Good ReplicaSet aula/web-1")
	w.put(set("web", "uid-web", nil)) // scaled to nothing
	want(t, of(w.evaluate(e), "aula-production"), web, worker)
}
