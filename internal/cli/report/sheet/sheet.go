// Package sheet writes rows of cells for people and for spreadsheets.
package sheet

import (
	"encoding/csv"
	"io"
	"strings"
	"unicode"

	"github.com/tilsyn-dev/tilsyn/internal/cli/terminal"
)

// Language of headings and of the words of a report. Names of fields and values of resources are never translated, so that
// what one writes another can read.
type Language string

// Languages.
const (
	English Language = "en"
	Danish  Language = "da"
)

// Text is a text in each language.
type Text struct{ English, Danish string }

// In gives the text in a language.
func (t Text) In(l Language) string {
	if l == Danish {
		return t.Danish
	}
	return t.English
}

// Table writes rows in columns, the headings in capitals. Control characters in a cell become blanks, so that no cell of a
// resource moves the cursor or breaks the line.
func Table(w *terminal.Writer, headings []string, rows [][]string) {
	table := []terminal.Row{terminal.Cells(upper(headings)...)}
	for i := range table[0] {
		table[0][i].Color = terminal.Bold
	}
	for _, r := range rows {
		table = append(table, terminal.Cells(clean(r)...))
	}
	w.Table("", table)
}

// CSV writes rows for a spreadsheet, as RFC 4180 says. A cell that a spreadsheet would take for a formula begins with an
// apostrophe.
func CSV(w io.Writer, headings []string, rows [][]string) error {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	if err := c.Write(headings); err != nil {
		return err
	}
	for _, r := range rows {
		safe := make([]string, len(r))
		for i, cell := range r {
			safe[i] = Safe(cell)
		}
		if err := c.Write(safe); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// Safe keeps a spreadsheet from running a cell: one that begins with =, +, -, @, a tabulator or a line break gets an
// apostrophe in front, which spreadsheets do not show. A cell that begins with an apostrophe gets another, so that Plain
// gives back what was written.
func Safe(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n'", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// Plain gives back the cell that Safe was given.
func Plain(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && rest != "" && Safe(rest) != rest {
		return rest
	}
	return cell
}

// Markdown writes rows as a table of Markdown. What Markdown would read as markup is escaped.
func Markdown(w *terminal.Writer, headings []string, rows [][]string) {
	rule := make([]string, len(headings))
	for i := range rule {
		rule[i] = "---"
	}
	line := func(cells []string) { w.Printf("| %s |\n", strings.Join(cells, " | ")) }
	line(escaped(headings))
	line(rule)
	for _, r := range rows {
		line(escaped(r))
	}
}

// Escape writes a text so that Markdown shows it as it is, on one line. Not even an address becomes a link: who follows one
// in a report should see where it leads.
func Escape(text string) string {
	escape := strings.NewReplacer(`\`, `\\`, "|", `\|`, "<", "&lt;", ">", "&gt;", "&", "&amp;", "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "]", `\]`, "#", `\#`,
		"~", `\~`, "$", `\$`, "://", `\://`, "www.", `www\.`)
	return escape.Replace(clean([]string{text})[0])
}

func escaped(cells []string) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = Escape(c)
	}
	return out
}

func upper(cells []string) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = strings.ToUpper(c)
	}
	return out
}

func clean(cells []string) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = strings.Map(func(r rune) rune {
			if r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029' {
				return ' '
			}
			if unicode.Is(unicode.Bidi_Control, r) { // would show a text in another order than it is written
				return -1
			}
			return r
		}, c)
	}
	return out
}

// Line writes a text on one line, without control characters.
func Line(text string) string { return clean([]string{text})[0] }
