package status

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
)

// +kubebuilder:rbac:groups=tilsyn.dev,resources=suppliers;processingagreements;assurancestatements;institutions;securityincidents,verbs=get
// +kubebuilder:rbac:groups=tilsyn.dev,resources=suppliers/status;processingagreements/status;assurancestatements/status;institutions/status;securityincidents/status,verbs=patch;update

// Bounds that the API sets: solutions of an institution, clocks of an incident.
const (
	solutionsMax = 200
	clocksMax    = 16
	// valueMax is how long a short text may be.
	valueMax = 512
)

// Suppliers is how the status of a Supplier is reached.
func Suppliers() Kind[v1alpha1.SupplierStatus] {
	return Kind[v1alpha1.SupplierStatus]{
		Name: "Supplier", New: func() client.Object { return &v1alpha1.Supplier{} },
		Status: func(o client.Object) *v1alpha1.SupplierStatus { return &o.(*v1alpha1.Supplier).Status },
	}
}

// Agreements is how the status of a ProcessingAgreement is reached.
func Agreements() Kind[v1alpha1.ProcessingAgreementStatus] {
	return Kind[v1alpha1.ProcessingAgreementStatus]{
		Name: "ProcessingAgreement", New: func() client.Object { return &v1alpha1.ProcessingAgreement{} },
		Status: func(o client.Object) *v1alpha1.ProcessingAgreementStatus {
			return &o.(*v1alpha1.ProcessingAgreement).Status
		},
	}
}

// Statements is how the status of an AssuranceStatement is reached.
func Statements() Kind[v1alpha1.AssuranceStatementStatus] {
	return Kind[v1alpha1.AssuranceStatementStatus]{
		Name: "AssuranceStatement", New: func() client.Object { return &v1alpha1.AssuranceStatement{} },
		Status: func(o client.Object) *v1alpha1.AssuranceStatementStatus {
			return &o.(*v1alpha1.AssuranceStatement).Status
		},
	}
}

// Institutions is how the status of an Institution is reached.
func Institutions() Kind[v1alpha1.InstitutionStatus] {
	return Kind[v1alpha1.InstitutionStatus]{
		Name: "Institution", New: func() client.Object { return &v1alpha1.Institution{} },
		Status:    func(o client.Object) *v1alpha1.InstitutionStatus { return &o.(*v1alpha1.Institution).Status },
		Evaluated: func(s *v1alpha1.InstitutionStatus) **metav1.Time { return &s.LastEvaluationTime },
	}
}

// Incidents is how the status of a SecurityIncident is reached.
func Incidents() Kind[v1alpha1.SecurityIncidentStatus] {
	return Kind[v1alpha1.SecurityIncidentStatus]{
		Name: "SecurityIncident", New: func() client.Object { return &v1alpha1.SecurityIncident{} },
		Status: func(o client.Object) *v1alpha1.SecurityIncidentStatus { return &o.(*v1alpha1.SecurityIncident).Status },
	}
}

// Institution renders the status of an institution.
func Institution(c Common, d *decide.Institution, before v1alpha1.InstitutionStatus) v1alpha1.InstitutionStatus {
	conds := newConditions(c, before.Conditions)
	conds.accepted()
	conds.current()
	at := stamp(c.At)
	s := v1alpha1.InstitutionStatus{
		ObservedGeneration: c.Generation, Conditions: conds.list, LastEvaluationTime: &at, State: d.State, Failed: d.Failed,
		Unknown: d.Unknown, Solutions: first(d.InEach(), solutionsMax), Controls: controls(d.Controls), NextDeadline: c.nextDeadline(),
	}
	s.Findings, s.FindingsOmitted = findings(d.Findings, &s)
	return s
}

// Supplier renders the status of a supplier that is in the chains of so many solutions.
func Supplier(c Common, solutions int, before v1alpha1.SupplierStatus) v1alpha1.SupplierStatus {
	conds := newConditions(c, before.Conditions)
	conds.accepted()
	conds.current()
	conds.fromProblems(v1alpha1.ConditionLocationsLawful, v1alpha1.ReasonLawful,
		"Every country it names is in the EEA, or covered by what is in force today.")
	return v1alpha1.SupplierStatus{
		ObservedGeneration: c.Generation, Conditions: conds.list, Solutions: int32(solutions), NextDeadline: c.nextDeadline(),
	}
}

// Agreement renders the status of a processing agreement.
func Agreement(c Common, before v1alpha1.ProcessingAgreementStatus) v1alpha1.ProcessingAgreementStatus {
	conds := newConditions(c, before.Conditions)
	conds.accepted()
	conds.fromProblems(v1alpha1.ConditionValid, v1alpha1.ReasonInForce, "Signed and in force today.")
	conds.current()
	return v1alpha1.ProcessingAgreementStatus{ObservedGeneration: c.Generation, Conditions: conds.list, NextDeadline: c.nextDeadline()}
}

// StatementDetails is what is derived from an assurance statement for people to read.
type StatementDetails struct {
	State               v1alpha1.StatementState
	Received, Delivered string
	// Open observations.
	Open int
	// KindRequired is true where the statement says which kind is required.
	KindRequired bool
}

// Statement renders the status of an assurance statement.
func Statement(c Common, d StatementDetails, before v1alpha1.AssuranceStatementStatus) v1alpha1.AssuranceStatementStatus {
	conds := newConditions(c, before.Conditions)
	conds.accepted()
	conds.fromProblems(v1alpha1.ConditionConsistent, v1alpha1.ReasonConsistent, "Nothing in it contradicts anything else.")
	if d.KindRequired {
		conds.fromProblems(v1alpha1.ConditionKindAsRequired, v1alpha1.ReasonKindMatches, "It is of the kind that it says is required.")
	} else {
		conds.drop(v1alpha1.ConditionKindAsRequired)
	}
	conds.current()
	return v1alpha1.AssuranceStatementStatus{
		ObservedGeneration: c.Generation, Conditions: conds.list, State: d.State, Received: limit(d.Received, valueMax),
		Delivered: limit(d.Delivered, valueMax), OpenObservations: int32(d.Open), NextDeadline: c.nextDeadline(),
	}
}

// IncidentDetails is what is derived from a security incident.
type IncidentDetails struct {
	// Clocks of law and contract, by name.
	Clocks []v1alpha1.ClockStatus
	Risk   v1alpha1.IncidentRisk
	// AuthorityNotice in words.
	AuthorityNotice string
}

// Incident renders the status of a security incident.
func Incident(c Common, d IncidentDetails, before v1alpha1.SecurityIncidentStatus) v1alpha1.SecurityIncidentStatus {
	conds := newConditions(c, before.Conditions)
	conds.accepted()
	conds.current()
	return v1alpha1.SecurityIncidentStatus{
		ObservedGeneration: c.Generation, Conditions: conds.list, Clocks: first(d.Clocks, clocksMax), Risk: d.Risk,
		AuthorityNotice: limit(d.AuthorityNotice, valueMax), NextDeadline: c.nextDeadline(),
	}
}
