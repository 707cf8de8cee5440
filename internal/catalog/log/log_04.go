package log

import (
	"fmt"
	"slices"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// LOG04 judges whether the application records who used personal data, whether the records arrive and are kept apart, and
// whether somebody looks at them.
var LOG04 = control.Define(control.Meta{
	ID: "LOG-04", Title: "Use of personal data can be traced to a person and is checked", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyShared,
	MustHold: "The application records each look-up, change, extract and deletion of confidential or sensitive personal data with user, time, purpose or function, and the data subject concerned; " +
		"the records are kept at least 12 months, and samples of them are checked and followed up at the set interval.",
	Why: "Most misuse of personal data is done by people with lawful access. Only a record of each look-up tells who it was, and only a check that nobody can foresee keeps people from trying.",
	NotSeen: "What the application really records: its declaration and the evidence of arrival are what there is. Whether the one who draws a sample is among those sampled; whether several people share one user. " +
		"Data subjects' identifiers belong in this stream, in its store, and in no Kubernetes object (DPD-03).",
	ISO:  []string{"8.15 Logging", "8.3 Information access restriction", "5.34 Privacy and protection of PII"},
	GDPR: []string{"5(1)(f)", "5(2)", "15", "32"},
	Evidence: []string{"HostedSolution spec.applicationAudit, spec.personalData, spec.inProduction", "Attestation AccessLogReview about the solution: period, size, findings, selection, who drew the sample",
		"Attestation LogArrival with the stream as target, at most 30 days old", "retention of the log stores that the environment's records reach (LOG-02), Attestation LogRetention with the stream or its endpoint as target"},
	Reasons: log04Reasons,
}, control.Parameters[log04]{Defaults: log04Defaults, Validate: log04Validate}, control.Rules[log04]{
	Solution:    &control.SolutionRule[log04]{Judge: judgeUseRecorded},
	Environment: &control.EnvironmentRule[log04]{Needs: pictureNeeds(control.Sees[facts.Workload](), control.Sees[facts.Pod]()), Judge: judgeUseArrives},
})

// log04 are the parameters of LOG-04.
type log04 struct {
	// SampleInterval is the longest time from the end of one reviewed period to the end of the next, at most 12mo.
	SampleInterval string `json:"sampleInterval"`
	// MinRetention is the least time that the records are kept, not below 12mo.
	MinRetention string `json:"minRetention"`
	// MaxRetention is the longest time that they are kept; more where a law asks for it.
	MaxRetention string `json:"maxRetention"`
	// ArrivalMaxAge is how old the attestation that the stream arrives may be, at most 30d.
	ArrivalMaxAge string `json:"arrivalMaxAge"`
}

func log04Defaults(l control.Levels) log04 {
	p := log04{SampleInterval: "6mo", MinRetention: "12mo", MaxRetention: "24mo", ArrivalMaxAge: "30d"}
	if control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityConfidential) {
		p.MinRetention = log02Defaults(l).MinRetention
	}
	if control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialitySensitive) {
		p.SampleInterval = "3mo"
	}
	return p
}

func log04Validate(p log04, _ control.Levels) error {
	if err := atMost("sampleInterval", p.SampleInterval, 366); err != nil {
		return err
	}
	if err := atMost("arrivalMaxAge", p.ArrivalMaxAge, 30); err != nil {
		return err
	}
	least, err := date.ParsePeriod(p.MinRetention)
	if err != nil {
		return fmt.Errorf("minRetention: %w", err)
	}
	most, err := date.ParsePeriod(p.MaxRetention)
	if err != nil {
		return fmt.Errorf("maxRetention: %w", err)
	}
	shortest, _ := span(least)
	if year, _ := span(period(leastRetention)); shortest < year {
		return fmt.Errorf("minRetention: %s is less than %s", p.MinRetention, leastRetention)
	}
	if _, longest := span(most); longest < shortest {
		return fmt.Errorf("maxRetention: %s is less than minRetention %s", p.MaxRetention, p.MinRetention)
	}
	return nil
}

// concerned gives why the control does not concern a solution, empty where it does.
func concerned(s *control.Solution, l control.Levels) control.Reason {
	data := s.Object.Spec.PersonalData
	switch {
	case slices.Equal(data, []v1alpha1.DataCategory{v1alpha1.DataNone}):
		return "NoPersonalData"
	case control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityConfidential), slices.Contains(data, v1alpha1.DataNationalID):
		return ""
	}
	return "LessThanConfidential"
}

// judgeUseArrives judges, for one environment, whether the stream arrives and whether the store keeps it as long as is said.
func judgeUseArrives(in control.EnvironmentInput, p *log04) []control.Result {
	env := in.Environment
	audit := env.Solution.Object.Spec.ApplicationAudit
	if reason := concerned(env.Solution, env.Levels); reason != "" {
		return []control.Result{control.NotApplicable(reason).RestingOn(control.Declared)}
	}
	switch {
	case env.Object.Spec.Stage != v1alpha1.StageProduction:
		return []control.Result{control.NotApplicable("NotProduction").RestingOn(control.Declared)}
	case audit == nil || !audit.Enabled || audit.Stream == "":
		return []control.Result{control.Unknown("NothingToArrive", "solution", env.Solution.Object.Name).For(v1alpha1.PartyProvider)}
	}
	j := &stream{in: in, audit: audit, arrival: newArrival(env, in.Now, period(p.ArrivalMaxAge))}
	j.required, j.text = p.required(audit)
	r := j.judge()
	return []control.Result{r.Until(j.arrival.changes).For(v1alpha1.PartyProvider)}
}

func (j *stream) judge() control.Result {
	kept := j.kept()
	args := []string{"stream", j.audit.Stream, "environment", j.in.Environment.Object.Name}
	switch att := j.arrived(); {
	case kept.Verdict == v1alpha1.VerdictFail:
		return kept
	case att == nil:
		return control.Unknown("NoArrivalEvidence", args...)
	case kept.Verdict == v1alpha1.VerdictUnknown:
		return kept
	default:
		return control.Pass("Arrives", append(args, "attestation", att.Name)...).RestingOn(control.Attested).Until(kept.ValidUntil)
	}
}
