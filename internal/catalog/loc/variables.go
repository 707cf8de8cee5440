package loc

import (
	"cmp"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
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
					to := cmp.Or(v.Hosts, "a host that "+v.Name+" names")
					if v.Credential {
						to = "the service that " + v.Name + " is for"
					}
					t := target{what: "Telemetry of " + w.Ref.String() + " to " + to, subject: w.Ref,
						field: field(w, "containers["+c.Name+"]."+v.Field), unread: v.Unread}
					if v.Hosts != "" {
						t = attested.hostTarget(t, v.Hosts)
						t.unread = "host " + v.Hosts + " names no region"
					}
					out = append(out, because(attested.target(t), v))
				}
			}
		}
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
		for _, v := range variables.Stores(j.facts, w.Ref.Namespace, c) {
			at := func() string { return field(w, "containers["+c.Name+"]."+v.Field) } // most names are those of Services
			if v.Hosts == "" {
				out = append(out, because(j.target(target{what: "The data store that " + v.Name + " names", of: w.Ref, subject: w.Ref, field: at(), unread: v.Unread}), v))
			}
			for host := range strings.SplitSeq(v.Hosts, ",") {
				if host == "" || j.isService(host) {
					continue // where its volumes are is judged by themselves, and where its Service leads too
				}
				t := target{what: "Data store " + host, of: w.Ref, subject: w.Ref, field: at(), unread: "it is not declared"}
				out = append(out, because(j.target(j.hostTarget(t, host)), v))
			}
		}
	}
	return out
}

// isService tells names of Services of the cluster, also those of the form service.namespace.
func (j *storageJudge) isService(host string) bool {
	if place.IsClusterHost(host) {
		return true
	}
	_, ns, _ := strings.Cut(host, ".")
	return facts.Get[facts.Namespace](j.facts, "", ns) != nil
}
