package record

import (
	"maps"
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
)

// IncidentInput is what the memory of a security incident is made of.
type IncidentInput struct {
	// Earliest instants by key, as they are written now; of each the earliest that ever was is kept.
	Earliest map[string]time.Time
	// Watched values by field, whose changes are kept.
	Watched map[string]string
	Now     time.Time
}

// Incident gives the memory of a security incident: the earliest awareness ever written, which no later one moves, and the
// changes of what decides whether somebody has to be told.
func Incident(before Content, in IncidentInput) Content {
	after := before
	after.DeletedAt = nil
	after.FirstSeen, after.Changes = slices.Clone(before.FirstSeen), slices.Clone(before.Changes)
	for _, key := range slices.Sorted(maps.Keys(in.Earliest)) {
		earliest(&after, key, in.Earliest[key], in.Now)
	}
	for _, name := range slices.Sorted(maps.Keys(in.Watched)) {
		note(&after, field{name: name, value: short(in.Watched[name])}, in.Now)
	}
	after.Changes = newest(after.Changes, changesKept)
	return after
}

// earliest remembers the earliest value of an instant, and when the operator first saw any.
func earliest(c *Content, key string, value, now time.Time) {
	text := value.UTC().Format(time.RFC3339)
	at := slices.IndexFunc(c.FirstSeen, func(f v1alpha1.FirstSeen) bool { return f.Key == key })
	if at < 0 {
		c.FirstSeen = append(c.FirstSeen, v1alpha1.FirstSeen{Key: key, Value: text, At: stamp(now)})
		return
	}
	if first, err := time.Parse(time.RFC3339, c.FirstSeen[at].Value); err != nil || value.Before(first) {
		c.FirstSeen[at].Value = text
	}
}
