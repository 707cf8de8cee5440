package party

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/backup"
	"github.com/tilsyn-dev/tilsyn/internal/derive/logs"
	"github.com/tilsyn-dev/tilsyn/internal/derive/place"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Kind is what a party does for an environment.
type Kind string

// Kinds of parties, in the order in which they are told of; Kinds lists them.
const (
	Nodes     Kind = "Nodes"
	Images    Kind = "Images"
	Volumes   Kind = "Volumes"
	Files     Kind = "Files" // file servers
	Databases Kind = "Databases"
	Services  Kind = "Services" // hosts behind Services that lead out of the cluster
	Backups   Kind = "Backups"
	Logs      Kind = "Logs"
	Telemetry Kind = "Telemetry"
	Endpoints Kind = "Endpoints" // declared by the solution
)

// Kinds lists every kind, in order.
func Kinds() []Kind {
	return []Kind{Nodes, Images, Volumes, Files, Databases, Services, Backups, Logs, Telemetry, Endpoints}
}

// Observation is one place where a party shows.
type Observation struct {
	Kind Kind
	// Object and Field that show it; Cause is what uses the object, where that is another one.
	Object facts.Ref
	Field  Field
	Cause  facts.Ref
	Trace  Trace
	// Supplier that the solution itself names for it; for declared endpoints only.
	Supplier string
	// Unread says why the party cannot be told, as the end of a sentence; empty where the trace tells.
	Unread string
}

// Field is a JSON path in parts, joined only where somebody asks: most observations are of nobody's interest.
type Field struct{ path, list, name, rest string }

// String gives the path, for example spec.template.spec.containers[web].image.
func (f Field) String() string {
	if f.list == "" {
		return f.path
	}
	return f.path + "." + f.list + "[" + f.name + "]" + f.rest
}

// Needs declares what Observe looks at. Nothing gates: whoever takes silence for an answer asks Incomplete.
func Needs() []control.Need {
	needs := append(backup.Needs(), control.Sees[facts.Workload](), control.Sees[facts.Pod](), control.Sees[facts.Owner](), control.Sees[facts.Node](),
		control.Sees[facts.Claim](), control.Sees[facts.PersistentVolume](), control.Sees[facts.StorageClass]())
	for _, t := range logs.Types() {
		i := slices.IndexFunc(needs, func(n control.Need) bool { return n.Type == t })
		if i < 0 {
			needs = append(needs, control.Need{Type: t, ClusterWide: true})
			continue
		}
		needs[i].ClusterWide = true
	}
	return needs
}

// observed are the needs of Observe, made once.
var observed = Needs()

// Incomplete gives the sources without which a party could be overlooked, each once.
func Incomplete(v facts.View) []facts.SourceState {
	var out []facts.SourceState
	for _, n := range observed {
		for _, s := range v.SourcesOf(n.Type) {
			if !s.Complete() && !slices.ContainsFunc(out, func(o facts.SourceState) bool { return o.ID == s.ID }) {
				out = append(out, s)
			}
		}
	}
	return out
}

// Observe tells where outside parties show in an environment, in a stable order: around its namespaces, and in them. What
// stays within the cluster is no party of its own.
func Observe(env *control.Environment, v facts.View, tell func(Observation)) {
	ObserveAround(env, v, tell)
	for _, ns := range env.Scope() {
		ObserveIn(env.Platform, v, ns, tell)
	}
}

// ObserveAround tells of an environment's nodes, where its backups and logs go, and the endpoints that its solution declares.
func ObserveAround(env *control.Environment, v facts.View, tell func(Observation)) {
	o := newObserver(env.Platform, v, tell)
	o.nodes(env)
	o.backups(env)
	o.logs(env)
	o.endpoints(env)
}

// InLooks is what ObserveIn looks at.
func InLooks() facts.Looks {
	return facts.Looks{In: []reflect.Type{
		facts.TypeOf[facts.Workload](), facts.TypeOf[facts.Pod](), facts.TypeOf[facts.Owner](), facts.TypeOf[facts.Claim](),
		facts.TypeOf[facts.PersistentVolume](), facts.TypeOf[facts.StorageClass](), facts.TypeOf[facts.ExternalService](), facts.TypeOf[facts.Database](),
	}}
}

