package loc

import (
	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

func loc05Reasons() []control.ReasonText {
	return append([]control.ReasonText{
		{Reason: "NoPersonalData", Verdict: v1alpha1.VerdictNotApplicable, Text: "The solution holds no personal data."},
		{Reason: "Untouched", Verdict: v1alpha1.VerdictNotApplicable, Text: "{link} is said to have nothing to do with personal data, and no agreement says otherwise; SUP-03 looks at what runs."},
		{Reason: "Lawful", Verdict: v1alpha1.VerdictPass, Text: "{link} is lawful where it is{instruction}: {countries}."},
		{Reason: "RestsOnContested", Verdict: v1alpha1.VerdictPass, Text: "{link} {how} {country} on decision {decision}, which is contested: have a way out ready."},
		{Reason: "RestsOnDeclared", Verdict: v1alpha1.VerdictPass, Text: "{link} {how} {country} on decision {decision}, which the Platform declares and the built-in table does not have."},
		{Reason: "DecisionDeclared", Verdict: v1alpha1.VerdictUnknown, Text: "{link} {how} {country} on decision {decision}, which the Platform declares and the built-in table does not have; nobody else has looked.",
			Remediation: "Look the decision up. Once it stands, use a release whose table has it, or set declaredDecision: Warn for LOC-05 in the ControlProfile; if it does not, take it out of spec.adequacy of the Platform."},
		{Reason: "NoChain", Verdict: v1alpha1.VerdictUnknown, Text: "Nothing says who processes the data: the solution names no supplier, and no agreement names the solution.",
			Remediation: "The owner adds spec.supplierChain [{name: processor, supplier: ...}], and the contract owner a Supplier with its countries for each."},
		{Reason: "SupplierUnknown", Verdict: v1alpha1.VerdictUnknown, Text: "{link}: there is no Supplier {supplier}, so its countries are not known.",
			Remediation: "Apply a Supplier {supplier} with processingCountries, accessCountries and establishedIn, or correct the name."},
		{Reason: "CountriesMissing", Verdict: v1alpha1.VerdictUnknown, Text: "{link} does not say {fields}.",
			Remediation: "Ask the supplier, in writing, and add {fields} to the Supplier: for access every place from which support can reach the data, at night too."},
		{Reason: "CountryUnreadable", Verdict: v1alpha1.VerdictUnknown, Text: "{link}: {problem}.",
			Remediation: "Write an ISO 3166-1 alpha-2 code in capitals."},
		{Reason: "PlaceUnclear", Verdict: v1alpha1.VerdictUnknown, Text: "{link}: {agreement} writes its place as \"{place}\", which names {named}, and its countries are {countries}.",
			Remediation: "Find out where it is. Add {named} to the countries of the entry in spec.appendixB and of the Supplier, or correct the place."},
		{Reason: "ScopeUnknown", Verdict: v1alpha1.VerdictUnknown, Text: "{link} {how} {country}; decision {decision} is limited ({scope}), and {why}.",
			Remediation: "Look it up and record it in the Supplier: spec.adequacyRecipient [{country: {country}, ...}]."},
		{Reason: "InstructionMissing", Verdict: v1alpha1.VerdictUnknown, Text: "No agreement in force with an instruction on places (appendix C, locations) for {links}, so what is allowed cannot be seen.",
			Remediation: "Record a ProcessingAgreement in force with spec.appendixC.locations for {links}; SUP-01 says what it needs."},
		{Reason: "ChainOpen", Verdict: v1alpha1.VerdictUnknown, Text: "Nothing is recorded of who works for {links}, so the chain may go on: an appendix B lists nobody and does not say that there is nobody.",
			Remediation: "Record spec.appendixB.entries of each agreement, or spec.appendixB.noEntries: true."},
	}, loc05Fails()...)
}

func loc05Fails() []control.ReasonText {
	return []control.ReasonText{
		{Reason: "UnsafeCountry", Verdict: v1alpha1.VerdictFail, Text: "{link} {how} {country}: {why}.",
			Remediation: "Have the supplier stop it (for support: people in the EU or EEA only), or put another ground in place: spec.transfers of the Supplier with a basis of GDPR art. 46 and an impact assessment, allowed by the instruction."},
		{Reason: "NotCovered", Verdict: v1alpha1.VerdictFail, Text: "{link} {how} {country}; decision {decision} is limited ({scope}), and {why}.",
			Remediation: "Ask the supplier for proof that the decision covers it and record it in spec.adequacyRecipient of the Supplier, or end the transfer."},
		{Reason: "ContestedDecision", Verdict: v1alpha1.VerdictFail, Text: "{link} {how} {country} on decision {decision} alone, which is contested.",
			Remediation: "Agree on another ground (GDPR art. 46, with an impact assessment) or end the transfer; until then a ControlException of type Compensated with an exit plan."},
		{Reason: "DerogationOnly", Verdict: v1alpha1.VerdictFail, Text: "{link} {how} {country} on a derogation (GDPR art. 49), which is for single occasions and not for a supplier.",
			Remediation: "Find a ground of art. 45 or 46, or end the transfer."},
		{Reason: "AssessmentMissing", Verdict: v1alpha1.VerdictFail, Text: "{link} {how} {country} on {basis} without a transfer impact assessment that counts: {gap}.",
			Remediation: "Make the assessment, or look at it again, and refer to it: impactAssessment {reference, date} of the transfer in the Supplier or in appendix C."},
		{Reason: "AllowedUnassessed", Verdict: v1alpha1.VerdictFail, Text: "{agreement} allows transfers to {country} on {basis}, and no transfer impact assessment counts: {gap}.",
			Remediation: "Make the assessment, or look at it again, and refer to it with its day in spec.appendixC.transfers, or take the permission out of the instruction."},
		{Reason: "AllowedUnsafe", Verdict: v1alpha1.VerdictFail, Text: "{agreement} allows transfers to {country} on an adequacy decision, and {why}.",
			Remediation: "Take the permission out of the instruction, or state a ground that holds."},
		{Reason: "NotInstructed", Verdict: v1alpha1.VerdictFail, Text: "{link} {how} {country}; {agreement} instructs {allowed}.",
			Remediation: "Have the supplier keep to the instruction, or change the instruction: spec.appendixC of every agreement from the controller down to {link}."},
		{Reason: "ParentNotAssessed", Verdict: v1alpha1.VerdictFail, Text: "The parent of {link} is in {country}, and no assessment of that is recorded.",
			Remediation: "Assess what the parent's country can demand and refer to it: spec.parentRiskAssessment of the Supplier."},
	}
}
