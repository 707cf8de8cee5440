package core

import (
	"slices"
	"strings"

	"github.com/distribution/reference"
)

// knownAnnotations are the annotation keys that controls look at: exact keys, and prefixes that end in a slash or a dot.
var knownAnnotations = []string{
	"backup.velero.io/backup-volumes",
	"backup.velero.io/backup-volumes-excludes",
	"velero.io/",
	"k8up.io/",
	"fluentbit.io/",
	"co.elastic.logs/disable",
	"co.elastic.logs/enabled",
	"ad.datadoghq.com/exclude",
	"ad.datadoghq.com/logs_exclude",
	"vector.dev/",
	"logs.grafana.com/",
	"io.opentelemetry.discovery.logs/enabled",
	"sidecar.opentelemetry.io/",
	"instrumentation.opentelemetry.io/",
	"scheduler.alpha.kubernetes.io/",
	"openshift.io/node-selector",
	"tilsyn.dev/",
	"rules.tilsyn.dev/",
	"kubernetes.io/config.mirror",
	"volume.kubernetes.io/selected-node",
	// Ingress controllers: TLS, redirects, login, certificates.
	"nginx.ingress.kubernetes.io/ssl-redirect",
	"nginx.ingress.kubernetes.io/force-ssl-redirect",
	"nginx.ingress.kubernetes.io/ssl-passthrough",
	"nginx.ingress.kubernetes.io/backend-protocol",
	"nginx.ingress.kubernetes.io/auth-url",
	"nginx.ingress.kubernetes.io/auth-type",
	"nginx.ingress.kubernetes.io/auth-tls-secret",
	"nginx.ingress.kubernetes.io/auth-tls-verify-client",
	"nginx.ingress.kubernetes.io/server-alias",
	"nginx.ingress.kubernetes.io/whitelist-source-range",
	"nginx.ingress.kubernetes.io/denylist-source-range",
	"traefik.ingress.kubernetes.io/router.entrypoints",
	"traefik.ingress.kubernetes.io/router.tls",
	"traefik.ingress.kubernetes.io/router.tls.options",
	"traefik.ingress.kubernetes.io/router.middlewares",
	"haproxy.org/ssl-redirect",
	"haproxy.org/ssl-passthrough",
	"alb.ingress.kubernetes.io/scheme",
	"alb.ingress.kubernetes.io/listen-ports",
	"alb.ingress.kubernetes.io/ssl-policy",
	"alb.ingress.kubernetes.io/ssl-redirect",
	"alb.ingress.kubernetes.io/certificate-arn",
	"alb.ingress.kubernetes.io/auth-type",
	"cert-manager.io/issuer",
	"cert-manager.io/cluster-issuer",
	"volume.kubernetes.io/storage-provisioner",
	// Meshes: whether a pod has a proxy, and what goes past it.
	"sidecar.istio.io/inject",
	"ambient.istio.io/redirection",
	"traffic.sidecar.istio.io/",
	"linkerd.io/inject",
	"config.linkerd.io/default-inbound-policy",
	"config.linkerd.io/skip-inbound-ports",
	"config.linkerd.io/skip-outbound-ports",
	"config.linkerd.io/skip-subnets",
}

// perContainer are annotation keys with the name of a container or port in the middle.
var perContainer = []struct{ prefix, suffix string }{
	{"co.elastic.logs.", "/enabled"},
	{"ad.datadoghq.com/", ".exclude"},
	{"ad.datadoghq.com/", ".logs_exclude"},
	{"ad.datadoghq.com/", ".logs"},
	{"io.opentelemetry.discovery.logs.", "/enabled"},
}

// presenceOnly are known keys whose values are commands or configuration, which may hold secrets: only the key is kept.
var presenceOnly = []struct{ prefix, suffix string }{
	{"pre.hook.backup.velero.io/", "command"},
	{"post.hook.backup.velero.io/", "command"},
	{"k8up.io/backupcommand", ""},
	{"nginx.ingress.kubernetes.io/", "-snippet"},
	{"ad.datadoghq.com/", ".logs"},
}

// KnownAnnotation tells whether some control looks at an annotation. Of annotations that hold commands or configuration
// only the key is kept.
func KnownAnnotation(key string) bool {
	for _, known := range knownAnnotations {
		if key == known || strings.HasSuffix(known, "/") && strings.HasPrefix(key, known) {
			return true
		}
	}
	for _, p := range perContainer {
		if strings.HasPrefix(key, p.prefix) && strings.HasSuffix(key, p.suffix) {
			return true
		}
	}
	return onlyPresence(key)
}

func onlyPresence(key string) bool {
	for _, p := range presenceOnly {
		if strings.HasPrefix(key, p.prefix) && strings.HasSuffix(key, p.suffix) && key != "k8up.io/backupcommand-container" {
			return true
		}
	}
	return false
}

func annotations(all map[string]string) map[string]string {
	var known map[string]string
	for k, v := range all {
		if !KnownAnnotation(k) {
			continue
		}
		if known == nil {
			known = map[string]string{}
		}
		if onlyPresence(k) {
			v = ""
		}
		known[k] = v
	}
	return known
}

// addedToPods are labels that controllers or the API server add to each pod. They say nothing that the owner and the node
// do not say, and would keep the pods of one workload from sharing a shape.
var addedToPods = []string{
	"pod-template-hash",
	"controller-revision-hash",
	"pod-template-generation",
	"statefulset.kubernetes.io/pod-name",
	"apps.kubernetes.io/pod-index",
	"controller-uid",
	"job-name",
	"batch.kubernetes.io/controller-uid",
	"batch.kubernetes.io/job-name",
	"batch.kubernetes.io/job-completion-index",
	"topology.kubernetes.io/region",
	"topology.kubernetes.io/zone",
}

// knownImages are names of collectors, log stores and backup servers: a whole last part of the repository, or with a
// leading ~ a part of it.
var knownImages = []string{
	"~fluent-bit", "~fluentbit", "~fluentd", "promtail", "alloy", "grafana-agent", "vector", "~filebeat", "~elastic-agent",
	"~opentelemetry-collector", "~otelcol", "~otel-collector", "~logstash", "syslog-ng", "axosyslog", "loki",
	"velero", "k8up",
}

// KnownImage tells whether an image is that of a log collector, log store or backup server by the last part of its
// repository, so that a mirror in a registry of one's own counts. It is a hint, never proof.
func KnownImage(image string) bool {
	// Most images are of something else, and reading a reference takes time.
	if !strings.Contains(image, "agent") &&
		!slices.ContainsFunc(knownImages, func(known string) bool { return strings.Contains(image, strings.TrimPrefix(known, "~")) }) {
		return false
	}
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return false
	}
	parts := strings.Split(reference.Path(named), "/")
	last := parts[len(parts)-1]
	if last == "agent" { // datadoghq/agent, datadoghq.com/agent, grafana/agent
		return strings.Contains(reference.Domain(named), "datadog") ||
			slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(p, "datadog") || p == "grafana" })
	}
	return slices.ContainsFunc(knownImages, func(known string) bool {
		part, contains := strings.CutPrefix(known, "~")
		return last == part || contains && strings.Contains(last, part)
	})
}
