package admission

import (
	psaapi "k8s.io/pod-security-admission/api"
	psapolicy "k8s.io/pod-security-admission/policy"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Label is what the labels of a namespace tell Pod Security admission to enforce.
type Label struct {
	Level, Version string
	// Invalid is true where the labels cannot be read; Pod Security then enforces restricted or the newest version.
	Invalid bool
	// Old is true where the version is older than the newest check of the level, Newest.
	Old    bool
	Newest string
}

// LabelOf reads the labels of a namespace.
func LabelOf(ns *facts.Namespace) Label {
	out := Label{Level: ns.Labels[psaapi.EnforceLevelLabel], Version: ns.Labels[psaapi.EnforceVersionLabel]}
	if out.Level == "" {
		return out
	}
	level, err := psaapi.ParseLevel(out.Level)
	version, err2 := psaapi.ParseVersion(out.Version)
	if out.Version == "" {
		version, err2 = psaapi.LatestVersion(), nil
	}
	out.Invalid = err != nil || err2 != nil
	newest := newestCheck(level)
	out.Old, out.Newest = !out.Invalid && version.Older(newest), newest.String()
	return out
}

// newestCheck gives the version in which the newest check of a level was added.
func newestCheck(level psaapi.Level) psaapi.Version {
	newest := psaapi.MajorMinorVersion(1, 0)
	for _, c := range psapolicy.DefaultChecks() {
		first := c.Versions[0]
		// One that stands in for others of baseline may only keep what a newer baseline gave up.
		if newest.Older(first.MinimumVersion) && len(first.OverrideCheckIDs) == 0 && (c.Level == level || level == psaapi.LevelRestricted) {
			newest = first.MinimumVersion
		}
	}
	return newest
}

// Covers tells whether the level that a namespace enforces holds what another demands.
func (l Label) Covers(level string) bool {
	return !l.Invalid && (l.Level == level || l.Level == string(psaapi.LevelRestricted))
}
