package importer

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/assurance"
	"github.com/tilsyn-dev/tilsyn/internal/near"
)

// statement is one resource and the line that it was read from.
type statement struct {
	*v1alpha1.AssuranceStatement
	line int
	// said is the state as the line writes it, which is written only where it does not follow from the rest.
	said v1alpha1.StatementState
}

// reader reads the lines of a table. It goes on after a fault, so that all are told at once.
type reader struct {
	*table
	faults []fault
	row    row
	// told are the deliveries of each statement, as far as they have been read.
	told map[string][]told
}

// told is a delivery and the line that it was read from.
type told struct {
	v1alpha1.Delivery
	line int
}

// read gives the statements in the order of the file, without those whose lines have faults.
func (t *table) read() ([]statement, []fault) {
	r := &reader{table: t, told: map[string][]told{}}
	var out []statement
	first := map[string]row{}
	index := map[string]int{}
	for _, line := range t.rows {
		r.row = line
		name := line.cells["name"]
		before, again := first[name]
		switch {
		case name == "":
			r.fault("name", "is empty; it is the metadata.name of the statement, for example aula-2022-isae3000")
			continue
		case again:
			d := r.recipient()
			r.agree(before, d)
			r.twice(name, d)
			if i, read := index[name]; read && d != (v1alpha1.Delivery{}) {
				out[i].Spec.Deliveries = append(out[i].Spec.Deliveries, d)
			}
			continue
		}
		first[name] = line
		faults := len(r.faults)
		s := r.statement()
		if len(s.Spec.Deliveries) > 0 {
			r.twice(name, s.Spec.Deliveries[0])
		}
		if len(r.faults) == faults {
			index[name] = len(out)
			said, _ := near.Same(line.cells["state"], states())
			out = append(out, statement{s, line.line, v1alpha1.StatementState(said)})
		}
	}
	return out, r.faults
}

func (r *reader) fault(column, message string) {
	r.faults = append(r.faults, fault{r.row.line, r.headings[column], message})
}

// agree compares a further line of a statement, which adds a recipient, with its first one.
func (r *reader) agree(first row, d v1alpha1.Delivery) {
	for _, column := range single() {
		if a, b := first.cells[column], r.row.cells[column]; a != b {
			r.fault(column, fmt.Sprintf("%q, but line %d says %q of the same statement %s; a further line only adds a recipient", b, first.line, a, first.cells["name"]))
		}
	}
	if d == (v1alpha1.Delivery{}) {
		r.fault("name", fmt.Sprintf("%q stands in line %d already; a further line adds a recipient, and this one has none", first.cells["name"], first.line))
	}
}

// twice finds lines that tell of a recipient again. Recipients without a name may be several.
func (r *reader) twice(name string, d v1alpha1.Delivery) {
	if r.recorded || d == (v1alpha1.Delivery{}) {
		return
	}
	recipient := cmp.Or(d.Group, d.Organisation, d.Institution)
	for _, before := range r.told[name] {
		switch {
		case before.Delivery == d:
			r.fault("recipient", fmt.Sprintf("says again what line %d says of statement %s; leave one of them out", before.line, name))
			return
		case recipient != "" && sameRecipient(before.Delivery, d):
			r.fault("recipient", fmt.Sprintf("says otherwise of %q than line %d of the same statement %s; a statement is passed on to a recipient once, so leave one of them out", recipient, before.line, name))
			return
		}
	}
	r.told[name] = append(r.told[name], told{d, r.row.line})
}

func (r *reader) statement() *v1alpha1.AssuranceStatement {
	s := &v1alpha1.AssuranceStatement{}
	s.Name = r.row.cells["name"]
	s.Spec = v1alpha1.AssuranceStatementSpec{
		Solutions: strings.Fields(r.row.cells["solutions"]), Supplier: r.row.cells["supplier"], Year: r.year(), StatementKind: r.kind(""),
		Document: v1alpha1.StatementDocument(r.word("document", documents())), Subject: r.row.cells["subject"], Reason: r.row.cells["reason"],
		RecordUpdated: v1alpha1.Date(r.date("record updated", true)),
	}
	if s.Spec.Document == "" && r.row.cells["document"] == "" {
		r.fault("document", "is empty"+near.Question("", documents()))
	}
	if len(s.Spec.Solutions) == 0 && s.Spec.Supplier == "" {
		r.fault("solutions", "is empty, and so is the supplier; a statement is about solutions, a supplier or both, for example aula")
	}
	if k := r.kind("required "); k.Standard != "" || k.Type != "" || k.Level != "" || k.Scope != "" || len(k.Parts) > 0 {
		s.Spec.Required = &k
	}
	receipt := v1alpha1.Receipt{State: v1alpha1.ReceiptState(r.word("receipt", receipts())), Date: v1alpha1.PartialDate(r.date("receipt date", false))}
	if receipt.State == "" && receipt.Date != "" {
		r.fault("receipt", "is empty, but there is a date"+near.Question("", receipts()))
	}
	if receipt.State != "" {
		s.Spec.Receipt = &receipt
	}
	r.word("state", states())
	if d := r.recipient(); d != (v1alpha1.Delivery{}) {
		s.Spec.Deliveries = append(s.Spec.Deliveries, d)
	}
	return s
}

