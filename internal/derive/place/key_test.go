package place

import (
	"testing"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func TestKey(t *testing.T) {
	const uuid = "1234abcd-12ab-34cd-56ef-1234567890ab"
	for name, c := range map[string]struct {
		provider, id         string
		place                string
		withData, replicated bool
		unread               string
	}{
		"an ARN of AWS":                       {"aws", "arn:aws:kms:eu-north-1:111122223333:key/" + uuid, "aws eu-north-1 (SE)", false, false, ""},
		"an ARN of an alias":                  {"", "arn:aws:kms:eu-west-1:111122223333:alias/aula", "aws eu-west-1 (IE)", false, false, ""},
		"an ARN of a key with replicas":       {"aws", "arn:aws:kms:eu-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab", "aws eu-west-1 (IE)", false, true, ""},
		"an ARN of GovCloud":                  {"aws", "arn:aws-us-gov:kms:us-gov-west-1:1:key/" + uuid, "aws us-gov-west-1 (US)", false, false, ""},
		"a region that no table knows":        {"aws", "arn:aws:kms:eu-atlantis-1:1:key/" + uuid, "", false, false, "region eu-atlantis-1 of aws is not in the region table"},
		"an ARN without a region":             {"aws", "arn:aws:kms::1:key/" + uuid, "", false, false, "the identifier names no region"},
		"an ARN of something else":            {"aws", "arn:aws:s3:::bucket", "", false, false, "the identifier is an ARN, but not of a key"},
		"an ARN that is cut off":              {"aws", "arn:aws:kms", "", false, false, "the identifier is an ARN, but not of a key"},
		"a region inside an alias":            {"aws", "arn:aws:kms:us-east-1:1:alias/eu-north-1", "aws us-east-1 (US)", false, false, ""},
		"a bare id at AWS":                    {"aws", uuid, "", true, false, ""},
		"a bare alias at AWS":                 {"aws", "alias/aula", "", true, false, ""},
		"a bare id with replicas at AWS":      {"aws", "mrk-1234abcd12ab34cd56ef1234567890ab", "", true, true, ""},
		"a bare id at nobody known":           {"", uuid, "", false, false, "the identifier is of no form that names a region"},
		"a key of Google":                     {"gcp", "projects/p/locations/europe-north1/keyRings/r/cryptoKeys/k", "gcp europe-north1 (FI)", false, false, ""},
		"a key of Google by its address":      {"gcp", "https://cloudkms.googleapis.com/v1/projects/p/locations/europe-west2/keyRings/r/cryptoKeys/k", "gcp europe-west2 (GB)", false, false, ""},
		"a key of Google by its name":         {"gcp", "//cloudkms.googleapis.com/projects/p/locations/europe-west2/keyRings/r/cryptoKeys/k", "gcp europe-west2 (GB)", false, false, ""},
		"a project that is called a location": {"gcp", "projects/europe-north1", "", false, false, "the identifier names no region"},
		"a key of Oracle":                     {"", "ocid1.key.oc1.eu-frankfurt-1.aaaa.bbbb", "oracle eu-frankfurt-1 (DE)", false, false, ""},
		"another thing of Oracle":             {"", "ocid1.vault.oc1.eu-frankfurt-1.aaaa.bbbb", "", false, false, "the identifier is an OCID, but not of a key"},
		"an OCID that is cut off":             {"", "ocid1.key.oc1", "", false, false, "the identifier names no region"},
		"a key of IBM":                        {"", "crn:v1:bluemix:public:kms:eu-de:a/1:2:key:3", "ibm eu-de (DE)", false, false, ""},
		"another thing of IBM":                {"", "crn:v1:bluemix:public:cloud-object-storage:eu-de:a/1:2:bucket:3", "", false, false, "the identifier is a CRN, but not of a key service"},
		"a key of Alibaba":                    {"", "acs:kms:eu-central-1:1:key/k", "alibaba eu-central-1 (DE)", false, false, ""},
		"a disk encryption set of Azure":      {"azure", "/subscriptions/s/resourceGroups/northeurope/providers/Microsoft.Compute/diskEncryptionSets/d", "", false, false, "the identifier names no region"},
		"a vault of Azure":                    {"azure", "https://Aula.vault.azure.net/keys/k/v", "", false, false, "host aula.vault.azure.net names no region"},
		"a name in the product's settings":    {"", "vault-tokens", "", false, false, "the identifier is of no form that names a region"},
	} {
		t.Run(name, func(t *testing.T) {
			k, ok := testReader(t, "aws").Key(c.provider, c.id)
			place := ""
			if k.Placed {
				place = k.Place.String()
			}
			if !ok || place != c.place || k.WithData != c.withData || k.Replicated != c.replicated || k.Unread != c.unread || len(k.Names) == 0 {
				t.Errorf("%t %+v, want %+v", ok, k, c)
			}
		})
	}
	for _, id := range []string{"", "AES256", "aws:kms", "Secret velero/repo"} {
		if k, ok := testReader(t, "aws").Key("aws", id); ok {
			t.Errorf("%q is taken for a key: %+v", id, k)
		}
	}
}

func TestGlobalKeysAreEverywhere(t *testing.T) {
	for _, id := range []string{"projects/p/locations/global/keyRings/r/cryptoKeys/k", "projects/p/locations/us/keyRings/r/cryptoKeys/k"} {
		if k, _ := testReader(t, "gcp").Key("gcp", id); k.Placed && len(k.Place.Countries) == 1 && k.Place.Countries[0] != "US" {
			t.Errorf("%s is in %s alone", id, k.Place)
		}
	}
	if k, _ := testReader(t, "gcp").Key("gcp", "projects/p/locations/global/keyRings/r/cryptoKeys/k"); !k.Placed || len(k.Place.Countries) < 10 {
		t.Errorf("a global key is in %s", k.Place)
	}
}

func TestClassKey(t *testing.T) {
	for name, c := range map[string]struct {
		parameters map[string]string
		field, id  string
	}{
		"AWS":                            {labels("kmsKeyId", "k", "encrypted", "true"), "parameters.kmsKeyId", "k"},
		"capitals make no difference":    {labels("KMSKEYID", "k"), "parameters.KMSKEYID", "k"},
		"Google":                         {labels("disk-encryption-kms-key", "k"), "parameters.disk-encryption-kms-key", "k"},
		"Azure":                          {labels("diskEncryptionSetID", "k"), "parameters.diskEncryptionSetID", "k"},
		"an empty value names no key":    {labels("kmsKeyId", ""), "", ""},
		"encryption without a named key": {labels("encrypted", "true"), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if field, id := ClassKey(&facts.StorageClass{Parameters: c.parameters}); field != c.field || id != c.id {
				t.Errorf("%q %q", field, id)
			}
		})
	}
}

func FuzzKey(f *testing.F) {
	for _, s := range []string{"arn:aws:kms:eu-north-1:1:key/k", "projects/p/locations/global/keyRings/r", "ocid1.key.oc1.iad.a.b", "crn:v1:a:b:kms:eu-de", "acs:kms:", "https://[::1]/x", "//", "mrk-", "/subscriptions/"} {
		f.Add("aws", s)
	}
	f.Fuzz(func(t *testing.T, provider, id string) {
		k, ok := testReader(t, "aws").Key(provider, id)
		switch {
		case !ok && (k.Placed || k.WithData || len(k.Names) > 0):
			t.Errorf("%q is no key and yet %+v", id, k)
		case ok && !k.Placed && !k.WithData && k.Unread == "":
			t.Errorf("%q: nothing is known and nothing says why: %+v", id, k)
		case k.Placed && (len(k.Place.Countries) == 0 || k.Unread != "" || k.WithData):
			t.Errorf("%q: %+v", id, k)
		}
	})
}
