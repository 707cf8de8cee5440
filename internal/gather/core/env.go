package core

import (
	"encoding/base64"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// settings are environment variables without secrets that some control looks at in any container.
var settings = []string{
	"DD_LOGS_ENABLED",
	"DD_LOGS_CONFIG_CONTAINER_COLLECT_ALL",
	"DD_CONTAINER_EXCLUDE",
	"DD_CONTAINER_EXCLUDE_LOGS",
	"DD_CONTAINER_INCLUDE",
	"DD_CONTAINER_INCLUDE_LOGS",
	"OTEL_SDK_DISABLED",
	"OTEL_LOGS_EXPORTER",
	"OTEL_METRICS_EXPORTER",
	"OTEL_TRACES_EXPORTER",
	"BACKUP_ANNOTATION",
	"BACKUP_SKIP_WITHOUT_ANNOTATION",
	"BACKUP_GLOBALS3BUCKET",
	"BACKUP_GLOBALS3ENDPOINT",
	"BACKUP_GLOBALRESTORES3BUCKET",
	"BACKUP_GLOBALRESTORES3ENDPOINT",
	"TZ",
}

// ofCollectors are ends of variable names that hold settings in containers with a known image (see KnownImage), where
// their configuration refers to them.
var ofCollectors = []string{"REGION", "BUCKET", "BUCKET_NAME", "BUCKETNAME", "ENDPOINT", "HOST", "HOSTS", "URL", "BROKERS", "SITE", cloudID, "PORT"}

// cloudID ends the names of variables that hold an Elastic cloud id.
const cloudID = "CLOUD_ID"

// service is a telemetry service outside the cluster: variables that name where it is, and variables that show that it is
// used even where it is left at its default place.
type service struct {
	hosts       []variable
	credentials []string
}

// variable is a name, or the start and end of names.
type variable struct{ prefix, suffix string }

func (v variable) matches(name string) bool {
	return strings.HasPrefix(name, v.prefix) && strings.HasSuffix(name, v.suffix) && len(name) >= len(v.prefix)+len(v.suffix)
}

// services are the telemetry services that are recognised by environment variables.
var services = []service{
	{hosts: []variable{{"OTEL_EXPORTER_OTLP_", "ENDPOINT"}, {"OTEL_EXPORTER_JAEGER_ENDPOINT", ""}, {"OTEL_EXPORTER_ZIPKIN_ENDPOINT", ""}}},
	{hosts: []variable{{"JAEGER_ENDPOINT", ""}, {"JAEGER_AGENT_HOST", ""}, {"ZIPKIN_BASE_URL", ""}, {"ZIPKIN_ENDPOINT", ""}}},
	{hosts: []variable{{"DD_SITE", ""}, {"DD_URL", ""}, {"DD_DD_URL", ""}, {"DD_AGENT_HOST", ""}, {"DD_TRACE_AGENT_URL", ""}, {"DD_LOGS_CONFIG_LOGS_DD_URL", ""}},
		credentials: []string{"DD_API_KEY"}},
	{hosts: []variable{{"SENTRY_DSN", ""}}},
	{hosts: []variable{{"APPLICATIONINSIGHTS_CONNECTION_STRING", ""}}, credentials: []string{"APPINSIGHTS_INSTRUMENTATIONKEY"}},
	{hosts: []variable{{"ELASTIC_APM_SERVER_URL", ""}, {"ELASTIC_APM_SERVER_URLS", ""}}},
	{hosts: []variable{{"NEW_RELIC_HOST", ""}}, credentials: []string{"NEW_RELIC_LICENSE_KEY"}},
	{hosts: []variable{{"HONEYCOMB_API_ENDPOINT", ""}}, credentials: []string{"HONEYCOMB_API_KEY"}},
	{hosts: []variable{{"LOKI_", "URL"}, {"LOKI_", "HOST"}, {"LOKI_", "ENDPOINT"}, {"LOKI_", "ADDR"}, {"LOKI_", "ADDRESS"}}},
	{hosts: []variable{{"SPLUNK_", "URL"}, {"SPLUNK_", "ENDPOINT"}, {"SPLUNK_HEC_HOST", ""}},
		credentials: []string{"SPLUNK_ACCESS_TOKEN", "SPLUNK_HEC_TOKEN"}},
}

// ofService gives the service that a variable belongs to and whether the variable names a host.
func ofService(name string) (index int, host, known bool) {
	for i, s := range services {
		if slices.ContainsFunc(s.hosts, func(v variable) bool { return v.matches(name) }) {
			return i, true, true
		}
		if slices.Contains(s.credentials, name) {
			return i, false, true
		}
	}
	return 0, false, false
}

// environment gives what is known of the environment of a container. Hosts are lower case; several are joined by commas.
func environment(vars []corev1.EnvVar, knownImage bool) (plain, telemetry map[string]string) {
	placed := map[int]bool{}
	for _, v := range vars {
		value, readable := resolve(v, vars, 0)
		if readable && setting(v.Name, value, knownImage) {
			plain = with(plain, v.Name, settingValue(v.Name, value))
		}
		i, host, known := ofService(v.Name)
		if !known || !host || v.Value == "" && v.ValueFrom == nil { // an empty value is as good as none
			continue
		}
		placed[i] = true
		telemetry = with(telemetry, v.Name, "")
		if readable {
			telemetry[v.Name] = hostsOf(value)
		}
	}
	for _, v := range vars {
		if i, host, known := ofService(v.Name); known && !host && !placed[i] && (v.Value != "" || v.ValueFrom != nil) {
			telemetry = with(telemetry, v.Name, "")
		}
	}
	return plain, telemetry
}

func with(m map[string]string, key, value string) map[string]string {
	if m == nil {
		m = map[string]string{}
	}
	m[key] = value
	return m
}

func setting(name, value string, knownImage bool) bool {
	if slices.Contains(settings, name) {
		return true
	}
	connection := strings.ContainsAny(value, "=; \t\n") && !strings.HasSuffix(name, cloudID)
	plain := !secretLike(name) && !connection
	return knownImage && plain && slices.ContainsFunc(ofCollectors, func(end string) bool {
		return name == end || strings.HasSuffix(name, "_"+end)
	})
}

func settingValue(name, value string) string {
	if strings.HasSuffix(name, cloudID) {
		return cloudIDHost(value)
	}
	return stripCredentials(value)
}

// node stands for the addresses of the pod's own node and pod, which are inside the cluster.
const node = "localhost"

// resolve gives the value of a variable with references to other variables filled in, as the kubelet does; false where
// some part of it is not in the object.
func resolve(v corev1.EnvVar, vars []corev1.EnvVar, depth int) (string, bool) {
	if v.ValueFrom != nil {
		if f := v.ValueFrom.FieldRef; f != nil {
			switch f.FieldPath {
			case "status.hostIP", "status.podIP", "status.hostIPs", "status.podIPs", "spec.nodeName":
				return node, true
			}
		}
		return "", false
	}
	if !strings.Contains(v.Value, "$(") {
		return v.Value, true
	}
	if depth > 5 {
		return "", false
	}
	var out strings.Builder
	rest := v.Value
	for {
		before, after, found := strings.Cut(rest, "$(")
		out.WriteString(before)
		if !found {
			return out.String(), true
		}
		name, tail, closed := strings.Cut(after, ")")
		i := slices.IndexFunc(vars, func(o corev1.EnvVar) bool { return o.Name == name })
		if !closed || i < 0 || strings.HasSuffix(before, "$") { // $$( is an escape: not worth following
			return "", false
		}
		value, ok := resolve(vars[i], vars, depth+1)
		if !ok {
			return "", false
		}
		out.WriteString(value)
		rest = tail
	}
}

// hostsOf gives the hosts of a value that holds a host, an address, a comma-separated list of them, or a connection string
// of Application Insights; empty where there is none. Applied to its own outcome it changes nothing.
func hostsOf(value string) string {
	if endpoint, ok := ingestionEndpoint(value); ok {
		return hostOf(endpoint)
	}
	var hosts []string
	for part := range strings.SplitSeq(value, ",") {
		if h := hostOf(part); h != "" && !slices.Contains(hosts, h) {
			hosts = append(hosts, h)
		}
	}
	return strings.Join(hosts, ",")
}

// ingestionEndpoint finds where a connection string sends to. Without an endpoint that is the service's global default.
func ingestionEndpoint(value string) (string, bool) {
	if !strings.Contains(value, "InstrumentationKey=") && !strings.Contains(value, "IngestionEndpoint=") {
		return "", false
	}
	suffix := ""
	for pair := range strings.SplitSeq(value, ";") {
		k, v, _ := strings.Cut(pair, "=")
		switch strings.ToLower(strings.TrimSpace(k)) {
		case "ingestionendpoint":
			return v, true
		case "endpointsuffix":
			suffix = "dc." + strings.TrimSpace(v)
		}
	}
	if suffix != "" {
		return suffix, true
	}
	return "dc.services.visualstudio.com", true
}

// hostOf gives the host of an address in lower case, without user, port and path; empty where it cannot be told.
func hostOf(address string) string {
	address = strings.TrimSpace(address)
	if ip, err := netip.ParseAddr(address); err == nil {
		return ip.WithZone("").String()
	}
	if !strings.Contains(address, "://") {
		address = "//" + address
	}
	u, err := url.Parse(address)
	if err != nil || strings.ContainsAny(u.Hostname(), " \t$(){}") {
		return ""
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil {
		return ip.WithZone("").String()
	}
	return strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
}

// cloudIDHost gives the host in an Elastic cloud id, which is name:base64(host$...). A bare host stays as it is.
func cloudIDHost(id string) string {
	_, encoded, found := strings.Cut(id, ":")
	if !found {
		return hostOf(id)
	}
	decoded, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return ""
	}
	host, _, _ := strings.Cut(string(decoded), "$")
	return hostOf(host)
}
