package facts

import "time"

// Reconciliation is a resource of a GitOps controller that keeps objects as their source says: a Kustomization or HelmRelease
// of Flux, an Application of Argo CD.
type Reconciliation struct {
	Ref     Ref
	Product string // Flux or Argo CD
	// Namespace it deploys to, empty: not said, or several.
	Namespace string
	// Suspended is true where it is told not to act: spec.suspend, no automated sync, a skip annotation.
	Suspended bool
	// SelfHeals is true where changes made by hand are undone: by every Kustomization, by driftDetection.mode enabled of a
	// HelmRelease, by syncPolicy.automated.selfHeal of an Application.
	SelfHeals bool
	Ready     Tristate
	// Drifted is Yes where the cluster differs from the source (OutOfSync, drift detected).
	Drifted Tristate
	// ReadySince is when Ready last changed; LastApplied when the source was last put into the cluster.
	ReadySince, LastApplied time.Time
	// Revision that was last applied, for example main@sha1:....
	Revision string
	// Interval between two reconciliations, zero: not said.
	Interval time.Duration
	// Manages are the objects that it says it manages (inventory, resources), sorted; nil: not said.
	Manages []Ref
	// Ignores is true where it is told to overlook differences in some fields.
	Ignores bool
	// Source it follows, for example GitRepository flux-system/aula.
	Source Ref
}

// HandsOff is an annotation that tells a GitOps controller to leave an object, which it manages, as it is.
type HandsOff struct {
	Ref        Ref
	Key, Value string
}
