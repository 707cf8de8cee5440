package bck

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/derive/backup"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

var (
	resticID = regexp.MustCompile(`^[0-9a-f]{8,64}$`)
	stampEnd = regexp.MustCompile(`-([0-9]{14})$`)
)

// stampLayout is how Velero and CloudNativePG write when a scheduled backup was made into its name, in UTC.
const stampLayout = "20060102150405"

// words are what may be names in the source that somebody wrote, without product and namespace.
func words(source string) []string {
	return strings.FieldsFunc(trimProduct(source), func(r rune) bool { return strings.ContainsRune(" ,;/", r) })
}

// madeAfter tells whether the backup that is named was made after the test that is said to have restored it.
func (j *judge02) madeAfter(source string, runs []*facts.BackupRun, g group, end time.Time) bool {
	if len(runs) > 0 {
		return !slices.ContainsFunc(runs, func(r *facts.BackupRun) bool { return r.StartedAt.Before(end) })
	}
	return slices.ContainsFunc(words(source), func(w string) bool {
		if m := stampEnd.FindStringSubmatch(w); m != nil {
			at, err := time.Parse(stampLayout, m[1])
			return err == nil && !at.Before(end)
		}
		if !resticID.MatchString(w) {
			return false
		}
		c := facts.Get[facts.VolumeCopy](j.facts, g.namespace, w[:8])
		return c != nil && c.Product == facts.ProductK8up && !c.CompletedAt.Before(end)
	})
}

// plausible tells whether a source that is not known (any more) may have been a backup of the group: backups expire before their
// test is a year old, but are named after the plan that made them, after the database, or by restic's identifier. Where no backup
// product is read, or the data lie outside of all of them, any name may be right.
func (j *judge02) plausible(source string, g group) bool {
	groups := volumeGroups
	if len(g.parts) > 0 && g.parts[0].Database != nil {
		groups = databaseGroups
	}
	if len(g.parts) == 0 || !recognised[facts.BackupRun](j.facts, groups...) {
		return true
	}
	return slices.ContainsFunc(words(source), func(w string) bool {
		return slices.ContainsFunc(g.parts, func(p *backup.Covered) bool { return namedAfter(w, p) })
	})
}

func namedAfter(w string, p *backup.Covered) bool {
	if p.Database != nil && (strings.EqualFold(w, p.Ref.Name) || strings.HasPrefix(w, p.Ref.Name+"-")) {
		return true
	}
	return slices.ContainsFunc(p.Plans, func(pc backup.PlanCoverage) bool {
		return strings.HasPrefix(w, pc.Plan.Ref.Name+"-") || pc.Plan.Product == facts.ProductK8up && resticID.MatchString(w)
	})
}
