package api

import (
	"fmt"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// format is one rule on the form of a string: wherever a field has a rule whose message contains says, every bad value is
// refused with the whole message and every good one is accepted.
type format struct {
	says      string
	bad, good []string
	// longest returns the i-th of the longest good values with at most limit characters; the largest objects use it.
	longest func(limit, i int) string
}

// padded returns a name of exactly limit characters that differs for every i.
func padded(limit, i int) string {
	s := fmt.Sprintf("n%d", i)
	return s + strings.Repeat("x", limit-len(s))
}

func withSuffix(suffix string) func(limit, i int) string {
	return func(limit, i int) string { return padded(limit-len(suffix), i) + suffix }
}

func always(s string) func(int, int) string { return func(int, int) string { return s } }

// formats by a sentence that says what they are for. A field may have several.
func formats() map[string]format {
	return map[string]format{
		"a line has no line breaks, control or invisible characters": {
			says: "one line of printable text",
			bad:  []string{"two\nlines", "tab\there", "\x1b[31mred", "zero\u200bwidth", "right\u202eto left", "para\u2029graph"},
			good: []string{"KOMBIT A/S", "Ærø Kommune, 5970 (§ 3)"}, longest: padded,
		},
		"a resource is named exactly": {
			says:    "the metadata.name of one resource",
			bad:     []string{"aula-*", "*", "Aula", "aula production", "aula/x", "-aula", "aula-", "ærø"},
			good:    []string{"aula", "aula-2.production", "4u"},
			longest: padded,
		},
		"a link of the chain has a short name": {
			says: "a short name in lower-case letters, digits and hyphens",
			bad:  []string{"Processor", "sub processor", "a.b", "-a"}, good: []string{}, longest: padded,
		},
		"a namespace is named exactly": {
			says: "the name of one namespace", bad: []string{"aula-*", "Aula", "a.b", "a_b", "-a", "a-"}, good: []string{}, longest: padded,
		},
		"a pattern of namespaces is a name or a prefix with one trailing asterisk": {
			says: "or a prefix with one trailing *, for example aula-*",
			bad:  []string{"*", "*-aula", "aula-*-x", "aula-**", "Aula", "a.b", "-a", "aula-?", "aula-[ab]"},
			good: []string{"kube-system", "k*"}, longest: padded,
		},
		"a pattern of claims is a name or a prefix with one trailing asterisk": {
			says: "or a prefix with one trailing *, for example cache-redis-*",
			bad:  []string{"*", "*-cache", "a-*-b", "Cache", "a_b"}, good: []string{"data.0", "data-*", "d*"}, longest: padded,
		},
		"an endpoint is a host or a store at a provider": {
			says: "one host without scheme, port or wildcard",
			bad:  []string{"https://logs.example.org", "logs.example.org:443", "logs.example.org:443/path", "[2001:db8::1]", "-a", "*.example.org", "azure/", "/bucket", "a b", "azure/a*"},
			good: []string{"192.0.2.1", "2001:db8::2", "logs_1.example.org", "azure/audit/backups"}, longest: padded,
		},
		"a provider is written as in the region table": {
			says: "a provider by its name in the region table",
			bad:  []string{"AWS", "amazon web services", "aws*", "dc_1"}, good: []string{"aws", "dc-1.example.org"}, longest: padded,
		},
		"a region is named exactly": {
			says: "the exact name of one region or zone",
			bad:  []string{"eu-*", "eu west", "eu-west-1,eu-north-1", "-eu"},
			good: []string{"EU-WEST-LZ-MNC", "de/fra", "eur4"}, longest: padded,
		},
		"a scheduler is named exactly": {
			says: "a scheduler by the name that pods give it", bad: []string{"*", "Volcano", "a b"}, good: []string{"my-scheduler.v2"}, longest: padded,
		},
		"a label key is one that Kubernetes accepts": {
			says: "a label key, for example dc.example.org/site",
			bad:  []string{"a b", "/site", "Dc.example.org/site", "dc.example.org/", "a/b/c", "-a", strings.Repeat("x", 64)},
			good: []string{"site", "dc.example.org/Site_1"},
			longest: func(limit, i int) string {
				return padded(limit-64, i) + "/" + padded(63, i)
			},
		},
		"a prefix of provider IDs ends in a separator": {
			says: "a prefix that ends in a separator",
			bad:  []string{"dc1", "dc1://x", "://", "*://", "dc 1://"}, good: []string{"kind://", "azure:///subscriptions/", "dc1:"},
			longest: withSuffix("://"),
		},
		"a person is a user name or an e-mail address": {
			says: "one person's user name or e-mail address",
			bad: []string{
				" jane@example.org", "jane@example.org ", "Jane <jane@example.org>", "jane+x@example.org", "jane\u00a0doe",
				"jane\u200b", "*", "jane; john", "jane\ndoe", "_", "oidc:",
			},
			good:    []string{"ann", "mailto:ann@example.org", "oidc:Ann", "Søren Å. Ærø", "Hansen, Ann", `EXAMPLE\ann`, "O'Brien"},
			longest: padded,
		},
		"a service account is not a person": {
			says: "a person, not a service account or system user",
			bad: []string{
				"system:serviceaccount:flux-system:flux", "SYSTEM:ServiceAccount:flux:flux", "  system:admin", "system:masters",
				"mailto:system:serviceaccount:a:b", "oidc:system:serviceaccount:a:b", "ci@project.iam.gserviceaccount.com",
			},
			good: []string{"systemadmin@example.org"},
		},
		"an e-mail address is one address": {
			says: "one e-mail address, for example security@example.org",
			bad:  []string{"security", "a@b", "a@example.org, b@example.org", "Security <a@example.org>", "a b@example.org", "@example.org", "a@example.org."},
			good: []string{"a+b@mail.example.org"}, longest: withSuffix("@mail.example.org"),
		},
		"a phone number has digits": {
			says: "one phone number in digits", bad: []string{"call us", "+", "12,34"}, good: []string{"12345678", "+45 (12) 34-56"},
			longest: func(limit, _ int) string { return strings.Repeat("4", limit) },
		},
		"a control is an identifier of the catalogue": {
			says: "one control of the catalogue",
			bad:  []string{"", "LOC", "loc-01", "LOC-1", "LOC-001", "LOC_01", "LOC-*", "ALL"}, good: []string{"BCK-03"},
			longest: func(_, i int) string { return fmt.Sprintf("A%c%c-%02d", 'A'+i/2600, 'A'+i/100%26, i%100) },
		},
		"a duration is a whole number and one unit": {
			says: "a whole number and one unit",
			bad: []string{
				"", "1", "1 hour", "1.5h", "0h", "00h", "-1h", "1H", "1h30m", "30s", "P1D", "1M", "1000000h", "40000d", "10000w", "1000mo",
				"100y", "1h ", "24 h", "13 months",
			},
			good: []string{"1m", "999999m", "999999h", "39999d", "9999w", "999mo", "99y"}, longest: always("999999h"),
		},
		"a date is written year, month, day": {
			says: "a date written year-month-day",
			bad: []string{
				"", "2026", "2026-03", "2026-Q1", "2026-3-1", "26-03-01", "01-03-2026", "2026/03/01", "2026-13-01", "2026-00-10",
				"2026-01-00", "2026-01-32", "2026-03-01T00:00:00Z", "1899-12-31", "2200-01-01", "0001-01-01", "tomorrow",
			},
			longest: always("2199-12-31"),
		},
		"a date exists in the calendar": {
			says:    "the month has no such day",
			bad:     []string{"2026-02-29", "2026-02-30", "2026-02-31", "2028-02-30", "1900-02-29", "2100-02-29", "2026-04-31", "2026-11-31"},
			longest: always("2199-12-31"),
		},
		"a date is as precise as its source": {
			says: "a date as precise as it is known",
			bad: []string{
				"", "22", "2022-Q0", "2022-Q5", "2022-q2", "Q2/2022", "2022-13", "2022-00", "2022-1", "2022-12-32", "2022-06-8", "08-06-2023",
				"december 2023", "1899", "2200", "2023-06-08T00:00:00Z",
			},
			good:    []string{"2022", "2022-Q2", "2022-12", "2022-12-31", "2028-02-29"},
			longest: always("2199-12-31"),
		},
		"a point in time has its offset": {
			says: "a point in time with its offset from UTC",
			bad: []string{
				"", "2026-11-20", "2026-11-20T14:05", "2026-11-20T14:05:00", "2026-11-20 14:05:00+01:00", "2026-11-20t14:05:00z",
				"2026-11-20T24:00:00Z", "2026-11-20T14:60:00Z", "2026-11-20T23:59:60Z", "2026-11-20T14:05:00.5Z", "2026-13-20T14:05:00Z",
				"2026-11-32T14:05:00Z", "2026-11-20T14:05:00+1:00", "2026-11-20T14:05:00+15:00", "2026-11-20T14:05:00 CET", "2200-01-01T00:00:00Z",
				"yesterday",
			},
			good:    []string{"2026-12-20T14:05:00+01:00", "2026-12-20T13:05:00Z", "2026-12-20T14:05:00-11:30", "2028-02-29T00:00:00Z"},
			longest: always("2199-12-31T23:59:59+14:59"),
		},
		"a point in time lies on a day that exists": {
			says: "on a day that the calendar does not have",
			bad:  []string{"2026-02-29T10:00:00Z", "2026-02-31T10:00:00+01:00", "2100-02-29T10:00:00Z", "2026-04-31T10:00:00Z", "2026-11-31T23:59:59Z"},
		},
		"an image source is a registry or a prefix that ends in a slash": {
			says: "a registry by its exact host",
			bad: []string{
				"https://ghcr.io", "ghcr.io/kombit", "ghcr.io/kombit/aula:v1", "ghcr.io/*", "*.example.org", "ghcr", "Ghcr.io", "ghcr.io//", "ghcr.io/kombit//",
				".example.org", "example.org.", "ghcr.io:0", "ghcr.io/@x/", "ghcr.io/kombit/*", "a b.org",
			},
			good: []string{"registry.example.com", "ghcr.io/kombit/", "registry.example.org:5000", "localhost:5000/a/", "docker.io/library/", "ghcr.io/kombit/aula/"},
			longest: func(limit, i int) string {
				return padded(limit-7, i) + ".org/a/"
			},
		},
		"a host is exact or every host of a domain": {
			says: "every host of a domain with a leading dot",
			bad: []string{
				"https://logs.example.org", "logs.example.org:443", "*.example.org", ".org", "org", ".", "..example.org", "Logs.example.org", "example.org.",
				"azure", "azure/*", "/bucket", "a b.org", "logs.example.org/%", "-a.org",
			},
			good: []string{"logs.example.org", ".blob.core.windows.net", "azure/auditbackups", "aws/", "192.0.2.1", "2001:db8::1", "logs_1.example.org"},
			longest: func(limit, i int) string {
				return padded(limit-4, i) + ".org"
			},
		},
		"a driver is named exactly": {
			says: "a CSI driver or provisioner by its exact name", bad: []string{"*", "ebs.csi.*", "a b", "-a"}, good: []string{"kubernetes.io/aws-ebs"}, longest: padded,
		},
		"a range of addresses has a prefix of some length": {
			says: "a range of addresses with at least 8 bits",
			bad:  []string{"", "192.0.2.1", "0.0.0.0/0", "10.0.0.0/7", "::/0", "192.0.2.0/33", "x/24", "192.0.2.0-192.0.2.9"},
			good: []string{"10.0.0.0/8", "192.0.2.0/24", "2001:db8::/32", "192.0.2.1/32"},
			longest: func(_, i int) string {
				return fmt.Sprintf("2001:db8:%04x:aaaa:bbbb:cccc:dddd:eeee/128", i)
			},
		},
		"an object is named exactly": {
			says: "the name of one object", bad: []string{"erase-*", "Erase", "a b", "-a"}, good: []string{"erase.messages-1"}, longest: padded,
		},
		"a metric has a name and no labels": {
			says: "the name of one metric",
			bad:  []string{"feed-age", "feed_age{a='b'}", "1feed", "feed age"}, good: []string{"feed:age_seconds", "_x"},
			longest: padded,
		},
		"a path begins with a slash": {
			says:    "a path that begins with a slash",
			bad:     []string{"health", "https://example.org/health", "/a b", "/a|b"},
			good:    []string{"/", "/a/b-c_d.e~f/%20"},
			longest: func(limit, i int) string { return "/" + padded(limit-1, i) },
		},
		"a prefix of names is not one of Kubernetes' own": {
			says: "names that begin with system: are Kubernetes' own", bad: []string{"system:", "system:serviceaccount:"}, good: []string{"oidc:", "systems:"},
			longest: padded,
		},
		"a digest of a public value is a SHA-256": {
			says: "a SHA-256 in 64 hexadecimal digits",
			bad:  []string{"", "9f86", strings.Repeat("g", 64), strings.Repeat("A", 64)}, good: []string{strings.Repeat("0", 64)},
			longest: func(limit, i int) string { return fmt.Sprintf("%0*d", limit, i) },
		},
		"a country is an ISO code": {
			says: "an ISO 3166-1 alpha-2 country code in capitals",
			bad:  []string{"", "EL", "UK", "EU", "EEA", "XX", "dk", "Dk", "DNK", "Denmark", "D", "*", "XK"},
			good: []string{"GB", "GR", "GL", "FO", "NO"},
			longest: func(_, i int) string {
				return strings.Fields(iso3166)[i%len(strings.Fields(iso3166))]
			},
		},
	}
}

func TestFormatsHoldWhereverTheyApply(t *testing.T) {
	createExamples(t)
	all := formats()
	for _, n := range nodes(t) {
		for _, rule := range n.schema.XValidations {
			if n.schema.Type != "string" {
				continue
			}
			sentence, f := formatOf(all, rule.Message)
			if sentence == "" {
				t.Errorf("%s %s: no case for the rule that says: %s", n.kind, n.path, rule.Message)
			}
			for _, value := range f.bad {
				t.Run(fmt.Sprintf("%s: %s %s %q is refused", sentence, n.kind, n.path, value), func(t *testing.T) {
					t.Parallel()
					at := find(t, n.kind, n.path)
					at.set(value)
					says := rule.Message
					if value == "" && n.schema.MinLength != nil {
						says = "should be at least 1 chars long"
					}
					mustRefuse(t, try(t, n, at.doc), at.path, says)
				})
			}
			for _, value := range f.good {
				if int64(len(value)) > *n.schema.MaxLength {
					continue
				}
				t.Run(fmt.Sprintf("%s: %s %s %q is accepted", sentence, n.kind, n.path, value), func(t *testing.T) {
					t.Parallel()
					at := find(t, n.kind, n.path)
					at.set(value)
					mustNotMention(t, try(t, n, at.doc), at.path)
				})
			}
		}
	}
}

func formatOf(all map[string]format, message string) (string, format) {
	for sentence, f := range all {
		if strings.Contains(message, f.says) {
			return sentence, f
		}
	}
	return "", format{}
}

// mustNotMention accepts a refusal only for what the changed value breaks elsewhere, for example an engagedBy that no
// longer names a link.
func mustNotMention(t testing.TB, err error, field string) {
	t.Helper()
	if err == nil {
		return
	}
	status, ok := err.(apierrors.APIStatus)
	if !ok || !apierrors.IsInvalid(err) {
		t.Errorf("want it accepted, got: %v", err)
		return
	}
	for _, cause := range status.Status().Details.Causes {
		if strings.HasPrefix(cause.Field, field) || strings.Contains(cause.Message, "not checked") {
			t.Errorf("want it accepted, got: %v", err)
		}
	}
}

func TestEveryFormatIsUsedAndCanFail(t *testing.T) {
	used := map[string]bool{}
	for _, n := range nodes(t) {
		for _, rule := range n.schema.XValidations {
			if n.schema.Type == "string" {
				sentence, _ := formatOf(formats(), rule.Message)
				used[sentence] = true
			}
		}
	}
	for sentence, f := range formats() {
		if !used[sentence] {
			t.Errorf("no field has the rule %q", f.says)
		}
		if len(f.bad) == 0 {
			t.Errorf("%s: no bad value", sentence)
		}
	}
}
