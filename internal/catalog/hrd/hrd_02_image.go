package hrd

import (
	"strings"

	"github.com/distribution/reference"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/admission"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// image is what an image reference says.
type image struct {
	name string // registry and repository, with what a runtime adds by itself
	// qualified is true where the reference names its registry, so that no runtime looks for it elsewhere.
	qualified bool
	// pinned is true where it names a digest; digest is zero for another algorithm than SHA-256.
	pinned    bool
	digest    facts.Digest
	spellings admission.Image
	err       string
}

// image reads a reference once.
func (j *imageJudge) image(text string) *image {
	if i := j.read[text]; i != nil {
		return i
	}
	i := &image{name: text}
	j.read[text] = i
	named, err := reference.ParseNormalizedNamed(text)
	if err != nil {
		i.err = err.Error()
		return i
	}
	first, _, hasPath := strings.Cut(text, "/")
	i.name, i.spellings = named.Name(), admission.ImageOf(named)
	i.qualified = hasPath && (strings.ContainsAny(first, ".:") || first == "localhost")
	if digested, ok := named.(reference.Digested); ok {
		i.pinned = true
		i.digest, _ = facts.ParseDigest(digested.Digest().String())
	}
	return i
}

// sources are where images may come from.
type sources struct {
	approved []string
	mirrors  []v1alpha1.ImageMirror
}

func sourcesOf(e *control.Environment) sources {
	var out sources
	if p := e.Platform.Object; p != nil && p.Spec.Images != nil {
		out.mirrors = p.Spec.Images.Mirrors
		for _, s := range p.Spec.Images.ApprovedSources {
			out.approved = append(out.approved, s.Source)
		}
	}
	for _, s := range e.Solution.Object.Spec.ImageSources {
		out.approved = append(out.approved, s.Source)
	}
	return out
}

// approve tells whether a repository is in an approved source.
func (s *sources) approve(name string) bool {
	for _, a := range s.approved {
		if _, ok := within(a, name); ok {
			return true
		}
	}
	return false
}

// mirrored tells whether a repository is where nodes pull another from, by what the Platform says.
func (s *sources) mirrored(name, running string) bool {
	for _, m := range s.mirrors {
		rest, ok := within(m.From, name)
		at, there := within(m.To, running)
		if ok && there && rest == at {
			return true
		}
	}
	return false
}

// within gives what of a repository comes after a source: a whole registry, or a part of one that ends in a slash.
func within(source, name string) (rest string, ok bool) {
	if !strings.HasSuffix(source, "/") {
		source += "/"
	}
	return strings.CutPrefix(name, source)
}
