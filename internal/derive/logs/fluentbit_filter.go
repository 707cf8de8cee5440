package logs

import (
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
	// content is the key under which the record holds what the container wrote; empty where it is not known.
	content string
	depth   int
	steps   *int
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
	case "modify", "record_modifier", "checklist":
		f.change = newChange(s, vars)
		if what := f.change.describe(); what != "" {
			f.at.Text += " (" + what + ")"
		}
	}
	if s.Name == "parser" {
		f.lossy = newLossyParser(s)
		if f.lossy.parser != "" {
			f.at.Text += " (Parser " + f.lossy.parser + ")"
		}
	}
	f.moves = newMoves(s)
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
	if f.moves != nil {
		defer f.moves(s)
	}
	switch f.plugin {
	case "kubernetes":
		if !strings.HasPrefix(s.tag.text, f.prefix) {
			s.fuzzy = true
		}
		s.enriched, s.unlabelled = true, f.unlabelled
		return f.excludes(r), OptedOut
	case "grep":
		return f.grep.drops(r, s), f.grep.why(r, s)
	case "checklist": // writes over a key of the records that hold what is on its list
		s.fuzzy = true
		if f.change.loses(s.content) != date.No {
			return date.Maybe, MayDrop
		}
		return date.No, ""
	case "modify", "record_modifier":
		s.fuzzy = true
		lost := f.change.loses(s.content)
		s.content = f.change.renamed(s.content)
		if lost == date.Yes {
			return lost, Dropped
		}
		return lost, MayDrop
	case "parser":
		s.fuzzy = true
		return f.lossy.replaces(s.content), MayDrop
	case "nest", "type_converter":
		s.fuzzy = true
		return date.No, ""
	case "multiline", "geoip2", "aws", "ecs", "sysinfo", "stdout", "expect", "nightfall", "tensorflow":
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
	s.fuzzy, s.content = true, ""
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
