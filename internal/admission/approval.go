package admission

import (
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ApprovalMark is the annotation, with the value "true", by which a request says that it comes from the person who approves
// in it. The approval policy refuses it from anybody else.
const ApprovalMark = "tilsyn.dev/approved-in-person"

// ApprovalPolicyName is the name of the approval policy and its binding. Another text gets another name, so that neither is
// ever changed in place.
const ApprovalPolicyName = "approval-v1.tilsyn.dev"

// mark is the annotation in the language of policies; an optional value.
const mark = "?annotations['" + ApprovalMark + "']"

// fold brings a name to the form in which two spellings of it are equal, as v1alpha1.NormalizePerson does: in lower case and
// without blanks.
func fold(name string) string {
	return name + ".lowerAscii().replace('Æ', 'æ').replace('Ø', 'ø').replace('Å', 'å').replace(' ', '')"
}

// ApprovalPolicy refuses requests that write the mark, or anything of the spec beside it, and do not come from the approver.
//
// The user name is compared without what an identity provider puts before it (up to the last of : # / \ |), unless the
// approver is written with such a prefix: then the whole name counts. A user name without @ is not the address that begins
// with it; what is enough to keep a requester from approving is not enough to prove who somebody is.
func ApprovalPolicy() *admissionregistrationv1.ValidatingAdmissionPolicy {
	system := "variables.user.startsWith('system:') || variables.user.contains('system:serviceaccount:') || variables.user.endsWith('.gserviceaccount.com')"
	return &admissionregistrationv1.ValidatingAdmissionPolicy{
		TypeMeta:   metav1.TypeMeta{APIVersion: admissionregistrationv1.SchemeGroupVersion.String(), Kind: "ValidatingAdmissionPolicy"},
		ObjectMeta: metav1.ObjectMeta{Name: ApprovalPolicyName, Labels: labels()},
		Spec: admissionregistrationv1.ValidatingAdmissionPolicySpec{
			FailurePolicy: new(admissionregistrationv1.Fail),
			MatchConstraints: &admissionregistrationv1.MatchResources{ResourceRules: []admissionregistrationv1.NamedRuleWithOperations{{
				RuleWithOperations: admissionregistrationv1.RuleWithOperations{
					Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create, admissionregistrationv1.Update},
					Rule:       admissionregistrationv1.Rule{APIGroups: []string{"tilsyn.dev"}, APIVersions: []string{"*"}, Resources: []string{"controlexceptions", "attestations"}},
				},
			}}},
			MatchConditions: []admissionregistrationv1.MatchCondition{
				{Name: "marked", Expression: "object.metadata." + mark + ".hasValue()"},
				{Name: "written", Expression: "request.operation == 'CREATE' || object.spec != oldObject.spec || " +
					"object.metadata." + mark + " != oldObject.metadata." + mark},
			},
			Variables: []admissionregistrationv1.Variable{
				{Name: "approver", Expression: "has(object.spec.approval) ? object.spec.approval.by : object.spec.by"},
				{Name: "written", Expression: fold("variables.approver")},
				{Name: "by", Expression: "variables.written.startsWith('mailto:') ? variables.written.substring(7) : variables.written"},
				{Name: "user", Expression: fold("request.userInfo.username")},
				{Name: "name", Expression: `variables.by.matches(r'[:#/\\|]') ? variables.user : variables.user.find(r'[^:#/\\|]*$')`},
			},
			Validations: []admissionregistrationv1.Validation{
				{
					Expression: "object.metadata." + mark + ".orValue('') == 'true'",
					Message:    `the annotation ` + ApprovalMark + ` is "true" or left out`,
					Reason:     new(metav1.StatusReasonForbidden),
				},
				{
					Expression: "!(" + system + ") && variables.name == variables.by",
					MessageExpression: strings.Join([]string{
						"'the annotation " + ApprovalMark + " says that ' + variables.approver + ' makes this request in person, and it comes from ' + request.userInfo.username + '. '",
						"'Leave the annotation out: the approval then shows as Claimed until ' + variables.approver + ' writes it.'",
					}, " + "),
					Message: "only who approves may write the annotation " + ApprovalMark + ", or change the spec beside it: leave it out, then the approval is Claimed",
					Reason:  new(metav1.StatusReasonForbidden),
				},
			},
		},
	}
}

// ApprovalBinding puts the approval policy in force everywhere.
func ApprovalBinding() *admissionregistrationv1.ValidatingAdmissionPolicyBinding {
	return &admissionregistrationv1.ValidatingAdmissionPolicyBinding{
		TypeMeta:   metav1.TypeMeta{APIVersion: admissionregistrationv1.SchemeGroupVersion.String(), Kind: "ValidatingAdmissionPolicyBinding"},
		ObjectMeta: metav1.ObjectMeta{Name: ApprovalPolicyName, Labels: labels()},
		Spec: admissionregistrationv1.ValidatingAdmissionPolicyBindingSpec{
			PolicyName: ApprovalPolicyName, ValidationActions: []admissionregistrationv1.ValidationAction{admissionregistrationv1.Deny, admissionregistrationv1.Audit},
		},
	}
}

// labels select Tilsyn's own policies among all there are.
func labels() map[string]string {
	return map[string]string{"app.kubernetes.io/name": "tilsyn", "app.kubernetes.io/part-of": "tilsyn"}
}
