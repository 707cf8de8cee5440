package dpd

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/scan"
)

// words say what was found.
var words = map[scan.Identifier]string{
	scan.CPR: "a CPR number", scan.Email: "an e-mail address of a person", scan.Phone: "a telephone number of a person", scan.IBAN: "an account number of a person",
	scan.NationalIdentity: "a national identity number",
}

// hit is one field of an object that counts.
type hit struct {
	e    *facts.Exposure
	root facts.Ref
	facts.ExposedField
}

// exposures gathers what counts, by the object that somebody can mend.
type exposures struct {
	platform  *v1alpha1.Platform
	limit     scan.Confidence
	stand     facts.Ref               // what a finding is about where an object's own name must not be said
	parents   map[facts.Ref]facts.Ref // of ReplicaSets and Jobs
	bySubject map[facts.Ref][]hit
}

func judgeExposures(in control.EnvironmentInput, ns control.NamespaceInput, p *dpd03, out []control.Result) []control.Result {
	here := facts.Ref{Kind: "Namespace", Name: ns.Namespace}
	x := &exposures{platform: in.Environment.Platform.Object, limit: confidences[p.Confidence], stand: here}
	if hidden(here) {
		x.stand = in.Environment.Ref()
	}
	for _, e := range facts.ListIn[facts.Exposure](ns.Facts, "") {
		if e.Ref == here {
			x.add(e, nil)
		}
	}
	for _, e := range facts.ListIn[facts.Exposure](ns.Facts, ns.Namespace) {
		x.add(e, func() []*facts.Owner { return facts.ListIn[facts.Owner](ns.Facts, ns.Namespace) })
	}
	found := x.results()
	return append(append(out, found...), rest(len(found), x.stand, facts.Incomplete[facts.Exposure](ns.Facts))...)
}

// judgePlatformExposures judges objects that belong to no namespace, and the namespaces of the platform.
func judgePlatformExposures(in control.PlatformInput, p *dpd03) []control.Result {
	x := &exposures{platform: in.Platform.Object, limit: confidences[p.Confidence], stand: in.Platform.Ref()}
	claimed := map[string]bool{}
	for _, e := range in.Environments {
		for _, ns := range e.Scope() {
			claimed[ns] = true
		}
	}
	for _, e := range facts.List[facts.Exposure](in.Facts) {
		ns := e.Ref.Namespace
		if e.Ref.Kind == "Namespace" {
			ns = e.Ref.Name
		}
		if !claimed[ns] && (ns == "" || in.Platform.OwnsNamespace(ns)) {
			x.add(e, func() []*facts.Owner { return facts.List[facts.Owner](in.Facts) })
		}
	}
	found := x.results()
	return append(found, rest(len(found), in.Platform.Ref(), facts.Incomplete[facts.Exposure](in.Facts))...)
}

// rest says what holds beside what was found.
func rest(found int, about facts.Ref, missing []facts.SourceState) []control.Result {
	switch {
	case len(missing) > 0:
		return []control.Result{control.Unreadable(missing...).On(about)}
	case found == 0:
		return []control.Result{control.Pass("NothingFound").On(about)}
	}
	return nil
}

func (x *exposures) add(e *facts.Exposure, owners func() []*facts.Owner) {
	for _, f := range e.Found {
		if !f.Identifier.Personal() || f.Confidence < x.limit {
			continue
		}
		subject := x.root(e, owners)
		if x.looksAlike(e.Ref, f) || x.looksAlike(subject, f) {
			continue
		}
		if x.bySubject == nil {
			x.bySubject = map[facts.Ref][]hit{}
		}
		h := hit{e, subject, f}
		if hidden(subject) {
			subject = x.stand
		}
		x.bySubject[subject] = append(x.bySubject[subject], h)
	}
}

