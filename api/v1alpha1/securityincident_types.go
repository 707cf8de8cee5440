package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Affected answers whether personal data are affected.
// +kubebuilder:validation:Enum=Affected;NotAffected;UnderInvestigation
type Affected string

// Answers. UnderInvestigation keeps the legal clock running. Not Yes and No, which YAML takes for booleans.
const (
	PersonalDataAffected           Affected = "Affected"
	PersonalDataNotAffected        Affected = "NotAffected"
	PersonalDataUnderInvestigation Affected = "UnderInvestigation"
)

// IncidentRisk is the risk for the data subjects.
// +kubebuilder:validation:Enum=Unlikely;Risk;High
type IncidentRisk string

// Risks for data subjects. Unlikely needs no notice to the authority, High one to the data subjects.
const (
	IncidentRiskUnlikely IncidentRisk = "Unlikely"
	IncidentRiskRisk     IncidentRisk = "Risk"
	IncidentRiskHigh     IncidentRisk = "High"
)

// IncidentRiskAssessment is one assessment of the risk for the data subjects.
type IncidentRiskAssessment struct {
	// At is when it was made, for example 2026-11-20T15:00:00+01:00.
	At Instant `json:"at"`
	// Level of the risk.
	Level IncidentRisk `json:"level"`
	// Reason for the level, for example The files were encrypted and the key was not taken.
	// +kubebuilder:validation:MinLength=10
	// +kubebuilder:validation:MaxLength=2000
	Reason string `json:"reason"`
	// By is the person who assessed it, for example jane@example.org.
	By PersonName `json:"by"`
}

// PersonalDataBreach holds what GDPR art. 33(3) asks for.
type PersonalDataBreach struct {
	// Nature of the breach, for example [Confidentiality].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=3
	// +kubebuilder:validation:items:Enum=Confidentiality;Integrity;Availability
	// +listType=set
	// +optional
	Nature []string `json:"nature,omitempty"`
	// Categories of personal data concerned, for example [NationalID, Health].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=13
	// +listType=set
	// +optional
	Categories []DataCategory `json:"categories,omitempty"`
	// DataSubjects concerned, for example [pupils, parents].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=120
	// +listType=set
	// +optional
	DataSubjects []Line `json:"dataSubjects,omitempty"`
	// DataSubjectCount, approximate, for example 1200. Left out: not known.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000000000
	// +optional
	DataSubjectCount *int32 `json:"dataSubjectCount,omitempty"`
	// RecordCount, approximate, for example 5000. Left out: not known.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000000000
	// +optional
	RecordCount *int32 `json:"recordCount,omitempty"`
	// Consequences that are likely, for example Others can read messages between parents and teachers.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2000
	// +optional
	Consequences string `json:"consequences,omitempty"`
	// MeasuresTaken or proposed, for example The export was deleted and the recipient has confirmed it in writing.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2000
	// +optional
	MeasuresTaken string `json:"measuresTaken,omitempty"`
	// Contact of the controller for this breach, for example {role: DPO, email: dpo@example.org}.
	// +optional
	Contact *Contact `json:"contact,omitempty"`
}

// NotificationType is a notice that law demands.
// +kubebuilder:validation:Enum=Authority;NIS2EarlyWarning;NIS2Notification;NIS2Interim;NIS2Final
type NotificationType string

// Notices to authorities: Authority is GDPR art. 33, the others are those of NIS 2.
const (
	NotificationAuthority        NotificationType = "Authority"
	NotificationNIS2EarlyWarning NotificationType = "NIS2EarlyWarning"
	NotificationNIS2             NotificationType = "NIS2Notification"
	NotificationNIS2Interim      NotificationType = "NIS2Interim"
	NotificationNIS2Final        NotificationType = "NIS2Final"
)

