package cnpg

import (
	"fmt"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

type plugin struct {
	Name          string `json:"name,omitempty"`
	Enabled       *bool  `json:"enabled,omitempty"`
	IsWALArchiver bool   `json:"isWALArchiver,omitempty"`
	Parameters    struct {
		ObjectName string `json:"barmanObjectName,omitempty"`
		ServerName string `json:"serverName,omitempty"`
	} `json:"parameters"`
}

func (p *plugin) on() bool { return p.Enabled == nil || *p.Enabled }

type externalCluster struct {
	Name                 string  `json:"name,omitempty"`
	BarmanObjectStore    *barman `json:"barmanObjectStore,omitempty"`
	Plugin               *plugin `json:"plugin,omitempty"`
	ConnectionParameters struct {
		Host string `json:"host,omitempty"`
	} `json:"connectionParameters"`
}

type named struct {
	Name string `json:"name,omitempty"`
}

type cluster struct {
	Spec struct {
		Backup *struct {
			BarmanObjectStore *barman   `json:"barmanObjectStore,omitempty"`
			VolumeSnapshot    *struct{} `json:"volumeSnapshot,omitempty"`
			RetentionPolicy   string    `json:"retentionPolicy,omitempty"`
		} `json:"backup,omitempty"`
		Instances       int32 `json:"instances,omitempty"`
		MinSyncReplicas int32 `json:"minSyncReplicas,omitempty"`
		PostgreSQL      struct {
			Synchronous *struct {
				Number         int32  `json:"number,omitempty"`
				DataDurability string `json:"dataDurability,omitempty"`
			} `json:"synchronous,omitempty"`
		} `json:"postgresql"`
		Plugins          []plugin          `json:"plugins,omitempty"`
		ExternalClusters []externalCluster `json:"externalClusters,omitempty"`
		Bootstrap        struct {
			Recovery *struct {
				Backup          *named `json:"backup,omitempty"`
				Source          string `json:"source,omitempty"`
				VolumeSnapshots *struct {
					Storage named `json:"storage"`
				} `json:"volumeSnapshots,omitempty"`
			} `json:"recovery,omitempty"`
		} `json:"bootstrap"`
	} `json:"spec"`
	Status struct {
		Phase                    string             `json:"phase,omitempty"`
		ReadyInstances           int32              `json:"readyInstances,omitempty"`
		Conditions               []metav1.Condition `json:"conditions,omitempty"`
		FirstRecoverabilityPoint string             `json:"firstRecoverabilityPoint,omitempty"`
		// LastSuccessfulByMethod tells backups in the object store from snapshots; status.lastSuccessfulBackup does not.
		LastSuccessfulByMethod map[string]metav1.Time `json:"lastSuccessfulBackupByMethod,omitempty"`
	} `json:"status"`
}

func extractCluster(obj runtime.Object) ([]any, error) {
	var c cluster
	u, err := adapter.Decode(obj, &c)
	if err != nil {
		return nil, err
	}
	db := &facts.Database{
		Ref:        adapter.RefOf(u),
		Product:    facts.ProductCloudNativePG,
		ServerName: u.GetName(),
		CreatedAt:  u.GetCreationTimestamp().Time,
		Labels:     u.GetLabels(),
	}
	out := []any{db}
	place, err := c.methods(db)
	if err != nil {
		return nil, err
	}
	if place != nil {
		out = append(out, place)
	}
	c.archiving(db, u)
	c.recovery(db)
	for _, e := range c.Spec.ExternalClusters {
		if h := e.ConnectionParameters.Host; h != "" {
			db.ExternalHosts = append(db.ExternalHosts, h)
		}
	}
	db.FirstRecoverabilityPoint, _ = time.Parse(time.RFC3339, c.Status.FirstRecoverabilityPoint)
	for method, at := range c.Status.LastSuccessfulByMethod {
		if method == methodObjectStore && at.After(db.LastSuccess) {
			db.LastSuccess = at.Time
		}
	}
	db.Instances, db.ReadyInstances = c.Spec.Instances, c.Status.ReadyInstances
	s := c.Spec.PostgreSQL.Synchronous
	db.Synchronous = c.Spec.MinSyncReplicas > 0 || s != nil && s.Number > 0 && s.DataDurability != "preferred"
	if ready := condition(c.Status.Conditions, "Ready"); ready != nil && ready.Status == metav1.ConditionTrue {
		db.Ready, db.ReadyAt = true, ready.LastTransitionTime.Time
	}
	return out, nil
}

// methods fills in the ways of backup that are set up, and gives the store that the cluster carries inline.
func (c *cluster) methods(db *facts.Database) (*facts.BackupDestination, error) {
	var place *facts.BackupDestination
	if b := c.Spec.Backup; b != nil {
		if b.VolumeSnapshot != nil {
			db.Methods = append(db.Methods, methodSnapshot)
		}
		if s := b.BarmanObjectStore; s != nil {
			d, err := s.destination(db.Ref, "spec.backup.barmanObjectStore")
			if err != nil {
				return nil, err
			}
			place = d
			db.Methods = append(db.Methods, methodObjectStore)
			db.Destination, db.Retention = db.Ref, retention(b.RetentionPolicy, "spec.backup.retentionPolicy")
			if s.ServerName != "" {
				db.ServerName = s.ServerName
			}
		}
	}
	for _, p := range c.Spec.Plugins {
		if !p.on() {
			continue
		}
		db.Methods = append(db.Methods, methodPlugin)
		if p.Name == barmanPlugin && p.Parameters.ObjectName != "" {
			db.Destination, db.Retention = storeRef(db.Ref.Namespace, p.Parameters.ObjectName), facts.Retention{}
			if s := p.Parameters.ServerName; s != "" {
				db.ServerName = s
			}
		}
	}
	slices.Sort(db.Methods)
	db.Methods = slices.Compact(db.Methods)
	return place, nil
}

// archiving tells whether the write-ahead log leaves the cluster, without which a base backup cannot be brought to a
// consistent state.
func (c *cluster) archiving(db *facts.Database, u *unstructured.Unstructured) {
	if cond := condition(c.Status.Conditions, "ContinuousArchiving"); cond != nil {
		switch cond.Status {
		case metav1.ConditionTrue:
			db.Archiving = facts.Yes
		case metav1.ConditionFalse:
			db.Archiving = facts.No
		}
		db.ArchivingMessage = cond.Message
	}
	if u.GetAnnotations()[skipArchiving] == "enabled" {
		db.ArchivingOff = fmt.Sprintf("metadata.annotations[%s]", skipArchiving)
		return
	}
	if slices.Contains(db.Methods, methodObjectStore) {
		return
	}
	off := "spec.backup"
	for i, p := range c.Spec.Plugins {
		switch {
		case p.on() && p.IsWALArchiver:
			return
		case p.Name == barmanPlugin:
			off = fmt.Sprintf("spec.plugins[%d].isWALArchiver", i)
		}
	}
	db.ArchivingOff = off
}

// recovery says which backup the cluster began with.
func (c *cluster) recovery(db *facts.Database) {
	r := c.Spec.Bootstrap.Recovery
	if r == nil {
		return
	}
	db.Recovery = &facts.Recovery{}
	if r.Backup != nil {
		db.Recovery.Backup = ref("Backup", db.Ref.Namespace, r.Backup.Name)
		return
	}
	for _, e := range c.Spec.ExternalClusters {
		if r.Source == "" || e.Name != r.Source {
			continue
		}
		db.Recovery.Server = e.Name
		if s := e.BarmanObjectStore; s != nil {
			if s.ServerName != "" {
				db.Recovery.Server = s.ServerName
			}
			db.Recovery.Repository = s.DestinationPath
		}
		if p := e.Plugin; p != nil && p.on() && p.Name == barmanPlugin {
			db.Recovery.Destination = storeRef(db.Ref.Namespace, p.Parameters.ObjectName)
			if s := p.Parameters.ServerName; s != "" {
				db.Recovery.Server = s
			}
		}
	}
}

func condition(list []metav1.Condition, kind string) *metav1.Condition {
	for i := range list {
		if list[i].Type == kind {
			return &list[i]
		}
	}
	return nil
}
