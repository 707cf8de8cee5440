package backup

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// storeOf makes a store of facts, each of a source named after its type.
func storeOf(t testing.TB, all ...any) *facts.Store {
	t.Helper()
	types := append(slices.Clip(systemTypes), facts.TypeOf[facts.Claim](), facts.TypeOf[facts.Workload](), facts.TypeOf[facts.Pod](),
		facts.TypeOf[facts.Namespace](), facts.TypeOf[facts.PersistentVolume](), facts.TypeOf[facts.RestoreRun]())
	var sources []facts.Source
	for _, typ := range types {
		sources = append(sources, facts.Source{ID: facts.SourceID(typ.Name()), Feeds: []reflect.Type{typ}})
	}
	s := facts.NewStore(sources)
	for _, src := range sources {
		s.SetSource(facts.SourceState{ID: src.ID, Condition: facts.SourceSynced})
	}
	for _, f := range all {
		put(s, f)
	}
	return s
}

func put(s *facts.Store, f any) {
	v := reflect.ValueOf(f).Elem()
	var namespace, name string
	if ref := v.FieldByName("Ref"); ref.IsValid() {
		r := ref.Interface().(facts.Ref)
		namespace, name = r.Namespace, r.Kind+r.Name
	} else {
		name = v.FieldByName("Name").String()
		if ns := v.FieldByName("Namespace"); ns.IsValid() {
			namespace = ns.String()
		}
	}
	s.Put(facts.ObjectKey{Source: facts.SourceID(v.Type().Name()), Namespace: namespace, Name: name}, f)
}

func veleroRef(kind, name string) facts.Ref {
	return facts.Ref{Group: "velero.io", Kind: kind, Namespace: "velero", Name: name}
}

func veleroPlan(name string, destination facts.Ref, namespaces ...string) *facts.BackupPlan {
	return &facts.BackupPlan{Ref: veleroRef("Schedule", name), Product: facts.ProductVelero, Schedule: "0 2 * * *", Dialect: date.Standard5, Destination: destination,
		Scope: facts.BackupScope{IncludedNamespaces: namespaces, Snapshots: facts.Yes, SnapshotsMoved: facts.Yes}}
}

func bucket(name string) *facts.BackupDestination {
	return &facts.BackupDestination{Ref: veleroRef("BackupStorageLocation", name), Product: facts.ProductVelero, Kind: "s3", Provider: "aws", Region: "eu-north-1", Bucket: name}
}

// text says who uses what, one use a line.
func text(uses []Use) string {
	var out []string
	for _, u := range uses {
		out = append(out, fmt.Sprintf("%s by %s others=%d past=%v known=%v", u.Ref, u.By, u.Others, u.Past, u.Destination != nil))
	}
	return strings.Join(out, "\n")
}

