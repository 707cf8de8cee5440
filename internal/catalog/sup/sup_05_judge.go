package sup

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/assurance"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// deliveryJudge follows the statements of one solution to their recipients.
type deliveryJudge struct {
	now          time.Time
	within       date.Period
	limit        string
	solution     *control.Solution
	institutions []*v1alpha1.Institution
	groups       map[string][]*v1alpha1.Institution // members by controller, as they are asked for
}

func judgeDeliveries(in control.SolutionInput, p *sup05) []control.Result {
	j := &deliveryJudge{now: in.Now, within: mustPeriod(p.DeliverWithin), limit: p.DeliverWithin, solution: in.Solution, institutions: facts.List[v1alpha1.Institution](in.Facts),
		groups: map[string][]*v1alpha1.Institution{}}
	received, changes := j.received(in.Facts, p)
	var out []control.Result
	switch {
	case len(received) == 0:
		out = append(out, control.NotApplicable("NothingReceived"))
	case len(in.Solution.Object.Spec.Controllers) == 0 && len(in.Solution.Object.Spec.StatementRecipients) == 0:
		out = append(out, control.Unknown("NoControllers", "solution", in.Solution.Object.Name).At("spec.controllers"))
	default:
		for _, r := range received {
			out = append(out, j.statement(r)...)
		}
	}
	out = append(out, j.managementStatement(in, p)...)
	for i := range out {
		out[i] = out[i].Until(changes).For(v1alpha1.PartyProvider)
		if out[i].Basis != control.Attested {
			out[i].Basis = control.Declared
		}
	}
	return out
}

// received gives the statements and action plans of the years that count that were received, and when that list changes.
func (j *deliveryJudge) received(v facts.View, p *sup05) ([]*assurance.Record, time.Time) {
	first, changes := p.counted(j.now)
	list := assurance.Of(v, j.solution.Object)
	return slices.DeleteFunc(list, func(r *assurance.Record) bool {
		d := r.Spec.Document
		return r.Spec.Year < first || d != v1alpha1.DocumentStatement && d != v1alpha1.DocumentActionPlan || r.Received() != date.Yes
	}), changes
}

// tally is how far one statement has come.
type tally struct {
	missing, pending, undated, unclear, unknownTime []string
	past                                            map[string][]string // members by the secretariat that should have had it
	groups                                          []control.Result
	due, next                                       time.Time
	slowest                                         assurance.Days
	late                                            bool
	counted                                         map[*assurance.Delivery]bool // deliveries whose days are in slowest and late
}

// statement judges one statement: each fault once, with everybody that it concerns.
func (j *deliveryJudge) statement(r *assurance.Record) []control.Result {
	t := &tally{past: map[string][]string{}, counted: map[*assurance.Delivery]bool{}}
	for i := range j.solution.Object.Spec.Controllers {
		j.group(t, r, &j.solution.Object.Spec.Controllers[i])
	}
	for _, name := range j.solution.Object.Spec.StatementRecipients {
		match := func(d *assurance.Delivery) bool { return d.Organisation == name || d.Group == name }
		j.recipient(t, r, name, r.To(match), match)
	}
	doubts := j.doubts(t, r)
	if len(doubts) > 0 { // no day can be counted from what cannot be
		t.pending = nil
	}
	out := slices.Concat(t.groups, doubts)
	for _, s := range slices.Sorted(maps.Keys(t.past)) {
		out = append(out, control.Fail("PastSecretariat", "recipients", some(t.past[s]), "secretariat", s))
	}
	nobody := r.To(func(d *assurance.Delivery) bool { return d.Recipient() == "" }) != nil
	if open := slices.Concat(t.missing, t.pending, t.unknownTime); nobody && len(open) > 0 {
		out = append(out, control.Unknown("RecipientNotSaid", "recipients", some(open)))
		t.missing, t.pending, t.unknownTime = nil, nil, nil
	}
	out = append(out, t.results(j, len(out) > 0)...)
	for i := range out {
		out[i].Args = append(out[i].Args, control.Arg{Name: "statement", Value: r.Name})
		out[i] = out[i].On(r.Ref()).At(cmp.Or(out[i].Field, "spec.deliveries")).Until(t.next)
	}
	return out
}

