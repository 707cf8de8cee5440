package v1alpha1

import (
	"strings"
	"unicode"
)

// NormalizePerson returns the form of a user name or e-mail address in which two spellings of one person are equal:
// lower case, without blanks, and without what an identity provider or a URL scheme puts before the name (up to the last
// of : # / \ and |, so mailto: too).
func NormalizePerson(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, strings.ToLower(name))
	return name[strings.LastIndexAny(name, `:#/\|`)+1:]
}

// SamePerson reports whether a and b name the same person as far as names can tell. Two e-mail addresses are compared
// whole, because security@ is somebody else in every organisation; a user name without @ is compared with the part of
// an address before the @. The schema makes the same comparison, but folds only ASCII letters and Æ, Ø and Å.
func SamePerson(a, b string) bool {
	a, b = NormalizePerson(a), NormalizePerson(b)
	return a == b || strings.HasPrefix(a, b+"@") || strings.HasPrefix(b, a+"@")
}

// IsServiceIdentity reports whether name is a service account or another identity of the system, which can neither
// approve nor attest.
func IsServiceIdentity(name string) bool {
	name = strings.TrimSpace(strings.ToLower(name))
	name = strings.TrimSpace(strings.TrimPrefix(name, "mailto:"))
	return strings.HasPrefix(name, "system:") ||
		strings.Contains(name, "system:serviceaccount:") ||
		strings.HasSuffix(name, ".gserviceaccount.com")
}
