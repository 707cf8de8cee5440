package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// AttestationType is what is attested.
// +kubebuilder:validation:Enum=ClusterBound;StorageLocation;ReplicationLocation;TelemetryLocation;LogArrival;LogRetention;LogProtection;BackupCoverage;RestoreTest;BackupSeparation;BackupImmutability;BackupEncryption;ClassificationReview;ControlPlaneLocation;KeyLocation;IdentityProviderLocation;ManagementLocation;APIAuditLogging;AccessLogReview;AlertTest;ContingencyPlan;ContingencyExercise;FailoverTest;AccessReview;MultiFactorAuthentication;EndUserLogin;EncryptionAtRest;EncryptionInTransit;Deletion;TestDataReview;DataQuality;RiskAssessment;ImpactAssessment;ProcessingRecord;UseWithinPurpose;ContactsConfirmed;Awareness;ManagementStatement;IncidentProcedure;IncidentExercise;PhysicalSecurity;PersonnelSecurity;AdmissionExemptions;NetworkPolicyEnforcement;NodeDiskEncryption;SecretEncryption;TLSTermination;SecurityMonitoring;NodePatching;NodeVulnerabilityScan;SecretRotation
type AttestationType string

// Types of attestations.
const (
	// AttestClusterBound: node pools cannot be made outside the allowed locations (LOC-02).
	AttestClusterBound AttestationType = "ClusterBound"
	// AttestStorageLocation: where a volume, database or store named in target keeps its data (LOC-03).
	AttestStorageLocation AttestationType = "StorageLocation"
	// AttestReplicationLocation: provider-side replication of backup and log stores stays in allowed locations (LOC-04).
	AttestReplicationLocation AttestationType = "ReplicationLocation"
	// AttestTelemetryLocation: telemetry, error reports and alert texts stay in allowed locations (LOC-04).
	AttestTelemetryLocation AttestationType = "TelemetryLocation"
	// AttestLogArrival: logs of the environment arrive in the central store (LOG-01). Counts for at most 30 days.
	AttestLogArrival AttestationType = "LogArrival"
	// AttestLogRetention: how long the log store keeps records (LOG-02); retention holds the time.
	AttestLogRetention AttestationType = "LogRetention"
	// AttestLogProtection: the logged solution's people cannot change or delete records (LOG-02).
	AttestLogProtection AttestationType = "LogProtection"
	// AttestBackupCoverage: a store outside the cluster, named in target, is backed up (BCK-01).
	AttestBackupCoverage AttestationType = "BackupCoverage"
	// AttestRestoreTest: a restore was tested (BCK-02); restore holds source, duration and who checked.
	AttestRestoreTest AttestationType = "RestoreTest"
	// AttestBackupSeparation: backups lie in another failure domain under other credentials (BCK-03).
	AttestBackupSeparation AttestationType = "BackupSeparation"
	// AttestBackupImmutability: backups cannot be changed or deleted before their time (BCK-03).
	AttestBackupImmutability AttestationType = "BackupImmutability"
	// AttestBackupEncryption: backups are encrypted with a protected key (BCK-03).
	AttestBackupEncryption AttestationType = "BackupEncryption"
	// AttestClassificationReview: the classification was reviewed (DPD-01).
	AttestClassificationReview AttestationType = "ClassificationReview"
	// AttestControlPlaneLocation: where a managed control plane and its data store lie (LOC-07).
	AttestControlPlaneLocation AttestationType = "ControlPlaneLocation"
	// AttestKeyLocation: where keys are kept (LOC-07).
	AttestKeyLocation AttestationType = "KeyLocation"
	// AttestIdentityProviderLocation: where the identity provider lies (LOC-07).
	AttestIdentityProviderLocation AttestationType = "IdentityProviderLocation"
	// AttestManagementLocation: where the console, the fleet manager or the GitOps hub lie (LOC-07).
	AttestManagementLocation AttestationType = "ManagementLocation"
	// AttestAPIAuditLogging: use of the cluster API is audited (LOG-03).
	AttestAPIAuditLogging AttestationType = "APIAuditLogging"
	// AttestAccessLogReview: samples of who looked at personal data were checked (LOG-04).
	AttestAccessLogReview AttestationType = "AccessLogReview"
	// AttestAlertTest: a test alarm reached people (LOG-05).
	AttestAlertTest AttestationType = "AlertTest"
	// AttestContingencyPlan: the contingency plan is current; approval holds management's (BCK-04).
	AttestContingencyPlan AttestationType = "ContingencyPlan"
	// AttestContingencyExercise: the plan was exercised; exercise holds how (BCK-04).
	AttestContingencyExercise AttestationType = "ContingencyExercise"
	// AttestFailoverTest: the loss of a node or zone was tried (BCK-05).
	AttestFailoverTest AttestationType = "FailoverTest"
	// AttestAccessReview: rights were reviewed; accessReview holds what and by whom (IAM-03).
	AttestAccessReview AttestationType = "AccessReview"
	// AttestMultiFactorAuthentication: people log in with more than one factor (IAM-03).
	AttestMultiFactorAuthentication AttestationType = "MultiFactorAuthentication"
	// AttestEndUserLogin: end users log in as declared; target names the audience (IAM-05).
	AttestEndUserLogin AttestationType = "EndUserLogin"
	// AttestEncryptionAtRest: a store named in target is encrypted (NET-05).
	AttestEncryptionAtRest AttestationType = "EncryptionAtRest"
	// AttestEncryptionInTransit: a connection named in target is encrypted (NET-04).
	AttestEncryptionInTransit AttestationType = "EncryptionInTransit"
	// AttestDeletion: data were erased; deletion holds what and how much (DPD-02).
	AttestDeletion AttestationType = "Deletion"
	// AttestTestDataReview: no production data lie in test and development (DPD-04).
	AttestTestDataReview AttestationType = "TestDataReview"
	// AttestDataQuality: critical data are correct and current (DPD-05).
	AttestDataQuality AttestationType = "DataQuality"
	// AttestRiskAssessment: riskAssessment holds the assessment, approval management's (GOV-03).
	AttestRiskAssessment AttestationType = "RiskAssessment"
	// AttestImpactAssessment: impactAssessment holds the screening or the assessment (GOV-04).
	AttestImpactAssessment AttestationType = "ImpactAssessment"
	// AttestProcessingRecord: a record kept elsewhere is complete and current (GOV-02).
	AttestProcessingRecord AttestationType = "ProcessingRecord"
	// AttestUseWithinPurpose: an institution uses a solution within its purpose (GOV-01).
	AttestUseWithinPurpose AttestationType = "UseWithinPurpose"
	// AttestContactsConfirmed: the contacts were tried and answer (GOV-01).
	AttestContactsConfirmed AttestationType = "ContactsConfirmed"
	// AttestAwareness: a round of awareness was held (GOV-07).
	AttestAwareness AttestationType = "Awareness"
	// AttestManagementStatement: the provider's management declares how the solution was run; managementStatement holds the
	// year (SUP-05). It is not independent assurance.
	AttestManagementStatement AttestationType = "ManagementStatement"
	// AttestIncidentProcedure: a party has a procedure for incidents and knows it (INC-03).
	AttestIncidentProcedure AttestationType = "IncidentProcedure"
	// AttestIncidentExercise: the handling of an incident was exercised; exercise holds how (INC-03).
	AttestIncidentExercise AttestationType = "IncidentExercise"
	// AttestPhysicalSecurity: physical and environmental security, which no cluster shows.
	AttestPhysicalSecurity AttestationType = "PhysicalSecurity"
	// AttestPersonnelSecurity: security of personnel, which no cluster shows.
	AttestPersonnelSecurity AttestationType = "PersonnelSecurity"
	// AttestAdmissionExemptions: the API server's own configuration exempts nobody from Pod Security, or those whom the
	// statement names (HRD-01).
	AttestAdmissionExemptions AttestationType = "AdmissionExemptions"
	// AttestNetworkPolicyEnforcement: a test showed that the network enforces policies (NET-01).
	AttestNetworkPolicyEnforcement AttestationType = "NetworkPolicyEnforcement"
	// AttestNodeDiskEncryption: the disks of nodes are encrypted; target names a node pool (NET-05).
	AttestNodeDiskEncryption AttestationType = "NodeDiskEncryption"
	// AttestSecretEncryption: Secrets are encrypted in the cluster's data store, older ones rewritten (NET-05, IAM-04).
	AttestSecretEncryption AttestationType = "SecretEncryption"
	// AttestTLSTermination: where TLS ends outside the cluster it is as strong as demanded; target names the host (NET-03).
	AttestTLSTermination AttestationType = "TLSTermination"
	// AttestSecurityMonitoring: monitoring outside the cluster raises the demanded alarms (LOG-05).
	AttestSecurityMonitoring AttestationType = "SecurityMonitoring"
	// AttestNodePatching: nodes were patched in place at the date; target names a node pool (HRD-04).
	AttestNodePatching AttestationType = "NodePatching"
	// AttestNodeVulnerabilityScan: nodes are scanned for vulnerabilities, which are fixed in time (HRD-03).
	AttestNodeVulnerabilityScan AttestationType = "NodeVulnerabilityScan"
	// AttestSecretRotation: passwords, keys and tokens were renewed, with new content and not by a label (IAM-04).
	AttestSecretRotation AttestationType = "SecretRotation"
)

