package control

import (
	"strings"
	"unicode"
)

// A reason holds at least so many letters and digits, of so many kinds.
const (
	leastLetters = 8
	leastKinds   = 5
)

// Bare tells whether a text that has to give a reason or a legal basis gives none: too short, or the same few letters over
// and over. Whether a reason is a good one is for people.
func Bare(reason string) bool {
	letters, kinds := 0, map[rune]bool{}
	for _, r := range strings.ToLower(reason) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			letters++
			kinds[r] = true
		}
	}
	return letters < leastLetters || len(kinds) < leastKinds
}
