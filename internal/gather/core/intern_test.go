package core

import (
	"fmt"
	"runtime"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func shapeNamed(name string) *facts.PodShape {
	return &facts.PodShape{Labels: facts.NewLabels(map[string]string{"a": "b", "app": name}), Containers: []facts.Container{{Name: name}}}
}

func TestEqualShapesAreOneWhileSomebodyHoldsThem(t *testing.T) {
	in := newInterner()
	held := in.shape(shapeNamed("a"))
	for range 3 {
		runtime.GC()
		if in.shape(shapeNamed("a")) != held {
			t.Fatal("an equal shape is another one")
		}
	}
	if in.shape(shapeNamed("b")) == held {
		t.Error("another shape is the same one")
	}
	runtime.KeepAlive(held)
}

func TestShapesThatNobodyHoldsTakeNoRoom(t *testing.T) {
	in := newInterner()
	held := in.shape(shapeNamed("held"))
	for i := range 5000 {
		in.shape(shapeNamed(fmt.Sprint(i)))
		if i%500 == 0 {
			runtime.GC()
		}
	}
	if n := len(in.shapes.held); n > 2500 {
		t.Errorf("%d keys are left of 5000 shapes that nobody holds", n)
	}
	if in.shape(shapeNamed("held")) != held {
		t.Error("the shape that is held was forgotten")
	}
}

func TestWhatRepeatsIsShared(t *testing.T) {
	in := newInterner()
	first := in.labels(map[string]string{"k": "v"})
	for i := range 10 * recentMaps {
		in.labels(map[string]string{"k": fmt.Sprint(i)})
		if again := in.labels(map[string]string{"k": "v"}); fmt.Sprintf("%p", again) != fmt.Sprintf("%p", first) {
			t.Fatalf("labels that keep coming were forgotten after %d others", i)
		}
	}
	if n := len(in.maps.now) + len(in.maps.old); n > 2*recentMaps {
		t.Errorf("%d maps are remembered, want at most %d", n, 2*recentMaps)
	}
	if in.labels(nil) != nil || in.labels(map[string]string{}) != nil {
		t.Error("no labels are not nil")
	}
}

func TestDigestsTellValuesApart(t *testing.T) {
	values := []any{
		&facts.PodShape{}, &facts.PodShape{HostNetwork: true}, &facts.PodShape{ServiceAccount: "a"},
		&facts.PodShape{Labels: facts.NewLabels(map[string]string{"a": "b"})}, &facts.PodShape{Annotations: map[string]string{"a": "b"}},
		&facts.PodShape{Labels: facts.NewLabels(map[string]string{"ab": ""})}, &facts.PodShape{Labels: facts.NewLabels(map[string]string{"a": "", "b": ""})},
		&facts.PodShape{Containers: []facts.Container{{Name: "a"}}}, &facts.PodShape{Containers: []facts.Container{{Image: "a"}}},
		&facts.PodShape{Containers: []facts.Container{{Name: "a"}, {}}}, &facts.PodShape{Volumes: []facts.Volume{{Name: "a"}}},
		&facts.PodShape{Volumes: []facts.Volume{{Name: "a", Ephemeral: &facts.ClaimTemplate{}}}},
		&facts.PodShape{Volumes: []facts.Volume{{Name: "a", Ephemeral: &facts.ClaimTemplate{StorageClass: new("")}}}},
		&facts.PodShape{Tolerations: []corev1.Toleration{{TolerationSeconds: new(int64(1))}}}, &facts.PodShape{Tolerations: []corev1.Toleration{{}}},
	}
	var d digester
	seen := map[digest]int{}
	for i, v := range values {
		sum := d.digestOf(v)
		if j, twice := seen[sum]; twice {
			t.Errorf("values %d and %d have one digest", j, i)
		}
		seen[sum] = i
		if d.digestOf(v) != sum {
			t.Errorf("value %d has two digests", i)
		}
	}
}

func TestTheInternerIsSafeForConcurrentUse(t *testing.T) {
	in := newInterner()
	var group sync.WaitGroup
	shapes := make([]*facts.PodShape, 8)
	for w := range shapes {
		group.Go(func() {
			for i := range 500 {
				in.shape(shapeNamed(fmt.Sprint(i % 50)))
				in.controller(facts.PodController{Ref: facts.Ref{Name: fmt.Sprint(i % 50)}})
			}
			shapes[w] = in.shape(shapeNamed("same"))
		})
	}
	group.Wait()
	for _, s := range shapes {
		if s != shapes[0] {
			t.Error("equal shapes are several")
		}
	}
}
