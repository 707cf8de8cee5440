package evaluate

import (
	"slices"
	"testing"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func TestEnvironmentsMatchTheirNamespacesAndNothingElse(t *testing.T) {
	platform := &v1alpha1.Platform{ObjectMeta: named("cluster"), Spec: v1alpha1.PlatformSpec{Namespaces: []v1alpha1.PlatformNamespace{
		{Name: "databases", Owner: "Platform team", Shared: true}, {Name: "aula-monitoring", Owner: "Platform team"},
	}}}
	tests := map[string]struct {
		namespaces []v1alpha1.NamespacePattern
		uses       []string
		want, used []string
		problem    string
	}{
		"a name matches one namespace":                               {namespaces: []v1alpha1.NamespacePattern{"aula"}, want: []string{"aula"}},
		"a name never matches a longer one":                          {namespaces: []v1alpha1.NamespacePattern{"aul"}, problem: v1alpha1.ReasonNoNamespaceMatched},
		"a trailing star matches what begins so, not the platform's": {namespaces: []v1alpha1.NamespacePattern{"aula-*"}, want: []string{"aula-db", "aula-jobs"}},
		"overlapping patterns count once":                            {namespaces: []v1alpha1.NamespacePattern{"aula-*", "aula-db"}, want: []string{"aula-db", "aula-jobs"}},
		"a namespace with workloads and no Namespace object counts":  {namespaces: []v1alpha1.NamespacePattern{"aula-jobs"}, want: []string{"aula-jobs"}},
		"kube-system cannot be claimed":                              {namespaces: []v1alpha1.NamespacePattern{"kube-system"}, problem: v1alpha1.ReasonUnknownNamespace},
		"a platform namespace cannot be claimed":                     {namespaces: []v1alpha1.NamespacePattern{"databases"}, problem: v1alpha1.ReasonUnknownNamespace},
		"a shared platform namespace can be used":                    {namespaces: []v1alpha1.NamespacePattern{"aula"}, uses: []string{"databases"}, want: []string{"aula"}, used: []string{"databases"}},
		"a platform namespace that is not shared cannot be used":     {namespaces: []v1alpha1.NamespacePattern{"aula"}, uses: []string{"aula-monitoring"}, want: []string{"aula"}, problem: v1alpha1.ReasonUnknownNamespace},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			w.put(profileOf("public-sector"), solution("aula"), platform, workload("aula-jobs", "nightly"), workload("kube-system", "coredns"))
			for _, n := range []string{"aula", "aula-db", "aula-monitoring", "aulax", "databases", "kube-system"} {
				w.put(namespace(n))
			}
			e := environment("aula-production", "aula", test.namespaces...)
			e.Spec.Uses = test.uses
			w.put(e)
			f := w.fleet(standIns()...)
			got := f.Environment("aula-production")
			if diff := cmp.Diff(test.want, slices.Clone(got.Namespaces), cmp.Transformer("nil", nilEmpty)); diff != "" {
				t.Errorf("namespaces (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.used, got.Uses, cmp.Transformer("nil", nilEmpty)); diff != "" {
				t.Errorf("uses (-want +got):\n%s", diff)
			}
			if test.problem != "" {
				mustContain(t, f, got.Ref(), v1alpha1.ConditionAccepted, test.problem)
			} else if p := f.ProblemsOf(got.Ref()); len(p) > 0 {
				t.Errorf("unexpected problems %+v", p)
			}
		})
	}
}

func raw(s string) *apiextensionsv1.JSON { return &apiextensionsv1.JSON{Raw: []byte(s)} }

func nilEmpty(s []string) []string {
	if len(s) == 0 {
		return nil
	}
	return s
}

