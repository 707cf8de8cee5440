package cluster

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// Kinds of the test: pods, nodes, owners of pods and the Platform, made of v1 objects with as little code as will do.
func testKinds() []adapter.Kind {
	kind := func(resource, name string, extract func(runtime.Object) ([]any, error), feeds ...reflect.Type) adapter.Kind {
		return adapter.Kind{GVK: schema.GroupVersionKind{Version: "v1", Kind: name}, Resource: resource, Extract: extract, Feeds: feeds}
	}
	return []adapter.Kind{
		kind("pods", "Pod", extractPod, facts.TypeOf[facts.Pod](), facts.TypeOf[facts.PastPlacement]()),
		kind("nodes", "Node", extractNode, facts.TypeOf[facts.Node]()),
		kind("replicasets", "ReplicaSet", extractOwner, facts.TypeOf[facts.Owner]()),
		kind("platforms", "Platform", nil, facts.TypeOf[v1alpha1.Platform]()),
	}
}

func extractPod(o runtime.Object) ([]any, error) {
	p := o.(*corev1.Pod)
	if p.Labels["broken"] == "panic" {
		panic("no")
	}
	if p.Labels["broken"] != "" {
		return nil, errors.New("no")
	}
	f := &facts.Pod{Namespace: p.Namespace, Name: p.Name, Node: p.Spec.NodeName, CreatedAt: facts.InstantOf(p.CreationTimestamp.Time)}
	if len(p.OwnerReferences) > 0 {
		f.Controller = &facts.PodController{
			Ref: facts.Ref{Group: "apps", Kind: p.OwnerReferences[0].Kind, Namespace: p.Namespace, Name: p.OwnerReferences[0].Name},
			UID: facts.UIDOf(p.OwnerReferences[0].UID),
		}
	}
	return []any{f}, nil
}

func extractNode(o runtime.Object) ([]any, error) {
	n := o.(*corev1.Node)
	return []any{&facts.Node{Name: n.Name, UID: n.UID, Labels: n.Labels, ProviderID: n.Spec.ProviderID}}, nil
}

func extractOwner(o runtime.Object) ([]any, error) {
	m := o.(metav1.Object)
	return []any{&facts.Owner{
		UID: facts.UIDOf(m.GetUID()), Namespace: m.GetNamespace(), Name: m.GetName(), ParentName: "web",
	}}, nil
}

// world is a store with a sink for each kind and a clock.
type world struct {
	t       *testing.T
	store   *facts.Store
	clock   *clocktesting.FakeClock
	changes *Changes
	sinks   map[facts.SourceID]*sink
}

func newWorld(t *testing.T) *world {
	clk := clocktesting.NewFakeClock(start)
	var sources []facts.Source
	for _, k := range testKinds() {
		sources = append(sources, k.Source())
	}
	w := &world{t: t, store: facts.NewStore(sources), clock: clk, changes: newChanges(), sinks: map[facts.SourceID]*sink{}}
	h := newHistory(w.store, clk, 24*time.Hour, w.changes.add)
	for _, k := range testKinds() {
		track := &tracker{id: k.SourceID(), clock: clk, timeout: time.Minute, publish: func(s facts.SourceState) { w.store.SetSource(s) }}
		track.begin()
		w.sinks[k.SourceID()] = &sink{kind: k, source: k.SourceID(), store: w.store, track: track, changes: w.changes, history: h, log: logr.Discard()}
	}
	return w
}

func (w *world) list(source facts.SourceID, objects ...any) {
	w.t.Helper()
	if err := w.sinks[source].Replace(objects, "1"); err != nil {
		w.t.Fatal(err)
	}
	w.sinks[source].track.opened()
}

func (w *world) update(source facts.SourceID, object any) {
	w.t.Helper()
	if err := w.sinks[source].Update(object); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) remove(source facts.SourceID, object any) {
	w.t.Helper()
	if err := w.sinks[source].Delete(object); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) past() (out []facts.PastPlacement) {
	w.store.Read(func(v facts.View) {
		for _, p := range facts.List[facts.PastPlacement](v) {
			out = append(out, *p)
		}
	})
	return out
}

