package cnpg

import (
	"fmt"
	"net/url"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

type secretKey struct {
	Name string `json:"name,omitempty"`
}

// barman is where barman-cloud keeps base backups and archives.
type barman struct {
	DestinationPath string `json:"destinationPath,omitempty"`
	EndpointURL     string `json:"endpointURL,omitempty"`
	ServerName      string `json:"serverName,omitempty"`
	S3              *struct {
		Region    *secretKey `json:"region,omitempty"`
		SecretKey *secretKey `json:"secretAccessKey,omitempty"`
	} `json:"s3Credentials,omitempty"`
	Azure *struct {
		ConnectionString *secretKey `json:"connectionString,omitempty"`
		StorageKey       *secretKey `json:"storageKey,omitempty"`
		SASToken         *secretKey `json:"storageSasToken,omitempty"`
	} `json:"azureCredentials,omitempty"`
	Google *struct {
		Credentials *secretKey `json:"applicationCredentials,omitempty"`
	} `json:"googleCredentials,omitempty"`
	WAL *struct {
		Encryption string `json:"encryption,omitempty"`
	} `json:"wal,omitempty"`
	Data *struct {
		Encryption string `json:"encryption,omitempty"`
	} `json:"data,omitempty"`
}

// destination says where the store is; at is its path in the object.
func (b *barman) destination(owner facts.Ref, at string) (*facts.BackupDestination, error) {
	d := &facts.BackupDestination{Ref: owner, Product: facts.ProductCloudNativePG}
	if err := setPath(d, b.DestinationPath); err != nil {
		return nil, fmt.Errorf("%s.destinationPath: %w", at, err)
	}
	if d.InsecureTransport {
		d.TransportField = at + ".destinationPath"
	}
	e, err := adapter.ParseEndpoint(b.EndpointURL)
	if err != nil {
		return nil, fmt.Errorf("%s.endpointURL: %w", at, err)
	}
	if e.Host != "" {
		d.Endpoint, d.InCluster = e.Host, e.InCluster
		if e.Insecure {
			d.InsecureTransport, d.TransportField = true, at+".endpointURL"
		}
		if d.Kind == "s3" && !strings.HasSuffix(e.Host, ".amazonaws.com") {
			d.Provider = ""
		}
	}
	// The region of S3 is in a Secret, or else the client's default.
	if d.Kind == "s3" && e.Host == "" {
		d.ConfigInSecret = b.S3 != nil && b.S3.Region != nil
		d.RegionFromDefault = !d.ConfigInSecret
	}
	if b.Data != nil && b.Data.Encryption != "" && b.WAL != nil && b.WAL.Encryption != "" {
		d.Encrypted, d.EncryptionKey = facts.Yes, b.Data.Encryption
	}
	if secret := b.secret(); secret != nil && secret.Name != "" {
		d.CredentialRef, d.CredentialNamespace = secret.Name, owner.Namespace
	}
	return d, nil
}

func (b *barman) secret() *secretKey {
	switch {
	case b.S3 != nil:
		return b.S3.SecretKey
	case b.Azure != nil && b.Azure.ConnectionString != nil:
		return b.Azure.ConnectionString
	case b.Azure != nil && b.Azure.StorageKey != nil:
		return b.Azure.StorageKey
	case b.Azure != nil:
		return b.Azure.SASToken
	case b.Google != nil:
		return b.Google.Credentials
	default:
		return nil
	}
}

// setPath reads s3://bucket/prefix, gs://bucket/prefix and https://account.blob.core.windows.net/container/prefix.
func setPath(d *facts.BackupDestination, raw string) error {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return fmt.Errorf("it is not an address such as s3://bucket/path")
	}
	d.Prefix = strings.Trim(u.Path, "/")
	switch u.Scheme {
	case "s3":
		d.Kind, d.Provider, d.Bucket = "s3", "aws", u.Host
	case "gs":
		d.Kind, d.Provider, d.Bucket = "gcs", "gcp", u.Host
	case "http", "https":
		d.Kind, d.Endpoint = "azure", strings.ToLower(u.Hostname())
		d.Bucket, d.Prefix, _ = strings.Cut(d.Prefix, "/")
		if account, ok := strings.CutSuffix(d.Endpoint, ".blob.core.windows.net"); ok {
			d.Provider, d.Account = "azure", account
		}
		d.InsecureTransport = u.Scheme == "http"
	default:
		d.Kind, d.Bucket = u.Scheme, u.Host
	}
	return nil
}

type objectStore struct {
	Spec struct {
		Configuration   barman `json:"configuration"`
		RetentionPolicy string `json:"retentionPolicy,omitempty"`
	} `json:"spec"`
	Status struct {
		ServerRecoveryWindow map[string]struct {
			First       *metav1.Time `json:"firstRecoverabilityPoint,omitempty"`
			LastSuccess *metav1.Time `json:"lastSuccessfulBackupTime,omitempty"`
			LastFailure *metav1.Time `json:"lastFailedBackupTime,omitempty"`
		} `json:"serverRecoveryWindow,omitempty"`
	} `json:"status"`
}

func extractObjectStore(obj runtime.Object) ([]any, error) {
	var s objectStore
	u, err := adapter.Decode(obj, &s)
	if err != nil {
		return nil, err
	}
	d, err := s.Spec.Configuration.destination(adapter.RefOf(u), "spec.configuration")
	if err != nil {
		return nil, err
	}
	d.Retention = retention(s.Spec.RetentionPolicy, "spec.retentionPolicy")
	window := &facts.RecoveryWindow{Ref: d.Ref, Servers: map[string]facts.ServerRecovery{}}
	for server, w := range s.Status.ServerRecoveryWindow {
		window.Servers[server] = facts.ServerRecovery{First: instant(w.First), LastSuccess: instant(w.LastSuccess), LastFailure: instant(w.LastFailure)}
	}
	return []any{d, window}, nil
}
