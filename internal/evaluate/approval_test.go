package evaluate

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/admission"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// guarded puts the approval policy, made a day before the start.
func (w *world) guarded() {
	p, b := admission.ApprovalPolicy(), admission.ApprovalBinding()
	p.CreationTimestamp, p.Generation = metav1.NewTime(start.AddDate(0, 0, -1)), 1
	b.CreationTimestamp, b.Generation = p.CreationTimestamp, 1
	w.put(facts.AdmissionPolicyOf(p), facts.AdmissionBindingOf(b))
}

// signed marks an object as written by its approver at a time.
func signed[T metav1.Object](o T, at time.Time) T {
	o.SetAnnotations(map[string]string{admission.ApprovalMark: "true"})
	o.SetCreationTimestamp(metav1.NewTime(at))
	o.SetGeneration(1)
	return o
}

func TestAVerifiedApprovalCountsWhereOneIsNeeded(t *testing.T) {
	w := newWorld()
	p := profileOf("public-sector")
	p.Spec.RequireVerifiedApprovalFrom = v1alpha1.ConfidentialityConfidential
	w.put(p, solution("aula"), signed(exception("a-verified"), start), signed(exception("b-forged"), start.AddDate(0, 0, -2)), exception("c-claimed"))
	e := NewEngine(standIns(), Options{})
	valid := func() (out [3]bool) {
		w.Read(func(v facts.View) {
			for i, x := range e.Resolve(v, w.now).Exceptions {
				out[i] = x.ValidAt(w.now)
			}
		})
		return out
	}
	if got := valid(); got != [3]bool{} {
		t.Errorf("without the policy %v count", got)
	}
	w.guarded()
	if got := valid(); got != [3]bool{true, false, false} {
		t.Errorf("with the policy %v count, want the first alone", got)
	}
	w.Delete(facts.ObjectKey{Source: "bindings", Name: admission.ApprovalPolicyName})
	if got := valid(); got != [3]bool{} {
		t.Errorf("when the policy is no longer in force %v count", got)
	}
}

func TestAnAttestationThatManagementMustApproveCountsWhenItWasSeenTo(t *testing.T) {
	attestation := func(name string, approval *v1alpha1.Approval) *v1alpha1.Attestation {
		return &v1alpha1.Attestation{ObjectMeta: named(name), Spec: v1alpha1.AttestationSpec{Type: v1alpha1.AttestLogArrival, By: "jane@example.org",
			About: v1alpha1.AttestationAbout{Solution: "aula"}, Date: "2026-11-01", Evidence: "case 8", ValidUntil: "2026-12-01", Approval: approval}}
	}
	john := &v1alpha1.Approval{By: "john@example.org", At: "2026-11-01", Reference: "case 9"}
	w := newWorld()
	p := profileOf("public-sector")
	w.guarded()
	w.put(p, solution("aula"), environment("aula-production", "aula", "aula"), namespace("aula"),
		signed(attestation("a-verified", john), start), attestation("b-claimed", john), attestation("c-without", nil))
	e := NewEngine(standIns(), Options{})
	counted := func() (of [2]int, f *Fleet) {
		w.Read(func(v facts.View) { f = e.Resolve(v, w.now) })
		return [2]int{len(f.Solutions[0].Attestations), len(f.Environments[0].Attestations)}, f
	}
	if got, _ := counted(); got != [2]int{3, 3} {
		t.Errorf("where nothing must be verified %v attestations count, want all", got)
	}
	strict := profileOf("public-sector")
	strict.Spec.RequireVerifiedApprovalFrom = v1alpha1.ConfidentialityConfidential
	w.put(strict)
	got, f := counted()
	if got != [2]int{2, 2} {
		t.Errorf("where approvals must be verified %v attestations count, want the verified one and the one that nobody approves", got)
	}
	mustContain(t, f, ref("Attestation", "b-claimed"), v1alpha1.ConditionAccepted, v1alpha1.ReasonApprovalNotVerified)
	w.Delete(facts.ObjectKey{Source: "policies", Name: admission.ApprovalPolicyName})
	if got, _ := counted(); got != [2]int{1, 1} {
		t.Errorf("without the policy %v attestations count, want the one that nobody approves", got)
	}
}

func TestAnExceptionOfAnInstitutionNamesAController(t *testing.T) {
	naming := func(name string) func(*v1alpha1.ControlExceptionSpec) {
		return func(s *v1alpha1.ControlExceptionSpec) {
			s.Scope.Subjects = []v1alpha1.ObjectReference{{APIGroup: "tilsyn.dev", Kind: "Institution", Name: name}}
		}
	}
	w := newWorld()
	w.put(profileOf("public-sector"), solution("aula", controlledBy(selecting(municipality))), institution("aarhus", municipality), institution("star", nil),
		exception("right", naming("aarhus")), exception("stranger", naming("star")), exception("unknown", naming("skive")))
	f := w.fleet(standIns()...)
	if !f.Exceptions[0].ValidAt(start) {
		t.Errorf("an exception of a controller has no effect: %+v", f.Exceptions[0])
	}
	mustContain(t, f, ref("ControlException", "stranger"), v1alpha1.ConditionAccepted, v1alpha1.ReasonNotController)
	mustContain(t, f, ref("ControlException", "unknown"), v1alpha1.ConditionAccepted, v1alpha1.ReasonUnknownInstitution)
}
