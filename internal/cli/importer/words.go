package importer

import "github.com/tilsyn-dev/tilsyn/api/v1alpha1"

// The API's own words for each column that takes one of a few. A test compares them with the schema.

func documents() []string {
	return words(v1alpha1.DocumentStatement, v1alpha1.DocumentManagementStatement, v1alpha1.DocumentActionPlan, v1alpha1.DocumentCertificate, v1alpha1.DocumentSelfAssessment)
}

func standards() []string {
	return words(v1alpha1.StandardISAE3000, v1alpha1.StandardISAE3402, v1alpha1.StandardSOC1, v1alpha1.StandardSOC2, v1alpha1.StandardC5, v1alpha1.StandardISO27001,
		v1alpha1.StandardISO27701)
}

func types() []string { return words(v1alpha1.StatementType1, v1alpha1.StatementType2) }

func levels() []string { return words(v1alpha1.AssuranceLimited, v1alpha1.AssuranceReasonable) }

func scopes() []string { return words(v1alpha1.ScopeGeneral, v1alpha1.ScopeSpecific) }

func parts() []string {
	return words(v1alpha1.PartGeneralITControls, v1alpha1.PartApplicationControls, v1alpha1.PartGDPRControls, v1alpha1.PartProcessorAccess)
}

func states() []string {
	return words(v1alpha1.StatementPlanned, v1alpha1.StatementOrdered, v1alpha1.StatementExpected, v1alpha1.StatementReceived, v1alpha1.StatementAssessed,
		v1alpha1.StatementForwarded, v1alpha1.StatementClosed, v1alpha1.StatementNotRelevant, v1alpha1.StatementNeedUnderClarification, v1alpha1.StatementNotSaid)
}

func receipts() []string {
	return words(v1alpha1.ReceiptExpected, v1alpha1.ReceiptReceived, v1alpha1.ReceiptDelivered, v1alpha1.ReceiptOnlyPeriodGiven, v1alpha1.ReceiptNotSaid)
}

func deliveries() []string {
	return words(v1alpha1.DeliveryExpected, v1alpha1.DeliveryDelivered, v1alpha1.DeliveryNotRelevant, v1alpha1.DeliveryNotSaid)
}

// Kinds of recipients, as the report names the field of a delivery that holds it.
const (
	group        = "Group"
	organisation = "Organisation"
	institution  = "Institution"
)

func recipients() []string { return []string{group, organisation, institution} }

func words[T ~string](list ...T) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = string(w)
	}
	return out
}
