package velero

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

type credential struct {
	Name string `json:"name,omitempty"`
}

type storageLocation struct {
	Spec struct {
		Provider      string            `json:"provider,omitempty"`
		Config        map[string]string `json:"config,omitempty"`
		Credential    *credential       `json:"credential,omitempty"`
		Default       bool              `json:"default,omitempty"`
		AccessMode    string            `json:"accessMode,omitempty"`
		ObjectStorage struct {
			Bucket string `json:"bucket,omitempty"`
			Prefix string `json:"prefix,omitempty"`
		} `json:"objectStorage"`
	} `json:"spec"`
	Status struct {
		Phase   string `json:"phase,omitempty"`
		Message string `json:"message,omitempty"`
	} `json:"status"`
}

func extractStorage(obj runtime.Object) ([]any, error) {
	var l storageLocation
	u, err := adapter.Decode(obj, &l)
	if err != nil {
		return nil, err
	}
	d := &facts.BackupDestination{
		Ref:              adapter.RefOf(u),
		Product:          facts.ProductVelero,
		Default:          l.Spec.Default,
		Bucket:           l.Spec.ObjectStorage.Bucket,
		Prefix:           l.Spec.ObjectStorage.Prefix,
		Available:        availability(l.Status.Phase),
		AvailableMessage: l.Status.Message,
		ReadOnly:         l.Spec.AccessMode == "ReadOnly",
	}
	// Without a Secret of its own a location is opened with the credentials of the server, which runs in the same namespace.
	d.CredentialNamespace = u.GetNamespace()
	if l.Spec.Credential != nil {
		d.CredentialRef = l.Spec.Credential.Name
	}
	if err := locate(d, l.Spec.Provider, l.Spec.Config); err != nil {
		return nil, err
	}
	return []any{d}, nil
}

func availability(phase string) facts.Tristate {
	switch phase {
	case "Available":
		return facts.Yes
	case "Unavailable":
		return facts.No
	default:
		return facts.NotKnown
	}
}

// locate fills in what the provider's configuration says of the place, the encryption and the transport.
func locate(d *facts.BackupDestination, provider string, config map[string]string) error {
	provider = strings.TrimPrefix(provider, "velero.io/")
	switch provider {
	case "aws":
		return locateS3(d, config)
	case "azure":
		d.Kind, d.Provider, d.Account = "azure", "azure", config["storageAccount"]
		e, err := adapter.ParseEndpoint(config["storageAccountURI"])
		if err != nil {
			return fmt.Errorf("spec.config.storageAccountURI: %w", err)
		}
		setEndpoint(d, e, "spec.config.storageAccountURI")
	case "gcp":
		d.Kind, d.Provider = "gcs", "gcp"
		e, err := adapter.ParseEndpoint(config["storeEndpoint"])
		if err != nil {
			return fmt.Errorf("spec.config.storeEndpoint: %w", err)
		}
		setEndpoint(d, e, "spec.config.storeEndpoint")
		encryptedWith(d, config["kmsKeyName"])
	case "community.openstack.org/openstack":
		d.Kind, d.Provider, d.Region = "swift", "openstack", config["region"]
	default:
		d.Kind, d.Region = provider, config["region"]
	}
	return nil
}

// locateS3 reads the configuration of the S3 plugin, which most other object stores are used through: only without an
// address of its own, or with one of Amazon's, is the provider known.
func locateS3(d *facts.BackupDestination, config map[string]string) error {
	d.Kind, d.Region = "s3", config["region"]
	field := "spec.config.s3Url"
	e, err := adapter.ParseEndpoint(config["s3Url"])
	if err != nil {
		return fmt.Errorf("%s: %w", field, err)
	}
	public, err := adapter.ParseEndpoint(config["publicUrl"])
	if err != nil {
		return fmt.Errorf("spec.config.publicUrl: %w", err)
	}
	switch {
	case e.Host == "":
		e, field = public, "spec.config.publicUrl"
	case public.Host != e.Host:
		d.PublicEndpoint = public.Host
	}
	setEndpoint(d, e, field)
	if e.Host == "" || isAmazon(e.Host) {
		d.Provider = "aws"
	}
	// Otherwise the plugin asks the bucket for its region.
	d.RegionFromDefault = d.Region == "" && config["s3ForcePathStyle"] == "true"
	if config["insecureSkipTLSVerify"] == "true" {
		d.InsecureTransport, d.TransportField = true, "spec.config.insecureSkipTLSVerify"
	}
	for _, key := range []string{"kmsKeyId", "serverSideEncryption", "customerKeyEncryptionSecret", "customerKeyEncryptionFile"} {
		encryptedWith(d, config[key])
	}
	return nil
}

// isAmazon tells whether a host is one of Amazon's, in any of its partitions.
func isAmazon(host string) bool {
	return slices.ContainsFunc([]string{".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".api.aws"}, func(domain string) bool {
		return strings.HasSuffix(host, domain)
	})
}

func setEndpoint(d *facts.BackupDestination, e adapter.Endpoint, field string) {
	d.Endpoint, d.InCluster = e.Host, e.InCluster
	if e.Insecure {
		d.InsecureTransport, d.TransportField = true, field
	}
}

func encryptedWith(d *facts.BackupDestination, key string) {
	if key != "" && d.Encrypted != facts.Yes {
		d.Encrypted, d.EncryptionKey = facts.Yes, key
	}
}

type snapshotLocation struct {
	Spec struct {
		Provider   string            `json:"provider,omitempty"`
		Config     map[string]string `json:"config,omitempty"`
		Credential *credential       `json:"credential,omitempty"`
	} `json:"spec"`
	Status struct {
		Phase string `json:"phase,omitempty"`
	} `json:"status"`
}

func extractSnapshotLocation(obj runtime.Object) ([]any, error) {
	var l snapshotLocation
	u, err := adapter.Decode(obj, &l)
	if err != nil {
		return nil, err
	}
	d := &facts.BackupDestination{
		Ref:       adapter.RefOf(u),
		Product:   facts.ProductVelero,
		Kind:      "snapshot",
		Provider:  strings.TrimPrefix(l.Spec.Provider, "velero.io/"),
		Available: availability(l.Status.Phase),
	}
	switch d.Provider {
	case "gcp":
		d.Region = l.Spec.Config["snapshotLocation"]
		d.RegionFromDefault = d.Region == ""
	case "azure":
		d.Account = l.Spec.Config["subscriptionId"]
	default:
		d.Region = l.Spec.Config["region"]
	}
	if l.Spec.Credential != nil && l.Spec.Credential.Name != "" {
		d.CredentialRef, d.CredentialNamespace = l.Spec.Credential.Name, u.GetNamespace()
	}
	return []any{d}, nil
}
