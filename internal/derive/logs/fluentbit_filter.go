package logs

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// state is what is known of a record on its way through the filters.
type state struct {
	tag tag
	// enriched records carry the metadata of Kubernetes.
	enriched bool
	// fuzzy records went through something that may have renamed or removed what later filters look at.
	fuzzy bool
	// unlabelled records carry no labels of the pod (Labels Off).
	unlabelled bool
	depth      int
	steps      *int
}

// maxSteps bounds how many ways of one record are followed; each rule that cannot be decided doubles them.
const maxSteps = 500

// spent tells whether too many ways were followed already.
func (s *state) spent() bool {
	*s.steps++
	return *s.steps > maxSteps
}

// maxDepth bounds how often a record is tagged anew.
const maxDepth = 8

// defaultTagPrefix is the prefix after which the kubernetes filter looks for the names in a tag.
const defaultTagPrefix = "kube.var.log.containers."

func newFilter(s *placed, vars variables) fbFilter {
	f := fbFilter{plugin: s.Name, match: newMatcher(s, vars), at: s.place("[FILTER] " + s.Name)}
	switch s.Name {
	case "grep":
		f.grep = newGrep(s, vars)
	case "rewrite_tag":
		for _, text := range s.All("rule") {
			f.rules = append(f.rules, newRewriteRule(text, vars))
		}
	case "kubernetes":
		f.optOut = facts.No
		if v, set := s.Lookup("k8s-logging.exclude"); set {
			v, known := vars.expand(v)
			if f.optOut = switchedOn(v); !known {
				f.optOut = facts.NotKnown
			}
		}
		f.unlabelled = switchedOn(s.Get("labels")) == facts.No
		f.prefix = s.Get("kube_tag_prefix")
		if f.prefix == "" {
			f.prefix = defaultTagPrefix
		}
	case "log_to_metrics":
		f.value = s.Get("discard_logs")
	}
	return f
}

// run sends a record through the filters from the given one on, and to the outputs.
func (f *fluentBit) run(r *Record, s state, from int) Outcome {
	for i := from; i < len(f.filters); i++ {
		flt := &f.filters[i]
		m := flt.match.of(s.tag)
		if m == date.No {
			continue
		}
		if flt.plugin == "rewrite_tag" {
			return f.rewrite(r, s, i, 0, m)
		}
		drops, why := flt.drops(r, &s)
		if m == date.Maybe {
			s.fuzzy = true
			if drops == date.Yes {
				drops, why = date.Maybe, Undecidable
			}
		}
		switch drops {
		case date.Yes:
			return refused(why, flt.at)
		case date.Maybe:
			return f.run(r, s, i+1).weakened(why, flt.at)
		}
	}
	return f.deliver(r, s)
}

// drops tells whether a filter that matches drops the record, and why; it changes what is known of the record.
func (f *fbFilter) drops(r *Record, s *state) (date.Tri, Why) {
	switch f.plugin {
	case "kubernetes":
		if !strings.HasPrefix(s.tag.text, f.prefix) {
			s.fuzzy = true
		}
		s.enriched, s.unlabelled = true, f.unlabelled
		return f.excludes(r), OptedOut
	case "grep":
		return f.grep.drops(r, s), f.grep.why(r, s)
	case "nest", "modify", "record_modifier", "parser", "type_converter":
		s.fuzzy = true
		return date.No, ""
	case "multiline", "geoip2", "aws", "ecs", "sysinfo", "stdout", "checklist", "expect", "nightfall", "tensorflow":
		return date.No, ""
	case "log_to_metrics":
		switch switchedOn(f.value) {
		case facts.Yes:
			return date.Yes, Dropped
		case facts.No:
			return date.No, ""
		}
		if f.value == "" {
			return date.No, ""
		}
		return date.Maybe, Undecidable
	}
	// throttle, lua, wasm and whatever is not known.
	s.fuzzy = true
	return date.Maybe, MayDrop
}

// excludes tells whether the pod opts out and the kubernetes filter lets it.
func (f *fbFilter) excludes(r *Record) date.Tri {
	if f.optOut == facts.No || r.IgnoreOptOut || fluentBitOptOut(r.Annotations, r.Container) == "" {
		return date.No
	}
	if f.optOut == facts.NotKnown {
		return date.Maybe
	}
	return date.Yes
}

// value gives what a filter sees under a record accessor.
func (s *state) value(r *Record, accessor string) (string, date.Tri) {
	v, present := r.field(accessor)
	switch {
	case present == date.Maybe || s.fuzzy:
		return "", date.Maybe
	case !s.enriched, s.unlabelled && strings.HasPrefix(accessor, "$kubernetes['labels']"):
		return "", date.No // the kubernetes filter did not add it
	}
	return v, present
}

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