// AttestationAbout says what the attestation is about: exactly one of solution, environment, platform and supplier, or an
// institution, alone or with the solution whose use it is about.
// +kubebuilder:validation:XValidation:rule="[has(self.solution), has(self.environment), has(self.platform), has(self.supplier)].filter(x, x).size() == (has(self.institution) && !has(self.solution) ? 0 : 1)",message="set exactly one of solution, environment, platform and supplier, or institution, alone or with solution, for example {environment: aula-production}, {platform: true} or {institution: aarhus, solution: aula}"
// +kubebuilder:validation:XValidation:rule="!has(self.platform) || self.platform",fieldPath=.platform,message="platform is true or left out, for example {platform: true}"
type AttestationAbout struct {
	// Solution by name, for example aula: all its environments.
	// +optional
	Solution ObjectName `json:"solution,omitempty"`
	// Environment by name, for example aula-production.
	// +optional
	Environment ObjectName `json:"environment,omitempty"`
	// Platform is true for the whole cluster.
	// +optional
	Platform bool `json:"platform,omitempty"`
	// Supplier by name, for example netcompany: its own organisation.
	// +optional
	Supplier ObjectName `json:"supplier,omitempty"`
	// Institution by name, for example aarhus: its own organisation, or with solution its use of that.
	// +optional
	Institution ObjectName `json:"institution,omitempty"`
}

