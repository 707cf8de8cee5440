package bck

import (
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// budget judges the disruption budgets of a workload: one, that lets a drain go on and still protects something.
func (s *survivor) budget() (control.Result, bool) {
	var found []*facts.DisruptionBudget
	var idle []string
	for _, b := range facts.ListIn[facts.DisruptionBudget](s.in.Facts, s.w.Ref.Namespace) {
		if selectsPods(b.Pods, s.w.Shape.Labels) {
			found = append(found, b)
		} else if b.Known && b.Expected == 0 {
			idle = append(idle, b.Name)
		}
	}
	if len(found) == 0 {
		if len(facts.Incomplete[facts.DisruptionBudget](s.in.Facts)) > 0 {
			return control.Result{}, false
		}
		hint := ""
		if len(idle) > 0 {
			hint = " PodDisruptionBudget " + strings.Join(idle, ", ") + " selects no pod at all."
		}
		return control.Fail("NoBudget", s.args("hint", hint)...), true
	}
	b := found[0]
	because := facts.Ref{Group: "policy", Kind: "PodDisruptionBudget", Namespace: b.Namespace, Name: b.Name}
	if len(found) > 1 {
		return control.Fail("BudgetsOverlap", s.args("budget", b.Name, "other", found[1].Name)...).Because(because), true
	}
	count, _ := s.wanted()
	available := leastAvailable(b, count)
	args := s.args("budget", b.Name, "wanted", decimal(count))
	switch {
	case available >= count, b.Known && b.Expected > 0 && b.Healthy >= b.Expected && b.Allowed == 0:
		return control.Fail("BudgetBlocks", args...).Because(because), true
	case available <= 0:
		return control.Fail("BudgetProtectsNothing", args...).Because(because), true
	}
	return control.Result{}, false
}

// leastAvailable gives how many of so many pods a budget keeps. Percentages are rounded up, as the controller does.
func leastAvailable(b *facts.DisruptionBudget, count int32) int32 {
	switch {
	case b.MinAvailable != "":
		return share(b.MinAvailable, count)
	case b.MaxUnavailable != "":
		return count - share(b.MaxUnavailable, count)
	}
	return 0
}

func share(text string, count int32) int32 {
	percent, isPercent := strings.CutSuffix(text, "%")
	n, err := strconv.ParseInt(percent, 10, 32)
	if err != nil {
		return 0 // the API server takes nothing else
	}
	if isPercent {
		return int32((n*int64(count) + 99) / 100) //nolint:gosec // at most the count
	}
	return int32(n) //nolint:gosec // parsed with 32 bits
}

func selectsPods(s *metav1.LabelSelector, labels *facts.Labels) bool {
	if s == nil {
		return false
	}
	selector, err := metav1.LabelSelectorAsSelector(s)
	return err == nil && selector.Matches(labels)
}