func TestTwoClaimantsTakeTheHigherLevelAndTheCommonPlaces(t *testing.T) {
	w := newWorld()
	w.put(profileOf("public-sector"), namespace("shared"), namespace("own"), workload("shared", "web"),
		solution("low", func(s *v1alpha1.HostedSolutionSpec) {
			s.Classification = &v1alpha1.Classification{Confidentiality: v1alpha1.ConfidentialityPublic, Integrity: v1alpha1.LevelHigh}
			s.Locations = &v1alpha1.Locations{Allowed: []v1alpha1.Location{{Country: "DK"}, {Country: "SE"}}}
		}),
		solution("high", func(s *v1alpha1.HostedSolutionSpec) {
			s.Classification = &v1alpha1.Classification{Confidentiality: v1alpha1.ConfidentialitySensitive, Availability: v1alpha1.LevelHigh}
			s.Locations = &v1alpha1.Locations{Allowed: []v1alpha1.Location{{Country: "SE"}, {Country: "IE"}}}
		}),
		environment("a", "low", "shared"), environment("b", "high", "shared", "own"))
	f := w.fleet(standIns()...)
	for _, name := range []string{"a", "b"} {
		e := f.Environment(name)
		if want := (control.Levels{Confidentiality: v1alpha1.ConfidentialitySensitive, Integrity: v1alpha1.LevelHigh, Availability: v1alpha1.LevelHigh}); e.Levels != want {
			t.Errorf("%s has levels %v, want %v", name, e.Levels, want)
		}
		if got := e.Allowed.String(); got != "SE" {
			t.Errorf("%s may be in %s, want SE alone", name, got)
		}
		mustContain(t, f, e.Ref(), v1alpha1.ConditionAccepted, v1alpha1.ReasonNamespaceClaimedTwice)
	}
	if got := f.Environment("a").ClaimedTwice["shared"]; !slices.Equal(got, []string{"b"}) {
		t.Errorf("the other claimant is %v, want b", got)
	}
	if got := f.Environment("a").Policy.Entries[0].Bound.Key; got != `{"most":1}` {
		t.Errorf("the lower claimant has parameters %s, want those of level Sensitive", got)
	}
}

func TestLevelsComeFromTheSolutionElseFromTheProfile(t *testing.T) {
	type levels struct {
		control.Levels
		assumed bool
	}
	tests := map[string]struct {
		classification *v1alpha1.Classification
		assume         v1alpha1.Confidentiality
		want           levels
	}{
		"unclassified is assumed sensitive": {nil, "", levels{control.Levels{Confidentiality: "Sensitive", Integrity: "Medium", Availability: "Medium"}, true}},
		"unclassified takes the profile's":  {nil, "Internal", levels{control.Levels{Confidentiality: "Internal", Integrity: "Medium", Availability: "Medium"}, true}},
		"what is stated stays": {&v1alpha1.Classification{Confidentiality: "Public", Integrity: "High", Availability: "Low"}, "Internal",
			levels{control.Levels{Confidentiality: "Public", Integrity: "High", Availability: "Low"}, false}},
		"grades left out are medium": {&v1alpha1.Classification{Confidentiality: "Internal"}, "",
			levels{control.Levels{Confidentiality: "Internal", Integrity: "Medium", Availability: "Medium"}, false}},
		"a level that does not exist is no level": {&v1alpha1.Classification{Confidentiality: "Secret"}, "",
			levels{control.Levels{Confidentiality: "Sensitive", Integrity: "Medium", Availability: "Medium"}, true}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			p := profileOf("public-sector")
			p.Spec.AssumedConfidentiality = test.assume
			w.put(p, solution("aula", func(s *v1alpha1.HostedSolutionSpec) { s.Classification = test.classification }))
			s := w.fleet(standIns()...).Solution("aula")
			if got := (levels{s.Levels, s.Assumed}); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			if s.Resolved.Assumed != test.want.assumed || s.Resolved.Confidentiality != test.want.Confidentiality {
				t.Errorf("status.resolved says %+v", s.Resolved)
			}
		})
	}
}

