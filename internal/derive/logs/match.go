package logs

import (
	"regexp"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// matchTag tells whether a tag matches a pattern of Fluent Bit, in which * stands for any text, the empty one and dots
// included, and nothing else is special.
func matchTag(pattern, tag string) bool {
	for {
		star := strings.IndexByte(pattern, '*')
		if star < 0 {
			return pattern == tag
		}
		if !strings.HasPrefix(tag, pattern[:star]) {
			return false
		}
		tag = tag[star:]
		pattern = strings.TrimLeft(pattern[star:], "*")
		if pattern == "" {
			return true
		}
		next := strings.IndexByte(pattern, '*')
		if next < 0 {
			return strings.HasSuffix(tag, pattern)
		}
		// The first place where the literal between two stars stands is as good as any later one.
		at := strings.Index(tag, pattern[:next])
		if at < 0 {
			return false
		}
		tag, pattern = tag[at+next:], pattern[next:]
	}
}

// compileRegex reads a regular expression in the Ruby syntax that Fluent Bit and Fluentd use, as far as it means the same
// in Go; nil where it does not, so that nothing is decided by it.
func compileRegex(expr string) *regexp.Regexp {
	if len(expr) > 1 && expr[0] == '/' {
		if end := strings.LastIndexByte(expr, '/'); end > 0 {
			options := expr[end+1:]
			expr = expr[1:end]
			switch options {
			case "":
			case "i":
				expr = "(?i)" + expr
			default:
				return nil
			}
		}
	}
	// These mean something else, or exist in one of the two syntaxes only.
	for _, special := range []string{`\h`, `\H`, `\Z`, `\G`, `\K`, `\R`, `\X`, `\k<`, `\g<`, "&&", "(?#", "[["} {
		if strings.Contains(expr, special) {
			return nil
		}
	}
	// In Ruby ^ and $ stand for line ends.
	re, err := regexp.Compile("(?m)" + expr)
	if err != nil {
		return nil
	}
	return re
}

// tri gives Yes or No.
func tri(b bool) date.Tri {
	if b {
		return date.Yes
	}
	return date.No
}
