package exposure

import (
	"fmt"
	"reflect"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// Events gives the kind Event. Of events nothing is kept but what is found in their messages, so that many cost little.
func Events() []adapter.Kind {
	return []adapter.Kind{{
		GVK:        corev1.SchemeGroupVersion.WithKind("Event"),
		Resource:   "events",
		Namespaced: true,
		Runtime:    true,
		New:        func() runtime.Object { return &corev1.Event{} },
		Feeds:      []reflect.Type{facts.TypeOf[facts.Exposure]()},
		Prune:      pruneEvent,
		Extract: func(o runtime.Object) ([]any, error) {
			if _, ok := o.(*corev1.Event); !ok {
				return nil, fmt.Errorf("not an Event: %T", o)
			}
			return nil, nil
		},
	}}
}

// pruneEvent keeps what an event is about.
func pruneEvent(o runtime.Object) runtime.Object {
	e, ok := o.(*corev1.Event)
	if !ok {
		return nil
	}
	about := e.InvolvedObject
	return &corev1.Event{
		ObjectMeta:     metav1.ObjectMeta{Namespace: e.Namespace, Name: e.Name, UID: e.UID, CreationTimestamp: e.CreationTimestamp},
		InvolvedObject: corev1.ObjectReference{APIVersion: about.APIVersion, Kind: about.Kind, Namespace: about.Namespace, Name: about.Name},
		Reason:         e.Reason,
	}
}

// aboutOf gives the object that an event is about.
func aboutOf(o runtime.Object) (facts.Ref, bool) {
	e, ok := o.(*corev1.Event)
	if !ok {
		return facts.Ref{}, false
	}
	gv, err := schema.ParseGroupVersion(e.InvolvedObject.APIVersion)
	if err != nil {
		gv.Group = e.InvolvedObject.APIVersion
	}
	return facts.Ref{Group: gv.Group, Kind: e.InvolvedObject.Kind, Namespace: e.InvolvedObject.Namespace, Name: e.InvolvedObject.Name}, true
}

// ours tells whether an object is of a kind of Tilsyn's own; typed objects often do not say their group.
func ours(o runtime.Object) bool {
	return strings.HasSuffix(reflect.TypeOf(o).Elem().PkgPath(), "/api/v1alpha1")
}
