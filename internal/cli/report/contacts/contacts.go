// Package contacts makes the report on who is reached where: owners, controllers, data protection, security, suppliers'
// contacts for incidents, and when they were last tried.
package contacts

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/check"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report/page"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Report holds the parties: solutions, then institutions, then suppliers, by name.
type Report struct {
	At      time.Time `json:"at"`
	Parties []Party   `json:"parties"`
}

// Party is somebody with contacts.
type Party struct {
	// Kind is that of the resource: HostedSolution (its owner), Institution or Supplier.
	Kind string `json:"kind"`
	Name string `json:"name"`
	// Organisation behind it; empty: not recorded.
	Organisation string `json:"organisation"`
	// Controllers of a solution; Solutions that an institution is a controller of, or in whose chain a supplier is.
	Controllers []string  `json:"controllers,omitempty"`
	Solutions   []string  `json:"solutions,omitempty"`
	Contacts    []Contact `json:"contacts"`
	// Missing roles: those that GOV-01, SUP-05 and INC-03 look for.
	Missing []string `json:"missing"`
	// ConfirmedAt is the last day on which the contacts were tried, as recorded or attested; empty: never recorded.
	ConfirmedAt string `json:"confirmedAt,omitempty"`
	// Attestation that says so, where it is later than what the resource says.
	Attestation string `json:"attestation,omitempty"`
	// IncidentProcedure of a supplier or institution.
	IncidentProcedure string `json:"incidentProcedure,omitempty"`
}

// Contact of a role.
type Contact struct {
	v1alpha1.Contact `json:",inline"`
	// Plan is true for a contact of the contingency plan.
	Plan bool `json:"plan,omitempty"`
}

// has tells whether a contact fills a role. Whoever answers for security is also there for incidents.
func (c Contact) has(role string) bool {
	return strings.EqualFold(c.Role, role) || role == incident && strings.Contains(strings.ToLower(c.Role), "security")
}

const incident = "Incident"

// Make makes the report.
func Make(v facts.View, outcome *check.Report) *Report {
	m := &maker{now: outcome.At, attestations: facts.List[v1alpha1.Attestation](v), out: &Report{At: outcome.At.UTC(), Parties: []Party{}}}
	solutions, institutions := facts.List[v1alpha1.HostedSolution](v), facts.List[v1alpha1.Institution](v)
	for _, s := range solutions {
		p := Party{Kind: "HostedSolution", Name: s.Name, Organisation: v1alpha1.Recorded(s.Spec.Owner.Organisation)}
		for _, c := range s.Spec.Controllers {
			p.Controllers = append(p.Controllers, c.Name)
		}
		p.enter(s.Spec.Owner.Contacts, false)
		if s.Spec.Continuity != nil && s.Spec.Continuity.Contingency != nil {
			p.enter(s.Spec.Continuity.Contingency.Contacts, true)
		}
		m.add(p, s.Spec.ContactsConfirmedAt, func(a v1alpha1.AttestationAbout) bool { return a.Solution == s.Name && a.Institution == "" }, "Security", "DPO")
	}
	for _, i := range institutions {
		p := Party{Kind: "Institution", Name: i.Name, Organisation: v1alpha1.Recorded(i.Spec.LegalName), IncidentProcedure: i.Spec.IncidentProcedure}
		for _, s := range solutions {
			if slices.Contains(control.ControllersOf(s, institutions), i) {
				p.Solutions = append(p.Solutions, s.Name)
			}
		}
		p.enter(i.Spec.Contacts, false)
		m.add(p, i.Spec.ContactsConfirmedAt, func(a v1alpha1.AttestationAbout) bool { return a.Institution == i.Name && a.Solution == "" }, "Security", "DPO", "Statements")
	}
	for _, one := range facts.List[v1alpha1.Supplier](v) {
		p := Party{Kind: "Supplier", Name: one.Name, Organisation: v1alpha1.Recorded(one.Spec.LegalName), IncidentProcedure: one.Spec.IncidentProcedure}
		for _, s := range solutions {
			if slices.ContainsFunc(s.Spec.SupplierChain, func(l v1alpha1.SupplierLink) bool { return l.Supplier == one.Name }) {
				p.Solutions = append(p.Solutions, s.Name)
			}
		}
		p.enter(one.Spec.Contacts, false)
		m.add(p, one.Spec.ContactsConfirmedAt, func(a v1alpha1.AttestationAbout) bool { return a.Supplier == one.Name }, incident)
	}
	return m.out
}

