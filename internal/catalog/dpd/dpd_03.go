package dpd

import (
	"fmt"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/scan"
)

// DPD03 judges whether objects hold identifiers of persons.
var DPD03 = control.Define(control.Meta{
	ID: "DPD-03", Title: "No personal data in names, labels, events or telemetry", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyProvider,
	MustHold: "Kubernetes objects, their metadata, events and custom resources hold no CPR numbers or other identifiers of persons. Objects are looked through whenever they change; what is found is never repeated.",
	Why:      "Names, labels and events are copied to logs, metrics, tickets and backups, and read by many who have no business with the persons. From there nobody erases them.",
	NotSeen: "Names of persons, addresses and everything else without a form of its own; Secrets, which are never read; values of metrics and lines of logs; kinds that Tilsyn does not read; base64 within base64, and archives. " +
		"E-mail addresses, telephone and account numbers are of low confidence unless words beside them speak of a person, because operators have them too. Measured on generated text without personal data: 0.002 % of " +
		"ordinary texts (names, hashes, versions, instants, configuration) are taken for personal data at medium confidence, 0.2 % of order numbers that are called so, and 2.5 % of single numbers of ten digits of which nobody says what they are. " +
		"Of CPR numbers written with a hyphen none are missed; of those in a row, with nothing beside them, 12 % may as well be instants and are of low confidence.",
	ISO:  []string{"8.12 Data leakage prevention", "5.13 Labelling of information"},
	GDPR: []string{"5(1)(c)", "5(1)(f)", "25", "87"},
	Evidence: []string{"names, labels and annotations of every object that is read", "ConfigMap data and binaryData", "env, command and args of containers", "Ingress hosts and paths", "texts of custom resources that are read",
		"messages of Events", "Platform spec.scan.lookAlikes"},
	Reasons: dpd03Reasons,
}, control.Parameters[dpd03]{
	Defaults: func(control.Levels) dpd03 { return dpd03{Confidence: "Medium"} },
	Validate: func(p dpd03, _ control.Levels) error {
		if confidences[p.Confidence] == 0 {
			return fmt.Errorf("confidence: must be Low, Medium or High")
		}
		return nil
	},
}, control.Rules[dpd03]{
	Namespace: &control.NamespaceRule[dpd03]{
		Needs: []control.Need{control.Sees[facts.Exposure](), control.Sees[facts.Owner]()},
		Begin: func(in control.EnvironmentInput, p *dpd03) func(control.NamespaceInput, []control.Result) []control.Result {
			return func(ns control.NamespaceInput, out []control.Result) []control.Result {
				return judgeExposures(in, ns, p, out)
			}
		},
		None: control.NotApplicable(control.ReasonNoWorkloads),
	},
	Platform: &control.PlatformRule[dpd03]{
		Needs: []control.Need{control.SeesAll[facts.Exposure](), control.SeesAll[facts.Owner]()},
		Judge: judgePlatformExposures,
	},
})

// dpd03 are the parameters of DPD-03.
type dpd03 struct {
	// Confidence from which a match counts: Low, Medium or High. A right check digit makes a number surer; none rules it out.
	Confidence string `json:"confidence"`
}

var confidences = map[string]scan.Confidence{"Low": scan.Low, "Medium": scan.Medium, "High": scan.High}

const lookAlike = " Where it is none of the kind, say what it is in the Platform: spec.scan.lookAlikes: [{kind: {kind}, namespace: {namespace}, field: '{field}', reason: ...}]."

var dpd03Reasons = []control.ReasonText{
	{Reason: "NothingFound", Verdict: v1alpha1.VerdictPass, Text: "Nothing that looks like an identifier of a person was found."},
	{Reason: "PersonalData", Verdict: v1alpha1.VerdictFail, Text: "{field} of {object} holds what looks like {what}, {count} in all{more}.",
		Remediation: "Look at it yourself: kubectl {scope}get {kind} {name} -o yaml. Put a key without meaning in its place, in the manifests too, then delete what repeats it: old ReplicaSets, events, logs and backups as far as they must go." + lookAlike},
	{Reason: "PersonalDataInName", Verdict: v1alpha1.VerdictFail, Text: "The name of {object} holds what looks like {what}{more}. Digits are masked here.",
		Remediation: "Names cannot be changed: create the object under a name without meaning, move what uses it, and delete the old one: kubectl {scope}get {kind} lists them." + lookAlike},
	{Reason: "PersonalDataInEvent", Verdict: v1alpha1.VerdictFail, Text: "The message of an event about {object} holds what looks like {what}{more}.",
		Remediation: "Events go by themselves, the program that writes them goes on: let it name a key without meaning. Until then: kubectl {scope}delete event {name}, and in the log store where events are copied to." + lookAlike},
}