// Notification is one notice to an authority.
type Notification struct {
	// Type of the notice.
	Type NotificationType `json:"type"`
	// At is when it was sent, for example 2026-11-21T09:30:00+01:00.
	At Instant `json:"at"`
	// Controller on whose behalf it was sent, by the name of its Institution, for example aarhus. Left out: all.
	// +optional
	Controller ObjectName `json:"controller,omitempty"`
	// Phase of a notice that is given in parts.
	// +kubebuilder:validation:Enum=Initial;FollowUp;Complete
	// +optional
	Phase string `json:"phase,omitempty"`
	// Reference given by the authority, for example 2026-441-1234.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=250
	// +optional
	Reference Line `json:"reference,omitempty"`
	// LateReason says why the notice came late, for example The processor told us after 80 hours.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1000
	// +optional
	LateReason string `json:"lateReason,omitempty"`
}

// DataSubjectNotice is the notice to the persons concerned (GDPR art. 34), or the exception from it.
// +kubebuilder:validation:XValidation:rule="has(self.at) != has(self.exception)",message="the persons concerned were told, or an exception applies: set exactly one of at and exception, for example {at: 2026-11-22T10:00:00+01:00, method: Direct} or {exception: Unintelligible, reason: The files were encrypted}"
// +kubebuilder:validation:XValidation:rule="!has(self.exception) || has(self.reason)",fieldPath=.reason,message="an exception says why it applies, for example exception: Unintelligible and reason: The files were encrypted and the key was not taken"
type DataSubjectNotice struct {
	// At is when they were told, for example 2026-11-22T10:00:00+01:00.
	// +optional
	At Instant `json:"at,omitempty"`
	// Method: Direct, or Public where that would be disproportionate.
	// +kubebuilder:validation:Enum=Direct;Public
	// +optional
	Method string `json:"method,omitempty"`
	// Count of persons told, for example 1200.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000000000
	// +optional
	Count *int32 `json:"count,omitempty"`
	// Exception of art. 34(3): Unintelligible (encrypted), RiskRemoved (by later measures) or Disproportionate.
	// +kubebuilder:validation:Enum=Unintelligible;RiskRemoved;Disproportionate
	// +optional
	Exception string `json:"exception,omitempty"`
	// Reason for the exception or for public notice, for example The files were encrypted and the key was not taken.
	// +kubebuilder:validation:MinLength=10
	// +kubebuilder:validation:MaxLength=2000
	// +optional
	Reason string `json:"reason,omitempty"`
	// KeyExposed is true where the key was taken too, which leaves no room for Unintelligible.
	// +optional
	KeyExposed bool `json:"keyExposed,omitempty"`
}

// IncidentNotice is a notice along the chain: who was told, by whom, when.
// +kubebuilder:validation:XValidation:rule="[has(self.supplier), has(self.institution), has(self.group), has(self.organisation)].filter(x, x).size() == 1",message="a notice has one recipient: set exactly one of supplier, institution, group and organisation, for example {supplier: kombit, at: 2026-11-20T16:00:00+01:00}"
type IncidentNotice struct {
	// Supplier that was told, for example kombit.
	// +optional
	Supplier ObjectName `json:"supplier,omitempty"`
	// Institution that was told, for example aarhus.
	// +optional
	Institution ObjectName `json:"institution,omitempty"`
	// Group of controllers that was told, as in HostedSolution.spec.controllers, for example Danish municipalities.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	// +optional
	Group Line `json:"group,omitempty"`
	// Organisation that was told and has no resource, for example the sector's security centre.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	// +optional
	Organisation Line `json:"organisation,omitempty"`
	// At is when they were told, for example 2026-11-20T16:00:00+01:00.
	At Instant `json:"at"`
	// By is the Supplier that told them, for example netcompany. Left out: the controller.
	// +optional
	By ObjectName `json:"by,omitempty"`
	// Reference to the notice, for example Case 2026-1234.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=250
	// +optional
	Reference Line `json:"reference,omitempty"`
	// LateReason says why it came late, for example Found during the holiday.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=250
	// +optional
	LateReason Line `json:"lateReason,omitempty"`
}

