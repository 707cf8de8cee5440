package region

import (
	"os"
	"slices"
	"strings"
	"testing"
)

func TestTheSchemaRefusesPrefixesOfEveryProviderThatNamesItself(t *testing.T) {
	source, err := os.ReadFile("../../api/v1alpha1/platform_types.go")
	if err != nil {
		t.Fatal(err)
	}
	if list := "in ['" + strings.Join(TellingSchemes(), "', '") + "']"; !strings.Contains(string(source), list) {
		t.Errorf("the rule of PlatformProvider does not hold the list %s", list)
	}
	for _, scheme := range TellingSchemes() {
		if id, _ := ParseProviderID(scheme + "://x/y/z"); !id.Known || id.anybodys() {
			t.Errorf("%s names no provider", scheme)
		}
	}
	if !slices.IsSorted(TellingSchemes()) {
		t.Error("the schemes are not sorted")
	}
}

func TestARegionOfAWSIsNotAddedToOutscale(t *testing.T) {
	tables, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		region  string
		refused bool
	}{
		"a region that aws has":   {"us-east-1", true},
		"in another case":         {"US-EAST-1", true},
		"a zone that aws has":     {"us-east-1a", true},
		"a region of nobody else": {"dk-1", false},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tables.WithOverlay([]OwnRegion{{Provider: "outscale", Region: c.region, Countries: []string{"DK"}}}, nil)
			if (err != nil) != c.refused {
				t.Errorf("error %v", err)
			}
		})
	}
}
