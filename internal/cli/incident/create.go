package incident

import (
	"context"
	"fmt"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/near"
)

// creator creates incidents in a cluster with the rights of the user.
type creator struct{ client dynamic.Interface }

func newCreator(config *rest.Config) (creator, error) {
	client, err := dynamic.NewForConfig(config)
	return creator{client}, err
}

// unknown tells which of the names no resource of the cluster has; a misspelt solution would leave its controllers without a
// clock. Where the user may not look, nothing is said.
func (c creator) unknown(ctx context.Context, i *v1alpha1.SecurityIncident) error {
	for resource, names := range map[string][]string{
		"hostedsolutions": i.Spec.Solutions, "solutionenvironments": i.Spec.Environments, "institutions": i.Spec.Institutions,
	} {
		if len(names) == 0 {
			continue
		}
		found, err := c.client.Resource(v1alpha1.GroupVersion.WithResource(resource)).List(ctx, metav1.ListOptions{})
		if apierrors.IsForbidden(err) {
			continue
		}
		if err != nil {
			return fmt.Errorf("%s cannot be read: %w", resource, err)
		}
		var known []string
		for k := range found.Items {
			known = append(known, found.Items[k].GetName())
		}
		for _, n := range names {
			if !slices.Contains(known, n) {
				return fmt.Errorf("%s: the cluster has no %q%s", resource, n, near.Question(n, known))
			}
		}
	}
	return nil
}

// create creates the incident and gives it as the cluster has it.
func (c creator) create(ctx context.Context, i *v1alpha1.SecurityIncident) (*v1alpha1.SecurityIncident, error) {
	if err := c.unknown(ctx, i); err != nil {
		return nil, err
	}
	fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(i)
	if err != nil {
		return nil, err
	}
	delete(fields, "status")
	object := &unstructured.Unstructured{Object: fields}
	object.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("SecurityIncident"))
	made, err := c.client.Resource(v1alpha1.GroupVersion.WithResource("securityincidents")).Create(ctx, object, metav1.CreateOptions{FieldManager: "tilsyn"})
	switch {
	case apierrors.IsAlreadyExists(err):
		return nil, fmt.Errorf("there is a SecurityIncident %s already; give another --name, for example %s-2", i.Name, i.Name)
	case apierrors.IsNotFound(err):
		return nil, fmt.Errorf("the cluster does not know SecurityIncidents: Tilsyn is not installed in it (%w)", err)
	case err != nil:
		return nil, fmt.Errorf("SecurityIncident %s was not created: %s", i.Name, strings.TrimSpace(err.Error()))
	}
	out := &v1alpha1.SecurityIncident{}
	return out, runtime.DefaultUnstructuredConverter.FromUnstructured(made.Object, out)
}
