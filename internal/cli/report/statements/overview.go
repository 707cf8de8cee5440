// Package statements makes the overview of the statements of assurance of one audited year.
package statements

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report/sheet"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/assurance"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Overview lists the statements of one audited year.
type Overview struct {
	// Year that is audited, and At, the instant that the overview is made for.
	Year int32     `json:"year"`
	At   time.Time `json:"at"`
	// Updated is the latest day on which a source of these records was updated; "" where none says.
	Updated string `json:"recordsUpdated,omitempty"`
	Counts  Counts `json:"counts"`
	// Rows, by name of the solution and then of the statement.
	Rows []Row `json:"rows"`
	// Missing are required statements that nothing is recorded of.
	Missing []Missing `json:"missing"`
	// Unrecorded are solutions of which neither a statement nor a requirement is recorded, so that nobody can tell.
	Unrecorded []string `json:"unrecorded"`
}

// Counts of an overview.
type Counts struct {
	Subjects         int `json:"subjects"`
	Lines            int `json:"lines"`
	Statements       int `json:"statements"`
	ActionPlans      int `json:"actionPlans"`
	OtherDocuments   int `json:"otherDocuments"`
	WithoutStatement int `json:"withoutStatement"`
	// ByKind counts statements, for example "ISAE 3000, specific".
	ByKind map[string]int `json:"byKind"`
	// Remarks by kind.
	Remarks map[RemarkKind]int `json:"remarks"`
}

// Row is one statement, action plan or other document.
type Row struct {
	// Subject as people call it: the names of the solutions, else of the supplier.
	Subject   string                     `json:"subject"`
	Name      string                     `json:"name"`
	Solutions []string                   `json:"solutions,omitempty"`
	Supplier  string                     `json:"supplier,omitempty"`
	Document  v1alpha1.StatementDocument `json:"document"`
	Kind      v1alpha1.StatementKind     `json:"kind"`
	Topic     string                     `json:"topic,omitempty"`
	// Required kind; nil where none is recorded.
	Required *v1alpha1.StatementKind `json:"required,omitempty"`
	// KindAsRequired is yes, no, maybe (something is not recorded), or "" where nothing is required or received.
	KindAsRequired string                  `json:"kindAsRequired,omitempty"`
	State          v1alpha1.StatementState `json:"state"`
	Reason         string                  `json:"reason,omitempty"`
	Receipt        Moment                  `json:"receipt"`
	Deliveries     []Delivery              `json:"deliveries"`
	RecordUpdated  string                  `json:"recordUpdated,omitempty"`
	Remarks        []Remark                `json:"remarks"`
}

// Moment is a state with its date, as precise as the record has it.
type Moment struct {
	State     string `json:"state"`
	Date      string `json:"date,omitempty"`
	Precision string `json:"precision,omitempty"`
}

// Delivery to one recipient.
type Delivery struct {
	// Recipient; "" where the record does not say.
	Recipient     string `json:"recipient"`
	RecipientKind string `json:"recipientKind,omitempty"` // Group, Organisation or Institution
	Moment
	// Days from receipt; nil where one of the dates is not known.
	Days *Days `json:"days,omitempty"`
}

// Days are as exact as the dates that they are counted between.
type Days struct {
	Least int `json:"least"`
	Most  int `json:"most"`
}

// Missing is a required statement that nothing is recorded of.
type Missing struct {
	Subject     string                 `json:"subject"`
	Solution    string                 `json:"solution,omitempty"`
	Supplier    string                 `json:"supplier,omitempty"`
	Requirement string                 `json:"requirement"`
	Kind        v1alpha1.StatementKind `json:"kind"`
}

// maker gathers an overview.
type maker struct {
	view      facts.View
	now       time.Time
	language  sheet.Language
	solutions map[string]*v1alpha1.HostedSolution
	suppliers map[string]*v1alpha1.Supplier
	out       *Overview
}

