package bck

import (
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/backup"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// databaseGroups are the API groups of products that back up databases.
var databaseGroups = []string{"postgresql.cnpg.io"}

// database judges a database resource by its own backups. Copies of its volumes as files do not count.
func (j *judge01) database(c *backup.Covered) control.Result {
	db := c.Database
	if len(c.Plans) == 0 {
		return j.noPlan(c, databaseGroups...)
	}
	if r, bad := j.archiving(db); bad {
		return r
	}
	return j.best(c, databaseGroups)
}

// archiving judges the write-ahead log: without it a base backup of a running database cannot be made consistent.
func (j *judge01) archiving(db *facts.Database) (control.Result, bool) {
	switch {
	case db.ArchivingOff != "" && j.pointInTime:
		return control.Fail("NoPointInTime", "field", db.ArchivingOff).At(db.ArchivingOff), true
	case db.ArchivingOff != "":
		return control.Fail("ArchivingOff", "field", db.ArchivingOff).At(db.ArchivingOff), true
	case db.Archiving == facts.No:
		return control.Fail("ArchivingFails", "message", db.ArchivingMessage).At("status.conditions[ContinuousArchiving]"), true
	case db.Archiving == facts.NotKnown:
		if missing := incompleteIn[facts.BackupRun](j.facts, databaseGroups...); len(missing) > 0 {
			return control.Unreadable(missing...), true
		}
		return control.Unknown("ArchivingUnknown").At("status.conditions[ContinuousArchiving]"), true
	default:
		return control.Result{}, false
	}
}