func TestDestinations(t *testing.T) {
	offsite, standard := bucket("offsite"), bucket("default")
	run := func(name, destination string, plan facts.Ref, synced bool) *facts.BackupRun {
		return &facts.BackupRun{Ref: veleroRef("Backup", name), Product: facts.ProductVelero, Plan: plan, Phase: facts.RunSucceeded, Synced: synced,
			Scope: facts.BackupScope{IncludedNamespaces: []string{"aula"}}, Destination: veleroRef("BackupStorageLocation", destination)}
	}
	vsl := &facts.BackupDestination{Ref: veleroRef("VolumeSnapshotLocation", "ebs"), Product: facts.ProductVelero, Kind: "snapshot", Provider: "aws", Region: "eu-north-1"}
	k8up := func(kind, name string) facts.Ref {
		return facts.Ref{Group: "k8up.io", Kind: kind, Namespace: "aula", Name: name}
	}
	k8upStore := func(ref facts.Ref) *facts.BackupDestination {
		return &facts.BackupDestination{Ref: ref, Product: facts.ProductK8up, Kind: "s3", Endpoint: "s3.example.org", Bucket: "aula"}
	}
	k8upPlan := &facts.BackupPlan{Ref: k8up("Schedule", "nightly"), Product: facts.ProductK8up, Destination: k8up("Schedule", "nightly"), Scope: facts.BackupScope{IncludedNamespaces: []string{"aula"}, Snapshots: facts.No}}
	k8upRun := &facts.BackupRun{Ref: k8up("Backup", "nightly-1"), Product: facts.ProductK8up, Plan: k8upPlan.Ref, Phase: facts.RunSucceeded, Destination: k8up("Backup", "nightly-1"), Scope: k8upPlan.Scope}
	db := &facts.Database{Ref: facts.Ref{Group: "postgresql.cnpg.io", Kind: "Cluster", Namespace: "aula", Name: "db"}, Destination: facts.Ref{Group: "barmancloud.cnpg.io", Kind: "ObjectStore", Namespace: "aula", Name: "gone"}}
	class := &facts.BackupDestination{Ref: classRef("eu"), Product: facts.ProductVolumeSnapshot, Kind: "snapshot", Provider: "gcp", Region: "eu"}
	copied := func(class string) *facts.VolumeCopy {
		return &facts.VolumeCopy{Ref: facts.Ref{Group: "snapshot.storage.k8s.io", Kind: "VolumeSnapshot", Namespace: "aula", Name: "s-" + class}, Product: facts.ProductVolumeSnapshot, SnapshotClass: class}
	}
	deflt := *standard
	deflt.Default = true

	for name, tc := range map[string]struct {
		facts []any
		want  string
	}{
		"nothing":                                  {nil, ""},
		"a plan for another namespace":             {[]any{offsite, veleroPlan("p", offsite.Ref, "borger")}, ""},
		"a named location":                         {[]any{offsite, standard, veleroPlan("p", offsite.Ref, "aula")}, "BackupStorageLocation velero/offsite by Schedule velero/p others=0 past=false known=true"},
		"a location that does not exist":           {[]any{veleroPlan("p", offsite.Ref, "aula")}, "BackupStorageLocation velero/offsite by Schedule velero/p others=0 past=false known=false"},
		"the default location":                     {[]any{offsite, &deflt, veleroPlan("p", facts.Ref{}, "*")}, "BackupStorageLocation velero/default by Schedule velero/p others=0 past=false known=true"},
		"the location that the server defaults to": {[]any{standard, veleroPlan("p", facts.Ref{}, "*")}, "BackupStorageLocation velero/default by Schedule velero/p others=0 past=false known=true"},
		"the location that the last run shows":     {[]any{standard, offsite, veleroPlan("p", facts.Ref{}, "*"), run("r", "offsite", veleroRef("Schedule", "p"), false)}, "BackupStorageLocation velero/offsite by Schedule velero/p others=1 past=false known=true"},
		"no default location":                      {[]any{offsite, veleroPlan("p", facts.Ref{}, "aula")}, "  by Schedule velero/p others=0 past=false known=false"},
		"two plans, one location":                  {[]any{offsite, veleroPlan("p", offsite.Ref, "aula"), veleroPlan("q", offsite.Ref, "au*")}, "BackupStorageLocation velero/offsite by Schedule velero/p others=1 past=false known=true"},
		"only old backups lie there":               {[]any{offsite, standard, veleroPlan("p", standard.Ref, "aula"), run("old", "offsite", facts.Ref{}, false)}, "BackupStorageLocation velero/default by Schedule velero/p others=0 past=false known=true\nBackupStorageLocation velero/offsite by Backup velero/old others=0 past=true known=true"},
		"backups of another cluster":               {[]any{offsite, run("foreign", "offsite", veleroRef("Schedule", "elsewhere"), true)}, ""},
		"snapshots through a location":             {[]any{offsite, vsl, veleroPlan("p", offsite.Ref, "aula")}, "BackupStorageLocation velero/offsite by Schedule velero/p others=0 past=false known=true\nVolumeSnapshotLocation velero/ebs by Schedule velero/p others=0 past=false known=true"},
		"a store inline, and in its runs":          {[]any{k8upPlan, k8upStore(k8upPlan.Ref), k8upRun, k8upStore(k8upRun.Ref)}, "Schedule aula/nightly by Schedule aula/nightly others=1 past=false known=true"},
		"a run with a store of its own":            {[]any{k8upRun, k8upStore(k8upRun.Ref)}, "Backup aula/nightly-1 by Backup aula/nightly-1 others=0 past=true known=true"},
		"archives of a database":                   {[]any{db}, "ObjectStore aula/gone by Cluster aula/db others=0 past=false known=false"},
		"snapshots stored elsewhere":               {[]any{class, copied("eu"), copied("other")}, "VolumeSnapshotClass eu by VolumeSnapshot aula/s-eu others=0 past=false known=true"},
	} {
		t.Run(name, func(t *testing.T) {
			storeOf(t, tc.facts...).Read(func(v facts.View) {
				if diff := cmp.Diff(tc.want, text(Destinations(v, []string{"aula", "aula-db"}))); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
			})
		})
	}
}

