package facts_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

const (
	deployments = facts.SourceID("deployments.apps")
	pods        = facts.SourceID("pods")
	nodes       = facts.SourceID("nodes")
)

var (
	workloadType = facts.TypeOf[facts.Workload]()
	podType      = facts.TypeOf[facts.Pod]()
	nodeType     = facts.TypeOf[facts.Node]()
)

func newStore() *facts.Store {
	return facts.NewStore([]facts.Source{
		{ID: deployments, Feeds: []reflect.Type{workloadType}},
		{ID: pods, Feeds: []reflect.Type{workloadType, podType}, Runtime: true},
		{ID: nodes, Feeds: []reflect.Type{nodeType}, Runtime: true},
	})
}

func key(source facts.SourceID, namespace, name string) facts.ObjectKey {
	return facts.ObjectKey{Source: source, Namespace: namespace, Name: name}
}

func workload(kind, name string, replicas int32) *facts.Workload {
	return &facts.Workload{Ref: facts.Ref{Kind: kind, Namespace: "a", Name: name}, Replicas: replicas}
}

func view(s *facts.Store) (v facts.View) {
	s.Read(func(held facts.View) { v = held })
	return v // of a store that nobody writes to
}

func TestAnEqualFactKeepsThePointerAndIsNoChange(t *testing.T) {
	s := newStore()
	first := workload("Deployment", "web", 1)
	if got := s.Put(key(deployments, "a", "web"), first); len(got) != 1 || got[0] != (facts.Change{Type: workloadType, Namespace: "a"}) {
		t.Errorf("changes %v", got)
	}
	before := view(s).Generation(workloadType, "a")
	if got := s.Put(key(deployments, "a", "web"), workload("Deployment", "web", 1)); got != nil {
		t.Errorf("an equal fact changes %v", got)
	}
	v := view(s)
	if facts.Get[facts.Workload](v, "a", "web") != first || v.Generation(workloadType, "a") != before {
		t.Error("an equal fact took the place of the one before")
	}
	if got := s.Put(key(deployments, "a", "web"), workload("Deployment", "web", 2)); len(got) != 1 {
		t.Errorf("another fact changes %v", got)
	}
	if v := view(s); facts.Get[facts.Workload](v, "a", "web").Replicas != 2 || v.Generation(workloadType, "a") == before {
		t.Error("another fact did not take the place of the one before")
	}
}

func TestPutReplacesAllThatAnObjectGave(t *testing.T) {
	s := newStore()
	pod := &facts.Pod{Namespace: "a", Name: "p"}
	s.Put(key(pods, "a", "p"), pod, workload("Pod", "p", -1))
	if got := s.Put(key(pods, "a", "p"), pod); len(got) != 1 || got[0].Type != workloadType {
		t.Errorf("changes %v, want that of the workload", got)
	}
	v := view(s)
	if len(facts.List[facts.Workload](v)) != 0 || len(facts.List[facts.Pod](v)) != 1 {
		t.Error("the workload stayed or the pod went")
	}
	if got := s.Delete(key(pods, "a", "p")); len(got) != 1 || got[0].Type != podType {
		t.Errorf("changes %v, want that of the pod", got)
	}
	if got := s.Delete(key(pods, "a", "p")); got != nil {
		t.Errorf("deleting nothing changes %v", got)
	}
}

func TestReplaceRemovesWhatANewListLacks(t *testing.T) {
	s := newStore()
	for _, ns := range []string{"a", "b"} {
		for _, name := range []string{"x", "y", "z"} {
			s.Put(key(pods, ns, name), &facts.Pod{Namespace: ns, Name: name})
		}
	}
	s.Put(key(deployments, "a", "x"), workload("Deployment", "x", 1))
	got := s.Replace(pods, map[facts.ObjectKey]bool{key(pods, "a", "x"): true, key(pods, "b", "x"): true, key(pods, "b", "y"): true, key(pods, "b", "z"): true})
	if len(got) != 1 || got[0] != (facts.Change{Type: podType, Namespace: "a"}) {
		t.Errorf("changes %v, want one in namespace a", got)
	}
	v := view(s)
	if len(facts.ListIn[facts.Pod](v, "a")) != 1 || len(facts.ListIn[facts.Pod](v, "b")) != 3 || len(facts.List[facts.Workload](v)) != 1 {
		t.Error("too much or too little was removed")
	}
	if got := s.Replace(pods, nil); len(got) != 2 {
		t.Errorf("an empty list changes %v", got)
	}
}

