package importer

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// FuzzReadTable reads files as spreadsheets write them: no statement without a name, none twice, none from a line that the file
// does not have, and no fault without words.
func FuzzReadTable(f *testing.F) {
	const headings = "name,year,document,solutions,supplier,standard,type,level,scope,state,receipt,receipt date\n"
	for _, s := range []string{
		headings + "aula-2022,2022,Statement,aula,,ISAE3000,Type2,Reasonable,Specific,,Received,2023-04\n",
		headings + "a,2022,Statement,aula,,,,,,,,\na,2022,Statement,aula,,,,,,,,\n",
		strings.ReplaceAll(headings, ",", ";") + "a;2022;Statement;aula\n", "\xef\xbb\xbf" + headings, "name\n", "", ",,,\n,,,\n", headings + `"a,2022`, headings + "a,2022,Statement,aula,,,,,,,Received,31-02-2022\n",
		headings + strings.Repeat("x,", 200) + "\n", "name,name,year,document\na,b,2022,Statement\n", "navn;år;dokument\naula;2022;Erklæring\n", headings + "\x00",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		table, faults := readTable(text)
		lines := bytes.Count(text, []byte("\n")) + bytes.Count(text, []byte("\r")) + 1
		var names []string
		if table != nil {
			statements, more := table.read()
			faults = append(faults, more...)
			for _, s := range statements {
				names = append(names, s.Name)
				if s.Name == "" || s.line < 1 || s.line > lines {
					t.Fatalf("statement %q of line %d of %d", s.Name, s.line, lines)
				}
			}
		}
		if slices.Sort(names); len(slices.Compact(slices.Clone(names))) != len(names) {
			t.Fatalf("a statement is read twice: %q", names)
		}
		for _, fault := range faults {
			if fault.message == "" || fault.line < 0 || fault.line > lines {
				t.Fatalf("fault %+v in a file of %d lines", fault, lines)
			}
		}
		if len(faults) == 0 && len(names) == 0 && table != nil && len(table.rows) > 0 {
			t.Fatal("rows are read, and neither a statement nor a fault came of it")
		}
	})
}
