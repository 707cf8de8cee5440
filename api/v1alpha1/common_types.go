package v1alpha1

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Confidentiality is the classification level of a solution's data, lowest first.
// +kubebuilder:validation:Enum=Public;Internal;Confidential;Sensitive
type Confidentiality string

// Levels of confidentiality. Sensitive is the level of special-category data (GDPR art. 9).
const (
	ConfidentialityPublic       Confidentiality = "Public"
	ConfidentialityInternal     Confidentiality = "Internal"
	ConfidentialityConfidential Confidentiality = "Confidential"
	ConfidentialitySensitive    Confidentiality = "Sensitive"
)

// Level grades integrity and availability.
// +kubebuilder:validation:Enum=Low;Medium;High
type Level string

// Levels of integrity and availability, lowest first.
const (
	LevelLow    Level = "Low"
	LevelMedium Level = "Medium"
	LevelHigh   Level = "High"
)

// Severity grades what a failed control means.
// +kubebuilder:validation:Enum=Critical;High;Medium;Low
type Severity string

// Severities, worst first.
const (
	SeverityCritical Severity = "Critical"
	SeverityHigh     Severity = "High"
	SeverityMedium   Severity = "Medium"
	SeverityLow      Severity = "Low"
)

// Party is who has to act on a result.
// +kubebuilder:validation:Enum=Provider;Institution;Shared
type Party string

// Parties of the split of responsibility.
const (
	PartyProvider    Party = "Provider"
	PartyInstitution Party = "Institution"
	PartyShared      Party = "Shared"
)

// ComplianceState sums up the decided results of one party.
// +kubebuilder:validation:Enum=Compliant;CompliantWithRemarks;NonCompliant;Unknown
type ComplianceState string

// States, best first; Unknown is what could not be decided.
const (
	StateCompliant            ComplianceState = "Compliant"
	StateCompliantWithRemarks ComplianceState = "CompliantWithRemarks"
	StateNonCompliant         ComplianceState = "NonCompliant"
	StateUnknown              ComplianceState = "Unknown"
)

// Verdict is the decided result of a control for one subject.
// +kubebuilder:validation:Enum=Pass;Fail;Unknown;NotApplicable;Excepted
type Verdict string

// Verdicts. Excepted is a Fail that a valid ControlException covers.
const (
	VerdictPass          Verdict = "Pass"
	VerdictFail          Verdict = "Fail"
	VerdictUnknown       Verdict = "Unknown"
	VerdictNotApplicable Verdict = "NotApplicable"
	VerdictExcepted      Verdict = "Excepted"
)

// Duration is a length of time as people write it: a whole number and one unit (m, h, d, w, mo, y), for example
// 30m, 24h, 30d, 13mo. Months and years are calendar months and years. The longest is below 200 years.
// +kubebuilder:validation:MaxLength=32
// +kubebuilder:validation:XValidation:rule=`self.matches(r'^([1-9][0-9]{0,5}[mh]|([1-9][0-9]{0,3}|[1-3][0-9]{4})d|[1-9][0-9]{0,3}w|[1-9][0-9]{0,2}mo|[1-9][0-9]?y)$')`,message="a whole number and one unit: m (minutes), h, d, w, mo (months) or y, more than nothing and less than 200 years, for example 30m, 24h, 30d or 13mo"
type Duration string

// Date is a calendar date in Europe/Copenhagen, for example 2026-03-31.
// +kubebuilder:validation:MaxLength=32
// +kubebuilder:validation:XValidation:rule=`self.matches(r'^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$')`,message="a date written year-month-day, between 1900-01-01 and 2199-12-31, for example 2026-03-31"
// +kubebuilder:validation:XValidation:rule=`!self.matches(r'-02-3[01]$|-(04|06|09|11)-31$') && (!self.matches(r'^[0-9]{4}-02-29$') || (int(self.substring(0, 4)) % 4 == 0 && !(self.substring(0, 4) in ['1900', '2100'])))`,message="the month has no such day; write the last day of a month as it is in that year, for example 2026-02-28 or 2028-02-29"
type Date string

// PartialDate is a date as precise as its source: 2022, 2022-Q2, 2022-03 or 2022-03-17.
// +kubebuilder:validation:MaxLength=32
// +kubebuilder:validation:XValidation:rule=`self.matches(r'^(19|20|21)[0-9]{2}(-(Q[1-4]|(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?))?$')`,message="a date as precise as it is known, between 1900 and 2199: 2022, 2022-Q2, 2022-03 or 2022-03-17"
// +kubebuilder:validation:XValidation:rule=`!self.matches(r'-02-3[01]$|-(04|06|09|11)-31$') && (!self.matches(r'^[0-9]{4}-02-29$') || (int(self.substring(0, 4)) % 4 == 0 && !(self.substring(0, 4) in ['1900', '2100'])))`,message="the month has no such day; write the last day of a month as it is in that year, for example 2026-02-28 or 2028-02-29"
type PartialDate string

