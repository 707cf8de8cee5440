package dpd

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// LevelLabel on a namespace may repeat the level; where it is there it must agree.
const LevelLabel = "tilsyn.dev/confidentiality"

// DPD01 judges whether the level that decides all other controls is stated, and high enough for the data.
var DPD01 = control.Define(control.Meta{
	ID: "DPD-01", Title: "Classification is stated and true", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyInstitution,
	MustHold: "The solution states its levels and its categories of personal data; the level is at least what the categories demand; confidentiality, integrity or availability lower than before is approved, on the day of the change or later; " +
		"the classification is reviewed every year.",
	Why:      "Every requirement follows from the classification. One that is missing, too low or out of date makes every green result worthless.",
	NotSeen:  "Whether the data in the solution are what the categories say.",
	ISO:      []string{"5.12 Classification of information", "5.13 Labelling of information", "5.34 Privacy and protection of PII"},
	GDPR:     []string{"9", "10", "25", "32", "87"},
	Evidence: []string{"HostedSolution spec.classification, spec.personalData, spec.processing.categories", "Namespace label " + LevelLabel, "SupervisionRecord status.changes", "Attestation ClassificationReview"},
	Reasons: []control.ReasonText{
		{Reason: "Stated", Verdict: v1alpha1.VerdictPass, Text: "Classified {level}, which the categories of personal data allow."},
		{Reason: "Unclassified", Verdict: v1alpha1.VerdictFail, Text: "The solution states no classification; it is judged as {level}.",
			Remediation: "The owner adds spec.classification {confidentiality, integrity, availability, reviewedAt} to the HostedSolution."},
		{Reason: "StateClassified", Verdict: v1alpha1.VerdictFail, Text: "Information classified under the state's security circular is out of scope here.",
			Remediation: "Take the solution out of this cluster's supervision and follow the circular; no result here says that it may run."},
		{Reason: "TooLow", Verdict: v1alpha1.VerdictFail, Text: "Classified {level}; {category} demands {least}.",
			Remediation: "The owner raises spec.classification.confidentiality to {least}, or corrects spec.personalData."},
		{Reason: "RecordDisagrees", Verdict: v1alpha1.VerdictFail, Text: "spec.personalData and the processing record differ: {difference}.",
			Remediation: "Make spec.personalData and spec.processing.categories say the same."},
		{Reason: "LoweredWithoutApproval", Verdict: v1alpha1.VerdictFail, Text: "{what} was lowered from {from} to {to} on {date} without an approval of that day or later.",
			Remediation: "Raise it again, or let another person approve what stands now: spec.classification.approval {by, at, reference}, at {date} or later."},
		{Reason: "LabelDiffers", Verdict: v1alpha1.VerdictFail, Text: "Namespace {namespace} is labelled {label}; the environment is {level}.",
			Remediation: "kubectl label namespace {namespace} " + LevelLabel + "={level} --overwrite"},
		{Reason: "LabelAgrees", Verdict: v1alpha1.VerdictPass, Text: "No namespace is labelled with another level."},
		{Reason: "ReviewOverdue", Verdict: v1alpha1.VerdictFail, Text: "The classification was last reviewed on {date}.",
			Remediation: "Review it and set spec.classification.reviewedAt, or attest it: Attestation of type ClassificationReview."},
		{Reason: "CategoriesMissing", Verdict: v1alpha1.VerdictUnknown, Text: "The solution does not say which categories of personal data it holds.",
			Remediation: "The owner adds spec.personalData; [None] states that there are none."},
		{Reason: "ReviewInFuture", Verdict: v1alpha1.VerdictUnknown, Text: "The classification is said to be reviewed on {date}, a day that has not come, and nothing tells of an earlier review.",
			Remediation: "Set spec.classification.reviewedAt to the day on which it was reviewed; a date in the future counts from that day on."},
		{Reason: "ReviewMissing", Verdict: v1alpha1.VerdictUnknown, Text: "Nothing says when the classification was reviewed.",
			Remediation: "Set spec.classification.reviewedAt, or attest it: Attestation of type ClassificationReview."},
	},
}, control.Parameters[dpd01]{
	Defaults: func(control.Levels) dpd01 { return dpd01{ReviewInterval: "12mo"} },
	Validate: validateDPD01,
}, control.Rules[dpd01]{
	Solution:    &control.SolutionRule[dpd01]{Needs: []control.Need{control.SeesAll[facts.SpecHistory]()}, Judge: judgeClassification},
	Environment: &control.EnvironmentRule[dpd01]{Needs: []control.Need{control.Needs[facts.Namespace]()}, Judge: judgeLabels},
})

