package logs

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// rewriteRule is KEY REGEX NEW_TAG KEEP of rewrite_tag.
type rewriteRule struct {
	accessor string
	re       *regexp.Regexp
	tag      string
	keep     bool
	valid    bool
}

func newRewriteRule(text string, vars variables) rewriteRule {
	text, known := vars.expand(text)
	parts := quotedFields(text)
	if !known || len(parts) != 4 {
		return rewriteRule{}
	}
	re := compileRegex(parts[1])
	return rewriteRule{accessor: parts[0], re: re, tag: parts[2], keep: switchedOn(parts[3]) == facts.Yes, valid: re != nil}
}

// quotedFields splits at blanks; double quotes hold blanks together.
func quotedFields(s string) []string {
	var out []string
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		if s[0] == '"' {
			if end := strings.IndexByte(s[1:], '"'); end >= 0 {
				out = append(out, s[1:end+1])
				s = s[end+2:]
				continue
			}
		}
		end := strings.IndexAny(s, " \t")
		if end < 0 {
			end = len(s)
		}
		out = append(out, s[:end])
		s = s[end:]
	}
	return out
}

// rewrite applies the rules of a rewrite_tag filter from the given one on: the first that matches sends the record back to
// the start under its new tag, and drops or keeps the original.
func (f *fluentBit) rewrite(r *Record, s state, filter, rule int, matches date.Tri) Outcome {
	flt := &f.filters[filter]
	if s.depth >= maxDepth || s.spent() {
		return uncertain(Undecidable, flt.at)
	}
	if rule >= len(flt.rules) {
		return f.run(r, s, filter+1)
	}
	ru := &flt.rules[rule]
	m := date.Maybe
	groups := []string(nil)
	if ru.valid {
		v, present := s.value(r, ru.accessor)
		switch present {
		case date.Yes:
			groups = ru.re.FindStringSubmatch(v)
			m = tri(groups != nil)
		case date.No:
			m = date.No
		}
	}
	if m == date.No {
		return f.rewrite(r, s, filter, rule+1, matches)
	}
	again := s
	again.depth++
	again.tag = ru.newTag(r, s, groups)
	taken := f.run(r, again, 0)
	if ru.keep {
		taken = copies(taken, f.run(r, s, filter+1))
	}
	if m == date.Yes && matches == date.Yes {
		return taken
	}
	return either(taken, f.rewrite(r, s, filter, rule+1, matches), Undecidable, flt.at)
}

// newTag fills the placeholders of a new tag: $TAG, $TAG[n], $0 to $9 and record accessors. One that is not known makes the
// tag not known.
func (ru *rewriteRule) newTag(r *Record, s state, groups []string) tag {
	if !ru.valid || !s.tag.known && strings.Contains(ru.tag, "$TAG") {
		return tag{hops: s.tag.hops}
	}
	var b strings.Builder
	for rest := ru.tag; rest != ""; {
		before, after, found := strings.Cut(rest, "$")
		b.WriteString(before)
		if !found {
			break
		}
		value, left, ok := ru.placeholder(after, r, s, groups)
		if !ok {
			return tag{hops: s.tag.hops}
		}
		b.WriteString(value)
		rest = left
	}
	return tag{text: b.String(), known: true, hops: s.tag.hops}
}

func (ru *rewriteRule) placeholder(after string, r *Record, s state, groups []string) (value, rest string, ok bool) {
	if left, is := strings.CutPrefix(after, "TAG"); is {
		index, behind, bracket := strings.Cut(strings.TrimPrefix(left, "["), "]")
		if !strings.HasPrefix(left, "[") || !bracket {
			return s.tag.text, left, true
		}
		n, err := strconv.Atoi(index)
		parts := strings.Split(s.tag.text, ".")
		if err != nil || n < 0 || n >= len(parts) {
			return "", "", false
		}
		return parts[n], behind, true
	}
	if after != "" && after[0] >= '0' && after[0] <= '9' {
		n := int(after[0] - '0')
		if n >= len(groups) {
			return "", "", false
		}
		return groups[n], after[1:], true
	}
	end := strings.LastIndexByte(after, ']') + 1
	if end == 0 {
		return "", "", false
	}
	v, present := s.value(r, "$"+after[:end])
	return v, after[end:], present == date.Yes
}
