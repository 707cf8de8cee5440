package party

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
)

// supplier makes a supplier with fingerprints.
func supplier(name string, f v1alpha1.Fingerprints) *v1alpha1.Supplier {
	return &v1alpha1.Supplier{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1alpha1.SupplierSpec{Fingerprints: &f}}
}

func imageTrace(t testing.TB, ref string) Trace {
	t.Helper()
	i, err := ParseImage(ref)
	if err != nil {
		t.Fatal(err)
	}
	return Trace{Image: i}
}

var suppliers = []*v1alpha1.Supplier{
	supplier("kombit", v1alpha1.Fingerprints{ImageRegistries: []string{"ghcr.io/kombit/", "registry.example.org", "registry.example.com:5000"}}),
	supplier("team", v1alpha1.Fingerprints{ImageRegistries: []string{"registry.example.org/team/"}}),
	supplier("hub", v1alpha1.Fingerprints{ImageRegistries: []string{"docker.io/library/", "index.docker.io/grafana/"}}),
	supplier("wide", v1alpha1.Fingerprints{ImageRegistries: []string{"quay.io", "ghcr.io"}, Hosts: []string{".co.uk", ".dk"}, AddressRanges: []string{"0.0.0.0/0"},
		NodeLabels: []v1alpha1.NodeLabel{{Key: "kubernetes.io/os", Value: "linux"}}}),
	supplier("aws", v1alpha1.Fingerprints{Providers: []string{"aws"}, CSIDrivers: []string{"efs.csi.aws.com"}, Hosts: []string{".amazonaws.com"}}),
	supplier("azure", v1alpha1.Fingerprints{Providers: []string{"azure"}, Hosts: []string{".blob.core.windows.net", "azure/auditbackups"}}),
	supplier("auditor", v1alpha1.Fingerprints{Hosts: []string{"azure/audit/", "logs.example.org", "2001:db8::7"}, AddressRanges: []string{"192.0.2.0/24", "2001:db8::/32"}}),
	supplier("branch", v1alpha1.Fingerprints{AddressRanges: []string{"192.0.2.128/25"}, Hosts: []string{"eu.logs.example.org"}}),
	supplier("kmd", v1alpha1.Fingerprints{ProviderIDPrefixes: []string{"dc1://", "openstack://west/"}, NodeLabels: []v1alpha1.NodeLabel{{Key: "dc.example.org/pool", Value: "kmd"}}}),
	supplier("refused", v1alpha1.Fingerprints{ImageRegistries: []string{"lscr.io/kombit", ""}, ProviderIDPrefixes: []string{"civ", ""}, Hosts: []string{".", ""}, Providers: []string{""}, AddressRanges: []string{"x"}}),
}

