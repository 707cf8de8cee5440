package admission

import (
	"reflect"
	"strings"
	"testing"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

var made = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)

// guard judges a policy and a binding, either of which may be nil.
func guard(t *testing.T, p *admissionregistrationv1.ValidatingAdmissionPolicy, b *admissionregistrationv1.ValidatingAdmissionPolicyBinding, unreadable bool) (g Guard) {
	t.Helper()
	store := facts.NewStore([]facts.Source{
		{ID: "policies", Feeds: []reflect.Type{facts.TypeOf[facts.AdmissionPolicy]()}},
		{ID: "bindings", Feeds: []reflect.Type{facts.TypeOf[facts.AdmissionBinding]()}},
	})
	state := facts.SourceState{Condition: facts.SourceSynced}
	if unreadable {
		state = facts.SourceState{Condition: facts.SourceUnreadable, Reason: facts.ReasonForbidden, Message: "the right to list is missing"}
	}
	for _, id := range []facts.SourceID{"policies", "bindings"} {
		state.ID = id
		store.SetSource(state)
	}
	if p != nil {
		store.Put(facts.ObjectKey{Source: "policies", Name: p.Name}, facts.AdmissionPolicyOf(p))
	}
	if b != nil {
		store.Put(facts.ObjectKey{Source: "bindings", Name: b.Name}, facts.AdmissionBindingOf(b))
	}
	store.Read(func(v facts.View) { g = GuardOf(v) })
	return g
}

func shipped() (*admissionregistrationv1.ValidatingAdmissionPolicy, *admissionregistrationv1.ValidatingAdmissionPolicyBinding) {
	p, b := ApprovalPolicy(), ApprovalBinding()
	p.CreationTimestamp, p.Generation = metav1.NewTime(made), 1
	b.CreationTimestamp, b.Generation = metav1.NewTime(made.Add(time.Minute)), 1
	return p, b
}

func TestTheGuardStandsOnlyWhileThePolicyIsWhatWasShipped(t *testing.T) {
	type policy = *admissionregistrationv1.ValidatingAdmissionPolicy
	type binding = *admissionregistrationv1.ValidatingAdmissionPolicyBinding
	tests := map[string]struct {
		change     func(p policy, b binding) (policy, binding)
		unreadable bool
		fault      string // part of it
	}{
		"as shipped": {change: func(p policy, b binding) (policy, binding) { return p, b }},
		"with what the API server adds": {change: func(p policy, b binding) (policy, binding) {
			p.Spec.MatchConstraints.MatchPolicy = new(admissionregistrationv1.Equivalent)
			p.Spec.MatchConstraints.NamespaceSelector, p.Spec.MatchConstraints.ObjectSelector = &metav1.LabelSelector{}, &metav1.LabelSelector{}
			p.Spec.MatchConstraints.ResourceRules[0].Scope = new(admissionregistrationv1.AllScopes)
			return p, b
		}},
		"no policy":  {change: func(_ policy, b binding) (policy, binding) { return nil, b }, fault: "not installed"},
		"no binding": {change: func(p policy, _ binding) (policy, binding) { return p, nil }, fault: "no binding"},
		"a policy that allows everything": {change: func(p policy, b binding) (policy, binding) {
			p.Spec.Validations[1].Expression = "true"
			return p, b
		}, fault: "changed"},
		"a policy that was changed and put back": {change: func(p policy, b binding) (policy, binding) { p.Generation = 3; return p, b }, fault: "changed"},
		"a policy with an exemption": {change: func(p policy, b binding) (policy, binding) {
			p.Spec.MatchConditions = append(p.Spec.MatchConditions, admissionregistrationv1.MatchCondition{Name: "not-me", Expression: "request.userInfo.username != 'me'"})
			return p, b
		}, fault: "changed"},
		"a policy that fails open": {change: func(p policy, b binding) (policy, binding) {
			p.Spec.FailurePolicy = new(admissionregistrationv1.Ignore)
			return p, b
		}, fault: "changed"},
		"a binding that only warns": {change: func(p policy, b binding) (policy, binding) {
			b.Spec.ValidationActions = []admissionregistrationv1.ValidationAction{admissionregistrationv1.Warn}
			return p, b
		}, fault: "changed"},
		"a binding that leaves something out": {change: func(p policy, b binding) (policy, binding) {
			b.Spec.MatchResources = &admissionregistrationv1.MatchResources{ObjectSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"a": "b"}}}
			return p, b
		}, fault: "changed"},
		"a binding of another policy":  {change: func(p policy, b binding) (policy, binding) { b.Spec.PolicyName = "x"; return p, b }, fault: "changed"},
		"a binding that was changed":   {change: func(p policy, b binding) (policy, binding) { b.Generation = 2; return p, b }, fault: "changed"},
		"policies that cannot be read": {change: func(p policy, b binding) (policy, binding) { return p, b }, unreadable: true, fault: "cannot be seen"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p, b := test.change(shipped())
			g := guard(t, p, b, test.unreadable)
			if test.fault == "" && (g.Fault != "" || !g.Since.Equal(made.Add(time.Minute+settle))) {
				t.Errorf("the guard stands since %s: %s", g.Since, g.Fault)
			}
			if test.fault != "" && (!strings.Contains(g.Fault, test.fault) || !g.Since.IsZero()) {
				t.Errorf("the guard says %q since %s, want %q", g.Fault, g.Since, test.fault)
			}
		})
	}
}

