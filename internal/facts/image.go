package facts

import (
	"encoding/hex"
	"strings"
	"time"
)

// Digest is a SHA-256 digest; the zero value is none.
type Digest [32]byte

// ParseDigest reads sha256:<hex>, and gives false for anything else.
func ParseDigest(text string) (Digest, bool) {
	var d Digest
	text, ok := strings.CutPrefix(text, "sha256:")
	if !ok || len(text) != hex.EncodedLen(len(d)) || strings.ToLower(text) != text {
		return d, false
	}
	if _, err := hex.Decode(d[:], []byte(text)); err != nil {
		return Digest{}, false
	}
	return d, true
}

// IsZero tells whether there is none.
func (d Digest) IsZero() bool { return d == Digest{} }

// String writes the digest as references do, empty for none.
func (d Digest) String() string {
	if d.IsZero() {
		return ""
	}
	return "sha256:" + hex.EncodeToString(d[:])
}

// RunningImage is what the container runtime says it runs in a container.
type RunningImage struct {
	// Digest of the manifest or, where the runtime gives no repository, of the image's own configuration.
	Digest Digest
	// Repository as the runtime names it where it is another than that of the container's reference; empty where it is the
	// same or not said.
	Repository string
	// Bare is true where the runtime gives a digest without repository, which a scanner's report may not be matched to.
	Bare bool
}

// PodImages are the images that run in the containers of a pod, in the order of its Shape.Containers: the zero RunningImage
// where nothing is reported yet. Pods of one owner share them.
type PodImages struct {
	Running []RunningImage
}

// VulnerabilityReport is what a scanner found in one image of one workload.
type VulnerabilityReport struct {
	Ref Ref
	// Owner of the report as its labels name it, often a ReplicaSet or Job; Container is the container.
	Owner     Ref
	Container string
	Digest    Digest
	// Repository with its registry, for example registry.example.org/aula/web; Tag is decoration.
	Repository, Tag string
	// UpdatedAt is when the scan was made.
	UpdatedAt time.Time
	// Packages that the scanner knows of, -1: not said. A report of none says nothing about the image.
	Packages int
	// OS is what the scanner took it for, empty: not recognised. OSEnded is true where the vendor no longer supports it.
	OS      string
	OSEnded bool
	// Found are the open vulnerabilities, the worst first. At most MaxVulnerabilities are kept; Omitted counts the rest.
	Found   []Vulnerability
	Omitted int
	// Counts by severity as the summary says them.
	Critical, High, Medium, Low, Unrated int
}

// MaxVulnerabilities bounds the vulnerabilities that are kept of one report.
const MaxVulnerabilities = 500

// Vulnerability is one entry of a report. One that several packages have is kept once.
type Vulnerability struct {
	ID       string // CVE-2026-1234, GHSA-...
	Severity string // Critical, High, Medium, Low, Unrated
	Fixable  bool   // some fixed version is named
	Package  string // one package that has it
}
