package status

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
)

// +kubebuilder:rbac:groups=tilsyn.dev,resources=hostedsolutions;solutionenvironments;platforms;controlprofiles;controlexceptions;attestations,verbs=get
// +kubebuilder:rbac:groups=tilsyn.dev,resources=hostedsolutions/status;solutionenvironments/status;platforms/status;controlprofiles/status;controlexceptions/status;attestations/status,verbs=patch;update

// Environments is how the status of a SolutionEnvironment is reached.
func Environments() Kind[v1alpha1.SolutionEnvironmentStatus] {
	return Kind[v1alpha1.SolutionEnvironmentStatus]{
		Name: "SolutionEnvironment",
		New:  func() client.Object { return &v1alpha1.SolutionEnvironment{} },
		Status: func(o client.Object) *v1alpha1.SolutionEnvironmentStatus {
			return &o.(*v1alpha1.SolutionEnvironment).Status
		},
		Evaluated: func(s *v1alpha1.SolutionEnvironmentStatus) **metav1.Time { return &s.LastEvaluationTime },
	}
}

// Solutions is how the status of a HostedSolution is reached.
func Solutions() Kind[v1alpha1.HostedSolutionStatus] {
	return Kind[v1alpha1.HostedSolutionStatus]{
		Name:      "HostedSolution",
		New:       func() client.Object { return &v1alpha1.HostedSolution{} },
		Status:    func(o client.Object) *v1alpha1.HostedSolutionStatus { return &o.(*v1alpha1.HostedSolution).Status },
		Evaluated: func(s *v1alpha1.HostedSolutionStatus) **metav1.Time { return &s.LastEvaluationTime },
	}
}

// Platforms is how the status of the Platform is reached.
func Platforms() Kind[v1alpha1.PlatformStatus] {
	return Kind[v1alpha1.PlatformStatus]{
		Name:      "Platform",
		New:       func() client.Object { return &v1alpha1.Platform{} },
		Status:    func(o client.Object) *v1alpha1.PlatformStatus { return &o.(*v1alpha1.Platform).Status },
		Evaluated: func(s *v1alpha1.PlatformStatus) **metav1.Time { return &s.LastEvaluationTime },
	}
}

// Profiles is how the status of a ControlProfile is reached.
func Profiles() Kind[v1alpha1.ControlProfileStatus] {
	return Kind[v1alpha1.ControlProfileStatus]{
		Name:   "ControlProfile",
		New:    func() client.Object { return &v1alpha1.ControlProfile{} },
		Status: func(o client.Object) *v1alpha1.ControlProfileStatus { return &o.(*v1alpha1.ControlProfile).Status },
	}
}

// Exceptions is how the status of a ControlException is reached.
func Exceptions() Kind[v1alpha1.ControlExceptionStatus] {
	return Kind[v1alpha1.ControlExceptionStatus]{
		Name:   "ControlException",
		New:    func() client.Object { return &v1alpha1.ControlException{} },
		Status: func(o client.Object) *v1alpha1.ControlExceptionStatus { return &o.(*v1alpha1.ControlException).Status },
	}
}

// Attestations is how the status of an Attestation is reached.
func Attestations() Kind[v1alpha1.AttestationStatus] {
	return Kind[v1alpha1.AttestationStatus]{
		Name:   "Attestation",
		New:    func() client.Object { return &v1alpha1.Attestation{} },
		Status: func(o client.Object) *v1alpha1.AttestationStatus { return &o.(*v1alpha1.Attestation).Status },
	}
}