// IncidentEvent is one line of the timeline.
type IncidentEvent struct {
	// At is when it happened, for example 2026-11-20T14:05:00+01:00.
	At Instant `json:"at"`
	// Event in one line, for example Alarm on the export job.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	Event Line `json:"event"`
}

// PoliceReport records whether the police was told.
// +kubebuilder:validation:XValidation:rule="self.decision != 'Reported' || has(self.at)",fieldPath=.at,message="a report to the police has its time, for example decision: Reported and at: 2026-11-21T10:00:00+01:00"
// +kubebuilder:validation:XValidation:rule="self.decision != 'NotReported' || has(self.reason)",fieldPath=.reason,message="a decision not to report says why, for example decision: NotReported and reason: No sign of a crime"
type PoliceReport struct {
	// Decision: Reported, NotReported or UnderConsideration.
	// +kubebuilder:validation:Enum=Reported;NotReported;UnderConsideration
	Decision string `json:"decision"`
	// At is when it was reported, for example 2026-11-21T10:00:00+01:00.
	// +optional
	At Instant `json:"at,omitempty"`
	// Reason for the decision, for example No sign of a crime.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1000
	// +optional
	Reason string `json:"reason,omitempty"`
	// Reference of the police, for example 0100-12345.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=250
	// +optional
	Reference Line `json:"reference,omitempty"`
}

// EvidenceHold keeps logs and copies beyond their time while an incident is investigated.
// +kubebuilder:validation:XValidation:rule="!has(self.until) || !self.until.matches(r'^[0-9-]{10}T[0-9:]{8}(Z|[+-][0-9:]{5})$') || !self.since.matches(r'^[0-9-]{10}T[0-9:]{8}(Z|[+-][0-9:]{5})$') || timestamp(self.until) > timestamp(self.since)",fieldPath=.until,message="a hold ends after it begins, for example since: 2026-11-20T15:00:00+01:00 and until: 2027-02-01T00:00:00+01:00"
type EvidenceHold struct {
	// Since when, for example 2026-11-20T15:00:00+01:00.
	Since Instant `json:"since"`
	// Until when, for example 2027-02-01T00:00:00+01:00. Left out: it goes on.
	// +optional
	Until Instant `json:"until,omitempty"`
	// What is held, for example Audit log and backups of November.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +optional
	What Line `json:"what,omitempty"`
}

// NIS2Report says whether the incident is significant under NIS 2, which starts clocks of its own.
// +kubebuilder:validation:XValidation:rule="!self.significant || has(self.awareAt)",fieldPath=.awareAt,message="a significant incident has the time of awareness, from which its clocks run, for example significant: true and awareAt: 2026-11-20T15:00:00+01:00"
type NIS2Report struct {
	// Significant incident or not.
	Significant bool `json:"significant"`
	// AwareAt is when the entity became aware that it is significant, for example 2026-11-20T15:00:00+01:00.
	// +optional
	AwareAt Instant `json:"awareAt,omitempty"`
	// Reason for the answer, for example The service was down for four hours.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1000
	// +optional
	Reason string `json:"reason,omitempty"`
}

// IncidentAwareness is when one controller became aware, where controllers differ.
type IncidentAwareness struct {
	// Controller by the name of its Institution, for example aarhus.
	Controller ObjectName `json:"controller"`
	// At is when it became aware, for example 2026-11-20T17:00:00+01:00.
	At Instant `json:"at"`
}

