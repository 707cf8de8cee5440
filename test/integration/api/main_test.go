// Package api proves every validation rule of the resources against a real API server: what is refused, and in which
// words, and that its accepted twin is accepted.
package api

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/test/controlplane"
)

const crdDir = "../../../config/crd/bases"

// server is the one API server of the test binary. TestMain sets it once.
var server struct {
	config *rest.Config
	client dynamic.Interface
}

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	cp, err := controlplane.Start(context.Background(), controlplane.Options{})
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, cp.Err(), cp.Stop()) }()
	server.config = cp.AdminConfig()
	if server.client, err = dynamic.NewForConfig(server.config); err != nil {
		return 1, err
	}
	options := envtest.CRDInstallOptions{Paths: []string{crdDir}, ErrorIfPathMissing: true}
	if _, err := envtest.InstallCRDs(server.config, options); err != nil {
		return 1, err
	}
	return m.Run(), nil
}

// decode reads YAML as kubectl does, so that a bare NO becomes false.
func decode(text string) (*unstructured.Unstructured, error) {
	data, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		return nil, err
	}
	u := &unstructured.Unstructured{}
	return u, u.UnmarshalJSON(data)
}

func parse(t testing.TB, text string) *unstructured.Unstructured {
	t.Helper()
	u, err := decode(text)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return u
}

func resource(t testing.TB, u *unstructured.Unstructured) dynamic.ResourceInterface {
	t.Helper()
	i := slices.IndexFunc(crds(t), func(c crd) bool { return c.Spec.Names.Kind == u.GetKind() })
	if i < 0 {
		t.Fatalf("no CustomResourceDefinition of kind %s", u.GetKind())
	}
	return server.client.Resource(v1alpha1.GroupVersion.WithResource(crds(t)[i].Spec.Names.Plural))
}

var (
	dryCreate = metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict}
	dryUpdate = metav1.UpdateOptions{DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict}
)

// tryCreate asks the API server, with strict validation as kubectl does, and stores nothing.
func tryCreate(t testing.TB, u *unstructured.Unstructured) error {
	t.Helper()
	_, err := resource(t, u).Create(t.Context(), u, dryCreate)
	return err
}

// tryUpdate is tryCreate for a change of an object that exists.
func tryUpdate(t testing.TB, u *unstructured.Unstructured, subresources ...string) error {
	t.Helper()
	u = u.DeepCopy()
	live, err := resource(t, u).Get(t.Context(), u.GetName(), metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	u.SetResourceVersion(live.GetResourceVersion())
	if slices.Contains(subresources, "status") {
		_, err = resource(t, u).UpdateStatus(t.Context(), u, dryUpdate)
	} else {
		_, err = resource(t, u).Update(t.Context(), u, dryUpdate)
	}
	return err
}

// create stores u until the test ends, with its status if it has one, and returns what was stored.
func create(t testing.TB, u *unstructured.Unstructured) *unstructured.Unstructured {
	t.Helper()
	live, err := resource(t, u).Create(t.Context(), u, metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict})
	if err != nil {
		t.Fatalf("%s %s: %v", u.GetKind(), u.GetName(), err)
	}
	t.Cleanup(func() {
		err := resource(t, u).Delete(context.Background(), u.GetName(), metav1.DeleteOptions{})
		if err != nil && !apierrors.IsNotFound(err) {
			t.Error(err)
		}
	})
	status, ok := u.Object["status"]
	if !ok {
		return live
	}
	live.Object["status"] = status
	live, err = resource(t, u).UpdateStatus(t.Context(), live, metav1.UpdateOptions{FieldValidation: metav1.FieldValidationStrict})
	if err != nil {
		t.Fatalf("status of %s %s: %v", u.GetKind(), u.GetName(), err)
	}
	return live
}

// mustRefuse fails the test unless err is a refusal that names field and says every fragment in one and the same cause.
func mustRefuse(t testing.TB, err error, field string, says ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("accepted; want a refusal at %s that says %q", field, says)
		return
	}
	var status apierrors.APIStatus
	if !errors.As(err, &status) || !apierrors.IsInvalid(err) || status.Status().Details == nil {
		t.Errorf("want a refusal of the value, got: %v", err)
		return
	}
	for _, cause := range status.Status().Details.Causes {
		missing := func(s string) bool { return !strings.Contains(cause.Message, s) }
		if cause.Field == field && !slices.ContainsFunc(says, missing) {
			return
		}
	}
	t.Errorf("no cause at %s says %q; the refusal was: %v", field, says, err)
}

func mustAccept(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("want it accepted, got: %v", err)
	}
}
