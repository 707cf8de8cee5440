package controller

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/metadata"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/controller/attestation"
	"github.com/tilsyn-dev/tilsyn/internal/controller/controlexception"
	"github.com/tilsyn-dev/tilsyn/internal/controller/controlprofile"
	"github.com/tilsyn-dev/tilsyn/internal/controller/hostedsolution"
	"github.com/tilsyn-dev/tilsyn/internal/controller/institution"
	"github.com/tilsyn-dev/tilsyn/internal/controller/platform"
	"github.com/tilsyn-dev/tilsyn/internal/controller/solutionenvironment"
	"github.com/tilsyn-dev/tilsyn/internal/controller/supervisionrecord"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/cluster"
	"github.com/tilsyn-dev/tilsyn/internal/publish"
	"github.com/tilsyn-dev/tilsyn/internal/publish/metrics"
	"github.com/tilsyn-dev/tilsyn/internal/publish/record"
	"github.com/tilsyn-dev/tilsyn/internal/publish/report"
)

// fanout finds what an evaluation changed and triggers the controllers that write it.
type fanout struct {
	pacers  map[string]*pacer // by kind
	metrics *metrics.Collector
	reports *report.Writer
	// metadata of reports is watched, so that one that somebody removes comes back.
	metadata metadata.Interface
	keeper   *record.Keeper
	served   func(schema.GroupResource) []string
	// reportAPI is preferred where the cluster serves both.
	reportAPI string
	log       logr.Logger

	// seen is what every object's outcome was made of, by kind and name; only the loop touches it.
	seen map[subject]ingredients
	// adopted tells that the report API in use is the one to use, unfollow stops watching the reports in it.
	adopted  bool
	unfollow context.CancelFunc
}

// reportsTimeout bounds how long looking for reports may hold up evaluations.
const reportsTimeout = 30 * time.Second

type subject struct{ kind, name string }

// ingredients of what is written about an object. Decisions and results never change, so they are compared by pointer.
type ingredients struct {
	object, results any
	decisions       []*decide.Subject
	problems        []evaluate.Problem
	valid           bool
	covered         int
	due             publish.Due
	refused         string // why an exception has no effect
}

func (a ingredients) equal(b ingredients) bool {
	return a.object == b.object && a.results == b.results && a.valid == b.valid && a.covered == b.covered && a.due == b.due && a.refused == b.refused &&
		slices.Equal(a.decisions, b.decisions) && slices.Equal(a.problems, b.problems)
}

// publish triggers what is new. Metrics come first: they cost nothing.
func (f *fanout) publish(ctx context.Context, o outcome) {
	f.metrics.Set(o.now)
	everything := o.heartbeat || o.before == nil
	if f.chooseReports(ctx, o) {
		everything = true
	}
	now := list(o.now)
	for s, i := range now {
		if old, known := f.seen[s]; everything || !known || !old.equal(i) {
			f.trigger(s, o.delta.Since)
		}
	}
	for s := range f.seen {
		if _, still := now[s]; !still {
			f.trigger(s, o.delta.Since)
		}
	}
	f.seen = now
	f.pacers[platform.Kind].trigger(request(v1alpha1.PlatformName), o.delta.Since)
	if everything || o.now.Nodes.Generation != o.before.Nodes.Generation {
		f.remember(platform.Kind, v1alpha1.PlatformName, o.delta.Since)
	}
	if everything || o.now.Evaluation.Fleet != o.before.Evaluation.Fleet {
		f.leftovers(now, o.delta.Since)
	}
}

