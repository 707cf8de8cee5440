package evaluate

import (
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// attestationIndex finds attestations by what they are about.
type attestationIndex struct {
	platform                  []*v1alpha1.Attestation
	bySolution, byEnvironment map[string][]*v1alpha1.Attestation
}

func indexAttestations(all []*v1alpha1.Attestation) attestationIndex {
	x := attestationIndex{bySolution: map[string][]*v1alpha1.Attestation{}, byEnvironment: map[string][]*v1alpha1.Attestation{}}
	for _, a := range all {
		about := a.Spec.About
		if about.Platform {
			x.platform = append(x.platform, a)
		}
		if about.Institution != "" {
			continue // an institution's own organisation or use, which proves nothing of the solution
		}
		if about.Solution != "" {
			x.bySolution[about.Solution] = append(x.bySolution[about.Solution], a)
		}
		if about.Environment != "" {
			x.byEnvironment[about.Environment] = append(x.byEnvironment[about.Environment], a)
		}
	}
	return x
}

// about lists what is attested of a solution, of one of its environments where it is named, and of the platform, by name.
func (x attestationIndex) about(solution, environment string) []*v1alpha1.Attestation {
	out := slices.Concat(x.platform, x.bySolution[solution], x.byEnvironment[environment])
	slices.SortFunc(out, func(a, b *v1alpha1.Attestation) int { return strings.Compare(a.Name, b.Name) })
	return slices.Compact(out) // one with two subjects, which the schema refuses, still counts once
}

// attestationsChecked says of every attestation when it has effect, or why it never has.
func (r *run) attestationsChecked() []*Attestation {
	var out []*Attestation
	for _, object := range list[v1alpha1.Attestation](r.view) {
		a := &Attestation{Object: object}
		a.From, a.Until, a.Fault = control.AttestationSpan(object)
		a.Approval = r.approvals[object]
		if a.Fault != "" {
			a.Fault, a.Message = statementFault(a.Fault, "attests")
		} else if a.Fault, a.Message = r.aboutFault(object.Spec.About); a.Fault == "" {
			a.Fault, a.Message = r.claimFault(object)
		}
		at := ref("Attestation", object.Name)
		if a.Fault != "" {
			r.problems.add(at, v1alpha1.ConditionAccepted, a.Fault, "%s", a.Message)
		}
		if life := control.CutShort(object); a.Fault == "" && !life.IsZero() && !r.now.Before(a.Until) {
			r.problems.add(at, v1alpha1.ConditionValid, v1alpha1.ReasonExpired,
				"Attestations of type %s count for %s at most, whatever validUntil says, and it ended on %s; attest it anew.", object.Spec.Type, life, day(a.Until))
		} else {
			r.span(at, a.From, a.Until, a.Fault)
		}
		if old := r.oldAttestations[object.Name]; old != nil && *old == *a {
			a = old
		}
		out = append(out, a)
	}
	return out
}

// aboutFault reports a statement about something that does not exist.
func (r *run) aboutFault(about v1alpha1.AttestationAbout) (fault, message string) {
	switch {
	case about.Solution != "" && r.fleet.Solution(about.Solution) == nil:
		return v1alpha1.ReasonUnknownSolution, "There is no HostedSolution " + about.Solution + didYouMean(about.Solution, r.solutionNames()) +
			" Name one that `kubectl get hs` lists."
	case about.Environment != "" && r.fleet.Environment(about.Environment) == nil:
		return v1alpha1.ReasonUnknownEnvironment, "There is no SolutionEnvironment " + about.Environment + "; name one that `kubectl get senv` lists."
	case about.Supplier != "" && !exists[v1alpha1.Supplier](r.view, about.Supplier):
		return v1alpha1.ReasonUnknownSupplier, "There is no Supplier " + about.Supplier + "; name one that `kubectl get sup` lists."
	case about.Institution != "" && !exists[v1alpha1.Institution](r.view, about.Institution):
		return v1alpha1.ReasonUnknownInstitution, "There is no Institution " + about.Institution + "; name one that `kubectl get inst` lists."
	case about == v1alpha1.AttestationAbout{}:
		return v1alpha1.ReasonUnknownSubject, "It is about nothing: set spec.about.solution, environment, platform, supplier or institution."
	}
	return "", ""
}

// exists tells whether there is an object of a kind of this API.
func exists[T any](v facts.View, name string) bool {
	return v.Known(facts.TypeOf[T]()) && facts.Get[T](v, "", name) != nil
}

// statementFault gives the API's reason and a message for a fault that package control found; verb is approves or attests.
func statementFault(fault, verb string) (reason, message string) {
	switch fault {
	case control.FaultServiceAccount:
		return v1alpha1.ReasonServiceAccount, "A service account or system user never " + verb + "; name a person."
	case control.FaultSamePerson:
		return v1alpha1.ReasonSelfApproved, "Whoever " + verb + " must be somebody else than who asked or checked; two spellings of one name are the same person."
	case control.FaultLikelySamePerson:
		return v1alpha1.ReasonLikelySelfApproved, "Whoever " + verb + " must be somebody else than who asked or checked, and the two names may well be of one person " +
			"(initials, a word left out, or another domain of one organisation). Write both names in full, or have somebody else do it."
	case control.FaultMixedScripts:
		return v1alpha1.ReasonMixedScripts, "The name of whoever asks, checks or " + verb + " mixes Latin letters with others that look the same, so nobody can tell who it is; write it in one script."
	case control.FaultNobody:
		return fault, "It does not say who " + verb + " it and where that is written down."
	case control.FaultUnexplained:
		return fault, "Reason, risk, or the compensation of a Compensated exception is missing."
	default:
		return fault, "Its dates cannot be read, or it ends before it begins; write days such as 2026-12-31."
	}
}

// exceptionsChecked says of every exception when it has effect, or why it never has.
func (r *run) exceptionsChecked() []*Exception {
	var out []*Exception
	for _, object := range list[v1alpha1.ControlException](r.view) {
		e := &Exception{Object: object}
		e.From, e.Until, e.Fault = control.ExceptionSpan(object)
		e.Approval = r.approvalOf(object, object.Spec.Approval.By, object.Status.VerifiedGeneration)
		if e.Fault != "" {
			e.Fault, e.Message = statementFault(e.Fault, "approves")
		} else {
			e.Fault, e.Message = r.scopeFault(object, e.Approval.Verified)
		}
		at := ref("ControlException", object.Name)
		if e.Fault != "" {
			r.problems.add(at, v1alpha1.ConditionAccepted, e.Fault, "%s", e.Message)
		}
		r.span(at, e.From, e.Until, e.Fault)
		if old := r.oldExceptions[object.Name]; old != nil && *old == *e {
			e = old
		}
		if name := object.Spec.Scope.Solution; e.Fault != "" {
			if r.fleet.refused == nil {
				r.fleet.refused = map[string][]*Exception{}
			}
			r.fleet.refused[name] = append(r.fleet.refused[name], e)
		}
		out = append(out, e)
	}
	return out
}

// messages gives, by name, why exceptions are not accepted.
func messages(refused []*Exception) map[string]string {
	if len(refused) == 0 {
		return nil
	}
	out := make(map[string]string, len(refused))
	for _, e := range refused {
		out[e.Object.Name] = e.Message
	}
	return out
}

// scopeFault reports an exception that does not fit the catalogue, the solution or its profile.
func (r *run) scopeFault(e *v1alpha1.ControlException, verified bool) (fault, message string) {
	scope := e.Spec.Scope
	s := r.fleet.Solution(scope.Solution)
	known := slices.IndexFunc(r.controls, func(c *control.Control) bool { return c.ID == e.Spec.Control })
	switch {
	case known < 0:
		return v1alpha1.ReasonUnknownControl, "The catalogue has no control " + string(e.Spec.Control) +
			didYouMean(string(e.Spec.Control), controlIDs(r.controls)) + " `tilsyn controls` lists them."
	case s == nil:
		return v1alpha1.ReasonUnknownSolution, "There is no HostedSolution " + scope.Solution + didYouMean(scope.Solution, r.solutionNames()) +
			" Name one that `kubectl get hs` lists."
	case scope.Environment != "" && !slices.Contains(s.Solution.Environments, scope.Environment):
		return v1alpha1.ReasonUnknownEnvironment, "HostedSolution " + scope.Solution + " has no SolutionEnvironment " + scope.Environment +
			"; name one that `kubectl get senv` lists for it."
	}
	if entry, ok := s.Policy.Entry(e.Spec.Control); ok && entry.Mandatory {
		return v1alpha1.ReasonMandatoryControl, "Profile " + s.Policy.Profile + " lets " + string(e.Spec.Control) + " take no exception: meet the control, or have the profile changed."
	}
	if !verified && mustVerify(s.Policy.VerifiedFrom, s.Levels.Confidentiality) {
		return notVerified(s)
	}
	if fault, message = r.institutionFault(e, s); fault != "" {
		return fault, message
	}
	return termsFault(e, r.controls[known])
}

// termsFault reports an exception that lacks what its control asks of one.
func termsFault(e *v1alpha1.ControlException, c *control.Control) (fault, message string) {
	terms := c.Exceptions
	if terms == nil {
		return "", ""
	}
	planned := e.Spec.ActionPlan != "" || e.Spec.Plan != nil && len(e.Spec.Plan.Steps) > 0
	if terms.Plan && (e.Spec.Type != v1alpha1.ExceptionCompensated || !planned) {
		return v1alpha1.ReasonPlanMissing, string(c.ID) + " may only be excepted while something is done about it: set spec.type: Compensated with spec.compensation, and spec.plan or spec.actionPlan."
	}
	from, until, _ := control.ExceptionSpan(e)
	if longest, err := date.ParsePeriod(terms.Longest); err == nil && until.After(longest.After(from)) {
		return v1alpha1.ReasonTooLong, string(c.ID) + " may be excepted for " + terms.Longest + " at most: let spec.validUntil be no later than " + day(longest.After(from)) + "."
	}
	return "", ""
}
