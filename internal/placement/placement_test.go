package placement

import (
	"maps"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/tilsyn-dev/tilsyn/internal/region"
)

const (
	regionKey   = corev1.LabelTopologyRegion
	zoneKey     = corev1.LabelTopologyZone
	ownKey      = "node-restriction.kubernetes.io/region"
	termsField  = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"
	regionField = "spec.nodeSelector[topology.kubernetes.io/region]"
)

func allowedSet(t testing.TB, providers []string, locations ...region.Location) *region.Allowed {
	t.Helper()
	tables, err := region.Default()
	if err != nil {
		t.Fatal(err)
	}
	a, problems := region.NewAllowed(tables, locations, region.Options{Providers: providers, At: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)})
	if len(problems) > 0 {
		t.Fatalf("problems: %+v", problems)
	}
	return a
}

func expr(key string, op corev1.NodeSelectorOperator, values ...string) corev1.NodeSelectorRequirement {
	return corev1.NodeSelectorRequirement{Key: key, Operator: op, Values: values}
}

func in(key string, values ...string) corev1.NodeSelectorRequirement {
	return expr(key, corev1.NodeSelectorOpIn, values...)
}

func oneTerm(exprs ...corev1.NodeSelectorRequirement) corev1.NodeSelectorTerm {
	return corev1.NodeSelectorTerm{MatchExpressions: exprs}
}

func required(terms ...corev1.NodeSelectorTerm) *corev1.NodeSelector {
	return &corev1.NodeSelector{NodeSelectorTerms: terms}
}

// decideCase is one template. Its verdict is checked against the scheduler's own
// code as well as against what is written here.
type decideCase struct {
	c   Constraints
	env Env // Allowed is filled in: EEA at aws
	// want
	pinned, unsatisfiable bool
	fault                 Fault
	field, value          string
}

