package evaluate

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// defaultScheduler obeys node affinity in every cluster.
const defaultScheduler = "default-scheduler"

// platform resolves the Platform resource, or its absence.
func (r *run) platform() *control.Platform {
	var object *v1alpha1.Platform
	for _, p := range list[v1alpha1.Platform](r.view) {
		if p.Name == v1alpha1.PlatformName {
			object = p
			continue
		}
		r.problems.add(ref("Platform", p.Name), v1alpha1.ConditionAccepted, "InvalidName",
			"There is one Platform and its name is %s; this one has no effect.", v1alpha1.PlatformName)
	}
	providers := r.providers(object)
	if old := r.old.platform(); old != nil && old.Object == object && slices.Equal(old.Providers, providers) {
		r.platformProblems(old)
		return old
	}
	p := &control.Platform{Object: object, Providers: providers, Schedulers: []string{defaultScheduler}}
	var spec v1alpha1.PlatformSpec
	if object != nil {
		spec = object.Spec
	}
	p.Schedulers = append(p.Schedulers, spec.Schedulers...)
	p.RegionKeys, p.ZoneKeys = spec.RegionLabels, spec.ZoneLabels
	p.Tables, p.Problems = tables(spec)
	r.platformProblems(p)
	return p
}

func (r *run) platformProblems(p *control.Platform) {
	for _, text := range p.Problems {
		reason := v1alpha1.ReasonUnknownRegion
		if strings.HasPrefix(text, "adequacy[") {
			reason = v1alpha1.ReasonDecisionUnsupported
		}
		r.problems.add(p.Ref(), v1alpha1.ConditionAccepted, reason, "%s.", text)
	}
	if p.Object == nil {
		return
	}
	prefixes := map[string]string{}
	for i, provider := range p.Object.Spec.Providers {
		for _, prefix := range provider.ProviderIDPrefixes {
			if known, tells := region.TellsProvider(prefix); tells {
				r.problems.add(p.Ref(), v1alpha1.ConditionAccepted, v1alpha1.ReasonForeignPrefix,
					"spec.providers[%d].providerIDPrefixes: ids that begin with %s say themselves that their node is at %s, so it has no effect. Remove it; nodes of an own data centre have a prefix of their own, such as dc1://.", i, prefix, known)
			} else if other := cmp.Or(prefixes[prefix], provider.Name); other != provider.Name {
				r.problems.add(p.Ref(), v1alpha1.ConditionAccepted, v1alpha1.ReasonForeignPrefix,
					"spec.providers[%d].providerIDPrefixes: %s is a prefix of %s too, so it has no effect. Let one of them have it.", i, prefix, other)
			}
			prefixes[prefix] = provider.Name
		}
		if !p.Tables.HasProvider(provider.Name) {
			r.problems.add(p.Ref(), v1alpha1.ConditionAccepted, v1alpha1.ReasonUnknownProvider,
				"spec.providers[%d]: no table knows a region of %s, so no region name counts as allowed. Correct the name, or describe its regions in spec.regions.", i, provider.Name)
		}
	}
}

// tables are the built-in tables with what the Platform adds, and what of that is wrong.
func tables(spec v1alpha1.PlatformSpec) (*region.Tables, []string) {
	builtIn, err := region.Default()
	if err != nil {
		panic(err) // the build is broken; a test of package region says so first
	}
	var own []region.OwnRegion
	for _, r := range spec.Regions {
		o := region.OwnRegion{Provider: r.Provider, Region: r.Name, Countries: []string{string(r.Country)}}
		for _, z := range r.Zones {
			o.Zones = append(o.Zones, region.OwnZone{Zone: z.Name, Countries: []string{string(z.Country)}})
		}
		own = append(own, o)
	}
	var decisions []region.AdequacyOverride
	for _, d := range spec.Adequacy {
		decisions = append(decisions, adequacy(d))
	}
	if len(own) == 0 && len(decisions) == 0 {
		return builtIn, nil
	}
	t, err := builtIn.WithOverlay(own, decisions)
	if err != nil {
		return t, strings.Split(err.Error(), "\n")
	}
	return t, nil
}

// adequacy reads a decision of the Platform.
func adequacy(d v1alpha1.AdequacyDecision) region.AdequacyOverride {
	o := region.AdequacyOverride{Country: string(d.Country), Decision: d.Decision, ValidFrom: string(d.ValidFrom), ValidTo: string(d.ValidUntil), Status: d.Status}
	if d.Scoped {
		o.Scope = "some recipients"
	}
	return o
}

// providers are those that the Platform declares, else those seen on nodes. Where some node does not tell its provider, or
// nodes cannot all be seen, the list is empty: a region name then has to be allowed at every provider that knows it.
func (r *run) providers(object *v1alpha1.Platform) []string {
	if object != nil && len(object.Spec.Providers) > 0 {
		var names []string
		for _, p := range object.Spec.Providers {
			names = append(names, region.CanonicalProvider(p.Name))
		}
		slices.Sort(names)
		return slices.Compact(names)
	}
	if !r.view.Known(facts.TypeOf[facts.Node]()) || len(facts.Incomplete[facts.Node](r.view)) > 0 {
		return nil
	}
	var names []string
	for _, n := range facts.List[facts.Node](r.view) {
		if !n.DeletedAt.IsZero() {
			continue
		}
		id, err := region.ParseProviderID(n.ProviderID)
		if err != nil || !id.Known {
			return nil
		}
		names = append(names, id.Provider)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