// root gives the object that somebody can mend: for a pod what made it.
func (x *exposures) root(e *facts.Exposure, owners func() []*facts.Owner) facts.Ref {
	if e.Owner.IsZero() || e.Owner.Name == "" || e.Owner.Kind == "Node" {
		return e.Ref
	}
	if x.parents == nil && owners != nil {
		x.parents = map[facts.Ref]facts.Ref{}
		for _, o := range owners() {
			x.parents[o.Ref()] = o.Parent()
		}
	}
	if parent, ok := x.parents[e.Owner]; ok {
		return parent
	}
	return e.Owner
}

func (x *exposures) looksAlike(ref facts.Ref, f facts.ExposedField) bool {
	if x.platform == nil || x.platform.Spec.Scan == nil {
		return false
	}
	return slices.ContainsFunc(x.platform.Spec.Scan.LookAlikes, func(l v1alpha1.LookAlike) bool {
		return (l.Kind == ref.Kind || l.Kind == madeBy[ref.Kind]) && (l.Namespace == "" || control.MatchesNamespace(l.Namespace, ref.Namespace)) &&
			inPod(l.Field) == inPod(f.Field)
	})
}

// madeBy are the kinds that make others, whose fields are in these.
var madeBy = map[string]string{"ReplicaSet": "Deployment", "Job": "CronJob"}

// inPod gives the path that a field of a template has in its pods, so that what is said of one holds for the other.
func inPod(field string) string {
	field = strings.TrimPrefix(field, "spec.jobTemplate.")
	if rest, ok := strings.CutPrefix(field, "spec.template."); ok && (strings.HasPrefix(rest, "metadata.") || strings.HasPrefix(rest, "spec.")) {
		return rest
	}
	return field
}

// results gives one result for each object.
func (x *exposures) results() []control.Result {
	var out []control.Result
	for subject, hits := range x.bySubject {
		slices.SortFunc(hits, func(a, b hit) int {
			return cmp.Or(cmp.Compare(boolean(a.Field != "metadata.name"), boolean(b.Field != "metadata.name")), cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(boolean(a.e.Ref != subject), boolean(b.e.Ref != subject)),
				a.e.Ref.Compare(b.e.Ref), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Identifier, b.Identifier))
		})
		out = append(out, result(hits).On(subject))
	}
	slices.SortFunc(out, func(a, b control.Result) int {
		return cmp.Or(a.Subject.Compare(b.Subject), cmp.Compare(a.Field, b.Field))
	})
	return out
}

func result(hits []hit) control.Result {
	first := hits[0]
	object := first.e.Ref
	if object.Kind == "Event" && !first.e.Owner.IsZero() {
		object = first.e.Owner
	}
	reason := control.Reason("PersonalData")
	switch {
	case first.Field == "metadata.name":
		reason = "PersonalDataInName"
	case first.e.Ref.Kind == "Event":
		reason = "PersonalDataInEvent"
	}
	type place struct {
		root  facts.Ref
		field string
	}
	places := map[place]bool{}
	count := 0
	for _, h := range hits {
		places[place{h.root, inPod(h.Field)}] = true
		if h.e == first.e && h.Field == first.Field {
			count += h.Count
		}
	}
	more, scope := "", ""
	if others := len(places) - 1; others > 0 {
		more = " (other places: " + strconv.Itoa(others) + ")"
	}
	if object.Namespace != "" {
		scope = "-n " + masked(object.Namespace) + " "
	}
	return control.Fail(reason, "field", first.Field, "object", masked(object.String()), "what", words[first.Identifier], "count", strconv.Itoa(count), "more", more,
		"kind", first.e.Ref.Kind, "name", masked(first.e.Ref.Name), "namespace", masked(object.Namespace), "scope", scope).At(first.Field)
}

// hidden tells whether an object cannot be named.
func hidden(r facts.Ref) bool { return masked(r.Name) != r.Name || masked(r.Namespace) != r.Namespace }

func masked(text string) string {
	out, _ := scan.Masked(text)
	return out
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}
