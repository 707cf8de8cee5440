package core

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// ours gives the kinds of tilsyn.dev. Their facts are the resources themselves without status, resource version and
// managed fields, so that what the operator writes changes no fact. Two parts of status stay because they are memory and
// not outcome: that of a SupervisionRecord, and which generation of an approval was verified.
func ours(*interner) []adapter.Kind {
	return []adapter.Kind{
		our("HostedSolution", "hostedsolutions", func(o *v1alpha1.HostedSolution) *v1alpha1.HostedSolution {
			return &v1alpha1.HostedSolution{ObjectMeta: lasting(&o.ObjectMeta), Spec: o.Spec}
		}),
		our("SolutionEnvironment", "solutionenvironments", func(o *v1alpha1.SolutionEnvironment) *v1alpha1.SolutionEnvironment {
			return &v1alpha1.SolutionEnvironment{ObjectMeta: lasting(&o.ObjectMeta), Spec: o.Spec}
		}),
		our("Platform", "platforms", func(o *v1alpha1.Platform) *v1alpha1.Platform {
			return &v1alpha1.Platform{ObjectMeta: lasting(&o.ObjectMeta), Spec: o.Spec}
		}),
		our("ControlProfile", "controlprofiles", func(o *v1alpha1.ControlProfile) *v1alpha1.ControlProfile {
			return &v1alpha1.ControlProfile{ObjectMeta: lasting(&o.ObjectMeta), Spec: o.Spec}
		}),
		our("ControlException", "controlexceptions", func(o *v1alpha1.ControlException) *v1alpha1.ControlException {
			e := &v1alpha1.ControlException{ObjectMeta: lasting(&o.ObjectMeta), Spec: o.Spec}
			e.Status.VerifiedGeneration = o.Status.VerifiedGeneration
			return e
		}),
		our("Attestation", "attestations", func(o *v1alpha1.Attestation) *v1alpha1.Attestation {
			a := &v1alpha1.Attestation{ObjectMeta: lasting(&o.ObjectMeta), Spec: o.Spec}
			a.Status.VerifiedGeneration = o.Status.VerifiedGeneration
			return a
		}),
		our("Supplier", "suppliers", func(o *v1alpha1.Supplier) *v1alpha1.Supplier {
			return &v1alpha1.Supplier{ObjectMeta: lasting(&o.ObjectMeta), Spec: o.Spec}
		}),
		our("ProcessingAgreement", "processingagreements", func(o *v1alpha1.ProcessingAgreement) *v1alpha1.ProcessingAgreement {
			return &v1alpha1.ProcessingAgreement{ObjectMeta: lasting(&o.ObjectMeta), Spec: o.Spec}
		}),
		our("AssuranceStatement", "assurancestatements", func(o *v1alpha1.AssuranceStatement) *v1alpha1.AssuranceStatement {
			return &v1alpha1.AssuranceStatement{ObjectMeta: lasting(&o.ObjectMeta), Spec: o.Spec}
		}),
		our("Institution", "institutions", func(o *v1alpha1.Institution) *v1alpha1.Institution {
			return &v1alpha1.Institution{ObjectMeta: lasting(&o.ObjectMeta), Spec: o.Spec}
		}),
		our("SecurityIncident", "securityincidents", func(o *v1alpha1.SecurityIncident) *v1alpha1.SecurityIncident {
			return &v1alpha1.SecurityIncident{ObjectMeta: lasting(&o.ObjectMeta), Spec: o.Spec}
		}),
		record(),
	}
}

func our[O any, P interface {
	*O
	runtime.Object
}](kind, resource string, strip func(P) P) adapter.Kind {
	gv := v1alpha1.GroupVersion
	k := typed(gv.Group, gv.Version, kind, resource, cluster, func(o P) []any { return []any{strip(o)} }, strip, feeds[O]())
	k.Optional = true
	return k
}

// lasting gives the metadata that do not change with every write of status.
func lasting(m *metav1.ObjectMeta) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Name: m.Name, UID: m.UID, Generation: m.Generation, CreationTimestamp: m.CreationTimestamp,
		DeletionTimestamp: m.DeletionTimestamp, Labels: m.Labels, Annotations: annotations(m.Annotations),
	}
}
