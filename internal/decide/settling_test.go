package decide

import (
	"testing"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

func TestAControlThatStaysMetSaysThatAFailureSettles(t *testing.T) {
	first := newScene("HIP-01 Pass a").decide(Memory{}, start)
	second := newScene("HIP-01 Flaky a").decide(first.Memory, start.Add(time.Minute))
	got := second.Environments[0].Controls[0]
	for _, c := range second.Environments[0].Controls {
		if c.ID == "HIP-01" {
			got = c
		}
	}
	if got.ID != "HIP-01" || got.Verdict != v1alpha1.VerdictPass || got.Reason != control.ReasonSettling {
		t.Errorf("%s is %s %s, want Pass Settling", got.ID, got.Verdict, got.Reason)
	}
}
