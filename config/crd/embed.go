// Package crd holds the custom resource definitions of tilsyn.dev, for programs that check resources without an API server.
package crd

import "embed"

// Bases are the definitions, one in each file, named tilsyn.dev_<plural>.yaml.
//
//go:embed bases/*.yaml
var Bases embed.FS
