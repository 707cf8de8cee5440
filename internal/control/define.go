package control

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Define makes a control of its metadata, its parameters and its rules.
func Define[P any](m Meta, params Parameters[P], rules Rules[P]) *Control {
	if params.Defaults == nil {
		params.Defaults = func(Levels) (zero P) { return zero }
	}
	c := &Control{Meta: m, DefaultParameters: func(l Levels) any { return params.Defaults(l) }}
	if rules.Workload != nil {
		c.WorkloadNeeds, c.SchedulingOnly = needs(rules.Workload.Needs), rules.Workload.SchedulingOnly
	}
	if rules.Namespace != nil {
		c.NamespaceNeeds, c.None = needs(rules.Namespace.Needs), rules.Namespace.None
	}
	if rules.Environment != nil {
		c.EnvironmentNeeds, c.Inherits = needs(rules.Environment.Needs), rules.Environment.Inherits
	}
	if rules.Solution != nil {
		c.SolutionNeeds = needs(rules.Solution.Needs)
	}
	if rules.Platform != nil {
		c.PlatformNeeds = needs(rules.Platform.Needs)
	}
	if rules.Institution != nil {
		c.InstitutionNeeds = needs(rules.Institution.Needs)
	}
	c.bind = func(l Levels, overrides [][]byte) (*Bound, error) {
		p, err := params.resolve(l, overrides)
		if err != nil {
			return nil, fmt.Errorf("%s: parameters: %w", m.ID, err)
		}
		return bound(c, &p, rules)
	}
	return c
}

// needs is never nil, because nil tells that there is no such rule.
func needs(declared []Need) []Need {
	if declared == nil {
		return []Need{}
	}
	return declared
}

func (params Parameters[P]) resolve(l Levels, overrides [][]byte) (P, error) {
	p := params.Defaults(l)
	for _, raw := range overrides {
		if err := strictDecode(raw, &p); err != nil {
			return p, err
		}
	}
	if params.Validate == nil {
		return p, nil
	}
	return p, params.Validate(p, l)
}

func bound[P any](c *Control, p *P, rules Rules[P]) (*Bound, error) {
	key, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("%s: parameters cannot be encoded: %w", c.ID, err)
	}
	b := &Bound{Control: c, Key: string(key)}
	if r := rules.Workload; r != nil {
		b.Workload = func(in WorkloadInput) Result { return r.Judge(in, p) }
	}
	if r := rules.Namespace; r != nil {
		b.Namespace = func(in EnvironmentInput) func(NamespaceInput, []Result) []Result { return r.Begin(in, p) }
	}
	if r := rules.Environment; r != nil {
		b.Environment = func(in EnvironmentInput) []Result { return r.Judge(in, p) }
	}
	if r := rules.Solution; r != nil {
		b.Solution = func(in SolutionInput) []Result { return r.Judge(in, p) }
	}
	if r := rules.Platform; r != nil {
		b.Platform = func(in PlatformInput) []Result { return r.Judge(in, p) }
	}
	if r := rules.Institution; r != nil {
		b.Institution = func(in InstitutionInput) []Result { return r.Judge(in, p) }
	}
	return b, nil
}

// Bind gives the control the defaults of the levels, overridden by each JSON object in turn. Unknown fields, wrong types
// and values below a legal minimum are errors that name the field.
func (c *Control) Bind(l Levels, overrides ...[]byte) (*Bound, error) { return c.bind(l, overrides) }

// strictDecode puts one JSON object over a value and refuses what the value has no field for.
func strictDecode(raw []byte, into any) error {
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return explain(err, raw, into)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one JSON value")
	}
	return nil
}

// maxNamed is how many unknown parameters are named; more are mostly those of another control.
const maxNamed = 5

// explain says in words what the JSON library says in Go.
func explain(err error, raw []byte, into any) error {
	if wrongType, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("%s: %s is not allowed here, write a %s", wrongType.Field, wrongType.Value, wrongType.Type)
	}
	text := strings.TrimPrefix(err.Error(), "json: ")
	if !strings.HasPrefix(text, "unknown field") {
		return errors.New(text)
	}
	names := ParameterNames(into)
	if unknown := unknownParameters(raw, names); len(unknown) > 1 {
		text = "unknown fields " + strings.Join(unknown[:min(len(unknown), maxNamed)], ", ")
		if more := len(unknown) - maxNamed; more > 0 {
			text += fmt.Sprintf(" and %d more", more)
		}
	}
	if len(names) == 0 {
		return fmt.Errorf("%s; this control has no parameters", text)
	}
	return fmt.Errorf("%s; this control has %s", text, strings.Join(names, ", "))
}

// unknownParameters lists, quoted and sorted, the members of an object that are none of the names. The library, which names
// only the first, does not mind capitals.
func unknownParameters(raw []byte, names []string) []string {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return nil
	}
	var out []string
	for member := range members {
		if !slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, member) }) {
			out = append(out, strconv.Quote(member))
		}
	}
	slices.Sort(out)
	return out
}

// ParameterNames lists the names of a parameter struct, or of a pointer to one, as they are written in a profile.
func ParameterNames(parameters any) []string {
	t := reflect.TypeOf(parameters)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	var names []string
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case !f.IsExported() || f.Anonymous || name == "-":
		case name == "":
			names = append(names, f.Name)
		default:
			names = append(names, name)
		}
	}
	return names
}