// Make makes the overview of a year for an instant. Remarks are in the language given.
func Make(v facts.View, year int32, now time.Time, language sheet.Language) *Overview {
	m := &maker{view: v, now: now, language: language, solutions: map[string]*v1alpha1.HostedSolution{}, suppliers: map[string]*v1alpha1.Supplier{},
		out: &Overview{Year: year, At: now.UTC(), Rows: []Row{}, Missing: []Missing{}, Unrecorded: []string{},
			Counts: Counts{ByKind: map[string]int{}, Remarks: map[RemarkKind]int{}}}}
	for _, s := range facts.List[v1alpha1.HostedSolution](v) {
		m.solutions[s.Name] = s
	}
	for _, s := range facts.List[v1alpha1.Supplier](v) {
		m.suppliers[s.Name] = s
	}
	for _, r := range assurance.All(v) {
		if r.Spec.Year == year {
			m.out.Rows = append(m.out.Rows, m.row(r))
			m.out.Updated = max(m.out.Updated, string(r.Spec.RecordUpdated))
		}
	}
	slices.SortFunc(m.out.Rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Subject), strings.ToLower(b.Subject)), cmp.Compare(a.Name, b.Name))
	})
	m.missing()
	m.count()
	return m.out
}

func (m *maker) row(r *assurance.Record) Row {
	s := &r.Spec
	row := Row{Subject: m.subject(r), Name: r.Name, Supplier: s.Supplier, Document: s.Document, Kind: s.StatementKind, Topic: s.Subject,
		Required: m.required(r), State: r.State(), Reason: s.Reason, Receipt: moment(string(r.Said()), r.Receipt), RecordUpdated: string(s.RecordUpdated), Deliveries: []Delivery{}, Remarks: []Remark{}}
	row.Solutions = append(row.Solutions, s.Solutions...)
	for _, d := range r.Deliveries {
		one := Delivery{Recipient: d.Recipient(), RecipientKind: recipientKind(d), Moment: moment(string(d.State), d.At)}
		if days, ok := r.DaysTo(d); ok {
			one.Days = &Days{days.Least, days.Most}
		}
		row.Deliveries = append(row.Deliveries, one)
	}
	m.remarks(&row, r)
	return row
}

func moment(state string, p date.Partial) Moment {
	if p.IsZero() {
		return Moment{State: state}
	}
	return Moment{state, p.String(), p.Precision().String()}
}

func recipientKind(d assurance.Delivery) string {
	switch {
	case d.Group != "":
		return "Group"
	case d.Organisation != "":
		return "Organisation"
	case d.Institution != "":
		return "Institution"
	default:
		return ""
	}
}

// subject names what a statement is about, as people call it.
func (m *maker) subject(r *assurance.Record) string {
	var names []string
	for _, name := range r.Spec.Solutions {
		names = append(names, m.solutionName(name))
	}
	if len(names) == 0 {
		return m.supplierName(r.Spec.Supplier)
	}
	return strings.Join(names, ", ")
}

func (m *maker) solutionName(name string) string {
	if s := m.solutions[name]; s != nil {
		return cmp.Or(s.Spec.DisplayName, name)
	}
	return name
}

func (m *maker) supplierName(name string) string {
	if s := m.suppliers[name]; s != nil {
		return cmp.Or(v1alpha1.Recorded(s.Spec.LegalName), name)
	}
	return name
}

// required is the kind that was asked for: as the record says, else as a solution or the supplier requires of that standard.
func (m *maker) required(r *assurance.Record) *v1alpha1.StatementKind {
	if r.Spec.Required != nil {
		return r.Spec.Required
	}
	if r.Spec.Document != v1alpha1.DocumentStatement || r.Spec.Standard == "" {
		return nil
	}
	var list []v1alpha1.RequiredStatement
	for _, name := range r.Spec.Solutions {
		if s := m.solutions[name]; s != nil {
			list = append(list, s.Spec.RequiredStatements...)
		}
	}
	if s := m.suppliers[r.Spec.Supplier]; s != nil {
		list = append(list, s.Spec.AssuranceRequired...)
	}
	var best *v1alpha1.StatementKind
	for i := range list {
		if q := &list[i]; q.Standard == r.Spec.Standard && applies(q, r.Spec.Year) {
			if len(assurance.Compare(q.StatementKind, r.Spec.StatementKind)) == 0 {
				return &q.StatementKind
			}
			best = cmp.Or(best, &q.StatementKind)
		}
	}
	return best
}

