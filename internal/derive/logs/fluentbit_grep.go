package logs

import (
	"regexp"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// grep is the filter of that name.
type grep struct {
	rules []grepRule
	op    string // legacy, and, or
}

type grepRule struct {
	exclude  bool
	accessor string
	re       *regexp.Regexp
}

func newGrep(s *placed, vars variables) *grep {
	g := &grep{op: strings.ToLower(s.Get("logical_op"))}
	for _, set := range s.Settings {
		if set.Key != "regex" && set.Key != "exclude" {
			continue
		}
		text, known := vars.expand(set.Value)
		key, expr, _ := strings.Cut(text, " ")
		if !strings.HasPrefix(key, "$") {
			key = "$" + key
		}
		rule := grepRule{exclude: set.Key == "exclude", accessor: key}
		if known {
			rule.re = compileRegex(strings.TrimSpace(expr))
		}
		g.rules = append(g.rules, rule)
	}
	return g
}

func (g *grepRule) matches(r *Record, s *state) date.Tri {
	v, present := s.value(r, g.accessor)
	switch {
	case present == date.No:
		return date.No
	case present == date.Maybe || g.re == nil:
		return date.Maybe
	}
	return tri(g.re.MatchString(v))
}

func (g *grep) drops(r *Record, s *state) date.Tri {
	if len(g.rules) == 0 {
		return date.No
	}
	if g.op == "and" || g.op == "or" {
		return g.joined(r, s)
	}
	// Where rules of both kinds stand together the order decides, which the YAML format does not show: both must agree.
	var keepers, others []grepRule
	for _, rule := range g.rules {
		if rule.exclude {
			others = append(others, rule)
		} else {
			keepers = append(keepers, rule)
		}
	}
	first := inOrder(g.rules, r, s)
	if len(keepers) == 0 || len(others) == 0 {
		return first
	}
	if inOrder(append(keepers, others...), r, s) != first || inOrder(append(others, keepers...), r, s) != first {
		return date.Maybe
	}
	return first
}

// inOrder: the first Regex rule decides for good, an Exclude rule only when it matches.
func inOrder(rules []grepRule, r *Record, s *state) date.Tri {
	for i := range rules {
		m := rules[i].matches(r, s)
		if !rules[i].exclude {
			return not(m)
		}
		switch m {
		case date.Yes:
			return date.Yes
		case date.Maybe:
			if inOrder(rules[i+1:], r, s) == date.Yes {
				return date.Yes
			}
			return date.Maybe
		}
	}
	return date.No
}

// joined: all rules are of one kind and count together.
func (g *grep) joined(r *Record, s *state) date.Tri {
	all, one := date.Yes, date.No
	for i := range g.rules {
		switch g.rules[i].matches(r, s) {
		case date.Yes:
			one = date.Yes
		case date.No:
			all = date.No
		case date.Maybe:
			if all == date.Yes {
				all = date.Maybe
			}
			if one == date.No {
				one = date.Maybe
			}
		}
	}
	matched := all
	if g.op == "or" {
		matched = one
	}
	if g.rules[0].exclude {
		return matched
	}
	return not(matched)
}

// why tells a selection by names, which is for certain, from one by what a record holds.
func (g *grep) why(r *Record, s *state) Why {
	if g.drops(r, s) == date.Yes {
		return Dropped
	}
	return MayDrop
}

func not(t date.Tri) date.Tri {
	switch t {
	case date.Yes:
		return date.No
	case date.No:
		return date.Yes
	}
	return date.Maybe
}
