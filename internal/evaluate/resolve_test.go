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

func exception(name string, change ...func(*v1alpha1.ControlExceptionSpec)) *v1alpha1.ControlException {
	e := &v1alpha1.ControlException{ObjectMeta: named(name), Spec: v1alpha1.ControlExceptionSpec{
		Control: "WRK-01", Scope: v1alpha1.ExceptionScope{Solution: "aula"}, Type: v1alpha1.ExceptionWaived,
		Reason: "The vendor is late with it", Risk: "It may break down at night", RequestedBy: "jane@example.org",
		Approval: v1alpha1.Approval{By: "john@example.org", At: "2026-11-01", Reference: "case 7"}, ValidUntil: "2026-12-01",
	}}
	for _, c := range change {
		c(&e.Spec)
	}
	return e
}

func TestExceptionsAreChecked(t *testing.T) {
	tests := map[string]struct {
		change        func(*v1alpha1.ControlExceptionSpec)
		reason, valid string
	}{
		"right":                                         {change: func(*v1alpha1.ControlExceptionSpec) {}},
		"of an unknown control":                         {change: func(s *v1alpha1.ControlExceptionSpec) { s.Control = "WRK-09" }, reason: v1alpha1.ReasonUnknownControl},
		"of an unknown solution":                        {change: func(s *v1alpha1.ControlExceptionSpec) { s.Scope.Solution = "alua" }, reason: v1alpha1.ReasonUnknownSolution},
		"of another's environment":                      {change: func(s *v1alpha1.ControlExceptionSpec) { s.Scope.Environment = "other" }, reason: v1alpha1.ReasonUnknownEnvironment},
		"of a mandatory control":                        {change: func(s *v1alpha1.ControlExceptionSpec) { s.Control = "WRK-02" }, reason: v1alpha1.ReasonMandatoryControl},
		"approved by the requester in another spelling": {change: func(s *v1alpha1.ControlExceptionSpec) { s.Approval.By = "oidc:Jane@example.org" }, reason: v1alpha1.ReasonSelfApproved},
		"approved by the requester, family name first":  {change: func(s *v1alpha1.ControlExceptionSpec) { s.RequestedBy, s.Approval.By = "Ole Hansen", "Hansen, Ole" }, reason: v1alpha1.ReasonSelfApproved},
		"approved by the requester in Cyrillic letters": {change: func(s *v1alpha1.ControlExceptionSpec) { s.Approval.By = "j\u0430ne@example.org" }, reason: v1alpha1.ReasonSelfApproved},
		"approved by a name of mixed scripts":           {change: func(s *v1alpha1.ControlExceptionSpec) { s.Approval.By = "j\u043ehn@example.org" }, reason: v1alpha1.ReasonMixedScripts},
		"approved by a service account":                 {change: func(s *v1alpha1.ControlExceptionSpec) { s.Approval.By = "system:serviceaccount:flux:flux" }, reason: v1alpha1.ReasonServiceAccount},
		"approved by nobody":                            {change: func(s *v1alpha1.ControlExceptionSpec) { s.Approval.By = "" }, reason: control.FaultNobody},
		"compensated by nothing":                        {change: func(s *v1alpha1.ControlExceptionSpec) { s.Type = v1alpha1.ExceptionCompensated }, reason: control.FaultUnexplained},
		"ended":                                         {change: func(s *v1alpha1.ControlExceptionSpec) { s.ValidUntil = "2026-11-20" }, valid: v1alpha1.ReasonExpired},
		"not begun":                                     {change: func(s *v1alpha1.ControlExceptionSpec) { s.Approval.At = "2026-11-21" }, valid: v1alpha1.ReasonNotYetValid},
		"ending before it begins":                       {change: func(s *v1alpha1.ControlExceptionSpec) { s.ValidUntil = "2026-10-01" }, reason: control.FaultDate},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			w.put(profileOf("public-sector", v1alpha1.ProfileControl{Control: "WRK-02", Mode: "Required", Mandatory: true}),
				solution("aula"), solution("second"), environment("aula-production", "aula", "aula"), environment("other", "second", "second"),
				exception("e", test.change))
			f := w.fleet(standIns()...)
			e, at := f.Exceptions[0], ref("ControlException", "e")
			if test.reason != "" {
				mustContain(t, f, at, v1alpha1.ConditionAccepted, test.reason)
				mustContain(t, f, at, v1alpha1.ConditionValid, test.reason)
			}
			if test.valid != "" {
				mustContain(t, f, at, v1alpha1.ConditionValid, test.valid)
			}
			if want := test.reason == "" && test.valid == ""; e.ValidAt(start) != want {
				t.Errorf("valid is %v, want %v: %+v", !want, want, e)
			}
		})
	}
}

func TestWhereApprovalsMustBeVerifiedNoClaimedOneCounts(t *testing.T) {
	w := newWorld()
	p := profileOf("public-sector")
	p.Spec.RequireVerifiedApprovalFrom = v1alpha1.ConfidentialityConfidential
	w.put(p, solution("aula"), solution("open", func(s *v1alpha1.HostedSolutionSpec) { s.Classification.Confidentiality = "Public" }),
		exception("strict"), exception("mild", func(s *v1alpha1.ControlExceptionSpec) { s.Scope.Solution = "open" }))
	f := w.fleet(standIns()...)
	mustContain(t, f, ref("ControlException", "strict"), v1alpha1.ConditionAccepted, v1alpha1.ReasonApprovalNotVerified)
	if !f.Exceptions[0].ValidAt(start) || f.Exceptions[1].ValidAt(start) {
		t.Errorf("only the exception below the level counts: %+v %+v", f.Exceptions[0], f.Exceptions[1])
	}
}

