package loc

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/backup"
	"github.com/tilsyn-dev/tilsyn/internal/derive/logs"
	"github.com/tilsyn-dev/tilsyn/internal/derive/place"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// LOC04 judges where copies of the data go: backups, logs, telemetry.
var LOC04 = control.Define(control.Meta{
	ID: "LOC-04", Title: "Backups, logs and telemetry lie in allowed locations", Since: "1", Severity: v1alpha1.SeverityCritical, Party: v1alpha1.PartyProvider,
	MustHold: "Every destination that receives copies of the solution's data (backups, snapshots, logs, traces, error reports) lies in an allowed location.",
	Why:      "Copies leave quietly: a backup bucket with a default region, a log output that somebody added, an error reporter in a library. Each is a transfer like any other.",
	NotSeen:  "Replication inside a provider (attested, type ReplicationLocation), endpoints inside programs or Secrets, alert receivers and remote writes of metrics.",
	ISO:      []string{"8.13 Information backup", "8.15 Logging", "5.14 Information transfer"},
	GDPR:     []string{"28(3)(a)", "32", "44"},
	Evidence: []string{"Velero BackupStorageLocation and VolumeSnapshotLocation spec.provider, spec.config, spec.objectStorage", "K8up backends, archives and restores into a bucket", "CloudNativePG barmanObjectStore and ObjectStore", "VolumeSnapshotClass parameters that move data",
		"outputs of log collectors in use, by configuration or resource", "telemetry variables of containers, also from ConfigMaps (host only)", "Platform spec.endpoints, HostedSolution spec.externalEndpoints", "Attestations ReplicationLocation and TelemetryLocation"},
	Reasons: append(targetReasons("ReplicationLocation"), []control.ReasonText{
		{Reason: "NoDestination", Verdict: v1alpha1.VerdictNotApplicable, Text: "No backup, log collector or known telemetry variable sends data of the environment anywhere."},
		{Reason: "NothingRecognised", Verdict: v1alpha1.VerdictUnknown, Text: "No log collector and no backup product is recognised, so where copies go cannot be seen.",
			Remediation: "If logs or backups are taken by other means, attest where they lie: Attestation of type ReplicationLocation about the environment."},
		{Reason: "LogsNotSeen", Verdict: v1alpha1.VerdictUnknown, Text: "{detail}, so where logs go cannot be seen.",
			Remediation: "Attest where they lie: Attestation of type ReplicationLocation about the environment with target {name} and countries."},
		{Reason: "AttestationLeavesOut", Verdict: v1alpha1.VerdictUnknown, Text: "{what} is in {place}, which Attestation {statement} of every country that holds the data leaves out.",
			Remediation: "Let somebody who can see the provider's settings attest it anew, with every country in spec.countries, the one of {name} among them."},
		{Reason: "ReplicationNotAttested", Verdict: v1alpha1.VerdictUnknown, Text: "{what} is in {place}; whether the provider copies it elsewhere cannot be seen and nobody attests it.",
			Remediation: "Let somebody who can see the provider's settings attest it: Attestation of type ReplicationLocation with target {name}, countries and evidence, at most 12 months old."},
		{Reason: "OriginUnclear", Verdict: v1alpha1.VerdictUnknown, Text: "{what} is in {place} and holds {by}, which names a namespace of the environment but was not made by this cluster as it is now; allowed: {allowed}.",
			Remediation: "See whose data it holds: velero backup describe {byTarget} -n {byNamespace} --details. If they are another cluster's, remove the BackupStorageLocation, or give each cluster a bucket or prefix of its own. If they are the environment's, take a backup to a place that is allowed first; what becomes of this one is the owner's to decide (DPD-02)."},
		{Reason: "PlacesDiffer", Verdict: v1alpha1.VerdictUnknown, Text: "{what} is in a place that cannot be told: {detail}.",
			Remediation: "Name the same region in both: kubectl edit the BackupStorageLocation, so that spec.config.region is the region of the host in spec.config.s3Url and spec.config.publicUrl."},
		{Reason: "DestinationMissing", Verdict: v1alpha1.VerdictUnknown, Text: "{by} sends data to {what}, which does not exist.",
			Remediation: "Name a destination that exists, or remove {by}."},
	}...),
}, control.Parameters[loc04]{Defaults: loc04Defaults, Validate: loc04Validate}, control.Rules[loc04]{Environment: &control.EnvironmentRule[loc04]{
	Needs: loc04Needs(),
	Judge: judgeLOC04,
}})

// loc04 are the parameters of LOC-04.
type loc04 struct {
	// RequireReplicationAttestation: a destination outside the cluster needs an attestation that its provider makes no copies elsewhere.
	RequireReplicationAttestation bool `json:"requireReplicationAttestation"`
	// AttestationMaxAge is how old that attestation may be, at most 12mo.
	AttestationMaxAge string `json:"attestationMaxAge"`
}

func loc04Defaults(l control.Levels) loc04 {
	return loc04{RequireReplicationAttestation: control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityConfidential), AttestationMaxAge: "12mo"}
}

