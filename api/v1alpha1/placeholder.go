package v1alpha1

import "strings"

// ToBeFilledIn stands in a field that cannot be left out until somebody knows what belongs there; what follows it is for the
// reader. Controls take the field for not recorded.
const ToBeFilledIn = "To be filled in"

// Recorded gives a text; "" where it only holds the place of one.
func Recorded(text string) string {
	if IsToBeFilledIn(text) {
		return ""
	}
	return text
}

// IsToBeFilledIn tells whether a text only holds the place of one: it begins with ToBeFilledIn, or is nothing but a word or sign
// that people write for it.
func IsToBeFilledIn(text string) bool {
	text = strings.TrimSpace(text)
	if len(text) >= len(ToBeFilledIn) && strings.EqualFold(text[:len(ToBeFilledIn)], ToBeFilledIn) {
		return true
	}
	switch strings.ToLower(strings.Trim(text, " .,:;!?-_<>[](){}*#")) {
	case "todo", "tbd", "tba", "tbc", "fixme", "xxx", "to be determined", "to be decided", "to be defined", "udfyldes", "skal udfyldes", "mangler":
		return true
	case "":
		return text != ""
	}
	return false
}
