package backup

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// The evaluator below says again, in another way, what Velero's documents say of one volume: it lists every way in which the
// data could be taken and asks whether one is open.

// meansPattern reads a pattern as a regular expression.
func meansPattern(pattern, name string) bool {
	expr := strings.NewReplacer(`\*`, `.*`, `\?`, `.`, `\[`, `[`, `\]`, `]`, `\-`, `-`).Replace(regexp.QuoteMeta(pattern))
	re, err := regexp.Compile("^" + expr + "$")
	return err == nil && re.MatchString(name)
}

func carries(selectors []metav1.LabelSelector, labels map[string]string) bool {
	if len(selectors) == 0 {
		return true
	}
	for _, s := range selectors {
		all := true
		for k, v := range s.MatchLabels {
			all = all && labels[k] == v
		}
		for _, e := range s.MatchExpressions {
			value, has := labels[e.Key]
			in := has && slices.Contains(e.Values, value)
			switch e.Operator {
			case metav1.LabelSelectorOpIn:
				all = all && in
			case metav1.LabelSelectorOpNotIn:
				all = all && !in
			case metav1.LabelSelectorOpExists:
				all = all && has
			case metav1.LabelSelectorOpDoesNotExist:
				all = all && !has
			}
		}
		if all {
			return true
		}
	}
	return false
}

// bruteForce gives whether the plan concerns the namespace, and the methods by which the data are taken.
func bruteForce(s *facts.BackupScope, c *claimContext) (concerns bool, methods []Method) {
	for _, p := range s.IncludedNamespaces {
		concerns = concerns || meansPattern(p, c.claim.Namespace)
	}
	concerns = concerns || len(s.IncludedNamespaces) == 0
	if !concerns {
		return false, nil
	}
	for _, p := range s.ExcludedNamespaces {
		if meansPattern(p, c.claim.Namespace) {
			return true, nil
		}
	}
	excluded := func(labels map[string]string) bool { return labels["velero.io/exclude-from-backup"] == "true" }
	if excluded(c.namespaceLabels) || excluded(c.claim.Labels.Map()) || c.volume != nil && excluded(c.volume.Labels) || s.LeavesOut.Claims != "" {
		return true, nil
	}
	withPod := false
	for _, m := range c.mounts {
		inBackup := s.LeavesOut.Pods == "" && carries(s.Selectors, m.shape.Labels.Map())
		withPod = withPod || inBackup
		optIn := slices.Contains(strings.Split(m.shape.Annotations["backup.velero.io/backup-volumes"], ","), m.volume)
		optOut := slices.Contains(strings.Split(m.shape.Annotations["backup.velero.io/backup-volumes-excludes"], ","), m.volume)
		wanted := s.Files == facts.Yes && s.SnapshotsMoved != facts.Yes && !optOut || s.Files != facts.Yes && optIn
		if inBackup && m.running && !excluded(m.shape.Labels.Map()) && wanted {
			methods = append(methods, MethodFiles)
		}
	}
	if len(methods) > 0 {
		return true, methods
	}
	if s.Snapshots != facts.No && (carries(s.Selectors, c.claim.Labels.Map()) || withPod) {
		switch {
		case s.SnapshotsMoved == facts.Yes:
			methods = append(methods, MethodSnapshotMoved)
		case s.LeavesOut.Volumes == "":
			methods = append(methods, MethodSnapshot)
		}
	}
	return true, methods
}

// pick gives one of the values.
func pick[T any](r *rand.Rand, values ...T) T { return values[r.IntN(len(values))] }

func someOf(r *rand.Rand, most int, values ...string) []string {
	var out []string
	for range r.IntN(most + 1) {
		out = append(out, pick(r, values...))
	}
	return out
}

