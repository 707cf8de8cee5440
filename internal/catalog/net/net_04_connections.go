package net

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/envvar"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// tlsOf tells how a container's variable that names data stores encrypts.
func tlsOf(c *facts.ContainerConfig, variable string) string {
	if variable == "PGHOST" || variable == "PGHOSTADDR" {
		return cmp.Or(c.StoreTLS[variable], envvar.TLSOfMode(c.Settings["PGSSLMODE"]))
	}
	return c.StoreTLS[variable]
}

// clients finds a client of a data store that connects in clear or verifies nobody. Within the cluster the mesh covers it.
func (m *meshed) clients(s *facts.PodShape, covered bool) (control.Result, bool) {
	for i := range s.Containers {
		config := s.Containers[i].Configuration()
		for name, hosts := range s.Containers[i].Stores.All() {
			reason := ""
			switch tlsOf(&config, name) {
			case envvar.TLSNone:
				reason = "StoreInClear"
			case envvar.TLSUnverified:
				reason = "StoreNotVerified"
			}
			if reason == "" || hosts == "" || covered && inCluster(hosts) || hosts == "localhost" {
				continue
			}
			return control.Fail(control.Reason(reason), "variable", name, "container", s.Containers[i].Name, "host", hosts), true
		}
	}
	return control.Result{}, false
}

// inCluster tells Services by their names: without a dot, or under svc. What is not sure is outside.
func inCluster(hosts string) bool {
	for h := range strings.SplitSeq(hosts, ",") {
		if strings.Contains(h, ".") && !strings.HasSuffix(h, ".svc") && !strings.HasSuffix(h, ".svc.cluster.local") {
			return false
		}
		if strings.Contains(h, ":") {
			return false // an address
		}
	}
	return true
}

// judgeConnections judges the declared connections to stores and organisations, and rules for clients of the mesh.
func judgeConnections(in control.EnvironmentInput, p *net04) []control.Result {
	if !p.Required {
		return []control.Result{control.NotApplicable("NotRequired")}
	}
	t := &transit{EnvironmentInput: in, p: p}
	seen := observedClients(in)
	var out []control.Result
	for i := range in.Environment.Solution.Object.Spec.ExternalEndpoints {
		e := &in.Environment.Solution.Object.Spec.ExternalEndpoints[i]
		if slices.Contains([]string{"Database", "ObjectStore", "FileStore", "Integration"}, e.Purpose) {
			out = append(out, t.endpoint(e, seen).At("spec.externalEndpoints["+e.Host+"]"))
		}
	}
	for _, ns := range slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(in.Environment.Scope()), istioRoot)))) {
		for _, rule := range facts.ListIn[facts.Mesh](in.Facts, ns) {
			if r, found := clientRule(rule); found {
				out = append(out, r)
			}
		}
	}
	return out
}

// observedClients gives, by host in small letters, what is worst of how clients encrypt; empty where one does not say.
func observedClients(in control.EnvironmentInput) map[string]string {
	if len(facts.Incomplete[facts.Workload](in.Facts)) > 0 {
		return nil // others may do otherwise
	}
	out := map[string]string{}
	for _, ns := range in.Environment.Scope() {
		for _, w := range facts.ListIn[facts.Workload](in.Facts, ns) {
			if w.Shape == nil {
				continue
			}
			for i := range w.Shape.Containers {
				config := w.Shape.Containers[i].Configuration()
				for name, hosts := range w.Shape.Containers[i].Stores.All() {
					for h := range strings.SplitSeq(hosts, ",") {
						if last, known := out[h]; !known || last == envvar.TLSVerified {
							out[h] = tlsOf(&config, name)
						}
					}
				}
			}
		}
	}
	return out
}

func (t *transit) endpoint(e *v1alpha1.ExternalEndpoint, seen map[string]string) control.Result {
	args := []string{"host", e.Host, "solution", t.Environment.Solution.Object.Name, "encryption", e.Encryption}
	integration := e.Purpose == "Integration"
	switch {
	case e.Encryption == "None":
		return control.Fail("EndpointInsecure", append(args, "why", "it is not encrypted")...).RestingOn(control.Declared)
	case e.Encryption == "Unverified":
		return control.Fail("EndpointInsecure", append(args, "why", "nobody is verified")...).RestingOn(control.Declared)
	case integration && e.Encryption == "ServerVerified":
		return control.Fail("EndpointInsecure", append(args, "why", "between organisations both sides are verified")...).RestingOn(control.Declared)
	}
	if integration {
		args = append(args, "standard", cmp.Or(e.Standard, "no standard"), "approved", strings.Join(t.p.IntegrationStandards, ", "))
		approved := slices.ContainsFunc(t.p.IntegrationStandards, func(s string) bool { return strings.EqualFold(s, e.Standard) })
		switch {
		case e.Standard == "", !approved && len(t.p.IntegrationStandards) > 0:
			return control.Fail("NoStandard", args...).RestingOn(control.Declared)
		case !approved:
			return control.Unknown("StandardsNotKnown", args...)
		}
	}
	attested, changes := t.attested(e.Host)
	switch {
	case attested && (!integration || e.Encryption == "Mutual"):
		return control.Pass("Attested").RestingOn(control.Attested).Until(changes)
	case !integration && seen[strings.ToLower(e.Host)] == envvar.TLSVerified:
		return control.Pass("ServerVerified", "host", e.Host).Until(changes)
	}
	return control.Unknown("NotAttested", args...).Until(changes)
}

// clientRule finds what a DestinationRule lets clients do in clear or without verification.
func clientRule(rule *facts.Mesh) (control.Result, bool) {
	insecure := func(mode string) bool { return mode == "DISABLE" || mode == facts.MeshUnverified }
	if rule.Ref.Kind != "DestinationRule" {
		return control.Result{}, false
	}
	mode, part := rule.Mode, ""
	if !insecure(mode) {
		for _, name := range slices.Sorted(maps.Keys(rule.PortModes)) {
			if insecure(rule.PortModes[name]) {
				mode, part = rule.PortModes[name], " ("+strings.Trim(name, ":")+")"
				break
			}
		}
	}
	if !insecure(mode) {
		return control.Result{}, false
	}
	return control.Fail("ClientInsecure", "host", strings.Join(rule.Hosts, ", "), "mode", mode, "part", part, "namespace", rule.Ref.Namespace, "name", rule.Ref.Name).On(rule.Ref), true
}
