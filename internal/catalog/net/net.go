// Package net holds the controls of the family NET: network and encryption.
package net

import "github.com/tilsyn-dev/tilsyn/internal/control"

// Controls of the family, in order.
var Controls = []*control.Control{NET01, NET02, NET03, NET04, NET05}
