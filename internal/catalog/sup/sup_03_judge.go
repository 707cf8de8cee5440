package sup

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/party"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// namedParties is how many parties a message names at most.
const namedParties = 8

func judgeSUP03(in control.EnvironmentInput, _ *control.NoParameters) []control.Result {
	j := newPartyJudge(in)
	party.Observe(in.Environment, in.Facts, j.observe)
	missing := party.Incomplete(in.Facts)
	out := j.results()
	if len(j.chain) > 0 && len(missing) == 0 {
		out = append(out, j.notSeen()...)
	}
	switch {
	case len(missing) > 0:
		return append(out, control.Unreadable(missing...).On(in.Environment.Ref()))
	case len(out) == 0:
		return []control.Result{control.NotApplicable("NothingShows")}
	}
	return out
}

// partyJudge compares observations with the chain of one environment's solution.
type partyJudge struct {
	in    control.EnvironmentInput
	index *party.Index
	// chain holds the suppliers of the links; blind names those of them that nothing tells, in words.
	chain map[string]bool
	blind string
	// images were judged before: many containers share one.
	images map[party.Image]verdict
	seen   map[string]bool // suppliers of the chain that show
	inside []shown
	said   map[saying]bool
	found  []control.Result
	first  party.Trace // the first party that shows
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
	wide    party.Mark
}

func newPartyJudge(in control.EnvironmentInput) *partyJudge {
	j := &partyJudge{in: in, index: party.IndexOf(in.Facts), chain: map[string]bool{}, images: map[party.Image]verdict{}, seen: map[string]bool{}, said: map[saying]bool{}}
	var blind []string
	for _, l := range in.Environment.Solution.Object.Spec.SupplierChain {
		if j.chain[l.Supplier] {
			continue
		}
		j.chain[l.Supplier] = true
		if s := facts.Get[v1alpha1.Supplier](in.Facts, "", l.Supplier); s == nil || s.Spec.Fingerprints == nil {
			blind = append(blind, l.Supplier)
		}
	}
	if len(blind) > 0 {
		j.blind = "; suppliers of the chain without any: " + some(blind)
	}
	return j
}

func (j *partyJudge) observe(o party.Observation) {
	if o.Unread != "" {
		j.unread(o)
		return
	}
	if len(j.chain) == 0 && j.first.Entry() == "" {
		j.first = o.Trace
	}
	v, again := j.judge(o)
	if v.reason == "InChain" || len(j.chain) == 0 {
		if again {
			return // it has been noted
		}
		j.note(o.Kind, o.Trace.Name(), v)
		return
	}
	subject, cause := o.Object, o.Cause
	if o.Kind == party.Nodes { // nodes come and go
		subject, cause = j.in.Environment.Ref(), o.Object
	}
	what := describe(o.Kind, o.Trace.Name())
	if !j.firstTime(subject, v.reason, what) {
		return
	}
	args := []string{"what", what, "solution", j.in.Environment.Solution.Object.Name, "entry", cmp.Or(o.Trace.Entry(), "nodeLabels: [{key: KEY, value: VALUE}]")}
	var r control.Result
	switch v.reason {
	case "NotInChain":
		r = control.Fail(v.reason, append(args, "supplier", strings.Join(v.parties, " or "))...)
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
	suppliers := m.Suppliers()
	if len(suppliers) == 0 {
		if s := j.declared(o); s != "" {
			suppliers = []string{s}
		}
	}
	if linked := slices.DeleteFunc(slices.Clone(suppliers), func(s string) bool { return !j.chain[s] }); len(linked) > 0 {
		for _, s := range linked {
			j.seen[s] = true
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

// declared gives the supplier that the solution names for an endpoint, by its whole name.
func (j *partyJudge) declared(o party.Observation) string {
	if o.Supplier != "" {
		return o.Supplier
	}
	for _, e := range j.in.Environment.Solution.Object.Spec.ExternalEndpoints {
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
	args := []string{"kind", kind, "detail", o.Unread, "solution", j.in.Environment.Solution.Object.Name}
	var suppliers []string
	for _, e := range j.in.Environment.Solution.Object.Spec.ExternalEndpoints {
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
	env := j.in.Environment
	if len(j.chain) == 0 && len(j.inside) > 0 {
		var all []string
		for _, s := range j.inside {
			for _, p := range s.parties {
				all = append(all, lower(describe(s.kind, p)))
			}
		}
		return []control.Result{control.Fail("NoChain", "solution", env.Solution.Object.Name, "parties", some(all),
			"entry", cmp.Or(j.first.Entry(), "nodeLabels: [{key: KEY, value: VALUE}]")).On(env.Ref()).Because(env.Solution.Ref())}
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
	for _, l := range j.in.Environment.Solution.Object.Spec.SupplierChain {
		if l.Observable && !j.seen[l.Supplier] {
			out = append(out, control.NotApplicable("LinkNotSeen", "link", l.Name, "supplier", l.Supplier).
				On(j.in.Environment.Solution.Ref()).At("spec.supplierChain["+l.Name+"]"))
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