// dpd01 are the parameters of DPD-01.
type dpd01 struct {
	// ReviewInterval is the longest time between reviews of the classification, at most 36mo.
	ReviewInterval string `json:"reviewInterval"`
}

func validateDPD01(p dpd01, _ control.Levels) error {
	interval, err := date.ParsePeriod(p.ReviewInterval)
	if err != nil {
		return fmt.Errorf("reviewInterval: %w", err)
	}
	if start := time.Unix(0, 0).UTC(); interval.After(start).After(start.AddDate(3, 0, 0)) {
		return fmt.Errorf("reviewInterval: %s is more than 36mo", p.ReviewInterval)
	}
	return nil
}

// least is the lowest level that a category of personal data allows.
func least(c v1alpha1.DataCategory) v1alpha1.Confidentiality {
	switch c {
	case v1alpha1.DataNone:
		return v1alpha1.ConfidentialityPublic
	case v1alpha1.DataOrdinary:
		return v1alpha1.ConfidentialityInternal
	case v1alpha1.DataPrivateCircumstances, v1alpha1.DataNationalID, v1alpha1.DataCriminalOffence:
		return v1alpha1.ConfidentialityConfidential
	default: // GDPR art. 9, and whatever is not known
		return v1alpha1.ConfidentialitySensitive
	}
}

// judgeClassification adds one result for each fault, or one that says how it stands.
func judgeClassification(in control.SolutionInput, p *dpd01) []control.Result {
	spec := in.Solution.Object.Spec
	if spec.Classification == nil {
		return []control.Result{control.Fail("Unclassified", "level", string(in.Solution.Levels.Confidentiality)).At("spec.classification").RestingOn(control.Declared)}
	}
	level := spec.Classification.Confidentiality
	out := slices.Concat(stateClassified(spec), categories(spec, level), lowered(in, spec.Classification), reviewed(in, p))
	if missing := facts.Incomplete[facts.SpecHistory](in.Facts); len(out) == 0 && len(missing) > 0 {
		out = append(out, control.Unreadable(missing...)) // it may have been lowered
	}
	if len(out) == 0 {
		out = append(out, control.Pass("Stated", "level", string(level)).RestingOn(control.Declared))
	}
	for i := range out {
		out[i] = out[i].Until(reviewEnds(in, p)) // each is an answer to the whole question, and time adds one to them
	}
	return out
}

func stateClassified(spec v1alpha1.HostedSolutionSpec) []control.Result {
	if !spec.Classification.StateClassified {
		return nil
	}
	return []control.Result{control.Fail("StateClassified").At("spec.classification.stateClassified").RestingOn(control.Declared)}
}

func categories(spec v1alpha1.HostedSolutionSpec, level v1alpha1.Confidentiality) []control.Result {
	if len(spec.PersonalData) == 0 {
		return []control.Result{control.Unknown("CategoriesMissing").At("spec.personalData")}
	}
	var out []control.Result
	worst := slices.MaxFunc(spec.PersonalData, func(a, b v1alpha1.DataCategory) int { return rank(least(a)) - rank(least(b)) })
	if !control.AtLeast(level, least(worst)) {
		out = append(out, control.Fail("TooLow", "level", string(level), "category", string(worst), "least", string(least(worst))).
			At("spec.classification.confidentiality").RestingOn(control.Declared))
	}
	if difference := recordDifference(spec); difference != "" {
		out = append(out, control.Fail("RecordDisagrees", "difference", difference).At("spec.processing.categories").RestingOn(control.Declared))
	}
	return out
}

