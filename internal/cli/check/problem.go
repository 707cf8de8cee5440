package check

import (
	"slices"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
)

// Fault is something in the input that is wrong, and where.
type Fault struct {
	File string `json:"file"`
	Line int    `json:"line,omitempty"`
	// Document is the number of the document in the file, from 1.
	Document int `json:"document,omitempty"`
	// Subject is the object, as Kind namespace/name, where it is known.
	Subject string `json:"subject,omitempty"`
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`
}

// Problem is something about a resource that its conditions would show in a cluster, with the mend.
type Problem struct {
	Subject Object `json:"subject"`
	// Type and Reason are those of the condition.
	Type    string `json:"type"`
	Reason  string `json:"reason"`
	Message string `json:"message"`
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
}

// elsewhere lists reasons that need not be faults of manifests: what they miss may stand in another repository, and what lies
// ahead depends on when one looks, and the name of a place decides nothing alone.
func elsewhere() []string {
	return []string{
		v1alpha1.ReasonUnknownSolution, v1alpha1.ReasonUnknownEnvironment, v1alpha1.ReasonUnknownProfile, v1alpha1.ReasonNoNamespaceMatched,
		v1alpha1.ReasonUnknownNamespace, v1alpha1.ReasonNamespaceClaimedTwice, v1alpha1.ReasonLocationsReduced,
		v1alpha1.ReasonUnknownSupplier, v1alpha1.ReasonUnknownAgreement, v1alpha1.ReasonUnknownStatement, v1alpha1.ReasonUnknownInstitution,
		v1alpha1.ReasonUnknownIncident, v1alpha1.ReasonUnknownGroup, v1alpha1.ReasonNotController, v1alpha1.ReasonTwoInForce,
		v1alpha1.ReasonFingerprintShared, v1alpha1.ReasonImplausibleDate, v1alpha1.ReasonOneParty, v1alpha1.ReasonPlaceUnclear,
	}
}

// readProblems tells errors from problems. In manifests a resource that would never be accepted is an error; in a cluster
// it is a fact about the cluster.
func (r *Report) readProblems() {
	for _, e := range r.evidence.read.Errors {
		if r.Mode == Snapshot && !e.Object.IsZero() { // as in a cluster: its source is incomplete, and what rests on it unknown
			r.Problems = append(r.Problems, Problem{Subject: r.object(e.Object), Type: v1alpha1.ConditionSourcesReadable,
				Reason: v1alpha1.ReasonDecodeFailed, Message: e.Error()})
			continue
		}
		r.Errors = append(r.Errors, faultOf(e))
	}
	for _, p := range slices.Concat(r.Evaluation.Fleet.Problems, r.register.Problems) {
		if r.aboutAssumption(p) || p.Type == v1alpha1.ConditionLocationsLawful { // LOC-05 says that, solution by solution
			continue
		}
		position, _ := r.evidence.position(p.Object)
		if r.Mode == Manifests && p.Type == v1alpha1.ConditionAccepted && (!slices.Contains(elsewhere(), p.Reason) || r.strayException(p)) {
			r.Errors = append(r.Errors, Fault{File: position.File, Line: position.Line, Document: position.Document, Subject: p.Object.String(),
				Message: p.Message})
			continue
		}
		r.Problems = append(r.Problems, Problem{Subject: r.object(p.Object), Type: p.Type, Reason: p.Reason, Message: p.Message,
			File: position.File, Line: position.Line})
	}
}

// strayException tells whether an exception names a solution that is not there, although others are: then it is a slip of the
// pen, and as little of use as any other exception that is not accepted.
func (r *Report) strayException(p evaluate.Problem) bool {
	return p.Object.Kind == "ControlException" && p.Reason == v1alpha1.ReasonUnknownSolution &&
		slices.ContainsFunc(r.Evaluation.Fleet.Solutions, func(s *evaluate.Solution) bool { return !r.assumed.solutions[s.Object.Name] })
}

// aboutAssumption tells whether a problem is one of what was made up, or says again what the report says already.
func (r *Report) aboutAssumption(p evaluate.Problem) bool {
	switch p.Object.Kind {
	case "HostedSolution":
		return r.assumed.solutions[p.Object.Name]
	case "SolutionEnvironment":
		return r.assumed.environments[p.Object.Name]
	default:
		return p.Type == v1alpha1.ConditionNoUnclaimedNamespaces
	}
}

func faultOf(e *files.Error) Fault {
	f := Fault{File: e.File, Line: e.Line, Document: e.Document, Field: e.Field, Message: e.Message}
	if !e.Object.IsZero() {
		f.Subject = e.Object.String()
	}
	return f
}
