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
		"\u00f8 and o":                            {"S\u00f8ren", "Soren", true},
		"\u00f8 and oe in an address":             {"s\u00f8ren@example.org", "soeren@example.org", true},
		"\u00e6 and ae":                           {"Jens Kj\u00e6r", "Jens Kjaer", true},
		"\u00e5 and aa":                           {"\u00c5se \u00c5s", "Aase Aas", true},
		"\u00e5 and a ring apart":                 {"A\u030age", "\u00c5ge", true},
		"\u00f6 and \u00f8":                       {"Bj\u00f6rn", "Bj\u00f8rn", true},
		"\u00fc and ue":                           {"M\u00fcller", "Mueller", true},
		"an accent left out":                      {"Andr\u00e9 Doe", "Andre Doe", true},
		"a full stop left out":                    {"jane.doe@example.org", "janedoe@example.org", true},
		"an underscore for a full stop":           {"jane_doe@example.org", "jane.doe@example.org", true},
		"a tag behind the name":                   {"jane+approvals@example.org", "jane@example.org", true},
		"a word that ends and one that begins":    {"Maria Eriksen", "mariaeriksen@example.org", true},
		"domains in two spellings are two":        {"jane@aaby.example.org", "jane@aby.example.net", false},
	} {
		t.Run(name, func(t *testing.T) {
			if SamePerson(c.a, c.b) != c.same || SamePerson(c.b, c.a) != c.same {
				t.Errorf("SamePerson(%q, %q) is %v", c.a, c.b, !c.same)
			}
		})
	}
}

func TestNamesThatAreLikelyOfOnePerson(t *testing.T) {
	for name, c := range map[string]struct {
		a, b string
		want Likeness
	}{
		"an initial":                              {"Jane Doe", "J. Doe", LikelyOnePerson},
		"an initial in an address":                {"Jane Doe", "j.doe@example.org", LikelyOnePerson},
		"an initial before the family name":       {"jane.doe@example.org", "jdoe@example.org", LikelyOnePerson},
		"an initial behind the given name":        {"jane.doe@example.org", "janed", LikelyOnePerson},
		"initials alone":                          {"Jane Doe", "jd@example.org", LikelyOnePerson},
		"three initials, the family name first":   {"Doe, Jane Marie", "JMD", LikelyOnePerson},
		"a middle name left out":                  {"Jane Marie Doe", "Jane Doe", LikelyOnePerson},
		"a middle name as its initial":            {"Jane Marie Doe", "Jane M. Doe", LikelyOnePerson},
		"a given name alone":                      {"Jane", "Jane Doe", LikelyOnePerson},
		"a subdomain":                             {"jane@example.org", "jane@mail.example.org", LikelyOnePerson},
		"two subdomains":                          {"jane@hr.example.org", "jane@it.example.org", LikelyOnePerson},
		"another top-level domain":                {"jane@example.org", "jane@example.com", LikelyOnePerson},
		"an initial and a subdomain":              {"jane.doe@example.org", "j.doe@mail.example.org", LikelyOnePerson},
		"a whole name in two organisations":       {"jane.doe@one.example", "jane.doe@other.test", LikelyOnePerson},
		"a given name in two organisations":       {"ole@one.example", "ole@other.test", TwoPersons},
		"an initial in two organisations":         {"jane.doe@one.example", "j.doe@other.test", TwoPersons},
		"two given names of one family":           {"Jane Doe", "John Doe", TwoPersons},
		"two middle names":                        {"Jane Marie Doe", "Jane Anne Doe", TwoPersons},
		"two initials of one family":              {"J. Doe", "P. Doe", TwoPersons},
		"two given names":                         {"jane@example.org", "john@example.org", TwoPersons},
		"a given name that begins with the other": {"jan@example.org", "jane@example.org", TwoPersons},
		"two numbers":                             {"b001234", "b001235", TwoPersons},
		"nobody":                                  {"@", "jane", TwoPersons},
	} {
		t.Run(name, func(t *testing.T) {
			if got, back := ComparePersons(c.a, c.b), ComparePersons(c.b, c.a); got != c.want || back != c.want {
				t.Errorf("ComparePersons(%q, %q) is %v, the other way round %v, want %v", c.a, c.b, got, back, c.want)
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