// list names every object that is written about, with what that is made of.
func list(s *publish.Snapshot) map[subject]ingredients {
	fleet := s.Evaluation.Fleet
	out := map[subject]ingredients{}
	add := func(kind, name string, i ingredients) {
		ref := facts.Ref{Group: v1alpha1.GroupVersion.Group, Kind: kind, Name: name}
		i.problems, i.due = s.ProblemsOf(ref), s.Due[ref]
		out[subject{kind, name}] = i
	}
	bySolution := map[string][]*decide.Subject{}
	for i, d := range s.Decisions.Environments {
		object := d.Resolved.Object
		add(solutionenvironment.Kind, object.Name, ingredients{
			object: d.Resolved, results: s.Evaluation.Environments[i], decisions: []*decide.Subject{d.Subject},
		})
		bySolution[object.Spec.Solution] = append(bySolution[object.Spec.Solution], d.Subject)
	}
	for _, d := range s.Decisions.Solutions {
		name := d.Resolved.Object.Name
		add(hostedsolution.Kind, name, ingredients{object: d.Resolved, decisions: append(bySolution[name], d.Subject)})
	}
	add(platform.Kind, v1alpha1.PlatformName, ingredients{object: fleet.Platform, decisions: []*decide.Subject{s.Decisions.Platform}})
	for _, p := range fleet.Profiles {
		add(controlprofile.Kind, p.Object.Name, ingredients{object: p})
	}
	for _, e := range s.Decisions.Exceptions {
		add(controlexception.Kind, e.Exception.Object.Name,
			ingredients{object: e.Exception, valid: e.Valid, covered: e.Covered, results: exceptionText(&e), refused: refusal(e.Refused)})
	}
	for _, a := range fleet.Attestations {
		add(attestation.Kind, a.Object.Name, ingredients{object: a})
	}
	for _, i := range s.Decisions.Institutions {
		add(institution.Kind, i.Resolved.Object.Name, ingredients{object: i.Resolved, decisions: []*decide.Subject{i.Subject}})
	}
	contracts(s.Register, s.Evaluation.At, add)
	return out
}

// exceptionText is what the status of an exception says of what it does.
func exceptionText(e *decide.ExceptionState) string {
	if e.Covered > 0 {
		return e.WouldFail()
	}
	return strconv.Itoa(e.Undecided)
}

func refusal(f *decide.Finding) string {
	if f == nil {
		return ""
	}
	return f.Message()
}

func (f *fanout) trigger(s subject, since time.Time) {
	f.pacers[s.kind].trigger(request(s.name), since)
	switch s.kind {
	case solutionenvironment.Kind, hostedsolution.Kind, platform.Kind, institution.Kind, incidentKind:
		f.remember(s.kind, s.name, since)
	}
}

func (f *fanout) remember(kind, name string, since time.Time) {
	f.pacers[supervisionrecord.Kind].trigger(reconcile.Request{NamespacedName: types.NamespacedName{Namespace: kind, Name: name}}, since)
}

// leftovers triggers what is known of subjects that are gone: their reports and records.
func (f *fanout) leftovers(now map[subject]ingredients, since time.Time) {
	for _, name := range f.reports.Environments() {
		if _, there := now[subject{solutionenvironment.Kind, name}]; !there {
			f.pacers[solutionenvironment.Kind].trigger(request(name), since)
		}
	}
	for _, ref := range f.keeper.Subjects() {
		if _, there := now[subject{ref.Kind, ref.Name}]; !there {
			f.remember(ref.Kind, ref.Name, since)
		}
	}
}

// chooseReports looks which report API the cluster serves, at first and when that may have changed, and tells whether it
// is another one than before.
func (f *fanout) chooseReports(ctx context.Context, o outcome) bool {
	if f.adopted && !slices.Contains(o.delta.Sources, cluster.APIs) {
		return false
	}
	before, _ := f.reports.State()
	var chosen *report.API
	if api, found := report.Choose(f.reportAPI, f.served); found {
		chosen = &api
	}
	served := func(a report.API) bool { return len(f.served(a.GroupResource())) > 0 }
	limited, cancel := context.WithTimeout(ctx, reportsTimeout)
	defer cancel()
	if err := f.reports.Use(limited, chosen, served); err != nil {
		f.adopted = false
		f.log.Error(err, "Reports cannot be written")
		return false
	}
	f.adopted = true
	after, _ := f.reports.State()
	if before != after {
		f.follow(ctx, after)
	}
	return before != after
}

// follow watches the reports of the API in use, nil for none, instead of those of the one before.
func (f *fanout) follow(ctx context.Context, api *report.API) {
	if f.unfollow != nil {
		f.unfollow()
		f.unfollow = nil
	}
	if api == nil {
		return
	}
	ctx, f.unfollow = context.WithCancel(ctx)
	restore := func(environment string) {
		f.pacers[solutionenvironment.Kind].trigger(request(environment), time.Time{})
	}
	go f.reports.Follow(ctx, f.metadata, *api, restore, func(err error) {
		f.log.Error(err, "Reports cannot be watched; one that somebody removes is not written again")
	})
}

func request(name string) reconcile.Request {
	return reconcile.Request{NamespacedName: types.NamespacedName{Name: name}}
}
