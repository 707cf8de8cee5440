package decide

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func state(p *v1alpha1.PartyStatus) string {
	if p == nil {
		return "-"
	}
	return string(p.State)
}

func TestTheStateFollowsFromTheControls(t *testing.T) {
	tests := map[string]struct {
		results                      []string
		observe                      []v1alpha1.ControlID
		exceptions                   []*evaluate.Exception
		classified                   bool
		state, provider, institution string
		worst                        v1alpha1.ControlID
	}{
		"everything passes": {results: []string{"CRP-01 Pass", "HIP-01 Pass", "MEP-01 Pass"}, state: "Compliant", provider: "Compliant", institution: "-"},
		"a critical control fails": {results: []string{"CRP-01 Fail a", "HIP-01 Unknown"},
			state: "NonCompliant", provider: "NonCompliant", institution: "-", worst: "CRP-01"},
		"a high control fails at one subject of two": {results: []string{"CRP-01 Pass", "HIP-01 Fail a", "HIP-01 Pass b"},
			state: "NonCompliant", provider: "NonCompliant", institution: "-", worst: "HIP-01"},
		"a critical control is unknown": {results: []string{"CRP-01 Unknown", "HIP-01 Pass"}, state: "Unknown", provider: "Unknown", institution: "-", worst: "CRP-01"},
		"a failure outweighs what is unknown": {results: []string{"CRP-01 Unknown", "HIP-01 Fail a"},
			state: "NonCompliant", provider: "NonCompliant", institution: "-", worst: "CRP-01"},
		"a medium control fails":                       {results: []string{"CRP-01 Pass", "MEP-01 Fail a"}, state: "CompliantWithRemarks", provider: "CompliantWithRemarks", institution: "-", worst: "MEP-01"},
		"a medium control is unknown":                  {results: []string{"CRP-01 Pass", "MEP-01 Unknown"}, state: "CompliantWithRemarks", provider: "CompliantWithRemarks", institution: "-", worst: "MEP-01"},
		"nothing applies":                              {results: []string{"CRP-01 NotApplicable", "HIP-01 NotApplicable"}, state: "Unknown", provider: "Unknown", institution: "-"},
		"nothing is judged":                            {state: "Unknown", provider: "Unknown", institution: "-"},
		"only a medium control fails, nothing passes":  {results: []string{"MEP-01 Fail a"}, state: "Unknown", provider: "Unknown", institution: "-", worst: "MEP-01"},
		"an observed failure decides nothing":          {results: []string{"CRP-01 Pass", "HIP-01 Fail a"}, observe: []v1alpha1.ControlID{"HIP-01"}, state: "Compliant", provider: "Compliant", institution: "-"},
		"an observed pass proves nothing":              {results: []string{"CRP-01 Pass"}, observe: []v1alpha1.ControlID{"CRP-01"}, state: "Unknown", provider: "Unknown", institution: "-"},
		"the institution's failure is not the other's": {results: []string{"CRP-01 Pass", "HII-01 Fail a"}, state: "NonCompliant", provider: "Compliant", institution: "NonCompliant", worst: "HII-01"},
		"the provider's failure is not the other's":    {results: []string{"CRP-01 Fail a", "HII-01 Pass"}, state: "NonCompliant", provider: "NonCompliant", institution: "Compliant", worst: "CRP-01"},
		"a shared control counts for both":             {results: []string{"HIS-01 Fail a"}, state: "NonCompliant", provider: "NonCompliant", institution: "NonCompliant", worst: "HIS-01"},
		"a shared control whose result names a party": {results: []string{"CRP-01 Pass", "HII-01 Pass", "HIS-01 Fail a Institution"},
			state: "NonCompliant", provider: "Compliant", institution: "NonCompliant", worst: "HIS-01"},
		"a shared control with a part for each": {results: []string{"HIS-01 Pass a Provider", "HIS-01 Unknown b Institution"},
			state: "Unknown", provider: "Compliant", institution: "Unknown", worst: "HIS-01"},
		"an excepted control is a remark": {results: []string{"CRP-01 Pass", "HIP-01 Fail a"}, exceptions: []*evaluate.Exception{excepting("HIP-01")},
			state: "CompliantWithRemarks", provider: "CompliantWithRemarks", institution: "-"},
		"everything excepted proves nothing": {results: []string{"HIP-01 Fail a"}, exceptions: []*evaluate.Exception{excepting("HIP-01")},
			state: "Unknown", provider: "Unknown", institution: "-"},
		"state-classified is never compliant": {results: []string{"CRP-01 Pass", "HII-01 Pass"}, classified: true, state: "Unknown", provider: "Unknown", institution: "Unknown"},
		"state-classified can still fail":     {results: []string{"CRP-01 Fail a"}, classified: true, state: "NonCompliant", provider: "NonCompliant", institution: "-", worst: "CRP-01"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newScene(test.results...)
			s.exceptions, s.classified = test.exceptions, test.classified
			for _, id := range test.observe {
				s.entry(id).Mode = v1alpha1.ModeObserve
			}
			got := s.decide(Memory{}, start).Environments[0]
			if string(got.State) != test.state || state(got.Provider) != test.provider || state(got.Institution) != test.institution || got.WorstControl != test.worst {
				t.Errorf("got %s, provider %s, institution %s, worst %q; want %s, %s, %s, %q",
					got.State, state(got.Provider), state(got.Institution), got.WorstControl, test.state, test.provider, test.institution, test.worst)
			}
		})
	}
}

