package gov

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

// GOV08 judges that supervision itself has no holes.
var GOV08 = control.Define(control.Meta{
	ID: "GOV-08", Title: "Nothing runs outside supervision", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyProvider,
	MustHold: "Every namespace with workloads is claimed by exactly one environment of a solution that exists, or is on the Platform's list of its own namespaces; every environment's patterns match something. " +
		"Of Kubernetes' own namespaces only kube-system need not be listed, because the parts of Kubernetes run there; in kube-public and kube-node-lease nothing runs.",
	Why:      "What nobody claims is judged by nobody. The first question of an auditor is what runs here that is not on the list.",
	NotSeen:  "Workloads in other clusters; what belongs to a solution and runs in a namespace of the platform, kube-system among them: the passing result names these namespaces.",
	ISO:      []string{"5.9 Inventory of information and other associated assets", "8.9 Configuration management"},
	GDPR:     []string{"5(2)", "24", "30"},
	Evidence: []string{"namespaces with workloads or pods", "SolutionEnvironment spec.namespaces, spec.solution", "HostedSolution names", "Platform spec.namespaces", "SupervisionRecord status.deletedAt, status.namespaces"},
	Reasons: []control.ReasonText{
		{Reason: "Claimed", Verdict: v1alpha1.VerdictPass, Text: "Every namespace of the environment is claimed once."},
		{Reason: "AllClaimed", Verdict: v1alpha1.VerdictPass, Text: "Every namespace with workloads is claimed or belongs to the platform: {platform}."},
		{Reason: "NewNamespace", Verdict: v1alpha1.VerdictPass, Text: "Namespace {namespace} is new and has until {until} to be claimed."},
		{Reason: "Unclaimed", Verdict: v1alpha1.VerdictFail, Text: "Namespace {namespace} runs {workloads} and belongs to no environment: {examples}.",
			Remediation: "Name it in a SolutionEnvironment (spec.namespaces: [{namespace}]), or in the Platform (spec.namespaces[] {name: {namespace}, owner}) if it is the platform's own."},
		{Reason: "SupervisionRemoved", Verdict: v1alpha1.VerdictFail, Text: "Namespace {namespace} runs {workloads}, but {kind} {name}, which supervised it, was deleted on {date}.",
			Remediation: "Apply {kind} {name} again, or let another SolutionEnvironment claim the namespace. If the solution has ended, its data are first handed over or erased as agreed (DPD-02); then its owner takes the workloads away."},
		{Reason: "SolutionUnknown", Verdict: v1alpha1.VerdictFail, Text: "Namespace {namespace} runs {workloads} and is claimed by SolutionEnvironment {environment} alone, whose HostedSolution {solution} does not exist: {examples}.",
			Remediation: "Apply HostedSolution {solution}. If its name is wrong, let a new SolutionEnvironment with the right spec.solution claim the namespace: an environment keeps its solution."},
		{Reason: "NothingRunsHere", Verdict: v1alpha1.VerdictFail, Text: "Namespace {namespace} runs {workloads}, although Kubernetes keeps it for its own data and runs nothing there: {examples}.",
			Remediation: "Move the workloads to a namespace that an environment claims. If they are the platform's own, list the namespace with its owner: Platform spec.namespaces[] {name: {namespace}, owner}."},
		{Reason: "ClaimedTwice", Verdict: v1alpha1.VerdictFail, Text: "Namespace {namespace} is also claimed by {others}.",
			Remediation: "Let one SolutionEnvironment claim it. If both solutions use what runs there, list it in the Platform as shared and name it in spec.uses of both."},
		{Reason: "NobodyAnswers", Verdict: v1alpha1.VerdictFail, Text: "The Platform lists {namespaces} as its own, and the owner is still to be filled in.",
			Remediation: "Name the team that answers for each: kubectl edit platform cluster, spec.namespaces[].owner. What is none of the platform's own is claimed by a SolutionEnvironment instead."},
		{Reason: "NothingMatched", Verdict: v1alpha1.VerdictFail, Text: "The patterns {patterns} match no namespace that is free to claim.",
			Remediation: "Correct spec.namespaces (kubectl get namespaces); take a namespace that the Platform lists as its own out of that list where it is this solution's; or delete the SolutionEnvironment if the solution runs here no more."},
	},
}, control.Parameters[gov08]{
	Defaults: func(control.Levels) gov08 { return gov08{GraceForNewNamespace: "24h"} },
	Validate: validateGOV08,
}, control.Rules[gov08]{
	Environment: &control.EnvironmentRule[gov08]{Needs: []control.Need{control.Needs[facts.Namespace]()}, Judge: judgeClaims},
	Platform: &control.PlatformRule[gov08]{
		Needs: []control.Need{control.NeedsAll[facts.Namespace](), control.SeesAll[facts.Workload](), control.SeesAll[facts.Tombstone](), control.NeedsAll[v1alpha1.SolutionEnvironment](), control.SeesAll[v1alpha1.HostedSolution]()},
		Judge: judgeUnclaimed,
	},
})