// RiskScenario is one threat in a risk assessment and what remains of it.
type RiskScenario struct {
	// Name of the scenario, unique in the list, for example ransomware.
	Name LinkName `json:"name"`
	// Threat in one line, for example Extortion through a stolen administrator account.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=250
	// +optional
	Threat Line `json:"threat,omitempty"`
	// Likelihood with the present measures.
	Likelihood Level `json:"likelihood"`
	// Consequence if it happens.
	Consequence Level `json:"consequence"`
	// ResidualRisk after the decided measures.
	// +optional
	ResidualRisk Level `json:"residualRisk,omitempty"`
}

// RiskAssessment holds what a risk assessment must state.
type RiskAssessment struct {
	// Kind: of the Organisation, or of the DataSubjects.
	// +kubebuilder:validation:Enum=Organisation;DataSubjects
	Kind string `json:"kind"`
	// SolutionVersion that was assessed, for example 2026.2.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +optional
	SolutionVersion Line `json:"solutionVersion,omitempty"`
	// ThreatLevel used, as the authority states it, for example Very high.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +optional
	ThreatLevel Line `json:"threatLevel,omitempty"`
	// ContentHash of the document, for example sha256:9f86d081; a renewed date on unchanged content shows by it.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +optional
	ContentHash Line `json:"contentHash,omitempty"`
	// Scenarios, for example [{name: ransomware, likelihood: Medium, consequence: High}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	// +listType=map
	// +listMapKey=name
	// +optional
	Scenarios []RiskScenario `json:"scenarios,omitempty"`
	// Measures decided, for example [{name: mfa, description: Administrators log in with a key, dueAt: 2027-01-31}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=map
	// +listMapKey=name
	// +optional
	Measures []Measure `json:"measures,omitempty"`
}

// PriorConsultation of the authority (GDPR art. 36).
// +kubebuilder:validation:XValidation:rule="!has(self.answeredAt) || self.answeredAt >= self.sentAt",fieldPath=.answeredAt,message="the authority answers on or after the day it was asked, for example sentAt: 2026-05-01 and answeredAt: 2026-06-20"
type PriorConsultation struct {
	// SentAt is the day on which the authority was asked, for example 2026-05-01.
	SentAt Date `json:"sentAt"`
	// AnsweredAt is the day of the answer, for example 2026-06-20.
	// +optional
	AnsweredAt Date `json:"answeredAt,omitempty"`
	// Outcome of the consultation.
	// +kubebuilder:validation:Enum=MayProceed;MayProceedWithConditions;MayNotProceed
	// +optional
	Outcome string `json:"outcome,omitempty"`
	// Reference of the authority, for example 2026-431-1234.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=250
	// +optional
	Reference Line `json:"reference,omitempty"`
}