// SecurityIncidentSpec is one incident or breach with what the law and the contracts ask for.
// +kubebuilder:validation:XValidation:rule="has(self.solutions) || has(self.environments)",fieldPath=.solutions,message="an incident concerns solutions, environments or both, for example solutions: [aula]"
// +kubebuilder:validation:XValidation:rule="self.personalData != 'NotAffected' || !has(self.breach)",fieldPath=.personalData,message="an incident with a breach of personal data affects them: write personalData: Affected or leave breach out, for example personalData: Affected"
// +kubebuilder:validation:XValidation:rule="!has(self.occurredAt) || !has(self.occurredUntil) || !self.occurredUntil.matches(r'^[0-9-]{10}T[0-9:]{8}(Z|[+-][0-9:]{5})$') || !self.occurredAt.matches(r'^[0-9-]{10}T[0-9:]{8}(Z|[+-][0-9:]{5})$') || timestamp(self.occurredUntil) >= timestamp(self.occurredAt)",fieldPath=.occurredUntil,message="an incident ends when it begins or later, for example occurredAt: 2026-11-20T13:00:00+01:00 and occurredUntil: 2026-11-20T15:00:00+01:00"
// +kubebuilder:validation:XValidation:rule="!has(self.occurredAt) || !self.detectedAt.matches(r'^[0-9-]{10}T[0-9:]{8}(Z|[+-][0-9:]{5})$') || !self.occurredAt.matches(r'^[0-9-]{10}T[0-9:]{8}(Z|[+-][0-9:]{5})$') || timestamp(self.detectedAt) >= timestamp(self.occurredAt)",fieldPath=.detectedAt,message="an incident is detected when it occurs or later, for example occurredAt: 2026-11-20T13:00:00+01:00 and detectedAt: 2026-11-20T14:05:00+01:00"
// +kubebuilder:validation:XValidation:rule="!has(self.processorAwareAt) || !has(self.occurredAt) || !self.processorAwareAt.matches(r'^[0-9-]{10}T[0-9:]{8}(Z|[+-][0-9:]{5})$') || !self.occurredAt.matches(r'^[0-9-]{10}T[0-9:]{8}(Z|[+-][0-9:]{5})$') || timestamp(self.processorAwareAt) >= timestamp(self.occurredAt)",fieldPath=.processorAwareAt,message="nobody is aware of an incident before it occurs, for example occurredAt: 2026-11-20T13:00:00+01:00 and processorAwareAt: 2026-11-20T15:00:00+01:00"
// +kubebuilder:validation:XValidation:rule="!has(self.controllerAwareAt) || !has(self.occurredAt) || !self.controllerAwareAt.matches(r'^[0-9-]{10}T[0-9:]{8}(Z|[+-][0-9:]{5})$') || !self.occurredAt.matches(r'^[0-9-]{10}T[0-9:]{8}(Z|[+-][0-9:]{5})$') || timestamp(self.controllerAwareAt) >= timestamp(self.occurredAt)",fieldPath=.controllerAwareAt,message="nobody is aware of an incident before it occurs, for example occurredAt: 2026-11-20T13:00:00+01:00 and controllerAwareAt: 2026-11-20T16:00:00+01:00"
// +kubebuilder:validation:XValidation:rule="!has(self.awareness) || !has(self.occurredAt) || !self.occurredAt.matches(r'^[0-9-]{10}T[0-9:]{8}(Z|[+-][0-9:]{5})$') || self.awareness.all(a, !a.at.matches(r'^[0-9-]{10}T[0-9:]{8}(Z|[+-][0-9:]{5})$') || timestamp(a.at) >= timestamp(self.occurredAt))",fieldPath=.awareness,message="no controller is aware of an incident before it occurs, for example occurredAt: 2026-11-20T13:00:00+01:00 and awareness: [{controller: aarhus, at: 2026-11-20T17:00:00+01:00}]"
// +kubebuilder:validation:XValidation:rule="!has(self.notifications) || !has(self.occurredAt) || !self.occurredAt.matches(r'^[0-9-]{10}T[0-9:]{8}(Z|[+-][0-9:]{5})$') || self.notifications.all(n, !n.at.matches(r'^[0-9-]{10}T[0-9:]{8}(Z|[+-][0-9:]{5})$') || timestamp(n.at) >= timestamp(self.occurredAt))",fieldPath=.notifications,message="no authority is told of an incident before it occurs, for example occurredAt: 2026-11-20T13:00:00+01:00 and notifications: [{type: Authority, at: 2026-11-21T09:30:00+01:00}]"
// +kubebuilder:validation:XValidation:rule="!has(self.dataSubjectNotice) || !has(self.dataSubjectNotice.at) || !has(self.occurredAt) || !self.dataSubjectNotice.at.matches(r'^[0-9-]{10}T[0-9:]{8}(Z|[+-][0-9:]{5})$') || !self.occurredAt.matches(r'^[0-9-]{10}T[0-9:]{8}(Z|[+-][0-9:]{5})$') || timestamp(self.dataSubjectNotice.at) >= timestamp(self.occurredAt)",fieldPath=.dataSubjectNotice.at,message="nobody is told of an incident before it occurs, for example occurredAt: 2026-11-20T13:00:00+01:00 and dataSubjectNotice: {at: 2026-11-22T10:00:00+01:00, method: Direct}"
// +kubebuilder:validation:XValidation:rule="!has(self.notices) || !has(self.occurredAt) || !self.occurredAt.matches(r'^[0-9-]{10}T[0-9:]{8}(Z|[+-][0-9:]{5})$') || self.notices.all(n, !n.at.matches(r'^[0-9-]{10}T[0-9:]{8}(Z|[+-][0-9:]{5})$') || timestamp(n.at) >= timestamp(self.occurredAt))",fieldPath=.notices,message="no party is told of an incident before it occurs, for example occurredAt: 2026-11-20T13:00:00+01:00 and notices: [{supplier: kombit, at: 2026-11-20T16:00:00+01:00}]"
// +kubebuilder:validation:XValidation:rule="!has(self.closedAt) || !self.closedAt.matches(r'^[0-9-]{10}T[0-9:]{8}(Z|[+-][0-9:]{5})$') || !self.detectedAt.matches(r'^[0-9-]{10}T[0-9:]{8}(Z|[+-][0-9:]{5})$') || timestamp(self.closedAt) >= timestamp(self.detectedAt)",fieldPath=.closedAt,message="an incident is closed after it was detected, for example detectedAt: 2026-11-20T14:05:00+01:00 and closedAt: 2026-12-20T12:00:00+01:00"
type SecurityIncidentSpec struct {
	// Title in one line, without personal data, for example Export file sent to the wrong recipient.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=250
	Title Line `json:"title"`
	// Description without personal data, for example A job sent the weekly export to a supplier who should not have it.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=4000
	// +optional
	Description string `json:"description,omitempty"`
	// Solutions concerned, for example [aula].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	// +listType=set
	// +optional
	Solutions []ObjectName `json:"solutions,omitempty"`
	// Environments concerned, for example [aula-production].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	// +listType=set
	// +optional
	Environments []ObjectName `json:"environments,omitempty"`
	// Institutions concerned, for example [aarhus]. Left out: every controller of the solutions.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=500
	// +listType=set
	// +optional
	Institutions []ObjectName `json:"institutions,omitempty"`
	// DetectedBy is the Supplier that found it, for example netcompany. Left out: the controller.
	// +optional
	DetectedBy ObjectName `json:"detectedBy,omitempty"`
	// Severity of the incident.
	// +optional
	Severity Severity `json:"severity,omitempty"`
	// Controls of the catalogue whose failure led to it, for example [BCK-03].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=set
	// +optional
	Controls []ControlID `json:"controls,omitempty"`
	// OccurredAt is when it began, for example 2026-11-20T13:00:00+01:00. Left out: not known.
	// +optional
	OccurredAt Instant `json:"occurredAt,omitempty"`
	// OccurredUntil is when it ended, for example 2026-11-20T15:00:00+01:00.
	// +optional
	OccurredUntil Instant `json:"occurredUntil,omitempty"`
	// DetectedAt is when somebody found it, for example 2026-11-20T14:05:00+01:00.
	DetectedAt Instant `json:"detectedAt"`
	// ProcessorAwareAt is when the processor became aware, for example 2026-11-20T15:00:00+01:00.
	// +optional
	ProcessorAwareAt Instant `json:"processorAwareAt,omitempty"`
	// ControllerAwareAt is when the controllers became aware, for example 2026-11-20T16:00:00+01:00. The clock of art. 33
	// runs from here; left out, from the creation of this resource.
	// +optional
	ControllerAwareAt Instant `json:"controllerAwareAt,omitempty"`
	// Awareness of single controllers who learnt of it at another time, for example [{controller: aarhus, at:
	// 2026-11-20T17:00:00+01:00}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=200
	// +listType=map
	// +listMapKey=controller
	// +optional
	Awareness []IncidentAwareness `json:"awareness,omitempty"`
	// PersonalData: whether personal data are affected.
	PersonalData Affected `json:"personalData"`
	// Breach holds what art. 33(3) asks for.
	// +optional
	Breach *PersonalDataBreach `json:"breach,omitempty"`
	// RiskAssessments for the data subjects, oldest first; the last one holds, for example [{at: 2026-11-20T15:00:00+01:00,
	// level: Risk, reason: Messages of 1200 pupils could be read, by: jane@example.org}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:XValidation:rule="self.exists(a, !a.at.matches(r'^[0-9-]{10}T[0-9:]{8}(Z|[+-][0-9:]{5})$')) || self.all(a, timestamp(a.at) <= timestamp(self[self.size() - 1].at))",message="assessments are written oldest first, so that the last one holds, for example [{at: 2026-11-20T15:00:00+01:00, level: Risk}, {at: 2026-11-21T09:00:00+01:00, level: High}]"
	// +listType=atomic
	// +optional
	RiskAssessments []IncidentRiskAssessment `json:"riskAssessments,omitempty"`
	// Notifications to authorities, for example [{type: Authority, at: 2026-11-21T09:30:00+01:00, phase: Initial}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	// +listType=atomic
	// +optional
	Notifications []Notification `json:"notifications,omitempty"`
	// DataSubjectNotice to the persons concerned, or the exception from it.
	// +optional
	DataSubjectNotice *DataSubjectNotice `json:"dataSubjectNotice,omitempty"`
	// NIS2 says whether the incident is significant under NIS 2, for example {significant: false, reason: Nobody noticed}.
	// +optional
	NIS2 *NIS2Report `json:"nis2,omitempty"`
	// Notices along the chain, for example [{supplier: kombit, at: 2026-11-20T16:00:00+01:00, by: netcompany}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=200
	// +listType=atomic
	// +optional
	Notices []IncidentNotice `json:"notices,omitempty"`
	// PoliceReport or the decision against it, for example {decision: NotReported, reason: No sign of a crime}.
	// +optional
	PoliceReport *PoliceReport `json:"policeReport,omitempty"`
	// Timeline, for example [{at: 2026-11-20T14:05:00+01:00, event: Alarm on the export job}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=200
	// +listType=atomic
	// +optional
	Timeline []IncidentEvent `json:"timeline,omitempty"`
	// EvidenceHold keeps logs and copies, for example {since: 2026-11-20T15:00:00+01:00}.
	// +optional
	EvidenceHold *EvidenceHold `json:"evidenceHold,omitempty"`
	// RootCause, for example The job's list of recipients was kept by hand.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2000
	// +optional
	RootCause string `json:"rootCause,omitempty"`
	// Lessons learnt, for example Lists of recipients belong in version control.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2000
	// +optional
	Lessons string `json:"lessons,omitempty"`
	// Measures against a repetition, for example [{name: recipients, description: The list is reviewed, dueAt: 2027-01-15}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=map
	// +listMapKey=name
	// +optional
	Measures []Measure `json:"measures,omitempty"`
	// RelatedIncidents that have the same cause or belong to the same event, for example [aula-2026-02].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +listType=set
	// +optional
	RelatedIncidents []ObjectName `json:"relatedIncidents,omitempty"`
	// ClosedAt is when the incident was closed, for example 2026-12-20T12:00:00+01:00.
	// +optional
	ClosedAt Instant `json:"closedAt,omitempty"`
}

