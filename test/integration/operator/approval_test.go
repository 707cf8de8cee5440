package operator

import (
	"fmt"
	"strings"
	"testing"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/admission"
)

// approvalYAML takes name, the control, the annotations, and who approves. It is in force today, and no longer than GOV-06
// lets one be.
var approvalYAML = strings.NewReplacer("APPROVED", day(-30), "ENDS", day(60)).Replace(`
apiVersion: tilsyn.dev/v1alpha1
kind: ControlException
metadata: {name: %[1]s, annotations: {%[3]s}}
spec:
  control: %[2]s
  scope: {solution: aula, environment: aula-production}
  type: Waived
  reason: The supplier's chart has no affinity setting before release 5.
  risk: A pod may start in another region when a node fails.
  requestedBy: jane@example.org
  approval: {by: %[4]s, at: "APPROVED", reference: case 2026-201}
  validUntil: "ENDS"
`)

// day gives the date some days from now.
func day(n int) string { return time.Now().AddDate(0, 0, n).Format(time.DateOnly) }

const (
	inPerson = admission.ApprovalMark + `: "true"`
	john     = "john@example.org"
	jane     = "jane@example.org"
	flux     = "system:serviceaccount:flux-system:flux"
)

// as gives a client that the API server takes for somebody else, with every right there is.
func (c *cluster) as(user string) client.Client {
	c.t.Helper()
	config := rest.CopyConfig(c.cp.AdminConfig())
	config.Impersonate = rest.ImpersonationConfig{UserName: user, Groups: []string{"system:masters"}}
	out, err := client.New(config, client.Options{Scheme: c.Scheme()})
	if err != nil {
		c.t.Fatal(err)
	}
	return out
}

// tries applies one object as somebody.
func (c *cluster) tries(user, text string, args ...any) error {
	c.t.Helper()
	u := &unstructured.Unstructured{}
	if err := yaml.Unmarshal(fmt.Appendf(nil, text, args...), &u.Object); err != nil {
		c.t.Fatal(err)
	}
	return c.as(user).Apply(c.t.Context(), client.ApplyConfigurationFromUnstructured(u), client.FieldOwner("test"), client.ForceOwnership)
}

// may demands that a request is let through, mayNot that the policy refuses it and says why.
func (c *cluster) may(user, text string, args ...any) {
	c.t.Helper()
	if err := c.tries(user, text, args...); err != nil {
		c.t.Errorf("%s is refused: %v", user, err)
	}
}

func (c *cluster) mayNot(user, text string, args ...any) {
	c.t.Helper()
	err := c.tries(user, text, args...)
	if !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), admission.ApprovalPolicyName) || !strings.Contains(err.Error(), "Leave the annotation out") {
		c.t.Errorf("%s is not refused by the policy: %v", user, err)
	}
}

// guard installs the approval policy and waits until it is enforced and old enough to be relied on.
func (c *cluster) guard() {
	c.t.Helper()
	c.applyFile(root + "/config/policy/approval.yaml")
	made := func(o client.Object) time.Time {
		if err := c.Get(c.t.Context(), client.ObjectKey{Name: admission.ApprovalPolicyName}, o); err != nil {
			c.t.Fatal(err)
		}
		return o.GetCreationTimestamp().Time
	}
	since := made(&admissionregistrationv1.ValidatingAdmissionPolicy{})
	if at := made(&admissionregistrationv1.ValidatingAdmissionPolicyBinding{}); at.After(since) {
		since = at
	}
	c.eventually("the policy counts", func() (bool, string) {
		probe := &corev1.ConfigMap{}
		probe.Name, probe.Namespace = "probe", "default"
		if err := c.Create(c.t.Context(), probe, client.DryRunAll); err != nil {
			c.t.Fatal(err)
		}
		return probe.CreationTimestamp.After(since.Add(6 * time.Second)), ""
	})
}

// approval waits until the status of an exception says how its approval stands.
func (c *cluster) approval(name string, want v1alpha1.ApprovalState, message string) *v1alpha1.ControlException {
	c.t.Helper()
	e := &v1alpha1.ControlException{}
	c.eventually(fmt.Sprintf("the approval of %s is %s", name, want), func() (bool, string) {
		if err := c.Get(c.t.Context(), client.ObjectKey{Name: name}, e); err != nil {
			c.t.Fatal(err)
		}
		return e.Status.Approval == want && strings.Contains(e.Status.ApprovalMessage, message) && e.Status.ObservedGeneration == e.Generation,
			fmt.Sprintf("%+v", e.Status)
	})
	return e
}

