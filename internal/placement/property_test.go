package placement

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"

	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// matcher asks the scheduler's own code.
type matcher struct {
	selectors []labels.Selector
	affinity  nodeaffinity.RequiredNodeAffinity
}

func newMatcher(c Constraints, env Env) matcher {
	affinity := &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: c.Required}}
	return matcher{
		[]labels.Selector{labels.SelectorFromSet(env.NamespaceSelector), labels.SelectorFromSet(env.RuntimeClassSelector)},
		nodeaffinity.NewRequiredNodeAffinity(c.NodeSelector, affinity),
	}
}

func (m matcher) accepts(node *corev1.Node) bool {
	for _, s := range m.selectors {
		if !s.Matches(labels.Set(node.Labels)) {
			return false
		}
	}
	ok, _ := m.affinity.Match(node)
	return ok
}

// outside is the definition of the package comment, word by word.
func outside(env Env, set map[string]string) bool {
	zoneKeys := append([]string{zoneKey}, env.ZoneKeys...)
	for _, key := range zoneKeys {
		if z, ok := set[key]; ok && env.Allowed.Zone(z) {
			return false
		}
	}
	for _, key := range append([]string{regionKey}, env.RegionKeys...) {
		r, ok := set[key]
		if !ok || !env.Allowed.Region(r) {
			continue
		}
		overridden := slices.ContainsFunc(zoneKeys, func(key string) bool {
			z, ok := set[key]
			return ok && env.Allowed.OutsideZone(z, r)
		})
		if !overridden {
			return false
		}
	}
	return true
}

func nodeWith(name string, set map[string]string) *corev1.Node {
	return &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: set}}
}

// checkDecision holds a decision against the scheduler's code: its witness must be
// a node outside that is accepted.
func checkDecision(c Constraints, env Env, d Decision) error {
	switch {
	case d.Pinned != (d.Witness == nil):
		return fmt.Errorf("Pinned %t and witness %v", d.Pinned, d.Witness)
	case d.Unsatisfiable && !d.Pinned:
		return errors.New("a template that can run nowhere is not pinned")
	case d.Unsatisfiable != d.Pinned && d.Pinned != (d.Fault == ""):
		return fmt.Errorf("Pinned %t with fault %q", d.Pinned, d.Fault)
	case d.Pinned:
		return nil
	case d.Fault == "" || d.Field == "":
		return fmt.Errorf("not pinned for no reason: %+v", d)
	case !outside(env, d.Witness):
		return fmt.Errorf("the witness %v is inside", d.Witness)
	case !newMatcher(c, env).accepts(nodeWith(d.WitnessName, d.Witness)):
		return fmt.Errorf("the witness %s %v is not accepted", d.WitnessName, d.Witness)
	}
	for k, v := range d.Witness {
		if len(validation.IsQualifiedName(k))+len(validation.IsValidLabelValue(v)) > 0 {
			return fmt.Errorf("no node can carry %s=%q", k, v)
		}
	}
	return nil
}

// world is tables small enough to try every node in.
type world struct {
	r   *rand.Rand
	env Env
}

// The keys of random templates: those that count, and those that do not.
var keys = []string{regionKey, zoneKey, ownKey, "own.example.org/zone", corev1.LabelFailureDomainBetaRegion, "gen"}

// What labels say in these worlds: regions north and south, numbered regions,
// zones of all kinds, and words that mean nothing.
var words = []string{"north", "south", "1", "7", "01", "2", "north-z", "south-z", "eu-north-1", "us-east-1", "eu-north-1a",
	"eu-north-1-cph-1a", "eu-north-1-cph-1b", "eu-north-1-hel-1a", "shared", "NORTH", "EU-NORTH-1", "EU-NORTH-1-CPH-1A", "nova", "elsewhere"}

