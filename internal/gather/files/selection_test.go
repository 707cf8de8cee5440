package files_test

import (
	"strings"
	"testing"

	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
)

const required = "spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"

// choosing is the deployment with lines put before its containers.
func choosing(lines ...string) string {
	return strings.Replace(deployment, "      containers:", "      "+strings.Join(lines, "\n      ")+"\n      containers:", 1)
}

func affinity(terms string) string {
	return choosing("affinity:", "  nodeAffinity:", "    requiredDuringSchedulingIgnoredDuringExecution:", "      nodeSelectorTerms: "+terms)
}

func TestATemplateThatTheAPIServerRefusesIsAnErrorAndLeavesNothingToPass(t *testing.T) {
	tests := map[string]struct{ content, want string }{
		"no term":                   {affinity("[]"), "in.yaml:14: document 1: Deployment shop/web: " + required + ": holds no term, and the API server refuses that; write one with matchExpressions"},
		"In without values":         {affinity("[{matchExpressions: [{key: zone, operator: In}]}]"), "in.yaml:14: document 1: Deployment shop/web: " + required + "[0].matchExpressions[0].values: operator In needs at least one value"},
		"NotIn with no values":      {affinity("[{matchExpressions: [{key: zone, operator: NotIn, values: []}]}]"), "operator NotIn needs at least one value; list them"},
		"Exists with values":        {affinity("[{matchExpressions: [{key: zone, operator: Exists, values: [a, '']}]}]"), `operator Exists takes no values; remove "a", "", or use In or NotIn`},
		"Gt with two values":        {affinity("[{matchExpressions: [{key: zone, operator: Gt, values: ['1', '2']}]}]"), "operator Gt takes exactly one value and has 2"},
		"an operator that is none":  {affinity("[{matchExpressions: [{key: zone, operator: in, values: [a]}]}]"), `.matchExpressions[0].operator: "in" is no operator; use In, NotIn`},
		"a key that is none":        {affinity("[{matchExpressions: [{key: a/b/c, operator: Exists}]}]"), `.matchExpressions[0].key: "a/b/c" is no label key: `},
		"a value with a blank":      {affinity("[{matchExpressions: [{key: zone, operator: In, values: [a, 'b ']}]}]"), `.values[1]: "b " begins or ends with a blank, and the API server refuses that; write "b"`},
		"a value that is no label":  {affinity("[{matchExpressions: [{key: zone, operator: In, values: [a/b]}]}]"), `"a/b" is no label value: `},
		"a field that is none":      {affinity("[{matchFields: [{key: metadata.uid, operator: In, values: [a]}]}]"), `.matchFields[0].key: "metadata.uid" is no field of nodes`},
		"a node selector":           {choosing("nodeSelector:", "  topology.kubernetes.io/region: 'eu-north-1 '"), `in.yaml:12: document 1: Deployment shop/web: spec.template.spec.nodeSelector[topology.kubernetes.io/region]: "eu-north-1 " begins or ends with a blank`},
		"a label of the template":   {strings.Replace(deployment, "{labels: {app: web}}", "{labels: {app: web, a: b c}}", 1), `in.yaml:9: document 1: Deployment shop/web: spec.template.metadata.labels[a]: "b c" is no label value`},
		"a label of the object":     {strings.Replace(deployment, "  namespace: shop", "  namespace: shop\n  labels: {a: 'b '}", 1), `in.yaml:6: document 1: Deployment shop/web: metadata.labels[a]: "b "`},
		"a weight":                  {choosing("affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 0, preference: {}}]}}"), "[0].weight: 0 is no weight; write one from 1 to 100"},
		"the template of a CronJob": {"apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec:\n  jobTemplate: {spec: {template: {spec: {nodeSelector: {zone: 'a '}}}}}\n", "in.yaml:5: document 1: CronJob default/a: spec.jobTemplate.spec.template.spec.nodeSelector[zone]"},
		"a RuntimeClass":            {"apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {name: a}\nhandler: a\nscheduling: {nodeSelector: {zone: 'a '}}\n", "in.yaml:5: document 1: RuntimeClass a: scheduling.nodeSelector[zone]"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := load(t, tt.content, files.Options{})
			if len(got.Errors) != 1 || !strings.Contains(got.Errors[0].Error(), tt.want) {
				t.Errorf("errors %q, want one with %q", messages(got.Errors), tt.want)
			}
			if len(got.workloads()) > 0 {
				t.Errorf("%v can still pass", got.workloads())
			}
		})
	}
}

func TestWhatTheAPIServerAcceptsIsNoError(t *testing.T) {
	for name, content := range map[string]string{
		"an empty term, which matches nothing":           affinity("[{}]"),
		"an empty value":                                 affinity("[{matchExpressions: [{key: zone, operator: In, values: ['']}]}]"),
		"Gt with a word, which only the scheduler minds": affinity("[{matchExpressions: [{key: zone, operator: Gt, values: [a]}]}]"),
		"a node by its name":                             affinity("[{matchFields: [{key: metadata.name, operator: In, values: [node-1]}]}]"),
	} {
		t.Run(name, func(t *testing.T) {
			if got := load(t, content, files.Options{}); len(got.Errors) > 0 || len(got.workloads()) != 1 {
				t.Errorf("%q, workloads %v", messages(got.Errors), got.workloads())
			}
		})
	}
}
