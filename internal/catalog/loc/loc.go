// Package loc holds the controls of the family LOC: where workloads and data are.
package loc

import (
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/place"
)

// Controls of the family, in order.
var Controls = []*control.Control{LOC01, LOC02, LOC03, LOC04, LOC05, LOC06, LOC07}

func reader(e *control.Environment) place.Reader {
	return place.NewReader(e.Platform.Tables, e.Platform.Providers, e.Platform.Object)
}
