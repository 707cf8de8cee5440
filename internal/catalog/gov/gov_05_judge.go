package gov

import (
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// compliance judges the compliance package of one solution.
type compliance struct {
	*judge
	in     control.SolutionInput
	spec   *v1alpha1.HostedSolutionSpec
	params *gov05
}

func judgePackage(in control.SolutionInput, p *gov05) []control.Result {
	j := newJudge(in.Now)
	if !personal(in.Facts, in.Solution.Object) {
		return j.done(control.NotApplicable("NoPersonalData"))
	}
	c := &compliance{judge: j, in: in, spec: &in.Solution.Object.Spec, params: p}
	c.parts("PartsMissing", c.missing())
	if len(c.spec.CompliancePackage) > 0 {
		c.age()
		c.version()
		c.delivered()
		c.rights()
		c.first("ProcessingRecord", "GOV-02", func(control.Result) bool { return true })
		c.first("DataSubjectRiskAssessment", "GOV-03", aboutDataSubjects)
		c.concluded()
		c.remembered(in.Facts)
	}
	return j.done(control.Pass("Complete"))
}

// parts adds one result for all parts that have the same fault.
func (c *compliance) parts(reason control.Reason, parts []string, args ...string) {
	if len(parts) == 0 {
		return
	}
	args = append(args, "parts", strings.Join(parts, ", "))
	r := control.Fail(reason, args...)
	if reason == "NoConclusion" {
		r = control.Unknown(reason, args...)
	}
	c.add(r.At("spec.compliancePackage"))
}

// which lists the parts of which something holds, by name.
func (c *compliance) which(holds func(*v1alpha1.PackagePart) bool) (out []string) {
	for i := range c.spec.CompliancePackage {
		if p := &c.spec.CompliancePackage[i]; holds(p) {
			out = append(out, string(p.Kind))
		}
	}
	slices.Sort(out)
	return out
}

func (c *compliance) missing() (out []string) {
	for _, kind := range v1alpha1.PackageKinds() {
		if !slices.ContainsFunc(c.spec.CompliancePackage, func(p v1alpha1.PackagePart) bool { return p.Kind == kind }) {
			out = append(out, string(kind))
		}
	}
	return out
}

// age judges when the parts were issued, and what changed since.
func (c *compliance) age() {
	c.parts("Undated", c.which(func(p *v1alpha1.PackagePart) bool {
		_, issued := c.day(p.IssuedAt)
		return !issued
	}))
	c.parts("Outdated", c.which(func(p *v1alpha1.PackagePart) bool {
		at, issued := c.day(p.IssuedAt)
		return issued && !c.within(at, c.params.Interval)
	}), "most", c.params.Interval)
	larger := slices.DeleteFunc(changesOf(c.in.Facts, c.in.Solution.Object), func(x change) bool { return !x.large })
	var last *change
	before := c.which(func(p *v1alpha1.PackagePart) bool {
		at, issued := c.day(p.IssuedAt)
		if !issued || !c.within(at, c.params.Interval) {
			return false // told already
		}
		x := c.unanswered(larger, at, c.params.DeliverWithin)
		if x != nil && (last == nil || x.at.After(last.at)) {
			last = x
		}
		return x != nil
	})
	if last != nil {
		c.parts("ChangedSince", before, "change", last.what, "on", day(last.at))
	}
}

func (c *compliance) version() {
	version := c.spec.Version
	if version == "" {
		c.add(control.Unknown("VersionNotStated").At("spec.version"))
		return
	}
	c.parts("EarlierVersion", c.which(func(p *v1alpha1.PackagePart) bool {
		return p.SolutionVersion == "" || major(p.SolutionVersion) != major(version)
	}), "version", version)
}

// delivered judges whether every controller has the parts.
func (c *compliance) delivered() {
	c.parts("NotDelivered", c.which(func(p *v1alpha1.PackagePart) bool {
		issued, ok := c.day(p.IssuedAt)
		if !ok {
			return false // told already
		}
		open := len(c.spec.Controllers) == 0
		for i := range c.spec.Controllers {
			open = open || !c.reached(p, &c.spec.Controllers[i], issued)
		}
		return open && !c.within(issued, c.params.DeliverWithin)
	}))
}

// reached tells whether a part has been made available to a controller: to its group, or to each institution that it names.
func (c *compliance) reached(p *v1alpha1.PackagePart, to *v1alpha1.Controller, issued time.Time) bool {
	has := func(holds func(*v1alpha1.Delivery) bool) bool {
		return slices.ContainsFunc(p.Deliveries, func(d v1alpha1.Delivery) bool { return holds(&d) && c.handedOver(&d, issued) })
	}
	if has(func(d *v1alpha1.Delivery) bool {
		return strings.EqualFold(d.Group, to.Name) || strings.EqualFold(d.Organisation, to.Name) || d.Institution == to.Name
	}) {
		return true
	}
	if len(to.Institutions) == 0 || to.InstitutionSelector != nil {
		return false
	}
	return !slices.ContainsFunc(to.Institutions, func(name string) bool {
		return !has(func(d *v1alpha1.Delivery) bool { return d.Institution == name })
	})
}

// handedOver tells whether a delivery took place, of this issue and not of one before it.
func (c *compliance) handedOver(d *v1alpha1.Delivery, issued time.Time) bool {
	if d.State == v1alpha1.DeliveryNotRelevant {
		return true
	}
	at, err := date.Parse(string(d.Date))
	return d.State == v1alpha1.DeliveryDelivered && err == nil && c.past(at.First()) && at.BeforeTime(issued) != date.Yes
}

// rights judges the review of data subjects' rights.
func (c *compliance) rights() {
	at := slices.IndexFunc(c.spec.CompliancePackage, func(p v1alpha1.PackagePart) bool { return p.Kind == "DataSubjectRightsReview" })
	if at < 0 {
		return
	}
	reviewed := c.spec.CompliancePackage[at].Rights
	var open, unsupported, excluded []string
	for _, right := range v1alpha1.DataSubjectRights() {
		i := slices.IndexFunc(reviewed, func(r v1alpha1.RightSupport) bool { return r.Right == right })
		always := right == "Information" || right == "Access" || right == "Rectification"
		switch {
		case i < 0:
			open = append(open, string(right))
		case reviewed[i].Support != "Supported" && strings.TrimSpace(reviewed[i].Reason) == "":
			open = append(open, string(right)+" (without a reason)")
		case reviewed[i].Support == "NotSupported":
			unsupported = append(unsupported, string(right))
		case reviewed[i].Support == "NotApplicable" && always:
			excluded = append(excluded, string(right))
		}
	}
	const field = "spec.compliancePackage[DataSubjectRightsReview].rights"
	for _, fault := range []struct {
		reason control.Reason
		rights []string
	}{{"RightsOpen", open}, {"RightNotSupported", unsupported}, {"RightExcluded", excluded}} {
		if len(fault.rights) > 0 {
			c.add(control.Fail(fault.reason, "rights", strings.Join(fault.rights, ", ")).At(field))
		}
	}
}

// first holds a part against what another control found of the solution itself.
func (c *compliance) first(part string, id v1alpha1.ControlID, concerns func(control.Result) bool) {
	if slices.Contains(c.missing(), part) {
		return
	}
	var worst *control.Result
	for i := range c.in.First {
		r := &c.in.First[i]
		if r.Control == id && r.Environment == "" {
			c.changes = control.Earliest(c.changes, r.ValidUntil)
		}
		found := r.Verdict == v1alpha1.VerdictFail || r.Verdict == v1alpha1.VerdictUnknown
		if r.Control == id && r.Environment == "" && found && concerns(r.Result) && (worst == nil || control.Worse(r.Verdict, worst.Verdict)) {
			worst = &r.Result
		}
	}
	if worst == nil {
		return
	}
	args := []string{"part", part, "control", string(id), "reason", string(worst.Reason)}
	switch {
	case worst.Verdict == v1alpha1.VerdictFail:
		c.add(control.Fail("Contradicted", args...).At("spec.compliancePackage[" + part + "]"))
	case worst.Reason == control.ReasonNotObservable: // what the other control needs cannot be seen, so neither can this
		c.add(control.Result{Verdict: worst.Verdict, Reason: worst.Reason, Args: worst.Args})
	default:
		c.add(control.Unknown("Undecided", args...).At("spec.compliancePackage[" + part + "]"))
	}
}

// aboutDataSubjects tells whether a result of GOV-03 concerns the assessment for data subjects: one of the other kind says so.
func aboutDataSubjects(r control.Result) bool {
	i := slices.IndexFunc(r.Args, func(a control.Arg) bool { return a.Name == "kind" })
	return i < 0 || strings.Contains(r.Args[i].Value, riskDataSubjects)
}

func (c *compliance) concluded() {
	c.parts("NoConclusion", c.which(func(p *v1alpha1.PackagePart) bool { return strings.TrimSpace(p.Conclusion) == "" }))
}
