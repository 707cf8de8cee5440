package metrics

import (
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Operation counts the operator's own work.
type Operation struct {
	evaluation, delay prometheus.Histogram
	panics, writes    *prometheus.CounterVec
}

// NewOperation registers the metrics of the operator's own work.
func NewOperation(r prometheus.Registerer, version string) (*Operation, error) {
	help := map[string]Family{}
	for _, f := range operationFamilies() {
		help[f.Name] = f
	}
	counter := func(name string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help[name].Help}, help[name].Labels)
	}
	histogram := func(name string, buckets ...float64) prometheus.Histogram {
		return prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help[name].Help, Buckets: buckets})
	}
	o := &Operation{
		evaluation: histogram(evaluationTime, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5),
		delay:      histogram(publishDelay, .005, .01, .015, .025, .05, .1, .25, .5, 1, 1.5, 2, 5, 15),
		panics:     counter(rulePanics),
		writes:     counter(writes),
	}
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: buildInfo, Help: help[buildInfo].Help}, help[buildInfo].Labels)
	build.WithLabelValues(version).Set(1)
	for _, c := range []prometheus.Collector{o.evaluation, o.delay, o.panics, o.writes, build} {
		if err := r.Register(c); err != nil {
			return nil, fmt.Errorf("metrics: %w", err)
		}
	}
	return o, nil
}

// Evaluated counts one evaluation.
func (o *Operation) Evaluated(took time.Duration) { o.evaluation.Observe(took.Seconds()) }

// Published counts a status that shows what happened so long ago.
func (o *Operation) Published(after time.Duration) { o.delay.Observe(after.Seconds()) }

// Panicked counts a rule that failed inside.
func (o *Operation) Panicked(control string) { o.panics.WithLabelValues(control).Inc() }

// Wrote counts requests that wrote an object of a kind, the last of them possibly in vain.
func (o *Operation) Wrote(kind string, requests int, err error) {
	if err != nil {
		o.writes.WithLabelValues(kind, "error").Inc()
		requests--
	}
	if requests > 0 {
		o.writes.WithLabelValues(kind, "success").Add(float64(requests))
	}
}
