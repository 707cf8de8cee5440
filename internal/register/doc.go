// Package register says what is doubtful about the resources of the contractual side and what their status shows besides:
// names that do not exist, circles, two agreements in force for the same link, agreements that are not signed or have ended,
// suppliers in countries that are not lawful today.
//
// Controls judge solutions by the same resources. The register speaks of each resource by itself, to whoever keeps it, and in
// the same words in the operator (conditions) and in tilsyn check (remarks).
package register
