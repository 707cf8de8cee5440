// Package workloads makes up workloads with known answers: how each was put together says where its pods may run, whether
// its logs are taken and whether its volume is backed up. The answers come from the making and never from a checker, so
// they can judge one. The same seed gives the same workloads, each for itself, so that any number of them can be made in
// any order and in parallel.
package workloads

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// Options say what to make.
type Options struct {
	// Seed of everything that is chosen.
	Seed uint64
	// Count of workloads.
	Count int
	// PerNamespace is the number of workloads in a namespace; zero is 50.
	PerNamespace int
	// Solutions that the namespaces belong to in turn; zero is one.
	Solutions int
	// Now is the time at which backups and attestations are fresh.
	Now time.Time
	// OnlyDeployments makes nothing else, so that each workload has a ReplicaSet between itself and its pods.
	OnlyDeployments bool
	// Sound makes only workloads in which there is nothing to find.
	Sound bool
}

// Kinds of workloads.
const (
	Deployment  = "Deployment"
	StatefulSet = "StatefulSet"
	DaemonSet   = "DaemonSet"
	CronJob     = "CronJob"
	Job         = "Job"
)

// Data says what a workload keeps.
type Data string

// What a workload keeps. Claim is backed up, ExcludedClaim carries the label that takes it out of every Velero backup.
const (
	NoData        Data = "NoData"
	Claim         Data = "Claim"
	ExcludedClaim Data = "ExcludedClaim"
)

// Workload is one workload as it was put together.
type Workload struct {
	Index           int
	Solution        string
	Namespace, Name string
	Kind            string
	// Placement is how it was written where the pods may run, with the right answer.
	Placement Recipe
	// OptOut is the annotation or label by which its logs are not taken, empty where they are.
	OptOut string
	// Data that it keeps.
	Data Data
	// Outside tells whether its pods run outside the allowed regions.
	Outside bool

	created time.Time
	random  uint64
}

// Generator makes workloads.
type Generator struct {
	Options
	recipes []Recipe
}

// New makes a generator.
func New(o Options) *Generator {
	if o.PerNamespace <= 0 {
		o.PerNamespace = 50
	}
	o.Solutions = max(o.Solutions, 1)
	return &Generator{Options: o, recipes: Recipes()}
}

// namespaceOf gives the solution and namespace of the n-th namespace.
func (g *Generator) namespaceOf(n int) (solution, namespace string) {
	s := n % g.Solutions
	return solutionName(s), fmt.Sprintf("s%02d-%04d", s, n/g.Solutions)
}

func solutionName(s int) string { return fmt.Sprintf("solution-%02d", s) }

// Namespaces counts the namespaces that are used.
func (g *Generator) Namespaces() int { return (g.Count + g.PerNamespace - 1) / g.PerNamespace }

// Workload puts the i-th workload together. One in four is written so that it can run outside.
func (g *Generator) Workload(i int) Workload {
	r := rand.New(rand.NewPCG(g.Seed, uint64(i)))
	w := Workload{Index: i, Name: fmt.Sprintf("app-%06d", i), Kind: g.kind(r), random: r.Uint64(), Data: NoData}
	w.Solution, w.Namespace = g.namespaceOf(i / g.PerNamespace)
	w.created = g.Now.Add(-time.Duration(24+r.IntN(24*300)) * time.Hour).Truncate(time.Second)
	w.Placement = g.recipe(r)
	if w.OptOut = optOut(r); g.Sound {
		w.OptOut = ""
	}
	if w.Kind == StatefulSet || w.Kind == Deployment && r.IntN(4) == 0 {
		w.Data = Claim
		if r.IntN(10) == 0 && !g.Sound {
			w.Data = ExcludedClaim
		}
	}
	w.Outside = !w.Placement.Pinned && r.IntN(5) == 0
	return w
}

func (g *Generator) kind(r *rand.Rand) string {
	n := r.IntN(100)
	switch {
	case g.OnlyDeployments || n < 72:
		return Deployment
	case n < 84:
		return StatefulSet
	case n < 92:
		return CronJob
	case n < 97:
		return Job
	default:
		return DaemonSet
	}
}

// recipe takes a way that pins for three of four workloads, each way as often as the others of its sort.
func (g *Generator) recipe(r *rand.Rand) Recipe {
	wanted := r.IntN(4) != 0 || g.Sound
	for {
		if way := g.recipes[r.IntN(len(g.recipes))]; way.Pinned == wanted {
			return way
		}
	}
}

// optOuts of the collector that the corpus has (Fluent Bit, which heeds them).
var optOuts = []string{"fluentbit.io/exclude", "fluentbit.io/exclude_stdout", "fluentbit.io/exclude-app"}

func optOut(r *rand.Rand) string {
	if r.IntN(12) != 0 {
		return ""
	}
	return optOuts[r.IntN(len(optOuts))]
}

// YAML gives the manifests of the workload: itself, and its claim if it is a Deployment that has one.
func (w *Workload) YAML() []byte {
	b := &strings.Builder{}
	w.write(b)
	if w.Kind == Deployment && w.Data != NoData {
		b.WriteString("---\n")
		w.writeClaim(b)
	}
	return []byte(b.String())
}
