// Package page writes the pages of reports as Markdown.
//
// Texts of resources come in as arguments and cells and are escaped; only the report's own words are markup.
package page

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/cli/report/sheet"
	"github.com/tilsyn-dev/tilsyn/internal/cli/terminal"
)

// Page is a page that is written from top to bottom. It remembers the first error.
type Page struct {
	w        *terminal.Writer
	language sheet.Language
	begun    bool
}

// New begins a page.
func New(w io.Writer, l sheet.Language) *Page {
	return &Page{w: terminal.NewWriter(w, terminal.Screen{}, terminal.ColorNever), language: l}
}

// T chooses the page's language.
func (p *Page) T(english, danish string) string {
	return sheet.Text{English: english, Danish: danish}.In(p.language)
}

// Heading of a level from 1 on.
func (p *Page) Heading(level int, text string) {
	p.block("%s %s\n", strings.Repeat("#", level), sheet.Escape(text))
}

// Say writes a paragraph. Words are the report's own, may be markup and name their values as {name}; names and values
// follow in pairs.
func (p *Page) Say(words string, pairs ...string) { p.block("%s\n", fill(words, pairs)) }

// Items writes a list, each text as it is.
func (p *Page) Items(texts []string) {
	if len(texts) == 0 {
		return
	}
	p.block("")
	for _, t := range texts {
		p.w.Printf("- %s\n", sheet.Escape(t))
	}
}

// Table writes rows, or without any says so. An empty cell becomes a dash.
func (p *Page) Table(headings []string, rows [][]string) {
	if len(rows) == 0 {
		p.Say(p.T("None recorded.", "Ingen registreret."))
		return
	}
	p.block("")
	full := make([][]string, len(rows))
	for i, r := range rows {
		full[i] = make([]string, len(r))
		for j, cell := range r {
			full[i][j] = cell
			if strings.TrimSpace(cell) == "" {
				full[i][j] = "-"
			}
		}
	}
	sheet.Markdown(p.w, headings, full)
}

// Code writes a block of code in a language. The lines must not hold backticks.
func (p *Page) Code(language string, lines []string) {
	p.block("```%s\n%s\n```\n", language, strings.Join(lines, "\n"))
}

// Err gives the first error of writing.
func (p *Page) Err() error { return p.w.Err() }

// block begins a block with a blank line in front.
func (p *Page) block(format string, args ...any) {
	if p.begun {
		p.w.Printf("\n")
	}
	p.begun = true
	p.w.Printf(format, args...)
}

func fill(words string, pairs []string) string {
	marked := make([]string, len(pairs))
	for i := range pairs {
		if i%2 == 0 {
			marked[i] = "{" + pairs[i] + "}"
			continue
		}
		marked[i] = sheet.Escape(pairs[i])
	}
	return strings.NewReplacer(marked...).Replace(words)
}

// JSON writes a report for programs.
func JSON(w io.Writer, report any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(report)
}

// Plain writes a text on one line, without anything that moves the cursor or turns the order of letters.
func Plain(text string) string { return sheet.Line(text) }
