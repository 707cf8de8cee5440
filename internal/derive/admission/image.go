package admission

import (
	"regexp"
	"slices"
	"strings"

	"github.com/distribution/reference"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Image is one image reference in the spellings that policies may mean: the name alone, with the tag, and whole.
type Image []string

// ImageOf gives the spellings of a reference.
func ImageOf(named reference.Named) Image {
	out := Image{named.Name()}
	if tagged, ok := named.(reference.NamedTagged); ok {
		out = append(out, named.Name()+":"+tagged.Tag())
	}
	if whole := named.String(); !slices.Contains(out, whole) {
		out = append(out, whole)
	}
	return out
}

// matches tells whether some pattern means the image. No pattern at all leaves open which images are meant: those of a rule
// that is not read.
func (i Image) matches(engine facts.PolicyEngine, patterns []string) bool {
	if len(patterns) == 0 {
		return true
	}
	return slices.ContainsFunc(patterns, func(p string) bool {
		return slices.ContainsFunc(i, func(text string) bool {
			if engine == facts.EngineSigstore {
				return sigstoreGlob(p, text)
			}
			return glob(p, text)
		})
	})
}

// sigstoreGlob compares as the policy controller of sigstore does: * is any text without a slash, ** any text.
func sigstoreGlob(pattern, text string) bool {
	quoted := strings.NewReplacer(`\*\*`, ".*", `\*`, "[^/]*").Replace(regexp.QuoteMeta(pattern))
	ok, err := regexp.MatchString("^"+quoted+"$", text)
	return err == nil && ok
}
