package sup

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
	"github.com/tilsyn-dev/tilsyn/internal/derive/party"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// namedParties is how many parties a message names at most.
const namedParties = 8

// judgeSUP03 says of an environment who of its chain shows, and judges what is not of one namespace.
func judgeSUP03(in control.EnvironmentInput, _ *control.NoParameters) []control.Result {
	j := newPartyJudge(in)
	j.look(in.Facts)
	party.ObserveAround(in.Environment, in.Facts, j.observe)
	for _, ns := range in.Environment.Scope() {
		j.merge(j.in(ns, in.Facts))
	}
	if len(j.chain) == 0 && len(j.inside) == 0 {
		j.found = nil
		party.Observe(in.Environment, in.Facts, j.observe) // nobody shows, but somebody may be hidden
	}
	missing := party.Incomplete(in.Facts)
	out := j.results()
	if len(j.chain) > 0 && len(missing) == 0 {
		out = append(out, j.notSeen()...)
	}
	if len(missing) > 0 {
		out = append(out, control.Unreadable(missing...).On(in.Environment.Ref()))
	}
	return out
}

// namespace finds what shows in a namespace and is not in the chain. Where there is no chain the environment says so once.
func (j *partyJudge) namespace(in control.NamespaceInput, out []control.Result) []control.Result {
	if j.look(in.Facts); len(j.chain) == 0 || !j.in(in.Namespace, in.Facts).odd {
		return out
	}
	j.found = j.found[:0]
	party.ObserveIn(j.env.Platform, in.Facts, in.Namespace, j.observe)
	return append(out, j.found...)
}

// standing is how those who show in a namespace stand to the chain: a thousand containers come from a few parties.
type standing struct {
	seen   map[string]bool
	inside []shown
	first  string
	odd    bool // somebody is not in the chain, or cannot be told
}

type standingKey struct {
	namespace   string
	environment *control.Environment
}

var standingLooks = facts.Looks{In: append(party.InLooks().In, facts.TypeOf[v1alpha1.Supplier]())}

func (j *partyJudge) in(namespace string, v facts.View) *standing {
	return facts.DerivedIn(v, standingKey{namespace, j.env}, namespace, standingLooks, func(v facts.View) *standing {
		k := newPartyJudge(control.EnvironmentInput{Environment: j.env})
		k.look(v)
		party.ObserveIn(j.env.Platform, v, namespace, func(o party.Observation) {
			if o.Unread != "" {
				k.odd = true
			} else if _, done := k.noted(o); !done {
				k.odd = true
			}
		})
		return &k.standing
	})
}

// merge adds who shows in a namespace.
func (j *partyJudge) merge(s *standing) {
	maps.Copy(j.seen, s.seen)
	j.first = cmp.Or(j.first, s.first)
	for _, of := range s.inside {
		for _, p := range of.parties {
			j.add(of.kind, p)
		}
	}
}

// noted notes who of the chain shows or, where there is no chain, who shows at all; false for what has to be found.
func (j *partyJudge) noted(o party.Observation) (verdict, bool) {
	if len(j.chain) == 0 && j.first == "" {
		j.first = o.Trace.Entry()
	}
	v, again := j.judge(o)
	if v.reason != "InChain" && len(j.chain) > 0 {
		return v, false
	}
	if !again {
		j.note(o.Kind, o.Trace.Name(), v)
	}
	return v, true
}

// partyJudge compares observations with the chain of one environment's solution.
type partyJudge struct {
	env   *control.Environment
	index *party.Index
	// chain holds the suppliers of the links; blind names those of them that nothing tells, in words.
	chain map[string]bool
	blind string
	// untouched are those of the chain that are said to have nothing to do with the personal data that the solution holds.
	untouched map[string]bool
	// images were judged before: many containers share one.
	images map[party.Image]verdict
	said   map[saying]bool
	found  []control.Result

	standing
}

// shown are the parties of one kind.
type shown struct {
	kind    party.Kind
	parties []string
}

// saying tells results that say the same of the same object.
type saying struct {
	subject facts.Ref
	reason  control.Reason
	what    string
}

// verdict is whose a trace is, seen from the chain.
type verdict struct {
	reason  control.Reason
	parties []string // suppliers, those of the chain where there are any
	others  []string // suppliers that are not in the chain and may be it as well
	wide    party.Mark
}

func newPartyJudge(in control.EnvironmentInput) *partyJudge {
	return &partyJudge{env: in.Environment, chain: map[string]bool{}, untouched: map[string]bool{}, images: map[party.Image]verdict{}, said: map[saying]bool{},
		standing: standing{seen: map[string]bool{}}}
}