func TestMatch(t *testing.T) {
	node := func(id, provider string, told bool, labels ...string) Trace {
		n := &Node{ProviderID: id, Provider: provider, Told: told, Labels: map[string]string{}}
		for i := 0; i+1 < len(labels); i += 2 {
			n.Labels[labels[i]] = labels[i+1]
		}
		return Trace{Node: n}
	}
	names := func(provider string, names ...string) Trace { return Trace{Names: names, Provider: provider} }
	x := NewIndex(suppliers)
	for name, c := range map[string]struct {
		trace      Trace
		want, wide string
	}{
		"an exact registry":                                {imageTrace(t, "registry.example.org/aula/web:1"), "kombit", ""},
		"a registry whose name goes on":                    {imageTrace(t, "registry.example.org.evil.example.com/aula/web"), "", ""},
		"a registry whose name began earlier":              {imageTrace(t, "evil-registry.example.org/aula/web"), "", ""},
		"a host below the registry":                        {imageTrace(t, "eu.registry.example.org/aula/web"), "", ""},
		"another port":                                     {imageTrace(t, "registry.example.org:5000/aula/web"), "", ""},
		"the usual port":                                   {imageTrace(t, "Registry.Example.org:443/aula/web"), "kombit", ""},
		"a port that the fingerprint names":                {imageTrace(t, "registry.example.com:5000/aula/web"), "kombit", ""},
		"no port where the fingerprint names one":          {imageTrace(t, "registry.example.com/aula/web"), "", ""},
		"a part of a registry is its own party":            {imageTrace(t, "registry.example.org/team/web"), "team", ""},
		"a part whose name goes on":                        {imageTrace(t, "registry.example.org/team-evil/web"), "kombit", ""},
		"an account":                                       {imageTrace(t, "ghcr.io/kombit/aula/web@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"), "kombit", ""},
		"an account whose name goes on":                    {imageTrace(t, "ghcr.io/kombit-evil/aula"), "", "wide"},
		"an account as repository":                         {imageTrace(t, "ghcr.io/kombit"), "", "wide"},
		"an account below another":                         {imageTrace(t, "ghcr.io/evil/kombit/aula"), "", "wide"},
		"an unqualified name":                              {imageTrace(t, "nginx"), "hub", ""},
		"an old name of a registry in a fingerprint":       {imageTrace(t, "grafana/loki"), "hub", ""},
		"an account that no fingerprint names":             {imageTrace(t, "evil/nginx"), "", ""},
		"a registry that anybody may publish in, as whole": {imageTrace(t, "quay.io/evil/web"), "", "wide"},
		"an entry without a separator at its end":          {imageTrace(t, "lscr.io/kombit/web"), "", ""},
		"an address of a range":                            {imageTrace(t, "192.0.2.7:5000/web"), "auditor", ""},
		"an address of a range within a range":             {imageTrace(t, "192.0.2.200/web"), "branch", ""},
		"an IPv6 address of a range":                       {imageTrace(t, "[2001:db8::1]:5000/web"), "auditor", ""},
		"an address of no range but all":                   {imageTrace(t, "198.51.100.1/web"), "", "wide"},

		"a driver by its name":                             {Trace{Driver: "efs.csi.aws.com", Provider: "aws"}, "aws", ""},
		"a driver by its provider":                         {Trace{Driver: "disk.csi.azure.com", Provider: "azure"}, "azure", ""},
		"a driver whose name goes on":                      {Trace{Driver: "efs.csi.aws.com.evil.example.com"}, "", ""},
		"a driver that nobody has":                         {Trace{Driver: "rbd.csi.ceph.com"}, "", ""},
		"a host":                                           {names("", "logs.example.org"), "auditor", ""},
		"a host below a host":                              {names("", "eu.logs.example.org"), "branch", ""},
		"a host below a host of which nothing is said":     {names("", "us.logs.example.org"), "", ""},
		"a host whose name goes on":                        {names("", "logs.example.org.evil.example.com"), "", ""},
		"a host of a domain":                               {names("", "b.s3.eu-west-1.amazonaws.com"), "aws", ""},
		"the domain itself":                                {names("", "amazonaws.com"), "aws", ""},
		"a host whose end looks like the domain":           {names("", "evilamazonaws.com"), "", ""},
		"a domain that goes on":                            {names("", "s3.amazonaws.com.evil.example.com"), "", ""},
		"a host of a domain under which anybody registers": {names("", "shop.evil.co.uk"), "", "wide"},
		"a host of a country":                              {names("", "evil.dk"), "", "wide"},
		"a store by its whole name":                        {names("azure", "azure/auditbackups"), "azure", ""},
		"a store below a folder":                           {names("azure", "azure/audit/2026"), "auditor", ""},
		"a store whose name goes on":                       {names("", "azure/auditbackups-evil"), "", ""},
		"a host of a provider":                             {names("azure", "x.blob.core.windows.net"), "azure", ""},
		"a provider alone":                                 {names("aws"), "aws", ""},
		"an address as a host":                             {names("", "2001:db8::7"), "auditor", ""},

		"a node by its provider id":                         {node("dc1://rack7/n1", "", false), "kmd", ""},
		"a node of another data centre with a similar name": {node("dc10://rack7/n1", "dc10", false), "", ""},
		"a node of a part of a provider":                    {node("openstack://west/1", "openstack", false), "kmd", ""},
		"a node of another part":                            {node("openstack://west-evil/1", "openstack", false), "", ""},
		"a node by its provider":                            {node("aws:///eu-west-1a/i-1", "aws", true), "aws", ""},
		"a node by its label":                               {node("k3s://n1", "k3s", false, "dc.example.org/pool", "kmd"), "kmd", ""},
		"a label with another value":                        {node("k3s://n1", "k3s", false, "dc.example.org/pool", "kmd-evil"), "", ""},
		"a label cannot hide what the provider id says":     {node("gce://p/us-east1-b/n", "gcp", true, "dc.example.org/pool", "kmd"), "", ""},
		"a label that every node has":                       {node("k3s://n1", "k3s", false, "kubernetes.io/os", "linux"), "", "wide"},
		"a provider id prefix without a separator":          {node("civo://n1", "civo", false), "", ""},
		"a node that says nothing":                          {node("", "", false), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := x.Match(c.trace)
			if got := strings.Join(m.Suppliers(), ","); got != c.want {
				t.Errorf("%s is of %q, want %q", c.trace.Name(), got, c.want)
			}
			var wide string
			if len(m.Wide) > 0 {
				wide = m.Wide[0].Supplier
			}
			if c.want == "" && wide != c.wide {
				t.Errorf("%s: wide entries of %q, want %q", c.trace.Name(), wide, c.wide)
			}
		})
	}
}

