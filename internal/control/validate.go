package control

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/date"
)

var (
	idPattern     = regexp.MustCompile(`^[A-Z]{3}-[0-9]{2}$`)
	reasonPattern = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*$`)
)

// ValidateSet checks controls that are used together: unique, in order, with all text that people need, with parameters
// whose defaults keep to their own minima at every level. It joins everything that is wrong.
func ValidateSet(controls []*Control) error {
	var errs []error
	for i, c := range controls {
		if err := c.validate(); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", c.ID, err))
		}
		if slices.ContainsFunc(controls[:i], func(o *Control) bool { return o.ID == c.ID }) {
			errs = append(errs, fmt.Errorf("%s: the id is used twice", c.ID))
		}
	}
	return errors.Join(errs...)
}

func (c *Control) validate() error {
	errs := []error{c.validateText(), c.validateRules()}
	if c.Exceptions != nil && c.Exceptions.Longest != "" {
		if _, err := date.ParsePeriod(c.Exceptions.Longest); err != nil {
			errs = append(errs, fmt.Errorf("exceptions: longest: %w", err))
		}
	}
	if len(c.Reasons) == 0 {
		errs = append(errs, errors.New("no reasons"))
	}
	verdicts := map[v1alpha1.Verdict]bool{}
	seen := map[Reason]bool{}
	for _, r := range c.Reasons {
		verdicts[r.Verdict] = true
		if err := r.validate(); err != nil {
			errs = append(errs, fmt.Errorf("reason %s: %w", r.Reason, err))
		}
		if seen[r.Reason] {
			errs = append(errs, fmt.Errorf("reason %s: listed twice", r.Reason))
		}
		seen[r.Reason] = true
	}
	for _, v := range []v1alpha1.Verdict{v1alpha1.VerdictPass, v1alpha1.VerdictFail} {
		if !verdicts[v] {
			errs = append(errs, fmt.Errorf("no reason gives %s", v))
		}
	}
	return errors.Join(append(errs, c.validateDefaults())...)
}

func (c *Control) validateText() error {
	var errs []error
	if !idPattern.MatchString(string(c.ID)) {
		errs = append(errs, errors.New("the id is three capitals, a hyphen and two digits"))
	}
	for name, text := range map[string]string{"Title": c.Title, "MustHold": c.MustHold, "Why": c.Why, "Since": c.Since} {
		if strings.TrimSpace(text) == "" {
			errs = append(errs, fmt.Errorf("%s is empty", name))
		}
	}
	for name, list := range map[string][]string{"ISO": c.ISO, "GDPR": c.GDPR, "Evidence": c.Evidence} {
		if len(list) == 0 {
			errs = append(errs, fmt.Errorf("%s is empty", name))
		}
	}
	if !slices.Contains([]v1alpha1.Severity{v1alpha1.SeverityCritical, v1alpha1.SeverityHigh, v1alpha1.SeverityMedium, v1alpha1.SeverityLow}, c.Severity) {
		errs = append(errs, fmt.Errorf("severity %q is unknown", c.Severity))
	}
	if !slices.Contains([]v1alpha1.Party{v1alpha1.PartyProvider, v1alpha1.PartyInstitution, v1alpha1.PartyShared}, c.Party) {
		errs = append(errs, fmt.Errorf("party %q is unknown", c.Party))
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(errs...)
}

func (c *Control) validateRules() error {
	var errs []error
	if c.InstitutionNeeds != nil && c.Party == v1alpha1.PartyProvider {
		errs = append(errs, errors.New("a control with a rule of institutions is theirs, at least in part: its party is Institution or Shared"))
	}
	if !slices.ContainsFunc(c.AllNeeds(), func(list []Need) bool { return list != nil }) {
		errs = append(errs, errors.New("no rule"))
	}
	errs = append(errs, c.validatePasses())
	if c.NamespaceNeeds != nil && c.EnvironmentNeeds == nil && c.None.Verdict == "" {
		errs = append(errs, errors.New("a rule of namespaces says nothing of an environment in which there is nothing to judge (None)"))
	}
	for _, list := range c.AllNeeds() {
		seen := map[reflect.Type]bool{}
		for _, n := range list {
			switch {
			case n.Type == nil:
				errs = append(errs, errors.New("a need has no type; use Needs or Sees"))
			case seen[n.Type]:
				errs = append(errs, fmt.Errorf("need %s is declared twice for one rule", n.Type))
			case n.ClusterWide && n.Elsewhere != nil:
				errs = append(errs, fmt.Errorf("need %s is declared for all namespaces and for some", n.Type))
			}
			seen[n.Type] = true
		}
	}
	return errors.Join(errs...)
}

// validatePasses checks what rules see of other results.
func (c *Control) validatePasses() error {
	switch {
	case c.SecondPass && (c.WorkloadNeeds != nil || c.NamespaceNeeds != nil || c.PlatformNeeds != nil || c.InstitutionNeeds != nil):
		return errors.New("only rules of environments and solutions see other controls' results (SecondPass)")
	case c.Inherits && (c.PlatformNeeds == nil || c.SecondPass):
		return errors.New("a rule of environments inherits from a rule of the platform, and in the first pass (Inherits)")
	}
	return nil
}

func (r ReasonText) validate() error {
	var errs []error
	if !reasonPattern.MatchString(string(r.Reason)) {
		errs = append(errs, errors.New("a reason is one word in CamelCase"))
	}
	if slices.ContainsFunc(engineReasons(), func(e ReasonText) bool { return e.Reason == r.Reason }) {
		errs = append(errs, errors.New("the engine gives this reason itself"))
	}
	switch r.Verdict {
	case v1alpha1.VerdictPass, v1alpha1.VerdictNotApplicable:
	case v1alpha1.VerdictFail, v1alpha1.VerdictUnknown:
		if strings.TrimSpace(r.Remediation) == "" {
			errs = append(errs, errors.New("no remediation"))
		}
	default:
		errs = append(errs, fmt.Errorf("verdict %q is not one that a rule gives", r.Verdict))
	}
	if strings.TrimSpace(r.Text) == "" {
		errs = append(errs, errors.New("no text"))
	}
	if r.Settle != 0 && r.Verdict != v1alpha1.VerdictFail || r.Settle < 0 {
		errs = append(errs, errors.New("only a Fail settles, and the time is positive"))
	}
	return errors.Join(errs...)
}

// validateDefaults binds the control at every level without a profile.
func (c *Control) validateDefaults() error {
	for _, confidentiality := range Confidentialities() {
		for _, integrity := range Grades() {
			for _, availability := range Grades() {
				l := Levels{confidentiality, integrity, availability}
				if _, err := c.Bind(l); err != nil {
					return fmt.Errorf("defaults at %v: %w", l, err)
				}
			}
		}
	}
	return nil
}
