package sup

import (
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/assurance"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// auditor looks whether the auditor is called independent, and is nobody who is audited: no word makes one one's own auditor.
func (t *trial) auditor() {
	a := t.record.Spec.Auditor
	switch {
	case a == nil || a.Independence == "":
		t.silent = append(t.silent, "auditor with independence")
	case a.Independence != "Independent":
		t.fail("NotIndependent", "spec.auditor.independence", "auditor", a.Name)
	case slices.ContainsFunc(t.audited(), func(name string) bool { return assurance.SameOrganisation(a.Name, name) }):
		t.fail("NotIndependent", "spec.auditor.name", "auditor", a.Name)
	}
}

// audited gives the names of those about whom a statement is, or for whom they work: its supplier and the suppliers of the
// chain, their parents, and the owner of the solution.
func (t *trial) audited() []string {
	object := t.j.Solution.Object
	names := []string{object.Spec.Owner.Organisation, t.record.Spec.Supplier}
	suppliers := []string{t.record.Spec.Supplier}
	for _, link := range object.Spec.SupplierChain {
		suppliers = append(suppliers, link.Supplier)
	}
	for _, s := range suppliers {
		if party := facts.Get[v1alpha1.Supplier](t.j.Facts, "", s); party != nil {
			names = append(append(names, party.Name, party.Spec.LegalName, party.Spec.UltimateParent), party.Spec.OtherNames...)
		}
	}
	return names
}

// leftOut looks for a statement of each sub-supplier that this one leaves out.
func (t *trial) leftOut() {
	s := &t.record.Spec
	switch {
	case s.SubSuppliers == "" && t.hasSubSuppliers():
		t.silent = append(t.silent, "subSuppliers")
	case s.SubSuppliers == "CarveOut" && len(s.CarvedOut) == 0:
		t.silent = append(t.silent, "carvedOut")
	case s.SubSuppliers == "CarveOut":
		for _, name := range s.CarvedOut {
			t.carvedOut(name)
		}
	}
}

// hasSubSuppliers tells whether the supplier of the statement engaged somebody who has to do with personal data.
func (t *trial) hasSubSuppliers() bool {
	chain := t.j.Solution.Object.Spec.SupplierChain
	return slices.ContainsFunc(chain, func(link v1alpha1.SupplierLink) bool {
		return link.EngagedBy != "" && link.PersonalData != "Untouched" && slices.ContainsFunc(chain, func(by v1alpha1.SupplierLink) bool {
			return by.Name == link.EngagedBy && by.Supplier == t.record.Spec.Supplier
		})
	})
}

// carvedOut judges the statements of a sub-supplier that stand for what this one leaves out: of the type that is required of
// this one, by an independent auditor, over the whole time in production. Which standard they follow is free.
func (t *trial) carvedOut(supplier string) {
	var periods []assurance.Span
	var silent, why []string
	sound, type1 := false, false
	for _, r := range assurance.About(t.j.Facts, supplier) {
		if r.Spec.Year != t.record.Spec.Year || r.Spec.Document != v1alpha1.DocumentStatement || r.Received() != date.Yes ||
			len(r.Spec.Solutions) > 0 && !slices.Contains(r.Spec.Solutions, t.j.Solution.Object.Name) {
			continue
		}
		sub := &trial{j: t.j, record: r, wanted: wanted{name: t.wanted.name, kind: v1alpha1.StatementKind{Type: t.wanted.kind.Type}}}
		sub.doubts()
		sub.kind()
		sub.opinion()
		sub.auditor()
		sub.period()
		switch {
		case len(sub.fails) > 0:
			why = append(why, r.Name+": "+whyNot(sub.fails[0].Reason))
		case len(sub.silent) > 0:
			silent = append(silent, strings.Join(sub.silent, " and ")+" of "+r.Name)
		default:
			sound = true
			type1 = type1 || r.Spec.Type == v1alpha1.StatementType1
			periods = append(periods, sub.span())
		}
	}
	gap, open := t.j.uncovered(periods, type1)
	switch {
	case sound && !open:
		return
	case len(silent) > 0:
		t.silent = append(t.silent, silent...)
		return
	case sound:
		why = append(why, "nothing covers "+date.Of(gap.From).String()+" to "+lastDay(gap.Until))
	}
	text := ""
	if len(why) > 0 {
		text = " (" + strings.Join(why, "; ") + ")"
	}
	t.fail("CarvedOut", "spec.carvedOut", "supplier", supplier, "why", text)
}

// whyNot says in a few words why a statement does not stand for what another one leaves out.
func whyNot(reason control.Reason) string {
	switch reason {
	case "WrongKind":
		return "another type than required"
	case "BadOpinion":
		return "its opinion"
	case "NotIndependent":
		return "its auditor is not independent"
	case "PeriodTooLong":
		return "its period is too long"
	default:
		return "it cannot be as recorded"
	}
}
