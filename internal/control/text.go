package control

import (
	"slices"
	"strings"
	"unicode"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/scan"
)

// maxArgument is how much of an argument is shown; messages of foreign products can be long.
const maxArgument = 512

// Text gives the prose of a reason, the control's own or the engine's.
func (c *Control) Text(reason Reason) (ReasonText, bool) {
	for i := range c.Reasons {
		if c.Reasons[i].Reason == reason {
			return c.Reasons[i], true
		}
	}
	for _, r := range engineReasons() {
		if r.Reason == reason {
			return r, true
		}
	}
	return ReasonText{}, false
}

// Render gives the message and the remediation of a result.
func (c *Control) Render(r Result) (message, remediation string) {
	t, ok := c.Text(r.Reason)
	if !ok {
		return string(r.Reason), ""
	}
	args := append(slices.Clip(r.Args), Arg{"control", string(c.ID)}) // a rule's own {control} comes first
	return expand(t.Text, args), expand(t.Remediation, args)
}

// EngineReasons lists the reasons that the engine gives by itself, for documentation.
func EngineReasons() []ReasonText { return engineReasons() }

func engineReasons() []ReasonText {
	const unknown = v1alpha1.VerdictUnknown
	return []ReasonText{
		{Reason: ReasonEvidenceUnreadable, Verdict: unknown, Text: "{source} cannot be read: {message}",
			Remediation: "Grant the right that is missing, or correct the object that is named. Where the operator runs, status.sources of the Platform lists every source and what it lacks."},
		{Reason: ReasonNotObservable, Verdict: unknown, Text: "{source} cannot be seen from manifests alone.",
			Remediation: "Check a cluster or a snapshot: tilsyn check --cluster, or tilsyn check --snapshot FILE."},
		{Reason: ReasonPanic, Verdict: unknown, Text: "The control failed inside: {error}",
			Remediation: "Report this as a defect of Tilsyn with the control's id and the message."},
		{Reason: ReasonInvalidParameters, Verdict: unknown, Text: "The profile's parameters are wrong: {error}",
			Remediation: "Correct the entry of this control in the ControlProfile; `tilsyn explain {control}` lists the parameters."},
		{Reason: ReasonInherited, Verdict: unknown, Text: "Judged once on the Platform: {message}",
			Remediation: "See the findings of the Platform."},
		{Reason: ReasonSettling, Verdict: unknown, Text: "Not judged yet, it may pass by itself: {message}",
			Remediation: "Wait for {settle}; if it lasts, it becomes a finding."},
		{Reason: ReasonNoWorkloads, Verdict: v1alpha1.VerdictNotApplicable, Text: "The environment has no workloads."},
		{Reason: ReasonNoResult, Verdict: unknown, Text: "The control said nothing.",
			Remediation: "Report this as a defect of Tilsyn with the control's id."},
		{Reason: ReasonProfileMissing, Verdict: unknown, Text: "There is no usable ControlProfile {profile}: {message}",
			Remediation: "Apply the profile, or name another one in spec.profile of the HostedSolution; `kubectl get cprof` lists those there are."},
		{Reason: ReasonSolutionMissing, Verdict: unknown, Text: "There is no HostedSolution {solution}, so nothing says what is required.",
			Remediation: "Apply the HostedSolution {solution}, or name the right one in a new SolutionEnvironment; `kubectl get hs` lists those there are."},
		{Reason: ReasonHostedElsewhere, Verdict: unknown, Text: "{supplier} runs the environment outside this cluster, where nothing can be observed.",
			Remediation: "Ask {supplier} for evidence; until statements of suppliers can be registered, the control stays undecided."},
		{Reason: ReasonTemplateUnread, Verdict: unknown, Text: "What pods come of a {kind} of {group} only its controller knows; what it says of them is not judged.",
			Remediation: "Check a cluster or a snapshot, where its pods are judged: tilsyn check --cluster, or tilsyn check --snapshot FILE."},
		{Reason: ReasonNoNamespace, Verdict: unknown, Text: "No namespace matches the environment's patterns, so there is nothing to judge.",
			Remediation: "Correct spec.namespaces of the SolutionEnvironment, or delete it where the solution no longer runs here. From manifests: give those of its namespaces as well."},
	}
}

// Unreadable makes the result of a rule that cannot decide because sources are incomplete, as facts.Incomplete gives them.
func Unreadable(incomplete ...facts.SourceState) Result {
	reason, first := ReasonNotObservable, facts.SourceState{Message: "not known"}
	for i, s := range incomplete {
		if s.Condition != facts.SourceNotObservable {
			reason, first = ReasonEvidenceUnreadable, s
			break
		}
		if i == 0 {
			first = s
		}
	}
	return Unknown(reason, "source", string(first.ID), "message", first.Why())
}

// expand puts the arguments into a text with {name} marks, in one pass: what looks like a mark inside an argument is not one.
func expand(text string, args []Arg) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		value, known := argument(args, name)
		if !closed || !known {
			b.WriteByte('{')
			text = rest
			continue
		}
		masked, _ := scan.Masked(value) // names of objects may hold numbers of persons
		b.WriteString(printable(masked))
		text = after
	}
}

func argument(args []Arg, name string) (string, bool) {
	for _, a := range args {
		if a.Name == name {
			return a.Value, true
		}
	}
	return "", false
}

// printable makes one line of what a foreign object says, cut to a length that people read.
func printable(s string) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Cf) {
			return ' '
		}
		return r
	}, s)
	count := 0
	for i := range clean {
		if count == maxArgument {
			return clean[:i] + "…"
		}
		count++
	}
	return clean
}

// marks lists the {name} marks of a text.
func marks(text string) []string {
	var out []string
	for {
		_, rest, ok := strings.Cut(text, "{")
		if !ok {
			return out
		}
		text = rest
		if name, after, closed := strings.Cut(rest, "}"); closed && isMark(name) {
			out = append(out, name)
			text = after
		}
	}
}

// isMark tells a mark from braces that belong to the text, such as JSON or flow-style YAML.
func isMark(name string) bool {
	if name == "" {
		return false
	}
	return !strings.ContainsFunc(name, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) })
}

// UnfilledMarks lists the marks of the reason's text and remediation that the result has no argument for.
func (c *Control) UnfilledMarks(r Result) []string {
	t, _ := c.Text(r.Reason)
	var out []string
	for _, m := range append(marks(t.Text), marks(t.Remediation)...) {
		if _, ok := argument(r.Args, m); !ok && m != "control" {
			out = append(out, m)
		}
	}
	return out
}