func TestAllowedPlacesAreNeverWiderThanTheCap(t *testing.T) {
	tests := map[string]struct {
		level     v1alpha1.Confidentiality
		locations *v1alpha1.Locations
		caps      []v1alpha1.LocationCap
		want      string
		problem   string
	}{
		"none declared is the cap":            {level: "Sensitive", want: "EEA"},
		"public may also use adequate":        {level: "Public", locations: &v1alpha1.Locations{Allowed: []v1alpha1.Location{{Country: "CH"}}}, want: "CH"},
		"confidential may not":                {level: "Confidential", locations: &v1alpha1.Locations{Allowed: []v1alpha1.Location{{Country: "CH"}, {Country: "DK"}}}, want: "DK", problem: v1alpha1.ReasonLocationsReduced},
		"the profile's cap wins":              {level: "Internal", caps: []v1alpha1.LocationCap{{Level: "Internal", Allowed: []v1alpha1.Location{{Country: "DK"}}}}, locations: &v1alpha1.Locations{Allowed: []v1alpha1.Location{{Group: "EU"}}}, want: "DK", problem: v1alpha1.ReasonLocationsReduced},
		"national means Denmark":              {level: "Internal", locations: &v1alpha1.Locations{NationalLocationRequired: true}, want: "DK"},
		"national cuts what is declared":      {level: "Internal", locations: &v1alpha1.Locations{NationalLocationRequired: true, Allowed: []v1alpha1.Location{{Country: "SE"}, {Country: "DK"}}}, want: "DK", problem: v1alpha1.ReasonLocationsReduced},
		"an unknown country allows nothing":   {level: "Internal", locations: &v1alpha1.Locations{Allowed: []v1alpha1.Location{{Country: "UK"}}}, want: "nowhere", problem: v1alpha1.ReasonUnknownCountry},
		"an unknown region allows nothing":    {level: "Internal", locations: &v1alpha1.Locations{Allowed: []v1alpha1.Location{{Country: "IE", Provider: "aws", Regions: []string{"eu-west-11"}}}}, want: "nowhere", problem: v1alpha1.ReasonUnknownRegion},
		"an unknown provider allows nothing":  {level: "Internal", locations: &v1alpha1.Locations{Allowed: []v1alpha1.Location{{Country: "IE", Provider: "awx"}}}, want: "nowhere", problem: v1alpha1.ReasonUnknownProvider},
		"what is left over when nothing fits": {level: "Sensitive", locations: &v1alpha1.Locations{Allowed: []v1alpha1.Location{{Country: "US"}}}, want: "nowhere", problem: v1alpha1.ReasonLocationsReduced},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			p := profileOf("public-sector")
			p.Spec.LocationCaps = test.caps
			w.put(p, solution("aula", func(s *v1alpha1.HostedSolutionSpec) {
				s.Classification.Confidentiality, s.Locations = test.level, test.locations
			}))
			f := w.fleet(standIns()...)
			s := f.Solution("aula")
			if got := s.Allowed.String(); got != test.want {
				t.Errorf("allowed is %s, want %s", got, test.want)
			}
			if test.problem != "" {
				mustContain(t, f, s.Ref(), v1alpha1.ConditionAccepted, test.problem)
			} else if got, bad := f.Condition(s.Ref(), v1alpha1.ConditionAccepted); bad {
				t.Errorf("unexpected problem %+v", got)
			}
		})
	}
}

func TestTheProfileIsTheSolutionsThePlatformsOrPublicSector(t *testing.T) {
	w := newWorld()
	w.put(profileOf("public-sector", required("WRK-01")...), profileOf("own"), profileOf("cluster-wide"),
		solution("chooses", func(s *v1alpha1.HostedSolutionSpec) { s.Profile = "own" }), solution("silent"),
		solution("errs", func(s *v1alpha1.HostedSolutionSpec) { s.Profile = "onw" }))
	f := w.fleet(standIns()...)
	for name, want := range map[string]string{"chooses": "own", "silent": "public-sector", "errs": "onw"} {
		if got := f.Solution(name).Policy.Profile; got != want {
			t.Errorf("%s has profile %s, want %s", name, got, want)
		}
	}
	errs := f.Solution("errs")
	mustContain(t, f, errs.Ref(), v1alpha1.ConditionAccepted, v1alpha1.ReasonUnknownProfile)
	if errs.Policy.Found || errs.Policy.Entries[0].ModeAt(start) != v1alpha1.ModeRequired {
		t.Errorf("without its profile everything is required, got %+v", errs.Policy.Entries[0])
	}
	w.put(&v1alpha1.Platform{ObjectMeta: named("cluster"), Spec: v1alpha1.PlatformSpec{DefaultProfile: "cluster-wide"}})
	if got := w.fleet(standIns()...).Solution("silent").Policy.Profile; got != "cluster-wide" {
		t.Errorf("the platform's default profile is not used: %s", got)
	}
}

