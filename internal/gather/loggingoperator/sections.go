package loggingoperator

import (
	"fmt"
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/fluentbit"
	"github.com/tilsyn-dev/tilsyn/internal/gather/settings"
)

// Kinds of sections of flows and outputs, which are in the words of Fluentd.
const (
	KindFilter = "filter"
	KindOutput = "output"
)

// Defaults that the operator writes into the configuration of Fluent Bit.
const (
	defaultPath = "/var/log/containers/*.log"
	defaultTag  = "kubernetes.*"
)

func readLogging(p *facts.LogPipeline, spec map[string]any) error {
	p.System = &facts.LogSystem{
		ControlNamespace: settings.String(spec, "controlNamespace"),
		WatchNamespaces:  settings.Strings(spec, "watchNamespaces"),
		AnyNamespace:     settings.String(spec, "allowClusterResourcesFromAllNamespaces") == "true",
		SyslogNG:         spec["syslogNG"] != nil,
	}
	if m := settings.Map(spec, "watchNamespaceSelector"); m != nil {
		s := &metav1.LabelSelector{}
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(m, s); err != nil {
			return fmt.Errorf("spec.watchNamespaceSelector: %w", err)
		}
		if _, err := metav1.LabelSelectorAsSelector(s); err != nil {
			return fmt.Errorf("spec.watchNamespaceSelector: %w", err)
		}
		p.System.WatchSelector = s
	}
	if flow := settings.Map(spec, "defaultFlow"); flow != nil {
		p.System.DefaultFlow = append(settings.Strings(flow, "globalOutputRefs"), settings.Strings(flow, "outputRefs")...)
	}
	p.Sections = filters(settings.List(spec, "globalFilters"))
	if agent := settings.Map(spec, "fluentbit"); agent != nil {
		p.Sections = append(p.Sections, agentSections(agent)...)
		p.Unread = customConfig(agent)
	}
	if settings.String(spec, "flowConfigOverride") != "" {
		p.Unread = "its flowConfigOverride replaces the flows by text that is not read"
	}
	return nil
}

func readAgent(p *facts.LogPipeline, spec map[string]any) error {
	p.Sections = agentSections(spec)
	p.Unread = customConfig(spec)
	return nil
}

func customConfig(agent map[string]any) string {
	if name := settings.String(agent, "customConfigSecret"); name != "" {
		return "its configuration is in Secret " + name + " (customConfigSecret)"
	}
	return ""
}

// agentSections gives what the operator writes of an agent, in its order. The kinds differ from those of Fluentd in a
// prefix, because a Logging holds both.
func agentSections(spec map[string]any) []facts.LogSection {
	tail := fluentbit.Section(AgentPrefix+fluentbit.KindInput, "tail", settings.Map(spec, "inputTail"))
	for _, d := range []facts.LogSetting{{Key: "path", Value: defaultPath}, {Key: "tag", Value: defaultTag}} {
		if tail.Get(d.Key) == "" {
			tail.Settings = append(tail.Settings, d)
		}
	}
	out := []facts.LogSection{tail}
	for _, e := range settings.List(spec, "filterModify") {
		m, _ := e.(map[string]any)
		modify := agentFilter("modify", nil)
		modify.Settings = append(modify.Settings, fluentbit.Modify(m)...)
		out = append(out, modify)
	}
	if settings.String(spec, "disableKubernetesFilter") != "true" {
		k := agentFilter("kubernetes", settings.Map(spec, "filterKubernetes"))
		for _, d := range []facts.LogSetting{{Key: "k8s-logging.exclude", Value: "On"}, {Key: "kube_tag_prefix", Value: "kubernetes.var.log.containers"}} {
			if k.Get(d.Key) == "" {
				k.Settings = append(k.Settings, d)
			}
		}
		out = append(out, k)
	}
	if m := settings.Map(spec, "filterGrep"); m != nil {
		grep := agentFilter("grep", m)
		if op := settings.String(m, "LogicalOp"); op != "" {
			grep.Settings = append(grep.Settings, facts.LogSetting{Key: "logical_op", Value: op})
		}
		out = append(out, grep)
	}
	forward := facts.LogSection{Kind: AgentPrefix + fluentbit.KindOutput, Name: "forward", Settings: []facts.LogSetting{{Key: "match", Value: "*"}}}
	if host := settings.String(spec, "targetHost"); host != "" {
		forward.Settings = append(forward.Settings, facts.LogSetting{Key: "host", Value: host})
	}
	return append(out, forward)
}

