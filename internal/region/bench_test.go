package region

import "testing"

func BenchmarkNewAllowed(b *testing.B) {
	tt := tables(b)
	for name, providers := range map[string][]string{"two providers": {"aws", "hetzner"}, "every provider": nil} {
		b.Run(name, func(b *testing.B) {
			o := Options{Providers: providers, Cap: []Location{eea, adq}, At: at(b, "2026-11-22")}
			b.ReportAllocs()
			for b.Loop() {
				NewAllowed(tt, []Location{eea}, o)
			}
		})
	}
}

func BenchmarkNode(b *testing.B) {
	a := allowed(b, Options{Providers: []string{"aws"}}, eea)
	b.ReportAllocs()
	for b.Loop() {
		if ok, _ := a.Node("aws", "eu-north-1", "eu-north-1a"); !ok {
			b.Fatal("not allowed")
		}
	}
}

func BenchmarkRegionValue(b *testing.B) {
	a := allowed(b, Options{Providers: []string{"aws"}}, eea)
	b.ReportAllocs()
	for b.Loop() {
		if !a.PinsRegion("eu-north-1") {
			b.Fatal("not pinned")
		}
	}
}

func BenchmarkHostPlace(b *testing.B) {
	tt := tables(b)
	b.ReportAllocs()
	for b.Loop() {
		tt.HostPlace("backup.s3.eu-north-1.amazonaws.com")
	}
}
