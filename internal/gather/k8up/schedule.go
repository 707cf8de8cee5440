package k8up

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

type schedule struct {
	Spec struct {
		Backend *backend `json:"backend,omitempty"`
		Backup  *struct {
			Schedule       string                 `json:"schedule,omitempty"`
			Backend        *backend               `json:"backend,omitempty"`
			LabelSelectors []metav1.LabelSelector `json:"labelSelectors,omitempty"`
		} `json:"backup,omitempty"`
		Prune *struct {
			Schedule  string    `json:"schedule,omitempty"`
			Backend   *backend  `json:"backend,omitempty"`
			Retention retention `json:"retention"`
		} `json:"prune,omitempty"`
		Archive *struct {
			Schedule      string         `json:"schedule,omitempty"`
			RestoreMethod *restoreMethod `json:"restoreMethod,omitempty"`
		} `json:"archive,omitempty"`
	} `json:"spec"`
	Status struct {
		Conditions []metav1.Condition `json:"conditions,omitempty"`
	} `json:"status"`
}

// retention is how many backups restic keeps when it prunes.
type retention struct {
	KeepLast    int64    `json:"keepLast,omitempty"`
	KeepHourly  int64    `json:"keepHourly,omitempty"`
	KeepDaily   int64    `json:"keepDaily,omitempty"`
	KeepWeekly  int64    `json:"keepWeekly,omitempty"`
	KeepMonthly int64    `json:"keepMonthly,omitempty"`
	KeepYearly  int64    `json:"keepYearly,omitempty"`
	KeepTags    []string `json:"keepTags,omitempty"`
	Tags        []string `json:"tags,omitempty"`
	Hostnames   []string `json:"hostnames,omitempty"`
}

func extractSchedule(obj runtime.Object) ([]any, error) {
	var s schedule
	u, err := adapter.Decode(obj, &s)
	if err != nil {
		return nil, err
	}
	ref := adapter.RefOf(u)
	plan := &facts.BackupPlan{Ref: ref, Product: facts.ProductK8up, Dialect: date.K8up, Destination: ref,
		ScheduleField: "spec.backup.schedule", CreatedAt: u.GetCreationTimestamp().Time, Scope: scopeOf(u.GetNamespace(), nil, "")}
	plan.RemovesOnly = s.Spec.Backup == nil
	place, at := s.Spec.Backend, "spec.backend"
	if b := s.Spec.Backup; b != nil {
		plan.Schedule = b.Schedule
		plan.Scope = scopeOf(u.GetNamespace(), b.LabelSelectors, "spec.backup.labelSelectors")
		if b.Schedule == "" {
			plan.Invalid, plan.InvalidField = "it has no time", "spec.backup.schedule"
		}
		if b.Backend != nil {
			place, at = b.Backend, "spec.backup.backend"
		}
	}
	for _, c := range s.Status.Conditions {
		if c.Type == "Ready" && c.Status == metav1.ConditionFalse {
			plan.Invalid, plan.InvalidField = c.Reason+": "+c.Message, "status.conditions[Ready]"
		}
	}
	for _, sel := range plan.Scope.Selectors {
		if _, err := metav1.LabelSelectorAsSelector(&sel); err != nil {
			plan.Invalid, plan.InvalidField = err.Error(), plan.Scope.SelectorField
		}
	}
	plan.Retention = s.retention(plan.Schedule)
	d, err := place.destination(u, at)
	if err != nil {
		return nil, err
	}
	if a := s.Spec.Archive; a != nil {
		if plan.Archive, err = a.RestoreMethod.destination(u, "spec.archive.restoreMethod"); err != nil {
			return nil, err
		}
	}
	if s.Spec.Backup == nil && s.Spec.Prune == nil && s.Spec.Archive == nil {
		return nil, nil // checks or restores only
	}
	return []any{plan, d}, nil
}

// scopeOf is what K8up takes: the volumes of the namespace, as files; claims can opt out by annotation.
func scopeOf(namespace string, selectors []metav1.LabelSelector, at string) facts.BackupScope {
	s := facts.BackupScope{IncludedNamespaces: []string{namespace}, Files: facts.Yes, Snapshots: facts.No}
	if len(selectors) > 0 {
		s.Selectors, s.SelectorField = selectors, at
	}
	return s
}

// retention of what the schedule makes. Without prune nothing is ever removed.
func (s *schedule) retention(backups string) facts.Retention {
	p := s.Spec.Prune
	const at = "spec.prune.retention"
	switch {
	case p == nil || p.Schedule == "":
		return facts.Retention{Forever: true, Field: "spec.prune"}
	case len(p.Retention.Tags)+len(p.Retention.Hostnames)+len(p.Retention.KeepTags) > 0:
		return facts.Retention{Unclear: "it depends on tags or host names", Field: at}
	}
	// Any one of the rules keeps a backup, so the longest counts.
	const day = 24 * time.Hour
	r := &p.Retention
	kept := max(span(r.KeepHourly, time.Hour), span(r.KeepDaily, day), span(r.KeepWeekly, 7*day),
		span(r.KeepMonthly, 30*day), span(r.KeepYearly, 365*day), lastSpan(r.KeepLast, backups))
	if kept == 0 {
		return facts.Retention{Unclear: "no rule says what to keep", Field: at}
	}
	return facts.Retention{For: kept, Field: at}
}

const maxKept = 100 * 366 * 24 * time.Hour

func span(n int64, unit time.Duration) time.Duration {
	if n <= 0 {
		return 0
	}
	if n > int64(maxKept/unit) {
		return maxKept
	}
	return time.Duration(n) * unit
}

// lastSpan is how far back the last n backups of a schedule reach; 0 where the schedule cannot be read.
func lastSpan(n int64, expr string) time.Duration {
	s, err := date.ParseCron(expr, date.K8up, nil)
	if err != nil || n <= 0 {
		return 0
	}
	const walked = 400
	from := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC) // any Monday
	at := from
	for range min(n, walked) {
		if at = s.Next(at); at.IsZero() {
			return 0
		}
	}
	reach := at.Sub(from)
	if n > walked {
		return span(n/walked, max(reach, time.Second))
	}
	return min(reach, maxKept)
}
