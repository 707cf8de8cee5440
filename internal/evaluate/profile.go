package evaluate

import (
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// profile is a ControlProfile made ready for binding.
type profile struct {
	object  *v1alpha1.ControlProfile // nil: missing
	name    string
	entries map[v1alpha1.ControlID]v1alpha1.ProfileControl
	// required holds, per entry with a readable requiredFrom, its instant.
	required map[v1alpha1.ControlID]time.Time
	problems []Problem
}

// policyKey identifies a policy: equal keys, equal entries.
type policyKey struct {
	profile *profile
	levels  control.Levels
}

// readProfile reads a profile once; its problems hold for as long as the object does not change.
func readProfile(object *v1alpha1.ControlProfile, controls []*control.Control) *profile {
	p := &profile{object: object, name: object.Name, entries: map[v1alpha1.ControlID]v1alpha1.ProfileControl{},
		required: map[v1alpha1.ControlID]time.Time{}}
	var found problems
	bad := func(reason, format string, args ...any) {
		found.add(ref("ControlProfile", object.Name), v1alpha1.ConditionAccepted, reason, format, args...)
	}
	for _, e := range object.Spec.Controls {
		i := slices.IndexFunc(controls, func(c *control.Control) bool { return c.ID == e.Control })
		if _, twice := p.entries[e.Control]; twice {
			bad("DuplicateControl", "%s is listed twice; the first entry counts. Remove the other.", e.Control)
			continue
		}
		if i < 0 {
			bad(v1alpha1.ReasonUnknownControl, "The catalogue has no control %s%s `tilsyn controls` lists them.", e.Control,
				didYouMean(string(e.Control), controlIDs(controls)))
			continue
		}
		p.entries[e.Control] = e
		p.readEntry(e, controls[i], bad)
	}
	p.checkLevels(bad)
	p.problems = found.list
	return p
}

func (p *profile) readEntry(e v1alpha1.ProfileControl, c *control.Control, bad func(reason, format string, args ...any)) {
	if e.Mode != v1alpha1.ModeObserve && e.Mode != v1alpha1.ModeRequired {
		bad("InvalidMode", "%s: mode %q is unknown, so the control counts as Required; write Observe or Required.", e.Control, e.Mode)
	}
	if e.RequiredFrom != "" {
		at, err := date.EndOfValidity(string(e.RequiredFrom))
		if err != nil {
			bad("InvalidDate", "%s: requiredFrom: %v; until it can be read the control counts as Required.", e.Control, err)
		}
		p.required[e.Control] = at // zero on error: required from the beginning of time
	}
	// Whoever uses the profile at whatever level: a wrong parameter is wrong today, not when the first such solution comes.
	seen := map[string]bool{}
	for _, confidentiality := range control.Confidentialities() {
		for _, integrity := range control.Grades() {
			for _, availability := range control.Grades() {
				l := control.Levels{Confidentiality: confidentiality, Integrity: integrity, Availability: availability}
				if _, err := p.bind(c, l); err != nil && !seen[err.Error()] {
					seen[err.Error()] = true
					bad(v1alpha1.ReasonInvalidParameters, "%v. The control is Unknown wherever this applies.", err)
				}
			}
		}
	}
}

func (p *profile) checkLevels(bad func(reason, format string, args ...any)) {
	known := func(l v1alpha1.Confidentiality) bool {
		return l == "" || slices.Contains(control.Confidentialities(), l)
	}
	if !known(p.object.Spec.AssumedConfidentiality) {
		bad("InvalidLevel", "assumedConfidentiality %q is unknown, so Sensitive is assumed; write one of Public, Internal, Confidential, Sensitive.",
			p.object.Spec.AssumedConfidentiality)
	}
	if !known(p.object.Spec.RequireVerifiedApprovalFrom) {
		bad("InvalidLevel", "requireVerifiedApprovalFrom %q is unknown, so every approval must be Verified; write one of Public, Internal, Confidential, Sensitive.",
			p.object.Spec.RequireVerifiedApprovalFrom)
	}
}

// bind gives a control the parameters of the profile at some levels.
func (p *profile) bind(c *control.Control, l control.Levels) (*control.Bound, error) {
	if p.object == nil {
		return c.Bind(l)
	}
	e := p.entries[c.ID]
	var overrides [][]byte
	if e.Parameters != nil {
		overrides = append(overrides, e.Parameters.Raw)
	}
	for i := range e.Levels {
		if e.Levels[i].Level == l.Confidentiality {
			overrides = append(overrides, e.Levels[i].Parameters.Raw)
		}
	}
	return c.Bind(l, overrides...)
}

// policy binds every control.
func (p *profile) policy(controls []*control.Control, l control.Levels) *Policy {
	out := &Policy{Profile: p.name, Found: p.object != nil, Entries: make([]Entry, len(controls))}
	if p.object != nil {
		out.VerifiedFrom = p.verifiedFrom()
	}
	for i, c := range controls {
		e := Entry{Control: c, Mode: p.mode(c.ID), RequiredFrom: p.required[c.ID], Mandatory: p.entries[c.ID].Mandatory}
		bound, err := p.bind(c, l)
		if err != nil {
			e.Err = strings.TrimPrefix(err.Error(), string(c.ID)+": parameters: ")
		}
		e.Bound = bound
		out.Entries[i] = e
	}
	return out
}

// mode is Observe for what the profile does not list, and Required for everything where there is no profile or it cannot
// be understood: what is unclear must not pass unseen.
func (p *profile) mode(id v1alpha1.ControlID) v1alpha1.ControlMode {
	e, listed := p.entries[id]
	switch at, dated := p.required[id]; {
	case p.object == nil, dated && at.IsZero():
		return v1alpha1.ModeRequired
	case !listed || e.Mode == v1alpha1.ModeObserve:
		return v1alpha1.ModeObserve
	default:
		return v1alpha1.ModeRequired
	}
}

func (p *profile) verifiedFrom() v1alpha1.Confidentiality {
	l := p.object.Spec.RequireVerifiedApprovalFrom
	if l == "" || slices.Contains(control.Confidentialities(), l) {
		return l
	}
	return v1alpha1.ConfidentialityPublic
}

// assumed is the level of solutions that state none.
func (p *profile) assumed() v1alpha1.Confidentiality {
	if p.object != nil && slices.Contains(control.Confidentialities(), p.object.Spec.AssumedConfidentiality) {
		return p.object.Spec.AssumedConfidentiality
	}
	return v1alpha1.ConfidentialitySensitive
}

// limit is the widest set of places that a level may use.
func (p *profile) limit(l v1alpha1.Confidentiality) []region.Location {
	if p.object != nil {
		for _, c := range p.object.Spec.LocationCaps {
			if c.Level == l {
				return locations(c.Allowed)
			}
		}
	}
	if l == v1alpha1.ConfidentialityPublic {
		return []region.Location{{Group: region.GroupEEA}, {Group: region.GroupAdequate}}
	}
	return []region.Location{{Group: region.GroupEEA}}
}

// locations is never nil, because a nil cap means none.
func locations(list []v1alpha1.Location) []region.Location {
	out := make([]region.Location, 0, len(list))
	for _, l := range list {
		out = append(out, region.Location{Country: string(l.Country), Group: region.Group(l.Group), Provider: l.Provider, Regions: l.Regions})
	}
	return out
}

// mandatory lists the controls that take no exception, sorted.
func (p *profile) mandatory() []v1alpha1.ControlID {
	var out []v1alpha1.ControlID
	for id, e := range p.entries {
		if e.Mandatory {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// count tells how many controls are required and observed at an instant.
func (p *profile) count(controls []*control.Control, now time.Time) (required, observed int) {
	for _, c := range controls {
		e := Entry{Mode: p.mode(c.ID), RequiredFrom: p.required[c.ID]}
		if e.ModeAt(now) == v1alpha1.ModeRequired {
			required++
		} else {
			observed++
		}
	}
	return required, observed
}
