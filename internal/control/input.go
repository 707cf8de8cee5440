package control

import (
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// Solution is a HostedSolution with what is in force for it, resolved from the solution, its profile and the Platform.
type Solution struct {
	Object *v1alpha1.HostedSolution
	// Missing is true where nobody has applied the solution that an environment names; Object then has nothing but the name.
	Missing bool
	Levels  Levels
	// Assumed is true where the solution is unclassified and the profile's level is used.
	Assumed bool
	// Allowed places for data: declared, cut by the profile's cap and by a national requirement.
	Allowed *region.Allowed
	// RecoveryPoint, RecoveryTime and BackupRetention as declared; zero where the solution declares none.
	RecoveryPoint, RecoveryTime time.Duration
	BackupRetention             date.Period
	Attestations                []*v1alpha1.Attestation // about the solution or the platform, in force or not
	// Platform with the tables in force; never nil.
	Platform *Platform
	// Environments of the solution, by name.
	Environments []string
	// Profile in force, by name, and the controls that take no exception by it, sorted.
	Profile   string
	Mandatory []v1alpha1.ControlID
}

// Environment is a SolutionEnvironment with what is in force for it. Solution, Platform and Allowed are never nil.
type Environment struct {
	Object   *v1alpha1.SolutionEnvironment
	Solution *Solution
	Platform *Platform
	// Namespaces that the patterns match now, ordered. ClaimedTwice names, per namespace, the other environments that claim it.
	Namespaces   []string
	ClaimedTwice map[string][]string
	// Uses lists shared namespaces that hold services of the environment.
	Uses []string
	// Levels in force: the highest of the solutions that share a namespace.
	Levels Levels
	// Allowed places in force: those of the solution, or of every solution that shares a namespace.
	Allowed      *region.Allowed
	Attestations []*v1alpha1.Attestation // about the environment, its solution or the platform, in force or not
	// Key identifies everything above in memo keys.
	Key string
	// scope is Namespaces and Uses, made once.
	scope []string
}

// Scope lists the namespaces whose facts belong to the environment: its own and the shared ones it uses. Workloads of all of
// them are judged.
func (e *Environment) Scope() []string {
	if len(e.Uses) == 0 {
		return e.Namespaces
	}
	if e.scope != nil {
		return e.scope
	}
	return slices.Concat(e.Namespaces, e.Uses)
}

// Frozen fills in what is computed once and gives the environment back; whoever makes environments calls it last.
func (e *Environment) Frozen() *Environment {
	e.scope = slices.Concat(e.Namespaces, e.Uses)
	return e
}

// Ref names the environment.
func (e *Environment) Ref() facts.Ref {
	return facts.Ref{Group: v1alpha1.GroupVersion.Group, Kind: "SolutionEnvironment", Name: e.Object.Name}
}

// Ref names the solution.
func (s *Solution) Ref() facts.Ref {
	return facts.Ref{Group: v1alpha1.GroupVersion.Group, Kind: "HostedSolution", Name: s.Object.Name}
}

// Platform is the Platform resource, or its absence, with the tables in force.
type Platform struct {
	// Object is nil where the cluster has no Platform resource.
	Object *v1alpha1.Platform
	Tables *region.Tables
	// Providers whose regions count: declared, else seen on nodes.
	Providers []string
	// Schedulers that obey node affinity, default-scheduler among them.
	Schedulers []string
	// RegionKeys and ZoneKeys are node label keys beyond the standard ones.
	RegionKeys, ZoneKeys []string
	// Problems with the Platform resource, for its Accepted condition.
	Problems []string
}

// Ref names the platform.
func (p *Platform) Ref() facts.Ref {
	return facts.Ref{Group: v1alpha1.GroupVersion.Group, Kind: "Platform", Name: v1alpha1.PlatformName}
}

// WorkloadInput is everything a workload rule may look at.
type WorkloadInput struct {
	Workload    *facts.Workload
	Environment *Environment
	Facts       facts.View
	Now         time.Time
}

// NamespaceInput is what a rule of namespaces may look at beside the environment.
type NamespaceInput struct {
	Namespace string
	Facts     facts.View
}

// EnvironmentInput is everything an environment rule may look at.
type EnvironmentInput struct {
	Environment *Environment
	// Facts are none where a rule of namespaces begins.
	Facts facts.View
	Now   time.Time
	// First holds the first pass's results of the environment, for controls of the second pass: every Fail and Unknown, and
	// for a control with neither one folded Pass or NotApplicable on the environment.
	First []Result
	// OnPlatform holds what the control's own rule of the platform found, for rules of environments that inherit it.
	OnPlatform []Result
}

// Inherited gives what the control found on the platform as a result of the environment: the worst of it, with the object
// that it was found on as its cause. Text and mend are those that the Platform shows.
func (in EnvironmentInput) Inherited() Result {
	worst := Unknown(ReasonNoResult).On(in.Environment.Platform.Ref())
	for i, r := range in.OnPlatform {
		if i == 0 || Worse(r.Verdict, worst.Verdict) {
			worst = r
		}
	}
	for _, r := range in.OnPlatform {
		worst = worst.Until(r.ValidUntil)
	}
	return worst.Because(worst.Subject).At("").On(in.Environment.Ref())
}

// SolutionInput is everything a solution rule may look at.
type SolutionInput struct {
	Solution *Solution
	Facts    facts.View
	Now      time.Time
	// First holds the first pass's results of the solution and all its environments, for controls of the second pass, as
	// in EnvironmentInput.
	First []EnvironmentResult
	// Refused says, in the second pass, of exceptions of the solution why they are not accepted and never have effect, by name.
	Refused map[string]string
}

// EnvironmentResult is a first-pass result with the environment it came from, empty for the solution's own.
type EnvironmentResult struct {
	Environment string
	Result
}

// PlatformInput is everything a platform rule may look at.
type PlatformInput struct {
	Platform *Platform
	// Environments, all of them, resolved.
	Environments []*Environment
	Attestations []*v1alpha1.Attestation // about the platform, in force or not
	Facts        facts.View
	Now          time.Time
}
