package importer

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/manifest"
)

// document writes a statement whole, its fields in the order of the API, which is that in which people read them.
func document(s *v1alpha1.AssuranceStatement) *manifest.Document {
	notes := maps.Clone(s.Annotations)
	delete(notes, corev1.LastAppliedConfigAnnotation)
	d := manifest.New("AssuranceStatement", s.Name).Marks(s.Labels, notes)
	fields(reflect.ValueOf(&s.Spec).Elem(), func(name string, value reflect.Value) {
		if !value.IsZero() && (value.Kind() != reflect.Slice || value.Len() > 0) {
			d.Field(name, value.Interface())
		}
	})
	return d
}

// fields calls f with each field of a struct by its name in the API. By reflection, so that no field that is added to the API
// is forgotten and thereby taken out of resources.
func fields(v reflect.Value, f func(name string, value reflect.Value)) {
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if name == "" { // inline
			fields(v.Field(i), f)
			continue
		}
		f(name, v.Field(i))
	}
}

// notInCSV lists the fields of a statement that no column holds.
func notInCSV() []string {
	columns := []string{"solutions", "supplier", "year", "document", "standard", "type", "level", "scope", "parts", "required", "subject", "state", "reason", "receipt",
		"deliveries", "recordUpdated"}
	var out []string
	fields(reflect.ValueOf(v1alpha1.AssuranceStatementSpec{}), func(name string, _ reflect.Value) {
		if !slices.Contains(columns, name) {
			out = append(out, name)
		}
	})
	return append(out, "receipt.reference", "deliveries.due", "deliveries.channel")
}
