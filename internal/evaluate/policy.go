package evaluate

import (
	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

// readProfiles reads every profile that changed.
func (r *run) readProfiles() {
	for _, object := range list[v1alpha1.ControlProfile](r.view) {
		p := r.old.profiles[object.Name]
		if p == nil || p.object != object {
			p = readProfile(object, r.controls)
		}
		r.profiles[object.Name] = p
		r.problems.list = append(r.problems.list, p.problems...)
		for _, at := range p.required {
			r.next(at)
		}
	}
}

// profileNamed finds a profile; one that does not exist has a name and nothing else.
func (r *run) profileNamed(name string) *profile {
	if p := r.profiles[name]; p != nil {
		return p
	}
	p := r.old.profiles[name]
	if p == nil || p.object != nil {
		p = &profile{name: name}
	}
	r.profiles[name] = p
	return p
}

func (r *run) policy(p *profile, l control.Levels) *Policy {
	key := policyKey{p, l}
	policy := r.policies[key]
	if policy == nil {
		policy = r.old.policies[key]
	}
	if policy == nil {
		policy = p.policy(r.controls, l)
	}
	r.policies[key] = policy
	return policy
}

func (r *run) countProfiles() {
	users := map[string]int{}
	for _, m := range r.solutions {
		users[m.inputs.profile.name]++
	}
	for _, object := range list[v1alpha1.ControlProfile](r.view) {
		p := &Profile{Object: object, Solutions: users[object.Name]}
		p.Required, p.Observed = r.profiles[object.Name].count(r.controls, r.now)
		r.fleet.Profiles = append(r.fleet.Profiles, p)
	}
}

func (r *run) profileNames() []string {
	var names []string
	for _, p := range list[v1alpha1.ControlProfile](r.view) {
		names = append(names, p.Name)
	}
	return names
}

// usable reports a profile whose parameters leave controls of the solution undecided.
func (r *run) usable(s *Solution) {
	var wrong []string
	for _, e := range s.Policy.Entries {
		if e.Bound == nil {
			wrong = append(wrong, string(e.Control.ID))
		}
	}
	if len(wrong) > 0 {
		r.problems.add(s.Ref(), v1alpha1.ConditionAccepted, v1alpha1.ReasonInvalidProfile,
			"ControlProfile %s has wrong parameters for %s, so they are Unknown; its own conditions say what to correct.", s.Policy.Profile, some(wrong))
	}
}
