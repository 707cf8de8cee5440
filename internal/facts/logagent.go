package facts

import (
	"path"
	"slices"
	"strings"

	"github.com/distribution/reference"
)

// imageHint recognises a product by the end of an image repository: its last element, and optionally the one before.
type imageHint struct {
	product LogProduct
	// parent is the element before the last; empty: any.
	parent string
	// last is compared with path.Match.
	last string
}

// imageHints lists where the projects and their usual mirrors publish collectors and stores. A mirror that joins elements
// by hyphens (mirrored-fluent-fluent-bit) is recognised too.
var imageHints = []imageHint{
	{LogFluentBit, "", "*fluent-bit"},
	{LogFluentBit, "", "fluentbit"},
	{LogFluentd, "", "*fluentd"},
	{LogFluentd, "", "fluentd-kubernetes-daemonset"},
	{LogFluentd, "", "fluentd-full"},
	{LogOpenTelemetry, "", "*opentelemetry-collector*"},
	{LogOpenTelemetry, "", "*otelcol*"},
	{LogOpenTelemetry, "", "*otel-collector*"},
	{LogVector, "timberio", "vector"},
	{LogVector, "openshift-logging", "vector*"},
	{LogVector, "", "*timberio-vector"},
	{LogAlloy, "grafana", "alloy"},
	{LogAlloy, "", "*grafana-alloy"},
	{LogAlloy, "grafana", "agent"},
	{LogPromtail, "", "*promtail"},
	{LogFilebeat, "", "filebeat*"},
	{LogFilebeat, "", "*beats-filebeat"},
	{LogElasticAgent, "", "elastic-agent*"},
	{LogDatadog, "datadog", "agent"},
	{LogDatadog, "datadoghq", "agent"},
	{LogDatadog, "datadoghq.com", "agent"},
	{LogAzureMonitor, "azuremonitor/containerinsights", "ciprod*"},
	{LogLoki, "grafana", "loki"},
	{LogLoki, "grafana", "enterprise-logs"},
	{LogLoki, "", "*grafana-loki"},
}

// LogProductOf recognises a log collector or store by the repository of an image. A name is a hint and no proof: an image
// under another name is not recognised, and what depends on it is then not known.
func LogProductOf(image string) (LogProduct, bool) {
	// Most images are of something else, and reading a reference takes time.
	if !slices.ContainsFunc(imageHints, func(h imageHint) bool { return strings.Contains(image, strings.Trim(h.last, "*")) }) {
		return "", false
	}
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return "", false
	}
	repository := named.Name() // domain and path, without tag and digest
	parent, last := path.Split(repository)
	parent = strings.TrimSuffix(parent, "/")
	for _, h := range imageHints {
		if ok, _ := path.Match(h.last, last); !ok {
			continue
		}
		if h.parent == "" || parent == h.parent || strings.HasSuffix(parent, "/"+h.parent) {
			return h.product, true
		}
	}
	return "", false
}

// LogAgentOf gives the log collector or store that a workload runs, or nil. Of several containers the one that reads the
// node's logs counts, then a store, then the first. A workload without a known one whose container mounts the node's
// directory of container logs, and not just a directory above, gives an agent without a product.
func LogAgentOf(w *Workload) *LogAgent {
	if w == nil || w.Shape == nil {
		return nil
	}
	var best *LogAgent
	for i, c := range w.Shape.Containers {
		if c.Type == ContainerInit || c.Type == ContainerEphemeral {
			continue
		}
		p, ok := LogProductOf(c.Image)
		if !ok {
			continue
		}
		a := &LogAgent{Workload: w, Product: p, Container: i, ReadsNodeLogs: readsNodeLogs(w.Shape, &c)}
		if best == nil || a.ReadsNodeLogs && !best.ReadsNodeLogs ||
			a.ReadsNodeLogs == best.ReadsNodeLogs && p.IsStore() && !best.Product.IsStore() {
			best = a
		}
	}
	if best == nil {
		return strangerOf(w)
	}
	return best
}

// strangerOf gives the container that reads the logs of nodes and is nothing that is known.
func strangerOf(w *Workload) *LogAgent {
	for i := range w.Shape.Containers {
		c := &w.Shape.Containers[i]
		if c.Type != ContainerInit && c.Type != ContainerEphemeral && mountsHost(w.Shape, c, isContainerLogs) {
			return &LogAgent{Workload: w, Container: i, ReadsNodeLogs: true}
		}
	}
	return nil
}

// readsNodeLogs tells whether a host path that holds the logs of containers is mounted: /var/log, something below it that
// holds them, or a directory above.
func readsNodeLogs(s *PodShape, c *Container) bool { return mountsHost(s, c, holdsContainerLogs) }

func mountsHost(s *PodShape, c *Container, is func(hostPath string) bool) bool {
	for _, m := range c.Mounts {
		for _, v := range s.Volumes {
			if v.HostPath != "" && v.Name == m.Volume && is(v.HostPath) {
				return true
			}
		}
	}
	return false
}

func holdsContainerLogs(hostPath string) bool {
	switch path.Clean(hostPath) {
	case "/", "/var":
		return true
	}
	return isContainerLogs(hostPath)
}

// containerLogs are the directories of a node below which the logs of containers stand.
var containerLogs = []string{"/var/log/pods", "/var/log/containers", "/var/lib/docker/containers"}

func isContainerLogs(hostPath string) bool {
	hostPath = path.Clean(hostPath)
	return hostPath == "/var/log" || slices.ContainsFunc(containerLogs, func(dir string) bool {
		return hostPath == dir || strings.HasPrefix(hostPath, dir+"/")
	})
}

// secretWords mark names of settings that may hold a secret.
var secretWords = []string{"passw", "passwd", "pwd", "secret", "token", "credential", "apikey", "api_key", "api-key",
	"access_key", "accesskey", "access-key", "private", "shared_key", "sharedkey", "auth", "bearer", "cookie", "license", "dsn", "sas"}

// MayBeSecret tells by the name of a setting or environment variable, or by its value (credentials in a URL), whether it
// may hold a secret. Such values are never kept.
func MayBeSecret(name, value string) bool {
	name = strings.ToLower(name)
	for _, w := range secretWords {
		if strings.Contains(name, w) {
			return true
		}
	}
	if scheme, rest, ok := strings.Cut(value, "://"); ok && scheme != "" {
		authority, _, _ := strings.Cut(rest, "/")
		return strings.Contains(authority, "@")
	}
	return false
}

// Annotation and label keys by which pods and namespaces opt out of, or into, log collection.
const (
	AnnotationFluentBitExclude     = "fluentbit.io/exclude" // also with _stdout, _stderr and -<container>
	AnnotationVectorContainers     = "vector.dev/exclude-containers"
	LabelVectorExclude             = "vector.dev/exclude"
	AnnotationAlloyPods            = "logs.grafana.com/pods.enabled"
	AnnotationOpenTelemetrySidecar = "sidecar.opentelemetry.io/inject"
	AnnotationOpenTelemetryLogs    = "io.opentelemetry.discovery.logs/enabled"
)
