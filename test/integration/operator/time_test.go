package operator

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/test/crds"
)

// claimYAML takes namespace and name; it is bound by bind.
const claimYAML = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: %[2]s, namespace: %[1]s}
spec: {accessModes: [ReadWriteOnce], volumeName: pv-%[2]s, resources: {requests: {storage: 1Gi}}}
`

// backupYAML takes the namespace backed up, the UID of its claim data, and when the backup was made.
const backupYAML = `
apiVersion: v1
kind: Namespace
metadata: {name: velero}
---
apiVersion: velero.io/v1
kind: Schedule
metadata: {name: six-hourly, namespace: velero}
spec:
  schedule: 0 */6 * * *
  template: {includedNamespaces: [%[1]s], snapshotMoveData: true, ttl: 720h0m0s}
status: {phase: Enabled}
---
apiVersion: velero.io/v1
kind: BackupStorageLocation
metadata: {name: default, namespace: velero}
spec: {provider: aws, default: true, objectStorage: {bucket: backups}, config: {region: eu-north-1}}
status: {phase: Available}
---
apiVersion: velero.io/v1
kind: Backup
metadata: {name: six-hourly-1, namespace: velero, labels: {velero.io/schedule-name: six-hourly}}
spec: {includedNamespaces: [%[1]s], snapshotMoveData: true, storageLocation: default, ttl: 720h0m0s}
status:
  phase: Completed
  startTimestamp: "%[3]s"
  completionTimestamp: "%[3]s"
  expiration: "2099-01-01T00:00:00Z"
  progress: {totalItems: 40, itemsBackedUp: 40}
---
apiVersion: velero.io/v2alpha1
kind: DataUpload
metadata:
  name: six-hourly-1-x7k2p
  namespace: velero
  labels: {velero.io/backup-name: six-hourly-1, velero.io/pvc-uid: %[2]s}
spec: {sourceNamespace: %[1]s, sourcePVC: data, backupStorageLocation: default, operationTimeout: 10m, snapshotType: CSI}
status: {phase: Completed, snapshotID: 1c9e, completionTimestamp: "%[3]s"}
`

// bind makes a claim as it is when a volume is there, and gives its UID.
func (c *cluster) bind(namespace, name string) types.UID {
	c.t.Helper()
	claim := &corev1.PersistentVolumeClaim{}
	if err := c.Get(c.t.Context(), client.ObjectKey{Namespace: namespace, Name: name}, claim); err != nil {
		c.t.Fatal(err)
	}
	patch, err := json.Marshal(map[string]any{"status": map[string]any{"phase": "Bound"}})
	if err != nil {
		c.t.Fatal(err)
	}
	if err := c.Status().Patch(c.t.Context(), claim, client.RawPatch(types.MergePatchType, patch)); err != nil {
		c.t.Fatal(err)
	}
	return claim.UID
}

func TestABackupGrowsTooOldWithNoObjectTouched(t *testing.T) {
	c := newCluster(t)
	if err := crds.Install(t.Context(), c.cp.AdminConfig(), crds.Velero); err != nil {
		t.Fatal(err)
	}
	c.fleet("aula")
	c.apply(claimYAML, "aula", "data")
	uid := c.bind("aula", "data")
	made := time.Now().Add(time.Minute) // a copy made before its claim proves nothing
	c.apply(backupYAML, "aula", uid, made.UTC().Format(time.RFC3339))
	o := c.run(settings{clock: clocktesting.NewFakeClock(made.Add(time.Minute))})
	e := c.becomes("aula-production", "BCK-01", v1alpha1.VerdictPass)
	if e.Status.NextEvaluationTime == nil || !e.Status.NextEvaluationTime.After(made) {
		t.Errorf("next evaluation is at %v, want the instant at which the backup is too old", e.Status.NextEvaluationTime)
	}
	o.clock.Step(15 * time.Hour)
	e = c.becomes("aula-production", "BCK-01", v1alpha1.VerdictFail)
	i := slices.IndexFunc(e.Status.Findings, func(f v1alpha1.Finding) bool { return f.Control == "BCK-01" })
	if i < 0 || e.Status.Findings[i].Reason != "TooOld" {
		t.Errorf("findings are %+v", e.Status.Findings)
	}
}

// exceptionYAML takes solution, approval date and end.
const exceptionYAML = `
apiVersion: tilsyn.dev/v1alpha1
kind: ControlException
metadata: {name: affinity}
spec:
  control: LOC-02
  scope: {solution: %[1]s, environment: %[1]s-production}
  type: Waived
  reason: The supplier's chart has no affinity setting before release 5.
  risk: A pod may start in another region when a node fails.
  requestedBy: lead@example.org
  approval: {by: dpo@example.org, at: "%[2]s", reference: case 2026-201}
  validUntil: "%[3]s"
