package v1alpha1

// AuditField is something that a record of use of personal data tells.
// +kubebuilder:validation:Enum=User;Time;Function;Purpose;DataSubject;Result;Origin
type AuditField string

// Fields of a record of use. Function is what the user did in the application.
const (
	AuditUser        AuditField = "User"
	AuditTime        AuditField = "Time"
	AuditFunction    AuditField = "Function"
	AuditPurpose     AuditField = "Purpose"
	AuditDataSubject AuditField = "DataSubject"
	AuditResult      AuditField = "Result"
	AuditOrigin      AuditField = "Origin"
)

// AuditEvent is a use of personal data that is recorded.
// +kubebuilder:validation:Enum=LookUp;Change;Extract;Deletion
type AuditEvent string

// AuditEvents lists the uses that a record covers.
func AuditEvents() []AuditEvent { return []AuditEvent{"LookUp", "Change", "Extract", "Deletion"} }

// TechnicalUser is an account that looks at personal data and is no person.
type TechnicalUser struct {
	// Name of the account, for example report-job.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	Name Line `json:"name"`
	// Reason why no person can be named, for example: Nightly statistics without look-ups of single persons.
	// +kubebuilder:validation:MinLength=10
	// +kubebuilder:validation:MaxLength=250
	Reason Line `json:"reason"`
}

// ApplicationAudit says how the application records who used personal data.
// +kubebuilder:validation:XValidation:rule="!self.enabled || (has(self.stream) && has(self.fields))",fieldPath=.stream,message="an audit that is enabled names its stream and its fields, for example enabled: true, stream: aula-audit and fields: [User, Time, Function, DataSubject]"
type ApplicationAudit struct {
	// Enabled is true where the application records each use of personal data.
	Enabled bool `json:"enabled"`
	// Stream of the records as the log store names it, for example aula-audit. It is kept apart from ordinary logs.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	// +optional
	Stream Line `json:"stream,omitempty"`
	// Endpoint that keeps the records where that is not the log store of the cluster, for example audit.example.org.
	// +optional
	Endpoint EndpointName `json:"endpoint,omitempty"`
	// Fields of each record, for example [User, Time, Function, DataSubject].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=7
	// +listType=set
	// +optional
	Fields []AuditField `json:"fields,omitempty"`
	// Events that are recorded, for example [LookUp, Change, Extract, Deletion]. Left out: not said.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=4
	// +listType=set
	// +optional
	Events []AuditEvent `json:"events,omitempty"`
	// Retention of the records, for example 24mo.
	// +optional
	Retention Duration `json:"retention,omitempty"`
	// DirectAccess says whether reports and extracts that go straight to the database are recorded too: Recorded, None
	// (there are none) or NotRecorded. Left out: not said.
	// +kubebuilder:validation:Enum=Recorded;None;NotRecorded
	// +optional
	DirectAccess string `json:"directAccess,omitempty"`
	// TechnicalUsers that look at personal data, for example [{name: report-job, reason: Nightly statistics without
	// look-ups of single persons}].
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=10
	// +listType=map
	// +listMapKey=name
	// +optional
	TechnicalUsers []TechnicalUser `json:"technicalUsers,omitempty"`
}

// Component is a main part of the solution that somebody supports.
// +kubebuilder:validation:XValidation:rule="!has(self.supportEnds) || has(self.source)",fieldPath=.source,message="an end of support has a source that says it, for example supportEnds: 2028-11-09 and source: https://www.postgresql.org/support/versioning/"
type Component struct {
	// Name of the component, unique in the list, for example postgresql.
	Name LinkName `json:"name"`
	// Version that is used, for example 16.4.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Version Line `json:"version"`
	// SupportEnds is the day on which the vendor's support of the version ends, for example 2028-11-09.
	// +optional
	SupportEnds Date `json:"supportEnds,omitempty"`
	// Source that says when support ends, for example https://www.postgresql.org/support/versioning/.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=120
	// +optional
	Source Line `json:"source,omitempty"`
	// Image of the component, where it runs as one, so that the version can be compared with what runs: a repository
	// without tag, for example ghcr.io/cloudnative-pg/postgresql.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +optional
	Image Line `json:"image,omitempty"`
}

// Feed is a supply of data that others rely on being fresh.
// +kubebuilder:validation:XValidation:rule="!has(self.metric) || has(self.alert)",fieldPath=.alert,message="a metric of freshness is watched by an alert, which is what can be checked, for example metric: feed_last_record_timestamp_seconds and alert: FeedIsOld"
type Feed struct {
	// Name of the feed, unique in the list, for example civil-register.
	Name LinkName `json:"name"`
	// MaxAge that the data may have, for example 24h. Left out: that of the profile.
	// +optional
	MaxAge Duration `json:"maxAge,omitempty"`
	// Metric that holds the time of the newest data (not of their collection), for example
	// feed_last_record_timestamp_seconds.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=100
	// +kubebuilder:validation:XValidation:rule=`self.matches(r'^[a-zA-Z_:][a-zA-Z0-9_:]*$')`,message="the name of one metric, without labels, for example feed_last_record_timestamp_seconds"
	// +optional
	Metric string `json:"metric,omitempty"`
	// Alert that fires when the data are too old, for example FeedIsOld.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=100
	// +optional
	Alert Line `json:"alert,omitempty"`
}

// IntegrityCheck is a job that checks that data are correct.
type IntegrityCheck struct {
	// Name of the check, unique in the list, for example checksums.
	Name LinkName `json:"name"`
	// CronJob that checks, for example {namespace: aula, name: checksums}.
	CronJob NamespacedName `json:"cronJob"`
	// Interval at which it ends well at least, for example 1d.
	Interval Duration `json:"interval"`
	// Covers says what it goes through, and how it fails when that is nothing, for example: Every table; fails when it read
	// fewer rows than the day before.
	// +kubebuilder:validation:MinLength=10
	// +kubebuilder:validation:MaxLength=250
	// +optional
	Covers Line `json:"covers,omitempty"`
}
