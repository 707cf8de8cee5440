package velero

import (
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

type schedule struct {
	Spec struct {
		Schedule string     `json:"schedule,omitempty"`
		Paused   bool       `json:"paused,omitempty"`
		Template backupSpec `json:"template"`
	} `json:"spec"`
	Status struct {
		Phase            string       `json:"phase,omitempty"`
		LastBackup       *metav1.Time `json:"lastBackup,omitempty"`
		ValidationErrors []string     `json:"validationErrors,omitempty"`
	} `json:"status"`
}

// extractSchedule reads status.lastBackup as when a backup was asked for; it does not say that one succeeded.
func extractSchedule(obj runtime.Object) ([]any, error) {
	var s schedule
	u, err := adapter.Decode(obj, &s)
	if err != nil {
		return nil, err
	}
	t := &s.Spec.Template
	plan := &facts.BackupPlan{
		Ref:               adapter.RefOf(u),
		Product:           facts.ProductVelero,
		Scope:             t.scope(u.GetNamespace(), "spec.template"),
		Schedule:          s.Spec.Schedule,
		Dialect:           date.Standard5,
		ScheduleField:     "spec.schedule",
		Destination:       ref("BackupStorageLocation", u.GetNamespace(), t.StorageLocation),
		SnapshotLocations: snapshotRefs(u.GetNamespace(), t.VolumeSnapshotLocations),
		CreatedAt:         u.GetCreationTimestamp().Time,
		LastAsked:         instant(s.Status.LastBackup),
	}
	if s.Spec.Paused {
		plan.Paused, plan.PausedField = true, "spec.paused"
	}
	plan.Retention.Field = "spec.template.ttl"
	if t.TTL != nil && t.TTL.Duration > 0 {
		plan.Retention.For = t.TTL.Duration
	}
	plan.Invalid, plan.InvalidField = t.invalid("spec.template")
	if s.Status.Phase == "FailedValidation" {
		plan.InvalidField, plan.Invalid = "status.phase", strings.Join(s.Status.ValidationErrors, "; ")
		if plan.Invalid == "" {
			plan.Invalid = "FailedValidation"
		}
	}
	return []any{plan}, nil
}

func snapshotRefs(namespace string, names []string) []facts.Ref {
	var out []facts.Ref
	for _, n := range names {
		out = append(out, ref("VolumeSnapshotLocation", namespace, n))
	}
	return out
}
