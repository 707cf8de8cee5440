package place

import (
	"math/rand/v2"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// wordily reads the name of a Service label by label.
func wordily(namespaces []string, from, host string) (facts.Ref, bool) {
	labels := strings.Split(strings.TrimSuffix(host, ".cluster.local"), ".")
	n := len(labels)
	switch {
	case host == "" || host == "localhost":
	case n == 1 && labels[0] == host:
		return facts.Ref{Kind: "Service", Namespace: from, Name: host}, from != ""
	case n >= 3 && labels[n-1] == "svc":
		return facts.Ref{Kind: "Service", Namespace: labels[n-2], Name: labels[n-3]}, true
	case n == 2 && labels[0]+"."+labels[1] == host && slices.Contains(namespaces, labels[1]):
		return facts.Ref{Kind: "Service", Namespace: labels[1], Name: labels[0]}, true
	}
	return facts.Ref{}, false
}

func TestNamesOfServicesAreReadAsLabelByLabel(t *testing.T) {
	const seed = 13
	random := rand.New(rand.NewPCG(seed, seed))
	store := facts.NewStore([]facts.Source{{ID: "namespaces", Feeds: []reflect.Type{facts.TypeOf[facts.Namespace]()}}})
	namespaces := []string{"aula", "svc", "local"}
	for _, ns := range namespaces {
		store.Put(facts.ObjectKey{Source: "namespaces", Name: ns}, &facts.Namespace{Name: ns})
	}
	parts := []string{"db", "aula", "svc", "cluster", "local", "localhost", "", "example"}
	found := 0
	store.Read(func(v facts.View) {
		for range 50_000 {
			labels := make([]string, random.IntN(7))
			for i := range labels {
				labels[i] = parts[random.IntN(len(parts))]
			}
			host, from := strings.Join(labels, "."), []string{"", "aula"}[random.IntN(2)]
			want, wanted := wordily(namespaces, from, host)
			got, ok := ServiceOf(v, from, host)
			if ok != wanted || ok && got != want {
				t.Fatalf("seed %d: %q from %q: got %v, %v; want %v, %v", seed, host, from, got, ok, want, wanted)
			}
			if ok {
				found++
			}
		}
	})
	if found < 1000 {
		t.Errorf("only %d names are of Services", found)
	}
}

func TestNoAddressIsTakenForAName(t *testing.T) {
	const seed, letters = 14, "0129af.::[]%"
	random := rand.New(rand.NewPCG(seed, seed))
	addresses := 0
	for range 500_000 {
		b := make([]byte, random.IntN(10))
		for i := range b {
			b[i] = letters[random.IntN(len(letters))]
		}
		_, err1 := netip.ParseAddrPort(string(b))
		_, err2 := netip.ParseAddr(strings.Trim(string(b), "[]"))
		if err1 != nil && err2 != nil {
			continue
		}
		addresses++
		if !mayBeAddress(string(b)) {
			t.Fatalf("seed %d: %q is an address", seed, b)
		}
	}
	if addresses < 1000 {
		t.Errorf("only %d are addresses", addresses)
	}
}
