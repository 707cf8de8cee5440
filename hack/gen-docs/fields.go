package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

const (
	definitions = "config/crd/bases"
	fieldPages  = "docs/reference/kinds"
)

// writeFields writes a page for each kind with its fields and rules, as its definition has them.
func writeFields() error {
	paths, err := filepath.Glob(filepath.Join(definitions, "*.yaml"))
	if err != nil {
		return err
	}
	pages := map[string]string{}
	var index strings.Builder
	index.WriteString(notice + "# Fields of each kind\n\nWhat each field may hold, and what the API server refuses. " +
		"[Kinds](../../kinds/README.md) says in plain words what to write.\n\n| Kind | Short | |\n| --- | --- | --- |\n")
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var crd apiextensionsv1.CustomResourceDefinition
		if err := yaml.UnmarshalStrict(data, &crd); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		names := crd.Spec.Names
		page := fieldPage{}
		page.walk("", *crd.Spec.Versions[0].Schema.OpenAPIV3Schema)
		pages[strings.ToLower(names.Kind)+".md"] = page.text(crd)
		fmt.Fprintf(&index, "| [%s](%s.md) | `%s` | %s |\n", names.Kind, strings.ToLower(names.Kind), strings.Join(names.ShortNames, "`, `"),
			cell(crd.Spec.Versions[0].Schema.OpenAPIV3Schema.Description))
	}
	pages["README.md"] = index.String()
	return replace(fieldPages, pages)
}

// fieldPage gathers what one definition says.
type fieldPage struct {
	spec, status []string
	rules        []fieldRule
}

// fieldRule is what a rule demands, and the fields it stands on.
type fieldRule struct {
	message string
	fields  []string
}

func (p *fieldPage) text(crd apiextensionsv1.CustomResourceDefinition) string {
	version, names := crd.Spec.Versions[0], crd.Spec.Names
	var b strings.Builder
	fmt.Fprintf(&b, "%s# Fields of %s\n\n%s\n\n`%s/%s`, `kubectl get %s`, short `%s`. In plain words: [%s](../../kinds/%s.md).\n", notice, names.Kind,
		cell(version.Schema.OpenAPIV3Schema.Description), crd.Spec.Group, version.Name, names.Plural, strings.Join(names.ShortNames, "`, `"), names.Kind, strings.ToLower(names.Kind))
	rules := make([]string, 0, len(p.rules))
	for _, r := range p.rules {
		rules = append(rules, fmt.Sprintf("| `%s` | %s |\n", strings.Join(r.fields, "`, `"), cell(r.message)))
	}
	head := "| Field | Type | | Meaning |\n| --- | --- | --- | --- |\n"
	for _, part := range []struct {
		title, head string
		rows        []string
	}{
		{"What people write", head, p.spec},
		{"What the operator answers", head, p.status},
		{"What is refused", "| Field | What it has to be |\n| --- | --- |\n", rules},
	} {
		if len(part.rows) > 0 {
			fmt.Fprintf(&b, "\n## %s\n\n%s%s", part.title, part.head, strings.Join(part.rows, ""))
		}
	}
	b.WriteString("\n## Columns\n\n| Column | From | |\n| --- | --- | --- |\n")
	for _, c := range version.AdditionalPrinterColumns {
		wide := ""
		if c.Priority > 0 {
			wide = "with `-o wide`"
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s |\n", c.Name, c.JSONPath, wide)
	}
	return b.String()
}

// walk notes the rules of a node and its fields with all below them, in the order of their names.
func (p *fieldPage) walk(path string, node apiextensionsv1.JSONSchemaProps) {
	for _, rule := range node.XValidations {
		p.rule(cmp.Or(strings.TrimPrefix(path+rule.FieldPath, "."), "metadata.name"), rule.Message)
	}
	if node.Items != nil && node.Items.Schema != nil {
		p.walk(path+"[]", *node.Items.Schema)
	}
	names := make([]string, 0, len(node.Properties))
	for name := range node.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if path == "" && name != "spec" && name != "status" {
			continue
		}
		field := node.Properties[name]
		at := strings.TrimPrefix(path+"."+name, ".")
		if path != "" {
			p.note(at, field, slices.Contains(node.Required, name))
		}
		if strings.HasSuffix(at, "conditions") { // the same in every kind
			continue
		}
		p.walk(at, field)
	}
}

func (p *fieldPage) rule(field, message string) {
	if strings.HasPrefix(field, "status.") { // only the operator writes it
		return
	}
	field = strings.TrimPrefix(field, "spec.")
	i := slices.IndexFunc(p.rules, func(r fieldRule) bool { return r.message == message })
	if i < 0 {
		p.rules = append(p.rules, fieldRule{message: message})
		i = len(p.rules) - 1
	}
	if !slices.Contains(p.rules[i].fields, field) {
		p.rules[i].fields = append(p.rules[i].fields, field)
	}
}

func (p *fieldPage) note(at string, field apiextensionsv1.JSONSchemaProps, required bool) {
	row := func(name, need string) string {
		return fmt.Sprintf("| `%s` | %s | %s | %s |\n", name, typeOf(field), need, cell(field.Description))
	}
	if name, ok := strings.CutPrefix(at, "status."); ok {
		p.status = append(p.status, row(name, ""))
		return
	}
	need := ""
	if required {
		need = "required"
	}
	p.spec = append(p.spec, row(strings.TrimPrefix(at, "spec."), need))
}

// typeOf says in words what a field holds.
func typeOf(field apiextensionsv1.JSONSchemaProps) string {
	switch {
	case len(field.Enum) > 0:
		values := make([]string, 0, len(field.Enum))
		for _, v := range field.Enum {
			values = append(values, strings.Trim(string(v.Raw), `"`))
		}
		return strings.Join(values, ", ")
	case field.Type == "array" && field.Items != nil && field.Items.Schema != nil:
		return "list of " + typeOf(*field.Items.Schema)
	case field.Type == "object" && field.AdditionalProperties != nil && field.AdditionalProperties.Schema != nil:
		return "map to " + typeOf(*field.AdditionalProperties.Schema)
	case field.Format == "date-time":
		return "time"
	}
	return cmp.Or(map[string]string{"integer": "whole number", "boolean": "true or false", "string": "text"}[field.Type], field.Type, "anything")
}
