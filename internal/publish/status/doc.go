// Package status renders decisions as the status of the resources of tilsyn.dev and writes it.
//
// Rendering is pure: a decision, the status before and a time give the status after. Every condition is True when all is
// well. Writing happens only when something other than the time of evaluation changed, or when a heartbeat is due, so that
// a dead operator shows and an idle one costs nothing.
package status