func (w *world) pods() (out []string) {
	w.store.Read(func(v facts.View) {
		for _, p := range facts.List[facts.Pod](v) {
			out = append(out, p.Name)
		}
	})
	return out
}

func pod(name, node string) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "aula", Name: name}, Spec: corev1.PodSpec{NodeName: node}}
}

func ownedPod(name, node, set string) *corev1.Pod {
	p := pod(name, node)
	p.OwnerReferences = []metav1.OwnerReference{{Kind: "ReplicaSet", Name: set, UID: types.UID("uid-" + set)}}
	return p
}

func replicaSet(name string) *corev1.Pod { // any object with metadata will do
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "aula", Name: name, UID: types.UID("uid-" + name)}}
}

func node(name, region string) *corev1.Node {
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name, UID: types.UID("uid-" + name), Labels: map[string]string{
			corev1.LabelTopologyRegion: region, corev1.LabelTopologyZone: region + "a",
		}},
		Spec: corev1.NodeSpec{ProviderID: "aws:///" + region + "a/i-0"},
	}
}

func TestAPodThatIsGoneLeavesItsPlacementForADay(t *testing.T) {
	w := newWorld(t)
	w.list("nodes", node("n1", "eu-north-1"))
	w.list("replicasets", replicaSet("web-1"))
	w.list("pods", ownedPod("web-1-a", "n1", "web-1"), pod("unbound", ""))
	w.remove("pods", ownedPod("web-1-a", "n1", "web-1"))
	w.remove("pods", pod("unbound", ""))
	want := []facts.PastPlacement{{
		Workload: facts.Ref{Group: "apps", Kind: "Deployment", Namespace: "aula", Name: "web"}, Pod: "web-1-a", Node: "n1",
		Provider: "aws", Region: "eu-north-1", Zone: "eu-north-1a", EndedAt: start,
	}}
	if diff := cmp.Diff(want, w.past()); diff != "" {
		t.Errorf("past placements (-want +got):\n%s", diff)
	}
	w.clock.Step(24*time.Hour - time.Second)
	if len(w.past()) != 1 {
		t.Error("the placement is forgotten too early")
	}
	w.changes.Take()
	w.clock.Step(time.Second)
	<-w.changes.Ready()
	if got := w.past(); len(got) != 0 {
		t.Errorf("after a day there is still %v", got)
	}
}

func TestWhatEndsAPlacement(t *testing.T) {
	young := func(p *corev1.Pod) *corev1.Pod { p.CreationTimestamp = metav1.NewTime(start.Add(time.Hour)); return p }
	for name, test := range map[string]struct {
		do   func(*world)
		want int
	}{
		"a pod that is deleted":                             {func(w *world) { w.remove("pods", pod("a", "n1")) }, 1},
		"a pod that a new list lacks":                       {func(w *world) { w.list("pods", pod("b", "n2")) }, 1},
		"a pod of the same name on another node":            {func(w *world) { w.update("pods", pod("a", "n2")) }, 1},
		"a pod of the same name made anew on the same node": {func(w *world) { w.update("pods", young(pod("a", "n1"))) }, 1},
		"a pod that can no longer be understood, for what is known of it": {func(w *world) {
			p := pod("a", "n1")
			p.Labels = map[string]string{"broken": "yes"}
			w.update("pods", p)
		}, 1},
		"not a pod that only changes":     {func(w *world) { w.update("pods", pod("a", "n1")) }, 0},
		"not a pod that a new list holds": {func(w *world) { w.list("pods", pod("a", "n1")) }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.list("pods", pod("a", "n1"))
			test.do(w)
			if got := w.past(); len(got) != test.want {
				t.Errorf("past placements are %v, want %d", got, test.want)
			}
		})
	}
}

func TestAPlacementBelongsToTheDeploymentEvenIfItsReplicaSetGoesFirst(t *testing.T) {
	w := newWorld(t)
	w.list("replicasets", replicaSet("web-1"))
	w.list("pods", ownedPod("web-1-a", "n1", "web-1"))
	w.remove("replicasets", replicaSet("web-1"))
	w.remove("pods", ownedPod("web-1-a", "n1", "web-1"))
	if got := w.past(); len(got) != 1 || got[0].Workload.Kind != "Deployment" {
		t.Errorf("past placements are %v, want one of the Deployment", got)
	}
}