func TestProfilesAreChecked(t *testing.T) {
	tests := map[string]struct {
		entry  v1alpha1.ProfileControl
		reason string
		bound  bool
		mode   v1alpha1.ControlMode
	}{
		"a control that does not exist":        {entry: v1alpha1.ProfileControl{Control: "WRK-10", Mode: "Required"}, reason: v1alpha1.ReasonUnknownControl, bound: true, mode: "Observe"},
		"a parameter that does not exist":      {entry: v1alpha1.ProfileControl{Control: "WRK-01", Mode: "Required", Parameters: raw(`{"least": 1}`)}, reason: v1alpha1.ReasonInvalidParameters, mode: "Required"},
		"a parameter of the wrong type":        {entry: v1alpha1.ProfileControl{Control: "WRK-01", Mode: "Required", Parameters: raw(`{"most": "many"}`)}, reason: v1alpha1.ReasonInvalidParameters, mode: "Required"},
		"a value below the minimum":            {entry: v1alpha1.ProfileControl{Control: "WRK-01", Mode: "Required", Parameters: raw(`{"most": 0}`)}, reason: v1alpha1.ReasonInvalidParameters, mode: "Required"},
		"a value that one level alone forbids": {entry: v1alpha1.ProfileControl{Control: "WRK-01", Mode: "Required", Parameters: raw(`{"most": 11}`)}, reason: v1alpha1.ReasonInvalidParameters, bound: true, mode: "Required"},
		"a mode that does not exist":           {entry: v1alpha1.ProfileControl{Control: "WRK-01", Mode: "Obsrve"}, reason: "InvalidMode", bound: true, mode: "Required"},
		"a date that cannot be read":           {entry: v1alpha1.ProfileControl{Control: "WRK-01", Mode: "Observe", RequiredFrom: "soon"}, reason: "InvalidDate", bound: true, mode: "Required"},
		"parameters that are right":            {entry: v1alpha1.ProfileControl{Control: "WRK-01", Mode: "Observe", Parameters: raw(`{"most": 7}`)}, bound: true, mode: "Observe"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			w.put(profileOf("public-sector", test.entry), solution("aula"))
			f := w.fleet(standIns()...)
			if test.reason == "" {
				if p := f.ProblemsOf(ref("ControlProfile", "public-sector")); len(p) > 0 {
					t.Errorf("unexpected problems %+v", p)
				}
			} else {
				mustContain(t, f, ref("ControlProfile", "public-sector"), v1alpha1.ConditionAccepted, test.reason)
			}
			e := f.Solution("aula").Policy.Entries[0]
			if (e.Bound != nil) != test.bound || e.ModeAt(start) != test.mode {
				t.Errorf("WRK-01 is bound %v in mode %s (%s), want %v in mode %s", e.Bound != nil, e.ModeAt(start), e.Err, test.bound, test.mode)
			}
			if other := f.Solution("aula").Policy.Entries[1]; other.Bound == nil {
				t.Errorf("another control suffers: %s", other.Err)
			}
		})
	}
}

