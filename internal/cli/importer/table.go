package importer

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tilsyn-dev/tilsyn/internal/cli/report/sheet"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report/statements"
	"github.com/tilsyn-dev/tilsyn/internal/near"
)

// fault is something in the file that cannot be read, with the mend.
type fault struct {
	// line counts from 1; 0: the whole file. column is the heading as the file writes it; "" where it is none.
	line            int
	column, message string
}

func (f fault) text(file string) string {
	where := file
	if f.line > 0 {
		where = fmt.Sprintf("%s:%d", file, f.line)
	}
	if f.column != "" {
		where += ": " + f.column
	}
	return where + ": " + f.message
}

// table is the file as cells below the headings of the report.
type table struct {
	// headings as the file writes them, by the English name of the column.
	headings map[string]string
	rows     []row
	// semicolons separate the cells, as spreadsheets write where the comma is the decimal sign.
	semicolons bool
	// recorded is true for what the report writes of resources and not of a file: it is taken as it is.
	recorded bool
}

type row struct {
	line  int
	cells map[string]string // by the English name of the column
}

// needed are the columns without which no line can be read.
func needed() []string { return []string{"name", "year", "document"} }

// readTable reads a file as far as it can be read.
func readTable(text []byte) (*table, []fault) {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	switch {
	case len(bytes.TrimSpace(text)) == 0:
		return nil, []fault{{message: "the file is empty; tilsyn report statements -o csv writes such a file"}}
	case !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0:
		return nil, []fault{{message: "the file is not written in UTF-8; save it as \"CSV UTF-8\""}}
	}
	t := &table{headings: map[string]string{}}
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord = -1
	r.Comma, t.semicolons = separator(text)
	first, err := r.Read()
	if err != nil {
		return nil, []fault{broken(err)}
	}
	columns, faults := t.readHeadings(first)
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return t, faults
		}
		if err != nil {
			return t, append(faults, broken(err))
		}
		line, _ := r.FieldPos(0)
		faults = append(faults, t.add(line, columns, cells)...)
	}
}

// separator finds out what separates the headings; no heading holds one.
func separator(text []byte) (comma rune, semicolons bool) {
	heading, _, _ := bytes.Cut(text, []byte("\n"))
	best, most := ',', bytes.Count(heading, []byte(","))
	for _, c := range []rune{';', '\t'} {
		if n := bytes.Count(heading, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best, best == ';'
}

func broken(err error) fault {
	if e, ok := errors.AsType[*csv.ParseError](err); ok {
		return fault{line: e.Line, message: fmt.Sprintf("%v, at character %d; a cell with quotation marks stands in quotation marks, and those in it are doubled", e.Err, e.Column)}
	}
	return fault{message: err.Error()}
}

// readHeadings finds the column of each heading, in either language and any order; "" for one that is not known.
func (t *table) readHeadings(cells []string) (columns []string, faults []fault) {
	names := map[string]string{}
	var known []string
	for _, c := range statements.Columns() {
		names[c.English], names[c.Danish] = c.English, c.English
		known = append(known, c.English, c.Danish)
	}
	for _, cell := range cells {
		heading := strings.TrimSpace(sheet.Plain(cell))
		spelt, ok := near.Same(heading, known)
		column := names[spelt]
		switch {
		case heading == "":
			column = ""
		case !ok:
			column = ""
			faults = append(faults, fault{1, heading, "no column has this heading" + near.Question(heading, known)})
		case t.headings[column] != "":
			faults = append(faults, fault{1, heading, "a second column for the same; leave one of them out"})
			column = ""
		default:
			t.headings[column] = heading
		}
		columns = append(columns, column)
	}
	for _, n := range needed() {
		if t.headings[n] == "" {
			faults = append(faults, fault{line: 1, message: fmt.Sprintf("column %s is missing; nothing can be read without it", n)})
		}
	}
	if t.headings["solutions"] == "" && t.headings["supplier"] == "" {
		faults = append(faults, fault{line: 1, message: "column solutions or supplier is missing; a statement is about solutions, a supplier or both"})
	}
	return columns, faults
}

// add takes a line. Empty lines, which spreadsheets leave at the end, are none.
func (t *table) add(line int, columns, cells []string) []fault {
	if !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" }) {
		return nil
	}
	if len(cells) != len(columns) {
		return []fault{{line: line, message: fmt.Sprintf("%d cells below %d headings; a cell that holds the separator stands in quotation marks", len(cells), len(columns))}}
	}
	r := row{line, map[string]string{}}
	for i, c := range cells {
		if columns[i] != "" {
			r.cells[columns[i]] = strings.TrimSpace(sheet.Plain(c))
		}
	}
	t.rows = append(t.rows, r)
	return nil
}