func TestDecide(t *testing.T) {
	aws := []string{"aws"}
	eea := allowedSet(t, aws, region.Location{Group: region.GroupEEA})
	sweden := allowedSet(t, aws, region.Location{Country: "SE"})
	for name, tc := range map[string]decideCase{
		"one region in the affinity": {
			c: Constraints{Required: required(oneTerm(in(regionKey, "eu-north-1")))}, pinned: true},
		"one region in the node selector": {
			c: Constraints{NodeSelector: map[string]string{regionKey: "eu-north-1"}}, pinned: true},
		"several regions, all allowed": {
			c: Constraints{Required: required(oneTerm(in(regionKey, "eu-north-1", "eu-west-1")))}, pinned: true},
		"every alternative is pinned": {
			c: Constraints{Required: required(oneTerm(in(regionKey, "eu-north-1")), oneTerm(in(zoneKey, "eu-west-1a")))}, pinned: true},
		"a zone": {
			c: Constraints{NodeSelector: map[string]string{zoneKey: "eu-west-1a"}}, pinned: true},
		"the namespace's node selector": {
			env: Env{NamespaceSelector: map[string]string{regionKey: "eu-north-1"}}, pinned: true},
		"the runtime class's node selector": {
			c: Constraints{RuntimeClass: "gvisor"}, env: Env{RuntimeClassSelector: map[string]string{regionKey: "eu-north-1"}}, pinned: true},
		"a selector and unrestricted alternatives": {
			c: Constraints{NodeSelector: map[string]string{regionKey: "eu-north-1"}, Required: required(oneTerm(in("disk", "ssd")), oneTerm(in("disk", "nvme")))}, pinned: true},
		"a key that the Platform vouches for": {
			c: Constraints{NodeSelector: map[string]string{ownKey: "eu-north-1"}}, env: Env{RegionKeys: []string{ownKey}}, pinned: true},
		"two lists that meet in allowed regions": {
			c: Constraints{Required: required(oneTerm(in(regionKey, "eu-north-1", "us-east-1"), in(regionKey, "eu-north-1", "us-west-2")))}, pinned: true},
		"a list with the others taken out": {
			c: Constraints{Required: required(oneTerm(in(regionKey, "eu-north-1", "us-east-1"), expr(regionKey, corev1.NodeSelectorOpNotIn, "us-east-1")))}, pinned: true},
		"an impossible alternative beside a pinned one": {
			c: Constraints{Required: required(oneTerm(in("disk", "ssd"), in("disk", "nvme")), oneTerm(in(regionKey, "eu-north-1")))}, pinned: true},
		"an empty alternative beside a pinned one": {
			c: Constraints{Required: required(oneTerm(), oneTerm(in(regionKey, "eu-north-1")))}, pinned: true},
		"a malformed alternative beside a pinned one": {
			c: Constraints{Required: required(oneTerm(in("disk")), oneTerm(in(regionKey, "eu-north-1")))}, pinned: true},
		"the default scheduler by name": {
			c: Constraints{SchedulerName: "default-scheduler", NodeSelector: map[string]string{regionKey: "eu-north-1"}}, pinned: true},
		"a listed scheduler": {
			c:   Constraints{SchedulerName: "batch", NodeSelector: map[string]string{regionKey: "eu-north-1"}},
			env: Env{Schedulers: []string{"default-scheduler", "batch"}}, pinned: true},
		"one country, with its region's local zones taken out": {
			c:   Constraints{Required: required(oneTerm(in(regionKey, "eu-north-1"), in(zoneKey, "eu-north-1a", "eu-north-1b")))},
			env: Env{Allowed: sweden}, pinned: true},
		"one country, zones absent": {
			c:   Constraints{Required: required(oneTerm(in(regionKey, "eu-north-1"), expr(zoneKey, corev1.NodeSelectorOpDoesNotExist)))},
			env: Env{Allowed: sweden}, pinned: true},

		// The bypasses of LOC-02.
		"bypass: several terms, one of them without a region": {
			c:     Constraints{Required: required(oneTerm(in(regionKey, "eu-north-1")), oneTerm(in("disk", "ssd")))},
			fault: TermUnpinned, field: termsField + "[1]"},
		"bypass: NotIn lets a new region pass": {
			c:     Constraints{Required: required(oneTerm(expr(regionKey, corev1.NodeSelectorOpNotIn, "us-east-1")))},
			fault: OperatorNotIn, field: termsField + "[0].matchExpressions[0].operator", value: "NotIn"},
		"bypass: Exists lets a new region pass": {
			c:     Constraints{Required: required(oneTerm(expr(regionKey, corev1.NodeSelectorOpExists)))},
			fault: OperatorNotIn, field: termsField + "[0].matchExpressions[0].operator", value: "Exists"},
		"bypass: a preference taken for a pin": {
			c:     Constraints{Preferred: true},
			fault: PreferredOnly, field: "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution"},
		"bypass: a home-made label key": {
			c:     Constraints{NodeSelector: map[string]string{"example.org/region": "eu-north-1"}},
			fault: KeyNotCounted, field: "spec.nodeSelector[example.org/region]", value: "example.org/region"},
		"bypass: a home-made label key in the affinity": {
			c:     Constraints{Required: required(oneTerm(in("region", "eu-north-1")))},
			fault: KeyNotCounted, field: termsField + "[0].matchExpressions[0].key", value: "region"},
		"bypass: the node named directly": {
			c:     Constraints{NodeName: "node-1", NodeSelector: map[string]string{regionKey: "eu-north-1"}},
			fault: NodeNameSet, field: "spec.nodeName", value: "node-1"},
		"bypass: another scheduler": {
			c:     Constraints{SchedulerName: "batch", NodeSelector: map[string]string{regionKey: "eu-north-1"}},
			fault: SchedulerNotListed, field: "spec.schedulerName", value: "batch"},
		"bypass: the default scheduler where others are listed": {
			c:   Constraints{NodeSelector: map[string]string{regionKey: "eu-north-1"}},
			env: Env{Schedulers: []string{"batch"}}, fault: SchedulerNotListed, field: "spec.schedulerName"},

		"nothing at all": {
			fault: NoConstraint, field: "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution"},
		"only another constraint": {
			c:     Constraints{Required: required(oneTerm(in("disk", "ssd")))},
			fault: NoConstraint, field: termsField + "[0]"},
		"DoesNotExist asks for a node that says nothing": {
			c:     Constraints{Required: required(oneTerm(expr(regionKey, corev1.NodeSelectorOpDoesNotExist)))},
			fault: OperatorNotIn, field: termsField + "[0].matchExpressions[0].operator", value: "DoesNotExist"},
		"Gt on the region": {
			c:     Constraints{Required: required(oneTerm(expr(regionKey, corev1.NodeSelectorOpGt, "3")))},
			fault: OperatorNotIn, field: termsField + "[0].matchExpressions[0].operator", value: "Gt"},
		"a region outside": {
			c:     Constraints{NodeSelector: map[string]string{regionKey: "us-east-1"}},
			fault: ValueOutside, field: regionField, value: "us-east-1"},
		"a region outside among others": {
			c:     Constraints{Required: required(oneTerm(in(regionKey, "eu-north-1", "eu-west-2")))},
			fault: ValueOutside, field: termsField + "[0].matchExpressions[0].values[1]", value: "eu-west-2"},
		"a region that nobody knows": {
			c:     Constraints{Required: required(oneTerm(in(regionKey, "eu-nort-1")))},
			fault: ValueUnknown, field: termsField + "[0].matchExpressions[0].values[0]", value: "eu-nort-1"},
		"a region of the runtime class outside": {
			c:   Constraints{RuntimeClass: "gvisor"},
			env: Env{RuntimeClassSelector: map[string]string{regionKey: "us-east-1"}}, fault: ValueOutside,
			field: "runtimeClass.scheduling.nodeSelector[topology.kubernetes.io/region]", value: "us-east-1"},
		"a region of the namespace outside": {
			env:   Env{NamespaceSelector: map[string]string{regionKey: "us-east-1"}},
			fault: ValueOutside, field: "namespace.nodeSelector[topology.kubernetes.io/region]", value: "us-east-1"},
		"a zone outside": {
			c:     Constraints{NodeSelector: map[string]string{zoneKey: "us-east-1a"}},
			fault: ValueOutside, field: "spec.nodeSelector[topology.kubernetes.io/zone]", value: "us-east-1a"},
		"a local zone abroad under a region at home": {
			c:     Constraints{Required: required(oneTerm(in(zoneKey, "us-east-1-bue-1a")))},
			fault: ValueOutside, field: termsField + "[0].matchExpressions[0].values[0]", value: "us-east-1-bue-1a"},
		"a region whose local zones lie abroad": {
			c:   Constraints{Required: required(oneTerm(in(regionKey, "eu-north-1")))},
			env: Env{Allowed: sweden}, fault: ZoneElsewhere, field: termsField + "[0].matchExpressions[0].values[0]", value: "eu-north-1-cph-1a"},
		"a region with a zone in Africa": {
			c:     Constraints{NodeSelector: map[string]string{regionKey: "eu-west-3"}},
			fault: ZoneElsewhere, field: regionField, value: "eu-west-3-cmn-1a"},
		"one zone abroad taken out leaves the next": {
			c:   Constraints{Required: required(oneTerm(in(regionKey, "eu-north-1"), expr(zoneKey, corev1.NodeSelectorOpNotIn, "eu-north-1-cph-1a")))},
			env: Env{Allowed: sweden}, fault: ZoneElsewhere, field: termsField + "[0].matchExpressions[0].values[0]", value: "eu-north-1-cph-1b"},
		"the deprecated key": {
			c:     Constraints{NodeSelector: map[string]string{corev1.LabelFailureDomainBetaRegion: "eu-north-1"}},
			fault: KeyNotCounted, field: "spec.nodeSelector[failure-domain.beta.kubernetes.io/region]", value: "failure-domain.beta.kubernetes.io/region"},
		"the host name pins nothing": {
			c:     Constraints{NodeSelector: map[string]string{corev1.LabelHostname: "node-1"}},
			fault: NoConstraint, field: "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution"},
		"the node's name as a field pins nothing": {
			c: Constraints{Required: required(corev1.NodeSelectorTerm{MatchFields: []corev1.NodeSelectorRequirement{in("metadata.name", "node-1")}},
				oneTerm(in(regionKey, "eu-north-1")))},
			fault: TermUnpinned, field: termsField + "[0]"},
		"a region code that two providers use": {
			c:   Constraints{NodeSelector: map[string]string{regionKey: "eu-west-1"}},
			env: Env{Allowed: allowedSet(t, []string{"aws", "alibaba"}, region.Location{Group: region.GroupEEA})}, fault: ProvidersDisagree, field: regionField, value: "eu-west-1"},
		"a zone name that two providers use": {
			c:   Constraints{NodeSelector: map[string]string{zoneKey: "eu-west-1a"}},
			env: Env{Allowed: allowedSet(t, []string{"aws", "alibaba"}, region.Location{Group: region.GroupEEA})}, fault: ProvidersDisagree,
			field: "spec.nodeSelector[topology.kubernetes.io/zone]", value: "eu-west-1a"},
		"a region in capitals that no node has": {
			c:     Constraints{Required: required(oneTerm(in(regionKey, "eu-north-1", "EU-NORTH-1")))},
			fault: ValueUnknown, field: termsField + "[0].matchExpressions[0].values[1]", value: "EU-NORTH-1"},
		"an empty value": {
			c:     Constraints{Required: required(oneTerm(in(regionKey, "eu-north-1", "")))},
			fault: ValueUnknown, field: termsField + "[0].matchExpressions[0].values[1]"},

		"selectors that contradict each other": {
			c: Constraints{NodeSelector: map[string]string{regionKey: "eu-north-1"}}, env: Env{NamespaceSelector: map[string]string{regionKey: "eu-west-1"}},
			pinned: true, unsatisfiable: true, fault: Contradiction, field: "namespace.nodeSelector[topology.kubernetes.io/region]", value: "eu-west-1"},
		"selector and affinity that contradict each other": {
			c:      Constraints{NodeSelector: map[string]string{regionKey: "eu-north-1"}, Required: required(oneTerm(in(regionKey, "eu-west-1")))},
			pinned: true, unsatisfiable: true, fault: Contradiction, field: termsField + "[0].matchExpressions[0]", value: regionKey},
		"affinity without terms": {
			c:      Constraints{Required: required()},
			pinned: true, unsatisfiable: true, fault: NoTerm, field: termsField},
		"affinity with an empty term": {
			c:      Constraints{Required: required(oneTerm())},
			pinned: true, unsatisfiable: true, fault: NoTerm, field: termsField},
		"an unknown operator": {
			c:      Constraints{Required: required(oneTerm(expr(regionKey, "Within", "eu-north-1")))},
			pinned: true, unsatisfiable: true, fault: InvalidTerm, field: termsField + "[0].matchExpressions[0].operator", value: regionKey},
		"In without values": {
			c:      Constraints{Required: required(oneTerm(in(regionKey)))},
			pinned: true, unsatisfiable: true, fault: InvalidTerm, field: termsField + "[0].matchExpressions[0].values", value: regionKey},
		"a value that no label can have": {
			c:      Constraints{Required: required(oneTerm(in(regionKey, "de/fra")))},
			pinned: true, unsatisfiable: true, fault: InvalidTerm, field: termsField + "[0].matchExpressions[0].values", value: regionKey},
		"a key that no label can have": {
			c:      Constraints{Required: required(oneTerm(in("a b", "x")))},
			pinned: true, unsatisfiable: true, fault: InvalidTerm, field: termsField + "[0].matchExpressions[0].key", value: "a b"},
		"numbers that exclude each other": {
			c:      Constraints{Required: required(oneTerm(expr("gen", corev1.NodeSelectorOpGt, "4"), expr("gen", corev1.NodeSelectorOpLt, "5")))},
			pinned: true, unsatisfiable: true, fault: Contradiction, field: termsField + "[0].matchExpressions[0]", value: "gen"},
		"a number above the largest": {
			c:      Constraints{Required: required(oneTerm(expr("gen", corev1.NodeSelectorOpGt, "9223372036854775807")))},
			pinned: true, unsatisfiable: true, fault: Contradiction, field: termsField + "[0].matchExpressions[0]", value: "gen"},
		"a number below zero": {
			c:      Constraints{Required: required(oneTerm(expr("gen", corev1.NodeSelectorOpLt, "0")))},
			pinned: true, unsatisfiable: true, fault: Contradiction, field: termsField + "[0].matchExpressions[0]", value: "gen"},
		"a name that is not the name": {
			c: Constraints{Required: required(corev1.NodeSelectorTerm{MatchFields: []corev1.NodeSelectorRequirement{
				in("metadata.name", "a"), expr("metadata.name", corev1.NodeSelectorOpNotIn, "a")}})},
			pinned: true, unsatisfiable: true, fault: Contradiction, field: termsField + "[0].matchFields[1]", value: "metadata.name"},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.env.Allowed == nil {
				tc.env.Allowed = eea
			}
			before := cloneConstraints(tc.c)
			d := Decide(tc.c, tc.env)
			if d.Pinned != tc.pinned || d.Unsatisfiable != tc.unsatisfiable || d.Fault != tc.fault || d.Field != tc.field || d.Value != tc.value {
				t.Errorf("Decide = %+v,\nwant pinned %t, unsatisfiable %t, %s at %s: %q", d, tc.pinned, tc.unsatisfiable, tc.fault, tc.field, tc.value)
			}
			if !sameConstraints(before, tc.c) {
				t.Error("Decide changed its input")
			}
			if tc.fault == NodeNameSet || tc.fault == SchedulerNotListed {
				if d.Witness != nil {
					t.Errorf("a witness %v where no label is asked for", d.Witness)
				}
				return
			}
			if err := checkDecision(tc.c, tc.env, d); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestFromPodSpec(t *testing.T) {
	class := "gvisor"
	spec := &corev1.PodSpec{
		NodeName: "n", SchedulerName: "s", RuntimeClassName: &class, NodeSelector: map[string]string{"a": "b"},
		Affinity: &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution:  required(oneTerm(in(regionKey, "eu-north-1"))),
			PreferredDuringSchedulingIgnoredDuringExecution: []corev1.PreferredSchedulingTerm{{Weight: 1}},
		}},
	}
	c := FromPodSpec(spec)
	if c.NodeName != "n" || c.SchedulerName != "s" || c.RuntimeClass != "gvisor" || !c.Preferred ||
		c.Required != spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution || c.NodeSelector["a"] != "b" {
		t.Errorf("FromPodSpec = %+v", c)
	}
	if c := FromPodSpec(&corev1.PodSpec{Affinity: &corev1.Affinity{}}); c.Required != nil || c.Preferred {
		t.Errorf("an empty affinity gives %+v", c)
	}
}

