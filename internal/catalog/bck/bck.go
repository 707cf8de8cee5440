// Package bck holds the controls of the family BCK: backup and restore.
package bck

import (
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/backup"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Controls of the family, in order.
var Controls = []*control.Control{BCK01, BCK02, BCK03, BCK04, BCK05}

// overlooked says of an environment whose parts may not all be seen that they are not.
func overlooked(in control.EnvironmentInput) []control.Result {
	if missing := backup.Incomplete(in.Facts); len(missing) > 0 {
		return []control.Result{control.Unreadable(missing...)}
	}
	return nil
}

// byAvailability picks one of three values.
func byAvailability[T any](l control.Levels, low, medium, high T) T {
	switch l.Availability {
	case v1alpha1.LevelLow:
		return low
	case v1alpha1.LevelMedium:
		return medium
	default:
		return high
	}
}

// stricter gives the shorter of a parameter and what the solution declares, which is zero where it declares nothing.
func stricter(parameter, declared time.Duration) time.Duration {
	if declared > 0 {
		return min(parameter, declared)
	}
	return parameter
}

// lengthOf gives a period as a length, counted from a fixed day, so that the yardstick does not change with the month.
func lengthOf(p date.Period) time.Duration {
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, date.Copenhagen())
	return p.After(from).Sub(from)
}

// kept lists the parts of an environment whose data have to be kept: claims and databases, without ephemeral data, claims that
// hold nothing yet and scratch data that somebody approved. That an approval ended is said once, by BCK-01.
func kept(e *control.Environment, c *backup.Coverage) []*backup.Covered {
	if len(c.Parts) == 0 {
		return nil
	}
	out := make([]*backup.Covered, 0, len(c.Parts))
	for i := range c.Parts {
		p := &c.Parts[i]
		switch p.Kind {
		case backup.DatabasePart:
		case backup.ClaimPart, backup.TemplatePart:
			if scratchOf(e.Object, p.Claim, time.Time{}).approved {
				continue
			}
		default:
			continue
		}
		out = append(out, p)
	}
	return out
}

// unclear adds a result for every part of which it cannot be told whether its data have to be kept.
func unclear(c *backup.Coverage, out []control.Result) []control.Result {
	for i := range c.Parts {
		if p := &c.Parts[i]; p.Kind == backup.UnclearPart {
			out = append(out, control.Unreadable(p.Missing...).On(p.Ref))
		}
	}
	return out
}

// unclaimed lists what keeps data without a claim, on a node's disk or on storage that pods reach by themselves. BCK-01 says of
// them that nothing can be seen; that they are kept is certain.
func unclaimed(c *backup.Coverage) []*backup.Covered {
	var out []*backup.Covered
	for i := range c.Parts {
		if p := &c.Parts[i]; p.Kind == backup.InlinePart || p.Kind == backup.NodeDataPart {
			out = append(out, p)
		}
	}
	return out
}

// partNames are the names under which an attestation can mean a part.
func partNames(r facts.Ref) []string {
	return []string{r.Namespace + "/" + r.Name, r.Namespace + "/" + r.Kind + "/" + r.Name}
}

// attestedFor finds the newest attestation that means one of the names, or everything it is about.
func attestedFor(list []*v1alpha1.Attestation, names ...string) *v1alpha1.Attestation {
	i := slices.IndexFunc(list, func(a *v1alpha1.Attestation) bool { return targets(a, names...) })
	if i < 0 {
		return nil
	}
	return list[i]
}

func targets(a *v1alpha1.Attestation, names ...string) bool {
	return a.Spec.Target == "" || slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, a.Spec.Target) })
}

// incompleteIn gives the incomplete sources of a type in some API groups.
func incompleteIn[T any](v facts.View, groups ...string) []facts.SourceState {
	return slices.DeleteFunc(facts.Incomplete[T](v), func(s facts.SourceState) bool { return !inGroups(s.ID, groups) })
}

// storesMissing gives the sources without which a place where backups lie could be overlooked. What is taken out of backups
// (archives and restores into a bucket) is no backup.
func storesMissing(v facts.View, groups ...string) []facts.SourceState {
	return slices.DeleteFunc(incompleteIn[facts.BackupDestination](v, groups...), func(s facts.SourceState) bool {
		return s.ID == "archives.k8up.io" || s.ID == "restores.k8up.io"
	})
}

func inGroups(id facts.SourceID, groups []string) bool {
	_, group, _ := strings.Cut(string(id), ".")
	return slices.Contains(groups, group)
}

// API groups of the products that back up volumes.
var volumeGroups = []string{"velero.io", "k8up.io"}

// recognised tells whether a source of T in one of the groups exists and is read.
func recognised[T any](v facts.View, groups ...string) bool {
	return slices.ContainsFunc(facts.Sources[T](v), func(s facts.SourceState) bool {
		return s.Condition == facts.SourceSynced && inGroups(s.ID, groups)
	})
}

// unseen gives the sources of backups that manifests never show, where only manifests are seen: then there is no status, and
// that something is not there proves nothing.
func unseen(v facts.View, groups ...string) []facts.SourceState {
	return slices.DeleteFunc(incompleteIn[facts.BackupRun](v, groups...), func(s facts.SourceState) bool {
		return s.Condition != facts.SourceNotObservable
	})
}

// evidenceMissing gives the sources without which a backup of the product could be overlooked.
func evidenceMissing(v facts.View, group string) []facts.SourceState {
	return slices.Concat(incompleteIn[facts.BackupRun](v, group), incompleteIn[facts.VolumeCopy](v, group),
		incompleteIn[facts.RecoveryWindow](v, storeGroup(group)))
}

// storeGroup is the group whose objects hold evidence for a product beside its own.
func storeGroup(group string) string {
	if group == "postgresql.cnpg.io" {
		return "barmancloud.cnpg.io"
	}
	return group
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }

// kubectlTarget names an object as kubectl's verbs take it, for example -n velero schedule.velero.io/daily.
func kubectlTarget(r facts.Ref) string {
	kind := strings.ToLower(r.Kind)
	if r.Group != "" {
		kind += "." + r.Group
	}
	if r.Namespace == "" {
		return kind + "/" + r.Name
	}
	return "-n " + r.Namespace + " " + kind + "/" + r.Name
}
