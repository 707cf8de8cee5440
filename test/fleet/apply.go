package fleet

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Options of Apply.
type Options struct {
	// Now is the clock that manifests are dated by; nil is the real one. It must not be behind the API server's by more than
	// a second, or backups would be older than what they hold.
	Now func() time.Time
	// Files limits it to these, by the beginning of their names, for example 40-payroll; none means all.
	Files []string
	// Skip leaves out objects for which it is true.
	Skip func(*unstructured.Unstructured) bool
}

// Apply creates every object of the fleet with its status, in order. The definitions must be installed; objects that are
// there already stay as they are.
func Apply(ctx context.Context, config *rest.Config, o Options) error {
	c, err := client.New(config, client.Options{Scheme: runtime.NewScheme()})
	if err != nil {
		return err
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	a := applier{Client: c, skip: o.Skip}
	documents, err := renderer{now: o.Now, uid: a.uid(ctx)}.documents()
	if err != nil {
		return err
	}
	for _, d := range documents {
		if len(o.Files) > 0 && !slices.ContainsFunc(o.Files, func(f string) bool { return strings.HasPrefix(d.tmpl.Name(), f) }) {
			continue
		}
		objs, err := d.render()
		if err != nil {
			return err
		}
		for _, obj := range objs {
			if err := a.create(ctx, obj); err != nil {
				return fmt.Errorf("%s: %s %s/%s: %w", d.tmpl.Name(), obj.GetKind(), obj.GetNamespace(), obj.GetName(), err)
			}
		}
	}
	return nil
}

type applier struct {
	client.Client
	skip func(*unstructured.Unstructured) bool
}

// create creates an object. Where status is a subresource, creation drops it and it is written after that.
func (a applier) create(ctx context.Context, obj *unstructured.Unstructured) error {
	if a.skip != nil && a.skip(obj) {
		return nil
	}
	status, has := obj.Object["status"]
	if err := a.Create(ctx, obj); err != nil {
		return client.IgnoreAlreadyExists(err)
	}
	if _, kept := obj.Object["status"]; !has || kept {
		return nil
	}
	obj.Object["status"] = status
	return a.Status().Update(ctx, obj)
}

func (a applier) uid(ctx context.Context) func(apiVersion, kind, namespace, name string) (string, error) {
	return func(apiVersion, kind, namespace, name string) (string, error) {
		u := &unstructured.Unstructured{}
		u.SetAPIVersion(apiVersion)
		u.SetKind(kind)
		err := a.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, u)
		return string(u.GetUID()), err
	}
}

// Backup makes a finished Velero backup of one claim, as the server does for a schedule, begun at a time.
func Backup(ctx context.Context, config *rest.Config, namespace, schedule, claim string, at time.Time) error {
	c, err := client.New(config, client.Options{Scheme: runtime.NewScheme()})
	if err != nil {
		return err
	}
	a := applier{Client: c}
	r := renderer{now: func() time.Time { return at }, uid: a.uid(ctx)}
	text := fmt.Sprintf(`{{template "backup" dict "namespace" %q "claim" %q "schedule" %q "at" now}}`, namespace, claim, schedule)
	d, err := r.parse("backup of "+namespace+"/"+claim, text)
	if err != nil {
		return err
	}
	objs, err := d.render()
	if err != nil {
		return err
	}
	for _, obj := range objs {
		if err := a.create(ctx, obj); err != nil {
			return err
		}
	}
	return nil
}
