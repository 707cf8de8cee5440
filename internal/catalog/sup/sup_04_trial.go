package sup

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/assurance"
)

// trial holds one statement against one requirement.
type trial struct {
	j        *statementJudge
	record   *assurance.Record
	wanted   wanted
	fails    []control.Result
	unknowns []control.Result
	silent   []string // fields that are not recorded
	covering []string // statements that cover the year together
}

func (t *trial) run() {
	switch r := t.record; {
	case r.Spec.State == v1alpha1.StatementNotRelevant && r.Received() != date.Yes:
		t.fail("ClaimedNotRelevant", "spec.state", "why", r.Spec.Reason)
		return
	case r.Spec.State == v1alpha1.StatementNeedUnderClarification && r.Received() != date.Yes:
		t.clarification()
		return
	}
	t.doubts()
	switch t.record.Received() {
	case date.No:
		if len(t.fails) == 0 {
			t.fail("NotReceived", "spec.receipt", "state", strings.ToLower(string(t.record.State())), "due", lastDay(t.j.due))
		}
		return
	case date.Maybe:
		t.unknowns = append(t.unknowns, t.on(control.Unknown("ReceiptUnclear", t.args()...), "spec.receipt"))
		return
	}
	t.kind()
	t.aboutWhom()
	t.aboutWhat()
	t.opinion()
	t.auditor()
	t.leftOut()
	if t.record.Spec.Period == nil {
		t.silent = append(t.silent, "period")
	}
}

func (t *trial) args(more ...string) []string {
	return append([]string{"year", strconv.Itoa(int(t.record.Spec.Year)), "requirement", t.wanted.name, "statement", t.record.Name}, more...)
}

func (t *trial) on(r control.Result, field string) control.Result {
	return r.On(t.record.Ref()).At(field)
}

func (t *trial) fail(reason control.Reason, field string, args ...string) {
	t.fails = append(t.fails, t.on(control.Fail(reason, t.args(args...)...), field))
}

// clarification counts from the day it began, but a beginning that is moved on does not move the end past the due day.
func (t *trial) clarification() {
	end := t.j.clarification.After(t.j.due)
	if since := assurance.Day(t.record.Spec.StateSince); !since.IsZero() {
		if e := t.j.clarification.After(since.First()); e.Before(end) {
			end = e
		}
	} else {
		end = t.j.clarification.After(assurance.Due(t.j.year, date.Period{})) // nobody says since when: since the year was over
	}
	if t.j.Now.Before(end) {
		t.unknowns = append(t.unknowns, t.on(control.Unknown("UnderClarification", t.args("until", lastDay(end))...), "spec.state").Until(end))
		return
	}
	t.fail("ClarifiedTooLong", "spec.stateSince", "limit", t.j.params.Clarification)
}

func (t *trial) doubts() {
	for _, d := range t.record.Doubts(t.j.Now) {
		t.fails = append(t.fails, t.on(control.Fail("Contradicts", t.args("doubt", d.String(), "field", d.Field)...), d.Field).Until(d.Ends()))
	}
}

func (t *trial) kind() {
	var differ []string
	for _, d := range assurance.Compare(t.wanted.kind, t.record.Spec.StatementKind) {
		if d.Recorded() {
			differ = append(differ, d.String())
		} else {
			t.silent = append(t.silent, d.Field)
		}
	}
	if len(differ) > 0 {
		t.fail("WrongKind", "spec", "differences", strings.Join(differ, "; "), "kind", assurance.Words(t.wanted.kind))
	}
}

// aboutWhom compares the supplier whose controls were audited with those that are wanted, or that are in the chain at all.
func (t *trial) aboutWhom() {
	allowed := t.wanted.suppliers
	if len(allowed) == 0 {
		for _, link := range t.j.Solution.Object.Spec.SupplierChain {
			allowed = append(slices.Clip(allowed), link.Supplier)
		}
	}
	switch supplier := t.record.Spec.Supplier; {
	case supplier == "" && len(t.wanted.suppliers) > 0:
		t.silent = append(t.silent, "supplier")
	case supplier != "" && len(allowed) > 0 && !slices.Contains(allowed, supplier):
		t.fail("WrongSupplier", "spec.supplier", "supplier", supplier, "wanted", strings.Join(slices.Compact(slices.Sorted(slices.Values(allowed))), " or "))
	}
}

// aboutWhat looks for the solution in what the statement's own text names. A specific statement that is kept for several
// solutions is about one of them until somebody has read which.
func (t *trial) aboutWhat() {
	s, name := &t.record.Spec, t.j.Solution.Object.Name
	switch {
	case len(s.NamedSolutions) > 0 && !slices.Contains(s.NamedSolutions, name):
		t.fail("OtherSystem", "spec.namedSolutions", "named", strings.Join(s.NamedSolutions, ", "), "solution", name)
	case len(s.NamedSolutions) == 0 && s.Scope == v1alpha1.ScopeSpecific && len(s.Solutions) != 1:
		t.silent = append(t.silent, "namedSolutions")
	}
}

func (t *trial) opinion() {
	switch o := t.record.Spec.Opinion; o {
	case v1alpha1.OpinionAdverse, v1alpha1.OpinionDisclaimer:
		t.fail("BadOpinion", "spec.opinion", "opinion", strings.ToLower(string(o)))
	case "":
		t.silent = append(t.silent, "opinion")
	}
}

