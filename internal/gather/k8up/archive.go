package k8up

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// restoreMethod is where a restore or an archive puts the data: a claim, or a bucket that is no repository.
type restoreMethod struct {
	S3 *struct {
		Endpoint  string     `json:"endpoint,omitempty"`
		Bucket    string     `json:"bucket,omitempty"`
		SecretKey *secretKey `json:"secretAccessKeySecretRef,omitempty"`
	} `json:"s3,omitempty"`
	Folder *struct {
		ClaimName string `json:"claimName,omitempty"`
	} `json:"folder,omitempty"`
}

// destination says which bucket the data go to, in plain; what is not said is the operator's own setting. It is nil where they
// go to a claim.
func (m *restoreMethod) destination(u *unstructured.Unstructured, at string) (*facts.BackupDestination, error) {
	d := &facts.BackupDestination{Ref: adapter.RefOf(u), Product: facts.ProductK8up, Kind: "s3", ConfigInSecret: true, Extract: at + ".s3"}
	switch {
	case m != nil && m.S3 == nil && m.Folder != nil:
		return nil, nil
	case m == nil || m.S3 == nil:
		return d, nil
	}
	d.Bucket, d.ConfigInSecret = m.S3.Bucket, m.S3.Endpoint == "" || m.S3.Bucket == ""
	if k := m.S3.SecretKey; k != nil && k.Name != "" {
		d.CredentialRef, d.CredentialNamespace = k.Name, u.GetNamespace()
	}
	return d, setEndpoint(d, m.S3.Endpoint, at+".s3.endpoint")
}

type archive struct {
	Spec struct {
		RestoreMethod *restoreMethod `json:"restoreMethod,omitempty"`
	} `json:"spec"`
}

// extractArchive reads where a job puts the newest backups of its namespace once more.
func extractArchive(obj runtime.Object) ([]any, error) {
	var a archive
	u, err := adapter.Decode(obj, &a)
	if err != nil {
		return nil, err
	}
	d, err := a.Spec.RestoreMethod.destination(u, "spec.restoreMethod")
	if err != nil || d == nil {
		return nil, err
	}
	return []any{d}, nil
}
