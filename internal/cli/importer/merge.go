package importer

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/derive/assurance"
	"github.com/tilsyn-dev/tilsyn/internal/near"
)

// merger puts what a file changes into what is recorded. Nothing that is recorded is taken away.
type merger struct {
	base *recorded
	// kept says what the file leaves out and what stays, and what people should look at.
	kept []string
	// fresh and changed count statements that are not recorded yet, and that become other ones.
	fresh, changed int
}

// single are the columns that say the same in each line of a statement.
func single() []string {
	return []string{"solutions", "supplier", "year", "document", "standard", "type", "level", "scope", "parts", "subject", "required standard",
		"required type", "required level", "required scope", "required parts", "state", "reason", "receipt", "receipt date", "record updated"}
}

// perRecipient are the columns of one delivery.
func perRecipient() []string {
	return []string{"recipient kind", "recipient", "delivery", "delivery date"}
}

// complete fills cells that the file leaves empty, or has no column for, with what is recorded.
func (m *merger) complete(t *table) []fault {
	if m.base == nil {
		return nil
	}
	var faults []fault
	if t.headings["recipient"] == "" && slices.ContainsFunc(perRecipient(), func(c string) bool { return t.headings[c] != "" }) {
		faults = append(faults, fault{line: 1, message: "column recipient is missing; without it nobody can tell which delivery a line is about"})
	}
	used := map[string]map[int]bool{}
	for _, r := range t.rows {
		name := r.cells["name"]
		lines := m.base.lines[name]
		if len(lines) == 0 {
			continue
		}
		first := used[name] == nil
		if first {
			used[name] = map[int]bool{}
		}
		m.fill(t, r, lines[0], single(), first)
		if i := delivery(lines, r, used[name]); i >= 0 {
			used[name][i] = true
			m.fill(t, r, lines[i], perRecipient(), true)
		}
	}
	return faults
}

func (m *merger) fill(t *table, r, old row, columns []string, tell bool) {
	for _, c := range columns {
		if r.cells[c] != "" || old.cells[c] == "" {
			continue
		}
		r.cells[c] = old.cells[c]
		if heading := t.headings[c]; heading != "" && tell {
			m.kept = append(m.kept, fmt.Sprintf("line %d: %s is empty, but %q is recorded of %s and stays; if it is wrong, take it out of the resource", r.line, heading, old.cells[c], r.cells["name"]))
		}
	}
}

// delivery finds the recorded delivery that a line is about, which no line before it is; -1 where there is none.
func delivery(lines []row, r row, used map[int]bool) int {
	if !slices.ContainsFunc(perRecipient(), func(c string) bool { return r.cells[c] != "" }) {
		return -1
	}
	kind, _ := near.Same(r.cells["recipient kind"], recipients())
	for i, old := range lines {
		if !used[i] && old.cells["delivery"] != "" && old.cells["recipient"] == r.cells["recipient"] && (kind == "" || old.cells["recipient kind"] == kind) {
			return i
		}
	}
	return -1
}

// merge gives the statements as they are to be applied: those that are recorded whole, with what the file changes.
func (m *merger) merge(list []statement) error {
	m.alike(list)
	for i, s := range list {
		if m.base == nil || m.base.statements[s.Name] == nil {
			state(s.AssuranceStatement, s.said)
			m.fresh++
			continue
		}
		base := m.base.statements[s.Name]
		old, faults := m.base.table(s.Name).read()
		if len(faults) > 0 || len(old) != 1 || len(old[0].Spec.Deliveries) != len(base.Spec.Deliveries) {
			return fmt.Errorf("AssuranceStatement %s is recorded in a way that the report does not show, so it cannot be changed by a file: %v", s.Name, faults)
		}
		out := base.DeepCopy()
		m.change(&out.Spec, &old[0].Spec, &s.Spec, s)
		if s.said != old[0].said && s.said != "" {
			if out.Spec.State = ""; assurance.Read(out).State() != s.said {
				out.Spec.State = s.said
			}
			if out.Spec.StateSince != "" {
				m.kept = append(m.kept, fmt.Sprintf("line %d: the state of %s changes, but stateSince %s stays; correct it in the resource", s.line, s.Name, out.Spec.StateSince))
			}
		}
		if !reflect.DeepEqual(out.Spec, base.Spec) {
			m.changed++
		}
		list[i].AssuranceStatement = out
	}
	return nil
}

