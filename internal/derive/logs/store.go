package logs

import (
	"regexp"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Store is a log store that runs in the cluster.
type Store struct {
	// Ref is the object that configures it: a ConfigMap or a LokiStack; the workload where neither is read.
	Ref       facts.Ref
	Field     string
	Product   facts.LogProduct
	Namespace string
	Workloads []facts.Ref
	// Unread says why its retention cannot be read, as the end of a sentence.
	Unread string
	// Period after which records are deleted; zero: never.
	Period time.Duration
	// Enforced tells whether the part that deletes records is on; EnforcedField names the setting.
	Enforced      facts.Tristate
	EnforcedField string
	Overrides     []facts.LogRetention
	// Backend that holds the records: filesystem, s3, gcs, azure, ...
	Backend string
	// Fleeting names a path of records that is lost with the pod, on an emptyDir or in the container itself.
	Fleeting string
	// To is the object store behind it, nil where there is none or it is not read.
	To *Destination
}

// Kept is how long a store keeps the records of a namespace.
type Kept struct {
	// Period that holds for the records; Forever where none are deleted.
	Period  time.Duration
	Forever bool
	// Field names the setting.
	Field string
	// Maybe lists periods of overrides that may hold for some of the records.
	Maybe []facts.LogRetention
}

// Kept tells how long records of a namespace are kept under a tenant; an empty tenant is not known.
func (s *Store) Kept(namespace, tenant string) Kept {
	if s.Enforced == facts.No {
		return Kept{Forever: true, Field: s.EnforcedField}
	}
	k := Kept{Period: s.Period, Forever: s.Period == 0, Field: s.periodField()}
	var stream *facts.LogRetention
	for i := range s.Overrides {
		o := &s.Overrides[i]
		applies := date.Yes
		if o.Tenant != "" && o.Tenant != tenant {
			if tenant != "" {
				continue
			}
			applies = date.Maybe
		}
		if o.Selector != "" {
			applies = both(applies, selects(o.Selector, namespace))
		}
		switch {
		case applies == date.No:
		case applies == date.Maybe:
			k.Maybe = append(k.Maybe, *o)
		case o.Selector == "":
			if stream == nil {
				k.set(o)
			}
		case stream == nil || precedes(o, stream):
			stream = o
			k.set(o)
		}
	}
	return k
}

func (s *Store) periodField() string {
	if s.Ref.Kind == "LokiStack" {
		return "spec.limits.global.retention.days"
	}
	return s.Field + " limits_config.retention_period"
}

func (k *Kept) set(o *facts.LogRetention) {
	k.Period, k.Forever = o.Period, o.Period == 0
	k.Field = "retention_stream " + o.Selector
	if o.Selector == "" {
		k.Field = "overrides." + o.Tenant + ".retention_period"
	}
}

// precedes: streams of a tenant come before global ones, a higher priority before a lower, and the shorter of equal ones.
func precedes(a, b *facts.LogRetention) bool {
	if (a.Tenant != "") != (b.Tenant != "") {
		return a.Tenant != ""
	}
	if a.Priority != b.Priority {
		return a.Priority > b.Priority
	}
	return a.Period < b.Period
}

func both(a, b date.Tri) date.Tri {
	switch {
	case a == date.No || b == date.No:
		return date.No
	case a == date.Yes && b == date.Yes:
		return date.Yes
	}
	return date.Maybe
}

var matcherSyntax = regexp.MustCompile(`^\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"\s*(,|$)`)

// namespaceLabels are the labels under which collectors give the namespace.
var namespaceLabels = []string{"namespace", "kubernetes_namespace_name", "k8s_namespace_name", "namespace_name"}

// selects tells whether a stream selector takes the records of a namespace. Other labels than the namespace are not known.
func selects(selector, namespace string) date.Tri {
	text := strings.TrimSpace(selector)
	text, ok := strings.CutPrefix(text, "{")
	text, closed := strings.CutSuffix(text, "}")
	if !ok || !closed {
		return date.Maybe
	}
	answer := date.Yes
	for strings.TrimSpace(text) != "" {
		m := matcherSyntax.FindStringSubmatch(text)
		if m == nil {
			return date.Maybe
		}
		text = text[len(m[0]):]
		answer = both(answer, matcherTakes(m[1], m[2], m[3], namespace))
	}
	return answer
}

func matcherTakes(label, op, value, namespace string) date.Tri {
	known := false
	for _, l := range namespaceLabels {
		known = known || l == label
	}
	if !known {
		return date.Maybe
	}
	switch op {
	case "=":
		return tri(namespace == value)
	case "!=":
		return tri(namespace != value)
	}
	re, err := regexp.Compile("^(?:" + value + ")$")
	if err != nil {
		return date.Maybe
	}
	return tri(re.MatchString(namespace) == (op == "=~"))
}
