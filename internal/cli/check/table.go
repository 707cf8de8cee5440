package check

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/observed"
	"github.com/tilsyn-dev/tilsyn/internal/cli/terminal"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// WriteTable writes the report for people.
func WriteTable(out io.Writer, r *Report, o Output, screen terminal.Screen, color terminal.ColorMode) error {
	t := &table{Writer: terminal.NewWriter(out, screen, color), report: r, output: o}
	t.heading()
	if r.Implicit && r.Inventory != nil {
		t.inventory()
	}
	for _, e := range r.environments() {
		t.environment(e)
	}
	for _, s := range r.solutions() {
		t.solution(s)
	}
	for _, i := range r.institutions() {
		t.institution(i)
	}
	if r.namespace == "" {
		t.platform()
	}
	t.exceptions()
	t.remarks()
	t.summary()
	return t.Err()
}

type table struct {
	*terminal.Writer
	report *Report
	output Output
	hidden int // findings of which only the control was named, because they are observed
}

func (t *table) heading() {
	r := t.report
	from := map[Mode]string{Manifests: "manifests", Snapshot: "a snapshot", Cluster: "the cluster"}[r.Mode]
	t.Printf("Checked %s from %s as of %s.\n", count(r.evidence.objects, "object"), from, r.At.UTC().Format("2006-01-02 15:04 MST"))
	if !r.evidence.taken.IsZero() && !r.evidence.taken.Equal(r.At) {
		t.Printf("The snapshot was taken at %s.\n", r.evidence.taken.UTC().Format("2006-01-02 15:04 MST"))
	}
	if len(r.assumed.unread) > 0 {
		t.Printf("%s could not be read: what is required is %s from profile %s, and nothing passes by it.\n",
			names(r.assumed.unread), t.Paint(terminal.Yellow, "assumed"), t.profile())
	}
	if len(r.assumed.environments) > 0 {
		none := "No SolutionEnvironment is declared"
		if len(r.assumed.unread) > 0 {
			none = "No SolutionEnvironment is known"
		}
		t.Printf(none+", so each namespace is taken for an environment of its own; level and places are %s\n"+
			"from profile %s, and controls of what people declare (DPD, GOV, SUP) are not asked.\n", t.Paint(terminal.Yellow, "assumed"), t.profile())
	}
}

func (t *table) profile() string {
	return t.report.Evaluation.Fleet.Platform.Policy.Profile
}

func (t *table) environment(e *decide.Environment) {
	own := e.Resolved
	spec := own.Object.Spec
	var words []string
	if !t.report.assumed.environments[own.Object.Name] {
		words = append(words, "solution "+spec.Solution, string(spec.Stage))
	}
	level := string(own.Levels.Confidentiality)
	if own.Solution.Assumed {
		level += " (assumed)"
	}
	words = append(words, level, cmp.Or(own.Allowed.String(), "nowhere allowed"), count(e.Workloads, "workload"))
	if hidden := hiddenControls(e.Subject); hidden > 0 {
		words = append(words, count(hidden, "control")+" not to be seen here")
	}
	words = append(words, remarksOf(e.Subject, e.State)...)
	t.subject(own.Object.Name, e.State, e.Provider, e.Institution, words)
	t.findings(e.Subject)
}

// remarksOf says why a state is CompliantWithRemarks: required controls of the subject that are excepted, or that fail or
// are unknown and weigh too little for more. What a solution has no part in is a remark of its environments.
func remarksOf(s *decide.Subject, state v1alpha1.ComplianceState) []string {
	if state != v1alpha1.StateCompliantWithRemarks {
		return nil
	}
	var out []string
	for _, c := range s.Controls {
		said := map[v1alpha1.Verdict]string{v1alpha1.VerdictExcepted: "excepted", v1alpha1.VerdictFail: "fails", v1alpha1.VerdictUnknown: "unknown"}[c.Verdict]
		if said != "" && c.Mode == v1alpha1.ModeRequired {
			out = append(out, string(c.ID)+" "+said)
		}
	}
	if len(out) == 0 {
		return []string{"remarks: those of its environments"}
	}
	return []string{"remarks: " + strings.Join(out, ", ")}
}