// AgentPrefix marks the sections of the agent.
const AgentPrefix = "agent-"

func agentFilter(plugin string, m map[string]any) facts.LogSection {
	s := fluentbit.Section(AgentPrefix+fluentbit.KindFilter, plugin, m)
	if s.Get("match") == "" {
		s.Settings = append(s.Settings, facts.LogSetting{Key: "match", Value: "*"})
	}
	return s
}

func readFlow(p *facts.LogPipeline, spec map[string]any) error {
	p.Flow = &facts.LogFlow{GlobalOutputs: settings.Strings(spec, "globalOutputRefs")}
	if p.Ref.Kind == "Flow" {
		p.Flow.LocalOutputs = append(settings.Strings(spec, "localOutputRefs"), settings.Strings(spec, "outputRefs")...)
	} else {
		p.Flow.GlobalOutputs = append(p.Flow.GlobalOutputs, settings.Strings(spec, "outputRefs")...)
	}
	for _, e := range settings.List(spec, "match") {
		m, _ := e.(map[string]any)
		if s, ok := m["select"].(map[string]any); ok {
			p.Flow.Matches = append(p.Flow.Matches, match(s, false))
		}
		if s, ok := m["exclude"].(map[string]any); ok {
			p.Flow.Matches = append(p.Flow.Matches, match(s, true))
		}
	}
	if labels := settings.Labels(spec, "selectors"); labels != nil && p.Flow.Matches == nil {
		p.Flow.Matches = []facts.LogMatch{{Labels: labels}} // the older form
	}
	p.Sections = filters(settings.List(spec, "filters"))
	return nil
}

func match(m map[string]any, exclude bool) facts.LogMatch {
	return facts.LogMatch{
		Exclude: exclude, Labels: settings.Labels(m, "labels"), Namespaces: settings.Strings(m, "namespaces"),
		NamespaceRegex: settings.Strings(m, "namespaces_regex"), NamespaceLabels: settings.Labels(m, "namespace_labels"),
		Containers: settings.Strings(m, "container_names"), Hosts: settings.Strings(m, "hosts"),
	}
}

// filters keeps the filters of a flow by name, with what decides whether they drop records.
func filters(all []any) []facts.LogSection {
	var out []facts.LogSection
	for _, e := range all {
		m, _ := e.(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(m)) {
			out = append(out, facts.LogSection{Kind: KindFilter, Name: name,
				Settings: settings.Flatten(m[name], func(key string) bool { return key == "reserve_data" })})
		}
	}
	return out
}

// outputKeep are the settings of outputs that tell where records go and whether they are thrown away when the buffer is full.
var outputKeep = settings.Set(
	"s3_bucket", "s3_region", "s3_endpoint", "host", "hosts", "port", "scheme", "ssl_verify", "endpoint", "endpoint.url", "endpoint.region",
	"url", "insecure_tls", "tenant", "brokers", "region", "log_group_name", "auto_create_stream", "retention_in_days", "bucket", "project",
	"azure_container", "azure_cloud", "hec_host", "protocol", "insecure_ssl", "use_ssl", "servers.host", "transport", "base_uri",
	"buffer.overflow_action", "buffer.disable_chunk_backup", "tls", "label", "company_domain", "endpoint_url", "ingester_endpoint")

func readOutput(p *facts.LogPipeline, spec map[string]any) error {
	p.Protected = settings.String(spec, "protected") == "true"
	for _, name := range slices.Sorted(maps.Keys(spec)) {
		m, ok := spec[name].(map[string]any)
		if !ok {
			continue
		}
		p.Sections = append(p.Sections, facts.LogSection{Kind: KindOutput, Name: name,
			Settings: settings.Flatten(m, func(key string) bool { return outputKeep[key] })})
	}
	return nil
}
