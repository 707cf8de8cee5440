package facts

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// LogProduct names a log system.
type LogProduct string

// Log systems that are recognised.
const (
	LogFluentBit     LogProduct = "FluentBit"
	LogFluentd       LogProduct = "Fluentd"
	LogOpenTelemetry LogProduct = "OpenTelemetry"
	LogVector        LogProduct = "Vector"
	LogAlloy         LogProduct = "Alloy"
	LogPromtail      LogProduct = "Promtail"
	LogFilebeat      LogProduct = "Filebeat"
	LogLoki          LogProduct = "Loki"
)

// LogPipeline is what one configuration object says of log collection: a ConfigMap of a collector, a ClusterFluentBitConfig
// with its inputs, a ClusterFlow. Adapters fill what the object says; joining several objects is derive's work.
type LogPipeline struct {
	Ref     Ref
	Product LogProduct
	// System tells which control system reads the object: ConfigMap, FluentOperator, LoggingOperator, OpenTelemetryOperator.
	System string
	// Kind of the piece: Agent, Config, Input, Filter, Output, Flow.
	Piece LogPiece
	// Key in a ConfigMap that the piece comes from.
	Key string
	// Labels of the object and Selectors that join pieces (Fluent operator).
	Labels    map[string]string
	Selectors map[LogPiece]*metav1.LabelSelector
	// LoggingRef joins pieces of the Logging operator.
	LoggingRef string
	// OutputRefs named by a flow: local ones in the flow's namespace, others cluster-wide.
	LocalOutputs  []string
	GlobalOutputs []string
	// ControlNamespace and WatchNamespaces of a Logging.
	ControlNamespace string
	WatchNamespaces  []string
	WatchSelector    *metav1.LabelSelector
	// Inputs, Filters, Outputs in order.
	Inputs  []LogInput
	Filters []LogFilter
	Outputs []LogOutput
	// Matches of a Logging operator flow in order; nil means everything.
	Matches []LogMatch
	// Active as the status says; NotKnown where there is no status.
	Active   Tristate
	Problems []string
	// Opaque is true where the deciding configuration cannot be read (Secret, custom text); the reason says why.
	Opaque string
	// Includes names other files that the configuration pulls in.
	Includes []string
}

// LogPiece is a part of a pipeline.
type LogPiece string

// Pieces of a pipeline.
const (
	PieceAgent  LogPiece = "Agent"
	PieceConfig LogPiece = "Config"
	PieceInput  LogPiece = "Input"
	PieceFilter LogPiece = "Filter"
	PieceOutput LogPiece = "Output"
	PieceFlow   LogPiece = "Flow"
	PieceSystem LogPiece = "System"
)

// LogInput is one input of a collector.
type LogInput struct {
	Plugin string // tail, systemd, filelog, kubernetes_logs, ...
	Tag    string
	Paths  []string
	// ExcludePaths are globs that are not read.
	ExcludePaths []string
	// Namespaces the input is limited to; empty means all.
	Namespaces []string
	// ViaAPI is true where logs are read through the API server rather than from files.
	ViaAPI bool
}

// LogFilter is one filter of a collector.
type LogFilter struct {
	Plugin string // grep, throttle, kubernetes, lua, ...
	Match  string
	// HonoursOptOut tells whether pods can opt out by annotation (K8S-Logging.Exclude).
	HonoursOptOut Tristate
	// DropsNamespaces are namespaces whose records are dropped for sure.
	DropsNamespaces []string
	// MayDrop is true where the filter can drop records in a way that cannot be decided from here; What says how.
	MayDrop bool
	What    string
}

// LogOutput is one output of a collector.
type LogOutput struct {
	Plugin string // s3, es, loki, forward, stdout, ...
	Match  string
	// MatchRegex where a regular expression selects records.
	MatchRegex string
	Host       string // destination host, without user, path or port
	Region     string
	Bucket     string
	Provider   string
	// Service address in the cluster: the store runs here.
	InCluster bool
	// DeadEnd is true for outputs that keep nothing: null, stdout, debug, nop.
	DeadEnd bool
	// Internal is true for outputs that hand over to another part of the same pipeline (relabel, connector, local forward).
	Internal bool
	// TLS of the transport.
	TLS Tristate
	// TLSVerify tells whether the certificate is checked.
	TLSVerify Tristate
	// RegionFromDefault is true where the plugin falls back to a default region such as us-east-1.
	RegionFromDefault bool
	// InSecret is true where the destination is in a Secret or environment value that is not read.
	InSecret bool
	// RetainsFor is the retention that the output itself sets in the store, zero where it does not say.
	RetainsFor time.Duration
	// Protected cluster outputs may not be used by flows of namespaces.
	Protected bool
}

// LogMatch is one select or exclude of a Logging operator flow.
type LogMatch struct {
	Exclude         bool
	Labels          map[string]string
	Namespaces      []string
	NamespaceRegex  []string
	NamespaceLabels map[string]string
	Containers      []string
	Hosts           []string
}

// LogStore is the configuration of a log store that runs in the cluster.
type LogStore struct {
	Ref     Ref
	Product LogProduct
	Key     string // key in the ConfigMap
	// Retention that the configuration sets for all records; zero with Forever false means not set.
	Retention time.Duration
	Forever   bool
	// Enforced tells whether the component that deletes old records is on.
	Enforced Tristate
	// Overrides are retention times of tenants and streams, by selector or tenant.
	Overrides map[string]time.Duration
	// SizeLimit that can cut earlier, as written.
	SizeLimit string
	// Opaque says why the retention cannot be read.
	Opaque string
	// Store of the chunks: filesystem, s3, gcs, azure, ...
	Backend string
	Host    string
	Region  string
	Bucket  string
}

// LogArrival is evidence that records of a namespace arrived in the store.
type LogArrival struct {
	Namespace string
	// Source of the evidence, for example the name of the adapter.
	Source     string
	LastRecord time.Time
	ObservedAt time.Time
}
