package placement

import (
	"math"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// invalid returns the part of an expression that the scheduler would fail to
// parse, or "": key, operator or values.
func invalid(e *corev1.NodeSelectorRequirement) string {
	if e.Key != corev1.LabelTopologyRegion && e.Key != corev1.LabelTopologyZone && !validKey(e.Key) {
		return "key"
	}
	switch e.Operator {
	case corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn:
		if len(e.Values) == 0 {
			return "values"
		}
	case corev1.NodeSelectorOpExists, corev1.NodeSelectorOpDoesNotExist:
		if len(e.Values) != 0 {
			return "values"
		}
	case corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt:
		if len(e.Values) != 1 {
			return "values"
		}
		if _, ok := integer(e.Values[0]); !ok {
			return "values"
		}
	default:
		return "operator"
	}
	for _, v := range e.Values {
		if !validName(v, true) {
			return "values"
		}
	}
	return ""
}

// acceptsValue reports whether a node that carries the label with a value meets a
// valid expression.
func acceptsValue(e *corev1.NodeSelectorRequirement, value string) bool {
	switch e.Operator {
	case corev1.NodeSelectorOpIn:
		return slices.Contains(e.Values, value)
	case corev1.NodeSelectorOpNotIn:
		return !slices.Contains(e.Values, value)
	case corev1.NodeSelectorOpExists:
		return true
	case corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt:
		have, ok := integer(value)
		bound, _ := integer(e.Values[0])
		if e.Operator == corev1.NodeSelectorOpGt {
			return ok && have > bound
		}
		return ok && have < bound
	default: // DoesNotExist
		return false
	}
}

// acceptsAbsence reports whether a node without the label meets a valid
// expression.
func acceptsAbsence(e *corev1.NodeSelectorRequirement) bool {
	return e.Operator == corev1.NodeSelectorOpNotIn || e.Operator == corev1.NodeSelectorOpDoesNotExist
}

// integer reads a label value as the scheduler does, without making an error for
// the ordinary value that is none.
func integer(s string) (int64, bool) {
	digits := strings.TrimLeft(s, "+-")
	if digits == "" || len(s)-len(digits) > 1 {
		return 0, false
	}
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

// The limits of label keys and values. These checks agree with those of
// k8s.io/apimachinery, which use regular expressions and cost more than the rest
// of a decision; a test compares them.
const (
	maxName   = 63
	maxPrefix = 253
)

// validKey reports whether s is a qualified name.
func validKey(s string) bool {
	prefix, name, ok := strings.Cut(s, "/")
	if !ok {
		return validName(s, false)
	}
	if prefix == "" || len(prefix) > maxPrefix {
		return false
	}
	for part := range strings.SplitSeq(prefix, ".") {
		if !validDNSLabel(part) {
			return false
		}
	}
	return validName(name, false)
}

// validName reports whether s is letters and digits with hyphens, underscores and
// dots between them.
func validName(s string, mayBeEmpty bool) bool {
	if s == "" {
		return mayBeEmpty
	}
	if len(s) > maxName || !alphanumeric(s[0]) || !alphanumeric(s[len(s)-1]) {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !alphanumeric(c) && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return true
}

// validDNSLabel allows any length; only the whole prefix is bounded.
func validDNSLabel(s string) bool {
	if s == "" || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

func alphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// interval is the integers that Gt and Lt expressions leave.
type interval struct {
	bounded  bool // there is such an expression
	low, top int64
}

// narrow takes an expression on the key into account. A label value never starts
// with a sign, so that no label is below zero.
func (iv *interval) narrow(e *corev1.NodeSelectorRequirement) {
	if e.Operator != corev1.NodeSelectorOpGt && e.Operator != corev1.NodeSelectorOpLt {
		return
	}
	if !iv.bounded {
		*iv = interval{bounded: true, low: 0, top: math.MaxInt64}
	}
	bound, _ := integer(e.Values[0])
	switch {
	case e.Operator == corev1.NodeSelectorOpLt:
		iv.top = min(iv.top, bound-1) // valid bounds are not negative
	case bound == math.MaxInt64:
		iv.top = -1
	default:
		iv.low = max(iv.low, bound+1)
	}
}
