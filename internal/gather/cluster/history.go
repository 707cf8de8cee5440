package cluster

import (
	"cmp"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/clock"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

const (
	// placementsPerNamespace bounds what is remembered of ended pods. Beyond it, workloads of one kind on one node share an
	// entry, the latest, so that nodes are never forgotten: where data were matters more than which pod had them.
	placementsPerNamespace = 1000
	// ownersKept bounds the deleted ReplicaSets and Jobs remembered until their pods are gone too.
	ownersKept = 10_000
	ownerLife  = time.Hour
)

// history keeps what rules need of pods and nodes that are gone, for a window of time. It belongs to one store; each kind
// calls it from its own goroutine.
type history struct {
	store  *facts.Store
	clock  clock.WithDelayedExecution
	window time.Duration
	// changed is told what time removed.
	changed func(time.Time, []facts.Change)

	mu      sync.Mutex
	entries map[facts.ObjectKey]time.Time // when each kept fact ends
	perNS   map[string]int
	owners  map[facts.UID]goneOwner
	armed   bool
}

type goneOwner struct {
	owner *facts.Owner
	until time.Time
}

func newHistory(store *facts.Store, c clock.WithDelayedExecution, window time.Duration, changed func(time.Time, []facts.Change)) *history {
	return &history{
		store: store, clock: c, window: window, changed: changed,
		entries: map[facts.ObjectKey]time.Time{}, perNS: map[string]int{}, owners: map[facts.UID]goneOwner{},
	}
}

// before gives the facts of one object that matter to history, as the store holds them now.
func (h *history) before(key facts.ObjectKey) (pod *facts.Pod, node *facts.Node, owner *facts.Owner) {
	feeds := h.store.Feeds(key.Source)
	isPod, isNode := slices.Contains(feeds, facts.TypeOf[facts.Pod]()), slices.Contains(feeds, facts.TypeOf[facts.Node]())
	isOwner := slices.Contains(feeds, facts.TypeOf[facts.Owner]())
	if !isPod && !isNode && !isOwner {
		return nil, nil, nil
	}
	h.store.Read(func(v facts.View) {
		if isPod {
			pod = facts.Get[facts.Pod](v, key.Namespace, key.Name)
		}
		if isNode {
			node = facts.Get[facts.Node](v, key.Namespace, key.Name)
		}
		if isOwner {
			owner = facts.Get[facts.Owner](v, key.Namespace, key.Name)
		}
	})
	return pod, node, owner
}

// put is called before an object's new facts are put: a pod of the same name that ran elsewhere has ended, and a node that
// is there again is no longer history.
func (h *history) put(x extracted) []facts.Change {
	h.mu.Lock()
	delete(h.entries, x.key)
	h.mu.Unlock()
	old, _, _ := h.before(x.key)
	if old == nil || old.Node == "" {
		return nil
	}
	i := slices.IndexFunc(x.facts, func(f any) bool { _, is := f.(*facts.Pod); return is })
	if i >= 0 {
		if now := x.facts[i].(*facts.Pod); now.Node == old.Node && now.CreatedAt == old.CreatedAt {
			return nil
		}
	}
	return h.end(old)
}

// remove is called before an object's facts are deleted. It tells whether it keeps the facts for the window instead.
func (h *history) remove(key facts.ObjectKey) (changed []facts.Change, kept bool) {
	pod, node, owner := h.before(key)
	switch {
	case pod != nil && pod.Node != "":
		return h.end(pod), false
	case node != nil && node.DeletedAt.IsZero():
		past := *node
		past.DeletedAt, past.Ready = h.clock.Now(), false
		h.remember(key)
		return h.store.Put(key, &past), true
	case owner != nil:
		h.forgetOwner(owner)
	}
	return nil, false
}

// end records that a pod no longer runs.
func (h *history) end(pod *facts.Pod) []facts.Change {
	past := &facts.PastPlacement{Pod: pod.Name, Node: pod.Node, EndedAt: h.clock.Now()}
	gone := h.goneParent(pod) // before Read: what holds this lock may write to the store
	h.store.Read(func(v facts.View) {
		past.Workload = root(v, pod, gone)
		past.Provider, past.Region, past.Zone = placeOf(v, pod.Node)
	})
	key := facts.ObjectKey{Source: podSource, Namespace: pod.Namespace, Name: past.Workload.Kind + "/" + past.Workload.Name + "@" + past.Node}
	h.mu.Lock()
	_, known := h.entries[key]
	if full := !known && h.perNS[pod.Namespace] >= placementsPerNamespace; full {
		key.Name = past.Workload.Kind + "@" + past.Node
		_, known = h.entries[key]
	}
	if !known {
		h.perNS[pod.Namespace]++
	}
	h.mu.Unlock()
	h.remember(key)
	return h.store.Put(key, past)
}

// podSource is the source that past placements count as coming from: they are complete when pods are.
const podSource facts.SourceID = "pods"

// root gives the workload of a pod: the topmost owner that is known, even if an owner in between is gone already, as it is
// when a Deployment is deleted.
func root(v facts.View, pod *facts.Pod, gone facts.Ref) facts.Ref {
	ref := pod.Owner()
	if ref.IsZero() {
		return facts.Ref{Kind: "Pod", Namespace: pod.Namespace, Name: pod.Name}
	}
	// By name, not by a list: lists are sorted anew after every change, and many pods end at once.
	owner := facts.Get[facts.Owner](v, pod.Namespace, ref.Name)
	if owner != nil && owner.Ref() != ref { // a Job and a ReplicaSet may have the same name
		i := slices.IndexFunc(facts.ListIn[facts.Owner](v, pod.Namespace), func(o *facts.Owner) bool { return o.Ref() == ref })
		owner = nil
		if i >= 0 {
			owner = facts.ListIn[facts.Owner](v, pod.Namespace)[i]
		}
	}
	if owner != nil && owner.ParentName != "" {
		return owner.Parent()
	}
	if !gone.IsZero() {
		return gone
	}
	return ref
}

// goneParent gives the owner of a pod's owner, where the latter has been deleted not long ago.
func (h *history) goneParent(pod *facts.Pod) facts.Ref {
	if pod.Controller == nil {
		return facts.Ref{}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if gone, ok := h.owners[pod.Controller.UID]; ok {
		return gone.owner.Parent()
	}
	return facts.Ref{}
}

// placeOf gives what labels and provider id say of a node.
func placeOf(v facts.View, name string) (provider, regionName, zone string) {
	node := facts.Get[facts.Node](v, "", name)
	if node == nil {
		return "", "", ""
	}
	var platform v1alpha1.PlatformSpec
	if p := facts.Get[v1alpha1.Platform](v, "", v1alpha1.PlatformName); p != nil {
		platform = p.Spec
	}
	if id, err := region.ParseProviderID(node.ProviderID); err == nil {
		provider, regionName, zone = id.Among(providers(platform)), id.Region, id.Zone
	}
	provider = cmp.Or(ownProvider(platform, node.ProviderID), provider)
	regionName = cmp.Or(firstLabel(node, platform.RegionLabels, corev1.LabelTopologyRegion, corev1.LabelFailureDomainBetaRegion), regionName)
	zone = cmp.Or(firstLabel(node, platform.ZoneLabels, corev1.LabelTopologyZone, corev1.LabelFailureDomainBetaZone), zone)
	return provider, regionName, zone
}

func providers(platform v1alpha1.PlatformSpec) []string {
	var out []string
	for _, p := range platform.Providers {
		out = append(out, p.Name)
	}
	return out
}

// ownProvider gives the provider that the Platform declares for a provider id, if it does.
func ownProvider(platform v1alpha1.PlatformSpec, providerID string) string {
	var own []region.OwnPrefix
	for _, p := range platform.Providers {
		for _, prefix := range p.ProviderIDPrefixes {
			own = append(own, region.OwnPrefix{Prefix: prefix, Provider: p.Name})
		}
	}
	return region.OwnProvider(providerID, own)
}

func firstLabel(node *facts.Node, own []string, standard ...string) string {
	for _, key := range slices.Concat(own, standard) {
		if value := node.Labels[key]; value != "" {
			return value
		}
	}
	return ""
}

func (h *history) forgetOwner(o *facts.Owner) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.clock.Now()
	if len(h.owners) >= ownersKept {
		for uid, gone := range h.owners {
			if len(h.owners) >= ownersKept || now.After(gone.until) {
				delete(h.owners, uid)
			}
		}
	}
	h.owners[o.UID] = goneOwner{owner: o, until: now.Add(ownerLife)}
}

// gone lists the objects of a source that the store holds and a new list does not.
func (h *history) gone(source facts.SourceID, listed map[facts.ObjectKey]bool) []facts.ObjectKey {
	feeds := h.store.Feeds(source)
	var out []facts.ObjectKey
	add := func(namespace, name string) {
		if key := (facts.ObjectKey{Source: source, Namespace: namespace, Name: name}); !listed[key] {
			out = append(out, key)
		}
	}
	h.store.Read(func(v facts.View) {
		if slices.Contains(feeds, facts.TypeOf[facts.Pod]()) {
			for _, p := range facts.List[facts.Pod](v) {
				add(p.Namespace, p.Name)
			}
		}
		if slices.Contains(feeds, facts.TypeOf[facts.Node]()) {
			for _, n := range facts.List[facts.Node](v) {
				if n.DeletedAt.IsZero() {
					add("", n.Name)
				}
			}
		}
	})
	return out
}

// keep adds what is kept of a source to the objects that a new list leaves.
func (h *history) keep(source facts.SourceID, listed map[facts.ObjectKey]bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for key := range h.entries {
		if key.Source == source {
			listed[key] = true
		}
	}
}

func (h *history) remember(key facts.ObjectKey) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.entries[key] = h.clock.Now().Add(h.window)
	if !h.armed { // an armed timer fires before this entry ends
		h.arm(h.window)
	}
}

// arm sets the timer; the caller holds the lock.
func (h *history) arm(d time.Duration) {
	h.armed = true
	// In its own goroutine: a fake clock calls back while it holds its lock.
	h.clock.AfterFunc(d, func() { go h.sweep() })
}

// sweep removes what has ended.
func (h *history) sweep() {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.clock.Now()
	var changed []facts.Change
	var first time.Time
	for key, end := range h.entries {
		if end.After(now) {
			if first.IsZero() || end.Before(first) {
				first = end
			}
			continue
		}
		delete(h.entries, key)
		if key.Source == podSource {
			if h.perNS[key.Namespace]--; h.perNS[key.Namespace] == 0 {
				delete(h.perNS, key.Namespace)
			}
		}
		changed = append(changed, h.store.Delete(key)...)
	}
	h.armed = false
	if !first.IsZero() {
		h.arm(first.Sub(now))
	}
	h.changed(now, changed)
}
