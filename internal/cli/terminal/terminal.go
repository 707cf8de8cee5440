// Package terminal writes for people: colours and a progress bar where a terminal is there to show them, plain text
// otherwise.
package terminal

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Screen is what is known of the terminal.
type Screen struct {
	// Out and Err are true where the stream is a terminal.
	Out, Err bool
	// In is true where somebody at a terminal can answer questions.
	In bool
	// NoColor is true where the user wants none in general (NO_COLOR, or TERM is dumb).
	NoColor bool
}

// ColorMode says when to colour.
type ColorMode string

// Modes of colour. Auto colours where output goes to a terminal and the user has not said otherwise.
const (
	ColorAuto   ColorMode = "auto"
	ColorAlways ColorMode = "always"
	ColorNever  ColorMode = "never"
)

// Color is a foreground colour or weight of ANSI terminals.
type Color string

// Colours.
const (
	Red    Color = "31"
	Green  Color = "32"
	Yellow Color = "33"
	Cyan   Color = "36"
	Bold   Color = "1"
	Faint  Color = "2"
)

// Writer writes text, coloured or not. It remembers the first error, so that callers ask once, at the end.
type Writer struct {
	w     io.Writer
	color bool
	err   error
}

// NewWriter makes a writer for the stream of results.
func NewWriter(w io.Writer, s Screen, mode ColorMode) *Writer {
	color := mode == ColorAlways || mode == ColorAuto && s.Out && !s.NoColor
	return &Writer{w: w, color: color}
}

// Paint gives the text in a colour.
func (w *Writer) Paint(c Color, text string) string {
	if !w.color || text == "" {
		return text
	}
	return "\x1b[" + string(c) + "m" + text + "\x1b[0m"
}

// Printf writes formatted text.
func (w *Writer) Printf(format string, args ...any) {
	if w.err == nil {
		_, w.err = fmt.Fprintf(w.w, format, args...)
	}
}

// Err is the first error of writing.
func (w *Writer) Err() error { return w.err }

// Row is a line of a table; a cell may hold a colour.
type Row []Cell

// Cell is one cell of a table.
type Cell struct {
	Text  string
	Color Color
}

// Cells makes plain cells.
func Cells(texts ...string) Row {
	row := make(Row, len(texts))
	for i, t := range texts {
		row[i].Text = t
	}
	return row
}

// Table writes rows in columns as wide as their widest cell, two blanks apart, behind an indent.
func (w *Writer) Table(indent string, rows []Row) {
	var widths []int
	for _, row := range rows {
		for i, c := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(c.Text))
		}
	}
	for _, row := range rows {
		var b strings.Builder
		for i, c := range row {
			text := c.Text
			if c.Color != "" {
				text = w.Paint(c.Color, text)
			}
			b.WriteString(text)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c.Text)+2))
			}
		}
		w.Printf("%s%s\n", indent, strings.TrimRight(b.String(), " "))
	}
}
