package network

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/netip"
	"os"
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// The world of the property test is small enough to ask about each of its pods, addresses and ports.
var (
	worldKeys       = []string{"app", "tier"}
	worldValues     = []string{"a", "b", "c"} // c stands for every value that no selector names
	worldNamespaces = []string{"one", "two", "three"}
	worldNames      = []string{"web", "metrics"}
)

// everyLabels lists all label sets of the world.
func everyLabels() (out []map[string]string) {
	for _, app := range append([]string{""}, worldValues...) {
		for _, tier := range append([]string{""}, worldValues...) {
			m := map[string]string{}
			if app != "" {
				m["app"] = app
			}
			if tier != "" {
				m["tier"] = tier
			}
			out = append(out, m)
		}
	}
	return out
}

func everyAddress() (out []netip.Addr) {
	for n := range 16 {
		out = append(out, netip.AddrFrom4([4]byte{192, 0, 2, byte(n)}))
		raw := netip.MustParseAddr("2001:db8::").As16()
		raw[15] = byte(n)
		out = append(out, netip.AddrFrom16(raw))
	}
	return append(out, netip.MustParseAddr("8.8.8.8"), netip.MustParseAddr("255.255.255.255"), netip.MustParseAddr("::"))
}

func randomSelector(r *rand.Rand) metav1.LabelSelector {
	var s metav1.LabelSelector
	for range r.IntN(3) {
		key, value := worldKeys[r.IntN(2)], worldValues[r.IntN(2)]
		switch r.IntN(6) {
		case 0, 1:
			s.MatchLabels = map[string]string{key: value}
		case 2:
			s.MatchExpressions = append(s.MatchExpressions, metav1.LabelSelectorRequirement{Key: key, Operator: metav1.LabelSelectorOpIn, Values: worldValues[:1+r.IntN(2)]})
		case 3:
			s.MatchExpressions = append(s.MatchExpressions, metav1.LabelSelectorRequirement{Key: key, Operator: metav1.LabelSelectorOpNotIn, Values: []string{value}})
		case 4:
			s.MatchExpressions = append(s.MatchExpressions, metav1.LabelSelectorRequirement{Key: key, Operator: metav1.LabelSelectorOpExists})
		default:
			s.MatchExpressions = append(s.MatchExpressions, metav1.LabelSelectorRequirement{Key: key, Operator: metav1.LabelSelectorOpDoesNotExist})
		}
	}
	return s
}

func randomPrefix(r *rand.Rand) netip.Prefix {
	all := everyAddress()
	a := all[r.IntN(32)]
	bits := a.BitLen() - r.IntN(5)
	if r.IntN(6) == 0 {
		bits = r.IntN(3)
	}
	return netip.PrefixFrom(a, bits) // with host bits, as people write them
}

func randomPeer(r *rand.Rand) (p facts.NetworkPeer) {
	if r.IntN(2) == 0 {
		p.Block = randomPrefix(r)
		for range r.IntN(3) {
			p.Except = append(p.Except, randomPrefix(r))
		}
		return p
	}
	if r.IntN(2) == 0 {
		s := randomSelector(r)
		p.Pods = &s
	}
	if p.Pods == nil || r.IntN(2) == 0 {
		s := randomSelector(r)
		if r.IntN(2) == 0 {
			s = metav1.LabelSelector{MatchLabels: map[string]string{"kubernetes.io/metadata.name": worldNamespaces[r.IntN(3)]}}
		}
		p.Namespaces = &s
	}
	return p
}

func randomRules(r *rand.Rand) (out []facts.NetworkRule) {
	for range r.IntN(3) {
		var rule facts.NetworkRule
		for range r.IntN(3) {
			rule.Peers = append(rule.Peers, randomPeer(r))
		}
		for range r.IntN(3) {
			p := facts.NetworkPort{Protocol: []string{"TCP", "UDP"}[r.IntN(2)]}
			switch r.IntN(4) {
			case 0:
				p.Name = worldNames[r.IntN(2)]
			case 1:
				p.Port = 1 + r.Int32N(4)
			case 2:
				p.Port = 1 + r.Int32N(3)
				p.EndPort = p.Port + r.Int32N(3)
			}
			rule.Ports = append(rule.Ports, p)
		}
		out = append(out, rule)
	}
	return out
}

