package assurance

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
)

// Difference is one way in which a statement is not of the kind that is required.
type Difference struct {
	// Field of the kind: standard, type, level, scope or parts.
	Field string
	// Required and Received, of parts only those that are missing; Received is "" where it is not recorded.
	Required, Received string
}

// Recorded tells a kind that differs from one that nobody wrote down.
func (d Difference) Recorded() bool { return d.Received != "" }

// String gives for example "scope General for Specific".
func (d Difference) String() string {
	if !d.Recorded() {
		return d.Field + " " + d.Required + " not recorded"
	}
	return d.Field + " " + d.Received + " for " + d.Required
}

// Compare lists what a kind lacks of what is required. What a requirement leaves out is not asked for. A better type or level
// will do, another standard or scope will not: a general statement says nothing of one system.
func Compare(required, received v1alpha1.StatementKind) []Difference {
	var out []Difference
	add := func(field, want, got string, enough bool) {
		if want != "" && !enough {
			out = append(out, Difference{field, want, got})
		}
	}
	add("standard", string(required.Standard), string(received.Standard), received.Standard == required.Standard)
	add("type", string(required.Type), string(received.Type), received.Type == required.Type || received.Type == v1alpha1.StatementType2)
	add("level", string(required.Level), string(received.Level), received.Level == required.Level || received.Level == v1alpha1.AssuranceReasonable)
	add("scope", string(required.Scope), string(received.Scope), received.Scope == required.Scope)
	var missing []string
	for _, p := range required.Parts {
		if !slices.Contains(received.Parts, p) {
			missing = append(missing, string(p))
		}
	}
	add("parts", strings.Join(missing, ", "), join(received.Parts), false)
	return out
}

// Words names a kind as people read it, for example "ISAE 3000 type 2, reasonable, specific, with GDPRControls".
func Words(k v1alpha1.StatementKind) string {
	words := Standard(k.Standard)
	if k.Type != "" {
		words = strings.TrimSpace(words + " type " + strings.TrimPrefix(string(k.Type), "Type"))
	}
	parts := []string{words, strings.ToLower(string(k.Level)), strings.ToLower(string(k.Scope))}
	if len(k.Parts) > 0 {
		parts = append(parts, "with "+join(k.Parts))
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
}

// Standard writes a standard as documents do, for example "ISAE 3000".
func Standard(s v1alpha1.AuditStandard) string {
	for _, prefix := range []string{"ISAE", "SOC", "ISO"} {
		if number, ok := strings.CutPrefix(string(s), prefix); ok {
			return prefix + " " + number
		}
	}
	return string(s)
}

func join[T ~string](list []T) string {
	words := make([]string, len(list))
	for i, s := range list {
		words[i] = string(s)
	}
	return strings.Join(words, ", ")
}

func yearText(year int32) string { return fmt.Sprintf("%04d", year) }
