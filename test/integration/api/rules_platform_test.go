package api

func platformCases() map[string]ruleCase {
	const kind = "Platform"
	return map[string]ruleCase{
		"a second platform is refused": {
			kind:     kind,
			refused:  "apiVersion: tilsyn.dev/v1alpha1\nkind: Platform\nmetadata: {name: other}\n",
			accepted: "apiVersion: tilsyn.dev/v1alpha1\nkind: Platform\nmetadata: {name: cluster}\n",
			field:    "<nil>", says: []string{"a cluster has one Platform and its metadata.name is cluster", "{name: cluster}"},
		},
		"an endpoint in a region without its provider is refused": {
			kind:     kind,
			refused:  "endpoints: [{name: azure/backups, country: NL, region: westeurope}]",
			accepted: "endpoints: [{name: azure/backups, country: NL, provider: azure, region: westeurope}]",
			field:    "spec.endpoints[0].provider", says: []string{"a region needs its provider", "provider: azure"},
		},
		"a decision that ends before it begins is refused": {
			kind:     kind,
			refused:  "adequacy: [{country: US, status: InForce, validFrom: 2023-07-10, validUntil: 2023-07-10}]",
			accepted: "adequacy: [{country: US, status: Annulled, validUntil: 2026-07-10}, {country: JP, status: InForce, validFrom: 2019-01-23}]",
			field:    "spec.adequacy[0].validUntil", says: []string{"a decision ends after it begins", "2031-12-27"},
		},
		"the same region of a provider twice is refused": {
			kind:     kind,
			refused:  "regions: [{provider: dc1, name: north, country: DK}, {provider: dc1, name: north, country: SE}]",
			accepted: "regions: [{provider: dc1, name: north, country: DK}, {provider: dc2, name: north, country: SE}]",
			field:    "spec.regions[1]", says: []string{"Duplicate value"},
		},
		"a region without a provider is refused": {
			kind:    kind,
			refused: "regions: [{name: north, country: DK}]", accepted: "regions: [{provider: dc1, name: north, country: DK}]",
			field: "spec.regions[0].provider", says: []string{"Required value"},
		},
		"a platform namespace without an owner is refused": {
			kind:    kind,
			refused: "namespaces: [{name: ingress-*}]", accepted: "namespaces: [{name: ingress-*, owner: Network team}]",
			field: "spec.namespaces[0].owner", says: []string{"Required value"},
		},
		"a provider id prefix of a known cloud is refused": {
			kind:     kind,
			refused:  "providers: [{name: dc1, providerIDPrefixes: ['dc1://', 'AWS:///']}]",
			accepted: "providers: [{name: aws}, {name: dc1, providerIDPrefixes: ['dc1://', 'openstack:///', 'aws-outpost://']}]",
			field:    "spec.providers[0].providerIDPrefixes", says: []string{"say themselves whose they are", "providerIDPrefixes: [dc1://]"},
		},
		"platform namespaces that cover everything are refused": {
			kind:    kind,
			refused: "namespaces: [{name: '*', owner: Us}]", accepted: "namespaces: [{name: kube-*, owner: Us}]",
			field: "spec.namespaces[0].name", says: []string{"a lone * is not allowed"},
		},
	}
}

func profileCases() map[string]ruleCase {
	const kind = "ControlProfile"
	return map[string]ruleCase{
		"a date from which a required control is required is refused": {
			kind:     kind,
			refused:  "controls: [{control: LOC-02, mode: Required, requiredFrom: 2027-03-01}]",
			accepted: "controls: [{control: LOC-02, mode: Observe, requiredFrom: 2027-03-01}]",
			field:    "spec.controls[0].requiredFrom", says: []string{"only a control in mode Observe becomes Required later", "mode: Observe"},
		},
		"a control twice in a profile is refused": {
			kind:     kind,
			refused:  "controls: [{control: LOC-02, mode: Required}, {control: LOC-02, mode: Observe}]",
			accepted: "controls: [{control: LOC-02, mode: Required}, {control: LOC-03, mode: Observe}]",
			field:    "spec.controls[1]", says: []string{"Duplicate value"},
		},
		"a level twice for one control is refused": {
			kind:     kind,
			refused:  "controls: [{control: LOC-02, mode: Required, levels: [{level: Public, parameters: {a: 1}}, {level: Public, parameters: {a: 2}}]}]",
			accepted: "controls: [{control: LOC-02, mode: Required, levels: [{level: Public, parameters: {a: 1}}, {level: Internal, parameters: {a: 2}}]}]",
			field:    "spec.controls[0].levels[1]", says: []string{"Duplicate value"},
		},
		"parameters that are no mapping are refused": {
			kind:     kind,
			refused:  "controls: [{control: LOC-02, mode: Required, parameters: [historyWindow]}]",
			accepted: "controls: [{control: LOC-02, mode: Required, parameters: {historyWindow: 24h}}]",
			field:    "spec.controls[0].parameters", says: []string{"must be of type object"},
		},
		"a cap with both country and group is refused": {
			kind:     kind,
			refused:  "controls: [], locationCaps: [{level: Public, allowed: [{country: DK, group: EU}]}]",
			accepted: "controls: [], locationCaps: [{level: Public, allowed: [{country: DK}]}]",
			field:    "spec.locationCaps[0].allowed[0]", says: []string{"exactly one of country and group"},
		},
		"a cap on regions without their provider is refused": {
			kind:     kind,
			refused:  "controls: [], locationCaps: [{level: Public, allowed: [{group: EU, regions: [eu-west-1]}]}]",
			accepted: "controls: [], locationCaps: [{level: Public, allowed: [{group: EU, provider: aws, regions: [eu-west-1]}]}]",
			field:    "spec.locationCaps[0].allowed[0].provider", says: []string{"regions need a provider"},
		},
		"a profile without controls, which would let everything pass unseen, is refused": {
			kind: kind, refused: "description: Nothing", accepted: "description: Everything is observed, controls: []",
			field: "spec.controls", says: []string{"Required value"},
		},
		"a profile whose name does not fit into a label is refused": {
			kind: kind, refused: named(kind, 64, "{controls: []}"), accepted: named(kind, 63, "{controls: []}"),
			field: "<nil>", says: []string{"metadata.name may have at most 63 characters", "public-sector"},
		},
	}
}
