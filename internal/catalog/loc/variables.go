package loc

import (
	"cmp"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/logs"
	"github.com/tilsyn-dev/tilsyn/internal/derive/place"
	"github.com/tilsyn-dev/tilsyn/internal/derive/variables"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// telemetry judges the hosts that known variables of containers send to.
func telemetry(in control.EnvironmentInput) []control.Result {
	attested := newJudge(in, v1alpha1.AttestTelemetryLocation)
	var out []control.Result
	for _, ns := range in.Environment.Scope() {
		for _, w := range facts.ListIn[facts.Workload](in.Facts, ns) {
			for i := range w.Shape.Containers {
				c := &w.Shape.Containers[i]
				for _, v := range variables.Telemetry(in.Facts, ns, c) {
					for host := range strings.SplitSeq(v.Hosts, ",") {
						t := attested.telemetry(w, c, v, host)
						out = append(out, because(attested.target(t), v))
						if t.inCluster && t.missing.IsZero() {
							out = append(out, attested.passedOn(t, host)...)
						}
					}
				}
			}
		}
	}
	return out
}

// telemetry is one host, or none that is known, that a variable of a container sends to.
func (j *judge) telemetry(w *facts.Workload, c *facts.Container, v variables.Variable, host string) target {
	to := cmp.Or(host, "a host that "+v.Name+" names")
	if v.Credential {
		to = "the service that " + v.Name + " is for"
	}
	t := target{what: "Telemetry of " + w.Ref.String() + " to " + to, subject: w.Ref,
		field: field(w, "containers["+c.Name+"]."+v.Field()), unread: v.Unread}
	if host != "" {
		t.unread = "host " + host + " names no region"
		t = j.hostTarget(t, w.Ref.Namespace, host)
	}
	return t
}

// passedOn judges where a collector of this cluster sends what it is sent.
func (j *judge) passedOn(to target, host string) []control.Result {
	service, ok := place.ServiceOf(j.facts, to.subject.Namespace, place.BareHost(host))
	if !ok {
		return nil
	}
	var out []control.Result
	for _, d := range logs.Of(j.facts).Telemetry(service) {
		if d.InCluster && j.exists(d.Service) {
			continue // where the nodes are, like the collector
		}
		what := called(d)
		t := target{what: to.what + ", which " + d.Collector.String() + " passes on to " + what + ",", subject: to.subject, field: to.field,
			unread: cmp.Or(d.Unread, "destination "+what+" names no region")}
		out = append(out, j.target(j.sentTo(t, d)).Because(d.Collector))
	}
	return out
}

// because names the ConfigMap that holds a variable.
func because(r control.Result, v variables.Variable) control.Result {
	if v.ConfigMap.IsZero() {
		return r
	}
	return r.Because(v.ConfigMap)
}

// stores judges the data stores outside the cluster that variables of containers name.
func (j *storageJudge) stores(out []control.Result, w *facts.Workload) []control.Result {
	for i := range w.Shape.Containers {
		c := &w.Shape.Containers[i]
		variables.EachStore(j.facts, w.Ref.Namespace, c, func(v variables.Variable) { out = j.store(out, w, c, v) })
	}
	return out
}

// store judges the data stores that one variable names.
func (j *storageJudge) store(out []control.Result, w *facts.Workload, c *facts.Container, v variables.Variable) []control.Result {
	t := target{of: w.Ref, subject: w.Ref}
	if v.Hosts == "" {
		t.what, t.unread, t.field = "The data store that "+v.Name+" names", v.Unread, field(w, "containers["+c.Name+"]."+v.Field())
		return append(out, because(j.target(t), v))
	}
	for host := range strings.SplitSeq(v.Hosts, ",") {
		if host == "" || j.standsForPods(w.Ref.Namespace, host) {
			continue // where its volumes are is judged by themselves, and where a Service of the namespace leads too
		}
		t.what, t.unread, t.field = "Data store "+host, "it is not declared", field(w, "containers["+c.Name+"]."+v.Field())
		out = append(out, because(j.target(j.hostTarget(t, w.Ref.Namespace, host)), v))
	}
	return out
}

// standsForPods tells whether a name is that of a Service that exists, or of what answers in the cluster without one, unless
// it is a Service of another namespace that leads to something else than pods.
func (j *storageJudge) standsForPods(from, host string) bool {
	if !j.isService(host) {
		return false
	}
	host = place.BareHost(host)
	service, ok := place.ServiceOf(j.facts, from, host)
	if !ok {
		return true
	}
	if service.Namespace != from {
		if _, leads := place.LeadOf(j.facts, from, host); leads {
			return false
		}
	}
	return j.exists(service)
}

// isService tells names of Services of the cluster, also those of the form service.namespace.
func (j *storageJudge) isService(host string) bool {
	if place.IsClusterHost(host) {
		return true
	}
	_, ns, _ := strings.Cut(host, ".")
	return facts.Get[facts.Namespace](j.facts, "", ns) != nil
}
