package loc

import (
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
	"github.com/tilsyn-dev/tilsyn/internal/region"
)

// transferJudge goes through a chain and gathers results.
type transferJudge struct {
	chain  *chain.Chain
	params *loc05
	tables *region.Tables
	now    time.Time
	// assessmentAge is how long an impact assessment holds.
	assessmentAge date.Period
	changes       time.Time // when an agreement of the chain begins or ends next
	results       []control.Result
	// unread are links without an instruction on places, open those whose sub-processors are not recorded.
	unread, open []string
}

// spot is one country of a link with every way it is used, and how that was found out first.
type spot struct {
	code                            string
	first                           chain.Use
	processing, access, established bool
}

func (p *spot) note(h chain.How) {
	p.processing, p.access, p.established = p.processing || h == chain.Processing, p.access || h == chain.Access, p.established || h == chain.Establishment
}

// link judges one link: one result for each fault, or one that says how it stands.
func (j *transferJudge) link(l *chain.Link) {
	if !l.Touches {
		j.add(control.NotApplicable("Untouched", "link", l.String()).On(l.Ref()).RestingOn(control.Declared))
		return
	}
	begin := len(j.results)
	uses := j.chain.Uses(l, j.now)
	above := j.instructions(l)
	instruction := j.instruction(l, above)
	j.party(l, uses)
	j.places(l)
	spots := j.spots(l, uses)
	notes := make([]string, 0, len(spots))
	var until time.Time
	for i := range spots {
		p := &spots[i]
		ground := j.ground(l, p.code)
		until = control.Earliest(until, ground.until)
		if r := ground.result; r.Verdict != "" {
			j.add(about(r, l, p))
		}
		if agreement := forbidden(l, p, ground, above); agreement != nil {
			j.add(about(control.Fail("NotInstructed", "agreement", agreement.Name, "allowed", allowedBy(agreement.Spec.AppendixC)), l, p))
		}
		notes = append(notes, p.code+ground.note)
	}
	if len(j.results) == begin {
		j.add(control.Pass("Lawful", "link", l.String(), "instruction", instruction, "countries", strings.Join(notes, ", ")).On(l.Ref()).RestingOn(control.Declared))
	}
	for i := range j.results[begin:] {
		j.results[begin+i] = j.results[begin+i].Until(until).Until(j.changes)
	}
}

func (j *transferJudge) add(r control.Result) { j.results = append(j.results, r) }

// about fills in which link uses which country how, and where that is written.
func about(r control.Result, l *chain.Link, p *spot) control.Result {
	r.Args = append(r.Args, control.Arg{Name: "link", Value: l.String()}, control.Arg{Name: "how", Value: p.how()}, control.Arg{Name: "country", Value: p.code})
	return written(r, l, &p.first)
}

// written says where a country stands.
func written(r control.Result, l *chain.Link, u *chain.Use) control.Result {
	r = r.On(l.Ref()).At(u.Field())
	if at := u.At(); at != l.Ref() {
		r = r.Because(at)
	}
	return r.RestingOn(control.Declared)
}

// how says in words what happens in the country.
func (p *spot) how() string {
	var parts []string
	for _, h := range []struct {
		is   bool
		text string
	}{{p.processing, "processes data in"}, {p.access, "reaches data from"}, {p.established, "is established in"}} {
		if h.is {
			parts = append(parts, h.text)
		}
	}
	return strings.Join(parts, " and ")
}

// spots groups the countries of a link. Those that cannot be read are reported.
func (j *transferJudge) spots(l *chain.Link, uses []chain.Use) []spot {
	out := make([]spot, 0, len(uses))
	for i := range uses {
		u := &uses[i]
		code := string(u.Country)
		if problem := unreadable(code); problem != "" {
			j.add(written(control.Unknown("CountryUnreadable", "link", l.String(), "problem", problem), l, u))
			continue
		}
		at := slices.IndexFunc(out, func(p spot) bool { return p.code == code })
		switch {
		case at >= 0:
		case u.How == chain.Establishment && region.InEEA(code):
			continue // within the EEA, who is where is no transfer
		default:
			out = append(out, spot{code: code, first: *u})
			at = len(out) - 1
		}
		out[at].note(u.How)
	}
	return out
}

