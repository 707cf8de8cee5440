package region

import (
	"slices"
	"strings"
	"unicode"
)

// NamedTerritories gives the codes of countries and territories that a text names, sorted: those that are easily taken for
// part of another country or that suppliers of support are often in. A name is no proof of anything, and the list is short; it
// is there to hold what somebody wrote in words against the code beside it.
func NamedTerritories(text string) []string {
	words := " " + plainWords(text) + " "
	var out []string
	for code, names := range territories() {
		if slices.ContainsFunc(names, func(name string) bool { return strings.Contains(words, " "+name+" ") }) {
			out = append(out, code)
		}
	}
	slices.Sort(out)
	return out
}

// territories are names in English, Danish and the place's own language, in small letters without accents, by code.
func territories() map[string][]string {
	return map[string][]string{
		"GL": {"greenland", "gronland", "groenland", "kalaallit nunaat", "nuuk", "godthab", "sisimiut", "ilulissat"},
		"FO": {"faroe islands", "faroes", "faeroe islands", "faeroes", "faeroerne", "faroerne", "foroyar", "torshavn", "thorshavn"},
		"SJ": {"svalbard", "longyearbyen"},
		"GB": {"united kingdom", "great britain", "england", "scotland", "wales", "northern ireland", "storbritannien", "london", "manchester", "edinburgh"},
		"CH": {"switzerland", "schweiz", "zurich", "geneva"},
		"US": {"united states", "usa", "u s a", "new york", "virginia", "california", "texas", "seattle"},
		"CA": {"canada", "toronto", "montreal"},
		"IN": {"india", "indien", "bangalore", "bengaluru", "hyderabad", "mumbai", "chennai", "pune"},
		"UA": {"ukraine", "kyiv", "kiev", "lviv"},
		"RS": {"serbia", "serbien", "belgrade", "beograd"},
		"TR": {"turkey", "turkiye", "tyrkiet", "istanbul"},
		"PH": {"philippines", "filippinerne", "manila"},
		"CN": {"china", "kina", "beijing", "shanghai", "shenzhen"},
		"HK": {"hong kong"},
		"SG": {"singapore"},
	}
}

// plainWords writes a text in small letters without accents, its words parted by single blanks.
func plainWords(text string) string {
	text = strings.NewReplacer("ø", "o", "æ", "ae", "ð", "d", "á", "a", "à", "a", "å", "a", "ä", "a", "é", "e", "è", "e", "ë", "e",
		"í", "i", "ó", "o", "ö", "o", "ú", "u", "ü", "u", "ý", "y").Replace(strings.ToLower(text))
	text = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) { // an accent that stands apart from its letter
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}
