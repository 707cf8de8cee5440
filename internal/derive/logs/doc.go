// Package logs tells, from facts alone, which log collectors a cluster has, what each of them does with the records of a
// container, where it sends them, and which stores keep them for how long.
//
// Every answer is Yes, No or Maybe. Maybe comes with what cannot be decided: a configuration that is not read, a filter that
// may drop records, a pattern that depends on what is not known. Fluent Bit, alone or run by the Fluent Operator or the
// Logging operator, is followed exactly; the OpenTelemetry Collector, Vector, Promtail, Filebeat and the Datadog Agent as
// far as their configuration shows; others are recognised and not read.
package logs
