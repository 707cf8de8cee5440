package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// StatementDocument is what kind of document an AssuranceStatement stands for.
// +kubebuilder:validation:Enum=Statement;ManagementStatement;ActionPlan;Certificate;SelfAssessment
type StatementDocument string

// Documents. Only a Statement is independent assurance on a system's or an organisation's controls.
const (
	DocumentStatement           StatementDocument = "Statement"
	DocumentManagementStatement StatementDocument = "ManagementStatement"
	DocumentActionPlan          StatementDocument = "ActionPlan"
	DocumentCertificate         StatementDocument = "Certificate"
	DocumentSelfAssessment      StatementDocument = "SelfAssessment"
)

// StatementState is where a statement is on its way. NotSaid: the source has the row and says nothing of its state.
// +kubebuilder:validation:Enum=Planned;Ordered;Expected;Received;Assessed;Forwarded;Closed;NotRelevant;NeedUnderClarification;NotSaid
type StatementState string

// States of a statement, in the order of its life; the last three stand beside it.
const (
	StatementPlanned                StatementState = "Planned"
	StatementOrdered                StatementState = "Ordered"
	StatementExpected               StatementState = "Expected"
	StatementReceived               StatementState = "Received"
	StatementAssessed               StatementState = "Assessed"
	StatementForwarded              StatementState = "Forwarded"
	StatementClosed                 StatementState = "Closed"
	StatementNotRelevant            StatementState = "NotRelevant"
	StatementNeedUnderClarification StatementState = "NeedUnderClarification"
	StatementNotSaid                StatementState = "NotSaid"
)

// ReceiptState is what the record says of the receipt of a statement.
// +kubebuilder:validation:Enum=Expected;Received;Delivered;OnlyPeriodGiven;NotSaid
type ReceiptState string

// States of a receipt. Delivered is the sender's word for Received; OnlyPeriodGiven is a date without a word of whether it
// is past or to come.
const (
	ReceiptExpected        ReceiptState = "Expected"
	ReceiptReceived        ReceiptState = "Received"
	ReceiptDelivered       ReceiptState = "Delivered"
	ReceiptOnlyPeriodGiven ReceiptState = "OnlyPeriodGiven"
	ReceiptNotSaid         ReceiptState = "NotSaid"
)

// DeliveryState is what the record says of the delivery to one recipient.
// +kubebuilder:validation:Enum=Expected;Delivered;NotRelevant;NotSaid
type DeliveryState string

// States of a delivery.
const (
	DeliveryExpected    DeliveryState = "Expected"
	DeliveryDelivered   DeliveryState = "Delivered"
	DeliveryNotRelevant DeliveryState = "NotRelevant"
	DeliveryNotSaid     DeliveryState = "NotSaid"
)

// Receipt says whether and when the processor or controller received a statement. State and date are two fields: each may
// be known without the other.
type Receipt struct {
	// State of the receipt.
	State ReceiptState `json:"state"`
	// Date of the receipt, or the expected one, as precise as the source, for example 2023-06-08, 2023-12 or 2023-Q2.
	// +optional
	Date PartialDate `json:"date,omitempty"`
	// Reference to the copy received, for example Case 2023-1234.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=250
	// +optional
	Reference Line `json:"reference,omitempty"`
}

// Delivery says whether and when a statement was passed on to one recipient.
// +kubebuilder:validation:XValidation:rule="[has(self.institution), has(self.group), has(self.organisation)].filter(x, x).size() <= 1",message="a delivery has one recipient: set at most one of institution, group and organisation and write a delivery for each, for example [{group: Danish municipalities, state: Delivered}, {organisation: STAR, state: Delivered}]"
type Delivery struct {
	// Institution that receives it, by the name of its resource, for example aarhus.
	// +optional
	Institution ObjectName `json:"institution,omitempty"`
	// Group of controllers that receives it, as in HostedSolution.spec.controllers, for example Danish municipalities; who
	// belongs to it follows from the group's institutionSelector or institutions.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	// +optional
	Group Line `json:"group,omitempty"`
	// Organisation that receives it and has no resource, for example STAR. With no recipient at all the source does not
	// say who received it.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	// +optional
	Organisation Line `json:"organisation,omitempty"`
	// State of the delivery.
	State DeliveryState `json:"state"`
	// Date of the delivery, or the expected one, as precise as the source, for example 2023-06-21 or 2024-01.
	// +optional
	Date PartialDate `json:"date,omitempty"`
	// Due is the day by which it is to be delivered, for example 2023-07-08. Left out: that of the profile.
	// +optional
	Due Date `json:"due,omitempty"`
	// Channel used, for example Digital Post or Published.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	// +optional
	Channel Line `json:"channel,omitempty"`
}