// gov08 are the parameters of GOV-08.
type gov08 struct {
	// GraceForNewNamespace is how long a new namespace may run workloads before it is claimed, at most 7d.
	GraceForNewNamespace string `json:"graceForNewNamespace"`
}

func validateGOV08(p gov08, _ control.Levels) error {
	d, err := date.ParseDuration(p.GraceForNewNamespace)
	if err != nil {
		return fmt.Errorf("graceForNewNamespace: %w", err)
	}
	if d > 7*24*time.Hour {
		return fmt.Errorf("graceForNewNamespace: %s is more than 7d", p.GraceForNewNamespace)
	}
	return nil
}

func judgeClaims(in control.EnvironmentInput, _ *gov08) []control.Result {
	e := in.Environment
	var out []control.Result
	for _, ns := range e.Namespaces {
		if others := e.ClaimedTwice[ns]; len(others) > 0 {
			out = append(out, control.Fail("ClaimedTwice", "namespace", ns, "others", strings.Join(others, ", ")).
				On(facts.Ref{Kind: "Namespace", Name: ns}))
		}
	}
	if len(out) == 0 {
		return []control.Result{control.Pass("Claimed")}
	}
	return out
}

// judgeUnclaimed finds what is outside supervision. What it finds stands; that there is nothing else is known only where
// every source is complete.
func judgeUnclaimed(in control.PlatformInput, p *gov08) []control.Result {
	missing := append(facts.Incomplete[facts.Workload](in.Facts), facts.Incomplete[facts.Tombstone](in.Facts)...)
	onlyManifests := slices.ContainsFunc(missing, func(s facts.SourceState) bool { return s.Condition == facts.SourceNotObservable })
	c := claimsOf(in, onlyManifests)
	missing = append(missing, c.undecided...)
	var out []control.Result
	for _, e := range in.Environments {
		if len(e.Namespaces) == 0 && e.Object.Spec.HostedBy == "" && !onlyManifests { // the cluster may have the namespace
			out = append(out, nothingMatched(e))
		}
	}
	if names := ownerless(in.Platform); len(names) > 0 {
		out = append(out, control.Fail("NobodyAnswers", "namespaces", shorten(names)).At("spec.namespaces"))
	}
	grace, _ := date.ParseDuration(p.GraceForNewNamespace)
	var platform []string
	for _, ns := range namespaces(in.Facts, onlyManifests) {
		workloads := facts.ListIn[facts.Workload](in.Facts, ns.Name)
		switch {
		case len(workloads) == 0 || c.supervised[ns.Name]:
		case in.Platform.RunsIn(ns.Name):
			platform = append(platform, ns.Name)
		default:
			out = append(out, outside{in, ns, workloads, c.orphans[ns.Name]}.judge(grace))
		}
	}
	if len(missing) > 0 {
		return append(out, control.Unreadable(missing...))
	}
	if len(out) == 0 {
		return []control.Result{control.Pass("AllClaimed", "platform", shorten(platform))}
	}
	return out
}

// claims are the namespaces that environments of known solutions have, and those that only others have.
type claims struct {
	supervised map[string]bool
	orphans    map[string]*control.Environment
	// undecided are sources without which nobody knows whether a solution exists.
	undecided []facts.SourceState
}

