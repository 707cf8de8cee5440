package files

import "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"

// demand says which rules of a schema have to be asked about the objects met so far, by where they stand in it. The others
// hold for all of these objects, or are on fields that none of them has.
type demand struct {
	rules  map[int]bool // by position; rules of alternatives, which are not looked at, under -1
	fields map[string]*demand
	items  *demand // of a list
	values *demand // of a mapping with free keys
}

// add takes a value in and tells whether it demands more.
func (d *demand) add(s *schema.Structural, value any, sure *sureness) (grew bool) {
	if value == nil {
		return false
	}
	ask := func(rule int) {
		if d.rules == nil {
			d.rules = map[int]bool{}
		}
		grew = grew || !d.rules[rule]
		d.rules[rule] = true
	}
	for i := range s.XValidations {
		if !d.rules[i] && !sure.of(&s.XValidations[i], value) {
			ask(i)
		}
	}
	if s.ValueValidation != nil && len(s.ValueValidation.AllOf) > 0 {
		ask(alternatives)
	}
	return d.addParts(s, value, sure) || grew
}

// addParts takes the fields or items of a value in.
func (d *demand) addParts(s *schema.Structural, value any, sure *sureness) (grew bool) {
	switch v := value.(type) {
	case map[string]any:
		for name, e := range v {
			if prop, ok := s.Properties[name]; ok {
				grew = d.field(name).add(&prop, e, sure) || grew
			} else if s.AdditionalProperties != nil && s.AdditionalProperties.Structural != nil {
				grew = made(&d.values).add(s.AdditionalProperties.Structural, e, sure) || grew
			}
		}
	case []any:
		for i := 0; i < len(v) && s.Items != nil; i++ {
			grew = made(&d.items).add(s.Items, v[i], sure) || grew
		}
	}
	return grew
}

func made(d **demand) *demand {
	if *d == nil {
		*d = &demand{}
	}
	return *d
}

const alternatives = -1

func (d *demand) field(name string) *demand {
	if d.fields == nil {
		d.fields = map[string]*demand{}
	}
	if d.fields[name] == nil {
		d.fields[name] = &demand{}
	}
	return d.fields[name]
}

// keep gives a schema with the same types and only the rules that have to be asked.
func (d *demand) keep(s *schema.Structural) *schema.Structural {
	if d == nil {
		d = &demand{}
	}
	out := *s
	out.XValidations = nil
	for i, rule := range s.XValidations {
		if d.rules[i] {
			out.XValidations = append(out.XValidations, rule)
		}
	}
	if s.ValueValidation != nil && !d.rules[alternatives] {
		values := *s.ValueValidation
		values.AllOf = nil
		out.ValueValidation = &values
	}
	if s.Items != nil {
		out.Items = d.items.keep(s.Items)
	}
	if s.AdditionalProperties != nil && s.AdditionalProperties.Structural != nil {
		values := *s.AdditionalProperties
		values.Structural = d.values.keep(values.Structural)
		out.AdditionalProperties = &values
	}
	if len(s.Properties) > 0 {
		out.Properties = make(map[string]schema.Structural, len(s.Properties))
		for name, prop := range s.Properties {
			out.Properties[name] = *d.fields[name].keep(&prop)
		}
	}
	return &out
}
