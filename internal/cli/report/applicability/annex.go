package applicability

import (
	_ "embed"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/cli/report/sheet"
)

// subject is one control of Annex A by its number, with words of our own for what it is about.
type subject struct {
	number string
	words  sheet.Text
}

// subjects has a line for each control of Annex A of ISO/IEC 27001:2022: its number, and what it is about in English and in
// Danish. The words are not those of the standard.
//
//go:embed annex.txt
var subjects string

// annex lists the controls of Annex A by number.
func annex() []subject {
	var out []subject
	for line := range strings.Lines(subjects) {
		number, words, _ := strings.Cut(strings.TrimSpace(line), "|")
		english, danish, _ := strings.Cut(words, "|")
		out = append(out, subject{number, sheet.Text{English: english, Danish: danish}})
	}
	return out
}
