package k8up

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

type secretKey struct {
	Name string `json:"name,omitempty"`
}

// backend is where a restic repository lies: the first of azure, b2, gcs, local, rest, s3 and swift that is set.
type backend struct {
	RepoPassword *secretKey `json:"repoPasswordSecretRef,omitempty"`
	InsecureTLS  bool       `json:"insecureTLS,omitempty"`
	Azure        *struct {
		Container string     `json:"container,omitempty"`
		Path      string     `json:"path,omitempty"`
		Account   *secretKey `json:"accountNameSecretRef,omitempty"`
		Key       *secretKey `json:"accountKeySecretRef,omitempty"`
	} `json:"azure,omitempty"`
	B2 *struct {
		Bucket string     `json:"bucket,omitempty"`
		Path   string     `json:"path,omitempty"`
		Key    *secretKey `json:"accountKeySecretRef,omitempty"`
	} `json:"b2,omitempty"`
	GCS *struct {
		Bucket string     `json:"bucket,omitempty"`
		Token  *secretKey `json:"accessTokenSecretRef,omitempty"`
	} `json:"gcs,omitempty"`
	Local *struct {
		MountPath string `json:"mountPath,omitempty"`
	} `json:"local,omitempty"`
	Rest *struct {
		URL      string     `json:"url,omitempty"`
		Password *secretKey `json:"passwordSecretReg,omitempty"` // as K8up spells it
	} `json:"rest,omitempty"`
	S3 *struct {
		Endpoint  string     `json:"endpoint,omitempty"`
		Bucket    string     `json:"bucket,omitempty"`
		SecretKey *secretKey `json:"secretAccessKeySecretRef,omitempty"`
	} `json:"s3,omitempty"`
	Swift *struct {
		Container string `json:"container,omitempty"`
		Path      string `json:"path,omitempty"`
	} `json:"swift,omitempty"`
}

// destination says where the object's backups go. K8up encrypts every repository; only the password can be the operator's.
func (b *backend) destination(u *unstructured.Unstructured, at string) (*facts.BackupDestination, error) {
	d := &facts.BackupDestination{Ref: adapter.RefOf(u), Product: facts.ProductK8up, Encrypted: facts.Yes,
		OwnPassword: facts.No, ConfigInSecret: true}
	if b == nil {
		return d, nil // the operator's own backend
	}
	if b.RepoPassword != nil && b.RepoPassword.Name != "" {
		d.OwnPassword, d.EncryptionKey = facts.Yes, "Secret "+u.GetNamespace()+"/"+b.RepoPassword.Name
	}
	if b.InsecureTLS {
		d.InsecureTransport, d.TransportField = true, at+".insecureTLS"
	}
	secret, err := b.place(d, at)
	if secret != nil && secret.Name != "" {
		d.CredentialRef, d.CredentialNamespace = secret.Name, u.GetNamespace()
	}
	return d, err
}

// place fills in the kind of the store and gives the Secret that opens it.
func (b *backend) place(d *facts.BackupDestination, at string) (*secretKey, error) {
	switch {
	case b.Azure != nil:
		d.Kind, d.Provider, d.Bucket, d.Prefix = "azure", "azure", b.Azure.Container, b.Azure.Path
		d.ConfigInSecret = true // the account's name is in a Secret
		d.Repository = fmt.Sprintf("azure:%s:%s", d.Bucket, orRoot(d.Prefix))
		return b.Azure.Key, nil
	case b.B2 != nil:
		d.Kind, d.Provider, d.Bucket, d.Prefix, d.ConfigInSecret = "b2", "backblaze", b.B2.Bucket, b.B2.Path, false
		d.Repository = fmt.Sprintf("b2:%s:%s", d.Bucket, d.Prefix)
		return b.B2.Key, nil
	case b.GCS != nil:
		d.Kind, d.Provider, d.Bucket, d.ConfigInSecret = "gcs", "gcp", b.GCS.Bucket, false
		d.Repository = fmt.Sprintf("gs:%s:/", d.Bucket)
		return b.GCS.Token, nil
	case b.Local != nil:
		d.Kind, d.Prefix, d.InCluster, d.ConfigInSecret = "local", b.Local.MountPath, true, false
		d.Repository = b.Local.MountPath
		return nil, nil
	case b.Rest != nil:
		d.Kind, d.ConfigInSecret = "rest", false
		return b.Rest.Password, setEndpoint(d, b.Rest.URL, at+".rest.url")
	case b.S3 != nil:
		d.Kind, d.Bucket = "s3", b.S3.Bucket
		d.ConfigInSecret = b.S3.Endpoint == "" || b.S3.Bucket == ""
		if !d.ConfigInSecret {
			d.Repository = fmt.Sprintf("s3:%s/%s", b.S3.Endpoint, b.S3.Bucket)
		}
		return b.S3.SecretKey, setEndpoint(d, b.S3.Endpoint, at+".s3.endpoint")
	case b.Swift != nil:
		d.Kind, d.Bucket, d.Prefix, d.ConfigInSecret = "swift", b.Swift.Container, b.Swift.Path, true
		d.Repository = fmt.Sprintf("swift:%s:%s", d.Bucket, d.Prefix)
		return nil, nil
	default:
		return nil, nil
	}
}

func orRoot(path string) string {
	if path == "" {
		return "/"
	}
	return path
}

func setEndpoint(d *facts.BackupDestination, raw, field string) error {
	e, err := adapter.ParseEndpoint(raw)
	if err != nil {
		return fmt.Errorf("%s: %w", field, err)
	}
	d.Endpoint, d.InCluster = e.Host, e.InCluster
	if e.Insecure && !d.InsecureTransport {
		d.InsecureTransport, d.TransportField = true, field
	}
	if d.Kind == "s3" && strings.HasSuffix(e.Host, ".amazonaws.com") {
		d.Provider = "aws"
		d.RegionFromDefault = e.Host == "s3.amazonaws.com"
	}
	return nil
}