func TestOnlyTheApproverWritesTheMark(t *testing.T) {
	c := newCluster(t)
	c.fleet("aula")
	c.guard()
	for name, test := range map[string]struct {
		by, user string
		allowed  bool
	}{
		"the approver": {john, john, true},
		"the approver as the provider of identities writes them": {john, "oidc:John@Example.org", true},
		"the approver behind an issuer's address":                {john, "https://login.example.org#john@example.org", true},
		"the approver written with a scheme":                     {"'mailto:john@example.org'", john, true},
		"the requester":                                          {john, jane, false},
		"the requester in another spelling":                      {john, "oidc:JANE@example.org", false},
		"a service account":                                      {john, flux, false},
		"a service account named like the approver":              {"john", "system:serviceaccount:default:john", false},
		"a node named like the approver":                         {"john", "system:node:john", false},
		"a name that begins like the approver's":                 {john, "john", false},
		"an address that begins like the approver's name":        {"john", john, false},
		"an address elsewhere":                                   {john, "john@example.org.evil.example", false},
		"the approver of the provider that is written":           {"'oidc:john@example.org'", "oidc:john@example.org", true},
		"a name of another provider than the one written":        {"'oidc:john@example.org'", "other:john@example.org", false},
		"a name without the provider that is written":            {"'oidc:john@example.org'", john, false},
	} {
		object := strings.ReplaceAll(strings.ToLower(name), " ", "-")
		object = strings.NewReplacer("'", "", ",", "").Replace(object)
		if test.allowed {
			c.may(test.user, approvalYAML, object, "LOC-02", inPerson, test.by)
		} else {
			c.mayNot(test.user, approvalYAML, object, "LOC-02", inPerson, test.by)
		}
		if t.Failed() {
			t.Fatalf("at %q", name)
		}
	}
	if err := c.tries(john, approvalYAML, "odd", "LOC-02", admission.ApprovalMark+`: "yes"`, john); !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), `is "true" or left out`) {
		t.Errorf("a mark with another value gives %v", err)
	}
	// Without the mark the policy is in nobody's way.
	c.may(flux, approvalYAML, "from-git", "LOC-02", "", john)
	c.may(jane, approvalYAML, "by-hand", "LOC-01", "", john)
}

func TestAnApprovalIsVerifiedWhileItsSpecIsTheApproversOwn(t *testing.T) {
	c := newCluster(t)
	c.fleet("aula")
	c.may(jane, approvalYAML, "forged", "LOC-02", inPerson, john) // before there is a policy
	c.run(settings{realTime: true})
	c.approval("forged", v1alpha1.ApprovalClaimed, "is not installed")
	c.guard()
	c.approval("forged", v1alpha1.ApprovalClaimed, "since when the policy has checked who approves")
	c.may(flux, approvalYAML, "from-git", "LOC-02", "", john)
	c.approval("from-git", v1alpha1.ApprovalClaimed, "did not say that it came from john@example.org")
	c.may(john, approvalYAML, "seen", "LOC-02", inPerson, john)
	first := c.approval("seen", v1alpha1.ApprovalVerified, "saw john@example.org")
	if first.Status.VerifiedGeneration != 1 {
		t.Errorf("status is %+v", first.Status)
	}
	// Somebody else may label it, and may not change what was approved beside the mark.
	patch := func(user, change string) error {
		return c.as(user).Patch(t.Context(), &v1alpha1.ControlException{ObjectMeta: first.ObjectMeta}, client.RawPatch(types.MergePatchType, []byte(change)))
	}
	if err := patch(jane, `{"metadata":{"labels":{"team":"a"}}}`); err != nil {
		t.Errorf("a label is refused: %v", err)
	}
	if err := patch(jane, `{"spec":{"reason":"Something else entirely."}}`); !apierrors.IsForbidden(err) {
		t.Errorf("a change beside the mark gives %v", err)
	}
	if err := patch(jane, `{"metadata":{"annotations":{"`+admission.ApprovalMark+`":null}},"spec":{"reason":"Something else entirely."}}`); err != nil {
		t.Errorf("a change that takes the mark away is refused: %v", err)
	}
	c.approval("seen", v1alpha1.ApprovalClaimed, "did not say")
	if err := patch(jane, `{"metadata":{"annotations":{"`+admission.ApprovalMark+`":"true"}}}`); !apierrors.IsForbidden(err) {
		t.Errorf("putting the mark back gives %v", err)
	}
	if err := patch("oidc:john@example.org", `{"metadata":{"annotations":{"`+admission.ApprovalMark+`":"true"}}}`); err != nil {
		t.Errorf("the approver may not approve: %v", err)
	}
	if e := c.approval("seen", v1alpha1.ApprovalVerified, "saw"); e.Status.VerifiedGeneration != 2 {
		t.Errorf("status is %+v", e.Status)
	}
	// Nothing is verified while nobody watches, and what was changed meanwhile is not verified afterwards.
	c.may(john, approvalYAML, "kept", "LOC-03", inPerson, john)
	c.approval("kept", v1alpha1.ApprovalVerified, "saw")
	c.remove("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", "", admission.ApprovalPolicyName)
	c.approval("kept", v1alpha1.ApprovalClaimed, "no binding")
	c.approval("seen", v1alpha1.ApprovalClaimed, "no binding")
	c.eventually("nobody watches", func() (bool, string) {
		err := patch(jane, `{"spec":{"reason":"Changed while nobody watched."}}`)
		return err == nil, fmt.Sprint(err)
	})
	c.guard()
	c.approval("kept", v1alpha1.ApprovalVerified, "saw")
	c.approval("seen", v1alpha1.ApprovalClaimed, "since when the policy has checked who approves")
}

