package clock

import (
	"cmp"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// NIS2 gives the clocks of a significant incident; none where it is not significant, or was called so only before the first
// of them ran out.
func (r *Reading) NIS2() []Clock {
	n := r.Incident.Spec.NIS2
	if n == nil {
		return nil
	}
	start, ok := r.come(n.AwareAt)
	if !ok {
		start = r.Aware("", 0).At
	}
	if first, _, known := r.Memory.aware(nis2Key); known && first.Before(start) {
		start = first
	}
	warning := newClock(NIS2EarlyWarning, start, start.Add(24*time.Hour))
	if !n.Significant && !r.turned(NIS2Field, "true", "false").After(warning.DueAt) {
		return nil
	}
	each := func(*v1alpha1.Notification) bool { return true }
	r.stop(&warning, r.Incident, v1alpha1.NotificationNIS2EarlyWarning, each)
	notice := newClock(NIS2Notification, start, start.Add(72*time.Hour))
	r.stop(&notice, r.Incident, v1alpha1.NotificationNIS2, each)
	from := notice.DueAt // the month runs from the notification, and without one from when it was due
	if !notice.StoppedAt.IsZero() {
		from = notice.StoppedAt
		warning = covered(warning, notice)
	}
	final := newClock(NIS2Final, from, date.Period{Months: 1}.After(from))
	r.stop(&final, r.Incident, v1alpha1.NotificationNIS2Final, each)
	return []Clock{warning, notice, final}
}

// covered: a whole notification says all that an early warning does.
func covered(warning, notice Clock) Clock {
	if warning.StoppedAt.IsZero() || notice.StoppedAt.Before(warning.StoppedAt) {
		warning.StoppedAt = notice.StoppedAt
		warning.LateReason = cmp.Or(warning.LateReason, notice.LateReason)
	}
	return warning
}

// nis2Key is that of the awareness of a significant incident; no Institution has such a name.
const nis2Key = "NIS2"

// Processor is the clock in which the processor tells the controllers; false where no processor is said to be aware.
func (r *Reading) Processor(limit time.Duration) (Clock, bool) {
	start, ok := r.come(r.Incident.Spec.ProcessorAwareAt)
	if !ok {
		return Clock{}, false
	}
	c := newClock(ProcessorNotice, start, start.Add(limit))
	for _, n := range r.Incident.Spec.Notices {
		if at, sent := r.done(n.At); sent && (n.Group != "" || n.Institution != "") {
			c.StoppedAt, c.LateReason = control.Earliest(c.StoppedAt, at), cmp.Or(c.LateReason, n.LateReason)
		}
	}
	if at, aware := r.come(r.Incident.Spec.ControllerAwareAt); aware && c.StoppedAt.IsZero() {
		c.StoppedAt = at
	}
	return c, true
}
