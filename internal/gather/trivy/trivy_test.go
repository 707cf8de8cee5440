package trivy

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func read(t *testing.T, text string) (*facts.VulnerabilityReport, error) {
	t.Helper()
	u := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), &u.Object); err != nil {
		t.Fatal(err)
	}
	k := Kinds()[0]
	found, err := k.Extract(u)
	if err != nil {
		return nil, err
	}
	again, err := k.Extract(k.Prune(u))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(found, again); diff != "" {
		t.Errorf("pruning changes the facts (-whole +pruned):\n%s", diff)
	}
	return found[0].(*facts.VulnerabilityReport), nil
}

const head = `
apiVersion: aquasecurity.github.io/v1alpha1
kind: VulnerabilityReport
metadata: {namespace: aula, name: web, labels: {trivy-operator.resource.kind: ReplicaSet, trivy-operator.resource.name: web-abc, trivy-operator.container.name: web}}
report:
`

func TestAReportTellsWhatWasFoundInWhichImage(t *testing.T) {
	digest := "sha256:" + strings.Repeat("1", 64)
	got, err := read(t, head+`
  updateTimestamp: "2026-11-20T03:00:00Z"
  registry: {server: index.docker.io}
  artifact: {repository: library/nginx, tag: "1.29", digest: "`+digest+`"}
  os: {family: debian, name: "13", eosl: true}
  summary: {criticalCount: 1, highCount: 2, mediumCount: 3, lowCount: 4, unknownCount: 5}
  vulnerabilities:
  - {vulnerabilityID: CVE-2, severity: LOW, resource: b, fixedVersion: ""}
  - {vulnerabilityID: CVE-1, severity: MEDIUM, resource: z, fixedVersion: ""}
  - {vulnerabilityID: CVE-1, severity: CRITICAL, resource: a, fixedVersion: "2", publishedDate: "2026-11-20T03:00:00Z"}
  - {vulnerabilityID: CVE-3, severity: strange, resource: c}`)
	if err != nil {
		t.Fatal(err)
	}
	d, _ := facts.ParseDigest(digest)
	want := &facts.VulnerabilityReport{
		Ref: facts.Ref{Group: Group, Kind: "VulnerabilityReport", Namespace: "aula", Name: "web"}, Owner: facts.Ref{Kind: "ReplicaSet", Namespace: "aula", Name: "web-abc"},
		Container: "web", Digest: d, Repository: "docker.io/library/nginx", Tag: "1.29", UpdatedAt: time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC),
		Packages: -1, OS: "debian 13", OSEnded: true, Critical: 1, High: 2, Medium: 3, Low: 4, Unrated: 5,
		Found: []facts.Vulnerability{{ID: "CVE-1", Severity: "Critical", Fixable: true, Package: "a"}, {ID: "CVE-2", Severity: "Low", Package: "b"}, {ID: "CVE-3", Severity: "Unrated", Package: "c"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestALongReportIsCutFromItsMildEnd(t *testing.T) {
	var b strings.Builder
	b.WriteString(head + "  vulnerabilities:\n")
	for i := range facts.MaxVulnerabilities {
		fmt.Fprintf(&b, "  - {vulnerabilityID: CVE-%d, severity: LOW}\n", i)
	}
	b.WriteString("  - {vulnerabilityID: CVE-9999, severity: CRITICAL}\n")
	got, err := read(t, b.String())
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Found) != facts.MaxVulnerabilities || got.Omitted != 1 || got.Found[0].ID != "CVE-9999" {
		t.Errorf("%d found, %d omitted, the first is %s", len(got.Found), got.Omitted, got.Found[0].ID)
	}
}

func TestAReportThatCannotBeReadIsAnError(t *testing.T) {
	for sentence, text := range map[string]string{
		"its time is none": head + "  updateTimestamp: yesterday", "its list is none": head + "  vulnerabilities: all",
	} {
		t.Run(sentence, func(t *testing.T) {
			if got, err := read(t, text); err == nil {
				t.Errorf("got %+v, want an error", got)
			}
		})
	}
}
