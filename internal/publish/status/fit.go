package status

import (
	"encoding/json"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
)

const (
	// FindingsMax is how many findings a status shows.
	FindingsMax = 50
	// SizeMax is how large a status may be in all, as JSON in bytes.
	SizeMax = 128 << 10

	findingTextMax = 2048
)

// findings gives the worst findings that fit beside the rest of the status, and how many do not.
func findings(list []decide.Finding, rest any) ([]v1alpha1.Finding, int32) {
	room := SizeMax - size(rest)
	var out []v1alpha1.Finding
	for _, f := range list[:min(len(list), FindingsMax)] {
		finding := f.API()
		finding.Since = wholeSeconds(finding.Since)
		finding.Message, finding.Remediation = limit(finding.Message, findingTextMax), limit(finding.Remediation, findingTextMax)
		if room -= size(finding) + 1; room < 0 {
			break
		}
		out = append(out, finding)
	}
	return out, int32(len(list) - len(out))
}

// size of a value as JSON. The types of the API always encode.
func size(v any) int {
	raw, err := json.Marshal(v)
	if err != nil {
		return SizeMax
	}
	return len(raw)
}