func (t *trial) auditor() {
	a := t.record.Spec.Auditor
	switch {
	case a == nil || a.Independence == "":
		t.silent = append(t.silent, "auditor with independence")
	case a.Independence != "Independent":
		t.fail("NotIndependent", "spec.auditor.independence", "auditor", a.Name)
	}
}

// leftOut looks for a statement of each sub-supplier that this one leaves out.
func (t *trial) leftOut() {
	s := &t.record.Spec
	switch {
	case s.SubSuppliers == "" && t.hasSubSuppliers():
		t.silent = append(t.silent, "subSuppliers")
	case s.SubSuppliers == "CarveOut" && len(s.CarvedOut) == 0:
		t.silent = append(t.silent, "carvedOut")
	case s.SubSuppliers == "CarveOut":
		for _, name := range s.CarvedOut {
			if !slices.ContainsFunc(assurance.About(t.j.Facts, name), t.answersFor) {
				t.fail("CarvedOut", "spec.carvedOut", "supplier", name)
			}
		}
	}
}

// hasSubSuppliers tells whether the supplier of the statement engaged somebody who has to do with personal data.
func (t *trial) hasSubSuppliers() bool {
	chain := t.j.Solution.Object.Spec.SupplierChain
	return slices.ContainsFunc(chain, func(link v1alpha1.SupplierLink) bool {
		return link.EngagedBy != "" && link.PersonalData != "Untouched" && slices.ContainsFunc(chain, func(by v1alpha1.SupplierLink) bool {
			return by.Name == link.EngagedBy && by.Supplier == t.record.Spec.Supplier
		})
	})
}

// answersFor tells whether a statement stands for what another one of the same year leaves out.
func (t *trial) answersFor(r *assurance.Record) bool {
	o := r.Spec.Opinion
	return r.Spec.Year == t.record.Spec.Year && r.Spec.Document == v1alpha1.DocumentStatement && r.Received() == date.Yes && len(r.Doubts(t.j.Now)) == 0 &&
		o != v1alpha1.OpinionAdverse && o != v1alpha1.OpinionDisclaimer && (len(r.Spec.Solutions) == 0 || slices.Contains(r.Spec.Solutions, t.j.Solution.Object.Name))
}

// coverage looks whether the periods of the sound statements cover the time in production. One of type 1 is about a day.
func (t *trial) coverage(sound []*trial) {
	var periods []assurance.Span
	for _, s := range sound {
		p := s.record.Spec.Period
		if p == nil || s.record.Received() != date.Yes {
			continue
		}
		periods = append(periods, assurance.Span{From: assurance.Day(p.From).First(), Until: assurance.Day(p.To).End()})
		t.covering = append(t.covering, s.record.Name)
	}
	if len(t.fails) > 0 || t.record.Spec.Period == nil || t.record.Received() != date.Yes {
		return
	}
	for _, p := range assurance.Production(t.j.Solution.Object, t.j.year) {
		if t.record.Spec.Type == v1alpha1.StatementType1 && slices.ContainsFunc(periods, func(s assurance.Span) bool { return s.From.Before(p.Until) && p.From.Before(s.Until) }) {
			continue
		}
		if gap, ok := firstGap(p, periods, int(t.j.params.GapDays)); ok {
			t.fail("PeriodGap", "spec.period", "from", date.Of(gap.From).String(), "to", lastDay(gap.Until))
			return
		}
	}
}

// firstGap gives the first stretch that no period covers and that is longer than the days allowed.
func firstGap(whole assurance.Span, periods []assurance.Span, allowed int) (assurance.Span, bool) {
	slices.SortFunc(periods, func(a, b assurance.Span) int { return a.From.Compare(b.From) })
	at := whole.From
	for _, p := range periods {
		if p.From.After(at) && tooLong(at, minTime(p.From, whole.Until), allowed) {
			return assurance.Span{From: at, Until: minTime(p.From, whole.Until)}, true
		}
		if p.Until.After(at) {
			at = p.Until
		}
	}
	if at.Before(whole.Until) && tooLong(at, whole.Until, allowed) {
		return assurance.Span{From: at, Until: whole.Until}, true
	}
	return assurance.Span{}, false
}

func tooLong(from, until time.Time, allowed int) bool {
	return date.Period{Days: allowed}.After(from).Before(until)
}

func minTime(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// better tells whether a statement answers the requirement better than another.
func (t *trial) better(o *trial) bool {
	return cmp.Or(cmp.Compare(len(t.fails), len(o.fails)), cmp.Compare(len(t.unknowns), len(o.unknowns)), cmp.Compare(len(t.silent), len(o.silent))) < 0
}

func (t *trial) results() []control.Result {
	out := slices.Concat(t.fails, t.unknowns)
	if len(t.fails) == 0 && len(t.silent) > 0 {
		out = append(out, t.on(control.Unknown("NotRecorded", t.args("fields", strings.Join(t.silent, ", "))...), "spec"))
	}
	if len(out) > 0 {
		return out
	}
	names := t.record.Name
	if len(t.covering) > 1 {
		names = strings.Join(t.covering, ", ")
	}
	return []control.Result{control.Pass("Received", "year", strconv.Itoa(int(t.j.year)), "requirement", t.wanted.name, "statement", names, "kind", assurance.Words(t.wanted.kind))}
}
