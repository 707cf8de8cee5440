package party

import (
	"cmp"
	"maps"
	"reflect"
	"slices"

	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/place"
	"github.com/tilsyn-dev/tilsyn/internal/derive/workload"
	"github.com/tilsyn-dev/tilsyn/internal/envvar"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// nodes are those that pods of the environment are bound to.
func (o *observer) nodes(env *control.Environment) {
	var names []string
	for _, ns := range env.Scope() {
		names = append(names, boundIn(o.facts, ns)...)
	}
	if len(names) == 0 {
		return
	}
	slices.Sort(names)
	known := o.knownNodes()
	for _, name := range slices.Compact(names) {
		ob := Observation{Kind: Nodes, Object: facts.Ref{Kind: "Node", Name: name}, Field: Field{path: "spec.providerID"}}
		switch n := known[name]; {
		case n != nil:
			ob.Trace.Node = n
		case o.complete(facts.TypeOf[facts.Node]()):
			ob.Unread = "the node does not exist"
		default:
			continue // that nodes cannot be read is said once
		}
		o.add(ob)
	}
}

type boundKey struct{ namespace string }

var boundLooks = facts.Looks{In: []reflect.Type{facts.TypeOf[facts.Pod]()}}

// boundIn names the nodes that pods of a namespace are bound to.
func boundIn(v facts.View, namespace string) []string {
	return facts.DerivedIn(v, boundKey{namespace}, namespace, boundLooks, func(v facts.View) []string {
		var names []string
		for _, p := range facts.ListIn[facts.Pod](v, namespace) {
			if p.Node != "" {
				names = append(names, p.Node)
			}
		}
		slices.Sort(names)
		return slices.Compact(names)
	})
}

type nodesKey struct{ platform *control.Platform }

// knownNodes reads every node of the cluster once for all environments.
func (o *observer) knownNodes() map[string]*Node {
	deps := []facts.Dependency{{Type: facts.TypeOf[facts.Node](), Namespaces: []string{""}}}
	return facts.Derived(o.facts, nodesKey{o.platform}, deps, func(v facts.View) map[string]*Node {
		out := map[string]*Node{}
		for _, n := range facts.ListIn[facts.Node](v, "") {
			out[n.Name] = o.node(n)
		}
		return out
	})
}

// node reads who runs a node. A node that stands for capacity elsewhere is not run by whom the Platform lists.
func (o *observer) node(n *facts.Node) *Node {
	where := o.reader.Node(n)
	out := &Node{ProviderID: n.ProviderID, Provider: where.Provider, Labels: n.Labels}
	if where.Fault == place.VirtualNode && n.ProviderID == "" {
		out.Provider = ""
	}
	id, err := region.ParseProviderID(n.ProviderID)
	out.Told = err == nil && id.Known && where.Provider == id.Provider && o.platform.Tables.HasProvider(id.Provider)
	return out
}

// images are those of every container and image volume, of pods too where they have others than the template.
func (o *observer) images(ns string) {
	for _, w := range facts.ListIn[facts.Workload](o.facts, ns) {
		o.shape(w.Ref, w.Shape, cmp.Or(w.TemplatePath, "spec"))
	}
	for _, c := range changedIn(o.facts, ns) {
		o.shape(c.workload, c.shape, "spec")
	}
}

// changed is a shape that pods of a workload have and no template: somebody changed them on their way.
type changed struct {
	workload facts.Ref
	shape    *facts.PodShape
}

type changedKey struct{ namespace string }

var changedLooks = facts.Looks{In: []reflect.Type{facts.TypeOf[facts.Workload](), facts.TypeOf[facts.Pod](), facts.TypeOf[facts.Owner]()}}

// changedIn lists the changed shapes of a namespace, ordered by workload.
func changedIn(v facts.View, namespace string) []changed {
	return facts.DerivedIn(v, changedKey{namespace}, namespace, changedLooks, func(v facts.View) []changed {
		templates := map[*facts.PodShape]bool{}
		for _, w := range facts.ListIn[facts.Workload](v, namespace) {
			templates[w.Shape] = true
		}
		var out []changed
		seen := map[changed]bool{}
		roots := workload.RootsIn(v, namespace)
		for _, p := range facts.ListIn[facts.Pod](v, namespace) {
			if p.Shape == nil || templates[p.Shape] {
				continue
			}
			if c := (changed{roots.Of(p), p.Shape}); !seen[c] {
				seen[c] = true
				out = append(out, c)
			}
		}
		slices.SortStableFunc(out, func(a, b changed) int { return a.workload.Compare(b.workload) })
		return out
	})
}

func (o *observer) shape(workload facts.Ref, s *facts.PodShape, path string) {
	for i := range s.Containers {
		c := &s.Containers[i]
		o.image(workload, c.Image, Field{path, list(c.Type), c.Name, ".image"})
	}
	for i := range s.Volumes {
		if v := &s.Volumes[i]; v.Image != "" {
			o.image(workload, v.Image, Field{path, "volumes", v.Name, ".image.reference"})
		}
	}
}

func list(t facts.ContainerType) string {
	switch t {
	case facts.ContainerInit, facts.ContainerSidecar:
		return "initContainers"
	case facts.ContainerEphemeral:
		return "ephemeralContainers"
	default:
		return "containers"
	}
}

func (o *observer) image(workload facts.Ref, ref string, field Field) {
	image, err := ParseImage(ref)
	ob := Observation{Kind: Images, Object: workload, Field: field, Trace: Trace{Image: image}}
	if err != nil {
		ob.Unread = "no container runtime accepts the image reference " + cmp.Or(ref, `""`)
	}
	o.add(ob)
	if origin, mirrored := image.Origin(); err == nil && mirrored {
		ob.Trace.Image = origin
		o.add(ob)
	}
}

// telemetry is what known variables of containers send to.
func (o *observer) telemetry(ns string) {
	for _, w := range facts.ListIn[facts.Workload](o.facts, ns) {
		for i := range w.Shape.Containers {
			o.variables(w, &w.Shape.Containers[i])
		}
	}
}

func (o *observer) variables(w *facts.Workload, c *facts.Container) {
	telemetry := c.Configuration().Telemetry
	if len(telemetry) == 0 {
		return
	}
	for _, variable := range slices.Sorted(maps.Keys(telemetry)) {
		ob := Observation{Kind: Telemetry, Object: w.Ref, Field: Field{cmp.Or(w.TemplatePath, "spec"), list(c.Type), c.Name, ".env[" + variable + "]"}}
		if host := telemetry[variable]; host == "" {
			ob.Unread = "the value of " + variable + " is in a Secret or ConfigMap, which is not read"
			if _, hosts, known := envvar.Service(variable); known && !hosts {
				ob.Unread = "the service that " + variable + " is for is used, and no variable says where it is"
			}
		} else if t, outside := o.host(host); outside {
			ob.Trace = t
		} else {
			continue
		}
		o.add(ob)
	}
}

// reached is what Services and databases lead to outside the cluster.
func (o *observer) reached(ns string) {
	for _, s := range facts.ListIn[facts.ExternalService](o.facts, ns) {
		subject := facts.Ref{Kind: "Service", Namespace: s.Namespace, Name: s.Name}
		if s.Host != "" {
			o.reach(Services, subject, Field{path: "spec.externalName"}, s.Host)
		}
		for _, a := range s.Addresses {
			o.reach(Services, subject, Field{path: "endpoints"}, a)
		}
	}
	for _, d := range facts.ListIn[facts.Database](o.facts, ns) {
		for _, h := range d.ExternalHosts {
			o.reach(Databases, d.Ref, Field{path: "spec.externalClusters"}, h)
		}
	}
}

func (o *observer) reach(kind Kind, object facts.Ref, field Field, host string) {
	if t, outside := o.host(host); outside {
		o.add(Observation{Kind: kind, Object: object, Field: field, Trace: t})
	}
}
