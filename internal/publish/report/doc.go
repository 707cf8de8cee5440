// Package report writes findings as namespaced policy reports, the view of application teams: openreports.io or
// wgpolicyk8s.io, whichever the cluster serves. There is one report for each namespace and environment.
package report
