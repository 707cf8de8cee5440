package statements

import (
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/assurance"
)

// RemarkKind sorts remarks.
type RemarkKind string

// Kinds of remarks, worst first.
const (
	// Contradiction: the record contradicts itself.
	Contradiction RemarkKind = "Contradiction"
	// Implausible: a date cannot be.
	Implausible RemarkKind = "Implausible"
	// KindDiffers: another kind was received than required.
	KindDiffers RemarkKind = "KindDiffers"
	// KindNotRecorded: something of the kind that is required is not recorded.
	KindNotRecorded RemarkKind = "KindNotRecorded"
	// Overdue: expected by a day that has passed.
	Overdue RemarkKind = "Overdue"
	// Late: passed on more than 30 days after receipt, the default of SUP-05.
	Late RemarkKind = "Late"
	// Gap: the record does not say.
	Gap RemarkKind = "Gap"
)

// lateAfter is how many days a statement may take to be passed on unless a profile says otherwise.
const lateAfter = 30

// clarifiedWithin gives how long a need may be under clarification, and how long after the year a statement is due, unless a
// profile says otherwise.
func clarifiedWithin() (clarification, dueAfter date.Period) {
	return date.Period{Days: 90}, date.Period{Months: 6}
}

// Remark is something that the record's own columns do not show.
type Remark struct {
	Kind RemarkKind `json:"kind"`
	// Code within the kind, for example DeliveredNotReceived.
	Code      string `json:"code"`
	Recipient string `json:"recipient,omitempty"`
	Message   string `json:"message"`
}

func (m *maker) remarks(row *Row, r *assurance.Record) {
	for _, d := range r.Doubts(m.now) {
		kind := Implausible
		if d.Contradiction() {
			kind = Contradiction
		}
		m.remark(row, kind, string(d.Kind), d.Recipient, "at", d.At.String(), "against", d.Against.String(), "observation", d.Observation)
	}
	m.kind(row, r)
	if r.Overdue(m.now) {
		m.remark(row, Overdue, "ReceiptOverdue", "", "at", r.Receipt.String())
	}
	if by := r.ClarifyBy(clarifiedWithin()); r.Spec.State == v1alpha1.StatementNeedUnderClarification && r.Received() != date.Yes && !m.now.Before(by) {
		m.remark(row, Overdue, "ClarifiedTooLong", "", "at", date.Of(by.Add(-time.Hour)).String())
	}
	for i, d := range r.Deliveries {
		switch days := row.Deliveries[i].Days; {
		case d.State == v1alpha1.DeliveryExpected && d.At.BeforeTime(m.now) == date.Yes:
			m.remark(row, Overdue, "DeliveryOverdue", d.Recipient(), "at", d.At.String())
		case days != nil && days.Least > lateAfter:
			m.remark(row, Late, "DeliveredLate", d.Recipient(), "days", assurance.Days(*days).String())
		}
	}
	for _, g := range r.Gaps() {
		m.remark(row, Gap, string(g.Kind), g.Recipient)
	}
}

func (m *maker) remark(row *Row, kind RemarkKind, code, recipient string, args ...string) {
	to := recipient
	if to == "" {
		to = word("nobody named", m.language)
	}
	message := strings.NewReplacer(append(marked(args), "{to}", to)...).Replace(phrases()[code].In(m.language))
	row.Remarks = append(row.Remarks, Remark{kind, code, recipient, message})
}

func marked(args []string) []string {
	out := make([]string, len(args))
	for i := range args {
		out[i] = args[i]
		if i%2 == 0 {
			out[i] = "{" + args[i] + "}"
		}
	}
	return out
}

// kind compares the kind that was received with the one required. A statement that nobody has is not compared.
func (m *maker) kind(row *Row, r *assurance.Record) {
	if row.Required == nil || r.Excused() || r.Spec.Document != v1alpha1.DocumentStatement {
		return
	}
	row.KindAsRequired = "yes"
	for _, d := range assurance.Compare(*row.Required, r.Spec.StatementKind) {
		if row.KindAsRequired == "no" && (!d.Recorded() || d.Field == "parts") { // what a wrong kind lacks besides helps nobody
			continue
		}
		kind := KindNotRecorded
		row.KindAsRequired = "maybe"
		if d.Recorded() {
			kind, row.KindAsRequired = KindDiffers, "no"
		}
		m.remark(row, kind, string(kind), "", "field", word(d.Field, m.language), "want", word(d.Required, m.language), "got", word(d.Received, m.language))
	}
}