func randomPolicies(r *rand.Rand) (out []*facts.NetworkPolicy) {
	for n := range r.IntN(4) {
		p := &facts.NetworkPolicy{Namespace: "one", Name: fmt.Sprint("p", n), Pods: randomSelector(r), IsolatesIngress: r.IntN(3) > 0, IsolatesEgress: r.IntN(3) > 0}
		p.Ingress, p.Egress = randomRules(r), randomRules(r)
		out = append(out, p)
	}
	return out
}

// selects is what Kubernetes itself says.
func selects(s metav1.LabelSelector, set map[string]string) bool {
	compiled, err := metav1.LabelSelectorAsSelector(&s)
	if err != nil {
		panic(err)
	}
	return compiled.Matches(labels.Set(set))
}

// pod is a pod of the world, or an address.
type pod struct {
	namespace  string
	namespaced map[string]string // labels of its namespace
	labels     map[string]string
	addr       netip.Addr
}

// bruteAllows goes by the words of the documentation of NetworkPolicy, one at a time.
func bruteAllows(policies []*facts.NetworkPolicy, d Direction, subject map[string]string, other pod, port Port) bool {
	isolated := false
	for _, p := range policies {
		applies, rules := p.IsolatesIngress, p.Ingress
		if d == Egress {
			applies, rules = p.IsolatesEgress, p.Egress
		}
		if !applies || !selects(p.Pods, subject) {
			continue
		}
		isolated = true
		for _, rule := range rules {
			peer := len(rule.Peers) == 0
			for _, x := range rule.Peers {
				peer = peer || brutePeer(x, other)
			}
			onPort := len(rule.Ports) == 0
			for _, x := range rule.Ports {
				onPort = onPort || brutePort(x, port)
			}
			if peer && onPort {
				return true
			}
		}
	}
	return !isolated
}

func brutePeer(x facts.NetworkPeer, other pod) bool {
	if x.Block.IsValid() {
		if !other.addr.IsValid() || !x.Block.Contains(other.addr) {
			return false
		}
		for _, e := range x.Except {
			if e.Contains(other.addr) {
				return false
			}
		}
		return true
	}
	if other.addr.IsValid() {
		return false
	}
	inNamespace := other.namespace == "one"
	if x.Namespaces != nil {
		inNamespace = selects(*x.Namespaces, other.namespaced)
	}
	return inNamespace && (x.Pods == nil || selects(*x.Pods, other.labels))
}

func brutePort(x facts.NetworkPort, port Port) bool {
	if x.Protocol != port.Protocol {
		return false
	}
	if x.Name != "" {
		return slices.Contains(port.Names, x.Name)
	}
	if x.Port == 0 {
		return true
	}
	if x.EndPort != 0 {
		return port.Number >= x.Port && port.Number <= x.EndPort
	}
	return port.Number == x.Port
}

func randomOther(r *rand.Rand, sets []map[string]string, addresses []netip.Addr) pod {
	if r.IntN(2) == 0 {
		return pod{addr: addresses[r.IntN(len(addresses))]}
	}
	o := pod{namespace: worldNamespaces[r.IntN(3)], labels: sets[r.IntN(len(sets))], namespaced: map[string]string{}}
	maps.Copy(o.namespaced, sets[r.IntN(len(sets))])
	o.namespaced["kubernetes.io/metadata.name"] = o.namespace
	return o
}