func TestParseNodeSelector(t *testing.T) {
	for name, tc := range map[string]struct {
		in   string
		want map[string]string
		err  bool
	}{
		"two pairs":      {"topology.kubernetes.io/region=eu-north-1,disk=ssd", map[string]string{regionKey: "eu-north-1", "disk": "ssd"}, false},
		"space around":   {" disk = ssd , a=b ", map[string]string{"disk": "ssd", "a": "b"}, false},
		"nothing":        {"", nil, false},
		"an empty value": {"disk=", map[string]string{"disk": ""}, false},
		"no equals sign": {"disk", nil, true},
		"a bad key":      {"a b=c", nil, true},
		"a bad value":    {"a=b c", nil, true},
		"a set":          {"a in (b)", nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseNodeSelector(tc.in)
			if (err != nil) != tc.err || !maps.Equal(got, tc.want) {
				t.Errorf("got %v, %v; want %v", got, err, tc.want)
			}
			if err != nil && !strings.Contains(err.Error(), "key=value") {
				t.Errorf("error %q does not say how to write it", err)
			}
		})
	}
}

// The cheap checks of names agree with the library's.
func TestNamesAgreeWithTheLibrary(t *testing.T) {
	long := strings.Repeat("a", 63)
	for _, s := range []string{
		"", "a", "A-b_c.d", "-a", "a-", "a_", ".a", long, long + "a", "æ", "a b", "a/b", "/b", "a/", "a/b/c", "A/b", "a..b/c", "a-.b/c", "a.-b/c",
		strings.Repeat("a.", 126) + "a/b", strings.Repeat("a.", 127) + "a/b", "topology.kubernetes.io/region", "1/1", "a/" + long, "a/" + long + "a", strings.Repeat("a", 200) + "/b",
	} {
		if got, want := validKey(s), len(validation.IsQualifiedName(s)) == 0; got != want {
			t.Errorf("validKey(%q) = %t, the library says %t", s, got, want)
		}
		if got, want := validName(s, true), len(validation.IsValidLabelValue(s)) == 0; got != want {
			t.Errorf("validName(%q) = %t, the library says %t", s, got, want)
		}
	}
}

