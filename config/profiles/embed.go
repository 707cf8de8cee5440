// Package profiles holds the profiles that are shipped, for programs that judge where none is applied.
package profiles

import "embed"

// Files are the manifests of the shipped profiles, one ControlProfile in each file, named after it.
//
//go:embed public-sector.yaml getting-started.yaml sensitive-personal-data.yaml state-authority.yaml iso27001.yaml
var Files embed.FS
