package facts

import (
	"math"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/tilsyn-dev/tilsyn/internal/placement"
)

// Namespace is one namespace.
type Namespace struct {
	Name        string
	Labels      map[string]string
	Annotations map[string]string // keys that some control knows
	CreatedAt   time.Time
	Terminating bool
}

// Node is one node as its API object describes it.
type Node struct {
	Name       string
	UID        types.UID
	ProviderID string
	Labels     map[string]string
	Taints     []corev1.Taint
	Ready      bool
	CreatedAt  time.Time
	// Versions as the kubelet reports them.
	Kubelet, OSImage, Kernel, Runtime string
	// DeletedAt is set on a node that is gone and kept for the history window.
	DeletedAt time.Time
}

// Workload is one root owner of pods: the topmost built-in owner, or, for pods whose topmost owner is a foreign kind or
// nobody, that foreign owner (from its reference) or the pod itself. Pods of one foreign owner give one Workload each with
// the same Ref.
type Workload struct {
	Ref Ref
	UID UID
	// Controller is the foreign controlling owner of a built-in owner, such as a Rollout that owns a ReplicaSet; nil where
	// there is none.
	Controller *Ref
	// PodsOnly is true where no template could be read and Shape is that of a pod.
	PodsOnly bool
	// Unread is true for an object of a kind that is not read and that holds a pod template, as manifests show it: only its
	// controller knows what pods come of it. Shape is empty.
	Unread bool
	// SchedulingRead is true for one that is Unread and says itself where its pods may run: Shape.Scheduling is then known.
	SchedulingRead bool
	// Static is true for a mirror pod, which the kubelet runs without the API server's consent.
	Static bool
	// TemplatePath is the JSON path of the pod spec in the object, for example spec.template.spec.
	TemplatePath   string
	Shape          *PodShape
	ClaimTemplates []ClaimTemplate
	Labels         *Labels
	// Replicas wanted; -1 where the kind states none (DaemonSet, Job, CronJob, pods).
	Replicas  int32
	Suspended bool
	// Finished is true for a Job or bare pod that has ended and runs no more.
	Finished  bool
	CreatedAt Instant
	// Daemon holds the status of a DaemonSet.
	Daemon *DaemonStatus
}

// DaemonStatus is the status of a DaemonSet.
type DaemonStatus struct {
	Desired, Ready, Available      int32
	ObservedGeneration, Generation int64
}

// ClaimTemplate is a volumeClaimTemplate of a StatefulSet.
type ClaimTemplate struct {
	Name         string
	StorageClass *string // nil: the default class
	Labels       *Labels
	Annotations  map[string]string
}

// PodShape is what a pod template or pod says that controls look at. Equal shapes share one pointer.
type PodShape struct {
	Scheduling  placement.Constraints
	Tolerations []corev1.Toleration
	// Labels whole in templates; in pods without those that controllers add to each pod (pod-template-hash and the like).
	// Annotations only with keys that some control knows.
	Labels      *Labels
	Annotations map[string]string
	Containers  []Container
	Volumes     []Volume
	// Ports of all containers that have a name or a port of the node.
	Ports []PodPort
	// Security is how the pod stands to the Pod Security Standards; nil: it meets the level restricted.
	Security *PodSecurity
	// Spread is how its pods are to be spread; nil: nothing is asked for.
	Spread      *PodSpread
	HostNetwork bool
	// Token is what the pod itself says of mounting the token of its service account.
	Token          TokenMount
	ServiceAccount string
}

// TokenMount is what a pod says of mounting the token of its service account.
type TokenMount uint8

// The default is what the service account says, and to mount it where that says nothing either.
const (
	TokenDefault TokenMount = iota
	TokenMounted
	TokenNotMounted
)

// PodPort is one port of a container.
type PodPort struct {
	Name     string
	Protocol string // TCP, UDP or SCTP
	Port     int32
	// Host is the port of the node that leads to it, 0 for none.
	Host int32
}

// ContainerType tells how a container runs.
type ContainerType uint8

// Container types. A sidecar is an init container with restartPolicy Always.
const (
	ContainerMain ContainerType = iota
	ContainerInit
	ContainerSidecar
	ContainerEphemeral
)

// Container is one container of a pod.
type Container struct {
	Name   string
	Image  string
	Mounts []Mount
	// Stores names hosts of data stores by variable, as Telemetry of Config does those of telemetry; what is in a Secret is
	// left out. Many containers name one, and few have anything else that is known.
	Stores *Labels
	// Config is what is else known of its arguments and environment; nil where nothing is, as of most.
	Config *ContainerConfig
	Type   ContainerType
	// EnvFrom is true where all keys of a ConfigMap or Secret become variables; Config.EnvFrom names the ConfigMaps.
	EnvFrom bool
	// SecretEnv is true where a variable, or all, come from a Secret.
	SecretEnv bool
	// Pull is when the image is pulled.
	Pull PullPolicy
	// ReadinessProbe and LivenessProbe are true where there is one.
	ReadinessProbe, LivenessProbe bool
	// Requests tells which resources are asked for, by requests or limits of the container or the pod.
	Requests ResourceSet
}

