package api

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
)

type (
	crd    = apiextensionsv1.CustomResourceDefinition
	schema = apiextensionsv1.JSONSchemaProps
)

var loadCRDs = sync.OnceValues(func() (all []crd, err error) {
	files, err := filepath.Glob(filepath.Join(crdDir, "*.yaml"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var c crd
		if err := yaml.UnmarshalStrict(data, &c); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
})

func crds(t testing.TB) []crd {
	t.Helper()
	all, err := loadCRDs()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 12 {
		t.Fatalf("%d CustomResourceDefinitions in %s, want 12", len(all), crdDir)
	}
	return all
}

func root(c crd) *schema { return c.Spec.Versions[0].Schema.OpenAPIV3Schema }

// node is one place in a schema. Path is like spec.locations.allowed[].country.
type node struct {
	kind, path string
	schema     *schema
	required   bool
}

func (n node) inStatus() bool {
	return n.path == "status" || strings.HasPrefix(n.path, "status.")
}

// standard is true within a condition, whose schema is that of Kubernetes.
func (n node) standard() bool { return strings.HasPrefix(n.path, "status.conditions[].") }

// nodes lists everything below spec and status of every kind, and the root, whose path is empty.
func nodes(t testing.TB) []node {
	t.Helper()
	var all []node
	for _, c := range crds(t) {
		all = append(all, node{kind: c.Spec.Names.Kind, schema: root(c)})
		for _, part := range []string{"spec", "status"} {
			s := root(c).Properties[part]
			all = appendNodes(all, node{c.Spec.Names.Kind, part, &s, slices.Contains(root(c).Required, part)})
		}
	}
	return all
}

func appendNodes(all []node, n node) []node {
	all = append(all, n)
	for name, property := range n.schema.Properties {
		required := slices.Contains(n.schema.Required, name)
		all = appendNodes(all, node{n.kind, n.path + "." + name, &property, required})
	}
	if items := n.schema.Items; items != nil {
		all = appendNodes(all, node{n.kind, n.path + "[]", items.Schema, false})
	}
	return all
}

func TestEveryStringListAndMapIsBounded(t *testing.T) {
	for _, n := range nodes(t) {
		s := n.schema
		switch s.Type {
		case "string":
			if s.MaxLength == nil && s.Enum == nil && s.Format == "" {
				t.Errorf("%s %s: a string without MaxLength", n.kind, n.path)
			}
		case "array":
			if s.MaxItems == nil {
				t.Errorf("%s %s: a list without MaxItems", n.kind, n.path)
			}
			if s.XListType == nil {
				t.Errorf("%s %s: a list without listType", n.kind, n.path)
			}
		case "object":
			free := s.AdditionalProperties != nil || s.XPreserveUnknownFields != nil
			if free && s.MaxProperties == nil {
				t.Errorf("%s %s: a map without MaxProperties", n.kind, n.path)
			}
		case "integer", "boolean":
		default:
			t.Errorf("%s %s: type %q", n.kind, n.path, s.Type)
		}
	}
}

func TestNoFieldHasADefaultOrAPattern(t *testing.T) {
	for _, n := range nodes(t) {
		if n.schema.Default != nil {
			t.Errorf("%s %s: a default makes GitOps tools see a difference; resolve it into the status", n.kind, n.path)
		}
		if n.schema.Pattern != "" && !n.standard() {
			t.Errorf("%s %s: a pattern shows a regular expression and no mend; write a CEL rule with a message", n.kind, n.path)
		}
	}
}

func TestEveryFreeFieldOfASpecIsDocumentedWithAnExample(t *testing.T) {
	prose := []string{"ControlException spec.actionPlan", "ControlProfile spec.description", "Attestation spec.statement"}
	for _, n := range nodes(t) {
		free := n.schema.Type == "string" && n.schema.Enum == nil && !strings.HasSuffix(n.path, "[]")
		if n.inStatus() || !free || slices.Contains(prose, n.kind+" "+n.path) {
			continue
		}
		if !strings.Contains(n.schema.Description, "for example") {
			t.Errorf("%s %s: no example in %q", n.kind, n.path, n.schema.Description)
		}
	}
}

func TestMessagesOfRulesGiveAnExample(t *testing.T) {
	for _, n := range nodes(t) {
		for _, rule := range n.schema.XValidations {
			if rule.Message == "" {
				t.Errorf("%s %s: no message for %s", n.kind, n.path, rule.Rule)
			}
			if !strings.Contains(rule.Message, "for example") && !strings.Contains(rule.Message, "2022-Q2") &&
				!strings.Contains(rule.Message, "renew it") {
				t.Errorf("%s %s: the message gives no example: %s", n.kind, n.path, rule.Message)
			}
		}
	}
}

func TestLimitsInGoAreThoseOfTheSchema(t *testing.T) {
	want := map[string]int64{
		"HostedSolution status.findings":                v1alpha1.MaxFindings,
		"SolutionEnvironment status.findings":           v1alpha1.MaxFindings,
		"Platform status.findings":                      v1alpha1.MaxFindings,
		"HostedSolution status.controls":                v1alpha1.MaxControls,
		"SolutionEnvironment status.controls":           v1alpha1.MaxControls,
		"Platform status.controls":                      v1alpha1.MaxControls,
		"HostedSolution status.environments":            v1alpha1.MaxEnvironments,
		"SolutionEnvironment status.namespaces":         v1alpha1.MaxNamespaces,
		"SupervisionRecord status.namespaces":           v1alpha1.MaxNamespaces,
		"Platform status.unclaimedNamespaces":           v1alpha1.MaxUnclaimedNamespaces,
		"Platform status.sources":                       v1alpha1.MaxSources,
		"SupervisionRecord status.results":              v1alpha1.MaxRecordedResults,
		"SupervisionRecord status.firstSeen":            v1alpha1.MaxRecordedResults,
		"SupervisionRecord status.changes":              v1alpha1.MaxRecordedChanges,
		"SupervisionRecord status.outside":              v1alpha1.MaxRecordedChanges,
		"HostedSolution status.conditions":              v1alpha1.MaxConditions,
		"HostedSolution status.findings[].message":      v1alpha1.MaxMessageLength,
		"HostedSolution status.findings[].remediation":  v1alpha1.MaxMessageLength,
		"Platform status.sources[].message":             v1alpha1.MaxMessageLength,
		"HostedSolution status.findings[].field":        v1alpha1.MaxFieldLength,
		"HostedSolution status.resolved.locations":      v1alpha1.MaxLocationsLength,
		"SolutionEnvironment status.findings[].message": v1alpha1.MaxMessageLength,
		"SolutionEnvironment status.findings[].field":   v1alpha1.MaxFieldLength,
		"SolutionEnvironment status.conditions":         v1alpha1.MaxConditions,
		"ControlException status.conditions":            v1alpha1.MaxConditions,
		"Attestation status.conditions":                 v1alpha1.MaxConditions,
		"ControlProfile status.conditions":              v1alpha1.MaxConditions,
		"Platform status.conditions":                    v1alpha1.MaxConditions,
		"Supplier status.conditions":                    v1alpha1.MaxConditions,
		"ProcessingAgreement status.conditions":         v1alpha1.MaxConditions,
		"AssuranceStatement status.conditions":          v1alpha1.MaxConditions,
		"Institution status.conditions":                 v1alpha1.MaxConditions,
		"SecurityIncident status.conditions":            v1alpha1.MaxConditions,
		"Institution status.findings":                   v1alpha1.MaxFindings,
		"Institution status.findings[].message":         v1alpha1.MaxMessageLength,
		"Institution status.findings[].field":           v1alpha1.MaxFieldLength,
		"Institution status.controls":                   v1alpha1.MaxControls,
		"Institution status.solutions":                  v1alpha1.MaxInstitutionSolutions,
		"SecurityIncident status.clocks":                v1alpha1.MaxClocks,
		"AssuranceStatement status.received":            v1alpha1.MaxValueLength,
		"AssuranceStatement status.delivered":           v1alpha1.MaxValueLength,
	}
	for _, n := range nodes(t) {
		key := n.kind + " " + n.path
		limit := n.schema.MaxItems
		if n.schema.Type == "string" {
			limit = n.schema.MaxLength
		}
		if w, ok := want[key]; ok && (limit == nil || *limit != w) {
			t.Errorf("%s: the schema does not hold the limit %d of limits.go", key, w)
		}
		delete(want, key)
	}
	for key := range want {
		t.Errorf("%s is not in the schema", key)
	}
}

func TestKustomizationHoldsEveryDefinition(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(crdDir, "..", "kustomization.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var k struct {
		Resources []string `json:"resources"`
	}
	if err := yaml.Unmarshal(data, &k); err != nil {
		t.Fatal(err)
	}
	for _, c := range crds(t) {
		file := "bases/" + v1alpha1.GroupVersion.Group + "_" + c.Spec.Names.Plural + ".yaml"
		if !slices.Contains(k.Resources, file) {
			t.Errorf("kustomization.yaml lacks %s", file)
		}
	}
	if len(k.Resources) != len(crds(t)) {
		t.Errorf("kustomization.yaml has %d resources, want %d", len(k.Resources), len(crds(t)))
	}
}
