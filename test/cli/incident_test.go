package cli

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/terminal"
	"github.com/tilsyn-dev/tilsyn/test/controlplane"
)

// told is an incident told by flags: everything that is needed.
func told(more ...string) []string {
	return append([]string{"incident", "open", "--name", "aula-2026-01", "--solution", "aula", "--title", "Export file sent to the wrong recipient",
		"--detected-at", "2026-11-20 09:05", "--personal-data", "Affected"}, more...)
}

func TestIncidentsAreOpenedByFlags(t *testing.T) {
	for name, args := range map[string][]string{
		"what-is-needed": told(),
		"everything": told("--environment", "aula-production", "--institution", "aarhus,odense", "--description", "A job sent the weekly export", "--occurred-at",
			"2026-11-20T07:00:00Z", "--occurred-until", "2026-11-20 09:00", "--detected-by", "netcompany", "--processor-aware-at", "2026-11-20 09:30", "--aware-at", "now",
			"--nature", "confidentiality", "--category", "nationalid, Health", "--category", "Ordinary", "--data-subjects", "pupils,parents", "--data-subject-count", "1200",
			"--record-count", "0", "--consequences", "Others can read messages", "--measures", "The file was deleted", "--contact-email", "dpo@example.org",
			"--contact-phone", "+45 12 34 56 78", "--severity", "high"),
		"no-personal-data": {"incident", "open", "--name", "a", "--environment", "aula-test", "--title", "Down", "--detected-at", "now", "--personal-data", "not affected"},
		"found-days-ago-by-the-controllers": {"incident", "open", "--name", "a", "--solution", "aula", "--title", "Letters mixed up", "--detected-at", "2026-11-18 09:00",
			"--personal-data", "under investigation"},
		"an-awareness-before-summer-time": told("--occurred-at", "2026-03-28 12:00", "--aware-at", "2026-03-28 12:00"),
	} {
		t.Run(name, func(t *testing.T) {
			got := run(t, args...)
			if got.code != 0 {
				t.Errorf("exit %d", got.code)
			}
			golden(t, "incident/"+name+".txt", got.transcript(args[:2]))
			path := write(t, "incident.yaml", []byte(got.out))
			if again := run(t, "check", "-f", path); again.code != 0 || again.errors != "" {
				t.Errorf("check does not accept it: %s%s", again.out, again.errors)
			}
		})
	}
}

func TestIncidentsThatCannotBeSoAreRefused(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		want []string
	}{
		"nothing said":                     {[]string{"incident", "open"}, []string{"--name", "--solution", "--title", "--detected-at", "--personal-data"}},
		"an empty title":                   {[]string{"incident", "open", "--title", " ", "--name", "a", "--solution", "aula", "--detected-at", "now", "--personal-data", "Affected"}, []string{"asked: --title\n"}},
		"found in the future":              {told("--processor-aware-at", "2026-11-20 11:01"), []string{"--processor-aware-at: Fri 20 Nov 2026 11:01 CET has not come yet; it is Fri 20 Nov 2026 11:00 CET"}},
		"aware before it began":            {told("--occurred-at", "2026-11-20 08:00", "--aware-at", "2026-11-20 07:59"), []string{"--aware-at", "before it began"}},
		"found before it began":            {told("--occurred-at", "2026-11-20 09:06"), []string{"--detected-at", "before it began"}},
		"ended before it began":            {told("--occurred-at", "2026-11-20 08:00", "--occurred-until", "2026-11-20 07:00"), []string{"--occurred-until"}},
		"an hour that clocks showed twice": {told("--aware-at", "2026-10-25 02:30"), []string{"2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00"}},
		"an hour that no clock showed":     {told("--aware-at", "2026-03-29 02:30"), []string{"summer time began"}},
		"a day without a time":             {told("--aware-at", "2026-10-25"), []string{"is not a point in time"}},
		"a misspelt category":              {told("--category", "NatoinalID"), []string{"did you mean NationalID?"}},
		"a breach of nothing":              {append(told("--nature", "Integrity")[:11], "NotAffected", "--nature", "Integrity"), []string{"personalData"}},
		"a name that no resource has":      {told("--solution", "Aula!"), []string{"spec.solutions"}},
		"two titles":                       {told("--title", "another"), []string{"--title: is given 2 times"}},
		"a number that is none":            {told("--record-count", "-1"), []string{"--record-count"}},
		"several faults":                   {told("--record-count", "many", "--severity", "worst", "--aware-at", "tomorrow"), []string{"--record-count", "--severity", "--aware-at"}},
		"a cluster that is not asked":      {told("--context", "prod"), []string{"go with --apply"}},
		"an argument":                      {told("aula"), []string{"one argument too many"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := run(t, test.args...)
			if got.code != 3 || got.out != "" {
				t.Errorf("exit %d, output %q", got.code, got.out)
			}
			for _, want := range test.want {
				if !strings.Contains(got.errors, want) {
					t.Errorf("%q does not say %q", got.errors, want)
				}
			}
		})
	}
}

