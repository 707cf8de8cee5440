package region

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func tables(t testing.TB) *Tables {
	t.Helper()
	tables, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	return tables
}

func at(t testing.TB, day string) time.Time {
	t.Helper()
	v, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	return v.Add(12 * time.Hour)
}

func TestEmbeddedTablesAreWhole(t *testing.T) {
	tt := tables(t)
	if got := len(tt.places); got < 450 {
		t.Errorf("only %d regions are known", got)
	}
	if got := len(tt.hosts); got < 60 {
		t.Errorf("only %d host patterns are known", got)
	}
	if got := len(isoCodes) / 2; got != 249 {
		t.Errorf("ISO 3166-1 has 249 codes, the list has %d", got)
	}
	if got := len(strings.Fields(euMembers)); got != 27 {
		t.Errorf("the EU has 27 members, the list has %d", got)
	}
	for _, text := range []string{regionsCSV, zonesCSV, pairsCSV, hostsCSV, adequacyCSV} {
		if first, _, _ := strings.Cut(text, "\n"); !strings.HasPrefix(text, "#") || !strings.Contains(text, "erified") {
			t.Errorf("the table that starts %q does not say what in it is not verified", first)
		}
	}
}

func TestBrokenTablesAreErrors(t *testing.T) {
	good := sources{regionsCSV, zonesCSV, pairsCSV, hostsCSV, adequacyCSV}
	for name, tc := range map[string]struct {
		change func(*sources)
		wants  string
	}{
		"a missing column":               {func(s *sources) { s.regions = "provider,region\n" }, "table regions: columns are"},
		"an unknown country":             {func(s *sources) { s.regions += "own,x,XX,Nowhere,\n" }, `"XX" is not a country code`},
		"a region twice":                 {func(s *sources) { s.regions += "aws,eu-north-1,SE,Stockholm,\n" }, "aws eu-north-1 stands twice"},
		"a star without countries":       {func(s *sources) { s.regions += "own,x,*,Nowhere,\n" }, "countries are listed exactly"},
		"a zone of an unknown region":    {func(s *sources) { s.zones += "aws,xx-1-a,xx-1,DK,no\n" }, "unknown region"},
		"zones that nest":                {func(s *sources) { s.zones += "aws,eu-north-1-cph-1a,eu-north-1,DK,no\n" }, "nest"},
		"a pair of an unknown region":    {func(s *sources) { s.pairs += "azure,denmarkeast,atlantis,no\n" }, "unknown region azure atlantis"},
		"a host pattern with a path":     {func(s *sources) { s.hosts += "x.example.org/a,own,,DK,no\n" }, "malformed"},
		"a decision that ends too early": {func(s *sources) { s.adequacy += "ZA,x,,2020-01-01,2019-01-01,InForce,2026,no\n" }, "does not come after"},
		"a row that is too short":        {func(s *sources) { s.adequacy += "ZA,x\n" }, "wrong number of fields"},
	} {
		t.Run(name, func(t *testing.T) {
			s := good
			tc.change(&s)
			if _, err := parseTables(s); err == nil || !strings.Contains(err.Error(), tc.wants) {
				t.Errorf("error %v does not say %q", err, tc.wants)
			}
		})
	}
}

func TestCheckCountry(t *testing.T) {
	for name, tc := range map[string]struct{ in, want, mend string }{
		"a code":                          {"DK", "DK", ""},
		"small letters":                   {"dk", "DK", ""},
		"EU's word for Greece":            {"EL", "", "use GR"},
		"EU's word for Britain":           {"UK", "", "use GB"},
		"YAML's reading of Norway":        {"false", "", `write "NO"`},
		"a group":                         {"EEA", "", "use group: EEA"},
		"an unassigned code":              {"XK", "", "two capital letters"},
		"an unknown code":                 {"ZZ", "", "two capital letters"},
		"a code of three letters":         {"DNK", "", "two capital letters"},
		"a name":                          {"Denmark", "", "two capital letters"},
		"nothing":                         {"", "", "two capital letters"},
		"the seam between two good codes": {"DA", "", "two capital letters"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := CheckCountry(tc.in)
			if got != tc.want || (err == nil) != (tc.mend == "") {
				t.Fatalf("got %q, %v", got, err)
			}
			if err != nil && !strings.Contains(err.Error(), tc.mend) {
				t.Errorf("error %q does not say %q", err, tc.mend)
			}
		})
	}
}

