package alarms

import (
	"math"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// NeverFires tells whether an expression gives no sample whatever is measured, such as vector(0) > 1. An expression that
// cannot be parsed is not judged.
func NeverFires(expr string) bool {
	e, err := parser.NewParser(parser.Options{}).ParseExpr(expr)
	return err == nil && empty(e)
}

// AlwaysFires tells whether an expression gives a sample whatever is measured, such as vector(1).
func AlwaysFires(expr string) bool {
	e, err := parser.NewParser(parser.Options{}).ParseExpr(expr)
	if err != nil {
		return false
	}
	c := fold(e)
	return c.known && !c.none
}

// constant is what an expression gives whatever is measured: one value without labels, or none.
type constant struct {
	known, none bool
	value       float64
}

func fold(e parser.Expr) constant {
	switch e := e.(type) {
	case *parser.NumberLiteral:
		return constant{known: true, value: e.Val}
	case *parser.ParenExpr:
		return fold(e.Expr)
	case *parser.StepInvariantExpr:
		return fold(e.Expr)
	case *parser.UnaryExpr:
		c := fold(e.Expr)
		if e.Op == parser.SUB {
			c.value = -c.value
		}
		return c
	case *parser.Call:
		if (e.Func.Name == "vector" || e.Func.Name == "scalar") && len(e.Args) == 1 {
			if c := fold(e.Args[0]); c.known && !c.none {
				return c
			}
		}
		return constant{}
	case *parser.BinaryExpr:
		return foldBinary(e)
	}
	return constant{}
}

func foldBinary(e *parser.BinaryExpr) constant {
	l, r := fold(e.LHS), fold(e.RHS)
	if !l.known || !r.known {
		return constant{}
	}
	switch e.Op {
	case parser.LAND:
		return constant{known: true, none: l.none || r.none, value: l.value}
	case parser.LOR:
		if l.none {
			return r
		}
		return l
	case parser.LUNLESS:
		return constant{known: true, none: l.none || !r.none, value: l.value}
	}
	if l.none || r.none {
		return constant{known: true, none: true}
	}
	if !e.Op.IsComparisonOperator() {
		return arithmetic(e.Op, l.value, r.value)
	}
	holds := compare(e.Op, l.value, r.value)
	switch {
	case e.ReturnBool && holds:
		return constant{known: true, value: 1}
	case e.ReturnBool:
		return constant{known: true}
	}
	return constant{known: true, none: !holds, value: l.value}
}

func arithmetic(op parser.ItemType, l, r float64) constant {
	c := constant{known: true}
	switch op {
	case parser.ADD:
		c.value = l + r
	case parser.SUB:
		c.value = l - r
	case parser.MUL:
		c.value = l * r
	case parser.DIV:
		c.value = l / r
	case parser.POW:
		c.value = math.Pow(l, r)
	case parser.MOD:
		c.value = math.Mod(l, r)
	default:
		return constant{}
	}
	return c
}

func compare(op parser.ItemType, l, r float64) bool {
	switch op {
	case parser.EQLC:
		return l == r
	case parser.NEQ:
		return l != r
	case parser.GTR:
		return l > r
	case parser.GTE:
		return l >= r
	case parser.LSS:
		return l < r
	case parser.LTE:
		return l <= r
	}
	return true
}

// empty tells whether an expression gives nothing for certain.
func empty(e parser.Expr) bool {
	if c := fold(e); c.known {
		return c.none
	}
	switch e := e.(type) {
	case *parser.ParenExpr:
		return empty(e.Expr)
	case *parser.StepInvariantExpr:
		return empty(e.Expr)
	case *parser.UnaryExpr:
		return empty(e.Expr)
	case *parser.VectorSelector:
		return contradictory(e.LabelMatchers)
	case *parser.MatrixSelector:
		return empty(e.VectorSelector)
	case *parser.SubqueryExpr:
		return empty(e.Expr)
	case *parser.AggregateExpr:
		return empty(e.Expr)
	case *parser.Call:
		return emptyCall(e)
	case *parser.BinaryExpr:
		return emptyBinary(e)
	}
	return false
}

// emptyCall: functions give a sample for each of their argument, apart from those that tell that there is none.
func emptyCall(e *parser.Call) bool {
	switch e.Func.Name {
	case "absent", "absent_over_time":
		if len(e.Args) != 1 {
			return false
		}
		c := fold(e.Args[0])
		return c.known && !c.none
	case "vector", "scalar", "time", "pi":
		return false
	}
	for _, a := range e.Args {
		if t := a.Type(); (t == parser.ValueTypeVector || t == parser.ValueTypeMatrix) && empty(a) {
			return true
		}
	}
	return false
}

func emptyBinary(e *parser.BinaryExpr) bool {
	switch e.Op {
	case parser.LOR:
		return empty(e.LHS) && empty(e.RHS)
	case parser.LAND:
		plain := e.VectorMatching != nil && !e.VectorMatching.On && len(e.VectorMatching.MatchingLabels) == 0
		return empty(e.LHS) || empty(e.RHS) || plain && disjoint(e.LHS, e.RHS)
	case parser.LUNLESS:
		all := e.VectorMatching != nil && e.VectorMatching.On && len(e.VectorMatching.MatchingLabels) == 0
		c := fold(e.RHS)
		return empty(e.LHS) || all && c.known && !c.none || e.LHS.String() == e.RHS.String()
	}
	vector := func(x parser.Expr) bool { return x.Type() == parser.ValueTypeVector && empty(x) }
	return vector(e.LHS) || vector(e.RHS) || !e.ReturnBool && nothingSo(e)
}

// nothingSo: no number is larger than infinity, smaller than its negative, or equal to what is no number.
func nothingSo(e *parser.BinaryExpr) bool {
	op, c := e.Op, fold(e.RHS)
	if !c.known {
		if c = fold(e.LHS); !c.known {
			return false
		}
		op = map[parser.ItemType]parser.ItemType{parser.GTR: parser.LSS, parser.LSS: parser.GTR}[op]
	}
	return op == parser.GTR && math.IsInf(c.value, 1) || op == parser.LSS && math.IsInf(c.value, -1) ||
		e.Op.IsComparisonOperator() && e.Op != parser.NEQ && math.IsNaN(c.value)
}

// disjoint: the same series cannot be above one bound and below a lower one at once.
func disjoint(a, b parser.Expr) bool {
	x, lowX, highX, ok1 := bounds(a)
	y, lowY, highY, ok2 := bounds(b)
	if !ok1 || !ok2 || x != y {
		return false
	}
	return max(lowX, lowY) > min(highX, highY)
}

func bounds(e parser.Expr) (of string, low, high float64, ok bool) {
	for {
		p, is := e.(*parser.ParenExpr)
		if !is {
			break
		}
		e = p.Expr
	}
	b, is := e.(*parser.BinaryExpr)
	if !is || b.ReturnBool {
		return "", 0, 0, false
	}
	c := fold(b.RHS)
	if !c.known || c.none {
		return "", 0, 0, false
	}
	low, high = math.Inf(-1), math.Inf(1)
	switch b.Op {
	case parser.GTR:
		low = math.Nextafter(c.value, math.Inf(1))
	case parser.GTE:
		low = c.value
	case parser.LSS:
		high = math.Nextafter(c.value, math.Inf(-1))
	case parser.LTE:
		high = c.value
	case parser.EQLC:
		low, high = c.value, c.value
	default:
		return "", 0, 0, false
	}
	return b.LHS.String(), low, high, true
}

// contradictory: no series has two values of one label.
func contradictory(all []*labels.Matcher) bool {
	for i, a := range all {
		if a.Type != labels.MatchEqual {
			continue
		}
		for k, b := range all {
			if i != k && a.Name == b.Name && !b.Matches(a.Value) {
				return true
			}
		}
	}
	return false
}