// look reads the suppliers, which are the same for every namespace.
func (j *partyJudge) look(v facts.View) {
	if j.index != nil {
		return
	}
	j.index = party.IndexOf(v)
	var blind []string
	spec := &j.env.Solution.Object.Spec
	personal := !slices.Equal(spec.PersonalData, []v1alpha1.DataCategory{v1alpha1.DataNone})
	for _, l := range spec.SupplierChain {
		j.untouched[l.Supplier] = personal && l.PersonalData == chain.Untouched && (j.untouched[l.Supplier] || !j.chain[l.Supplier])
		if j.chain[l.Supplier] {
			continue
		}
		j.chain[l.Supplier] = true
		if s := facts.Get[v1alpha1.Supplier](v, "", l.Supplier); s == nil || s.Spec.Fingerprints == nil {
			blind = append(blind, l.Supplier)
		}
	}
	if len(blind) > 0 {
		j.blind = "; suppliers of the chain without any: " + some(blind)
	}
}

func (j *partyJudge) observe(o party.Observation) {
	if o.Unread != "" {
		j.unread(o)
		return
	}
	v, done := j.noted(o)
	if done {
		return
	}
	subject, cause := o.Object, o.Cause
	if o.Kind == party.Nodes { // nodes come and go
		subject, cause = j.env.Ref(), o.Object
	}
	what := describe(o.Kind, o.Trace.Name())
	if !j.firstTime(subject, v.reason, what) {
		return
	}
	args := []string{"what", what, "solution", j.env.Solution.Object.Name, "entry", cmp.Or(o.Trace.Entry(), "nodeLabels: [{key: KEY, value: VALUE}]")}
	var r control.Result
	switch v.reason {
	case "NotInChain", "NotUntouched":
		r = control.Fail(v.reason, append(args, "supplier", strings.Join(v.parties, " or "))...)
	case "FingerprintShared":
		r = control.Unknown(v.reason, append(args, "supplier", strings.Join(slices.Concat(v.parties, v.others), " and "),
			"linked", strings.Join(v.parties, " and "), "others", strings.Join(v.others, " or "))...)
	case "FingerprintTooWide":
		r = control.Fail(v.reason, append(args, "supplier", v.wide.Supplier, "fingerprint", v.wide.Text, "list", v.wide.Field, "why", v.wide.Wide)...)
	default:
		r = control.Unknown(v.reason, append(args, "blind", j.blind)...)
	}
	j.found = append(j.found, r.On(subject).At(o.Field.String()).Because(cause))
}

func (j *partyJudge) firstTime(subject facts.Ref, reason control.Reason, what string) bool {
	s := saying{subject, reason, what}
	if j.said[s] {
		return false
	}
	j.said[s] = true
	return true
}

// judge judges an image once; again tells that it was judged before.
func (j *partyJudge) judge(o party.Observation) (v verdict, again bool) {
	if o.Kind != party.Images {
		return j.whose(o), false
	}
	if v, again = j.images[o.Trace.Image]; !again {
		v = j.whose(o)
		j.images[o.Trace.Image] = v
	}
	return v, again
}

// whose compares the suppliers that an observation may be with the chain. Where no fingerprint tells, the solution's own
// word counts.
func (j *partyJudge) whose(o party.Observation) verdict {
	m := j.index.Match(o.Trace)
	suppliers := m.MayBe()
	if len(suppliers) == 0 {
		if s := j.declared(o); s != "" {
			suppliers = []string{s}
		}
	}
	linked := slices.DeleteFunc(slices.Clone(suppliers), func(s string) bool { return !j.chain[s] })
	for _, s := range linked {
		j.seen[s] = true
	}
	if len(linked) > 0 && len(linked) < len(suppliers) {
		others := slices.DeleteFunc(slices.Clone(suppliers), func(s string) bool { return j.chain[s] })
		return verdict{reason: "FingerprintShared", parties: linked, others: others}
	}
	if len(linked) > 0 {
		if holdsData[o.Kind] && !slices.ContainsFunc(linked, func(s string) bool { return !j.untouched[s] }) {
			return verdict{reason: "NotUntouched", parties: linked}
		}
		return verdict{reason: "InChain", parties: linked}
	}
	if len(suppliers) > 0 {
		return verdict{reason: "NotInChain", parties: suppliers}
	}
	for _, w := range m.Wide {
		if j.chain[w.Supplier] {
			return verdict{reason: "FingerprintTooWide", wide: w}
		}
	}
	return verdict{reason: "Unrecognised"}
}

// holdsData are the kinds of parties with which a solution's data are, whatever its images and receivers are.
var holdsData = map[party.Kind]bool{party.Nodes: true, party.Volumes: true, party.Files: true, party.Databases: true, party.Backups: true}

