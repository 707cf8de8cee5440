package cluster

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/go-logr/logr"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/wait"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// Options of a Gatherer. Zero values of the durations and the clock mean the defaults.
type Options struct {
	// Config of the API server. Its client-side rate limit is not used: the API server has its own, and a start opens
	// dozens of watches at once.
	Config *rest.Config
	// Kinds to watch; Store is the store that was made for them.
	Kinds []adapter.Kind
	Store *facts.Store
	// Clock that sources, placements and deleted nodes are dated by; nil is the real one.
	Clock clock.WithDelayedExecution
	Log   logr.Logger
	// SyncTimeout after which a source that cannot be read counts as unreadable; default 2 minutes.
	SyncTimeout time.Duration
	// HistoryWindow for which ended placements and deleted nodes are kept; default 24 hours.
	HistoryWindow time.Duration
	// RetryCap is the longest wait between two tries to list or watch, in real time; default 30 seconds.
	RetryCap time.Duration
}

// Gatherer keeps a facts.Store true to the cluster. It is a manager.Runnable for leaders and standbys alike.
type Gatherer struct {
	Options
	changes     *Changes
	history     *history
	http        *http.Client
	codecs      serializer.CodecFactory
	track       map[facts.SourceID]*tracker
	definitions *definitions
	group       sync.WaitGroup

	mu      sync.Mutex
	ctx     context.Context             // of Start, nil before
	found   facts.SourceState           // state of the definitions themselves
	running map[facts.SourceID]*running // watches of optional kinds
}

// running is the watch of an optional kind.
type running struct {
	version string
	stop    context.CancelFunc
	done    chan struct{}
}

// New makes a Gatherer; Start starts it.
func New(o Options) (*Gatherer, error) {
	if o.Clock == nil {
		o.Clock = clock.RealClock{}
	}
	o.SyncTimeout = cmp.Or(o.SyncTimeout, 2*time.Minute)
	o.HistoryWindow = cmp.Or(o.HistoryWindow, 24*time.Hour)
	o.RetryCap = cmp.Or(o.RetryCap, 30*time.Second)
	o.Config = rest.CopyConfig(o.Config)
	o.Config.QPS = -1
	client, err := rest.HTTPClientFor(o.Config)
	if err != nil {
		return nil, err
	}
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{clientgoscheme.AddToScheme, apiextensionsv1.AddToScheme, v1alpha1.AddToScheme} {
		if err := add(scheme); err != nil {
			return nil, err
		}
	}
	g := &Gatherer{
		Options: o, changes: newChanges(), http: client, codecs: serializer.NewCodecFactory(scheme),
		track: map[facts.SourceID]*tracker{}, running: map[facts.SourceID]*running{},
	}
	g.history = newHistory(o.Store, o.Clock, o.HistoryWindow, g.changes.add)
	for _, k := range o.Kinds {
		g.track[k.SourceID()] = &tracker{
			id: k.SourceID(), resource: k.GVR().GroupResource(), publish: g.publish, clock: o.Clock, timeout: o.SyncTimeout,
		}
	}
	resource := schema.GroupResource{Group: apiextensionsv1.GroupName, Resource: "customresourcedefinitions"}
	g.definitions = &definitions{
		changed: g.apply, versions: map[string][]string{},
		track: &tracker{id: facts.SourceID(resource.String()), resource: resource, publish: g.discovered, clock: o.Clock, timeout: o.SyncTimeout},
	}
	return g, nil
}

// NeedLeaderElection is false: a standby watches too, so that it can take over at once.
func (g *Gatherer) NeedLeaderElection() bool { return false }

// Changes collects what changes from now on.
func (g *Gatherer) Changes() *Changes { return g.changes }

// Settled tells whether every source is read or known not to be readable.
func (g *Gatherer) Settled() bool {
	settled := true
	g.Store.Read(func(v facts.View) {
		settled = !slices.ContainsFunc(v.AllSources(), func(s facts.SourceState) bool { return s.Condition == facts.SourcePending })
	})
	return settled
}

// Served gives the versions that the cluster serves of a resource that a custom resource definition defines, best first,
// and none as long as definitions cannot be read. A change counts as a change of the source APIs.
func (g *Gatherer) Served(resource schema.GroupResource) []string { return g.definitions.of(resource) }

// APIs stands in Delta.Sources for a change of what Served answers.
const APIs facts.SourceID = "customresourcedefinitions.apiextensions.k8s.io"

// Start watches until ctx ends and returns when every watch has stopped.
func (g *Gatherer) Start(ctx context.Context) error {
	g.mu.Lock()
	g.ctx = ctx
	g.mu.Unlock()
	for _, k := range g.Kinds {
		g.track[k.SourceID()].begin()
	}
	for _, k := range g.Kinds {
		if k.Optional {
			continue
		}
		t, err := g.target(k, k.GVK.Version)
		if err != nil {
			return err
		}
		g.group.Go(func() { g.follow(ctx, k, t) })
	}
	t, err := g.definitionsTarget()
	if err != nil {
		return err
	}
	g.definitions.track.begin()
	g.group.Go(func() { follow(ctx, t, g.definitions, g.definitions.track, g.backoff()) })
	<-ctx.Done()
	g.group.Wait()
	return nil
}

// publish puts the state of a source into the store.
func (g *Gatherer) publish(state facts.SourceState) {
	if g.Store.SetSource(state) {
		g.changes.addSource(g.Clock.Now(), state.ID)
	}
}

// follow watches one kind until ctx ends.
func (g *Gatherer) follow(ctx context.Context, k adapter.Kind, t target) {
	s := &sink{
		kind: k, source: k.SourceID(), store: g.Store, track: g.track[k.SourceID()], changes: g.changes, history: g.history, log: g.Log,
	}
	follow(ctx, t, s, s.track, g.backoff())
}

func (g *Gatherer) target(k adapter.Kind, version string) (target, error) {
	gvk := k.GVK
	gvk.Version = version
	client, err := apiutil.RESTClientForGVK(gvk, false, k.New == nil, g.Config, g.codecs, g.http)
	if err != nil {
		return target{}, fmt.Errorf("client of %s: %w", gvk, err)
	}
	return target{client: client, resource: k.Resource, selector: k.Selector, name: string(k.SourceID())}, nil
}

func (g *Gatherer) backoff() wait.Backoff {
	first := min(800*time.Millisecond, g.RetryCap)
	return wait.Backoff{Duration: first, Cap: g.RetryCap, Steps: 10, Factor: 2, Jitter: 1}
}