// PullPolicy is when an image is pulled. The zero value is left to the API server: always for the tag latest or none, else
// where it is not there.
type PullPolicy uint8

// Policies of pulling.
const (
	PullDefault PullPolicy = iota
	PullAlways
	PullIfNotPresent
	PullNever
)

// ResourceSet is a set of resources.
type ResourceSet uint8

// Resources that are asked for.
const (
	RequestsCPU ResourceSet = 1 << iota
	RequestsMemory
)

// ContainerConfig is what is known of the arguments and environment of a container.
type ContainerConfig struct {
	// Args are command and args, only of containers whose image is a known log collector, log store or backup server;
	// the values of flags that may hold secrets are empty.
	Args []string
	// Settings are plain environment values, only of keys that some control knows and that hold no secrets.
	Settings map[string]string
	// Telemetry names hosts that known telemetry variables send to; the variable is the key, only the host is kept. An
	// empty host means that the value is in a Secret or ConfigMap and not read.
	Telemetry map[string]string
	// StoreTLS tells of variables of the container's Stores how the client encrypts, where their value says it: none, unverified
	// (whoever answers is believed) or verified.
	StoreTLS map[string]string
	// From names the ConfigMap and key, with a slash between them, of variables of Telemetry and of the container's Stores that come from one.
	From map[string]string
	// EnvFrom are the ConfigMaps whose keys all become variables, in order, each as prefix/name.
	EnvFrom []string
	// SubPaths are the subPaths of mounts by mount path, only of containers as under Args.
	SubPaths map[string]string
}

// ConfigHosts are the hosts that values of a ConfigMap name, for containers that take them as variables. Of a value nothing
// but hosts is kept; a ConfigMap without such a value gives no fact.
type ConfigHosts struct {
	Namespace, Name string
	Values          map[string]ConfigValue
}

// ConfigValue is one value of a ConfigMap.
type ConfigValue struct {
	// Hosts, joined by commas; empty for the credentials of a known telemetry service, which show that it is used.
	Hosts string
	// Store is true where the value says itself that the host is a data store.
	Store bool
}

// Configuration gives what is known, empty where nothing is.
func (c *Container) Configuration() ContainerConfig {
	if c.Config == nil {
		return ContainerConfig{}
	}
	return *c.Config
}

// Mount is one volume mount.
type Mount struct {
	Volume   string
	Path     string
	ReadOnly bool
}

// Volume is one volume of a pod. At most one of the fields after Name is set; none for types that hold no data of their
// own: projected, downwardAPI, gitRepo. The projected service account token that every pod gets is left out.
// ConfigMaps and Secrets stand only in pods that may be collectors or stores: those with a known image or a hostPath.
type Volume struct {
	Name      string
	Claim     string
	Ephemeral *ClaimTemplate
	HostPath  string
	NFSServer string
	// CSI is an inline CSI volume.
	CSI       *CSIVolume
	ConfigMap string
	// Items of a ConfigMap volume, key by path, where it names them.
	Items    map[string]string
	Secret   string
	EmptyDir bool
	// Image is the reference of a volume that is the content of an image.
	Image string
	// Token is the longest life in seconds of the service account tokens that a projected volume asks for, 0: it asks for
	// none. TokenForAPI is true where one of them is for the API server of the cluster.
	Token       int32
	TokenForAPI bool
	// Other names another in-tree type that reaches storage, for example iscsi or azureFile.
	Other string
}

// CSIVolume is a volume of a CSI driver.
type CSIVolume struct {
	Driver     string
	Handle     string
	Attributes map[string]string
}

// CronJob is what a CronJob tells of its runs; its template is a Workload.
type CronJob struct {
	Namespace, Name string
	Suspended       bool
	// LastSuccess is when a job of it last ended well; zero: never yet.
	LastSuccess time.Time
	CreatedAt   time.Time
}

// Pod is one pod, kept small: there are many.
type Pod struct {
	Namespace string
	Name      string
	Node      string // empty until it is bound
	// Controller is the controlling owner, shared by the pods of one owner; nil for a bare pod.
	Controller *PodController
	Shape      *PodShape
	// Images that run in the containers of Shape, nil where the runtime has reported none.
	Images    *PodImages
	CreatedAt Instant
	Phase     PodPhase
	Ready     bool
}

// PodPhase is how far a pod is. The zero value is one that is not known.
type PodPhase uint8

// Phases of pods.
const (
	PodUnknown PodPhase = iota
	PodPending
	PodRunning
	PodSucceeded
	PodFailed
)

// PhaseOf reads the phase of a pod.
func PhaseOf(p corev1.PodPhase) PodPhase {
	switch p {
	case corev1.PodPending:
		return PodPending
	case corev1.PodRunning:
		return PodRunning
	case corev1.PodSucceeded:
		return PodSucceeded
	case corev1.PodFailed:
		return PodFailed
	}
	return PodUnknown
}

// Ended tells whether the pod runs no more.
func (p PodPhase) Ended() bool { return p == PodSucceeded || p == PodFailed }