func (p *Party) enter(list []v1alpha1.Contact, plan bool) {
	for _, c := range list {
		p.Contacts = append(p.Contacts, Contact{c, plan})
	}
}

type maker struct {
	now          time.Time
	attestations []*v1alpha1.Attestation
	out          *Report
}

// add completes a party: with the roles that are missing, and when its contacts were last tried.
func (m *maker) add(p Party, confirmed v1alpha1.Date, about func(v1alpha1.AttestationAbout) bool, roles ...string) {
	p.Missing = []string{}
	for _, role := range roles {
		if !slices.ContainsFunc(p.Contacts, func(c Contact) bool { return !c.Plan && c.has(role) }) {
			p.Missing = append(p.Missing, role)
		}
	}
	p.ConfirmedAt = string(confirmed)
	in, _ := control.InForce(m.attestations, v1alpha1.AttestContactsConfirmed, m.now)
	for _, a := range in {
		if about(a.Spec.About) && string(a.Spec.Date) > p.ConfirmedAt {
			p.ConfirmedAt, p.Attestation = string(a.Spec.Date), a.Name
		}
	}
	if p.Contacts == nil {
		p.Contacts = []Contact{}
	}
	m.out.Parties = append(m.out.Parties, p)
}

// Markdown writes the report as a page.
func (r *Report) Markdown(p *page.Page) {
	p.Heading(1, p.T("Roles and contacts, as of ", "Roller og kontakter, opgjort pr. ")+date.Of(r.At).String())
	p.Say(p.T("A role is missing where GOV-01, SUP-05 or INC-03 look for it and nobody is recorded.", "En rolle mangler, hvor GOV-01, SUP-05 eller INC-03 ser efter den, og ingen er registreret."))
	for _, part := range []struct{ kind, title, also string }{
		{"HostedSolution", p.T("Owners of solutions", "Ejere af løsninger"), p.T("Controllers", "Dataansvarlige")},
		{"Institution", p.T("Institutions", "Institutioner"), p.T("Controller of", "Dataansvarlig for")},
		{"Supplier", p.T("Suppliers", "Leverandører"), p.T("In the chain of", "I kæden for")},
	} {
		p.Heading(2, part.title)
		var lines [][]string
		for i := range r.Parties {
			if r.Parties[i].Kind == part.kind {
				lines = append(lines, rows(p, &r.Parties[i])...)
			}
		}
		p.Table([]string{p.T("Resource", "Ressource"), p.T("Organisation", "Organisation"), part.also, p.T("Role", "Rolle"), p.T("E-mail", "E-mail"), p.T("Phone", "Telefon"),
			p.T("Last tried", "Senest afprøvet")}, lines)
	}
}

// rows are the lines of one party.
func rows(p *page.Page, c *Party) [][]string {
	confirmed := cmp.Or(c.ConfirmedAt, p.T("not recorded", "ikke registreret"))
	if c.Attestation != "" {
		confirmed += " (" + c.Attestation + ")"
	}
	front := func() []string {
		return []string{c.Name, cmp.Or(c.Organisation, p.T("not recorded", "ikke registreret")), strings.Join(slices.Concat(c.Controllers, c.Solutions), ", ")}
	}
	var out [][]string
	for _, one := range c.Contacts {
		role := one.Role
		if one.Plan {
			role += " (" + p.T("contingency plan", "beredskabsplan") + ")"
		}
		out = append(out, append(front(), role, one.Email, one.Phone, confirmed))
	}
	for _, role := range c.Missing {
		out = append(out, append(front(), role, p.T("missing", "mangler"), p.T("missing", "mangler"), confirmed))
	}
	if len(out) == 0 {
		out = append(out, append(front(), "", "", "", confirmed))
	}
	for i := 1; i < len(out); i++ { // said once
		out[i][1], out[i][2] = "", ""
	}
	return out
}
