package remind

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/assurance"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// statements reminds of statements that have not been received (REM-01), as SUP-04 asks for them.
func (r *run) statements() {
	for _, record := range assurance.All(r.view) {
		if record.Received() == date.No && !record.Excused() {
			r.expected(record)
		}
		if record.Spec.State == v1alpha1.StatementNeedUnderClarification && record.Received() == date.No {
			r.unclear(record)
		}
	}
	for _, s := range r.fleet.Solutions {
		after, ok := r.of(s.Object.Name).period("SUP-04", "dueAfterPeriodEnd")
		if !ok {
			continue
		}
		year := assurance.DueYear(r.now, after)
		r.changes(assurance.Due(year+1, after))
		for _, y := range []int32{year, year + 1} {
			if kinds := r.required(s, y); len(kinds) > 0 {
				what := fmt.Sprintf("Order and receive for %d: %s", y, strings.Join(kinds, "; "))
				d := Deadline{Kind: "Statement", Subject: s.Ref(), Solution: s.Object.Name, What: what, every: date.Period{Days: 7}}
				r.until(d, assurance.Due(y, after), 60, 30, 0)
			}
		}
	}
}

// expected is a statement that is recorded and has not come.
func (r *run) expected(record *assurance.Record) {
	for _, solution := range each(record.Spec.Solutions) {
		d := Deadline{Kind: "Statement", Subject: record.Ref(), Solution: solution, every: date.Period{Days: 7},
			What: fmt.Sprintf("Receive %s for %d, or ask when it comes", record.Name, record.Spec.Year)}
		if record.Said() == v1alpha1.ReceiptExpected && !record.Receipt.IsZero() {
			r.by(d, record.Receipt, record.Receipt.End(), 60, 30, 0)
		} else if after, ok := r.of(solution).period("SUP-04", "dueAfterPeriodEnd"); ok {
			r.until(d, assurance.Due(record.Spec.Year, after), 60, 30, 0)
		}
	}
}

// unclear is a statement of which somebody has to find out whether it is needed.
func (r *run) unclear(record *assurance.Record) {
	for _, solution := range each(record.Spec.Solutions) {
		l := r.of(solution)
		clarification, ok := l.period("SUP-04", "clarification")
		after, due := l.period("SUP-04", "dueAfterPeriodEnd")
		if ok && due {
			r.until(Deadline{Kind: "Statement", Subject: record.Ref(), Solution: solution, every: date.Period{Days: 7},
				What: fmt.Sprintf("Decide whether %s is needed for %d", record.Name, record.Spec.Year)}, record.ClarifyBy(clarification, after), 60, 30, 0)
		}
	}
}

// required lists the statements of a year, in words, that a solution must have and of which there is no record at all.
func (r *run) required(s *evaluate.Solution, year int32) []string {
	spec := &s.Object.Spec
	if assurance.InProduction(s.Object, year) == date.No {
		return nil
	}
	var all []v1alpha1.RequiredStatement
	if !slices.Equal(spec.PersonalData, []v1alpha1.DataCategory{v1alpha1.DataNone}) {
		all = append(all, r.of(s.Object.Name).statements("required")...)
	}
	if spec.FinancialImpact {
		all = append(all, r.of(s.Object.Name).statements("financial")...)
	}
	records := assurance.Of(r.view, s.Object)
	var out []string
	for _, w := range append(all, spec.RequiredStatements...) {
		words := assurance.Words(w.StatementKind)
		recorded := slices.ContainsFunc(records, func(record *assurance.Record) bool {
			return record.Spec.Year == year && record.Spec.Document == v1alpha1.DocumentStatement &&
				!slices.ContainsFunc(assurance.Compare(w.StatementKind, record.Spec.StatementKind), assurance.Difference.Recorded)
		})
		if year >= w.FromYear && (w.UntilYear == 0 || year <= w.UntilYear) && !recorded && !slices.Contains(out, words) {
			out = append(out, words)
		}
	}
	return out
}