// Instant is a point in time with its offset from UTC, as RFC 3339 writes it, for example 2026-10-25T02:30:00+02:00. Legal
// clocks run in real hours, so an hour that a change to winter time repeats needs the offset to be one instant.
// +kubebuilder:validation:MaxLength=32
// +kubebuilder:validation:XValidation:rule=`self.matches(r'^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])$')`,message="a point in time with its offset from UTC, to the second, for example 2026-11-20T14:05:00+01:00 or 2026-11-20T13:05:00Z"
// +kubebuilder:validation:XValidation:rule=`!self.matches(r'-02-3[01]T|-(04|06|09|11)-31T') && (!self.matches(r'^[0-9]{4}-02-29T') || (int(self.substring(0, 4)) % 4 == 0 && !(self.substring(0, 4) in ['1900', '2100'])))`,message="a point in time on a day that the calendar does not have; write the last day of a month as it is in that year, for example 2026-02-28T23:59:00+01:00"
type Instant string

// Time returns the instant, and false if none or nothing readable is written.
func (i Instant) Time() (time.Time, bool) {
	t, err := time.Parse(time.RFC3339, string(i))
	return t, err == nil
}

// CountryCode is an ISO 3166-1 alpha-2 code, for example DK. Greece is GR and the United Kingdom GB, not EL and UK;
// Greenland (GL) and the Faroe Islands (FO) are not part of DK. Quote "NO" (Norway): a bare NO is a YAML boolean.
// +kubebuilder:validation:MaxLength=32
// +kubebuilder:validation:XValidation:rule=`self.matches(r'^(A[DEFGILMOQRSTUWXZ]|B[ABDEFGHIJLMNOQRSTVWYZ]|C[ACDFGHIKLMNORUVWXYZ]|D[EJKMOZ]|E[CEGHRST]|F[IJKMOR]|G[ABDEFGHILMNPQRSTUWY]|H[KMNRTU]|I[DELMNOQRST]|J[EMOP]|K[EGHIMNPRWYZ]|L[ABCIKRSTUVY]|M[ACDEFGHKLMNOPQRSTUVWXYZ]|N[ACEFGILOPRUZ]|OM|P[AEFGHKLMNRSTWY]|QA|R[EOSUW]|S[ABCDEGHIJKLMNORSTVXYZ]|T[CDFGHJKLMNORTVWZ]|U[AGMSYZ]|V[ACEGINU]|W[FS]|Y[ET]|Z[AMW])$')`,message="an ISO 3166-1 alpha-2 country code in capitals, for example DK; Greece is GR (not EL), the United Kingdom GB (not UK), Greenland GL; the EU and the EEA are groups, written {group: EU} where a group is allowed"
type CountryCode string

// ControlID names a control of the catalogue, for example LOC-01.
// +kubebuilder:validation:MaxLength=32
// +kubebuilder:validation:XValidation:rule=`self.matches(r'^[A-Z]{3}-[0-9]{2}$')`,message="one control of the catalogue, three capitals, a hyphen and two digits, for example LOC-01; `tilsyn controls` lists them"
type ControlID string

// Location is one allowed place: a country, optionally only some regions of one provider there, or a group of countries.
// +kubebuilder:validation:XValidation:rule="has(self.country) != has(self.group)",message="set exactly one of country and group, for example {country: DK} or {group: EEA}"
// +kubebuilder:validation:XValidation:rule="!has(self.regions) || has(self.provider)",fieldPath=.provider,message="regions need a provider, because the same region name lies in different countries at different providers, for example {country: IE, provider: aws, regions: [eu-west-1]}"
type Location struct {
	// Country is an ISO 3166-1 alpha-2 code, for example DK. Quote "NO" (Norway): a bare NO is a YAML boolean.
	// +optional
	Country CountryCode `json:"country,omitempty"`
	// Group of countries: EU, EEA, or Adequate (countries with an adequacy decision in force that is neither limited in
	// scope nor contested).
	// +kubebuilder:validation:Enum=EU;EEA;Adequate
	// +optional
	Group string `json:"group,omitempty"`
	// Provider limits the location to one infrastructure provider, by its name in the region table, for example aws.
	// +optional
	Provider ProviderName `json:"provider,omitempty"`
	// Regions limits the location to these regions of the provider, for example [eu-west-1].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	// +listType=set
	// +optional
	Regions []RegionName `json:"regions,omitempty"`
}