func TestAnApprovalIsVerifiedOnlyIfEveryChangeWasChecked(t *testing.T) {
	standing, down := Guard{Since: made}, Guard{Fault: "Not installed."}
	mark := map[string]string{ApprovalMark: "true"}
	later, earlier := made.Add(time.Hour), made.Add(-time.Hour)
	tests := map[string]struct {
		guard      Guard
		signed     Signed
		verified   bool
		generation int64
		message    string
	}{
		"marked, younger than the policy":           {standing, Signed{Annotations: mark, CreatedAt: later, Generation: 2}, true, 2, "saw jane@example.org"},
		"not marked":                                {standing, Signed{CreatedAt: later, Generation: 2}, false, 0, "did not say"},
		"marked otherwise":                          {standing, Signed{Annotations: map[string]string{ApprovalMark: "yes"}, CreatedAt: later, Generation: 2}, false, 0, "did not say"},
		"marked before the policy was there":        {standing, Signed{Annotations: mark, CreatedAt: earlier, Generation: 1}, false, 0, "not made after 2"},
		"made at the very instant":                  {standing, Signed{Annotations: mark, CreatedAt: made, Generation: 1}, false, 0, "not made after 2"},
		"older, and verified before":                {standing, Signed{Annotations: mark, CreatedAt: earlier, Generation: 4, Remembered: 4}, true, 4, "saw jane@example.org"},
		"older, verified before, and changed since": {standing, Signed{Annotations: mark, CreatedAt: earlier, Generation: 5, Remembered: 4}, false, 0, "not made after 2"},
		"verified before, and the mark taken away":  {standing, Signed{CreatedAt: later, Generation: 4, Remembered: 4}, false, 0, "did not say"},
		"without a policy":                          {down, Signed{Annotations: mark, CreatedAt: later, Generation: 1}, false, 0, "Not installed."},
		"verified before the policy went":           {down, Signed{Annotations: mark, CreatedAt: later, Generation: 1, Remembered: 1}, false, 1, "Not installed."},
		"a manifest, which nobody applied":          {standing, Signed{Annotations: mark}, false, 0, "not made after 2"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.signed.By = "jane@example.org"
			got := test.guard.Approval(test.signed)
			if got.Verified != test.verified || got.Generation != test.generation || !strings.Contains(got.Message, test.message) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestTheShippedObjectsAreOurs(t *testing.T) {
	p, b := shipped()
	for _, o := range []interface {
		runtime.Object
		metav1.Object
	}{p, b} {
		if !facts.OwnPolicy(o.GetName()) || o.GetLabels()["app.kubernetes.io/part-of"] != "tilsyn" {
			t.Errorf("%s is not found among the policies of a cluster", o.GetName())
		}
	}
}