func TestSuppliersThatShareAnEntryAreAllNamed(t *testing.T) {
	x := NewIndex([]*v1alpha1.Supplier{
		supplier("b", v1alpha1.Fingerprints{Providers: []string{"AWS"}}), supplier("a", v1alpha1.Fingerprints{Providers: []string{"amazon", "aws"}}), supplier("none", v1alpha1.Fingerprints{}),
		{ObjectMeta: metav1.ObjectMeta{Name: "bare"}},
	})
	if got := x.Match(Trace{Names: []string{"x.example.org"}, Provider: "aws"}).Suppliers(); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("%v", got)
	}
}

func TestEntryProposesWhatThenMatches(t *testing.T) {
	for name, trace := range map[string]Trace{
		"an image of a public registry": imageTrace(t, "nginx"),
		"an image of another registry":  imageTrace(t, "registry.example.org:5000/a/b"),
		"an image at an address":        imageTrace(t, "[2001:db8::1]:5000/a/b"),
		"a driver":                      {Driver: "rbd.csi.ceph.com"},
		"a driver of a provider":        {Driver: "ebs.csi.aws.com", Provider: "aws"},
		"a host":                        {Names: []string{"logs.example.org"}},
		"a host at an address":          {Names: []string{"192.0.2.7"}},
		"a store":                       {Names: []string{"s3/aula"}},
		"a host of a provider":          {Names: []string{"x.blob.core.windows.net"}, Provider: "azure"},
		"a node":                        {Node: &Node{ProviderID: "aws:///z/i", Provider: "aws", Told: true}},
		"a node of an unknown scheme":   {Node: &Node{ProviderID: "acme://n"}},
	} {
		t.Run(name, func(t *testing.T) {
			field, value, _ := strings.Cut(strings.TrimSuffix(trace.Entry(), "]"), ": [")
			var f v1alpha1.Fingerprints
			switch field {
			case "imageRegistries":
				f.ImageRegistries = []string{value}
			case "csiDrivers":
				f.CSIDrivers = []string{value}
			case "hosts":
				f.Hosts = []string{value}
			case "providers":
				f.Providers = []string{value}
			case "providerIDPrefixes":
				f.ProviderIDPrefixes = []string{value}
			case "addressRanges":
				f.AddressRanges = []string{value}
			}
			if got := NewIndex([]*v1alpha1.Supplier{supplier("s", f)}).Match(trace); len(got.Marks) != 1 {
				t.Errorf("%s does not match %s", trace.Entry(), trace.Name())
			}
		})
	}
}

// matches says independently of the index whether an entry for images means a repository.
func matches(entry, host, path string) bool {
	h, p, below := strings.Cut(entry, "/")
	return h == host && (!below || strings.HasPrefix(path+"/", p) && len(path) > len(p) && path[len(p)-1] == '/')
}

// Names that differ by what people try: a tail, a head, a separator, a dot.
var pieces = []string{"kombit", "kombit-evil", "kombitevil", "evil", "a", "kombit.a", "evil-kombit", "kom", "bit"}

func randomName(r *rand.Rand, sep string, least, most int) string {
	parts := make([]string, least+r.IntN(most-least+1))
	for i := range parts {
		parts[i] = pieces[r.IntN(len(pieces))]
	}
	return strings.Join(parts, sep)
}

func TestImagesMatchWholeNamesOnly(t *testing.T) {
	const seed = 20261120
	r := rand.New(rand.NewPCG(seed, 1))
	hits := 0
	for range 20000 {
		host, path := randomName(r, ".", 2, 4), randomName(r, "/", 1, 4)
		var list []*v1alpha1.Supplier
		for i := range 1 + r.IntN(4) {
			entry := randomName(r, ".", 2, 4)
			if r.IntN(2) == 0 {
				entry = host
			}
			if r.IntN(2) == 0 {
				entry += "/" + randomName(r, "/", 1, 3) + "/"
			}
			list = append(list, supplier(fmt.Sprint("s", i, "=", entry), v1alpha1.Fingerprints{ImageRegistries: []string{entry}}))
		}
		var want []string
		longest := 0
		for _, s := range list {
			entry := s.Spec.Fingerprints.ImageRegistries[0]
			switch {
			case !matches(entry, host, path) || len(entry) < longest:
			case len(entry) > longest:
				want, longest = []string{s.Name}, len(entry)
			default:
				want = append(want, s.Name)
			}
		}
		got := NewIndex(list).Match(Trace{Image: Image{host, path}}).Suppliers()
		if !slices.Equal(got, want) {
			t.Fatalf("seed %d: %s/%s is of %v, want %v", seed, host, path, got, want)
		}
		hits += len(got)
	}
	if hits < 2000 {
		t.Errorf("only %d hits: the test tests little", hits)
	}
}

