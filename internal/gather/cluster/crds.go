package cluster

import (
	"errors"
	"slices"
	"sync"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// +kubebuilder:rbac:groups=apiextensions.k8s.io,resources=customresourcedefinitions,verbs=list;watch

// definitions is the store of the watch on custom resource definitions. Of each it keeps the versions it serves.
type definitions struct {
	track *tracker
	// changed is called whenever another version is served, or none.
	changed func()

	mu       sync.RWMutex
	versions map[string][]string // by name of the definition (resource.group); only established ones
}

// served is what is left of a definition.
type served struct {
	name     string
	versions []string
}

var (
	_ cache.ReflectorStore         = (*definitions)(nil)
	_ cache.ReflectorBookmarkStore = (*definitions)(nil)
	_ cache.TransformingStore      = (*definitions)(nil)
)

var definitionKind = apiextensionsv1.SchemeGroupVersion.WithKind("CustomResourceDefinition")

// definitionsTarget reads definitions as protobuf: they are large and many, and all but a few lines are dropped.
func (g *Gatherer) definitionsTarget() (target, error) {
	config := rest.CopyConfig(g.Config)
	config.ContentType = runtime.ContentTypeProtobuf
	client, err := apiutil.RESTClientForGVK(definitionKind, false, false, config, g.codecs, g.http)
	return target{client: client, resource: "customresourcedefinitions", name: "customresourcedefinitions"}, err
}

// of gives the versions that a definition serves, best first as the definition orders them.
func (d *definitions) of(resource schema.GroupResource) []string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.versions[resource.String()]
}

func (d *definitions) Transformer() cache.TransformFunc {
	return func(obj any) (any, error) { return reduce(obj) }
}

func reduce(obj any) (served, error) {
	if s, done := obj.(served); done {
		return s, nil
	}
	crd, ok := obj.(*apiextensionsv1.CustomResourceDefinition)
	if !ok {
		return served{}, errors.New("cluster: not a CustomResourceDefinition")
	}
	s := served{name: crd.Name}
	established := func(c apiextensionsv1.CustomResourceDefinitionCondition) bool {
		return c.Type == apiextensionsv1.Established && c.Status == apiextensionsv1.ConditionTrue
	}
	if !slices.ContainsFunc(crd.Status.Conditions, established) {
		return s, nil
	}
	for _, v := range crd.Spec.Versions {
		if v.Served {
			s.versions = append(s.versions, v.Name)
		}
	}
	return s, nil
}

func (d *definitions) Add(obj any) error { return d.Update(obj) }

func (d *definitions) Update(obj any) error {
	s, err := reduce(obj)
	if err != nil {
		return err
	}
	d.set(s)
	return nil
}

func (d *definitions) Delete(obj any) error {
	s, err := reduce(obj)
	if err != nil {
		return err
	}
	d.set(served{name: s.name})
	return nil
}

func (d *definitions) set(s served) {
	d.mu.Lock()
	same := slices.Equal(d.versions[s.name], s.versions)
	if len(s.versions) == 0 {
		delete(d.versions, s.name)
	} else {
		d.versions[s.name] = s.versions
	}
	d.mu.Unlock()
	if !same {
		d.changed()
	}
	d.track.event(facts.ObjectKey{}, facts.Ref{})
}

func (d *definitions) Replace(list []any, _ string) error {
	versions := map[string][]string{}
	for _, obj := range list {
		s, err := reduce(obj)
		if err != nil {
			return err
		}
		if len(s.versions) > 0 {
			versions[s.name] = s.versions
		}
	}
	d.mu.Lock()
	d.versions = versions
	d.mu.Unlock()
	d.track.replaced(nil)
	d.changed()
	return nil
}

func (d *definitions) Bookmark(string) error {
	d.track.event(facts.ObjectKey{}, facts.Ref{})
	return nil
}

func (d *definitions) Resync() error { return nil }