// ImpactAssessment holds the screening and, where one is required, the data protection impact assessment (GDPR art. 35).
// +kubebuilder:validation:XValidation:rule="self.required || has(self.reason)",fieldPath=.reason,message="a screening that finds no impact assessment required says why, for example required: false and reason: No new technology and no special categories"
// +kubebuilder:validation:XValidation:rule="!has(self.priorConsultation) || !has(self.finishedAt) || self.priorConsultation.sentAt >= self.finishedAt",fieldPath=.priorConsultation.sentAt,message="the authority is asked after the assessment is finished, for example finishedAt: 2026-04-20 and priorConsultation: {sentAt: 2026-05-01}"
type ImpactAssessment struct {
	// Required or not, by the screening.
	Required bool `json:"required"`
	// Reason for the answer, for example Large-scale processing of health data.
	// +kubebuilder:validation:MinLength=10
	// +kubebuilder:validation:MaxLength=2000
	// +optional
	Reason string `json:"reason,omitempty"`
	// Part: Contribution (the provider's) or Final (the controller's). Only Final counts for the controller.
	// +kubebuilder:validation:Enum=Contribution;Final
	// +optional
	Part string `json:"part,omitempty"`
	// ScreenedAt is the day of the screening, for example 2026-03-01.
	// +optional
	ScreenedAt Date `json:"screenedAt,omitempty"`
	// FinishedAt is the day on which the assessment was finished, for example 2026-04-20.
	// +optional
	FinishedAt Date `json:"finishedAt,omitempty"`
	// DPOConsultedAt is the day on which the data protection officer gave advice, for example 2026-04-10.
	// +optional
	DPOConsultedAt Date `json:"dpoConsultedAt,omitempty"`
	// NewTechnology is true where the processing uses technology that is new to the institution.
	// +optional
	NewTechnology bool `json:"newTechnology,omitempty"`
	// ResidualRisk after the measures.
	// +optional
	ResidualRisk Level `json:"residualRisk,omitempty"`
	// PriorConsultation of the authority, needed where the residual risk is High, for example {sentAt: 2026-05-01}.
	// +optional
	PriorConsultation *PriorConsultation `json:"priorConsultation,omitempty"`
	// Measures decided, for example [{name: pseudonyms, description: Test data are pseudonyms, dueAt: 2026-12-31}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=map
	// +listMapKey=name
	// +optional
	Measures []Measure `json:"measures,omitempty"`
}

// Exercise holds what an exercise must state.
type Exercise struct {
	// Kind: Tabletop (a meeting), Technical (systems were restored) or Full (business and systems). A Tabletop is no
	// exercise of restoring.
	// +kubebuilder:validation:Enum=Tabletop;Technical;Full
	Kind string `json:"kind"`
	// Suppliers that took part, by the names of their resources, for example [netcompany].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +listType=set
	// +optional
	Suppliers []ObjectName `json:"suppliers,omitempty"`
	// RecoveryTime measured, for example 3h.
	// +optional
	RecoveryTime Duration `json:"recoveryTime,omitempty"`
	// Result of the exercise.
	// +kubebuilder:validation:Enum=Met;PartlyMet;NotMet
	Result string `json:"result"`
	// Measures decided, for example [{name: phone-list, description: The list of phone numbers is renewed}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=map
	// +listMapKey=name
	// +optional
	Measures []Measure `json:"measures,omitempty"`
}

// AccessReview holds what a review of rights must state.
// +kubebuilder:validation:XValidation:rule="!has(self.removed) || self.removed <= self.reviewed",fieldPath=.removed,message="no more rights are removed than reviewed, for example reviewed: 40 and removed: 3"
type AccessReview struct {
	// Reviewed counts the accounts or rights that were gone through, for example 40. A review of nothing is none.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000000
	Reviewed int32 `json:"reviewed"`
	// Removed counts those taken away, for example 3.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000000
	// +optional
	Removed *int32 `json:"removed,omitempty"`
	// Scope of the review.
	// +kubebuilder:validation:Enum=Cluster;Solution;Both
	Scope string `json:"scope"`
	// ReviewerCheckedBy is the person who reviewed the rights of the one who attests, for example john@example.org; nobody
	// reviews their own.
	// +optional
	ReviewerCheckedBy PersonName `json:"reviewerCheckedBy,omitempty"`
	// LeaversRemovedWithin is the longest time found between somebody's leaving and the end of their rights, for example 1d.
	// +optional
	LeaversRemovedWithin Duration `json:"leaversRemovedWithin,omitempty"`
}

