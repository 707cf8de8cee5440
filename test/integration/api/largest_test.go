package api

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// etcdLimit is the default of the largest request that etcd takes. What the schema allows must fit, or people would be
// refused without being told which field is too long.
const etcdLimit = 1536 << 10

// skip leaves a field of a largest object out.
type skip struct{}

// choices are the fields of the largest objects whose value depends on another field, by kind and path. i is the index in
// the innermost list.
func choices() map[string]func(i int) any {
	out := func(int) any { return skip{} }
	is := func(v any) func(int) any { return func(int) any { return v } }
	noNone := func(i int) any { return []any{"Ordinary", "Health", "Genetic", "SexLife"}[i%4] }
	return map[string]func(i int) any{
		"HostedSolution spec.locations.allowed[].group":                      out,
		"HostedSolution spec.personalData[]":                                 noNone,
		"HostedSolution spec.processing.categories[]":                        noNone,
		"SolutionEnvironment spec.hostedBy":                                  out,
		"SolutionEnvironment spec.scratchData[].namespace":                   func(i int) any { return padded(63, i) },
		"Platform spec.adequacy[].validFrom":                                 is("1900-01-01"),
		"ControlProfile spec.locationCaps[].allowed[].group":                 out,
		"ControlProfile spec.controls[].mode":                                is("Observe"),
		"ControlException spec.type":                                         is("Compensated"),
		"ControlException spec.requestedBy":                                  is(padded(254, 1)),
		"ControlException spec.approval.at":                                  is("2199-12-30"),
		"ControlException spec.scope.subjects[].kind":                        is("K" + strings.Repeat("k", 62)),
		"Attestation spec.type":                                              is("RestoreTest"),
		"Attestation spec.about.environment":                                 out,
		"Attestation spec.about.platform":                                    out,
		"Attestation spec.date":                                              is("2199-12-30"),
		"Attestation spec.restore.checkedBy":                                 is(padded(254, 1)),
		"HostedSolution spec.supplierChain[].engagedBy":                      engagedBy,
		"HostedSolution spec.requiredStatements[].link":                      is(padded(63, 0)),
		"ControlException spec.plan.end":                                     is("2199-12-30"),
		"Attestation spec.accessReview":                                      out,
		"Attestation spec.deletion":                                          out,
		"Attestation spec.managementStatement":                               out,
		"Attestation spec.riskAssessment":                                    out,
		"Attestation spec.impactAssessment":                                  out,
		"Attestation spec.exercise":                                          out,
		"Attestation spec.approval.by":                                       is(padded(254, 1)),
		"Attestation spec.about.supplier":                                    out,
		"HostedSolution spec.noEndUsers":                                     out,
		"HostedSolution spec.processing.noTransfers":                         out,
		"HostedSolution spec.processing.noRecipients":                        out,
		"HostedSolution spec.retention[].archivalBasis":                      out,
		"HostedSolution spec.retention[].method":                             is("CronJob"),
		"HostedSolution spec.inProduction[].from":                            firstDay,
		"HostedSolution spec.continuity.contingency.informed[].supplier":     out,
		"HostedSolution spec.continuity.contingency.informed[].institution":  out,
		"HostedSolution spec.compliancePackage[].deliveries[].institution":   out,
		"HostedSolution spec.compliancePackage[].deliveries[].organisation":  out,
		"Supplier spec.adequacyRecipient[].certifiedFrom":                    is("1900-01-01"),
		"Supplier spec.supervision.activities[].lastAt":                      is("1900-01-01"),
		"ProcessingAgreement spec.type":                                      is("Processing"),
		"ProcessingAgreement spec.openEnded":                                 out,
		"ProcessingAgreement spec.validFrom":                                 is("1900-01-01"),
		"ProcessingAgreement spec.parties.customer.supplier":                 out,
		"ProcessingAgreement spec.parties.customer.group":                    out,
		"ProcessingAgreement spec.parties.customer.institutions[].validFrom": is("1900-01-01"),
		"ProcessingAgreement spec.appendixB.noEntries":                       out,
		"ProcessingAgreement spec.appendixB.entries[].engagedBy":             func(i int) any { return padded(63, i+1) },
		"ProcessingAgreement spec.appendixC.noDeviations":                    out,
		"ProcessingAgreement spec.appendixC.deviations[].lawScope":           is("NamedCountries"),
		"ProcessingAgreement spec.appendixC.locations[].group":               out,
		"AssuranceStatement spec.document":                                   is("Statement"),
		"AssuranceStatement spec.standard":                                   is("ISAE3402"),
		"AssuranceStatement spec.noObservations":                             out,
		"AssuranceStatement spec.measures":                                   out,
		"AssuranceStatement spec.answers":                                    out,
		"AssuranceStatement spec.deliveries[].institution":                   out,
		"AssuranceStatement spec.deliveries[].organisation":                  out,
		"Institution spec.guidelines[].reference":                            out,
		"Institution spec.secretariats[].from":                               firstDay,
		"Institution spec.uses[].from":                                       firstDay,
		"SecurityIncident spec.evidenceHold.since":                           is("1900-01-01T00:00:00+01:00"),
		"SecurityIncident spec.dataSubjectNotice.exception":                  out,
		"SecurityIncident spec.notices[].supplier":                           out,
		"SecurityIncident spec.notices[].institution":                        out,
		"SecurityIncident spec.notices[].organisation":                       out,
		"HostedSolution spec.noFeeds":                                        out,
		"SolutionEnvironment spec.noEntryPoints":                             out,
		"Platform spec.network.proxies[].unrestricted":                       out,
		"Platform spec.access.privileged[].subject.kind":                     is("Group"),
		"Platform spec.access.privileged[].subject.namespace":                out,
		"Attestation spec.apiAudit":                                          out,
		"Attestation spec.accessLogReview":                                   out,
		"Attestation spec.alertTest":                                         out,
		"Attestation spec.encryption":                                        out,
		"Attestation spec.testData":                                          out,
		"ControlProfile spec.controls[].parameters":                          is(largestParameters()),
		"ControlProfile spec.controls[].levels[].parameters":                 is(largestParameters()),
	}
}