// alike tells of new statements that differ in nothing but the name, which a line copied by mistake makes.
func (m *merger) alike(list []statement) {
	lines := map[string]statement{}
	for _, s := range list {
		one := s.Spec
		one.Required, one.Receipt = nil, nil // pointers
		text := fmt.Sprintf("%+v %s", one, s.said)
		if s.Spec.Required != nil {
			text += fmt.Sprintf(" required %+v", *s.Spec.Required)
		}
		if s.Spec.Receipt != nil {
			text += fmt.Sprintf(" receipt %+v", *s.Spec.Receipt)
		}
		before, again := lines[text]
		if again && (m.base == nil || m.base.statements[s.Name] == nil) {
			m.kept = append(m.kept, fmt.Sprintf("line %d: %s differs from %s of line %d in nothing but the name; if they are one statement, leave one of them out", s.line, s.Name, before.Name, before.line))
			continue
		}
		lines[text] = s
	}
}

// change sets the fields in which a file differs from what the report writes of the recorded statement.
func (m *merger) change(out, old, now *v1alpha1.AssuranceStatementSpec, s statement) {
	set(&out.Solutions, old.Solutions, now.Solutions)
	set(&out.Supplier, old.Supplier, now.Supplier)
	set(&out.Year, old.Year, now.Year)
	set(&out.Document, old.Document, now.Document)
	set(&out.Standard, old.Standard, now.Standard)
	set(&out.Type, old.Type, now.Type)
	set(&out.Level, old.Level, now.Level)
	set(&out.Scope, old.Scope, now.Scope)
	set(&out.Parts, old.Parts, now.Parts)
	set(&out.Subject, old.Subject, now.Subject)
	set(&out.Required, old.Required, now.Required)
	set(&out.Reason, old.Reason, now.Reason)
	set(&out.RecordUpdated, old.RecordUpdated, now.RecordUpdated)
	if now.Receipt != nil && !reflect.DeepEqual(old.Receipt, now.Receipt) {
		receipt := *now.Receipt
		if out.Receipt != nil { // what a file does not hold
			receipt.Reference = out.Receipt.Reference
		}
		out.Receipt = &receipt
	}
	m.deliveries(out, old, now, s)
}

// deliveries changes those that the file names, adds new ones and keeps the others.
func (m *merger) deliveries(out, old, now *v1alpha1.AssuranceStatementSpec, s statement) {
	used := map[int]bool{}
	for _, d := range now.Deliveries {
		i := slices.IndexFunc(old.Deliveries, func(o v1alpha1.Delivery) bool { return sameRecipient(o, d) })
		for i >= 0 && used[i] {
			next := slices.IndexFunc(old.Deliveries[i+1:], func(o v1alpha1.Delivery) bool { return sameRecipient(o, d) })
			if next < 0 {
				i = -1
				break
			}
			i += 1 + next
		}
		if i < 0 {
			out.Deliveries = append(out.Deliveries, d)
			continue
		}
		used[i] = true
		set(&out.Deliveries[i].State, old.Deliveries[i].State, d.State)
		set(&out.Deliveries[i].Date, old.Deliveries[i].Date, d.Date)
	}
	for i, o := range old.Deliveries {
		if !used[i] {
			m.kept = append(m.kept, fmt.Sprintf("line %d: no line names the delivery of %s to %s, which is recorded and stays; if it is wrong, take it out of the resource", s.line, s.Name, recipientOf(o)))
		}
	}
}

func sameRecipient(a, b v1alpha1.Delivery) bool {
	return near.Plain(a.Group) == near.Plain(b.Group) && near.Plain(a.Organisation) == near.Plain(b.Organisation) && a.Institution == b.Institution
}

// recipientOf names a recipient for people.
func recipientOf(d v1alpha1.Delivery) string {
	return cmp.Or(d.Group, d.Organisation, d.Institution, "nobody in particular")
}

// set takes over what a file changes.
func set[T any](field *T, old, now T) {
	if !reflect.DeepEqual(old, now) {
		*field = now
	}
}
