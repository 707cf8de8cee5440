package k8up

import (
	"path"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

type backup struct {
	Spec struct {
		Backend        *backend               `json:"backend,omitempty"`
		LabelSelectors []metav1.LabelSelector `json:"labelSelectors,omitempty"`
	} `json:"spec"`
	Status status `json:"status"`
}

func extractBackup(obj runtime.Object) ([]any, error) {
	var b backup
	u, err := adapter.Decode(obj, &b)
	if err != nil {
		return nil, err
	}
	d, err := b.Spec.Backend.destination(u, "spec.backend")
	if err != nil {
		return nil, err
	}
	run := &facts.BackupRun{
		Ref:                adapter.RefOf(u),
		Product:            facts.ProductK8up,
		Plan:               adapter.OwnerOf(u, Group, "Schedule"),
		StartedAt:          u.GetCreationTimestamp().Time,
		Scope:              scopeOf(u.GetNamespace(), b.Spec.LabelSelectors, "spec.labelSelectors"),
		Destination:        d.Ref,
		Items:              -1,
		SnapshotsAttempted: -1,
		SnapshotsCompleted: -1,
		Message:            b.Status.message("Completed"),
	}
	run.Phase, run.RawPhase, run.CompletedAt = b.Status.phase()
	return []any{run, d}, nil
}

type snapshot struct {
	Spec struct {
		ID         string       `json:"id,omitempty"`
		Date       *metav1.Time `json:"date,omitempty"`
		Paths      []string     `json:"paths,omitempty"`
		Repository string       `json:"repository,omitempty"`
	} `json:"spec"`
}

// extractSnapshot reads a restic snapshot that K8up listed after a backup of this namespace. The snapshot says neither which
// Backup made it nor whether that one ended well.
func extractSnapshot(obj runtime.Object) ([]any, error) {
	var s snapshot
	u, err := adapter.Decode(obj, &s)
	if err != nil {
		return nil, err
	}
	c := &facts.VolumeCopy{Ref: adapter.RefOf(u), Product: facts.ProductK8up, ClaimNamespace: u.GetNamespace(),
		Phase: facts.RunSucceeded, Repository: s.Spec.Repository, Files: true, Bytes: -1}
	if s.Spec.Date == nil {
		c.Phase = facts.RunUnknown
	} else {
		c.CompletedAt = s.Spec.Date.Time
	}
	c.Claims, c.Dumps = contents(s.Spec.Paths)
	return []any{c}, nil
}

// contents tells the claims (/data/<claim>) from the files that backup commands wrote (/<namespace>-<container>.sql).
func contents(paths []string) (claims, dumps []string) {
	for _, p := range paths {
		dir, name := path.Split(path.Clean("/" + p))
		switch {
		case name == "":
		case strings.Trim(dir, "/") == "":
			dumps = append(dumps, name)
		default:
			claims = append(claims, name)
		}
	}
	return claims, dumps
}

type restore struct {
	Spec struct {
		Snapshot      string         `json:"snapshot,omitempty"`
		RestoreFilter string         `json:"restoreFilter,omitempty"`
		Paths         []string       `json:"paths,omitempty"`
		RestoreMethod *restoreMethod `json:"restoreMethod,omitempty"`
	} `json:"spec"`
	Status status `json:"status"`
}

func extractRestore(obj runtime.Object) ([]any, error) {
	var r restore
	u, err := adapter.Decode(obj, &r)
	if err != nil {
		return nil, err
	}
	out := &facts.RestoreRun{
		Ref:                adapter.RefOf(u),
		Product:            facts.ProductK8up,
		Snapshot:           r.Spec.Snapshot,
		StartedAt:          u.GetCreationTimestamp().Time,
		IncludedNamespaces: []string{u.GetNamespace()},
	}
	out.Phase, out.RawPhase, out.CompletedAt = r.Status.phase()
	if m := r.Spec.RestoreMethod; m != nil {
		out.ToBucket = m.S3 != nil
		if m.Folder != nil {
			out.TargetClaim = m.Folder.ClaimName
		}
	}
	switch {
	case r.Spec.RestoreFilter != "":
		out.PartOf = "spec.restoreFilter"
	case len(r.Spec.Paths) > 0:
		out.PartOf = "spec.paths"
	}
	if !out.ToBucket {
		return []any{out}, nil
	}
	d, err := r.Spec.RestoreMethod.destination(u, "spec.restoreMethod")
	if err != nil {
		return nil, err
	}
	return []any{out, d}, nil
}
