package alarms

import (
	"testing"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func TestExpressionsThatCanNeverFire(t *testing.T) {
	for expr, never := range map[string]bool{
		"vector(0) > 1":                         true,
		"vector(1) > 0":                         false,
		"1 > bool 2":                            false, // a zero is a sample
		"vector(0) == 1 or vector(2) < 1":       true,
		"vector(0) == 1 or up":                  false,
		"up and vector(1) > 2":                  true,
		"up unless on() vector(1)":              true,
		"up unless vector(1)":                   false, // only a series without labels goes
		"up unless up":                          true,
		"up > 5 and up < 3":                     true,
		"(up > 5) and (up <= 5)":                true,
		"up >= 5 and up <= 5":                   false,
		"up > 5 and on() up < 3":                false, // two different series
		"up > 5 and down < 3":                   false,
		"absent(vector(1))":                     true,
		"absent(up)":                            false,
		`sum(rate(x{a="1",a="2"}[5m])) > 0`:     true,
		`x{a="1",a!="1"}`:                       true,
		`x{a="1",a=~"1|2"}`:                     false,
		"count(x) > +Inf":                       true,
		"-Inf > count(x)":                       true,
		"x == NaN":                              true,
		"x != NaN":                              false,
		"sum(vector(0) > 1) + 1":                true,
		"max_over_time((vector(0) > 1)[5m:1m])": true,
		"2 * (vector(3) - 3) > 0":               true,
		"this is no expression":                 false,
		"histogram_quantile(0.9, rate(x_bucket[5m])) > 1": false,
	} {
		if got := NeverFires(expr); got != never {
			t.Errorf("NeverFires(%s) = %t, want %t", expr, got, never)
		}
	}
}

func TestExpressionsThatAlwaysFire(t *testing.T) {
	for expr, always := range map[string]bool{
		"vector(1)": true, "1": true, "vector(1) > 0": true, "vector(0) > 1": false, "up": false, "up or vector(1)": false, "absent(x)": false, ")": false,
	} {
		if got := AlwaysFires(expr); got != always {
			t.Errorf("AlwaysFires(%s) = %t, want %t", expr, got, always)
		}
	}
}

// FuzzExpressions demands that no expression is both impossible and always true, and that none stops the program.
func FuzzExpressions(f *testing.F) {
	for _, s := range []string{"vector(0) > 1", "vector(1)", "up > 5 and up < 3", `x{a="1",a="2"}`, "up unless on() vector(1)", "scalar(vector(1)) ^ -2", "1 > bool 2", "absent(up[5m:1m])"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		if NeverFires(expr) && AlwaysFires(expr) {
			t.Errorf("%q never and always fires", expr)
		}
	})
}

func node(receiver string, next bool, match ...string) facts.RouteNode {
	n := facts.RouteNode{Receiver: receiver, Continue: next}
	for i := 0; i+2 < len(match); i += 3 {
		n.Match = append(n.Match, facts.AlertMatch{Label: match[i], Operator: match[i+1], Value: match[i+2]})
	}
	return n
}

func TestTheFirstRouteThatMatchesTakesTheAlarm(t *testing.T) {
	by := &facts.AlertRoute{Receivers: []facts.AlertReceiver{{Name: "a", Types: []string{"email"}}, {Name: "b"}}}
	for sentence, tc := range map[string]struct {
		routes []facts.RouteNode
		want   []string // receiver, with ? where it is not certain
	}{
		"the first that matches takes it":                            {[]facts.RouteNode{node("a", false, "severity", "=", "high"), node("b", false)}, []string{"a"}},
		"a route that lets it go on is not the last":                 {[]facts.RouteNode{node("a", true), node("b", false)}, []string{"a", "b"}},
		"a route for something else is passed over":                  {[]facts.RouteNode{node("a", false, "severity", "!~", "h.*"), node("b", false)}, []string{"b"}},
		"a label that is not known leaves both ways open":            {[]facts.RouteNode{node("a", false, "team", "=", "x"), node("b", false)}, []string{"a?", "b?"}},
		"a route that may match and lets go on takes nothing away":   {[]facts.RouteNode{node("a", true, "team", "=", "x"), node("b", false)}, []string{"a?", "b"}},
		"an expression matches the whole value":                      {[]facts.RouteNode{node("a", false, "severity", "=~", "hig"), node("b", false)}, []string{"b"}},
		"one matcher that fails decides, whatever else is not known": {[]facts.RouteNode{node("a", false, "team", "=", "x", "severity", "=", "low"), node("b", false)}, []string{"b"}},
	} {
		w := walker{labels: map[string]string{"alertname": "X", "severity": "high"}, certain: true}
		var nodes []owned
		for _, r := range tc.routes {
			nodes = append(nodes, owned{RouteNode: r, by: by})
		}
		_, ways := w.children(nodes, "")
		var got []string
		for _, way := range ways {
			text := way.Receiver
			if !way.Certain {
				text += "?"
			}
			got = append(got, text)
		}
		if len(got) != len(tc.want) {
			t.Errorf("%s: %v, want %v", sentence, got, tc.want)
			continue
		}
		for i := range got {
			if got[i] != tc.want[i] {
				t.Errorf("%s: %v, want %v", sentence, got, tc.want)
			}
		}
	}
}

func TestBelowARouteItsOwnReceiverTakesWhatNoChildTakes(t *testing.T) {
	by := &facts.AlertRoute{}
	parent := node("a", false)
	parent.Routes = []facts.RouteNode{node("b", false, "severity", "=", "low"), node("", false, "team", "=", "x")}
	w := walker{labels: map[string]string{"severity": "high"}, certain: true}
	matched, ways := w.node(&owned{RouteNode: parent, by: by}, "")
	if matched != date.Yes || len(ways) != 2 || ways[0].Receiver != "a" || ways[0].Certain || ways[1].Receiver != "a" || ways[1].Certain {
		t.Errorf("%v %+v, want a by the child that inherits it and by the node itself, neither certain", matched, ways)
	}
}