func FuzzNames(f *testing.F) {
	for _, s := range []string{"a", "topology.kubernetes.io/region", "a..b/c", "-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := validKey(s), len(validation.IsQualifiedName(s)) == 0; got != want {
			t.Errorf("validKey(%q) = %t, the library says %t", s, got, want)
		}
		if got, want := validName(s, true), len(validation.IsValidLabelValue(s)) == 0; got != want {
			t.Errorf("validName(%q) = %t, the library says %t", s, got, want)
		}
	})
}

func TestPinnedAllocatesNothing(t *testing.T) {
	env := Env{Allowed: allowedSet(t, []string{"aws"}, region.Location{Group: region.GroupEEA}), NamespaceSelector: map[string]string{"team": "a"}, RegionKeys: []string{ownKey}}
	for name, c := range map[string]Constraints{
		"affinity":      {Required: required(oneTerm(in(regionKey, "eu-north-1", "eu-west-1"), in("disk", "ssd")))},
		"node selector": {NodeSelector: map[string]string{regionKey: "eu-north-1"}},
		"zone":          {NodeSelector: map[string]string{zoneKey: "eu-north-1a"}},
		"two terms":     {Required: required(oneTerm(in(regionKey, "eu-north-1"), expr("gen", corev1.NodeSelectorOpGt, "3")), oneTerm(in(ownKey, "eu-north-1")))},
	} {
		t.Run(name, func(t *testing.T) {
			if !Decide(c, env).Pinned {
				t.Fatal("not pinned")
			}
			if n := testing.AllocsPerRun(100, func() { Decide(c, env) }); n != 0 {
				t.Errorf("%v allocations", n)
			}
		})
	}
}

func BenchmarkDecide(b *testing.B) {
	env := Env{Allowed: allowedSet(b, []string{"aws", "hetzner"}, region.Location{Group: region.GroupEEA})}
	for name, c := range map[string]Constraints{
		"pinned by affinity":      {Required: required(oneTerm(in(regionKey, "eu-north-1", "eu-west-1"), in("kubernetes.io/arch", "amd64")))},
		"pinned by node selector": {NodeSelector: map[string]string{regionKey: "eu-north-1"}},
		"pinned by zone":          {NodeSelector: map[string]string{zoneKey: "eu-north-1a"}},
		"not pinned, no term":     {},
		"not pinned, NotIn":       {Required: required(oneTerm(expr(regionKey, corev1.NodeSelectorOpNotIn, "us-east-1")))},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Decide(c, env)
			}
		})
	}
}
