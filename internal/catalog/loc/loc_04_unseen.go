package loc

import (
	"slices"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/logs"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// logsNotSeen judges what shows that logs go somewhere that no destination names: something that reads the logs of nodes and
// is not known, arrival that is attested although nothing known sends, or nothing at all that could be read.
func (j copyJudge) logsNotSeen(others bool) []control.Result {
	picture := logs.Of(j.facts)
	var out []control.Result
	for _, s := range picture.Strangers {
		w := s.Workload
		c := &w.Shape.Containers[s.Container]
		out = append(out, j.notSeen(target{what: "The log destination of " + w.Ref.String(), subject: w.Ref, field: field(w, "containers["+c.Name+"].image"),
			names: []name{{w.Ref.Namespace, w.Ref.Name}}}, w.Ref.String()+" reads the logs of nodes, and its image "+c.Image+" is of no collector that is known"))
	}
	if len(out) > 0 {
		return out
	}
	arrives, changes := control.InForce(j.env.Attestations, v1alpha1.AttestLogArrival, j.now)
	all := target{what: "The log destination", subject: j.env.Ref(), names: namesOf("logs")}
	switch known := picture.Recognised(); {
	case len(arrives) > 0 && len(picture.Destinations(j.facts, j.env.Scope())) == 0:
		return []control.Result{j.notSeen(all, "Logs arrive in a store, says Attestation "+arrives[0].Name+", and no collector that is read sends them there").Until(changes)}
	case known || others:
		return nil
	case facts.Recognised[facts.BackupDestination](j.facts):
		return []control.Result{j.notSeen(all, "No log collector is recognised").Until(changes)}
	}
	r := j.notSeen(all, "")
	if r.Reason == "LogsNotSeen" {
		r = control.Unknown("NothingRecognised").Until(j.changes)
	}
	return []control.Result{r.Until(changes)}
}

// notSeen judges a destination of which nothing but an attestation can tell the place.
func (j copyJudge) notSeen(t target, detail string) control.Result {
	if j.attested(t.names) != nil {
		return j.target(t)
	}
	r := control.Unknown("LogsNotSeen", "detail", detail)
	r.Args = slices.Concat(j.args(&t), r.Args)
	return r.On(t.subject).At(t.field).Until(j.changes)
}
