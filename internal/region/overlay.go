package region

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// OwnRegion is a region that the Platform adds to the tables.
type OwnRegion struct {
	Provider, Region string
	// Countries it can be in. May be empty for a region that the tables know,
	// to add zones to it.
	Countries []string
	Zones     []OwnZone
}

// OwnZone is a zone of an own region.
type OwnZone struct {
	Zone string
	// Countries it can be in; empty means those of the region.
	Countries []string
}

// AdequacyOverride is what the Platform says of an adequacy decision. It narrows the
// embedded rows of its country by its status, scope and end. Where it goes further
// than they do it is a decision of its own beside them, and then it has a number and
// a first day.
type AdequacyOverride struct {
	Country, Decision, Scope string
	ValidFrom, ValidTo       string // days; may be empty
	Status                   string
}

// firstDecision is the day before which no decision can be in force: that of the
// directive.
const firstDecision = "1995-10-24"

// WithOverlay returns new tables that also hold the given rows. An overlay adds
// places and never moves one that the tables know: a claim against a known fact is
// an error, not a correction. Every error names its entry; with errors, the tables
// returned hold the entries that are right.
func (t *Tables) WithOverlay(own []OwnRegion, adequacy []AdequacyOverride) (*Tables, error) {
	c := t.clone()
	var errs []error
	for i, o := range own {
		if err := c.addOwn(o); err != nil {
			errs = append(errs, fmt.Errorf("regions[%d] (%s %s): %w", i, o.Provider, o.Region, err))
		}
	}
	for i, o := range adequacy {
		if err := c.override(t, o); err != nil {
			errs = append(errs, fmt.Errorf("adequacy[%d] (%s): %w", i, o.Country, err))
		}
	}
	return c, errors.Join(errs...)
}

// override takes up what the Platform says of a decision. A limit of the embedded
// decision stays: one that covers others is not told by saying that it stands.
func (t *Tables) override(embedded *Tables, o AdequacyOverride) error {
	known := embedded.adequacy[o.Country]
	full := o
	full.Decision = cmp.Or(o.Decision, "of the Platform")
	if n := len(known); n > 0 {
		last := known[n-1]
		full.Scope = cmp.Or(last.Scope, full.Scope)
		if full.ValidFrom == "" {
			full.ValidFrom = writtenDay(last.From)
			if full.ValidTo == "" && !last.To.IsZero() {
				full.ValidTo = writtenDay(last.To)
			}
		}
	}
	if full.ValidFrom == "" {
		full.ValidFrom = firstDecision
	}
	d, err := newDecision(full)
	if err != nil {
		return err
	}
	rows := slices.Clone(t.adequacy[d.Country])
	for i := range rows {
		if !rows[i].Declared {
			rows[i] = rows[i].narrowed(d)
		}
	}
	stands := d.Status == InForce || d.Status == Contested
	wider := stands && !slices.ContainsFunc(known, d.within)
	if wider && o.Decision != "" && o.ValidFrom != "" {
		d.Declared = true
		rows = append(rows, d)
	} else if wider {
		err = errors.New("it goes further than the built-in table, so it has no effect without the decision that says so; " +
			"add decision, such as (EU) 2021/1772, and validFrom")
	}
	slices.SortStableFunc(rows, func(a, b Decision) int { return a.From.Compare(b.From) })
	t.adequacy[d.Country] = rows
	return err
}

func writtenDay(t time.Time) string { return t.In(date.Copenhagen()).Format(time.DateOnly) }

func (t *Tables) addOwn(o OwnRegion) error {
	provider, code := CanonicalProvider(o.Provider), strings.TrimSpace(o.Region)
	if err := checkName("provider", provider); err != nil {
		return err
	}
	if err := checkName("region", labelValue(code)); err != nil {
		return err
	}
	countries, err := checkCountries(o.Countries)
	if err != nil {
		return err
	}
	known, ok := t.regionPlace(provider, normal(provider, code))
	switch {
	case ok && len(countries) > 0 && !slices.Equal(countries, known.Countries):
		return fmt.Errorf("the region table has it in %s, not %s; remove the entry, or name the region as the provider does",
			strings.Join(known.Countries, ", "), strings.Join(countries, ", "))
	case !ok && t.takenFromAWS(provider, code):
		return errors.New("nodes of outscale carry provider ids of aws, and aws has a region of this name elsewhere; remove the entry")
	case !ok && len(countries) == 0:
		return errors.New("the region table does not know it; name the country it lies in, such as countries: [DK]")
	case !ok:
		known = Place{Provider: provider, Region: code, Countries: countries}
		t.addRegion(known)
	}
	var errs []error
	for _, z := range o.Zones {
		if err := t.addOwnZone(known, z); err != nil {
			errs = append(errs, fmt.Errorf("zone %q: %w", z.Zone, err))
		}
	}
	return errors.Join(errs...)
}

// takenFromAWS reports a region of aws that is claimed for outscale, whose nodes
// cannot be told from those of aws.
func (t *Tables) takenFromAWS(provider, code string) bool {
	if provider != "outscale" {
		return false
	}
	_, known := t.regionPlace("aws", normal("aws", code))
	return known
}

func (t *Tables) addOwnZone(region Place, z OwnZone) error {
	zone := normal(region.Provider, z.Zone)
	if err := checkName("zone", zone); err != nil {
		return err
	}
	countries, err := checkCountries(z.Countries)
	if err != nil {
		return err
	}
	if len(countries) == 0 {
		countries = region.Countries
	}
	if known, ok := t.zonePlace(region.Provider, zone); ok {
		if !slices.Equal(known.Countries, countries) || !strings.EqualFold(known.Region, region.Region) {
			return fmt.Errorf("it is known as a zone of %s; remove the entry, or name the zone as the provider does", known)
		}
		return nil
	}
	t.addZone(zoneRule{
		provider: region.Provider, zone: zone, region: normal(region.Provider, region.Region), written: strings.TrimSpace(z.Zone),
		place: Place{Provider: region.Provider, Region: region.Region, Countries: countries},
	})
	return nil
}

// checkName demands what a node label can hold, or no node could carry it.
func checkName(what, name string) error {
	if name == "" {
		return fmt.Errorf("the %s is empty", what)
	}
	if problems := validation.IsValidLabelValue(name); len(problems) > 0 {
		return fmt.Errorf("%s %q cannot be the value of a node label: %s", what, name, strings.Join(problems, "; "))
	}
	return nil
}

// checkCountries returns the codes sorted, each once.
func checkCountries(codes []string) ([]string, error) {
	out := make([]string, 0, len(codes))
	for _, code := range codes {
		c, err := CheckCountry(code)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}
