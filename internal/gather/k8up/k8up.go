// Package k8up makes facts of the resources of K8up: schedules, backups, the snapshots in their repositories, restores and archives.
// All of them lie in the namespace that they protect, and carry their backend with them.
package k8up

import (
	"reflect"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// Group is the API group of K8up.
const Group = "k8up.io"

// Kinds lists the resources read. Schedules can be in manifests, the rest is made at run time.
func Kinds() []adapter.Kind {
	place := facts.TypeOf[facts.BackupDestination]()
	return []adapter.Kind{
		{GVK: v1("Schedule"), Resource: "schedules", Namespaced: true, Optional: true,
			Feeds:   []reflect.Type{facts.TypeOf[facts.BackupPlan](), place},
			Extract: extractSchedule, Prune: adapter.PruneTo[schedule]()},
		{GVK: v1("Backup"), Resource: "backups", Namespaced: true, Optional: true, Runtime: true,
			Feeds:   []reflect.Type{facts.TypeOf[facts.BackupRun](), place},
			Extract: extractBackup, Prune: adapter.PruneTo[backup]()},
		{GVK: v1("Snapshot"), Resource: "snapshots", Namespaced: true, Optional: true, Runtime: true,
			Feeds:   []reflect.Type{facts.TypeOf[facts.VolumeCopy]()},
			Extract: extractSnapshot, Prune: adapter.PruneTo[snapshot]()},
		{GVK: v1("Restore"), Resource: "restores", Namespaced: true, Optional: true, Runtime: true,
			Feeds:   []reflect.Type{facts.TypeOf[facts.RestoreRun](), place},
			Extract: extractRestore, Prune: adapter.PruneTo[restore]()},
		{GVK: v1("Archive"), Resource: "archives", Namespaced: true, Optional: true, Runtime: true,
			Feeds:   []reflect.Type{place},
			Extract: extractArchive, Prune: adapter.PruneTo[archive]()},
	}
}

func v1(kind string) schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: Group, Version: "v1", Kind: kind}
}

// status is that of every K8up job.
type status struct {
	Started    bool               `json:"started,omitempty"`
	Finished   bool               `json:"finished,omitempty"`
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// phase tells how a job ended and when. Only the condition Completed with the reason Succeeded is success; finished alone
// is true of failures too.
func (s *status) phase() (facts.RunPhase, string, time.Time) {
	for _, c := range s.Conditions {
		if c.Type != "Completed" || c.Status != metav1.ConditionTrue {
			continue
		}
		switch c.Reason {
		case "Succeeded":
			return facts.RunSucceeded, c.Reason, c.LastTransitionTime.Time
		case "Failed":
			return facts.RunFailed, c.Reason, c.LastTransitionTime.Time
		default:
			return facts.RunUnknown, c.Reason, c.LastTransitionTime.Time
		}
	}
	switch {
	case s.Finished:
		return facts.RunUnknown, "finished", time.Time{}
	case s.Started:
		return facts.RunRunning, "started", time.Time{}
	default:
		return facts.RunPending, "", time.Time{}
	}
}

func (s *status) message(condition string) string {
	for _, c := range s.Conditions {
		if c.Type == condition {
			return c.Message
		}
	}
	return ""
}
