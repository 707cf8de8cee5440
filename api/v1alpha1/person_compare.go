package v1alpha1

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Likeness is how surely two names are of one person.
type Likeness int

// Likenesses, the surest last.
const (
	// TwoPersons: nothing in the names speaks for one person.
	TwoPersons Likeness = iota
	// LikelyOnePerson: one name is the other with initials, with a word left out, or at another domain of the organisation. It
	// may be somebody else, and nobody can tell.
	LikelyOnePerson
	// OnePerson: the names are two spellings of one.
	OnePerson
)

// SamePerson reports whether a and b name the same person beyond doubt, see ComparePersons.
func SamePerson(a, b string) bool { return ComparePersons(a, b) == OnePerson }

// ComparePersons tells how surely a and b name the same person, as far as names can tell. Letters that are written in two ways
// are one: æ and ae, ø, oe, ö and o, å, aa and a, and every letter with and without its accent. Words may stand in any order,
// together or apart (jane.doe and janedoe), and what follows a + in an address is no part of it. Two e-mail addresses are
// compared with their domains, because security@ is somebody else in every organisation; a user name without @ is compared
// with the part of an address before the @. The schema makes a narrower comparison: it folds only ASCII letters and Æ, Ø and Å,
// and looks at no order.
func ComparePersons(a, b string) Likeness {
	if NormalizePerson(a) == NormalizePerson(b) {
		return OnePerson
	}
	x, y := readPerson(a), readPerson(b)
	if len(x.words) == 0 || len(y.words) == 0 {
		return TwoPersons
	}
	alike := x.compact == y.compact || sameWords(x.words, y.words)
	switch oneBox := x.domain == y.domain || x.domain == "" || y.domain == ""; {
	case alike && oneBox:
		return OnePerson
	case alike && (max(len(x.words), len(y.words)) > 1 || oneOrganisation(x.domain, y.domain)):
		return LikelyOnePerson
	case (oneBox || oneOrganisation(x.domain, y.domain)) && (shortOf(x.words, y.words) || shortOf(y.words, x.words)):
		return LikelyOnePerson
	default:
		return TwoPersons
	}
}

// personParts are the words of a name in one spelling, as they stand and joined, and the domain of an address.
type personParts struct {
	words   []string
	compact string
	domain  string
}

func readPerson(name string) personParts {
	name, domain, _ := strings.Cut(unprefixed(foldPerson(name)), "@")
	if domain = strings.TrimSpace(domain); domain != "" {
		name, _, _ = strings.Cut(name, "+")
	}
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
	p := personParts{compact: oneSpelling(strings.Join(words, "")), domain: domain}
	for _, w := range words {
		p.words = append(p.words, oneSpelling(w))
	}
	return p
}

// oneSpelling writes letters that have several spellings in the shortest.
func oneSpelling(word string) string {
	word = strings.Map(func(r rune) rune {
		if r >= '\u0300' && r <= '\u036f' { // accents, apart from their letters
			return -1
		}
		return r
	}, norm.NFD.String(word))
	word = strings.NewReplacer("\u00e6", "a", "\u00f8", "o", "\u0153", "o", "\u0142", "l", "\u0111", "d", "\u00f0", "d", "\u00fe", "th").Replace(word)
	return strings.NewReplacer("aa", "a", "ae", "a", "oe", "o", "ue", "u").Replace(word)
}

// sameWords tells whether two names have the same words in whatever order.
func sameWords(a, b []string) bool {
	return len(a) == len(b) && slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// oneOrganisation tells whether two domains are likely of one organisation: one lies under the other or beside it, or they
// differ only in how they end.
func oneOrganisation(a, b string) bool {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	return len(x) > 1 && len(y) > 1 && x[len(x)-2] == y[len(y)-2]
}

// shortOf tells whether a name may be another one written shorter: with initials, or with words left out.
func shortOf(short, long []string) bool {
	switch {
	case len(short) > len(long):
		return false
	case len(short) == 1 && len(long) > 1:
		return slices.Contains(long, short[0]) || contracted(short[0], long)
	case len(short) == 1:
		return false
	}
	left := slices.Clone(long)
	var rest []string
	for _, w := range short {
		if at := slices.Index(left, w); at >= 0 {
			left = slices.Delete(left, at, at+1)
		} else {
			rest = append(rest, w)
		}
	}
	for _, w := range rest {
		at := slices.IndexFunc(left, func(o string) bool { return initialOf(w, o) || initialOf(o, w) })
		if at < 0 {
			return false
		}
		left = slices.Delete(left, at, at+1)
	}
	return true
}

// contracted tells whether one word is made of the words of a name, for example jdoe, janed and jd of Jane Doe, whichever of
// them stands first.
func contracted(word string, name []string) bool {
	back := slices.Clone(name)
	slices.Reverse(back)
	familyFirst := append(slices.Clone(name[1:]), name[0])
	for _, words := range [][]string{name, back, familyFirst} {
		first, last := words[0], words[len(words)-1]
		var initials strings.Builder
		for _, w := range words {
			initials.WriteString(initial(w))
		}
		if word == initials.String() || word == initial(first)+last || word == first+initial(last) || word == initial(first)+initial(last) {
			return true
		}
	}
	return false
}

func initialOf(letter, word string) bool { return letter == initial(word) }

func initial(word string) string {
	_, size := utf8.DecodeRuneInString(word)
	return word[:size]
}