func TestHostsMatchWholeNamesOnly(t *testing.T) {
	const seed = 20261121
	r := rand.New(rand.NewPCG(seed, 2))
	hits := 0
	for range 20000 {
		host, entry := randomName(r, ".", 2, 5), randomName(r, ".", 2, 4)
		if r.IntN(3) == 0 {
			labels := strings.Split(host, ".")
			entry = strings.Join(labels[r.IntN(len(labels)-1):], ".")
		}
		open := r.IntN(2) == 0
		want := host == entry || open && strings.HasSuffix(host, "."+entry)
		if open {
			entry = "." + entry
		}
		x := NewIndex([]*v1alpha1.Supplier{supplier("s", v1alpha1.Fingerprints{Hosts: []string{entry}})})
		if got := x.Match(Trace{Names: []string{host}}); (len(got.Marks) > 0) != want || len(got.Wide) > 0 {
			t.Fatalf("seed %d: %s matches %s: %t, want %t (wide %v)", seed, entry, host, !want, want, got.Wide)
		}
		if want {
			hits++
		}
	}
	if hits < 2000 {
		t.Errorf("only %d hits: the test tests little", hits)
	}
}

func FuzzImage(f *testing.F) {
	for _, s := range []string{"nginx", "ghcr.io/kombit/aula@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "[2001:db8::1]:5000/a", "a:443/b",
		"docker.іo/x", "registry.example.org:443/docker.io/library/x", "A.b/c", "localhost/x", ""} {
		f.Add(s)
	}
	x := NewIndex(suppliers)
	f.Fuzz(func(t *testing.T, ref string) {
		i, err := ParseImage(ref)
		if err != nil {
			if i != (Image{}) {
				t.Errorf("%q: an error and an image, %s", ref, i)
			}
			return
		}
		if i.Host == "" || i.Path == "" || i.Host != strings.ToLower(i.Host) || i.Path != strings.ToLower(i.Path) || strings.ContainsAny(i.String(), "@ \t\n") {
			t.Errorf("%q is read as %q", ref, i)
		}
		if again, err := ParseImage(i.String()); err != nil || again != i {
			t.Errorf("%q: %s is read as %s, %v", ref, i, again, err)
		}
		if !strings.HasPrefix(i.String()+"/", i.Owner()+"/") {
			t.Errorf("%q: %s is not of %s", ref, i, i.Owner())
		}
		m := x.Match(Trace{Image: i})
		for _, mark := range m.Marks {
			entry := strings.TrimPrefix(mark.Text, "index.")
			if !matches(entry, i.Host, i.Path) && mark.Field != "spec.fingerprints.addressRanges" {
				t.Errorf("%q matches %s", ref, mark.Text)
			}
		}
		// Whatever host stands in front, a stranger's registry is the stranger's.
		if _, isAddress := addressOf(i.Host); !isAddress && !strings.ContainsAny(i.Host, "[:") {
			evil := Image{i.Host + ".evil.example.com", i.Path}
			if m := x.Match(Trace{Image: evil}); len(m.Marks) > 0 {
				t.Errorf("%s matches %v", evil, m.Marks)
			}
		}
	})
}

func FuzzMatchHost(f *testing.F) {
	for _, s := range [][2]string{{"logs.example.org", "logs.example.org"}, {".example.org", "a.example.org"}, {".example.org", "evilexample.org"},
		{"azure/a/", "azure/ab"}, {"azure/a", "azure/a"}, {"192.0.2.1", "::ffff:192.0.2.1"}, {".co.uk", "a.co.uk"}, {"..", "."}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, entry, name string) {
		name = strings.ToLower(name)
		m := NewIndex([]*v1alpha1.Supplier{supplier("s", v1alpha1.Fingerprints{Hosts: []string{entry}})}).Match(Trace{Names: []string{name}})
		if len(m.Marks) == 0 {
			return
		}
		entry = strings.ToLower(entry)
		if a, err := netip.ParseAddr(name); err == nil && strings.Contains(entry, a.String()) {
			return
		}
		ok := entry == name || strings.HasSuffix(entry, "/") && strings.HasPrefix(name, entry) ||
			strings.HasPrefix(entry, ".") && (strings.HasSuffix(name, entry) || name == entry[1:])
		if host, _, found := strings.Cut(entry, ":"); !ok && found && host == name || strings.TrimSuffix(entry, ".") == name {
			ok = true // a port or a final dot that the API would refuse
		}
		if !ok {
			t.Errorf("%q matches %q", entry, name)
		}
	})
}
