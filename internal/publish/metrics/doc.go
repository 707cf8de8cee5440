// Package metrics shows the last decisions to Prometheus. The collector reads one immutable snapshot per scrape, so that
// what no longer exists has no series; labels are names and fixed words, never free text or persons.
package metrics
