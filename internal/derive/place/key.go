package place

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// Key is where a key of a key service is, as far as its identifier says.
type Key struct {
	// Names under which people may speak of it, best first: a vault's host, the identifier.
	Names []string
	// Place is where the key is; Placed tells whether it is known.
	Place  region.Place
	Placed bool
	// WithData is true for an identifier without a region, which the provider looks up where the data are and nowhere else.
	WithData bool
	// Replicated is true where the key has copies in regions that its identifier does not name.
	Replicated bool
	// Unread says why the place is not known, as the end of a sentence.
	Unread string
}

// keyParameters are parameters of storage classes that name a key, in lower case.
var keyParameters = []string{
	"kmskeyid", "kms-key-id", "kmskey", // AWS, Alibaba, Oracle
	"disk-encryption-kms-key", "instance-encryption-kms-key", // Google
	"diskencryptionsetid",            // Azure
	"encryptionkey", "encryptionkms", // IBM
	"encryptionkmsid", // Ceph
}

// ClassKey finds the key that a storage class names, with the parameter that does.
func ClassKey(c *facts.StorageClass) (field, id string) {
	for name, value := range c.Parameters {
		if value != "" && slices.Contains(keyParameters, strings.ToLower(name)) && (field == "" || "parameters."+name < field) {
			field, id = "parameters."+name, value
		}
	}
	return field, id
}

// Key reads the identifier of a key. The provider, or none, is whose service uses it. false means that the text names no
// key of a key service, but a way of encryption or a Secret.
func (r Reader) Key(provider, id string) (Key, bool) {
	id = strings.TrimSpace(id)
	k := Key{Names: []string{id}}
	switch {
	case id == "" || notKeys[strings.ToLower(id)] || strings.HasPrefix(id, "Secret "):
		return Key{}, false
	case strings.HasPrefix(id, "arn:"):
		r.arn(&k, id)
	case strings.HasPrefix(id, "acs:kms:"):
		r.lookKey(&k, "alibaba", part(strings.Split(id, ":"), 2))
	case strings.HasPrefix(id, "crn:"):
		r.crn(&k, id)
	case strings.HasPrefix(id, "ocid1."):
		r.ocid(&k, id)
	case strings.Contains(id, "://") || strings.HasPrefix(id, "//"):
		r.keyURL(&k, id)
	case strings.HasPrefix(id, "projects/"):
		r.googleKey(&k, id)
	case strings.HasPrefix(strings.ToLower(id), "/subscriptions/"):
		k.Unread = "the identifier names no region"
	case region.CanonicalProvider(provider) == "aws" && bareKey.MatchString(id):
		k.WithData, k.Replicated = true, strings.HasPrefix(id, "mrk-")
	default:
		k.Unread = "the identifier is of no form that names a region"
	}
	return k, true
}

// notKeys are ways of encryption that stand where keys do.
var notKeys = map[string]bool{"aes256": true, "aws:kms": true, "aws:kms:dsse": true, "true": true, "false": true}

// bareKey is the id or alias of a key of AWS without its ARN.
var bareKey = regexp.MustCompile(`^(alias/[A-Za-z0-9/_-]+|mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$`)

func part(parts []string, i int) string {
	if i < len(parts) {
		return parts[i]
	}
	return ""
}

func (r Reader) lookKey(k *Key, provider, regionName string) {
	if regionName == "" {
		k.Unread = "the identifier names no region"
		return
	}
	if k.Place, k.Placed = r.Tables.Lookup(provider, regionName, ""); !k.Placed {
		k.Unread = "region " + regionName + " of " + provider + " is not in the region table"
	}
}

// arn reads arn:aws:kms:eu-north-1:111122223333:key/... and alias/...; a key whose id begins with mrk- has replicas.
func (r Reader) arn(k *Key, id string) {
	parts := strings.SplitN(id, ":", 6)
	resource := part(parts, 5)
	if len(parts) != 6 || !strings.HasPrefix(parts[1], "aws") || parts[2] != "kms" || !strings.HasPrefix(resource, "key/") && !strings.HasPrefix(resource, "alias/") {
		k.Unread = "the identifier is an ARN, but not of a key"
		return
	}
	k.Replicated = strings.HasPrefix(resource, "key/mrk-")
	r.lookKey(k, "aws", parts[3])
}

// crn reads crn:v1:bluemix:public:kms:eu-de:a/...:...:key:...
func (r Reader) crn(k *Key, id string) {
	parts := strings.Split(id, ":")
	if service := part(parts, 4); service != "kms" && service != "hs-crypto" {
		k.Unread = "the identifier is a CRN, but not of a key service"
		return
	}
	r.lookKey(k, "ibm", part(parts, 5))
}

// ocid reads ocid1.key.oc1.eu-frankfurt-1.<vault>.<id>.
func (r Reader) ocid(k *Key, id string) {
	if part(strings.Split(id, "."), 1) != "key" {
		k.Unread = "the identifier is an OCID, but not of a key"
		return
	}
	read, err := region.ParseProviderID(id)
	if err != nil {
		k.Unread = "the identifier cannot be read"
		return
	}
	r.lookKey(k, "oracle", read.Region)
}

// googleKey reads projects/p/locations/europe-north1/keyRings/r/cryptoKeys/k. A location can be a region, several, or global.
func (r Reader) googleKey(k *Key, id string) {
	parts := strings.Split(id, "/")
	if len(parts) < 4 || parts[2] != "locations" {
		k.Unread = "the identifier names no region"
		return
	}
	r.lookKey(k, "gcp", parts[3])
}

// keyURL reads addresses: of Google's keys, whose path tells, and of vaults, whose host may be declared.
func (r Reader) keyURL(k *Key, id string) {
	u, err := url.Parse(id)
	if err != nil || u.Host == "" {
		k.Unread = "the identifier cannot be read"
		return
	}
	host := BareHost(u.Host)
	if _, path, ok := strings.Cut(u.Path, "/projects/"); ok && host == "cloudkms.googleapis.com" {
		r.googleKey(k, "projects/"+path)
		return
	}
	k.Names = []string{host, id}
	if k.Place, k.Placed = r.Tables.HostPlace(host); !k.Placed {
		k.Unread = "host " + host + " names no region"
	}
}