// Period is a span of days, both included.
// +kubebuilder:validation:XValidation:rule="self.to >= self.from",fieldPath=.to,message="a period ends on or after the day it begins, for example from: 2022-01-01 and to: 2022-12-31"
type Period struct {
	// From is the first day, for example 2022-01-01.
	From Date `json:"from"`
	// To is the last day, included, for example 2022-12-31; the same as From for a statement of Type1.
	To Date `json:"to"`
}

// Auditor who made a statement.
type Auditor struct {
	// Name of the firm, for example PwC.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	Name Line `json:"name"`
	// Independence of the audited party. Left out: not recorded.
	// +kubebuilder:validation:Enum=Independent;NotIndependent
	// +optional
	Independence string `json:"independence,omitempty"`
}

// Opinion of an auditor.
// +kubebuilder:validation:Enum=Unmodified;Qualified;Adverse;Disclaimer
type Opinion string

// Opinions, best first.
const (
	OpinionUnmodified Opinion = "Unmodified"
	OpinionQualified  Opinion = "Qualified"
	OpinionAdverse    Opinion = "Adverse"
	OpinionDisclaimer Opinion = "Disclaimer"
)

// Observation is one finding of an auditor and what becomes of it.
// +kubebuilder:validation:XValidation:rule="!has(self.closedAt) || has(self.evidence)",fieldPath=.evidence,message="a closed observation says what shows it, for example closedAt: 2023-09-30 and evidence: Case 2023-1234"
// +kubebuilder:validation:XValidation:rule="!has(self.verifiedAt) || (has(self.closedAt) && self.verifiedAt >= self.closedAt)",fieldPath=.verifiedAt,message="an observation is verified on or after the day it was closed, for example closedAt: 2023-09-30 and verifiedAt: 2023-10-15"
type Observation struct {
	// ID in the statement, for example B.4-1.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	ID Line `json:"id"`
	// Kind: an Observation, or a Qualification of the opinion.
	// +kubebuilder:validation:Enum=Observation;Qualification
	// +optional
	Kind string `json:"kind,omitempty"`
	// ControlObjective that it is about, in the auditor's numbering, for example B.4. The same objective in the next year's
	// statement is the same observation, whatever its number.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +optional
	ControlObjective Line `json:"controlObjective,omitempty"`
	// Severity as assessed by whoever supervises. Left out: not assessed.
	// +optional
	Severity Severity `json:"severity,omitempty"`
	// Description of what was found, for example Access of leavers was removed late in two of 25 samples.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1000
	Description string `json:"description"`
	// Owner who acts, a role or organisation, for example KMD operations.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	// +optional
	Owner Line `json:"owner,omitempty"`
	// Action that is decided, for example The identity system removes access on the last working day.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1000
	// +optional
	Action string `json:"action,omitempty"`
	// DueAt is the planned end, for example 2023-10-01.
	// +optional
	DueAt Date `json:"dueAt,omitempty"`
	// ClosedAt is the day on which the owner closed it, for example 2023-09-30.
	// +optional
	ClosedAt Date `json:"closedAt,omitempty"`
	// Evidence of the closure, for example Case 2023-1234.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=250
	// +optional
	Evidence Line `json:"evidence,omitempty"`
	// VerifiedAt is the day on which somebody else checked the closure, for example 2023-10-15.
	// +optional
	VerifiedAt Date `json:"verifiedAt,omitempty"`
	// VerifiedBy is the person who checked it, for example jane@example.org.
	// +optional
	VerifiedBy PersonName `json:"verifiedBy,omitempty"`
	// RepeatOf is the id of the same observation in an earlier statement, for example B.4-2.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +optional
	RepeatOf Line `json:"repeatOf,omitempty"`
}

