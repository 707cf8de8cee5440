package logs

import (
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// flat is a configuration that sends everything it reads to all its outputs: Promtail, Filebeat, the Datadog Agent.
type flat struct {
	reads func(*Record) Outcome
	outs  []*Output
}

func (f *flat) all() []*Output { return f.outs }

func (f *flat) route(r *Record) Outcome {
	taken := f.reads(r)
	if taken.Answer == date.No {
		return taken
	}
	out := nothing
	for _, o := range f.outs {
		out = copies(out, o.take(r, tag{}))
	}
	out = out.or(NoOutput, Place{Text: "its configuration has no output"})
	if taken.Answer == date.Maybe {
		out = out.weakened(taken.Why, taken.At)
	}
	return out
}

func (f *flat) accept(*Record, tag) Outcome { return refused(NoInput, Place{}) }

// newPromtail reads a configuration of Promtail. Which pods a scrape configuration takes follows from relabelling; without
// drop and keep it takes all.
func newPromtail(sections []placed, vars variables) *flat {
	f := &flat{}
	var scrapes []*placed
	limit := Place{}
	for i := range sections {
		s := &sections[i]
		switch s.Kind {
		case "client":
			f.outs = append(f.outs, newURLOutput(s, "client", s.Get("url"), "loki", vars))
		case "scrape":
			scrapes = append(scrapes, s)
		case "limits":
			if drops := promtailLimits(s); drops != "" {
				limit = s.place(drops + " in limits_config")
			}
		}
	}
	f.reads = func(r *Record) Outcome {
		if !r.seesAny() {
			return refused(NoInput, Place{Object: objectOf(sections), Text: "no log file of a container is mounted"})
		}
		out := nothing
		for _, s := range scrapes {
			out = copies(out, promtailScrape(s, r.Namespace))
		}
		if limit.Text != "" {
			out = out.weakened(MayDrop, limit)
		}
		return out.or(NoInput, Place{Object: objectOf(sections), Text: "it has no scrape_configs"})
	}
	return f
}

// promtailLimits says which limit drops lines; empty where none does.
func promtailLimits(s *placed) string {
	set := func(key string) bool { v := s.Get(key); return v != "" && v != "0" && v != "0B" }
	switch {
	case s.Get("readline_rate_enabled") == "true" && s.Get("readline_rate_drop") != "false": // it drops unless told to wait
		return "readline_rate_drop"
	case set("max_line_size") && s.Get("max_line_size_truncate") != "true":
		return "max_line_size"
	case set("max_streams"):
		return "max_streams"
	}
	return ""
}

// promtailSelects tells whether the discovery of a scrape configuration is told to find all pods of a namespace.
func promtailSelects(s *placed, namespace string) Outcome {
	at := s.place("scrape_configs " + s.Name)
	const discovery = "kubernetes_sd_configs."
	names, several := s.All(discovery+"namespaces.names"), len(s.All(discovery+"role")) > 1
	byNode := func(field string) bool { return strings.HasPrefix(field, "spec.nodeName=") } // each agent its own node
	switch {
	case len(names) > 0 && !slices.Contains(names, namespace) && !several:
		return refused(NoInput, Place{Object: at.Object, Field: at.Field, Text: at.Text + " reads namespace " + strings.Join(names, ", ") + " only"})
	case len(names) > 0 && !slices.Contains(names, namespace), s.Get(discovery+"namespaces.own_namespace") == "true",
		len(s.All(discovery+"selectors.label")) > 0,
		slices.ContainsFunc(s.All(discovery+"selectors.field"), func(field string) bool { return !byNode(field) }):
		return uncertain(Undecidable, Place{Object: at.Object, Field: at.Field, Text: at.Text + " with a selector of its own"})
	}
	return Outcome{Answer: date.Yes}
}

func promtailScrape(s *placed, namespace string) Outcome {
	at := s.place("scrape_configs " + s.Name)
	if !slices.Contains(s.All("kubernetes_sd_configs.role"), "pod") {
		return refused(NoInput, at)
	}
	if o := promtailSelects(s, namespace); o.Answer != date.Yes {
		return o
	}
	for _, a := range s.All("relabel_configs.action") {
		if slices.Contains([]string{"drop", "keep", "dropequal", "keepequal", "hashmod"}, strings.ToLower(a)) {
			return uncertain(Undecidable, Place{Object: at.Object, Field: at.Field, Text: at.Text + " with relabelling that leaves targets out"})
		}
	}
	for _, stage := range s.All("stages") {
		if slices.Contains([]string{"drop", "match", "limit", "sampling"}, stage) {
			return uncertain(MayDrop, Place{Object: at.Object, Field: at.Field, Text: "stage " + stage + " of " + s.Name})
		}
	}
	return Outcome{Answer: date.Yes}
}

// newURLOutput makes an output that is nothing but a URL.
func newURLOutput(s *placed, text, address, plugin string, vars variables) *Output {
	d := Destination{Object: s.Object, Field: s.Field, Plugin: plugin, TLS: facts.No, TLSVerify: facts.Yes, Tenant: s.Get("tenant_id")}
	expanded, ok := vars.expand(address)
	if !ok {
		d.Unread, expanded = "its address is taken from the environment ("+address+")", ""
	}
	if strings.HasPrefix(expanded, "https://") {
		d.TLS = facts.Yes
	}
	return &Output{At: s.place(text), To: destinations(d, hostsOf(expanded))}
}

// newDatadog reads the settings of the Datadog Agent, which are in its environment.
func newDatadog(c *facts.Container, at facts.Ref) *flat {
	place := Place{Object: at, Field: "env", Text: "the environment of container " + c.Name}
	config := c.Configuration()
	site := config.Settings["DD_SITE"]
	if site == "" {
		site = "datadoghq.com"
	}
	d := Destination{Object: at, Field: "env DD_SITE", Plugin: "datadog", Host: site, TLS: facts.Yes, TLSVerify: facts.Yes}
	if _, hidden := config.Telemetry["DD_SITE"]; hidden && config.Settings["DD_SITE"] == "" && config.Telemetry["DD_SITE"] == "" || c.EnvFrom {
		d.Host, d.Unread = "", "DD_SITE is in a Secret or ConfigMap that is not read"
	} else if host := config.Telemetry["DD_SITE"]; host != "" {
		d.Host = host
	}
	return &flat{
		outs:  []*Output{{At: place, To: []Destination{d}}},
		reads: func(r *Record) Outcome { return datadogReads(r, c, place) },
	}
}

func datadogReads(r *Record, c *facts.Container, at Place) Outcome {
	if !r.IgnoreOptOut && datadogOptOut(r.Annotations, r.Container) != "" {
		return refused(OptedOut, at)
	}
	settings := c.Configuration().Settings
	on, all := settings["DD_LOGS_ENABLED"], settings["DD_LOGS_CONFIG_CONTAINER_COLLECT_ALL"]
	switch {
	case c.EnvFrom && (on == "" || all == ""):
		return uncertain(Unread, at)
	case on != "true":
		return refused(NoInput, at)
	case settings["DD_CONTAINER_EXCLUDE"]+settings["DD_CONTAINER_EXCLUDE_LOGS"] != "":
		return uncertain(Undecidable, Place{Object: at.Object, Field: "env", Text: "DD_CONTAINER_EXCLUDE"})
	case all != "true":
		if _, asked := r.Annotations["ad.datadoghq.com/"+r.Container+".logs"]; asked {
			return Outcome{Answer: date.Yes}
		}
		return refused(NoInput, at)
	}
	return Outcome{Answer: date.Yes}
}
