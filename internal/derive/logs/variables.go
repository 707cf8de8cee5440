package logs

import "strings"

// variables resolves references of a configuration to the environment.
type variables map[string]string

// expand replaces ${NAME}, ${env:NAME}, ${NAME:default} and ${NAME:-default} by their values. ok is false where a value is
// not known, and the reference then stays.
func (v variables) expand(s string) (out string, ok bool) {
	if !strings.Contains(s, "${") {
		return s, true
	}
	var b strings.Builder
	ok = true
	for {
		before, rest, found := strings.Cut(s, "${")
		b.WriteString(before)
		if !found {
			return b.String(), ok
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			b.WriteString("${" + rest)
			return b.String(), false
		}
		value, known := v.lookup(name)
		if !known {
			ok = false
			value = "${" + name + "}"
		}
		b.WriteString(value)
		s = after
	}
}

func (v variables) lookup(name string) (string, bool) {
	name = strings.TrimPrefix(name, "env:")
	name, _, _ = strings.Cut(name, ":")
	if value, ok := v[name]; ok {
		return value, true
	}
	// A variable that is not seen may still be set, from a Secret for example, so a default is no answer.
	return "", false
}
