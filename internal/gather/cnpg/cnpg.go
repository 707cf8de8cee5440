// Package cnpg makes facts of the resources of CloudNativePG and its barman-cloud plugin: database clusters, their base
// backups and archives, and the object stores that hold them.
package cnpg

import (
	"reflect"
	"regexp"
	"strconv"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// API groups of CloudNativePG and of the barman-cloud plugin.
const (
	Group       = "postgresql.cnpg.io"
	PluginGroup = "barmancloud.cnpg.io"
)

// barmanPlugin is the plugin that keeps backups in an ObjectStore.
const barmanPlugin = "barman-cloud.cloudnative-pg.io"

// Methods of a base backup.
const (
	methodObjectStore = "barmanObjectStore"
	methodPlugin      = "plugin"
	methodSnapshot    = "volumeSnapshot"
)

// skipArchiving is the annotation that switches archiving off.
const skipArchiving = "cnpg.io/skipWalArchiving"

// Kinds lists the resources read. Backups are made at run time, the rest can be in manifests.
func Kinds() []adapter.Kind {
	place := facts.TypeOf[facts.BackupDestination]()
	return []adapter.Kind{
		{GVK: v1("Cluster"), Resource: "clusters", Namespaced: true, Optional: true,
			Feeds:   []reflect.Type{facts.TypeOf[facts.Database](), place},
			Extract: extractCluster, Prune: adapter.PruneTo[cluster](skipArchiving)},
		{GVK: v1("ScheduledBackup"), Resource: "scheduledbackups", Namespaced: true, Optional: true,
			Feeds:   []reflect.Type{facts.TypeOf[facts.BackupPlan]()},
			Extract: extractScheduledBackup, Prune: adapter.PruneTo[scheduledBackup]()},
		{GVK: v1("Backup"), Resource: "backups", Namespaced: true, Optional: true, Runtime: true,
			Feeds:   []reflect.Type{facts.TypeOf[facts.BackupRun]()},
			Extract: extractBackup, Prune: adapter.PruneTo[backup]()},
		{GVK: schema.GroupVersionKind{Group: PluginGroup, Version: "v1", Kind: "ObjectStore"}, Resource: "objectstores",
			Namespaced: true, Optional: true,
			Feeds:   []reflect.Type{place, facts.TypeOf[facts.RecoveryWindow]()},
			Extract: extractObjectStore, Prune: adapter.PruneTo[objectStore]()},
	}
}

func v1(kind string) schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: Group, Version: "v1", Kind: kind}
}

func ref(kind, namespace, name string) facts.Ref {
	if name == "" {
		return facts.Ref{}
	}
	return facts.Ref{Group: Group, Kind: kind, Namespace: namespace, Name: name}
}

func storeRef(namespace, name string) facts.Ref {
	if name == "" {
		return facts.Ref{}
	}
	return facts.Ref{Group: PluginGroup, Kind: "ObjectStore", Namespace: namespace, Name: name}
}

func instant(t *metav1.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.Time
}

var policy = regexp.MustCompile(`^([1-9][0-9]{0,4})([dwm])$`)

// retention reads 30d, 4w or 6m; months count 30 days. Nothing written means that nothing is removed.
func retention(text, field string) facts.Retention {
	if text == "" {
		return facts.Retention{Forever: true, Field: field}
	}
	m := policy.FindStringSubmatch(text)
	if m == nil {
		return facts.Retention{Unclear: "it is not a number of days, weeks or months such as 30d", Field: field}
	}
	days := map[string]int{"d": 1, "w": 7, "m": 30}[m[2]]
	n, _ := strconv.Atoi(m[1]) // at most five digits
	const century = 36500
	return facts.Retention{For: time.Duration(min(n*days, century)) * 24 * time.Hour, Field: field}
}
