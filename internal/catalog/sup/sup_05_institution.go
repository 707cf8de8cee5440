package sup

import (
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/assurance"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// judgeRecipient judges an institution's own part: that statements can reach it, and that it has those that are due.
func judgeRecipient(in control.InstitutionInput, p *sup05) []control.Result {
	all := facts.List[v1alpha1.Institution](in.Facts)
	object := in.Institution.Object
	changes := assurance.SecretariatChanges(object, in.Now)
	supervises := false
	for _, i := range all {
		supervises = supervises || assurance.Secretariat(i, in.Now) == object.Name
		if slices.ContainsFunc(i.Spec.Secretariats, func(s v1alpha1.SecretariatMembership) bool { return s.Institution == object.Name }) {
			changes = control.Earliest(changes, assurance.SecretariatChanges(i, in.Now))
		}
	}
	if len(in.Institution.Solutions) == 0 && !supervises {
		return []control.Result{control.NotApplicable("NoSolution").Until(changes)}
	}
	where, moves := address(in)
	changes = control.Earliest(changes, moves)
	out := []control.Result{where}
	for _, s := range in.Institution.Solutions {
		if r, ok := hasStatements(in, s, all, p); ok {
			out = append(out, r)
		}
	}
	for i := range out {
		out[i] = out[i].Until(changes).RestingOn(control.Declared)
	}
	return out
}

// address judges where statements for an institution are sent: where a secretariat supervises for it, to whoever is at the end
// of that way, who must have said where.
func address(in control.InstitutionInput) (control.Result, time.Time) {
	var changes time.Time
	i, way := in.Institution.Object, []string{}
	for {
		changes = control.Earliest(changes, assurance.SecretariatChanges(i, in.Now))
		name := assurance.Secretariat(i, in.Now)
		if name == "" {
			break
		}
		round := name == in.Institution.Object.Name || slices.Contains(way, name)
		way = append(way, name)
		if round {
			return control.Fail("SecretariatCircle", "way", strings.Join(append([]string{in.Institution.Object.Name}, way...), " > ")).At("spec.secretariats"), changes
		}
		if i = facts.Get[v1alpha1.Institution](in.Facts, "", name); i == nil {
			return control.Unknown("SecretariatUnknown", "secretariat", name).At("spec.secretariats"), changes
		}
	}
	reached := slices.ContainsFunc(i.Spec.Contacts, func(c v1alpha1.Contact) bool { return c.Role == "Statements" && c.Email != "" })
	switch {
	case !reached && len(way) > 0:
		return control.Fail("SecretariatNoAddress", "way", strings.Join(way, " > "), "secretariat", i.Name).At("spec.secretariats"), changes
	case !reached:
		return control.Fail("NoAddress").At("spec.contacts"), changes
	case len(way) > 0:
		return control.Pass("HasAddress", "where", "through "+strings.Join(way, " > ")).At("spec.secretariats"), changes
	}
	return control.Pass("HasAddress", "where", "a contact of role Statements").At("spec.contacts"), changes
}

// hasStatements judges whether an institution has what was due of the statements of one solution; false where none was.
func hasStatements(in control.InstitutionInput, s *control.Solution, all []*v1alpha1.Institution, p *sup05) (control.Result, bool) {
	j := &deliveryJudge{now: in.Now, within: mustPeriod(p.DeliverWithin), solution: s, institutions: all}
	received, changes := j.received(in.Facts, p)
	var lacks, may []string
	next := changes
	for _, r := range received {
		due, known := r.DeliverBy(j.within, func(*assurance.Delivery) bool { return false })
		has := j.has(r, in.Institution.Object)
		doubtful, ends := j.doubtful(r)
		next = control.Earliest(next, ends)
		switch {
		case doubtful:
			may = append(may, r.Name)
		case has == date.Yes:
		case has == date.Maybe || !known:
			may = append(may, r.Name)
		case in.Now.Before(due):
			next = control.Earliest(next, due)
		default:
			lacks = append(lacks, r.Name)
		}
	}
	switch {
	case len(received) == 0:
		return control.Result{}, false
	case len(lacks) > 0:
		return control.Fail("LacksStatements", "solution", s.Object.Name, "statements", some(lacks)).Because(s.Ref()).Until(next), true
	case len(may) > 0:
		return control.Unknown("MayLackStatements", "solution", s.Object.Name, "statements", some(may)).Because(s.Ref()).Until(next), true
	default:
		return control.Pass("HasStatements", "solution", s.Object.Name).Because(s.Ref()).Until(next), true
	}
}