func TestEndpointNames(t *testing.T) {
	for name, tc := range map[string]struct {
		d    facts.BackupDestination
		want []string
	}{
		"a bucket at Amazon":  {facts.BackupDestination{Kind: "s3", Provider: "aws", Bucket: "Aula"}, []string{"aws/aula"}},
		"a bucket elsewhere":  {facts.BackupDestination{Kind: "s3", Endpoint: "s3.example.org", Bucket: "aula"}, []string{"s3.example.org/aula", "s3.example.org"}},
		"Azure":               {facts.BackupDestination{Kind: "azure", Provider: "azure", Account: "acc", Bucket: "c"}, []string{"azure/c", "azure/acc"}},
		"Azure with its host": {facts.BackupDestination{Kind: "azure", Provider: "azure", Endpoint: "acc.blob.core.windows.net", Account: "acc", Bucket: "c"}, []string{"acc.blob.core.windows.net/c", "acc.blob.core.windows.net", "azure/c", "azure/acc"}},
		"a store of a kind":   {facts.BackupDestination{Kind: "swift", Bucket: "c"}, []string{"swift/c"}},
		"a directory":         {facts.BackupDestination{Kind: "local"}, nil},
		"the operator's own":  {facts.BackupDestination{ConfigInSecret: true}, nil},
	} {
		if got := EndpointNames(&tc.d); !slices.Equal(got, tc.want) {
			t.Errorf("%s: got %v, want %v", name, got, tc.want)
		}
	}
}

func TestInCluster(t *testing.T) {
	storeOf(t, &facts.Namespace{Name: "storage"}, &facts.Namespace{Name: "org"}).Read(func(v facts.View) {
		for host, want := range map[string]bool{"minio.storage": true, "minio.elsewhere": false, "s3.example.org": false, "": false} {
			if got := InCluster(v, &facts.BackupDestination{Endpoint: host}); got != want {
				t.Errorf("%q: got %v, want %v", host, got, want)
			}
		}
		if !InCluster(v, &facts.BackupDestination{InCluster: true}) {
			t.Error("what its own object says is not believed")
		}
	})
}

func TestRunNamed(t *testing.T) {
	a := &facts.BackupRun{Ref: veleroRef("Backup", "b")}
	b := &facts.BackupRun{Ref: facts.Ref{Group: "k8up.io", Kind: "Backup", Namespace: "aula", Name: "b"}}
	storeOf(t, a, b).Read(func(v facts.View) {
		for name, want := range map[string]int{"b": 2, "velero/b": 1, "aula/b": 1, "other/b": 0, "": 0, "velero/": 0} {
			if got := RunNamed(v, name); len(got) != want {
				t.Errorf("%q means %d runs, want %d", name, len(got), want)
			}
		}
	})
}

func TestCoverageIsKeptUntilSomethingChanges(t *testing.T) {
	claim := &facts.Claim{Namespace: "aula", Name: "data", UID: "u"}
	s := storeOf(t, claim, bucket("offsite"), veleroPlan("p", veleroRef("BackupStorageLocation", "offsite"), "aula"))
	read := func() (c *Coverage) {
		s.Read(func(v facts.View) { c = Of(v, "aula") })
		return c
	}
	first := read()
	if read() != first {
		t.Error("nothing changed, and it was computed again")
	}
	put(s, &facts.Pod{Namespace: "borger", Name: "p"})
	if read() != first {
		t.Error("a pod of another namespace makes it be computed again")
	}
	put(s, &facts.BackupRun{Ref: veleroRef("Backup", "p-1"), Product: facts.ProductVelero, Plan: veleroRef("Schedule", "p"), Phase: facts.RunSucceeded})
	second := read()
	if second == first || second.Parts[0].Plans[0].LastSuccess == nil {
		t.Error("a new run is not seen")
	}
	s.SetSource(facts.SourceState{ID: "Pod", Condition: facts.SourceUnreadable})
	if read() == second {
		t.Error("a source that became unreadable is not seen")
	}
}

