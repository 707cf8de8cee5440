package logs

import (
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// newFilebeat reads a configuration of Filebeat.
func newFilebeat(sections []placed, vars variables) *flat {
	f := &flat{}
	var inputs []func(*Record) Outcome
	drops := ""
	for i := range sections {
		s := &sections[i]
		switch s.Kind {
		case "input":
			inputs = append(inputs, filebeatInput(s))
		case "provider":
			inputs = append(inputs, filebeatHints(s))
		case "processor":
			if s.Name == "drop_event" || s.Name == "rate_limit" || s.Name == "script" {
				drops = "processor " + s.Name
			}
		case "output":
			if s.Get("enabled") != "false" {
				f.outs = append(f.outs, newBeatOutput(s, sections, vars))
			}
		}
	}
	f.reads = func(r *Record) Outcome {
		out := nothing
		for _, in := range inputs {
			out = copies(out, in(r))
		}
		out = out.or(NoInput, Place{Object: objectOf(sections), Text: "it has no input"})
		if drops != "" && out.Answer == date.Yes {
			return uncertain(MayDrop, Place{Text: drops})
		}
		return out
	}
	return f
}

func filebeatInput(s *placed) func(*Record) Outcome {
	at := s.place("input " + s.Name)
	paths := compileGlobs(globTree, s.All("paths"))
	excludes := append(s.All("exclude_files"), s.All("prospector.scanner.exclude_files")...)
	return func(r *Record) Outcome {
		if s.Get("enabled") == "false" {
			return refused(NoInput, at)
		}
		for _, f := range r.files() {
			if f.exists != date.Yes || !matchAny(paths, f.path) {
				continue
			}
			for _, e := range excludes {
				re := compileRegex(e)
				if re == nil {
					return uncertain(Undecidable, at)
				}
				if re.MatchString(f.path) {
					return refused(PathExcluded, at)
				}
			}
			if drops := filebeatDrops(s, ""); drops != "" {
				return uncertain(MayDrop, Place{Object: at.Object, Field: at.Field, Text: drops + " of input " + s.Name})
			}
			return Outcome{Answer: date.Yes}
		}
		return refused(NoInput, at)
	}
}

// filebeatDrops says what in the settings of an input, which begin with a prefix, may leave records out; empty where nothing does.
func filebeatDrops(s *placed, prefix string) string {
	if s.Get(prefix+"drops") == "true" {
		return "processor drop_event"
	}
	for _, key := range []string{"exclude_lines", "include_lines"} {
		if len(s.All(prefix+key)) > 0 {
			return key
		}
	}
	for _, key := range []string{"stream", "parsers.container.stream"} {
		if stream := s.Get(prefix + key); stream != "" && stream != "all" {
			return key + ": " + stream
		}
	}
	return youngOnly(s, prefix+"ignore_older")
}

// youngOnly tells of a limit on the age of files that may leave out what a container writes seldom; empty for none.
func youngOnly(s *placed, key string) string {
	text := s.Get(key)
	if age, err := time.ParseDuration(text); text == "" || err == nil && (age <= 0 || age >= minIgnoreOlder) {
		return ""
	}
	return key + ": " + text
}

// filebeatHints: with hints every container is read unless it opts out, or only those that opt in.
func filebeatHints(s *placed) func(*Record) Outcome {
	at := s.place("autodiscover " + s.Name)
	return func(r *Record) Outcome {
		if s.Name != "kubernetes" || !r.seesAny() {
			return refused(NoInput, at)
		}
		if only := s.Get("namespace"); only != "" && only != r.Namespace {
			return refused(NoInput, Place{Object: at.Object, Field: at.Field, Text: at.Text + " reads namespace " + only + " only"})
		}
		if s.Get("hints.enabled") != "true" {
			return uncertain(Undecidable, at) // templates with conditions
		}
		if drops := filebeatDrops(s, "hints.default_config."); drops != "" {
			return uncertain(MayDrop, Place{Object: at.Object, Field: at.Field, Text: drops + " of " + at.Text})
		}
		if len(s.All("hints.default_config.type")) == 0 && s.Get("hints.default_config.enabled") != "false" {
			return Outcome{Answer: hintsAnswer(r, true), Why: OptedOut, At: at}.settled()
		}
		return Outcome{Answer: hintsAnswer(r, s.Get("hints.default_config.enabled") != "false"), Why: OptedOut, At: at}.settled()
	}
}

func hintsAnswer(r *Record, byDefault bool) date.Tri {
	if r.IgnoreOptOut && byDefault {
		return date.Yes
	}
	switch hintsSetting(r.Annotations, r.Container) {
	case facts.Yes:
		return date.Yes
	case facts.No:
		return date.No
	}
	return tri(byDefault)
}

// settled takes the reason off an outcome that needs none.
func (o Outcome) settled() Outcome {
	if o.Answer == date.Yes {
		o.Why, o.At = "", Place{}
	}
	return o
}

func newBeatOutput(s *placed, sections []placed, vars variables) *Output {
	o := newURLOutput(s, "output."+s.Name, strings.Join(s.All("hosts"), ","), s.Name, vars)
	if s.Name == "console" || s.Name == "file" || s.Name == "discard" {
		o.dead, o.To = true, nil
		return o
	}
	for i := range sections {
		if id := sections[i].Get("id"); sections[i].Kind == "cloud" && id != "" {
			id, ok := vars.expand(id)
			o.To = o.To[:1]
			o.To[0].Host, o.To[0].TLS, o.To[0].Unread = "", facts.Yes, ""
			if host := cloudHost(id); ok && host != "" {
				o.To[0].Host = host
			} else {
				o.To[0].Unread = "its cloud.id cannot be read"
			}
		}
	}
	if s.Get("ssl.verification_mode") == "none" {
		for i := range o.To {
			o.To[i].TLSVerify = facts.No
		}
	}
	return o
}