// AccessLogReview holds what a review of the use of personal data must state.
// +kubebuilder:validation:XValidation:rule="self.until > self.from",fieldPath=.until,message="the period that was reviewed ends after it begins, for example from: 2026-05-01 and until: 2026-11-01"
// +kubebuilder:validation:XValidation:rule="!has(self.followedUp) || self.followedUp <= self.findings",fieldPath=.followedUp,message="no more findings are followed up than there are, for example findings: 2 and followedUp: 2"
type AccessLogReview struct {
	// From is the first day of the period that was reviewed, for example 2026-05-01.
	From Date `json:"from"`
	// Until is the day after its last one, for example 2026-11-01.
	Until Date `json:"until"`
	// Sampled counts the records that were looked at, for example 120. A review of nothing is none.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100000000
	Sampled int32 `json:"sampled"`
	// Findings counts uses that could not be explained at once, for example 2.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000000
	Findings int32 `json:"findings"`
	// FollowedUp counts the findings that were brought to an end, for example 2.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000000
	// +optional
	FollowedUp *int32 `json:"followedUp,omitempty"`
	// Selection of the sample: Random, RiskBased, All, or Fixed (always the same, so that it can be foreseen).
	// +kubebuilder:validation:Enum=Random;RiskBased;All;Fixed
	Selection string `json:"selection"`
	// DrawnBy is the person who drew the sample, for example john@example.org; nobody draws a sample of their own use.
	// +optional
	DrawnBy PersonName `json:"drawnBy,omitempty"`
}

// AlertTest holds what a test of the alarm path must state.
type AlertTest struct {
	// Alert that was raised, for example TooManyFailedLogins.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=200
	Alert Line `json:"alert"`
	// Receiver that it reached, for example duty-officer.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	Receiver Line `json:"receiver"`
	// ResponseTime until a person acted on it, for example 20m.
	ResponseTime Duration `json:"responseTime"`
}

// Encryption holds what an attestation of encryption of data at rest states.
type Encryption struct {
	// Keys are controlled by the Provider or by the Customer.
	// +kubebuilder:validation:Enum=Provider;Customer
	Keys string `json:"keys"`
	// Rewritten is true where data written before encryption was switched on have been written again.
	// +optional
	Rewritten bool `json:"rewritten,omitempty"`
}

// TestData holds what a review of test data states.
type TestData struct {
	// Method by which the data in test and development were made: Synthetic, Anonymised, Pseudonymised (still personal
	// data) or Copied from production.
	// +kubebuilder:validation:Enum=Synthetic;Anonymised;Pseudonymised;Copied
	Method string `json:"method"`
	// Description of the method, for example Document 4711, section 3.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +optional
	Description Line `json:"description,omitempty"`
}

// Deletion holds what an erasure must state.
type Deletion struct {
	// Rules of HostedSolution.spec.retention that it carried out, for example [messages].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=set
	Rules []LinkName `json:"rules"`
	// Count of records erased, for example 1200. 0 states that nothing was due.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000000000
	Count int32 `json:"count"`
}

// ManagementStatement holds what a management's own statement must state.
type ManagementStatement struct {
	// Year that it is about, for example 2025.
	// +kubebuilder:validation:Minimum=2000
	// +kubebuilder:validation:Maximum=2199
	Year int32 `json:"year"`
	// PublishedAt is the day on which it was made available, for example 2026-03-15.
	// +optional
	PublishedAt Date `json:"publishedAt,omitempty"`
}

// RestoreTest holds what a restore test must state.
type RestoreTest struct {
	// Source is the backup that was restored, for example velero/aula-daily-20261101020000.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Source Line `json:"source"`
	// Duration from start to checked result, for example 3h.
	Duration Duration `json:"duration"`
	// CheckedBy is the person who checked the restored data, for example john@example.org; not the one who attests.
	CheckedBy PersonName `json:"checkedBy"`
	// Result of the test.
	// +kubebuilder:validation:Enum=Complete;Partial;Failed
	Result string `json:"result"`
}

