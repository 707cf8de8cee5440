package logs

import (
	"regexp"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// placed is a section with the object that holds it.
type placed struct {
	facts.LogSection
	Object facts.Ref
	Field  string
}

// objectOf gives the object that holds the first section.
func objectOf(sections []placed) facts.Ref {
	if len(sections) == 0 {
		return facts.Ref{}
	}
	return sections[0].Object
}

func (p *placed) place(text string) Place { return Place{Object: p.Object, Field: p.Field, Text: text} }

// fluentBit is a configuration of Fluent Bit, ready to route records.
type fluentBit struct {
	inputs  []fbInput
	filters []fbFilter
	outputs []*Output
}

// fbInput is an input that reads files or takes records from other collectors.
type fbInput struct {
	at       Place
	plugin   string
	tag      string
	tagRegex *regexp.Regexp
	paths    []glob
	excludes []glob
	// unknown is true where tag or paths depend on a variable that is not known.
	unknown bool
	drops   string // a processor or setting that may drop records
	content string // key under which a record holds what the container wrote; empty where it is not known
}

// fbFilter is a filter with the rules of those that select records.
type fbFilter struct {
	at         Place
	plugin     string
	match      matcher
	grep       *grep
	rules      []rewriteRule
	optOut     facts.Tristate // kubernetes: K8S-Logging.Exclude
	prefix     string         // kubernetes: Kube_Tag_Prefix
	unlabelled bool           // kubernetes: Labels Off
	value      string         // log_to_metrics: discard_logs; parser: Key_Name
	lossy      lossyParser    // parser
	change     *change        // modify, record_modifier
	moves      func(*state)   // kubernetes, nest, parser: what becomes of the key of the content
}

// matcher selects tags by Match and Match_Regex; a tag matches if one of them does.
type matcher struct {
	pattern, regex string
	re             *regexp.Regexp
	unknown        bool
	// all is true for the only output of the only input, which need no tag.
	all bool
}

func newMatcher(s *placed, vars variables) matcher {
	var m matcher
	var known, regexKnown bool
	m.pattern, known = vars.expand(s.Get("match"))
	m.regex, regexKnown = vars.expand(s.Get("match_regex"))
	m.unknown = !known || !regexKnown
	if m.regex != "" {
		m.re = compileRegex(m.regex)
	}
	return m
}

func (m *matcher) of(t tag) date.Tri {
	if m.all || m.pattern == "*" {
		return date.Yes
	}
	if m.pattern == "" && m.regex == "" {
		return date.No // Fluent Bit does not load a filter or output without a rule
	}
	if m.unknown || !t.known {
		return date.Maybe
	}
	if m.pattern != "" && matchTag(m.pattern, t.text) {
		return date.Yes
	}
	if m.regex == "" {
		return date.No
	}
	if m.re == nil {
		return date.Maybe
	}
	return tri(m.re.MatchString(t.text))
}

// tag of a record, not known where it depends on what cannot be seen.
type tag struct {
	text  string
	known bool
	// hops counts how many collectors handed the record over.
	hops int
}

func newFluentBit(sections []placed, vars variables) *fluentBit {
	f := &fluentBit{}
	upstreams := upstreamHosts(sections, vars)
	for i := range sections {
		s := &sections[i]
		switch s.Kind {
		case "input":
			f.inputs = append(f.inputs, newInput(s, vars))
		case "filter":
			f.filters = append(f.filters, newFilter(s, vars))
		case "output":
			f.outputs = append(f.outputs, newFluentBitOutput(s, vars, upstreams))
		}
	}
	if len(f.inputs) == 1 && len(f.outputs) == 1 && f.inputs[0].tag == "" &&
		f.outputs[0].match.pattern == "" && f.outputs[0].match.regex == "" {
		f.outputs[0].match.all = true
	}
	return f
}

func upstreamHosts(sections []placed, vars variables) []string {
	var hosts []string
	for i := range sections {
		if sections[i].Kind == "node" {
			if h, ok := vars.expand(sections[i].Get("host")); ok && h != "" {
				hosts = append(hosts, hostOf(h))
			}
		}
	}
	return hosts
}

func newInput(s *placed, vars variables) fbInput {
	in := fbInput{plugin: s.Name, at: s.place("[INPUT] " + s.Name)}
	var known [3]bool
	var paths, excludes string
	in.tag, known[0] = vars.expand(s.Get("tag"))
	paths, known[1] = vars.expand(s.Get("path"))
	excludes, known[2] = vars.expand(s.Get("exclude_path"))
	in.unknown = known != [3]bool{true, true, true}
	in.paths = compileGlobs(globPath, list(paths))
	in.excludes = compileGlobs(globText, list(excludes))
	if expr := s.Get("tag_regex"); expr != "" {
		in.tagRegex = compileRegex(expr)
	}
	in.content = contentOf(s)
	in.drops = ignoresOlder(s)
	if p := unknownParser(s.All("parser")); p != "" {
		in.drops = "parser " + p
	}
	if p := droppingProcessor(s); p != "" {
		in.drops = "processor " + p
	}
	return in
}

func list(s string) []string {
	var out []string
	for e := range strings.SplitSeq(s, ",") {
		if e = strings.TrimSpace(e); e != "" {
			out = append(out, e)
		}
	}
	return out
}

// route follows a record from the files it stands in.
func (f *fluentBit) route(r *Record) Outcome {
	out := nothing
	for i := range f.inputs {
		if in := &f.inputs[i]; in.plugin == "tail" {
			out = copies(out, f.read(r, in))
		}
	}
	return out.or(NoInput, Place{Object: f.object(), Text: "no [INPUT] tails container logs"})
}

func (f *fluentBit) read(r *Record, in *fbInput) Outcome {
	if in.unknown {
		o := f.run(r, newState(tag{}, in.content), 0)
		return o.weakened(Undecidable, in.at)
	}
	out := nothing
	for _, file := range r.files() {
		if !matchAny(in.paths, file.path) {
			continue
		}
		if matchAny(in.excludes, file.path) {
			out = copies(out, refused(PathExcluded, in.at))
			continue
		}
		o := f.run(r, newState(in.tagOf(file.path), in.content), 0)
		if in.drops != "" {
			o = o.weakened(MayDrop, Place{Object: in.at.Object, Field: in.at.Field, Text: in.drops + " of " + in.at.Text})
		}
		if file.exists != date.Yes {
			o = o.weakened(Undecidable, in.at)
		}
		out = copies(out, o)
	}
	return out.or(NoInput, Place{Object: in.at.Object, Field: in.at.Field, Text: "the Path of " + in.at.Text + " is another one"})
}

func newState(t tag, content string) state { return state{tag: t, content: content, steps: new(int)} }

func matchAny(globs []glob, path string) bool {
	for i := range globs {
		if globs[i].match(path) {
			return true
		}
	}
	return false
}

// tagOf gives the tag of a file: a star stands for the path with dots for slashes, and <name> for a group of Tag_Regex.
func (in *fbInput) tagOf(path string) tag {
	t := in.tag
	if t == "" {
		return tag{text: "tail.0"}
	}
	if strings.Contains(t, "<") {
		if in.tagRegex == nil {
			return tag{}
		}
		found := in.tagRegex.FindStringSubmatch(path)
		if found == nil {
			return tag{}
		}
		for i, name := range in.tagRegex.SubexpNames() {
			if name != "" {
				t = strings.ReplaceAll(t, "<"+name+">", found[i])
			}
		}
		return tag{text: t, known: !strings.Contains(t, containerID) && !strings.Contains(t, podUID)}
	}
	return tag{text: strings.Replace(t, "*", strings.ReplaceAll(strings.TrimPrefix(path, "/"), "/", "."), 1), known: true}
}

// accept follows a record that another collector hands over.
func (f *fluentBit) accept(r *Record, t tag) Outcome {
	out := nothing
	for i := range f.inputs {
		in := &f.inputs[i]
		switch in.plugin {
		case "forward", "opentelemetry", "http", "tcp", "syslog", "splunk", "elasticsearch", "udp":
			arrives := tag{hops: t.hops}
			if in.plugin == "forward" && in.tag == "" {
				arrives = t
			} else if in.tag != "" && !in.unknown {
				arrives = tag{text: in.tag, known: true, hops: t.hops}
			}
			handed := newState(arrives, "")
			handed.fuzzy = true
			out = copies(out, f.run(r, handed, 0))
		}
	}
	return out.or(NoInput, Place{Object: f.object(), Text: "no [INPUT] takes what is handed over"})
}

func (f *fluentBit) all() []*Output { return f.outputs }
