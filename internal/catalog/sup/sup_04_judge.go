package sup

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/assurance"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// statementJudge judges the statements of one solution for one year.
type statementJudge struct {
	control.SolutionInput
	year          int32
	due           time.Time
	clarification date.Period
	params        *sup04
	records       []*assurance.Record // of the solution and its suppliers, all years
}

func judgeSUP04(in control.SolutionInput, p *sup04) []control.Result {
	after, clarification := mustPeriod(p.DueAfterPeriodEnd), mustPeriod(p.Clarification)
	year := assurance.DueYear(in.Now, after)
	j := &statementJudge{SolutionInput: in, year: year, due: assurance.Due(year, after), clarification: clarification, params: p,
		records: assurance.Of(in.Facts, in.Solution.Object)}
	results := slices.Concat(j.judge(), j.early())
	for i := range results {
		results[i] = results[i].Until(assurance.Due(year+1, after)).RestingOn(control.Declared)
	}
	return results
}

// mustPeriod reads a period that Validate has read before.
func mustPeriod(s string) date.Period {
	p, err := date.ParsePeriod(s)
	if err != nil {
		return date.Period{}
	}
	return p
}

// judge gives one result for each requirement of the year that is due, or one for all where there is nothing to tell apart.
func (j *statementJudge) judge() []control.Result {
	object := j.Solution.Object
	required := j.wanted()
	year := strconv.Itoa(int(j.year))
	switch {
	case len(required) == 0:
		return []control.Result{control.NotApplicable("NotRequired")}
	case assurance.InProduction(object, j.year) == date.No:
		if denied := j.denied(); len(denied) > 0 {
			return denied
		}
		return []control.Result{control.NotApplicable("NotInProduction", "year", year).At("spec.inProduction")}
	case !slices.ContainsFunc(j.records, func(r *assurance.Record) bool { return r.Spec.Year == j.year }):
		kinds := make([]string, len(required))
		for i, w := range required {
			kinds[i] = w.name + " (" + assurance.Words(w.kind) + ")"
		}
		return []control.Result{control.Fail("NothingReceived", "year", year, "due", lastDay(j.due), "kinds", strings.Join(kinds, "; "), "solution", object.Name)}
	}
	out := j.denied()
	for _, w := range required {
		out = append(out, j.requirement(w, required)...)
	}
	return out
}

// early judges what is known of later years before they are due: what has come and cannot be relied on is no news to wait
// half a year with.
func (j *statementJudge) early() []control.Result {
	var out []control.Result
	for _, r := range j.records {
		if r.Spec.Year <= j.year || r.Spec.Document != v1alpha1.DocumentStatement || !slices.Contains(r.Spec.Solutions, j.Solution.Object.Name) {
			continue
		}
		t := &trial{j: j, record: r, wanted: wanted{name: "received early"}}
		t.doubts()
		if r.Received() == date.Yes {
			t.opinion()
		}
		out = append(out, t.fails...)
	}
	return out
}

// requirement judges what is recorded for one requirement: the best candidate counts, or those that cover the year together.
func (j *statementJudge) requirement(w wanted, all []wanted) []control.Result {
	var best *trial
	var tried, sound []*trial
	for _, r := range j.candidates(w, all) {
		t := &trial{j: j, record: r, wanted: w}
		t.run()
		tried = append(tried, t)
		if len(t.fails) == 0 {
			sound = append(sound, t)
		}
		if best == nil || t.better(best) {
			best = t
		}
	}
	if best == nil {
		return []control.Result{j.missing(w)}
	}
	if len(sound) > 0 {
		best.coverage(sound)
	}
	return best.beside(tried)
}