`

func TestAnExceptionEndsWithNoObjectTouched(t *testing.T) {
	c := newCluster(t)
	c.fleet("aula")
	c.apply(workloadYAML, "aula", "web", unpinned)
	now := time.Now()
	c.apply(exceptionYAML, "aula", now.AddDate(0, 0, -1).Format(time.DateOnly), now.AddDate(0, 0, 10).Format(time.DateOnly))
	o := c.run(settings{clock: clocktesting.NewFakeClock(now)})
	c.becomes("aula-production", "LOC-02", v1alpha1.VerdictExcepted)
	exception := &v1alpha1.ControlException{}
	condition := func(typ, status string) func() (bool, string) {
		return func() (bool, string) {
			if err := c.Get(t.Context(), client.ObjectKey{Name: "affinity"}, exception); err != nil {
				t.Fatal(err)
			}
			list := conditions(exception.Status.Conditions)
			return slices.ContainsFunc(list, func(s string) bool { return strings.HasPrefix(s, typ+"="+status) }), strings.Join(list, "\n")
		}
	}
	c.eventually("the exception is in use", condition("InUse", "True"))
	if exception.Status.Covered != 1 || exception.Status.Approval != "Claimed" {
		t.Errorf("status is %+v", exception.Status)
	}
	o.clock.Step(10 * 24 * time.Hour)
	c.becomes("aula-production", "LOC-02", v1alpha1.VerdictFail)
	c.eventually("the exception is no longer valid", condition("Valid", "False"))
}

func TestAnExceptionThatIsTooLongHasNoEffectUntilItIsShortened(t *testing.T) {
	c := newCluster(t)
	c.fleet("aula")
	c.apply(workloadYAML, "aula", "web", unpinned)
	now := time.Now()
	day := func(months int) string { return now.AddDate(0, months, -1).Format(time.DateOnly) }
	c.apply(exceptionYAML, "aula", day(0), day(7))
	o := c.run(settings{clock: clocktesting.NewFakeClock(now)})
	c.becomes("aula-production", "LOC-02", v1alpha1.VerdictFail)
	states := func(want ...string) func() (bool, string) {
		return func() (bool, string) {
			e := &v1alpha1.ControlException{}
			if err := c.Get(t.Context(), client.ObjectKey{Name: "affinity"}, e); err != nil {
				t.Fatal(err)
			}
			list := conditions(e.Status.Conditions)
			return !slices.ContainsFunc(want, func(w string) bool {
				return !slices.ContainsFunc(list, func(s string) bool { return strings.HasPrefix(s, w) })
			}), strings.Join(list, "\n")
		}
	}
	c.eventually("the exception says so", states("Accepted=False TooLong", "Valid=False TooLong", "InUse=False", "Ready=False"))
	if wrote := o.quiet(); len(wrote) > 20 {
		t.Errorf("it is written again and again: %v", wrote)
	}
	c.apply(exceptionYAML, "aula", day(0), day(5))
	c.becomes("aula-production", "LOC-02", v1alpha1.VerdictExcepted)
	c.eventually("the exception is in use", states("Accepted=True", "Valid=True InForce", "InUse=True", "Ready=True"))
}

// quiet waits until the operator has written nothing for two seconds, and gives what it wrote until then.
func (o *operator) quiet() (wrote []string) {
	o.t.Helper()
	last := time.Now()
	o.eventually("the operator is quiet", func() (bool, string) {
		if now := o.writes.take(); len(now) > 0 {
			wrote, last = append(wrote, now...), time.Now()
		}
		return time.Since(last) > 2*time.Second, strings.Join(wrote, "\n")
	})
	return wrote
}

func TestAnIdleHourCostsHeartbeatsOnly(t *testing.T) {
	c := newCluster(t)
	c.fleet("aula")
	o := c.run(settings{})
	before := c.becomes("aula-production", "LOC-02", v1alpha1.VerdictPass)
	first := o.quiet()
	t.Logf("%d writes at first:\n%s", len(first), strings.Join(first, "\n"))
	for range 61 {
		o.clock.Step(time.Minute)
	}
	o.eventually("the heartbeat is written", func() (bool, string) {
		e := c.environment("aula-production")
		return e.Status.LastEvaluationTime.After(before.Status.LastEvaluationTime.Time), describe(e)
	})
	wrote := o.quiet()
	slices.Sort(wrote)
	var want []string
	for _, path := range []string{"hostedsolutions/aula", "platforms/cluster", "solutionenvironments/aula-production"} {
		want = append(want, fmt.Sprintf("PUT /apis/tilsyn.dev/v1alpha1/%s/status", path))
	}
	if !slices.Equal(wrote, want) {
		t.Errorf("wrote in an idle hour:\n%s\nwant\n%s", strings.Join(wrote, "\n"), strings.Join(want, "\n"))
	}
}

func TestAChangeCostsTheWritesThatItTakes(t *testing.T) {
	c := newCluster(t)
	c.fleet("aula")
	o := c.run(settings{})
	c.becomes("aula-production", "LOC-02", v1alpha1.VerdictPass)
	o.quiet()
	c.apply(workloadYAML, "aula", "web", unpinned)
	c.becomes("aula-production", "LOC-02", v1alpha1.VerdictFail)
	wrote := o.quiet()
	t.Logf("%d writes for one change:\n%s", len(wrote), strings.Join(wrote, "\n"))
	if len(wrote) > 4 { // status of the environment and the solution, and their records
		t.Errorf("%d writes for one change:\n%s", len(wrote), strings.Join(wrote, "\n"))
	}
	// What changes nothing that is judged is written nowhere.
	c.apply(`
apiVersion: v1
kind: ConfigMap
metadata: {name: unrelated, namespace: aula}
data: {a: b}
`)
	if wrote := o.quiet(); len(wrote) > 0 {
		t.Errorf("an unrelated object caused\n%s", strings.Join(wrote, "\n"))
	}
}
