package backup

import (
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// mount is a pod, or where pods are not seen a workload's template, that uses a claim as a volume.
type mount struct {
	ref     facts.Ref
	shape   *facts.PodShape
	volume  string
	running bool
	// job is true for pods that come and go by themselves.
	job bool
}

// mounts finds who uses the claims of a namespace, by claim.
func (b *builder) mounts(namespace string) map[string][]mount {
	out := map[string][]mount{}
	add := func(m mount, claimOf func(*facts.Volume) string) {
		if m.shape == nil {
			return
		}
		for i := range m.shape.Volumes {
			if claim := claimOf(&m.shape.Volumes[i]); claim != "" {
				m.volume = m.shape.Volumes[i].Name
				out[claim] = append(out[claim], m)
			}
		}
	}
	for _, p := range facts.ListIn[facts.Pod](b.view, namespace) {
		m := mount{ref: facts.Ref{Kind: "Pod", Namespace: p.Namespace, Name: p.Name}, shape: p.Shape,
			running: p.Phase == facts.PodRunning, job: p.Owner().Kind == "Job"}
		add(m, func(v *facts.Volume) string {
			if v.Ephemeral != nil {
				return p.Name + "-" + v.Name
			}
			return v.Claim
		})
	}
	if b.podsSeen {
		return out
	}
	for _, w := range facts.ListIn[facts.Workload](b.view, namespace) {
		m := mount{ref: w.Ref, shape: w.Shape, running: w.Replicas != 0, job: w.Ref.Kind == "Job" || w.Ref.Kind == "CronJob"}
		add(m, func(v *facts.Volume) string { return v.Claim })
		if m.shape == nil {
			continue
		}
		for _, t := range w.ClaimTemplates {
			m.volume = t.Name
			claim := t.Name + "-" + w.Ref.Name + "-0"
			out[claim] = append(out[claim], m)
		}
	}
	return out
}

// names tells whether a comma-separated annotation of the pod names its volume.
func (m *mount) names(annotation string) bool {
	for name := range strings.SplitSeq(m.shape.Annotations[annotation], ",") {
		if strings.TrimSpace(name) == m.volume {
			return true
		}
	}
	return false
}

func (m *mount) annotated(key string) bool {
	_, ok := m.shape.Annotations[key]
	return ok
}

// databaseImages are the last path elements of image repositories whose files are no usable copy while the program runs.
var databaseImages = []string{"postgres", "postgresql", "spilo", "timescaledb", "postgis", "mysql", "mariadb", "percona-server", "percona-xtradb-cluster",
	"mongo", "mongodb", "mongodb-community-server", "percona-server-mongodb", "redis", "valkey", "elasticsearch", "opensearch", "cassandra", "scylla", "couchdb", "neo4j", "influxdb",
	"clickhouse", "clickhouse-server", "etcd", "cockroach", "mssql", "mssql/server"}

// runsDatabase tells whether a container that writes to the volume runs a database, judged by its image.
func (m *mount) runsDatabase() (image string, ok bool) {
	for i := range m.shape.Containers {
		c := &m.shape.Containers[i]
		for _, mt := range c.Mounts {
			if mt.Volume == m.volume && !mt.ReadOnly && isDatabase(c.Image) {
				return c.Image, true
			}
		}
	}
	return "", false
}

func isDatabase(image string) bool {
	image, _, _ = strings.Cut(image, "@")
	if colon := strings.LastIndexByte(image, ':'); colon > strings.LastIndexByte(image, '/') {
		image = image[:colon]
	}
	return slices.ContainsFunc(databaseImages, func(known string) bool {
		return image == known || strings.HasSuffix(image, "/"+known)
	})
}