// firstDay differs for every i, so that the items of a list do too.
func firstDay(i int) any { return fmt.Sprintf("19%02d-01-01", i%100) }

func engagedBy(i int) any {
	if i == 0 {
		return skip{}
	}
	return padded(63, i-1)
}

func largestParameters() map[string]any {
	all := map[string]any{}
	for i := range 20 {
		all[fmt.Sprintf("parameter%d", i)] = strings.Repeat("x", 20)
	}
	return all
}

// largest builds the largest value that the schema of n allows.
func largest(t testing.TB, n node, i int, chosen map[string]func(int) any, all map[string]format) any {
	t.Helper()
	if choose, ok := chosen[n.kind+" "+n.path]; ok {
		return choose(i)
	}
	s := n.schema
	switch {
	case s.Enum != nil:
		var value any
		if err := json.Unmarshal(s.Enum[i%len(s.Enum)].Raw, &value); err != nil {
			t.Fatal(err)
		}
		return value
	case s.Type == "string":
		return largestString(n, i, all)
	case s.Type == "integer":
		if s.Maximum != nil {
			return int64(*s.Maximum)
		}
		return int64(1<<31 - 1)
	case s.Type == "boolean":
		return true
	case s.Type == "array":
		return largestList(t, n, chosen, all)
	}
	if s.AdditionalProperties != nil && s.MaxProperties != nil {
		return manyKeys(s, int(*s.MaxProperties))
	}
	object := map[string]any{}
	for name, property := range s.Properties {
		value := largest(t, node{n.kind, n.path + "." + name, &property, false}, i, chosen, all)
		if _, left := value.(skip); !left {
			object[name] = value
		}
	}
	return object
}

func largestString(n node, i int, all map[string]format) string {
	limit := int(*n.schema.MaxLength)
	for _, rule := range n.schema.XValidations {
		if _, f := formatOf(all, rule.Message); f.longest != nil {
			return f.longest(limit, i)
		}
	}
	return padded(limit, i)
}

// largestList has as many items as the schema allows, or as there are values of an enumeration.
func largestList(t testing.TB, n node, chosen map[string]func(int) any, all map[string]format) []any {
	t.Helper()
	var list []any
	seen := map[string]bool{}
	for i := range int(*n.schema.MaxItems) {
		item := largest(t, node{n.kind, n.path + "[]", n.schema.Items.Schema, false}, i, chosen, all)
		key, err := json.Marshal(item)
		if err != nil {
			t.Fatal(err)
		}
		if !seen[string(key)] {
			list = append(list, item)
		}
		seen[string(key)] = true
	}
	return list
}

func TestTheLargestSpecOfEveryKindIsAccepted(t *testing.T) {
	all := formats()
	for _, c := range crds(t) {
		kind := c.Spec.Names.Kind
		t.Run(kind, func(t *testing.T) {
			spec := root(c).Properties["spec"]
			u := &unstructured.Unstructured{Object: map[string]any{
				"spec": largest(t, node{kind, "spec", &spec, true}, 0, choices(), all),
			}}
			u.SetAPIVersion("tilsyn.dev/v1alpha1")
			u.SetKind(kind)
			u.SetName("cluster")
			data, err := json.Marshal(u)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d KiB", len(data)>>10)
			if len(data) > etcdLimit/2 {
				t.Errorf("%d bytes; half of etcd's limit must be left for managedFields and status", len(data))
			}
			mustAccept(t, tryCreate(t, u))
		})
	}
}
