package facts

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

type derivedKey string

func storeWithClaims() *Store {
	s := NewStore([]Source{{ID: "claims", Feeds: typesOf(TypeOf[Claim]())}, {ID: "pods", Feeds: typesOf(TypeOf[Pod]())}})
	putClaim(s, "a", "one")
	putClaim(s, "b", "two")
	return s
}

func putClaim(s *Store, ns, name string) {
	s.Put(ObjectKey{Source: "claims", Namespace: ns, Name: name}, &Claim{Namespace: ns, Name: name})
}

func TestADerivedValueIsMadeAgainOnlyWhenWhatItRestsOnChanges(t *testing.T) {
	changes := map[string]struct {
		change   func(*Store)
		inA, all bool // made again: limited to namespace a, or of all namespaces
	}{
		"nothing":                     {change: func(*Store) {}},
		"a fact of the namespace":     {change: func(s *Store) { putClaim(s, "a", "three") }, inA: true, all: true},
		"a fact of another one":       {change: func(s *Store) { putClaim(s, "b", "three") }, all: true},
		"a fact put again":            {change: func(s *Store) { putClaim(s, "a", "one") }},
		"a fact of another type":      {change: func(s *Store) { s.Put(ObjectKey{Source: "pods", Namespace: "a", Name: "p"}, &Pod{Name: "p"}) }},
		"the last fact taken away":    {change: func(s *Store) { s.Delete(ObjectKey{Source: "claims", Namespace: "a", Name: "one"}) }, inA: true, all: true},
		"the state of a source":       {change: func(s *Store) { s.SetSource(SourceState{ID: "claims", Condition: SourceSynced}) }, inA: true, all: true},
		"a cluster-scoped fact of it": {change: func(s *Store) { putClaim(s, "", "odd") }, inA: true, all: true},
	}
	for name, test := range changes {
		t.Run(name, func(t *testing.T) {
			s := storeWithClaims()
			made := map[derivedKey]int{}
			look := func() {
				s.Read(func(v View) {
					count := func(key derivedKey, list func(View) int) func(View) int {
						return func(v View) int { made[key]++; return list(v) }
					}
					Derived(v, derivedKey("in a"), []Dependency{{Type: TypeOf[Claim](), Namespaces: []string{"a"}}},
						count("in a", func(v View) int { return len(ListIn[Claim](v, "a")) }))
					got := Derived(v, derivedKey("all"), []Dependency{{Type: TypeOf[Claim]()}},
						count("all", func(v View) int { return len(List[Claim](v)) }))
					if want := len(List[Claim](v)); got != want {
						t.Errorf("derived %d claims, there are %d", got, want)
					}
				})
			}
			look()
			look()
			if made["in a"] != 1 || made["all"] != 1 {
				t.Fatalf("made %v before anything changed, want each once", made)
			}
			test.change(s)
			look()
			if again := made["in a"] == 2; again != test.inA {
				t.Errorf("limited to the namespace it was made again: %v, want %v", again, test.inA)
			}
			if again := made["all"] == 2; again != test.all {
				t.Errorf("of all namespaces it was made again: %v, want %v", again, test.all)
			}
		})
	}
}

func TestWhoeverLooksBeyondWhatIsDeclaredPanics(t *testing.T) {
	claim, pod := TypeOf[Claim](), TypeOf[Pod]()
	limited := &Access{All: typesOf(pod), Scoped: typesOf(claim)}
	tests := map[string]struct {
		look func(View)
		ok   bool
	}{
		"the declared namespace":        {func(v View) { ListIn[Claim](v, "a") }, true},
		"cluster-scoped facts":          {func(v View) { ListIn[Claim](v, "") }, true},
		"another namespace":             {func(v View) { ListIn[Claim](v, "b") }, false},
		"all namespaces":                {func(v View) { List[Claim](v) }, false},
		"one fact of another namespace": {func(v View) { Get[Claim](v, "b", "two") }, false},
		"the generation of another":     {func(v View) { v.Generation(claim, "b") }, false},
		"the sources of a limited type": {func(v View) { Sources[Claim](v) }, true},
		"all of a type declared so":     {func(v View) { List[Pod](v) }, true},
		"a type that is not declared":   {func(v View) { List[Namespace](v) }, false},
		"a derived value of what it may": {func(v View) {
			Derived(v, derivedKey("x"), []Dependency{{Type: claim, Namespaces: []string{"a"}}}, func(View) int { return 1 })
		}, true},
		"a derived value of more": {func(v View) { Derived(v, derivedKey("x"), []Dependency{{Type: claim}}, func(View) int { return 1 }) }, false},
		"a derived value of elsewhere": {func(v View) {
			Derived(v, derivedKey("x"), []Dependency{{Type: claim, Namespaces: []string{"b"}}}, func(View) int { return 1 })
		}, false},
		"making a value of more than it says": {func(v View) {
			Derived(v, derivedKey("x"), []Dependency{{Type: claim, Namespaces: []string{"a"}}}, func(v View) int { return len(List[Pod](v)) })
		}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := storeWithClaims()
			defer func() {
				p := recover()
				if (p == nil) != test.ok {
					t.Errorf("panic is %v, want one: %v", p, !test.ok)
				}
				if p != nil && !strings.Contains(fmt.Sprint(p), "declared need") {
					t.Errorf("panic says %v, want what is not declared", p)
				}
			}()
			s.Read(func(v View) { test.look(v.Within(limited, "a")) })
		})
	}
}

