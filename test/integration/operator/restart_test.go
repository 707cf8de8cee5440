package operator

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
)

func since(e *v1alpha1.SolutionEnvironment, id v1alpha1.ControlID) time.Time {
	for _, s := range e.Status.Controls {
		if s.Control == id && s.Since != nil {
			return s.Since.Time
		}
	}
	return time.Time{}
}

func TestARestartKeepsSinceAndTellsNothingTwice(t *testing.T) {
	c := newCluster(t)
	c.fleet("aula")
	c.apply(workloadYAML, "aula", "web", unpinned)
	began := time.Now().Truncate(time.Second)
	o := c.run(settings{clock: clocktesting.NewFakeClock(began)})
	first := c.becomes("aula-production", "LOC-02", v1alpha1.VerdictFail)
	o.quiet() // the record is written
	told := c.events("SolutionEnvironment", "aula-production")
	o.stop()
	o = c.run(settings{clock: clocktesting.NewFakeClock(began.Add(30 * time.Minute))})
	o.eventually("the second operator has evaluated", func() (bool, string) {
		families, err := o.registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(families, func(f *family) bool { return f.GetName() == "tilsyn_solution_state" }), ""
	})
	if wrote := o.quiet(); len(wrote) > 0 {
		t.Errorf("the second operator wrote what had not changed:\n%s", strings.Join(wrote, "\n"))
	}
	// A change makes it write; what stayed keeps its time.
	c.apply(workloadYAML, "aula", "worker", unpinned)
	var second *v1alpha1.SolutionEnvironment
	c.eventually("both workloads are counted", func() (bool, string) {
		second = c.environment("aula-production")
		return second.Status.Workloads == 2, describe(second)
	})
	if got, want := since(second, "LOC-02"), since(first, "LOC-02"); !got.Equal(want) || !want.Equal(began) {
		t.Errorf("LOC-02 has failed since %s, want %s", got, began)
	}
	if again := c.events("SolutionEnvironment", "aula-production"); !slices.Equal(again, told) {
		t.Errorf("events were %v and are %v", told, again)
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func ready(t *testing.T, address string) (bool, string) {
	t.Helper()
	response, err := http.Get("http://" + address + "/readyz?verbose")
	if err != nil {
		return false, err.Error()
	}
	defer func() { _ = response.Body.Close() }()
	return response.StatusCode == http.StatusOK, fmt.Sprint(response.Status)
}

func TestAStandbyIsReadyWritesNothingAndTakesOver(t *testing.T) {
	c := newCluster(t)
	c.fleet("aula")
	leader := c.run(settings{elect: true, probes: freeAddress(t)})
	c.becomes("aula-production", "LOC-02", v1alpha1.VerdictPass)
	c.eventually("the leader is ready", func() (bool, string) { return ready(t, leader.probes) })
	standby := c.run(settings{elect: true, probes: freeAddress(t)})
	c.eventually("the standby is ready", func() (bool, string) { return ready(t, standby.probes) })
	select {
	case <-standby.manager.Elected():
		t.Fatal("there are two leaders")
	default:
	}
	c.apply(workloadYAML, "aula", "web", unpinned)
	c.becomes("aula-production", "LOC-02", v1alpha1.VerdictFail)
	if wrote := standby.writes.take(); len(wrote) > 0 {
		t.Errorf("the standby wrote:\n%s", strings.Join(wrote, "\n"))
	}
	leader.stop()
	c.apply(workloadYAML, "aula", "web", pinned)
	c.becomes("aula-production", "LOC-02", v1alpha1.VerdictPass)
	if wrote := standby.writes.take(); len(wrote) == 0 {
		t.Error("the standby that took over wrote nothing")
	}
}

func TestTheRecordRemembersWhatWasDeletedWhileItRuns(t *testing.T) {
	c := newCluster(t)
	c.fleet("aula")
	o := c.run(settings{})
	c.becomes("aula-production", "LOC-02", v1alpha1.VerdictPass)
	o.quiet()
	c.remove("tilsyn.dev/v1alpha1", "SolutionEnvironment", "", "aula-production")
	record := &v1alpha1.SupervisionRecord{}
	c.eventually("the record is a tombstone", func() (bool, string) {
		if err := c.Get(t.Context(), client.ObjectKey{Name: "environment-aula-production"}, record); err != nil {
			return false, err.Error()
		}
		return record.Status.DeletedAt != nil, fmt.Sprintf("%+v", record.Status)
	})
	if !slices.Equal(record.Status.Namespaces, []string{"aula"}) || len(record.OwnerReferences) > 0 {
		t.Errorf("the record is %+v", record)
	}
	platform := &v1alpha1.Platform{}
	c.eventually("the platform says so", func() (bool, string) {
		if err := c.Get(t.Context(), client.ObjectKey{Name: "cluster"}, platform); err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(platform.Status.Findings, func(f v1alpha1.Finding) bool { return f.Reason == "SupervisionRemoved" }),
			fmt.Sprintf("%+v", platform.Status.Findings)
	})
	if !slices.Equal(platform.Status.UnclaimedNamespaces, []string{"aula"}) {
		t.Errorf("unclaimed namespaces are %v", platform.Status.UnclaimedNamespaces)
	}
	c.remove("apps/v1", "Deployment", "aula", "web")
	c.eventually("the tombstone goes when nothing runs any more", func() (bool, string) {
		return c.gone(&v1alpha1.SupervisionRecord{}, "", "environment-aula-production"), ""
	})
}

func TestAnEnvironmentThatWasNeverJudgedLeavesNoTombstone(t *testing.T) {
	c := newCluster(t)
	c.fleet("aula")
	c.apply(`{apiVersion: v1, kind: Namespace, metadata: {name: stray}}`)
	c.apply(workloadYAML, "stray", "web", pinned)
	c.apply(`{apiVersion: tilsyn.dev/v1alpha1, kind: SolutionEnvironment, metadata: {name: stray}, spec: {solution: nobody, stage: Production, namespaces: [stray]}}`)
	o := c.run(settings{})
	c.becomes("stray", "LOC-02", v1alpha1.VerdictUnknown)
	o.quiet()
	c.remove("tilsyn.dev/v1alpha1", "SolutionEnvironment", "", "stray")
	c.eventually("the platform misses the namespace", func() (bool, string) {
		platform := &v1alpha1.Platform{}
		if err := c.Get(t.Context(), client.ObjectKey{Name: "cluster"}, platform); err != nil {
			t.Fatal(err)
		}
		return slices.Equal(platform.Status.UnclaimedNamespaces, []string{"stray"}), fmt.Sprintf("%+v", platform.Status.UnclaimedNamespaces)
	})
	o.quiet()
	if !c.gone(&v1alpha1.SupervisionRecord{}, "", "environment-stray") {
		t.Error("a record is left, as if it had been supervised")
	}
}

func TestThePlaceOfAPodThatIsGoneOutlivesARestart(t *testing.T) {
	c := newCluster(t)
	c.fleet("aula")
	c.apply(nodeYAML, "far", "us-east-1")
	c.apply(podYAML, "aula", "stray", "far")
	clk := clocktesting.NewFakeClock(time.Now())
	o := c.run(settings{clock: clk})
	c.becomes("aula-production", "LOC-01", v1alpha1.VerdictFail)
	o.quiet()
	o.stop()
	c.remove("v1", "Pod", "aula", "stray")
	c.remove("v1", "Node", "", "far")
	clk.Step(time.Minute)
	c.run(settings{clock: clk})
	e := &v1alpha1.SolutionEnvironment{}
	c.eventually("LOC-01 still fails, for what was", func() (bool, string) {
		e = c.environment("aula-production")
		return slices.ContainsFunc(e.Status.Findings, func(f v1alpha1.Finding) bool { return f.Reason == "WasOutside" }), describe(e)
	})
	clk.Step(25 * time.Hour)
	c.eventually("after the window it does not", func() (bool, string) {
		e = c.environment("aula-production")
		return verdict(e, "LOC-01") != v1alpha1.VerdictFail, describe(e)
	})
}

func TestANodeThatSaysItMovedIsRemembered(t *testing.T) {
	c := newCluster(t)
	c.fleet("aula")
	c.apply(podYAML, "aula", "web-1", "n1")
	o := c.run(settings{})
	c.becomes("aula-production", "LOC-01", v1alpha1.VerdictPass)
	o.quiet()
	c.apply(`
apiVersion: v1
kind: Node
metadata: {name: n1, labels: {topology.kubernetes.io/region: eu-north-1, topology.kubernetes.io/zone: eu-north-1b}}
spec: {providerID: "aws:///eu-north-1a/i-n1"}
`)
	c.becomes("aula-production", "LOC-01", v1alpha1.VerdictFail)
}