func TestUnionMembership(t *testing.T) {
	for name, tc := range map[string]struct {
		code    string
		eu, eea bool
	}{
		"Denmark":             {"DK", true, true},
		"Greenland is not":    {"GL", false, false},
		"the Faroes are not":  {"FO", false, false},
		"Norway is in EEA":    {"NO", false, true},
		"Svalbard is not":     {"SJ", false, false},
		"Switzerland is not":  {"CH", false, false},
		"Britain is not":      {"GB", false, false},
		"Åland is EU":         {"AX", true, true},
		"Guadeloupe is EU":    {"GP", true, true},
		"New Caledonia isn't": {"NC", false, false},
		"Aruba is not":        {"AW", false, false},
		"Gibraltar is not":    {"GI", false, false},
		"two words' seam":     {"T ", false, false},
		"nothing":             {"", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			if InEU(tc.code) != tc.eu || InEEA(tc.code) != tc.eea {
				t.Errorf("InEU %t, InEEA %t", InEU(tc.code), InEEA(tc.code))
			}
		})
	}
}

func TestLookup(t *testing.T) {
	for name, tc := range map[string]struct{ provider, region, zone, want string }{
		"a region":                                    {"aws", "eu-north-1", "", "SE"},
		"capitals and space":                          {" AWS ", "EU-North-1 ", "", "SE"},
		"the same code at another provider":           {"alibaba", "eu-west-1", "", "GB"},
		"the same code at the first provider":         {"aws", "eu-west-1", "", "IE"},
		"letters that look like the EU":               {"aws", "eu-central-2", "", "CH"},
		"letters that look like Denmark":              {"exoscale", "ch-dk-2", "", "CH"},
		"an EU code in Serbia":                        {"oracle", "eu-jovanovac-1", "", "RS"},
		"a multi-region":                              {"gcp", "eur5", "", "BE GB"},
		"a network zone":                              {"hetzner", "eu-central", "", "DE FI"},
		"a zone beside its region":                    {"aws", "eu-north-1", "eu-north-1a", "SE"},
		"a zone alone":                                {"gcp", "", "europe-north1-a", "FI"},
		"a local zone in another country":             {"aws", "eu-north-1", "eu-north-1-cph-1a", "DK"},
		"a second local zone in that city":            {"aws", "eu-north-1", "eu-north-1-cph-1b", "DK"},
		"a wavelength zone on another continent":      {"aws", "eu-west-3", "eu-west-3-cmn-wlz-1a", "MA"},
		"a local zone alone":                          {"aws", "", "us-east-1-bue-1a", "AR"},
		"a new local zone is not known":               {"aws", "eu-north-1", "eu-north-1-xyz-1a", ""},
		"a new local zone elsewhere is not known":     {"aws", "eu-north-1", "us-west-2-xyz-1a", ""},
		"a zone of an unknown region":                 {"aws", "eu-north-1", "eu-north-9a", ""},
		"a zone of another region contradicts":        {"aws", "eu-north-1", "us-east-1a", "SE US"},
		"a zone that says nothing":                    {"ovh", "GRA11", "nova", "FR"},
		"a fault domain for a zone":                   {"azure", "westeurope", "1", "NL"},
		"a zone of azure":                             {"azure", "westeurope", "westeurope-2", "NL"},
		"azure's display name":                        {"azure", "West Europe", "", "NL"},
		"a datacentre of hetzner":                     {"hetzner", "hel1", "hel1-dc2", "FI"},
		"region and zone the same":                    {"upcloud", "dk-cph1", "dk-cph1", "DK"},
		"a zone where the region belongs":             {"scaleway", "fr-par-2", "unavailable", "FR"},
		"an availability domain":                      {"oracle", "eu-frankfurt-1", "EU-FRANKFURT-1-AD-1", "DE"},
		"a slash written as a hyphen":                 {"ionos", "de-txl", "", "DE"},
		"a slash":                                     {"ionos", "de/fra/2", "", "DE"},
		"the older name of a provider":                {"gce", "europe-west2", "", "GB"},
		"an unknown region with a known zone":         {"aws", "eu-north-9", "eu-north-1a", ""},
		"an unknown region":                           {"aws", "eu-north-9", "", ""},
		"an unknown provider":                         {"acme", "eu-north-1", "", ""},
		"no provider":                                 {"", "eu-north-1", "", ""},
		"neither region nor zone":                     {"aws", "", "", ""},
		"a zone alone that says nothing":              {"ovh", "", "nova", ""},
		"a region code with something after it":       {"aws", "eu-north-1-x", "", ""},
		"an ordinary zone's letter is one letter":     {"gcp", "", "europe-north1-ab", ""},
		"a zone of one provider is none of another's": {"gcp", "", "europe-north1a", ""},
	} {
		t.Run(name, func(t *testing.T) {
			p, ok := tables(t).Lookup(tc.provider, tc.region, tc.zone)
			if got := strings.Join(p.Countries, " "); got != tc.want || ok != (tc.want != "") {
				t.Errorf("Lookup = %+v, %t; want the countries %q", p, ok, tc.want)
			}
		})
	}
}

