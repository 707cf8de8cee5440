package backup

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func TestRepositoriesAsResticNamesThem(t *testing.T) {
	type d = facts.BackupDestination
	for name, tc := range map[string]struct {
		repository string
		want       d
	}{
		"Amazon's":                    {"s3:https://s3.us-east-1.amazonaws.com/b/p", d{Kind: "s3", Provider: "aws", Endpoint: "s3.us-east-1.amazonaws.com", Bucket: "b", Prefix: "p"}},
		"without a scheme":            {"s3:s3.example.org:9000/b", d{Kind: "s3", Endpoint: "s3.example.org", Bucket: "b"}},
		"a service of the cluster":    {"s3:http://minio.store.svc:9000/b", d{Kind: "s3", Endpoint: "minio.store.svc", Bucket: "b", InCluster: true}},
		"a server with user and pass": {"rest:https://u:p@backup.example.org/aula", d{Kind: "rest", Endpoint: "backup.example.org"}},
		"Google's":                    {"gs:b:/p", d{Kind: "gcs", Provider: "gcp", Bucket: "b", Prefix: "/p"}},
		"Azure's":                     {"azure:c:/", d{Kind: "azure", Provider: "azure", Bucket: "c", Prefix: "/", ConfigInSecret: true}},
		"Backblaze's":                 {"b2:b:p", d{Kind: "b2", Provider: "backblaze", Bucket: "b", Prefix: "p"}},
		"Swift":                       {"swift:c:p", d{Kind: "swift", Bucket: "c", Prefix: "p", ConfigInSecret: true}},
		"a directory":                 {"/backup", d{Kind: "local", Prefix: "/backup", InCluster: true}},
	} {
		t.Run(name, func(t *testing.T) {
			tc.want.Repository = tc.repository
			if diff := cmp.Diff(&tc.want, repositoryPlace(&facts.VolumeCopy{Repository: tc.repository})); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
