package bck

import (
	"strconv"

	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/place"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// spread judges where the ready pods are. What the template asks for is not enough: a preference, or a constraint with
// whenUnsatisfiable ScheduleAnyway, gives way, and pods are not moved when nodes come back.
func (s *survivor) spread() (control.Result, bool) {
	if !s.whole {
		return control.Result{}, false
	}
	reader := place.NewReader(s.Environment.Platform.Tables, s.Environment.Platform.Providers, s.Environment.Platform.Object)
	nodes, zones := map[string]bool{}, map[string]bool{}
	unplaced, last, outside := "", "", ""
	for _, pod := range s.pods {
		if !pod.Ready || pod.Node == "" {
			continue
		}
		nodes[pod.Node], last = true, pod.Node
		n := facts.Get[facts.Node](s.in.Facts, "", pod.Node)
		if n == nil {
			unplaced = pod.Node
			continue
		}
		zone := n.Labels["topology.kubernetes.io/zone"]
		switch standing := reader.Judge(reader.Node(n), s.Environment.Allowed); {
		case standing == place.Outside:
			outside = zone
		case zone == "" || standing != place.Inside:
			unplaced = pod.Node
		default:
			zones[zone] = true
		}
	}
	args := s.args("node", last, "zones", strconv.Itoa(len(zones)), "needed", strconv.Itoa(s.p.Zones))
	switch {
	case len(nodes) < 2:
		return control.Fail("OneNode", args...).Because(facts.Ref{Kind: "Node", Name: last}), true
	case s.p.Zones < 2 || len(zones) >= s.p.Zones:
		return control.Result{}, false
	case unplaced != "":
		return control.Unknown("ZoneNotKnown", append(args, "unplaced", unplaced)...).Because(facts.Ref{Kind: "Node", Name: unplaced}), true
	}
	hint := ""
	if outside != "" {
		hint = " Zone " + outside + " does not count: it is outside of " + s.Environment.Allowed.String() + "."
	}
	return control.Fail("TooFewZones", append(args, "hint", hint)...), true
}
