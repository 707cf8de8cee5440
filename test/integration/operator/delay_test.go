package operator

import (
	"slices"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
)

// BenchmarkEventToStatus measures how long it takes from the answer to a change of a workload until a watch shows the status
// that follows from it, for changes a second apart: go test -bench EventToStatus -benchtime 60x ./test/integration/operator
func BenchmarkEventToStatus(b *testing.B) {
	c := newCluster(b)
	c.fleet("aula")
	o := c.run(settings{realTime: true})
	c.becomes("aula-production", "LOC-02", v1alpha1.VerdictPass)
	o.quiet()
	watching, err := client.NewWithWatch(c.cp.AdminConfig(), client.Options{Scheme: c.Scheme()})
	if err != nil {
		b.Fatal(err)
	}
	w, err := watching.Watch(b.Context(), &v1alpha1.SolutionEnvironmentList{})
	if err != nil {
		b.Fatal(err)
	}
	defer w.Stop()
	var delays []time.Duration
	apart := time.NewTicker(1100 * time.Millisecond)
	defer apart.Stop()
	selectors := map[v1alpha1.Verdict]string{v1alpha1.VerdictFail: unpinned, v1alpha1.VerdictPass: pinned}
	want := v1alpha1.VerdictFail
	for b.Loop() {
		<-apart.C
		c.apply(workloadYAML, "aula", "web", selectors[want])
		began := time.Now()
		await(b, w, want)
		delays = append(delays, time.Since(began))
		if want == v1alpha1.VerdictFail {
			want = v1alpha1.VerdictPass
		} else {
			want = v1alpha1.VerdictFail
		}
	}
	slices.Sort(delays)
	b.ReportMetric(float64(delays[len(delays)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(delays[(len(delays)-1)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(len(o.writes.take()))/float64(len(delays)), "writes/change")
}

// await waits until the watch shows a verdict of LOC-02.
func await(b *testing.B, w watch.Interface, want v1alpha1.Verdict) {
	b.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for {
		select {
		case event := <-w.ResultChan():
			if e, is := event.Object.(*v1alpha1.SolutionEnvironment); is && verdict(e, "LOC-02") == want {
				return
			}
		case <-deadline.C:
			b.Fatalf("LOC-02 does not become %s", want)
		}
	}
}