// Risk returns the assessment that holds, nil if there is none.
func (s *SecurityIncidentSpec) Risk() *IncidentRiskAssessment {
	if len(s.RiskAssessments) == 0 {
		return nil
	}
	return &s.RiskAssessments[len(s.RiskAssessments)-1]
}

// ClockStatus is one clock of an incident as the operator sees it.
type ClockStatus struct {
	// Clock: AuthorityNotice, DataSubjectNotice, RiskAssessment, ProcessorNotice, NIS2EarlyWarning, NIS2Notification or
	// NIS2Final.
	// +kubebuilder:validation:MaxLength=63
	Clock string `json:"clock"`
	// StartedAt is the instant from which it runs.
	StartedAt metav1.Time `json:"startedAt"`
	// DueAt is the instant at which it runs out.
	DueAt metav1.Time `json:"dueAt"`
	// StoppedAt is the instant of the notice that stopped it.
	// +optional
	StoppedAt *metav1.Time `json:"stoppedAt,omitempty"`
	// State: Running, Met, Late (stopped after its end), Overdue (not stopped) or NotRequired.
	// +kubebuilder:validation:Enum=Running;Met;Late;Overdue;NotRequired
	State string `json:"state"`
	// HoursStep is the last reminder step reached, for example 48.
	// +kubebuilder:validation:Minimum=0
	// +optional
	HoursStep int32 `json:"hoursStep,omitempty"`
}

