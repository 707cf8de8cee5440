package logs

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// defaultContent is the key under which a tail, and the parsers of Docker and CRI, put what the container wrote.
const defaultContent = "log"

// contentKeys are the usual keys of what a container wrote, in lower case, for where the key is not known.
var contentKeys = []string{defaultContent, "message", "msg", "body", "event", "text"}

func isContentKey(key string) bool {
	return slices.Contains(contentKeys, strings.ToLower(strings.TrimPrefix(key, "$")))
}

// contentOf gives the key under which an input puts what the container wrote, empty where it is not known.
func contentOf(s *placed) string {
	if _, parsed := s.Lookup("parser"); parsed || len(s.All("processors.logs.name")) > 0 {
		return ""
	}
	for _, p := range list(strings.Join(s.All("multiline.parser"), ",")) {
		if p != "docker" && p != "cri" {
			return ""
		}
	}
	return defaultContent
}

// minIgnoreOlder is the age below which a limit on the age of files may leave out what a container writes seldom.
const minIgnoreOlder = time.Hour

// ignoresOlder tells of a limit on the age of files that may leave records out.
func ignoresOlder(s *placed) string {
	v, set := s.Lookup("ignore_older")
	if !set {
		return ""
	}
	if age, ok := fbTime(v); ok && (age == 0 || age >= minIgnoreOlder) {
		return ""
	}
	return "Ignore_Older " + v
}

// fbTime reads a time as Fluent Bit writes it: a number of seconds, or with s, m, h or d behind it.
func fbTime(v string) (time.Duration, bool) {
	unit := time.Second
	if v != "" {
		if u, ok := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}[v[len(v)-1]|0x20]; ok {
			unit, v = u, v[:len(v)-1]
		}
	}
	n, err := strconv.Atoi(v)
	return time.Duration(n) * unit, err == nil && n >= 0
}

// keepingProcessors change records and drop none, unless they take out what the container wrote.
var keepingProcessors = []string{"content_modifier", "labels", "metrics_selector", "opentelemetry_envelope", "modify", "nest", "record_modifier",
	"kubernetes", "type_converter", "cumulative_to_delta"}

// losingActions of content_modifier take the value of a key away.
var losingActions = []string{"delete", "hash", "upsert"}

func droppingProcessor(s *placed) string {
	for _, p := range s.All("processors.logs.name") {
		if !slices.Contains(keepingProcessors, p) {
			return p
		}
	}
	c := &change{}
	for _, set := range s.Settings {
		if key, ok := strings.CutPrefix(set.Key, "processors.logs."); ok {
			c.add(key, set.Value, true)
		}
	}
	if c.loses("") != date.No {
		return c.describe()
	}
	for _, a := range s.All("processors.logs.action") {
		if slices.Contains(losingActions, strings.ToLower(a)) && slices.ContainsFunc(s.All("processors.logs.key"), isContentKey) {
			return "content_modifier (" + a + ")"
		}
	}
	return ""
}

// leavesOut tells of an output that does not send what the container wrote, as far as its settings show.
func leavesOut(s *placed) string {
	for _, key := range []string{"log_key", "body_key", "logs_body_key", "event_key"} {
		if v, set := s.Lookup(key); set && !isContentKey(v) {
			return key + " " + v + ", which sends nothing else of a record,"
		}
	}
	for _, k := range list(strings.Join(s.All("remove_keys"), ",")) {
		if isContentKey(k) {
			return "remove_keys " + k
		}
	}
	return ""
}

// newMoves tells what a filter does to the key of the content; nil where it leaves it.
func newMoves(s *placed) func(*state) {
	switch s.Name {
	case "kubernetes":
		if switchedOn(s.Get("merge_log")) == facts.Yes && switchedOn(s.Get("keep_log")) == facts.No {
			return func(st *state) { st.content = "" } // what was JSON is now under keys of the application
		}
	case "parser":
		return func(st *state) { st.content = "" }
	case "nest":
		return nestMoves(s)
	}
	return nil
}

func nestMoves(s *placed) func(*state) {
	if strings.EqualFold(s.Get("operation"), "lift") {
		return func(st *state) {
			if st.content == s.Get("nested_under") {
				st.content = ""
			}
		}
	}
	return func(st *state) {
		for _, w := range s.All("wildcard") {
			if st.content != "" && matchTag(w, st.content) {
				st.content = s.Get("nest_under")
			}
		}
	}
}
