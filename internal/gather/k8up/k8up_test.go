package k8up

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter/adaptertest"
)

func read(t testing.TB, text string) (adapter.Kind, *unstructured.Unstructured) {
	t.Helper()
	u := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), &u.Object); err != nil {
		t.Fatal(err)
	}
	for _, k := range Kinds() {
		if k.GVK == u.GroupVersionKind() {
			return k, u
		}
	}
	t.Fatalf("no kind for %s", u.GroupVersionKind())
	return adapter.Kind{}, nil
}

// extract gives the facts of an object, and checks that a snapshot of it gives the same.
func extract(t *testing.T, text string) []any {
	t.Helper()
	found, err := adaptertest.Extract(t, Kinds(), text)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func of[T any](t *testing.T, all []any) *T {
	t.Helper()
	for _, f := range all {
		if v, ok := f.(*T); ok {
			return v
		}
	}
	return nil
}

func scheduleText(spec string) string {
	return "{apiVersion: k8up.io/v1, kind: Schedule, metadata: {name: nightly, namespace: aula}, spec: " + spec + "}"
}

func TestSchedule(t *testing.T) {
	all := extract(t, scheduleText(`{backend: {s3: {endpoint: "https://a.example.org", bucket: a}},
  backup: {schedule: "@daily-random", labelSelectors: [{matchLabels: {keep: "yes"}}], backend: {s3: {endpoint: "https://b.example.org", bucket: b}, repoPasswordSecretRef: {name: repo, key: p}}}}`))
	plan, place := of[facts.BackupPlan](t, all), of[facts.BackupDestination](t, all)
	ref := facts.Ref{Group: Group, Kind: "Schedule", Namespace: "aula", Name: "nightly"}
	if plan.Ref != ref || plan.Destination != ref || place.Ref != ref {
		t.Errorf("the plan carries its store: got %v, %v, %v", plan.Ref, plan.Destination, place.Ref)
	}
	if plan.Schedule != "@daily-random" || plan.Scope.SelectorField != "spec.backup.labelSelectors" || plan.Scope.Files != facts.Yes || plan.Scope.Snapshots != facts.No ||
		len(plan.Scope.IncludedNamespaces) != 1 || plan.Scope.IncludedNamespaces[0] != "aula" || plan.RemovesOnly {
		t.Errorf("got plan %+v", plan)
	}
	if place.Bucket != "b" || place.Repository != "s3:https://b.example.org/b" || place.OwnPassword != facts.Yes || place.EncryptionKey != "Secret aula/repo" {
		t.Errorf("the backend of the backup counts: got %+v", place)
	}
}

func TestKindsOfSchedules(t *testing.T) {
	for name, tc := range map[string]struct {
		spec                 string
		plans, removes       bool
		invalid, invalidPath string
	}{
		"backup":                {`{backup: {schedule: "0 2 * * *"}}`, true, false, "", ""},
		"backup without a time": {`{backup: {}}`, true, false, "it has no time", "spec.backup.schedule"},
		"prune alone":           {`{prune: {schedule: "0 2 * * *", retention: {keepLast: 1}}}`, true, true, "", ""},
		"checks alone":          {`{check: {schedule: "0 2 * * *"}}`, false, false, "", ""},
		"a selector that is none": {`{backup: {schedule: "0 2 * * *", labelSelectors: [{matchExpressions: [{key: a, operator: Has}]}]}}`, true, false,
			`"Has" is not a valid label selector operator`, "spec.backup.labelSelectors"},
	} {
		t.Run(name, func(t *testing.T) {
			plan := of[facts.BackupPlan](t, extract(t, scheduleText(tc.spec)))
			switch {
			case plan == nil != !tc.plans:
				t.Errorf("got plan %+v", plan)
			case plan != nil && (plan.RemovesOnly != tc.removes || plan.Invalid != tc.invalid || plan.InvalidField != tc.invalidPath):
				t.Errorf("got %+v", plan)
			}
		})
	}
}

func TestRetention(t *testing.T) {
	const day = 24 * time.Hour
	for name, tc := range map[string]struct {
		spec string
		want facts.Retention
	}{
		"nothing prunes":            {`{backup: {schedule: "0 2 * * *"}}`, facts.Retention{Forever: true, Field: "spec.prune"}},
		"prune without a time":      {`{backup: {schedule: "0 2 * * *"}, prune: {retention: {keepDaily: 1}}}`, facts.Retention{Forever: true, Field: "spec.prune"}},
		"the longest rule counts":   {`{backup: {schedule: "0 2 * * *"}, prune: {schedule: "@daily", retention: {keepHourly: 48, keepDaily: 14, keepWeekly: 5, keepLast: 3}}}`, facts.Retention{For: 35 * day, Field: "spec.prune.retention"}},
		"months and years":          {`{backup: {schedule: "0 2 * * *"}, prune: {schedule: "@daily", retention: {keepMonthly: 13, keepYearly: 1}}}`, facts.Retention{For: 390 * day, Field: "spec.prune.retention"}},
		"the last seven of a night": {`{backup: {schedule: "0 0 * * *"}, prune: {schedule: "@daily", retention: {keepLast: 7}}}`, facts.Retention{For: 7 * day, Field: "spec.prune.retention"}},
		"the last of an hour":       {`{backup: {schedule: "@hourly-random"}, prune: {schedule: "@daily", retention: {keepLast: 24}}}`, facts.Retention{For: day, Field: "spec.prune.retention"}},
		"two close runs a day":      {`{backup: {schedule: "0 2,3 * * *"}, prune: {schedule: "@daily", retention: {keepLast: 30}}}`, facts.Retention{For: 14*day + 3*time.Hour, Field: "spec.prune.retention"}},
		"by tags":                   {`{backup: {schedule: "0 2 * * *"}, prune: {schedule: "@daily", retention: {keepDaily: 9, tags: [a]}}}`, facts.Retention{Unclear: "it depends on tags or host names", Field: "spec.prune.retention"}},
		"prune without a rule":      {`{backup: {schedule: "0 2 * * *"}, prune: {schedule: "@daily", retention: {}}}`, facts.Retention{Unclear: "no rule says what to keep", Field: "spec.prune.retention"}},
		"more than a lifetime":      {`{backup: {schedule: "0 2 * * *"}, prune: {schedule: "@daily", retention: {keepYearly: 1000000}}}`, facts.Retention{For: maxKept, Field: "spec.prune.retention"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := of[facts.BackupPlan](t, extract(t, scheduleText(tc.spec))).Retention; got != tc.want {
				t.Errorf("got %+v, want %+v", got, tc.want)
			}
		})
	}
}

func TestBackends(t *testing.T) {
	type d = facts.BackupDestination
	for name, tc := range map[string]struct {
		backend string
		want    d
	}{
		"S3 by an address": {`{s3: {endpoint: "http://minio.backup:9000", bucket: b, secretAccessKeySecretRef: {name: s3, key: k}}}`,
			d{Kind: "s3", Bucket: "b", Endpoint: "minio.backup", InsecureTransport: true, TransportField: "spec.backend.s3.endpoint", Repository: "s3:http://minio.backup:9000/b",
				CredentialRef: "s3", CredentialNamespace: "aula", OwnPassword: facts.No}},
		"S3 of the operator":     {`{s3: {}, repoPasswordSecretRef: {name: r, key: k}}`, d{Kind: "s3", ConfigInSecret: true, OwnPassword: facts.Yes, EncryptionKey: "Secret aula/r"}},
		"S3 at Amazon's default": {`{s3: {endpoint: s3.amazonaws.com, bucket: b}}`, d{Kind: "s3", Provider: "aws", Bucket: "b", Endpoint: "s3.amazonaws.com", RegionFromDefault: true, Repository: "s3:s3.amazonaws.com/b", OwnPassword: facts.No}},
		"a directory":            {`{local: {mountPath: /backup}}`, d{Kind: "local", Prefix: "/backup", InCluster: true, Repository: "/backup", OwnPassword: facts.No}},
		"Azure":                  {`{azure: {container: c}}`, d{Kind: "azure", Provider: "azure", Bucket: "c", ConfigInSecret: true, Repository: "azure:c:/", OwnPassword: facts.No}},
		"Google":                 {`{gcs: {bucket: b, accessTokenSecretRef: {name: g, key: k}}}`, d{Kind: "gcs", Provider: "gcp", Bucket: "b", Repository: "gs:b:/", CredentialRef: "g", CredentialNamespace: "aula", OwnPassword: facts.No}},
		"Backblaze":              {`{b2: {bucket: b, path: /p}}`, d{Kind: "b2", Provider: "backblaze", Bucket: "b", Prefix: "/p", Repository: "b2:b:/p", OwnPassword: facts.No}},
		"a rest server, unchecked": {`{rest: {url: "https://rest.example.org:8000/x"}, insecureTLS: true}`,
			d{Kind: "rest", Endpoint: "rest.example.org", InsecureTransport: true, TransportField: "spec.backend.insecureTLS", OwnPassword: facts.No}},
		"OpenStack":             {`{swift: {container: c, path: /}}`, d{Kind: "swift", Bucket: "c", Prefix: "/", ConfigInSecret: true, Repository: "swift:c:/", OwnPassword: facts.No}},
		"the first of several":  {`{s3: {endpoint: s3.example.org, bucket: b}, local: {mountPath: /backup}}`, d{Kind: "local", Prefix: "/backup", InCluster: true, Repository: "/backup", OwnPassword: facts.No}},
		"nothing: the operator": {`{}`, d{ConfigInSecret: true, OwnPassword: facts.No}},
	} {
		t.Run(name, func(t *testing.T) {
			got := of[d](t, extract(t, scheduleText(`{backup: {schedule: "0 2 * * *"}, backend: `+tc.backend+`}`)))
			tc.want.Ref = facts.Ref{Group: Group, Kind: "Schedule", Namespace: "aula", Name: "nightly"}
			tc.want.Product, tc.want.Encrypted = facts.ProductK8up, facts.Yes
			if diff := cmp.Diff(&tc.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestPruneCutsPasswordsOutOfAddresses(t *testing.T) {
	kind, u := read(t, scheduleText(`{backup: {schedule: "0 2 * * *"}, backend: {rest: {url: "https://user:geheim@rest.example.org/x"}}}`))
	raw, err := yaml.Marshal(kind.Prune(u))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(raw), "geheim") || !strings.Contains(string(raw), "https://rest.example.org/x") {
		t.Errorf("got\n%s", raw)
	}
}

func TestPhases(t *testing.T) {
	done := func(status, reason string) string {
		return `[{type: Completed, status: "` + status + `", reason: ` + reason + `, message: m, lastTransitionTime: "2026-11-20T02:10:00Z"}]`
	}
	for name, tc := range map[string]struct {
		status string
		phase  facts.RunPhase
		raw    string
	}{
		"succeeded":                  {"{started: true, finished: true, conditions: " + done("True", "Succeeded") + "}", facts.RunSucceeded, "Succeeded"},
		"failed, and finished too":   {"{started: true, finished: true, conditions: " + done("True", "Failed") + "}", facts.RunFailed, "Failed"},
		"finished without a word":    {"{started: true, finished: true}", facts.RunUnknown, "finished"},
		"a reason that is not known": {"{finished: true, conditions: " + done("True", "Partly") + "}", facts.RunUnknown, "Partly"},
		"the condition is not true":  {"{started: true, conditions: " + done("False", "Succeeded") + "}", facts.RunRunning, "started"},
		"waiting":                    {"{}", facts.RunPending, ""},
	} {
		t.Run(name, func(t *testing.T) {
			all := extract(t, `{apiVersion: k8up.io/v1, kind: Backup, metadata: {name: b, namespace: aula, creationTimestamp: "2026-11-20T02:00:00Z",
 ownerReferences: [{apiVersion: k8up.io/v1, kind: Schedule, name: nightly, uid: u}]}, spec: {}, status: `+tc.status+`}`)
			run := of[facts.BackupRun](t, all)
			if run.Phase != tc.phase || run.RawPhase != tc.raw || run.Plan.Name != "nightly" || run.Destination != run.Ref || run.Items != -1 {
				t.Errorf("got %+v", run)
			}
			if ended := run.Phase == facts.RunSucceeded; ended != (run.CompletedAt.Equal(time.Date(2026, 11, 20, 2, 10, 0, 0, time.UTC)) && ended) {
				t.Errorf("ended at %v", run.CompletedAt)
			}
		})
	}
}

func TestSnapshot(t *testing.T) {
	all := extract(t, `{apiVersion: k8up.io/v1, kind: Snapshot, metadata: {name: 3f9a1c77, namespace: aula},
 spec: {id: 3f9a1c77d02b, date: "2026-11-20T02:05:00Z", paths: [/data/data, /data/other/, /aula-db.sql], repository: "s3:https://x/b"}}`)
	got := of[facts.VolumeCopy](t, all)
	if diff := cmp.Diff([]string{"data", "other"}, got.Claims); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"aula-db.sql"}, got.Dumps); diff != "" {
		t.Error(diff)
	}
	if got.ClaimNamespace != "aula" || got.Phase != facts.RunSucceeded || !got.Run.IsZero() || got.Repository != "s3:https://x/b" || !got.Files {
		t.Errorf("got %+v", got)
	}
	undated := of[facts.VolumeCopy](t, extract(t, `{apiVersion: k8up.io/v1, kind: Snapshot, metadata: {name: a, namespace: aula}, spec: {paths: [/data/data]}}`))
	if undated.Phase != facts.RunUnknown {
		t.Errorf("a snapshot without a date is %s", undated.Phase)
	}
}

func TestRestore(t *testing.T) {
	for name, tc := range map[string]struct {
		spec, partOf, claim string
		bucket              bool
	}{
		"into a claim":     {`{snapshot: 3f9a1c77, restoreMethod: {folder: {claimName: other}}}`, "", "other", false},
		"into a bucket":    {`{snapshot: 3f9a1c77, restoreMethod: {s3: {endpoint: x, bucket: out}}}`, "", "", true},
		"some files":       {`{snapshot: 3f9a1c77, restoreFilter: "*.txt"}`, "spec.restoreFilter", "", false},
		"some directories": {`{snapshot: 3f9a1c77, paths: [/data/data/x]}`, "spec.paths", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			got := of[facts.RestoreRun](t, extract(t, "{apiVersion: k8up.io/v1, kind: Restore, metadata: {name: r, namespace: aula}, spec: "+tc.spec+"}"))
			if got.PartOf != tc.partOf || got.TargetClaim != tc.claim || got.ToBucket != tc.bucket || got.Snapshot != "3f9a1c77" {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestObjectsThatCannotBeUnderstood(t *testing.T) {
	for name, tc := range map[string]struct{ text, want string }{
		"a schedule that is a number": {scheduleText(`{backup: {schedule: 5}}`), "schedule"},
		"a count that is a text":      {scheduleText(`{backup: {schedule: a}, prune: {schedule: a, retention: {keepDaily: "7"}}}`), "keepDaily"},
		"an address that is none":     {scheduleText(`{backup: {schedule: a}, backend: {s3: {endpoint: "https://:9000"}}}`), "spec.backend.s3.endpoint"},
		"paths that are no list":      {`{apiVersion: k8up.io/v1, kind: Snapshot, metadata: {name: a, namespace: b}, spec: {paths: /data}}`, "paths"},
		"conditions that are no list": {`{apiVersion: k8up.io/v1, kind: Backup, metadata: {name: a, namespace: b}, status: {conditions: {}}}`, "conditions"},
	} {
		t.Run(name, func(t *testing.T) {
			kind, u := read(t, tc.text)
			if got, err := kind.Extract(u); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v and error %v, want one that names %s", got, err, tc.want)
			}
		})
	}
}

func FuzzContents(f *testing.F) {
	for _, seed := range []string{"/data/claim", "/ns-container.sql", "", "/", "..", "/data/../x", "data//claim/", "/data/a/b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		claims, dumps := contents([]string{path})
		if len(claims)+len(dumps) > 1 {
			t.Fatalf("%q is both %v and %v", path, claims, dumps)
		}
		for _, name := range append(claims, dumps...) {
			if name == "" || strings.Contains(name, "/") {
				t.Errorf("%q gives the name %q", path, name)
			}
		}
	})
}

func FuzzRetention(f *testing.F) {
	f.Add(int64(7), int64(30), "0 2 * * *")
	f.Add(int64(-1), int64(math.MaxInt64), "@every 1s")
	f.Add(int64(1<<40), int64(0), "@daily-random")
	f.Fuzz(func(t *testing.T, last, daily int64, cron string) {
		if got := lastSpan(last, cron); got < 0 || got > maxKept {
			t.Errorf("the last %d of %q reach back %v", last, cron, got)
		}
		if got := span(daily, 24*time.Hour); got < 0 || got > maxKept {
			t.Errorf("%d days are %v", daily, got)
		}
	})
}
