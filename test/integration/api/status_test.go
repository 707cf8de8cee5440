package api

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/kubernetes"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
)

func TestAWriteOfTheStatusLeavesTheSpecAlone(t *testing.T) {
	for _, c := range crds(t) {
		t.Run(c.Spec.Names.Kind, func(t *testing.T) {
			example := examples(t, c.Spec.Names.Kind)[0]
			live := create(t, example)
			generation, spec := live.GetGeneration(), live.Object["spec"]
			changed := live.DeepCopy()
			changed.Object["spec"] = map[string]any{}
			delete(changed.Object, "status")
			after, err := resource(t, live).UpdateStatus(t.Context(), changed, metav1.UpdateOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(spec, after.Object["spec"]); diff != "" {
				t.Errorf("the spec changed (-before +after):\n%s", diff)
			}
			if after.GetGeneration() != generation {
				t.Errorf("generation %d, want %d: observedGeneration would never catch up", after.GetGeneration(), generation)
			}
			if _, ok := after.Object["status"]; ok {
				t.Errorf("the status was not replaced")
			}
		})
	}
}

func TestAWriteOfTheSpecCannotForgeTheStatus(t *testing.T) {
	for _, c := range crds(t) {
		t.Run(c.Spec.Names.Kind, func(t *testing.T) {
			forged := examples(t, c.Spec.Names.Kind)[0]
			live, err := resource(t, forged).Create(t.Context(), forged, dryCreate)
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := live.Object["status"]; ok {
				t.Errorf("a new object carries a status: %v", live.Object["status"])
			}
			bare := forged.DeepCopy()
			delete(bare.Object, "status")
			live = create(t, bare)
			live.Object["status"] = forged.Object["status"]
			after, err := resource(t, live).Update(t.Context(), live, metav1.UpdateOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := after.Object["status"]; ok {
				t.Errorf("a changed object carries a status: %v", after.Object["status"])
			}
		})
	}
}

// TestASolutionInUseCanBeDeletedAtOnce: the operator's record is the tombstone, so nothing may hold the object.
func TestASolutionInUseCanBeDeletedAtOnce(t *testing.T) {
	rule := ruleCase{kind: "HostedSolution"}
	hosted := create(t, rule.object(t, solution("profile: public-sector")))
	rule.kind = "SolutionEnvironment"
	runs := create(t, rule.object(t, strings.Replace(environment("namespaces: [aula]"), "aula", "rule", 1)))
	for _, u := range []*unstructured.Unstructured{hosted, runs} {
		if err := resource(t, u).Delete(t.Context(), u.GetName(), metav1.DeleteOptions{}); err != nil {
			t.Fatal(err)
		}
		if _, err := resource(t, u).Get(t.Context(), u.GetName(), metav1.GetOptions{}); !apierrors.IsNotFound(err) {
			t.Errorf("%s is still there: %v", u.GetKind(), err)
		}
	}
}

// rows returns what kubectl get shows of the examples of a kind: the names of the columns and the cells of the first.
func rows(t *testing.T, plural, name string) (columns, cells []string) {
	t.Helper()
	client, err := kubernetes.NewForConfig(server.config)
	if err != nil {
		t.Fatal(err)
	}
	data, err := client.RESTClient().Get().AbsPath("/apis/tilsyn.dev/v1alpha1/"+plural+"/"+name).
		SetHeader("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io").DoRaw(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var table metav1.Table
	if err := json.Unmarshal(data, &table); err != nil {
		t.Fatal(err)
	}
	for i, column := range table.ColumnDefinitions {
		columns = append(columns, column.Name)
		if column.Name != "Age" {
			cells = append(cells, fmt.Sprint(table.Rows[0].Cells[i]))
		}
	}
	return columns, cells
}

func TestColumnsAnswerTheDailyQuestion(t *testing.T) {
	want := map[string]struct{ columns, cells []string }{
		"HostedSolution": {
			[]string{"Name", "State", "Provider", "Institution", "Failed", "Unknown", "Worst", "Age"},
			[]string{"example", "NonCompliant", "NonCompliant", "Compliant", "2", "1", "LOC-01"},
		},
		"SolutionEnvironment": {
			[]string{"Name", "Solution", "Stage", "State", "Provider", "Institution", "Failed", "Unknown", "Worst", "Age"},
			[]string{"example", "aula", "Production", "NonCompliant", "NonCompliant", "Compliant", "2", "1", "LOC-01"},
		},
		"Platform": {
			[]string{"Name", "Ready", "Sources", "Unclaimed", "Age"}, []string{"cluster", "True", "False", "1"},
		},
		"ControlProfile": {
			[]string{"Name", "Ready", "Required", "Observed", "Solutions", "Age"}, []string{"example", "True", "1", "1", "6"},
		},
		"ControlException": {
			[]string{"Name", "Control", "Solution", "Environment", "Until", "State", "Approval", "Covered", "Age"},
			[]string{"example", "LOC-02", "aula", "aula-production", "2027-02-20", "InForce", "Claimed", "1"},
		},
		"Attestation": {
			[]string{"Name", "Type", "Solution", "Environment", "Institution", "Supplier", "Date", "Until", "State", "Approval", "Age"},
			[]string{"example", "RestoreTest", "<nil>", "aula-production", "<nil>", "<nil>", "2026-11-01", "2027-05-01", "InForce", "Verified"},
		},
		"Supplier": {
			[]string{"Name", "Name of party", "Established", "Parent", "Lawful", "Solutions", "Next", "Due", "Age"},
			[]string{"example", "Amazon Web Services EMEA SARL", "LU", "US", "False", "7", "the certification ends", "2027-03-01"},
		},
		"ProcessingAgreement": {
			[]string{"Name", "Type", "Processor", "Solutions", "Until", "Accepted", "Valid", "Next", "Due", "Age"},
			[]string{"example", "SubProcessing", "netcompany", `["aula"]`, "2028-01-01", "True", "True", "the agreement ends", "2028-01-01"},
		},
		"AssuranceStatement": {
			[]string{"Name", "Solutions", "Year", "Document", "Standard", "Type", "Scope", "State", "Received", "Delivered", "Consistent", "As required", "Current", "Supplier", "Subject", "Open", "Due", "Age"},
			[]string{
				"example", `["yr"]`, "2022", "Statement", "ISAE3402", "Type2", "Specific", "Forwarded", "Received 2023-03-01",
				"STAR 2023-03-01; Danish municipalities 2023-04-24", "True", "False", "True", "kmd", "Application controls of YR", "0", "2023-10-01",
			},
		},
		"Institution": {
			[]string{"Name", "Name of body", "Type", "State", "Failed", "Unknown", "Next", "Due", "Age"},
			[]string{"example", "Aarhus Kommune", "Municipality", "NonCompliant", "1", "2", "the policy is reviewed", "2027-03-10"},
		},
		"SecurityIncident": {
			[]string{"Name", "Solutions", "Personal data", "Risk", "Aware", "Authority", "Next", "Due", "Closed", "Age"},
			[]string{
				"example", `["aula"]`, "Affected", "High", "2026-10-25T04:00:00+01:00", "sent 2026-10-26T08:30:00Z", "measure keys",
				"2027-01-31", "2026-12-20T12:00:00+01:00",
			},
		},
		"SupervisionRecord": {
			[]string{"Name", "Kind", "Subject", "Deleted", "Age"}, nil,
		},
	}
	for _, c := range crds(t) {
		kind := c.Spec.Names.Kind
		live := create(t, examples(t, kind)[0])
		columns, cells := rows(t, c.Spec.Names.Plural, live.GetName())
		if diff := cmp.Diff(want[kind].columns, columns); diff != "" {
			t.Errorf("%s: columns (-want +got):\n%s", kind, diff)
		}
		if diff := cmp.Diff(want[kind].cells, cells); diff != "" && want[kind].cells != nil {
			t.Errorf("%s: cells (-want +got):\n%s", kind, diff)
		}
	}
}

func TestKindsAreFoundByTheirShortNamesAndTheCategory(t *testing.T) {
	client, err := discovery.NewDiscoveryClientForConfig(server.config)
	if err != nil {
		t.Fatal(err)
	}
	list, err := client.ServerResourcesForGroupVersion(v1alpha1.GroupVersion.String())
	if err != nil {
		t.Fatal(err)
	}
	short := map[string]string{
		"HostedSolution": "hs", "SolutionEnvironment": "senv", "Platform": "plat", "ControlProfile": "cprof", "ControlException": "cex",
		"Attestation": "att", "SupervisionRecord": "srec", "Supplier": "sup", "ProcessingAgreement": "pagr", "AssuranceStatement": "stmt",
		"Institution": "inst", "SecurityIncident": "sinc",
	}
	for _, r := range list.APIResources {
		if strings.HasSuffix(r.Name, "/status") {
			continue
		}
		if r.Namespaced || !slices.Equal(r.ShortNames, []string{short[r.Kind]}) || !slices.Equal(r.Categories, []string{"tilsyn"}) {
			t.Errorf("%s: namespaced %v, short names %v, categories %v", r.Kind, r.Namespaced, r.ShortNames, r.Categories)
		}
		delete(short, r.Kind)
	}
	if len(short) > 0 {
		t.Errorf("not served: %v", short)
	}
}
