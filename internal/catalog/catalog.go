// Package catalog lists every control. Only the commands, the generators and tests name it.
package catalog

import (
	"cmp"
	"slices"

	"github.com/tilsyn-dev/tilsyn/internal/catalog/bck"
	"github.com/tilsyn-dev/tilsyn/internal/catalog/dpd"
	"github.com/tilsyn-dev/tilsyn/internal/catalog/gov"
	"github.com/tilsyn-dev/tilsyn/internal/catalog/hrd"
	"github.com/tilsyn-dev/tilsyn/internal/catalog/iam"
	"github.com/tilsyn-dev/tilsyn/internal/catalog/inc"
	"github.com/tilsyn-dev/tilsyn/internal/catalog/loc"
	"github.com/tilsyn-dev/tilsyn/internal/catalog/log"
	"github.com/tilsyn-dev/tilsyn/internal/catalog/net"
	"github.com/tilsyn-dev/tilsyn/internal/catalog/sup"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

// Version of the catalogue; a control's Since is the version that introduced it.
const Version = "1"

// All gives every control, ordered by ID.
func All() []*control.Control {
	all := slices.Concat(bck.Controls, dpd.Controls, gov.Controls, hrd.Controls, iam.Controls, inc.Controls, loc.Controls, log.Controls, net.Controls, sup.Controls)
	slices.SortFunc(all, func(a, b *control.Control) int { return cmp.Compare(a.ID, b.ID) })
	return all
}
