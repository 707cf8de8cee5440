package dpd

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// stages says what namespaces belong to environments of which stage.
type stages struct {
	production map[string]string // namespace to environment
	names      []string          // of production, sorted
	other      map[string]bool
	hosts      map[string]string // entry points of production, to environment
}

type stagesKey struct{}

// productionNamespaces lists the namespaces of production environments.
func productionNamespaces(v facts.View) []string { return stagesOf(v).names }

func stagesOf(v facts.View) *stages {
	dependencies := []facts.Dependency{{Type: facts.TypeOf[v1alpha1.SolutionEnvironment]()}, {Type: facts.TypeOf[facts.Namespace]()}}
	return facts.Derived(v, stagesKey{}, dependencies, makeStages)
}

func makeStages(v facts.View) *stages {
	s := &stages{production: map[string]string{}, other: map[string]bool{}, hosts: map[string]string{}}
	all := facts.List[facts.Namespace](v)
	for _, e := range facts.List[v1alpha1.SolutionEnvironment](v) {
		production := e.Spec.Stage == v1alpha1.StageProduction
		for _, n := range all {
			belongs := slices.ContainsFunc(e.Spec.Namespaces, func(p v1alpha1.NamespacePattern) bool { return control.MatchesNamespace(p, n.Name) })
			switch {
			case production && (belongs || slices.Contains(e.Spec.Uses, n.Name)):
				s.production[n.Name] = e.Name
			case belongs:
				s.other[n.Name] = true
			}
		}
		for _, p := range e.Spec.EntryPoints {
			if production {
				s.hosts[strings.ToLower(p.Host)] = e.Name
			}
		}
	}
	s.names = slices.Sorted(maps.Keys(s.production))
	return s
}

// disk is what two volumes may share.
type disk struct{ driver, handle string }

type disksKey struct{}

// disksOf gives the volumes on each disk.
func disksOf(v facts.View) map[disk][]*facts.PersistentVolume {
	return facts.Derived(v, disksKey{}, []facts.Dependency{{Type: facts.TypeOf[facts.PersistentVolume]()}}, func(v facts.View) map[disk][]*facts.PersistentVolume {
		out := map[disk][]*facts.PersistentVolume{}
		for _, p := range facts.List[facts.PersistentVolume](v) {
			if p.CSI != nil && p.CSI.Handle != "" {
				d := disk{p.CSI.Driver, p.CSI.Handle}
				out[d] = append(out[d], p)
			}
		}
		return out
	})
}

// copies judges what brings data of production into one environment.
type copies struct {
	control.EnvironmentInput
	*stages
	max  date.Period
	text string
	out  []control.Result
}

func judgeProductionData(in control.EnvironmentInput, p *dpd04) []control.Result {
	if in.Environment.Object.Spec.Stage == v1alpha1.StageProduction {
		return []control.Result{control.NotApplicable("Production")}
	}
	c := &copies{EnvironmentInput: in, stages: stagesOf(in.Facts), text: p.ApprovedMax}
	c.max, _ = date.ParsePeriod(p.ApprovedMax) // Validate has read it
	if len(c.production) == 0 && len(in.Environment.Solution.Environments) < 2 {
		return []control.Result{control.NotApplicable("SingleEnvironment")}
	}
	for _, ns := range in.Environment.Scope() {
		c.namespace(ns)
		for _, claim := range facts.ListIn[facts.Claim](in.Facts, ns) {
			c.claim(claim)
		}
	}
	c.databases()
	c.stores()
	c.entries()
	c.policies()
	slices.SortStableFunc(c.out, func(a, b control.Result) int { return a.Subject.Compare(b.Subject) })
	missing := slices.Concat(facts.Incomplete[facts.Claim](in.Facts), facts.Incomplete[facts.VolumeCopy](in.Facts), facts.Incomplete[facts.PersistentVolume](in.Facts),
		facts.Incomplete[facts.SnapshotContent](in.Facts), facts.Incomplete[facts.RestoreRun](in.Facts), facts.Incomplete[facts.Database](in.Facts),
		facts.Incomplete[facts.Ingress](in.Facts), facts.Incomplete[facts.Route](in.Facts), facts.Incomplete[facts.NetworkPolicy](in.Facts))
	if len(missing) > 0 {
		// What is not seen may be of production: nothing is passed on what is.
		c.out = slices.DeleteFunc(c.out, func(r control.Result) bool { return r.Verdict == v1alpha1.VerdictPass })
		return append(c.out, control.Unreadable(missing...))
	}
	if len(c.out) == 0 {
		return []control.Result{control.Pass("NothingOfProduction")}
	}
	return c.out
}

// stageLabels are keys by which people say on namespaces what they are for.
var (
	stageLabels = []string{"environment", "env", "stage", "app.kubernetes.io/environment"}
	productive  = []string{"prod", "production", "prd", "produktion", "live"} //nolint:misspell // Danish
)

// namespace judges a namespace as such.
func (c *copies) namespace(name string) {
	ref := facts.Ref{Kind: "Namespace", Name: name}
	// Of what the platform shares, what holds data counts.
	if other, ok := c.production[name]; ok && (slices.Contains(c.Environment.Namespaces, name) || len(facts.ListIn[facts.Claim](c.Facts, name)) > 0) {
		c.out = append(c.out, control.Fail("SharedNamespace", "namespace", name, "source", "SolutionEnvironment "+other).On(ref))
		return
	}
	n := facts.Get[facts.Namespace](c.Facts, "", name)
	if n == nil {
		return
	}
	for _, key := range stageLabels {
		if v, there := n.Labels[key]; there && slices.Contains(productive, strings.ToLower(v)) {
			c.out = append(c.out, control.Fail("SaidOtherwise", "namespace", name, "label", key, "value", v, "stage", string(c.Environment.Object.Spec.Stage)).On(ref).At("metadata.labels["+key+"]"))
			return
		}
	}
}

