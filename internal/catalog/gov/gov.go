// Package gov holds the controls of the family GOV: how supervision itself is kept.
package gov

import "github.com/tilsyn-dev/tilsyn/internal/control"

// Controls of the family, in order.
var Controls = []*control.Control{GOV01, GOV02, GOV03, GOV04, GOV05, GOV06, GOV07, GOV08}