// TestTheAnswerIsThatOfABruteForceEvaluator asks about random policies. TILSYN_LONG=1 tries a million.
func TestTheAnswerIsThatOfABruteForceEvaluator(t *testing.T) {
	seed, cases := uint64(4), 20_000
	if os.Getenv("TILSYN_LONG") != "" {
		seed, cases = uint64(time.Now().UnixNano()), 1_000_000
	}
	r := rand.New(rand.NewPCG(seed, seed))
	sets, addresses := everyLabels(), everyAddress()
	counts := map[string]int{}
	for n := range cases {
		policies, d := randomPolicies(r), Direction(r.IntN(2))
		fail := func(format string, args ...any) {
			t.Helper()
			t.Fatalf("case %d of seed %d (TILSYN_LONG=1 tries 1,000,000 with a new seed): %s", n, seed, fmt.Sprintf(format, args...))
		}
		// Is every pod denied by default?
		nobody := Port{Protocol: "SCTP", Number: 9}
		stranger := pod{namespace: "elsewhere", namespaced: map[string]string{"kubernetes.io/metadata.name": "elsewhere"}}
		denied, open := DeniedByDefault(policies, d)
		wantDenied := true
		for _, set := range sets {
			if !isolatedByBruteForce(policies, d, set) {
				wantDenied = false
			}
		}
		if denied != wantDenied {
			fail("denied by default: %v, want %v: %+v", denied, wantDenied, policies)
		}
		if !denied && isolatedByBruteForce(policies, d, open) {
			fail("a pod with the labels %v is said to be open and is not: %+v", open, policies)
		}
		if !denied && !bruteAllows(policies, d, open, stranger, nobody) {
			fail("a pod with the labels %v is open and reaches not everything", open)
		}
		counts[fmt.Sprint("denied=", denied, " policies=", len(policies) > 0)]++
		// What may one reach?
		set := sets[r.IntN(len(sets))]
		reach := ReachOf(policies, d, LookupIn(set))
		for range 8 {
			o := randomOther(r, sets, addresses)
			port := Port{Protocol: []string{"TCP", "UDP"}[r.IntN(2)], Number: r.Int32N(7), Names: worldNames[:r.IntN(2)]}
			got := reach.Allows(Peer{Namespace: o.namespace, NamespaceLabels: LookupIn(o.namespaced), Labels: LookupIn(o.labels), Addr: o.addr}, port)
			if want := bruteAllows(policies, d, set, o, port); got != want {
				fail("pod %v, other %+v, port %+v: allowed %v, want %v: %+v", set, o, port, got, want, policies)
			}
			counts[fmt.Sprint("isolated=", reach.Isolated, " allowed=", got)]++
		}
		some := reach.Addresses()
		for _, a := range addresses {
			if got, want := some.Contains(a), reachedOnSomePort(policies, d, set, a); got != want {
				fail("pod %v, address %s: reached %v, want %v: %+v", set, a, got, want, policies)
			}
		}
	}
	t.Log(counts)
	for _, must := range []string{"denied=true policies=true", "denied=false policies=true", "isolated=true allowed=true", "isolated=true allowed=false", "isolated=false allowed=true"} {
		if counts[must] < cases/200 {
			t.Errorf("only %d cases with %q: the policies do not reach it", counts[must], must)
		}
	}
}

func isolatedByBruteForce(policies []*facts.NetworkPolicy, d Direction, set map[string]string) bool {
	for _, p := range policies {
		if (d == Ingress && p.IsolatesIngress || d == Egress && p.IsolatesEgress) && selects(p.Pods, set) {
			return true
		}
	}
	return false
}

// reachedOnSomePort leaves ports out: a rule with ports lets some of them through.
func reachedOnSomePort(policies []*facts.NetworkPolicy, d Direction, set map[string]string, a netip.Addr) bool {
	without := make([]*facts.NetworkPolicy, len(policies))
	for n, p := range policies {
		c := *p
		c.Ingress, c.Egress = portless(p.Ingress), portless(p.Egress)
		without[n] = &c
	}
	return bruteAllows(without, d, set, pod{addr: a}, Port{Protocol: "TCP", Number: 1})
}

func portless(rules []facts.NetworkRule) (out []facts.NetworkRule) {
	for _, r := range rules {
		out = append(out, facts.NetworkRule{Peers: r.Peers})
	}
	return out
}
