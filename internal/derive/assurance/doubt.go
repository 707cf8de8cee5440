package assurance

import (
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// DoubtKind is a way in which a record contradicts itself or the calendar.
type DoubtKind string

// Kinds of doubts.
const (
	// DeliveredNotReceived: passed on, and its receipt is still expected.
	DeliveredNotReceived DoubtKind = "DeliveredNotReceived"
	// DeliveredBeforeReceipt: passed on before it was received.
	DeliveredBeforeReceipt DoubtKind = "DeliveredBeforeReceipt"
	// AfterRecord: happened after the record was last updated.
	AfterRecord DoubtKind = "AfterRecord"
	// InFuture: happened on a day that has not come.
	InFuture DoubtKind = "InFuture"
	// BeforePeriodEnd: received before the audited period was over, which a statement of type 2 cannot be.
	BeforePeriodEnd DoubtKind = "BeforePeriodEnd"
	// AssessedNotReceived: assessed, and not received or only later.
	AssessedNotReceived DoubtKind = "AssessedNotReceived"
	// ClosedBeforePeriod: an observation was closed before the audited period began, in which the auditor found it.
	ClosedBeforePeriod DoubtKind = "ClosedBeforePeriod"
	// DeliveredAndNot: passed on to a recipient, and by another entry not.
	DeliveredAndNot DoubtKind = "DeliveredAndNot"
	// StateDiffers: the state in words says something else than receipt and deliveries.
	StateDiffers DoubtKind = "StateDiffers"
)

// Doubt is something in a record that cannot be true.
type Doubt struct {
	Kind DoubtKind
	// Field that is doubtful, as a JSON path.
	Field string
	// Recipient of the delivery that is concerned; "" where it is the receipt, or where nobody is named.
	Recipient string
	// Observation that is concerned, by its id; "" where it is none.
	Observation string
	// State that another entry of the same recipient has; "" where that is not what is doubtful.
	State v1alpha1.DeliveryState
	// At is the doubtful date, Against the one that it is held against; zero where none is concerned.
	At, Against date.Partial
}

// Contradiction tells a record that contradicts itself from one whose dates cannot be.
func (d Doubt) Contradiction() bool {
	switch d.Kind {
	case DeliveredNotReceived, DeliveredBeforeReceipt, DeliveredAndNot, AssessedNotReceived, ClosedBeforePeriod, StateDiffers:
		return true
	default:
		return false
	}
}

// OfDelivery tells a doubt about whether or when the statement was received or passed on, so that nobody can say who has it.
func (d Doubt) OfDelivery() bool {
	switch d.Kind {
	case DeliveredBeforeReceipt, DeliveredAndNot:
		return true
	case AfterRecord, InFuture:
		return d.Field == receiptDate || d.Field == deliveries
	default:
		return false
	}
}

// String says what cannot be true.
func (d Doubt) String() string {
	to := ""
	if d.Recipient != "" {
		to = " to " + d.Recipient
	}
	switch d.Kind {
	case DeliveredNotReceived:
		return "it was passed on, and its receipt is still expected"
	case DeliveredBeforeReceipt:
		return "it was passed on" + to + " on " + d.At.String() + ", before it was received (" + d.Against.String() + ")"
	case DeliveredAndNot:
		return "one delivery" + to + " is Delivered, another one " + string(d.State)
	case AfterRecord:
		return d.At.String() + " lies after the last update of the record (" + d.Against.String() + ")"
	case InFuture:
		return d.At.String() + " has not come yet"
	case BeforePeriodEnd:
		when := "in "
		if d.At.Precision() == date.Day {
			when = "on "
		}
		return "it was received " + when + d.At.String() + ", before the audited period was over (" + d.Against.String() + ")"
	case AssessedNotReceived:
		return "it was assessed on " + d.At.String() + ", before it was received"
	case ClosedBeforePeriod:
		return "observation " + d.Observation + " was closed on " + d.At.String() + ", before the audited period began (" + d.Against.String() + ")"
	default:
		return "its state says something else than receipt and deliveries"
	}
}

// Ends is when time alone removes the doubt; zero: never.
func (d Doubt) Ends() time.Time {
	if d.Kind == InFuture {
		return d.At.First()
	}
	return time.Time{}
}

const (
	receiptDate = "spec.receipt.date"
	deliveries  = "spec.deliveries"
)

// Doubts lists what cannot be true in a record that is read at an instant, receipt first. Where a date is too coarse to tell,
// there is no doubt.
func (r *Record) Doubts(now time.Time) []Doubt {
	var out []Doubt
	received := r.receiptHappened()
	if received {
		out = r.happened(out, r.Receipt, receiptDate, "", now)
		if r.Spec.Type == v1alpha1.StatementType2 && r.Receipt.BeforeTime(r.periodEnd()) == date.Yes {
			out = append(out, Doubt{Kind: BeforePeriodEnd, Field: receiptDate, At: r.Receipt, Against: r.lastDay()})
		}
	}
	if r.passedOn() && r.Said() == v1alpha1.ReceiptExpected {
		out = append(out, Doubt{Kind: DeliveredNotReceived, Field: "spec.receipt.state", At: r.Receipt})
	}
	for _, d := range r.Deliveries {
		if !d.Done() {
			continue
		}
		out = r.happened(out, d.At, deliveries, d.Recipient(), now)
		if received && d.At.Before(r.Receipt) == date.Yes {
			out = append(out, Doubt{Kind: DeliveredBeforeReceipt, Field: deliveries, Recipient: d.Recipient(), At: d.At, Against: r.Receipt})
		}
	}
	out = r.twofold(out)
	if a := r.Spec.Assessment; a != nil && (r.Received() == date.No || received && partial(a.At).Before(r.Receipt) == date.Yes) {
		out = append(out, Doubt{Kind: AssessedNotReceived, Field: "spec.assessment.at", At: partial(a.At), Against: r.Receipt})
	}
	for i := range r.Spec.Observations {
		if o := &r.Spec.Observations[i]; r.ClosedBefore(o) {
			out = append(out, Doubt{Kind: ClosedBeforePeriod, Field: "spec.observations", Observation: o.ID, At: partial(o.ClosedAt), Against: r.firstDay()})
		}
	}
	if r.stateDiffers() {
		out = append(out, Doubt{Kind: StateDiffers, Field: "spec.state"})
	}
	return out
}

// happened doubts what is said to have happened after the record was written, or in the future.
func (r *Record) happened(out []Doubt, at date.Partial, field, recipient string, now time.Time) []Doubt {
	switch {
	case at.After(r.Updated) == date.Yes:
		return append(out, Doubt{Kind: AfterRecord, Field: field, Recipient: recipient, At: at, Against: r.Updated})
	case at.AfterTime(now) == date.Yes:
		return append(out, Doubt{Kind: InFuture, Field: field, Recipient: recipient, At: at})
	}
	return out
}

// twofold doubts deliveries to one recipient of which one is done and another one is not, each recipient once. An entry that
// says nothing takes nothing back.
func (r *Record) twofold(out []Doubt) []Doubt {
	if len(r.Deliveries) < 2 {
		return out
	}
	done := map[string]bool{}
	for _, d := range r.Deliveries {
		if d.Done() && d.Recipient() != "" {
			done[d.Recipient()] = true
		}
	}
	for _, d := range r.Deliveries {
		if to := d.Recipient(); done[to] && !d.Done() && d.State != v1alpha1.DeliveryNotSaid {
			delete(done, to)
			out = append(out, Doubt{Kind: DeliveredAndNot, Field: deliveries, Recipient: to, State: d.State, At: d.At})
		}
	}
	return out
}

func (r *Record) stateDiffers() bool {
	received := r.receiptHappened() || r.passedOn()
	switch r.Spec.State {
	case v1alpha1.StatementPlanned, v1alpha1.StatementOrdered, v1alpha1.StatementExpected, v1alpha1.StatementNotRelevant, v1alpha1.StatementNeedUnderClarification:
		return received
	case v1alpha1.StatementReceived, v1alpha1.StatementAssessed, v1alpha1.StatementClosed:
		return !received && r.Said() == v1alpha1.ReceiptExpected
	case v1alpha1.StatementForwarded:
		return !r.passedOn() && len(r.Deliveries) > 0
	default:
		return false
	}
}

// ClosedBefore tells whether an observation was closed before the audited period in which the auditor found it.
func (r *Record) ClosedBefore(o *v1alpha1.Observation) bool {
	return partial(o.ClosedAt).BeforeTime(r.firstDay().First()) == date.Yes
}

// firstDay is the first day that is audited: of the period, else of the year.
func (r *Record) firstDay() date.Partial {
	if r.Spec.Period != nil {
		return partial(r.Spec.Period.From)
	}
	return partial(yearText(r.Spec.Year) + "-01-01")
}

// lastDay is the last day that is audited: of the period, else of the year.
func (r *Record) lastDay() date.Partial {
	if r.Spec.Period != nil {
		return partial(r.Spec.Period.To)
	}
	return partial(yearText(r.Spec.Year) + "-12-31")
}

// periodEnd is the first instant after the audited period.
func (r *Record) periodEnd() time.Time { return r.lastDay().End() }

// Overdue tells whether a statement that is expected should have come by an instant, its own latest day given. Only what is
// surely past is overdue.
func (r *Record) Overdue(now time.Time) bool {
	return r.Said() == v1alpha1.ReceiptExpected && r.Received() != date.Yes && r.Receipt.BeforeTime(now) == date.Yes
}

// GapKind is something that a record does not say.
type GapKind string

// Kinds of gaps.
const (
	// ReceiptNotSaid: nothing tells whether it was received.
	ReceiptNotSaid GapKind = "ReceiptNotSaid"
	// ReceiptOnlyPeriod: a period is given, and nothing tells whether it was received in it or will be.
	ReceiptOnlyPeriod GapKind = "ReceiptOnlyPeriod"
	// ReceiptUndated: received, on a day that nobody wrote down.
	ReceiptUndated GapKind = "ReceiptUndated"
	// DeliveryNotSaid: nothing tells whether it was passed on.
	DeliveryNotSaid GapKind = "DeliveryNotSaid"
	// DeliveryUndated: passed on, on a day that nobody wrote down.
	DeliveryUndated GapKind = "DeliveryUndated"
	// RecipientNotSaid: passed on, and nothing tells to whom.
	RecipientNotSaid GapKind = "RecipientNotSaid"
)

// Gap is something that a record does not say, and of which recipient.
type Gap struct {
	Kind      GapKind
	Recipient string
}

// Gaps lists what the record does not say. A statement that is not relevant or whose need is being clarified has none.
func (r *Record) Gaps() []Gap {
	if r.Excused() {
		return nil
	}
	var out []Gap
	switch {
	case r.Said() == v1alpha1.ReceiptNotSaid:
		out = append(out, Gap{Kind: ReceiptNotSaid})
	case r.Said() == v1alpha1.ReceiptOnlyPeriodGiven:
		out = append(out, Gap{Kind: ReceiptOnlyPeriod})
	case r.Said() != v1alpha1.ReceiptExpected && r.Receipt.IsZero():
		out = append(out, Gap{Kind: ReceiptUndated})
	}
	if len(r.Deliveries) == 0 {
		return append(out, Gap{Kind: DeliveryNotSaid})
	}
	for _, d := range r.Deliveries {
		switch {
		case d.State == v1alpha1.DeliveryNotSaid:
			out = append(out, Gap{DeliveryNotSaid, d.Recipient()})
		case d.Done() && d.At.IsZero():
			out = append(out, Gap{DeliveryUndated, d.Recipient()})
		}
		if d.Done() && d.Recipient() == "" {
			out = append(out, Gap{Kind: RecipientNotSaid})
		}
	}
	return out
}
