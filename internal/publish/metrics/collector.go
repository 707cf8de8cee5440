package metrics

import (
	"slices"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/publish"
	"github.com/tilsyn-dev/tilsyn/internal/remind"
)

// Collector shows the last snapshot of decisions, which a standby has none of, and the sources as they are. It is safe for concurrent use.
type Collector struct {
	last    atomic.Pointer[publish.Snapshot]
	sources func() []facts.SourceState
	descs   map[string]*prometheus.Desc
}

var _ prometheus.Collector = (*Collector)(nil)

// NewCollector makes a collector; sources gives the states of all sources at the time of a scrape.
func NewCollector(sources func() []facts.SourceState) *Collector {
	c := &Collector{sources: sources, descs: map[string]*prometheus.Desc{}}
	for _, f := range decisionFamilies() {
		c.descs[f.Name] = f.desc()
	}
	return c
}

// Set replaces what is shown.
func (c *Collector) Set(s *publish.Snapshot) { c.last.Store(s) }

// Describe is part of prometheus.Collector.
func (c *Collector) Describe(ch chan<- *prometheus.Desc) {
	for _, f := range decisionFamilies() {
		ch <- c.descs[f.Name]
	}
}

// Collect is part of prometheus.Collector.
func (c *Collector) Collect(ch chan<- prometheus.Metric) {
	s := scrape{ch: ch, descs: c.descs}
	for _, state := range c.sources() {
		s.source(state)
	}
	last := c.last.Load()
	if last == nil {
		return
	}
	s.gauge(heartbeat, last.Heartbeat.Seconds())
	for _, solution := range last.Decisions.Solutions {
		s.solution(solution)
	}
	for _, environment := range last.Decisions.Environments {
		s.environment(environment, last.Evaluation.At)
	}
	for _, control := range last.Decisions.Platform.Controls {
		s.gauge(platformResult, 1, string(control.ID), string(control.Severity), string(control.Party), string(control.Mode), string(control.Verdict))
	}
	for _, e := range last.Decisions.Exceptions {
		s.exception(e, last.Evaluation.At)
	}
	for _, i := range last.Decisions.Institutions {
		s.institution(i)
	}
	s.deadlines(last.Deadlines)
	s.gauge(unclaimed, float64(len(last.Evaluation.Fleet.Unclaimed)))
	for country, n := range last.Nodes.Countries {
		s.gauge(nodes, float64(n), country)
	}
}

type scrape struct {
	ch    chan<- prometheus.Metric
	descs map[string]*prometheus.Desc
}

func (s scrape) gauge(name string, value float64, labels ...string) {
	s.ch <- prometheus.MustNewConstMetric(s.descs[name], prometheus.GaugeValue, value, labels...)
}

func (s scrape) time(name string, t time.Time, labels ...string) {
	if !t.IsZero() {
		s.gauge(name, float64(t.Unix()), labels...)
	}
}

// state writes 1 for the present state and 0 for the others.
func (s scrape) state(name string, present v1alpha1.ComplianceState, labels ...string) {
	for _, state := range []v1alpha1.ComplianceState{
		v1alpha1.StateCompliant, v1alpha1.StateCompliantWithRemarks, v1alpha1.StateNonCompliant, v1alpha1.StateUnknown,
	} {
		value := 0.0
		if state == present {
			value = 1
		}
		s.gauge(name, value, append(slices.Clip(labels), string(state))...)
	}
}

func (s scrape) source(state facts.SourceState) {
	id, readable := string(state.ID), 0.0
	if state.Complete() {
		readable = 1
	}
	s.gauge(sourceReadable, readable, id)
	if state.Condition != facts.SourceAbsent {
		s.time(sourceEvent, state.LastEvent, id)
		s.gauge(sourceBad, float64(len(state.Undecodable)), id)
	}
}

func (s scrape) solution(d *decide.Solution) {
	name, resolved := d.Resolved.Object.Name, d.Resolved.Resolved
	s.gauge(solutionInfo, 1, name, d.Resolved.Object.Spec.Owner.Organisation, string(resolved.Confidentiality), resolved.Profile)
	s.state(solutionState, d.Total.State, name)
	s.subject(name, "", d.Subject)
}

func (s scrape) environment(d *decide.Environment, at time.Time) {
	object := d.Resolved.Object
	solution, name := object.Spec.Solution, object.Name
	s.state(environmentState, d.State, solution, name, string(object.Spec.Stage))
	if d.Provider != nil {
		s.state(partyState, d.Provider.State, solution, name, string(v1alpha1.PartyProvider))
	}
	if d.Institution != nil {
		s.state(partyState, d.Institution.State, solution, name, string(v1alpha1.PartyInstitution))
	}
	s.gauge(workloads, float64(d.Workloads), solution, name)
	s.time(lastEvaluation, at, solution, name)
	s.subject(solution, name, d.Subject)
}

func (s scrape) subject(solution, environment string, d *decide.Subject) {
	for _, c := range d.Controls {
		s.gauge(controlResult, 1, solution, environment, string(c.ID), string(c.Severity), string(c.Party), string(c.Mode), string(c.Verdict))
		s.time(controlSince, c.Since, solution, environment, string(c.ID))
	}
	type group struct{ severity, party, mode, verdict string }
	counts := map[group]int{}
	for _, f := range d.Findings {
		counts[group{string(f.Control.Severity), string(f.Party), string(f.Mode), string(f.Result.Verdict)}]++
	}
	for g, n := range counts {
		s.gauge(findings, float64(n), solution, environment, g.severity, g.party, g.mode, g.verdict)
	}
}

// exception shows how long an exception lasts and what it covers.
func (s scrape) exception(e decide.ExceptionState, at time.Time) {
	spec := &e.Exception.Object.Spec
	labels := []string{e.Exception.Object.Name, spec.Scope.Solution, spec.Scope.Environment, string(spec.Control)}
	left := 0.0
	if e.Exception.Fault == "" {
		left = e.Exception.Until.Sub(at).Seconds()
	}
	s.gauge(exceptionLeft, left, append(slices.Clip(labels), e.State(at))...)
	s.gauge(exceptionCovers, float64(e.Covered), labels...)
}

// institution shows names of institutions, of which there are as many as resources, and none of solutions, or the series
// would multiply.
func (s scrape) institution(d *decide.Institution) {
	name := d.Resolved.Object.Name
	s.state(institutionState, d.State, name)
	for _, c := range d.Controls {
		s.gauge(institutionResult, 1, name, string(c.ID), string(c.Severity), string(c.Mode), string(c.Verdict))
	}
	type group struct{ severity, mode, verdict string }
	counts := map[group]int{}
	for _, f := range d.Findings {
		counts[group{string(f.Control.Severity), string(f.Mode), string(f.Result.Verdict)}]++
	}
	for g, n := range counts {
		s.gauge(institutionFindings, float64(n), name, g.severity, g.mode, g.verdict)
	}
}

// deadlines shows the first of each kind and solution that is ahead and the first that is overdue, because what has been
// overdue for years must not hide what is due tomorrow; of clocks in incidents those of each incident. A series for each
// deadline would have no bound.
func (s scrape) deadlines(list []remind.Deadline) {
	type group struct {
		kind                  remind.Kind
		name, solution, state string
	}
	shown := map[group]bool{}
	for i := range list {
		d := &list[i]
		g := group{d.Kind, d.Series(), d.Solution, deadlineAhead}
		if d.Step == remind.Overdue {
			g.state = deadlineOverdue
		}
		if !shown[g] {
			s.time(deadline, d.At, string(g.kind), g.name, g.solution, g.state)
			shown[g] = true
		}
	}
}
