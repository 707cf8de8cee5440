package collectors

import (
	"strings"
	"testing"
)

// BenchmarkReadOthers measures what ConfigMaps cost that are none of ours: nearly all of them.
func BenchmarkReadOthers(b *testing.B) {
	for name, text := range map[string]string{
		"certificate": "-----BEGIN CERTIFICATE-----\n" + strings.Repeat("MIIDBTCCAe2gAwIBAgIIAbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEf\n", 30),
		"dashboard":   "{\n  \"overrides\": [],\n" + strings.Repeat("  {\"panels\": [], \"fieldConfig\": {\"overrides\": []}},\n", 2000) + "}",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, ok := Read("x.json", text); ok {
					b.Fatal("recognised")
				}
			}
		})
	}
}
