package admission

import (
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// settle is how long after it was made a policy may not yet be enforced by every API server; a second was measured.
const settle = 5 * time.Second

// Guard says since when the API server has refused the mark of an approval from anybody but the approver.
type Guard struct {
	// Since is the instant from which every mark was checked; zero where none can be relied on.
	Since time.Time
	// Fault says why none can.
	Fault string
}

// GuardOf judges what a view holds of the approval policy.
func GuardOf(v facts.View) Guard {
	if !v.Known(facts.TypeOf[facts.AdmissionPolicy]()) || !v.Known(facts.TypeOf[facts.AdmissionBinding]()) {
		return Guard{Fault: "Admission policies are not read."}
	}
	for _, s := range append(facts.Incomplete[facts.AdmissionPolicy](v), facts.Incomplete[facts.AdmissionBinding](v)...) {
		return Guard{Fault: "Whether the policy " + ApprovalPolicyName + " is in force cannot be seen: " + string(s.ID) + ": " + s.Why() + "."}
	}
	const install = "kubectl apply --server-side -k config/policy"
	p := facts.Get[facts.AdmissionPolicy](v, "", ApprovalPolicyName)
	b := facts.Get[facts.AdmissionBinding](v, "", ApprovalPolicyName)
	approval := ApprovalPolicy()
	switch {
	case p == nil:
		return Guard{Fault: "The policy " + ApprovalPolicyName + ", which checks who approves, is not installed: " + install + "."}
	case p.Digest != facts.PolicyDigest(&approval.Spec) || p.Generation > 1:
		return Guard{Fault: "The policy " + ApprovalPolicyName + " was changed after it was made, so what it let through is not known. Delete it and install it anew: " + install + "."}
	case b == nil:
		return Guard{Fault: "The policy " + ApprovalPolicyName + " has no binding of its name, so nothing enforces it: " + install + "."}
	case b.Policy != ApprovalPolicyName || !b.Denies || !b.Everywhere || b.Generation > 1:
		return Guard{Fault: "The binding " + ApprovalPolicyName + " was changed after it was made, so what it let through is not known. Delete it and install it anew: " + install + "."}
	}
	since := p.CreatedAt
	if b.CreatedAt.After(since) {
		since = b.CreatedAt
	}
	return Guard{Since: since.Add(settle)}
}

// Approval is whether somebody was seen to approve.
type Approval struct {
	Verified bool
	// Generation of the spec that the approver was seen to write; zero: none.
	Generation int64
	// Message says what it rests on.
	Message string
}

// Signed is what an object says of its approval.
type Signed struct {
	// By is who approves.
	By          string
	Annotations map[string]string
	CreatedAt   time.Time
	Generation  int64
	// Remembered is the generation that the operator noted as verified when it judged the object before.
	Remembered int64
}

// Approval judges an approval. A mark counts on an object that is younger than the policy, because every change of it was
// then checked; or on the very generation that counted before.
func (g Guard) Approval(s Signed) Approval {
	marked := s.Annotations[ApprovalMark] == "true"
	remembered := marked && s.Generation > 0 && s.Remembered == s.Generation
	switch {
	case !marked:
		return Approval{Message: "The request did not say that it came from " + s.By + ". Where " + s.By +
			" applies it in person, with the annotation " + ApprovalMark + `: "true", the approval is verified.`}
	case g.Fault != "" && remembered: // what was seen once is not forgotten, but does not count while nobody watches
		return Approval{Generation: s.Generation, Message: g.Fault}
	case g.Fault != "":
		return Approval{Message: g.Fault}
	case remembered || !s.CreatedAt.IsZero() && s.CreatedAt.After(g.Since):
		return Approval{Verified: true, Generation: s.Generation, Message: "The API server saw " + s.By + " write it."}
	default:
		return Approval{Message: "It was not made after " + g.Since.UTC().Format(time.RFC3339) + ", since when the policy has checked who approves, so its mark may be anybody's. Delete it and let " + s.By + " apply it anew."}
	}
}
