package cnpg

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// labelScheduled names, on a Backup, the ScheduledBackup that made it.
const labelScheduled = "cnpg.io/scheduled-backup"

type scheduledBackup struct {
	Spec struct {
		Schedule string `json:"schedule,omitempty"`
		Suspend  bool   `json:"suspend,omitempty"`
		Cluster  named  `json:"cluster"`
		Method   string `json:"method,omitempty"`
	} `json:"spec"`
	Status struct {
		LastScheduleTime *metav1.Time `json:"lastScheduleTime,omitempty"`
		Error            string       `json:"error,omitempty"`
	} `json:"status"`
}

// extractScheduledBackup reads status.lastScheduleTime as when a backup was asked for; it does not say that one succeeded.
func extractScheduledBackup(obj runtime.Object) ([]any, error) {
	var s scheduledBackup
	u, err := adapter.Decode(obj, &s)
	if err != nil {
		return nil, err
	}
	plan := &facts.BackupPlan{
		Ref:           adapter.RefOf(u),
		Product:       facts.ProductCloudNativePG,
		Scope:         databaseScope(u.GetNamespace(), s.Spec.Cluster.Name, s.Spec.Method),
		Schedule:      s.Spec.Schedule,
		Dialect:       date.CNPG,
		ScheduleField: "spec.schedule",
		CreatedAt:     u.GetCreationTimestamp().Time,
		LastAsked:     instant(s.Status.LastScheduleTime),
	}
	if s.Spec.Suspend {
		plan.Paused, plan.PausedField = true, "spec.suspend"
	}
	if s.Status.Error != "" {
		plan.Invalid, plan.InvalidField = s.Status.Error, "status.error"
	}
	return []any{plan}, nil
}

func databaseScope(namespace, clusterName, method string) facts.BackupScope {
	if method == "" {
		method = methodObjectStore
	}
	s := facts.BackupScope{
		IncludedNamespaces: []string{namespace},
		Database:           ref("Cluster", namespace, clusterName),
		Method:             method,
		Files:              facts.No,
		Snapshots:          facts.No,
	}
	if method == methodSnapshot {
		s.Snapshots, s.SnapshotsMoved = facts.Yes, facts.No
	}
	return s
}

type backup struct {
	Spec struct {
		Cluster named  `json:"cluster"`
		Method  string `json:"method,omitempty"`
	} `json:"spec"`
	Status struct {
		barman    `json:",inline"` // where this backup lies
		Phase     string           `json:"phase,omitempty"`
		Method    string           `json:"method,omitempty"`
		StartedAt *metav1.Time     `json:"startedAt,omitempty"`
		StoppedAt *metav1.Time     `json:"stoppedAt,omitempty"`
		Error     string           `json:"error,omitempty"`
	} `json:"status"`
}

func extractBackup(obj runtime.Object) ([]any, error) {
	var b backup
	u, err := adapter.Decode(obj, &b)
	if err != nil {
		return nil, err
	}
	method := b.Status.Method
	if method == "" {
		method = b.Spec.Method
	}
	run := &facts.BackupRun{
		Ref:                adapter.RefOf(u),
		Product:            facts.ProductCloudNativePG,
		Plan:               ref("ScheduledBackup", u.GetNamespace(), u.GetLabels()[labelScheduled]),
		Phase:              phaseOf(b.Status.Phase),
		RawPhase:           b.Status.Phase,
		StartedAt:          instant(b.Status.StartedAt),
		CompletedAt:        instant(b.Status.StoppedAt),
		Scope:              databaseScope(u.GetNamespace(), b.Spec.Cluster.Name, method),
		Items:              -1,
		SnapshotsAttempted: -1,
		SnapshotsCompleted: -1,
		Message:            b.Status.Error,
	}
	if run.StartedAt.IsZero() && run.Phase.Ended() { // refused before it began
		run.StartedAt = u.GetCreationTimestamp().Time
	}
	if run.Scope.Method == methodObjectStore {
		run.Destination = run.Scope.Database
	}
	if b.Status.DestinationPath != "" {
		if run.Lies, err = b.Status.destination(run.Ref, "status"); err != nil {
			return nil, err
		}
	}
	return []any{run}, nil
}

// phaseOf maps the phases of a Backup, which CloudNativePG writes as words, some with blanks.
func phaseOf(phase string) facts.RunPhase {
	switch phase {
	case "", "pending":
		return facts.RunPending
	case "started", "running", "finalizing":
		return facts.RunRunning
	case "completed":
		return facts.RunSucceeded
	case "failed", "walArchivingFailing", "invalid backup definition":
		return facts.RunFailed
	default:
		return facts.RunUnknown
	}
}
