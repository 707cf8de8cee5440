package assurance

import (
	"slices"
	"strings"
	"unicode"
)

// SameOrganisation tells whether two names are of one organisation: the same words, however they are written and whatever the
// form of the company is. A name without words is nobody's.
func SameOrganisation(a, b string) bool {
	x, y := organisationWords(a), organisationWords(b)
	return len(x) > 0 && slices.Equal(x, y)
}

func organisationWords(name string) []string {
	name = strings.NewReplacer("/", "", ".", "", "'", "").Replace(strings.ToLower(name))
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for len(words) > 1 && slices.Contains(companyForms(), words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	return words
}

// companyForms are forms of companies as their names end, without full stops and strokes.
func companyForms() []string {
	return []string{"as", "aps", "amba", "ks", "is", "ivs", "smba", "fmba", "ab", "asa", "oy", "oyj", "gmbh", "ag", "se", "sa", "sarl", "sas", "nv", "bv", "ltd", "limited", "plc", "llp", "llc", "inc", "corp", "corporation"}
}
