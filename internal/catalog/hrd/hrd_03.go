package hrd

import (
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/workload"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// HRD03 judges how long vulnerabilities of what runs have been known.
var HRD03 = control.Define(control.Meta{
	ID: "HRD-03", Title: "Known vulnerabilities are fixed in time", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyProvider,
	MustHold: "Every image that runs, and every node, is scanned with current data, and vulnerabilities are fixed, or accepted by an exception, within the time for their severity. " +
		"The time runs from when the operator first saw the vulnerability in the workload, whatever image has it.",
	Why: "Most break-ins use vulnerabilities that are known and have a fix. What counts is how long they stay open.",
	NotSeen: "What ignore files and filters of the scanner leave out; whether a vulnerability is exploited already; what an image holds that no package manager knows of; " +
		"nodes (attested, type NodeVulnerabilityScan).",
	ISO:  []string{"8.8 Management of technical vulnerabilities"},
	GDPR: []string{"32"},
	Evidence: []string{"VulnerabilityReport of the Trivy operator: report.artifact.digest, updateTimestamp, os, summary, vulnerabilities[]", "Pod status imageID of every container",
		"SupervisionRecord status.firstSeen", "Attestation NodeVulnerabilityScan"},
	Reasons: hrd03Reasons(),
}, control.Parameters[hrd03]{Defaults: hrd03Defaults, Validate: hrd03Validate}, control.Rules[hrd03]{
	Namespace: &control.NamespaceRule[hrd03]{
		Needs: []control.Need{control.Needs[facts.Workload](), control.Needs[facts.Pod](), control.Needs[facts.Owner](), control.Needs[facts.VulnerabilityReport](),
			control.Needs[facts.VulnerabilitiesSeen]()},
		Begin: func(in control.EnvironmentInput, p *hrd03) func(control.NamespaceInput, []control.Result) []control.Result {
			return newScanJudge(in, p).namespace
		},
		None: control.NotApplicable(control.ReasonNoWorkloads),
	},
	Platform: &control.PlatformRule[hrd03]{Needs: []control.Need{control.NeedsAll[v1alpha1.Attestation]()}, Judge: judgeNodeScan},
})

// hrd03 are the parameters of HRD-03.
type hrd03 struct {
	// Critical vulnerabilities are fixed within so many days.
	Critical int `json:"critical"`
	// High likewise.
	High int `json:"high"`
	// Medium likewise; also those that the scanner gives no severity.
	Medium int `json:"medium"`
	// Low likewise.
	Low int `json:"low"`
	// ReportMaxAge is how old a report may be, for example 48h.
	ReportMaxAge string `json:"reportMaxAge"`
}

func hrd03Defaults(l control.Levels) hrd03 {
	p := hrd03{Critical: 7, High: 30, Medium: 90, Low: 180, ReportMaxAge: "48h"}
	if control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialitySensitive) {
		p.Critical, p.High = 3, 14
	}
	return p
}

func (p *hrd03) limit(severity string) time.Duration {
	days := p.Medium
	switch severity {
	case "Critical":
		days = p.Critical
	case "High":
		days = p.High
	case "Low":
		days = p.Low
	}
	return time.Duration(days) * 24 * time.Hour
}

func newScanJudge(in control.EnvironmentInput, p *hrd03) *scanJudge {
	period, err := date.ParsePeriod(p.ReportMaxAge)
	if err != nil {
		period = date.Period{} // Validate has refused it
	}
	return &scanJudge{EnvironmentInput: in, p: p, maxAge: period}
}

type scanJudge struct {
	control.EnvironmentInput
	p      *hrd03
	maxAge date.Period
}

// scanned is what is known of one workload.
type scanned struct {
	ref    facts.Ref
	worst  control.Result
	images map[facts.Digest]bool
	open   []facts.Vulnerability
}

func (j *scanJudge) namespace(in control.NamespaceInput, out []control.Result) []control.Result {
	here := namespaceRef(in.Namespace)
	if j.Environment.Platform.OwnsNamespace(in.Namespace) {
		return out
	}
	running := j.running(in)
	if len(running) == 0 {
		return out
	}
	if !facts.Recognised[facts.VulnerabilityReport](in.Facts) {
		return append(out, control.Unknown("NoScanner").On(here))
	}
	reports := map[facts.Digest]*facts.VulnerabilityReport{}
	for _, r := range facts.ListIn[facts.VulnerabilityReport](in.Facts, in.Namespace) {
		if last := reports[r.Digest]; last == nil || last.UpdatedAt.Before(r.UpdatedAt) {
			reports[r.Digest] = r
		}
	}
	first := j.firstSeen(in.Facts)
	for _, s := range running {
		out = append(out, j.workload(s, reports, first).On(s.ref))
	}
	return out
}

