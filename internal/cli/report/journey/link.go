package journey

import (
	"cmp"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/check"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// Country is one country of a link, and what a transfer to it rests on.
type Country struct {
	Country string    `json:"country"`
	How     chain.How `json:"how"`
	// Object and Field in which it is written.
	Object string `json:"object"`
	Field  string `json:"field"`
	// EEA is true within the EEA, where nothing is transferred.
	EEA bool `json:"eea"`
	// Grounds that are stated, and adequacy decisions in force; whether they carry the transfer is for LOC-05.
	Grounds []Ground `json:"grounds"`
}

// Ground of a transfer.
type Ground struct {
	Basis v1alpha1.TransferBasis `json:"basis"`
	// Reference to the decision, clauses or rules.
	Reference string `json:"reference,omitempty"`
	// Limit of an adequacy decision: whom alone it covers, or that it is contested.
	Limit string `json:"limit,omitempty"`
	// ImpactAssessment that was made of the transfer.
	ImpactAssessment string `json:"impactAssessment,omitempty"`
	// Object that states it; empty: the tables of decisions.
	Object string `json:"object,omitempty"`
}

// Agreement of a link with whoever engaged it.
type Agreement struct {
	Name     string                 `json:"name"`
	Type     v1alpha1.AgreementType `json:"type"`
	Document string                 `json:"document,omitempty"`
	InForce  bool                   `json:"inForce"`
	// Obstacle to its force: NotSigned or DatesWrong, of the agreement or of every signature.
	Obstacle chain.Obstacle `json:"obstacle,omitempty"`
	// Signatures under it, and how many of them bind now.
	Signatures int    `json:"signatures"`
	Binding    int    `json:"binding"`
	From       string `json:"from,omitempty"`
	Until      string `json:"until,omitempty"`
	OpenEnded  bool   `json:"openEnded,omitempty"`
	// Instruction of appendix C; nil: not recorded.
	Instruction *v1alpha1.AppendixC `json:"instruction"`
}

// maker makes the journey of one solution.
type maker struct {
	view    facts.View
	outcome *check.Report
	chain   *chain.Chain
	tables  *region.Tables
	now     time.Time
}

func (m *maker) link(l *chain.Link) Link {
	out := Link{Name: l.Name, Supplier: l.Supplier, Task: l.Task, EngagedBy: l.EngagedBy, Depth: l.Depth, Own: l.Own, Gainsaid: l.Gainsaid(),
		PersonalData: cmp.Or(l.PersonalData, "Processes"), Countries: []Country{}, Agreements: []Agreement{}, Observable: l.Observable, Observed: []Seen{}}
	if l.Party != nil {
		s := &l.Party.Spec
		out.LegalName, out.EstablishedIn, out.UltimateParent, out.UltimateParentCountry = v1alpha1.Recorded(s.LegalName), string(s.EstablishedIn), v1alpha1.Recorded(s.UltimateParent), string(s.UltimateParentCountry)
	}
	for _, u := range m.chain.Uses(l, m.now) {
		code := string(u.Country)
		c := Country{Country: code, How: u.How, Object: u.At().String(), Field: u.Field(), EEA: region.InEEA(code), Grounds: []Ground{}}
		if !c.EEA {
			c.Grounds = m.grounds(l, code)
		}
		out.Countries = append(out.Countries, c)
	}
	for _, a := range l.Agreements {
		out.Agreements = append(out.Agreements, m.agreement(a))
	}
	return out
}

// grounds lists what a transfer may rest on: adequacy decisions in force, and what the supplier and the instructions from
// the link up state.
func (m *maker) grounds(l *chain.Link, code string) []Ground {
	out := []Ground{}
	for _, d := range m.tables.Adequacy(code) {
		if !d.InForce(m.now) {
			continue
		}
		limit := d.Scope
		if d.Status != region.InForce {
			limit = strings.Trim(limit+"; "+strings.ToLower(string(d.Status)), "; ")
		}
		if d.Declared {
			limit = strings.Trim(limit+"; declared by the Platform", "; ")
		}
		out = append(out, Ground{Basis: v1alpha1.TransferAdequacy, Reference: d.Decision, Limit: limit})
	}
	note := func(list []v1alpha1.Transfer, at string) {
		for _, t := range list {
			if string(t.Country) == code {
				out = append(out, Ground{Basis: t.Basis, Reference: t.Reference, ImpactAssessment: document(t.ImpactAssessment), Object: at})
			}
		}
	}
	if l.Party != nil {
		note(l.Party.Spec.Transfers, l.Ref().String())
	}
	for _, up := range l.Path() {
		for _, a := range up.InForce(m.now) {
			if a.Spec.AppendixC != nil {
				note(a.Spec.AppendixC.Transfers, a.Ref().String())
			}
		}
	}
	return out
}

func (m *maker) agreement(a *chain.Agreement) Agreement {
	out := Agreement{Name: a.Name, Type: a.Spec.Type, Document: document(a.Spec.Document), InForce: a.InForce(m.now), Signatures: len(a.Terms), Instruction: a.Spec.AppendixC}
	for i := range a.Terms {
		t := &a.Terms[i]
		if t.Obstacle != "" {
			out.Obstacle = cmp.Or(out.Obstacle, t.Obstacle)
			continue
		}
		if t.At(m.now) {
			out.Binding++
		}
	}
	if out.Binding > 0 {
		out.Obstacle = ""
	}
	if len(a.Terms) == 1 && a.Terms[0].Obstacle == "" {
		t := a.Terms[0]
		out.From, out.Until, out.OpenEnded = day(t.From), day(t.Until), t.Open
	}
	return out
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return date.Of(t).String()
}

// document names a document with its version and date.
func document(d *v1alpha1.DocumentReference) string {
	if d == nil {
		return ""
	}
	out := d.Reference
	if d.Version != "" {
		out += ", version " + d.Version
	}
	if d.Date != "" {
		out += ", " + string(d.Date)
	}
	return out
}
