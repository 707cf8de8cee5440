package remind

import (
	"fmt"
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/versions"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// supportLead is how long before an end it is told.
var supportLead = []int{90, 30, 7}

// support reminds of what reaches its end by itself: certificates that nothing renews, components and the version of the
// cluster (REM-12). Ends of Secrets and keys are declared nowhere and are not read from Secrets.
func (r *run) support() {
	r.certificates()
	for _, s := range r.fleet.Solutions {
		for i := range s.Object.Spec.Components {
			c := &s.Object.Spec.Components[i]
			if ends := day(c.SupportEnds); !ends.IsZero() {
				r.by(Deadline{Kind: "ComponentSupport", Subject: s.Ref(), Solution: s.Object.Name,
					What: fmt.Sprintf("Upgrade %s %s, whose support ends", c.Name, c.Version)}, ends, ends.End(), supportLead...)
			}
		}
	}
	r.cluster()
}

// cluster reminds of the version of Kubernetes whose support ends first, of API servers and nodes.
func (r *run) cluster() {
	calendar := versions.CalendarOf(r.fleet.Platform.Object)
	running := []string{}
	for _, s := range versions.Servers(r.view) {
		running = append(running, s.Version)
	}
	for _, n := range versions.Nodes(r.view) {
		running = append(running, n.Kubelet)
	}
	var first date.Partial
	oldest := ""
	for _, version := range running {
		if end, known := calendar.Kubernetes(version); known && (first.IsZero() || end.Ends.End().Before(first.End())) {
			first, oldest = end.Ends, version
		}
	}
	if oldest != "" {
		r.by(Deadline{Kind: "ClusterSupport", Subject: r.fleet.Platform.Ref(), What: fmt.Sprintf("Upgrade Kubernetes %s, whose support ends", oldest)}, first, first.End(), supportLead...)
	}
}

// renewalGrace is how long after the planned time a renewal may take.
const renewalGrace = 24 * time.Hour

// certificates reminds of those that nobody renews. One whose renewal is planned ahead, and has not failed, is taken care of.
func (r *run) certificates() {
	solutions := map[string]string{}
	for _, e := range r.fleet.Environments {
		for _, ns := range e.Namespaces {
			solutions[ns] = e.Object.Spec.Solution
		}
	}
	for _, c := range facts.List[facts.Certificate](r.view) {
		if c.NotAfter.IsZero() {
			continue // none was issued yet, which NET-03 says
		}
		if late := c.RenewalTime.Add(renewalGrace); !c.RenewalOff && !c.RenewalTime.IsZero() && c.Ready != facts.No && c.FailedAttempts == 0 && r.now.Before(late) && late.Before(c.NotAfter) {
			r.changes(late)
			continue
		}
		d := Deadline{Kind: "Certificate", Subject: r.fleet.Platform.Ref(), What: fmt.Sprintf("Renew certificate %s/%s, which nothing renews by itself", c.Namespace, c.Name)}
		if name := solutions[c.Namespace]; name != "" && r.fleet.Solution(name) != nil {
			d.Subject, d.Solution = r.fleet.Solution(name).Ref(), name
		}
		r.until(d, c.NotAfter, supportLead...)
	}
}