// Instant is a time to the second between 1970 and 2106, as objects have that of their creation; the zero value is none.
type Instant uint32

// InstantOf cuts what is less than a second off a time.
func InstantOf(t time.Time) Instant {
	if t.IsZero() {
		return 0
	}
	return Instant(min(max(t.Unix(), 1), math.MaxUint32))
}

// Time gives the time in UTC, zero for none.
func (i Instant) Time() time.Time {
	if i == 0 {
		return time.Time{}
	}
	return time.Unix(int64(i), 0).UTC()
}

// PodController is the controlling owner of pods as their reference names it: a ReplicaSet, a Job, a foreign kind.
type PodController struct {
	Ref Ref
	UID UID
}

// Owner names the controlling owner, zero for a bare pod.
func (p *Pod) Owner() Ref {
	if p.Controller == nil {
		return Ref{}
	}
	return p.Controller.Ref
}

// Owner is an intermediate owner of pods: a ReplicaSet that names a Deployment as its controller, or a Job that names a
// CronJob. It is kept small too.
type Owner struct {
	UID, ParentUID  UID
	Namespace, Name string
	ParentName      string
	// Job is true for a Job of a CronJob, false for a ReplicaSet of a Deployment.
	Job bool
	// Shape of its own template, which its pods are made of, whatever the parent's says. Nil where it makes no pods: an old
	// ReplicaSet without replicas, a Job that has ended.
	Shape *PodShape
}

// Ref names the owner.
func (o *Owner) Ref() Ref {
	if o.Job {
		return Ref{Group: "batch", Kind: "Job", Namespace: o.Namespace, Name: o.Name}
	}
	return Ref{Group: "apps", Kind: "ReplicaSet", Namespace: o.Namespace, Name: o.Name}
}

// Parent names the controller of the owner.
func (o *Owner) Parent() Ref {
	if o.Job {
		return Ref{Group: "batch", Kind: "CronJob", Namespace: o.Namespace, Name: o.ParentName}
	}
	return Ref{Group: "apps", Kind: "Deployment", Namespace: o.Namespace, Name: o.ParentName}
}

// PastPlacement remembers where pods of a workload ran and no longer do; one for each workload and node.
type PastPlacement struct {
	Workload Ref
	Pod      string // name of the last such pod
	Node     string
	// Provider, Region and Zone of the node when it was last seen, empty where unknown.
	Provider, Region, Zone string
	EndedAt                time.Time
}

// Claim is a PersistentVolumeClaim.
type Claim struct {
	Namespace    string
	Name         string
	UID          types.UID
	Labels       *Labels
	Annotations  map[string]string // keys that some control knows
	StorageClass string
	// DefaultClass is true where no class is named, so that the default class applies; an empty name without it means none.
	DefaultClass bool
	Volume       string // bound PersistentVolume
	Phase        corev1.PersistentVolumeClaimPhase
	AccessModes  []corev1.PersistentVolumeAccessMode
	Owner        Ref // controlling owner, for example a database resource
	// Source is the claim, snapshot or other object that it was filled from (dataSourceRef, else dataSource), zero for none.
	Source    Ref
	CreatedAt time.Time
}

// PersistentVolume is one volume. At most one of CSI and the fields after it, up to Other, is set.
type PersistentVolume struct {
	Name         string
	Labels       map[string]string
	StorageClass string
	Phase        corev1.PersistentVolumePhase
	// PhaseSince is when it was released; zero where it is not, or the API server does not say.
	PhaseSince time.Time
	// Retained is true where the volume outlives its claim (reclaim policy Retain).
	Retained     bool
	ClaimRef     Ref // the claim it is or was bound to
	ClaimUID     types.UID
	NodeAffinity *corev1.NodeSelector
	CSI          *CSIVolume
	NFSServer    string
	HostPath     string
	Local        string
	Other        string // another in-tree type
	// Servers that an in-tree type of network storage names (portals, monitors), joined by commas.
	Servers      string
	MountOptions []string
}

// StorageClass is one storage class.
type StorageClass struct {
	Name              string
	Provisioner       string
	Parameters        map[string]string // without keys that name secrets
	AllowedTopologies []corev1.TopologySelectorTerm
	Default           bool
	MountOptions      []string
	// CreatedAt tells whether a volume is older than the class as it is: parameters cannot be changed, but the class replaced.
	CreatedAt Instant
}

// RuntimeClass is one runtime class with the node selector it adds to pods.
type RuntimeClass struct {
	Name         string
	NodeSelector map[string]string
}

// ServiceName says that a Service exists, of whatever type, and nothing else: all share one value, so that a change of a Service
// is no change of it.
type ServiceName struct{}

// ExternalService is a Service of type ExternalName, a Service without selector, or the hand-written endpoints of one (an
// EndpointSlice that no controller of the cluster made): then Addresses are set, and Name is that of the Service.
type ExternalService struct {
	Namespace string
	Name      string
	Host      string   // externalName
	Addresses []string // of hand-written endpoints outside the cluster
	Ports     []int32
}
