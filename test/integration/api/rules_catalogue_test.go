package api

import "maps"

// catalogueCases are the rules on what the controls of identity, network, hardening and data protection ask for.
func catalogueCases() map[string]ruleCase {
	all := map[string]ruleCase{}
	for _, cases := range []map[string]ruleCase{solutionOperationCases(), environmentOperationCases(), platformSecurityCases(), attestedCases()} {
		maps.Copy(all, cases)
	}
	return all
}

func solutionOperationCases() map[string]ruleCase {
	const kind = "HostedSolution"
	return map[string]ruleCase{
		"an application audit that is enabled without a stream is refused": {
			kind:     kind,
			refused:  solution("applicationAudit: {enabled: true, fields: [User, Time]}"),
			accepted: solution("applicationAudit: {enabled: true, stream: aula-audit, fields: [User, Time]}"),
			field:    "spec.applicationAudit.stream", says: []string{"an audit that is enabled names its stream and its fields", "stream: aula-audit"},
		},
		"an application audit that is enabled without fields is refused": {
			kind:     kind,
			refused:  solution("applicationAudit: {enabled: true, stream: aula-audit}"),
			accepted: solution("applicationAudit: {enabled: false}"),
			field:    "spec.applicationAudit.stream", says: []string{"an audit that is enabled names its stream and its fields", "fields: [User"},
		},
		"an end of support without its source is refused": {
			kind:     kind,
			refused:  solution("components: [{name: postgresql, version: '16', supportEnds: 2028-11-09}]"),
			accepted: solution("components: [{name: postgresql, version: '16', supportEnds: 2028-11-09, source: Vendor}, {name: other, version: '1'}]"),
			field:    "spec.components[0].source", says: []string{"an end of support has a source that says it", "2028-11-09"},
		},
		"a freshness metric that no alert watches is refused": {
			kind:     kind,
			refused:  solution("feeds: [{name: register, metric: feed_seconds}]"),
			accepted: solution("feeds: [{name: register, metric: feed_seconds, alert: FeedIsOld}, {name: other, alert: Old}]"),
			field:    "spec.feeds[0].alert", says: []string{"a metric of freshness is watched by an alert", "alert: FeedIsOld"},
		},
		"a solution without feeds that has one is refused": {
			kind:     kind,
			refused:  solution("noFeeds: true, feeds: [{name: register}]"),
			accepted: solution("noFeeds: false, feeds: [{name: register}]"),
			field:    "spec.noFeeds", says: []string{"data come from elsewhere or not", "leave out noFeeds or feeds"},
		},
		"an approved source without a real reason is refused": {
			kind:     kind,
			refused:  solution("imageSources: [{source: ghcr.io/kombit/, reason: Ours}]"),
			accepted: solution("imageSources: [{source: ghcr.io/kombit/, reason: Built by ourselves}]"),
			field:    "spec.imageSources[0].reason", says: []string{"at least 10 chars"},
		},
	}
}

func environmentOperationCases() map[string]ruleCase {
	const kind = "SolutionEnvironment"
	here := func(more string) string { return environment("namespaces: [aula], " + more) }
	return map[string]ruleCase{
		"an entry without login and without a reason is refused": {
			kind:     kind,
			refused:  here("entryPoints: [{host: www.example.org, login: None}]"),
			accepted: here("entryPoints: [{host: www.example.org, login: None, reason: Public information only}, {host: a.example.org, login: Proxy}]"),
			field:    "spec.entryPoints[0].reason", says: []string{"an entry without login has a reason", "Public information only"},
		},
		"an environment that nothing reaches and that has an entry is refused": {
			kind:     kind,
			refused:  here("noEntryPoints: true, entryPoints: [{host: www.example.org, login: Proxy}]"),
			accepted: here("noEntryPoints: true"),
			field:    "spec.noEntryPoints", says: []string{"the environment is reached from outside or not", "leave out noEntryPoints or entryPoints"},
		},
		"a host that is declared twice is refused": {
			kind:     kind,
			refused:  here("entryPoints: [{host: www.example.org, login: Proxy}, {host: www.example.org, login: Application}]"),
			accepted: here("entryPoints: [{host: www.example.org, login: Proxy}, {host: api.example.org, login: Application}]"),
			field:    "spec.entryPoints[1]", says: []string{"Duplicate value"},
		},
		"a single instance without a real reason is refused": {
			kind:     kind,
			refused:  here("singleInstances: [{namespace: aula, kind: Deployment, name: web, reason: Cheap}]"),
			accepted: here("singleInstances: [{namespace: aula, kind: Deployment, name: web, reason: It holds a lock on the queue}]"),
			field:    "spec.singleInstances[0].reason", says: []string{"at least 10 chars"},
		},
		"a source of deployment of another kind is refused with those allowed": {
			kind:     kind,
			refused:  here("deploymentSources: [{kind: Deployment, namespace: aula, name: web}]"),
			accepted: here("deploymentSources: [{kind: Application, namespace: argocd, name: aula}]"),
			field:    "spec.deploymentSources[0].kind", says: []string{"Unsupported value", "Kustomization", "HelmRelease", "Application"},
		},
	}
}

