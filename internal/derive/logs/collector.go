package logs

import (
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Role of a collector.
type Role string

// Roles. A node agent reads the files of its node, an API reader asks the API server, an aggregator takes records from
// others, a sidecar runs in the pods of an application.
const (
	NodeAgent  Role = "NodeAgent"
	APIReader  Role = "APIReader"
	Aggregator Role = "Aggregator"
)

// Collector is a workload that runs a log collector.
type Collector struct {
	Agent   *facts.LogAgent
	Product facts.LogProduct
	Role    Role
	// Unread says why its configuration is not read, as the end of a sentence; empty where it is.
	Unread string
	// group of the custom resources that configure it, empty where files do.
	group  string
	router router
	flows  *flows  // behind an agent of the Logging operator
	sight  *sight  // of the files of its node; nil for one that does not read them
	opaque *Output // stands for wherever a collector that is not read sends to
}

// Ref names the workload.
func (c *Collector) Ref() facts.Ref { return c.Agent.Workload.Ref }

// RestsOn tells whether what the collector does could be otherwise if a source held more than is known.
func (c *Collector) RestsOn(id facts.SourceID) bool {
	return id == "configmaps" || id == "namespaces" || c.group != "" && strings.HasSuffix(string(id), "."+c.group)
}

// router is a configuration that is read.
type router interface {
	// route follows a record from where a node or the API server shows it.
	route(*Record) Outcome
	// accept follows a record that another collector hands over under a tag.
	accept(*Record, tag) Outcome
	// all lists the outputs.
	all() []*Output
}

// Route tells what becomes of a record of a container whose node the collector covers.
func (c *Collector) Route(r *Record) Outcome {
	if c.router == nil {
		return c.unread()
	}
	if c.sight == nil {
		return c.router.route(r)
	}
	here := *r
	here.sight = c.sight
	out := c.router.route(&here)
	if out.Answer == date.No && out.Why == NoInput {
		if o, hidden := c.unseen(r); hidden {
			return o
		}
	}
	if c.sight.unclear {
		out = out.weakened(Undecidable, Place{Object: c.Ref(), Field: "volumeMounts", Text: "a variable in a subPathExpr decides which files of the node it sees"})
	}
	return out
}

func (c *Collector) unread() Outcome {
	o := uncertain(Unread, Place{Object: c.Ref(), Text: c.Unread})
	o.Reached = []Reach{{Output: c.opaque}}
	return o
}

// acceptDepth bounds chains of collectors.
const acceptDepth = 4

func (c *Collector) accept(r *Record, t tag) Outcome {
	if c.router == nil {
		o := uncertain(HandedOver, Place{Object: c.Ref(), Text: c.Unread})
		o.Reached = []Reach{{Output: c.opaque}}
		return o
	}
	if t.hops >= acceptDepth {
		return uncertain(HandedOver, Place{Object: c.Ref(), Text: "records are handed over in a circle"})
	}
	t.hops++
	return c.router.accept(r, t)
}

// reads tells whether the collector can take records from nodes or the API server.
func (c *Collector) reads() bool { return c.Role == NodeAgent || c.Role == APIReader }

func roleOf(a *facts.LogAgent) Role {
	switch {
	case a.ReadsNodeLogs:
		return NodeAgent
	case a.Product == facts.LogAlloy || a.Product == facts.LogVector && a.Workload.Daemon != nil:
		return APIReader
	}
	return Aggregator
}
