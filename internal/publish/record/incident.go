package record

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/derive/clock"
)

// Incident gives the memory of a security incident: the earliest awareness ever written, which no later one moves, and the
// changes of what decides whether somebody has to be told.
func Incident(before Content, i *v1alpha1.SecurityIncident, now time.Time) Content {
	after := before
	after.DeletedAt = nil
	after.FirstSeen, after.Changes = slices.Clone(before.FirstSeen), slices.Clone(before.Changes)
	remembered := clock.Remembered(i)
	for _, key := range slices.Sorted(maps.Keys(remembered)) {
		earliest(&after, key, remembered[key], now)
	}
	for _, f := range watchedOf(i) {
		note(&after, f, now)
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

func watchedOf(i *v1alpha1.SecurityIncident) []field {
	s := &i.Spec
	significant := ""
	if s.NIS2 != nil {
		significant = strconv.FormatBool(s.NIS2.Significant)
	}
	return []field{
		{clock.AwareField, string(s.ControllerAwareAt), ""},
		{clock.AffectedField, string(s.PersonalData), ""},
		{clock.RiskField, clock.RiskText(s.Risk()), ""},
		{clock.NIS2Field, significant, ""},
		{clock.ScopeField, short(strings.Join(slices.Concat(s.Solutions, s.Environments), " ")), ""},
	}
}
