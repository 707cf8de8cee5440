package files

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// call calls a function on a value; its opening bracket has been read.
func (e *evaluator) call(on any, function string) any {
	if list, ok := on.([]any); ok {
		return e.onList(list, function)
	}
	text, ok := on.(string)
	arguments := make([]string, 0, 2)
	for _, a := range e.list(")") {
		if s, isText := a.(string); isText {
			arguments = append(arguments, s)
		} else {
			ok = false
		}
	}
	if !ok {
		return e.fail()
	}
	switch len(arguments) {
	case 0:
		return e.onText(text, function)
	case 1:
		return e.withText(text, function, arguments[0])
	case 2:
		if function == "replace" {
			return strings.ReplaceAll(text, arguments[0], arguments[1])
		}
	}
	return e.fail()
}

func (e *evaluator) onList(list []any, function string) any {
	switch function {
	case "size":
		if e.is(")") {
			return len(list)
		}
	case "filter": // of truths by themselves: filter(x, x)
		variable, _ := e.name()
		if !e.is(",") || !e.is(variable) || !e.is(")") {
			break
		}
		kept := []any{}
		for _, v := range list {
			held, ok := v.(bool)
			if !ok {
				return e.fail()
			}
			if held {
				kept = append(kept, v)
			}
		}
		return kept
	}
	return e.fail()
}

func (e *evaluator) onText(text, function string) any {
	switch function {
	case "size":
		return utf8.RuneCountInString(text)
	case "lowerAscii":
		return strings.Map(func(r rune) rune {
			if 'A' <= r && r <= 'Z' {
				return r + 'a' - 'A'
			}
			return r
		}, text)
	case "trim":
		return strings.TrimSpace(text)
	}
	return e.fail()
}

func (e *evaluator) withText(text, function, argument string) any {
	switch function {
	case "startsWith":
		return strings.HasPrefix(text, argument)
	case "endsWith":
		return strings.HasSuffix(text, argument)
	case "contains":
		return strings.Contains(text, argument)
	case "matches", "find":
		re := e.pattern(argument)
		switch {
		case re == nil:
		case function == "find":
			return re.FindString(text)
		default:
			return re.MatchString(text)
		}
	}
	return e.fail()
}

// pattern gives nil for an expression that is wrong.
func (s *sureness) pattern(expression string) *regexp.Regexp {
	re, known := s.patterns[expression]
	if !known {
		re, _ = regexp.Compile(expression)
		s.patterns[expression] = re
	}
	return re
}
