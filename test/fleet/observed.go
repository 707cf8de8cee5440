package fleet

import "github.com/tilsyn-dev/tilsyn/api/v1alpha1"

// observed is what the controls find that are new in the catalogue and decide nothing yet, over the whole fleet.
func observed() map[Observation]int {
	return map[Observation]int{
		{"BCK-05", v1alpha1.VerdictFail, "NoBudget"}:                 1,
		{"BCK-05", v1alpha1.VerdictFail, "TooFewReplicas"}:           6,
		{"DPD-05", v1alpha1.VerdictUnknown, "ChecksNotDeclared"}:     1,
		{"DPD-05", v1alpha1.VerdictUnknown, "FeedsNotDeclared"}:      1,
		{"DPD-05", v1alpha1.VerdictUnknown, "Settling"}:              1,
		{"DPD-05", v1alpha1.VerdictUnknown, "SourceNotDeclared"}:     5,
		{"HRD-01", v1alpha1.VerdictFail, "BreaksLevel"}:              12,
		{"HRD-01", v1alpha1.VerdictFail, "NotEnforced"}:              8,
		{"HRD-02", v1alpha1.VerdictFail, "NoDigest"}:                 12,
		{"HRD-02", v1alpha1.VerdictFail, "NoSourceApproved"}:         9,
		{"HRD-02", v1alpha1.VerdictUnknown, "NotReported"}:           5,
		{"HRD-03", v1alpha1.VerdictUnknown, "NoScanner"}:             9,
		{"HRD-03", v1alpha1.VerdictUnknown, "NodesNotScanned"}:       1,
		{"HRD-04", v1alpha1.VerdictUnknown, "ComponentsNotDeclared"}: 5,
		{"HRD-04", v1alpha1.VerdictUnknown, "ServerNotSeen"}:         10,
		{"HRD-04", v1alpha1.VerdictUnknown, "VersionNotKnown"}:       8,
		{"IAM-02", v1alpha1.VerdictFail, "TokenNotDeclared"}:         12,
		{"IAM-02", v1alpha1.VerdictUnknown, "MetadataNotKnown"}:      9,
		{"IAM-03", v1alpha1.VerdictUnknown, "SourcesNotDeclared"}:    10,
		{"IAM-04", v1alpha1.VerdictUnknown, "RenewalNotAttested"}:    9,
		{"IAM-04", v1alpha1.VerdictUnknown, "StoreNotAttested"}:      1,
		{"IAM-05", v1alpha1.VerdictFail, "LoginNotDeclared"}:         7,
		{"LOG-03", v1alpha1.VerdictFail, "UnauditedWay"}:             9,
		{"LOG-04", v1alpha1.VerdictFail, "NotRecorded"}:              5,
		{"LOG-04", v1alpha1.VerdictUnknown, "NothingToArrive"}:       5,
		{"LOG-05", v1alpha1.VerdictFail, "NoDetections"}:             9,
		{"NET-01", v1alpha1.VerdictFail, "NotDenied"}:                9,
		{"NET-01", v1alpha1.VerdictUnknown, "EnforcementNotKnown"}:   9,
		{"NET-02", v1alpha1.VerdictFail, "NotLimited"}:               8,
		{"NET-04", v1alpha1.VerdictUnknown, "NoEvidence"}:            12,
		{"NET-05", v1alpha1.VerdictUnknown, "SecretsNotAttested"}:    8,
		{"NET-05", v1alpha1.VerdictUnknown, "VolumeNotKnown"}:        5,
	}
}
