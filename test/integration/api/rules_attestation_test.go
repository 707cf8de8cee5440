package api

import "strings"

const anAttestation = `
type: BackupEncryption, about: {solution: aula}, by: jane@example.org, date: 2026-11-01, evidence: Case 1, validUntil: 2027-11-01`

func attestation(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(anAttestation) }

func attestationCases() map[string]ruleCase {
	const kind = "Attestation"
	const plain = "BackupEncryption"
	restore := func(checkedBy string) string {
		return "RestoreTest, restore: {source: velero/x, duration: 3h, checkedBy: " + checkedBy + ", result: Complete}"
	}
	aboutOne := []string{"exactly one of solution, environment, platform and supplier", "{platform: true}"}
	checker := []string{"somebody other than by checks a restore", "the same person"}
	places := []string{"lists every country that holds the data", "countries: [DK]"}
	refusedWhen := func(field string, says []string, accepted string, pairs ...string) ruleCase {
		return ruleCase{kind: kind, refused: attestation(pairs...), accepted: accepted, field: field, says: says}
	}
	return map[string]ruleCase{
		"an attestation about two things is refused": refusedWhen("spec.about", aboutOne,
			anAttestation, "{solution: aula}", "{solution: aula, environment: aula-production}"),
		"an attestation about nothing is refused": refusedWhen("spec.about", aboutOne,
			attestation("{solution: aula}", "{platform: true}"), "{solution: aula}", "{}"),
		"an attestation about a solution and the platform is refused": refusedWhen("spec.about", aboutOne,
			attestation("{solution: aula}", "{environment: aula-production}"), "{solution: aula}", "{solution: aula, platform: true}"),
		"an attestation that is not about the platform is refused": refusedWhen("spec.about.platform",
			[]string{"platform is true or left out"}, anAttestation, "{solution: aula}", "{platform: false}"),
		"a restore test that states nothing is refused": refusedWhen("spec.restore",
			[]string{"type RestoreTest states what was restored", "checkedBy: john@example.org"}, attestation(plain, restore("john")), plain, "RestoreTest"),
		"a restore test under another type is refused": refusedWhen("spec.restore",
			[]string{"type RestoreTest states what was restored, no other type does"}, anAttestation,
			plain, strings.Replace(restore("john"), "RestoreTest", plain, 1)),
		"a restore that its maker checked is refused": refusedWhen("spec.restore.checkedBy", checker,
			attestation(plain, restore("john@example.org")), plain, restore("jane@example.org")),
		"a restore that its maker checked under a user name is refused": refusedWhen("spec.restore.checkedBy", checker,
			attestation(plain, restore("john")), plain, restore("'oidc:Jane'")),
		"an attested retention without its length is refused": refusedWhen("spec.retention",
			[]string{"an attestation of type LogRetention states how long records are kept", "13mo"},
			attestation(plain, "LogRetention, retention: 13mo"), plain, "LogRetention"),
		"an attested storage location without countries is refused": refusedWhen("spec.countries", places,
			attestation(plain, "StorageLocation, countries: [DK]"), plain, "StorageLocation"),
		"an attested replication location without countries is refused": refusedWhen("spec.countries", places,
			attestation(plain, "ReplicationLocation, countries: [DK, IE]"), plain, "ReplicationLocation"),
		"an attested telemetry location without countries is refused": refusedWhen("spec.countries", places,
			attestation(plain, `TelemetryLocation, countries: ["NO"]`), plain, "TelemetryLocation"),
		"an attestation that ends on its date is refused": refusedWhen("spec.validUntil",
			[]string{"an attestation ends after its date", "2027-11-20"}, attestation("2027-11-01", "2026-11-02"), "2027-11-01", "2026-11-01"),
		"an attestation by a service account is refused": refusedWhen("spec.by",
			[]string{"a person, not a service account"}, anAttestation, "jane@example.org", "'system:serviceaccount:a:b'"),
		"an attestation without evidence is refused": refusedWhen("spec.evidence",
			[]string{"Required value"}, anAttestation, ", evidence: Case 1", ""),
		"an attestation of an unknown type is refused with those allowed": refusedWhen("spec.type",
			[]string{"Unsupported value", "LogArrival", "ClassificationReview"}, anAttestation, plain, "Everything"),
	}
}
