// Package dpd holds the controls of the family DPD: data protection by design.
package dpd

import "github.com/tilsyn-dev/tilsyn/internal/control"

// Controls of the family, in order.
var Controls = []*control.Control{DPD01, DPD02, DPD03, DPD04, DPD05}