func TestAttestationsAreChecked(t *testing.T) {
	base := v1alpha1.AttestationSpec{Type: v1alpha1.AttestLogArrival, About: v1alpha1.AttestationAbout{Environment: "aula-production"},
		By: "jane@example.org", Date: "2026-11-01", Evidence: "case 8", ValidUntil: "2026-12-01"}
	tests := map[string]struct {
		change        func(*v1alpha1.AttestationSpec)
		reason, valid string
		held          bool
	}{
		"right":                        {change: func(*v1alpha1.AttestationSpec) {}, held: true},
		"about the platform":           {change: func(s *v1alpha1.AttestationSpec) { s.About = v1alpha1.AttestationAbout{Platform: true} }, held: true},
		"about the solution":           {change: func(s *v1alpha1.AttestationSpec) { s.About = v1alpha1.AttestationAbout{Solution: "aula"} }, held: true},
		"about an unknown solution":    {change: func(s *v1alpha1.AttestationSpec) { s.About = v1alpha1.AttestationAbout{Solution: "alua"} }, reason: v1alpha1.ReasonUnknownSolution},
		"about an unknown environment": {change: func(s *v1alpha1.AttestationSpec) { s.About = v1alpha1.AttestationAbout{Environment: "aula"} }, reason: v1alpha1.ReasonUnknownEnvironment},
		"about nothing":                {change: func(s *v1alpha1.AttestationSpec) { s.About = v1alpha1.AttestationAbout{} }, reason: v1alpha1.ReasonUnknownSubject},
		"about an unknown supplier":    {change: func(s *v1alpha1.AttestationSpec) { s.About = v1alpha1.AttestationAbout{Supplier: "kombit"} }, reason: v1alpha1.ReasonUnknownSupplier},
		"about a supplier":             {change: func(s *v1alpha1.AttestationSpec) { s.About = v1alpha1.AttestationAbout{Supplier: "aws"} }},
		"about an unknown institution": {change: func(s *v1alpha1.AttestationSpec) { s.About = v1alpha1.AttestationAbout{Institution: "odense"} }, reason: v1alpha1.ReasonUnknownInstitution},
		"about an institution's own use, which proves nothing of the solution": {change: func(s *v1alpha1.AttestationSpec) {
			s.About = v1alpha1.AttestationAbout{Institution: "aarhus", Solution: "aula"}
		}},
		"about an institution's use of an unknown solution": {change: func(s *v1alpha1.AttestationSpec) {
			s.About = v1alpha1.AttestationAbout{Institution: "aarhus", Solution: "alua"}
		}, reason: v1alpha1.ReasonUnknownSolution},
		"approved by its author":                   {change: func(s *v1alpha1.AttestationSpec) { s.Approval = &v1alpha1.Approval{By: "JANE@example.org"} }, reason: v1alpha1.ReasonSelfApproved, held: true},
		"approved by a service account":            {change: func(s *v1alpha1.AttestationSpec) { s.Approval = &v1alpha1.Approval{By: "system:serviceaccount:a:b"} }, reason: v1alpha1.ReasonServiceAccount, held: true},
		"whose author's rights its author checked": {change: func(s *v1alpha1.AttestationSpec) { s.AccessReview = &v1alpha1.AccessReview{ReviewerCheckedBy: "jane"} }, reason: v1alpha1.ReasonSelfApproved, held: true},
		"by a name of mixed scripts":               {change: func(s *v1alpha1.AttestationSpec) { s.By = "j\u043ehn@example.org" }, reason: v1alpha1.ReasonMixedScripts, held: true},
		"by a service account":                     {change: func(s *v1alpha1.AttestationSpec) { s.By = "system:serviceaccount:a:b" }, reason: v1alpha1.ReasonServiceAccount, held: true},
		"checked by its author":                    {change: func(s *v1alpha1.AttestationSpec) { s.Restore = &v1alpha1.RestoreTest{CheckedBy: "JANE@example.org"} }, reason: v1alpha1.ReasonSelfApproved, held: true},
		"ended":                                    {change: func(s *v1alpha1.AttestationSpec) { s.ValidUntil = "2026-11-19" }, valid: v1alpha1.ReasonExpired, held: true},
		"of arrival a month ago":                   {change: func(s *v1alpha1.AttestationSpec) { s.Date = "2026-10-21" }, valid: v1alpha1.ReasonExpired, held: true},
		"of arrival less than a month ago":         {change: func(s *v1alpha1.AttestationSpec) { s.Date = "2026-10-22" }, held: true},
		"dated tomorrow":                           {change: func(s *v1alpha1.AttestationSpec) { s.Date = "2026-11-21" }, valid: v1alpha1.ReasonNotYetValid, held: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			a := &v1alpha1.Attestation{ObjectMeta: named("a"), Spec: base}
			test.change(&a.Spec)
			w := newWorld().aula("WRK-01")
			w.put(a, &v1alpha1.Supplier{ObjectMeta: named("aws")}, &v1alpha1.Institution{ObjectMeta: named("aarhus")})
			f := w.fleet(standIns()...)
			if test.reason != "" {
				mustContain(t, f, ref("Attestation", "a"), v1alpha1.ConditionAccepted, test.reason)
			}
			if test.valid != "" {
				mustContain(t, f, ref("Attestation", "a"), v1alpha1.ConditionValid, test.valid)
			}
			e := f.Environment("aula-production")
			if held := slices.Contains(e.Attestations, a); held != test.held {
				t.Errorf("the environment sees it: %v, want %v", held, test.held)
			}
			in, _ := control.InForce(e.Attestations, v1alpha1.AttestLogArrival, start)
			if want := test.held && test.reason == "" && test.valid == ""; (len(in) == 1) != want {
				t.Errorf("in force: %v, want %v", len(in) == 1, want)
			}
		})
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
