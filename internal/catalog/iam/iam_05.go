package iam

import (
	"fmt"
	"slices"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// IAM05 judges how end users log in.
var IAM05 = control.Define(control.Meta{
	ID: "IAM-05", Title: "End users log in with an identity of the right strength", Since: "1", Severity: v1alpha1.SeverityMedium, Party: v1alpha1.PartyShared,
	MustHold: "Every group of end users logs in by a method and at an assurance level that fit the classification, by every way in; where minors are among them, that is assessed.",
	Why: "A password of one's own choosing is guessed, lent and reused. Whoever logs in as somebody else sees that person's data, and no other protection notices. " +
		"Children from 12 to 15 cannot have every means of identification that adults have, so that somebody has to decide what they use.",
	NotSeen: "What the application does by itself: that it demands the login, whom it lets act for whom, which foreign identities it takes (attested, type EndUserLogin). Policies of gateways that demand a login, and settings of the identity provider.",
	ISO:     []string{"5.16 Identity management", "8.5 Secure authentication", "8.26 Application security requirements"},
	GDPR:    []string{"25", "32"},
	Evidence: []string{"HostedSolution spec.login[], noEndUsers", "SolutionEnvironment spec.entryPoints[].host, login, audience, publicPaths, reason", "Ingress spec.rules, defaultBackend, annotations auth-url, auth-type, auth-tls-secret, middlewares; Route; Services reached from outside",
		"images of workloads: authenticating proxies, test providers of identities", "Attestation EndUserLogin"},
	Reasons: iam05Reasons,
}, control.Parameters[iam05]{Defaults: iam05Defaults, Validate: func(p iam05, _ control.Levels) error {
	if !slices.Contains(loginLevels, p.MinAssurance) {
		return fmt.Errorf("minAssurance: must be one of %v", loginLevels)
	}
	if _, err := date.ParsePeriod(p.Attestation); err != nil {
		return fmt.Errorf("attestation: %w", err)
	}
	return nil
}}, control.Rules[iam05]{
	Solution: &control.SolutionRule[iam05]{Judge: judgeLogin},
	Environment: &control.EnvironmentRule[iam05]{
		Needs: []control.Need{control.Needs[facts.Ingress](), control.Needs[facts.Route](), control.Needs[facts.Service](), control.Needs[facts.Workload]()},
		Judge: judgeEntries,
	},
})

// loginLevels from weak to strong, never changed.
var loginLevels = []v1alpha1.LoginLevel{v1alpha1.LoginNone, v1alpha1.LoginLow, v1alpha1.LoginSubstantial, v1alpha1.LoginHigh}

// iam05 are the parameters of IAM-05.
type iam05 struct {
	// MinAssurance is the lowest assurance level: None (no login is demanded), Low, Substantial or High.
	MinAssurance v1alpha1.LoginLevel `json:"minAssurance"`
	// Attested: a declaration is not enough, somebody attests that the login is as it says.
	Attested bool `json:"attested"`
	// Attestation is how old an attestation may be, for example 12mo.
	Attestation string `json:"attestation"`
}

func iam05Defaults(l control.Levels) iam05 {
	p := iam05{MinAssurance: v1alpha1.LoginNone, Attestation: "12mo"}
	switch {
	case control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityConfidential):
		p.MinAssurance, p.Attested = v1alpha1.LoginSubstantial, true
	case control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityInternal):
		p.MinAssurance = v1alpha1.LoginLow
	}
	return p
}

const (
	editLogin = "kubectl edit hostedsolution {solution}, spec.login: [{audience, method, assuranceLevel}]"
	editEntry = "kubectl edit solutionenvironment {environment}, spec.entryPoints: [{host, login, audience, publicPaths, reason}]"
)

