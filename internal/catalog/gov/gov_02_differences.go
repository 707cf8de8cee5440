package gov

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

// differences lists where the record says something else than the solution, its chain and its agreements. What the record
// does not say at all is lacking, and differs from nothing.
func (j *judge) differences(in control.SolutionInput, r *v1alpha1.Processing) []string {
	c := chain.Of(in.Facts, in.Solution.Object)
	j.changes = control.Earliest(j.changes, c.Changes(j.now))
	var bound []*chain.Agreement
	for _, a := range c.Agreements {
		if a.InForce(j.now) {
			bound = append(bound, a)
		}
	}
	spec := &in.Solution.Object.Spec
	out := slices.Concat(categoriesDiffer(spec, r, bound), j.countriesDiffer(c, r), recipientsDiffer(c, r, j.now), retentionDiffers(spec, r, bound))
	return out
}

func categoriesDiffer(s *v1alpha1.HostedSolutionSpec, r *v1alpha1.Processing, bound []*chain.Agreement) []string {
	if len(r.Categories) == 0 {
		return nil
	}
	var out []string
	lacks := func(list []v1alpha1.DataCategory, where string) {
		for _, c := range list {
			if c != v1alpha1.DataNone && !slices.Contains(r.Categories, c) {
				out = append(out, string(c)+" is in "+where+" and not in the record")
			}
		}
	}
	lacks(s.PersonalData, "spec.personalData")
	for _, a := range bound {
		if a.Spec.AppendixA != nil {
			lacks(a.Spec.AppendixA.Categories, "agreement "+a.Name)
		}
	}
	for _, c := range r.Categories {
		if len(s.PersonalData) > 0 && !slices.Contains(s.PersonalData, c) {
			out = append(out, string(c)+" is only in the record")
		}
	}
	return out
}

// countriesDiffer compares the third countries of the record with those of chain and recipients.
func (j *judge) countriesDiffer(c *chain.Chain, r *v1alpha1.Processing) []string {
	if len(r.Transfers) == 0 && !r.NoTransfers {
		return nil
	}
	seen := map[v1alpha1.CountryCode]bool{}
	var out []string
	uses := func(country v1alpha1.CountryCode, who string) {
		recorded := slices.ContainsFunc(r.Transfers, func(t v1alpha1.Transfer) bool { return t.Country == country })
		if !seen[country] && !recorded && !region.InEEA(string(country)) {
			out = append(out, string(country)+" ("+who+") is a third country and no transfer in the record")
		}
		seen[country] = true
	}
	for _, l := range c.Links {
		if l.Touches {
			for _, u := range c.Uses(l, j.now) {
				uses(u.Country, l.String())
			}
		}
	}
	for _, recipient := range r.Recipients {
		for _, country := range recipient.Countries {
			uses(country, recipient.Name)
		}
	}
	for _, t := range r.Transfers {
		if !seen[t.Country] {
			out = append(out, string(t.Country)+" is a transfer in the record, and nobody in the chain or among the recipients is there")
		}
	}
	return out
}

// recipientsDiffer lists suppliers that an agreement in force knows, and neither the chain nor the record does.
func recipientsDiffer(c *chain.Chain, r *v1alpha1.Processing, now time.Time) []string {
	if len(r.Recipients) == 0 && !r.NoRecipients {
		return nil
	}
	var out []string
	for _, u := range c.Unlinked {
		by := slices.IndexFunc(u.By, func(a *chain.Agreement) bool { return a.InForce(now) })
		recorded := slices.ContainsFunc(r.Recipients, func(recipient v1alpha1.Recipient) bool {
			return strings.EqualFold(recipient.Name, u.Supplier) || u.Party != nil && strings.EqualFold(recipient.Name, u.Party.Spec.LegalName)
		})
		if by >= 0 && !recorded {
			out = append(out, u.Supplier+" (agreement "+u.By[by].Name+") is neither in the chain nor a recipient in the record")
		}
	}
	return out
}

// retentionDiffers lists categories without a time limit, and time limits that an agreement does not allow.
func retentionDiffers(s *v1alpha1.HostedSolutionSpec, r *v1alpha1.Processing, bound []*chain.Agreement) []string {
	if len(s.Retention) == 0 {
		return nil
	}
	var out []string
	for _, c := range r.Categories {
		if c != v1alpha1.DataNone && !slices.ContainsFunc(s.Retention, func(t v1alpha1.Retention) bool { return t.Category == c }) {
			out = append(out, string(c)+" has no time limit in spec.retention")
		}
	}
	for _, a := range bound {
		if a.Spec.AppendixC == nil || a.Spec.AppendixC.Retention == "" {
			continue
		}
		for _, t := range s.Retention {
			if longer(string(t.MaxAge), string(a.Spec.AppendixC.Retention)) {
				out = append(out, "spec.retention keeps "+t.Name+" for "+string(t.MaxAge)+", agreement "+a.Name+" allows "+string(a.Spec.AppendixC.Retention))
			}
		}
	}
	return out
}

// longer tells whether one period is longer than another; not where one is not written.
func longer(a, b string) bool {
	p, err := date.ParsePeriod(a)
	q, wrong := date.ParsePeriod(b)
	start := time.Unix(0, 0).UTC()
	return err == nil && wrong == nil && p.After(start).After(q.After(start))
}
