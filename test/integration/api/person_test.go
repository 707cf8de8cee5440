package api

import (
	"slices"
	"testing"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
)

// TestSchemaAndOperatorAgreeOnWhoIsTheSamePerson: what the schema lets through, the operator judges by the same
// comparison in Go; it may only be stricter, for letters that the rules of the schema cannot fold.
func TestSchemaAndOperatorAgreeOnWhoIsTheSamePerson(t *testing.T) {
	const address = "jane@example.org"
	cases := map[string]struct {
		a, b         string
		same, goOnly bool
	}{
		"the same address":                             {a: address, b: address, same: true},
		"capitals":                                     {a: address, b: "JANE@Example.ORG", same: true},
		"a mailto link":                                {a: address, b: "mailto:Jane@example.org", same: true},
		"a prefix of the identity provider":            {a: address, b: "oidc:jane@example.org", same: true},
		"an issuer's URL before the name":              {a: "jane", b: "https://idp.example.org/realms/x#jane", same: true},
		"a domain before the name":                     {a: "jane", b: `EXAMPLE\Jane`, same: true},
		"a directory before the name":                  {a: "auth0|jane", b: "jane", same: true},
		"blanks between the names":                     {a: "Jane Doe", b: "jane   doe", same: true},
		"Danish capitals":                              {a: "SØREN ÆRØ ÅS", b: "søren ærø ås", same: true},
		"a user name and the address of that person":   {a: "jane", b: address, same: true},
		"an address and its owner's user name":         {a: "oidc:Jane@example.org", b: "jane", same: true},
		"other capitals, which only Go folds":          {a: "ÉMILE", b: "émile", same: true, goOnly: true},
		"a Cyrillic letter, which only Go tells":       {a: address, b: "j\u0430ne@example.org", same: true, goOnly: true},
		"the family name first, which only Go tells":   {a: "Ole Hansen", b: "Hansen, Ole", same: true, goOnly: true},
		"Danish letters left out, which only Go knows": {a: "søren.kjær@example.org", b: "soeren.kjaer@example.org", same: true, goOnly: true},
		"a full stop left out, which only Go knows":    {a: "jane.doe@example.org", b: "janedoe@example.org", same: true, goOnly: true},
		"two people":                                   {a: address, b: "john@example.org"},
		"one role in two organisations":                {a: "security@example.org", b: "security@other.example.org"},
		"a name that begins with the other":            {a: "jane", b: "janet@example.org"},
		"an address that begins with the other":        {a: "jane@example.org", b: "jane@example.org.example.net"},
		"a user name and another's address":            {a: "john", b: address},
	}
	for sentence, c := range cases {
		t.Run(sentence, func(t *testing.T) {
			for _, pair := range [][2]string{{c.a, c.b}, {c.b, c.a}} {
				if got := v1alpha1.SamePerson(pair[0], pair[1]); got != c.same {
					t.Errorf("SamePerson(%q, %q) is %v", pair[0], pair[1], got)
				}
				at := find(t, "ControlException", "spec.requestedBy")
				at.set(pair[0])
				at.doc.Object["spec"].(map[string]any)["approval"].(map[string]any)["by"] = pair[1]
				err := tryCreate(t, at.doc)
				if c.same && !c.goOnly {
					mustRefuse(t, err, "spec.approval.by", "the same person")
				} else {
					mustAccept(t, err)
				}
			}
		})
	}
}

func TestSchemaAndOperatorAgreeOnWhatIsAServiceAccount(t *testing.T) {
	f := formats()["a service account is not a person"]
	for _, name := range f.bad {
		if !v1alpha1.IsServiceIdentity(name) {
			t.Errorf("the schema refuses %q, IsServiceIdentity takes it for a person", name)
		}
	}
	people := slices.Concat(f.good, formats()["a person is a user name or an e-mail address"].good)
	for _, name := range people {
		if v1alpha1.IsServiceIdentity(name) {
			t.Errorf("the schema accepts %q, IsServiceIdentity does not", name)
		}
	}
}