func TestEvidence(t *testing.T) {
	day := func(d, h int) time.Time { return time.Date(2026, 11, d, h, 0, 0, 0, time.UTC) }
	plan := veleroPlan("p", veleroRef("BackupStorageLocation", "offsite"), "aula")
	claim := &facts.Claim{Namespace: "aula", Name: "data", UID: "u", CreatedAt: day(1, 0)}
	run := func(name string, phase facts.RunPhase, end time.Time, plan string, synced bool) *facts.BackupRun {
		r := &facts.BackupRun{Ref: veleroRef("Backup", name), Product: facts.ProductVelero, Phase: phase, StartedAt: end.Add(-time.Hour), CompletedAt: end, Synced: synced, Items: 5}
		if plan != "" {
			r.Plan = veleroRef("Schedule", plan)
		}
		return r
	}
	copied := func(run string, at time.Time, uid string) *facts.VolumeCopy {
		return &facts.VolumeCopy{Ref: veleroRef("DataUpload", "u-"+run), Product: facts.ProductVelero, ClaimNamespace: "aula", Claims: []string{"data"}, ClaimUID: uid,
			Run: veleroRef("Backup", run), Phase: facts.RunSucceeded, CompletedAt: at}
	}
	for name, tc := range map[string]struct {
		facts []any
		proof string // run that proves it
		check func(Evidence) bool
	}{
		"a copy in a run that succeeded":     {[]any{run("a", facts.RunSucceeded, day(2, 3), "p", false), copied("a", day(2, 2), "u")}, "a", nil},
		"the newest of several":              {[]any{run("a", facts.RunSucceeded, day(2, 3), "p", false), copied("a", day(2, 2), "u"), run("b", facts.RunSucceeded, day(3, 3), "p", false), copied("b", day(3, 2), "u")}, "b", nil},
		"a newer run that failed":            {[]any{run("a", facts.RunSucceeded, day(2, 3), "p", false), copied("a", day(2, 2), "u"), run("b", facts.RunPartial, day(3, 3), "p", false), copied("b", day(3, 2), "u")}, "a", func(e Evidence) bool { return e.LastRun.Ref.Name == "b" }},
		"a run made by hand":                 {[]any{run("a", facts.RunSucceeded, day(2, 3), "", false), copied("a", day(2, 2), "u")}, "a", nil},
		"a run of another plan":              {[]any{run("a", facts.RunSucceeded, day(2, 3), "q", false), copied("a", day(2, 2), "u")}, "", nil},
		"a copy without its run":             {[]any{copied("a", day(2, 2), "u")}, "", func(e Evidence) bool { return e.Unpaired != nil }},
		"a copy of an earlier claim":         {[]any{run("a", facts.RunSucceeded, day(2, 3), "p", false), copied("a", day(2, 2), "old")}, "", nil},
		"a copy older than the claim":        {[]any{run("a", facts.RunSucceeded, day(1, 0).Add(-time.Hour), "p", false), copied("a", day(1, 0).Add(-2*time.Hour), "")}, "", nil},
		"a run read back, a copy by name":    {[]any{run("a", facts.RunSucceeded, day(2, 3), "p", true), copied("a", day(2, 2), "")}, "", func(e Evidence) bool { return e.Foreign != nil && e.LastRun == nil }},
		"a run read back, a copy by its UID": {[]any{run("a", facts.RunSucceeded, day(2, 3), "p", true), copied("a", day(2, 2), "u")}, "a", nil},
	} {
		t.Run(name, func(t *testing.T) {
			storeOf(t, append(tc.facts, plan, claim, bucket("offsite"))...).Read(func(v facts.View) {
				e := Of(v, "aula").Parts[0].Plans[0].Evidence
				proof := ""
				if e.Proof != nil {
					proof = e.Proof.Run.Ref.Name
				}
				if proof != tc.proof || tc.check != nil && !tc.check(e) {
					t.Errorf("got proof %q of %+v", proof, e)
				}
			})
		})
	}
}

func TestCountsProveSnapshotsOnlyOfAll(t *testing.T) {
	for name, tc := range map[string]struct {
		attempted, completed, items int64
		want                        bool
	}{
		"as many as there are volumes": {2, 2, 9, true},
		"more than there are volumes":  {3, 3, 9, true},
		"one missing":                  {1, 1, 9, false},
		"one failed":                   {3, 2, 9, false},
		"none tried":                   {0, 0, 9, false},
		"not said":                     {-1, -1, 9, false},
		"a backup of nothing":          {2, 2, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			created, ran := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
			plan := veleroPlan("p", veleroRef("BackupStorageLocation", "offsite"), "aula", "borger")
			plan.Scope.SnapshotsMoved = facts.No
			storeOf(t, plan, bucket("offsite"),
				&facts.Claim{Namespace: "aula", Name: "data", CreatedAt: created}, &facts.Claim{Namespace: "borger", Name: "data", CreatedAt: created},
				&facts.Claim{Namespace: "borger", Name: "later", CreatedAt: ran.Add(time.Hour)}, &facts.Claim{Namespace: "other", Name: "data", CreatedAt: created},
				&facts.BackupRun{Ref: veleroRef("Backup", "a"), Product: facts.ProductVelero, Plan: plan.Ref, Phase: facts.RunSucceeded, StartedAt: ran, CompletedAt: ran.Add(time.Hour),
					Scope: plan.Scope, Items: tc.items, SnapshotsAttempted: tc.attempted, SnapshotsCompleted: tc.completed},
			).Read(func(v facts.View) {
				e := Of(v, "aula").Parts[0].Plans[0].Evidence
				if e.Proof != nil {
					t.Error("snapshots beside the volume count as a copy apart")
				}
				if got := e.Beside != nil; got != tc.want {
					t.Errorf("proven: %v, want %v", got, tc.want)
				}
			})
		})
	}
}