// ObserveIn tells of the images, volumes, Services, databases and telemetry of one namespace.
func ObserveIn(platform *control.Platform, v facts.View, namespace string, tell func(Observation)) {
	o := newObserver(platform, v, tell)
	o.images(namespace)
	o.volumes(namespace)
	o.reached(namespace)
	o.telemetry(namespace)
}

// observer finds parties.
type observer struct {
	platform  *control.Platform
	facts     facts.View
	reader    place.Reader
	volumesAt map[*facts.PersistentVolume]*place.Volume // once they were asked for
	add       func(Observation)
}

func newObserver(platform *control.Platform, v facts.View, tell func(Observation)) *observer {
	return &observer{platform: platform, facts: v, add: tell, reader: place.NewReader(platform.Tables, platform.Providers, platform.Object)}
}

// complete tells whether the facts of a type are all there are, so that what is not found does not exist.
func (o *observer) complete(t reflect.Type) bool {
	return !slices.ContainsFunc(o.facts.SourcesOf(t), func(s facts.SourceState) bool { return !s.Complete() })
}

// host makes the trace of a host; false for one within the cluster.
func (o *observer) host(host string) (Trace, bool) {
	host = place.BareHost(host)
	if host == "" || place.IsClusterHost(host) {
		return Trace{}, false
	}
	known, _ := o.platform.Tables.HostPlace(host)
	return Trace{Names: []string{host}, Provider: known.Provider}, true
}

func (o *observer) backups(env *control.Environment) {
	for _, use := range backup.Destinations(o.facts, env.Scope()) {
		ob := Observation{Kind: Backups, Object: use.Ref, Field: Field{path: "spec"}, Cause: use.By}
		d := use.Destination
		switch {
		case d == nil:
			ob.Object, ob.Cause = use.By, facts.Ref{}
			ob.Unread = cmp.Or(use.Ref.String(), "the default destination") + " does not exist"
		case d.InCluster || backup.InCluster(o.facts, d):
			continue
		default:
			ob.Trace = o.store(d)
			if ob.Trace.Name() == "" {
				ob.Unread = "what tells it is in a Secret or in the product's own settings, which are not read"
			}
		}
		o.add(ob)
	}
}

// store makes the trace of a backup destination.
func (o *observer) store(d *facts.BackupDestination) Trace {
	t := Trace{Names: backup.EndpointNames(d), Provider: d.Provider}
	if d.Endpoint != "" && t.Provider == "" {
		known, _ := o.platform.Tables.HostPlace(d.Endpoint)
		t.Provider = known.Provider
	}
	return t
}

func (o *observer) logs(env *control.Environment) {
	for _, d := range logs.Of(o.facts).Destinations(o.facts, env.Scope()) {
		ob := Observation{Kind: Logs, Object: d.Object, Field: Field{path: d.Field}, Cause: d.Collector, Unread: d.Unread}
		switch {
		case d.InCluster:
			continue
		case d.Unread != "":
		case d.Host != "":
			o.logHosts(ob, d)
			continue
		case d.Provider == "":
			ob.Unread = "output " + d.Plugin + " names no host"
		default:
			ob.Trace = Trace{Names: []string{strings.ToLower(d.Name())}, Provider: d.Provider}
		}
		o.add(ob)
	}
}

// logHosts tells of each host that a log destination stands for.
func (o *observer) logHosts(ob Observation, d logs.Destination) {
	hosts := d.Hosts
	if len(hosts) == 0 {
		hosts = []string{d.Host}
	}
	for _, h := range hosts {
		if t, outside := o.host(h); outside {
			t.Provider = cmp.Or(d.Provider, t.Provider)
			ob.Trace = t
			o.add(ob)
		}
	}
}

// endpoints are what the solution itself declares.
func (o *observer) endpoints(env *control.Environment) {
	subject := env.Solution.Ref()
	for _, e := range env.Solution.Object.Spec.ExternalEndpoints {
		t, outside := o.host(e.Host)
		if !outside {
			if t = (Trace{Names: []string{strings.ToLower(e.Host)}}); !strings.Contains(e.Host, "/") {
				continue
			}
		}
		t.Provider = cmp.Or(e.Provider, t.Provider)
		o.add(Observation{Kind: Endpoints, Object: subject, Field: Field{"spec", "externalEndpoints", e.Host, ""}, Trace: t, Supplier: e.Supplier})
	}
}
