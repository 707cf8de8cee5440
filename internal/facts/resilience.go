package facts

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// DisruptionBudget is a PodDisruptionBudget.
type DisruptionBudget struct {
	Namespace, Name string
	// Pods that it is about; nil selects none, an empty selector all pods of the namespace.
	Pods *metav1.LabelSelector
	// MinAvailable and MaxUnavailable as they are written, a number or a percentage; at most one is set.
	MinAvailable, MaxUnavailable string
	// Status as the API server has it; Known is false where there is none yet, as in manifests.
	Known                               bool
	Allowed, Healthy, Desired, Expected int32
}

// Autoscaler is a HorizontalPodAutoscaler, or a ScaledObject of KEDA.
type Autoscaler struct {
	Namespace, Name string
	Target          Ref
	Min, Max        int32
	// Able is the condition AbleToScale.
	Able Tristate
}

// PodSpread is how a template asks for its pods to be spread. Equal ones share one pointer; nil asks for nothing.
type PodSpread struct {
	Constraints []SpreadTerm // topologySpreadConstraints
	Apart       []SpreadTerm // anti-affinity between pods
}

// SpreadTerm is one wish or demand for spread over the values of a node label.
type SpreadTerm struct {
	Key string
	// Hard is true for whenUnsatisfiable DoNotSchedule and for required anti-affinity.
	Hard bool
	// Own is true where the selector selects the template's own pods, so that it spreads them.
	Own bool
	// MaxSkew and MinDomains of a constraint, 0 of an anti-affinity term.
	MaxSkew, MinDomains int32
}
