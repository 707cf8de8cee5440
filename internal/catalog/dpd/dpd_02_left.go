package dpd

import (
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/backup"
	"github.com/tilsyn-dev/tilsyn/internal/derive/party"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// leftovers judges what an environment leaves behind.
type leftovers struct {
	in      control.EnvironmentInput
	p       *dpd02
	changes time.Time
	results []control.Result
}

func judgeLeftovers(in control.EnvironmentInput, p *dpd02) []control.Result {
	spec := &in.Environment.Solution.Object.Spec
	if slices.Equal(spec.PersonalData, []v1alpha1.DataCategory{v1alpha1.DataNone}) {
		return []control.Result{control.NotApplicable("NoPersonalData").RestingOn(control.Declared).For(v1alpha1.PartyProvider)}
	}
	j := &leftovers{in: in, p: p}
	j.copies()
	j.plans()
	j.volumes()
	j.snapshots()
	j.ended()
	if held := j.held(); held != "" && len(j.results) > 0 {
		j.results = []control.Result{control.Pass("Held", "incident", held).RestingOn(control.Declared)}
	}
	j.elsewhere()
	missing := slices.Concat(facts.Incomplete[facts.BackupRun](in.Facts), facts.Incomplete[facts.VolumeCopy](in.Facts), facts.Incomplete[facts.BackupPlan](in.Facts),
		facts.Incomplete[facts.PersistentVolume](in.Facts), facts.Incomplete[facts.SnapshotContent](in.Facts), facts.Incomplete[facts.Workload](in.Facts))
	switch {
	case len(missing) > 0:
		j.add(control.Unreadable(missing...))
	case len(j.results) == 0:
		j.add(control.Pass("Gone"))
	}
	for n, r := range j.results {
		j.results[n] = r.Until(j.changes).For(v1alpha1.PartyProvider)
	}
	return j.results
}

func (j *leftovers) add(r control.Result) { j.results = append(j.results, r) }

func (j *leftovers) past(t time.Time) bool {
	if j.in.Now.Before(t) {
		j.changes = control.Earliest(j.changes, t)
		return false
	}
	return true
}

// shortest gives the shortest retention time that the solution states; false where it states none.
func (j *leftovers) shortest() (least date.Period, ok bool) {
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, date.Copenhagen())
	for _, r := range j.in.Environment.Solution.Object.Spec.Retention {
		if p, err := date.ParsePeriod(string(r.MaxAge)); err == nil && (!ok || p.After(from).Before(least.After(from))) {
			least, ok = p, true
		}
	}
	return least, ok
}

// copies judges backups and snapshots: all they hold is older than the retention time once they are.
func (j *leftovers) copies() {
	least, ok := j.shortest()
	if !ok {
		return // the solution is told to state one
	}
	most := period(j.p.BackupMax)
	limit := least.String() + " and " + most.String()
	count, oldest, oldestAt := 0, facts.Ref{}, time.Time{}
	consider := func(ref facts.Ref, at time.Time) {
		if at.IsZero() || !j.past(most.After(least.After(at))) {
			return
		}
		count++
		if oldestAt.IsZero() || at.Before(oldestAt) || at.Equal(oldestAt) && ref.Compare(oldest) < 0 {
			oldest, oldestAt = ref, at
		}
	}
	for _, r := range facts.List[facts.BackupRun](j.in.Facts) {
		holds := r.Phase == facts.RunSucceeded || r.Phase == facts.RunPartial || r.Phase == facts.RunUnknown
		if holds && slices.ContainsFunc(j.in.Environment.Scope(), func(ns string) bool { return backup.Concerns(r, ns) }) {
			consider(r.Ref, r.CompletedAt)
		}
	}
	for _, c := range facts.List[facts.VolumeCopy](j.in.Facts) {
		if c.Run.IsZero() && slices.Contains(j.in.Environment.Scope(), c.ClaimNamespace) {
			consider(c.Ref, c.CompletedAt)
		}
	}
	if count > 0 {
		j.add(control.Fail("BackupTooOld", "count", plural(count, "copy", "copies"), "limit", limit, "oldest", oldest.String(), "name", oldest.Name, "date", day(oldestAt)).Because(oldest))
	}
}