func TestAControlIsRequiredFromItsDayInCopenhagen(t *testing.T) {
	w := newWorld()
	w.put(profileOf("public-sector", v1alpha1.ProfileControl{Control: "WRK-01", Mode: "Observe", RequiredFrom: "2026-12-01"}), solution("aula"))
	f := w.fleet(standIns()...)
	turn := time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC) // 00:00 in Copenhagen in winter
	if !f.Next.Equal(turn) {
		t.Errorf("the fleet changes at %s, want %s", f.Next, turn)
	}
	e := f.Solution("aula").Policy.Entries[0]
	if got := e.ModeAt(turn.Add(-time.Second)); got != "Observe" {
		t.Errorf("the second before it is %s", got)
	}
	if got := e.ModeAt(turn); got != "Required" {
		t.Errorf("from then on it is %s", got)
	}
	if p := f.Profiles[0]; p.Required != 0 || p.Observed != len(standInIDs) || p.Solutions != 1 {
		t.Errorf("before the day the profile counts %+v", p)
	}
}

func TestWhatNobodyRunsAndNobodyClaimsIsShown(t *testing.T) {
	w := newWorld().aula("WRK-01")
	hosted := environment("hosted", "outside")
	hosted.Spec.HostedBy = "kombit"
	test := environment("tested-test", "tested", "tested")
	test.Spec.Stage = v1alpha1.StageTest
	w.put(solution("idle"), solution("gone"), environment("gone-production", "gone", "gone"), solution("tested"), test, solution("outside"), hosted, workload("stray", "web"), workload("kube-system", "dns"),
		namespace("empty"), environment("lost", "alua", "lost"), workload("lost", "web"), workload("kube-public", "miner"))
	f := w.fleet(standIns()...)
	mustContain(t, f, ref("HostedSolution", "idle"), v1alpha1.ConditionDeployed, v1alpha1.ReasonNotDeployed)
	mustContain(t, f, ref("HostedSolution", "gone"), v1alpha1.ConditionDeployed, v1alpha1.ReasonNotDeployed)
	mustContain(t, f, ref("HostedSolution", "tested"), v1alpha1.ConditionDeployed, v1alpha1.ReasonNotDeployed)
	for _, name := range []string{"aula", "outside"} {
		if p := f.ProblemsOf(ref("HostedSolution", name)); len(p) > 0 {
			t.Errorf("%s has problems %+v", name, p)
		}
	}
	mustContain(t, f, ref("SolutionEnvironment", "lost"), v1alpha1.ConditionAccepted, v1alpha1.ReasonUnknownSolution)
	if got := f.Unclaimed; !slices.Equal(got, []string{"kube-public", "lost", "stray"}) {
		t.Errorf("unclaimed are %v, want kube-public, lost and stray", got)
	}
	mustContain(t, f, ref("Platform", "cluster"), v1alpha1.ConditionNoUnclaimedNamespaces, v1alpha1.ReasonUnclaimedNamespaces)
	w.sources(facts.SourceUnreadable, "hostedsolutions.tilsyn.dev")
	if got := w.fleet(standIns()...).Unclaimed; !slices.Equal(got, []string{"kube-public", "stray"}) {
		t.Errorf("unclaimed are %v, want kube-public and stray: a solution that cannot be read may exist", got)
	}
}

func TestThatNoNamespaceIsUnclaimedIsUnknownWhileWorkloadsCannotBeRead(t *testing.T) {
	w := newWorld().aula("WRK-01")
	w.sources(facts.SourceUnreadable, "deployments.apps")
	p, ok := w.fleet(standIns()...).Condition(ref("Platform", "cluster"), v1alpha1.ConditionNoUnclaimedNamespaces)
	if !ok || p.Status != "Unknown" {
		t.Errorf("the condition is %+v, want Unknown", p)
	}
}