func TestCountsAreOfControls(t *testing.T) {
	s := newScene("CRP-01 Fail a", "CRP-01 Fail b", "CRP-01 Pass c", "HIP-01 Pass a", "HIP-01 Pass b", "MEP-01 Unknown a", "HII-01 NotApplicable", "HIS-01 Fail a")
	s.exceptions = []*evaluate.Exception{excepting("HIS-01")}
	s.entry("MEP-01").Mode = v1alpha1.ModeObserve
	got := s.decide(Memory{}, start).Environments[0]
	if want := (v1alpha1.Counts{Passed: 1, Failed: 1, Excepted: 1, Observed: 1}); got.Provider.Counts != want {
		t.Errorf("provider counts %+v, want %+v", got.Provider.Counts, want)
	}
	if want := (v1alpha1.Counts{NotApplicable: 1, Excepted: 1}); got.Institution.Counts != want {
		t.Errorf("institution counts %+v, want %+v", got.Institution.Counts, want)
	}
	if got.Failed != 1 || got.Unknown != 0 {
		t.Errorf("%d failed, %d unknown; want 1 and 0, because the unknown one is observed", got.Failed, got.Unknown)
	}
	c := got.Controls[0].Status()
	if c.Subjects != 3 || c.Verdict != v1alpha1.VerdictFail || c.Reason != "Bad" || c.Mode != v1alpha1.ModeRequired {
		t.Errorf("status of CRP-01 is %+v", c)
	}
}

func TestTheStatusOfAControlNamesWhoActsOnItsResults(t *testing.T) {
	tests := map[string]struct {
		results []string
		want    v1alpha1.Party
	}{
		"its own party":                        {[]string{"HII-01 Fail a", "HII-01 Pass b"}, v1alpha1.PartyInstitution},
		"the other one, to which all is given": {[]string{"HII-01 Fail a Provider", "HII-01 Pass b Provider"}, v1alpha1.PartyProvider},
		"both, where some is given":            {[]string{"HII-01 Fail a Provider", "HII-01 Pass b"}, v1alpha1.PartyShared},
		"both, of a shared control":            {[]string{"HIS-01 Fail a Provider"}, v1alpha1.PartyShared},
		"its own, where nothing is said":       {nil, v1alpha1.PartyProvider},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := newScene(append([]string{"CRP-01 Pass"}, test.results...)...).decide(Memory{}, start).Environments[0].Controls
			if c := got[len(got)-1]; c.Status().Party != test.want || c.Party != test.want {
				t.Errorf("%s is for the %s, want %s", c.ID, c.Party, test.want)
			}
		})
	}
}

