package files

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// sureness tells of which rules it is plain that a value keeps them, so that they need not be compiled: compiling is most of
// what it takes to judge a few resources, and most rules are a regular expression or the presence of a field. It knows a
// part of CEL and is silent about the rest, and it never says that a rule is broken: CEL does, in the words of the API server.
type sureness struct {
	rules    map[string][]token
	patterns map[string]*regexp.Regexp
}

func newSureness() *sureness {
	return &sureness{rules: map[string][]token{}, patterns: map[string]*regexp.Regexp{}}
}

// of tells whether a new object surely keeps a rule on a value in it; false means that it has to be asked.
func (s *sureness) of(rule *apiextensionsv1.ValidationRule, self any) bool {
	tokens, known := s.rules[rule.Rule]
	if !known {
		tokens = tokensOf(rule.Rule)
		s.rules[rule.Rule] = tokens
	}
	if rule.OptionalOldSelf != nil || tokens == nil {
		return false
	}
	if slices.Contains(tokens, token{kind: word, text: "oldSelf"}) {
		return true // rules on changes are not asked about what is new
	}
	e := evaluator{sureness: s, tokens: tokens, self: self}
	return e.either() == true && e.at == len(tokens)
}

// evaluator evaluates a rule from left to right. What it does not know is unknown, which neither holds nor fails.
type evaluator struct {
	*sureness
	tokens []token
	at     int
	self   any
}

// unknown is the value of what cannot be told.
type unknown struct{}

// is takes the next token if it is this one.
func (e *evaluator) is(text string) bool {
	if e.at < len(e.tokens) && e.tokens[e.at].kind != literal && e.tokens[e.at].text == text {
		e.at++
		return true
	}
	return false
}

// fail stops: nothing that follows can be relied on.
func (e *evaluator) fail() any {
	e.at = len(e.tokens) + 1
	return unknown{}
}

// skip passes over what cannot change the outcome any more, up to the end of the brackets that it stands in or, if it is
// an operand of &&, the next ||.
func (e *evaluator) skip(operand bool) {
	for depth := 0; e.at < len(e.tokens); e.at++ {
		if e.tokens[e.at].kind != mark {
			continue
		}
		switch e.tokens[e.at].text {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			if depth == 0 {
				return
			}
			depth--
		case ",":
			if depth == 0 {
				return
			}
		case "||":
			if depth == 0 && operand {
				return
			}
		case "?": // binds less than what was evaluated, which then is a part of its condition
			if depth == 0 {
				e.fail()
				return
			}
		}
	}
}

func (e *evaluator) either() any {
	held := e.both()
	for e.is("||") {
		if held == true {
			e.skip(false)
			break
		}
		if other := e.both(); held == false || other == true {
			held = other
		}
	}
	return held
}

func (e *evaluator) both() any {
	held := e.relation()
	for e.is("&&") {
		if held == false {
			e.skip(true)
			break
		}
		if other := e.relation(); held == true || other == false {
			held = other
		}
	}
	return held
}

func (e *evaluator) relation() any {
	left := e.sum()
	if e.is("in") {
		return among(left, e.sum())
	}
	for _, operator := range []string{"==", "!=", "<=", ">=", "<", ">"} {
		if e.is(operator) {
			return compare(left, operator, e.sum())
		}
	}
	return left
}

// sum joins texts.
func (e *evaluator) sum() any {
	held := e.unary()
	for e.is("+") {
		left, ok1 := held.(string)
		right, ok2 := e.unary().(string)
		if !ok1 || !ok2 {
			return e.fail()
		}
		held = left + right
	}
	return held
}

// compare compares values of one type.
func compare(left any, operator string, right any) any {
	var order int
	switch l := left.(type) {
	case string:
		r, ok := right.(string)
		if !ok {
			return unknown{}
		}
		order = strings.Compare(l, r)
	case int:
		r, ok := right.(int)
		if !ok {
			return unknown{}
		}
		order = cmp.Compare(l, r)
	case bool:
		r, ok := right.(bool)
		if !ok || operator != "==" && operator != "!=" {
			return unknown{}
		}
		if l != r {
			order = 1
		}
	default:
		return unknown{}
	}
	switch operator {
	case "==":
		return order == 0
	case "!=":
		return order != 0
	case "<=":
		return order <= 0
	case ">=":
		return order >= 0
	case "<":
		return order < 0
	default:
		return order > 0
	}
}

// among looks for a text in a list of texts.
func among(left, right any) any {
	wanted, isText := left.(string)
	list, isList := right.([]any)
	if !isText || !isList {
		return unknown{}
	}
	found := false
	for _, v := range list {
		text, ok := v.(string)
		if !ok {
			return unknown{}
		}
		found = found || text == wanted
	}
	return found
}

func (e *evaluator) unary() any {
	if !e.is("!") {
		return e.primary()
	}
	if held, ok := e.unary().(bool); ok {
		return !held
	}
	return unknown{}
}

func (e *evaluator) primary() any {
	switch {
	case e.is("("):
		held := e.either()
		if !e.is(")") {
			return e.fail()
		}
		return e.path(held)
	case e.is("["):
		return e.path(e.list("]"))
	case e.is("has"):
		return e.has()
	case e.is("self"):
		return e.path(e.self)
	case e.at < len(e.tokens) && e.tokens[e.at].kind == literal:
		e.at++
		return e.path(e.tokens[e.at-1].text)
	case e.at < len(e.tokens) && e.tokens[e.at].kind == number:
		e.at++
		if n, err := strconv.Atoi(e.tokens[e.at-1].text); err == nil {
			return n
		}
	}
	return e.fail()
}

// list reads values up to a closing bracket.
func (e *evaluator) list(end string) []any {
	out := []any{}
	for !e.is(end) {
		if len(out) > 0 && !e.is(",") || e.at >= len(e.tokens) {
			e.fail()
			return nil
		}
		out = append(out, e.either())
	}
	return out
}

// has tells whether a field is there.
func (e *evaluator) has() any {
	if !e.is("(") || !e.is("self") {
		return e.fail()
	}
	var present any = true
	held := e.self
	for e.is(".") {
		fields, ok := held.(map[string]any)
		name, isName := e.name()
		if !ok || !isName || present != true {
			return e.fail()
		}
		if held, present = fields[name], true; held == nil {
			_, there := fields[name]
			if there {
				return e.fail() // null, which is another matter
			}
			present = false
		}
	}
	if !e.is(")") {
		return e.fail()
	}
	return present
}

func (e *evaluator) name() (string, bool) {
	if e.at >= len(e.tokens) || e.tokens[e.at].kind != word {
		return "", false
	}
	e.at++
	return e.tokens[e.at-1].text, true
}

// path follows fields and calls functions.
func (e *evaluator) path(held any) any {
	for e.is(".") {
		name, ok := e.name()
		if !ok {
			return e.fail()
		}
		if e.is("(") {
			held = e.call(held, name)
			continue
		}
		fields, _ := held.(map[string]any)
		if held = fields[name]; held == nil {
			return e.fail()
		}
	}
	switch held.(type) {
	case string, bool, int, []any, map[string]any:
		return held
	}
	return e.fail() // numbers have more than one type in CEL
}