// hiddenControls counts those that this way of gathering cannot judge.
func hiddenControls(s *decide.Subject) int {
	ids := map[v1alpha1.ControlID]bool{}
	for _, f := range s.Findings {
		if notObservable(f) {
			ids[f.Control.ID] = true
		}
	}
	return len(ids)
}

func (t *table) solution(s *decide.Solution) {
	if !t.any(s.Subject) && !t.output.All {
		return
	}
	t.subject(s.Resolved.Object.Name, s.Total.State, s.Total.Provider, s.Total.Institution, append([]string{"the solution itself"}, remarksOf(s.Subject, s.Total.State)...))
	t.findings(s.Subject)
}

func (t *table) platform() {
	if t.any(t.report.Decisions.Platform) || t.output.All {
		t.Printf("\n%s\n", t.Paint(terminal.Bold, "Platform"))
		t.findings(t.report.Decisions.Platform)
	}
}

// any tells whether there is something to show.
func (t *table) any(s *decide.Subject) bool {
	for range findings(s, false) {
		return true
	}
	return false
}

func (t *table) subject(name string, state v1alpha1.ComplianceState, provider, institution *v1alpha1.PartyStatus, words []string) {
	states := []string{t.Paint(stateColor(state), string(state))}
	for _, p := range []struct {
		name   string
		status *v1alpha1.PartyStatus
	}{{"provider", provider}, {"institution", institution}} {
		if p.status != nil && p.status.State != state {
			states = append(states, p.name+" "+string(p.status.State))
		}
	}
	t.Printf("\n%s  %s  %s\n", t.Paint(terminal.Bold, name), strings.Join(states, ", "), t.Paint(terminal.Faint, strings.Join(words, ", ")))
}

func stateColor(s v1alpha1.ComplianceState) terminal.Color {
	switch s {
	case v1alpha1.StateCompliant:
		return terminal.Green
	case v1alpha1.StateCompliantWithRemarks:
		return terminal.Cyan
	case v1alpha1.StateNonCompliant:
		return terminal.Red
	default:
		return terminal.Yellow
	}
}

func verdictColor(v v1alpha1.Verdict) terminal.Color {
	switch v {
	case v1alpha1.VerdictPass:
		return terminal.Green
	case v1alpha1.VerdictExcepted:
		return terminal.Cyan
	case v1alpha1.VerdictFail:
		return terminal.Red
	case v1alpha1.VerdictUnknown:
		return terminal.Yellow
	default:
		return terminal.Faint
	}
}

// group is what findings with the same words share.
type group struct {
	control   v1alpha1.ControlID
	verdict   v1alpha1.Verdict
	exception string
	party     v1alpha1.Party
}

// said is what was found and what to do, for the subjects of which it is said in the same words.
type said struct {
	message, remediation string
	subjects             []decide.Finding
}

// findings writes those of one subject, worst first; what is said of several objects in the same words is said once.
func (t *table) findings(s *decide.Subject) {
	var present group
	var texts, undecided []said
	var first decide.Finding
	var observing []v1alpha1.ControlID
	shown := 0
	flush := func() {
		if len(texts) > 0 {
			t.group(first, texts)
		}
		texts = nil
	}
	for f := range findings(s, t.output.All) {
		if t.summarised(f) {
			observing = append(observing, f.Control.ID)
			continue
		}
		shown++
		if ofTheWhole(f, s) && !t.output.All {
			undecided = collect(undecided, f)
			continue
		}
		g := group{f.Control.ID, f.Result.Verdict, f.Exception, f.Party}
		if g != present {
			flush()
			present, first = g, f
		}
		texts = collect(texts, f)
	}
	flush()
	t.undecided(undecided)
	if line := observed.Line(observing, shown); line != "" {
		t.hidden += len(observing)
		t.Printf("  %s\n", t.Paint(terminal.Faint, line))
	}
}

