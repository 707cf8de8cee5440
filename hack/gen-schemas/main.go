// Command gen-schemas writes what programs without an API server need of the custom resource definitions: the schema of
// what people write, without descriptions, as JSON. A program that starts reads that twenty times as fast as the definitions
// themselves. Run it in the root of the repository, after the definitions have been generated.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

const (
	definitions = "config/crd/bases"
	schemas     = "config/crd/schemas"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "gen-schemas:", err)
		os.Exit(1)
	}
}

func run() error {
	if err := errors.Join(os.RemoveAll(schemas), os.MkdirAll(schemas, 0o755)); err != nil {
		return err
	}
	paths, err := filepath.Glob(filepath.Join(definitions, "*.yaml"))
	if err != nil {
		return err
	}
	if len(paths) == 0 {
		return errors.New("no definitions in " + definitions)
	}
	for _, path := range paths {
		if err := write(path); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

func write(path string) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var def apiextensionsv1.CustomResourceDefinition
	if err := yaml.UnmarshalStrict(raw, &def); err != nil {
		return err
	}
	if n := len(def.Spec.Versions); n != 1 {
		return fmt.Errorf("%d versions, one is expected", n)
	}
	schema := def.Spec.Versions[0].Schema.OpenAPIV3Schema
	delete(schema.Properties, "status") // never judged: the API server drops it at creation
	withoutDescriptions(schema)
	out, err := json.Marshal(schema)
	if err != nil {
		return err
	}
	name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "tilsyn.dev_"), ".yaml") + ".json"
	return os.WriteFile(filepath.Join(schemas, name), append(out, '\n'), 0o644)
}

func withoutDescriptions(s *apiextensionsv1.JSONSchemaProps) {
	s.Description = ""
	for name, prop := range s.Properties {
		withoutDescriptions(&prop)
		s.Properties[name] = prop
	}
	if s.Items != nil && s.Items.Schema != nil {
		withoutDescriptions(s.Items.Schema)
	}
	if s.AdditionalProperties != nil && s.AdditionalProperties.Schema != nil {
		withoutDescriptions(s.AdditionalProperties.Schema)
	}
}
