package logs

import (
	"fmt"
	"path"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// maxIncludes bounds how many files a configuration of Fluent Bit pulls in.
const maxIncludes = 100

// fluentBitSections gives all sections of a configuration of Fluent Bit with the included files in their places.
func (r resolver) fluentBitSections(files []mounted) (sections []placed, why string) {
	budget := maxIncludes
	for _, m := range files {
		more, why := r.include(m, &budget)
		if why != "" {
			return nil, why
		}
		sections = append(sections, more...)
	}
	return sections, ""
}

func (r resolver) include(m mounted, budget *int) (sections []placed, why string) {
	if m.file.Unread != "" {
		return nil, fmt.Sprintf("%s of %s: %s", m.field(), m.config.Ref, m.file.Unread)
	}
	if m.file.Product != facts.LogFluentBit {
		return nil, fmt.Sprintf("%s of %s is no configuration of Fluent Bit", m.field(), m.config.Ref)
	}
	if *budget--; *budget < 0 {
		return nil, "its configuration includes too many files"
	}
	for _, s := range m.file.Sections {
		if s.Kind != "include" {
			sections = append(sections, placed{LogSection: s, Object: m.config.Ref, Field: m.field()})
			continue
		}
		p := s.Name
		if !path.IsAbs(p) {
			p = path.Join(m.dir, p)
		}
		found, why, absent := r.open(p)
		if why != "" {
			// A pattern that matches nothing, and files without a section that counts (parsers), bring nothing.
			if absent && (strings.ContainsAny(p, "*?[") || isParsers(p)) {
				continue
			}
			return nil, fmt.Sprintf("it includes %s: %s", s.Name, why)
		}
		for _, f := range found {
			more, why := r.include(f, budget)
			if why != "" {
				return nil, why
			}
			sections = append(sections, more...)
		}
	}
	return sections, ""
}

// isParsers recognises the usual name of files that hold parsers, which are not kept.
func isParsers(p string) bool { return strings.Contains(path.Base(p), "parser") }
