package log

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/logs"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// stream judges the records of use of one environment.
type stream struct {
	in       control.EnvironmentInput
	audit    *v1alpha1.ApplicationAudit
	arrival  arrival
	required time.Duration
	text     string // of required, as written
}

// required is how long records must be kept: as long as is said, and not below the minimum.
func (p *log04) required(a *v1alpha1.ApplicationAudit) (time.Duration, string) {
	least, _ := span(period(p.MinRetention))
	if said, _ := span(period(string(a.Retention))); said > least {
		return said, string(a.Retention)
	}
	return least, p.MinRetention
}

// arrived gives the attestation that this stream arrives. That logs in general do says nothing of it.
func (j *stream) arrived() *v1alpha1.Attestation {
	for _, a := range j.arrival.list {
		if strings.EqualFold(a.Spec.Target, j.audit.Stream) {
			return a
		}
	}
	return nil
}

// kept judges how long the store keeps the stream: the endpoint that is declared, or the stores of ordinary logs, which cut it
// at their own retention.
func (j *stream) kept() control.Result {
	names := []string{j.audit.Stream}
	answer, shortest, object := date.Maybe, "", ""
	if j.audit.Endpoint != "" {
		names = append(names, j.audit.Endpoint)
	} else {
		found := logs.Of(j.in.Facts).Destinations(j.in.Facts, j.in.Environment.Scope())
		answer, shortest, object = j.ordinary(found)
		for _, d := range found {
			names = append(names, namesOf(d)...)
		}
	}
	args := []string{"stream", j.audit.Stream, "required", j.text, "target", cmp.Or(j.audit.Endpoint, j.audit.Stream)}
	missing := slices.Concat(logs.Incomplete(j.in.Facts), facts.Incomplete[facts.Pod](j.in.Facts)) // manifests alone never hold pods
	switch {
	case answer != date.Yes && j.audit.Endpoint == "" && len(missing) > 0:
		return control.Unreadable(missing...)
	case answer == date.No:
		return control.Fail("CutWithOrdinaryLogs", append(args, "kept", shortest, "object", object)...)
	case answer == date.Yes:
		return control.Pass("Arrives")
	}
	attested, changes := control.InForce(j.in.Environment.Attestations, v1alpha1.AttestLogRetention, j.in.Now)
	att := attestationFor(attested, names)
	switch {
	case att == nil:
		return control.Unknown("RetentionNotSeen", args...).Until(changes)
	case shortestOf(att) < j.required:
		return control.Fail("CutWithOrdinaryLogs", append(args, "kept", string(att.Spec.Retention), "object", "Attestation "+att.Name)...).RestingOn(control.Attested).Until(changes)
	}
	return control.Pass("Arrives").Until(changes)
}

// ordinary tells whether a store of ordinary logs keeps the stream long enough: No only where every one is known and does not.
func (j *stream) ordinary(found []logs.Destination) (answer date.Tri, longest, object string) {
	answer = date.No
	if len(found) == 0 {
		return date.Maybe, "", ""
	}
	var most time.Duration
	for _, d := range found {
		if d.Behind != nil {
			continue
		}
		for _, ns := range d.Namespaces {
			kept, period := j.keeps(d, ns)
			switch {
			case kept == date.Yes && d.Certain:
				return date.Yes, "", ""
			case kept != date.No:
				answer = date.Maybe
			case period >= most:
				most, object = period, subjectOf(d).String()
			}
		}
	}
	return answer, inDays(most), object
}

func (j *stream) keeps(d logs.Destination, namespace string) (date.Tri, time.Duration) {
	enough := func(p time.Duration) bool { return p >= j.required }
	switch {
	case d.Store != nil && d.Store.Unread == "":
		k := d.Store.Kept(namespace, d.Tenant)
		for _, o := range k.Maybe { // an override may hold for the stream
			if enough(o.Period) != enough(k.Period) {
				return date.Maybe, 0
			}
		}
		if k.Forever || enough(k.Period) {
			return date.Yes, 0
		}
		return date.No, k.Period
	case d.RetainsFor > 0 && enough(d.RetainsFor):
		return date.Yes, 0
	case d.RetainsFor > 0:
		return date.No, d.RetainsFor
	}
	return date.Maybe, 0
}