func TestListsAreOrdered(t *testing.T) {
	s := newStore()
	for _, k := range []facts.ObjectKey{key(pods, "b", "a"), key(pods, "a", "b"), key(deployments, "a", "b"), key(deployments, "a", "a")} {
		s.Put(k, &facts.Workload{Ref: facts.Ref{Namespace: k.Namespace, Name: k.Name, Kind: string(k.Source)}})
	}
	var got []string
	v := view(s)
	for _, w := range facts.List[facts.Workload](v) {
		got = append(got, w.Ref.String())
	}
	if diff := cmp.Diff([]string{"deployments.apps a/a", "deployments.apps a/b", "pods a/b", "pods b/a"}, got); diff != "" {
		t.Error(diff)
	}
	if w := facts.Get[facts.Workload](v, "a", "b"); w.Ref.Kind != string(deployments) {
		t.Errorf("of two sources %s wins, want the one declared first", w.Ref.Kind)
	}
	if facts.Get[facts.Workload](v, "c", "a") != nil || facts.Get[facts.Workload](v, "a", "c") != nil || facts.ListIn[facts.Workload](v, "c") != nil {
		t.Error("something is found where nothing is")
	}
	if diff := cmp.Diff([]string{"a", "b"}, v.Namespaces(workloadType)); diff != "" {
		t.Error(diff)
	}
}

func TestMistakesInTheProgramPanic(t *testing.T) {
	pod := &facts.Pod{}
	tests := map[string]struct {
		do   func()
		want string
	}{
		"a fact that the source does not feed": {func() { newStore().Put(key(deployments, "a", "x"), pod) }, "deployments.apps does not feed *facts.Pod"},
		"a fact that is no pointer":            {func() { newStore().Put(key(pods, "a", "x"), *pod) }, "pods does not feed facts.Pod"},
		"no fact":                              {func() { newStore().Put(key(pods, "a", "x"), nil) }, "pods does not feed <nil>"},
		"a nil fact":                           {func() { newStore().Put(key(pods, "a", "x"), (*facts.Pod)(nil)) }, "pods does not feed *facts.Pod"},
		"two facts of one type":                {func() { newStore().Put(key(pods, "a", "x"), pod, pod) }, "gives two *facts.Pod for one object"},
		"a source that was not declared":       {func() { newStore().Put(key("jobs.batch", "a", "x"), pod) }, "jobs.batch was not declared"},
		"a list of an undeclared source":       {func() { newStore().Replace("jobs.batch", nil) }, "jobs.batch was not declared"},
		"a state of an undeclared source":      {func() { newStore().SetSource(facts.SourceState{ID: "jobs.batch"}) }, "jobs.batch was not declared"},
		"a source declared twice":              {func() { facts.NewStore([]facts.Source{{ID: pods}, {ID: pods}}) }, "pods is declared twice"},
		"a type that nobody feeds":             {func() { facts.List[facts.Claim](view(newStore())) }, "no source feeds facts.Claim"},
		"a type that is not declared":          {func() { facts.List[facts.Pod](view(newStore()).Only(nodeType)) }, "facts.Pod is not a declared need"},
		"a type where none is declared":        {func() { facts.List[facts.Pod](view(newStore()).Only()) }, "facts.Pod is not a declared need"},
		"the generation of such a type":        {func() { view(newStore()).Only(nodeType).Generation(podType, "a") }, "is not a declared need"},
		"the sources of such a type":           {func() { facts.Sources[facts.Pod](view(newStore()).Only(nodeType)) }, "is not a declared need"},
		"one fact of such a type":              {func() { facts.Get[facts.Pod](view(newStore()).Only(nodeType), "a", "b") }, "is not a declared need"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if p := recover(); p == nil || !strings.Contains(fmt.Sprint(p), tt.want) {
					t.Errorf("panic %v, want %q", p, tt.want)
				}
			}()
			tt.do()
		})
	}
}

