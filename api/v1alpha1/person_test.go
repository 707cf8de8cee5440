package v1alpha1

import "testing"

func TestSamePersonInAnotherSpelling(t *testing.T) {
	for name, c := range map[string]struct {
		a, b string
		same bool
	}{
		"a Cyrillic letter that looks Latin":      {"ops@example.org", "\u043eps@example.org", true},
		"a whole name in Cyrillic lookalikes":     {"pope", "\u0440\u043e\u0440\u0435", true},
		"a Greek letter in the domain":            {"ops@example.org", "ops@example.\u03bfrg", true},
		"sharp s and double s":                    {"Hans.Stra\u00dfe@example.org", "hans.strasse@example.org", true},
		"the family name first":                   {"Ole Hansen", "Hansen, Ole", true},
		"a name and an address with a full stop":  {"Hansen, Ole", "ole.hansen@example.org", true},
		"the family name first in an address":     {"ole.hansen@example.org", "hansen.ole@example.org", true},
		"a letter and its mark apart":             {"ren\u00e9", "rene\u0301", true},
		"full-width letters":                      {"jane", "\uff2a\uff21\uff2e\uff25", true},
		"a mark that nobody sees":                 {"jane@example.org", "ja\u200bne@example.org", true},
		"the same words in two organisations":     {"ole.hansen@example.org", "hansen.ole@other.example.org", false},
		"another person with the same given name": {"Ole Hansen", "Ole Jensen", false},
		"one word more":                           {"Ole Hansen", "Ole Hansen Lund", false},
		"\u00d8 and O are two letters":            {"S\u00f8ren", "Soren", false},
	} {
		t.Run(name, func(t *testing.T) {
			if SamePerson(c.a, c.b) != c.same || SamePerson(c.b, c.a) != c.same {
				t.Errorf("SamePerson(%q, %q) is %v", c.a, c.b, !c.same)
			}
		})
	}
}

func TestMixedScripts(t *testing.T) {
	for name, want := range map[string]bool{
		"jane@example.org": false, "S\u00f8ren \u00c6r\u00f8": false, "\u041e\u043b\u0435\u0433@example.org": false, "\u041e\u043b\u0435\u0433 Hansen": false, "\u0391\u03bd\u03bd\u03b1": false,
		"\u043eps@example.org": true, "j\u03b1ne": true, "jane@ex\u0430mple.org": true, "o1\u0440s": true,
	} {
		if got := MixedScripts(name); got != want {
			t.Errorf("MixedScripts(%q) is %v", name, got)
		}
	}
	if !IsServiceIdentity("s\u0443stem:serviceaccount:a:b") {
		t.Error("a service account in other letters is taken for a person")
	}
}

func TestNormalizePerson(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"an address stays as it is":          {"jane@example.org", "jane@example.org"},
		"capitals and blanks go":             {"  Jane \u00a0 Doe\t", "janedoe"},
		"a scheme goes":                      {"mailto: Jane@Example.org", "jane@example.org"},
		"only the last part of a path stays": {`https://idp.example.org/a#b|c\d:e`, "e"},
		"nothing stays of nothing":           {" : ", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := NormalizePerson(c.in); got != c.want {
				t.Errorf("NormalizePerson(%q) is %q, want %q", c.in, got, c.want)
			}
		})
	}
}