// ComplementaryControl is what the user organisation must do for the audited controls to work.
type ComplementaryControl struct {
	// ID in the statement, for example CUEC-3.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	ID Line `json:"id"`
	// Description of the control, for example The municipality removes the access of leavers.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1000
	Description string `json:"description"`
}

// StatementAssessment is what whoever supervises concluded from a statement.
type StatementAssessment struct {
	// At is the day of the assessment, for example 2023-06-20.
	At Date `json:"at"`
	// By is the person who assessed it, for example jane@example.org.
	By PersonName `json:"by"`
	// Conclusion in one line, for example Sufficient; two observations are followed up.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	Conclusion Line `json:"conclusion"`
}

// AssuranceStatementSpec is one document of the yearly assurance, from the plan to the closure of its observations.
// +kubebuilder:validation:XValidation:rule="has(self.solutions) || has(self.supplier)",fieldPath=.solutions,message="a statement is about solutions, a supplier or both, for example solutions: [aula] or supplier: kombit"
// +kubebuilder:validation:XValidation:rule="self.document in ['Statement', 'Certificate'] || !(has(self.standard) || has(self.type) || has(self.level) || has(self.opinion) || has(self.auditor))",fieldPath=.document,message="only a Statement or a Certificate has a standard, type, level, auditor or opinion: a management statement, an action plan and a self-assessment are not independent assurance, for example {document: ActionPlan, scope: General}"
// +kubebuilder:validation:XValidation:rule="!has(self.standard) || (self.document == 'Certificate') == (self.standard in ['ISO27001', 'ISO27701'])",fieldPath=.standard,message="ISO27001 and ISO27701 are standards of certificates, the others of statements, for example {document: Statement, standard: ISAE3000} or {document: Certificate, standard: ISO27001}"
// +kubebuilder:validation:XValidation:rule="!has(self.state) || self.state != 'NotRelevant' || has(self.reason)",fieldPath=.reason,message="a statement that is not relevant says why, for example state: NotRelevant and reason: Not in production in 2022"
// +kubebuilder:validation:XValidation:rule="!has(self.receipt) || !has(self.receipt.date) || !(self.receipt.state in ['Received', 'Delivered']) || self.receipt.date.size() != 10 || !has(self.deliveries) || self.deliveries.all(d, !has(d.date) || d.state != 'Delivered' || d.date.size() != 10 || d.date >= self.receipt.date)",fieldPath=.deliveries,message="nothing is passed on before it is received: correct receipt.date or the date of the delivery, for example receipt: {state: Received, date: 2023-06-08} and deliveries: [{group: Danish municipalities, state: Delivered, date: 2023-06-21}]"
// +kubebuilder:validation:XValidation:rule="!has(self.assessment) || !has(self.receipt) || !has(self.receipt.date) || !(self.receipt.state in ['Received', 'Delivered']) || self.receipt.date.size() != 10 || self.assessment.at >= self.receipt.date",fieldPath=.assessment.at,message="a statement is assessed on or after the day it is received, for example receipt: {state: Received, date: 2023-06-08} and assessment: {at: 2023-06-20}"
// +kubebuilder:validation:XValidation:rule="self.document == 'ActionPlan' || !(has(self.measures) || has(self.answers))",fieldPath=.measures,message="measures and answers belong to an action plan, for example {document: ActionPlan, answers: [ksd-2022-general], measures: [{name: leavers, description: Access is removed daily}]}"
// +kubebuilder:validation:XValidation:rule="!has(self.noObservations) || !self.noObservations || !has(self.observations)",fieldPath=.noObservations,message="a statement has observations or none: leave out noObservations or observations, for example observations: [{id: B.4-1, description: Access was removed late}]"
type AssuranceStatementSpec struct {
	// Solutions that the statement is kept for, for example [ksd, ky].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=200
	// +listType=set
	// +optional
	Solutions []ObjectName `json:"solutions,omitempty"`
	// Supplier whose controls the statement is about, for example netcompany.
	// +optional
	Supplier ObjectName `json:"supplier,omitempty"`
	// Year that is audited, for example 2022.
	// +kubebuilder:validation:Minimum=2000
	// +kubebuilder:validation:Maximum=2199
	Year int32 `json:"year"`
	// Document that this stands for.
	Document StatementDocument `json:"document"`
	// Kind of statement that was received or is expected.
	StatementKind `json:",inline"`
	// Required kind, as ordered or as the concept of supervision asks, for example {standard: ISAE3000, type: Type2, scope:
	// Specific}. Left out: what the solution and the profile require.
	// +optional
	Required *StatementKind `json:"required,omitempty"`
	// Subject in the statement's words, for example General IT controls of Netcompany.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=250
	// +optional
	Subject Line `json:"subject,omitempty"`
	// NamedSolutions are those that the statement's own text names, for example [ksd]. Left out: not recorded.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=200
	// +listType=set
	// +optional
	NamedSolutions []ObjectName `json:"namedSolutions,omitempty"`
	// Period audited, for example {from: 2022-01-01, to: 2022-12-31}.
	// +optional
	Period *Period `json:"period,omitempty"`
	// Auditor of the statement, for example {name: PwC, independence: Independent}.
	// +optional
	Auditor *Auditor `json:"auditor,omitempty"`
	// Opinion of the auditor.
	// +optional
	Opinion Opinion `json:"opinion,omitempty"`
	// SubSuppliers: Inclusive (they are inside the statement) or CarveOut (they need their own). Left out: not recorded.
	// +kubebuilder:validation:Enum=Inclusive;CarveOut
	// +optional
	SubSuppliers string `json:"subSuppliers,omitempty"`
	// CarvedOut suppliers, by the names of their resources, for example [aws].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +listType=set
	// +optional
	CarvedOut []ObjectName `json:"carvedOut,omitempty"`
	// State as whoever keeps the record says it. Left out: it follows from receipt, assessment and deliveries.
	// +optional
	State StatementState `json:"state,omitempty"`
	// Reason for the state, for example Not in production in 2022.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +optional
	Reason Line `json:"reason,omitempty"`
	// StateSince is the day since which the state holds, for example 2023-03-01; a need may be clarified for a limited time.
	// +optional
	StateSince Date `json:"stateSince,omitempty"`
	// OrderedAt is when the statement was ordered, for example 2022-05.
	// +optional
	OrderedAt PartialDate `json:"orderedAt,omitempty"`
	// Receipt of the statement, for example {state: Received, date: 2023-06-08}. Left out: nothing is recorded.
	// +optional
	Receipt *Receipt `json:"receipt,omitempty"`
	// Assessment by whoever supervises, for example {at: 2023-06-20, by: jane@example.org, conclusion: Sufficient}.
	// +optional
	Assessment *StatementAssessment `json:"assessment,omitempty"`
	// Deliveries, one for each recipient, for example [{group: Danish municipalities, state: Delivered, date: 2023-06-21}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=200
	// +listType=atomic
	// +optional
	Deliveries []Delivery `json:"deliveries,omitempty"`
	// Observations of the auditor, for example [{id: B.4-1, description: Access was removed late, severity: Medium}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	// +listType=map
	// +listMapKey=id
	// +optional
	Observations []Observation `json:"observations,omitempty"`
	// NoObservations is true where the statement has been read and has none. With neither they count as not recorded.
	// +optional
	NoObservations bool `json:"noObservations,omitempty"`
	// ActionPlan that answers this statement, by the name of its AssuranceStatement, for example ksd-2022-plan.
	// +optional
	ActionPlan ObjectName `json:"actionPlan,omitempty"`
	// Answers are the statements that this action plan answers, for example [ksd-2022-isae3402].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +listType=set
	// +optional
	Answers []ObjectName `json:"answers,omitempty"`
	// Measures of this action plan, for example [{name: leavers, description: Access is removed daily, dueAt: 2023-10-01}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=map
	// +listMapKey=name
	// +optional
	Measures []Measure `json:"measures,omitempty"`
	// ComplementaryControls that the statement leaves to the user organisation, for example [{id: CUEC-3, description: The
	// municipality removes the access of leavers}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=map
	// +listMapKey=id
	// +optional
	ComplementaryControls []ComplementaryControl `json:"complementaryControls,omitempty"`
	// Reference to the document, for example Case 2023-1234.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +optional
	Reference Line `json:"reference,omitempty"`
	// RecordUpdated is the day on which the source of this record was last updated, for example 2023-09-20. What is said to
	// have happened after it is implausible.
	// +optional
	RecordUpdated Date `json:"recordUpdated,omitempty"`
}

