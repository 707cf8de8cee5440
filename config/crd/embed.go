// Package crd holds the schemas of the kinds of tilsyn.dev, for programs that check resources without an API server.
package crd

import "embed"

// Schemas of what people write of each kind, as JSON without descriptions and status, one in each file, named
// <plural>.json. They are made of the custom resource definitions.
//
//go:embed schemas/*.json
var Schemas embed.FS
