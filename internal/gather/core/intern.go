package core

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"weak"

	corev1 "k8s.io/api/core/v1"
	psapolicy "k8s.io/pod-security-admission/policy"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

const (
	// What the interner itself holds is bounded by these. Values that repeat are asked for again before that many others
	// have been, so they stay; objects come in order, so that pods of one owner come together.
	recentStrings     = 1 << 12
	recentMaps        = 1 << 9
	recentControllers = 1 << 7
)

// interner lets equal parts of facts share memory. Shapes are shared exactly, as long as a fact holds them; the rest only
// as long as it keeps coming. It is safe for concurrent use.
type interner struct {
	digester
	evaluator psapolicy.Evaluator
	shapes    pool[digest, facts.PodShape]

	mu          sync.Mutex
	strings     recent[string, string]
	maps        recent[digest, map[string]string]
	labelled    recent[digest, *facts.Labels]
	names       recent[digest, *[]string]
	mounts      recent[digest, []facts.Mount]
	volumes     recent[digest, []facts.Volume]
	tolerations recent[digest, []corev1.Toleration]
	selectors   recent[digest, *corev1.NodeSelector]
	controllers recent[facts.PodController, *facts.PodController]
	securities  recent[digest, *facts.PodSecurity]
	spreads     recent[digest, *facts.PodSpread]
	ports       recent[digest, []facts.PodPort]
	images      recent[digest, *facts.PodImages]
}

func newInterner() *interner {
	return &interner{
		evaluator:   newSecurity(),
		strings:     recent[string, string]{limit: recentStrings},
		maps:        recent[digest, map[string]string]{limit: recentMaps},
		labelled:    recent[digest, *facts.Labels]{limit: recentMaps},
		names:       recent[digest, *[]string]{limit: recentMaps},
		mounts:      recent[digest, []facts.Mount]{limit: recentMaps},
		volumes:     recent[digest, []facts.Volume]{limit: recentMaps},
		tolerations: recent[digest, []corev1.Toleration]{limit: recentMaps},
		selectors:   recent[digest, *corev1.NodeSelector]{limit: recentMaps},
		controllers: recent[facts.PodController, *facts.PodController]{limit: recentControllers},
		securities:  recent[digest, *facts.PodSecurity]{limit: recentMaps},
		spreads:     recent[digest, *facts.PodSpread]{limit: recentMaps},
		ports:       recent[digest, []facts.PodPort]{limit: recentMaps},
		images:      recent[digest, *facts.PodImages]{limit: recentControllers},
	}
}

