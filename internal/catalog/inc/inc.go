// Package inc holds the controls of the family INC: incidents and personal data breaches.
package inc

import "github.com/tilsyn-dev/tilsyn/internal/control"

// Controls of the family, in order.
var Controls = []*control.Control{INC01, INC02, INC03}
