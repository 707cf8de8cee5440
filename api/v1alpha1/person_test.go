package v1alpha1

import "testing"

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
