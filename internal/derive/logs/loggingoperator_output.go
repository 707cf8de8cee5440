package logs

import (
	"strconv"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// fluentdPlace says where an output of the Logging operator holds its destination.
type fluentdPlace struct {
	provider, region, bucket string
	hosts                    []string
	defaultHost              string
	dead                     bool
}

var fluentdOutputs = map[string]fluentdPlace{
	"nullout": {dead: true}, "file": {dead: true}, "relabel": {dead: true},
	"s3":                    {provider: "aws", region: "s3_region", bucket: "s3_bucket", hosts: []string{"s3_endpoint"}},
	"cloudwatch":            {provider: "aws", region: "region", bucket: "log_group_name", hosts: []string{"endpoint"}},
	"kinesisStream":         {provider: "aws", region: "region"},
	"kinesisFirehose":       {provider: "aws", region: "region"},
	"sqs":                   {provider: "aws", region: "region"},
	"awsElasticsearch":      {provider: "aws", region: "endpoint.region", hosts: []string{"endpoint.url"}},
	"gcs":                   {provider: "gcp", bucket: "bucket", defaultHost: "storage.googleapis.com"},
	"azurestorage":          {provider: "azure", bucket: "azure_container"},
	"oss":                   {provider: "alibaba", bucket: "bucket", hosts: []string{"endpoint"}},
	"elasticsearch":         {hosts: []string{"hosts", "host"}},
	"opensearch":            {hosts: []string{"endpoint.url", "hosts", "host"}},
	"loki":                  {hosts: []string{"url"}},
	"kafka":                 {hosts: []string{"brokers"}},
	"splunkHec":             {hosts: []string{"hec_host"}},
	"datadog":               {hosts: []string{"host"}, defaultHost: "http-intake.logs.datadoghq.com"},
	"forward":               {hosts: []string{"servers.host"}},
	"newrelic":              {hosts: []string{"base_uri"}, defaultHost: "log-api.newrelic.com"},
	"logz":                  {hosts: []string{"endpoint.url"}},
	"logdna":                {hosts: []string{"ingester_endpoint"}, defaultHost: "logs.logdna.com"},
	"vmwareLogIntelligence": {hosts: []string{"endpoint_url"}},
	"lmLogs":                {hosts: []string{"company_domain"}},
}

func newFluentdOutput(s *placed) *Output {
	o := &Output{At: s.place("output " + s.Name)}
	place, known := fluentdOutputs[s.Name]
	if place.dead {
		o.dead = true
		return o
	}
	if !known {
		place.hosts = []string{"host", "endpoint", "url"}
	}
	if s.Get("buffer.overflow_action") == "drop_oldest_chunk" {
		o.loses = "a buffer that throws the oldest records away when it is full (overflow_action: drop_oldest_chunk)"
	}
	d := Destination{Object: s.Object, Field: s.Field, Plugin: s.Name, Provider: place.provider, Region: s.Get(place.region),
		Bucket: s.Get(place.bucket), Tenant: s.Get("tenant")}
	if s.Name == "s3" && d.Region == "" {
		d.Region, d.RegionFromDefault = "us-east-1", true
	}
	var hosts []string
	for _, key := range place.hosts {
		if hosts = hostsOf(strings.Join(s.All(key), ",")); len(hosts) > 0 {
			break
		}
	}
	if len(hosts) == 0 && place.defaultHost != "" {
		hosts = []string{place.defaultHost}
	}
	d.TLS, d.TLSVerify = fluentdTLS(s, place)
	if days, err := strconv.Atoi(s.Get("retention_in_days")); err == nil && days > 0 {
		d.RetainsFor = time.Duration(days) * 24 * time.Hour
	}
	o.To = destinations(d, hosts)
	return o
}

func fluentdTLS(s *placed, place fluentdPlace) (tls, verify facts.Tristate) {
	tls, verify = facts.NotKnown, facts.NotKnown
	switch {
	case place.provider != "" || s.Get("scheme") == "https" || s.Get("transport") == "tls" ||
		strings.HasPrefix(s.Get("url")+s.Get("endpoint")+s.Get("endpoint.url"), "https://"):
		tls = facts.Yes
	case s.Name == "elasticsearch" || s.Name == "opensearch" || s.Name == "forward" ||
		strings.HasPrefix(s.Get("url")+s.Get("endpoint"), "http://"):
		tls = facts.No
	}
	if s.Get("ssl_verify") == "false" || s.Get("insecure_tls") == "true" || s.Get("insecure_ssl") == "true" {
		verify = facts.No
	}
	return tls, verify
}
