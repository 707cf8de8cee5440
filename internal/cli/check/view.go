package check

import "github.com/tilsyn-dev/tilsyn/internal/facts"

// Facts shows what was gathered, for reports that say more of it than results; not with Options.ResultsOnly. The view is
// good until fn returns.
func (r *Report) Facts(fn func(facts.View)) { r.evidence.store.Read(fn) }