func TestPrefixesThatHaveNoEffectAreShown(t *testing.T) {
	with := func(providers ...v1alpha1.PlatformProvider) *Fleet {
		w := newWorld()
		w.put(&v1alpha1.Platform{ObjectMeta: named("cluster"), Spec: v1alpha1.PlatformSpec{Providers: providers,
			Regions: []v1alpha1.PlatformRegion{{Provider: "dc1", Name: "north", Country: "DK"}, {Provider: "dc2", Name: "north", Country: "SE"}}}})
		return w.fleet()
	}
	of := func(name string, prefixes ...v1alpha1.ProviderIDPrefix) v1alpha1.PlatformProvider {
		return v1alpha1.PlatformProvider{Name: name, ProviderIDPrefixes: prefixes}
	}
	mustContain(t, with(of("dc1", "dc1://", "aws:///")), ref("Platform", "cluster"), v1alpha1.ConditionAccepted, v1alpha1.ReasonForeignPrefix)
	mustContain(t, with(of("dc1", "dc://"), of("dc2", "dc://")), ref("Platform", "cluster"), v1alpha1.ConditionAccepted, v1alpha1.ReasonForeignPrefix)
	if got := with(of("dc1", "dc1://", "dc1://east/"), of("dc2", "openstack://")).ProblemsOf(ref("Platform", "cluster")); len(got) > 0 {
		t.Errorf("problems %+v", got)
	}
}

func TestProvidersAreDeclaredOrSeenOnEveryNode(t *testing.T) {
	node := func(name, id string) *facts.Node { return &facts.Node{Name: name, ProviderID: id} }
	tests := map[string]struct {
		declared []v1alpha1.PlatformProvider
		nodes    []*facts.Node
		unread   bool
		want     []string
	}{
		"seen":         {nodes: []*facts.Node{node("a", "aws:///eu-west-1a/i-1"), node("b", "gce://p/europe-north1-a/b")}, want: []string{"aws", "gcp"}},
		"declared win": {declared: []v1alpha1.PlatformProvider{{Name: "azure"}}, nodes: []*facts.Node{node("a", "aws:///eu-west-1a/i-1")}, want: []string{"azure"}},
		"one node that does not say makes it any": {nodes: []*facts.Node{node("a", "aws:///eu-west-1a/i-1"), node("b", "")}},
		"nodes that cannot be read make it any":   {nodes: []*facts.Node{node("a", "aws:///eu-west-1a/i-1")}, unread: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			if test.declared != nil {
				w.put(&v1alpha1.Platform{ObjectMeta: named("cluster"), Spec: v1alpha1.PlatformSpec{Providers: test.declared}})
			}
			for _, n := range test.nodes {
				w.put(n)
			}
			if test.unread {
				w.sources(facts.SourceUnreadable, "nodes")
			}
			if got := w.fleet().Platform.Providers; !slices.Equal(got, test.want) {
				t.Errorf("providers are %v, want %v", got, test.want)
			}
		})
	}
}

func TestWhatStaysTheSameKeepsItsPointer(t *testing.T) {
	w := newWorld().aula("WRK-01")
	w.put(solution("second"), environment("second-production", "second", "second"), namespace("second"))
	x := newResolver(standIns())
	resolve := func() (f *Fleet) {
		w.Read(func(v facts.View) { f = x.resolve(v, w.now) })
		return f
	}
	first := resolve()
	w.put(workload("aula", "third"))
	if resolve() != first {
		t.Error("one more workload in a known namespace makes a new fleet")
	}
	w.put(solution("second", func(s *v1alpha1.HostedSolutionSpec) { s.DisplayName = "Second" }))
	second := resolve()
	if second == first || second.Solution("second") == first.Solution("second") || second.Environment("second-production") == first.Environment("second-production") {
		t.Error("a changed solution keeps its pointer")
	}
	if second.Solution("aula") != first.Solution("aula") || second.Environment("aula-production") != first.Environment("aula-production") ||
		second.Platform != first.Platform {
		t.Error("what did not change has a new pointer")
	}
	if a, b := first.Environment("second-production").Key, second.Environment("second-production").Key; a == b {
		t.Error("a changed environment keeps its key")
	}
	w.put(namespace("stray"), workload("stray", "web"))
	if third := resolve(); len(third.Unclaimed) != 1 || third.Environment("aula-production") != first.Environment("aula-production") {
		t.Error("a stray namespace is not noticed, or changes others")
	}
}