// candidates are the statements of the year that may answer a requirement. One that is of another kind and answers another
// requirement is no candidate for this one: nothing is wrong with it, this one's is missing.
func (j *statementJudge) candidates(w wanted, all []wanted) []*assurance.Record {
	list := j.records
	for _, s := range w.suppliers {
		for _, r := range assurance.About(j.Facts, s) {
			if len(r.Spec.Solutions) == 0 && !slices.Contains(list, r) {
				list = append(slices.Clip(list), r)
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(list), func(r *assurance.Record) bool {
		s := &r.Spec
		ordered := s.Required != nil && len(recorded(assurance.Compare(w.kind, *s.Required))) > 0 // asked for as something else
		return ordered || s.Year != j.year || s.Document != v1alpha1.DocumentStatement || s.Standard != "" && s.Standard != w.kind.Standard || w.elsewhere(r) ||
			differs(w, r) && slices.ContainsFunc(all, func(o wanted) bool { return o.answeredBy(r) })
	})
}

// differs tells whether a statement is recorded as another kind than a requirement's.
func differs(w wanted, r *assurance.Record) bool {
	return len(recorded(assurance.Compare(w.kind, r.Spec.StatementKind))) > 0
}

// recorded leaves those differences in which both kinds are written down.
func recorded(list []assurance.Difference) []assurance.Difference {
	return slices.DeleteFunc(list, func(d assurance.Difference) bool { return !d.Recorded() })
}

// answeredBy tells whether a statement is surely of the kind that a requirement asks for, and about whom it asks.
func (w wanted) answeredBy(r *assurance.Record) bool {
	for _, d := range assurance.Compare(w.kind, r.Spec.StatementKind) {
		if d.Recorded() || d.Field != "level" {
			return false
		}
	}
	return len(w.suppliers) == 0 || slices.Contains(w.suppliers, r.Spec.Supplier)
}

// missing says that nothing answers a requirement, and what stands in its place.
func (j *statementJudge) missing(w wanted) control.Result {
	args := []string{"year", strconv.Itoa(int(j.year)), "requirement", w.name, "kind", assurance.Words(w.kind), "due", lastDay(j.due)}
	for _, r := range j.records {
		if d := r.Spec.Document; r.Spec.Year == j.year && d != v1alpha1.DocumentStatement && d != v1alpha1.DocumentActionPlan && !w.elsewhere(r) {
			return control.Fail("NotAStatement", append(args, "statement", r.Name, "document", documentWords(d))...).On(r.Ref()).At("spec.document")
		}
	}
	return control.Fail("Missing", append(args, "beside", j.beside(w))...)
}

// beside names what is recorded of the standard and is of another kind, for what it is not.
func (j *statementJudge) beside(w wanted) string {
	var others []string
	for _, r := range j.records {
		differ := recorded(assurance.Compare(w.kind, r.Spec.StatementKind))
		if r.Spec.Year != j.year || r.Spec.Document != v1alpha1.DocumentStatement || r.Spec.Standard != w.kind.Standard || len(differ) == 0 || w.elsewhere(r) {
			continue
		}
		words := make([]string, len(differ))
		for i, d := range differ {
			words[i] = d.String()
		}
		others = append(others, r.Name+" has "+strings.Join(words, " and "))
	}
	if len(others) == 0 {
		return ""
	}
	return "; " + some(others)
}

func documentWords(d v1alpha1.StatementDocument) string {
	switch d {
	case v1alpha1.DocumentCertificate:
		return "certificate"
	case v1alpha1.DocumentManagementStatement:
		return "management statement"
	default:
		return "self-assessment"
	}
}

// lastDay writes the last day before an instant, for example the day by which something was due.
func lastDay(t time.Time) string { return date.Of(t.Add(-time.Hour)).String() }

// wanted is one requirement.
type wanted struct {
	name string
	kind v1alpha1.StatementKind
	// suppliers whose work the statement is to be about; empty: anybody's in the chain.
	suppliers []string
}

// elsewhere tells whether a statement is about another link of the chain than the one that is wanted, which then has its own.
func (w wanted) elsewhere(r *assurance.Record) bool {
	return len(w.suppliers) > 0 && r.Spec.Supplier != "" && len(r.Spec.Solutions) == 0 && !slices.Contains(w.suppliers, r.Spec.Supplier)
}

// wanted lists the requirements of a year: those of the profile, which nobody can take away, and beside them those of the
// solution and of its suppliers. One that another one includes is left out.
func (j *statementJudge) wanted() []wanted {
	s := &j.Solution.Object.Spec
	var all []wanted
	add := func(list []v1alpha1.RequiredStatement, suppliers func(v1alpha1.RequiredStatement) []string) {
		for _, r := range list {
			if r.FromYear <= j.year && (r.UntilYear == 0 || j.year <= r.UntilYear) {
				all = append(all, wanted{r.Name, r.StatementKind, suppliers(r)})
			}
		}
	}
	own := func(r v1alpha1.RequiredStatement) []string { return j.linked(r) }
	if !slices.Equal(s.PersonalData, []v1alpha1.DataCategory{v1alpha1.DataNone}) {
		add(j.params.Required, own)
	}
	if s.FinancialImpact {
		add(j.params.Financial, own)
	}
	add(s.RequiredStatements, own)
	seen := map[string]bool{}
	for _, link := range s.SupplierChain {
		party := facts.Get[v1alpha1.Supplier](j.Facts, "", link.Supplier)
		if party == nil || seen[link.Supplier] {
			continue
		}
		seen[link.Supplier] = true
		add(party.Spec.AssuranceRequired, func(v1alpha1.RequiredStatement) []string { return []string{link.Supplier} })
	}
	var out []wanted
	for i, w := range all {
		included := slices.ContainsFunc(all[:i], w.within) ||
			slices.ContainsFunc(all[i+1:], func(o wanted) bool { return w.within(o) && !o.within(w) })
		if !included {
			out = append(out, w)
		}
	}
	return out
}

// linked gives the suppliers that a requirement is about: of the link it names, or whoever the controllers engaged where it
// is about the processor's own access.
func (j *statementJudge) linked(r v1alpha1.RequiredStatement) []string {
	var out []string
	for _, link := range j.Solution.Object.Spec.SupplierChain {
		if r.Link != "" && link.Name == r.Link || r.Link == "" && link.EngagedBy == "" && slices.Contains(r.Parts, v1alpha1.PartProcessorAccess) {
			out = append(out, link.Supplier)
		}
	}
	return out
}

// within tells whether whoever has what o asks for has what w asks for.
func (w wanted) within(o wanted) bool {
	if len(assurance.Compare(w.kind, o.kind)) > 0 {
		return false
	}
	return len(w.suppliers) == 0 || len(o.suppliers) > 0 && !slices.ContainsFunc(o.suppliers, func(s string) bool { return !slices.Contains(w.suppliers, s) })
}