func loc04Validate(p loc04, l control.Levels) error {
	if err := atMostAYear("attestationMaxAge", p.AttestationMaxAge); err != nil {
		return err
	}
	if !p.RequireReplicationAttestation && control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialitySensitive) {
		return fmt.Errorf("requireReplicationAttestation: must be true at level %s", l.Confidentiality)
	}
	return nil
}

func loc04Needs() []control.Need {
	needs := append(backup.Needs(), control.Needs[facts.Workload](), control.Sees[facts.Node](), control.Sees[facts.ConfigHosts](), control.SeesAll[facts.ServiceName]())
	for _, t := range logs.Types() {
		i := slices.IndexFunc(needs, func(n control.Need) bool { return n.Type == t })
		if i < 0 {
			needs = append(needs, control.Need{Type: t, ClusterWide: true})
			continue
		}
		needs[i].ClusterWide = true
	}
	return needs
}

func judgeLOC04(in control.EnvironmentInput, p *loc04) []control.Result {
	j := copyJudge{judge: newJudge(in, v1alpha1.AttestReplicationLocation), params: p}
	out := slices.Concat(j.backups(), j.logs(), telemetry(in))
	missing := incomplete(in.Facts)
	if len(missing) > 0 {
		return append(out, control.Unreadable(missing...).On(in.Environment.Ref()))
	}
	out = append(out, j.logsNotSeen(len(out) > 0)...)
	if len(out) == 0 {
		return []control.Result{control.NotApplicable("NoDestination")}
	}
	return out
}

// incomplete lists the sources without which a bad destination could be overlooked.
func incomplete(v facts.View) []facts.SourceState {
	var out []facts.SourceState
	add := func(s facts.SourceState) {
		if !s.Complete() && !slices.ContainsFunc(out, func(o facts.SourceState) bool { return o.ID == s.ID }) {
			out = append(out, s)
		}
	}
	for _, n := range backup.Needs() {
		for _, s := range v.SourcesOf(n.Type) {
			add(s)
		}
	}
	for _, s := range logs.Incomplete(v) {
		add(s)
	}
	return out
}

type copyJudge struct {
	*judge
	params *loc04
}

// copied judges a destination outside or inside the cluster, and what its provider may do with the data there.
func (j copyJudge) copied(t target) control.Result {
	r := j.target(t)
	if detail := disagree(t.observed); r.Verdict == v1alpha1.VerdictPass && detail != "" {
		n := control.Unknown("PlacesDiffer", "detail", detail)
		n.Args = slices.Concat(j.args(&t), n.Args)
		return n.On(t.subject).At(t.field)
	}
	if r.Verdict != v1alpha1.VerdictPass || r.Basis == control.Attested || t.inCluster || !j.params.RequireReplicationAttestation {
		return r
	}
	a := j.attested(t.names)
	if a == nil {
		return j.notAttested(t, r).Until(j.changes)
	}
	from, _, _ := control.AttestationSpan(a)
	age, _ := date.ParsePeriod(j.params.AttestationMaxAge)
	ends := age.After(from)
	if !j.now.Before(ends) {
		return j.notAttested(t, r).Until(j.changes)
	}
	if attested := j.byAttestation(a); attested.Verdict == v1alpha1.VerdictFail {
		attested.Args = append(attested.Args, control.Arg{Name: "what", Value: "A copy of " + t.what}, control.Arg{Name: "allowed", Value: j.env.Allowed.String()})
		return attested.On(t.subject).At(t.field).Until(j.changes)
	}
	if leavesOut(a, t.observed) {
		n := control.Unknown("AttestationLeavesOut", "statement", a.Name)
		n.Args = slices.Concat(j.args(&t), r.Args, n.Args)
		return n.On(t.subject).At(t.field).Until(j.changes).Until(ends)
	}
	return r.Until(j.changes).Until(ends)
}

// leavesOut tells whether an attestation of every country that holds the data names none of those where they are seen.
func leavesOut(a *v1alpha1.Attestation, observed []region.Place) bool {
	return slices.ContainsFunc(observed, func(p region.Place) bool {
		return len(p.Countries) > 0 && !slices.ContainsFunc(a.Spec.Countries, func(c v1alpha1.CountryCode) bool { return slices.Contains(p.Countries, string(c)) })
	})
}

func (j copyJudge) notAttested(t target, r control.Result) control.Result {
	n := control.Unknown("ReplicationNotAttested")
	n.Args = slices.Concat(j.args(&t), r.Args)
	return n.On(t.subject).At(t.field)
}

func (j copyJudge) backups() []control.Result {
	var out []control.Result
	for _, use := range backup.Destinations(j.facts, j.env.Scope()) {
		if use.Destination == nil {
			out = append(out, control.Unknown("DestinationMissing", "what", cmp.Or(use.Ref.String(), "the default destination"), "by", use.By.String()).On(use.By))
			continue
		}
		out = append(out, j.copied(j.backupTarget(use)).Because(use.By))
	}
	return append(out, j.foreign()...)
}