func TestStatesOfSources(t *testing.T) {
	s := newStore()
	v := view(s)
	if got := facts.Incomplete[facts.Workload](v); len(got) != 2 || got[0].ID != deployments || got[0].Condition != facts.SourcePending {
		t.Errorf("at first %+v is incomplete", got)
	}
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	steps := []struct {
		state   facts.SourceState
		changed bool
	}{
		{facts.SourceState{ID: pods, Condition: facts.SourceSynced, LastEvent: at}, true},
		{facts.SourceState{ID: pods, Condition: facts.SourceSynced, LastEvent: at.Add(time.Hour), Message: "x"}, false},
		{facts.SourceState{ID: pods, Condition: facts.SourceSynced, Undecodable: []facts.Ref{{Name: "b"}, {Name: "a"}}}, true},
		{facts.SourceState{ID: pods, Condition: facts.SourceSynced, Undecodable: []facts.Ref{{Name: "a"}, {Name: "b"}}}, false},
		{facts.SourceState{ID: pods, Condition: facts.SourceUnreadable, Reason: facts.ReasonForbidden}, true},
		{facts.SourceState{ID: pods, Condition: facts.SourceUnreadable, Reason: facts.ReasonListFailed}, true},
		{facts.SourceState{ID: pods, Condition: facts.SourceAbsent}, true},
	}
	for i, step := range steps {
		before := view(s).SourceGeneration()
		if got := s.SetSource(step.state); got != step.changed || (view(s).SourceGeneration() != before) != step.changed {
			t.Errorf("step %d: changed %t, want %t", i, got, step.changed)
		}
	}
	if facts.Recognised[facts.Pod](view(s)) || len(facts.Incomplete[facts.Pod](view(s))) != 0 {
		t.Error("an absent source is recognised or incomplete")
	}
	s.SetSource(facts.SourceState{ID: deployments, Condition: facts.SourceSynced, LastEvent: at})
	if v := view(s); !facts.Recognised[facts.Workload](v) || !v.LastEvent(workloadType).Equal(at) || !v.LastEvent(nodeType).IsZero() || !v.Runtime(pods) || v.Runtime(deployments) {
		t.Error("states of the sources are wrong")
	}
	if got := view(s).AllSources(); len(got) != 3 || got[0].ID != deployments || got[1].ID != nodes {
		t.Errorf("all sources: %+v", got)
	}
}

// model is a store as simple as can be.
type model map[facts.ObjectKey]map[reflect.Type]any

func (m model) list(t reflect.Type, namespace string) []any {
	keys := slices.SortedFunc(maps.Keys(m), func(a, b facts.ObjectKey) int {
		return slices.Compare([]string{a.Namespace, a.Name, string(a.Source)}, []string{b.Namespace, b.Name, string(b.Source)})
	})
	var out []any
	for _, k := range keys {
		if f := m[k][t]; f != nil && (namespace == "*" || k.Namespace == namespace) {
			out = append(out, f)
		}
	}
	return out
}

func anys[T any](list []*T) []any {
	var out []any
	for _, e := range list {
		out = append(out, e)
	}
	return out
}

// TestGenerationsChangeIfAndOnlyIfListsDo compares the store with the model over random changes.
func TestGenerationsChangeIfAndOnlyIfListsDo(t *testing.T) {
	const seed = 7
	r := rand.New(rand.NewPCG(seed, 0))
	s, m := newStore(), model{}
	namespaces, names := []string{"a", "b", "c"}, []string{"x", "y", "z"}
	type moment struct {
		generation uint64
		list       []any
	}
	seen := map[string][]moment{}
	for step := range 5000 {
		k := key([]facts.SourceID{deployments, pods}[r.IntN(2)], namespaces[r.IntN(3)], names[r.IntN(3)])
		if r.IntN(50) == 0 {
			s.Replace(k.Source, map[facts.ObjectKey]bool{k: true})
			maps.DeleteFunc(m, func(o facts.ObjectKey, _ map[reflect.Type]any) bool { return o.Source == k.Source && o != k })
		} else {
			apply(r, s, m, k)
		}
		s.Read(func(v facts.View) {
			for _, ns := range namespaces {
				for typ, list := range map[reflect.Type][]any{workloadType: anys(facts.ListIn[facts.Workload](v, ns)), podType: anys(facts.ListIn[facts.Pod](v, ns))} {
					if want := m.list(typ, ns); !slices.Equal(want, list) {
						t.Fatalf("seed %d, step %d: %s in %s: %v, want %v", seed, step, typ, ns, list, want)
					}
					id := typ.String() + ns
					seen[id] = append(seen[id], moment{v.Generation(typ, ns), list})
				}
			}
			if want, got := m.list(workloadType, "*"), anys(facts.List[facts.Workload](v)); !slices.Equal(want, got) {
				t.Fatalf("seed %d, step %d: all workloads %v, want %v", seed, step, got, want)
			}
			seen["all"] = append(seen["all"], moment{v.TotalGeneration(workloadType), m.list(workloadType, "*")})
		})
	}
	for id, moments := range seen {
		byGeneration := map[uint64][]any{}
		for i, now := range moments {
			if before, known := byGeneration[now.generation]; known && !slices.Equal(before, now.list) {
				t.Fatalf("seed %d: generation %d of %s stands for two lists", seed, now.generation, id)
			}
			byGeneration[now.generation] = now.list
			if i > 0 && slices.Equal(moments[i-1].list, now.list) && moments[i-1].generation != now.generation {
				t.Fatalf("seed %d: the generation of %s changed and its list did not", seed, id)
			}
		}
	}
}