func TestAnExceptionCoversWhatItNamesAndNothingElse(t *testing.T) {
	both := []string{"CRP-01 Pass", "HIP-01 Fail a", "HIP-01 Fail b"}
	tests := map[string]struct {
		results    []string
		exceptions []*evaluate.Exception
		mandatory  bool
		want       v1alpha1.Verdict
		covered    int
	}{
		"every subject":                 {results: both, exceptions: []*evaluate.Exception{excepting("HIP-01")}, want: "Excepted", covered: 2},
		"the environment":               {results: both, exceptions: []*evaluate.Exception{excepting("HIP-01", onPods())}, want: "Excepted", covered: 2},
		"one of two failing subjects":   {results: both, exceptions: []*evaluate.Exception{excepting("HIP-01", onPods("a"))}, want: "Fail", covered: 1},
		"both failing subjects":         {results: both, exceptions: []*evaluate.Exception{excepting("HIP-01", onPods("a", "b"))}, want: "Excepted", covered: 2},
		"the one that fails":            {results: []string{"HIP-01 Fail a", "HIP-01 Pass b"}, exceptions: []*evaluate.Exception{excepting("HIP-01", onPods("a"))}, want: "Excepted", covered: 1},
		"one that passes":               {results: []string{"HIP-01 Fail a", "HIP-01 Pass b"}, exceptions: []*evaluate.Exception{excepting("HIP-01", onPods("b"))}, want: "Fail"},
		"another control":               {results: both, exceptions: []*evaluate.Exception{excepting("CRP-01")}, want: "Fail"},
		"what is unknown":               {results: []string{"HIP-01 Unknown a"}, exceptions: []*evaluate.Exception{excepting("HIP-01")}, want: "Unknown"},
		"a failure beside an unknown":   {results: []string{"HIP-01 Fail a", "HIP-01 Unknown b"}, exceptions: []*evaluate.Exception{excepting("HIP-01")}, want: "Unknown", covered: 1},
		"nothing, ended":                {results: both, exceptions: []*evaluate.Exception{excepting("HIP-01", func(e *evaluate.Exception) { e.Until = start })}, want: "Fail"},
		"nothing, not begun":            {results: both, exceptions: []*evaluate.Exception{excepting("HIP-01", func(e *evaluate.Exception) { e.From = start.Add(time.Second) })}, want: "Fail"},
		"nothing, faulty":               {results: both, exceptions: []*evaluate.Exception{excepting("HIP-01", func(e *evaluate.Exception) { e.Fault = "SelfApproved" })}, want: "Fail"},
		"nothing, mandatory":            {results: both, exceptions: []*evaluate.Exception{excepting("HIP-01")}, mandatory: true, want: "Fail"},
		"another solution":              {results: both, exceptions: []*evaluate.Exception{excepting("HIP-01", func(e *evaluate.Exception) { e.Object.Spec.Scope.Solution = "other" })}, want: "Fail"},
		"another environment":           {results: both, exceptions: []*evaluate.Exception{excepting("HIP-01", func(e *evaluate.Exception) { e.Object.Spec.Scope.Environment = "aula-test" })}, want: "Fail"},
		"a subject of another kind":     {results: []string{"HIP-01 Fail a"}, exceptions: []*evaluate.Exception{excepting("HIP-01", onPods("a"), func(e *evaluate.Exception) { e.Object.Spec.Scope.Subjects[0].Kind = "Job" })}, want: "Fail"},
		"a subject of another group":    {results: []string{"HIP-01 Fail a"}, exceptions: []*evaluate.Exception{excepting("HIP-01", onPods("a"), func(e *evaluate.Exception) { e.Object.Spec.Scope.Subjects[0].APIGroup = "apps" })}, want: "Fail"},
		"two subjects with one each":    {results: both, exceptions: []*evaluate.Exception{excepting("HIP-01", onPods("a")), excepting("HIP-01", onPods("b"))}, want: "Excepted", covered: 2},
		"what settles, at once":         {results: []string{"HIP-01 Flaky a"}, exceptions: []*evaluate.Exception{excepting("HIP-01")}, want: "Excepted", covered: 1},
		"nothing where nothing fails":   {results: []string{"HIP-01 Pass a"}, exceptions: []*evaluate.Exception{excepting("HIP-01")}, want: "Pass"},
		"nothing where nothing applies": {results: []string{"HIP-01 NotApplicable"}, exceptions: []*evaluate.Exception{excepting("HIP-01")}, want: "NotApplicable"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newScene(test.results...)
			s.exceptions = test.exceptions
			s.entry("HIP-01").Mandatory = test.mandatory
			d := s.decide(Memory{}, start)
			i := slices.IndexFunc(d.Environments[0].Controls, func(c Control) bool { return c.ID == "HIP-01" })
			if got := d.Environments[0].Controls[i].Verdict; got != test.want {
				t.Errorf("HIP-01 is %s, want %s", got, test.want)
			}
			covered := 0
			for _, e := range d.Exceptions {
				covered += e.Covered
			}
			if covered != test.covered {
				t.Errorf("%d results are covered, want %d", covered, test.covered)
			}
			for f := range d.Environments[0].All() {
				if (f.Result.Verdict == v1alpha1.VerdictExcepted) != (f.Exception != "") {
					t.Errorf("%+v is excepted without an exception, or the reverse", f)
				}
			}
		})
	}
}

