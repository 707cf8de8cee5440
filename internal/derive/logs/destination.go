package logs

import (
	"cmp"
	"encoding/base64"
	"net/netip"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Destination is a place that records reach or may reach.
type Destination struct {
	// Object and Field name the configuration that holds it.
	Object facts.Ref
	Field  string
	// Collector is the workload that sends.
	Collector facts.Ref
	// Plugin in the words of the collector: es, s3, loki, otlphttp, ...
	Plugin string
	// Provider as in the region table where it follows from the plugin: aws, azure, gcp.
	Provider string
	// Host without scheme, port, path and user; Region and Bucket as configured.
	Host, Region, Bucket string
	// RegionFromDefault is true where Region is the product's default, because the configuration names none.
	RegionFromDefault bool
	// InCluster is true where Host is a Service of this cluster, which Service names. Whether it exists is not said.
	InCluster bool
	Service   facts.Ref
	// Called is the name in the configuration where it is that of a Service that leads to something else than pods: to Hosts,
	// of which Host is the first. Empty otherwise.
	Called string
	Hosts  []string
	// Store is the recognised store behind the Service, nil where none is known.
	Store *Store
	// Behind is set on the object store of a store in the cluster: what that store keeps lies there.
	Behind *Store
	// Unread says why it cannot be read where the records go, as the end of a sentence; empty where it can.
	Unread string
	// Certain is true where records reach it for sure.
	Certain bool
	// TLS and TLSVerify as configured.
	TLS, TLSVerify facts.Tristate
	// RetainsFor is the retention that the sender itself sets at the destination, zero where it sets none.
	RetainsFor time.Duration
	// Tenant in the store, where the sender names one.
	Tenant string
	// Namespaces of those asked about.
	Namespaces []string
}

// Name of the destination as endpoints and attestations name it: the host, or provider/bucket, provider/region, or the plugin.
func (d Destination) Name() string {
	switch {
	case len(d.Hosts) > 1:
		return d.Called
	case d.Host != "":
		return d.Host
	case d.Provider != "" && d.Bucket != "":
		return d.Provider + "/" + d.Bucket
	case d.Provider != "" && d.Region != "":
		return d.Provider + "/" + d.Region
	}
	return cmp.Or(d.Provider, d.Plugin)
}

// Output is an output of a collector with the destinations it sends to.
type Output struct {
	At Place
	To []Destination
	// dead outputs keep nothing.
	dead bool
	// loses says how the output loses records by design.
	loses string
	// strange is true for a plugin that is not known: nobody knows whether it keeps anything.
	strange bool
	// match of Fluent Bit.
	match matcher
	// next takes the record on within the same system, such as the flows behind an agent of the Logging operator.
	next func(*Record) Outcome
	// hops are collectors behind the Service that the output sends to; opaqueHop is true where one must be and none is known.
	hops      []*Collector
	opaqueHop bool
}

// settingsOf reads the settings of an output; what is not known makes the destination unread.
type settingsOf struct {
	*placed
	vars variables
	d    *Destination
}

// get gives the first of several settings that is set, its values joined by commas; empty where it is not set or not known.
func (s settingsOf) get(keys ...string) string {
	for _, key := range keys {
		if text := strings.Join(s.All(key), ","); text != "" {
			v, ok := s.vars.expand(text)
			if !ok {
				s.d.Unread = "its " + key + " is taken from the environment (" + text + ")"
				return ""
			}
			return v
		}
	}
	return ""
}

// getOr is get with a default for what is not set.
func (s settingsOf) getOr(fallback string, keys ...string) (value string, isDefault bool) {
	for _, key := range keys {
		if len(s.All(key)) > 0 {
			return s.get(key), false
		}
	}
	return fallback, fallback != ""
}

// hostOf gives the host of an address or URL, without scheme, user, port and path.
func hostOf(address string) string {
	if _, rest, ok := strings.Cut(address, "://"); ok {
		address = rest
	}
	address, _, _ = strings.Cut(strings.TrimPrefix(address, "//"), "/")
	if i := strings.LastIndexByte(address, '@'); i >= 0 {
		address = address[i+1:]
	}
	if inner, ok := strings.CutPrefix(address, "["); ok { // [::1]:80
		address, _, _ = strings.Cut(inner, "]")
	} else if strings.Count(address, ":") == 1 { // host:80, but not ::1
		address, _, _ = strings.Cut(address, ":")
	}
	return strings.ToLower(strings.TrimSuffix(address, "."))
}

// hostsOf splits a list of addresses.
func hostsOf(list string) []string {
	var out []string
	for a := range strings.SplitSeq(list, ",") {
		if h := hostOf(strings.TrimSpace(a)); h != "" {
			out = append(out, h)
		}
	}
	return out
}

// cloudHost gives the host that an Elastic cloud.id stands for: name:base64(host$...); empty where it cannot be read.
func cloudHost(id string) string {
	_, encoded, ok := strings.Cut(id, ":")
	if !ok {
		return ""
	}
	text, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return ""
	}
	domain, rest, _ := strings.Cut(string(text), "$")
	uuid, _, _ := strings.Cut(rest, "$")
	if uuid == "" {
		return hostOf(domain)
	}
	return uuid + "." + hostOf(domain)
}

// isLocal tells whether a host is the pod or node itself.
func isLocal(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// switchedOn reads a boolean as Fluent Bit does; anything else is not known.
func switchedOn(value string) facts.Tristate {
	switch strings.ToLower(value) {
	case "on", "true", "yes":
		return facts.Yes
	case "off", "false", "no":
		return facts.No
	}
	return facts.NotKnown
}
