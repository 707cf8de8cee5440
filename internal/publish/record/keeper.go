package record

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// +kubebuilder:rbac:groups=tilsyn.dev,resources=supervisionrecords,verbs=create;delete
// +kubebuilder:rbac:groups=tilsyn.dev,resources=supervisionrecords/status,verbs=patch

const fieldOwner = "tilsyn-operator"

// Keeper holds what the SupervisionRecords say and writes what changes. Only the leader has one. It is safe for concurrent
// use on different subjects.
type Keeper struct {
	client client.Client

	mu   sync.Mutex
	held map[facts.Ref][]Content // shards as the API server has them
}

// NewKeeper makes a keeper that remembers nothing before Load.
func NewKeeper(c client.Client) *Keeper { return &Keeper{client: c, held: map[facts.Ref][]Content{}} }

// Load reads every record.
func (k *Keeper) Load(ctx context.Context) error {
	var list v1alpha1.SupervisionRecordList
	if err := k.client.List(ctx, &list); err != nil {
		return fmt.Errorf("supervision records: %w", err)
	}
	slices.SortFunc(list.Items, func(a, b v1alpha1.SupervisionRecord) int { return int(a.Spec.Shard) - int(b.Spec.Shard) })
	k.mu.Lock()
	defer k.mu.Unlock()
	k.held = map[facts.Ref][]Content{}
	for _, r := range list.Items {
		ref := Ref(r.Spec.Kind, r.Spec.Name)
		for int(r.Spec.Shard) > len(k.held[ref]) { // a shard between is missing; it is written again
			k.held[ref] = append(k.held[ref], Content{})
		}
		k.held[ref] = append(k.held[ref], r.Status)
	}
	return nil
}

// Memory gives since when results are what they are.
func (k *Keeper) Memory() decide.Memory {
	k.mu.Lock()
	defer k.mu.Unlock()
	results := map[facts.Ref][]v1alpha1.RecordedResult{}
	for ref, shards := range k.held {
		results[ref] = join(shards).Results
	}
	return decide.MemoryFrom(results)
}

// Held gives the memory of a subject, empty where there is none.
func (k *Keeper) Held(subject facts.Ref) (Content, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	shards, ok := k.held[subject]
	return join(shards), ok
}

// Subjects that have a memory, in order.
func (k *Keeper) Subjects() []facts.Ref {
	k.mu.Lock()
	defer k.mu.Unlock()
	var out []facts.Ref
	for ref := range k.held {
		out = append(out, ref)
	}
	slices.SortFunc(out, facts.Ref.Compare)
	return out
}

// Write makes the records of a subject hold a memory, and gives the number of requests that took. Records that already
// hold their part are left alone.
func (k *Keeper) Write(ctx context.Context, subject facts.Ref, c Content) (int, error) {
	k.mu.Lock()
	before := k.held[subject]
	k.mu.Unlock()
	after := split(c)
	now := slices.Clone(before)
	requests := 0
	var errs []error
	for i, shard := range after {
		there := i < len(before)
		if there && equality.Semantic.DeepEqual(before[i], shard) {
			continue
		}
		n, err := k.put(ctx, subject, i, there, shard)
		requests += n
		if err != nil {
			errs = append(errs, err)
			break
		}
		if i < len(now) {
			now[i] = shard
		} else {
			now = append(now, shard)
		}
	}
	for i := len(before) - 1; i >= len(after) && errs == nil; i-- {
		requests++
		if err := k.delete(ctx, subject, i); err != nil {
			errs = append(errs, err)
			break
		}
		now = now[:i]
	}
	k.mu.Lock()
	k.held[subject] = now
	k.mu.Unlock()
	return requests, errors.Join(errs...)
}

// Delete removes the records of a subject.
func (k *Keeper) Delete(ctx context.Context, subject facts.Ref) (int, error) {
	k.mu.Lock()
	shards := len(k.held[subject])
	k.mu.Unlock()
	for i := range shards {
		if err := k.delete(ctx, subject, i); err != nil {
			return i + 1, err
		}
	}
	k.mu.Lock()
	delete(k.held, subject)
	k.mu.Unlock()
	return shards, nil
}

// put writes one shard; the record is made where there is none, or no longer is.
func (k *Keeper) put(ctx context.Context, subject facts.Ref, shard int, there bool, c Content) (int, error) {
	requests := 1
	if there {
		err := k.patch(ctx, subject, shard, c)
		if !apierrors.IsNotFound(err) {
			return requests, err
		}
		requests++
	}
	r := &v1alpha1.SupervisionRecord{
		ObjectMeta: metav1.ObjectMeta{Name: name(subject.Kind, subject.Name, shard)},
		Spec:       v1alpha1.SupervisionRecordSpec{Kind: subject.Kind, Name: subject.Name, Shard: int32(shard)},
	}
	if err := k.client.Create(ctx, r, client.FieldOwner(fieldOwner)); err != nil && !apierrors.IsAlreadyExists(err) {
		return requests, fmt.Errorf("supervision record %s: %w", r.Name, err)
	}
	return requests + 1, k.patch(ctx, subject, shard, c)
}

func (k *Keeper) patch(ctx context.Context, subject facts.Ref, shard int, c Content) error {
	raw, err := json.Marshal([]map[string]any{{"op": "add", "path": "/status", "value": c}})
	if err != nil {
		return err
	}
	r := &v1alpha1.SupervisionRecord{ObjectMeta: metav1.ObjectMeta{Name: name(subject.Kind, subject.Name, shard)}}
	if err := k.client.Status().Patch(ctx, r, client.RawPatch(types.JSONPatchType, raw), client.FieldOwner(fieldOwner)); err != nil {
		return fmt.Errorf("supervision record %s: %w", r.Name, err)
	}
	return nil
}

func (k *Keeper) delete(ctx context.Context, subject facts.Ref, shard int) error {
	r := &v1alpha1.SupervisionRecord{ObjectMeta: metav1.ObjectMeta{Name: name(subject.Kind, subject.Name, shard)}}
	if err := k.client.Delete(ctx, r); client.IgnoreNotFound(err) != nil {
		return fmt.Errorf("supervision record %s: %w", r.Name, err)
	}
	return nil
}