// plans judges how long the plans of the environment say that they keep what they make.
func (j *leftovers) plans() {
	least, ok := j.shortest()
	if !ok {
		return
	}
	most := period(j.p.BackupMax)
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, date.Copenhagen())
	longest := most.After(least.After(from)).Sub(from)
	seen := map[facts.Ref]bool{}
	for _, ns := range j.in.Environment.Scope() {
		for _, part := range backup.Of(j.in.Facts, ns).Parts {
			for i := range part.Plans {
				plan := &part.Plans[i]
				long := plan.Retention.Forever || plan.Retention.For > longest
				if !long || plan.Plan.RemovesOnly || seen[plan.Plan.Ref] {
					continue
				}
				seen[plan.Plan.Ref] = true
				text := "without end"
				if !plan.Retention.Forever {
					text = "for " + strconv.Itoa(int(plan.Retention.For.Hours()/24)) + " days"
				}
				j.add(control.Fail("PlanKeepsTooLong", "plan", plan.Plan.Ref.String(), "period", text, "limit", least.String()+" and "+most.String()).Because(plan.Plan.Ref).At(plan.Retention.Field))
			}
		}
	}
}

// volumes judges volumes that outlive their claims in the environment's namespaces, those that are gone included.
func (j *leftovers) volumes() {
	for _, v := range facts.List[facts.PersistentVolume](j.in.Facts) {
		if v.Phase != corev1.VolumeReleased || !matches(j.in.Environment.Object, v.ClaimRef.Namespace) {
			continue
		}
		if r, ok := released(v, j.p, j.past); ok {
			j.add(r)
		}
	}
}

// released judges a volume whose claim is gone.
func released(v *facts.PersistentVolume, p *dpd02, past func(time.Time) bool) (control.Result, bool) {
	if v.Phase != corev1.VolumeReleased || !v.Retained {
		return control.Result{}, false
	}
	ref := facts.Ref{Kind: "PersistentVolume", Name: v.Name}
	args := []string{"volume", v.Name, "claim", v.ClaimRef.Namespace + "/" + v.ClaimRef.Name, "date", day(v.PhaseSince), "limit", p.CleanUpAfterEnd}
	switch {
	case v.PhaseSince.IsZero():
		return control.Unknown("ReleaseUnknown", args...).On(ref), true
	case past(period(p.CleanUpAfterEnd).After(v.PhaseSince)):
		return control.Fail("VolumeLeft", args...).On(ref).At("spec.persistentVolumeReclaimPolicy"), true
	}
	return control.Result{}, false
}

// snapshots judges the contents of snapshots that outlive them.
func (j *leftovers) snapshots() {
	for _, c := range facts.List[facts.SnapshotContent](j.in.Facts) {
		if c.DeletionPolicy != "Retain" || !matches(j.in.Environment.Object, c.Snapshot.Namespace) || len(facts.Incomplete[facts.VolumeCopy](j.in.Facts)) > 0 ||
			slices.ContainsFunc(facts.ListIn[facts.VolumeCopy](j.in.Facts, c.Snapshot.Namespace), func(v *facts.VolumeCopy) bool { return v.Ref == c.Snapshot }) {
			continue
		}
		if j.past(period(j.p.CleanUpAfterEnd).After(c.CreatedAt)) {
			j.add(control.Fail("SnapshotLeft", "snapshot", c.Ref.Name, "of", c.Snapshot.Namespace+"/"+c.Snapshot.Name, "date", day(c.CreatedAt), "limit", j.p.CleanUpAfterEnd).On(c.Ref))
		}
	}
}

// ended judges the claims of a solution that went out of production.
func (j *leftovers) ended() {
	var last time.Time
	for _, p := range j.in.Environment.Solution.Object.Spec.InProduction {
		until, err := date.EndOfValidity(string(p.Until))
		if err != nil {
			return // it goes on
		}
		if until.After(last) {
			last = until
		}
	}
	if last.IsZero() {
		return
	}
	claims := j.claims()
	if len(claims) == 0 || !j.past(period(j.p.CleanUpAfterEnd).After(last)) {
		return
	}
	j.add(control.Fail("EndedSolution", "date", day(last), "count", plural(len(claims), "claim", "claims"), "what", few(claims)))
}

func (j *leftovers) claims() (out []string) {
	for _, ns := range j.in.Environment.Namespaces {
		for _, c := range facts.ListIn[facts.Claim](j.in.Facts, ns) {
			out = append(out, c.Namespace+"/"+c.Name)
		}
	}
	return out
}

// held names an incident whose evidence is held, which goes before every limit.
func (j *leftovers) held() (incident string) {
	env := j.in.Environment
	for _, i := range facts.List[v1alpha1.SecurityIncident](j.in.Facts) {
		hold := i.Spec.EvidenceHold
		if hold == nil || !slices.Contains(i.Spec.Solutions, env.Solution.Object.Name) && !slices.Contains(i.Spec.Environments, env.Object.Name) {
			continue
		}
		since, ok := hold.Since.Time()
		until, ends := hold.Until.Time()
		if ok && j.past(since) && (!ends || !j.past(until)) && incident == "" {
			incident = i.Name
		}
	}
	return incident
}