func TestAnExceptionThatAControlFailsHasNoEffect(t *testing.T) {
	s := newScene("CRP-01 Pass", "HIP-01 Fail a")
	s.exceptions = []*evaluate.Exception{excepting("HIP-01")}
	of := func(name string) facts.Ref {
		return facts.Ref{Group: "tilsyn.dev", Kind: "ControlException", Name: name}
	}
	for name, test := range map[string]struct {
		result  control.Result
		observe bool
		want    v1alpha1.Verdict
	}{
		"failed":                           {control.Fail("Bad", "what", "its length").On(of("exception-hip-01")), false, "Fail"},
		"failed by one that only observes": {control.Fail("Bad", "what", "its length").On(of("exception-hip-01")), true, "Fail"},
		"passed":                           {control.Pass("Good").On(of("exception-hip-01")), false, "Excepted"},
		"not decided":                      {control.Unknown("Lost").On(of("exception-hip-01")), false, "Excepted"},
		"another one is failed":            {control.Fail("Bad", "what", "its length").On(of("other")), false, "Excepted"},
		"another kind of that name":        {control.Fail("Bad", "what", "it").On(facts.Ref{Group: "tilsyn.dev", Kind: "Attestation", Name: "exception-hip-01"}), false, "Excepted"},
	} {
		t.Run(name, func(t *testing.T) {
			ev := s.evaluation()
			ev.Solutions[0] = &evaluate.Results{Subject: ev.Solutions[0].Subject,
				Controls: []*evaluate.ControlResults{evaluate.NewControlResults(catalogue[4], test.result)}}
			s.entry("HIS-01").Mode = v1alpha1.ModeRequired
			if test.observe {
				s.entry("HIS-01").Mode = v1alpha1.ModeObserve
			}
			d := Decide(ev, Memory{}, start)
			e, refused := d.Exceptions[0], test.want == "Fail"
			if got := d.Environments[0].Controls[1].Verdict; got != test.want {
				t.Errorf("HIP-01 is %s, want %s", got, test.want)
			}
			if e.Valid == refused || (e.Refused != nil) != refused || (e.Covered == 0) != refused {
				t.Errorf("the exception is %+v", e)
			}
			if refused && (e.Refused.Message() != "its length is broken." || e.Refused.Remediation() != "Mend its length.") {
				t.Errorf("it is said to be %s %s", e.Refused.Message(), e.Refused.Remediation())
			}
		})
	}
}

