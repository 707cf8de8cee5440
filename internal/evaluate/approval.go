package evaluate

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/admission"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

// readApprovals judges who was seen to approve attestations.
func (r *run) readApprovals() {
	r.guard = admission.GuardOf(r.view)
	r.approvals = map[*v1alpha1.Attestation]admission.Approval{}
	for _, a := range list[v1alpha1.Attestation](r.view) {
		by := a.Spec.By
		if a.Spec.Approval != nil {
			by = a.Spec.Approval.By
		}
		r.approvals[a] = r.approvalOf(a, by, a.Status.VerifiedGeneration)
	}
}

func (r *run) approvalOf(object metav1.Object, by string, remembered int64) admission.Approval {
	return r.guard.Approval(admission.Signed{By: by, Annotations: object.GetAnnotations(), CreatedAt: object.GetCreationTimestamp().Time,
		Generation: object.GetGeneration(), Remembered: remembered})
}

// mustVerify tells whether an approval has to be Verified at a level.
func mustVerify(from, level v1alpha1.Confidentiality) bool {
	return from != "" && control.AtLeast(level, from)
}

// countable leaves out the attestations that somebody approves, has to be seen to approve at a level, and was not.
func (r *run) countable(all []*v1alpha1.Attestation, p *profile, level v1alpha1.Confidentiality) []*v1alpha1.Attestation {
	if p.object == nil || !mustVerify(p.verifiedFrom(), level) {
		return all
	}
	claimed := func(a *v1alpha1.Attestation) bool { return a.Spec.Approval != nil && !r.approvals[a].Verified }
	if !slices.ContainsFunc(all, claimed) {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), claimed)
}

// statedLevel is the level of a solution, the profile's where it states none.
func statedLevel(s *v1alpha1.HostedSolution, p *profile) v1alpha1.Confidentiality {
	if c := s.Spec.Classification; c != nil && slices.Contains(control.Confidentialities(), c.Confidentiality) {
		return c.Confidentiality
	}
	return p.assumed()
}

// claimFault reports an attestation whose approval would have to be Verified for the solution that it is about.
func (r *run) claimFault(a *v1alpha1.Attestation) (fault, message string) {
	name := a.Spec.About.Solution
	if e := r.fleet.Environment(a.Spec.About.Environment); e != nil {
		name = e.Object.Spec.Solution
	}
	s := r.fleet.Solution(name)
	if s == nil || a.Spec.Approval == nil || r.approvals[a].Verified || !mustVerify(s.Policy.VerifiedFrom, s.Levels.Confidentiality) {
		return "", ""
	}
	return notVerified(s)
}

func notVerified(s *Solution) (fault, message string) {
	return v1alpha1.ReasonApprovalNotVerified, "Profile " + s.Policy.Profile + " needs a Verified approval from level " + string(s.Policy.VerifiedFrom) +
		" on, and this one is Claimed; status.approvalMessage says why."
}

// institutionFault reports an exception that names an institution which does not exist or is no controller of the solution.
func (r *run) institutionFault(e *v1alpha1.ControlException, s *Solution) (fault, message string) {
	for _, subject := range e.Spec.Scope.Subjects {
		if subject.Kind != "Institution" || subject.APIGroup != v1alpha1.GroupVersion.Group {
			continue
		}
		switch i := r.fleet.Institution(subject.Name); {
		case i == nil:
			return v1alpha1.ReasonUnknownInstitution, "There is no Institution " + subject.Name + "; name one that `kubectl get inst` lists."
		case i.Solution(s.Object.Name) == nil:
			return v1alpha1.ReasonNotController, "HostedSolution " + s.Object.Name + " neither names nor selects Institution " + subject.Name + " as a controller."
		}
	}
	return "", ""
}