// AttestationSpec is a dated statement on what cannot be observed.
// +kubebuilder:validation:XValidation:rule="(self.type == 'RestoreTest') == has(self.restore)",fieldPath=.restore,message="type RestoreTest states what was restored, no other type does, for example restore: {source: velero/aula-daily-1, duration: 3h, checkedBy: john@example.org, result: Complete}"
// +kubebuilder:validation:XValidation:rule=`!has(self.restore) || (!(self.by.lowerAscii().replace('Æ', 'æ').replace('Ø', 'ø').replace('Å', 'å').replace(' ', "").find(r'[^:#/\\|]*$') + '@').startsWith(self.restore.checkedBy.lowerAscii().replace('Æ', 'æ').replace('Ø', 'ø').replace('Å', 'å').replace(' ', "").find(r'[^:#/\\|]*$') + '@') && !(self.restore.checkedBy.lowerAscii().replace('Æ', 'æ').replace('Ø', 'ø').replace('Å', 'å').replace(' ', "").find(r'[^:#/\\|]*$') + '@').startsWith(self.by.lowerAscii().replace('Æ', 'æ').replace('Ø', 'ø').replace('Å', 'å').replace(' ', "").find(r'[^:#/\\|]*$') + '@'))`,fieldPath=.restore.checkedBy,message="somebody other than by checks a restore, for example by: jane@example.org and checkedBy: john@example.org; two spellings of one name are the same person"
// +kubebuilder:validation:XValidation:rule=`!has(self.approval) || (!(self.by.lowerAscii().replace('Æ', 'æ').replace('Ø', 'ø').replace('Å', 'å').replace(' ', "").find(r'[^:#/\\|]*$') + '@').startsWith(self.approval.by.lowerAscii().replace('Æ', 'æ').replace('Ø', 'ø').replace('Å', 'å').replace(' ', "").find(r'[^:#/\\|]*$') + '@') && !(self.approval.by.lowerAscii().replace('Æ', 'æ').replace('Ø', 'ø').replace('Å', 'å').replace(' ', "").find(r'[^:#/\\|]*$') + '@').startsWith(self.by.lowerAscii().replace('Æ', 'æ').replace('Ø', 'ø').replace('Å', 'å').replace(' ', "").find(r'[^:#/\\|]*$') + '@'))`,fieldPath=.approval.by,message="somebody other than by approves, for example by: jane@example.org and approval: {by: john@example.org}; two spellings of one name are the same person"
// +kubebuilder:validation:XValidation:rule=`!has(self.accessReview) || !has(self.accessReview.reviewerCheckedBy) || (!(self.by.lowerAscii().replace('Æ', 'æ').replace('Ø', 'ø').replace('Å', 'å').replace(' ', "").find(r'[^:#/\\|]*$') + '@').startsWith(self.accessReview.reviewerCheckedBy.lowerAscii().replace('Æ', 'æ').replace('Ø', 'ø').replace('Å', 'å').replace(' ', "").find(r'[^:#/\\|]*$') + '@') && !(self.accessReview.reviewerCheckedBy.lowerAscii().replace('Æ', 'æ').replace('Ø', 'ø').replace('Å', 'å').replace(' ', "").find(r'[^:#/\\|]*$') + '@').startsWith(self.by.lowerAscii().replace('Æ', 'æ').replace('Ø', 'ø').replace('Å', 'å').replace(' ', "").find(r'[^:#/\\|]*$') + '@'))`,fieldPath=.accessReview.reviewerCheckedBy,message="somebody other than by reviews the rights of by, for example by: jane@example.org and reviewerCheckedBy: john@example.org; two spellings of one name are the same person"
// +kubebuilder:validation:XValidation:rule="(self.type == 'RiskAssessment') == has(self.riskAssessment)",fieldPath=.riskAssessment,message="type RiskAssessment has riskAssessment, no other type does, for example riskAssessment: {kind: Organisation}"
// +kubebuilder:validation:XValidation:rule="(self.type == 'ImpactAssessment') == has(self.impactAssessment)",fieldPath=.impactAssessment,message="type ImpactAssessment has impactAssessment, no other type does, for example impactAssessment: {required: true, part: Final, finishedAt: 2026-04-20}"
// +kubebuilder:validation:XValidation:rule="(self.type == 'AccessReview') == has(self.accessReview)",fieldPath=.accessReview,message="type AccessReview has accessReview, no other type does, for example accessReview: {reviewed: 40, removed: 3, scope: Cluster}"
// +kubebuilder:validation:XValidation:rule="(self.type == 'Deletion') == has(self.deletion)",fieldPath=.deletion,message="type Deletion has deletion, no other type does, for example deletion: {rules: [messages], count: 1200}"
// +kubebuilder:validation:XValidation:rule="(self.type == 'ManagementStatement') == has(self.managementStatement)",fieldPath=.managementStatement,message="type ManagementStatement has managementStatement, no other type does, for example managementStatement: {year: 2025}"
// +kubebuilder:validation:XValidation:rule="(self.type in ['ContingencyExercise', 'IncidentExercise']) == has(self.exercise)",fieldPath=.exercise,message="types ContingencyExercise and IncidentExercise have exercise, no other type does, for example exercise: {kind: Technical, result: Met}"
// +kubebuilder:validation:XValidation:rule="self.type != 'LogRetention' || has(self.retention)",fieldPath=.retention,message="an attestation of type LogRetention states how long records are kept, for example retention: 13mo"
// +kubebuilder:validation:XValidation:rule="!self.type.endsWith('Location') || has(self.countries)",fieldPath=.countries,message="an attestation of a location lists every country that holds the data, for example countries: [DK]"
// +kubebuilder:validation:XValidation:rule="self.validUntil > self.date",fieldPath=.validUntil,message="an attestation ends after its date, for example date: 2026-11-20 and validUntil: 2027-11-20"
// +kubebuilder:validation:XValidation:rule="!has(self.apiAudit) || self.type == 'APIAuditLogging'",fieldPath=.apiAudit,message="only type APIAuditLogging has apiAudit, for example type: APIAuditLogging and apiAudit: {level: Metadata}"
// +kubebuilder:validation:XValidation:rule="!has(self.accessLogReview) || self.type == 'AccessLogReview'",fieldPath=.accessLogReview,message="only type AccessLogReview has accessLogReview, for example accessLogReview: {from: 2026-05-01, until: 2026-11-01, sampled: 120, findings: 0, selection: Random}"
// +kubebuilder:validation:XValidation:rule="!has(self.alertTest) || self.type == 'AlertTest'",fieldPath=.alertTest,message="only type AlertTest has alertTest, for example alertTest: {alert: TooManyFailedLogins, receiver: duty-officer, responseTime: 20m}"
// +kubebuilder:validation:XValidation:rule="!has(self.encryption) || self.type in ['EncryptionAtRest', 'NodeDiskEncryption', 'SecretEncryption']",fieldPath=.encryption,message="only types EncryptionAtRest, NodeDiskEncryption and SecretEncryption have encryption, for example type: EncryptionAtRest and encryption: {keys: Customer}"
// +kubebuilder:validation:XValidation:rule="!has(self.testData) || self.type == 'TestDataReview'",fieldPath=.testData,message="only type TestDataReview has testData, for example type: TestDataReview and testData: {method: Synthetic}"
type AttestationSpec struct {
	// Type of the statement.
	Type AttestationType `json:"type"`
	// About what.
	About AttestationAbout `json:"about"`
	// Target names one thing the statement is about: an endpoint, store or volume, for example azure/auditbackups.
	// Left out: all of them.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +optional
	Target Line `json:"target,omitempty"`
	// By is the person who attests, for example jane@example.org. Service accounts do not attest.
	By PersonName `json:"by"`
	// Date of what is attested, for example 2026-11-20.
	Date Date `json:"date"`
	// Evidence refers to what proves it, for example a document or case number.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	Evidence Line `json:"evidence"`
	// Statement in words.
	// +kubebuilder:validation:MaxLength=2000
	// +optional
	Statement string `json:"statement,omitempty"`
	// ValidUntil is the date on which the statement ends, at 00:00 Europe/Copenhagen, for example 2027-11-20.
	ValidUntil Date `json:"validUntil"`
	// Countries that hold the data, for attestations of a location, for example [DK, IE].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +listType=set
	// +optional
	Countries []CountryCode `json:"countries,omitempty"`
	// Retention attested, for example 13mo: how long records (LogRetention) or locked backups (BackupImmutability) are kept.
	// +optional
	Retention Duration `json:"retention,omitempty"`
	// Restore holds what a restore test states.
	// +optional
	Restore *RestoreTest `json:"restore,omitempty"`
	// Approval by management, for example {by: john@example.org, at: 2026-11-20, reference: Case 2026-1234}; needed for
	// risk assessments and contingency plans.
	// +optional
	Approval *Approval `json:"approval,omitempty"`
	// RiskAssessment holds what a risk assessment states.
	// +optional
	RiskAssessment *RiskAssessment `json:"riskAssessment,omitempty"`
	// ImpactAssessment holds what a screening or impact assessment states.
	// +optional
	ImpactAssessment *ImpactAssessment `json:"impactAssessment,omitempty"`
	// Exercise holds what an exercise states.
	// +optional
	Exercise *Exercise `json:"exercise,omitempty"`
	// AccessReview holds what a review of rights states.
	// +optional
	AccessReview *AccessReview `json:"accessReview,omitempty"`
	// Deletion holds what an erasure states.
	// +optional
	Deletion *Deletion `json:"deletion,omitempty"`
	// ManagementStatement holds what a management statement states.
	// +optional
	ManagementStatement *ManagementStatement `json:"managementStatement,omitempty"`
	// APIAudit says what is recorded of the use of the cluster API, in attestations of type APIAuditLogging, for example
	// {level: Metadata, endpoint: logs.example.org}.
	// +optional
	APIAudit *APIAudit `json:"apiAudit,omitempty"`
	// AccessLogReview holds what a review of the use of personal data states.
	// +optional
	AccessLogReview *AccessLogReview `json:"accessLogReview,omitempty"`
	// AlertTest holds what a test of the alarm path states.
	// +optional
	AlertTest *AlertTest `json:"alertTest,omitempty"`
	// Encryption says who controls the keys, in attestations of types EncryptionAtRest, NodeDiskEncryption and
	// SecretEncryption, for example {keys: Customer}.
	// +optional
	Encryption *Encryption `json:"encryption,omitempty"`
	// TestData says how test data were made, in attestations of type TestDataReview, for example {method: Synthetic}.
	// +optional
	TestData *TestData `json:"testData,omitempty"`
}

