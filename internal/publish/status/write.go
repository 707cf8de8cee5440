package status

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// FieldOwner is the name under which the operator writes.
const FieldOwner = "tilsyn-operator"

// Kind says how a writer reaches the status of one kind: a new object, its status, and the time of evaluation in it, nil
// for kinds without one, which have no heartbeat.
type Kind[S any] struct {
	Name      string
	New       func() client.Object
	Status    func(client.Object) *S
	Evaluated func(*S) **metav1.Time
}

// Writer writes the statuses of one kind. It remembers what it wrote, so that it reads each object once.
// It is safe for concurrent use on different objects.
type Writer[S any] struct {
	client    client.Client
	kind      Kind[S]
	heartbeat time.Duration

	mu   sync.Mutex
	last map[string]written[S]
}

type written[S any] struct {
	uid     types.UID
	version string // of the object, as far as is known
	status  S
}

// NewWriter makes a writer. A status that did not change is written again after the heartbeat.
func NewWriter[S any](c client.Client, kind Kind[S], heartbeat time.Duration) *Writer[S] {
	return &Writer[S]{client: c, kind: kind, heartbeat: heartbeat, last: map[string]written[S]{}}
}

// Before gives the status that an object has now. It is not found where there is no such object any more.
func (w *Writer[S]) Before(ctx context.Context, name string, uid types.UID) (status S, found bool, err error) {
	w.mu.Lock()
	known, ok := w.last[name]
	w.mu.Unlock()
	if ok && known.uid == uid {
		return known.status, true, nil
	}
	o := w.kind.New()
	if err := w.client.Get(ctx, client.ObjectKey{Name: name}, o); err != nil {
		return status, false, client.IgnoreNotFound(err)
	}
	if o.GetUID() != uid {
		return status, false, nil
	}
	status = *w.kind.Status(o)
	w.remember(name, written[S]{uid, o.GetResourceVersion(), status})
	return status, true, nil
}

// Write writes a status that differs from the one before, or whose heartbeat is due, and tells whether it did. An object
// that is gone, or another one by the same name, is no error: what is known of it is out of date.
func (w *Writer[S]) Write(ctx context.Context, name string, uid types.UID, status S) (bool, error) {
	w.mu.Lock()
	known, ok := w.last[name]
	w.mu.Unlock()
	if ok && known.uid == uid && !w.due(known.status, status) {
		return false, nil
	}
	version, err := w.put(ctx, name, written[S]{uid, known.version, status})
	switch {
	case err == nil:
		w.remember(name, written[S]{uid, version, status})
		return true, nil
	case apierrors.IsNotFound(err) || apierrors.IsInvalid(err) && w.replaced(ctx, name, uid):
		w.Forget(name)
		return false, nil
	default:
		return false, fmt.Errorf("status of %s %s: %w", w.kind.Name, name, err)
	}
}

// put puts a whole status in place and gives the version of the object that has it. An update is what costs the API server
// least, two thirds of a patch of a large status. It needs the last version; where somebody else has written since, or none
// is known, a patch needs nothing to be read.
func (w *Writer[S]) put(ctx context.Context, name string, s written[S]) (version string, err error) {
	if s.version != "" {
		o := w.kind.New()
		*w.kind.Status(o) = s.status
		o = o.DeepCopyObject().(client.Object) // the answer is read into it
		o.SetName(name)
		o.SetUID(s.uid)
		o.SetResourceVersion(s.version)
		if err := w.client.Status().Update(ctx, o, client.FieldOwner(FieldOwner)); !apierrors.IsConflict(err) {
			return o.GetResourceVersion(), err
		}
	}
	patch, err := replaceStatus(s.uid, s.status)
	if err != nil {
		return "", err
	}
	o := w.kind.New()
	o.SetName(name)
	err = w.client.Status().Patch(ctx, o, client.RawPatch(types.JSONPatchType, patch), client.FieldOwner(FieldOwner))
	return o.GetResourceVersion(), err
}

// replaceStatus puts a whole status in place, on the very object it was made for. One request, nothing to read, and fields
// that are no longer set go away.
func replaceStatus(uid types.UID, status any) ([]byte, error) {
	return json.Marshal([]map[string]any{
		{"op": "test", "path": "/metadata/uid", "value": uid},
		{"op": "add", "path": "/status", "value": status},
	})
}

// replaced tells whether the object of that name is another one.
func (w *Writer[S]) replaced(ctx context.Context, name string, uid types.UID) bool {
	o := w.kind.New()
	err := w.client.Get(ctx, client.ObjectKey{Name: name}, o)
	return apierrors.IsNotFound(err) || err == nil && o.GetUID() != uid
}

// due tells whether anything but the time of evaluation differs, or that time is a heartbeat old.
func (w *Writer[S]) due(before, after S) bool {
	if w.kind.Evaluated == nil {
		return !equality.Semantic.DeepEqual(before, after)
	}
	was, is := w.kind.Evaluated(&before), w.kind.Evaluated(&after)
	if *was == nil || *is == nil || (*is).Sub((*was).Time) >= w.heartbeat {
		return true
	}
	*was = *is
	return !equality.Semantic.DeepEqual(before, after)
}

func (w *Writer[S]) remember(name string, s written[S]) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last[name] = s
}

// Forget drops what is known of an object that is gone.
func (w *Writer[S]) Forget(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.last, name)
}

// Oldest gives the oldest time of evaluation among the statuses that were written or read, zero where there is none.
func (w *Writer[S]) Oldest() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	var oldest time.Time
	for _, known := range w.last {
		if at := *w.kind.Evaluated(&known.status); at != nil && (oldest.IsZero() || at.Time.Before(oldest)) {
			oldest = at.Time
		}
	}
	return oldest
}