// summarised tells whether a finding is told together with all others that count for nothing.
func (t *table) summarised(f decide.Finding) bool {
	return f.Mode != v1alpha1.ModeRequired && !t.output.All && !t.output.Observed
}

// ofTheWhole tells whether a control cannot be decided for a reason that has nothing to do with the control: it is said once
// for all of them.
func ofTheWhole(f decide.Finding, s *decide.Subject) bool {
	switch f.Result.Reason {
	case control.ReasonEvidenceUnreadable, control.ReasonSolutionMissing, control.ReasonProfileMissing, control.ReasonHostedElsewhere, control.ReasonNoNamespace:
		return f.Result.Subject == s.Ref
	}
	return false
}

// undecided writes what several controls cannot decide for the same reason.
func (t *table) undecided(texts []said) {
	for _, s := range texts {
		var ids []string
		for _, f := range s.subjects {
			ids = append(ids, string(f.Control.ID))
		}
		slices.Sort(ids)
		t.Printf("  %s  nothing can be said of %s\n      %s\n      %s %s\n", t.Paint(terminal.Yellow, string(v1alpha1.VerdictUnknown)),
			t.Paint(terminal.Bold, strings.Join(slices.Compact(ids), ", ")), s.message, t.Paint(terminal.Cyan, "Mend:"), s.remediation)
	}
}

func collect(texts []said, f decide.Finding) []said {
	message, remediation := f.Message(), f.Remediation()
	for i := range texts {
		if texts[i].message == message && texts[i].remediation == remediation {
			texts[i].subjects = append(texts[i].subjects, f)
			return texts
		}
	}
	return append(texts, said{message, remediation, []decide.Finding{f}})
}

func (t *table) group(first decide.Finding, texts []said) {
	remarks := []string{string(first.Party)}
	if first.Mode != v1alpha1.ModeRequired {
		remarks = append(remarks, "observed, does not count")
	}
	if first.Exception != "" {
		remarks = append(remarks, fmt.Sprintf("would fail, exception %s until %s", first.Exception, t.report.ending(first.Exception)))
	}
	width := len(v1alpha1.VerdictUnknown)
	if t.output.All {
		width = len(v1alpha1.VerdictNotApplicable)
	}
	t.Printf("  %s  %-8s  %s  %s %s\n", t.Paint(verdictColor(first.Result.Verdict), fmt.Sprintf("%-*s", width, first.Result.Verdict)),
		first.Control.Severity, t.Paint(terminal.Bold, string(first.Control.ID)), first.Control.Title,
		t.Paint(terminal.Faint, "("+strings.Join(remarks, ", ")+")"))
	for _, s := range texts {
		var rows []terminal.Row
		for _, f := range s.subjects {
			rows = append(rows, t.row(f))
		}
		t.Table("    ", rows)
		t.Printf("      %s\n", s.message)
		if s.remediation != "" && (first.Result.Verdict == v1alpha1.VerdictFail || first.Result.Verdict == v1alpha1.VerdictUnknown) {
			t.Printf("      %s %s\n", t.Paint(terminal.Cyan, "Mend:"), s.remediation)
		}
	}
}

func (t *table) row(f decide.Finding) terminal.Row {
	where := ""
	if p, ok := t.report.evidence.position(f.Result.Subject); ok {
		where = p.String()
	}
	row := terminal.Cells(f.Result.Subject.String(), where, f.Result.Field)
	if since := t.report.since(f); !since.IsZero() {
		row = append(row, terminal.Cell{Text: "since " + since.UTC().Format(time.DateOnly), Color: terminal.Faint})
	}
	if !f.Result.Cause.IsZero() && f.Result.Cause != f.Result.Subject {
		row = append(row, terminal.Cell{Text: "because of " + f.Result.Cause.String(), Color: terminal.Faint})
	}
	return row
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func incomplete(sources []facts.SourceState) []facts.SourceState {
	var out []facts.SourceState
	for _, s := range sources {
		if !s.Complete() && s.Condition != facts.SourceNotObservable {
			out = append(out, s)
		}
	}
	return out
}