func TestAProfileThatNeedsVerifiedApprovalsGetsThem(t *testing.T) {
	c := newCluster(t)
	c.fleet("aula")
	c.apply(workloadYAML, "aula", "web", unpinned)
	c.apply(`
apiVersion: tilsyn.dev/v1alpha1
kind: ControlProfile
metadata: {name: public-sector}
spec: {requireVerifiedApprovalFrom: Confidential, controls: [{control: LOC-02, mode: Required}]}
`)
	c.guard()
	c.may(flux, approvalYAML, "affinity", "LOC-02", "", john)
	c.run(settings{realTime: true})
	e := c.approval("affinity", v1alpha1.ApprovalClaimed, "")
	if list := strings.Join(conditions(e.Status.Conditions), "\n"); !strings.Contains(list, "Accepted=False "+v1alpha1.ReasonApprovalNotVerified) {
		t.Errorf("conditions are\n%s", list)
	}
	c.becomes("aula-production", "LOC-02", v1alpha1.VerdictFail)
	c.may("oidc:john@example.org", approvalYAML, "affinity", "LOC-02", inPerson, john)
	c.approval("affinity", v1alpha1.ApprovalVerified, "saw")
	c.becomes("aula-production", "LOC-02", v1alpha1.VerdictExcepted)
	c.remove("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", "", admission.ApprovalPolicyName)
	c.becomes("aula-production", "LOC-02", v1alpha1.VerdictFail)
}

// attestationYAML takes name, annotations and the approval.
const attestedYAML = `
apiVersion: tilsyn.dev/v1alpha1
kind: Attestation
metadata: {name: %[1]s, annotations: {%[2]s}}
spec:
  type: ClassificationReview
  about: {solution: aula}
  by: john@example.org
  date: "2026-01-10"
  evidence: case 2026-202
  validUntil: "2199-01-01"
`

func TestWhoAttestsIsSeenToo(t *testing.T) {
	c := newCluster(t)
	c.fleet("aula")
	c.guard()
	c.run(settings{realTime: true})
	c.mayNot(jane, attestedYAML, "review", inPerson)
	c.may(jane, attestedYAML, "claimed", "")
	c.may(john, attestedYAML, "review", inPerson)
	for name, want := range map[string]v1alpha1.ApprovalState{"review": v1alpha1.ApprovalVerified, "claimed": v1alpha1.ApprovalClaimed} {
		a := &v1alpha1.Attestation{}
		c.eventually(fmt.Sprintf("attestation %s is %s", name, want), func() (bool, string) {
			if err := c.Get(t.Context(), client.ObjectKey{Name: name}, a); err != nil {
				t.Fatal(err)
			}
			return a.Status.Approval == want, fmt.Sprintf("%+v", a.Status)
		})
	}
}