func newWorld(t testing.TB, r *rand.Rand) world {
	t.Helper()
	base, err := region.Default()
	if err != nil {
		t.Fatal(err)
	}
	tables, err := base.WithOverlay([]region.OwnRegion{
		{Provider: "own", Region: "north", Countries: []string{"DK"}, Zones: []region.OwnZone{{Zone: "north-z", Countries: []string{"SE"}}, {Zone: "shared", Countries: []string{"NO"}}}},
		{Provider: "own", Region: "south", Countries: []string{"DE"}, Zones: []region.OwnZone{{Zone: "south-z"}}},
		{Provider: "own", Region: "1", Countries: []string{"DK"}, Zones: []region.OwnZone{{Zone: "one-z", Countries: []string{"US"}}}},
		{Provider: "other", Region: "7", Countries: []string{"US"}},
		{Provider: "other", Region: "south", Countries: []string{"DK"}, Zones: []region.OwnZone{{Zone: "shared", Countries: []string{"FI"}}}},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	w := world{r: r}
	if r.IntN(3) > 0 {
		w.env.RegionKeys = []string{ownKey}
	}
	if r.IntN(3) > 0 {
		w.env.ZoneKeys = []string{"own.example.org/zone"}
	}
	providers := [][]string{{"own"}, {"own", "other"}, {"aws"}, {"own", "aws"}, {"own", "other", "aws"}}[r.IntN(5)]
	locations := [][]region.Location{
		{{Country: "DK"}}, {{Group: region.GroupEEA}}, {{Country: "SE"}}, {{Country: "DK"}, {Country: "DE"}}, {{Country: "DK", Provider: "own"}}, {{Country: "US"}, {Country: "DK"}},
	}[r.IntN(6)]
	w.env.Allowed, _ = region.NewAllowed(tables, locations, region.Options{Providers: providers, At: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)})
	return w
}

func (w world) word() string { return words[w.r.IntN(len(words))] }

func (w world) expression() corev1.NodeSelectorRequirement {
	key := keys[w.r.IntN(len(keys))]
	values := func(n int) []string {
		out := make([]string, n)
		for i := range out {
			out[i] = w.word()
		}
		return out
	}
	number := []string{"0", "1", "2", "6", "8", "9223372036854775807"}[w.r.IntN(6)]
	switch w.r.IntN(14) {
	case 0, 1, 2, 3, 4, 5:
		return in(key, values(1+w.r.IntN(3))...)
	case 6, 7:
		return expr(key, corev1.NodeSelectorOpNotIn, values(1+w.r.IntN(3))...)
	case 8, 9:
		return expr(key, corev1.NodeSelectorOpExists)
	case 10:
		return expr(key, corev1.NodeSelectorOpDoesNotExist)
	case 11:
		return expr(key, corev1.NodeSelectorOpGt, number)
	case 12:
		return expr(key, corev1.NodeSelectorOpLt, number)
	default:
		return []corev1.NodeSelectorRequirement{
			in(key), in(key, "a b"), in("no key", "x"), expr(key, "Within", "x"), expr(key, corev1.NodeSelectorOpExists, "x"),
			expr(key, corev1.NodeSelectorOpGt, "x"), expr(key, corev1.NodeSelectorOpLt, "1", "2"), in(key, ""),
		}[w.r.IntN(8)]
	}
}

func (w world) fieldExpression() corev1.NodeSelectorRequirement {
	op := []corev1.NodeSelectorOperator{corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn, corev1.NodeSelectorOpIn, corev1.NodeSelectorOpExists}[w.r.IntN(4)]
	key := []string{"metadata.name", "metadata.name", "metadata.name", "spec.unschedulable"}[w.r.IntN(4)]
	return expr(key, op, []string{"a", "b", "node-outside", ""}[w.r.IntN(4)])
}

func (w world) selector(chance int) map[string]string {
	if w.r.IntN(chance) > 0 {
		return nil
	}
	out := map[string]string{}
	for range 1 + w.r.IntN(2) {
		out[keys[w.r.IntN(len(keys))]] = w.word()
	}
	return out
}

func (w world) template() (Constraints, Env) {
	env := w.env
	env.NamespaceSelector, env.RuntimeClassSelector = w.selector(6), w.selector(8)
	c := Constraints{NodeSelector: w.selector(3), Preferred: w.r.IntN(4) == 0}
	if w.r.IntN(6) == 0 {
		return c, env
	}
	c.Required = &corev1.NodeSelector{}
	for range []int{0, 1, 1, 1, 2, 2, 2, 3}[w.r.IntN(8)] {
		var t corev1.NodeSelectorTerm
		for range min(4, w.r.IntN(7)) {
			t.MatchExpressions = append(t.MatchExpressions, w.expression())
		}
		if w.r.IntN(8) == 0 {
			t.MatchFields = append(t.MatchFields, w.fieldExpression())
		}
		c.Required.NodeSelectorTerms = append(c.Required.NodeSelectorTerms, t)
	}
	return c, env
}

// choices returns, for each key that the template mentions or that counts, values
// that tell nodes apart; "-" stands for no label.
func choices(c Constraints, env Env) map[string][]string {
	out := map[string][]string{regionKey: nil, zoneKey: nil}
	for _, key := range slices.Concat(env.RegionKeys, env.ZoneKeys) {
		out[key] = nil
	}
	add := func(key string, values ...string) { out[key] = append(out[key], values...) }
	for _, s := range []map[string]string{c.NodeSelector, env.NamespaceSelector, env.RuntimeClassSelector} {
		for k, v := range s {
			add(k, v)
		}
	}
	if c.Required != nil {
		for _, t := range c.Required.NodeSelectorTerms {
			for _, e := range t.MatchExpressions {
				add(e.Key, e.Values...)
				if e.Operator == corev1.NodeSelectorOpGt || e.Operator == corev1.NodeSelectorOpLt {
					add(e.Key, "0", "1", "2", "7", "01", "07", "9", "9223372036854775807")
				}
			}
		}
	}
	for key := range out {
		add(key, "-", "elsewhere-9", "us-west-2")
		if slices.Contains(append([]string{zoneKey}, env.ZoneKeys...), key) {
			add(key, "eu-north-1-cph-1c", "eu-north-1-hel-1c", "north-z", "one-z", "shared")
		}
		if slices.Contains(append([]string{regionKey}, env.RegionKeys...), key) {
			add(key, "north", "eu-north-1", "1")
		}
		values := slices.DeleteFunc(out[key], func(v string) bool { return len(validation.IsValidLabelValue(v)) > 0 && v != "-" })
		slices.Sort(values)
		out[key] = slices.Compact(values)
	}
	maps.DeleteFunc(out, func(k string, _ []string) bool { return len(validation.IsQualifiedName(k)) > 0 })
	return out
}

// maxNodes bounds the nodes tried for one template.
const maxNodes = 4000

// eachNode calls f with nodes: all of them if there are few enough, else a random
// part. It reports whether it was all.
func eachNode(r *rand.Rand, c Constraints, env Env, limit int, f func(*corev1.Node)) bool {
	options := choices(c, env)
	names := slices.Sorted(maps.Keys(options))
	total := 1
	for _, values := range options {
		total = min(total*len(values), maxNodes+1)
	}
	all := total <= limit
	for i := range min(total, limit) {
		set := map[string]string{}
		for _, key := range names {
			values := options[key]
			v := values[r.IntN(len(values))]
			if all {
				v, i = values[i%len(values)], i/len(values)
			}
			if v != "-" {
				set[key] = v
			}
		}
		for _, name := range []string{"a", "b", "node-outside"} {
			f(nodeWith(name, set))
		}
	}
	return all
}

// checkTemplate tries a decision for soundness, completeness and exactness of
// Unsatisfiable.
func checkTemplate(r *rand.Rand, c Constraints, env Env, limit int) (Decision, error) {
	d := Decide(c, env)
	if err := checkDecision(c, env, d); err != nil || !d.Pinned {
		return d, err
	}
	m := newMatcher(c, env)
	anywhere := false
	var err error
	all := eachNode(r, c, env, limit, func(n *corev1.Node) {
		if !m.accepts(n) {
			return
		}
		anywhere = true
		if d.Unsatisfiable {
			err = fmt.Errorf("%+v, but %s %v is accepted", d, n.Name, n.Labels)
		}
		if outside(env, n.Labels) {
			err = fmt.Errorf("pinned, but %s %v is outside and accepted", n.Name, n.Labels)
		}
	})
	if err == nil && all && !anywhere && !d.Unsatisfiable {
		err = fmt.Errorf("%+v, but no node at all is accepted", d)
	}
	return d, err
}

// TestDecisionIsSoundAndComplete holds random templates against the scheduler's
// code. TILSYN_LONG=1 tries a million.
func TestDecisionIsSoundAndComplete(t *testing.T) {
	seed, cases := uint64(5), 20_000
	if os.Getenv("TILSYN_LONG") != "" {
		seed, cases = uint64(time.Now().UnixNano()), 1_000_000
	}
	r := rand.New(rand.NewPCG(seed, seed))
	counts := map[string]int{}
	var w world
	for i := range cases {
		if i%100 == 0 {
			w = newWorld(t, r)
		}
		c, env := w.template()
		limit := 20
		if i%20 == 0 {
			limit = maxNodes // often all there are
		}
		d, err := checkTemplate(r, c, env, limit)
		counts[fmt.Sprintf("pinned=%t unsatisfiable=%t %s", d.Pinned, d.Unsatisfiable, d.Fault)]++
		if again := Decide(shuffle(r, c), env); err == nil && (again.Pinned != d.Pinned || again.Unsatisfiable != d.Unsatisfiable) {
			err = fmt.Errorf("another order of the same gives %+v, not %+v", again, d)
		}
		if err != nil {
			text, _ := json.MarshalIndent(map[string]any{"template": c, "namespace": env.NamespaceSelector, "runtimeClass": env.RuntimeClassSelector,
				"regionKeys": env.RegionKeys, "zoneKeys": env.ZoneKeys, "allowed": env.Allowed.Key()}, "", " ")
			t.Fatalf("case %d of seed %d (TILSYN_LONG=1 tries 1,000,000 with a new seed): %s\n%s", i, seed, err, text)
		}
	}
	t.Log(counts)
	for _, must := range []string{"pinned=true unsatisfiable=false ", "pinned=true unsatisfiable=true Contradiction", "pinned=true unsatisfiable=true InvalidTerm",
		"pinned=true unsatisfiable=true NoTerm", "pinned=false unsatisfiable=false ZoneElsewhere", "pinned=false unsatisfiable=false OperatorNotIn",
		"pinned=false unsatisfiable=false ValueOutside", "pinned=false unsatisfiable=false ValueUnknown", "pinned=false unsatisfiable=false TermUnpinned",
		"pinned=false unsatisfiable=false KeyNotCounted", "pinned=false unsatisfiable=false NoConstraint", "pinned=false unsatisfiable=false PreferredOnly"} {
		if counts[must] < cases/2000 {
			t.Errorf("only %d cases with %q: the templates do not reach it", counts[must], must)
		}
	}
}

func shuffle(r *rand.Rand, c Constraints) Constraints {
	c = cloneConstraints(c)
	if c.Required == nil {
		return c
	}
	terms := c.Required.NodeSelectorTerms
	r.Shuffle(len(terms), func(i, j int) { terms[i], terms[j] = terms[j], terms[i] })
	for _, t := range terms {
		e := t.MatchExpressions
		r.Shuffle(len(e), func(i, j int) { e[i], e[j] = e[j], e[i] })
	}
	return c
}

func cloneConstraints(c Constraints) Constraints {
	c.NodeSelector = maps.Clone(c.NodeSelector)
	c.Required = c.Required.DeepCopy()
	return c
}

func sameConstraints(a, b Constraints) bool { return reflect.DeepEqual(a, b) }

// A narrower set never pins what a wider one does not, and adding a constraint
// never unpins.
func TestNarrowingIsMonotonic(t *testing.T) {
	const seed = 6
	r := rand.New(rand.NewPCG(seed, seed))
	for i := range 4000 {
		w := newWorld(t, r)
		c, env := w.template()
		d := Decide(c, env)
		tighter := env
		tighter.NamespaceSelector = maps.Clone(env.NamespaceSelector)
		if tighter.NamespaceSelector == nil {
			tighter.NamespaceSelector = map[string]string{}
		}
		for k, v := range map[string]string{regionKey: w.word(), "gen": "x"} {
			if _, ok := tighter.NamespaceSelector[k]; !ok {
				tighter.NamespaceSelector[k] = v
			}
		}
		if d.Pinned && !Decide(c, tighter).Pinned {
			t.Fatalf("seed %d, case %d: a further selector %v unpins %+v", seed, i, tighter.NamespaceSelector, c)
		}
	}
}

func FuzzDecide(f *testing.F) {
	f.Add(`{"nodeSelectorTerms":[{"matchExpressions":[{"key":"topology.kubernetes.io/region","operator":"In","values":["north"]}]}]}`, "disk=ssd", uint64(1))
	f.Add(`{"nodeSelectorTerms":[{"matchFields":[{"key":"metadata.name","operator":"In","values":["a"]}]}]}`, "", uint64(2))
	f.Add(`{"nodeSelectorTerms":[{"matchExpressions":[{"key":"gen","operator":"Gt","values":["9223372036854775806"]}]}]}`, "gen=7", uint64(3))
	f.Fuzz(func(t *testing.T, affinity, selector string, seed uint64) {
		r := rand.New(rand.NewPCG(seed, seed))
		w := newWorld(t, r)
		c, env := w.template()
		var parsed corev1.NodeSelector
		if json.Unmarshal([]byte(affinity), &parsed) == nil {
			c.Required = &parsed
		}
		if s, err := ParseNodeSelector(selector); err == nil {
			c.NodeSelector = s
		}
		if _, err := checkTemplate(r, c, env, 50); err != nil {
			t.Error(err)
		}
	})
}