// With manifests alone, the solution may stand in another repository.
func claimsOf(in control.PlatformInput, onlyManifests bool) claims {
	c := claims{supervised: map[string]bool{}, orphans: map[string]*control.Environment{}}
	for _, e := range in.Environments {
		missing := e.Solution.Missing
		if missing {
			c.undecided = facts.Incomplete[v1alpha1.HostedSolution](in.Facts)
		}
		for _, ns := range e.Namespaces {
			switch {
			case !missing || onlyManifests || len(c.undecided) > 0:
				c.supervised[ns] = true
			case c.orphans[ns] == nil:
				c.orphans[ns] = e
			}
		}
	}
	return c
}

// namespaces gives those that exist; manifests often hold no Namespace objects, so there also those that workloads name.
func namespaces(v facts.View, onlyManifests bool) []*facts.Namespace {
	known := facts.ListIn[facts.Namespace](v, "")
	if !onlyManifests {
		return known
	}
	out := slices.Clone(known)
	for _, name := range v.Namespaces(facts.TypeOf[facts.Workload]()) {
		if facts.Get[facts.Namespace](v, "", name) == nil {
			out = append(out, &facts.Namespace{Name: name})
		}
	}
	return out
}

// ownerless lists the namespaces of the platform whose owner is a word that only holds the place of one.
func ownerless(p *control.Platform) []string {
	var out []string
	if p.Object != nil {
		for _, n := range p.Object.Spec.Namespaces {
			if v1alpha1.IsToBeFilledIn(n.Owner) {
				out = append(out, string(n.Name))
			}
		}
	}
	return out
}

func nothingMatched(e *control.Environment) control.Result {
	patterns := make([]string, len(e.Object.Spec.Namespaces))
	for i, p := range e.Object.Spec.Namespaces {
		patterns[i] = string(p)
	}
	return control.Fail("NothingMatched", "patterns", strings.Join(patterns, ", ")).On(e.Ref()).At("spec.namespaces")
}

// outside is a namespace with workloads that no environment of a known solution has.
type outside struct {
	in        control.PlatformInput
	namespace *facts.Namespace
	workloads []*facts.Workload
	orphan    *control.Environment // that claims it for a solution that does not exist; nil: none
}

func (o outside) judge(grace time.Duration) control.Result {
	name := o.namespace.Name
	subject := facts.Ref{Kind: "Namespace", Name: name}
	args := []string{"namespace", name, "workloads", count(o.workloads), "examples", examples(o.workloads)}
	for _, t := range facts.List[facts.Tombstone](o.in.Facts) {
		if slices.Contains(t.Namespaces, name) {
			return control.Fail("SupervisionRemoved", append(args, "kind", t.Kind, "name", t.Name,
				"date", t.DeletedAt.In(date.Copenhagen()).Format(time.DateOnly))...).On(subject)
		}
	}
	if o.in.Platform.OwnsNamespace(name) { // as old as the cluster, so no grace
		return control.Fail("NothingRunsHere", args...).On(subject)
	}
	if until := o.namespace.CreatedAt.Add(grace); o.in.Now.Before(until) {
		return control.Pass("NewNamespace", "namespace", name, "until", until.UTC().Format("2006-01-02 15:04 MST")).On(subject).Until(until)
	}
	if o.orphan != nil {
		return control.Fail("SolutionUnknown", append(args, "environment", o.orphan.Object.Name, "solution", o.orphan.Object.Spec.Solution)...).
			On(subject).Because(o.orphan.Ref())
	}
	return control.Fail("Unclaimed", args...).On(subject)
}

func count(workloads []*facts.Workload) string {
	if len(workloads) == 1 {
		return "1 workload"
	}
	return fmt.Sprintf("%d workloads", len(workloads))
}

func examples(workloads []*facts.Workload) string {
	var names []string
	for _, w := range workloads {
		name := w.Ref.Kind + " " + w.Ref.Name
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return shorten(names)
}

// shorten names the first few of a list.
func shorten(names []string) string {
	const shown = 3
	switch {
	case len(names) == 0:
		return "none"
	case len(names) > shown:
		return strings.Join(names[:shown], ", ") + fmt.Sprintf(" and %d more", len(names)-shown)
	}
	return strings.Join(names, ", ")
}