func rank(c v1alpha1.Confidentiality) int { return slices.Index(control.Confidentialities(), c) }

func recordDifference(spec v1alpha1.HostedSolutionSpec) string {
	if spec.Processing == nil || len(spec.Processing.Categories) == 0 {
		return ""
	}
	var parts []string
	for _, c := range spec.PersonalData {
		if !slices.Contains(spec.Processing.Categories, c) {
			parts = append(parts, string(c)+" is not in the record")
		}
	}
	for _, c := range spec.Processing.Categories {
		if !slices.Contains(spec.PersonalData, c) {
			parts = append(parts, string(c)+" is only in the record")
		}
	}
	return strings.Join(parts, "; ")
}

// lastReview is the latest review, declared or attested.
func lastReview(in control.SolutionInput) (time.Time, bool) {
	var last time.Time
	if t, err := date.EndOfValidity(string(in.Solution.Object.Spec.Classification.ReviewedAt)); err == nil && !t.After(in.Now) {
		last = t
	}
	attested, _ := control.InForce(in.Solution.Attestations, v1alpha1.AttestClassificationReview, in.Now)
	for _, a := range attested {
		if from, _, _ := control.AttestationSpan(a); from.After(last) {
			last = from
		}
	}
	return last, !last.IsZero()
}

// reviewEnds is when the review becomes overdue, when another review begins or ceases to count, or when an approval begins to.
func reviewEnds(in control.SolutionInput, p *dpd01) time.Time {
	_, ends := control.InForce(in.Solution.Attestations, v1alpha1.AttestClassificationReview, in.Now)
	if t, err := date.EndOfValidity(string(in.Solution.Object.Spec.Classification.ReviewedAt)); err == nil && in.Now.Before(t) {
		ends = control.Earliest(ends, t) // a date in the future counts from that day on
	}
	if from, ok := approvedFrom(in.Solution.Object.Spec.Classification.Approval); ok && in.Now.Before(from) {
		ends = control.Earliest(ends, from)
	}
	if last, ok := lastReview(in); ok {
		interval, _ := date.ParsePeriod(p.ReviewInterval)
		if due := interval.After(last); in.Now.Before(due) {
			ends = control.Earliest(ends, due)
		}
	}
	return ends
}

func reviewed(in control.SolutionInput, p *dpd01) []control.Result {
	last, ok := lastReview(in)
	stated := in.Solution.Object.Spec.Classification.ReviewedAt
	if t, err := date.EndOfValidity(string(stated)); !ok && err == nil && in.Now.Before(t) {
		return []control.Result{control.Unknown("ReviewInFuture", "date", string(stated)).At("spec.classification.reviewedAt")}
	}
	if !ok {
		return []control.Result{control.Unknown("ReviewMissing").At("spec.classification.reviewedAt")}
	}
	if interval, _ := date.ParsePeriod(p.ReviewInterval); in.Now.Before(interval.After(last)) {
		return nil
	}
	return []control.Result{control.Fail("ReviewOverdue", "date", last.In(date.Copenhagen()).Format(time.DateOnly)).At("spec.classification.reviewedAt").
		RestingOn(control.Declared)}
}

func judgeLabels(in control.EnvironmentInput, _ *dpd01) []control.Result {
	level := string(in.Environment.Levels.Confidentiality)
	var out []control.Result
	for _, name := range in.Environment.Namespaces {
		ns := facts.Get[facts.Namespace](in.Facts, "", name)
		if ns == nil || ns.Labels[LevelLabel] == "" || strings.EqualFold(ns.Labels[LevelLabel], level) {
			continue
		}
		out = append(out, control.Fail("LabelDiffers", "namespace", name, "label", ns.Labels[LevelLabel], "level", level).
			On(facts.Ref{Kind: "Namespace", Name: name}).At("metadata.labels["+LevelLabel+"]").For(v1alpha1.PartyProvider))
	}
	if len(out) == 0 {
		return []control.Result{control.Pass("LabelAgrees").For(v1alpha1.PartyProvider)}
	}
	return out
}
