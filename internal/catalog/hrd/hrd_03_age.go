package hrd

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func hrd03Validate(p hrd03, _ control.Levels) error {
	if p.Critical < 1 || p.High < 1 || p.Medium < 1 || p.Low < 1 {
		return errors.New("critical, high, medium and low: must be at least 1 day")
	}
	period, err := date.ParsePeriod(p.ReportMaxAge)
	if start := time.Unix(0, 0); err == nil && !period.After(start).After(start) {
		err = errors.New("must be longer than nothing")
	}
	if err != nil {
		return fmt.Errorf("reportMaxAge: %w", err)
	}
	return nil
}

// due is a vulnerability with the time by which it must be fixed.
type due struct {
	facts.Vulnerability
	first, at time.Time
}

// age judges the vulnerabilities of a workload by when they were first seen. Those that are not remembered yet are named in
// an argument of the result, from which the operator remembers them.
func (j *scanJudge) age(s *scanned, first map[string]time.Time) control.Result {
	var overdue []due
	var unrecorded []string
	result := s.worst
	for _, v := range s.open {
		at, known := first[facts.VulnerabilityKey(s.ref, v.ID)]
		if !known {
			unrecorded = append(unrecorded, v.ID)
			continue
		}
		if end := at.Add(j.p.limit(v.Severity)); j.Now.Before(end) {
			result = result.Until(end)
		} else {
			overdue = append(overdue, due{v, at, end})
		}
	}
	slices.Sort(unrecorded)
	unrecorded = slices.Compact(unrecorded)
	switch {
	case len(overdue) > 0:
		result = j.late(s, overdue).Until(result.ValidUntil)
	case len(unrecorded) > 0 && result.Verdict == v1alpha1.VerdictPass:
		result = control.Unknown("NotYetRecorded", "count", fmt.Sprint(len(unrecorded)), "first", unrecorded[0]).Until(result.ValidUntil)
	}
	if len(unrecorded) > 0 {
		result.Args = append(slices.Clip(result.Args), control.Arg{Name: "unrecorded", Value: strings.Join(unrecorded, " ")})
	}
	return result
}

// late names the vulnerability that is worst and oldest, and counts the others.
func (j *scanJudge) late(s *scanned, overdue []due) control.Result {
	slices.SortFunc(overdue, func(a, b due) int {
		return cmp.Or(cmp.Compare(j.p.limit(a.Severity), j.p.limit(b.Severity)), a.at.Compare(b.at), strings.Compare(a.ID, b.ID))
	})
	overdue = slices.CompactFunc(overdue, func(a, b due) bool { return a.ID == b.ID })
	d := overdue[0]
	others := ""
	if n := len(overdue) - 1; n > 0 {
		others = fmt.Sprintf(" So are %d others.", n)
	}
	fix := "No fixed version is named yet."
	if d.Fixable {
		fix = "A fixed version exists."
	}
	return control.Fail("Overdue", "id", d.ID, "severity", strings.ToLower(d.Severity), "package", d.Package, "first", d.first.UTC().Format(time.DateOnly),
		"due", d.at.UTC().Format(time.DateOnly), "fix", fix, "others", others, "namespace", s.ref.Namespace)
}

// judgeNodeScan judges whether a named person attests that nodes are scanned, which nothing in the cluster shows.
func judgeNodeScan(in control.PlatformInput, _ *hrd03) []control.Result {
	var about []*v1alpha1.Attestation
	for _, a := range facts.List[v1alpha1.Attestation](in.Facts) {
		if a.Spec.About.Platform {
			about = append(about, a)
		}
	}
	attested, changes := control.InForce(about, v1alpha1.AttestNodeVulnerabilityScan, in.Now)
	for _, a := range attested {
		from, _, _ := control.AttestationSpan(a)
		if ends := from.Add(attestedFor); in.Now.Before(ends) {
			return []control.Result{control.Pass("NodesAttested", "attestation", a.Name).RestingOn(control.Attested).Until(changes).Until(ends)}
		}
	}
	return []control.Result{control.Unknown("NodesNotScanned").Until(changes)}
}
