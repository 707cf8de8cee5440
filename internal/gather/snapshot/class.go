package snapshot

import (
	"maps"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

type volumeSnapshotClass struct {
	Driver         string            `json:"driver,omitempty"`
	DeletionPolicy string            `json:"deletionPolicy,omitempty"`
	Parameters     map[string]string `json:"parameters,omitempty"`
}

func extractClass(obj runtime.Object) ([]any, error) {
	var c volumeSnapshotClass
	u, err := adapter.Decode(obj, &c)
	if err != nil {
		return nil, err
	}
	params := maps.Clone(c.Parameters)
	maps.DeleteFunc(params, func(k, _ string) bool { return strings.Contains(k, "secret") })
	if len(params) == 0 {
		params = nil
	}
	class := &facts.SnapshotClass{
		Name:           u.GetName(),
		Driver:         c.Driver,
		DeletionPolicy: c.DeletionPolicy,
		Parameters:     params,
		Labels:         u.GetLabels(),
		Default:        u.GetAnnotations()[defaultClass] == "true",
	}
	out := []any{class}
	if d := movedTo(c.Driver, c.Parameters); d != nil {
		d.Ref = adapter.RefOf(u)
		out = append(out, d)
	}
	return out, nil
}

// movedTo gives the place that a class stores snapshots in, where it is another than that of the volume.
func movedTo(driver string, params map[string]string) *facts.BackupDestination {
	d := &facts.BackupDestination{Product: facts.ProductVolumeSnapshot, Kind: "snapshot"}
	switch driver {
	case "pd.csi.storage.gke.io":
		d.Provider, d.Region = "gcp", params["storage-locations"]
	case "disk.csi.azure.com":
		d.Provider, d.Region = "azure", params["location"]
	case "cinder.csi.openstack.org":
		if params["type"] == "backup" { // a store apart from the volumes
			d.Provider, d.Region, d.Bucket = "openstack", params["availability"], "cinder-backup"
		}
	}
	if d.Region == "" && d.Bucket == "" {
		return nil
	}
	return d
}