// answers is what somebody types, a line for each question.
func answers(lines ...string) invocation {
	return invocation{args: []string{"incident", "open"}, stdin: strings.NewReader(strings.Join(lines, "\n") + "\n"), screen: terminal.Screen{In: true}}
}

func TestAtATerminalEverythingIsAskedAndAWrongAnswerAgain(t *testing.T) {
	i := answers("", "aula!", "aula, ky", "Export file sent to the wrong recipient", "", "2026-11-20 08:00", "2026-11-20 07:00", "", "2026-11-21 09:00", "2026-11-20 09:05",
		"netcompany", "2026-11-20 09:30", "now", "", "perhaps", "affected", "confidentiality", "nationalid, helth", "nationalid, health", "pupils", "1200", "", "Others can read them",
		"The file was deleted", "dpo", "dpo@example.org", "")
	got := i.run(t.Context())
	if got.code != 0 {
		t.Errorf("exit %d", got.code)
	}
	golden(t, "incident/asked.txt", got.transcript(i.args))
}

func TestWhatFlagsSayIsNotAsked(t *testing.T) {
	i := answers("", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "")
	i.args = told()
	got := i.run(t.Context())
	for _, never := range []string{"Which solutions", "When was it found", "Name of the resource", "Are personal data"} {
		if strings.Contains(got.errors, never) {
			t.Errorf("%q was asked", never)
		}
	}
	if got.code != 0 || !strings.Contains(got.errors, "Likely consequences: ") {
		t.Errorf("exit %d: %s", got.code, got.errors)
	}
	i = answers("")
	i.args = []string{"incident", "open", "--personal-data", "NotAffected"}
	if got := i.run(t.Context()); strings.Contains(got.errors, "consequences") {
		t.Errorf("the breach was asked for: %s", got.errors)
	}
}

func TestAnswersThatEndMakeNothing(t *testing.T) {
	if got := answers("aula", "Export file").run(t.Context()); got.code != 3 || got.out != "" || !strings.Contains(got.errors, "nothing was made") {
		t.Errorf("exit %d, %q, %q", got.code, got.out, got.errors)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := answers("aula").run(ctx); got.code != 3 || got.out != "" || !strings.Contains(got.errors, "nothing was made") {
		t.Errorf("cancelled: exit %d, %q, %q", got.code, got.out, got.errors)
	}
}

func TestAnIncidentIsCreatedInTheCluster(t *testing.T) {
	cp := controlplane.New(t, controlplane.Options{})
	if _, err := envtest.InstallCRDs(cp.AdminConfig(), envtest.CRDInstallOptions{Paths: []string{"../../config/crd/bases"}, ErrorIfPathMissing: true}); err != nil {
		t.Fatal(err)
	}
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	if err := cp.Kubeconfig(kubeconfig); err != nil {
		t.Fatal(err)
	}
	client, err := dynamic.NewForConfig(cp.AdminConfig())
	if err != nil {
		t.Fatal(err)
	}
	solution := &unstructured.Unstructured{Object: map[string]any{"apiVersion": v1alpha1.GroupVersion.String(), "kind": "HostedSolution",
		"metadata": map[string]any{"name": "aula"}, "spec": map[string]any{"owner": map[string]any{"organisation": "Example A/S"}}}}
	if _, err := client.Resource(v1alpha1.GroupVersion.WithResource("hostedsolutions")).Create(t.Context(), solution, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	apply := func(args ...string) outcome {
		return invocation{args: append(told("--apply", "--kubeconfig", kubeconfig), args...), now: time.Now}.run(t.Context())
	}
	misspelt := strings.Replace(strings.Join(told("--apply", "--kubeconfig", kubeconfig), "\x00"), "\x00aula\x00", "\x00aulla\x00", 1)
	got := run(t, strings.Split(misspelt, "\x00")...)
	if got.code != 3 || !strings.Contains(got.errors, `no "aulla"; did you mean aula?`) || !strings.Contains(got.out, "kind: SecurityIncident") {
		t.Errorf("a misspelt solution: exit %d, %q, %q", got.code, got.out, got.errors)
	}
	if got := apply(); got.code != 0 || got.out != "securityincident.tilsyn.dev/aula-2026-01 created\n" || !strings.Contains(got.errors, "Notify the data protection authority") {
		t.Fatalf("exit %d, %q, %q", got.code, got.out, got.errors)
	}
	made, err := client.Resource(v1alpha1.GroupVersion.WithResource("securityincidents")).Get(t.Context(), "aula-2026-01", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if at, _, _ := unstructured.NestedString(made.Object, "spec", "detectedAt"); at != "2026-11-20T09:05:00+01:00" {
		t.Errorf("detected at %q", at)
	}
	if got := apply(); got.code != 3 || !strings.Contains(got.errors, "already; give another --name") {
		t.Errorf("twice: exit %d, %q", got.code, got.errors)
	}
}