func TestADerivedValueThatFailedIsMadeAgain(t *testing.T) {
	s := storeWithClaims()
	attempt := func(fail bool) (got int, failed bool) {
		defer func() { failed = recover() != nil }()
		s.Read(func(v View) {
			got = Derived(v, derivedKey("x"), []Dependency{{Type: TypeOf[Claim]()}}, func(View) int {
				if fail {
					panic("not now")
				}
				return 7
			})
		})
		return got, false
	}
	if _, failed := attempt(true); !failed {
		t.Fatal("the panic is swallowed")
	}
	if got, failed := attempt(false); failed || got != 7 {
		t.Errorf("after a failure it gives %d", got)
	}
}

func TestDerivedValuesThatNobodyAsksForAreDropped(t *testing.T) {
	s := storeWithClaims()
	for i := range 1000 {
		s.Read(func(v View) {
			Derived(v, derivedKey("kept"), []Dependency{{Type: TypeOf[Claim]()}}, func(View) int { return 1 })
			Derived(v, derivedKey(fmt.Sprint(i)), []Dependency{{Type: TypeOf[Claim]()}}, func(View) int { return i })
		})
	}
	table := derivedTableOf[derivedKey, int](s)
	if len(table.entries) > 2*derivedIdle+2 || table.entries["kept"] == nil {
		t.Errorf("%d values are kept, the one in use among them: %v", len(table.entries), table.entries["kept"] != nil)
	}
}

func TestTheNamespacesOfATypeFollowItsFacts(t *testing.T) {
	s := storeWithClaims()
	now := func() (out []string) {
		s.Read(func(v View) { out = v.Namespaces(TypeOf[Claim]()) })
		return out
	}
	first := now()
	putClaim(s, "a", "three")
	if again := now(); !slices.Equal(first, []string{"a", "b"}) || &again[0] != &first[0] {
		t.Errorf("namespaces are %v and %v, want one and the same list of a and b", first, again)
	}
	putClaim(s, "c", "four")
	s.Delete(ObjectKey{Source: "claims", Namespace: "b", Name: "two"})
	if got := now(); !slices.Equal(got, []string{"a", "c"}) {
		t.Errorf("namespaces are %v, want a and c", got)
	}
}

func typesOf(t ...reflect.Type) []reflect.Type { return t }

func TestWhatIsMadeOfAFactStaysUntilTheFactGoes(t *testing.T) {
	s := storeWithClaims()
	var made []string
	look := func(want ...string) {
		t.Helper()
		made = nil
		s.Read(func(v View) {
			got := Each(v, derivedKey("names"), func(c *Claim) string { made = append(made, c.Name); return c.Name })
			list := ListIn[Claim](v, "")
			if len(got) != len(list) {
				t.Errorf("%d values for %d facts", len(got), len(list))
			}
			for _, c := range list {
				if got[c] != c.Name {
					t.Errorf("%q was made of %s", got[c], c.Name)
				}
			}
		})
		if !slices.Equal(made, want) {
			t.Errorf("made %v, want %v", made, want)
		}
	}
	putClaim(s, "", "one")
	look("one")
	look()
	putClaim(s, "", "two")
	look("two")
	putClaim(s, "a", "three")
	look()
	s.Put(ObjectKey{Source: "claims", Name: "one"}, &Claim{Name: "one", Volume: "v"})
	look("one")
	s.Delete(ObjectKey{Source: "claims", Name: "two"})
	look()
}
