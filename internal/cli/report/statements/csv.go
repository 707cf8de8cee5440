package statements

import (
	"io"
	"iter"
	"strconv"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report/sheet"
	"github.com/tilsyn-dev/tilsyn/internal/derive/assurance"
)

// Columns of the CSV, in both languages. The values below them are the API's own words in either, so that what is written can
// be read back; lists are separated by blanks.
func Columns() []sheet.Text {
	return []sheet.Text{
		{English: "solution", Danish: "løsning"}, {English: "name", Danish: "navn"}, {English: "solutions", Danish: "løsninger"},
		{English: "supplier", Danish: "leverandør"}, {English: "year", Danish: "år"}, {English: "document", Danish: "dokument"},
		{English: "standard", Danish: "standard"}, {English: "type", Danish: "type"}, {English: "level", Danish: "sikkerhedsniveau"},
		{English: "scope", Danish: "omfang"}, {English: "parts", Danish: "dele"}, {English: "subject", Danish: "emne"},
		{English: "required standard", Danish: "krævet standard"}, {English: "required type", Danish: "krævet type"},
		{English: "required level", Danish: "krævet sikkerhedsniveau"}, {English: "required scope", Danish: "krævet omfang"},
		{English: "required parts", Danish: "krævede dele"}, {English: "kind as required", Danish: "type som krævet"},
		{English: "state", Danish: "status"}, {English: "reason", Danish: "begrundelse"}, {English: "receipt", Danish: "modtagelse"},
		{English: "receipt date", Danish: "modtagelsesdato"}, {English: "recipient kind", Danish: "modtagertype"}, {English: "recipient", Danish: "modtager"},
		{English: "delivery", Danish: "levering"}, {English: "delivery date", Danish: "leveringsdato"}, {English: "days", Danish: "dage"},
		{English: "record updated", Danish: "registrering opdateret"}, {English: "remarks", Danish: "bemærkninger"},
	}
}

// CSV writes one line for each statement and recipient; a statement without a delivery has one line too.
func (o *Overview) CSV(w io.Writer, l sheet.Language) error {
	var headings []string
	for _, c := range Columns() {
		headings = append(headings, c.In(l))
	}
	var rows [][]string
	for _, lines := range o.Lines() {
		rows = append(rows, lines...)
	}
	return sheet.CSV(w, headings, rows)
}

// Lines gives the lines of each statement with its name: a cell for each of Columns, as it is before CSV makes it safe for
// spreadsheets.
func (o *Overview) Lines() iter.Seq2[string, [][]string] {
	return func(yield func(string, [][]string) bool) {
		for i := range o.Rows {
			r := &o.Rows[i]
			deliveries := r.Deliveries
			if len(deliveries) == 0 {
				deliveries = []Delivery{{}}
			}
			var lines [][]string
			for _, d := range deliveries {
				lines = append(lines, r.cells(o.Year, d))
			}
			if !yield(r.Name, lines) {
				return
			}
		}
	}
}

func (r *Row) cells(year int32, d Delivery) []string {
	required := v1alpha1.StatementKind{}
	if r.Required != nil {
		required = *r.Required
	}
	days := ""
	if d.Days != nil {
		days = assurance.Days(*d.Days).String()
	}
	var remarks []string
	for _, m := range r.Remarks {
		if m.Recipient == "" || m.Recipient == d.Recipient {
			remarks = append(remarks, m.Message)
		}
	}
	cells := []string{r.Subject, r.Name, strings.Join(r.Solutions, " "), r.Supplier, strconv.Itoa(int(year)), string(r.Document)}
	cells = append(cells, kindCells(r.Kind)...)
	cells = append(cells, r.Topic)
	cells = append(cells, kindCells(required)...)
	return append(cells, r.KindAsRequired, string(r.State), r.Reason, r.Receipt.State, r.Receipt.Date, d.RecipientKind, d.Recipient, d.State, d.Date, days,
		r.RecordUpdated, strings.Join(remarks, "; "))
}

func kindCells(k v1alpha1.StatementKind) []string {
	parts := make([]string, len(k.Parts))
	for i, p := range k.Parts {
		parts[i] = string(p)
	}
	return []string{string(k.Standard), string(k.Type), string(k.Level), string(k.Scope), strings.Join(parts, " ")}
}