func TestAnExceptionBeginsAndEndsByItself(t *testing.T) {
	s := newScene("CRP-01 Pass", "HIP-01 Fail a")
	e := excepting("HIP-01", func(e *evaluate.Exception) { e.From, e.Until = start.Add(time.Hour), start.Add(3*time.Hour) })
	s.exceptions = []*evaluate.Exception{e}
	var m Memory
	now, seen := start, []string{}
	for range 4 {
		d := s.decide(m, now)
		m = d.Memory
		seen = append(seen, fmt.Sprintf("%s %s %v", now.Format("15:04"), d.Environments[0].State, d.Exceptions[0].Valid))
		if d.Next.IsZero() {
			break
		}
		now = d.Next
	}
	want := []string{"10:00 NonCompliant false", "11:00 CompliantWithRemarks true", "13:00 NonCompliant false"}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("over time (-want +got):\n%s", diff)
	}
}

func TestAControlCountsFromItsDay(t *testing.T) {
	s := newScene("CRP-01 Pass", "HIP-01 Fail a")
	s.entry("HIP-01").Mode, s.entry("HIP-01").RequiredFrom = v1alpha1.ModeObserve, start.Add(time.Hour)
	first := s.decide(Memory{}, start)
	if first.Environments[0].State != v1alpha1.StateCompliant || !first.Next.Equal(start.Add(time.Hour)) {
		t.Errorf("before the day it is %s and changes at %s", first.Environments[0].State, first.Next)
	}
	if second := s.decide(first.Memory, first.Next); second.Environments[0].State != v1alpha1.StateNonCompliant || !second.Next.IsZero() {
		t.Errorf("from the day on it is %s and changes at %s", second.Environments[0].State, second.Next)
	}
}

// story decides at growing instants, each with what the control says then, and tells the control's verdict and state.
func story(t *testing.T, steps [][2]string) (out []string) {
	t.Helper()
	var m Memory
	for _, step := range steps {
		after, err := time.ParseDuration(step[0])
		if err != nil {
			t.Fatal(err)
		}
		s := newScene("CRP-01 Pass", "HIP-01 "+step[1])
		d := s.decide(m, start.Add(after))
		m = d.Memory
		c := d.Environments[0].Controls[1]
		line := fmt.Sprintf("%s %s since %s", c.Verdict, d.Environments[0].State, c.Since.Sub(start))
		if !d.Next.IsZero() {
			line += fmt.Sprintf(", next %s", d.Next.Sub(start))
		}
		if n := len(d.Environments[0].Findings); n > 0 {
			line += fmt.Sprintf(", %s since %s", d.Environments[0].Findings[0].Result.Reason, d.Environments[0].Findings[0].Since.Sub(start))
		}
		out = append(out, line)
	}
	return out
}

