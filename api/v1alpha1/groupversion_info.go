// Package v1alpha1 holds the resources of Tilsyn: what is required of a hosted solution, where it runs, who approved
// which deviation, and what the operator found.
//
// +kubebuilder:object:generate=true
// +groupName=tilsyn.dev
package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// GroupVersion identifies this API.
var GroupVersion = schema.GroupVersion{Group: "tilsyn.dev", Version: "v1alpha1"}

// AddToScheme registers every kind of this API.
func AddToScheme(s *runtime.Scheme) error {
	s.AddKnownTypes(GroupVersion,
		&HostedSolution{}, &HostedSolutionList{},
		&SolutionEnvironment{}, &SolutionEnvironmentList{},
		&Platform{}, &PlatformList{},
		&ControlProfile{}, &ControlProfileList{},
		&ControlException{}, &ControlExceptionList{},
		&Attestation{}, &AttestationList{},
		&Supplier{}, &SupplierList{},
		&ProcessingAgreement{}, &ProcessingAgreementList{},
		&AssuranceStatement{}, &AssuranceStatementList{},
		&Institution{}, &InstitutionList{},
		&SecurityIncident{}, &SecurityIncidentList{},
		&SupervisionRecord{}, &SupervisionRecordList{},
	)
	metav1.AddToGroupVersion(s, GroupVersion)
	return nil
}
