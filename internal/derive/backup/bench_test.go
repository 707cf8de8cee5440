package backup

import (
	"fmt"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// A cluster of 100 namespaces with 100 claims each; a plan for each namespace, with 30 runs that took every claim once.
func benchStore(b *testing.B) *facts.Store {
	b.Helper()
	begin := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	all := []any{bucket("default")}
	for n := range 100 {
		ns := fmt.Sprintf("ns-%d", n)
		all = append(all, veleroPlan(ns, veleroRef("BackupStorageLocation", "default"), ns))
		for r := range 30 {
			at := begin.AddDate(0, 0, r)
			name := fmt.Sprintf("%s-%d", ns, r)
			all = append(all, &facts.BackupRun{Ref: veleroRef("Backup", name), Product: facts.ProductVelero, Plan: veleroRef("Schedule", ns),
				Phase: facts.RunSucceeded, StartedAt: at, CompletedAt: at.Add(time.Minute), Scope: facts.BackupScope{IncludedNamespaces: []string{ns}}})
			if r >= 28 { // enough to look among
				for c := range 100 {
					all = append(all, &facts.VolumeCopy{Ref: veleroRef("DataUpload", fmt.Sprintf("%s-%d", name, c)), Product: facts.ProductVelero, ClaimNamespace: ns,
						Claims: []string{fmt.Sprint("c", c)}, ClaimUID: fmt.Sprintf("%s-%d", ns, c), Run: veleroRef("Backup", name), Phase: facts.RunSucceeded, CompletedAt: at})
				}
			}
		}
		for c := range 100 {
			all = append(all, &facts.Claim{Namespace: ns, Name: fmt.Sprint("c", c), UID: types.UID(fmt.Sprintf("%s-%d", ns, c)), CreatedAt: begin})
		}
	}
	return storeOf(b, all...)
}

func BenchmarkIndex(b *testing.B) {
	s := benchStore(b)
	s.Read(func(v facts.View) {
		b.ReportAllocs()
		for b.Loop() {
			newIndex(v)
		}
	})
}

func BenchmarkCoverageOf100Claims(b *testing.B) {
	s := benchStore(b)
	s.Read(func(v facts.View) {
		ix := indexOf(v)
		b.ReportAllocs()
		for b.Loop() {
			if c := newBuilder(v, ix).cover("ns-7"); len(c) != 100 || c[0].Plans[0].Proof == nil {
				b.Fatalf("%d parts, first %+v", len(c), c[0].Plans[0])
			}
		}
	})
}

func BenchmarkCoverageKept(b *testing.B) {
	s := benchStore(b)
	s.Read(func(v facts.View) {
		Of(v, "ns-7")
		b.ReportAllocs()
		for b.Loop() {
			Of(v, "ns-7")
		}
	})
}