var iam05Reasons = []control.ReasonText{
	{Reason: "StrongLogin", Verdict: v1alpha1.VerdictPass, Text: "{audience} log in by {method}, at level {level}."},
	{Reason: "EntryGuarded", Verdict: v1alpha1.VerdictPass, Text: "Every way in demands the login that is declared for it, or has a reason why it needs none."},
	{Reason: "NoEndUsers", Verdict: v1alpha1.VerdictNotApplicable, Text: "The solution has no end users."},
	{Reason: "PublicInformation", Verdict: v1alpha1.VerdictNotApplicable, Text: "At this level no login is asked for."},
	{Reason: "NoEntry", Verdict: v1alpha1.VerdictNotApplicable, Text: "Nothing in the environment is reached from outside."},
	{Reason: "LoginNotDeclared", Verdict: v1alpha1.VerdictFail, Text: "Nobody says how end users log in.", Remediation: "Say it: " + editLogin + "; or noEndUsers: true."},
	{Reason: "MethodMissing", Verdict: v1alpha1.VerdictFail, Text: "By what method {audience} log in is not declared.", Remediation: "Name it: " + editLogin + "."},
	{Reason: "TooWeak", Verdict: v1alpha1.VerdictFail, Text: "{audience} log in at level {level}; {minimum} is asked for.", Remediation: "Use a stronger method, such as MitID through NemLog-in, and declare its level: " + editLogin + "."},
	{Reason: "TestMethod", Verdict: v1alpha1.VerdictFail, Text: "{audience} log in by {method}, which is by its name for tests.", Remediation: "Take the method out of production, and declare the real one: " + editLogin + "."},
	{Reason: "MinorsNotAssessed", Verdict: v1alpha1.VerdictFail, Text: "Minors are among {audience}, and {what}.", Remediation: "Decide by what they log in, those of 12 to 15 by themselves, and refer to the assessment: kubectl edit hostedsolution {solution}, minAge and minorsAssessment of the audience under spec.login."},
	{Reason: "UsersContradicted", Verdict: v1alpha1.VerdictFail, Text: "The solution says that it has no end users, and {host} demands a login.", Remediation: "Say who logs in: " + editLogin + ", without noEndUsers. Or correct the entry: " + editEntry + "."},
	{Reason: "EntryNotDeclared", Verdict: v1alpha1.VerdictFail, Text: "Whether one logs in at {host} is not declared.", Remediation: "Declare it, " + editEntry + "; or take the entry away: kubectl delete {resource}."},
	{Reason: "AudienceUnknown", Verdict: v1alpha1.VerdictFail, Text: "At {host} {audience} log in, of whom the solution says nothing.", Remediation: "Use a name that spec.login of the HostedSolution has: " + editEntry + "."},
	{Reason: "NotExplained", Verdict: v1alpha1.VerdictFail, Text: "At {host} {what} without login, and no reason is given.", Remediation: "Give the reason, " + editEntry + "; or demand a login there."},
	{Reason: "LoginNotSeen", Verdict: v1alpha1.VerdictFail, Text: "A proxy in front of {host}{path} demands the login, as is declared, and none is seen: people get in without.",
		Remediation: "Put it in front of this way too, for example nginx.ingress.kubernetes.io/auth-url in {resource}. Where the application demands the login, say login: Application; where the path needs none, list it: " + editEntry + "."},
	{Reason: "EverythingPublic", Verdict: v1alpha1.VerdictFail, Text: "At {host} every path is declared public, although a login is declared.", Remediation: "List the paths that are public, not the slash that holds all of them: " + editEntry + "."},
	{Reason: "ManagementPath", Verdict: v1alpha1.VerdictFail, Text: "At {host} path {path} is reached without login, which tells of the inside of the program.", Remediation: "Take it out of {resource} and of publicPaths: " + editEntry + ". A probe of the kubelet needs no way in from outside."},
	{Reason: "TestLoginRuns", Verdict: v1alpha1.VerdictFail, Text: "{workload} runs {image}, which lets anybody log in as anybody, in production.", Remediation: "kubectl delete {resource}, and see that the application takes no logins from it."},
	{Reason: "NotAttested", Verdict: v1alpha1.VerdictUnknown, Text: "How {audience} log in is declared, and nobody attests that it is so.", Remediation: "Try it and attest it: Attestation of type EndUserLogin about solution {solution}, target {audience}."},
	{Reason: "ProxyNotRead", Verdict: v1alpha1.VerdictUnknown, Text: "Whether a login stands in front of {host} does not show: {what}.", Remediation: "Attest it: Attestation of type EndUserLogin about environment {environment}, target {host}. Or put the login where it shows: nginx.ingress.kubernetes.io/auth-url, or a proxy that the entry leads to."},
}
