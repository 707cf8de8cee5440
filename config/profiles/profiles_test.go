package profiles

import (
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/catalog"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

func read(t *testing.T, name string) (p v1alpha1.ControlProfile, text string) {
	t.Helper()
	raw, err := Files.ReadFile(name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalStrict(raw, &p); err != nil {
		t.Fatal(err)
	}
	if p.Name != name {
		t.Errorf("%s.yaml holds the profile %s", name, p.Name)
	}
	return p, string(raw)
}

// newer are the controls that came after the profiles public-sector and getting-started; they enter those as Observe.
func newer(id v1alpha1.ControlID) bool {
	family, _, _ := strings.Cut(string(id), "-")
	switch family {
	case "IAM", "NET", "HRD":
		return true
	}
	return slices.Contains([]v1alpha1.ControlID{"BCK-05", "DPD-03", "DPD-04", "DPD-05", "LOG-03", "LOG-04", "LOG-05"}, id)
}

// themes of the technical minimum requirements, as far as a cluster shows them.
func theme(id v1alpha1.ControlID) bool {
	return slices.Contains([]v1alpha1.ControlID{"LOG-01", "LOG-02", "NET-03", "HRD-03", "HRD-04", "IAM-03"}, id)
}

func critical(c *control.Control) bool { return c.Severity == v1alpha1.SeverityCritical }

// aboutLaw tells controls of which the first control of Annex A is about law or privacy.
func aboutLaw(c *control.Control) bool {
	number, _, _ := strings.Cut(c.ISO[0], " ")
	return number == "5.31" || number == "5.34"
}

// TestEachProfileFollowsItsRule: every control of the catalogue stands in every profile, in the mode that its rule says.
func TestEachProfileFollowsItsRule(t *testing.T) {
	for name, required := range map[string]func(*control.Control) bool{
		"public-sector":           func(c *control.Control) bool { return !newer(c.ID) },
		"getting-started":         func(c *control.Control) bool { return critical(c) && !newer(c.ID) },
		"sensitive-personal-data": func(*control.Control) bool { return true },
		"state-authority":         func(c *control.Control) bool { return !newer(c.ID) || theme(c.ID) },
		"iso27001":                func(c *control.Control) bool { return !aboutLaw(c) },
	} {
		p, _ := read(t, name)
		modes := map[v1alpha1.ControlID]v1alpha1.ControlMode{}
		for _, c := range p.Spec.Controls {
			modes[c.Control] = c.Mode
		}
		for _, c := range catalog.All() {
			want := v1alpha1.ModeObserve
			if required(c) {
				want = v1alpha1.ModeRequired
			}
			if modes[c.ID] != want {
				t.Errorf("%s: %s is %q, want %s", name, c.ID, modes[c.ID], want)
			}
			delete(modes, c.ID)
		}
		if len(modes) > 0 {
			t.Errorf("%s lists %v, which no control is", name, slices.Sorted(maps.Keys(modes)))
		}
	}
}

func TestTheDefaultsAreMeantWhereAProfileSaysNothing(t *testing.T) {
	for _, name := range []string{"public-sector", "getting-started", "iso27001"} {
		p, _ := read(t, name)
		for _, c := range p.Spec.Controls {
			if c.Parameters != nil || c.Levels != nil || c.Mandatory {
				t.Errorf("%s: %s sets something; the control's own defaults are meant", name, c.Control)
			}
		}
	}
}

// TestSensitivePersonalDataIsJudgedAsSensitive: at level Confidential the profile asks for what controls ask at Sensitive.
func TestSensitivePersonalDataIsJudgedAsSensitive(t *testing.T) {
	p, _ := read(t, "sensitive-personal-data")
	for _, c := range catalog.All() {
		i := slices.IndexFunc(p.Spec.Controls, func(e v1alpha1.ProfileControl) bool { return e.Control == c.ID })
		if i < 0 {
			continue // told by another test
		}
		entry := p.Spec.Controls[i]
		if entry.Mandatory != critical(c) {
			t.Errorf("%s: mandatory is %v", c.ID, entry.Mandatory)
		}
		for _, integrity := range []v1alpha1.Level{v1alpha1.LevelLow, v1alpha1.LevelMedium, v1alpha1.LevelHigh} {
			for _, availability := range []v1alpha1.Level{v1alpha1.LevelLow, v1alpha1.LevelMedium, v1alpha1.LevelHigh} {
				levels := control.Levels{Confidentiality: v1alpha1.ConfidentialityConfidential, Integrity: integrity, Availability: availability}
				got := bound(t, c, entry, levels)
				levels.Confidentiality = v1alpha1.ConfidentialitySensitive
				if want := bound(t, c, entry, levels); got != want {
					t.Errorf("%s at Confidential, %s, %s: %s, want %s", c.ID, integrity, availability, got, want)
				}
			}
		}
	}
}

// TestLogsOfStateAuthoritiesAreKeptForAYear at every level, without exception.
func TestLogsOfStateAuthoritiesAreKeptForAYear(t *testing.T) {
	p, _ := read(t, "state-authority")
	for _, e := range p.Spec.Controls {
		if e.Mandatory != (e.Control == "LOG-02") {
			t.Errorf("%s: mandatory is %v; only what is verified takes no exception", e.Control, e.Mandatory)
		}
		if e.Control != "LOG-02" {
			continue
		}
		c := catalog.All()[slices.IndexFunc(catalog.All(), func(c *control.Control) bool { return c.ID == e.Control })]
		for _, level := range []v1alpha1.Confidentiality{v1alpha1.ConfidentialityPublic, v1alpha1.ConfidentialityInternal, v1alpha1.ConfidentialityConfidential, v1alpha1.ConfidentialitySensitive} {
			text := bound(t, c, e, control.Levels{Confidentiality: level})
			if !strings.Contains(text, `"minRetention":"12mo"`) && !strings.Contains(text, `"minRetention":"13mo"`) {
				t.Errorf("%s: %s", level, text)
			}
		}
	}
}

// TestAnnexAStandsBehindEachEntry of the profile by ISO/IEC 27001.
func TestAnnexAStandsBehindEachEntry(t *testing.T) {
	_, text := read(t, "iso27001")
	comments := map[string]string{}
	for _, m := range regexp.MustCompile(`control: (\S+), .*# (.*)`).FindAllStringSubmatch(text, -1) {
		comments[m[1]] = m[2]
	}
	for _, c := range catalog.All() {
		var numbers []string
		for _, iso := range c.ISO {
			number, _, _ := strings.Cut(iso, " ")
			numbers = append(numbers, number)
		}
		if want := strings.Join(numbers, ", "); comments[string(c.ID)] != want {
			t.Errorf("%s: %q, want %q", c.ID, comments[string(c.ID)], want)
		}
	}
}

// bound gives the parameters of a control by an entry, as JSON.
func bound(t *testing.T, c *control.Control, e v1alpha1.ProfileControl, levels control.Levels) string {
	t.Helper()
	var overrides [][]byte
	if e.Parameters != nil {
		overrides = append(overrides, e.Parameters.Raw)
	}
	for _, l := range e.Levels {
		if l.Level == levels.Confidentiality {
			overrides = append(overrides, l.Parameters.Raw)
		}
	}
	b, err := c.Bind(levels, overrides...)
	if err != nil {
		t.Fatalf("%s: %v", c.ID, err)
	}
	return b.Key
}

func TestEveryProfileIsInstalled(t *testing.T) {
	entries, err := fs.ReadDir(Files, ".")
	if err != nil || len(entries) != 5 {
		t.Fatalf("%d profiles are embedded, %v", len(entries), err)
	}
}
