package statements

import (
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report/sheet"
	"github.com/tilsyn-dev/tilsyn/internal/cli/terminal"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/assurance"
)

// Table writes the overview for people at a terminal.
func (o *Overview) Table(w *terminal.Writer, l sheet.Language) error {
	w.Printf("%s\n\n", w.Paint(terminal.Bold, o.title(l)))
	sheet.Table(w, headings(l), o.lines(l))
	for _, t := range o.endings(l) {
		w.Printf("\n%s\n", t.title)
		if len(t.rows) > 0 {
			rows := make([]terminal.Row, len(t.rows))
			for i, r := range t.rows {
				rows[i] = terminal.Cells(r...)
			}
			w.Table("  ", rows)
		}
	}
	return w.Err()
}

// Markdown writes the overview as a page.
func (o *Overview) Markdown(w *terminal.Writer, l sheet.Language) error {
	w.Printf("# %s\n\n", sheet.Escape(o.title(l)))
	sheet.Markdown(w, headings(l), o.lines(l))
	for _, t := range o.endings(l) {
		w.Printf("\n%s\n", sheet.Escape(t.title))
		for i, r := range t.rows {
			if i == 0 {
				w.Printf("\n")
			}
			w.Printf("- %s\n", sheet.Escape(strings.Join(slices.DeleteFunc(slices.Clone(r), func(s string) bool { return s == "" }), ": ")))
		}
	}
	return w.Err()
}

// JSON writes the overview for programs.
func (o *Overview) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(o)
}

func (o *Overview) title(l sheet.Language) string {
	title := sheet.Text{English: "Statements of assurance for ", Danish: "Revisionserklæringer for "}.In(l) + strconv.Itoa(int(o.Year)) +
		sheet.Text{English: ", as of ", Danish: ", opgjort pr. "}.In(l) + date.Of(o.At).String()
	if o.Updated != "" {
		title += sheet.Text{English: "; records last updated ", Danish: "; registreringer senest opdateret "}.In(l) + o.Updated
	}
	return title
}

func headings(l sheet.Language) []string {
	if l == sheet.Danish {
		return []string{"Løsning/System", "Erklæringstype", "Omfang", "Emne", "Modtagelse", "Levering", "Bemærkninger"}
	}
	return []string{"Solution", "Statement", "Scope", "Subject", "Receipt", "Delivery", "Remarks"}
}

// lines are the rows of the overview as people read them. A remark is named by its kind; what it says stands below.
func (o *Overview) lines(l sheet.Language) [][]string {
	var out [][]string
	for _, r := range o.Rows {
		out = append(out, []string{r.Subject, r.statement(l), scope(r.Kind, l), r.topic(), r.receipt(l), r.delivery(l), r.marks(l)})
	}
	return out
}

// statement names the document by its standard and type.
func (r *Row) statement(l sheet.Language) string {
	if r.Kind.Standard == "" {
		return word(string(r.Document), l)
	}
	name := assurance.Standard(r.Kind.Standard)
	if n, ok := strings.CutPrefix(string(r.Kind.Type), "Type"); ok {
		name += " type " + n
	}
	return name
}

func scope(k v1alpha1.StatementKind, l sheet.Language) string {
	if k.Scope == "" {
		return "-"
	}
	return word(string(k.Scope), l)
}

func (r *Row) topic() string { return cmp.Or(r.Topic, r.Reason, "-") }

func (m Moment) words(l sheet.Language) string {
	return strings.TrimSpace(word(m.State, l) + " " + m.Date)
}

// receipt is what is said of the receipt; where the state says more than that, it is the state.
func (r *Row) receipt(l sheet.Language) string {
	if r.State == v1alpha1.StatementNotRelevant || r.State == v1alpha1.StatementNeedUnderClarification {
		return word(string(r.State), l)
	}
	return r.Receipt.words(l)
}

func (r *Row) delivery(l sheet.Language) string {
	if len(r.Deliveries) == 0 {
		return "-"
	}
	var parts []string
	for _, d := range r.Deliveries {
		text := d.words(l)
		if d.Recipient != "" {
			text = d.Recipient + ": " + text
		}
		if d.Days != nil {
			unit := "days"
			if d.Days.Least == 1 && d.Days.Most == 1 {
				unit = "day"
			}
			text += " (" + assurance.Days(*d.Days).String() + " " + word(unit, l) + ")"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

func (r *Row) marks(l sheet.Language) string {
	var kinds []string
	for _, m := range r.Remarks {
		if k := word(string(m.Kind), l); !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	return strings.Join(kinds, ", ")
}

// ending is a part below the lines.
type ending struct {
	title string
	rows  [][]string
}

func (o *Overview) endings(l sheet.Language) []ending {
	var remarks, missing [][]string
	for _, r := range o.Rows {
		for _, m := range r.Remarks {
			remarks = append(remarks, []string{r.Name, word(string(m.Kind), l), m.Message})
		}
	}
	for _, m := range o.Missing {
		missing = append(missing, []string{m.Subject, m.Requirement, assurance.Words(m.Kind)})
	}
	out := []ending{{title: sheet.Text{English: "Remarks", Danish: "Bemærkninger"}.In(l), rows: remarks}}
	if len(missing) > 0 {
		out = append(out, ending{sheet.Text{English: "Required, and nothing is recorded", Danish: "Krævet, og intet er registreret"}.In(l), missing})
	}
	if len(o.Unrecorded) > 0 {
		out = append(out, ending{title: sheet.Text{English: "No statement and no requirement recorded: ", Danish: "Hverken erklæring eller krav er registreret: "}.In(l) + strings.Join(o.Unrecorded, ", ")})
	}
	return append(out, ending{title: o.sums(l)})
}

func (o *Overview) sums(l sheet.Language) string {
	c := o.Counts
	var kinds []string
	for _, k := range slices.Sorted(maps.Keys(c.ByKind)) {
		kinds = append(kinds, k+" "+strconv.Itoa(c.ByKind[k]))
	}
	number := func(n int, one, several sheet.Text) string {
		if n == 1 {
			return "1 " + one.In(l)
		}
		return strconv.Itoa(n) + " " + several.In(l)
	}
	return strings.Join([]string{
		number(c.Statements, sheet.Text{English: "statement", Danish: "erklæring"}, sheet.Text{English: "statements", Danish: "erklæringer"}) + " (" + strings.Join(kinds, "; ") + ")",
		number(c.ActionPlans, sheet.Text{English: "action plan", Danish: "handlingsplan"}, sheet.Text{English: "action plans", Danish: "handlingsplaner"}),
		number(c.OtherDocuments, sheet.Text{English: "other document", Danish: "andet dokument"}, sheet.Text{English: "other documents", Danish: "andre dokumenter"}),
		number(c.WithoutStatement, sheet.Text{English: "without a statement", Danish: "uden erklæring"}, sheet.Text{English: "without a statement", Danish: "uden erklæring"}),
		number(c.Subjects, sheet.Text{English: "solution or supplier", Danish: "løsning eller leverandør"}, sheet.Text{English: "solutions and suppliers", Danish: "løsninger og leverandører"}),
	}, ", ")
}