func randomScope(r *rand.Rand) facts.BackupScope {
	patterns := []string{"aula", "borger", "aula-*", "*", "?ula", "[ab]ula", "a*", "b*r", "prod-?", "au[k-m]a"}
	s := facts.BackupScope{
		IncludedNamespaces: someOf(r, 2, patterns...),
		ExcludedNamespaces: someOf(r, 1, patterns...),
		Files:              pick(r, facts.Yes, facts.No, facts.NotKnown),
		Snapshots:          pick(r, facts.Yes, facts.No),
		SnapshotsMoved:     pick(r, facts.Yes, facts.No, facts.NotKnown),
		LeavesOut:          facts.ResourceFilter{Pods: pick(r, "", "", "", "f"), Claims: pick(r, "", "", "", "", "f"), Volumes: pick(r, "", "", "f")},
	}
	for range r.IntN(3) {
		s.Selectors = append(s.Selectors, metav1.LabelSelector{
			MatchLabels: map[string]string{pick(r, "app", "tier"): pick(r, "web", "db")},
			MatchExpressions: []metav1.LabelSelectorRequirement{{Key: pick(r, "app", "tier"), Values: []string{"web", "db"},
				Operator: pick(r, metav1.LabelSelectorOpIn, metav1.LabelSelectorOpNotIn)}, {Key: "x", Operator: metav1.LabelSelectorOpDoesNotExist}}[:r.IntN(3)],
		})
	}
	return s
}

func randomLabels(r *rand.Rand) map[string]string {
	out := map[string]string{}
	for _, k := range someOf(r, 2, "app", "tier", "x") {
		out[k] = pick(r, "web", "db")
	}
	if r.IntN(12) == 0 {
		out["velero.io/exclude-from-backup"] = pick(r, "true", "true", "false")
	}
	return out
}

func randomContext(r *rand.Rand) *claimContext {
	c := &claimContext{podsSeen: true, namespaceLabels: randomLabels(r),
		claim: &facts.Claim{Namespace: pick(r, "aula", "borger", "aula-test", "prod-1"), Name: "data", Labels: facts.NewLabels(randomLabels(r))}}
	if r.IntN(2) == 0 {
		c.volume = &facts.PersistentVolume{Name: "pv", Labels: randomLabels(r)}
	}
	for i := range r.IntN(3) {
		annotations := map[string]string{}
		if r.IntN(2) == 0 {
			annotations["backup.velero.io/backup-volumes"] = pick(r, "data", "other", "other,data")
		}
		if r.IntN(3) == 0 {
			annotations["backup.velero.io/backup-volumes-excludes"] = pick(r, "data", "other", "data,other")
		}
		c.mounts = append(c.mounts, mount{ref: facts.Ref{Kind: "Pod", Namespace: "aula", Name: fmt.Sprint("p", i)}, volume: "data", running: r.IntN(4) > 0,
			shape: &facts.PodShape{Labels: facts.NewLabels(randomLabels(r)), Annotations: annotations}})
	}
	return c
}

func TestSelectionAgreesWithBruteForce(t *testing.T) {
	const seed, cases = 20261120, 60_000
	r := rand.New(rand.NewPCG(seed, seed))
	taken := map[Method]int{}
	for i := range cases {
		s, c := randomScope(r), randomContext(r)
		plan := &facts.BackupPlan{Product: facts.ProductVelero}
		got, ok := selects(plan, &s, c)
		concerns, methods := bruteForce(&s, c)
		if ok != concerns {
			t.Fatalf("seed %d, case %d: the plan concerns the namespace: got %v, want %v\n%+v\n%+v", seed, i, ok, concerns, s, c.claim)
		}
		if !ok {
			continue
		}
		want := MethodNone
		if len(methods) > 0 {
			want = methods[0]
		}
		if got.Method != want || got.Method == MethodNone != (got.Excluded != NotExcluded) {
			t.Fatalf("seed %d, case %d: got %+v, want method %q\n%+v\n%+v", seed, i, got, want, s, c)
		}
		if got.Excluded != NotExcluded && got.Object.IsZero() && plan.Ref != got.Object {
			t.Fatalf("seed %d, case %d: nothing says what leaves the volume out: %+v", seed, i, got)
		}
		taken[got.Method]++
	}
	for _, m := range []Method{MethodNone, MethodFiles, MethodSnapshot, MethodSnapshotMoved} {
		if taken[m] < cases/100 {
			t.Errorf("method %q was hardly tried: %d of %d", m, taken[m], cases)
		}
	}
}

