package facts

import (
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// LogProduct names a log collector or log store.
type LogProduct string

// Log collectors and stores that are recognised.
const (
	LogFluentBit     LogProduct = "Fluent Bit"
	LogFluentd       LogProduct = "Fluentd"
	LogOpenTelemetry LogProduct = "OpenTelemetry Collector"
	LogVector        LogProduct = "Vector"
	LogAlloy         LogProduct = "Grafana Alloy"
	LogPromtail      LogProduct = "Promtail"
	LogFilebeat      LogProduct = "Filebeat"
	LogElasticAgent  LogProduct = "Elastic Agent"
	LogDatadog       LogProduct = "Datadog Agent"
	LogAzureMonitor  LogProduct = "Azure Monitor agent"
	LogLoki          LogProduct = "Loki"
)

// IsStore tells whether the product keeps logs rather than passing them on.
func (p LogProduct) IsStore() bool { return p == LogLoki }

// LogAgent is a workload that runs a log collector or a log store, recognised by the repository of an image. It is a fact
// of its own beside the Workload, so that whatever depends on log collection does not depend on every workload.
type LogAgent struct {
	Workload *Workload
	// Product is empty where a container reads the logs of nodes and its image is of nothing that is known.
	Product LogProduct
	// Container is the index of the recognised container in the workload's shape.
	Container int
	// ReadsNodeLogs is true where the container mounts the node's directory of container logs.
	ReadsNodeLogs bool
}

// LogConfig is a ConfigMap that holds configuration of log collectors or stores; other ConfigMaps give no fact.
type LogConfig struct {
	Ref   Ref
	Files []LogFile // ordered by key
}

// LogFile is one recognised key of such a ConfigMap, read into sections. What may be secret is left out.
type LogFile struct {
	Key     string
	Product LogProduct
	// Sections in the order of the file.
	Sections []LogSection
	// Unread says why the file cannot be read, as the end of a sentence that begins with the file; empty where it was read.
	Unread string
}

// LogSection is one part of a collector's or store's configuration in the words of its product: an [INPUT] of Fluent Bit, a
// receiver of the OpenTelemetry Collector, limits_config of Loki.
type LogSection struct {
	// Kind in lower case: input, filter, output, include, set; receiver, processor, exporter, pipeline; ...
	Kind string
	// Name is the plugin of Fluent Bit and the identifier elsewhere.
	Name string
	// Settings in the order of the file; a key occurs several times where the product allows it or the value is a list.
	Settings []LogSetting
}

// LogSetting is one setting; nested keys are joined by dots, and all are in lower case where the product does not mind.
type LogSetting struct{ Key, Value string }

// Get gives the last value of a key, as products read repeated keys, or nothing.
func (s *LogSection) Get(key string) string {
	v, _ := s.Lookup(key)
	return v
}

// Lookup gives the last value of a key and whether the key is set.
func (s *LogSection) Lookup(key string) (string, bool) {
	for _, set := range slices.Backward(s.Settings) {
		if set.Key == key {
			return set.Value, true
		}
	}
	return "", false
}

// All gives every value of a key in order.
func (s *LogSection) All(key string) []string {
	var out []string
	for _, set := range s.Settings {
		if set.Key == key {
			out = append(out, set.Value)
		}
	}
	return out
}

// LogPipeline is one custom resource that configures log collection. Joining several of them is derive's work.
type LogPipeline struct {
	// Ref tells the kind: FluentBit, ClusterOutput, Flow, ...; kinds of the same name differ in group.
	Ref Ref
	// Labels of the object, by which the Fluent Operator joins.
	Labels map[string]string
	// Sections in the words of the collector: what the operator would write of the resource into its configuration. Those
	// of the Logging operator's agents have kinds with the prefix agent-.
	Sections []LogSection
	// Selectors of a (Cluster)FluentBitConfig by kind of section (input, filter, output), and of a FluentBit (config).
	Selectors map[string]*metav1.LabelSelector
	// Config names the ClusterFluentBitConfig of a FluentBit.
	Config string
	// Mode of an OpenTelemetryCollector: daemonset, deployment (or empty), statefulset, sidecar.
	Mode string
	// Flow holds the part that Flow and ClusterFlow have, System that of a Logging.
	Flow   *LogFlow
	System *LogSystem
	// LoggingRef joins the resources of one Logging.
	LoggingRef string
	// Protected outputs may not be used by flows of namespaces.
	Protected bool
	// Active as the status says; Problems that it names.
	Active   Tristate
	Problems []string
	// Unread says why the configuration cannot be read, as the end of a sentence that begins with the resource.
	Unread string
}

// LogFlow is what a Flow or ClusterFlow of the Logging operator selects and where it sends it.
type LogFlow struct {
	// Matches in order, the first hit decides and no hit means not taken; none at all means everything.
	Matches []LogMatch
	// LocalOutputs in the flow's own namespace, GlobalOutputs in the control namespace.
	LocalOutputs  []string
	GlobalOutputs []string
}

// LogMatch is one select or exclude of a flow; whatever is left out matches everything.
type LogMatch struct {
	Exclude         bool
	Labels          map[string]string
	Namespaces      []string
	NamespaceRegex  []string
	NamespaceLabels map[string]string
	Containers      []string
	Hosts           []string
}

// LogSystem is what a Logging of the Logging operator says of the whole.
type LogSystem struct {
	ControlNamespace string
	WatchNamespaces  []string
	WatchSelector    *metav1.LabelSelector
	// AnyNamespace is true where ClusterFlow and ClusterOutput count outside the control namespace.
	AnyNamespace bool
	// SyslogNG is true where syslog-ng rather than Fluentd takes the records.
	SyslogNG bool
	// DefaultFlow names the cluster outputs that take what no flow takes.
	DefaultFlow []string
}

// LogStore is a custom resource of a log store (LokiStack).
type LogStore struct {
	Ref     Ref
	Product LogProduct
	// Retention of all records; zero: not set, which means forever.
	Retention time.Duration
	// Overrides of tenants and streams.
	Overrides []LogRetention
	// ObjectStore is the kind of store behind it: s3, azure, gcs; its place is in a Secret.
	ObjectStore string
}

// LogRetention is a retention of its own for one tenant, one stream or both.
type LogRetention struct {
	Tenant   string // empty: every tenant
	Selector string // a stream selector such as {namespace="aula"}; empty: every stream
	Priority int
	Period   time.Duration
}