// AttestationStatus is what the operator found.
type AttestationStatus struct {
	// ObservedGeneration is the generation of the spec that was checked.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
	// Conditions: Ready, Accepted, Valid (in force now), Current (nothing that is due is overdue).
	// +kubebuilder:validation:MaxItems=16
	// +listType=map
	// +listMapKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`
	// Approval: Verified if the request that wrote the spec came from approval.by, or from by where nobody approves; else
	// Claimed.
	// +optional
	Approval ApprovalState `json:"approval,omitempty"`
	// ApprovalMessage says why the approval is Claimed, or what verified it.
	// +optional
	ApprovalMessage Message `json:"approvalMessage,omitempty"`
	// VerifiedGeneration is the generation of the spec that the approver was seen to write; 0: none. The operator remembers
	// here what it cannot see again.
	// +kubebuilder:validation:Minimum=0
	// +optional
	VerifiedGeneration int64 `json:"verifiedGeneration,omitempty"`
	// NextDeadline of the attestation: when it is to be made anew, or a measure in it. None once a later one takes its place.
	// +optional
	NextDeadline *DeadlineStatus `json:"nextDeadline,omitempty"`
}

// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=att,categories=tilsyn
// +kubebuilder:printcolumn:name="Type",type=string,JSONPath=`.spec.type`
// +kubebuilder:printcolumn:name="Solution",type=string,JSONPath=`.spec.about.solution`
// +kubebuilder:printcolumn:name="Environment",type=string,JSONPath=`.spec.about.environment`
// +kubebuilder:printcolumn:name="Institution",type=string,priority=1,JSONPath=`.spec.about.institution`
// +kubebuilder:printcolumn:name="Supplier",type=string,priority=1,JSONPath=`.spec.about.supplier`
// +kubebuilder:printcolumn:name="Date",type=string,JSONPath=`.spec.date`
// +kubebuilder:printcolumn:name="Until",type=string,JSONPath=`.spec.validUntil`
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.status.conditions[?(@.type=="Valid")].reason`
// +kubebuilder:printcolumn:name="Approval",type=string,JSONPath=`.status.approval`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`

// Attestation is a named person's dated statement on something that cannot be observed.
type Attestation struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   AttestationSpec   `json:"spec"`
	Status AttestationStatus `json:"status,omitempty"`
}

// +kubebuilder:object:root=true

// AttestationList is a list of Attestations.
type AttestationList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Attestation `json:"items"`
}