// doubts says what cannot be true of the receipt and the deliveries.
func (j *deliveryJudge) doubts(t *tally, r *assurance.Record) []control.Result {
	var out []control.Result
	for _, d := range r.Doubts(j.now) {
		if !d.OfDelivery() {
			continue
		}
		reason := control.Reason("Contradicts")
		if d.Kind == assurance.DeliveredBeforeReceipt {
			reason = "BeforeReceipt"
		}
		out = append(out, control.Fail(reason, "doubt", d.String(), "field", d.Field).At(d.Field))
		t.next = control.Earliest(t.next, d.Ends())
	}
	return out
}

// doubtful tells a statement of which nobody can say who has it, and when time alone may change that.
func (j *deliveryJudge) doubtful(r *assurance.Record) (bool, time.Time) {
	var ends time.Time
	found := false
	for _, d := range r.Doubts(j.now) {
		if d.OfDelivery() && d.Kind != assurance.DeliveredBeforeReceipt { // which has come, whenever that was
			found, ends = true, control.Earliest(ends, d.Ends())
		}
	}
	return found, ends
}

// results says how far the statement has come; nothing is said to be in order where something else is not.
func (t *tally) results(j *deliveryJudge, faulty bool) []control.Result {
	var out []control.Result
	if len(t.missing) > 0 {
		out = append(out, control.Fail("NotDelivered", "recipients", some(t.missing), "due", lastDay(t.due)))
	}
	for _, u := range []struct {
		reason control.Reason
		who    []string
	}{{"DeliveryNotDated", t.undated}, {"MembershipUnclear", t.unclear}, {"ReceiptNotDated", t.unknownTime}} {
		if len(u.who) > 0 {
			out = append(out, control.Unknown(u.reason, "recipients", some(u.who)))
		}
	}
	switch {
	case len(t.pending) > 0:
		out = append(out, control.Pass("NotYetDue", "recipients", some(t.pending), "due", lastDay(t.due)))
	case len(out) > 0 || faulty:
	case t.late:
		out = append(out, control.Pass("DeliveredLate", "days", t.slowest.String(), "limit", j.limit))
	default:
		out = append(out, control.Pass("Delivered"))
	}
	return out
}

// recipient notes whether one recipient has a statement.
func (j *deliveryJudge) recipient(t *tally, r *assurance.Record, name string, by *assurance.Delivery, match func(*assurance.Delivery) bool) {
	if by != nil && t.counted[by] { // one delivery to a group is the same for each member
		return
	}
	due, known := r.DeliverBy(j.within, match)
	switch {
	case by != nil && by.At.IsZero():
		t.undated = append(t.undated, name)
	case by != nil:
		t.counted[by] = true
		if days, ok := r.DaysTo(*by); ok && days.Least > t.slowest.Least {
			t.slowest = days
		}
		t.late = t.late || known && by.At.AfterTime(due) == date.Yes
	case !known:
		t.unknownTime = append(t.unknownTime, name)
	case j.now.Before(due):
		t.pending, t.next, t.due = append(t.pending, name), control.Earliest(t.next, due), control.Earliest(t.due, due)
	default:
		t.missing, t.due = append(t.missing, name), control.Earliest(t.due, due)
	}
}

// group notes whether each member of a group of controllers has a statement. One delivery to all of them counts only where it
// is known who they are.
func (j *deliveryJudge) group(t *tally, r *assurance.Record, c *v1alpha1.Controller) {
	match := func(d *assurance.Delivery) bool { return d.Group == c.Name }
	whole := r.To(match)
	members := j.members(c)
	for _, i := range members {
		j.member(t, r, c, i)
	}
	alone := len(c.Institutions) == 0 && c.InstitutionSelector == nil && (c.ExpectedCount == nil || *c.ExpectedCount == 1)
	switch short := len(members) == 0 || c.ExpectedCount != nil && len(members) < int(*c.ExpectedCount); {
	case !short:
	case whole == nil || alone:
		if len(members) == 0 {
			j.recipient(t, r, c.Name, whole, match)
		} else if whole == nil {
			j.recipient(t, r, "the rest of "+c.Name, nil, match)
		}
	default:
		expected := "how many there are is not said"
		if c.ExpectedCount != nil {
			expected = fmt.Sprintf("%d are expected", *c.ExpectedCount)
		}
		t.groups = append(t.groups, control.Unknown("GroupNotKnown", "group", c.Name, "known", strconv.Itoa(len(members)), "expected", expected))
	}
}

