package core

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	psaapi "k8s.io/pod-security-admission/api"
	psapolicy "k8s.io/pod-security-admission/policy"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// newSecurity makes the evaluator of Pod Security. The checks are the library's own, so that they are valid.
func newSecurity() psapolicy.Evaluator {
	e, err := psapolicy.NewEvaluator(psapolicy.DefaultChecks(), nil)
	if err != nil {
		panic("core: the checks of Pod Security contradict each other: " + err.Error())
	}
	return e
}

// security judges a pod by the newest version of both levels; nil where it meets restricted, and so baseline.
func (in *interner) security(meta *metav1.ObjectMeta, spec *corev1.PodSpec) *facts.PodSecurity {
	restricted := in.violations(psaapi.LevelRestricted, meta, spec)
	if len(restricted) == 0 {
		return nil
	}
	return &facts.PodSecurity{Baseline: in.violations(psaapi.LevelBaseline, meta, spec), Restricted: restricted}
}

// judged adds to a shape how the pod that it is of stands to the Pod Security Standards.
func (in *interner) judged(s *facts.PodShape, meta *metav1.ObjectMeta, spec *corev1.PodSpec) *facts.PodShape {
	s.Security = in.security(meta, spec)
	return s
}

func (in *interner) violations(level psaapi.Level, meta *metav1.ObjectMeta, spec *corev1.PodSpec) []facts.SecurityViolation {
	var out []facts.SecurityViolation
	for _, r := range in.evaluator.EvaluatePod(psaapi.LevelVersion{Level: level, Version: psaapi.LatestVersion()}, meta, spec) {
		if !r.Allowed {
			out = append(out, facts.SecurityViolation{Reason: r.ForbiddenReason, Detail: r.ForbiddenDetail})
		}
	}
	return out
}

// tokenOf reads what a pod says of its service account's token.
func tokenOf(mount *bool) facts.TokenMount {
	switch {
	case mount == nil:
		return facts.TokenDefault
	case *mount:
		return facts.TokenMounted
	}
	return facts.TokenNotMounted
}

func pullOf(p corev1.PullPolicy) facts.PullPolicy {
	switch p {
	case corev1.PullAlways:
		return facts.PullAlways
	case corev1.PullIfNotPresent:
		return facts.PullIfNotPresent
	case corev1.PullNever:
		return facts.PullNever
	}
	return facts.PullDefault
}

// requestsOf tells which resources a container asks for. A limit without a request is one.
func requestsOf(resources ...*corev1.ResourceRequirements) facts.ResourceSet {
	var set facts.ResourceSet
	for _, r := range resources {
		if r == nil {
			continue
		}
		for _, list := range []corev1.ResourceList{r.Requests, r.Limits} {
			if !list.Cpu().IsZero() {
				set |= facts.RequestsCPU
			}
			if !list.Memory().IsZero() {
				set |= facts.RequestsMemory
			}
		}
	}
	return set
}

// secretVariables tells whether variables come from a Secret.
func secretVariables(c *corev1.Container) bool {
	for i := range c.Env {
		if v := c.Env[i].ValueFrom; v != nil && v.SecretKeyRef != nil {
			return true
		}
	}
	for i := range c.EnvFrom {
		if c.EnvFrom[i].SecretRef != nil {
			return true
		}
	}
	return false
}

// ports keeps those ports that have a name or a port of the node.
func ports(into []facts.PodPort, all []corev1.ContainerPort) []facts.PodPort {
	for _, p := range all {
		if p.Name == "" && p.HostPort == 0 {
			continue
		}
		protocol := string(p.Protocol)
		if protocol == "" {
			protocol = string(corev1.ProtocolTCP)
		}
		into = append(into, facts.PodPort{Name: p.Name, Protocol: protocol, Port: p.ContainerPort, Host: p.HostPort})
	}
	return into
}
