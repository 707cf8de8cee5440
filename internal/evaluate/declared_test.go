package evaluate

import (
	"slices"
	"testing"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

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
		"approved by the requester without accents": {change: func(s *v1alpha1.ControlExceptionSpec) {
			s.RequestedBy, s.Approval.By = "S\u00f8ren \u00c5s", "Soren Aas"
		}, reason: v1alpha1.ReasonSelfApproved},
		"approved by a name that is likely the same": {change: func(s *v1alpha1.ControlExceptionSpec) { s.RequestedBy, s.Approval.By = "Jane Doe", "J. Doe" }, reason: v1alpha1.ReasonLikelySelfApproved},
		"approved by a name of mixed scripts":        {change: func(s *v1alpha1.ControlExceptionSpec) { s.Approval.By = "j\u043ehn@example.org" }, reason: v1alpha1.ReasonMixedScripts},
		"approved by a service account":              {change: func(s *v1alpha1.ControlExceptionSpec) { s.Approval.By = "system:serviceaccount:flux:flux" }, reason: v1alpha1.ReasonServiceAccount},
		"approved by nobody":                         {change: func(s *v1alpha1.ControlExceptionSpec) { s.Approval.By = "" }, reason: control.FaultNobody},
		"compensated by nothing":                     {change: func(s *v1alpha1.ControlExceptionSpec) { s.Type = v1alpha1.ExceptionCompensated }, reason: control.FaultUnexplained},
		"ended":                                      {change: func(s *v1alpha1.ControlExceptionSpec) { s.ValidUntil = "2026-11-20" }, valid: v1alpha1.ReasonExpired},
		"not begun":                                  {change: func(s *v1alpha1.ControlExceptionSpec) { s.Approval.At = "2026-11-21" }, valid: v1alpha1.ReasonNotYetValid},
		"ending before it begins":                    {change: func(s *v1alpha1.ControlExceptionSpec) { s.ValidUntil = "2026-10-01" }, reason: control.FaultDate},
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
		"approved by who is likely its author":     {change: func(s *v1alpha1.AttestationSpec) { s.Approval = &v1alpha1.Approval{By: "jane@mail.example.org"} }, reason: v1alpha1.ReasonLikelySelfApproved, held: true},
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
