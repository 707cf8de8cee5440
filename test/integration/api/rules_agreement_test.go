package api

import "strings"

const anAgreement = `
type: SubProcessing, parties: {customer: {supplier: kombit}, processor: netcompany}, solutions: [aula],
signedAt: 2023-12-01, validFrom: 2024-01-01, validUntil: 2028-01-01`

func agreement(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(anAgreement) }

func agreementCases() map[string]ruleCase {
	const kind = "ProcessingAgreement"
	const until = "validUntil: 2028-01-01"
	oneCustomer := []string{"set exactly one of institutions, group and supplier", "{supplier: kombit}"}
	sides := []string{"a SubProcessing agreement has a supplier as its customer"}
	processor := []string{"every agreement names its processor"}
	refusedWhen := func(field string, says []string, accepted string, pairs ...string) ruleCase {
		return ruleCase{kind: kind, refused: agreement(pairs...), accepted: accepted, field: field, says: says}
	}
	with := func(appendix string) string { return anAgreement + ", " + appendix }
	appended := func(field string, says []string, refused, accepted string) ruleCase {
		return ruleCase{kind: kind, refused: with(refused), accepted: with(accepted), field: field, says: says}
	}
	c := func(s string) string { return "appendixC: {document: {reference: C}, " + s + "}" }
	b := func(s string) string { return "appendixB: {document: {reference: B}, " + s + "}" }
	whole := func(spec string) string {
		return "apiVersion: tilsyn.dev/v1alpha1\nkind: ProcessingAgreement\nmetadata: {name: rule}\nspec: {" + spec + "}\n"
	}
	return map[string]ruleCase{
		"an agreement with two customers is refused": refusedWhen("spec.parties.customer", oneCustomer, anAgreement,
			"{supplier: kombit}", "{supplier: kombit, group: {name: Danish municipalities, signed: 98}}"),
		"an agreement without a customer is refused": refusedWhen("spec.parties.customer", oneCustomer,
			agreement("SubProcessing", "Processing", "{supplier: kombit}", "{institutions: [{institution: aarhus}]}"), "{supplier: kombit}", "{}"),
		"an agreement of a processor with itself is refused": refusedWhen("spec.parties.processor",
			[]string{"nobody makes an agreement with itself"}, anAgreement, "processor: netcompany", "processor: kombit"),
		"a sub-processing agreement with institutions is refused": refusedWhen("spec.parties.customer", sides, anAgreement,
			"{supplier: kombit}", "{institutions: [{institution: aarhus}]}"),
		"a processing agreement between two suppliers is refused": refusedWhen("spec.parties.customer", sides,
			agreement("SubProcessing", "Processing", "{supplier: kombit}", "{group: {name: Danish municipalities, signed: 98}}"),
			"SubProcessing", "Processing"),
		"an agreement without a processor is refused": refusedWhen("spec.parties.processor", processor,
			agreement("SubProcessing", "JointControllership", "{supplier: kombit}", "{institutions: [{institution: aarhus}]}", ", processor: netcompany", ""),
			", processor: netcompany", ""),
		"an arrangement between controllers with a processor is refused": refusedWhen("spec.parties.processor", processor,
			agreement("SubProcessing", "Connection", "{supplier: kombit}", "{institutions: [{institution: aarhus}]}"),
			"SubProcessing", "JointControllership", "{supplier: kombit}", "{institutions: [{institution: aarhus}]}"),
		"an agreement with an end that never ends is refused": refusedWhen("spec.openEnded",
			[]string{"an agreement has an end or is openEnded, not both"}, agreement(until, "openEnded: true"), until, until+", openEnded: true"),
		"an agreement that ends on its first day is refused": refusedWhen("spec.validUntil",
			[]string{"an agreement ends after it begins"}, agreement(until, "validUntil: 2024-01-02"), until, "validUntil: 2024-01-01"),
		"an agreement that was ended before it began is refused": refusedWhen("spec.endedAt",
			[]string{"an agreement was ended on or after the day it began"}, agreement(until, "endedAt: 2024-01-01"), until, "endedAt: 2023-12-31"),
		"an agreement that was reviewed before it was signed is refused": refusedWhen("spec.reviewedAt",
			[]string{"an agreement is reviewed on or after the day of its signature"}, agreement(until, "reviewedAt: 2023-12-01"), until, "reviewedAt: 2023-11-30"),
		"a signature that ends before it begins is refused": refusedWhen("spec.parties.customer.institutions[0].validUntil",
			[]string{"an agreement ends after it begins"}, anAgreement,
			"SubProcessing", "Processing", "{supplier: kombit}", "{institutions: [{institution: aarhus, validFrom: 2024-01-01, validUntil: 2023-01-01}]}"),

		"an appendix B whose supplier engaged itself is refused": appended("spec.appendixB.entries",
			[]string{"engagedBy names another supplier than the entry's own"},
			b("entries: [{supplier: aws, engagedBy: aws}]"), b("entries: [{supplier: aws, engagedBy: netcompany}]")),
		"an appendix B with entries and none is refused": appended("spec.appendixB.noEntries",
			[]string{"the processor engages somebody or nobody"}, b("noEntries: true, entries: [{supplier: aws}]"), b("noEntries: true")),
		"a change that was authorised before its notice is refused": appended("spec.appendixB.changes[0].authorisedAt",
			[]string{"a change is authorised on or after the day of its notice"},
			b("changes: [{name: x, action: Add, supplier: aws, notifiedAt: 2026-09-01, authorisedAt: 2026-08-31}]"),
			b("changes: [{name: x, action: Add, supplier: aws, notifiedAt: 2026-09-01, authorisedAt: 2026-09-01}]")),
		"an objection before the notice is refused": appended("spec.appendixB.changes[0].objectedAt",
			[]string{"an objection is made on or after the day of the notice"},
			b("changes: [{name: x, action: Add, supplier: aws, notifiedAt: 2026-09-01, objectedAt: 2026-08-31}]"),
			b("changes: [{name: x, action: Add, supplier: aws, notifiedAt: 2026-09-01, objectedAt: 2026-09-01, effectiveAt: 2026-08-01}]")),
		"an appendix C with deviations and none is refused": appended("spec.appendixC.noDeviations",
			[]string{"noDeviations says that the text has been read and holds none"},
			c("noDeviations: true, deviations: [{name: law, trigger: Law}]"), c("deviations: [{name: law, trigger: Law}]")),
		"a deviation for named countries that names none is refused": appended("spec.appendixC.deviations[0].countries",
			[]string{"countries are listed with lawScope NamedCountries and only then"},
			c("deviations: [{name: law, trigger: Law, lawScope: NamedCountries}]"),
			c("deviations: [{name: law, trigger: Law, lawScope: NamedCountries, countries: [US]}]")),
		"a deviation for any law that names countries is refused": appended("spec.appendixC.deviations[0].countries",
			[]string{"countries are listed with lawScope NamedCountries and only then"},
			c("deviations: [{name: law, trigger: Law, lawScope: Any, countries: [US]}]"), c("deviations: [{name: law, trigger: Law, lawScope: Any}]")),
		"an instruction in Greece by the EU's code is refused": appended("spec.appendixC.locations[0].country",
			[]string{"Greece is GR (not EL)"}, c("locations: [{country: EL}]"), c("locations: [{country: GR}]")),
		"an instruction in a country and a group at once is refused": appended("spec.appendixC.locations[0]",
			[]string{"exactly one of country and group"}, c("locations: [{country: DK, group: EEA}]"), c("locations: [{group: EEA}]")),
		"an instruction in regions without their provider is refused": appended("spec.appendixC.locations[0].provider",
			[]string{"regions need a provider"}, c("locations: [{country: IE, regions: [eu-west-1]}]"), c("locations: [{country: IE, provider: aws, regions: [eu-west-1]}]")),

		"an agreement that is its own parent is refused": {
			kind: kind, field: "spec.parentAgreement", says: []string{"an agreement is not its own parent"},
			refused: whole(anAgreement + ", parentAgreement: rule"), accepted: whole(anAgreement + ", parentAgreement: other"),
		},
		"an agreement that is its own main agreement is refused": {
			kind: kind, field: "spec.mainAgreement", says: []string{"an agreement is not its own main agreement"},
			refused: whole(anAgreement + ", mainAgreement: rule"), accepted: whole(anAgreement + ", mainAgreement: other"),
		},
		"an agreement with a name that does not fit into a reference is refused": {
			kind: kind, field: "<nil>", says: []string{"metadata.name may have at most 63 characters", "aula-kombit"},
			refused: named(kind, 64, "{"+anAgreement+"}"), accepted: named(kind, 63, "{"+anAgreement+"}"),
		},
	}
}
