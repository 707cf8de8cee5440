package evaluate

import (
	"maps"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

// Institution is an Institution with the controls that apply to it.
type Institution struct {
	*control.Institution
	Policy *Policy
}

// Institution finds an institution by name; nil where there is none.
func (f *Fleet) Institution(name string) *Institution {
	return find(f.Institutions, name, func(i *Institution) string { return i.Object.Name })
}

// institutions resolves every Institution; an old one stays where nothing about it changed.
func (r *run) institutions() {
	objects := list[v1alpha1.Institution](r.view)
	solutions := r.solutionsOf(objects)
	attested := map[string][]*v1alpha1.Attestation{}
	for _, a := range list[v1alpha1.Attestation](r.view) {
		if name := a.Spec.About.Institution; name != "" {
			attested[name] = append(attested[name], a)
		}
	}
	for n, object := range objects {
		p := r.profileOf(solutions[n])
		i := &control.Institution{Object: object, Solutions: solutions[n], Levels: levelsOf(solutions[n]), Profile: p.name,
			Attestations: r.countable(attested[object.Name], p, levelsOf(solutions[n]).Confidentiality)}
		policy := r.policy(p, i.Levels)
		old := r.old.institution(object.Name)
		switch {
		case old == nil || !sameInstitution(old.Institution, i):
			r.fleet.Institutions = append(r.fleet.Institutions, &Institution{Institution: i, Policy: policy})
		case old.Policy != policy:
			r.fleet.Institutions = append(r.fleet.Institutions, &Institution{Institution: old.Institution, Policy: policy})
		default:
			r.fleet.Institutions = append(r.fleet.Institutions, old)
		}
	}
}

// solutionsOf lists, for each institution, the solutions that it is a controller of, by name.
func (r *run) solutionsOf(institutions []*v1alpha1.Institution) [][]*control.Solution {
	m := members{institutions: institutions, selected: map[string][]int{}, position: make(map[string]int, len(institutions))}
	for i, object := range institutions {
		m.position[object.Name] = i
	}
	out := make([][]*control.Solution, len(institutions))
	for _, s := range r.fleet.Solutions {
		for c := range s.Object.Spec.Controllers {
			for _, i := range m.of(&s.Object.Spec.Controllers[c]) {
				if n := len(out[i]); n == 0 || out[i][n-1] != s.Solution { // two groups of one solution may hold the same institution
					out[i] = append(out[i], s.Solution)
				}
			}
		}
	}
	return out
}

// members finds the institutions of groups of controllers. Many solutions select theirs by the same labels, which are
// compared once.
type members struct {
	institutions []*v1alpha1.Institution
	position     map[string]int   // by name
	selected     map[string][]int // by selector
}

// of gives the positions of the institutions that a group names or selects.
func (m *members) of(group *v1alpha1.Controller) []int {
	var out []int
	if s := group.InstitutionSelector; s != nil {
		key := selectorKey(s)
		found, known := m.selected[key]
		if !known {
			for i, object := range m.institutions {
				if s.Matches(object.Labels) {
					found = append(found, i)
				}
			}
			m.selected[key] = found
		}
		out = slices.Clip(found) // the list is shared: adding to it makes another one
	}
	if out == nil {
		out = make([]int, 0, len(group.Institutions))
	}
	for _, name := range group.Institutions {
		if i, ok := m.position[name]; ok {
			out = append(out, i)
		}
	}
	return out
}

func selectorKey(s *v1alpha1.LabelSelector) string {
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(s.MatchLabels)) {
		b.WriteString(key + "=" + s.MatchLabels[key] + ",")
	}
	return b.String()
}

// profileOf is the profile of an institution: that of its solutions where they have the same one, else the default.
func (r *run) profileOf(solutions []*control.Solution) *profile {
	if len(solutions) > 0 && !slices.ContainsFunc(solutions, func(s *control.Solution) bool { return s.Profile != solutions[0].Profile }) {
		return r.profileNamed(solutions[0].Profile)
	}
	p, _ := r.profileFor(nil)
	return p
}

// levelsOf is the highest of several solutions.
func levelsOf(solutions []*control.Solution) control.Levels {
	if len(solutions) == 0 {
		return control.HighestLevels()
	}
	l := solutions[0].Levels
	for _, s := range solutions[1:] {
		l = l.Max(s.Levels)
	}
	return l
}

func sameInstitution(a, b *control.Institution) bool {
	return a.Object == b.Object && a.Levels == b.Levels && a.Profile == b.Profile && slices.Equal(a.Solutions, b.Solutions) &&
		slices.Equal(a.Attestations, b.Attestations)
}

func (m *memory) institution(name string) *Institution {
	if m.fleet == nil {
		return nil
	}
	return m.fleet.Institution(name)
}

// judgeInstitutions judges what institutions have to do themselves.
func (e *Engine) judgeInstitutions(p *pass, f *Fleet, ev *Evaluation) {
	changed := e.hosted.changed || e.evidence.centralChanged()
	ev.Institutions = make([]*Results, len(f.Institutions))
	for n, i := range f.Institutions {
		m := e.institutions[i.Object.Name]
		if m == nil {
			m = &institutionMemo{subjectMemo: e.newSubject()}
			e.institutions[i.Object.Name] = m
		}
		if !m.current(p, changed) || m.institution != i {
			m.institution = i
			v := m.begin(p)
			for c := range e.controls {
				if r := e.rules[c].institution; r != nil {
					e.judgeInstitution(v, m, c, r)
				}
			}
			m.results = e.complete(m.subjectMemo, i.Ref(), 0, nil)
		}
		ev.Institutions[n] = m.results
	}
	for name, m := range e.institutions {
		if m.verified != e.number {
			delete(e.institutions, name)
		}
	}
}

// institutionMemo remembers the results of one institution.
type institutionMemo struct {
	*subjectMemo
	institution *Institution
}

// judgeInstitution asks one control. What it gives is for the institution to act on, whoever else has a part in the control.
func (e *Engine) judgeInstitution(v *visit, m *institutionMemo, c int, r *rule) {
	i, id, u := m.institution, e.controls[c], &m.units[c]
	entry := i.Policy.Entries[c]
	stop, blockedNow := stopped(i.Policy, entry, r, nil)
	// Which solutions an institution answers for is known only where all of them can be seen.
	if unseen := e.hosted.incomplete; !blockedNow && len(unseen) > 0 {
		stop, blockedNow = control.Unreadable(unseen...), true
	}
	if blockedNow {
		m.keep(c, assemble(id, []part{{own: blocked(id.ID, i.Ref(), stop.For(v1alpha1.PartyInstitution))}}))
		return
	}
	if !u.current(v, r, entry.Bound, i.Institution, nil, nil, true) {
		results := v.ask.institution(entry.Bound, control.InstitutionInput{
			Institution: i.Institution, Facts: v.view.Within(r.sees), Now: v.now})
		for n := range results { // nobody else has them yet
			results[n].said.Party = v1alpha1.PartyInstitution
		}
		u.remember(results)
	}
	m.keep(c, assemble(id, []part{{own: u.results}}))
}

func (a asker) institution(b *control.Bound, in control.InstitutionInput) (out []stored) {
	subject := in.Institution.Ref()
	defer a.recovered(b.ID, subject, &out)
	return answered(b.ID, subject, b.Institution(in))
}