func TestPair(t *testing.T) {
	for name, tc := range map[string]struct{ provider, region, want string }{
		"across a border":          {"azure", "westeurope", "northeurope"},
		"and back":                 {"azure", "northeurope", "westeurope"},
		"one way over an ocean":    {"azure", "Brazil South", "southcentralus"},
		"and not back":             {"azure", "southcentralus", "northcentralus"},
		"a region without a pair":  {"azure", "denmarkeast", ""},
		"a provider without pairs": {"aws", "eu-west-1", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got, ok := tables(t).Pair(tc.provider, tc.region); got != tc.want || ok != (tc.want != "") {
				t.Errorf("Pair = %q, %t", got, ok)
			}
		})
	}
}

func TestHostPlace(t *testing.T) {
	for name, tc := range map[string]struct{ host, provider, want string }{
		"a store":                                    {"s3.eu-north-1.amazonaws.com", "aws", "SE"},
		"a bucket":                                   {"backup.s3.eu-north-1.amazonaws.com", "aws", "SE"},
		"a bucket with dots":                         {"backup.example.org.s3.eu-north-1.amazonaws.com", "aws", "SE"},
		"a dual-stack name":                          {"s3.dualstack.eu-west-1.amazonaws.com", "aws", "IE"},
		"the old form":                               {"s3-eu-west-1.amazonaws.com", "aws", "IE"},
		"a cache with a short region":                {"my.abc.ng.0001.use1.cache.amazonaws.com", "aws", "US"},
		"a cache in Stockholm":                       {"my.abc.ng.0001.eun1.cache.amazonaws.com", "aws", "SE"},
		"a cache in no region":                       {"my.abc.ng.0001.xyz1.cache.amazonaws.com", "aws", ""},
		"a machine":                                  {"ec2-203-0-113-9.us-east-1.compute.amazonaws.com", "aws", "US"},
		"a bucket in the old form":                   {"backup.s3-eu-west-1.amazonaws.com", "aws", "IE"},
		"a log endpoint":                             {"logs.eu-north-1.amazonaws.com", "aws", "SE"},
		"a search domain":                            {"search-x.eu-west-1.es.amazonaws.com", "aws", "IE"},
		"a database":                                 {"db.abc.eu-west-2.rds.amazonaws.com", "aws", "GB"},
		"a port":                                     {"s3.eu-north-1.amazonaws.com:443", "aws", "SE"},
		"capitals and a final dot":                   {"S3.EU-North-1.amazonaws.com.", "aws", "SE"},
		"a bucket named like a store":                {"s3.eu-west-1.s3.us-east-1.amazonaws.com", "aws", "US"},
		"the global name":                            {"s3.amazonaws.com", "aws", ""},
		"a bucket at the global name":                {"eu-west-1.s3.amazonaws.com", "aws", ""},
		"a region that is not known":                 {"s3.eu-north-9.amazonaws.com", "aws", ""},
		"the store's name in front of a stranger's":  {"s3.eu-west-1.amazonaws.com.example.org", "", ""},
		"a stranger's that ends alike":               {"s3.eu-west-1.evilamazonaws.com", "", ""},
		"a stranger's in the old form":               {"evils3-eu-west-1.amazonaws.com", "", ""},
		"no name before the region":                  {"eu-west-1.amazonaws.com", "", ""},
		"a dot in front":                             {".eu-west-1.amazonaws.com", "", ""},
		"an account of blob storage":                 {"account.blob.core.windows.net", "azure", ""},
		"a stranger's blob storage":                  {"evilblob.core.windows.net", "", ""},
		"an ingestion endpoint with a number":        {"westeurope-5.in.applicationinsights.azure.com", "azure", "NL"},
		"a name in front where none belongs":         {"x.westeurope-5.in.applicationinsights.azure.com", "", ""},
		"an ingestion endpoint without one":          {"westeurope.in.applicationinsights.azure.com", "", ""},
		"a store of one name":                        {"storage.googleapis.com", "gcp", ""},
		"Oracle's store":                             {"objectstorage.eu-frankfurt-1.oraclecloud.com", "oracle", "DE"},
		"OVH's store":                                {"s3.gra.io.cloud.ovh.net", "ovh", "FR"},
		"OVH's store in London":                      {"s3.uk.io.cloud.ovh.net", "ovh", "GB"},
		"Scaleway's store":                           {"bucket.s3.nl-ams.scw.cloud", "scaleway", "NL"},
		"Hetzner's store":                            {"hel1.your-objectstorage.com", "hetzner", "FI"},
		"Exoscale's store":                           {"sos-ch-dk-2.exo.io", "exoscale", "CH"},
		"DigitalOcean's store":                       {"backup.fra1.digitaloceanspaces.com", "digitalocean", "DE"},
		"UpCloud's store does not say":               {"x.upcloudobjects.com", "upcloud", ""},
		"telemetry in the EU":                        {"http-intake.logs.datadoghq.eu", "datadog", "DE"},
		"telemetry in the US":                        {"http-intake.logs.datadoghq.com", "datadog", "US"},
		"telemetry in Japan under the same name":     {"http-intake.logs.ap1.datadoghq.com", "datadog", "JP"},
		"a managed search service":                   {"x.europe-north1.gcp.elastic-cloud.com", "gcp", "FI"},
		"an address":                                 {"192.0.2.10:9000", "", ""},
		"an address of the newer kind":               {"[2001:db8::1]:9000", "", ""},
		"a service in the cluster":                   {"minio.backup.svc", "", ""},
		"nothing":                                    {"", "", ""},
		"a whole URL is no host":                     {"https://s3.eu-north-1.amazonaws.com/x", "", ""},
		"an alert receiver":                          {"hooks.slack.com", "slack", "US"},
		"a bucket at the newer partition of the EU ": {"b.s3.eusc-de-east-1.amazonaws.eu", "aws", "DE"},
	} {
		t.Run(name, func(t *testing.T) {
			p, ok := tables(t).HostPlace(tc.host)
			if got := strings.Join(p.Countries, " "); got != tc.want || ok != (tc.want != "") || p.Provider != tc.provider {
				t.Errorf("HostPlace = %+v, %t; want %q in %q", p, ok, tc.provider, tc.want)
			}
		})
	}
}

