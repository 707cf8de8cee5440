package v1alpha1

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// NormalizePerson returns the form of a user name or e-mail address in which two spellings of one person are equal:
// compatibility forms, capitals and letters of other scripts that look Latin brought together, without blanks and marks that
// nobody sees, and without what an identity provider or a URL scheme puts before the name (up to the last of : # / \ and |, so
// mailto: too).
func NormalizePerson(name string) string {
	name = foldPerson(name)
	name = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, name)
	return unprefixed(name)
}

// foldPerson brings the letters of a name together and keeps its words.
func foldPerson(name string) string {
	name = norm.NFKC.String(cases.Fold().String(norm.NFKC.String(name)))
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) { // marks that nobody sees
			return -1
		}
		if latin, ok := lookalikes[r]; ok {
			return latin
		}
		return r
	}, name)
}

func unprefixed(name string) string { return name[strings.LastIndexAny(name, `:#/\|`)+1:] }

// lookalikes are folded letters of other scripts that one cannot tell from Latin ones, and what they look like. Never changed.
var lookalikes = map[rune]rune{
	'а': 'a', 'в': 'b', 'с': 'c', 'ԁ': 'd', 'е': 'e', 'ё': 'ë', 'ғ': 'f', 'ԍ': 'g', 'һ': 'h', 'н': 'h', 'і': 'i', 'ї': 'ï', 'ј': 'j', 'к': 'k', 'ӏ': 'l', 'м': 'm', 'п': 'n', 'о': 'o',
	'р': 'p', 'ԛ': 'q', 'г': 'r', 'ѕ': 's', 'т': 't', 'ѵ': 'v', 'ԝ': 'w', 'х': 'x', 'у': 'y', 'ү': 'y', 'ӧ': 'ö', 'ӓ': 'ä',
	'α': 'a', 'β': 'b', 'ε': 'e', 'η': 'n', 'ι': 'i', 'κ': 'k', 'ν': 'v', 'ο': 'o', 'ρ': 'p', 'σ': 'o', 'τ': 't', 'υ': 'u', 'χ': 'x', 'γ': 'y', 'ζ': 'z', 'μ': 'u', 'ω': 'w',
	'ı': 'i', 'ȷ': 'j', 'օ': 'o', 'ս': 'u', 'հ': 'h', 'ո': 'n', 'ց': 'g',
}

// MixedScripts reports whether a word of a name mixes Latin letters with those of a script that has letters which look the
// same: nobody writes a name so, except to be taken for somebody else, or not to be.
func MixedScripts(name string) bool {
	latin, other := false, false
	for _, r := range norm.NFKC.String(name) {
		switch {
		case unicode.Is(unicode.Latin, r):
			latin = true
		case unicode.In(r, unicode.Cyrillic, unicode.Greek, unicode.Armenian, unicode.Cherokee, unicode.Coptic, unicode.Lisu):
			other = true
		case !unicode.IsMark(r) && !unicode.Is(unicode.Cf, r) && !unicode.IsDigit(r):
			latin, other = false, false
		}
		if latin && other {
			return true
		}
	}
	return false
}

// IsServiceIdentity reports whether name is a service account or another identity of the system, which can neither
// approve nor attest.
func IsServiceIdentity(name string) bool {
	name = strings.TrimSpace(foldPerson(name))
	name = strings.TrimSpace(strings.TrimPrefix(name, "mailto:"))
	return strings.HasPrefix(name, "system:") ||
		strings.Contains(name, "system:serviceaccount:") ||
		strings.HasSuffix(name, ".gserviceaccount.com")
}
