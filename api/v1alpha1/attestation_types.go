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
