// Package sup holds the controls of the family SUP: the supplier chain and its assurance.
package sup

import "github.com/tilsyn-dev/tilsyn/internal/control"

// Controls of the family, in order.
var Controls = []*control.Control{SUP01, SUP02, SUP03, SUP04, SUP05, SUP06}