// firstSeen gathers what the operator remembers of the environment.
func (j *scanJudge) firstSeen(v facts.View) map[string]time.Time {
	out := map[string]time.Time{}
	for _, m := range facts.ListIn[facts.VulnerabilitiesSeen](v, "") {
		if m.Environment != j.Environment.Object.Name {
			continue
		}
		for key, at := range m.First {
			if old, known := out[key]; !known || at.Before(old) {
				out[key] = at
			}
		}
	}
	return out
}

// running lists the workloads of a namespace that run something, with the digests of what they run.
func (j *scanJudge) running(in control.NamespaceInput) []*scanned {
	var out []*scanned
	at, roots := map[facts.Ref]*scanned{}, workload.RootsIn(in.Facts, in.Namespace)
	for _, pod := range facts.ListIn[facts.Pod](in.Facts, in.Namespace) {
		if pod.Phase != facts.PodRunning {
			continue
		}
		ref := roots.Of(pod)
		s := at[ref]
		if s == nil {
			s = &scanned{ref: ref, worst: control.Pass("FixedInTime"), images: map[facts.Digest]bool{}}
			at[ref], out = s, append(out, s)
		}
		for i := range pod.Shape.Containers {
			c := &pod.Shape.Containers[i]
			var image facts.RunningImage
			if pod.Images != nil && i < len(pod.Images.Running) {
				image = pod.Images.Running[i]
			}
			args := []string{"container", c.Name, "pod", pod.Name, "namespace", pod.Namespace, "image", c.Image}
			switch {
			case image.Digest.IsZero():
				s.doubt(control.Unknown("NotReported", args...))
			case image.Bare:
				s.doubt(control.Unknown("NotMatched", args...))
			default:
				s.images[image.Digest] = true
			}
		}
	}
	return out
}

// doubt keeps the first thing that leaves the workload undecided.
func (s *scanned) doubt(r control.Result) {
	if s.worst.Verdict == v1alpha1.VerdictPass {
		s.worst = r.Until(s.worst.ValidUntil)
	} else {
		s.worst = s.worst.Until(r.ValidUntil)
	}
}

// workload judges the images of a workload by their reports.
func (j *scanJudge) workload(s *scanned, reports map[facts.Digest]*facts.VulnerabilityReport, first map[string]time.Time) control.Result {
	digests := make([]string, 0, len(s.images))
	for d := range s.images {
		digests = append(digests, d.String())
	}
	slices.Sort(digests)
	for _, text := range digests {
		digest, _ := facts.ParseDigest(text)
		r := reports[digest]
		if r == nil {
			s.doubt(control.Unknown("NoReport", "digest", text, "namespace", s.ref.Namespace, "kind", s.ref.Kind, "name", s.ref.Name))
			continue
		}
		j.report(s, r)
	}
	return j.age(s, first)
}

// report judges whether a report says something of today, and takes what it says.
func (j *scanJudge) report(s *scanned, r *facts.VulnerabilityReport) {
	args := []string{"report", r.Ref.Name, "namespace", r.Ref.Namespace, "updated", r.UpdatedAt.UTC().Format("2006-01-02 15:04 MST"), "maxAge", j.p.ReportMaxAge, "image", r.Repository}
	old := j.maxAge.After(r.UpdatedAt)
	counted := r.Critical + r.High + r.Medium + r.Low + r.Unrated
	s.open = append(s.open, r.Found...)
	switch {
	case r.UpdatedAt.IsZero() || r.UpdatedAt.After(j.Now.Add(time.Hour)):
		s.doubt(control.Unknown("ReportUndated", args...).Because(r.Ref).Until(future(r.UpdatedAt, j.Now)))
	case !j.Now.Before(old):
		s.doubt(control.Unknown("ReportOld", args...).Because(r.Ref))
	case len(r.Found) == 0 && counted > 0:
		s.doubt(control.Unknown("ReportCut", args...).Because(r.Ref).Until(old))
	case r.Omitted > 0:
		s.doubt(control.Unknown("ReportCut", args...).Because(r.Ref).Until(old))
	case len(r.Found) == 0 && r.OS == "" && r.Packages <= 0:
		s.doubt(control.Unknown("NothingAnalysed", args...).Because(r.Ref).Until(old))
	default:
		s.worst = s.worst.Until(old)
	}
}

// future gives when a time that is an hour and more ahead is so no longer, zero for none.
func future(t, now time.Time) time.Time {
	if at := t.Add(-time.Hour); at.After(now) {
		return at
	}
	return time.Time{}
}