func TestPastPlacementsAreBoundedAndNeverForgetANode(t *testing.T) {
	w := newWorld(t)
	w.list("pods")
	for i := range 3 * placementsPerNamespace {
		p := pod(fmt.Sprintf("job-%d", i), fmt.Sprintf("n%d", i%7))
		w.update("pods", p)
		w.remove("pods", p)
	}
	past, nodes := w.past(), map[string]bool{}
	for _, p := range past {
		nodes[p.Node] = true
	}
	if len(past) > placementsPerNamespace+7 || len(nodes) != 7 {
		t.Errorf("%d placements on %d nodes, want at most %d on 7", len(past), len(nodes), placementsPerNamespace+7)
	}
}

func TestANodeThatIsGoneIsKeptForADayWithTheTimeOfItsEnd(t *testing.T) {
	w := newWorld(t)
	get := func() (n *facts.Node) {
		w.store.Read(func(v facts.View) { n = facts.Get[facts.Node](v, "", "n1") })
		return n
	}
	w.list("nodes", node("n1", "eu-north-1"))
	w.remove("nodes", node("n1", "eu-north-1"))
	if n := get(); n == nil || !n.DeletedAt.Equal(start) {
		t.Fatalf("the node is %+v, want it deleted at %s", n, start)
	}
	w.list("nodes", node("n2", "eu-north-1"))
	if n := get(); n == nil {
		t.Error("a new list drops the node")
	}
	w.update("nodes", node("n1", "eu-west-1"))
	if n := get(); !n.DeletedAt.IsZero() {
		t.Error("a node of the same name that is there again counts as deleted")
	}
	w.remove("nodes", node("n1", "eu-west-1"))
	w.changes.Take()
	w.clock.Step(24 * time.Hour)
	<-w.changes.Ready()
	if n := get(); n != nil {
		t.Errorf("after a day the node is still %+v", n)
	}
}

func TestAnObjectThatCannotBeUnderstoodConcernsNoOther(t *testing.T) {
	for _, how := range []string{"error", "panic"} {
		t.Run(how, func(t *testing.T) {
			w := newWorld(t)
			bad := pod("bad", "n1")
			bad.Labels = map[string]string{"broken": how}
			w.list("pods", pod("good", "n1"), bad)
			if diff := cmp.Diff([]string{"good"}, w.pods()); diff != "" {
				t.Errorf("pods (-want +got):\n%s", diff)
			}
			w.store.Read(func(v facts.View) {
				s := facts.Sources[facts.Pod](v)[0]
				want := []facts.Ref{{Kind: "Pod", Namespace: "aula", Name: "bad"}}
				if diff := cmp.Diff(want, s.Undecodable); diff != "" {
					t.Errorf("undecodable (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestANewListConverges(t *testing.T) {
	w := newWorld(t)
	w.list("pods", pod("a", ""), pod("b", ""))
	w.list("pods", pod("b", ""), pod("c", ""))
	if diff := cmp.Diff([]string{"b", "c"}, w.pods()); diff != "" {
		t.Errorf("pods (-want +got):\n%s", diff)
	}
}

func TestChangesAreCoalescedByTypeAndNamespace(t *testing.T) {
	w := newWorld(t)
	for i := range 100 {
		w.update("pods", pod(fmt.Sprint(i), ""))
	}
	<-w.changes.Ready()
	d := w.changes.Take()
	want := []facts.Change{{Type: facts.TypeOf[facts.Pod](), Namespace: "aula"}}
	if diff := cmp.Diff(want, d.Facts, cmp.Comparer(func(a, b facts.Change) bool { return a == b })); diff != "" || !d.Since.Equal(start) {
		t.Errorf("since %s, changes (-want +got):\n%s", d.Since, diff)
	}
	select {
	case <-w.changes.Ready():
		t.Error("there is more to take")
	default:
	}
	w.update("pods", pod("1", ""))
	select {
	case <-w.changes.Ready():
		t.Error("an object that did not change counts as a change")
	default:
	}
}