// foreign judges where else backups lie that name the environment's namespaces and were read back from the store. Whether
// they hold its data or those of a namesake elsewhere is not known, so a place outside is no more than a question.
func (j copyJudge) foreign() []control.Result {
	var out []control.Result
	for _, use := range backup.Foreign(j.facts, j.env.Scope()) {
		if use.Destination == nil {
			continue // nothing of this cluster reads or writes it
		}
		t := j.backupTarget(use)
		if r := j.target(t); r.Verdict == v1alpha1.VerdictFail {
			n := control.Unknown("OriginUnclear", "by", use.By.String(), "byTarget", use.By.Name, "byNamespace", use.By.Namespace)
			n.Args = append(n.Args, r.Args...)
			out = append(out, n.On(t.subject).At(t.field).Because(use.By).Until(r.ValidUntil))
		}
	}
	return out
}

func (j copyJudge) backupTarget(use backup.Use) target {
	d := use.Destination
	t := target{what: "Backup destination " + use.Ref.String(), subject: use.Ref, field: "spec",
		names: append(namesOf(backup.EndpointNames(d)...), name{use.Ref.Namespace, use.Ref.Name}), inCluster: d.InCluster || backup.InCluster(j.facts, d)}
	if use.Field != "" {
		t.what, t.field = t.what+" ("+use.Field+")", use.Field
	}
	lead, leads := place.LeadOf(j.facts, use.Ref.Namespace, place.BareHost(d.Endpoint))
	switch {
	case leads:
		t = j.ledTarget(t, place.BareHost(d.Endpoint), lead)
	case t.inCluster && d.Endpoint != "": // then its region is whatever the store calls its own
		t.inCluster, t.unread = false, "host "+d.Endpoint+" names no region"
		t = j.hostTarget(t, use.Ref.Namespace, d.Endpoint)
	case d.Provider != "" && d.Region != "":
		t = j.hostsOf(j.regionTarget(t, d.Provider, d.Region), d)
	case d.Endpoint != "":
		t = j.hostsOf(j.hostTarget(t, use.Ref.Namespace, d.Endpoint), d)
		t.unread = "host " + d.Endpoint + " names no region"
	case d.ConfigInSecret:
		t.unread = "what tells it is in a Secret or in the product's own settings, which are not read"
	default:
		t.unread = strings.TrimSpace(cmp.Or(d.Provider, d.Kind) + " does not say its region in the cluster")
	}
	return t
}

// hostsOf adds the places that the hosts of a store name beside the region that is written down: what is called decides where
// data go, and the client may call the one or the other.
func (j copyJudge) hostsOf(t target, d *facts.BackupDestination) target {
	var called []region.Place
	for _, host := range []string{d.Endpoint, d.PublicEndpoint} {
		if p, ok := j.env.Platform.Tables.HostPlace(place.BareHost(host)); ok && !slices.ContainsFunc(t.observed, func(o region.Place) bool { return sameRegion(o, p) }) {
			called = append(called, p)
		}
	}
	t.observed = append(called, t.observed...)
	return t
}

func sameRegion(a, b region.Place) bool { return a.Provider == b.Provider && a.Region == b.Region }

// disagree tells how the places differ that a store is said to be in, each of which is allowed.
func disagree(places []region.Place) string {
	for _, p := range places {
		if !sameRegion(p, places[0]) {
			return "its host is in " + where(places[0]) + ", and it also names " + where(p)
		}
	}
	return ""
}

// regionTarget places a target by a provider's region.
func (j *judge) regionTarget(t target, provider, regionName string) target {
	if p, ok := j.env.Platform.Tables.Lookup(provider, regionName, ""); ok {
		t.observed = []region.Place{p}
	} else {
		t.unread = "region " + regionName + " of " + provider + " is not in the region table"
	}
	return t
}

func (j copyJudge) logs() []control.Result {
	var out []control.Result
	for _, d := range logs.Of(j.facts).Destinations(j.facts, j.env.Scope()) {
		t := target{what: fmt.Sprintf("Log destination %s (%s)", called(d), d.Plugin), subject: d.Object, field: d.Field, unread: d.Unread}
		out = append(out, j.copied(j.sentTo(t, d)).Because(d.Collector))
	}
	return out
}

// called names a destination of a collector as its configuration does.
func called(d logs.Destination) string {
	return cmp.Or(d.Called, d.Name(), d.Plugin)
}

// sentTo fills in what is known of a destination of a collector.
func (j *judge) sentTo(t target, d logs.Destination) target {
	if d.Called != "" && d.Unread == "" { // what counts is every host that the Service leads to
		return j.hostTarget(t, d.Collector.Namespace, d.Called)
	}
	t.names = append(t.names, namesOf(d.Name())...)
	switch {
	case d.Unread != "":
		t.names = append(t.names, name{first: d.Host})
	case d.InCluster:
		t.names, t.inCluster = append(t.names, name{first: d.Host}), true
		if !j.exists(d.Service) {
			t.missing = d.Service
		}
	case d.Provider != "" && d.Region != "":
		t = j.regionTarget(t, d.Provider, d.Region)
		t.names = append(t.names, name{first: d.Host})
	case d.Host != "":
		t.unread = "host " + d.Host + " names no region"
		t = j.hostTarget(t, d.Collector.Namespace, d.Host)
	}
	return t
}
