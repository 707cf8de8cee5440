package register

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Kinds that others refer to.
const (
	supplierKind    = "Supplier"
	agreementKind   = "ProcessingAgreement"
	statementKind   = "AssuranceStatement"
	institutionKind = "Institution"
	incidentKind    = "SecurityIncident"
	solutionKind    = "HostedSolution"
	environmentKind = "SolutionEnvironment"
)

// directory is all that is known of the names of one kind.
type directory struct {
	known map[string]bool
	// unseen sources may hold more.
	unseen []facts.SourceState
	// short is the name for kubectl, reason that of the condition for a name that does not exist.
	short, reason string
}

// names tells which resources there are.
type names struct{ kinds map[string]*directory }

func newNames(v facts.View) *names {
	return &names{kinds: map[string]*directory{
		supplierKind:    directoryOf(v, "sup", v1alpha1.ReasonUnknownSupplier, func(o *v1alpha1.Supplier) string { return o.Name }),
		agreementKind:   directoryOf(v, "pagr", v1alpha1.ReasonUnknownAgreement, func(o *v1alpha1.ProcessingAgreement) string { return o.Name }),
		statementKind:   directoryOf(v, "stmt", v1alpha1.ReasonUnknownStatement, func(o *v1alpha1.AssuranceStatement) string { return o.Name }),
		institutionKind: directoryOf(v, "inst", v1alpha1.ReasonUnknownInstitution, func(o *v1alpha1.Institution) string { return o.Name }),
		incidentKind:    directoryOf(v, "sinc", v1alpha1.ReasonUnknownIncident, func(o *v1alpha1.SecurityIncident) string { return o.Name }),
		solutionKind:    directoryOf(v, "hs", v1alpha1.ReasonUnknownSolution, func(o *v1alpha1.HostedSolution) string { return o.Name }),
		environmentKind: directoryOf(v, "senv", v1alpha1.ReasonUnknownEnvironment, func(o *v1alpha1.SolutionEnvironment) string { return o.Name }),
	}}
}

func directoryOf[T any](v facts.View, short, reason string, name func(*T) string) *directory {
	d := &directory{known: map[string]bool{}, unseen: facts.Incomplete[T](v), short: short, reason: reason}
	for _, o := range facts.List[T](v) {
		d.known[name(o)] = true
	}
	return d
}

// page collects what is wrong with one object.
type page struct {
	run *run
	ref facts.Ref
	// missing names by kind, each with the fields that name it, in the order found.
	missing map[string][]mention
}

type mention struct{ name, field string }

func (r *run) page(kind, name string) *page {
	return &page{run: r, ref: Ref(kind, name)}
}

// refer notes a name that does not exist. An empty name refers to nothing.
func (p *page) refer(kind, name, field string, args ...any) {
	if name == "" || p.run.names.kinds[kind].known[name] {
		return
	}
	if p.missing == nil {
		p.missing = map[string][]mention{}
	}
	p.missing[kind] = append(p.missing[kind], mention{name, fmt.Sprintf(field, args...)})
}

func (p *page) referAll(kind string, list []string, field string) {
	for i, name := range list {
		if name != "" && !p.run.names.kinds[kind].known[name] {
			p.refer(kind, name, "%s[%d]", field, i)
		}
	}
}

// bad notes that the object is not accepted.
func (p *page) bad(reason, format string, args ...any) {
	p.problem(v1alpha1.ConditionAccepted, metav1.ConditionFalse, reason, fmt.Sprintf(format, args...))
}

func (p *page) problem(typ string, status metav1.ConditionStatus, reason, message string) {
	p.run.problems = append(p.run.problems, evaluate.Problem{Object: p.ref, Type: typ, Status: status, Reason: reason, Message: message})
}

// done says which names do not exist, one sentence for each kind.
func (p *page) done() {
	for _, kind := range slices.Sorted(maps.Keys(p.missing)) {
		d, list := p.run.names.kinds[kind], p.missing[kind]
		if len(d.unseen) > 0 { // it may be there
			p.problem(v1alpha1.ConditionAccepted, metav1.ConditionUnknown, d.unseen[0].WhyNot(),
				fmt.Sprintf("Whether %s exists cannot be seen: %s: %s.", sentence(kind, list), d.unseen[0].ID, d.unseen[0].Why()))
			continue
		}
		hint := "."
		if len(list) == 1 {
			hint = evaluate.DidYouMean(list[0].name, slices.Sorted(maps.Keys(d.known)))
		}
		p.bad(d.reason, "There is no %s%s Apply it, or name one that `kubectl get %s` lists.", sentence(kind, list), hint, d.short)
	}
}

// sentence writes kind, names and fields, the first few of many.
func sentence(kind string, list []mention) string {
	const shown = 5
	var parts []string
	for i, m := range list {
		if i == shown {
			parts = append(parts, fmt.Sprintf("%d more", len(list)-shown))
			break
		}
		parts = append(parts, fmt.Sprintf("%s (%s)", m.name, m.field))
	}
	return kind + " " + strings.Join(parts, ", ")
}

// circle follows a relation from a name and gives the way round where it leads back there, else nil.
func circle(from string, next func(string) string) []string {
	way := []string{from}
	for name := next(from); name != "" && len(way) <= 64; name = next(name) {
		way = append(way, name)
		if name == from {
			return way
		}
		if slices.Contains(way[:len(way)-1], name) {
			return nil // a circle that does not hold from; whoever is in it is told
		}
	}
	return nil
}