func TestK8upSelection(t *testing.T) {
	claim := func(annotation string, modes ...corev1.PersistentVolumeAccessMode) *facts.Claim {
		c := &facts.Claim{Namespace: "aula", Name: "data", AccessModes: modes, Labels: facts.NewLabels(map[string]string{"keep": "yes"})}
		if annotation != "" {
			c.Annotations = map[string]string{"k8up.io/backup": annotation}
		}
		return c
	}
	mounted := []mount{{ref: facts.Ref{Kind: "Pod", Name: "p"}, volume: "data", running: true, shape: &facts.PodShape{}}}
	for name, tc := range map[string]struct {
		scope   facts.BackupScope
		context claimContext
		want    Exclusion
		certain bool
	}{
		"taken":                                    {context: claimContext{claim: claim("", corev1.ReadWriteOnce), mounts: mounted, podsSeen: true}, certain: true},
		"many may write":                           {context: claimContext{claim: claim("", corev1.ReadWriteMany), podsSeen: true}, certain: true},
		"opted out":                                {context: claimContext{claim: claim("false", corev1.ReadWriteOnce), mounts: mounted, podsSeen: true}, want: ByMark, certain: true},
		"a word that K8up does not read as yes":    {context: claimContext{claim: claim("yes", corev1.ReadWriteOnce), mounts: mounted, podsSeen: true}, want: ByMark, certain: true},
		"read-only many":                           {context: claimContext{claim: claim("", corev1.ReadOnlyMany), mounts: mounted, podsSeen: true}, want: ByFilter, certain: true},
		"read-only many, opted in":                 {context: claimContext{claim: claim("true", corev1.ReadOnlyMany), mounts: mounted, podsSeen: true}, certain: true},
		"nobody mounts it and no node is known":    {context: claimContext{claim: claim("", corev1.ReadWriteOnce), podsSeen: true}, want: NotMounted},
		"nobody mounts it and the volume has one":  {context: claimContext{claim: claim("", corev1.ReadWriteOnce), podsSeen: true, volume: &facts.PersistentVolume{NodeAffinity: &corev1.NodeSelector{}}}, certain: true},
		"the selector does not match":              {scope: facts.BackupScope{Selectors: []metav1.LabelSelector{{MatchLabels: map[string]string{"keep": "no"}}}}, context: claimContext{claim: claim("", corev1.ReadWriteOnce), mounts: mounted, podsSeen: true}, want: ByFilter, certain: true},
		"opted out, and pods that may dump unseen": {context: claimContext{claim: claim("false", corev1.ReadWriteOnce)}, want: ByMark},
	} {
		t.Run(name, func(t *testing.T) {
			tc.scope.IncludedNamespaces = []string{"aula"}
			got, ok := selects(&facts.BackupPlan{Product: facts.ProductK8up}, &tc.scope, &tc.context)
			if !ok || got.Excluded != tc.want || got.Certain != tc.certain {
				t.Errorf("got %+v, %v", got, ok)
			}
		})
	}
}

func TestDatabaseImages(t *testing.T) {
	for image, want := range map[string]bool{
		"postgres": true, "docker.io/library/postgres:17": true, "ghcr.io/cloudnative-pg/postgresql:17.2@sha256:aa": true, "registry.example.org:5000/team/mariadb": true,
		"mcr.microsoft.com/mssql/server:2022-latest": true, "registry.example.org/aula/web:4": false, "registry.example.org/postgres-exporter:1": false,
		"registry.example.org/server:1": false, "postgres.example.org/web": false, "": false,
	} {
		if got := isDatabase(image); got != want {
			t.Errorf("%s: got %v, want %v", image, got, want)
		}
	}
}

func FuzzMatchesName(f *testing.F) {
	for _, seed := range [][2]string{{"*", "aula"}, {"a?la", "aula"}, {"[a-c]*", "aula"}, {"[", "["}, {"\\*", "*"}, {"", ""}, {"a**", "ab"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, pattern, name string) {
		got := matchesName([]string{pattern}, name)
		if !strings.ContainsAny(pattern, `*?[\`) && got != (pattern == name) {
			t.Errorf("the plain name %q matches %q: %v", pattern, name, got)
		}
		if pattern == "*" && !strings.Contains(name, "/") && !got {
			t.Errorf("* does not match %q", name)
		}
	})
}