func TestAdequacy(t *testing.T) {
	tt := tables(t)
	for name, tc := range map[string]struct {
		day, code string
		want      bool
	}{
		"Switzerland":                              {"2026-11-22", "CH", true},
		"Britain":                                  {"2026-11-22", "GB", true},
		"Britain on the day the decision ends":     {"2031-12-27", "GB", false},
		"Britain on the day before":                {"2031-12-26", "GB", true},
		"Brazil before the decision":               {"2026-01-25", "BR", false},
		"Brazil since":                             {"2026-01-26", "BR", true},
		"the United States, contested and scoped":  {"2026-11-22", "US", false},
		"Canada, for some recipients":              {"2026-11-22", "CA", false},
		"Japan, for some recipients":               {"2026-11-22", "JP", false},
		"the Faroe Islands, not for the state":     {"2026-11-22", "FO", false},
		"Greenland":                                {"2026-11-22", "GL", false},
		"a member of the EEA is no third country ": {"2026-11-22", "NO", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := slices.Contains(tt.adequate(at(t, tc.day)), tc.code); got != tc.want {
				t.Errorf("adequate on %s: %t", tc.day, got)
			}
		})
	}
	us := tt.Adequacy("US")
	if len(us) != 1 || !us[0].InForce(at(t, "2026-11-22")) || us[0].Scope == "" || us[0].Status != Contested {
		t.Errorf("the decision on the US is %+v", us)
	}
}