// AssuranceStatementStatus is what the operator found.
type AssuranceStatementStatus struct {
	// ObservedGeneration is the generation of the spec that was checked.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
	// Conditions: Ready, Accepted (names exist), Consistent (states and dates agree with each other), KindAsRequired,
	// Current (nothing overdue).
	// +kubebuilder:validation:MaxItems=16
	// +listType=map
	// +listMapKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`
	// State that follows from the spec.
	// +optional
	State StatementState `json:"state,omitempty"`
	// Received in words, for example Received 2023-06-08.
	// +optional
	Received Value `json:"received,omitempty"`
	// Delivered in words, for example STAR 2023-03-01; Danish municipalities 2023-04-24.
	// +optional
	Delivered Value `json:"delivered,omitempty"`
	// OpenObservations counts the observations that are not closed.
	// +kubebuilder:validation:Minimum=0
	// +optional
	OpenObservations int32 `json:"openObservations"`
	// NextDeadline of the statement.
	// +optional
	NextDeadline *DeadlineStatus `json:"nextDeadline,omitempty"`
}

// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=stmt,categories=tilsyn
// +kubebuilder:validation:XValidation:rule="self.metadata.name.size() <= 63",message="metadata.name may have at most 63 characters, because other resources refer to it, for example aula-2022-isae3000"
// +kubebuilder:printcolumn:name="Solutions",type=string,JSONPath=`.spec.solutions`
// +kubebuilder:printcolumn:name="Year",type=integer,JSONPath=`.spec.year`
// +kubebuilder:printcolumn:name="Document",type=string,JSONPath=`.spec.document`
// +kubebuilder:printcolumn:name="Standard",type=string,JSONPath=`.spec.standard`
// +kubebuilder:printcolumn:name="Type",type=string,JSONPath=`.spec.type`
// +kubebuilder:printcolumn:name="Scope",type=string,JSONPath=`.spec.scope`
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.status.state`
// +kubebuilder:printcolumn:name="Received",type=string,JSONPath=`.status.received`
// +kubebuilder:printcolumn:name="Delivered",type=string,JSONPath=`.status.delivered`
// +kubebuilder:printcolumn:name="Consistent",type=string,JSONPath=`.status.conditions[?(@.type=="Consistent")].status`
// +kubebuilder:printcolumn:name="As required",type=string,JSONPath=`.status.conditions[?(@.type=="KindAsRequired")].status`
// +kubebuilder:printcolumn:name="Current",type=string,JSONPath=`.status.conditions[?(@.type=="Current")].status`
// +kubebuilder:printcolumn:name="Supplier",type=string,priority=1,JSONPath=`.spec.supplier`
// +kubebuilder:printcolumn:name="Subject",type=string,priority=1,JSONPath=`.spec.subject`
// +kubebuilder:printcolumn:name="Open",type=integer,priority=1,JSONPath=`.status.openObservations`
// +kubebuilder:printcolumn:name="Due",type=string,priority=1,JSONPath=`.status.nextDeadline.due`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`

// AssuranceStatement is one statement, management statement, action plan or certificate and its way to those who supervise.
type AssuranceStatement struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   AssuranceStatementSpec   `json:"spec"`
	Status AssuranceStatementStatus `json:"status,omitempty"`
}

// +kubebuilder:object:root=true

// AssuranceStatementList is a list of AssuranceStatements.
type AssuranceStatementList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []AssuranceStatement `json:"items"`
}
