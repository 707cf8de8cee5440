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
	// late is why a statement with nothing else wrong fails: it came after the due day. Nil: in time.
	late *control.Result
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
	t.period()
	t.inTime()
}

// inTime compares the receipt with the due day. Without a day of receipt, whatever happened to the statement by then proves it.
func (t *trial) inTime() {
	switch t.record.ReceivedBy(t.j.due) {
	case date.No:
		late := t.on(control.Fail("ReceivedLate", t.args("received", t.record.Receipt.String(), "due", lastDay(t.j.due))...), "spec.receipt.date")
		t.late = &late
	case date.Maybe:
		t.silent = append(t.silent, "the day of its receipt")
	}
}

// period looks whether a statement is one of a year: an opinion on many years at once says little of each.
func (t *trial) period() {
	p := t.record.Spec.Period
	if p == nil {
		t.silent = append(t.silent, "period")
		return
	}
	if mustPeriod(t.j.params.LongestPeriod).After(assurance.Day(p.From).First()).Before(assurance.Day(p.To).End()) {
		t.fail("PeriodTooLong", "spec.period", "from", string(p.From), "to", string(p.To), "most", t.j.params.LongestPeriod)
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

// clarification judges a need that is said to be under clarification.
func (t *trial) clarification() {
	end := t.record.ClarifyBy(t.j.clarification, mustPeriod(t.j.params.DueAfterPeriodEnd))
	if t.j.Now.Before(end) {
		t.unknowns = append(t.unknowns, t.on(control.Unknown("UnderClarification", t.args("until", lastDay(end))...), "spec.state").Until(end))
		return
	}
	t.fail("ClarifiedTooLong", "spec.stateSince", "limit", t.j.params.Clarification)
}

func (t *trial) doubts() {
	for _, d := range t.record.Doubts(t.j.Now) {
		if d.Kind == assurance.ClosedBeforePeriod { // of what was observed, which SUP-06 judges
			continue
		}
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

// coverage looks whether the periods of the sound statements cover the time in production; those that came late only where
// the others do not.
func (t *trial) coverage(sound []*trial) {
	late := slices.DeleteFunc(slices.Clone(sound), func(s *trial) bool { return s.late == nil })
	if len(t.fails) > 0 || t.record.Spec.Period == nil || t.record.Received() != date.Yes {
		if t.late != nil {
			t.fails = append(t.fails, *t.late)
		}
		return
	}
	gap, open := t.cover(slices.DeleteFunc(slices.Clone(sound), func(s *trial) bool { return s.late != nil }))
	if open && len(late) > 0 {
		for _, s := range late {
			t.fails = append(t.fails, *s.late)
		}
		gap, open = t.cover(sound)
	}
	if open {
		t.fail("PeriodGap", "spec.period", "from", date.Of(gap.From).String(), "to", lastDay(gap.Until))
	}
}

// cover notes the statements with a period and gives the first stretch of the time in production that none covers.
func (t *trial) cover(sound []*trial) (assurance.Span, bool) {
	var periods []assurance.Span
	t.covering = nil
	for _, s := range sound {
		if s.record.Spec.Period != nil && s.record.Received() == date.Yes {
			periods = append(periods, s.span())
			t.covering = append(t.covering, s.record.Name)
		}
	}
	return t.j.uncovered(periods, t.record.Spec.Type == v1alpha1.StatementType1)
}

// span is the audited period, which is recorded.
func (t *trial) span() assurance.Span {
	p := t.record.Spec.Period
	return assurance.Span{From: assurance.Day(p.From).First(), Until: assurance.Day(p.To).End()}
}

// uncovered gives the first stretch of the time in production that no period covers. A statement of type 1 is about a day.
func (j *statementJudge) uncovered(periods []assurance.Span, type1 bool) (assurance.Span, bool) {
	for _, p := range assurance.Production(j.Solution.Object, j.year) {
		if type1 && slices.ContainsFunc(periods, func(s assurance.Span) bool { return s.From.Before(p.Until) && p.From.Before(s.Until) }) {
			continue
		}
		if gap, ok := firstGap(p, periods, int(j.params.GapDays)); ok {
			return gap, true
		}
	}
	return assurance.Span{}, false
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
	return cmp.Or(cmp.Compare(len(t.fails), len(o.fails)), cmp.Compare(lateness(t), lateness(o)), cmp.Compare(len(t.unknowns), len(o.unknowns)), cmp.Compare(len(t.silent), len(o.silent))) < 0
}

func lateness(t *trial) int {
	if t.late != nil {
		return 1
	}
	return 0
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

// beside gives the results of the best statement, with the opinions on which one cannot rely of the others about the same: a
// clean statement beside one takes nothing of it back.
func (t *trial) beside(tried []*trial) []control.Result {
	var bad []control.Result
	for _, o := range tried {
		elsewhere := slices.ContainsFunc(o.fails, func(r control.Result) bool { return r.Reason == "OtherSystem" || r.Reason == "WrongSupplier" })
		for _, r := range o.fails {
			if o != t && !elsewhere && r.Reason == "BadOpinion" {
				bad = append(bad, r)
			}
		}
	}
	out := t.results()
	if len(bad) > 0 {
		out = slices.DeleteFunc(out, func(r control.Result) bool { return r.Verdict == v1alpha1.VerdictPass })
	}
	return append(out, bad...)
}
