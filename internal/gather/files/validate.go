package files

import (
	"context"
	"encoding/json"
	"sync"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"

	"github.com/tilsyn-dev/tilsyn/config/crd"
)

// definitions judge resources of tilsyn.dev as the API server does at their creation, with its code and the same custom
// resource definitions. They are made when the first resource of a kind is met, because making them takes time.
type definitions struct {
	mu   sync.Mutex
	made map[string]func() (*definition, error)
}

func (d *definitions) of(resource string) (*definition, error) {
	d.mu.Lock()
	if d.made == nil {
		d.made = map[string]func() (*definition, error){}
	}
	get := d.made[resource]
	if get == nil {
		get = sync.OnceValues(func() (*definition, error) { return newDefinition(resource) })
		d.made[resource] = get
	}
	d.mu.Unlock()
	return get()
}

// definition is one custom resource definition, ready to judge.
type definition struct {
	structural *schema.Structural
	values     validation.SchemaValidator

	mu    sync.Mutex
	sure  *sureness
	asked demand
	rules *cel.Validator // those asked
}

func newDefinition(resource string) (*definition, error) {
	raw, err := crd.Schemas.ReadFile("schemas/" + resource + ".json")
	if err != nil {
		return nil, err
	}
	var object apiextensionsv1.JSONSchemaProps
	if err := json.Unmarshal(raw, &object); err != nil {
		return nil, err
	}
	var props apiextensions.JSONSchemaProps
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(&object, &props, nil); err != nil {
		return nil, err
	}
	out := &definition{sure: newSureness()}
	if out.structural, err = schema.NewStructural(&props); err != nil {
		return nil, err
	}
	if out.values, _, err = validation.NewSchemaValidator(&props); err != nil {
		return nil, err
	}
	return out, nil
}

// rulesFor gives rules that judge an object; nil where it plainly keeps all that there are.
func (d *definition) rulesFor(object map[string]any) *cel.Validator {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.asked.add(d.structural, object, d.sure) {
		d.rules = cel.NewValidator(d.asked.keep(d.structural), true, celconfig.PerCallLimit)
	}
	return d.rules
}

// judge gives what the API server would refuse.
func (d *definition) judge(ctx context.Context, object map[string]any) field.ErrorList {
	delete(object, "status") // the API server drops it at creation, and fields that are null
	defaulting.PruneNonNullableNullsWithoutDefaults(object, d.structural)
	u := &unstructured.Unstructured{Object: object}
	errs := apivalidation.ValidateObjectMetaAccessor(u, false, apivalidation.NameIsDNSSubdomain, field.NewPath("metadata"))
	errs = append(errs, validation.ValidateCustomResource(nil, object, d.values)...)
	errs = append(errs, listtype.ValidateListSetsAndMaps(nil, d.structural, object)...)
	if blocking(errs) {
		return errs
	}
	rules := d.rulesFor(object)
	if rules == nil {
		return errs
	}
	found, _ := rules.Validate(ctx, nil, d.structural, object, nil, celconfig.RuntimeCELCostBudget)
	return append(errs, found...)
}

// blocking tells whether an error keeps the API server from asking the rules, which rely on types and sizes.
func blocking(errs field.ErrorList) bool {
	for _, e := range errs {
		switch e.Type {
		case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong, field.ErrorTypeTooMany, field.ErrorTypeTypeInvalid:
			return true
		}
	}
	return false
}