// declared gives the supplier that the solution names for an endpoint, by its whole name.
func (j *partyJudge) declared(o party.Observation) string {
	if o.Supplier != "" {
		return o.Supplier
	}
	for _, e := range j.env.Solution.Object.Spec.ExternalEndpoints {
		if e.Supplier != "" && slices.ContainsFunc(o.Trace.Names, func(n string) bool { return strings.EqualFold(n, e.Host) }) {
			return e.Supplier
		}
	}
	return ""
}

// note keeps a party for the list of what is in order or, where there is no chain, of what shows.
func (j *partyJudge) note(kind party.Kind, name string, v verdict) {
	text := cmp.Or(name, "unnamed")
	if len(v.parties) > 0 {
		text += " (" + strings.Join(v.parties, " or ") + ")"
	}
	j.add(kind, text)
}

func (j *partyJudge) add(kind party.Kind, text string) {
	i := slices.IndexFunc(j.inside, func(s shown) bool { return s.kind == kind })
	if i < 0 {
		i, j.inside = len(j.inside), append(j.inside, shown{kind: kind})
	}
	if !slices.Contains(j.inside[i].parties, text) {
		j.inside[i].parties = append(j.inside[i].parties, text)
	}
}

// purposes under which a solution can declare who receives what cannot be read.
var purposes = map[party.Kind]string{party.Logs: "Logs", party.Backups: "Backup", party.Telemetry: "Telemetry"}

func (j *partyJudge) unread(o party.Observation) {
	kind := string(o.Kind)
	if !j.firstTime(o.Object, "Unreadable", kind+o.Unread) {
		return
	}
	args := []string{"kind", kind, "detail", o.Unread, "solution", j.env.Solution.Object.Name}
	var suppliers []string
	for _, e := range j.env.Solution.Object.Spec.ExternalEndpoints {
		if purpose := purposes[o.Kind]; purpose != "" && e.Purpose == purpose && j.chain[e.Supplier] && !slices.Contains(suppliers, e.Supplier) {
			suppliers = append(suppliers, e.Supplier)
		}
	}
	r := control.Unknown("Unreadable", args...)
	if len(suppliers) > 0 {
		r = control.Pass("Declared", append(args, "suppliers", strings.Join(suppliers, " or "))...).RestingOn(control.Declared)
	}
	j.found = append(j.found, r.On(o.Object).At(o.Field.String()).Because(o.Cause))
}

// results gives what was found. Without a chain that is one result, whatever shows.
func (j *partyJudge) results() []control.Result {
	env, order := j.env, party.Kinds()
	slices.SortStableFunc(j.inside, func(a, b shown) int { return slices.Index(order, a.kind) - slices.Index(order, b.kind) })
	if len(j.chain) == 0 && len(j.inside) > 0 {
		var all []string
		for _, s := range j.inside {
			for _, p := range s.parties {
				all = append(all, lower(describe(s.kind, p)))
			}
		}
		return []control.Result{control.Fail("NoChain", "solution", env.Solution.Object.Name, "parties", some(all),
			"entry", cmp.Or(j.first, "nodeLabels: [{key: KEY, value: VALUE}]")).On(env.Ref()).Because(env.Solution.Ref())}
	}
	out := j.found
	for _, s := range j.inside {
		out = append(out, control.Pass("InChain", "kind", string(s.kind), "parties", some(s.parties)).On(env.Ref()))
	}
	return out
}

// notSeen remarks on links that should show and do not.
func (j *partyJudge) notSeen() []control.Result {
	var out []control.Result
	for _, l := range j.env.Solution.Object.Spec.SupplierChain {
		if l.Observable && !j.seen[l.Supplier] {
			out = append(out, control.NotApplicable("LinkNotSeen", "link", l.Name, "supplier", l.Supplier).
				On(j.env.Solution.Ref()).At("spec.supplierChain["+l.Name+"]"))
		}
	}
	return out
}

// describe names what shows.
func describe(kind party.Kind, name string) string {
	switch kind {
	case party.Nodes:
		if name == "" {
			return "Nodes without a provider id"
		}
		return "Nodes of " + name
	case party.Images:
		return "Images from " + name
	case party.Volumes:
		return "Volumes of driver " + name
	case party.Files:
		return "File server " + name
	case party.Databases:
		return "Database server " + name
	case party.Services:
		return "Host " + name + " behind a Service"
	case party.Backups:
		return "Backups to " + name
	case party.Logs:
		return "Logs to " + name
	case party.Telemetry:
		return "Telemetry to " + name
	default:
		return "External endpoint " + name
	}
}

func lower(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// some joins names, the first ones of many.
func some(names []string) string {
	if len(names) <= namedParties {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:namedParties], ", ") + fmt.Sprintf(" and %d more", len(names)-namedParties)
}
