package api

func supplierCases() map[string]ruleCase {
	const kind = "Supplier"
	supplier := func(more string) string { return "legalName: Netcompany A/S, " + more }
	return map[string]ruleCase{
		"a supplier whose processing countries are written as the EU writes them is refused with the ISO code": {
			kind:     kind,
			refused:  supplier("processingCountries: [EL]"),
			accepted: supplier("processingCountries: [GR]"),
			field:    "spec.processingCountries[0]", says: []string{"ISO 3166-1 alpha-2", "Greece is GR (not EL)"},
		},
		"a supplier with access from the UK is refused with the ISO code": {
			kind:     kind,
			refused:  supplier("accessCountries: [DK, UK]"),
			accepted: supplier("accessCountries: [DK, GB]"),
			field:    "spec.accessCountries[1]", says: []string{"the United Kingdom GB (not UK)"},
		},
		"a supplier in Greenland is not in Denmark and is written GL": {
			kind:     kind,
			refused:  supplier("establishedIn: Greenland"),
			accepted: supplier("establishedIn: GL"),
			field:    "spec.establishedIn", says: []string{"Greenland GL"},
		},
		"a supplier that processes in no country is refused, because left out means not known": {
			kind:     kind,
			refused:  supplier("processingCountries: []"),
			accepted: supplier("accessCountries: [DK]"),
			field:    "spec.processingCountries", says: []string{"should have at least 1 items"},
		},
		"a certification that ends before it begins is refused": {
			kind:     kind,
			refused:  supplier("adequacyRecipient: [{country: US, certifiedFrom: 2026-03-01, certifiedUntil: 2026-03-01}]"),
			accepted: supplier("adequacyRecipient: [{country: US, certifiedFrom: 2026-03-01, certifiedUntil: 2027-03-01}]"),
			field:    "spec.adequacyRecipient[0].certifiedUntil", says: []string{"a certification ends after it begins", "2027-03-01"},
		},
		"a next supervision before the last one is refused": {
			kind:     kind,
			refused:  supplier("supervision: {activities: [{form: Visit, lastAt: 2026-05-10, nextAt: 2026-05-10, report: Case 1}]}"),
			accepted: supplier("supervision: {activities: [{form: Visit, lastAt: 2026-05-10, nextAt: 2026-05-11, report: Case 1}]}"),
			field:    "spec.supervision.activities[0].nextAt", says: []string{"the next supervision comes after the last", "2027-05-10"},
		},
		"a supervision that left no report is refused": {
			kind:     kind,
			refused:  supplier("supervision: {activities: [{form: Visit, lastAt: 2026-05-10}]}"),
			accepted: supplier("supervision: {activities: [{form: Visit, lastAt: 2026-05-10, report: Case 1}]}"),
			field:    "spec.supervision.activities[0].report", says: []string{"supervision that was carried out refers to its report"},
		},
		"a fingerprint of every registry is refused": {
			kind:     kind,
			refused:  supplier("fingerprints: {imageRegistries: ['*']}"),
			accepted: supplier("fingerprints: {imageRegistries: [registry.example.org]}"),
			field:    "spec.fingerprints.imageRegistries[0]", says: []string{"a registry by its exact host", "ghcr.io/kombit/"},
		},
		"a repository prefix without its slash is refused, because it matches others": {
			kind:     kind,
			refused:  supplier("fingerprints: {imageRegistries: [ghcr.io/kombit]}"),
			accepted: supplier("fingerprints: {imageRegistries: [ghcr.io/kombit/]}"),
			field:    "spec.fingerprints.imageRegistries[0]", says: []string{"a prefix that ends in a slash"},
		},
		"a fingerprint of a top-level domain is refused": {
			kind:     kind,
			refused:  supplier("fingerprints: {hosts: [.com]}"),
			accepted: supplier("fingerprints: {hosts: [.example.com]}"),
			field:    "spec.fingerprints.hosts[0]", says: []string{"never a lone top-level domain"},
		},
		"a required statement of a misspelt standard is refused with those allowed": {
			kind:     kind,
			refused:  supplier("assuranceRequired: [{name: general, standard: SAE3000}]"),
			accepted: supplier("assuranceRequired: [{name: general, standard: ISAE3000}]"),
			field:    "spec.assuranceRequired[0].standard", says: []string{"Unsupported value", "ISAE3000", "ISAE3402"},
		},
		"a supplier that nobody can be reached at is refused": {
			kind:     kind,
			refused:  supplier("contacts: [{role: Incident}]"),
			accepted: supplier("contacts: [{role: Incident, email: incident@example.org}]"),
			field:    "spec.contacts[0]", says: []string{"an email, a phone or both"},
		},
		"a supplier with a name that does not fit into a label is refused": {
			kind:     kind,
			refused:  named(kind, 64, "{legalName: X}"),
			accepted: named(kind, 63, "{legalName: X}"),
			field:    "<nil>", says: []string{"metadata.name may have at most 63 characters", "netcompany"},
		},
	}
}
