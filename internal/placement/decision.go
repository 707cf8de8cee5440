package placement

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// Fault says why a template is not pinned, or why it can run nowhere.
type Fault string

// The faults.
const (
	// NoConstraint: nothing in the template names a region or a zone.
	NoConstraint Fault = "NoConstraint"
	// PreferredOnly: likewise, but there is preferred affinity, which only ranks.
	PreferredOnly Fault = "PreferredOnly"
	// TermUnpinned: terms are alternatives, and this one names no region or zone.
	TermUnpinned Fault = "TermUnpinned"
	// OperatorNotIn: the operator on the region or zone leaves room for others.
	OperatorNotIn Fault = "OperatorNotIn"
	// KeyNotCounted: a region or zone stands under a label key that any node may
	// carry.
	KeyNotCounted Fault = "KeyNotCounted"
	// ValueOutside: a value names a place that is not allowed.
	ValueOutside Fault = "ValueOutside"
	// ValueUnknown: a value names no place that is known.
	ValueUnknown Fault = "ValueUnknown"
	// ProvidersDisagree: a value names an allowed place at one provider and one that
	// is not at another.
	ProvidersDisagree Fault = "ProvidersDisagree"
	// ZoneElsewhere: the region is allowed, but the zone in Value belongs to it
	// and lies elsewhere.
	ZoneElsewhere Fault = "ZoneElsewhere"
	// NodeNameSet: the template names its node and skips the scheduler.
	NodeNameSet Fault = "NodeNameSet"
	// SchedulerNotListed: another scheduler may not heed the constraints.
	SchedulerNotListed Fault = "SchedulerNotListed"
	// Contradiction: the constraints exclude each other.
	Contradiction Fault = "Contradiction"
	// InvalidTerm: a term is malformed and admits nothing.
	InvalidTerm Fault = "InvalidTerm"
	// NoTerm: required affinity without a term that is not empty admits nothing.
	NoTerm Fault = "NoTerm"
)

// Decision is the answer for one template.
type Decision struct {
	// Pinned: no node outside can be accepted. True also if Unsatisfiable.
	Pinned bool
	// Unsatisfiable: no node at all can be accepted; Fault says why.
	Unsatisfiable bool
	Fault         Fault
	// Field is the path of the fault: below the pod template ("spec..."), or
	// "namespace.nodeSelector[key]" or "runtimeClass.scheduling.nodeSelector[key]".
	Field string
	// Value is the offending value, operator or key at Field.
	Value string
	// Witness is the labels of a node outside that would be accepted, WitnessName
	// its name. Witness is nil exactly if Pinned, or for the faults NodeNameSet
	// and SchedulerNotListed, where no label is asked for.
	Witness     map[string]string
	WitnessName string
}

// Paths within a pod template.
const (
	fieldNodeName  = "spec.nodeName"
	fieldScheduler = "spec.schedulerName"
	fieldRequired  = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution"
	fieldPreferred = "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution"
	fieldTerms     = fieldRequired + ".nodeSelectorTerms"
)

// Decide answers whether the template can land outside. It changes nothing, and
// allocates only if the answer is not plainly Pinned.
func Decide(c Constraints, env Env) Decision {
	if c.NodeName != "" {
		return Decision{Fault: NodeNameSet, Field: fieldNodeName, Value: c.NodeName}
	}
	if !schedulerListed(c.SchedulerName, env.Schedulers) {
		return Decision{Fault: SchedulerNotListed, Field: fieldScheduler, Value: c.SchedulerName}
	}
	d := decider{env: env, c: c, selectors: [3]map[string]string{c.NodeSelector, env.NamespaceSelector, env.RuntimeClassSelector}}
	if origin, key, conflict := d.selectorConflict(); conflict {
		return Decision{Pinned: true, Unsatisfiable: true, Fault: Contradiction, Field: selectorField(origin, key), Value: d.selectors[origin][key]}
	}
	if c.Required == nil {
		return d.alone()
	}
	return d.terms(c.Required.NodeSelectorTerms)
}

func schedulerListed(name string, listed []string) bool {
	if name == "" {
		name = corev1.DefaultSchedulerName
	}
	if len(listed) == 0 {
		return name == corev1.DefaultSchedulerName
	}
	return slices.Contains(listed, name)
}

// alone decides for a template without required affinity.
func (d *decider) alone() Decision {
	t := term{d: d, index: -1}
	if !t.canBeOutside() {
		return Decision{Pinned: true}
	}
	return t.escape().unpinned()
}

// terms decides for required affinity: one term that a node outside can meet is
// enough.
func (d *decider) terms(terms []corev1.NodeSelectorTerm) Decision {
	none := Decision{Pinned: true, Unsatisfiable: true, Fault: NoTerm, Field: fieldTerms}
	satisfiable := false
	for i := range terms {
		t := term{d: d, index: i, exprs: terms[i].MatchExpressions, fields: terms[i].MatchFields}
		if len(t.exprs) == 0 && len(t.fields) == 0 {
			continue
		}
		if fault, path := t.admitsNothing(); fault != "" {
			if none.Fault == NoTerm {
				none.Fault, none.Field, none.Value = fault, path.String(), path.value
			}
			continue
		}
		satisfiable = true
		if t.canBeOutside() {
			return t.escape().unpinned()
		}
	}
	if satisfiable {
		return Decision{Pinned: true}
	}
	return none
}
