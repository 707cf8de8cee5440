package region

import (
	"slices"
	"strings"
	"testing"
)

func TestNamedTerritories(t *testing.T) {
	for text, want := range map[string]string{
		"Nuuk, Greenland": "GL", "Grønland": "GL", "NUUK": "GL", "Tórshavn": "FO", "Færøerne": "FO", "Føroyar": "FO", "Belfast, Northern Ireland": "GB",
		"Zürich": "CH", "Dublin and London": "GB", "Support from Pune (India), hosting in the USA": "IN US", "Seattle/Hong  Kong": "HK US",
		"Dublin, Ireland": "", "Aarhus": "", "Indiana Street, Odense": "", "Nuukvej": "", "": "",
	} {
		if got := NamedTerritories(text); strings.Join(got, " ") != want {
			t.Errorf("NamedTerritories(%q) is %v, want %q", text, got, want)
		}
	}
	for code := range territories() {
		if _, err := CheckCountry(code); err != nil {
			t.Errorf("%s: %v", code, err)
		}
	}
	for code, names := range territories() {
		for _, name := range names {
			if !slices.Equal(NamedTerritories(name), []string{code}) {
				t.Errorf("%q is found as %v, not as %s", name, NamedTerritories(name), code)
			}
		}
	}
}