// str gives a string equal to s that others share.
func (in *interner) str(s string) string {
	if s == "" {
		return ""
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.strings.get(s, func() string { return s })
}

// named gives the labels of an object, as others may share them.
func (in *interner) named(all map[string]string) *facts.Labels {
	return in.sharing(facts.NewLabels(all))
}

// sharing gives equal labels that others may share.
func (in *interner) sharing(l *facts.Labels) *facts.Labels {
	if l == nil {
		return nil
	}
	d := in.digestOf(l)
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.labelled.get(d, func() *facts.Labels { return l.Sharing(in.shared, in.own) })
}

// hosts is sharing for hosts of data stores, most of which only one workload names. Nothing stays of what they were cut out of,
// which may hold a password.
func (in *interner) hosts(l *facts.Labels) *facts.Labels {
	if l == nil {
		return nil
	}
	d := in.digestOf(l)
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.labelled.get(d, func() *facts.Labels { return l.Sharing(in.shared, strings.Clone) })
}

// shared gives an equal list of names that others share, for whoever holds the lock.
func (in *interner) shared(list *[]string) *[]string {
	return in.names.get(in.digestOf(list), func() *[]string {
		for i, s := range *list {
			(*list)[i] = in.own(s)
		}
		return list
	})
}

// own is str for whoever holds the lock.
func (in *interner) own(s string) string { return in.strings.get(s, func() string { return s }) }

// list gives a list equal to one that is not changed any more, as others may share it, nil for an empty one. What stays is
// compacted first.
func list[T any](in *interner, shared *recent[digest, []T], all []T, compact func(*T)) []T {
	if len(all) == 0 {
		return nil
	}
	d := in.digestOf(all)
	in.mu.Lock()
	defer in.mu.Unlock()
	return shared.get(d, func() []T {
		for i := range all {
			compact(&all[i])
		}
		return slices.Clip(all)
	})
}

// shared gives a value equal to one that is not changed any more, as others may share it, nil for nil. What stays is compacted
// first.
func shared[T any](in *interner, held *recent[digest, *T], value *T, compact func(*T)) *T {
	if value == nil {
		return nil
	}
	d := in.digestOf(value)
	in.mu.Lock()
	defer in.mu.Unlock()
	return held.get(d, func() *T {
		compact(value)
		return value
	})
}

// labels gives a copy of m that others may share, nil for an empty map.
func (in *interner) labels(m map[string]string) map[string]string {
	if len(m) == 0 {
		return nil
	}
	d := in.digestOf(m)
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.maps.get(d, func() map[string]string {
		out := make(map[string]string, len(m))
		for k, v := range m {
			out[in.strings.get(k, func() string { return k })] = in.strings.get(v, func() string { return v })
		}
		return out
	})
}

func (in *interner) selector(s *corev1.NodeSelector) *corev1.NodeSelector {
	if s == nil {
		return nil
	}
	d := in.digestOf(s)
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.selectors.get(d, s.DeepCopy)
}

// shape gives the one shape equal to s. It takes s over: the caller must not change it afterwards.
func (in *interner) shape(s *facts.PodShape) *facts.PodShape {
	return in.shapes.get(in.digestOf(s), func() *facts.PodShape {
		in.compact(s)
		return s
	})
}

func (in *interner) controller(c facts.PodController) *facts.PodController {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.controllers.get(c, func() *facts.PodController { return &c })
}

func (in *interner) ref(r facts.Ref) facts.Ref {
	return facts.Ref{Group: in.str(r.Group), Kind: in.str(r.Kind), Namespace: in.str(r.Namespace), Name: in.str(r.Name)}
}

// compact lets the parts of a shape that is going to stay share memory with others.
func (in *interner) compact(s *facts.PodShape) {
	s.Labels, s.Annotations = in.sharing(s.Labels), in.labels(s.Annotations)
	s.Scheduling.NodeSelector = in.labels(s.Scheduling.NodeSelector)
	s.Scheduling.Required = in.selector(s.Scheduling.Required)
	for _, field := range []*string{&s.Scheduling.NodeName, &s.Scheduling.SchedulerName, &s.Scheduling.RuntimeClass, &s.ServiceAccount} {
		*field = in.str(*field)
	}
	for i := range s.Containers {
		c := &s.Containers[i]
		c.Name, c.Image, c.Stores = in.str(c.Name), in.str(c.Image), in.hosts(c.Stores)
		if config := c.Config; config != nil {
			config.Settings, config.Telemetry = in.labels(config.Settings), in.labels(config.Telemetry)
			config.From, config.StoreTLS = in.labels(config.From), in.labels(config.StoreTLS)
		}
		c.Mounts = list(in, &in.mounts, c.Mounts, func(m *facts.Mount) { m.Volume, m.Path = in.own(m.Volume), in.own(m.Path) })
	}
	s.Volumes = list(in, &in.volumes, s.Volumes, func(v *facts.Volume) {
		for _, field := range []*string{&v.Name, &v.Claim, &v.HostPath, &v.NFSServer, &v.ConfigMap, &v.Secret, &v.Image} {
			*field = in.own(*field)
		}
	})
	s.Tolerations = list(in, &in.tolerations, s.Tolerations, func(*corev1.Toleration) {})
	s.Ports = list(in, &in.ports, s.Ports, func(p *facts.PodPort) { p.Name, p.Protocol = in.own(p.Name), in.own(p.Protocol) })
	s.Security = shared(in, &in.securities, s.Security, func(p *facts.PodSecurity) {
		for _, all := range [][]facts.SecurityViolation{p.Baseline, p.Restricted} {
			for i := range all {
				all[i].Reason, all[i].Detail = in.own(all[i].Reason), in.own(all[i].Detail)
			}
		}
	})
	s.Spread = shared(in, &in.spreads, s.Spread, func(p *facts.PodSpread) {
		for _, all := range [][]facts.SpreadTerm{p.Constraints, p.Apart} {
			for i := range all {
				all[i].Key = in.own(all[i].Key)
			}
		}
	})
}

// pool shares values exactly: as long as somebody holds the value of a key, get gives that one. It holds nothing itself.
type pool[K comparable, V any] struct {
	mu    sync.Mutex
	held  map[K]weak.Pointer[V]
	limit int
}

func (p *pool[K, V]) get(key K, create func() *V) *V {
	p.mu.Lock()
	defer p.mu.Unlock()
	if v := p.held[key].Value(); v != nil {
		return v
	}
	p.sweep()
	v := create()
	p.held[key] = weak.Make(v)
	return v
}

// sweep drops the keys of values that nobody holds any more, whenever the keys have doubled. (A cleanup for each value
// would cost more memory than it saves.)
func (p *pool[K, V]) sweep() {
	if p.held == nil {
		p.held = map[K]weak.Pointer[V]{}
	}
	if len(p.held) < p.limit {
		return
	}
	maps.DeleteFunc(p.held, func(_ K, v weak.Pointer[V]) bool { return v.Value() == nil })
	p.limit = 2*len(p.held) + 64
}

// recent shares values that are asked for often. It forgets those not asked for while limit others were.
type recent[K comparable, V any] struct {
	limit    int
	now, old map[K]V
}

func (r *recent[K, V]) get(key K, create func() V) V {
	if v, ok := r.now[key]; ok {
		return v
	}
	v, ok := r.old[key]
	if !ok {
		v = create()
	}
	if r.now == nil || len(r.now) >= r.limit {
		r.now, r.old = map[K]V{}, r.now
	}
	r.now[key] = v
	return v
}