func platformSecurityCases() map[string]ruleCase {
	const kind = "Platform"
	const reason = ", reason: Operates the cluster}]}"
	subject := []string{"a service account has a namespace, a user or group has none", "name: kustomize-controller"}
	return map[string]ruleCase{
		"a proxy that lets everything and only some hosts through is refused": {
			kind:     kind,
			refused:  "network: {proxies: [{host: proxy.example.org, unrestricted: true, allows: [.example.org]}]}",
			accepted: "network: {proxies: [{host: proxy.example.org, allows: [.example.org]}, {host: p.example.org, unrestricted: true}, {host: q.example.org}]}",
			field:    "spec.network.proxies[0].allows", says: []string{"a proxy restricts or not", "leave out unrestricted or allows"},
		},
		"an identity source that nobody can be known by is refused": {
			kind:     kind,
			refused:  "access: {identitySources: [{name: entra, groupPrefix: 'oidc:'}]}",
			accepted: "access: {identitySources: [{name: entra, userPrefix: 'oidc:'}, {name: ad, userSuffix: '@example.org'}]}",
			field:    "spec.access.identitySources[0]", says: []string{"an identity source is known by how its user names begin or end", "userPrefix: 'oidc:'"},
		},
		"a service account without its namespace is refused": {
			kind:     kind,
			refused:  "access: {privileged: [{subject: {kind: ServiceAccount, name: flux}, rights: [ClusterAdmin]" + reason,
			accepted: "access: {privileged: [{subject: {kind: ServiceAccount, namespace: flux-system, name: flux}, rights: [ClusterAdmin]" + reason,
			field:    "spec.access.privileged[0].subject.namespace", says: subject,
		},
		"a group in a namespace is refused": {
			kind:     kind,
			refused:  "access: {privileged: [{subject: {kind: Group, namespace: aula, name: team}, rights: [Exec]" + reason,
			accepted: "access: {privileged: [{subject: {kind: Group, name: team}, rights: [Exec], namespaces: [aula]" + reason,
			field:    "spec.access.privileged[0].subject.namespace", says: subject,
		},
		"members of a user are refused": {
			kind:     kind,
			refused:  "access: {privileged: [{subject: {kind: User, name: jane}, members: 1, rights: [Exec]" + reason,
			accepted: "access: {privileged: [{subject: {kind: Group, name: team}, members: 1, rights: [Exec]" + reason,
			field:    "spec.access.privileged[0].members", says: []string{"members counts the people in a group", "members: 4"},
		},
		"a right that nobody knows is refused with those allowed": {
			kind:     kind,
			refused:  "access: {privileged: [{subject: {kind: User, name: jane}, rights: [Everything]" + reason,
			accepted: "access: {privileged: [{subject: {kind: User, name: jane}, rights: [ClusterAdmin, NodeProxy]" + reason,
			field:    "spec.access.privileged[0].rights[0]", says: []string{"Unsupported value", "ClusterAdmin", "Impersonate", "EditAdmission"},
		},
		"a controller with an unknown version of TLS is refused with those allowed": {
			kind:     kind,
			refused:  "entryControllers: [{class: nginx, minimumTLS: '1.2'}]",
			accepted: "entryControllers: [{class: nginx, minimumTLS: TLS1.2}]",
			field:    "spec.entryControllers[0].minimumTLS", says: []string{"Unsupported value", "TLS1.2", "TLS1.3"},
		},
		"a date of support without a source is refused": {
			kind:     kind,
			refused:  "supportDates: [{product: flatcar, version: '4152', ends: 2027-06-30}]",
			accepted: "supportDates: [{product: flatcar, version: '4152', ends: 2027-06-30, source: Vendor}]",
			field:    "spec.supportDates[0].source", says: []string{"Required value"},
		},
	}
}

func attestedCases() map[string]ruleCase {
	const kind, plain = "Attestation", "BackupEncryption"
	only := func(typ, field, example, written string) ruleCase {
		return ruleCase{
			kind: kind, refused: attestation(plain, plain+", "+written), accepted: attestation(plain, typ+", "+written),
			field: "spec." + field, says: []string{"has " + field, example},
		}
	}
	keys := only("NodeDiskEncryption", "encryption", "keys: Customer", "encryption: {keys: Provider}")
	keys.says[0] = "only types EncryptionAtRest, NodeDiskEncryption and SecretEncryption have encryption"
	review := func(more string) string {
		return attestation(plain, "AccessLogReview, accessLogReview: {from: 2026-05-01, sampled: 9, selection: Random, "+more+"}")
	}
	return map[string]ruleCase{
		"an audit of the API under another type is refused": only("APIAuditLogging", "apiAudit", "level: Metadata", "apiAudit: {level: Request}"),
		"a review of the use of data under another type is refused": only("AccessLogReview", "accessLogReview", "selection: Random",
			"accessLogReview: {from: 2026-05-01, until: 2026-06-01, sampled: 9, findings: 0, selection: All}"),
		"a test of the alarm path under another type is refused": only("AlertTest", "alertTest", "responseTime: 20m", "alertTest: {alert: A, receiver: b, responseTime: 1h}"),
		"keys of encryption under another type are refused":      keys,
		"a method of test data under another type is refused":    only("TestDataReview", "testData", "method: Synthetic", "testData: {method: Copied}"),
		"a reviewed period that ends before it begins is refused": {
			kind: kind, refused: review("findings: 0, until: 2026-05-01"), accepted: review("findings: 0, until: 2026-05-02"),
			field: "spec.accessLogReview.until", says: []string{"the period that was reviewed ends after it begins", "2026-11-01"},
		},
		"more findings followed up than there are is refused": {
			kind: kind, refused: review("until: 2026-06-01, findings: 1, followedUp: 2"), accepted: review("until: 2026-06-01, findings: 2, followedUp: 2"),
			field: "spec.accessLogReview.followedUp", says: []string{"no more findings are followed up than there are", "followedUp: 2"},
		},
	}
}
