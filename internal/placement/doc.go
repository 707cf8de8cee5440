// Package placement decides exactly whether a pod template can land outside the
// allowed places: is there a node outside that satisfies every hard scheduling
// constraint?
//
// # What constrains
//
// A node must satisfy the template's nodeSelector, the node selectors that the
// namespace and the RuntimeClass add at admission, and the required node
// affinity. Selectors are equalities, all of which must hold. Terms of the
// affinity are alternatives; the expressions and fields within a term must all
// hold. A term that is empty, contradicts itself or is malformed admits nothing,
// and so does a required affinity without any other term. Operators mean what
// they mean to the scheduler: NotIn and DoesNotExist accept a node without the
// label, Gt and Lt compare integers. Preferred affinity, topology spread, pod
// affinity and tolerations constrain nothing that matters here.
//
// A template that names a node, or a scheduler that the Platform does not list,
// is refused as such: nobody then asks the constraints.
//
// # What counts as a node outside
//
// A node is described by its labels. Those that say where it is are the region
// and zone keys: topology.kubernetes.io/region and topology.kubernetes.io/zone,
// and the keys that the Platform vouches for. Every other label, the deprecated
// failure-domain keys and the host name included, may have any value on any node,
// inside or outside, and so pins nothing; a node's name pins nothing either.
//
// A node is inside if at least one of these holds:
//
//   - the value of some zone key is an allowed zone (region.Allowed.Zone);
//   - the value of some region key is an allowed region (region.Allowed.Region),
//     and the value of no zone key is a listed zone of that region which is not
//     allowed (region.Allowed.OutsideZone), for zones override their region.
//
// Every other node is outside. In particular a node without any of these labels
// is outside, because nothing says that it is inside. A node whose labels
// contradict each other counts as inside if one of them says so: labels that
// cannot both be true are false labels, against which no constraint on labels can
// hold, and which LOC-01 reports as the conflict that they are.
//
// # What is proved
//
// The decision is sound and complete with respect to this definition: Pinned
// means that no assignment of labels describes a node outside that the
// constraints accept, and otherwise Witness is such an assignment. Both follow
// because the constraints treat each key by itself, so that a term can be met by
// a node outside exactly if every zone key has an acceptable value that is not an
// allowed zone, and every region key has an acceptable value that is not an
// allowed region or that such a zone overrides. Both are tested against
// k8s.io/component-helpers on random templates and nodes.
package placement
