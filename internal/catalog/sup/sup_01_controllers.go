package sup

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
)

// stated is what an institution says of its own use, if anything.
func (j *contractJudge) stated(i *v1alpha1.Institution) (use, stated bool) {
	for _, u := range i.Spec.Uses {
		if u.Solution != j.in.Solution.Object.Name {
			continue
		}
		use = true
		if from, err := date.EndOfValidity(string(u.From)); err == nil && j.now.Before(from) {
			j.changes = control.Earliest(j.changes, from)
			use = false
		}
		if until, err := date.EndOfValidity(string(u.Until)); err == nil {
			if j.now.Before(until) {
				j.changes = control.Earliest(j.changes, until)
			} else {
				use = false
			}
		}
		return use, true
	}
	return false, false
}

// controllers judges whether everybody whose data they are has an agreement with each link that they engaged.
func (j *contractJudge) controllers() {
	var direct []*chain.Link
	for _, l := range j.chain.Links {
		if l.Direct && needsAgreement(l) && len(l.InForce(j.now)) > 0 {
			direct = append(direct, l)
		}
	}
	all := j.in.Solution.Object.Spec.Controllers
	if len(all) == 0 && len(direct) > 0 {
		j.add(control.Fail("NoControllers").At("spec.controllers"))
	}
	joint := j.joint(all)
	var listed []string
	for i := range all {
		members, absent := j.members(&all[i])
		listed = append(listed, members...)
		if joint[all[i].Name] || all[i].ExpectedCount == nil && len(members) == 0 && absent > 0 {
			continue // joint controllers have one arrangement; and where nobody uses it now, nobody owes a signature
		}
		for _, l := range direct {
			j.controller(l, &all[i], members, absent)
		}
	}
	for _, l := range direct {
		j.others(l, listed)
	}
}

// joint gives the controllers that are joint controllers under an arrangement in force; each need not have its own
// agreement with the processor. Without an arrangement there is a fault, and they count like all others.
func (j *contractJudge) joint(all []v1alpha1.Controller) map[string]bool {
	out := map[string]bool{}
	for i := range all {
		if len(all[i].JointWith) == 0 {
			continue
		}
		group := []v1alpha1.Controller{all[i]}
		names := []string{all[i].Name}
		for k := range all {
			if k != i && slices.ContainsFunc(all[i].JointWith, func(name string) bool { return sameName(name, all[k].Name) }) {
				group, names = append(group, all[k]), append(names, all[k].Name)
			}
		}
		if j.arrangement(group) == nil {
			j.add(control.Fail("NoArrangement", "controllers", strings.Join(names, " and ")).At("spec.controllers[" + all[i].Name + "].jointWith"))
			continue
		}
		for _, name := range names {
			out[name] = true
		}
	}
	return out
}

// controller judges one controller, or one group, against the agreements of a link. Those who have ended their use, or not
// begun it, may have signed.
func (j *contractJudge) controller(l *chain.Link, c *v1alpha1.Controller, members []string, absent int) {
	expected := len(members)
	if c.ExpectedCount != nil {
		expected = max(expected, int(*c.ExpectedCount))
	}
	most := max(expected, len(members)+absent)
	bound, by := j.signatures(l, c)
	switch {
	case by != nil && expected == 0:
		j.say(control.Unknown("ControllersNotCounted", "whom", c.Name, "signed", strconv.Itoa(bound)), l, by, "spec.parties.customer.group")
		return
	case by != nil && bound > most:
		j.say(control.Unknown("SignaturesTooMany", "whom", c.Name, "signed", strconv.Itoa(bound), "count", strconv.Itoa(most)), l, by, "spec.parties.customer.group.signed")
		return
	}
	expected = max(expected, 1)
	if bound >= expected {
		return
	}
	unsigned := j.unsigned(l, members)
	bound = max(bound, len(members)-len(unsigned))
	if bound >= expected {
		return
	}
	whom := c.Name
	if expected > 1 {
		whom = strconv.Itoa(expected) + " controllers (" + c.Name + ")"
	}
	j.add(control.Fail("ControllersUnsigned", "count", strconv.Itoa(expected-bound), "whom", whom, "link", l.String(), "examples", examples(unsigned)).
		At("spec.controllers[" + c.Name + "]"))
}