// Contact is somebody to reach in a role. Use role addresses rather than names.
// +kubebuilder:validation:XValidation:rule="has(self.email) || has(self.phone)",message="a contact has an email, a phone or both, for example {role: Security, email: security@example.org}"
type Contact struct {
	// Role, for example Security, Operations or DPO.
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:MinLength=1
	Role Line `json:"role"`
	// Email address of the role, for example security@example.org.
	// +kubebuilder:validation:MaxLength=254
	// +kubebuilder:validation:XValidation:rule=`self.matches(r'^[^@\s,;<>]+@[^@\s,;<>.]+([.][^@\s,;<>.]+)+$')`,message="one e-mail address, for example security@example.org"
	// +optional
	Email string `json:"email,omitempty"`
	// Phone number of the role, for example +45 12 34 56 78.
	// +kubebuilder:validation:MaxLength=40
	// +kubebuilder:validation:XValidation:rule=`self.matches(r'^[+]?[0-9][0-9 ()-]*$')`,message="one phone number in digits, for example +45 12 34 56 78"
	// +optional
	Phone string `json:"phone,omitempty"`
}

// ObjectReference names one Kubernetes object exactly.
type ObjectReference struct {
	// APIGroup of the object, for example apps; left out for the core group.
	// +kubebuilder:validation:MaxLength=253
	// +optional
	APIGroup string `json:"apiGroup,omitempty"`
	// Kind of the object, for example Deployment.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Kind string `json:"kind"`
	// Namespace of the object, for example aula; left out for cluster-scoped kinds.
	// +kubebuilder:validation:MaxLength=63
	// +optional
	Namespace string `json:"namespace,omitempty"`
	// Name of the object, for example web.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`
}

// Approval records who accepted something and where that is written down.
type Approval struct {
	// By is the person who approved, as their user name in the cluster or e-mail address, for example jane@example.org.
	// Service accounts do not approve.
	By PersonName `json:"by"`
	// At is the date of the approval, for example 2026-11-20.
	At Date `json:"at"`
	// Reference to the decision, for example a case number or URL.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	Reference Line `json:"reference"`
}

// Counts of decided results, by verdict. Observed counts results of controls in mode Observe, which decide nothing.
type Counts struct {
	// +kubebuilder:validation:Minimum=0
	Passed int32 `json:"passed"`
	// +kubebuilder:validation:Minimum=0
	Failed int32 `json:"failed"`
	// +kubebuilder:validation:Minimum=0
	Unknown int32 `json:"unknown"`
	// +kubebuilder:validation:Minimum=0
	Excepted int32 `json:"excepted"`
	// +kubebuilder:validation:Minimum=0
	NotApplicable int32 `json:"notApplicable"`
	// +kubebuilder:validation:Minimum=0
	Observed int32 `json:"observed"`
}

// PartyStatus is the state and the counts of one party.
type PartyStatus struct {
	State  ComplianceState `json:"state"`
	Counts Counts          `json:"counts"`
}

// ControlStatus is the folded result of one control.
type ControlStatus struct {
	Control  ControlID `json:"control"`
	Verdict  Verdict   `json:"verdict"`
	Severity Severity  `json:"severity"`
	Party    Party     `json:"party"`
	// Mode of the control in the profile: Observe or Required.
	Mode ControlMode `json:"mode"`
	// Reason is the reason code of the worst result.
	// +optional
	Reason ReasonCode `json:"reason,omitempty"`
	// Since when the verdict is what it is.
	// +optional
	Since *metav1.Time `json:"since,omitempty"`
	// Subjects counts the results folded into this one.
	// +kubebuilder:validation:Minimum=0
	Subjects int32 `json:"subjects"`
}

// Finding is one result that somebody has to act on.
type Finding struct {
	Control  ControlID       `json:"control"`
	Verdict  Verdict         `json:"verdict"`
	Severity Severity        `json:"severity"`
	Party    Party           `json:"party"`
	Reason   ReasonCode      `json:"reason"`
	Subject  ObjectReference `json:"subject"`
	// Field of the subject that decides, as a JSON path.
	// +kubebuilder:validation:MaxLength=512
	// +optional
	Field string `json:"field,omitempty"`
	// Message says what was found.
	Message Message `json:"message"`
	// Remediation says what to do.
	// +optional
	Remediation Message `json:"remediation,omitempty"`
	// Cause is the object behind the finding where it is not the subject itself, for example a node.
	// +optional
	Cause *ObjectReference `json:"cause,omitempty"`
	// Since when this finding exists.
	// +optional
	Since *metav1.Time `json:"since,omitempty"`
}
