// Package journey makes the report on the data journey of each solution: its supplier chain from the controller to the last
// link, with what each link does where, on which ground, under which instruction, and what shows of it in what runs.
package journey

import (
	"slices"
	"strconv"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/check"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report/page"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
	"github.com/tilsyn-dev/tilsyn/internal/derive/party"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Report holds the journeys, by solution.
type Report struct {
	At        time.Time  `json:"at"`
	Solutions []Solution `json:"solutions"`
	// NotObserved are sources without which a party that shows in a cluster may have been overlooked.
	NotObserved []string `json:"notObserved"`
}

// Solution is the journey of one solution's data.
type Solution struct {
	Name        string       `json:"name"`
	DisplayName string       `json:"displayName,omitempty"`
	Controllers []Controller `json:"controllers"`
	// PersonalData is false where the solution states that it holds none, and no agreement says otherwise.
	PersonalData bool   `json:"personalData"`
	Links        []Link `json:"links"`
	// Faults of the chain itself.
	Faults []Fault `json:"faults"`
	// NotLinked are suppliers that agreements name and the chain does not.
	NotLinked []NotLinked `json:"notLinked"`
	// LooseAgreements name the solution and are between no two parties of the chain that follow each other.
	LooseAgreements []string      `json:"looseAgreements"`
	Environments    []Environment `json:"environments"`
	// NotInChain are parties that show in what runs and are no link.
	NotInChain []Seen `json:"notInChain"`
	// Controls on chain, transfers and instruction, as they are judged.
	Controls []page.Judgement `json:"controls"`
}

// Controller or group of controllers, at whom the journey begins.
type Controller struct {
	Name string `json:"name"`
	// Expected number of controllers in a group; 0: not recorded.
	Expected int32 `json:"expected,omitempty"`
}

// Link is one link of the chain, the first engaged by the controller.
type Link struct {
	Name      string `json:"name"`
	Supplier  string `json:"supplier"`
	LegalName string `json:"legalName,omitempty"`
	Task      string `json:"task,omitempty"`
	// EngagedBy names the link; empty: the controller.
	EngagedBy string `json:"engagedBy,omitempty"`
	// Depth is 1 for a link that the controller engaged, 0 where the way up does not lead to the controller.
	Depth int `json:"depth"`
	// Own is true where the supplier is the controller itself.
	Own bool `json:"own,omitempty"`
	// PersonalData is Processes, Accesses or Untouched; Gainsaid where Untouched and something shows otherwise.
	PersonalData          string      `json:"personalData"`
	Gainsaid              bool        `json:"gainsaid,omitempty"`
	EstablishedIn         string      `json:"establishedIn,omitempty"`
	UltimateParent        string      `json:"ultimateParent,omitempty"`
	UltimateParentCountry string      `json:"ultimateParentCountry,omitempty"`
	Countries             []Country   `json:"countries"`
	Agreements            []Agreement `json:"agreements"`
	// Observable is true where the link must show in the cluster.
	Observable bool   `json:"observable,omitempty"`
	Observed   []Seen `json:"observed"`
}

// Fault is something wrong with the chain, and the links that it concerns.
type Fault struct {
	Kind  chain.FaultKind `json:"kind"`
	Links []string        `json:"links"`
}

// NotLinked is a supplier that agreements know and the chain does not.
type NotLinked struct {
	Supplier   string   `json:"supplier"`
	Agreements []string `json:"agreements"`
}

// judged are the controls on chain, transfers and instruction.
var judged = []v1alpha1.ControlID{"LOC-05", "LOC-06", "SUP-01", "SUP-02", "SUP-03"}

// Make makes the journeys of the solutions named, or of all.
func Make(v facts.View, outcome *check.Report, names []string) *Report {
	r := &Report{At: outcome.At.UTC(), Solutions: []Solution{}, NotObserved: []string{}}
	for _, s := range party.Incomplete(v) {
		r.NotObserved = append(r.NotObserved, string(s.ID))
	}
	slices.Sort(r.NotObserved)
	for _, s := range outcome.Evaluation.Fleet.Solutions {
		object := facts.Get[v1alpha1.HostedSolution](v, "", s.Object.Name)
		if object == nil || len(names) > 0 && !slices.Contains(names, object.Name) {
			continue
		}
		m := &maker{view: v, outcome: outcome, chain: chain.Of(v, object), tables: s.Platform.Tables, now: outcome.At}
		one := m.solution()
		one.Controls = page.Judgements(outcome, func(res *check.Result) bool {
			return res.Solution == object.Name && res.Institution == "" && slices.Contains(judged, res.Control)
		})
		m.observe(&one, s.Environments)
		r.Solutions = append(r.Solutions, one)
	}
	return r
}

func (m *maker) solution() Solution {
	c := m.chain
	spec := &c.Solution.Spec
	out := Solution{Name: c.Solution.Name, DisplayName: spec.DisplayName, PersonalData: c.PersonalData, Controllers: []Controller{}, Links: []Link{}, Faults: []Fault{},
		NotLinked: []NotLinked{}, LooseAgreements: []string{}, Environments: []Environment{}, NotInChain: []Seen{}}
	for _, one := range spec.Controllers {
		controller := Controller{Name: one.Name}
		if one.ExpectedCount != nil {
			controller.Expected = *one.ExpectedCount
		}
		out.Controllers = append(out.Controllers, controller)
	}
	for _, l := range c.Links {
		out.Links = append(out.Links, m.link(l))
	}
	for _, f := range c.Faults {
		fault := Fault{Kind: f.Kind}
		for _, l := range f.Links {
			fault.Links = append(fault.Links, l.String())
		}
		out.Faults = append(out.Faults, fault)
	}
	for _, u := range c.Unlinked {
		one := NotLinked{Supplier: u.Supplier}
		for _, a := range u.By {
			one.Agreements = append(one.Agreements, a.Name)
		}
		out.NotLinked = append(out.NotLinked, one)
	}
	for _, a := range c.Loose {
		out.LooseAgreements = append(out.LooseAgreements, a.Name)
	}
	return out
}

func (c Controller) String() string {
	if c.Expected == 0 {
		return c.Name
	}
	return c.Name + " (" + strconv.Itoa(int(c.Expected)) + ")"
}
