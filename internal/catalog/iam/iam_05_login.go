package iam

import (
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// judgeLogin judges what a solution declares of its end users, one audience after the other.
func judgeLogin(in control.SolutionInput, p *iam05) []control.Result {
	spec := &in.Solution.Object.Spec
	switch {
	case p.MinAssurance == v1alpha1.LoginNone:
		return []control.Result{control.NotApplicable("PublicInformation").RestingOn(control.Declared)}
	case spec.NoEndUsers:
		return []control.Result{control.NotApplicable("NoEndUsers").RestingOn(control.Declared)}
	case len(spec.Login) == 0:
		return []control.Result{control.Fail("LoginNotDeclared", "solution", in.Solution.Object.Name).At("spec.login").For(v1alpha1.PartyProvider)}
	}
	var out []control.Result
	for i := range spec.Login {
		out = append(out, judgeAudience(in, &spec.Login[i], p).At("spec.login["+spec.Login[i].Audience+"]"))
	}
	return out
}

func judgeAudience(in control.SolutionInput, l *v1alpha1.Login, p *iam05) control.Result {
	level := string(l.AssuranceLevel)
	if level == "" {
		level = "that is not declared"
	}
	args := []string{"solution", in.Solution.Object.Name, "audience", l.Audience, "method", l.Method, "level", level, "minimum", string(p.MinAssurance)}
	fail := func(r control.Reason, more ...string) control.Result {
		return control.Fail(r, append(args, more...)...).RestingOn(control.Declared).For(v1alpha1.PartyProvider)
	}
	minors := l.IncludesMinors || l.MinAge != nil && *l.MinAge < 18
	switch {
	case strings.TrimSpace(l.Method) == "":
		return fail("MethodMissing")
	case forTests(l.Method):
		return fail("TestMethod")
	case slices.Index(loginLevels, l.AssuranceLevel) < slices.Index(loginLevels, p.MinAssurance):
		return fail("TooWeak")
	case minors && l.MinAge == nil:
		return fail("MinorsNotAssessed", "what", "from what age is not said").For(v1alpha1.PartyInstitution)
	case minors && l.MinorsAssessment == "":
		return fail("MinorsNotAssessed", "what", "nobody assessed by what they log in").For(v1alpha1.PartyInstitution)
	}
	pass := control.Pass("StrongLogin", args...).For(v1alpha1.PartyProvider)
	if !p.Attested {
		return pass.RestingOn(control.Declared)
	}
	until, found, changes := loginAttested(in.Solution.Attestations, l.Audience, false, p, in.Now)
	if !found {
		return control.Unknown("NotAttested", args...).Until(changes).For(v1alpha1.PartyProvider)
	}
	return pass.RestingOn(control.Attested).Until(until).Until(changes)
}

// loginAttested tells whether somebody attests the login of an audience or at a host, and until when. Exact: an attestation of
// the whole login does not do, because it says nothing of one way in.
func loginAttested(all []*v1alpha1.Attestation, target string, exact bool, p *iam05, now time.Time) (until time.Time, found bool, changes time.Time) {
	period, err := date.ParsePeriod(p.Attestation)
	if err != nil {
		return until, false, changes // Validate has refused it
	}
	in, changes := control.InForce(all, v1alpha1.AttestEndUserLogin, now)
	for _, a := range in {
		from, _, _ := control.AttestationSpan(a)
		if ends := period.After(from); now.Before(ends) && (!exact && a.Spec.Target == "" || strings.EqualFold(a.Spec.Target, target)) {
			return ends, true, changes
		}
	}
	return until, false, changes
}

// forTests tells the name of a login that is for tests.
func forTests(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune(" -_./:(),", r) })
	return slices.ContainsFunc(words, func(w string) bool {
		return slices.Contains([]string{"test", "tests", "testing", "mock", "mocked", "dummy", "fake", "demo", "stub", "simulator", "sandbox"}, w)
	})
}