// signatures gives how many of a group the agreements of a link bind by number, and which of them says so; nil if none does.
func (j *contractJudge) signatures(l *chain.Link, c *v1alpha1.Controller) (bound int, by *chain.Agreement) {
	for _, a := range l.InForce(j.now) {
		if g := a.Spec.Parties.Customer.Group; g != nil && sameName(g.Name, c.Name) && (by == nil || int(g.Signed) > bound) {
			bound, by = int(g.Signed), a
		}
	}
	return bound, by
}

// unsigned lists the institutions that no agreement of a link binds now.
func (j *contractJudge) unsigned(l *chain.Link, members []string) []string {
	bound := map[string]bool{}
	for _, a := range l.InForce(j.now) {
		for i := range a.Terms {
			if t := &a.Terms[i]; t.At(j.now) {
				bound[t.Institution] = true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(members), func(m string) bool { return bound[m] })
}

func examples(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return ": " + few(names)
}

// others judges the institutions that say that they use the solution and that it does not name: who uses it before signing
// is not yet on any list.
func (j *contractJudge) others(l *chain.Link, controllers []string) {
	var users []string
	for _, i := range j.institutions {
		if use, _ := j.stated(i); use && !slices.Contains(controllers, i.Name) {
			users = append(users, i.Name)
		}
	}
	if unsigned := j.unsigned(l, users); len(unsigned) > 0 {
		j.add(control.Fail("ControllersUnsigned", "count", strconv.Itoa(len(unsigned)), "whom", strconv.Itoa(len(users))+" institutions that use it and are not among its controllers",
			"link", l.String(), "examples", examples(unsigned)).At("spec.controllers"))
	}
}

// arrangement finds the arrangement in force under which all of some controllers are joint controllers; nil if there is none.
func (j *contractJudge) arrangement(of []v1alpha1.Controller) *chain.Agreement {
	i := slices.IndexFunc(j.chain.Agreements, func(a *chain.Agreement) bool {
		return a.Spec.Type == v1alpha1.AgreementJointControllership && a.InForce(j.now) &&
			!slices.ContainsFunc(of, func(c v1alpha1.Controller) bool { return !j.party(a, &c) })
	})
	if i < 0 {
		return nil
	}
	return j.chain.Agreements[i]
}

// party tells whether a controller, or any institution of a group, is bound by an agreement now.
func (j *contractJudge) party(a *chain.Agreement, c *v1alpha1.Controller) bool {
	if g := a.Spec.Parties.Customer.Group; g != nil && sameName(g.Name, c.Name) {
		return true
	}
	members, _ := j.members(c)
	return len(members) > 0 && !slices.ContainsFunc(members, func(m string) bool { return !j.signed(a, m) })
}

func (j *contractJudge) signed(a *chain.Agreement, institution string) bool {
	return slices.ContainsFunc(a.Terms, func(t chain.Term) bool { return t.Institution == institution && t.At(j.now) })
}

// members lists the institutions of a controller or group that use the solution now, sorted, and counts those that say that
// they have ended their use or not begun it.
func (j *contractJudge) members(c *v1alpha1.Controller) (members []string, absent int) {
	byName := c.InstitutionSelector == nil && len(c.Institutions) == 0
	for _, i := range j.institutions { // in the order of their names
		if control.Belongs(c, i) || byName && (i.Name == c.Name || sameName(i.Spec.LegalName, c.Name)) {
			if use, stated := j.stated(i); use || !stated { // one that says nothing uses it, because it is its controller
				members = append(members, i.Name)
			} else {
				absent++
			}
		}
	}
	for _, name := range c.Institutions {
		_, known := slices.BinarySearchFunc(j.institutions, name, func(i *v1alpha1.Institution, name string) int { return cmp.Compare(i.Name, name) })
		if !known {
			members = append(members, name)
		}
	}
	slices.Sort(members)
	return slices.Compact(members), absent
}
