package log

import (
	"fmt"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// LOG02 judges how long the stores that an environment's logs reach keep them, and how safely.
var LOG02 = control.Define(control.Meta{
	ID: "LOG-02", Title: "Logs are kept long enough, not too long, and protected", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyProvider,
	MustHold: "Logs are kept at least the minimum and at most the maximum time, in a store that the logged solution's people and service accounts cannot change or delete, on durable storage. What is held as evidence for an incident may be kept longer.",
	Why: "An attack is often found months after it began, and then the logs of those months are the only trace. Kept without end, they are personal data without a purpose. " +
		"Logs that the logged can change prove nothing.",
	NotSeen: "Life-cycle rules and object locks of buckets, index policies of Elasticsearch and OpenSearch, who may delete in the store (attested); a store that was set up anew with an empty volume.",
	ISO:     []string{"8.15 Logging", "5.28 Collection of evidence", "5.33 Protection of records"},
	GDPR:    []string{"5(1)(e)", "5(1)(f)", "32"},
	Evidence: []string{"Loki configuration in ConfigMaps: limits_config.retention_period, retention_stream, overrides, compactor.retention_enabled and delete_request_store, table_manager",
		"LokiStack spec.limits", "retention that outputs to CloudWatch set (log_retention_days with auto_create_group, retention_in_days)", "volumes of the store's pods",
		"outputs of log collectors in use (LOG-01)", "Attestations LogRetention and LogProtection", "SecurityIncident spec.evidenceHold"},
	Reasons: log02Reasons,
}, control.Parameters[log02]{Defaults: log02Defaults, Validate: log02Validate}, control.Rules[log02]{
	Environment: &control.EnvironmentRule[log02]{
		Needs: pictureNeeds(control.Sees[facts.Workload](), control.Sees[facts.Pod](), control.SeesAll[v1alpha1.SecurityIncident]()),
		Judge: judgeRetention,
	},
})

// log02 are the parameters of LOG-02.
type log02 struct {
	// MinRetention is the least time that records are kept, for example 13mo; above level Public not below 12mo, which binds
	// state authorities.
	MinRetention string `json:"minRetention"`
	// MaxRetention is the longest time that records are kept, for example 24mo.
	MaxRetention string `json:"maxRetention"`
	// RequireProtection: for stores outside the cluster somebody attests that records cannot be changed or deleted. For stores
	// in the cluster that is always needed.
	RequireProtection bool `json:"requireProtection"`
}

func log02Defaults(l control.Levels) log02 {
	p := log02{MinRetention: "13mo", MaxRetention: "24mo", RequireProtection: control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityConfidential)}
	switch l.Confidentiality {
	case v1alpha1.ConfidentialityPublic:
		p.MinRetention = "3mo"
	case v1alpha1.ConfidentialityInternal:
		p.MinRetention = "12mo"
	}
	return p
}

// leastRetention is what state authorities must keep.
const leastRetention = "12mo"

func log02Validate(p log02, l control.Levels) error {
	least, err := date.ParsePeriod(p.MinRetention)
	if err != nil {
		return fmt.Errorf("minRetention: %w", err)
	}
	most, err := date.ParsePeriod(p.MaxRetention)
	if err != nil {
		return fmt.Errorf("maxRetention: %w", err)
	}
	shortest, _ := span(least)
	year, _ := span(period(leastRetention))
	if control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityInternal) && shortest < year {
		return fmt.Errorf("minRetention: %s is less than %s, the least at level %s", p.MinRetention, leastRetention, l.Confidentiality)
	}
	if _, longest := span(most); longest < shortest {
		return fmt.Errorf("maxRetention: %s is less than minRetention %s", p.MaxRetention, p.MinRetention)
	}
	if !p.RequireProtection && control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialitySensitive) {
		return fmt.Errorf("requireProtection: must be true at level %s", l.Confidentiality)
	}
	return nil
}