// SecurityIncidentStatus is what the operator found.
type SecurityIncidentStatus struct {
	// ObservedGeneration is the generation of the spec that was checked.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
	// Conditions: Ready, Accepted (names exist), Current (no clock and no measure overdue).
	// +kubebuilder:validation:MaxItems=16
	// +listType=map
	// +listMapKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`
	// Clocks of law and contract.
	// +kubebuilder:validation:MaxItems=16
	// +listType=map
	// +listMapKey=clock
	// +optional
	Clocks []ClockStatus `json:"clocks,omitempty"`
	// Risk that holds now.
	// +optional
	Risk IncidentRisk `json:"risk,omitempty"`
	// AuthorityNotice in words, for example due 2026-11-23T15:00:00Z or sent 2026-11-21T08:30:00Z.
	// +optional
	AuthorityNotice Value `json:"authorityNotice,omitempty"`
	// NextDeadline of the incident.
	// +optional
	NextDeadline *DeadlineStatus `json:"nextDeadline,omitempty"`
}

// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=sinc,categories=tilsyn
// +kubebuilder:validation:XValidation:rule="self.metadata.name.size() <= 63",message="metadata.name may have at most 63 characters, because other resources refer to it, for example aula-2026-01"
// +kubebuilder:printcolumn:name="Solutions",type=string,JSONPath=`.spec.solutions`
// +kubebuilder:printcolumn:name="Personal data",type=string,JSONPath=`.spec.personalData`
// +kubebuilder:printcolumn:name="Risk",type=string,JSONPath=`.status.risk`
// +kubebuilder:printcolumn:name="Aware",type=string,JSONPath=`.spec.controllerAwareAt`
// +kubebuilder:printcolumn:name="Authority",type=string,JSONPath=`.status.authorityNotice`
// +kubebuilder:printcolumn:name="Next",type=string,JSONPath=`.status.nextDeadline.subject`
// +kubebuilder:printcolumn:name="Due",type=string,JSONPath=`.status.nextDeadline.due`
// +kubebuilder:printcolumn:name="Closed",type=string,JSONPath=`.spec.closedAt`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`

// SecurityIncident is one incident or personal data breach with its clocks, notices and lessons.
type SecurityIncident struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   SecurityIncidentSpec   `json:"spec"`
	Status SecurityIncidentStatus `json:"status,omitempty"`
}

// +kubebuilder:object:root=true

// SecurityIncidentList is a list of SecurityIncidents.
type SecurityIncidentList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []SecurityIncident `json:"items"`
}