// state writes the state only where it does not follow from the rest, so that what is filled in later moves it.
func state(s *v1alpha1.AssuranceStatement, said v1alpha1.StatementState) {
	given := s.Spec.Receipt
	if given != nil && given.State == v1alpha1.ReceiptNotSaid && given.Date == "" {
		if s.Spec.Receipt = nil; said == "" || assurance.Read(s).State() == said {
			return
		}
		s.Spec.Receipt = given
	}
	if said != "" && assurance.Read(s).State() != said {
		s.Spec.State = said
	}
}

// recipient reads the delivery of the line; the zero value where it has none.
func (r *reader) recipient() v1alpha1.Delivery {
	name := r.row.cells["recipient"]
	d := v1alpha1.Delivery{State: v1alpha1.DeliveryState(r.word("delivery", deliveries())), Date: v1alpha1.PartialDate(r.date("delivery date", false))}
	kind := r.word("recipient kind", recipients())
	switch kind {
	case group:
		d.Group = name
	case organisation:
		d.Organisation = name
	case institution:
		d.Institution = name
	default:
		if name != "" && r.row.cells["recipient kind"] == "" {
			r.fault("recipient kind", "is empty, but there is a recipient"+near.Question("", recipients()))
			d.Organisation = name
		}
	}
	if d.State == "" && d != (v1alpha1.Delivery{}) && r.row.cells["delivery"] == "" {
		r.fault("delivery", "is empty, but there is a recipient or a date"+near.Question("", deliveries()))
	}
	if kind != "" && name == "" {
		r.fault("recipient", "is empty, but its kind is said; leave both empty where the record does not say who received it")
	}
	return d
}

func (r *reader) kind(of string) v1alpha1.StatementKind {
	k := v1alpha1.StatementKind{
		Standard: v1alpha1.AuditStandard(r.word(of+"standard", standards())), Type: v1alpha1.StatementType(r.word(of+"type", types())),
		Level: v1alpha1.AssuranceLevel(r.word(of+"level", levels())), Scope: v1alpha1.StatementScope(r.word(of+"scope", scopes())),
	}
	for word := range strings.FieldsSeq(r.row.cells[of+"parts"]) {
		k.Parts = append(k.Parts, v1alpha1.StatementPart(r.one(of+"parts", word, parts())))
	}
	return k
}

// word reads a cell that holds one of a few words; other letters, blanks and hyphens are no mistakes.
func (r *reader) word(column string, known []string) string {
	return r.one(column, r.row.cells[column], known)
}

func (r *reader) one(column, cell string, known []string) string {
	if cell == "" {
		return ""
	}
	spelt, ok := near.Same(cell, known)
	if !ok {
		r.fault(column, fmt.Sprintf("%q is not known%s", cell, near.Question(cell, known)))
	}
	return spelt
}

func (r *reader) year() int32 {
	cell := r.row.cells["year"]
	year, err := strconv.ParseInt(cell, 10, 32)
	const first, last = 2000, 2199
	if err != nil || year < first || year > last {
		r.fault("year", fmt.Sprintf("%q is not a year between %d and %d, for example 2022", cell, first, last))
		return 0
	}
	return int32(year)
}

// dayFirst is how spreadsheets write a date where the day comes first.
var dayFirst = regexp.MustCompile(`^(\d{1,2})[-./](\d{1,2})[-./](\d{4})$`)

// date reads a date as precise as it is written. A file with semicolons comes from a spreadsheet that writes the day first;
// in another one nobody knows which number is the month.
func (r *reader) date(column string, day bool) string {
	cell := r.row.cells[column]
	if cell == "" {
		return ""
	}
	text := cell
	if m := dayFirst.FindStringSubmatch(cell); m != nil {
		text = fmt.Sprintf("%s-%02s-%02s", m[3], m[2], m[1])
		if _, err := date.Parse(text); err == nil && !r.semicolons {
			r.fault(column, fmt.Sprintf("%q does not say which number is the month; write %s if it is the second one", cell, text))
			return ""
		}
	}
	p, err := date.Parse(text)
	switch {
	case err != nil:
		r.fault(column, fmt.Sprintf("%q is not a date; write a day as 2023-06-08, a month as 2023-06, a quarter as 2023-Q2 or a year as 2023, and have the spreadsheet treat the column as text", cell))
		return ""
	case day && p.Precision() != date.Day:
		r.fault(column, fmt.Sprintf("%q is not a day, for example 2023-09-20", cell))
		return ""
	}
	return p.String()
}