func TestAmong(t *testing.T) {
	for name, tc := range map[string]struct {
		id     string
		listed []string
		want   string
	}{
		"an id that names a listed provider":            {"aws:///eu-north-1a/i-0", []string{"gcp", "aws"}, "aws"},
		"an id that names one not listed":               {"aws:///eu-north-1a/i-0", []string{"gcp"}, "aws"},
		"outscale looks like aws":                       {"aws:///eu-west-2a/i-0", []string{"outscale"}, "outscale"},
		"aws stays aws beside outscale":                 {"aws:///eu-west-2a/i-0", []string{"outscale", "aws"}, "aws"},
		"openstack of the one listed":                   {"openstack:///6e8d", []string{"ovh"}, "ovh"},
		"openstack beside a cloud with its own ids":     {"openstack:///6e8d", []string{"aws", "ovh"}, "ovh"},
		"openstack of one of two":                       {"openstack:///6e8d", []string{"otc", "ovh"}, "openstack"},
		"no id and one provider listed":                 {"", []string{"aws"}, "aws"},
		"no id and an own data centre":                  {"", []string{"aws", "own"}, "own"},
		"no id and nothing to tell by":                  {"", []string{"aws", "gcp"}, ""},
		"a virtual node is not of the listed provider ": {"virtual://x", []string{"own"}, "virtual"},
		"a node of another's software":                  {"vsphere://42", []string{"own"}, "own"},
		"the name of a driver":                          {"gce://p/europe-north1-a/n", []string{"gce"}, "gcp"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := ParseProviderID(tc.id)
			if err != nil {
				t.Fatal(err)
			}
			if got := p.Among(tc.listed); got != tc.want {
				t.Errorf("Among(%v) = %q, want %q", tc.listed, got, tc.want)
			}
		})
	}
}

