package logs

import (
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// lokiStore reads the configuration of a Loki in a namespace.
func lokiStore(r resolver, overrides []mounted) *Store {
	w := r.agent.Workload
	s := &Store{Ref: w.Ref, Product: facts.LogLoki, Namespace: w.Ref.Namespace, Workloads: []facts.Ref{w.Ref}}
	files, why := r.main()
	if why != "" {
		s.Unread = why
		return s
	}
	m := files[0]
	s.Ref, s.Field = m.config.Ref, m.field()
	if m.file.Product != facts.LogLoki || m.file.Unread != "" {
		s.Unread = fmt.Sprintf("%s of %s cannot be read: %s", m.field(), m.config.Ref, m.file.Unread)
		return s
	}
	by := sectionsByKind(m.file.Sections)
	s.readRetention(by)
	s.readOverrides(m.file.Sections)
	for _, o := range overrides {
		s.readOverrides(o.file.Sections)
	}
	s.readBackend(by)
	if s.Backend == "filesystem" {
		s.Fleeting = fleeting(r, by)
	}
	return s
}

func sectionsByKind(sections []facts.LogSection) map[string]*facts.LogSection {
	by := map[string]*facts.LogSection{}
	for i := range sections {
		if by[sections[i].Kind] == nil {
			by[sections[i].Kind] = &sections[i]
		}
	}
	return by
}

func setting(by map[string]*facts.LogSection, kind, key string) string {
	if s := by[kind]; s != nil {
		return s.Get(key)
	}
	return ""
}

// readRetention: the compactor deletes records only if it is switched on and knows where to keep requests to delete; the
// older table manager has a switch of its own.
func (s *Store) readRetention(by map[string]*facts.LogSection) {
	period := setting(by, "limits", "retention_period")
	s.Enforced, s.EnforcedField = facts.No, s.Field+" compactor.retention_enabled"
	if setting(by, "compactor", "retention_enabled") == "true" {
		s.Enforced = facts.Yes
		if setting(by, "compactor", "delete_request_store") == "" {
			s.Enforced, s.EnforcedField = facts.No, s.Field+" compactor.delete_request_store"
		}
	} else if setting(by, "table_manager", "retention_deletes_enabled") == "true" {
		s.Enforced, s.EnforcedField = facts.Yes, s.Field+" table_manager.retention_deletes_enabled"
		period = setting(by, "table_manager", "retention_period")
	}
	s.Period = s.period(period)
}

// period reads a duration as Loki writes it; one that cannot be read makes the retention not read.
func (s *Store) period(text string) time.Duration {
	if text == "" || text == "0" || text == "0s" {
		return 0
	}
	if d, err := model.ParseDuration(text); err == nil {
		return time.Duration(d)
	}
	if d, err := time.ParseDuration(text); err == nil {
		return d
	}
	s.Unread = fmt.Sprintf("the retention %q of %s is not a duration", text, s.Ref)
	return 0
}

func (s *Store) readOverrides(sections []facts.LogSection) {
	for i := range sections {
		sec := &sections[i]
		switch sec.Kind {
		case "override":
			if p, set := sec.Lookup("retention_period"); set {
				s.Overrides = append(s.Overrides, facts.LogRetention{Tenant: sec.Name, Period: s.period(p)})
			}
		case "override_stream", "stream":
			o := facts.LogRetention{Tenant: sec.Name, Selector: sec.Get("selector"), Period: s.period(sec.Get("period"))}
			if _, err := fmt.Sscan(sec.Get("priority"), &o.Priority); err != nil {
				o.Priority = 0 // left out
			}
			s.Overrides = append(s.Overrides, o)
		}
	}
}

// readBackend tells where the records lie: the store of the last schema, and its bucket.
func (s *Store) readBackend(by map[string]*facts.LogSection) {
	if all := by["schema"]; all != nil {
		stores := all.All("configs.object_store")
		if len(stores) > 0 {
			s.Backend = stores[len(stores)-1]
		}
	}
	common := func(key string) string { return setting(by, "common", key) }
	storage := func(key string) string { return setting(by, "storage", key) }
	either := func(a, b string) string {
		if a != "" {
			return a
		}
		return b
	}
	d := Destination{Object: s.Ref, Field: s.Field + " storage", Plugin: "loki " + s.Backend, Collector: s.Workloads[0], Certain: true, TLS: facts.NotKnown}
	switch s.Backend {
	case "s3", "aws":
		d.Provider = "aws"
		d.Host = hostOf(either(common("storage.s3.endpoint"), storage("aws.endpoint")))
		d.Region = either(common("storage.s3.region"), storage("aws.region"))
		d.Bucket = either(common("storage.s3.bucketnames"), storage("aws.bucketnames"))
		if address := either(common("storage.s3.s3"), storage("aws.s3")); address != "" {
			// s3://region/bucket or s3://endpoint/bucket
			if at := hostOf(address); strings.Contains(at, ".") {
				d.Host = at
			} else {
				d.Region = either(d.Region, at)
			}
			d.Bucket = either(d.Bucket, path.Base(address))
		}
		if d.Host != "" && !strings.HasSuffix(d.Host, ".amazonaws.com") {
			d.Provider = ""
		}
	case "gcs":
		d.Provider, d.Host = "gcp", "storage.googleapis.com"
		d.Bucket = either(common("storage.gcs.bucket_name"), storage("gcs.bucket_name"))
	case "azure":
		d.Provider = "azure"
		d.Bucket = either(common("storage.azure.account_name"), storage("azure.account_name"))
	case "swift":
		d.Host = hostOf(either(common("storage.swift.auth_url"), storage("swift.auth_url")))
		d.Region = either(common("storage.swift.region_name"), storage("swift.region_name"))
		d.Bucket = either(common("storage.swift.container_name"), storage("swift.container_name"))
	case "filesystem", "local":
		s.Backend = "filesystem"
		return
	default:
		d.Unread = fmt.Sprintf("the object store of %s is not known", s.Ref)
	}
	for _, field := range []*string{&d.Host, &d.Region, &d.Bucket} {
		if strings.Contains(*field, "${") {
			d.Unread, *field = "its place is taken from the environment ("+*field+")", ""
		}
	}
	s.To = &d
}

// fleeting gives the directory of records that is lost with the pod: one on an emptyDir or on no volume at all.
func fleeting(r resolver, by map[string]*facts.LogSection) string {
	dir := setting(by, "storage", "filesystem.directory")
	for _, d := range []string{setting(by, "common", "storage.filesystem.chunks_directory"), setting(by, "common", "path_prefix"), "/loki"} {
		if dir == "" {
			dir = d
		}
	}
	for _, m := range r.c.Mounts {
		for _, t := range r.agent.Workload.ClaimTemplates {
			if t.Name == m.Volume && within(dir, m.Path) {
				return ""
			}
		}
	}
	v, _, ok := r.volumeOf(dir)
	if !ok || v.EmptyDir {
		return dir
	}
	return ""
}

func within(p, dir string) bool {
	p, dir = path.Clean(p), path.Clean(dir)
	return p == dir || strings.HasPrefix(p, strings.TrimSuffix(dir, "/")+"/")
}

// stackStore gives the store of a LokiStack, whose operator always runs the compactor with retention.
func stackStore(f *facts.LogStore) *Store {
	s := &Store{
		Ref: f.Ref, Product: f.Product, Namespace: f.Ref.Namespace, Workloads: []facts.Ref{f.Ref}, Field: "spec.limits",
		Period: f.Retention, Enforced: facts.Yes, Overrides: f.Overrides, Backend: f.ObjectStore,
	}
	s.To = &Destination{
		Object: f.Ref, Field: "spec.storage.secret", Collector: f.Ref, Plugin: "loki " + f.ObjectStore, Certain: true,
		Unread: fmt.Sprintf("the place of the object store of %s is in a Secret", f.Ref),
	}
	return s
}