// unreadable says what is wrong with a country, "" if nothing is. A code in lower case is no code: what was typed by hand
// without knowing the form may be any list of letters.
func unreadable(code string) string {
	if region.InEEA(code) {
		return ""
	}
	canonical, err := region.CheckCountry(code)
	switch {
	case err != nil:
		return err.Error()
	case canonical != code:
		return "country \"" + code + "\" is not written as a code; use " + canonical + " if that is meant"
	}
	return ""
}

// party judges what the supplier says of itself, apart from whether its countries are lawful.
func (j *transferJudge) party(l *chain.Link, uses []chain.Use) {
	if l.Party == nil {
		j.add(control.Unknown("SupplierUnknown", "link", l.String(), "supplier", l.Supplier).On(l.Ref()))
		return
	}
	j.stated(l, uses)
	parent := string(l.Party.Spec.UltimateParentCountry)
	switch problem := unreadable(parent); {
	case parent == "" || region.InEEA(parent):
	case problem != "":
		j.add(control.Unknown("CountryUnreadable", "link", l.String(), "problem", problem).On(l.Ref()).At("spec.ultimateParentCountry").RestingOn(control.Declared))
	case j.params.ParentAssessment && l.Party.Spec.ParentRiskAssessment == "":
		j.add(control.Fail("ParentNotAssessed", "link", l.String(), "country", parent).On(l.Ref()).At("spec.parentRiskAssessment").RestingOn(control.Declared))
	}
}

// places reports places that agreements in force write in words and that lie elsewhere than the countries beside them.
func (j *transferJudge) places(l *chain.Link) {
	for _, a := range j.chain.Agreements {
		if a.Spec.AppendixB == nil || !a.InForce(j.now) {
			continue
		}
		for i := range a.Spec.AppendixB.Entries {
			e := &a.Spec.AppendixB.Entries[i]
			if e.Supplier != l.Supplier {
				continue
			}
			if named := chain.Elsewhere(e); len(named) > 0 {
				j.add(control.Unknown("PlaceUnclear", "link", l.String(), "agreement", a.Name, "place", e.Place, "named", strings.Join(named, ", "), "countries", chain.Written(e)).
					On(l.Ref()).At("spec.appendixB.entries[" + e.Supplier + "].place").Because(a.Ref()).RestingOn(control.Declared))
			}
		}
	}
}

// stated reports what the supplier leaves out. Nothing is not the same as nowhere.
func (j *transferJudge) stated(l *chain.Link, uses []chain.Use) {
	var processing, access bool
	for _, u := range uses {
		processing, access = processing || u.How == chain.Processing, access || u.How == chain.Access
	}
	var fields []string
	if !processing && l.PersonalData != chain.Accesses {
		fields = append(fields, "processingCountries")
	}
	if !access {
		fields = append(fields, "accessCountries")
	}
	if v1alpha1.IsToBeFilledIn(l.Party.Spec.LegalName) { // whose countries the others are, nobody knows
		fields = append(fields, "legalName")
	}
	if l.Party.Spec.EstablishedIn == "" {
		fields = append(fields, "establishedIn")
	}
	if l.Party.Spec.UltimateParentCountry == "" && j.params.ParentAssessment {
		fields = append(fields, "ultimateParentCountry")
	}
	if len(fields) > 0 {
		j.add(control.Unknown("CountriesMissing", "link", l.String(), "fields", strings.Join(fields, ", ")).On(l.Ref()).At("spec." + fields[0]))
	}
}

// gaps reports, once for all links, what keeps the chain or the instruction from being seen.
func (j *transferJudge) gaps() {
	for _, g := range []struct {
		reason control.Reason
		links  []string
	}{{"InstructionMissing", j.unread}, {"ChainOpen", j.open}} {
		if len(g.links) > 0 {
			j.add(control.Unknown(g.reason, "links", strings.Join(g.links, ", ")).At("spec.supplierChain").Until(j.changes))
		}
	}
}