func TestWhatMayPassByItselfCountsOnlyWhenItLasts(t *testing.T) {
	tests := map[string]struct {
		steps [][2]string
		want  []string
	}{
		"a control that was met stays so until the failure has lasted": {
			[][2]string{{"0", "Pass a"}, {"1m", "Flaky a"}, {"5m", "Flaky a"}, {"10m59s", "Flaky a"}, {"11m", "Flaky a"}, {"30m", "Flaky a"}},
			[]string{"Pass Compliant since 0s", "Pass Compliant since 0s, next 11m0s", "Pass Compliant since 0s, next 11m0s", "Pass Compliant since 0s, next 11m0s",
				"Fail NonCompliant since 11m0s, Flaky since 1m0s", "Fail NonCompliant since 11m0s, Flaky since 1m0s"}},
		"one that passes in time starts anew": {
			[][2]string{{"0", "Pass a"}, {"1m", "Flaky a"}, {"9m", "Pass a"}, {"12m", "Flaky a"}},
			[]string{"Pass Compliant since 0s", "Pass Compliant since 0s, next 11m0s", "Pass Compliant since 0s", "Pass Compliant since 0s, next 22m0s"}},
		"one of which nothing was known is unknown meanwhile": {
			[][2]string{{"0", "Flaky a"}, {"10m", "Flaky a"}},
			[]string{"Unknown Unknown since 0s, next 10m0s, Settling since 0s", "Fail NonCompliant since 10m0s, Flaky since 0s"}},
		"one that failed before is not met meanwhile": {
			[][2]string{{"0", "Fail b"}, {"1m", "Flaky a"}},
			[]string{"Fail NonCompliant since 0s, Bad since 0s", "Unknown Unknown since 1m0s, next 11m0s, Settling since 1m0s"}},
		"a failure that cannot pass by itself counts at once": {
			[][2]string{{"0", "Pass a"}, {"1m", "Fail a"}},
			[]string{"Pass Compliant since 0s", "Fail NonCompliant since 1m0s, Bad since 1m0s"}},
		"a failure of another reason does not start the clock anew": {
			[][2]string{{"0", "Fail a"}, {"20m", "Flaky a"}},
			[]string{"Fail NonCompliant since 0s, Bad since 0s", "Fail NonCompliant since 0s, Flaky since 0s"}},
		"another subject settles by itself": {
			[][2]string{{"0", "Pass a"}, {"1m", "Flaky a"}, {"5m", "Flaky b"}},
			[]string{"Pass Compliant since 0s", "Pass Compliant since 0s, next 11m0s", "Pass Compliant since 0s, next 15m0s"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, story(t, test.steps)); diff != "" {
				t.Errorf("over time (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMemorySurvivesARestart(t *testing.T) {
	s := newScene("CRP-01 Fail a", "HIP-01 Unknown b", "MEP-01 Pass")
	first := s.decide(Memory{}, start)
	ref := first.Environments[0].Ref
	records := first.Memory.Records(ref)
	if len(records) != 5 || !slices.IsSortedFunc(records, func(a, b v1alpha1.RecordedResult) int { return strings.Compare(a.Key, b.Key) }) {
		t.Errorf("records are %+v", records)
	}
	if records[1].Key != "CRP-01|/Pod/aula/a" || records[1].Reason != "Bad" {
		t.Errorf("the failing result is recorded as %+v", records[1])
	}
	restored := MemoryFrom(map[facts.Ref][]v1alpha1.RecordedResult{ref: records})
	later := s.decide(restored, start.Add(time.Hour)).Environments[0]
	for _, f := range later.Findings {
		if !f.Since.Equal(start) {
			t.Errorf("%s is said to be so since %s", f.Control.ID, f.Since)
		}
	}
	if diff := cmp.Diff(records, first.Memory.Records(ref)); diff != "" {
		t.Errorf("deciding changed the memory it was given:\n%s", diff)
	}
}

func TestASinceInTheFutureIsNotBelieved(t *testing.T) {
	s := newScene("CRP-01 Pass", "HIP-01 Flaky a")
	m := s.decide(Memory{}, start.Add(24*time.Hour)).Memory
	ref := s.evaluation().Environments[0].Subject
	restored := MemoryFrom(map[facts.Ref][]v1alpha1.RecordedResult{ref: m.Records(ref)})
	got := s.decide(restored, start).Environments[0]
	if !got.Next.Equal(start.Add(settling)) {
		t.Errorf("after the clock went back the failure settles until %s, want %s", got.Next, start.Add(settling))
	}
}

func TestFindingsAreWorstFirstAndTold(t *testing.T) {
	s := newScene("MEP-01 Fail z", "HIP-01 Unknown a", "HIP-01 Fail b", "CRP-01 Unknown c", "HII-01 Fail d", "CRP-01 Pass e")
	s.entry("HII-01").Mode = v1alpha1.ModeObserve
	var got []string
	for _, f := range s.decide(Memory{}, start).Environments[0].Findings {
		got = append(got, fmt.Sprintf("%s %s %s: %s %s", f.Control.ID, f.Result.Verdict, f.Result.Subject, f.Message(), f.Remediation()))
	}
	want := []string{
		"CRP-01 Unknown Pod aula/c: It cannot be seen. Look.",
		"HIP-01 Fail Pod aula/b: b is broken. Mend b.",
		"HIP-01 Unknown Pod aula/a: It cannot be seen. Look.",
		"MEP-01 Fail Pod aula/z: z is broken. Mend z.",
		"HII-01 Fail Pod aula/d: d is broken. Mend d.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

func TestAFindingFitsIntoAStatus(t *testing.T) {
	c := define("CRP-01", v1alpha1.SeverityCritical, v1alpha1.PartyProvider)
	c.Reasons[1].Text = strings.Repeat("{what} ", 20)
	r := control.Fail("Bad", "what", strings.Repeat("æ", 5000)).On(pod("a")).At(strings.Repeat("f", 600)).Because(facts.Ref{Kind: "Node", Name: "n"})
	f := Finding{Control: c, Result: &r, Party: v1alpha1.PartyProvider, Since: start}.API()
	if n := len([]rune(f.Message)); n != maxMessage {
		t.Errorf("the message has %d characters, want %d", n, maxMessage)
	}
	if len([]rune(f.Field)) != maxField || f.Cause == nil || f.Cause.Name != "n" || !f.Since.Time.Equal(start) {
		t.Errorf("the finding is %+v", f)
	}
}

func TestASolutionIsItsOwnResultsAndItsProduction(t *testing.T) {
	tests := map[string]struct {
		own, env                     []string
		stage                        v1alpha1.Stage
		state, provider, institution string
		failed                       int32
		worst                        v1alpha1.ControlID
	}{
		"both are right":                                {own: []string{"HII-01 Pass"}, env: []string{"CRP-01 Pass"}, state: "Compliant", provider: "Compliant", institution: "Compliant"},
		"production fails":                              {own: []string{"HII-01 Pass"}, env: []string{"CRP-01 Fail a"}, state: "NonCompliant", provider: "NonCompliant", institution: "Compliant", failed: 1, worst: "CRP-01"},
		"its own results fail":                          {own: []string{"HII-01 Fail a"}, env: []string{"CRP-01 Pass"}, state: "NonCompliant", provider: "Compliant", institution: "NonCompliant", failed: 1, worst: "HII-01"},
		"both fail, the worst is shown":                 {own: []string{"HII-01 Fail a"}, env: []string{"CRP-01 Fail a"}, state: "NonCompliant", provider: "NonCompliant", institution: "NonCompliant", failed: 2, worst: "CRP-01"},
		"a test environment does not count":             {own: []string{"HII-01 Pass"}, env: []string{"CRP-01 Fail a"}, stage: "Test", state: "Unknown", provider: "Unknown", institution: "Compliant"},
		"nothing of its own":                            {env: []string{"CRP-01 Pass"}, state: "Compliant", provider: "Compliant", institution: "-"},
		"nothing of its own that applies":               {own: []string{"HIS-01 NotApplicable"}, env: []string{"CRP-01 Pass"}, state: "Compliant", provider: "Compliant", institution: "-"},
		"right by itself, nothing in production passes": {own: []string{"HII-01 Pass"}, env: []string{"CRP-01 NotApplicable"}, state: "Unknown", provider: "Unknown", institution: "Compliant"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newScene(test.env...)
			s.own = test.own
			if test.stage != "" {
				s.stage = test.stage
			}
			got := s.decide(Memory{}, start).Solutions[0].Total
			if string(got.State) != test.state || state(got.Provider) != test.provider || state(got.Institution) != test.institution ||
				got.Failed != test.failed || got.WorstControl != test.worst {
				t.Errorf("got %s %s %s %d %q, want %s %s %s %d %q", got.State, state(got.Provider), state(got.Institution), got.Failed, got.WorstControl,
					test.state, test.provider, test.institution, test.failed, test.worst)
			}
		})
	}
}

func TestDecisionsStayWhileNothingChanges(t *testing.T) {
	s := newScene("CRP-01 Pass", "HIP-01 Flaky a")
	ev := s.evaluation()
	first := Decide(ev, Memory{}, start)
	second := Decide(ev, first.Memory, start.Add(time.Minute))
	if first.Environments[0].Subject != second.Environments[0].Subject || first.Platform != second.Platform {
		t.Error("the same evaluation gives new decisions")
	}
	third := Decide(ev, second.Memory, start.Add(settling))
	if second.Environments[0].Subject == third.Environments[0].Subject {
		t.Error("the decision stays though a failure has settled")
	}
}

func TestTheNextChangeIsTheFirstOfAll(t *testing.T) {
	at := func(minutes int) time.Time { return start.Add(time.Duration(minutes) * time.Minute) }
	tests := map[string]struct {
		change func(*scene, *evaluate.Evaluation)
		want   time.Time
	}{
		"nothing":                {change: func(*scene, *evaluate.Evaluation) {}},
		"the fleet":              {change: func(_ *scene, ev *evaluate.Evaluation) { ev.Next = at(7) }, want: at(7)},
		"the fleet, in the past": {change: func(_ *scene, ev *evaluate.Evaluation) { ev.Next = at(-7) }},
		"a result": {change: func(_ *scene, ev *evaluate.Evaluation) {
			ev.Next = at(9)
			ev.Environments[0].Controls[0].Next = at(8)
		}, want: at(8)},
		"a result, in the past": {change: func(_ *scene, ev *evaluate.Evaluation) { ev.Environments[0].Controls[0].Next = at(-8) }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newScene("CRP-01 Pass a")
			ev := s.evaluation()
			test.change(s, ev)
			if got := Decide(ev, Memory{}, start).Next; !got.Equal(test.want) {
				t.Errorf("next is %s, want %s", got, test.want)
			}
		})
	}
}

func TestWhenTheClockGoesBackEverythingIsDecidedAnew(t *testing.T) {
	s := newScene("CRP-01 Pass", "HIP-01 Fail a")
	s.exceptions = []*evaluate.Exception{excepting("HIP-01")}
	ev := s.evaluation()
	ended := Decide(ev, Memory{}, start.AddDate(0, 0, 3))
	again := Decide(ev, ended.Memory, start)
	if ended.Environments[0].State != v1alpha1.StateNonCompliant || again.Environments[0].State != v1alpha1.StateCompliantWithRemarks {
		t.Errorf("after the exception it is %s, and back within it %s", ended.Environments[0].State, again.Environments[0].State)
	}
}

func TestDecidingOnceIsDecidingWithoutMemory(t *testing.T) {
	s := newScene("CRP-01 Fail a", "CRP-01 Flaky b", "HIP-01 Unknown c", "MEP-01 Pass d")
	memory := s.decide(Memory{}, start.Add(-time.Hour)).Memory
	with, once := s.decide(memory, start), Once(s.evaluation(), memory, start)
	if len(with.Memory.subjects) == 0 || once.Memory.subjects != nil {
		t.Errorf("%d subjects are remembered, and %d where nothing is to be", len(with.Memory.subjects), len(once.Memory.subjects))
	}
	if len(once.Environments[0].Findings) != 3 {
		t.Errorf("%d findings, want 3", len(once.Environments[0].Findings))
	}
	for i, f := range once.Environments[0].Findings {
		if diff := cmp.Diff(with.Environments[0].Findings[i].API(), f.API()); diff != "" {
			t.Errorf("finding %d: -with memory +once:\n%s", i, diff)
		}
	}
	if once.Environments[0].State != with.Environments[0].State || !once.Next.Equal(with.Next) {
		t.Errorf("state %s until %s, want %s until %s", once.Environments[0].State, once.Next, with.Environments[0].State, with.Next)
	}
}
