package files

import "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"

// presence says which fields objects of a kind have had so far. Rules on other fields are never asked, so they need not be
// compiled, which is most of what validation costs.
type presence struct {
	fields map[string]*presence
	items  *presence // of a list, or the values of a mapping with free keys
}

// add takes the fields of a value in and tells whether one of them is new.
func (p *presence) add(v any) (grew bool) {
	switch v := v.(type) {
	case map[string]any:
		for name, e := range v {
			f := p.fields[name]
			if f == nil {
				f, grew = &presence{}, true
				if p.fields == nil {
					p.fields = map[string]*presence{}
				}
				p.fields[name] = f
			}
			grew = f.add(e) || grew
		}
	case []any:
		for _, e := range v {
			if p.items == nil {
				p.items, grew = &presence{}, true
			}
			grew = p.items.add(e) || grew
		}
	}
	return grew
}

// values gives what has been seen of the values of a mapping with free keys.
func (p *presence) values() *presence {
	if p == nil || len(p.fields) == 0 {
		return nil
	}
	all := &presence{fields: map[string]*presence{}}
	for _, f := range p.fields {
		all.merge(f)
	}
	return all
}

func (p *presence) merge(q *presence) {
	for name, f := range q.fields {
		if p.fields == nil {
			p.fields = map[string]*presence{}
		}
		if p.fields[name] == nil {
			p.fields[name] = &presence{}
		}
		p.fields[name].merge(f)
	}
	if q.items != nil {
		if p.items == nil {
			p.items = &presence{}
		}
		p.items.merge(q.items)
	}
}

// field is nil for what has not been seen.
func (p *presence) field(name string) *presence {
	if p == nil {
		return nil
	}
	return p.fields[name]
}

func (p *presence) item() *presence {
	if p == nil {
		return nil
	}
	return p.items
}

// keep gives a schema with the same types and only the rules on what has been seen.
func (p *presence) keep(s *schema.Structural) *schema.Structural {
	out := *s
	if p == nil {
		out.XValidations = nil
		if s.ValueValidation != nil && len(s.ValueValidation.AllOf) > 0 {
			values := *s.ValueValidation
			values.AllOf = nil
			out.ValueValidation = &values
		}
	}
	if s.Items != nil {
		out.Items = p.item().keep(s.Items)
	}
	if s.AdditionalProperties != nil && s.AdditionalProperties.Structural != nil {
		values := *s.AdditionalProperties
		values.Structural = p.values().keep(values.Structural)
		out.AdditionalProperties = &values
	}
	if len(s.Properties) > 0 {
		out.Properties = make(map[string]schema.Structural, len(s.Properties))
		for name, prop := range s.Properties {
			out.Properties[name] = *p.field(name).keep(&prop)
		}
	}
	return &out
}
