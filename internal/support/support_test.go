package support

import (
	"testing"

	"github.com/tilsyn-dev/tilsyn/internal/date"
)

func table(t *testing.T) *Table {
	t.Helper()
	all, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestUntilWhenAVersionIsSupported(t *testing.T) {
	day := func(s string) date.Partial {
		p, err := date.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	own := []Row{{"kubernetes", "1.38", day("2028-02-28"), "o"}, {"kubernetes", "1.36", day("2035-01-01"), "o"}, {"flatcar", "4", day("2026-01-01"), "o"}, {"flatcar", "4152.2", day("2027-01-01"), "o"}}
	for name, c := range map[string]struct {
		product, version, ends string
		declared               bool
	}{
		"a version in the table": {"kubernetes", "v1.36.1", "2027-06-28", false},
		"1.3 is not 1.30":        {"kubernetes", "1.3.7", "2024-10-22", false},
		"a distribution's suffix does not hide the version": {"kubernetes", "v1.34.2-eks-abc", "2026-10-27", false},
		"one older than all ended before the oldest":        {"kubernetes", "v1.19.0", "2024-10-22", false},
		"one newer than all is what the Platform says":      {"kubernetes", "1.38.0", "2028-02-28", true},
		"one that nobody knows is not known":                {"kubernetes", "1.39.0", "", false},
		"what the table knows the Platform does not change": {"kubernetes", "1.36.0", "2027-06-28", false},
		"the longest prefix of the Platform counts":         {"flatcar", "4152.2.1", "2027-01-01", true},
		"a product that ended as a whole":                   {"ingress-nginx", "v1.14.0", "2026-03", false},
		"a product without a version that ended as a whole": {"ingress-nginx", "", "2026-03", false},
		"a product of a table without a version":            {"containerd", "", "", false},
		"a product that nobody knows":                       {"minix", "3", "", false},
		"a version between two that are known, yet is none": {"ubuntu", "23.10", "", false},
		"text in place of a version":                        {"kubernetes", "latest", "", false},
		"a version of ten comes after one of nine":          {"containerd", "1.10.0", "", false},
		"and the oldest of all is older":                    {"cert-manager", "v0.16.1", "2025-10-07", false},
	} {
		got, ok := table(t).Ends(c.product, c.version, own)
		if got.Ends.String() != c.ends || ok != (c.ends != "") || got.Declared != c.declared {
			t.Errorf("%s: got %s, %v, declared %v", name, got.Ends, ok, got.Declared)
		}
	}
}

func TestWhatNodesSayOfTheirVersions(t *testing.T) {
	for text, want := range map[string]Product{
		"Ubuntu 24.04.1 LTS":                                 {"ubuntu", "24.04.1"},
		"Debian GNU/Linux 12 (bookworm)":                     {"debian", "12"},
		"Flatcar Container Linux by Kinvolk 4152.2.0 (Oklo)": {"flatcar", "4152.2.0"},
		"Talos (v1.11.2)":                                    {"talos", "1.11.2"},
		"Container-Optimized OS from Google":                 {"container-optimized-os", ""},
		"Red Hat Enterprise Linux CoreOS 418.94.202411":      {"rhcos", "418.94.202411"},
		"Own Linux 7":                                        {"own-linux", "7"},
		"":                                                   {},
	} {
		if got := OperatingSystem(text); got != want {
			t.Errorf("%s: got %+v", text, got)
		}
	}
	if got := Runtime("containerd://2.3.1"); got != (Product{"containerd", "2.3.1"}) {
		t.Errorf("got %+v", got)
	}
	if p, d := Kubernetes("v1.34.2-eks-abc"); p != (Product{"kubernetes", "1.34.2-eks-abc"}) || d != "eks" {
		t.Errorf("got %+v of %s", p, d)
	}
	for version, want := range map[string][2]int{"v1.36.1+k3s1": {1, 36}, "1.36": {1, 36}, "v2": {}, "": {}} {
		if major, minor, ok := Minor(version); [2]int{major, minor} != want || ok != (want[0] != 0) {
			t.Errorf("%s: got %d.%d, %v", version, major, minor, ok)
		}
	}
}