func TestParseProviderID(t *testing.T) {
	for name, tc := range map[string]struct {
		in   string
		want ProviderID
		err  string
	}{
		"aws":                             {"aws:///eu-north-1a/i-0abc", ProviderID{"aws", "eu-north-1", "eu-north-1a", true}, ""},
		"aws without a zone":              {"aws:////i-0abc", ProviderID{"aws", "", "", true}, ""},
		"aws, a local zone":               {"aws:///us-east-1-bue-1a/i-0abc", ProviderID{"aws", "us-east-1", "us-east-1-bue-1a", true}, ""},
		"aws, a wavelength zone":          {"aws:///us-east-1-wl1-bos-wlz-1/i-0abc", ProviderID{"aws", "us-east-1", "us-east-1-wl1-bos-wlz-1", true}, ""},
		"aws, government":                 {"aws:///us-gov-west-1b/i-0abc", ProviderID{"aws", "us-gov-west-1", "us-gov-west-1b", true}, ""},
		"aws without servers":             {"aws:///eu-west-1b/fargate-10.0.0.1", ProviderID{"aws", "eu-west-1", "eu-west-1b", true}, ""},
		"a hybrid node can be anywhere":   {"eks-hybrid:///eu-west-1/cluster/node", ProviderID{"eks-hybrid", "", "", true}, ""},
		"azure":                           {"azure:///subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm", ProviderID{"azure", "", "", true}, ""},
		"gcp":                             {"gce://project/europe-north1-a/node", ProviderID{"gcp", "europe-north1", "europe-north1-a", true}, ""},
		"openstack":                       {"openstack:///6e8d", ProviderID{"openstack", "", "", true}, ""},
		"openstack with a region":         {"openstack://GRA11/6e8d", ProviderID{"openstack", "GRA11", "", true}, ""},
		"hetzner's cloud":                 {"hcloud://42", ProviderID{"hetzner", "", "", true}, ""},
		"hetzner's machines":              {"hrobot://42", ProviderID{"hetzner", "", "", true}, ""},
		"scaleway":                        {"scaleway://instance/fr-par-2/6e8d", ProviderID{"scaleway", "fr-par", "fr-par-2", true}, ""},
		"upcloud":                         {"upcloud:////6e8d", ProviderID{"upcloud", "", "", true}, ""},
		"oracle":                          {"ocid1.instance.oc1.eu-frankfurt-1.abc", ProviderID{"oracle", "eu-frankfurt-1", "", true}, ""},
		"oracle with a scheme":            {"oci://ocid1.instance.oc1.eu-frankfurt-1.abc", ProviderID{"oracle", "eu-frankfurt-1", "", true}, ""},
		"oracle's oldest regions":         {"ocid1.instance.oc1.iad.abc", ProviderID{"oracle", "us-ashburn-1", "", true}, ""},
		"alibaba":                         {"eu-central-1.i-abc", ProviderID{"alibaba", "eu-central-1", "", true}, ""},
		"alibaba with a scheme":           {"alicloud://eu-central-1.i-abc", ProviderID{"alibaba", "eu-central-1", "", true}, ""},
		"proxmox":                         {"proxmox://aarhus/101", ProviderID{"proxmox", "aarhus", "", true}, ""},
		"kind":                            {"kind://docker/kind/kind-worker", ProviderID{"kind", "", "", true}, ""},
		"a virtual node":                  {"fluid://x/y", ProviderID{"fluid", "", "", false}, ""},
		"nothing":                         {"", ProviderID{}, ""},
		"aws without an instance":         {"aws:///eu-north-1a/", ProviderID{"aws", "", "", true}, "aws:///<zone>/<instance> is expected"},
		"gcp without a zone":              {"gce://project//node", ProviderID{"gcp", "", "", true}, "is expected"},
		"an id without a scheme":          {"i-0abc", ProviderID{}, "<provider>://<id> is expected"},
		"an id that only looks like one ": {"a.b", ProviderID{}, "<provider>://<id> is expected"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseProviderID(tc.in)
			if got != tc.want {
				t.Errorf("got %+v, want %+v", got, tc.want)
			}
			if (err == nil) != (tc.err == "") || err != nil && !strings.Contains(err.Error(), tc.err) {
				t.Errorf("error %v, want %q", err, tc.err)
			}
		})
	}
}

func TestZoneID(t *testing.T) {
	for id, want := range map[string]string{"use1-az1": "us-east-1", "eun1-az2": "eu-north-1", "USGW1-az1": "us-gov-west-1", "apne3-az1": "ap-northeast-3", "": "", "az1": ""} {
		if p, ok := tables(t).ZoneID(id); p.Region != want || ok != (want != "") {
			t.Errorf("%q: %v, %v; want %q", id, p, ok, want)
		}
	}
}