// keepers are images of search indexes, caches and queues, by the last part of their repository.
var keepers = [...]string{"elasticsearch", "opensearch", "solr", "meilisearch", "typesense", "redis", "valkey", "keydb", "kafka", "cp-kafka", "rabbitmq", "nats", "activemq", "pulsar"}

// elsewhere judges the copies that applications keep: in indexes, caches and queues, and in test environments.
func (j *leftovers) elsewhere() {
	var open []string
	deletions, changes := control.InForce(j.in.Environment.Attestations, v1alpha1.AttestDeletion, j.in.Now)
	j.changes = control.Earliest(j.changes, changes)
	for _, ns := range j.in.Environment.Namespaces {
		for _, w := range keepersIn(j.in.Facts, ns) {
			target := w.Ref.Namespace + "/" + w.Ref.Name
			if !slices.ContainsFunc(deletions, func(a *v1alpha1.Attestation) bool { return strings.EqualFold(a.Spec.Target, target) }) {
				open = append(open, target)
			}
		}
	}
	if j.in.Environment.Object.Spec.Stage != v1alpha1.StageProduction && len(j.claims()) > 0 {
		reviews, changes := control.InForce(j.in.Environment.Attestations, v1alpha1.AttestTestDataReview, j.in.Now)
		j.changes = control.Earliest(j.changes, changes)
		if len(reviews) == 0 {
			open = append(open, "the claims of "+j.in.Environment.Object.Name)
		}
	}
	if len(open) > 0 {
		slices.Sort(open)
		j.add(control.Unknown("CopiesNotAttested", "what", few(open), "first", open[0]))
	}
}

type keepersKey struct{ namespace string }

var keepersLooks = facts.Looks{In: []reflect.Type{facts.TypeOf[facts.Workload]()}}

// keepersIn lists the workloads of a namespace that keep copies.
func keepersIn(v facts.View, namespace string) []*facts.Workload {
	return facts.DerivedIn(v, keepersKey{namespace}, namespace, keepersLooks, func(v facts.View) (out []*facts.Workload) {
		for _, w := range facts.ListIn[facts.Workload](v, namespace) {
			if keeps(w) {
				out = append(out, w)
			}
		}
		return out
	})
}

// keeps tells whether a workload runs an index, cache or queue on a volume that stays.
func keeps(w *facts.Workload) bool {
	if w.Shape == nil || len(w.ClaimTemplates) == 0 && !slices.ContainsFunc(w.Shape.Volumes, func(v facts.Volume) bool { return v.Claim != "" }) {
		return false
	}
	return slices.ContainsFunc(w.Shape.Containers, func(c facts.Container) bool {
		image, err := party.ParseImage(c.Image)
		return err == nil && slices.Contains(keepers[:], path.Base(image.Path))
	})
}

// judgeOwnerless judges what is left of environments that are gone.
func judgeOwnerless(in control.PlatformInput, p *dpd02) []control.Result {
	var out []control.Result
	var changes time.Time
	past := func(t time.Time) bool {
		if in.Now.Before(t) {
			changes = control.Earliest(changes, t)
			return false
		}
		return true
	}
	claimed := func(namespace string) bool {
		return in.Platform.OwnsNamespace(namespace) || slices.ContainsFunc(in.Environments, func(e *control.Environment) bool { return matches(e.Object, namespace) })
	}
	for _, v := range facts.List[facts.PersistentVolume](in.Facts) {
		if claimed(v.ClaimRef.Namespace) {
			continue
		}
		if r, ok := released(v, p, past); ok {
			out = append(out, r)
		}
	}
	for _, t := range facts.List[facts.Tombstone](in.Facts) {
		var left []string
		for _, c := range facts.List[facts.Claim](in.Facts) {
			if slices.Contains(t.Namespaces, c.Namespace) && !claimed(c.Namespace) {
				left = append(left, c.Namespace+"/"+c.Name)
			}
		}
		if len(left) > 0 && past(period(p.CleanUpAfterEnd).After(t.DeletedAt)) {
			out = append(out, control.Fail("DataOfDeleted", "kind", t.Kind, "name", t.Name, "date", day(t.DeletedAt), "count", plural(len(left), "claim", "claims"), "what", few(left)).
				On(facts.Ref{Group: v1alpha1.GroupVersion.Group, Kind: t.Kind, Name: t.Name}))
		}
	}
	switch {
	case len(out) == 0 && changes.IsZero():
		out = append(out, control.NotApplicable("NothingEnded"))
	case len(out) == 0:
		out = append(out, control.Pass("AllClaimed"))
	}
	for n := range out {
		out[n] = out[n].Until(changes).For(v1alpha1.PartyProvider)
	}
	return out
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
