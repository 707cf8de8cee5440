package control

import (
	"testing"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func TestTheWorstResultOfASubjectIsKeptUntilTheFirstOfThemChanges(t *testing.T) {
	web, db := facts.Ref{Kind: "Deployment", Name: "web"}, facts.Ref{Kind: "Deployment", Name: "db"}
	soon, late := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	var list []Result
	for _, r := range []Result{Pass("A").On(web).Until(soon), Fail("B").On(web).Until(late), Unknown("C").On(web), Pass("D").On(db)} {
		list = KeepWorst(list, r)
	}
	if len(list) != 2 || list[0].Reason != "B" || list[0].Verdict != v1alpha1.VerdictFail || !list[0].ValidUntil.Equal(soon) || list[1].Reason != "D" {
		t.Errorf("kept %+v", list)
	}
}
