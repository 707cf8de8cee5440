package check

import (
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
)

// Institution is a declared institution with the state of what it has to do itself.
type Institution struct {
	Name  string                   `json:"name"`
	State v1alpha1.ComplianceState `json:"state"`
	// Failed and Unknown count required controls.
	Failed  int32 `json:"failed"`
	Unknown int32 `json:"unknown"`
	// Solutions that it is a controller of, with its own state in each.
	Solutions []v1alpha1.InstitutionResult `json:"solutions"`
}

// Institutions gives every declared institution, by name.
func (r *Report) Institutions() []Institution {
	out := []Institution{}
	for _, i := range r.institutions() {
		out = append(out, Institution{Name: i.Resolved.Object.Name, State: i.State, Failed: i.Failed, Unknown: i.Unknown, Solutions: notNil(i.InEach())})
	}
	return out
}

// institutions to show; they belong to no namespace.
func (r *Report) institutions() []*decide.Institution {
	if r.namespace != "" {
		return nil
	}
	return r.Decisions.Institutions
}

func (t *table) institution(i *decide.Institution) {
	if !t.any(i.Subject) && !t.output.All {
		return
	}
	words := []string{"institution"}
	if n := len(i.Resolved.Solutions); n > 0 {
		names := make([]string, 0, n)
		for _, s := range i.Resolved.Solutions {
			names = append(names, s.Object.Name)
		}
		words = append(words, "controller of "+strings.Join(names, " "))
	}
	t.subject(i.Resolved.Object.Name, i.State, nil, nil, words)
	t.findings(i.Subject)
}
