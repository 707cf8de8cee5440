package logs

import (
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// wholeParsers are those that come with Fluent Bit and give all of what they parse in fields. What others leave of a record
// stands in their regular expression, of which nothing is kept.
var wholeParsers = []string{"apache", "apache2", "apache_error", "cri", "docker", "docker-daemon", "envoy", "istio-envoy-proxy", "json",
	"k8s-nginx-ingress", "mongodb", "nginx", "syslog-rfc3164", "syslog-rfc3164-local", "syslog-rfc5424"}

// unknownParser names the first parser that may keep only a part of what it parses.
func unknownParser(names []string) string {
	for _, name := range names {
		if !slices.Contains(wholeParsers, strings.TrimSpace(name)) {
			return name
		}
	}
	return ""
}

// lossyParser is what a parser filter may take from a record.
type lossyParser struct {
	key    string // that it parses
	parser string // that may keep only a part of it; empty where all keep the whole
	// reserves: Reserve_Data, the other keys stay. preserves: so does the parsed one, with Preserve_Key besides.
	reserves, preserves bool
}

func newLossyParser(s *placed) lossyParser {
	p := lossyParser{key: s.Get("key_name"), parser: unknownParser(s.All("parser"))}
	p.reserves = switchedOn(s.Get("reserve_data")) == facts.Yes
	p.preserves = p.reserves && switchedOn(s.Get("preserve_key")) == facts.Yes
	return p
}

// replaces tells whether what the container wrote, which stands under the given key, may be thrown away: of a record that
// is parsed only what the parser found is left, and other keys with Reserve_Data.
func (p *lossyParser) replaces(content string) date.Tri {
	parsed := p.key == content || content == "" && isContentKey(p.key)
	switch {
	case p.key == "", p.preserves, parsed && p.parser == "", p.reserves && !parsed && content != "":
		return date.No
	case !parsed && p.reserves && p.parser == "":
		return date.No
	}
	return date.Maybe
}
