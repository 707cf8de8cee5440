package once

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/dynamic"
	clientscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// pageSize is how many objects are asked for at a time.
const pageSize = 500

// accepted prefers protobuf, which custom resources do not have.
const accepted = runtime.ContentTypeProtobuf + "," + runtime.ContentTypeJSON

// lister lists kinds page by page.
type lister struct {
	config     *rest.Config
	client     *http.Client
	scheme     *runtime.Scheme
	codecs     serializer.CodecFactory
	parameters runtime.ParameterCodec
	dynamic    dynamic.Interface
	typed      map[schema.GroupVersion]rest.Interface
}

func newLister(config *rest.Config) (*lister, error) {
	scheme := runtime.NewScheme()
	if err := errors.Join(clientscheme.AddToScheme(scheme), v1alpha1.AddToScheme(scheme)); err != nil {
		return nil, err
	}
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	d, err := dynamic.NewForConfigAndClient(config, client)
	if err != nil {
		return nil, err
	}
	return &lister{
		config: config, client: client, scheme: scheme, codecs: serializer.NewCodecFactory(scheme),
		parameters: runtime.NewParameterCodec(scheme), dynamic: d, typed: map[schema.GroupVersion]rest.Interface{},
	}, nil
}

// each calls f with every object of a kind.
func (l *lister) each(ctx context.Context, k adapter.Kind, gvr schema.GroupVersionResource, f func(runtime.Object) error) error {
	page := l.untyped(gvr)
	if k.New != nil {
		var err error
		if page, err = l.typedPage(k, gvr); err != nil {
			return err
		}
	}
	options := metav1.ListOptions{Limit: pageSize, LabelSelector: k.Selector}
	for {
		list, err := page(ctx, options)
		if next := afterExpiry(err); next != "" {
			options.Continue = next
			continue
		}
		if err != nil {
			return err
		}
		if err := meta.EachListItem(list, f); err != nil {
			return err
		}
		m, err := meta.ListAccessor(list)
		if err != nil {
			return err
		}
		if options.Continue = m.GetContinue(); options.Continue == "" {
			return nil
		}
	}
}

// afterExpiry gives the token with which the API server offers to go on with a list that took it longer than it remembers
// the past: the rest is then of a later moment. Empty where there is no such offer.
func afterExpiry(err error) string {
	var status apierrors.APIStatus
	if !apierrors.IsResourceExpired(err) || !errors.As(err, &status) {
		return ""
	}
	return status.Status().Continue
}

type pager func(context.Context, metav1.ListOptions) (runtime.Object, error)

func (l *lister) untyped(gvr schema.GroupVersionResource) pager {
	return func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
		return l.dynamic.Resource(gvr).List(ctx, o)
	}
}

func (l *lister) typedPage(k adapter.Kind, gvr schema.GroupVersionResource) (pager, error) {
	client, err := l.clientFor(gvr.GroupVersion())
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
		list, err := l.scheme.New(gvr.GroupVersion().WithKind(k.GVK.Kind + "List"))
		if err != nil {
			return nil, fmt.Errorf("no type for a list of %s: %w", k.GVK.Kind, err)
		}
		return list, client.Get().Resource(gvr.Resource).VersionedParams(&o, l.parameters).Do(ctx).Into(list)
	}, nil
}

func (l *lister) clientFor(gv schema.GroupVersion) (rest.Interface, error) {
	if c := l.typed[gv]; c != nil {
		return c, nil
	}
	config := rest.CopyConfig(l.config)
	config.GroupVersion = &gv
	config.APIPath = "/apis"
	if gv.Group == "" {
		config.APIPath = "/api"
	}
	config.ContentType, config.AcceptContentTypes = runtime.ContentTypeJSON, accepted
	config.NegotiatedSerializer = l.codecs.WithoutConversion()
	c, err := rest.RESTClientForConfigAndClient(config, l.client)
	if err != nil {
		return nil, err
	}
	l.typed[gv] = c
	return c, nil
}