// statements reads a list of required statements of SUP-04.
func (l limits) statements(name string) []v1alpha1.RequiredStatement {
	var out []v1alpha1.RequiredStatement
	raw, err := json.Marshal(l.value("SUP-04", name))
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	if err != nil {
		return nil // the engine wrote it from the same type
	}
	return out
}

// deliveries reminds of statements that were received and not passed on (REM-02), as SUP-05 asks for it: once for each
// statement and solution, with everybody who waits for it.
func (r *run) deliveries() {
	institutions := facts.List[v1alpha1.Institution](r.view)
	for _, s := range r.fleet.Solutions {
		l := r.of(s.Object.Name)
		within, ok := l.period("SUP-05", "deliverWithin")
		years, _ := l.value("SUP-05", "years").(float64)
		if !ok {
			continue
		}
		this := int32(r.now.In(date.Copenhagen()).Year())
		r.changes(assurance.Due(this, date.Period{}))
		for _, record := range assurance.Of(r.view, s.Object) {
			document := record.Spec.Document
			if record.Received() != date.Yes || document != v1alpha1.DocumentStatement && document != v1alpha1.DocumentActionPlan {
				continue
			}
			if record.Spec.Year < this-int32(years) {
				r.promised(record, s.Object.Name)
				continue
			}
			w := &waiting{run: r, record: record, within: within}
			for i := range s.Object.Spec.Controllers {
				w.group(&s.Object.Spec.Controllers[i], institutions)
			}
			for _, name := range s.Object.Spec.StatementRecipients {
				match := func(d *assurance.Delivery) bool { return d.Organisation == name || d.Group == name }
				w.recipient(name, record.To(match) != nil, match)
			}
			if len(w.names) > 0 {
				r.until(Deadline{Kind: "Delivery", Subject: record.Ref(), Solution: s.Object.Name,
					What: fmt.Sprintf("Pass %s on to %s", record.Name, some(w.names))}, w.due, 14, 0)
			}
		}
	}
}

// promised reminds of the deliveries that a record of an earlier year itself still expects.
func (r *run) promised(record *assurance.Record, solution string) {
	for _, d := range record.Deliveries {
		if d.State == v1alpha1.DeliveryExpected && !d.At.IsZero() {
			r.by(Deadline{Kind: "Delivery", Subject: record.Ref(), Solution: solution,
				What: strings.TrimSuffix(fmt.Sprintf("Pass %s on to %s", record.Name, d.Recipient()), " to ")}, d.At, d.At.End(), 14, 0)
		}
	}
}

// waiting gathers who has not got a statement, and until when there is time.
type waiting struct {
	run    *run
	record *assurance.Record
	within date.Period
	names  []string
	due    time.Time
}

// recipient notes one who waits. Without a day of receipt there is no day to pass the statement on by.
func (w *waiting) recipient(name string, has bool, match func(*assurance.Delivery) bool) {
	if due, known := w.record.DeliverBy(w.within, match); known && !has {
		w.names, w.due = append(w.names, name), control.Earliest(w.due, due)
	}
}

// group notes the members of a group of controllers who wait, or the group where nobody knows its members.
func (w *waiting) group(c *v1alpha1.Controller, institutions []*v1alpha1.Institution) {
	match := func(d *assurance.Delivery) bool { return d.Group == c.Name }
	members := 0
	for _, i := range institutions {
		if !control.Belongs(c, i) {
			continue
		}
		members++
		w.run.changes(assurance.SecretariatChanges(i, w.run.now))
		secretariat := assurance.Secretariat(i, w.run.now)
		w.recipient(i.Name, w.record.Arrived(i, c.Name, w.run.now).By != nil, func(d *assurance.Delivery) bool {
			return d.Institution == i.Name || d.Group == c.Name || secretariat != "" && d.Institution == secretariat
		})
	}
	if members == 0 {
		w.recipient(c.Name, w.record.To(match) != nil, match)
	}
}