func (j *deliveryJudge) members(c *v1alpha1.Controller) []*v1alpha1.Institution {
	if out, known := j.groups[c.Name]; known {
		return out
	}
	var out []*v1alpha1.Institution
	for _, i := range j.institutions {
		if control.Belongs(c, i) {
			out = append(out, i)
		}
	}
	slices.SortFunc(out, func(a, b *v1alpha1.Institution) int { return cmp.Compare(a.Name, b.Name) })
	j.groups[c.Name] = out
	return out
}

// member notes whether one institution, or who supervises for it, has a statement.
func (j *deliveryJudge) member(t *tally, r *assurance.Record, c *v1alpha1.Controller, i *v1alpha1.Institution) {
	a := r.Arrived(i, c.Name, j.now)
	t.next = control.Earliest(t.next, assurance.SecretariatChanges(i, j.now))
	secretariat := assurance.Secretariat(i, j.now)
	match := func(d *assurance.Delivery) bool {
		return d.Institution == i.Name || d.Group == c.Name || secretariat != "" && d.Institution == secretariat
	}
	name := i.Name
	if secretariat != "" {
		name += " (through " + secretariat + ")"
	}
	switch {
	case a.By != nil:
		j.recipient(t, r, name, a.By, match)
	case a.Unclear != nil:
		t.unclear = append(t.unclear, i.Name)
	case a.Past != nil:
		t.past[secretariat] = append(t.past[secretariat], i.Name)
	default:
		j.recipient(t, r, name, nil, match)
	}
}

// managementStatement looks for the provider's management statement where self-governing institutions use the solution.
func (j *deliveryJudge) managementStatement(in control.SolutionInput, p *sup05) []control.Result {
	var who []*v1alpha1.Institution
	for _, i := range control.ControllersOf(in.Solution.Object, j.institutions) {
		if i.Spec.Type == v1alpha1.InstitutionSelfGoverning {
			who = append(who, i)
		}
	}
	year, due, next := managementYear(in.Now, p.ManagementStatementDue)
	if len(who) == 0 || assurance.InProduction(in.Solution.Object, year) == date.No {
		return nil
	}
	text := strconv.Itoa(int(year))
	attested, changes := control.InForce(in.Solution.Attestations, v1alpha1.AttestManagementStatement, in.Now)
	for _, a := range attested {
		if m := a.Spec.ManagementStatement; m != nil && m.Year >= year && m.PublishedAt != "" && !in.Now.Before(assurance.Day(m.PublishedAt).First()) {
			return []control.Result{control.Pass("ManagementStatementThere", "year", text).RestingOn(control.Attested).Until(changes).Until(next)}
		}
	}
	for _, r := range assurance.Of(in.Facts, in.Solution.Object) {
		if r.Spec.Document != v1alpha1.DocumentManagementStatement || r.Spec.Year != year {
			continue
		}
		if doubtful, ends := j.doubtful(r); doubtful {
			next = control.Earliest(next, ends)
		} else if !slices.ContainsFunc(who, func(i *v1alpha1.Institution) bool { return j.has(r, i) != date.Yes }) {
			return []control.Result{control.Pass("ManagementStatementThere", "year", text).On(r.Ref()).Until(changes).Until(next)}
		}
	}
	return []control.Result{control.Fail("NoManagementStatement", "count", strconv.Itoa(len(who)), "year", text, "due", lastDay(due)).Until(changes).Until(next)}
}

// has tells whether an institution has a document in one of the groups that it belongs to; Maybe where the dates are too
// coarse to tell.
func (j *deliveryJudge) has(r *assurance.Record, i *v1alpha1.Institution) date.Tri {
	answer := date.No
	for n := range j.solution.Object.Spec.Controllers {
		c := &j.solution.Object.Spec.Controllers[n]
		if !control.Belongs(c, i) {
			continue
		}
		switch a := r.Arrived(i, c.Name, j.now); {
		case a.By != nil:
			return date.Yes
		case a.Unclear != nil:
			answer = date.Maybe
		}
	}
	return answer
}

// managementYear gives the last year whose management statement is due, the end of its due day, and that of the next one.
func managementYear(now time.Time, day string) (year int32, due, next time.Time) {
	end := func(year int32) time.Time {
		return assurance.Day(v1alpha1.Date(fmt.Sprintf("%04d-%s", year+1, day))).End()
	}
	year = int32(now.In(date.Copenhagen()).Year()) - 1
	if now.Before(end(year)) {
		year--
	}
	return year, end(year), end(year + 1)
}
