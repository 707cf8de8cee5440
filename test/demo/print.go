package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/term"
)

// printer writes for people: a line for each step, tables, paragraphs of a readable width. Without a terminal it writes the
// same text without what only a terminal understands.
type printer struct {
	w        io.Writer
	terminal bool
	width    int
}

const (
	narrow, wide = 60, 120
	stepColumns  = 15
)

func newPrinter(f *os.File) *printer {
	p := &printer{w: f, terminal: term.IsTerminal(int(f.Fd())), width: wide}
	if columns, _, err := term.GetSize(int(f.Fd())); err == nil {
		p.width = min(max(columns, narrow), wide)
	}
	return p
}

func (p *printer) printf(format string, args ...any) { _, _ = fmt.Fprintf(p.w, format, args...) }

func (p *printer) title(text string) {
	if p.terminal {
		text = "\x1b[1m" + text + "\x1b[0m"
	}
	p.printf("\n%s\n\n", text)
}

// step runs one step and says how long it took; on a terminal also what is being done meanwhile.
func (p *printer) step(what, detail string, do func() error) error {
	if p.terminal {
		p.printf("  %-*s %s ...", stepColumns, what, detail)
	}
	began := time.Now()
	err := do()
	if p.terminal {
		p.printf("\r\x1b[K")
	}
	if err != nil {
		p.printf("  %-*s %s: failed after %s\n", stepColumns, what, detail, took(began))
		return err
	}
	p.printf("  %-*s %6s  %s\n", stepColumns, what, took(began), detail)
	return nil
}

func took(began time.Time) string { return fmt.Sprintf("%.1f s", time.Since(began).Seconds()) }

func (p *printer) lines(lines []string) {
	for _, l := range lines {
		p.printf("  %s\n", l)
	}
}

func (p *printer) paragraph(text string) { p.printf("\n%s\n", wrap(text, p.width, "")) }

// table writes pairs of what and how.
func (p *printer) table(rows [][2]string) {
	longest := 0
	for _, r := range rows {
		longest = max(longest, utf8.RuneCountInString(r[0]))
	}
	for _, r := range rows {
		p.printf("  %-*s  %s\n", longest, r[0], r[1])
	}
}

// wrap breaks text at blanks; lines after the first begin with indent.
func wrap(text string, width int, indent string) string {
	var b strings.Builder
	column := 0
	for i, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
			column = utf8.RuneCountInString(indent)
		case column+1+n > width:
			b.WriteString("\n" + indent)
			column = utf8.RuneCountInString(indent)
		default:
			b.WriteString(" ")
			column++
		}
		b.WriteString(word)
		column += n
	}
	return b.String()
}
