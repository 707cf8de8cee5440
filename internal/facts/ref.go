package facts

import (
	"cmp"

	"github.com/tilsyn-dev/tilsyn/internal/scan"
)

// Ref names one Kubernetes object.
type Ref struct {
	Group     string // API group, empty for core
	Kind      string
	Namespace string // empty for cluster-scoped kinds
	Name      string
}

// Shown names the object as it may be told: numbers of persons within its name are masked, so that nothing that Tilsyn writes
// repeats them.
func (r Ref) Shown() Ref {
	r.Namespace, _ = scan.Masked(r.Namespace)
	r.Name, _ = scan.Masked(r.Name)
	return r
}

// String gives Kind namespace/name, as people write it and as it may be told.
func (r Ref) String() string {
	r = r.Shown()
	if r.Namespace == "" {
		return r.Kind + " " + r.Name
	}
	return r.Kind + " " + r.Namespace + "/" + r.Name
}

// IsZero tells whether no object is named.
func (r Ref) IsZero() bool { return r == Ref{} }

// Compare orders references by namespace, kind, name and group.
func (r Ref) Compare(o Ref) int {
	return cmp.Or(cmp.Compare(r.Namespace, o.Namespace), cmp.Compare(r.Kind, o.Kind),
		cmp.Compare(r.Name, o.Name), cmp.Compare(r.Group, o.Group))
}
