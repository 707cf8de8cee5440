package place

import (
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// NewReader makes a reader from the tables and providers in force and the Platform resource, which may be nil.
func NewReader(tables *region.Tables, providers []string, platform *v1alpha1.Platform) Reader {
	r := Reader{Tables: tables, Providers: providers, settings: settings{tables, platform, strings.Join(providers, " ")}}
	if platform == nil {
		return r
	}
	r.RegionKeys, r.ZoneKeys = platform.Spec.RegionLabels, platform.Spec.ZoneLabels
	for _, p := range platform.Spec.Providers {
		for _, prefix := range p.ProviderIDPrefixes {
			r.OwnPrefixes = append(r.OwnPrefixes, region.OwnPrefix{Prefix: prefix, Provider: p.Name})
		}
	}
	return r
}

// settings identify a reader, so that what readers of the same settings made is made once.
type settings struct {
	tables    *region.Tables
	platform  *v1alpha1.Platform
	providers string
}
