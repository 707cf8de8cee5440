package loc

import (
	"fmt"
	"slices"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
)

// LOC05 judges where the people and machines of the supplier chain are.
var LOC05 = control.Define(control.Meta{
	ID: "LOC-05", Title: "Nobody in the chain processes or accesses data from an unsafe third country", Since: "1", Severity: v1alpha1.SeverityCritical, Party: v1alpha1.PartyShared,
	MustHold: "For every supplier in the chain, each country in which data are processed, from which they can be reached or in which the supplier is established lies in the EU or EEA, " +
		"or is covered by an adequacy decision in force for that recipient on that day, or by a ground of GDPR art. 46 with a transfer impact assessment that is dated and not too old; and the instruction allows it.",
	Why: "A transfer happens where somebody sits, not only where a disk is: remote support from an unsafe country is a transfer. Decisions end, certificates lapse, and nobody is told.",
	NotSeen: "Whether the countries are true, whether a certification covers data on employees, whether the safeguards of art. 46 work; " +
		"what runs in the cluster is compared in LOC-01 to LOC-04 and SUP-03.",
	ISO:  []string{"5.19 Information security in supplier relationships", "5.21 Managing information security in the ICT supply chain"},
	GDPR: []string{"28(2)-(4)", "44-46", "49"},
	Evidence: []string{"HostedSolution spec.supplierChain, spec.personalData",
		"Supplier spec.processingCountries, spec.accessCountries, spec.establishedIn, spec.ultimateParentCountry, spec.parentRiskAssessment, spec.transfers, spec.adequacyRecipient",
		"ProcessingAgreement spec.appendixB.entries, spec.appendixC.locations, spec.appendixC.transfers", "adequacy decisions, with those of Platform spec.adequacy"},
	Exceptions: &control.ExceptionTerms{Plan: true},
	Reasons:    loc05Reasons(),
}, control.Parameters[loc05]{Defaults: loc05Defaults, Validate: loc05Validate}, control.Rules[loc05]{Solution: &control.SolutionRule[loc05]{
	Needs: chain.Needs(),
	Judge: judgeLOC05,
}})

// What a profile says of contested decisions.
const (
	contestedWarn = "Warn"
	contestedFail = "Fail"
)

// What a profile says of decisions that only the Platform knows.
const (
	declaredWarn  = "Warn"
	declaredDoubt = "Doubt"
)

// loc05 are the parameters of LOC-05.
type loc05 struct {
	// ContestedDecision says what a transfer is that rests on a contested adequacy decision alone: Warn (passes, and the text
	// says so) or Fail (until it rests on something else, or an exception has an exit plan).
	ContestedDecision string `json:"contestedDecision"`
	// ParentAssessment: a supplier whose ultimate parent is outside the EU and EEA needs a reference to an assessment of that.
	ParentAssessment bool `json:"parentAssessment"`
	// DeclaredDecision says what a transfer is that rests on an adequacy decision which the built-in table does not have and
	// the Platform declares: Warn (passes, and the text says so) or Doubt (Unknown, because the Platform is what is audited).
	DeclaredDecision string `json:"declaredDecision"`
	// AssessmentMaxAge is how long a transfer impact assessment holds, for example 36mo.
	AssessmentMaxAge string `json:"assessmentMaxAge"`
}

func loc05Defaults(l control.Levels) loc05 {
	if control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityConfidential) {
		return loc05{ContestedDecision: contestedFail, DeclaredDecision: declaredDoubt, ParentAssessment: true, AssessmentMaxAge: "36mo"}
	}
	return loc05{ContestedDecision: contestedWarn, DeclaredDecision: declaredWarn, AssessmentMaxAge: "36mo"}
}

func loc05Validate(p loc05, _ control.Levels) error {
	if !slices.Contains([]string{contestedWarn, contestedFail}, p.ContestedDecision) {
		return fmt.Errorf("contestedDecision: %q is not Warn or Fail", p.ContestedDecision)
	}
	if !slices.Contains([]string{declaredWarn, declaredDoubt}, p.DeclaredDecision) {
		return fmt.Errorf("declaredDecision: %q is not Warn or Doubt", p.DeclaredDecision)
	}
	if _, err := date.ParsePeriod(p.AssessmentMaxAge); err != nil {
		return fmt.Errorf("assessmentMaxAge: %w", err)
	}
	return nil
}

func judgeLOC05(in control.SolutionInput, p *loc05) []control.Result {
	c := chain.Of(in.Facts, in.Solution.Object)
	switch {
	case !c.PersonalData:
		return []control.Result{control.NotApplicable("NoPersonalData").RestingOn(control.Declared)}
	case len(c.Links) == 0 && len(c.Agreements) == 0:
		return []control.Result{control.Unknown("NoChain").At("spec.supplierChain")}
	}
	j := &transferJudge{chain: c, params: p, tables: in.Solution.Platform.Tables, now: in.Now, changes: c.Changes(in.Now),
		results: make([]control.Result, 0, len(c.Links)+4)}
	j.assessmentAge, _ = date.ParsePeriod(p.AssessmentMaxAge)
	for _, l := range c.Links {
		j.link(l)
	}
	for _, u := range c.Unlinked {
		if slices.ContainsFunc(u.By, func(a *chain.Agreement) bool { return a.InForce(in.Now) }) {
			j.link(u.Link)
		}
	}
	for _, a := range c.Agreements {
		if a.InForce(in.Now) {
			j.allowed(a)
		}
	}
	j.gaps()
	if len(j.results) == 0 { // agreements that do not bind yet, or no more, and nothing else
		j.add(control.Unknown("NoChain").At("spec.supplierChain").Until(j.changes))
	}
	return j.results
}