// apply puts random facts, some of them equal to those that are there, and checks what is said to have changed.
func apply(r *rand.Rand, s *facts.Store, m model, k facts.ObjectKey) {
	var put []any
	next := map[reflect.Type]any{}
	add := func(typ reflect.Type, fact any) {
		if held := m[k][typ]; held != nil && reflect.DeepEqual(held, fact) {
			next[typ] = held // the pointer that must stay
		} else {
			next[typ] = fact
		}
		put = append(put, fact)
	}
	if r.IntN(3) > 0 {
		add(workloadType, workload(string(k.Source), k.Name, int32(r.IntN(3))))
	}
	if k.Source == pods && r.IntN(3) > 0 {
		add(podType, &facts.Pod{Name: k.Name, Ready: r.IntN(2) == 0})
	}
	s.Put(k, put...)
	m[k] = next
}

func TestReadersSeeOneMoment(t *testing.T) {
	s := newStore()
	const writers, rounds = 4, 300
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			for i := range rounds {
				ns := fmt.Sprint("ns", w)
				name := fmt.Sprint(i % 7)
				s.Put(key(pods, ns, name), &facts.Pod{Namespace: ns, Name: name, Ready: i%2 == 0}, workload("Pod", name, int32(i)))
				if i%5 == 0 {
					s.Delete(key(pods, ns, name))
				}
				s.SetSource(facts.SourceState{ID: pods, Condition: facts.SourceSynced, Reason: fmt.Sprint(i % 2)})
			}
		})
	}
	for range writers {
		group.Go(func() {
			for range rounds {
				s.Read(func(v facts.View) {
					p, w := facts.List[facts.Pod](v), facts.List[facts.Workload](v)
					if len(p) != len(w) {
						t.Errorf("%d pods and %d workloads at one moment", len(p), len(w))
					}
					for i := range p {
						if p[i].Name != w[i].Ref.Name {
							t.Errorf("pod %s stands beside workload %s", p[i].Name, w[i].Ref.Name)
						}
					}
					v.AllSources()
				})
			}
		})
	}
	group.Wait()
}

func TestAnEmptyNamespaceTakesNoRoom(t *testing.T) {
	s := newStore()
	for i := range 100 {
		k := key(pods, fmt.Sprint("ns", i), "x")
		s.Put(k, &facts.Pod{})
		s.Delete(k)
	}
	if v := view(s); len(v.Namespaces(podType)) != 0 || v.Generation(podType, "ns1") != 0 {
		t.Errorf("namespaces %v are left", v.Namespaces(podType))
	}
}

func BenchmarkPut(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		b.Run(fmt.Sprintf("%d pods in the namespace", n), func(b *testing.B) {
			s := newStore()
			for i := range n {
				s.Put(key(pods, "a", fmt.Sprintf("pod-%06d", i)), &facts.Pod{})
			}
			i := 0
			for b.Loop() {
				i++
				s.Put(key(pods, "a", fmt.Sprintf("pod-%06d", i%n)), &facts.Pod{Ready: i/n%2 == 0})
			}
		})
	}
}