// claim judges where the data of a claim come from.
func (c *copies) claim(claim *facts.Claim) {
	ref := facts.Ref{Kind: "PersistentVolumeClaim", Namespace: claim.Namespace, Name: claim.Name}
	args := []string{"what", ref.String(), "namespace", claim.Namespace, "resource", "pvc " + claim.Name}
	if other := c.sameVolume(claim); other != "" {
		c.out = append(c.out, control.Fail("SameVolume", append(args, "source", other)...).On(ref).At("spec.volumeName"))
		return
	}
	from, production, known := c.origin(claim)
	switch {
	case from == "":
	case production:
		c.data(ref, claim.CreatedAt, control.Fail("FromProduction", append(args, "source", from, "max", c.text)...).At("spec.dataSource"), from)
	case !known:
		c.data(ref, claim.CreatedAt, control.Unknown("OriginNotKnown", append(args, "source", from)...).At("spec.dataSource"), from)
	}
}

// data gives the result for data of production, or of nobody knows where, unless somebody attests what they are.
func (c *copies) data(ref facts.Ref, came time.Time, otherwise control.Result, from string) {
	in, changes := control.InForce(c.Environment.Attestations, v1alpha1.AttestTestDataReview, c.Now)
	ends := c.max.After(came)
	for _, a := range in {
		start, _, _ := control.AttestationSpan(a)
		t := a.Spec.TestData
		switch {
		case t == nil || !start.Add(24*time.Hour).After(came):
		case (t.Method == "Anonymised" || t.Method == "Synthetic") && (t.Description != "" || t.Method == "Synthetic"):
			c.out = append(c.out, control.Pass("Anonymised", "source", from).On(ref).RestingOn(control.Attested).Until(changes))
			return
		case otherwise.Verdict == v1alpha1.VerdictFail && a.Spec.Approval != nil && c.Now.Before(ends):
			c.out = append(c.out, control.Pass("ApprovedCopy", "source", from).On(ref).RestingOn(control.Attested).Until(control.Earliest(changes, ends)))
			return
		}
	}
	c.out = append(c.out, otherwise.On(ref).Until(changes))
}

// sameVolume names the claim of production that is on the same volume, empty where none is.
func (c *copies) sameVolume(claim *facts.Claim) string {
	v := facts.Get[facts.PersistentVolume](c.Facts, "", claim.Volume)
	if claim.Volume == "" || v == nil || v.CSI == nil || v.CSI.Handle == "" {
		return ""
	}
	for _, o := range disksOf(c.Facts)[disk{v.CSI.Driver, v.CSI.Handle}] {
		if o.Name != v.Name && c.production[o.ClaimRef.Namespace] != "" {
			return "PersistentVolumeClaim " + o.ClaimRef.Namespace + "/" + o.ClaimRef.Name
		}
	}
	return ""
}

// restoredBy is the label that Velero puts on what it restores.
const restoredBy = "velero.io/restore-name"

// origin says where a claim was filled from, empty where it began empty, and whether that is production or known not to be.
func (c *copies) origin(claim *facts.Claim) (from string, production, known bool) {
	switch s := claim.Source; {
	case s.Kind == "PersistentVolumeClaim":
		return c.of(s.Namespace, s.String(), claim.Namespace)
	case s.Kind == "VolumeSnapshot":
		return c.snapshot(s, claim.Namespace)
	case !s.IsZero():
		return s.String(), false, false
	}
	name := claim.Labels.Get(restoredBy)
	if name == "" {
		return "", false, true
	}
	for _, r := range facts.List[facts.RestoreRun](c.Facts) {
		if r.Product == facts.ProductVelero && r.Ref.Name == name {
			for from, to := range r.NamespaceMapping {
				if to == claim.Namespace {
					return c.of(from, "namespace "+from+", by "+r.Ref.String(), claim.Namespace)
				}
			}
			return c.of(claim.Namespace, r.Ref.String(), claim.Namespace)
		}
	}
	return "restore " + name + ", which is gone", false, false
}

// of judges a namespace that data come from. A namespace that no environment has may be of production elsewhere.
func (c *copies) of(namespace, from, into string) (string, bool, bool) {
	namespace = cmp.Or(namespace, into)
	if c.production[namespace] != "" && namespace != into {
		return from, true, true
	}
	return from, false, namespace == into || c.other[namespace]
}

// snapshot follows a snapshot to the claim that it was made of, through contents that were copied by hand.
func (c *copies) snapshot(s facts.Ref, into string) (from string, production, known bool) {
	contents := facts.List[facts.SnapshotContent](c.Facts)
	for _, content := range contents {
		if content.Snapshot.Namespace != cmp.Or(s.Namespace, into) || content.Snapshot.Name != s.Name {
			continue
		}
		for _, other := range contents {
			if other != content && other.SnapshotHandle != "" && other.SnapshotHandle == content.SnapshotHandle && c.production[other.Snapshot.Namespace] != "" {
				return "VolumeSnapshot " + other.Snapshot.Namespace + "/" + other.Snapshot.Name, true, true
			}
		}
		if content.VolumeHandle == "" {
			return "VolumeSnapshot " + s.Name + ", whose content was made by hand", false, false
		}
		for _, v := range disksOf(c.Facts)[disk{content.Driver, content.VolumeHandle}] {
			return c.of(v.ClaimRef.Namespace, "PersistentVolumeClaim "+v.ClaimRef.Namespace+"/"+v.ClaimRef.Name, into)
		}
	}
	return c.of(s.Namespace, s.String(), into)
}
