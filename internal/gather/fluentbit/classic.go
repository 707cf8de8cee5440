// Package fluentbit reads the two configuration formats of Fluent Bit into sections, without deciding what they do.
package fluentbit

import (
	"fmt"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/settings"
)

// Kinds of sections that are kept. Include and set are the commands @INCLUDE and @SET; upstream and node describe groups of
// destinations.
const (
	KindInput    = "input"
	KindFilter   = "filter"
	KindOutput   = "output"
	KindInclude  = "include"
	KindSet      = "set"
	KindUpstream = "upstream"
	KindNode     = "node"
)

// LineError is the number, from 1, of the first line that is not valid.
type LineError int

func (e LineError) Error() string { return fmt.Sprintf("line %d is not valid", int(e)) }

// ParseClassic reads the classic format: [SECTION] headers, indented "Key Value" lines, @INCLUDE and @SET, comments that
// begin with #. The error names the line that Fluent Bit itself refuses: an open header, or a setting that is not indented or
// stands before any header.
func ParseClassic(text string) ([]facts.LogSection, error) {
	if len(text) > settings.MaxBytes {
		return nil, settings.ErrTooLarge
	}
	p := classic{}
	line := 0
	for raw := range strings.Lines(text) {
		line++
		if !p.line(strings.TrimRight(raw, "\r\n")) {
			return nil, LineError(line)
		}
	}
	return finish(p.out), nil
}

// classic collects sections in the order of their headers and of the commands between them, which is the order in which
// Fluent Bit runs filters.
type classic struct {
	out  []facts.LogSection
	open int // index of the section that settings belong to, plus one
}

func (p *classic) line(raw string) (valid bool) {
	text := strings.TrimSpace(raw)
	switch {
	case text == "" || text[0] == '#':
		return true
	case raw[0] == '@':
		p.command(text)
		return true
	case raw[0] == '[':
		end := strings.IndexByte(text, ']')
		if end < 0 {
			return false
		}
		p.out = append(p.out, facts.LogSection{Kind: strings.ToLower(strings.TrimSpace(text[1:end]))})
		p.open = len(p.out)
		return true
	case p.open == 0 || raw[0] != ' ' && raw[0] != '\t':
		return false
	case text[0] == '[':
		return false // a group, which nothing that is read has; releases differ in what they make of it
	}
	key, value := cutSpace(text)
	s := &p.out[p.open-1]
	s.Settings = append(s.Settings, facts.LogSetting{Key: strings.ToLower(key), Value: value})
	return true
}

// command reads @INCLUDE and @SET; others are ignored as Fluent Bit ignores them.
func (p *classic) command(text string) {
	name, value := cutSpace(text)
	switch strings.ToUpper(name) {
	case "@INCLUDE":
		p.out = append(p.out, facts.LogSection{Kind: KindInclude, Name: value})
	case "@SET":
		k, v, _ := strings.Cut(value, "=")
		p.out = append(p.out, variable(strings.TrimSpace(k), strings.TrimSpace(v))...)
	}
}

// variable gives the section of a variable, nothing for one that may hold a secret.
func variable(name, value string) []facts.LogSection {
	if name == "" || facts.MayBeSecret(name, value) {
		return nil
	}
	return []facts.LogSection{{Kind: KindSet, Name: name, Settings: []facts.LogSetting{{Key: "value", Value: value}}}}
}

// finish names sections after their plugin and keeps the settings that are read; sections that do not concern where
// records go, such as parsers, are left out.
func finish(sections []facts.LogSection) []facts.LogSection {
	var out []facts.LogSection
	for _, s := range sections {
		switch s.Kind {
		case KindInput, KindFilter, KindOutput:
			s.Name = strings.ToLower(s.Get("name"))
			s.Settings = kept(s.Settings)
		case KindUpstream, KindNode:
			s.Name = s.Get("name")
			s.Settings = kept(s.Settings)
		case KindInclude, KindSet:
		default:
			continue
		}
		out = append(out, s)
	}
	return out
}

func kept(all []facts.LogSetting) []facts.LogSetting {
	var out []facts.LogSetting
	for _, s := range all {
		if Keep(s.Key) {
			out = append(out, facts.LogSetting{Key: s.Key, Value: settings.Clean(s.Key, s.Value)})
		}
	}
	return Trim(out)
}

func cutSpace(s string) (before, after string) {
	i := strings.IndexAny(s, " \t")
	if i < 0 {
		return s, ""
	}
	return s[:i], strings.TrimSpace(s[i:])
}
