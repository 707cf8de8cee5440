package assurance

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Record is one AssuranceStatement with its dates read. It is shared: nobody changes it.
type Record struct {
	*v1alpha1.AssuranceStatement
	// Receipt is the date of receipt or the expected one; zero where none is written.
	Receipt date.Partial
	// Deliveries in the order of the spec.
	Deliveries []Delivery
	// Updated is the day on which the source of the record was last updated; zero where none is written.
	Updated date.Partial
	// receiptEnd is the first instant after the last day of Receipt, which is asked for once for each recipient.
	receiptEnd time.Time
}

// Delivery is one delivery with its date read.
type Delivery struct {
	*v1alpha1.Delivery
	// At is the date of the delivery or the expected one; zero where none is written.
	At date.Partial
}

// Read makes the record of a statement. A date that cannot be read counts as not written; the schema lets none through.
func Read(s *v1alpha1.AssuranceStatement) *Record {
	r := &Record{AssuranceStatement: s, Updated: partial(s.Spec.RecordUpdated)}
	if s.Spec.Receipt != nil {
		r.Receipt = partial(s.Spec.Receipt.Date)
		r.receiptEnd = r.Receipt.End()
	}
	for i := range s.Spec.Deliveries {
		d := &s.Spec.Deliveries[i]
		r.Deliveries = append(r.Deliveries, Delivery{d, partial(d.Date)})
	}
	return r
}

func partial[T ~string](s T) date.Partial {
	p, err := date.Parse(string(s))
	if err != nil {
		return date.Partial{}
	}
	return p
}

// Ref names the statement.
func (r *Record) Ref() facts.Ref {
	return facts.Ref{Group: v1alpha1.GroupVersion.Group, Kind: "AssuranceStatement", Name: r.Name}
}

// Recipient names who receives a delivery; "" where the source does not say.
func (d Delivery) Recipient() string { return cmp.Or(d.Group, d.Organisation, d.Institution) }

// Done tells whether the statement was passed on.
func (d Delivery) Done() bool { return d.State == v1alpha1.DeliveryDelivered }

// Said is what the record says of the receipt; NotSaid where it says nothing.
func (r *Record) Said() v1alpha1.ReceiptState {
	if r.Spec.Receipt == nil {
		return v1alpha1.ReceiptNotSaid
	}
	return r.Spec.Receipt.State
}

// Excused tells whether the keeper of the record says that there is nothing to receive, or not yet.
func (r *Record) Excused() bool {
	return r.Spec.State == v1alpha1.StatementNotRelevant || r.Spec.State == v1alpha1.StatementNeedUnderClarification
}

// Received tells whether the statement has been received. What was passed on was received, whatever else the record says.
func (r *Record) Received() date.Tri {
	switch {
	case r.receiptHappened(), r.passedOn():
		return date.Yes
	case r.Said() == v1alpha1.ReceiptExpected, r.Excused():
		return date.No
	case r.Said() == v1alpha1.ReceiptOnlyPeriodGiven:
		return date.Maybe
	}
	switch r.Spec.State {
	case v1alpha1.StatementReceived, v1alpha1.StatementAssessed, v1alpha1.StatementForwarded, v1alpha1.StatementClosed:
		return date.Yes
	case v1alpha1.StatementPlanned, v1alpha1.StatementOrdered, v1alpha1.StatementExpected:
		return date.No
	default:
		return date.Maybe
	}
}

// ReceivedBy tells whether a statement that was received was here before an instant. Where its receipt has no date, or one that
// is too coarse to tell, an assessment, a delivery or the last update of the record before the instant proves that it was.
func (r *Record) ReceivedBy(by time.Time) date.Tri {
	days := make([]date.Partial, 0, len(r.Deliveries)+3)
	if r.receiptHappened() {
		if after := r.Receipt.AfterTime(by.Add(-time.Nanosecond)); after == date.Yes {
			return date.No
		}
		days = append(days, r.Receipt)
	}
	for _, d := range r.Deliveries {
		if d.Done() {
			days = append(days, d.At)
		}
	}
	if r.Spec.Assessment != nil {
		days = append(days, partial(r.Spec.Assessment.At))
	}
	if r.Received() == date.Yes {
		days = append(days, r.Updated)
	}
	if slices.ContainsFunc(days, func(d date.Partial) bool { return d.BeforeTime(by) == date.Yes }) {
		return date.Yes
	}
	return date.Maybe
}

func (r *Record) passedOn() bool { return slices.ContainsFunc(r.Deliveries, Delivery.Done) }

// State is what the keeper of the record says, else what follows from receipt, assessment, deliveries and observations.
func (r *Record) State() v1alpha1.StatementState {
	switch {
	case r.Spec.State != "":
		return r.Spec.State
	case r.passedOn() && !slices.ContainsFunc(r.Deliveries, func(d Delivery) bool { return !d.Done() }):
		if r.Spec.Assessment != nil && (r.Spec.NoObservations || len(r.Spec.Observations) > 0 && r.Open() == 0) {
			return v1alpha1.StatementClosed
		}
		return v1alpha1.StatementForwarded
	case r.Spec.Assessment != nil:
		return v1alpha1.StatementAssessed
	case r.Received() == date.Yes:
		return v1alpha1.StatementReceived
	case r.Said() == v1alpha1.ReceiptExpected:
		return v1alpha1.StatementExpected
	case r.Spec.Receipt != nil:
		return v1alpha1.StatementNotSaid
	case r.Spec.OrderedAt != "":
		return v1alpha1.StatementOrdered
	default:
		return v1alpha1.StatementPlanned
	}
}

// Open counts the observations that nobody has closed.
func (r *Record) Open() int {
	n := 0
	for i := range r.Spec.Observations {
		if r.Spec.Observations[i].ClosedAt == "" {
			n++
		}
	}
	return n
}

// ReceivedWords says for people what the record says of the receipt, for example "Received 2023-06-08"; "" if nothing.
func (r *Record) ReceivedWords() string {
	if r.Spec.Receipt == nil {
		return ""
	}
	return strings.TrimSpace(string(r.Spec.Receipt.State) + " " + r.Receipt.String())
}

// DeliveredWords says for people to whom the statement was passed on, for example "STAR 2023-03-01; Danish municipalities
// 2023-04-24". What is only expected is said to be.
func (r *Record) DeliveredWords() string {
	words := make([]string, 0, len(r.Deliveries))
	for _, d := range r.Deliveries {
		state := string(d.State)
		if d.Done() && !d.At.IsZero() {
			state = ""
		}
		words = append(words, strings.Join(strings.Fields(d.Recipient()+" "+state+" "+d.At.String()), " "))
	}
	return strings.Join(words, "; ")
}