func applies(q *v1alpha1.RequiredStatement, year int32) bool {
	return q.FromYear <= year && (q.UntilYear == 0 || year <= q.UntilYear)
}

// missing finds requirements without any record, and solutions of which nothing at all is recorded.
func (m *maker) missing() {
	for _, s := range sorted(m.solutions, func(s *v1alpha1.HostedSolution) string { return cmp.Or(s.Spec.DisplayName, s.Name) }) {
		if assurance.InProduction(s, m.out.Year) == date.No {
			continue
		}
		of := m.ofYear(assurance.Of(m.view, s))
		for i := range s.Spec.RequiredStatements {
			if q := &s.Spec.RequiredStatements[i]; applies(q, m.out.Year) && !recorded(of, q) {
				m.out.Missing = append(m.out.Missing, Missing{m.solutionName(s.Name), s.Name, "", q.Name, q.StatementKind})
			}
		}
		own := slices.ContainsFunc(of, func(r *assurance.Record) bool { return slices.Contains(r.Spec.Solutions, s.Name) })
		if !own && len(s.Spec.RequiredStatements) == 0 {
			m.out.Unrecorded = append(m.out.Unrecorded, m.solutionName(s.Name))
		}
	}
	for _, s := range sorted(m.suppliers, func(s *v1alpha1.Supplier) string { return s.Spec.LegalName }) {
		of := m.ofYear(assurance.About(m.view, s.Name))
		for i := range s.Spec.AssuranceRequired {
			if q := &s.Spec.AssuranceRequired[i]; applies(q, m.out.Year) && !recorded(of, q) {
				m.out.Missing = append(m.out.Missing, Missing{m.supplierName(s.Name), "", s.Name, q.Name, q.StatementKind})
			}
		}
	}
}

func (m *maker) ofYear(list []*assurance.Record) []*assurance.Record {
	return slices.DeleteFunc(list, func(r *assurance.Record) bool { return r.Spec.Year != m.out.Year })
}

// recorded tells whether a record stands for a requirement, be it of the right kind or not: of the same standard, or one that
// says why there is none.
func recorded(list []*assurance.Record, q *v1alpha1.RequiredStatement) bool {
	return slices.ContainsFunc(list, func(r *assurance.Record) bool {
		return r.Spec.Document == v1alpha1.DocumentStatement && (r.Spec.Standard == q.Standard || r.Spec.Standard == "")
	})
}

func sorted[T any](all map[string]T, name func(T) string) []T {
	out := make([]T, 0, len(all))
	for _, one := range all {
		out = append(out, one)
	}
	slices.SortFunc(out, func(a, b T) int { return cmp.Compare(strings.ToLower(name(a)), strings.ToLower(name(b))) })
	return out
}

func (m *maker) count() {
	c, subjects := &m.out.Counts, map[string]bool{}
	c.Lines = len(m.out.Rows)
	for _, row := range m.out.Rows {
		subjects[row.Subject] = true
		switch {
		case row.State == v1alpha1.StatementNotRelevant:
			c.WithoutStatement++
		case row.Document == v1alpha1.DocumentStatement:
			c.Statements++
			c.ByKind[kindOf(row.Kind)]++
		case row.Document == v1alpha1.DocumentActionPlan:
			c.ActionPlans++
		default:
			c.OtherDocuments++
		}
		for _, r := range row.Remarks {
			c.Remarks[r.Kind]++
		}
	}
	c.Subjects = len(subjects)
}

// kindOf names standard and scope, by which statements are counted.
func kindOf(k v1alpha1.StatementKind) string {
	return cmp.Or(assurance.Words(v1alpha1.StatementKind{Standard: k.Standard, Scope: k.Scope}), "not said")
}
