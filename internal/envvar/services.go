// Package envvar knows the environment variables of containers that name where telemetry goes and where data are kept, and
// takes the hosts, and nothing else, out of their values.
package envvar

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

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

// Service gives the service that a variable belongs to and whether the variable names a host.
func Service(name string) (index int, host, known bool) {
	if !beginsAsService(name) {
		return 0, false, false
	}
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

// beginsAsService tells most other variables by how they begin.
func beginsAsService(name string) bool {
	if len(name) < 2 {
		return false
	}
	switch name[:2] {
	case "AP", "DD", "EL", "HO", "JA", "LO", "NE", "OT", "SE", "SP", "ZI":
		return true
	}
	return false
}

// HostsOf gives the hosts of a value that holds a host, an address, a comma-separated list of them, or a connection string
// of Application Insights; empty where there is none. Applied to its own outcome it changes nothing.
func HostsOf(value string) string {
	if endpoint, ok := ingestionEndpoint(value); ok {
		return HostOf(endpoint)
	}
	if !strings.Contains(value, ",") {
		return HostOf(value)
	}
	var hosts []string
	for part := range strings.SplitSeq(value, ",") {
		if h := HostOf(part); h != "" && !slices.Contains(hosts, h) {
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

// HostOf gives the host of an address in lower case, without user, port and path; empty where it cannot be told.
func HostOf(address string) string {
	address = strings.TrimSpace(address)
	if host, ok := plainHost(address); ok {
		return host
	}
	return hostOfAddress(address)
}

// plainHost reads a name that begins with a letter, with a port or without, as most are written; false for everything else.
func plainHost(address string) (host string, ok bool) {
	host, port, _ := strings.Cut(address, ":")
	if host == "" || !isLetter(host[0]) {
		return "", false
	}
	for i := 1; i < len(host); i++ {
		if c := host[i]; !isLetter(c) && !isDigit(c) && c != '.' && c != '-' && c != '_' {
			return "", false
		}
	}
	for i := range len(port) {
		if !isDigit(port[i]) {
			return "", false
		}
	}
	return strings.ToLower(strings.TrimRight(host, ".")), true
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }

func hostOfAddress(address string) string {
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
	host := strings.ToLower(strings.TrimRight(u.Hostname(), "."))
	if !utf8.ValidString(u.Hostname()) || strings.ContainsAny(host, ":,;=@/?#%[]\\\"") { // what is left of something else, and would be read otherwise the next time
		return ""
	}
	return host
}
